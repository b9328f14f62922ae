//! What a run with an experiment and one without it come to, for one draw.

use crate::report::words;

/// How two paths become one number.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Measure {
    /// Mean over the span relative to the run without the experiment, less 1.
    Change,
    /// Largest monthly departure in the span, relative to the run without.
    Peak,
    /// Mean over the span less that of the run without.
    Difference,
    /// Mean over the span relative to that over an earlier one of the same run, less 1.
    Before {
        /// The earlier span, in years.
        span: (f64, f64),
    },
    /// Months until the departure is back within a part of its peak.
    MonthsBack {
        /// That part.
        within: f64,
    },
    /// Mean over the span.
    Level,
}

/// Words of the measures in files.
pub const WORDS: [&str; 6] = ["change", "peak", "difference", "before", "months_back", "level"];

impl Measure {
    /// The word in the file.
    pub fn word(&self) -> &'static str {
        match self {
            Measure::Change => WORDS[0],
            Measure::Peak => WORDS[1],
            Measure::Difference => WORDS[2],
            Measure::Before { .. } => WORDS[3],
            Measure::MonthsBack { .. } => WORDS[4],
            Measure::Level => WORDS[5],
        }
    }

    /// A value for people; `unit` is that of the variable.
    pub fn text(&self, value: f64, unit: &str) -> String {
        match self {
            Measure::Change | Measure::Peak | Measure::Before { .. } => {
                let percent = 100.0 * value;
                let places = if percent.abs() < 10.0 { 1 } else { 0 };
                format!("{percent:+.places$} %")
            }
            Measure::Difference => words::signed(value, unit),
            Measure::MonthsBack { .. } => format!("{value:.0} months"),
            Measure::Level => format!("{value:.2}"),
        }
    }

    /// The number for one draw. `with` and `without` are monthly values over the span, `earlier` those over the earlier
    /// span of the run with the experiment. The second value says whether a return was still outstanding at the end.
    pub fn of(&self, with: &[f64], without: &[f64], earlier: &[f64]) -> (f64, bool) {
        let departures = || with.iter().zip(without).map(|(a, b)| a / b - 1.0);
        match *self {
            Measure::Change => (mean(with) / mean(without) - 1.0, false),
            Measure::Peak => {
                (departures().fold(0.0, |most: f64, d| if d.abs() > most.abs() { d } else { most }), false)
            }
            Measure::Difference => (mean(with) - mean(without), false),
            Measure::Before { .. } => (mean(with) / mean(earlier) - 1.0, false),
            Measure::MonthsBack { within } => months_back(&departures().map(f64::abs).collect::<Vec<f64>>(), within),
            Measure::Level => (mean(with), false),
        }
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// Months from the first departure to the end of the first month after the peak that is near enough.
fn months_back(departures: &[f64], within: f64) -> (f64, bool) {
    let peak = (0..departures.len()).max_by(|a, b| departures[*a].total_cmp(&departures[*b])).unwrap_or(0);
    match departures.get(peak) {
        Some(most) if *most > 0.0 => {
            let near = (peak + 1..departures.len()).find(|month| departures[*month] <= within * most);
            (near.map_or(departures.len(), |month| month + 1) as f64, near.is_none())
        }
        // What never departs has no way back.
        _ => (f64::NAN, false),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn measures_of_small_paths() {
        let (with, without) = ([2.0, 3.0, 1.1, 1.0], [1.0; 4]);
        let of = |measure: Measure| measure.of(&with, &without, &[3.55]).0;
        assert!((of(Measure::Change) - 0.775).abs() < 1e-12);
        assert_eq!((of(Measure::Peak), of(Measure::Level)), (2.0, 1.775));
        assert!((of(Measure::Difference) - 0.775).abs() < 1e-12);
        assert!((of(Measure::Before { span: (0.0, 1.0) }) + 0.5).abs() < 1e-12);
        assert_eq!(of(Measure::MonthsBack { within: 0.1 }), 3.0);
        assert_eq!(Measure::MonthsBack { within: 0.01 }.of(&with[..3], &without, &[]), (3.0, true));
        assert!(Measure::MonthsBack { within: 0.1 }.of(&without, &without, &[]).0.is_nan());
        assert_eq!(Measure::Peak.of(&[0.4, 1.2], &without, &[]).0, -0.6);
    }
}
