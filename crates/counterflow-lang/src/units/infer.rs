//! The unit of an expression, from the units of the names in it.

use crate::codes::Code;
use crate::functions::{self, Function, Timely};
use crate::parse::HIGHEST_POWER;
use crate::report::{Finding, Report};
use crate::resolve::Names;
use crate::syntax::{Expr, Kind, Name, Span};
use counterflow_model::ops::UnitRule;
use counterflow_model::{Binary, Reduction, Unary, Unit};

/// What is known of an expression's unit.
#[derive(Clone, Debug, PartialEq)]
pub enum Found {
    /// Its unit.
    Unit(Unit),
    /// The literal zero, which fits any unit.
    Zero,
    /// Nothing: part of it has an error that is reported elsewhere, or a name has no unit.
    Unknown,
}

/// Infers units and reports where they do not agree.
pub struct Infer<'i, 'a> {
    pub names: &'i Names<'a>,
    /// `None` where the check has been made before.
    pub report: Option<&'i mut Report>,
}

/// The unit of an expression that has been checked; dimensionless where it is not known.
pub fn unit_of(names: &Names, expr: &Expr) -> Unit {
    match (Infer { names, report: None }).expr(expr) {
        Found::Unit(unit) => unit,
        Found::Zero | Found::Unknown => Unit::one(),
    }
}

fn one() -> Found {
    Found::Unit(Unit::one())
}

fn year() -> Unit {
    Unit::base("year")
}

impl Infer<'_, '_> {
    pub fn expr(&mut self, expr: &Expr) -> Found {
        match &expr.kind {
            Kind::Number(0.0) => Found::Zero,
            Kind::Number(_) | Kind::Text(_) => one(),
            Kind::Name(name, _) if functions::clock(&name.text).is_some() => Found::Unit(year()),
            Kind::Name(name, _) => {
                let entry = self.names.variable(&name.text).map(|id| self.names.entry(id));
                entry.and_then(|entry| entry.unit.clone()).map_or(Found::Unknown, Found::Unit)
            }
            Kind::Unary(operator, inner) => self.unary(*operator, inner),
            Kind::Binary(operator, left, right) => self.binary(*operator, left, right, expr.span),
            Kind::If(condition, yes, no) => {
                self.dimensionless(condition, "a condition");
                let (yes, found) = (self.expr(yes), self.located(no));
                self.agree(yes, found, "the branches of `IF`")
            }
            Kind::Call(name, arguments) => self.call(name, arguments),
        }
    }

    fn located(&mut self, expr: &Expr) -> (Found, Span) {
        (self.expr(expr), expr.span)
    }

    fn push(&mut self, finding: Finding) {
        if let Some(report) = &mut self.report {
            report.push(finding);
        }
    }

    /// The common unit of two values, or an error at the second.
    fn agree(&mut self, first: Found, (second, at): (Found, Span), what: &str) -> Found {
        match (first, second) {
            (Found::Unit(a), Found::Unit(b)) if a != b => {
                let message = format!("{what} have different units: {a} and {b}");
                self.push(Finding::new(Code::E4002, at, message).label(format!("{b}, expected {a}")));
                Found::Unknown
            }
            (Found::Unknown, other) | (Found::Zero, other) => other,
            (unit, _) => unit,
        }
    }

    /// Whether a value may be dimensionless; an error if it is not.
    fn dimensionless(&mut self, expr: &Expr, what: &str) -> bool {
        let Found::Unit(unit) = self.expr(expr) else { return true };
        if !unit.is_one() {
            let message = format!("{what} needs a dimensionless value, found {unit}");
            let help = "divide by a quantity of the same unit";
            self.push(Finding::new(Code::E4003, expr.span, message).label(format!("{unit}, expected 1")).help(help));
        }
        unit.is_one()
    }

    /// The value of an argument must be in this unit. A literal in the place of a time counts in years.
    fn argument(&mut self, expr: &Expr, wanted: &Unit, function: &str) {
        if *wanted == year() && expr.literal().is_some() {
            return;
        }
        if let Found::Unit(unit) = self.expr(expr)
            && unit != *wanted
        {
            let message = format!("this argument of `{function}` is in {wanted}, found {unit}");
            self.push(Finding::new(Code::E4005, expr.span, message).label(format!("{unit}, expected {wanted}")));
        }
    }

    fn unary(&mut self, operator: Unary, inner: &Expr) -> Found {
        match operator.units() {
            UnitRule::Same => self.expr(inner),
            UnitRule::Root => self.root(inner),
            _ => {
                self.dimensionless(inner, &format!("`{}`", operator.name()));
                one()
            }
        }
    }

    fn root(&mut self, inner: &Expr) -> Found {
        let Found::Unit(unit) = self.expr(inner) else { return Found::Unknown };
        if let Some(root) = unit.root() {
            return Found::Unit(root);
        }
        let message = format!("the unit {unit} has no square root");
        self.push(Finding::new(Code::E4008, inner.span, message).label(unit.to_string()));
        Found::Unknown
    }

