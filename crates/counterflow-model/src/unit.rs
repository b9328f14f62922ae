//! Units of measure as products of named bases with whole powers.

use std::collections::BTreeMap;
use std::fmt;

use serde::{Deserialize, Serialize};

/// A unit such as `people/year`: every base name with its power. Dimensionless is the empty product, written `1`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Unit {
    powers: BTreeMap<String, i32>,
}

/// Why a unit could not be read: what was found and at which byte of the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitError {
    /// Byte offset in the text given to [`Unit::parse`].
    pub at: usize,
    /// What was found there, in words.
    pub found: String,
}

impl Unit {
    /// The dimensionless unit, `1`.
    pub fn one() -> Unit {
        Unit::default()
    }

    /// One base unit, for example `people`.
    pub fn base(name: &str) -> Unit {
        Unit { powers: BTreeMap::from([(name.to_owned(), 1)]) }
    }

    /// Reads `people*mg/(year*kg^2)`, `1/year`, `1`. Names are letters, digits and `_`.
    ///
    /// # Errors
    /// The first place that does not read as a unit.
    pub fn parse(text: &str) -> Result<Unit, UnitError> {
        let mut reader = Reader { text, at: 0, depth: 0 };
        let unit = reader.product()?;
        reader.blanks();
        if reader.at < text.len() { Err(reader.error()) } else { Ok(unit) }
    }

    /// Whether this is the dimensionless unit.
    pub fn is_one(&self) -> bool {
        self.powers.is_empty()
    }

    /// Names of the base units that occur.
    pub fn bases(&self) -> impl Iterator<Item = &str> {
        self.powers.keys().map(String::as_str)
    }

    /// The product of two units.
    #[must_use]
    pub fn times(&self, other: &Unit) -> Unit {
        self.combine(other, 1)
    }

    /// The quotient of two units.
    #[must_use]
    pub fn per(&self, other: &Unit) -> Unit {
        self.combine(other, -1)
    }

    /// The unit to a whole power.
    #[must_use]
    pub fn power(&self, exponent: i32) -> Unit {
        Unit { powers: self.powers.iter().filter(|_| exponent != 0).map(|(k, p)| (k.clone(), p * exponent)).collect() }
    }

    /// The square root, where every power is even.
    pub fn root(&self) -> Option<Unit> {
        let even = self.powers.values().all(|p| p % 2 == 0);
        even.then(|| Unit { powers: self.powers.iter().map(|(k, p)| (k.clone(), p / 2)).collect() })
    }

    fn combine(&self, other: &Unit, sign: i32) -> Unit {
        let mut powers = self.powers.clone();
        for (name, power) in &other.powers {
            *powers.entry(name.clone()).or_insert(0) += sign * power;
        }
        powers.retain(|_, p| *p != 0);
        Unit { powers }
    }
}

impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let write = |f: &mut fmt::Formatter<'_>, sign: i32| -> Result<usize, fmt::Error> {
            let mut count = 0;
            for (name, power) in self.powers.iter().filter(|(_, p)| **p * sign > 0) {
                if count > 0 {
                    f.write_str("*")?;
                }
                f.write_str(name)?;
                if power.abs() != 1 {
                    write!(f, "^{}", power.abs())?;
                }
                count += 1;
            }
            Ok(count)
        };
        if write(f, 1)? == 0 {
            f.write_str("1")?;
        }
        let below = self.powers.values().filter(|p| **p < 0).count();
        if below > 0 {
            f.write_str(if below > 1 { "/(" } else { "/" })?;
            write(f, -1)?;
            f.write_str(if below > 1 { ")" } else { "" })?;
        }
        Ok(())
    }
}

/// Deepest nesting of brackets in a unit; text from outside must not exhaust the stack.
const DEEPEST: usize = 32;

struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl Reader<'_> {
    fn blanks(&mut self) {
        while self.text[self.at..].starts_with([' ', '\t']) {
            self.at += 1;
        }
    }

    fn error(&self) -> UnitError {
        let found = match self.text[self.at..].chars().next() {
            Some(c) => format!("`{c}`"),
            None => "the end".to_owned(),
        };
        UnitError { at: self.at, found }
    }

    fn take(&mut self, c: char) -> bool {
        self.blanks();
        let there = self.text[self.at..].starts_with(c);
        if there {
            self.at += c.len_utf8();
        }
        there
    }

    fn product(&mut self) -> Result<Unit, UnitError> {
        let mut unit = self.factor()?;
        loop {
            if self.take('*') {
                unit = unit.times(&self.factor()?);
            } else if self.take('/') {
                unit = unit.per(&self.factor()?);
            } else {
                return Ok(unit);
            }
        }
    }

    fn factor(&mut self) -> Result<Unit, UnitError> {
        self.blanks();
        let unit = if self.take('(') {
            self.depth += 1;
            if self.depth > DEEPEST {
                return Err(self.error());
            }
            let inner = self.product()?;
            self.depth -= 1;
            if !self.take(')') {
                return Err(self.error());
            }
            inner
        } else {
            self.name()?
        };
        if self.take('^') { Ok(unit.power(self.exponent()?)) } else { Ok(unit) }
    }

    fn name(&mut self) -> Result<Unit, UnitError> {
        let rest = &self.text[self.at..];
        let length = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        let word = &rest[..length];
        if word == "1" {
            self.at += length;
            return Ok(Unit::one());
        }
        if !word.starts_with(|c: char| c.is_alphabetic()) {
            return Err(self.error());
        }
        self.at += length;
        Ok(Unit::base(word))
    }

    fn exponent(&mut self) -> Result<i32, UnitError> {
        self.blanks();
        let rest = &self.text[self.at..];
        let sign = usize::from(rest.starts_with('-'));
        let length = sign + rest[sign..].find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len() - sign);
        // Powers beyond two digits are slips, and bounding them keeps arithmetic on powers from overflowing.
        let value: i32 = rest[..length].parse().ok().filter(|p: &i32| p.abs() < 100).ok_or_else(|| self.error())?;
        self.at += length;
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, shown: &str) {
        assert_eq!(Unit::parse(text).unwrap().to_string(), shown);
    }

    #[test]
    fn reads_and_shows_products() {
        check("people / year", "people/year");
        check("USD/(kg*year)", "USD/(kg*year)");
        check("kg*m^2/(year^2*kg)", "m^2/year^2");
        check("1/year", "1/year");
        check("year/year", "1");
    }

    #[test]
    fn names_the_place_of_a_slip() {
        assert_eq!(Unit::parse("people//year").unwrap_err(), UnitError { at: 7, found: "`/`".into() });
        assert_eq!(Unit::parse("(people").unwrap_err().found, "the end");
        assert!(Unit::parse(&"(".repeat(5000)).is_err());
    }

    #[test]
    fn roots_need_even_powers() {
        assert_eq!(Unit::parse("kg^2").unwrap().root(), Some(Unit::base("kg")));
        assert_eq!(Unit::base("kg").root(), None);
    }
}
