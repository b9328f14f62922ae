//! Functions that remember: cells, which take a new value at each whole step, and smooths behind trends.

use counterflow_lang::Code;
use counterflow_model::{Binary, Cell, Clock, Definition, Equation, Expr, Ternary};

use super::call::take;
use super::{Context, Lower};
use crate::document;
use crate::expression::Reference;
use crate::functions::Memory;

/// Most steps that a fixed delay remembers.
const MOST_STEPS: f64 = 20_000.0;

impl Lower<'_, '_> {
    /// A function that remembers, of its lowered arguments.
    pub fn memory(&mut self, memory: Memory, name: &Reference, mut values: Vec<Expr>, at: &Context<'_>) -> Expr {
        let first = take(&mut values);
        match memory {
            Memory::Initial => Expr::Initial(Box::new(first)),
            Memory::ActiveInitial => Expr::Phased { start: Box::new(take(&mut values)), running: Box::new(first) },
            Memory::Previous => {
                let initial = take(&mut values);
                let cell = self.cell(initial, at);
                self.remember(&cell, first);
                cell
            }
            Memory::SampleIfTrue => {
                let (input, initial) = (take(&mut values), take(&mut values));
                let cell = self.cell(initial, at);
                let sampled = Expr::Ternary(Ternary::Select, Box::new(first), Box::new(input), Box::new(cell.clone()));
                let sampled = self.hold(sampled, at);
                self.remember(&cell, sampled.clone());
                sampled
            }
            Memory::FixedDelay => {
                let input = self.hold(first, at);
                let time = take(&mut values);
                let initial = if values.is_empty() { input.clone() } else { take(&mut values) };
                self.fixed_delay(input, &time, initial, name, at)
            }
            Memory::Trend => {
                let time = take(&mut values);
                let initial = if values.is_empty() { Expr::Number(0.0) } else { take(&mut values) };
                self.trend(first, time, initial, at)
            }
            Memory::Forecast => {
                let (time, ahead) = (take(&mut values), take(&mut values));
                let initial = if values.is_empty() { Expr::Number(0.0) } else { take(&mut values) };
                let input = self.hold(first, at);
                let trend = self.trend(input.clone(), time, initial, at);
                let growth = Expr::binary(Binary::Multiply, trend, ahead);
                Expr::binary(Binary::Multiply, input, Expr::binary(Binary::Add, Expr::Number(1.0), growth))
            }
        }
    }

    /// A row of cells, one for each step of the delay: the delay's time is rounded to whole steps.
    fn fixed_delay(&mut self, input: Expr, time: &Expr, initial: Expr, name: &Reference, at: &Context<'_>) -> Expr {
        let Some(length) = self.constant(time) else {
            let message = format!("the length of {} must be known before the model runs", name.shown);
            self.report.push(Code::E7005, name.span, message);
            return Expr::Number(f64::NAN);
        };
        let steps = length * self.horizon.steps_per_time();
        if !(0.0..=MOST_STEPS).contains(&steps) {
            let message = format!("a delay of {length} is {steps} steps; expected 0 to {MOST_STEPS}");
            self.report.push(Code::E7005, name.span, message);
            return Expr::Number(f64::NAN);
        }
        let count = ((steps + 0.5) as usize).max(usize::from(steps > 0.0));
        document::rounded("a fixed delay", length, count as f64, self.horizon.step, name.span, self.report);
        let initial = self.hold(initial, at);
        (0..count).fold(input, |before, _| {
            let cell = self.cell(initial.clone(), at);
            self.remember(&cell, before);
            cell
        })
    }

    /// Relative change in a unit of time: the gap to a smooth, as a share of it and of its time.
    fn trend(&mut self, input: Expr, time: Expr, initial: Expr, at: &Context<'_>) -> Expr {
        let (input, time) = (self.hold(input, at), self.hold(time, at));
        let average = self.stock(at);
        let before = Expr::binary(Binary::Multiply, initial, time.clone());
        let before = Expr::binary(Binary::Add, Expr::Number(1.0), before);
        let gap = Expr::binary(Binary::Subtract, input.clone(), average.clone());
        let net = Expr::binary(Binary::Divide, gap.clone(), time.clone());
        self.integrate(&average, Expr::binary(Binary::Divide, input, before), net);
        Expr::binary(Binary::SafeDivide, gap, Expr::binary(Binary::Multiply, average, time))
    }

    fn cell(&mut self, initial: Expr, at: &Context<'_>) -> Expr {
        let (initial, next) = (Equation::Every(initial), Equation::Every(Expr::Clock(Clock::Start)));
        self.hide("cell", Definition::Cell(Cell { initial, next }), at)
    }

    /// Says what a cell takes next.
    fn remember(&mut self, cell: &Expr, value: Expr) {
        if let Expr::Variable { variable, .. } = cell
            && let Definition::Cell(cell) = &mut self.made[variable.0].definition
        {
            cell.next = Equation::Every(value);
        }
    }
}
