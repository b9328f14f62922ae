//! Expressions as MathML. Names stay words; a long expression becomes several formulas between which a line may end.

mod bond;
#[cfg(test)]
mod tests;
mod time;
mod width;

use counterflow_model::{
    Binary, Clock, Definition, DimensionId, Expr, Index, Model, Reduction, Ternary, Unary, VariableId,
};
use maud::{Markup, html};

use crate::addresses::Addresses;
use bond::{Bond, bond};
use time::Timely;
use width::{chain, width};

/// Widest formula, in letters, that is left whole.
const FITS: usize = 26;
/// Widest fraction, in letters, that is drawn as one.
const FRACTION: usize = 44;

/// Writes the expressions of one model.
pub struct Math<'a> {
    /// The model.
    pub model: &'a Model,
    /// Where its names lead.
    pub addresses: &'a Addresses,
}

/// A formula in its element.
fn formula(content: &Markup) -> Markup {
    html! { math displaystyle="true" { (content) } }
}

impl Math<'_> {
    /// `left = expression` as formulas in a row that may break between them.
    pub fn equation(&self, left: &Markup, expr: &Expr) -> Markup {
        let mut pieces = vec![html! { (left) mo { "=" } }];
        self.broken(expr, Bond::Choice, &html! {}, html! {}, &mut pieces);
        row(&pieces)
    }

    /// An expression alone, as formulas in a row that may break between them.
    pub fn expression(&self, expr: &Expr) -> Markup {
        let mut pieces = Vec::new();
        self.broken(expr, Bond::Choice, &html! {}, html! {}, &mut pieces);
        row(&pieces)
    }

    /// Name of a variable with its dimensions, as the left side of its equation.
    pub fn left(&self, id: VariableId, element: Option<usize>) -> Markup {
        let variable = self.model.variable(id);
        let words = match element {
            Some(position) => {
                let name = self.model.element_name(id, position);
                name.split_once('[')
                    .map_or_else(String::new, |(_, rest)| spaced(&rest.trim_end_matches(']').replace(',', ", ")))
            }
            None => self.dimensions(&variable.dimensions),
        };
        subscripted(&html! { mi { (spaced(&variable.name)) } }, &words)
    }

    fn dimensions(&self, all: &[DimensionId]) -> String {
        all.iter().map(|d| spaced(&self.model.dimensions[d.0].name)).collect::<Vec<_>>().join(", ")
    }

    /// The expression as one formula that binds at least so tightly.
    fn solid(&self, expr: &Expr, least: Bond) -> Markup {
        let content = self.plain(expr);
        if bond(expr) < least {
            html! { mrow { mo { "(" } (content) mo { ")" } } }
        } else {
            content
        }
    }

    fn plain(&self, expr: &Expr) -> Markup {
        if let Some(timely) = Timely::of(expr) {
            return self.timely(&timely);
        }
        match expr {
            Expr::Number(x) => number(*x),
            Expr::Clock(clock) => html! { mi { (clock_word(*clock)) } },
            Expr::Variable { variable, indices } => self.reference(*variable, indices),
            Expr::Unary(operator, a) => self.unary(*operator, a),
            Expr::Binary(operator, a, b) => self.binary(*operator, a, b, expr),
            Expr::Ternary(Ternary::Select, a, b, c) => self.cases(a, b, c),
            Expr::Ternary(Ternary::SafeDivideOr, a, b, c) => {
                html! { msub { (self.fraction(a, b)) mrow { mtext { "or\u{a0}" } (self.solid(c, Bond::Choice)) } } }
            }
            Expr::Lookup(id, a) => self.call(&self.lookup(*id), &[a]),
            Expr::Reduce { reduction, over, body } => {
                html! { mrow { (self.reduction(*reduction, over)) (self.solid(body, Bond::Product)) } }
            }
            Expr::Initial(a) => html! { msub { (self.solid(a, Bond::Atom)) mtext { "at the start" } } },
            Expr::Phased { start, running } => html! {
                mrow { mo { "{" } mtable {
                    (case(&self.solid(start, Bond::Choice), &html! { mtext { "at the start" } }))
                    (case(&self.solid(running, Bond::Choice), &html! { mtext { "later" } }))
                } }
            },
            Expr::Noise { .. } => {
                html! { mrow { mi { "normal noise" } mo { "(" } mn { "0" } mo { "," } mn { "1" } mo { ")" } } }
            }
        }
    }

    fn timely(&self, timely: &Timely<'_>) -> Markup {
        let name = html! { mi { (timely.name) } };
        self.call(&name, &[timely.size, timely.from])
    }

    fn unary(&self, operator: Unary, a: &Expr) -> Markup {
        match operator {
            Unary::Negate => html! { mrow { mo { "−" } (self.solid(a, Bond::Power)) } },
            Unary::Not => html! { mrow { mtext { "not\u{a0}" } (self.solid(a, Bond::Atom)) } },
            Unary::Abs => html! { mrow { mo { "|" } (self.solid(a, Bond::Choice)) mo { "|" } } },
            Unary::Sqrt => html! { msqrt { (self.solid(a, Bond::Choice)) } },
            Unary::Int => html! { mrow { mo { "⌊" } (self.solid(a, Bond::Choice)) mo { "⌋" } } },
            _ => self.call(&function(operator), &[a]),
        }
    }

    fn binary(&self, operator: Binary, a: &Expr, b: &Expr, whole: &Expr) -> Markup {
        match operator {
            Binary::Divide => self.fraction(a, b),
            Binary::SafeDivide => html! { msub { (self.fraction(a, b)) mtext { "or 0" } } },
            Binary::Power => html! { msup { (self.solid(a, Bond::Atom)) (self.solid(b, Bond::Choice)) } },
            Binary::Minimum | Binary::Maximum => {
                self.call(&html! { mi { (operator.name().to_lowercase()) } }, &chain(operator, whole))
            }
            _ => {
                let (left, right) = sides(operator);
                html! { mrow { (self.solid(a, left)) (sign(operator)) (self.solid(b, right)) } }
            }
        }
    }

    fn fraction(&self, a: &Expr, b: &Expr) -> Markup {
        html! { mfrac { mrow { (self.solid(a, Bond::Choice)) } mrow { (self.solid(b, Bond::Choice)) } } }
    }

    fn cases(&self, condition: &Expr, yes: &Expr, no: &Expr) -> Markup {
        let mut rows = vec![(yes, Some(condition))];
        let mut last = no;
        while let Expr::Ternary(Ternary::Select, condition, yes, no) = last {
            if Timely::of(last).is_some() {
                break;
            }
            rows.push((yes, Some(condition)));
            last = no;
        }
        rows.push((last, None));
        html! {
            mrow { mo { "{" } mtable {
                @for (value, condition) in rows {
                    @let when = match condition {
                        Some(condition) => html! { mrow { mtext { "if\u{a0}" } (self.solid(condition, Bond::Choice)) } },
                        None => html! { mtext { "otherwise" } },
                    };
                    (case(&self.solid(value, Bond::Choice), &when))
                }
            } }
        }
    }

    fn call(&self, name: &Markup, arguments: &[&Expr]) -> Markup {
        html! {
            mrow {
                (name) mo { "(" }
                @for (i, argument) in arguments.iter().enumerate() {
                    @if i > 0 { mo { "," } }
                    (self.solid(argument, Bond::Choice))
                }
                mo { ")" }
            }
        }
    }

    fn lookup(&self, id: counterflow_model::LookupId) -> Markup {
        linked(&self.model.lookups[id.0].name, self.addresses.lookup(id))
    }

    fn reduction(&self, reduction: Reduction, over: &[DimensionId]) -> Markup {
        let sign = match reduction {
            Reduction::Sum => html! { mo { "∑" } },
            Reduction::Product => html! { mo { "∏" } },
            Reduction::Mean => html! { mi { "mean" } },
            Reduction::Minimum => html! { mi { "min" } },
            Reduction::Maximum => html! { mi { "max" } },
        };
        html! { munder { (sign) mtext { (self.dimensions(over)) } } }
    }

    fn reference(&self, id: VariableId, indices: &[Index]) -> Markup {
        let variable = self.model.variable(id);
        let word = |(dimension, index): (&DimensionId, &Index)| match index {
            Index::Element(k) => spaced(&self.model.dimensions[dimension.0].elements[*k]),
            Index::Along(d) => spaced(&self.model.dimensions[d.0].name),
        };
        let words: Vec<String> = variable.dimensions.iter().zip(indices).map(word).collect();
        let name = match self.cascade(id) {
            Some(content) => content,
            None => linked(&variable.name, Some(self.addresses.variable(id))),
        };
        subscripted(&name, &words.join(", "))
    }

    /// What an inner stock of a smooth or delay stands for: the function with its input and time.
    fn cascade(&self, id: VariableId) -> Option<Markup> {
        let name = &self.model.variable(id).name;
        let (row, _) = name.rsplit_once('.')?;
        let (_, function) = row.split_once('.')?;
        let function = function.split('_').next()?;
        let first = self.model.find(&format!("{row}.1"))?;
        let Definition::Stock(stock) = &self.model.variable(first).definition else { return None };
        let (input, share) = match stock.net.element(0) {
            Expr::Binary(Binary::Divide, gap, share) => match gap.as_ref() {
                Expr::Binary(Binary::Subtract, input, _) => (input, share),
                _ => return None,
            },
            Expr::Binary(Binary::Subtract, input, out) => match out.as_ref() {
                Expr::Binary(Binary::Divide, _, share) => (input, share),
                _ => return None,
            },
            _ => return None,
        };
        let words = if function.starts_with("delay") { format!("held in {function}") } else { function.to_owned() };
        Some(self.call(&html! { mi { (words) } }, &[input, share]))
    }
}

