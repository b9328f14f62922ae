//! Groups of a chapter's stocks that flows join, with stocks of other chapters at the far ends.

use counterflow_model::{Definition, Model, SectorId, Stock, VariableId};

/// A flow between two stocks, or between a stock and what the model does not count.
#[derive(Clone, Debug)]
pub struct Flow {
    /// The flow.
    pub id: VariableId,
    /// Stock that it leaves.
    pub from: Option<VariableId>,
    /// Stock that it enters.
    pub to: Option<VariableId>,
}

/// Stocks that flows join.
#[derive(Clone, Debug)]
pub struct Group {
    /// Own stocks first, in order of definition, then those of other chapters.
    pub stocks: Vec<VariableId>,
    /// How many of them are own.
    pub own: usize,
    /// Flows that touch an own stock.
    pub flows: Vec<Flow>,
}

impl Group {
    /// Whether a stock stands in another chapter.
    pub fn is_abroad(&self, stock: VariableId) -> bool {
        !self.stocks[..self.own].contains(&stock)
    }
}

/// The groups of a chapter, in order of definition.
pub fn groups(model: &Model, sector: SectorId) -> Vec<Group> {
    let is_own = |id: &VariableId| model.variable(*id).sector == sector;
    let own: Vec<VariableId> = stocks(model).map(|(id, _)| id).filter(is_own).collect();
    let flows: Vec<Flow> = flows(model).into_iter().filter(|f| f.from.iter().chain(&f.to).any(is_own)).collect();
    let mut left = own.clone();
    let mut found = Vec::new();
    while !left.is_empty() {
        let mut members = vec![left.remove(0)];
        let mut next = 0;
        while let Some(&stock) = members.get(next) {
            next += 1;
            for flow in flows.iter().filter(|f| f.from == Some(stock) || f.to == Some(stock)) {
                for end in flow.from.iter().chain(&flow.to) {
                    // What only meets in another chapter is not joined here.
                    if is_own(&stock) && !members.contains(end) {
                        members.push(*end);
                        left.retain(|other| other != end);
                    }
                }
            }
        }
        let touches = |f: &&Flow| f.from.iter().chain(&f.to).any(|end| is_own(end) && members.contains(end));
        let group_flows: Vec<Flow> = flows.iter().filter(touches).cloned().collect();
        let (mut inside, abroad): (Vec<VariableId>, Vec<VariableId>) = members.iter().partition(|id| is_own(id));
        inside.sort();
        let count = inside.len();
        inside.extend(abroad);
        found.push(Group { stocks: inside, own: count, flows: group_flows });
    }
    found
}

fn stocks(model: &Model) -> impl Iterator<Item = (VariableId, &Stock)> {
    model.ids().filter(|id| !model.variable(*id).hidden).filter_map(|id| match &model.variable(id).definition {
        Definition::Stock(stock) => Some((id, stock)),
        _ => None,
    })
}

/// Every flow with its ends; one that leaves or enters several stocks stands there once for each pair.
fn flows(model: &Model) -> Vec<Flow> {
    let mut found = Vec::new();
    for id in model.ids() {
        let ends = |list: fn(&Stock) -> &Vec<VariableId>| -> Vec<Option<VariableId>> {
            let all: Vec<_> =
                stocks(model).filter(|(_, stock)| list(stock).contains(&id)).map(|(id, _)| Some(id)).collect();
            all
        };
        let (mut from, mut to) = (ends(|stock| &stock.outflows), ends(|stock| &stock.inflows));
        if from.is_empty() && to.is_empty() {
            continue;
        }
        for list in [&mut from, &mut to] {
            if list.is_empty() {
                list.push(None);
            }
        }
        found.extend(from.iter().flat_map(|from| to.iter().map(move |to| Flow { id, from: *from, to: *to })));
    }
    found
}
