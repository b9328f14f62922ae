//! Clauses: what may follow the head of a statement, each begun by its word.

use super::{Parsed, Parser};
use crate::codes::Code;
use crate::report::Finding;
use crate::syntax::{Equation, EvidenceClauses, Expr, Name, Range, Span};
use crate::token::TokenKind;
use counterflow_model::{Better, Family, Grade, Period, Prior, Summary};

/// Everything that clauses may say; a statement takes what it allows.
#[derive(Default)]
pub struct Clauses {
    pub documentation: String,
    pub range: Option<Range>,
    pub prior: Option<(Prior, Span)>,
    pub evidence: EvidenceClauses,
    pub letter: Option<char>,
    pub cost: Option<Expr>,
    pub payer: Option<String>,
    pub mechanism: String,
    pub failure: String,
    pub initial: Option<Equation>,
    pub inflows: Vec<Expr>,
    pub outflows: Vec<Expr>,
    pub extrapolate: bool,
    pub series: Option<Name>,
    pub summary: Option<Summary>,
    pub period: Option<Period>,
    pub likelihood: Option<(Family, Expr)>,
    pub window: Option<Range>,
    pub better: Option<Better>,
    pub concerns: Option<String>,
    /// Words seen so far, to find those given twice.
    seen: Vec<String>,
}

/// Words of clauses that say how values become one.
pub const SUMMARIES: &[(&str, Summary)] = &[("total", Summary::Total), ("mean", Summary::Mean), ("end", Summary::End)];
const PERIODS: &[(&str, Period)] =
    &[("month", Period::Month), ("year", Period::Year), ("fiscal_year", Period::FiscalYear)];
const DIRECTIONS: &[(&str, Better)] =
    &[("lower", Better::Lower), ("higher", Better::Higher), ("neither", Better::Neither)];
const CONCERNS: &[(&str, &str)] = &[("united_states", "united_states"), ("mexico", "mexico"), ("both", "both")];
const LETTERS: &[(&str, char)] = &[("A", 'A'), ("B", 'B'), ("C", 'C'), ("D", 'D'), ("E", 'E')];

/// Every clause word, to tell a clause in the wrong place from a slip.
const ALL: &[&str] = &[
    "range",
    "prior",
    "grade",
    "source",
    "date",
    "evidence",
    "cost",
    "payer",
    "mechanism",
    "failure",
    "initial",
    "inflow",
    "outflow",
    "extrapolate",
    "from",
    "total",
    "mean",
    "end",
    "~",
    "window",
    "better",
    "concerns",
];

