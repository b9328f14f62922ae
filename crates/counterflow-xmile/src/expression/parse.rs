//! Tokens to trees.
//!
//! From loose to tight: OR, AND, NOT-less comparisons (`=`, `<>`), (`<`, `<=`, `>`, `>=`), `+ -`, `* / MOD`, signs and
//! NOT, `^` (from the right). So `-2^2` is -4.

use counterflow_lang::Code;
use counterflow_model::{Binary, Unary};

use super::token::{Token, TokenKind, tokens};
use super::{Expr, Kind, Reference, Subscript};
use crate::markup::Text;
use crate::names::canonical;
use crate::report::{Report, Span};

/// Highest tree of an expression.
const DEEPEST: usize = 200;

/// The expressions of an equation: one, or a list with commas or semicolons, one for each element of an array.
/// `None` if it does not read, which is reported.
pub fn equations(text: &Text, report: &mut Report) -> Option<Vec<Expr>> {
    let tokens = tokens(text, report)?;
    let mut parser = Parser { text, tokens, at: 0, depth: 0, report };
    let mut list = Vec::new();
    loop {
        list.push(parser.expression(0)?);
        if !(parser.take(",") || parser.take(";")) {
            break;
        }
        while parser.take(",") || parser.take(";") {}
        if parser.at == parser.tokens.len() {
            break;
        }
    }
    if parser.at < parser.tokens.len() {
        return parser.unexpected("an operator or the end of the equation");
    }
    Some(list)
}

struct Parser<'p> {
    text: &'p Text,
    tokens: Vec<Token>,
    at: usize,
    depth: usize,
    report: &'p mut Report,
}

/// Binary operators by level of precedence, loose ones first.
const LEVELS: &[&[(&str, Binary)]] = &[
    &[("OR", Binary::Or)],
    &[("AND", Binary::And)],
    &[("=", Binary::Equal), ("<>", Binary::NotEqual)],
    &[("<=", Binary::LessOrEqual), (">=", Binary::GreaterOrEqual), ("<", Binary::Less), (">", Binary::Greater)],
    &[("+", Binary::Add), ("-", Binary::Subtract)],
    &[("*", Binary::Multiply), ("//", Binary::SafeDivide), ("/", Binary::Divide), ("MOD", Binary::Modulo)],
];

