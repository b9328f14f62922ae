//! Characters to tokens, within one equation.

use counterflow_lang::Code;

use crate::markup::Text;
use crate::report::Report;

/// A token and its bytes in the equation.
#[derive(Clone, Debug, PartialEq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// First byte.
    pub start: usize,
    /// One beyond the last.
    pub end: usize,
}

/// Kinds of token.
#[derive(Clone, Debug, PartialEq)]
pub enum TokenKind {
    /// A name as written, quotes included.
    Word(String),
    /// A number without sign.
    Number(f64),
    /// Anything of [`SYMBOLS`].
    Symbol(&'static str),
}

/// Symbols, longer ones before those they begin with, and what they mean.
const SYMBOLS: &[(&str, &str)] = &[
    (":AND:", "AND"),
    (":OR:", "OR"),
    (":NOT:", "NOT"),
    ("<=", "<="),
    (">=", ">="),
    ("<>", "<>"),
    ("!=", "<>"),
    ("==", "="),
    ("//", "//"),
    ("^", "^"),
    ("*", "*"),
    ("/", "/"),
    ("+", "+"),
    ("-", "-"),
    ("<", "<"),
    (">", ">"),
    ("=", "="),
    ("(", "("),
    (")", ")"),
    ("[", "["),
    ("]", "]"),
    (",", ","),
    (";", ";"),
    (":", ":"),
    ("@", "@"),
    (".", "."),
];

/// Vensim's word for a value that is missing, and minus the number that it is, 2^109.
const NOT_AVAILABLE: &str = ":NA:";
const NOT_AVAILABLE_VALUE: f64 = (1_u128 << 109) as f64;

/// Words that are operators.
const OPERATORS: &[&str] = &["AND", "OR", "NOT", "MOD", "IF", "THEN", "ELSE"];

/// The tokens of an equation; `None` if a character has no meaning, which is reported.
pub fn tokens(text: &Text, report: &mut Report) -> Option<Vec<Token>> {
    let mut tokens = Vec::new();
    let value = &text.value;
    let mut at = 0;
    while let Some(c) = value[at..].chars().next() {
        let rest = &value[at..];
        let (kind, length) = match c {
            c if c.is_whitespace() => {
                at += c.len_utf8();
                continue;
            }
            ':' if rest.get(..NOT_AVAILABLE.len()).is_some_and(|start| start.eq_ignore_ascii_case(NOT_AVAILABLE)) => {
                (TokenKind::Number(-NOT_AVAILABLE_VALUE), NOT_AVAILABLE.len())
            }
            '{' => {
                at += rest.find('}').map_or(rest.len(), |close| close + 1);
                continue;
            }
            '"' => match closing(rest) {
                Some(length) => (TokenKind::Word(rest[..length].to_owned()), length),
                None => {
                    report.push(Code::E0004, text.span(at, value.len()), "a quotation mark opens here and none closes");
                    return None;
                }
            },
            c if is_word(c) && !c.is_ascii_digit() => word(rest),
            c if c.is_ascii_digit() || (c == '.' && rest[1..].starts_with(|c: char| c.is_ascii_digit())) => {
                match number(rest) {
                    Ok(found) => found,
                    Err(length) => {
                        let message = format!("`{}` is not a number", &rest[..length]);
                        report.push(Code::E0005, text.span(at, at + length), message);
                        return None;
                    }
                }
            }
            c => match symbol(rest) {
                Some(found) => found,
                None => {
                    let message = format!("`{}` has no meaning in an equation", c.escape_debug());
                    report.push(Code::E0003, text.span(at, at + c.len_utf8()), message);
                    return None;
                }
            },
        };
        tokens.push(Token { kind, start: at, end: at + length });
        at += length;
    }
    Some(tokens)
}

/// Characters of names that are not quoted.
fn is_word(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '$' | '\\' | '\'' | '#' | '?') || (!c.is_ascii() && !c.is_whitespace())
}

fn word(rest: &str) -> (TokenKind, usize) {
    let length = rest.find(|c| !is_word(c)).unwrap_or(rest.len());
    let word = &rest[..length];
    match OPERATORS.iter().find(|operator| operator.eq_ignore_ascii_case(word)) {
        Some(operator) => (TokenKind::Symbol(operator), length),
        None => (TokenKind::Word(word.to_owned()), length),
    }
}

fn symbol(rest: &str) -> Option<(TokenKind, usize)> {
    let starts = |symbol: &str| rest.get(..symbol.len()).is_some_and(|start| start.eq_ignore_ascii_case(symbol));
    SYMBOLS.iter().find(|(symbol, _)| starts(symbol)).map(|(symbol, means)| (TokenKind::Symbol(means), symbol.len()))
}

/// Length of a quoted name; a stroke takes the next character with it.
fn closing(rest: &str) -> Option<usize> {
    let mut characters = rest.char_indices().skip(1);
    while let Some((i, c)) = characters.next() {
        match c {
            '"' => return Some(i + 1),
            '\\' => _ = characters.next(),
            _ => {}
        }
    }
    None
}

/// Digits, perhaps a fraction, perhaps an exponent; else how much of the text is no number.
fn number(rest: &str) -> Result<(TokenKind, usize), usize> {
    let digits = |text: &str| text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let mut length = digits(rest);
    if rest[length..].starts_with('.') {
        length += 1 + digits(&rest[length + 1..]);
    }
    if rest[length..].starts_with(['e', 'E']) {
        let sign = usize::from(rest[length + 1..].starts_with(['+', '-']));
        let power = digits(&rest[length + 1 + sign..]);
        length += if power > 0 { 1 + sign + power } else { 0 };
    }
    let tail = rest[length..].find(|c| !is_word(c)).unwrap_or(rest.len() - length);
    match rest[..length].parse() {
        Ok(value) if tail == 0 => Ok((TokenKind::Number(value), length)),
        _ => Err(length + tail),
    }
}