/// Long expressions in pieces.
impl Math<'_> {
    /// Adds the expression to the pieces; `lead` stands before it, `tail` behind, in the same piece as its neighbour.
    fn broken(&self, expr: &Expr, least: Bond, lead: &Markup, tail: Markup, pieces: &mut Vec<Markup>) {
        if width(self.model, expr) <= FITS {
            pieces.push(html! { (lead) (self.solid(expr, least)) (tail) });
            return;
        }
        let open = bond(expr) < least;
        let lead = if open {
            html! { (lead) mo stretchy="false" { "(" } }
        } else {
            lead.clone()
        };
        let tail = if open {
            html! { mo stretchy="false" { ")" } (tail) }
        } else {
            tail
        };
        match expr {
            _ if Timely::of(expr).is_some() => pieces.push(html! { (lead) (self.plain(expr)) (tail) }),
            Expr::Unary(Unary::Negate, a) => self.broken(a, Bond::Power, &html! { (lead) mo { "−" } }, tail, pieces),
            Expr::Unary(Unary::Abs, a) => {
                let bar = html! { mo stretchy="false" { "|" } };
                self.broken(a, Bond::Choice, &html! { (lead) (bar) }, html! { (bar) (tail) }, pieces);
            }
            Expr::Unary(operator @ (Unary::Exp | Unary::Ln | Unary::Log10), a) => {
                self.broken_call(&function(*operator), &[a], &lead, tail, pieces);
            }
            Expr::Lookup(id, a) => self.broken_call(&self.lookup(*id), &[a], &lead, tail, pieces),
            Expr::Binary(operator @ (Binary::Minimum | Binary::Maximum), ..) => {
                let name = html! { mi { (operator.name().to_lowercase()) } };
                self.broken_call(&name, &chain(*operator, expr), &lead, tail, pieces);
            }
            Expr::Binary(Binary::Divide, a, b) if width(self.model, expr) > FRACTION => {
                self.broken(a, Bond::Product, &lead, html! {}, pieces);
                self.broken(b, Bond::Fraction, &html! { mo form="infix" { "/" } }, tail, pieces);
            }
            Expr::Binary(operator, a, b)
                if !matches!(operator, Binary::Divide | Binary::SafeDivide | Binary::Power) =>
            {
                let (left, right) = sides(*operator);
                self.broken(a, left, &lead, html! {}, pieces);
                self.broken(b, right, &sign(*operator), tail, pieces);
            }
            Expr::Reduce { reduction, over, body } => {
                let lead = html! { (lead) (self.reduction(*reduction, over)) };
                self.broken(body, Bond::Product, &lead, tail, pieces);
            }
            _ => pieces.push(html! { (lead) (self.plain(expr)) (tail) }),
        }
    }

    fn broken_call(&self, name: &Markup, arguments: &[&Expr], lead: &Markup, tail: Markup, pieces: &mut Vec<Markup>) {
        for (i, argument) in arguments.iter().enumerate() {
            let lead = if i == 0 {
                html! { (lead) (name) mo stretchy="false" { "(" } }
            } else {
                html! {}
            };
            let behind = if i + 1 < arguments.len() {
                html! { mo { "," } }
            } else {
                html! { mo stretchy="false" { ")" } (tail) }
            };
            self.broken(argument, Bond::Choice, &lead, behind, pieces);
        }
    }
}

