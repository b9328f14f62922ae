//! From values to places: a linear scale, its round ticks, and places as parts of the width.
//!
//! Charts are as wide as their box and text keeps its size, so places across are percentages and places down are pixels.

/// A span of values.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    low: f64,
    high: f64,
}

impl Scale {
    /// A span; one without width is widened so that nothing is divided by zero.
    pub fn new(low: f64, high: f64) -> Scale {
        let usable = low.is_finite() && high.is_finite() && low < high;
        if usable { Scale { low, high } } else { Scale { low: 0.0, high: 1.0 } }
    }

    /// The span of all finite values and zero, with a little room at the ends that are not zero.
    pub fn around_zero(values: impl IntoIterator<Item = f64>) -> Scale {
        let (low, high) = extent(values).unwrap_or((0.0, 1.0));
        let (low, high) = (low.min(0.0), high.max(0.0));
        let room = 0.04 * (high - low);
        let widen = |end: f64, by: f64| if end == 0.0 { -by * 0.25 } else { end - by };
        Scale::new(widen(low, room), -widen(-high, room))
    }

    /// From zero to the highest finite value, with a little room above; from the lowest where values are negative.
    pub fn from_zero(values: impl IntoIterator<Item = f64>) -> Scale {
        let (low, high) = extent(values).unwrap_or((0.0, 1.0));
        Scale::new(low.min(0.0), high.max(0.0) * 1.06)
    }

    /// Lowest value.
    pub fn low(self) -> f64 {
        self.low
    }

    /// Highest value.
    pub fn high(self) -> f64 {
        self.high
    }

    /// Place of a value, 0 at the low end and 1 at the high end; values beyond stay at the end.
    pub fn share(self, value: f64) -> f64 {
        if value.is_finite() { ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0) } else { 0.0 }
    }

    /// The same as text for an SVG attribute: `37.52%`.
    pub fn percent(self, value: f64) -> String {
        format!("{}%", trim(self.share(value) * 100.0, 2))
    }

    /// About so many round values within the span.
    pub fn ticks(self, about: usize) -> Vec<f64> {
        let step = round_step((self.high - self.low) / about.max(1) as f64);
        let first = (self.low / step).ceil() as i64;
        let last = (self.high / step).floor() as i64;
        // Multiplying whole numbers keeps the ticks free of summed-up rounding.
        (first..=last).map(|i| i as f64 * step).collect()
    }
}

/// Lowest and highest finite value.
pub fn extent(values: impl IntoIterator<Item = f64>) -> Option<(f64, f64)> {
    let widen = |span: Option<(f64, f64)>, x: f64| Some(span.map_or((x, x), |(low, high)| (low.min(x), high.max(x))));
    values.into_iter().filter(|x| x.is_finite()).fold(None, widen)
}

/// The step of 1, 2 or 5 times a power of ten that is nearest above.
fn round_step(step: f64) -> f64 {
    let text = format!("{step:e}");
    let (digits, exponent) = text.split_once('e').unwrap_or(("1", "0"));
    let digits: f64 = digits.parse().unwrap_or(1.0);
    let rounded = [1, 2, 5, 10].into_iter().find(|r| digits <= f64::from(*r)).unwrap_or(10);
    format!("{rounded}e{exponent}").parse().unwrap_or(1.0)
}

/// A number for an SVG attribute: few decimals, no needless zeros, never `NaN`.
pub fn trim(x: f64, decimals: usize) -> String {
    let text = format!("{:.*}", decimals, if x.is_finite() { x } else { 0.0 });
    let text = if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    if text == "-0" { "0".to_owned() } else { text.to_owned() }
}

/// Pixels for an SVG attribute.
pub fn px(x: f64) -> String {
    trim(x, 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round() {
        assert_eq!(Scale::new(0.0, 112_000.0).ticks(4), [0.0, 50_000.0, 100_000.0]);
        assert_eq!(Scale::new(-0.3, 0.35).ticks(4), [-0.2, 0.0, 0.2]);
        assert_eq!(Scale::new(2015.0, 2041.0).ticks(5), [2020.0, 2030.0, 2040.0]);
    }

    #[test]
    fn nothing_is_divided_by_zero() {
        for scale in
            [Scale::around_zero([]), Scale::around_zero([0.0, 0.0]), Scale::from_zero([f64::NAN]), Scale::new(3.0, 3.0)]
        {
            assert!(scale.share(0.5).is_finite());
            assert!(scale.ticks(4).len() < 20);
        }
        assert_eq!(trim(f64::NAN, 2), "0");
        assert_eq!(trim(-0.001, 2), "0");
        assert_eq!(trim(1300.0, 0), "1300");
    }
}