    fn binary(&mut self, operator: Binary, left: &Expr, right: &Expr, span: Span) -> Found {
        let what = || format!("the two sides of `{}`", operator.name());
        match operator.units() {
            UnitRule::Same => {
                let (left, right) = (self.expr(left), self.located(right));
                self.agree(left, right, &what())
            }
            UnitRule::Compare => {
                let (left, right) = (self.expr(left), self.located(right));
                self.agree(left, right, &what());
                one()
            }
            UnitRule::Product => product(self.expr(left), self.expr(right), Unit::times),
            UnitRule::Quotient => product(self.expr(left), self.expr(right), Unit::per),
            UnitRule::Power => self.power(left, right, span),
            UnitRule::Dimensionless | UnitRule::Root | UnitRule::Choose => {
                let what = format!("`{}`", operator.name());
                self.dimensionless(left, &what);
                self.dimensionless(right, &what);
                one()
            }
        }
    }

    fn power(&mut self, base: &Expr, exponent: &Expr, span: Span) -> Found {
        let whole = exponent.literal().filter(|n| n.fract() == 0.0 && n.abs() <= HIGHEST_POWER as f64);
        let Some(whole) = whole else {
            let base = self.dimensionless(base, "a power that is not a whole literal");
            let exponent = self.dimensionless(exponent, "an exponent");
            return if base && exponent { one() } else { Found::Unknown };
        };
        let Found::Unit(unit) = self.expr(base) else { return Found::Unknown };
        let raised = unit.power(whole as i32);
        // Powers of powers must not overflow; the bound is that of units in the text.
        if Unit::parse(&raised.to_string()).is_err() {
            let message = format!("the unit {raised} has a power above {HIGHEST_POWER}");
            self.push(Finding::new(Code::E4003, span, message));
            return Found::Unknown;
        }
        Found::Unit(raised)
    }

    fn call(&mut self, name: &Name, arguments: &[Expr]) -> Found {
        let Some(function) = functions::of_call(&name.text, arguments.len()) else {
            return self.lookup(name, arguments);
        };
        let text = name.text.to_ascii_uppercase();
        match function {
            Function::Unary(operator) => self.unary(operator, &arguments[0]),
            Function::Initial => self.expr(&arguments[0]),
            Function::Normal => one(),
            Function::Reduce(Reduction::Product) => {
                self.dimensionless(&arguments[0], "`PROD`");
                one()
            }
            Function::Reduce(_) => self.expr(&arguments[0]),
            Function::Extreme(_) => self.equal(arguments, &format!("the arguments of `{text}`")),
            Function::SafeDivide => {
                let quotient = product(self.expr(&arguments[0]), self.expr(&arguments[1]), Unit::per);
                match arguments.get(2) {
                    Some(otherwise) => {
                        let otherwise = self.located(otherwise);
                        self.agree(quotient, otherwise, "the quotient and the third argument of `SAFEDIV`")
                    }
                    None => quotient,
                }
            }
            Function::Timely(timely) => {
                arguments[1..].iter().for_each(|time| self.argument(time, &year(), &text));
                let first = self.expr(&arguments[0]);
                match timely {
                    Timely::Step => first,
                    Timely::Ramp => product(first, Found::Unit(year()), Unit::times),
                    Timely::Pulse => product(first, Found::Unit(year()), Unit::per),
                }
            }
            Function::Stateful(_) => {
                self.argument(&arguments[1], &year(), &text);
                let input = self.expr(&arguments[0]);
                match arguments.get(2) {
                    Some(initial) => {
                        let initial = self.located(initial);
                        self.agree(input, initial, &format!("the input and the initial value of `{text}`"))
                    }
                    None => input,
                }
            }
        }
    }

    fn equal(&mut self, arguments: &[Expr], what: &str) -> Found {
        let mut unit = Found::Zero;
        for argument in arguments {
            let next = self.located(argument);
            unit = self.agree(unit, next, what);
        }
        unit
    }

    fn lookup(&mut self, name: &Name, arguments: &[Expr]) -> Found {
        let Some(id) = self.names.lookup(&name.text) else {
            arguments.iter().for_each(|argument| drop(self.expr(argument)));
            return Found::Unknown;
        };
        let units = &self.names.lookups[id.0].units;
        let Some((x, y)) = units.as_ref().map(|(x, y)| (x.unit.clone(), y.unit.clone())) else {
            arguments.iter().for_each(|argument| drop(self.expr(argument)));
            return Found::Unknown;
        };
        arguments.iter().for_each(|argument| self.argument(argument, &x, &name.text));
        Found::Unit(y)
    }
}

/// A product or quotient. A literal zero counts as dimensionless in it.
fn product(left: Found, right: Found, combine: fn(&Unit, &Unit) -> Unit) -> Found {
    let unit = |found| match found {
        Found::Unit(unit) => Some(unit),
        Found::Zero => Some(Unit::one()),
        Found::Unknown => None,
    };
    unit(left).zip(unit(right)).map_or(Found::Unknown, |(left, right)| Found::Unit(combine(&left, &right)))
}
