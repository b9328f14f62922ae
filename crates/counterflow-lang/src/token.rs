//! Characters to tokens, within one fence.

use crate::codes::Code;
use crate::fence::Block;
use crate::report::{Finding, Report};
use crate::syntax::Span;

/// A token and where it stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Where.
    pub span: Span,
    /// First on a line that begins at the left margin: starts a statement.
    pub at_margin: bool,
}

/// Kinds of token.
#[derive(Clone, Debug, PartialEq)]
pub enum TokenKind {
    /// Letters, digits and `_`.
    Word(String),
    /// A number without sign.
    Number(f64),
    /// Text in quotes, with line breaks made spaces.
    Text(String),
    /// Anything of [`SYMBOLS`].
    Symbol(&'static str),
    /// Something that has been reported already.
    Bad,
}

/// Symbols, longer ones before those they begin with.
const SYMBOLS: &[&str] = &[
    "->", "..", "<=", ">=", "<>", "^", "*", "/", "+", "-", "<", ">", "=", "(", ")", "[", "]", "{", "}", ",", ":", "~",
];

/// Splits a fence into tokens.
pub fn tokens(text: &str, block: &Block, report: &mut Report) -> Vec<Token> {
    let mut lexer = Lexer {
        text: &text[..block.span.end],
        file: block.span.file,
        at: block.span.start,
        margin: block.margin,
        line_start: block.span.start,
        fresh: true,
        tokens: Vec::new(),
        report,
    };
    while lexer.at < lexer.text.len() {
        lexer.step();
    }
    lexer.tokens
}

struct Lexer<'a> {
    text: &'a str,
    file: usize,
    at: usize,
    margin: usize,
    line_start: usize,
    /// No token yet on this line.
    fresh: bool,
    tokens: Vec<Token>,
    report: &'a mut Report,
}

impl Lexer<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    /// Length in bytes of the characters at the front that satisfy `test`.
    fn run(&self, test: impl Fn(char) -> bool) -> usize {
        self.rest().find(|c| !test(c)).unwrap_or(self.rest().len())
    }

    fn step(&mut self) {
        let Some(c) = self.rest().chars().next() else { return };
        match c {
            '\n' => {
                self.at += 1;
                self.line_start = self.at;
                self.fresh = true;
            }
            ' ' | '\t' | '\r' => self.at += 1,
            '#' => self.at += self.run(|c| c != '\n'),
            '"' => self.quoted(),
            c if c.is_alphabetic() || c == '_' => {
                let length = self.run(is_word);
                let word = self.rest()[..length].to_owned();
                self.push(TokenKind::Word(word), length);
            }
            c if c.is_ascii_digit() => self.number(),
            '.' if self.rest()[1..].starts_with(|c: char| c.is_ascii_digit()) => self.number(),
            _ => self.symbol(),
        }
    }

    fn push(&mut self, kind: TokenKind, length: usize) {
        let at_margin = self.fresh && self.at - self.line_start <= self.margin;
        let span = Span { file: self.file, start: self.at, end: self.at + length };
        self.tokens.push(Token { kind, span, at_margin });
        self.at += length;
        self.fresh = false;
    }

    fn bad(&mut self, code: Code, length: usize, message: String, help: &str) {
        let span = Span { file: self.file, start: self.at, end: self.at + length };
        self.report.push(Finding::new(code, span, message).help(help));
        self.push(TokenKind::Bad, length);
    }

    fn symbol(&mut self) {
        if let Some(symbol) = SYMBOLS.iter().find(|s| self.rest().starts_with(**s)) {
            return self.push(TokenKind::Symbol(symbol), symbol.len());
        }
        let length =
            self.run(|c| !(is_word(c) || c.is_whitespace() || c == '"' || c == '#' || c.is_ascii_punctuation()));
        let first = self.rest().chars().next().map_or(1, char::len_utf8);
        let length = length.max(first);
        let found: String = self.rest()[..length].chars().take(12).flat_map(char::escape_debug).collect();
        let help = "outside of quotes and comments there are only names, numbers and the signs of the reference";
        self.bad(Code::E0003, length, format!("`{found}` has no meaning here"), help);
    }

    /// Digits, perhaps a fraction, perhaps an exponent.
    fn number(&mut self) {
        let digits = |text: &str| text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
        let rest = self.rest();
        let mut length = digits(rest);
        if rest[length..].starts_with('.') && rest[length + 1..].starts_with(|c: char| c.is_ascii_digit()) {
            length += 1 + digits(&rest[length + 1..]);
        }
        if rest[length..].starts_with(['e', 'E']) {
            let sign = usize::from(rest[length + 1..].starts_with(['+', '-']));
            let power = digits(&rest[length + 1 + sign..]);
            length += if power > 0 { 1 + sign + power } else { 0 };
        }
        let value = rest[..length].parse().unwrap_or(f64::NAN);
        let tail = rest[length..].find(|c| !is_word(c)).unwrap_or(rest.len() - length);
        if tail > 0 || !f64::is_finite(value) {
            let found: String = rest[..length + tail].chars().take(24).collect();
            let help = "numbers are written like 12, 0.5 or 3.2e-4";
            return self.bad(Code::E0005, length + tail, format!("`{found}` is not a number"), help);
        }
        self.push(TokenKind::Number(value), length);
    }

    /// Text in quotes; it may go on over indented lines.
    fn quoted(&mut self) {
        let mut text = String::new();
        let mut characters = self.text[self.at + 1..].char_indices().peekable();
        while let Some((i, c)) = characters.next() {
            match c {
                '"' => return self.end_of_quote(&text, i + 2),
                '\\' if characters.next_if(|(_, c)| *c == '"').is_some() => text.push('"'),
                '\n' => {
                    let next = &self.text[self.at + 1 + i + 1..];
                    let indent = next.len() - next.trim_start_matches([' ', '\t']).len();
                    if indent <= self.margin || next[indent..].starts_with(['\n', '\r']) {
                        break;
                    }
                    text.push('\n');
                }
                c => text.push(c),
            }
        }
        let length = self.run(|c| c != '\n');
        let help = "end the text with a quotation mark; its lines must be indented";
        self.bad(Code::E0004, length, "a quotation mark opens here and none closes".into(), help);
    }

    fn end_of_quote(&mut self, text: &str, length: usize) {
        let words: Vec<&str> = text.split_whitespace().collect();
        let fresh_line = self.text[self.at..self.at + length].rfind('\n');
        let line_start = fresh_line.map_or(self.line_start, |i| self.at + i + 1);
        self.push(TokenKind::Text(words.join(" ")), length);
        self.line_start = line_start;
    }
}

fn is_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}
