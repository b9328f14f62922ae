//! Statements, one function for each kind.

use super::clause::{Clauses, SUMMARIES};
use super::{Parsed, Parser, Stop};
use crate::codes::Code;
use crate::report::Finding;
use crate::syntax::{
    Body, CheckStatement, DimensionStatement, FeedbackStatement, HorizonStatement, LeverBody, LookupStatement, METHODS,
    Name, ObserveStatement, OutcomeStatement, ParameterBody, StatementKind, StockBody, UnitText, VariableStatement,
};
use crate::token::TokenKind;
use counterflow_model::{Method, Period};

/// Words that begin a statement.
const STATEMENTS: &[&str] = &[
    "horizon",
    "unit",
    "dimension",
    "param",
    "lever",
    "kinetic",
    "lookup",
    "series",
    "stock",
    "flow",
    "aux",
    "observe",
    "check",
    "outcome",
    "feedback",
    "should",
];

/// Whether a token can begin a statement.
pub fn begins(token: &TokenKind) -> bool {
    matches!(token, TokenKind::Word(word) if STATEMENTS.contains(&word.as_str()))
}

impl Parser<'_> {
    /// One statement of any kind.
    pub fn statement(&mut self) -> Parsed<StatementKind> {
        let here = self.here();
        let word = self.word("a statement")?.text;
        match word.as_str() {
            "horizon" => self.horizon(),
            "unit" => self.units(),
            "dimension" => self.dimension(),
            "param" => self.parameter(),
            "lever" => self.lever(false),
            "kinetic" => {
                self.expect("lever")?;
                self.lever(true)
            }
            "lookup" => self.lookup(),
            "series" => self.series(),
            "stock" => self.stock(),
            "flow" => self.computed("flow", Body::Flow),
            "aux" => self.computed("aux", Body::Auxiliary),
            "observe" => self.observe(),
            "check" => self.check(),
            "outcome" => self.outcome(),
            "feedback" => self.feedback(),
            "should" => self.should(),
            _ => {
                let message = format!(
                    "`{word}` begins no statement{}",
                    self.report.did_you_mean(&word, STATEMENTS.iter().copied())
                );
                let help = format!("statements begin with `{}`", STATEMENTS.join("`, `"));
                self.report.push(Finding::new(Code::E1002, here, message).label("expected a statement").help(help));
                self.guess_name();
                Err(Stop)
            }
        }
    }

    /// In `stok people : people` the second word is meant to be declared.
    fn guess_name(&mut self) {
        if let Some(TokenKind::Word(text)) = self.peek() {
            self.declared = Some(Name { text: text.clone(), span: self.here() });
        }
    }

    /// The name that the statement declares.
    fn declaration(&mut self) -> Parsed<Name> {
        let name = self.word("a name")?;
        self.declared = Some(name.clone());
        self.form(&name)?;
        Ok(name)
    }

    /// Names are lower-case letters, digits and `_`, and begin with a letter.
    fn form(&mut self, name: &Name) -> Parsed<()> {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if name.text.chars().all(plain) && name.text.starts_with(|c: char| c.is_ascii_lowercase()) {
            return Ok(());
        }
        let message = format!("`{}` does not have the form of a name", name.text);
        let help = "names are lower-case letters, digits and `_`, and begin with a letter";
        self.report.push(Finding::new(Code::E1016, name.span, message).help(help));
        Err(Stop)
    }

    pub fn missing(&mut self, statement: &str, clause: &str, help: &str) -> Stop {
        // Without a declared name the statement's second word is the nearest to one.
        let second = self.tokens.get(1).map_or(self.behind(), |token| token.span);
        let at = self.declared.as_ref().map_or(second, |name| name.span);
        let message = format!("this `{statement}` lacks {clause}");
        self.report.push(Finding::new(Code::E1005, at, message).help(help));
        Stop
    }

    fn horizon(&mut self) -> Parsed<StatementKind> {
        let start = self.number()?.number;
        self.expect("to")?;
        let stop = self.number()?.number;
        let (mut steps, mut saves, mut method) = (None, None, Method::Euler);
        while self.peek().is_some() {
            if self.take("steps") {
                steps = Some(self.count()?);
            } else if self.take("saves") {
                saves = Some(self.count()?);
            } else if self.take("method") {
                method = self.choose("method", METHODS)?;
            } else {
                return Err(self.unexpected("`steps`, `saves` or `method`"));
            }
        }
        let help = "write for example `horizon 1999 to 2041 steps 48 saves 12 method euler`";
        let steps = steps.ok_or_else(|| self.missing("horizon", "`steps`", help))?;
        let saves = saves.unwrap_or(steps);
        Ok(StatementKind::Horizon(HorizonStatement { start, stop, steps, saves, method }))
    }

    /// A whole number above zero.
    fn count(&mut self) -> Parsed<u32> {
        match self.peek() {
            Some(TokenKind::Number(n)) if n.fract() == 0.0 && (1.0..=1e6).contains(n) => {
                let count = *n as u32;
                self.advance();
                Ok(count)
            }
            _ => Err(self.unexpected("a whole number above 0")),
        }
    }

    fn units(&mut self) -> Parsed<StatementKind> {
        let mut units = vec![self.word("the name of a unit")?];
        while self.take(",") {
            units.push(self.word("the name of a unit")?);
        }
        self.clauses("unit", &[])?;
        Ok(StatementKind::Units(units))
    }

    fn dimension(&mut self) -> Parsed<StatementKind> {
        let name = self.declaration()?;
        self.expect("=")?;
        let mut elements = Vec::new();
        loop {
            let element = self.word("the name of an element")?;
            self.form(&element)?;
            elements.push(element);
            if !self.take(",") {
                break;
            }
        }
        let documentation = self.clauses("dimension", &[])?.documentation;
        Ok(StatementKind::Dimension(DimensionStatement { name, elements, documentation }))
    }

    /// `name[dimensions] : unit`.
    fn head(&mut self) -> Parsed<(Name, Vec<Name>, Option<UnitText>)> {
        let name = self.declaration()?;
        let mut dimensions = Vec::new();
        if self.take("[") {
            loop {
                dimensions.push(self.word("the name of a dimension")?);
                if !self.take(",") {
                    break;
                }
            }
            self.expect("]")?;
        }
        let unit = if self.take(":") { Some(self.unit()?) } else { None };
        Ok((name, dimensions, unit))
    }

    fn parameter(&mut self) -> Parsed<StatementKind> {
        let (name, dimensions, unit) = self.head()?;
        self.expect("=")?;
        let mut values = vec![self.number()?];
        while self.take(",") {
            values.push(self.number()?);
        }
        if ["+", "-", "*", "/", "^", "("].iter().any(|sign| self.at(sign)) {
            let message = format!("found {}, but a parameter's value is a literal number", self.found());
            let help = "compute with parameters in an `aux`";
            return Err(
                self.stop(Finding::new(Code::E1001, self.here(), message).label("no expression here").help(help))
            );
        }
        let clauses = self.clauses("param", &["range", "prior", "grade", "source", "date"])?;
        let Clauses { documentation, range, prior, evidence, .. } = clauses;
        let body = Body::Parameter(ParameterBody { values, range, prior, evidence });
        Ok(StatementKind::Variable(Box::new(VariableStatement { name, dimensions, unit, documentation, body })))
    }

    fn lever(&mut self, kinetic: bool) -> Parsed<StatementKind> {
        const WORDS: &[&str] = &["range", "evidence", "source", "date", "cost", "payer", "mechanism", "failure"];
        let (name, dimensions, unit) = self.head()?;
        self.expect("=")?;
        let neutral = self.number()?;
        let clauses = self.clauses("lever", WORDS)?;
        let cost = match (clauses.cost, clauses.payer) {
            (Some(cost), Some(payer)) => Some((cost, payer)),
            (None, None) => None,
            (Some(_), None) => {
                return Err(self.missing("lever", "`payer`", "a cost says who pays: `payer us_federal`"));
            }
            (None, Some(_)) => return Err(self.missing("lever", "`cost`", "`payer` says who pays the `cost`")),
        };
        let body = Body::Lever(Box::new(LeverBody {
            neutral,
            range: clauses.range,
            letter: clauses.letter,
            evidence: clauses.evidence,
            cost,
            kinetic,
            mechanism: clauses.mechanism,
            failure: clauses.failure,
        }));
        let documentation = clauses.documentation;
        Ok(StatementKind::Variable(Box::new(VariableStatement { name, dimensions, unit, documentation, body })))
    }

    fn lookup(&mut self) -> Parsed<StatementKind> {
        let name = self.declaration()?;
        let mut units = None;
        if self.take(":") {
            let x = self.unit()?;
            self.expect("->")?;
            units = Some((x, self.unit()?));
        }
        self.expect("=")?;
        let mut points = Vec::new();
        while self.take("(") {
            let x = self.number()?;
            self.expect(",")?;
            let y = self.number()?;
            self.expect(")")?;
            points.push((x, y));
            self.take(",");
        }
        let clauses = self.clauses("lookup", &["extrapolate", "grade", "source", "date"])?;
        let Clauses { extrapolate, documentation, evidence, .. } = clauses;
        let sources = evidence.sources;
        Ok(StatementKind::Lookup(LookupStatement { name, units, points, extrapolate, documentation, sources }))
    }

    fn series(&mut self) -> Parsed<StatementKind> {
        let (name, dimensions, unit) = self.head()?;
        self.expect("=")?;
        let key = self.key("the key of a data series")?;
        // A comma may part the key from the sentence.
        self.take(",");
        let documentation = self.clauses("series", &[])?.documentation;
        let body = Body::Series(key);
        Ok(StatementKind::Variable(Box::new(VariableStatement { name, dimensions, unit, documentation, body })))
    }

    fn stock(&mut self) -> Parsed<StatementKind> {
        let (name, dimensions, unit) = self.head()?;
        let clauses = self.clauses("stock", &["initial", "inflow", "outflow"])?;
        let Clauses { initial, inflows, outflows, documentation, .. } = clauses;
        let help = "a stock says what it holds at the start: `initial 0`";
        let initial = initial.ok_or_else(|| self.missing("stock", "`initial`", help))?;
        let body = Body::Stock(StockBody { initial, inflows, outflows });
        Ok(StatementKind::Variable(Box::new(VariableStatement { name, dimensions, unit, documentation, body })))
    }

    fn computed(&mut self, statement: &str, body: fn(crate::syntax::Equation) -> Body) -> Parsed<StatementKind> {
        let (name, dimensions, unit) = self.head()?;
        self.expect("=")?;
        let body = body(self.equation()?);
        let documentation = self.clauses(statement, &[])?.documentation;
        Ok(StatementKind::Variable(Box::new(VariableStatement { name, dimensions, unit, documentation, body })))
    }

    fn observe(&mut self) -> Parsed<StatementKind> {
        let name = self.observed()?;
        self.expect("=")?;
        let expression = self.expression()?;
        let clauses = self.clauses("observe", &["from", "total", "mean", "end", "~", "window"])?;
        let help = "write for example `from deaths_month total month ~ NegativeBinomial(dispersion)`";
        let mut lacks = |clause: &str| self.missing("observe", clause, help);
        let series = clauses.series.ok_or_else(|| lacks("`from` and the key of its series"))?;
        let summary = clauses.summary.ok_or_else(|| lacks("`total`, `mean` or `end`"))?;
        let (family, scale) = clauses.likelihood.ok_or_else(|| lacks("`~` and a family of likelihood"))?;
        Ok(StatementKind::Observe(Box::new(ObserveStatement {
            name,
            expression,
            series,
            period: clauses.period.unwrap_or(Period::Year),
            summary,
            family,
            scale,
            window: clauses.window,
            documentation: clauses.documentation,
        })))
    }

    /// The name of an observation or outcome; these have rooms of their own, so a broken one declares nothing.
    fn observed(&mut self) -> Parsed<Name> {
        let name = self.word("a name")?;
        self.form(&name)?;
        Ok(name)
    }

    fn check(&mut self) -> Parsed<StatementKind> {
        let statement = self.text("the statement in quotes")?;
        self.expect(":")?;
        let condition = self.expression()?;
        self.clauses("check", &[])?;
        Ok(StatementKind::Check(CheckStatement { statement, condition }))
    }

    fn outcome(&mut self) -> Parsed<StatementKind> {
        let name = self.observed()?;
        let title = self.text("the outcome's name in quotes")?;
        self.expect("=")?;
        let variable = self.word("the name of a variable")?;
        let words: Vec<&str> = SUMMARIES.iter().map(|(word, _)| *word).chain(["better", "concerns"]).collect();
        let clauses = self.clauses("outcome", &words)?;
        let help = "write for example `total better lower concerns united_states`";
        let mut lacks = |clause: &str| self.missing("outcome", clause, help);
        let summary = clauses.summary.ok_or_else(|| lacks("`total`, `mean` or `end`"))?;
        let better = clauses.better.ok_or_else(|| lacks("`better`"))?;
        let concerns = clauses.concerns.ok_or_else(|| lacks("`concerns`"))?;
        Ok(StatementKind::Outcome(OutcomeStatement { name, title, variable, summary, better, concerns }))
    }

    fn feedback(&mut self) -> Parsed<StatementKind> {
        let name = self.observed()?;
        let sentence = self.text("a sentence in quotes: what goes round in the loop")?;
        self.expect("through")?;
        let variable = self.word("the name of a variable")?;
        self.clauses("feedback", &[])?;
        Ok(StatementKind::Feedback(FeedbackStatement { name, sentence, variable }))
    }
}
