//! What each variable reads and what reads it, as the text has it: what the compiler made counts for its owner.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use counterflow_model::{Definition, Equation, Expr, Model, Stock, VariableId, references};

use crate::addresses::shown;

/// Links both ways between the visible variables of a model.
pub struct Uses {
    reads: Vec<BTreeSet<VariableId>>,
    read_by: Vec<BTreeSet<VariableId>>,
}

impl Uses {
    /// The links of a model.
    pub fn of(model: &Model) -> Uses {
        let owner = |id: VariableId| {
            let owner = shown(model, model.variable(id))?;
            model.find(&owner.name)
        };
        let mut reads = vec![BTreeSet::new(); model.variables.len()];
        let mut read_by = reads.clone();
        for reader in model.ids() {
            let Some(visible) = owner(reader) else { continue };
            for read in read_in(&model.variable(reader).definition) {
                let read = owner(read).unwrap_or(read);
                if read != visible || !model.variable(reader).hidden {
                    reads[visible.0].insert(read);
                    read_by[read.0].insert(visible);
                }
            }
        }
        Uses { reads, read_by }
    }

    /// What a variable's own equations read.
    pub fn reads(&self, id: VariableId) -> &BTreeSet<VariableId> {
        &self.reads[id.0]
    }

    /// What reads a variable.
    pub fn read_by(&self, id: VariableId) -> &BTreeSet<VariableId> {
        &self.read_by[id.0]
    }

    /// One shortest way from a variable through its readers back to itself; empty if there is none.
    pub fn loop_through(&self, start: VariableId) -> Vec<VariableId> {
        let mut came_from: BTreeMap<VariableId, VariableId> = BTreeMap::new();
        let mut open = VecDeque::from([start]);
        while let Some(here) = open.pop_front() {
            for &next in self.read_by(here) {
                if next == start {
                    let mut way = vec![start, here];
                    let mut at = here;
                    while at != start {
                        at = came_from[&at];
                        way.push(at);
                    }
                    way.dedup();
                    way.reverse();
                    return way;
                }
                if let std::collections::btree_map::Entry::Vacant(free) = came_from.entry(next) {
                    free.insert(here);
                    open.push_back(next);
                }
            }
        }
        Vec::new()
    }
}

/// All expressions of a definition.
pub fn expressions(definition: &Definition) -> Vec<&Expr> {
    let equations: Vec<&Equation> = match definition {
        Definition::Stock(Stock { initial, net, .. }) => vec![initial, net],
        Definition::Cell(cell) => vec![&cell.initial, &cell.next],
        Definition::Flow(equation) | Definition::Auxiliary(equation) => vec![equation],
        Definition::Parameter(_) | Definition::Lever(_) => Vec::new(),
    };
    equations.into_iter().flat_map(Equation::expressions).collect()
}

fn read_in(definition: &Definition) -> BTreeSet<VariableId> {
    expressions(definition).into_iter().flat_map(references).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_go_both_ways_and_loops_close() {
        let project = counterflow::Project::bundled().unwrap();
        let model = project.model().unwrap();
        let uses = Uses::of(model);
        for id in model.ids() {
            assert!(uses.reads(id).iter().all(|read| uses.read_by(*read).contains(&id)));
        }
        // A loop of the text need not close in every version of the model; most do.
        let ways: Vec<_> = model.feedbacks.iter().map(|feedback| uses.loop_through(feedback.variable)).collect();
        assert!(ways.iter().filter(|way| !way.is_empty()).count() * 2 > ways.len(), "{ways:?}");
        for way in ways.iter().filter(|way| !way.is_empty()) {
            assert!(way.len() > 1 && way.first() == way.last(), "{way:?}");
            assert!(way.windows(2).all(|pair| uses.reads(pair[1]).contains(&pair[0])), "{way:?}");
        }
    }
}
