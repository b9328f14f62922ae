//! Which sector reads which, from the equations themselves.

use std::collections::{BTreeMap, BTreeSet};

use counterflow_model::{Definition, Equation, Model, VariableId, references};

/// How one sector reads another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Sector that is read.
    pub from: usize,
    /// Sector that reads.
    pub to: usize,
    /// Pairs of a variable that is read and one that reads it.
    pub count: usize,
    /// Names of the variables that are read.
    pub read: BTreeSet<String>,
}

/// All links between different sectors. Constants and levers are inputs and make no link; variables that the compiler
/// made are looked through, so that a delay's inner stock does not hide what the delay reads.
pub fn links(model: &Model) -> Vec<Link> {
    let mut found: BTreeMap<(usize, usize), Link> = BTreeMap::new();
    for reader in model.ids().filter(|id| !model.variable(*id).hidden) {
        for read in readings(model, reader) {
            let (from, to) = (model.variable(read).sector.0, model.variable(reader).sector.0);
            if from != to {
                let empty = Link { from, to, count: 0, read: BTreeSet::new() };
                let link = found.entry((from, to)).or_insert(empty);
                link.count += 1;
                link.read.insert(model.variable(read).name.clone());
            }
        }
    }
    found.into_values().collect()
}

/// Visible state that a variable's equations read.
fn readings(model: &Model, reader: VariableId) -> BTreeSet<VariableId> {
    let mut seen = BTreeSet::from([reader]);
    let mut visible = BTreeSet::new();
    let mut open = vec![reader];
    while let Some(id) = open.pop() {
        for read in equations(&model.variable(id).definition).iter().flat_map(|e| e.expressions()).flat_map(references)
        {
            let variable = model.variable(read);
            let input = matches!(variable.definition, Definition::Parameter(_) | Definition::Lever(_));
            if input || !seen.insert(read) {
                continue;
            }
            if variable.hidden { open.push(read) } else { _ = visible.insert(read) }
        }
    }
    visible
}

fn equations(definition: &Definition) -> Vec<&Equation> {
    match definition {
        Definition::Stock(stock) => vec![&stock.initial, &stock.net],
        Definition::Cell(cell) => vec![&cell.initial, &cell.next],
        Definition::Flow(equation) | Definition::Auxiliary(equation) => vec![equation],
        Definition::Parameter(_) | Definition::Lever(_) => Vec::new(),
    }
}

/// Names of a sector's stocks, in order of definition.
pub fn stocks(model: &Model, sector: usize) -> Vec<&str> {
    let stock = |v: &&counterflow_model::Variable| {
        v.sector.0 == sector && !v.hidden && matches!(v.definition, Definition::Stock(_))
    };
    model.variables.iter().filter(stock).map(|v| v.name.as_str()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::project::Project;

    #[test]
    fn people_are_read_by_overdose_and_the_other_way() {
        let project = Project::bundled().unwrap();
        let model = project.model().unwrap();
        let sector = |name: &str| model.sectors.iter().position(|s| s.name == name).unwrap();
        let links = links(model);
        let has = |from, to| links.iter().any(|l| l.from == sector(from) && l.to == sector(to) && l.count > 0);
        assert!(has("people", "overdose") && has("overdose", "people"));
        assert!(has("violence", "cooperation") || has("cooperation", "violence"));
        assert!(links.iter().all(|l| l.from != l.to));
        assert!(stocks(model, sector("organisations")).contains(&"group_members"));
    }
}
