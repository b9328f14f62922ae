//! `flows.toml`: what flows where in a year, for diagrams of people, kilograms, guns and dollars.

use std::collections::BTreeMap;

use counterflow_engine::{Job, Plan, PlanOptions, Sampling, Save, Start, What, run_to_checkpoint};
use counterflow_explore::Windows;
use counterflow_explore::comparison::Band;
use counterflow_model::Model;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::bundle::Bundle;
use super::scenario::{Known, ahead};
use crate::data::from_toml;
use crate::error::Problem;
use crate::names::{self, Element};
use crate::project::Project;

/// Path of the file.
pub const PATH: &str = "flows.toml";
/// Draws over which medians are taken, spread evenly over the posterior.
const DRAWS: usize = 64;

/// A diagram: nodes, and what flows from one to another.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Diagram {
    /// Short name.
    pub id: String,
    /// Unit of all its links.
    pub unit: String,
    /// Short names and names for people of its nodes.
    pub nodes: Vec<(String, String)>,
    /// Its links.
    pub links: Vec<Link>,
}

/// What flows from one node to another: a sum of elements, less another.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Link {
    /// Node it leaves.
    pub from: String,
    /// Node it reaches.
    pub to: String,
    /// Elements that are added.
    pub of: Vec<Element>,
    /// Elements that are taken away.
    pub minus: Vec<Element>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    diagram: Vec<DiagramTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct DiagramTable {
    id: String,
    unit: String,
    nodes: toml::Table,
    link: Vec<LinkTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LinkTable {
    from: String,
    to: String,
    of: Vec<String>,
    #[serde(default)]
    minus: Vec<String>,
}

/// The diagrams of a model; none if it has no such file.
///
/// # Errors
/// If the file does not read, or names a node or variable that there is not, or one of another unit.
pub fn diagrams(project: &Project, model: &Model) -> Result<Vec<Diagram>, Vec<Problem>> {
    let Some(text) = project.files.get(PATH) else { return Ok(Vec::new()) };
    let file: File = toml::from_str(text).map_err(|error| from_toml(PATH, text, &error))?;
    let mut problems = Vec::new();
    let diagrams = file.diagram.into_iter().map(|table| diagram(model, table, &mut problems)).collect();
    if problems.is_empty() { Ok(diagrams) } else { Err(problems) }
}

fn diagram(model: &Model, table: DiagramTable, problems: &mut Vec<Problem>) -> Diagram {
    let DiagramTable { id, unit, nodes, link } = table;
    let title = |value: &toml::Value| value.as_str().unwrap_or_default().to_owned();
    let nodes: Vec<(String, String)> = nodes.iter().map(|(node, value)| (node.clone(), title(value))).collect();
    let mut links = Vec::new();
    for entry in link {
        for end in [&entry.from, &entry.to] {
            if !nodes.iter().any(|(node, _)| node == end) {
                let kind = format!("node of the diagram `{id}`");
                problems.push(names::unknown(PATH, &kind, end, nodes.iter().map(|(node, _)| node.as_str())));
            }
        }
        let mut elements = |names: &[String]| -> Vec<Element> {
            names.iter().flat_map(|name| elements_of(model, &id, &unit, name, problems)).collect()
        };
        links.push(Link { of: elements(&entry.of), minus: elements(&entry.minus), from: entry.from, to: entry.to });
    }
    Diagram { id, unit, nodes, links }
}

fn elements_of(model: &Model, diagram: &str, unit: &str, name: &str, problems: &mut Vec<Problem>) -> Vec<Element> {
    let found = names::elements(model, PATH, name).unwrap_or_else(|problem| {
        problems.push(problem);
        Vec::new()
    });
    if let Some((id, _)) = found.first().filter(|(id, _)| model.variable(*id).unit.to_string() != unit) {
        let message = format!("{diagram}: `{name}` is in {}; expected {unit}", model.variable(*id).unit);
        problems.push(Problem::new(PATH, message));
    }
    found
}

/// Every diagram in one year of a scenario: bands of each link's mean rate over draws that are spread over the posterior.
///
/// # Errors
/// If the year is not wholly within the model's horizon.
pub(super) fn of(bundle: &Bundle, draws: &[Vec<f64>], seed: u64, known: &Known, year: i32) -> Result<Value, Problem> {
    let elements: Vec<Element> = {
        let links = bundle.flows.iter().flat_map(|diagram| &diagram.links);
        links.flat_map(|link| link.of.iter().chain(&link.minus).copied()).collect()
    };
    let saves = elements.iter().map(|&(id, k)| Save { what: What::Element(id, k), sampling: Sampling::Mean }).collect();
    let plan = Plan::new(&bundle.model, &PlanOptions { saves, ..PlanOptions::default() });
    let compare = &bundle.compare;
    let windows = Windows::new(plan.horizon(), (compare.from, compare.to), compare.data_through);
    let shown = windows.shown.iter().position(|(start, _)| *start == f64::from(year));
    let Some(shown) = shown else {
        let (first, last) = (windows.shown.first(), windows.shown.last());
        let ends = first.zip(last).map_or_else(String::new, |(a, b)| format!("{} to {}", a.0, b.0));
        return Err(Problem::new("year", format!("found {year}; expected a year of the model, {ends}")));
    };
    let span = windows.shown[shown].1.clone();
    let chosen: Vec<usize> = (0..draws.len().min(DRAWS)).map(|k| k * draws.len() / draws.len().min(DRAWS)).collect();
    let past: Vec<Vec<f64>> = chosen.iter().map(|k| draws[*k].clone()).collect();
    let members: Vec<u64> = chosen.iter().map(|k| *k as u64).collect();
    let until = f64::from(year) + 1.0;
    let branch = compare.data_through.min(until);
    let job = Job { seed, noise: true, until: branch, ..Job::new(&plan, &past, &members, &known.schedule) };
    let (before, states) = run_to_checkpoint(&job);
    let future = ahead(&past, &known.assumed);
    let job = Job { draws: &future, from: Start::Checkpoint(&states), until, ..job };
    let after = run_to_checkpoint(&job).0;
    let value = |save: usize, interval: usize, member: usize| match interval.checked_sub(before.len(save)) {
        None => before.at(save, interval)[member],
        Some(later) => after.at(save, later)[member],
    };
    let mean = |save: usize, member: usize| {
        span.clone().map(|interval| value(save, interval, member)).sum::<f64>() / span.len() as f64
    };
    let mut first = 0;
    let mut shapes = Map::new();
    for diagram in &bundle.flows {
        let mut links = Vec::new();
        for link in &diagram.links {
            let (plus, all) = (first + link.of.len(), first + link.of.len() + link.minus.len());
            let net = |member: usize| -> f64 {
                let added: f64 = (first..plus).map(|save| mean(save, member)).sum();
                added - (plus..all).map(|save| mean(save, member)).sum::<f64>()
            };
            let band = Band::of((0..members.len()).map(net).collect());
            links.push(json!({ "from": link.from, "to": link.to, "band": super::desk::Five::of(&band) }));
            first = all;
        }
        let titles: BTreeMap<&str, &str> =
            diagram.nodes.iter().map(|(id, title)| (id.as_str(), title.as_str())).collect();
        let nodes: Vec<Value> =
            diagram.nodes.iter().map(|(id, _)| json!({ "id": id, "title": titles[id.as_str()] })).collect();
        shapes.insert(diagram.id.clone(), json!({ "unit": diagram.unit, "nodes": nodes, "links": links }));
    }
    Ok(json!({ "year": year, "draws": members.len(), "diagrams": shapes }))
}
