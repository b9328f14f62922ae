//! A posterior in two bytes a number: what a browser can load at once.
//!
//! Each parameter's draws lie on a grid of 65,536 values between the least and the largest of them, so the rounding is below
//! one part in 131,000 of their spread: a hundredth of what 512 draws leave open. Whoever answers uses draws that were
//! rounded so, the native program too; answers then agree to the bit wherever they are made.

use serde::{Deserialize, Serialize};

/// Steps between the least and the largest draw of a parameter.
const STEPS: f64 = 65_535.0;

/// Draws of named parameters on grids.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Compact {
    /// Least and largest draw of each parameter.
    ends: Vec<(f64, f64)>,
    /// Number of draws.
    draws: usize,
    /// High bytes of all draws, parameter by parameter, then low bytes: the high ones compress.
    bytes: Vec<u8>,
}

impl Compact {
    /// The grid values nearest to these draws, one row for each draw.
    pub fn of(rows: &[Vec<f64>]) -> Compact {
        let columns = rows.first().map_or(0, Vec::len);
        let column = |k: usize| rows.iter().map(move |row| row[k]);
        let ends: Vec<(f64, f64)> = (0..columns)
            .map(|k| column(k).fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), x| (low.min(x), high.max(x))))
            .collect();
        let codes: Vec<u16> =
            (0..columns).flat_map(|k| column(k).map(move |x| (k, x))).map(|(k, x)| code(ends[k], x)).collect();
        let high = codes.iter().map(|code| code.to_be_bytes()[0]);
        let low = codes.iter().map(|code| code.to_be_bytes()[1]);
        Compact { bytes: high.chain(low).collect(), draws: rows.len(), ends }
    }

    /// One row for each draw; empty if the bytes are not as many as there are draws.
    pub fn rows(&self) -> Vec<Vec<f64>> {
        let count = self.ends.len() * self.draws;
        if self.bytes.len() != 2 * count {
            return Vec::new();
        }
        let code = |place: usize| u16::from_be_bytes([self.bytes[place], self.bytes[count + place]]);
        let row = |draw: usize| {
            let value = |k: usize| value(self.ends[k], code(k * self.draws + draw));
            (0..self.ends.len()).map(value).collect()
        };
        (0..self.draws).map(row).collect()
    }
}

/// Draws as everything that answers uses them: on the grid of their parameter.
pub fn rounded(rows: &[Vec<f64>]) -> Vec<Vec<f64>> {
    Compact::of(rows).rows()
}

fn code((low, high): (f64, f64), x: f64) -> u16 {
    // A cast of a value that is no number gives 0: a constant has one grid value.
    ((x - low) / (high - low) * STEPS).round() as u16
}

fn value((low, high): (f64, f64), code: u16) -> f64 {
    match code {
        0 => low,
        u16::MAX => high,
        code => low + (high - low) * (f64::from(code) / STEPS),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_is_below_half_a_step_and_keeps_what_was_rounded() {
        let rows: Vec<Vec<f64>> = (0..512).map(|i| vec![f64::from(i * i) * 0.37 - 9.0, 4.0, f64::from(i)]).collect();
        let once = rounded(&rows);
        let span = f64::from(511 * 511) * 0.37;
        for (row, near) in rows.iter().zip(&once) {
            assert!((row[0] - near[0]).abs() <= 0.5001 * span / STEPS && near[1] == 4.0);
            assert!((row[2] - near[2]).abs() <= 0.5001 * 511.0 / STEPS);
        }
        assert_eq!(rounded(&once), once);
        assert_eq!((once[0][0], once[511][0]), (rows[0][0], rows[511][0]));
    }

    #[test]
    fn too_few_bytes_are_no_draws() {
        let compact = Compact { bytes: vec![0; 3], ..Compact::of(&[vec![1.0], vec![2.0]]) };
        assert!(compact.rows().is_empty() && rounded(&[]).is_empty());
    }
}
