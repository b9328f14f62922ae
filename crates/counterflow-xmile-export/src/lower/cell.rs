//! Cells, which take a new value at each whole step, as stocks: all readers have those.
//!
//! With Euler's method a stock that gains the gap to its next value, divided by the length of a step, has that value at
//! the next step. With Runge-Kutta the same flow would be taken at four stages, and all stages would see a stock on its
//! way. So there is a clock of stages, and two stocks that each take the next value in one stage only:
//!
//! | stage | weight | `taking` | `following` | the cell is |
//! |---|---|---|---|---|
//! | 1 | 1/6 | rate 6 (next - taking) / step | 0 | `taking` |
//! | 2 | 2/6 | 0; stands at taking + 3 (next - taking) | rate (taking - following) / step | `following` |
//! | 3 | 2/6 | 0 | 0; stands off | `taking` |
//! | 4 | 1/6 | 0 | 0 | `taking` |
//!
//! Both end the step at the next value: `taking` gains 6/6 of the gap, `following` 2/6 of three times the gap. A rounding
//! error between the two shrinks by a third from step to step.

use counterflow_model::{Binary, Cell, Clock, Equation, Expr, LookupId, Method, Ternary, VariableId};

use super::Lower;
use super::stock::along;
use crate::equation::number;
use crate::item::{Item, Kind, Text};

impl Lower<'_> {
    /// A cell's tag and text.
    pub fn cell(&mut self, id: VariableId, cell: &Cell) -> (Kind, Text, Option<LookupId>) {
        let initial = self.initial(id, &cell.initial);
        if self.model.horizon.method == Method::RungeKutta4 {
            return (Kind::Auxiliary, self.cell_in_stages(id, cell, &initial), None);
        }
        let own = along(id, &self.model.variable(id).dimensions);
        let flow = self.names.fresh(&format!("{}_change", self.names.of(id)));
        let documentation =
            format!("What takes {} to its next value in one step; change dt with care", self.names.of(id));
        self.flow(id, &flow, documentation, &each(&cell.next, |next| in_a_step(next, &own)));
        (Kind::Stock { inflows: vec![flow], outflows: Vec::new() }, initial, None)
    }

    fn cell_in_stages(&mut self, id: VariableId, cell: &Cell, initial: &Text) -> Text {
        let stage = Expr::variable(self.stage());
        let (taking, take) = self.stock_in_stages(id, "taking", "right but for the second stage of a step", initial);
        let (following, follow) = self.stock_in_stages(id, "following", "right in the second stage of a step", initial);
        let is_first = Expr::binary(Binary::And, above(&stage, -0.25), below(&stage, 0.5));
        let rate = |next: &Expr| Expr::binary(Binary::Multiply, Expr::Number(6.0), in_a_step(next, &taking));
        let rate = |next: &Expr| choice(is_first.clone(), rate(next), Expr::Number(0.0));
        let documentation = |name: &str| format!("What takes {name} to its next value in one step");
        let documentation = documentation(self.names.of(id));
        self.flow(id, &take, documentation.clone(), &each(&cell.next, rate));
        let is_second = above(&stage, 0.5);
        let rate = choice(is_second.clone(), in_a_step(&taking, &following), Expr::Number(0.0));
        self.flow(id, &follow, documentation, &Equation::Every(rate));
        Text::Every(self.writer().text(&choice(is_second, following, taking)))
    }

    /// A stock that stands for a cell in some stages, and the name of its flow, which is still to be written.
    fn stock_in_stages(&mut self, id: VariableId, word: &str, when: &str, initial: &Text) -> (Expr, String) {
        let cell = self.names.of(id).to_owned();
        let name = self.names.fresh(&format!("{cell}_{word}"));
        let flow = self.names.fresh(&format!("{name}_change"));
        let dimensions = self.model.variable(id).dimensions.clone();
        let kind = Kind::Stock { inflows: vec![flow.clone()], outflows: Vec::new() };
        let documentation = format!("Value of {cell}, {when}");
        self.items.push(Item::made(&name, documentation, &dimensions, kind, initial.clone()));
        let made = self.declare(&name, &dimensions);
        (along(made, &dimensions), flow)
    }

    /// The clock of stages: a count of steps that is taken at whole steps only, and its lead over the time in steps. At
    /// the first stage it leads by 0, at the second by 1, at the third by -1/2 and at the fourth by -1.
    fn stage(&mut self) -> VariableId {
        if let Some(known) = self.stage {
            return known;
        }
        let [stage, count] = ["stage_of_step", "steps_done"].map(|name| self.names.fresh(name));
        let counting = self.names.fresh(&format!("{count}_change"));
        let (start, steps) = (number(self.model.horizon.start), self.model.horizon.steps_per_time());
        let lead = format!("{count} - (TIME - {start}) * {}", number(steps));
        let whole = format!("{stage} > {} AND {stage} < 0.5 OR {stage} < {}", number(-0.25), number(-0.75));
        let rate = format!("IF {whole} THEN {} ELSE 0", number(3.0 * steps));
        let stock = Kind::Stock { inflows: vec![counting.clone()], outflows: Vec::new() };
        let said = "Stages of Runge-Kutta: 0 at the first, 1 at the second, -1/2 at the third, -1 at the fourth";
        for (name, said, kind, text) in [
            (&stage, said, Kind::Auxiliary, lead),
            (&count, "Steps done; change its numbers with dt", stock, "0".to_owned()),
            (&counting, "One step in two stages", Kind::Flow, rate),
        ] {
            self.items.push(Item::made(name, said.to_owned(), &[], kind, Text::Every(text)));
        }
        let made = self.declare(&stage, &[]);
        self.stage = Some(made);
        made
    }
}

/// The rate that leads from one value to the next in a step.
fn in_a_step(next: &Expr, own: &Expr) -> Expr {
    let gap = Expr::binary(Binary::Subtract, next.clone(), own.clone());
    Expr::binary(Binary::Divide, gap, Expr::Clock(Clock::Step))
}

fn each(equation: &Equation, of: impl Fn(&Expr) -> Expr) -> Equation {
    match equation {
        Equation::Every(expr) => Equation::Every(of(expr)),
        Equation::Each(exprs) => Equation::Each(exprs.iter().map(of).collect()),
    }
}

fn above(stage: &Expr, edge: f64) -> Expr {
    Expr::binary(Binary::Greater, stage.clone(), Expr::Number(edge))
}

fn below(stage: &Expr, edge: f64) -> Expr {
    Expr::binary(Binary::Less, stage.clone(), Expr::Number(edge))
}

fn choice(condition: Expr, yes: Expr, no: Expr) -> Expr {
    Expr::Ternary(Ternary::Select, Box::new(condition), Box::new(yes), Box::new(no))
}