impl Parser<'_> {
    fn expression(&mut self, level: usize) -> Option<Expr> {
        let Some(operators) = LEVELS.get(level) else { return self.signed() };
        let mut left = self.expression(level + 1)?;
        while let Some((_, operator)) = operators.iter().find(|(symbol, _)| self.is(symbol)) {
            self.at += 1;
            let right = self.expression(level + 1)?;
            let span = Span { start: left.span.start, end: right.span.end };
            let depth = left.depth.max(right.depth) + 1;
            left = self.bounded(Kind::Binary(*operator, Box::new(left), Box::new(right)), span, depth)?;
        }
        Some(left)
    }

    fn signed(&mut self) -> Option<Expr> {
        let start = self.here();
        let operator = match () {
            () if self.take("-") => Unary::Negate,
            () if self.take("NOT") => Unary::Not,
            () if self.take("+") => return self.nested(Parser::signed),
            () => return self.power(),
        };
        let inner = self.nested(Parser::signed)?;
        let (span, depth) = (Span { start: start.start, end: inner.span.end }, inner.depth + 1);
        self.bounded(Kind::Unary(operator, Box::new(inner)), span, depth)
    }

    fn power(&mut self) -> Option<Expr> {
        let base = self.nested(Parser::primary)?;
        if !self.take("^") {
            return Some(base);
        }
        let exponent = self.nested(Parser::signed)?;
        let span = Span { start: base.span.start, end: exponent.span.end };
        let depth = base.depth.max(exponent.depth) + 1;
        self.bounded(Kind::Binary(Binary::Power, Box::new(base), Box::new(exponent)), span, depth)
    }

    fn primary(&mut self) -> Option<Expr> {
        let start = self.here();
        if self.take("(") {
            let inner = self.expression(0)?;
            self.expect(")")?;
            return Some(inner);
        }
        if self.is("IF") {
            return self.choice();
        }
        match self.tokens.get(self.at).map(|token| token.kind.clone()) {
            Some(TokenKind::Number(number)) => {
                self.at += 1;
                self.bounded(Kind::Number(number), start, 1)
            }
            // Names of functions that are operators elsewhere.
            Some(TokenKind::Symbol(word @ ("MOD" | "NOT"))) if self.symbol_at(1) == Some("(") => {
                self.at += 1;
                let span = start;
                self.call(Reference { path: vec![canonical(word)], shown: word.into(), subscripts: None, span })
            }
            Some(TokenKind::Word(_)) | Some(TokenKind::Symbol(".")) => {
                let reference = self.reference()?;
                if self.is("(") {
                    return self.call(reference);
                }
                let span = reference.span;
                self.bounded(Kind::Name(reference), span, 1)
            }
            _ => self.unexpected("a number, a name or `(`"),
        }
    }

    /// `IF a THEN b ELSE c`, or the function `IF THEN ELSE(a, b, c)`.
    fn choice(&mut self) -> Option<Expr> {
        let start = self.here();
        if self.symbol_at(1) == Some("THEN") && self.symbol_at(2) == Some("ELSE") {
            self.at += 3;
            let name = "IF THEN ELSE";
            return self.call(Reference {
                path: vec![canonical(name)],
                shown: name.into(),
                subscripts: None,
                span: start,
            });
        }
        self.at += 1;
        let condition = self.expression(0)?;
        self.expect("THEN")?;
        let yes = self.expression(0)?;
        self.expect("ELSE")?;
        let no = self.expression(0)?;
        let span = Span { start: start.start, end: no.span.end };
        let depth = condition.depth.max(yes.depth).max(no.depth) + 1;
        self.bounded(Kind::If(Box::new(condition), Box::new(yes), Box::new(no)), span, depth)
    }

    /// `module.name[subscripts]`; words that follow each other are one name.
    fn reference(&mut self) -> Option<Reference> {
        let start = self.here();
        let mut path = Vec::new();
        let mut shown = String::new();
        if self.take(".") {
            path.push(String::new());
        }
        loop {
            let mut words: Vec<String> = Vec::new();
            while let Some(TokenKind::Word(word)) = self.tokens.get(self.at).map(|token| &token.kind) {
                // A dot within quotes is part of the name, outside it leads into a module.
                words.push(word.clone());
                self.at += 1;
                // The one name of a function that holds an operator's word.
                if words.len() == 1 && words[0].eq_ignore_ascii_case("SAMPLE") && self.take("IF") {
                    words.push("IF".to_owned());
                }
            }
            if words.is_empty() {
                return self.unexpected("a name");
            }
            let name = words.join(" ");
            shown.push_str(&name);
            path.push(canonical(&name));
            if !self.take(".") {
                break;
            }
            shown.push('.');
        }
        let subscripts = if self.take("[") { Some(self.subscripts()?) } else { None };
        let span = Span { start: start.start, end: self.behind() };
        Some(Reference { path, shown, subscripts, span })
    }

    fn subscripts(&mut self) -> Option<Vec<Subscript>> {
        let mut list = Vec::new();
        loop {
            list.push(self.subscript()?);
            if !self.take(",") {
                break;
            }
        }
        self.expect("]")?;
        Some(list)
    }

    fn subscript(&mut self) -> Option<Subscript> {
        if self.take("*") {
            let of = if self.take(":") { Some(self.reference()?) } else { None };
            return Some(Subscript::Star(of));
        }
        if self.take("@") {
            let Some(TokenKind::Number(number)) = self.tokens.get(self.at).map(|token| token.kind.clone()) else {
                return self.unexpected("the number of a dimension");
            };
            self.at += 1;
            return Some(Subscript::Place(number as usize));
        }
        let first = self.nested(|parser| parser.expression(0))?;
        if self.take(":") {
            let last = self.nested(|parser| parser.expression(0))?;
            return Some(Subscript::Range(Box::new(first), Box::new(last)));
        }
        Some(Subscript::One(Box::new(first)))
    }

    fn call(&mut self, reference: Reference) -> Option<Expr> {
        self.expect("(")?;
        let mut arguments = Vec::new();
        while !self.take(")") {
            if !arguments.is_empty() {
                self.expect(",")?;
            }
            arguments.push(self.nested(|parser| parser.expression(0))?);
        }
        let span = Span { start: reference.span.start, end: self.behind() };
        let depth = arguments.iter().map(|argument| argument.depth).max().unwrap_or(0) + 1;
        self.bounded(Kind::Call(reference, arguments), span, depth)
    }

    fn nested<T>(&mut self, parse: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return self.too_deep(self.here());
        }
        let parsed = parse(self)?;
        self.depth -= 1;
        Some(parsed)
    }

    fn bounded(&mut self, kind: Kind, span: Span, depth: usize) -> Option<Expr> {
        if depth > DEEPEST { self.too_deep(span) } else { Some(Expr { kind, span, depth }) }
    }

    fn too_deep<T>(&mut self, span: Span) -> Option<T> {
        let message = format!("this expression is nested more than {DEEPEST} levels deep");
        self.report.advise(Code::E1006, span, message, "give parts of it names of their own");
        None
    }

    fn is(&self, symbol: &str) -> bool {
        self.symbol_at(0) == Some(symbol)
    }

    fn symbol_at(&self, ahead: usize) -> Option<&'static str> {
        match self.tokens.get(self.at + ahead).map(|token| &token.kind) {
            Some(TokenKind::Symbol(symbol)) => Some(symbol),
            _ => None,
        }
    }

    fn take(&mut self, symbol: &str) -> bool {
        let there = self.is(symbol);
        self.at += usize::from(there);
        there
    }

    fn expect(&mut self, symbol: &str) -> Option<()> {
        if self.take(symbol) { Some(()) } else { self.unexpected(&format!("`{symbol}`")) }
    }

    fn unexpected<T>(&mut self, expected: &str) -> Option<T> {
        let (found, span) = match self.tokens.get(self.at) {
            Some(token) => {
                let written = self.text.value.get(token.start..token.end).unwrap_or_default();
                (format!("`{written}`"), self.text.span(token.start, token.end))
            }
            None if self.tokens.is_empty() => ("no equation".to_owned(), self.text.whole()),
            None => ("the end of the equation".to_owned(), self.here()),
        };
        self.report.push(Code::E1001, span, format!("found {found}; expected {expected}"));
        None
    }

    /// The next token's place, or that of the last.
    fn here(&self) -> Span {
        let token = self.tokens.get(self.at).or(self.tokens.last());
        token.map_or(self.text.whole(), |token| self.text.span(token.start, token.end))
    }

    /// The end of the token before.
    fn behind(&self) -> usize {
        let token = self.at.checked_sub(1).and_then(|before| self.tokens.get(before));
        token.map_or(self.text.whole().end, |token| self.text.span(token.start, token.end).end)
    }
}
