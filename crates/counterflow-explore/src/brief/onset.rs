//! When an effect begins to show.

use crate::comparison::Band;

/// Least size of a clear effect, as a part of the status quo's median in the same month: what is paired draw by draw has
/// a sure sign from its first step on, however small.
pub const CLEAR: f64 = 0.001;
/// Size of a visible effect, as a part of the status quo's median in the same month.
pub const VISIBLE: f64 = 0.01;

/// The first months in which an effect shows, counted from 1, the month in which the policy begins.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Onset {
    /// First month in which the band of 90 in 100 of the paired effect leaves out zero and the median is at least
    /// [`CLEAR`] of the status quo; `None` if there is none in the years counted.
    pub clear: Option<First>,
    /// First month in which the median of the paired effect is at least [`VISIBLE`] of the status quo, wherever the band lies.
    pub visible: Option<First>,
}

/// A month, and the side of the effect in it: an effect may begin on one side and end on the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct First {
    /// From 1.
    pub month: usize,
    /// Sign of the median effect, -1 or 1.
    pub sign: i8,
}

/// The onset of an effect. `months` are the paired effect and the status quo's median, from the policy's first month on.
pub fn onset(months: impl IntoIterator<Item = (Band, f64)>) -> Onset {
    let mut found = Onset::default();
    for (month, (band, status_quo)) in (1..).zip(months) {
        let at_least = |share: f64| band.median != 0.0 && band.median.abs() >= share * status_quo.abs();
        let first = Some(First { month, sign: if band.median < 0.0 { -1 } else { 1 } });
        let one_sided = band.lo90 > 0.0 || band.hi90 < 0.0;
        if found.clear.is_none() && one_sided && at_least(CLEAR) {
            found.clear = first;
        }
        if found.visible.is_none() && at_least(VISIBLE) {
            found.visible = first;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(lo90: f64, median: f64, hi90: f64) -> (Band, f64) {
        (Band { lo90, lo50: median, median, hi50: median, hi90 }, 1000.0)
    }

    #[test]
    fn sign_and_size_have_a_first_month_each() {
        let months = [
            month(0.0, 0.0, 0.0),
            month(-0.6, -0.5, -0.1), // sure of its sign, too small to matter
            month(-4.0, -2.0, 1.0),  // large enough, sign not sure
            month(-9.0, -2.0, -0.5),
            month(-40.0, -20.0, 3.0),
        ];
        let first = |month, sign| Some(First { month, sign });
        assert_eq!(onset(months), Onset { clear: first(4, -1), visible: first(5, -1) });
        assert_eq!(onset([month(5.0, 15.0, 20.0)]), Onset { clear: first(1, 1), visible: first(1, 1) });
    }

    #[test]
    fn no_effect_never_begins() {
        assert_eq!(onset([month(0.0, 0.0, 0.0); 24]), Onset::default());
        assert_eq!(onset([(month(0.0, 0.0, 0.0).0, 0.0)]), Onset::default());
        assert_eq!(onset([month(f64::NAN, f64::NAN, f64::NAN)]), Onset::default());
        assert_eq!(onset([]), Onset::default());
    }
}
