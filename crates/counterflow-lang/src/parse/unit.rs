//! Units as written after a colon: products of names with whole powers.

use super::{Parsed, Parser};
use crate::codes::Code;
use crate::report::Finding;
use crate::syntax::{Name, UnitText};
use crate::token::TokenKind;
use counterflow_model::Unit;
use std::collections::BTreeMap;

/// Deepest nesting of brackets in a unit.
const DEEPEST: usize = 16;
/// Powers beyond this are slips, and bounding them keeps arithmetic on powers from overflowing.
pub const HIGHEST_POWER: i64 = 99;

/// Powers by base name while the unit is read.
type Powers = BTreeMap<String, i64>;

impl Parser<'_> {
    /// A unit such as `USD/(kg*year)` or `1`.
    pub fn unit(&mut self) -> Parsed<UnitText> {
        let start = self.here();
        let mut bases = Vec::new();
        let powers = self.unit_product(&mut bases, 0)?;
        let factor = |(name, power): (&String, &i64)| Unit::base(name).power(i32::try_from(*power).unwrap_or(0));
        let unit = powers.iter().map(factor).fold(Unit::one(), |unit, factor| unit.times(&factor));
        Ok(UnitText { unit, bases, span: start.to(self.behind()) })
    }

    fn unit_product(&mut self, bases: &mut Vec<Name>, depth: usize) -> Parsed<Powers> {
        let mut powers = self.unit_factor(bases, depth)?;
        loop {
            let sign = if self.take("*") {
                1
            } else if self.take("/") {
                -1
            } else {
                return Ok(powers);
            };
            for (name, power) in self.unit_factor(bases, depth)? {
                *powers.entry(name).or_insert(0) += sign * power;
            }
            self.bounded(&powers)?;
        }
    }

    fn unit_factor(&mut self, bases: &mut Vec<Name>, depth: usize) -> Parsed<Powers> {
        let here = self.here();
        let mut powers = match self.peek().cloned() {
            Some(TokenKind::Word(text)) => {
                self.advance();
                bases.push(Name { text: text.clone(), span: here });
                Powers::from([(text, 1)])
            }
            Some(TokenKind::Number(1.0)) => {
                self.advance();
                Powers::new()
            }
            Some(TokenKind::Symbol("(")) if depth < DEEPEST => {
                self.advance();
                let inner = self.unit_product(bases, depth + 1)?;
                self.expect(")")?;
                inner
            }
            _ => return Err(self.not_a_unit()),
        };
        if self.take("^") {
            let exponent = self.unit_power()?;
            powers.values_mut().for_each(|power| *power *= exponent);
            self.bounded(&powers)?;
        }
        Ok(powers)
    }

    fn unit_power(&mut self) -> Parsed<i64> {
        let negative = self.take("-");
        match self.peek() {
            Some(TokenKind::Number(n)) if n.fract() == 0.0 && *n <= HIGHEST_POWER as f64 => {
                let power = *n as i64;
                self.advance();
                Ok(if negative { -power } else { power })
            }
            _ => Err(self.not_a_unit()),
        }
    }

    fn bounded(&mut self, powers: &Powers) -> Parsed<()> {
        if powers.values().any(|power| power.abs() > HIGHEST_POWER) { Err(self.not_a_unit()) } else { Ok(()) }
    }

    fn not_a_unit(&mut self) -> super::Stop {
        let found = self.found();
        let message = format!("{found} does not continue a unit");
        self.stop(
            Finding::new(Code::E1008, self.here(), message)
                .label("in this unit")
                .help("units are products of names with whole powers, such as `people/year`, `USD/(kg*year)` or `1`"),
        )
    }
}