fn row(pieces: &[Markup]) -> Markup {
    html! { div class="equation" { @for piece in pieces { (formula(piece)) " " } } }
}

fn case(value: &Markup, condition: &Markup) -> Markup {
    html! { mtr { mtd { (value) } mtd { (condition) } } }
}

fn sign(operator: Binary) -> Markup {
    match operator {
        Binary::Subtract => html! { mo form="infix" { "−" } },
        Binary::Multiply => html! { mo form="infix" { "⋅" } },
        Binary::Modulo => html! { mtext { "\u{a0}mod\u{a0}" } },
        Binary::LessOrEqual => html! { mo form="infix" { "≤" } },
        Binary::GreaterOrEqual => html! { mo form="infix" { "≥" } },
        Binary::NotEqual => html! { mo form="infix" { "≠" } },
        Binary::And => html! { mtext { "\u{a0}and\u{a0}" } },
        Binary::Or => html! { mtext { "\u{a0}or\u{a0}" } },
        _ => html! { mo form="infix" { (operator.name()) } },
    }
}

/// How tightly both sides of an operator between two values must bind.
fn sides(operator: Binary) -> (Bond, Bond) {
    match operator {
        Binary::Or => (Bond::Or, Bond::Or),
        Binary::And => (Bond::And, Bond::And),
        Binary::Add => (Bond::Sum, Bond::Sum),
        Binary::Subtract => (Bond::Sum, Bond::Product),
        Binary::Multiply => (Bond::Product, Bond::Product),
        Binary::Modulo => (Bond::Product, Bond::Fraction),
        _ => (Bond::Sum, Bond::Sum),
    }
}

