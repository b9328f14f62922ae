//! What a policy does to levers over time.

use counterflow_model::VariableId;

/// One move of one lever: from its neutral value to a dose, over a ramp, until an end. Moves of the same lever add up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Move {
    /// The lever.
    pub lever: VariableId,
    /// Element of the lever; 0 for a scalar.
    pub element: usize,
    /// Full dose minus the lever's neutral value, in the lever's unit.
    pub change: f64,
    /// When the ramp begins, in years.
    pub start: f64,
    /// Length of the ramp up, in years.
    pub ramp: f64,
    /// When the lever returns to neutral, over a ramp of the same length; `None` stays.
    pub end: Option<f64>,
}

impl Move {
    /// Share of the full dose at a time, from 0 to 1.
    pub fn share(&self, time: f64) -> f64 {
        let up = rise(time, self.start, self.ramp);
        let down = self.end.map_or(0.0, |end| rise(time, end, self.ramp));
        if up - down > 0.0 { up - down } else { 0.0 }
    }
}

/// 0 before `from`, 1 from `from + length` on, a line between. Without length the edge is reached at `from`,
/// up to a thousandth of a step early, so that rounding of the time never moves it.
fn rise(time: f64, from: f64, length: f64) -> f64 {
    if length <= 0.0 {
        return f64::from(u8::from(time >= from - 1e-6));
    }
    ((time - from) / length).clamp(0.0, 1.0)
}

/// All moves of a policy. The empty schedule is the status quo.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Schedule {
    /// The moves, in the policy's order.
    pub moves: Vec<Move>,
}

impl Schedule {
    /// Change of a lever element against its neutral value at a time.
    pub fn change(&self, lever: VariableId, element: usize, time: f64) -> f64 {
        self.moves.iter().filter(|m| m.lever == lever && m.element == element).map(|m| m.change * m.share(time)).sum()
    }

    /// First time at which anything moves.
    pub fn first_start(&self) -> Option<f64> {
        self.moves.iter().map(|m| m.start).min_by(f64::total_cmp)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ramps_up_and_down() {
        let m = Move { lever: VariableId(0), element: 0, change: 2.0, start: 2026.0, ramp: 1.0, end: Some(2030.0) };
        let shares = [2025.0, 2026.5, 2028.0, 2030.5, 2032.0].map(|t| m.share(t));
        assert_eq!(shares, [0.0, 0.5, 1.0, 0.5, 0.0]);
        let sudden = Move { ramp: 0.0, end: None, ..m };
        assert_eq!([2025.99, 2026.0].map(|t| sudden.share(t)), [0.0, 1.0]);
    }
}
