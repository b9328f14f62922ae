//! `should` statements: settings of inputs and what must come out.

use counterflow_model::{Amount, Binary, Relation, When};

use super::{Parsed, Parser};
use crate::codes::Code;
use crate::report::Finding;
use crate::syntax::{
    ExpectClause, Expr, Kind, ReferenceText, SettingClause, ShouldStatement, Span, StatementKind, TargetText,
};
use crate::token::TokenKind;

/// Words that begin a clause of a `should`.
const CLAUSES: &[&str] = &["given", "with", "from", "expect", "in", "because", "known_miss"];
const BOUNDS: &[(&str, Amount)] = &[("low", Amount::Low), ("high", Amount::High), ("neutral", Amount::Neutral)];
const EXAMPLE: &str = "write for example `expect deaths mean 2026 to 2036 above status_quo`";

impl Parser<'_> {
    /// What follows the word `should`.
    pub fn should(&mut self) -> Parsed<StatementKind> {
        let mut should = ShouldStatement {
            statement: self.text("the statement in quotes")?,
            given: Vec::new(),
            settings: Vec::new(),
            from: None,
            expectations: Vec::new(),
            share: 1.0,
            because: String::new(),
            known_miss: None,
        };
        let mut seen: Vec<String> = Vec::new();
        while self.peek().is_some() {
            let word = self.word("a clause")?;
            let repeats = ["given", "with", "expect"].contains(&word.text.as_str());
            if !repeats && seen.contains(&word.text) {
                let message = format!("`{}` is given twice", word.text);
                return Err(self.stop(Finding::new(Code::E1004, word.span, message).label("a second time")));
            }
            match word.text.as_str() {
                "given" => should.given.push(self.setting(word.span)?),
                "with" => should.settings.push(self.setting(word.span)?),
                "from" => should.from = Some(self.number()?),
                "expect" => should.expectations.push(self.expectation(word.span)?),
                "in" => should.share = self.share_of_draws()?,
                "because" => should.because = self.text("the reason in quotes")?,
                "known_miss" => should.known_miss = Some(self.text("in quotes why the model misses it")?),
                other => {
                    let hint = self.report.did_you_mean(other, CLAUSES.iter().copied());
                    let message = format!("`{other}` begins no clause of a `should`{hint}");
                    let help = format!("a `should` may have `{}`", CLAUSES.join("`, `"));
                    let finding = Finding::new(Code::E1003, word.span, message).label("not expected here").help(help);
                    return Err(self.stop(finding));
                }
            }
            seen.push(word.text);
        }
        if should.expectations.is_empty() {
            return Err(self.missing("should", "`expect`", EXAMPLE));
        }
        Ok(StatementKind::Should(Box::new(should)))
    }

    /// `naloxone = 0, 1`, `stay * 2`, `each lever = low, high`.
    fn setting(&mut self, start: Span) -> Parsed<SettingClause> {
        let target = if self.take("each") {
            self.expect("lever")?;
            TargetText::Each
        } else if self.take("every") {
            self.expect("lever")?;
            TargetText::Every
        } else {
            TargetText::Named(self.reference()?)
        };
        let amounts = if self.take("*") {
            vec![Amount::Times(self.number()?.number)]
        } else {
            self.expect("=")?;
            let mut amounts = vec![self.amount()?];
            while self.take(",") {
                amounts.push(self.amount()?);
            }
            amounts
        };
        Ok(SettingClause { target, amounts, span: start.to(self.behind()) })
    }

    fn amount(&mut self) -> Parsed<Amount> {
        match self.peek() {
            Some(TokenKind::Word(_)) => self.choose("amount", BOUNDS),
            _ => Ok(Amount::Value(self.number()?.number)),
        }
    }

    /// `deaths at 2036 below 0.5 * status_quo`.
    fn expectation(&mut self, start: Span) -> Parsed<ExpectClause> {
        let measured = self.expression()?;
        let when = self.when()?;
        let relation = self.relation()?;
        let (expression, reference) = match relation {
            Relation::Rises | Relation::Falls => (measured, ReferenceText::Before),
            _ => self.compared(measured)?,
        };
        Ok(ExpectClause { expression, when, relation, reference, span: start.to(self.behind()) })
    }

    fn when(&mut self) -> Parsed<When> {
        if self.take("at") {
            return Ok(When::At(self.number()?.number));
        }
        if self.take("mean") {
            let from = self.number()?.number;
            self.expect("to")?;
            return Ok(When::Mean(from, self.number()?.number));
        }
        if self.take("always") {
            let from = if self.take("from") { self.number()?.number } else { f64::NEG_INFINITY };
            let to = if self.take("to") { self.number()?.number } else { f64::INFINITY };
            return Ok(When::Always(from, to));
        }
        Err(self.unexpected("when: `at 2036`, `mean 2026 to 2036` or `always`"))
    }

    fn relation(&mut self) -> Parsed<Relation> {
        if self.take("not") {
            return self.choose("relation", &[("above", Relation::NotAbove), ("below", Relation::NotBelow)]);
        }
        if self.take("within") {
            let percent = self.number()?.number;
            self.expect("percent")?;
            self.expect("of")?;
            return Ok(Relation::Within(percent / 100.0));
        }
        const PLAIN: &[(&str, Relation)] = &[
            ("above", Relation::Above),
            ("below", Relation::Below),
            ("equals", Relation::Equals),
            ("rises", Relation::Rises),
            ("falls", Relation::Falls),
        ];
        if !matches!(self.peek(), Some(TokenKind::Word(_))) {
            return Err(
                self.unexpected("`above`, `below`, `not above`, `not below`, `equals`, `within`, `rises` or `falls`")
            );
        }
        self.choose("relation", PLAIN)
    }

    /// `status_quo`, so many times it, or a value of the same run.
    fn compared(&mut self, measured: Expr) -> Parsed<(Expr, ReferenceText)> {
        if self.take("status_quo") {
            return Ok((measured, ReferenceText::StatusQuo(1.0)));
        }
        let rest = self.tokens.get(self.next..self.next + 3).unwrap_or_default();
        if let [factor, times, word] = rest
            && let TokenKind::Number(factor) = factor.kind
            && times.kind == TokenKind::Symbol("*")
            && word.kind == TokenKind::Word("status_quo".into())
        {
            self.next += 3;
            return Ok((measured, ReferenceText::StatusQuo(factor)));
        }
        let value = self.expression()?;
        let span = measured.span.to(value.span);
        // Which comparison it is does not matter here: both sides must have one unit and be single values.
        let comparison = self.node(Kind::Binary(Binary::Less, Box::new(measured), Box::new(value)), span)?;
        Ok((comparison, ReferenceText::Value))
    }

    /// `in 90 percent of draws`.
    fn share_of_draws(&mut self) -> Parsed<f64> {
        let percent = self.number()?;
        self.expect("percent")?;
        self.expect("of")?;
        self.expect("draws")?;
        if percent.number > 0.0 && percent.number <= 100.0 {
            return Ok(percent.number / 100.0);
        }
        let message = format!("found {} percent of draws, expected more than 0 and at most 100", percent.number);
        Err(self.stop(Finding::new(Code::E1001, percent.span, message)))
    }
}
