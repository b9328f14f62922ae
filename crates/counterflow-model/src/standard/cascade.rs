//! Smooths and material delays: a row of stocks, each held for its share of the time.

use crate::expr::Expr;
use crate::ops::Binary;

/// A smooth or a material delay with its number of stages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cascade {
    /// Whether what comes in must come out (DELAY) or is only followed (SMTH).
    pub is_delay: bool,
    /// Number of stocks in a row, at least 1.
    pub stages: usize,
}

/// One stock of a cascade.
#[derive(Clone, Debug, PartialEq)]
pub struct Stage {
    /// Value at the start.
    pub initial: Expr,
    /// Net rate of change.
    pub net: Expr,
}

/// The stages of `SMTH(input, time, initial)` or `DELAY(input, time, initial)`, and the value of the whole.
/// `stocks` refer to the stocks that the caller makes, one for each stage.
///
/// A smooth's stocks follow what stands before them, (before - stock) / share; its value is the last stock.
/// A delay's stocks pass on what they receive, before - stock / share; its value is the last outflow.
pub fn cascade(kind: Cascade, input: Expr, time: Expr, initial: Expr, stocks: &[Expr]) -> (Vec<Stage>, Expr) {
    let share = match kind.stages {
        1 => time,
        stages => Expr::binary(Binary::Divide, time, Expr::Number(stages as f64)),
    };
    let mut before = input;
    let mut stages = Vec::with_capacity(stocks.len());
    for stock in stocks {
        let stock = stock.clone();
        if kind.is_delay {
            let out = Expr::binary(Binary::Divide, stock, share.clone());
            let initial = Expr::binary(Binary::Multiply, initial.clone(), share.clone());
            stages.push(Stage { initial, net: Expr::binary(Binary::Subtract, before, out.clone()) });
            before = out;
        } else {
            let gap = Expr::binary(Binary::Subtract, before, stock.clone());
            let net = Expr::binary(Binary::Divide, gap, share.clone());
            stages.push(Stage { initial: initial.clone(), net });
            before = stock;
        }
    }
    (stages, before)
}