fn function(operator: Unary) -> Markup {
    html! { mi { (operator.name().to_lowercase()) } }
}

fn clock_word(clock: Clock) -> &'static str {
    match clock {
        Clock::Time => "time",
        Clock::Step => "step",
        Clock::Start => "start of the run",
        Clock::Stop => "end of the run",
    }
}

fn subscripted(name: &Markup, words: &str) -> Markup {
    if words.is_empty() {
        name.clone()
    } else {
        html! { msub { (name) mtext { (words) } } }
    }
}

fn linked(name: &str, address: Option<&str>) -> Markup {
    match address {
        Some(address) => html! { mi { a href=(address) { (spaced(name)) } } },
        None => html! { mi { (spaced(name)) } },
    }
}

/// Blanks that keep a name in one piece.
fn spaced(name: &str) -> String {
    name.replace('_', "\u{a0}")
}

/// A number as in the text; powers of ten where it is far from one.
fn number(x: f64) -> Markup {
    let text = if x == 0.0 || (1e-3..1e6).contains(&x.abs()) { format!("{x}") } else { format!("{x:e}") };
    let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |digits| ("−", digits));
    html! {
        @if !sign.is_empty() { mo { (sign) } }
        @if let Some((digits, power)) = digits.split_once('e') {
            mn { (digits) } mo { "⋅" } msup { mn { "10" } mn { (power.replace('-', "−")) } }
        } @else { mn { (digits) } }
    }
}
