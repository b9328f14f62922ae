//! Lookups (graphical functions): piecewise-linear curves, or stairs, through given points.

use serde::{Deserialize, Serialize};

/// What a lookup answers outside its points.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Beyond {
    /// The nearest end's value (XMILE `continuous`).
    Hold,
    /// The line through the two nearest points (XMILE `extrapolate`).
    Extrapolate,
    /// The nearest end's value, and between the points the value of the point before (XMILE `discrete`).
    Steps,
}

/// A piecewise-linear curve. `x` rises strictly; `x` and `y` have the same length, at least 2.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Lookup {
    /// Name in the text, or of the data series it was made from.
    pub name: String,
    /// Positions of the points.
    pub x: Vec<f64>,
    /// Values at the points.
    pub y: Vec<f64>,
    /// Behaviour outside the points.
    pub beyond: Beyond,
}

impl Lookup {
    /// The value at `at`. NaN gives NaN.
    ///
    /// The formula is part of the semantics, so that scalar and vector code give the same bits:
    /// `y[i] + slope[i] * (at - x[i])` with `i` the last segment that starts at or below `at`.
    pub fn value(&self, at: f64) -> f64 {
        let last = self.x.len() - 1;
        if self.beyond != Beyond::Extrapolate {
            if at <= self.x[0] {
                return self.y[0];
            }
            if at >= self.x[last] {
                return self.y[last];
            }
        }
        let segment = self.x[1..last].partition_point(|&start| start <= at);
        self.y[segment] + self.slope(segment) * (at - self.x[segment])
    }

    /// Rise over run of segment `i`, between points `i` and `i + 1`; a stair has none.
    pub fn slope(&self, segment: usize) -> f64 {
        if self.beyond == Beyond::Steps {
            return 0.0;
        }
        (self.y[segment + 1] - self.y[segment]) / (self.x[segment + 1] - self.x[segment])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn curve(beyond: Beyond) -> Lookup {
        Lookup { name: "curve".into(), x: vec![0.0, 1.0, 3.0], y: vec![2.0, 4.0, 0.0], beyond }
    }

    #[test]
    fn interpolates_and_holds() {
        let lookup = curve(Beyond::Hold);
        let at = |x| lookup.value(x);
        assert_eq!(
            [at(-1.0), at(0.0), at(0.5), at(1.0), at(2.0), at(3.0), at(9.0)],
            [2.0, 2.0, 3.0, 4.0, 2.0, 0.0, 0.0]
        );
    }

    #[test]
    fn stairs_keep_the_value_of_the_point_before() {
        let lookup = curve(Beyond::Steps);
        assert_eq!([-1.0, 0.5, 1.0, 2.9, 3.0, 9.0].map(|x| lookup.value(x)), [2.0, 2.0, 4.0, 4.0, 0.0, 0.0]);
    }

    #[test]
    fn extrapolates_on_request() {
        let lookup = curve(Beyond::Extrapolate);
        assert_eq!((lookup.value(-1.0), lookup.value(4.0)), (0.0, -2.0));
    }
}
