//! Where stocks and flows stand: stocks side by side so that flows are short, flows in rows from left to right.

use counterflow_model::VariableId;

use super::groups::Group;

/// Distance between the lines of neighbouring stocks.
pub const PITCH: f64 = 140.0;
/// Width and height of a stock's box.
pub const BOX: (f64, f64) = (118.0, 58.0);
/// Where rows begin.
pub const TOP: f64 = BOX.1 + 6.0;
/// Distance of a cloud from its stock's line, in parts of the pitch.
const CLOUD: f64 = 0.8;
/// Height of a row.
const ROW: f64 = 58.0;

/// A drawing plan.
pub struct Layout {
    /// Stocks from left to right.
    pub columns: Vec<VariableId>,
    /// Rows from top to bottom.
    pub rows: Vec<Row>,
    /// Width of the drawing.
    pub width: f64,
    /// Height of the drawing.
    pub height: f64,
    left: f64,
}

/// Flows at one height.
pub struct Row {
    /// That height.
    pub y: f64,
    /// The flows.
    pub flows: Vec<Placed>,
}

/// A flow and the columns between which it runs, from left to right; clouds stand between columns.
pub struct Placed {
    /// Position of the flow in its group.
    pub flow: usize,
    /// From and to.
    pub span: (f64, f64),
}

impl Layout {
    /// Pixels from the left.
    pub fn x(&self, column: f64) -> f64 {
        (column - self.left) * PITCH
    }

    /// Column of a stock.
    pub fn column(&self, stock: VariableId) -> usize {
        self.columns.iter().position(|other| *other == stock).unwrap_or(0)
    }
}

/// The plan of a group.
pub fn layout(group: &Group) -> Layout {
    let columns = ordered(group);
    let column = |stock: VariableId| columns.iter().position(|other| *other == stock).unwrap_or(0) as f64;
    let spans: Vec<(f64, f64)> = group
        .flows
        .iter()
        .map(|flow| match (flow.from, flow.to) {
            (Some(from), Some(to)) if from == to => (column(from), column(from) + CLOUD),
            (Some(from), Some(to)) => (column(from).min(column(to)), column(from).max(column(to))),
            (Some(from), None) => (column(from), column(from) + CLOUD),
            (None, to) => (to.map_or(0.0, column) - CLOUD, to.map_or(0.0, column)),
        })
        .collect();
    let mut order: Vec<usize> = (0..spans.len()).collect();
    order.sort_by(|a, b| {
        (spans[*a].0, spans[*a].1).partial_cmp(&(spans[*b].0, spans[*b].1)).unwrap_or(std::cmp::Ordering::Equal)
    });
    let mut rows: Vec<Vec<Placed>> = Vec::new();
    for flow in order {
        let (from, to) = spans[flow];
        let free = |row: &&mut Vec<Placed>| row.iter().all(|other| other.span.1 <= from || to <= other.span.0);
        match rows.iter_mut().find(free) {
            Some(row) => row.push(Placed { flow, span: (from, to) }),
            None => rows.push(vec![Placed { flow, span: (from, to) }]),
        }
    }
    let half = BOX.0 / 2.0 / PITCH + 0.03;
    let last = columns.len().saturating_sub(1) as f64;
    let left = spans.iter().map(|s| s.0 - 0.15).fold(-half, f64::min);
    let right = spans.iter().map(|s| s.1 + 0.15).fold(last + half, f64::max);
    let height = TOP + ROW * rows.len() as f64 + 14.0;
    let row = |(i, flows)| Row { y: TOP + ROW * (i as f64 + 0.78), flows };
    Layout {
        columns,
        rows: rows.into_iter().enumerate().map(row).collect(),
        width: (right - left) * PITCH,
        height,
        left,
    }
}

/// Stocks in an order in which flows are short, found by exchanging pairs as long as that helps.
fn ordered(group: &Group) -> Vec<VariableId> {
    let mut columns = group.stocks.clone();
    let length = |columns: &[VariableId]| -> usize {
        let column = |stock: VariableId| columns.iter().position(|other| *other == stock).unwrap_or(0);
        group.flows.iter().filter_map(|f| Some(column(f.from?).abs_diff(column(f.to?)))).sum()
    };
    loop {
        let mut best = (length(&columns), None);
        for a in 0..columns.len() {
            for b in a + 1..columns.len() {
                columns.swap(a, b);
                let now = length(&columns);
                if now < best.0 {
                    best = (now, Some((a, b)));
                }
                columns.swap(a, b);
            }
        }
        match best.1 {
            Some((a, b)) => columns.swap(a, b),
            None => return columns,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagram::groups;
    use counterflow_model::SectorId;

    #[test]
    fn nothing_in_a_row_overlaps_and_every_flow_has_its_place() {
        let project = counterflow::Project::bundled().unwrap();
        let model = project.model().unwrap();
        let mut drawn = 0;
        for group in (0..model.sectors.len()).flat_map(|sector| groups(model, SectorId(sector))) {
            let layout = layout(&group);
            let placed: usize = layout.rows.iter().map(|row| row.flows.len()).sum();
            assert_eq!(placed, group.flows.len());
            for row in &layout.rows {
                for (i, a) in row.flows.iter().enumerate() {
                    assert!(row.flows[i + 1..].iter().all(|b| a.span.1 <= b.span.0 || b.span.1 <= a.span.0));
                }
            }
            drawn += group.own;
        }
        let is_stock = |v: &&counterflow_model::Variable| {
            !v.hidden && matches!(v.definition, counterflow_model::Definition::Stock(_))
        };
        assert_eq!(drawn, model.variables.iter().filter(is_stock).count());
    }
}