impl Parser<'_> {
    /// Reads clauses to the end of the statement. `statement` is its word, `allowed` the words it knows.
    pub fn clauses(&mut self, statement: &str, allowed: &[&str]) -> Parsed<Clauses> {
        let mut clauses = Clauses::default();
        while self.peek().is_some() {
            let here = self.here();
            let word = match self.peek() {
                Some(TokenKind::Word(word)) => word.clone(),
                Some(TokenKind::Symbol("~")) => "~".into(),
                Some(TokenKind::Text(_)) => "a sentence".into(),
                _ => return Err(self.unexpected("a clause or the end of the statement")),
            };
            let repeated = clauses.seen.contains(&word);
            if repeated {
                let message = format!("`{word}` is given twice");
                return Err(self.stop(Finding::new(Code::E1004, here, message).label("a second time")));
            }
            if word == "a sentence" {
                clauses.documentation = self.text("a sentence")?;
            } else if allowed.contains(&word.as_str()) {
                self.advance();
                self.clause(&word, &mut clauses, statement)?;
            } else {
                return Err(self.misplaced(&word, statement, allowed));
            }
            clauses.seen.push(word);
        }
        Ok(clauses)
    }

    fn misplaced(&mut self, word: &str, statement: &str, allowed: &[&str]) -> super::Stop {
        let message = if ALL.contains(&word) {
            format!("`{word}` does not belong to a `{statement}`")
        } else {
            format!(
                "`{word}` begins no clause of a `{statement}`{}",
                self.report.did_you_mean(word, allowed.iter().copied())
            )
        };
        let words: Vec<String> = allowed.iter().map(|w| format!("`{w}`")).collect();
        let mut finding = Finding::new(Code::E1003, self.here(), message).label("not expected here");
        if !words.is_empty() {
            finding = finding.help(format!("a `{statement}` may have {} and a sentence in quotes", words.join(", ")));
        }
        self.stop(finding)
    }

    fn clause(&mut self, word: &str, clauses: &mut Clauses, statement: &str) -> Parsed<()> {
        match word {
            "range" => clauses.range = Some(self.range()?),
            "prior" => clauses.prior = Some(self.prior()?),
            "grade" => clauses.evidence.grade = Some(self.choose("grade", Grade::ALL)?),
            "source" => clauses.evidence.sources = self.keys()?,
            "date" => clauses.evidence.date = self.date()?,
            "evidence" => clauses.letter = Some(self.choose("letter of evidence", LETTERS)?),
            "cost" => clauses.cost = Some(self.expression()?),
            "payer" => clauses.payer = Some(self.word("who pays")?.text),
            "mechanism" => clauses.mechanism = self.text("a sentence in quotes")?,
            "failure" => clauses.failure = self.text("a sentence in quotes")?,
            "initial" => clauses.initial = Some(self.equation()?),
            "inflow" => clauses.inflows = self.flows()?,
            "outflow" => clauses.outflows = self.flows()?,
            "extrapolate" => clauses.extrapolate = true,
            "from" => clauses.series = Some(self.key("the key of a data series")?),
            "~" => clauses.likelihood = Some(self.likelihood()?),
            "window" => clauses.window = Some(self.range()?),
            "better" => clauses.better = Some(self.choose("direction", DIRECTIONS)?),
            "concerns" => clauses.concerns = Some(self.choose("word for whom it concerns", CONCERNS)?.to_owned()),
            _ => {
                clauses.summary = SUMMARIES.iter().find(|(name, _)| *name == word).map(|(_, summary)| *summary);
                clauses.seen.extend(SUMMARIES.iter().map(|(name, _)| (*name).to_owned()));
                if statement == "observe" {
                    clauses.period = Some(self.choose("period", PERIODS)?);
                }
            }
        }
        Ok(())
    }

    /// One of a list of words.
    pub fn choose<T: Copy>(&mut self, what: &str, choices: &[(&str, T)]) -> Parsed<T> {
        let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
        let listed = names.join("`, `");
        let Some(TokenKind::Word(word)) = self.peek() else {
            return Err(self.unexpected(&format!("a {what}: `{listed}`")));
        };
        if let Some((_, choice)) = choices.iter().find(|(name, _)| name == word) {
            self.advance();
            return Ok(*choice);
        }
        let message = format!("`{word}` is not a {what}{}", self.report.did_you_mean(word, names));
        Err(self.stop(Finding::new(Code::E1010, self.here(), message).help(format!("expected `{listed}`"))))
    }

    /// `low .. high`; which is lower is checked later.
    fn range(&mut self) -> Parsed<Range> {
        let low = self.number()?;
        self.expect("..")?;
        let high = self.number()?;
        Ok(Range { low: low.number, high: high.number, span: low.span.to(high.span) })
    }

    fn prior(&mut self) -> Parsed<(Prior, Span)> {
        let names: Vec<(&str, &str)> = Prior::FAMILIES.iter().map(|(name, _)| (*name, *name)).collect();
        let start = self.here();
        let family = self.choose("prior", &names)?;
        self.expect("(")?;
        let mut arguments = vec![self.number()?.number];
        while self.take(",") {
            arguments.push(self.number()?.number);
        }
        self.expect(")")?;
        let span = start.to(self.behind());
        let wanted = Prior::FAMILIES.iter().find(|(name, _)| *name == family).map_or(0, |(_, count)| *count);
        Prior::new(family, &arguments).map(|prior| (prior, span)).ok_or_else(|| {
            let message = if arguments.len() == wanted {
                format!("`{family}` can not have these numbers")
            } else {
                format!("`{family}` takes {wanted} numbers, found {}", arguments.len())
            };
            let help = "scales and shapes are above 0, and the lower end is below the upper";
            self.report.push(Finding::new(Code::E1011, span, message).help(help));
            super::Stop
        })
    }

    fn likelihood(&mut self) -> Parsed<(Family, Expr)> {
        let family = self.choose("family of likelihood", Family::ALL)?;
        self.expect("(")?;
        let scale = self.expression()?;
        self.expect(")")?;
        Ok((family, scale))
    }

    fn flows(&mut self) -> Parsed<Vec<Expr>> {
        let mut flows = vec![self.reference()?];
        while self.take(",") {
            flows.push(self.reference()?);
        }
        Ok(flows)
    }

    fn keys(&mut self) -> Parsed<Vec<Name>> {
        let mut keys = vec![self.key("the key of a source")?];
        while self.take(",") {
            keys.push(self.key("the key of a source")?);
        }
        Ok(keys)
    }

    /// A key: tokens that touch, so that keys may hold hyphens and dots.
    pub fn key(&mut self, expected: &str) -> Parsed<Name> {
        if !matches!(self.peek(), Some(TokenKind::Word(_) | TokenKind::Number(_))) {
            return Err(self.unexpected(expected));
        }
        self.touching()
    }

    /// A date as written: in quotes, or tokens that touch.
    fn date(&mut self) -> Parsed<String> {
        match self.peek() {
            Some(TokenKind::Text(_)) => self.text("a date"),
            Some(TokenKind::Number(_) | TokenKind::Word(_)) => Ok(self.touching()?.text),
            _ => Err(self.unexpected("a date such as 2019, 2016-2019 or \"July 2021\"")),
        }
    }

    fn touching(&mut self) -> Parsed<Name> {
        let start = self.here();
        self.advance();
        while self.here().start == self.behind().end && !self.at(",") && self.touches() {
            self.advance();
        }
        let span = start.to(self.behind());
        let text = self.source.get(span.start..span.end).unwrap_or_default().to_owned();
        Ok(Name { text, span })
    }

    fn touches(&self) -> bool {
        matches!(self.peek(), Some(TokenKind::Word(_) | TokenKind::Number(_) | TokenKind::Symbol(_)))
    }
}
