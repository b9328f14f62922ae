//! How a row is judged: sign, size and band.

use counterflow_explore::comparison::Band;

use super::{Kind, Published};

/// What a row's three judgements are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// The median has the sign of what was published; for a null finding it lies in the published band.
    pub sign_right: bool,
    /// The median is between half and twice the published size; for a direction or a null finding, the bands overlap.
    pub within_factor_two: bool,
    /// The published band, or value, and the model's 90 % band overlap.
    pub bands_overlap: bool,
}

impl Verdict {
    /// The verdict on the model's band.
    pub fn of(kind: Kind, published: &Published, model: &Band) -> Verdict {
        let (low, high) = published.band();
        let bands_overlap = model.lo90 <= high && model.hi90 >= low;
        let inside = |x: f64| x >= low && x <= high;
        let sign = published.sign();
        let size = published.value.map_or(f64::NAN, |value| model.median / value);
        let (sign_right, within_factor_two) = match kind {
            Kind::Size => (model.median * sign > 0.0, (0.5..=2.0).contains(&size)),
            Kind::Direction => (model.median * sign > 0.0, bands_overlap),
            Kind::Null => (inside(model.median), bands_overlap),
        };
        Verdict { sign_right, within_factor_two, bands_overlap }
    }

    /// Whether the row holds.
    pub fn holds(self) -> bool {
        self.sign_right && self.within_factor_two
    }
}

impl Published {
    /// Ends of the band: what was published of it, else the value, open where a direction has no end.
    pub fn band(&self) -> (f64, f64) {
        match (self.low, self.high) {
            (None, None) => (self.value.unwrap_or(f64::NEG_INFINITY), self.value.unwrap_or(f64::INFINITY)),
            (low, high) => (low.unwrap_or(f64::NEG_INFINITY), high.unwrap_or(f64::INFINITY)),
        }
    }

    /// 1 up, -1 down, 0 neither.
    pub fn sign(&self) -> f64 {
        let (low, high) = self.band();
        match self.value {
            Some(value) if value > 0.0 => 1.0,
            Some(value) if value < 0.0 => -1.0,
            None if low >= 0.0 => 1.0,
            None if high <= 0.0 => -1.0,
            _ => 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn model(lo90: f64, median: f64, hi90: f64) -> Band {
        Band { lo90, lo50: lo90, median, hi50: hi90, hi90 }
    }

    fn judged(kind: Kind, value: Option<f64>, low: Option<f64>, high: Option<f64>, model: &Band) -> [bool; 3] {
        let verdict = Verdict::of(kind, &Published { value, low, high }, model);
        [verdict.sign_right, verdict.within_factor_two, verdict.bands_overlap]
    }

    #[test]
    fn sizes_directions_and_nulls() {
        let fall = model(-0.4, -0.2, -0.1);
        assert_eq!(judged(Kind::Size, Some(-0.39), None, None, &fall), [true, true, true]);
        assert_eq!(judged(Kind::Size, Some(-0.6), None, None, &fall), [true, false, false]);
        assert_eq!(judged(Kind::Size, Some(-0.6), Some(-0.8), Some(-0.3), &fall), [true, false, true]);
        assert_eq!(judged(Kind::Size, Some(0.2), None, None, &fall), [false, false, false]);
        assert_eq!(judged(Kind::Direction, None, None, Some(0.0), &fall), [true, true, true]);
        assert_eq!(judged(Kind::Direction, None, Some(0.0), None, &fall), [false, false, false]);
        assert_eq!(judged(Kind::Null, Some(-0.1), Some(-0.3), Some(0.1), &fall), [true, true, true]);
        assert_eq!(judged(Kind::Null, Some(0.0), Some(-0.15), Some(0.1), &fall), [false, true, true]);
        let nothing = model(f64::NAN, f64::NAN, f64::NAN);
        assert_eq!(judged(Kind::Size, Some(1.0), None, None, &nothing), [false; 3]);
    }
}
