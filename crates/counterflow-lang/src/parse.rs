//! Tokens to statements. A slip ends its statement; reading goes on at the next one.

mod clause;
mod expression;
mod should;
mod statement;
mod unit;

pub use expression::WORDS;
pub use unit::HIGHEST_POWER;

use crate::codes::Code;
use crate::report::{Finding, Report};
use crate::syntax::{Name, Span, Statement, StatementKind, Value};
use crate::token::{Token, TokenKind};

/// Reading of the current statement has failed and the reason is in the report.
#[derive(Debug)]
pub struct Stop;

/// What a rule gives, unless the statement had to be given up.
type Parsed<T> = Result<T, Stop>;

/// Reads the statements of one fence.
pub fn statements(source: &str, tokens: &[Token], report: &mut Report) -> Vec<Statement> {
    let mut statements = Vec::new();
    let mut start = 0;
    while start < tokens.len() {
        let length = tokens[start + 1..].iter().position(|t| t.at_margin);
        let end = length.map_or(tokens.len(), |length| start + 1 + length);
        if !tokens[start].at_margin {
            let message = "indented text that belongs to no statement";
            let help = "a statement begins at the left margin, and the lines that continue it are indented";
            report.push(Finding::new(Code::E1007, tokens[start].span, message).help(help));
        }
        // An indented statement is read all the same, so that nothing follows from the first error.
        if tokens[start].at_margin || statement::begins(&tokens[start].kind) {
            statements.extend(read(source, &tokens[start..end], report));
        }
        start = end;
    }
    statements
}

fn read(source: &str, tokens: &[Token], report: &mut Report) -> Option<Statement> {
    let mut parser = Parser { source, tokens, next: 0, depth: 0, declared: None, report };
    let span = parser.here();
    let kind = match parser.statement() {
        Ok(kind) => kind,
        Err(Stop) => StatementKind::Broken(parser.declared?),
    };
    Some(Statement { kind, span })
}

/// Reads one statement.
pub struct Parser<'a> {
    /// The whole file.
    source: &'a str,
    tokens: &'a [Token],
    next: usize,
    depth: usize,
    /// Name that the statement declares, as soon as it has been read.
    declared: Option<Name>,
    report: &'a mut Report,
}

impl Parser<'_> {
    fn peek(&self) -> Option<&TokenKind> {
        self.tokens.get(self.next).map(|token| &token.kind)
    }

    /// The next token's place, or the end of the statement.
    fn here(&self) -> Span {
        match self.tokens.get(self.next) {
            Some(token) => token.span,
            None => Span { start: self.behind().end, ..self.behind() },
        }
    }

    /// The last token's place.
    fn behind(&self) -> Span {
        self.tokens.get(self.next.saturating_sub(1)).map_or_else(Span::default, |token| token.span)
    }

    fn advance(&mut self) {
        self.next += 1;
    }

    /// Whether this symbol, or this word of an expression in any case, is next.
    fn at(&self, text: &str) -> bool {
        match self.peek() {
            Some(TokenKind::Symbol(symbol)) => *symbol == text,
            Some(TokenKind::Word(word)) => word.eq_ignore_ascii_case(text),
            _ => false,
        }
    }

    fn take(&mut self, text: &str) -> bool {
        let there = self.at(text);
        self.next += usize::from(there);
        there
    }

    fn expect(&mut self, text: &str) -> Parsed<()> {
        if self.take(text) { Ok(()) } else { Err(self.unexpected(&format!("`{text}`"))) }
    }

    /// The next token in words.
    fn found(&self) -> String {
        match self.peek() {
            None => "the end of the statement".into(),
            Some(TokenKind::Word(word)) => format!("`{word}`"),
            Some(TokenKind::Number(number)) => format!("the number {number}"),
            Some(TokenKind::Text(_)) => "a text in quotes".into(),
            Some(TokenKind::Symbol(symbol)) => format!("`{symbol}`"),
            Some(TokenKind::Bad) => "something unreadable".into(),
        }
    }

    fn unexpected(&mut self, expected: &str) -> Stop {
        let message = format!("found {}, expected {expected}", self.found());
        self.stop(Finding::new(Code::E1001, self.here(), message).label(format!("expected {expected}")))
    }

    /// Gives the statement up. What stands on a bad token has been reported by the lexer.
    fn stop(&mut self, finding: Finding) -> Stop {
        if self.peek() != Some(&TokenKind::Bad) {
            self.report.push(finding);
        }
        Stop
    }

    fn word(&mut self, expected: &str) -> Parsed<Name> {
        let span = self.here();
        match self.peek() {
            Some(TokenKind::Word(text)) => {
                let name = Name { text: text.clone(), span };
                self.advance();
                Ok(name)
            }
            _ => Err(self.unexpected(expected)),
        }
    }

    fn text(&mut self, expected: &str) -> Parsed<String> {
        match self.peek() {
            Some(TokenKind::Text(text)) => {
                let text = text.clone();
                self.advance();
                Ok(text)
            }
            _ => Err(self.unexpected(expected)),
        }
    }

    /// A literal number with an optional sign.
    fn number(&mut self) -> Parsed<Value> {
        let start = self.here();
        let negative = self.take("-");
        if !negative {
            self.take("+");
        }
        match self.peek() {
            Some(TokenKind::Number(number)) => {
                let number = if negative { -*number } else { *number };
                self.advance();
                Ok(Value { number, span: start.to(self.behind()) })
            }
            _ => Err(self.unexpected("a number")),
        }
    }
}
