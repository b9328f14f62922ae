//! Calls: macros, graphical functions, and the functions of the table.

use counterflow_lang::{Code, nearest};
use counterflow_model::standard::{self, Cascade, cascade, combined};
use counterflow_model::{Beyond, Binary, Clock, Definition, Equation, Expr, Lookup, LookupId, Reduction, Stock, Unary};

use super::{Context, Lower};
use crate::expression::{self, Kind, Reference};
use crate::functions::{self, Entry as Known, FUNCTIONS, Formula, Function, Timely};
use crate::instances::Entry;

/// Most stages of a delay or smooth.
const MOST_STAGES: f64 = 1000.0;

impl Lower<'_, '_> {
    /// A call at one place.
    pub fn call(&mut self, name: &Reference, arguments: &[expression::Expr], at: &Context<'_>) -> Expr {
        if let Some(position) = self.macro_named(&name.name()) {
            return self.macro_call(position, name, arguments, at);
        }
        let entry = self.structure.find(&name.path, at.scope).cloned();
        let is_function = functions::named(&name.name()).is_some();
        match entry {
            Some(Entry::Curve(id)) => return self.lookup_call(id, name, arguments, at),
            Some(Entry::Variable(id)) => {
                if let Some(curve) = self.curve_of(id, name, at) {
                    return self.lookup_call(curve, name, arguments, at);
                }
                if !is_function {
                    let message = format!("`{}` is a variable and not a function", name.shown);
                    self.report.push(Code::E2004, name.span, message);
                    return Expr::Number(f64::NAN);
                }
            }
            Some(Entry::Value(_)) | None => {}
        }
        let Some(known) = functions::named(&name.name()) else { return self.unknown(name) };
        let (fewest, most) = known.arguments;
        if !(fewest..=most).contains(&arguments.len()) {
            let wanted = if fewest == most { fewest.to_string() } else { format!("{fewest} to {most}") };
            let message = format!("{} takes {wanted} arguments; found {}", known.name, arguments.len());
            self.report.push(Code::E1009, name.span, message);
            return Expr::Number(f64::NAN);
        }
        self.function(known, name, arguments, at)
    }

    fn function(&mut self, known: &Known, name: &Reference, arguments: &[expression::Expr], at: &Context<'_>) -> Expr {
        let one = arguments.len() == 1;
        match known.function {
            Function::Extreme(reduction) if one && self.has_axes(&arguments[0], at) => {
                self.reduced(reduction, &arguments[0], at)
            }
            Function::Mean if one && self.has_axes(&arguments[0], at) => {
                self.reduced(Reduction::Mean, &arguments[0], at)
            }
            Function::Reduce(reduction) => self.reduced(reduction, &arguments[0], at),
            Function::Array(array) => self.array(array, arguments, at),
            Function::Formula(Formula::Lookup) => self.lookup_function(None, arguments, at),
            Function::LookupAs(beyond) => self.lookup_function(Some(beyond), arguments, at),
            Function::Constant(number) => Expr::Number(number),
            Function::Clock(clock) => Expr::Clock(clock),
            function => {
                let values: Vec<Expr> = arguments.iter().map(|argument| self.expression(argument, at)).collect();
                self.of_values(function, name, values, at)
            }
        }
    }

    fn of_values(&mut self, function: Function, name: &Reference, mut values: Vec<Expr>, at: &Context<'_>) -> Expr {
        match function {
            Function::Unary(operator) => Expr::Unary(operator, Box::new(take(&mut values))),
            Function::Binary(operator) => Expr::binary(operator, take(&mut values), take(&mut values)),
            Function::Extreme(reduction) => {
                let operator = if reduction == Reduction::Minimum { Binary::Minimum } else { Binary::Maximum };
                combined(operator, values).unwrap_or(Expr::Number(f64::NAN))
            }
            Function::Mean => {
                let count = Expr::Number(values.len() as f64);
                Expr::binary(Binary::Divide, combined(Binary::Add, values).unwrap_or(Expr::Number(f64::NAN)), count)
            }
            Function::Cascade { is_delay, stages } => self.cascade(is_delay, stages, name, values, at),
            Function::CascadeLast { is_delay } => {
                values.swap(2, 3);
                self.cascade(is_delay, None, name, values, at)
            }
            Function::Timely(timely) => self.timely(timely, values),
            Function::Memory(memory) => self.memory(memory, name, values, at),
            Function::Formula(formula) => self.formula(formula, values, at),
            Function::Random(random) => self.random(random, values, at),
            Function::Reduce(_)
            | Function::Array(_)
            | Function::Constant(_)
            | Function::Clock(_)
            | Function::LookupAs(_) => Expr::Number(f64::NAN),
        }
    }

