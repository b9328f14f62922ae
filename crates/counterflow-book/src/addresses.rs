//! Where on the site a variable, a lookup, a source or a series is told of.

use std::collections::BTreeMap;

use counterflow::Project;
use counterflow_model::{LookupId, Model, SectorId, Variable, VariableId};

/// Page of all variables.
pub const VARIABLES: &str = "variables.html";
/// Page of the bundled model's bibliography.
pub const SOURCES: &str = "sources.html";
/// Page of the bundled model's data.
pub const DATA: &str = "data.html";

/// Addresses of everything in one model, `page.html#anchor`.
pub struct Addresses {
    variables: Vec<String>,
    lookups: Vec<Option<String>>,
    /// Page of the bibliography that the model cites from.
    pub sources: String,
    /// Position of each visible variable by name.
    names: BTreeMap<String, VariableId>,
}

impl Addresses {
    /// `page` gives the page of a sector, `prefix` what stands before the names of its variables in anchors.
    pub fn new(
        project: &Project,
        model: &Model,
        sources: &str,
        page: &dyn Fn(SectorId) -> String,
        prefix: &dyn Fn(SectorId) -> String,
    ) -> Addresses {
        let own = |sector: SectorId, name: &str| format!("{}#{}", page(sector), anchor(&prefix(sector), name));
        let address = |variable: &Variable| match shown(model, variable) {
            Some(owner) => own(owner.sector, &owner.name),
            None => format!("{VARIABLES}#{}", anchor("", &variable.name)),
        };
        let lookup = |position: usize| {
            let lookup = &model.lookups[position];
            if let Some(sector) = sector_of_lookup(project, model, &lookup.name) {
                return Some(own(sector, &lookup.name));
            }
            (project.bundled && project.series.contains_key(&lookup.name))
                .then(|| format!("{DATA}#{}", series_anchor(&lookup.name)))
        };
        let visible = model.ids().filter(|id| !model.variable(*id).hidden);
        Addresses {
            variables: model.variables.iter().map(address).collect(),
            lookups: (0..model.lookups.len()).map(lookup).collect(),
            sources: sources.to_owned(),
            names: visible.map(|id| (model.variable(id).name.clone(), id)).collect(),
        }
    }

    /// Page and anchor of a variable.
    pub fn variable(&self, id: VariableId) -> &str {
        &self.variables[id.0]
    }

    /// The anchor alone, for the place that is told of.
    pub fn anchor(&self, id: VariableId) -> &str {
        self.variables[id.0].split_once('#').map_or("", |(_, anchor)| anchor)
    }

    /// Page and anchor of a lookup of the text, or of the series that it was made from.
    pub fn lookup(&self, id: LookupId) -> Option<&str> {
        self.lookups[id.0].as_deref()
    }

    /// Page and anchor of a variable by its name, with or without subscripts.
    pub fn named(&self, name: &str) -> Option<&str> {
        self.names.get(base(name)).map(|id| self.variable(*id))
    }

    /// Page and anchor of an entry of the bibliography.
    pub fn source(&self, key: &str) -> String {
        format!("{}#{}", self.sources, source_anchor(key))
    }
}

/// Page of a chapter, by the path of its text.
pub fn page_of(path: &str) -> String {
    let parts: Vec<&str> = path.trim_end_matches(".md").split('/').collect();
    match parts[..] {
        ["variants", slot, _] => variant_page(slot),
        _ => {
            let stem = parts.last().copied().unwrap_or(path);
            format!("sector-{}.html", stem.trim_start_matches(|c: char| c.is_ascii_digit() || c == '_'))
        }
    }
}

/// Page of a part in dispute.
pub fn variant_page(slot: &str) -> String {
    format!("variant-{slot}.html")
}

/// Anchor of a variable or lookup.
pub fn anchor(prefix: &str, name: &str) -> String {
    format!("v-{prefix}{name}")
}

/// Anchor of an entry of a bibliography.
pub fn source_anchor(key: &str) -> String {
    format!("s-{key}")
}

/// Anchor of a data series.
pub fn series_anchor(key: &str) -> String {
    format!("d-{key}")
}

/// The variable of the text that a variable belongs to: itself, the lever of a cost, the owner of a delay's inner stock.
/// `None` for what belongs to no single statement.
pub fn shown<'m>(model: &'m Model, variable: &'m Variable) -> Option<&'m Variable> {
    if !variable.hidden {
        return Some(variable);
    }
    let owner = match variable.name.split_once('.') {
        Some((owner, _)) => owner,
        None => variable.name.strip_suffix("_cost")?,
    };
    model.variables.iter().find(|other| !other.hidden && other.name == owner)
}

/// A name without its subscripts.
pub fn base(name: &str) -> &str {
    name.split('[').next().unwrap_or(name)
}

/// Whether a line of the text begins the statement of this lookup.
pub fn begins_lookup(line: &str, name: &str) -> bool {
    line.strip_prefix("lookup ").is_some_and(|rest| rest.split([' ', ':']).next() == Some(name))
}

/// The chapter whose text declares a lookup.
fn sector_of_lookup(project: &Project, model: &Model, name: &str) -> Option<SectorId> {
    let declares = |text: &str| text.lines().any(|line| begins_lookup(line, name));
    let file = project.sources_of_text.iter().find(|file| declares(&file.text))?;
    model.sectors.iter().position(|sector| sector.path == file.path).map(SectorId)
}
