//! Numbers that carry their slopes by the coordinates of a point: forward differentiation, exact but for rounding.

use std::iter::Sum;
use std::ops::{Add, Div, Mul, Neg, Sub};

use counterflow_calibrate::transform::Transform;
use counterflow_model::elementary;

/// A value and its slopes by `N` coordinates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Dual<const N: usize> {
    pub value: f64,
    pub slopes: [f64; N],
}

impl<const N: usize> Dual<N> {
    /// A number that does not change.
    pub fn constant(value: f64) -> Dual<N> {
        Dual { value, slopes: [0.0; N] }
    }

    /// The coordinates of a point.
    pub fn point(point: &[f64]) -> [Dual<N>; N] {
        std::array::from_fn(|i| Dual { value: point[i], slopes: std::array::from_fn(|j| f64::from(u8::from(i == j))) })
    }

    /// A function of this number, by its value and its slope here.
    fn map(self, value: f64, slope: f64) -> Dual<N> {
        Dual { value, slopes: self.slopes.map(|x| slope * x) }
    }

    pub fn exp(self) -> Dual<N> {
        let value = elementary::exp(self.value);
        self.map(value, value)
    }

    pub fn ln(self) -> Dual<N> {
        self.map(elementary::ln(self.value), 1.0 / self.value)
    }

    pub fn sqrt(self) -> Dual<N> {
        let value = self.value.sqrt();
        self.map(value, 0.5 / value)
    }

    pub fn recip(self) -> Dual<N> {
        let value = 1.0 / self.value;
        self.map(value, -value * value)
    }

    pub fn square(self) -> Dual<N> {
        self * self
    }

    /// The value of a parameter at this place on the line where its prior is standard normal.
    pub fn through(self, transform: &Transform) -> Dual<N> {
        self.map(transform.natural(self.value), transform.slope(self.value))
    }
}

impl<const N: usize> Add for Dual<N> {
    type Output = Dual<N>;
    fn add(self, other: Dual<N>) -> Dual<N> {
        let slopes = std::array::from_fn(|i| self.slopes[i] + other.slopes[i]);
        Dual { value: self.value + other.value, slopes }
    }
}

impl<const N: usize> Sub for Dual<N> {
    type Output = Dual<N>;
    fn sub(self, other: Dual<N>) -> Dual<N> {
        let slopes = std::array::from_fn(|i| self.slopes[i] - other.slopes[i]);
        Dual { value: self.value - other.value, slopes }
    }
}

impl<const N: usize> Mul for Dual<N> {
    type Output = Dual<N>;
    #[expect(clippy::suspicious_arithmetic_impl, reason = "the slope of a product is a sum")]
    fn mul(self, other: Dual<N>) -> Dual<N> {
        let slopes = std::array::from_fn(|i| self.slopes[i] * other.value + self.value * other.slopes[i]);
        Dual { value: self.value * other.value, slopes }
    }
}

impl<const N: usize> Div for Dual<N> {
    type Output = Dual<N>;
    fn div(self, other: Dual<N>) -> Dual<N> {
        let inverse = 1.0 / other.value;
        let value = self.value * inverse;
        let slopes = std::array::from_fn(|i| (self.slopes[i] - value * other.slopes[i]) * inverse);
        Dual { value, slopes }
    }
}

impl<const N: usize> Neg for Dual<N> {
    type Output = Dual<N>;
    fn neg(self) -> Dual<N> {
        self * -1.0
    }
}

impl<const N: usize> Add<f64> for Dual<N> {
    type Output = Dual<N>;
    fn add(self, other: f64) -> Dual<N> {
        Dual { value: self.value + other, ..self }
    }
}

impl<const N: usize> Mul<f64> for Dual<N> {
    type Output = Dual<N>;
    fn mul(self, other: f64) -> Dual<N> {
        self.map(self.value * other, other)
    }
}

impl<const N: usize> Sum for Dual<N> {
    fn sum<I: Iterator<Item = Dual<N>>>(numbers: I) -> Dual<N> {
        numbers.fold(Dual::constant(0.0), Add::add)
    }
}

/// Logarithm of the density of a normal, without its constant.
pub fn normal<const N: usize>(value: f64, mean: Dual<N>, sd: Dual<N>) -> Dual<N> {
    -(((mean + -value) / sd).square() * 0.5) - sd.ln()
}

/// Logarithm of the density of a half-Cauchy of this scale at `exp(logarithm)`, by the logarithm: the Jacobian is in
/// it. Without its constant.
pub fn half_cauchy<const N: usize>(logarithm: Dual<N>, scale: f64) -> Dual<N> {
    logarithm - ((logarithm.exp() * (1.0 / scale)).square() + 1.0).ln()
}

#[test]
fn slopes_are_difference_quotients() {
    let function = |[x, y]: [Dual<2>; 2]| {
        normal(0.3, x.exp() / (y.square() + 2.0) + y.recip(), y.sqrt() * 1.5 - x) + half_cauchy(x * y, 2.5) + -y.ln()
    };
    let at = |x: f64, y: f64| function(Dual::point(&[x, y]));
    let (h, here) = (1e-6, at(0.4, 1.7));
    let quotients = [
        (at(0.4 + h, 1.7).value - at(0.4 - h, 1.7).value) / (2.0 * h),
        (at(0.4, 1.7 + h).value - at(0.4, 1.7 - h).value) / (2.0 * h),
    ];
    for (slope, quotient) in here.slopes.iter().zip(quotients) {
        assert!((slope - quotient).abs() < 1e-8, "{slope} {quotient}");
    }
}