    fn unknown(&mut self, name: &Reference) -> Expr {
        if self.report.has(Code::E2004, name.span) {
            return Expr::Number(f64::NAN);
        }
        let message = format!("no function, macro or graphical function is called `{}`", name.shown);
        let canonical = name.name();
        let near = nearest(&canonical.to_uppercase(), FUNCTIONS.iter().map(|known| known.name));
        match near {
            Some(near) => self.report.advise(Code::E2004, name.span, message, format!("did you mean `{near}`?")),
            None => self.report.push(Code::E2004, name.span, message),
        }
        Expr::Number(f64::NAN)
    }

    /// The number or value of the clock that a function without arguments stands for.
    pub fn valued(&self, name: &str) -> Option<Expr> {
        match functions::named(&name.to_lowercase())?.function {
            Function::Constant(number) => Some(Expr::Number(number)),
            Function::Clock(clock) => Some(Expr::Clock(clock)),
            _ => None,
        }
    }

    fn curve_of(&mut self, id: counterflow_model::VariableId, name: &Reference, at: &Context<'_>) -> Option<LookupId> {
        let curves = self.instance(id)?.curves.clone();
        if curves.len() < 2 {
            return curves.first().copied().flatten();
        }
        let flat = self.fixed_element(id, name, at)?;
        curves.get(flat).copied().flatten()
    }

    fn lookup_call(
        &mut self,
        curve: LookupId,
        name: &Reference,
        arguments: &[expression::Expr],
        at: &Context<'_>,
    ) -> Expr {
        let [place] = arguments else {
            let message =
                format!("the graphical function `{}` takes 1 argument; found {}", name.shown, arguments.len());
            self.report.push(Code::E1009, name.span, message);
            return Expr::Number(f64::NAN);
        };
        Expr::Lookup(curve, Box::new(self.expression(place, at)))
    }

    /// `LOOKUP(curve, place)`, perhaps read otherwise than it says itself outside and between its points.
    fn lookup_function(&mut self, beyond: Option<Beyond>, arguments: &[expression::Expr], at: &Context<'_>) -> Expr {
        if let Kind::Name(name) = &arguments[0].kind {
            let curve = match self.structure.find(&name.path, at.scope).cloned() {
                Some(Entry::Curve(id)) => Some(id),
                Some(Entry::Variable(id)) => {
                    self.define(id);
                    self.curve_of(id, name, at)
                }
                _ => None,
            };
            if let Some(mut curve) = curve {
                if let Some(beyond) = beyond {
                    let read = Lookup { beyond, ..self.structure.lookups[curve.0].clone() };
                    curve = LookupId(self.structure.lookups.len());
                    self.structure.lookups.push(read);
                }
                return self.lookup_call(curve, name, &arguments[1..], at);
            }
        }
        let message = "the first argument of LOOKUP is no variable with a graphical function";
        self.report.push(Code::E2005, arguments[0].span, message);
        Expr::Number(f64::NAN)
    }

