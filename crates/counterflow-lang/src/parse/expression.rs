//! Expressions, by precedence climbing.

use super::{Parsed, Parser, Stop};
use crate::codes::Code;
use crate::report::Finding;
use crate::syntax::{Equation, Expr, Kind, Name, Span, Subscript};
use crate::token::TokenKind;
use counterflow_model::{Binary, Unary};

/// Deepest nesting of an expression; later phases recurse over it.
pub const DEEPEST: usize = 200;

/// Words that are part of expressions and so can not be names, in lower case.
pub const WORDS: &[&str] = &["if", "then", "else", "and", "or", "not", "mod"];

/// Operators between two values, from loose to tight; each level runs left to right.
const LEVELS: &[&[(&str, Binary)]] = &[
    &[("OR", Binary::Or)],
    &[("AND", Binary::And)],
    &[("=", Binary::Equal), ("<>", Binary::NotEqual)],
    &[("<", Binary::Less), ("<=", Binary::LessOrEqual), (">", Binary::Greater), (">=", Binary::GreaterOrEqual)],
    &[("+", Binary::Add), ("-", Binary::Subtract)],
    &[("*", Binary::Multiply), ("/", Binary::Divide), ("MOD", Binary::Modulo)],
];

impl Parser<'_> {
    /// One expression, or `{ element: expression, ... }`.
    pub fn equation(&mut self) -> Parsed<Equation> {
        let start = self.here();
        if !self.take("{") {
            return Ok(Equation::Every(self.expression()?));
        }
        let mut arms = Vec::new();
        while !self.at("}") {
            let mut elements = vec![self.word("an element")?];
            while self.take(",") {
                elements.push(self.word("an element")?);
            }
            self.expect(":")?;
            arms.push((elements, self.expression()?));
            if !self.take(",") {
                break;
            }
        }
        self.expect("}")?;
        Ok(Equation::Each(arms, start.to(self.behind())))
    }

    /// One expression.
    pub fn expression(&mut self) -> Parsed<Expr> {
        self.level(0)
    }

    /// An expression whose operators bind at least as tight as `loosest`.
    fn level(&mut self, loosest: usize) -> Parsed<Expr> {
        let mut left = self.signed()?;
        while let Some((level, operator)) = self.operator(loosest) {
            self.advance();
            let right = self.level(level + 1)?;
            left = self.binary(operator, left, right)?;
        }
        Ok(left)
    }

    fn operator(&self, loosest: usize) -> Option<(usize, Binary)> {
        let mut levels = LEVELS.iter().enumerate().skip(loosest);
        levels.find_map(|(i, level)| level.iter().find(|(text, _)| self.at(text)).map(|(_, operator)| (i, *operator)))
    }

    fn binary(&mut self, operator: Binary, left: Expr, right: Expr) -> Parsed<Expr> {
        let span = left.span.to(right.span);
        self.node(Kind::Binary(operator, Box::new(left), Box::new(right)), span)
    }

    /// A sign or NOT, which bind tighter than `*` and looser than `^`.
    fn signed(&mut self) -> Parsed<Expr> {
        self.deeper()?;
        let start = self.here();
        let operator = if self.at("-") { Some(Unary::Negate) } else { self.at("NOT").then_some(Unary::Not) };
        let result = if let Some(operator) = operator {
            self.advance();
            let inner = self.signed()?;
            let span = start.to(inner.span);
            self.node(Kind::Unary(operator, Box::new(inner)), span)
        } else if self.take("+") {
            self.signed()
        } else {
            self.power()
        };
        self.depth -= 1;
        result
    }

    /// `a ^ b`, right to left; the exponent may have a sign.
    fn power(&mut self) -> Parsed<Expr> {
        let base = self.primary()?;
        if !self.take("^") {
            return Ok(base);
        }
        let exponent = self.signed()?;
        self.binary(Binary::Power, base, exponent)
    }

    fn primary(&mut self) -> Parsed<Expr> {
        let span = self.here();
        match self.peek().cloned() {
            Some(TokenKind::Number(number)) => {
                self.advance();
                self.node(Kind::Number(number), span)
            }
            Some(TokenKind::Symbol("(")) => {
                self.advance();
                let mut inner = self.expression()?;
                self.expect(")")?;
                inner.span = span.to(self.behind());
                Ok(inner)
            }
            Some(TokenKind::Word(word)) if word.eq_ignore_ascii_case("if") => self.choice(),
            Some(TokenKind::Word(word)) if !WORDS.contains(&word.to_ascii_lowercase().as_str()) => {
                self.advance();
                self.named(Name { text: word, span })
            }
            _ => Err(self.unexpected("a value: a number, a name, a function or a bracket")),
        }
    }

    fn choice(&mut self) -> Parsed<Expr> {
        let start = self.here();
        self.advance();
        let condition = self.expression()?;
        self.expect("THEN")?;
        let yes = self.expression()?;
        self.expect("ELSE")?;
        let no = self.expression()?;
        let span = start.to(no.span);
        self.node(Kind::If(Box::new(condition), Box::new(yes), Box::new(no)), span)
    }

    /// What a name begins: a call, an array's element or the plain name.
    fn named(&mut self, name: Name) -> Parsed<Expr> {
        let start = name.span;
        let kind = if self.take("(") {
            let mut arguments = Vec::new();
            while !self.at(")") {
                arguments.push(self.argument(&name)?);
                if !self.take(",") {
                    break;
                }
            }
            self.expect(")")?;
            Kind::Call(name, arguments)
        } else {
            let subscripts = self.subscripts()?;
            Kind::Name(name, subscripts)
        };
        self.node(kind, start.to(self.behind()))
    }

    /// Only a random stream is named in quotes; everywhere else a text is out of place.
    fn argument(&mut self, function: &Name) -> Parsed<Expr> {
        match self.peek().cloned() {
            Some(TokenKind::Text(text)) if function.text.eq_ignore_ascii_case("NORMAL") => {
                let span = self.here();
                self.advance();
                self.node(Kind::Text(text), span)
            }
            _ => self.expression(),
        }
    }

    /// A name with its subscripts, as in a stock's list of flows.
    pub fn reference(&mut self) -> Parsed<Expr> {
        let name = self.word("the name of a flow")?;
        let start = name.span;
        let subscripts = self.subscripts()?;
        self.node(Kind::Name(name, subscripts), start.to(self.behind()))
    }

    fn subscripts(&mut self) -> Parsed<Option<Vec<Subscript>>> {
        if !self.take("[") {
            return Ok(None);
        }
        let mut subscripts = Vec::new();
        loop {
            let here = self.here();
            subscripts.push(if self.take("*") {
                Subscript::All(here)
            } else {
                Subscript::Name(self.word("an element, a dimension or `*`")?)
            });
            if !self.take(",") {
                break;
            }
        }
        self.expect("]")?;
        Ok(Some(subscripts))
    }

    /// An expression of known height, or an error where it is too high.
    pub fn node(&mut self, kind: Kind, span: Span) -> Parsed<Expr> {
        let mut expr = Expr { kind, span, depth: 0 };
        expr.depth = 1 + expr.children().iter().map(|child| child.depth).max().unwrap_or(0);
        if expr.depth > DEEPEST { Err(self.too_deep(span)) } else { Ok(expr) }
    }

    fn deeper(&mut self) -> Parsed<()> {
        self.depth += 1;
        if self.depth > DEEPEST { Err(self.too_deep(self.here())) } else { Ok(()) }
    }

    fn too_deep(&mut self, span: Span) -> Stop {
        let message = format!("this expression is nested more than {DEEPEST} levels deep");
        let help = "give a part of it a name of its own, with `aux`";
        self.report.push(Finding::new(Code::E1006, span, message).help(help));
        Stop
    }
}