    fn cascade(
        &mut self,
        is_delay: bool,
        stages: Option<usize>,
        name: &Reference,
        values: Vec<Expr>,
        at: &Context<'_>,
    ) -> Expr {
        let mut values = values.into_iter();
        let mut next = || values.next().unwrap_or(Expr::Number(f64::NAN));
        let (input, time) = (next(), next());
        let stages = match stages {
            Some(stages) => stages,
            None => match self.constant(&next()) {
                Some(stages) if (0.5..=MOST_STAGES).contains(&stages) => (stages + 0.5) as usize,
                Some(stages) => {
                    let message = format!("found {stages} stages; expected 1 to {MOST_STAGES}");
                    self.report.push(Code::E7005, name.span, message);
                    return Expr::Number(f64::NAN);
                }
                None => {
                    let message = format!("the number of stages of {} must be known before the model runs", name.shown);
                    self.report.push(Code::E7005, name.span, message);
                    return Expr::Number(f64::NAN);
                }
            },
        };
        let (input, time) = (self.hold(input, at), self.hold(time, at));
        let initial = match values.next() {
            Some(initial) => self.hold(initial, at),
            None => input.clone(),
        };
        let stocks: Vec<Expr> = (0..stages).map(|_| self.stock(at)).collect();
        let (made, value) = cascade(Cascade { is_delay, stages }, input, time, initial, &stocks);
        for (stock, stage) in stocks.iter().zip(made) {
            self.integrate(stock, stage.initial, stage.net);
        }
        value
    }

    /// A hidden stock that is still to be defined.
    pub fn stock(&mut self, at: &Context<'_>) -> Expr {
        self.hide("stock", integral(Expr::Number(f64::NAN), Expr::Number(0.0)), at)
    }

    /// Defines a hidden stock.
    pub fn integrate(&mut self, stock: &Expr, initial: Expr, net: Expr) {
        if let Expr::Variable { variable, .. } = stock {
            self.made[variable.0].definition = integral(initial, net);
        }
    }

    fn timely(&mut self, timely: Timely, values: Vec<Expr>) -> Expr {
        let mut values = values.into_iter();
        let mut next = || values.next().unwrap_or(Expr::Number(f64::NAN));
        match timely {
            Timely::Step => standard::step(next(), next(), self.early),
            Timely::Ramp => standard::ramp(next(), next(), values.next()),
            Timely::Pulse => {
                let volume = next();
                match (values.next(), values.next()) {
                    (Some(first), Some(every)) => standard::pulses(volume, first, every, self.early),
                    (Some(first), None) => standard::pulse(volume, first, self.early),
                    // Without a time there is a pulse in every step.
                    (None, _) => Expr::binary(Binary::Divide, volume, Expr::Clock(Clock::Step)),
                }
            }
            Timely::PulseTrain => {
                let (from, width, every, until) = (next(), next(), next(), next());
                let early = Expr::binary(Binary::Multiply, Expr::Clock(Clock::Step), Expr::Number(self.early));
                let now = Expr::binary(Binary::Add, Expr::Clock(Clock::Time), early.clone());
                let since = Expr::binary(Binary::Subtract, now, from);
                let width = Expr::binary(Binary::Maximum, width, Expr::Clock(Clock::Step));
                let within = Expr::binary(Binary::Modulo, since.clone(), every);
                let conditions = vec![
                    Expr::binary(Binary::GreaterOrEqual, since, Expr::Number(0.0)),
                    Expr::binary(Binary::Less, within, width),
                    Expr::binary(
                        Binary::LessOrEqual,
                        Expr::Clock(Clock::Time),
                        Expr::binary(Binary::Add, until, early),
                    ),
                ];
                combined(Binary::And, conditions).unwrap_or(Expr::Number(0.0))
            }
        }
    }
}

fn integral(initial: Expr, net: Expr) -> Definition {
    let (initial, net) = (Equation::Every(initial), Equation::Every(net));
    Definition::Stock(Stock { initial, net, inflows: Vec::new(), outflows: Vec::new() })
}

/// The first of the values that are left; their number has been checked.
pub fn take(values: &mut Vec<Expr>) -> Expr {
    if values.is_empty() { Expr::Number(f64::NAN) } else { values.remove(0) }
}

/// A change of sign.
pub fn negative(expr: Expr) -> Expr {
    Expr::Unary(Unary::Negate, Box::new(expr))
}
