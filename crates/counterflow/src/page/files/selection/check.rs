//! Holds `page.toml` against the model: every name must be there, every lever in one theme.

use std::collections::BTreeMap;

use counterflow_model::Model;

use super::written::{Name, Written, WrittenSeries};
use super::{PATH, Selection, ShownSeries, Theme, View, unit_of};
use crate::data::{from_toml, line_column};
use crate::error::Problem;
use crate::names::{self, Element};
use crate::policy;
use crate::project::Project;

/// Reads the file and finds what it names.
///
/// # Errors
/// Everything that is wrong with it.
pub fn read(project: &Project, model: &Model, text: &str) -> Result<Selection, Vec<Problem>> {
    let written: Written = toml::from_str(text).map_err(|error| from_toml(PATH, text, &error))?;
    let mut checker = Checker { project, model, text, problems: Vec::new() };
    let series = checker.series(&written);
    let headline = checker.known_series(&series, &written.headline).unwrap_or(0);
    let views = written.view.iter().map(|view| {
        view.series.iter().for_each(|name| _ = checker.known_series(&series, name));
        View { id: view.id.clone(), series: texts(&view.series) }
    });
    let views = views.collect();
    let themes = checker.themes(&written);
    written.first_levers.iter().for_each(|name| checker.lever(name));
    checker.examples(&written.examples);
    let slots = checker.slots(&written.slots);
    let selection = Selection {
        outcomes: model.outcomes.len(),
        series,
        headline,
        views,
        themes,
        first_levers: texts(&written.first_levers),
        examples: texts(&written.examples),
        slots,
    };
    if checker.problems.is_empty() { Ok(selection) } else { Err(checker.problems) }
}

fn texts(names: &[Name]) -> Vec<String> {
    names.iter().map(|name| name.get_ref().clone()).collect()
}

struct Checker<'a> {
    project: &'a Project,
    model: &'a Model,
    text: &'a str,
    problems: Vec<Problem>,
}

impl Checker<'_> {
    /// Keeps a problem with a name, at its place.
    fn tell(&mut self, name: &Name, problem: Problem) {
        let (line, column) = line_column(self.text, name.span().start);
        self.problems.push(problem.at(line, column));
    }

    fn unknown<'k>(&mut self, name: &Name, kind: &str, known: impl Iterator<Item = &'k str>) {
        self.tell(name, names::unknown(PATH, kind, name.get_ref(), known));
    }

    /// Outcomes first, then the series of the file.
    fn series(&mut self, written: &Written) -> Vec<ShownSeries> {
        let outcomes = self.model.outcomes.iter();
        let mut all: Vec<ShownSeries> = outcomes.map(|o| ShownSeries::of_outcome(self.model, o)).collect();
        for one in &written.series {
            if all.iter().any(|known| known.id == *one.id.get_ref()) {
                let message = format!("series `{}` is declared twice", one.id.get_ref());
                self.tell(&one.id, Problem::new(PATH, message));
            }
            all.extend(self.one_series(one));
        }
        all
    }

    fn one_series(&mut self, written: &WrittenSeries) -> Option<ShownSeries> {
        let own = [written.id.clone()];
        let names = if written.of.is_empty() { &own[..] } else { &written.of[..] };
        let elements: Vec<Element> = names.iter().flat_map(|name| self.elements(name)).collect();
        for key in written.record.iter().filter(|key| !self.project.series.contains_key(key.get_ref())) {
            let keys = self.project.series.keys().map(String::as_str);
            self.unknown(key, "data series", keys);
        }
        let variable = self.model.variable(elements.first()?.0);
        if let Some((other, _)) = elements.iter().find(|(id, _)| self.model.variable(*id).unit != variable.unit) {
            let other = self.model.variable(*other);
            let message = format!("adds values of two units: `{}` has {}", variable.name, variable.unit);
            self.tell(&written.id, Problem::new(PATH, format!("{message}, `{}` has {}", other.name, other.unit)));
        }
        let summary = written.summary.into();
        Some(ShownSeries {
            id: written.id.get_ref().clone(),
            title: written.title.clone(),
            unit: unit_of(&variable.unit, summary),
            summary,
            better: written.better.into(),
            concerns: written.concerns.word().to_owned(),
            documentation: written.documentation.clone().unwrap_or_else(|| variable.documentation.clone()),
            elements,
            record: texts(&written.record),
            record_is_sum: written.record_is_sum,
        })
    }

    fn elements(&mut self, name: &Name) -> Vec<Element> {
        names::elements(self.model, PATH, name.get_ref()).unwrap_or_else(|problem| {
            self.tell(name, problem);
            Vec::new()
        })
    }

    /// Position of a series.
    fn known_series(&mut self, series: &[ShownSeries], name: &Name) -> Option<usize> {
        let position = series.iter().position(|one| one.id == *name.get_ref());
        if position.is_none() {
            self.unknown(name, "series of the page", series.iter().map(|one| one.id.as_str()));
        }
        position
    }

    fn lever(&mut self, name: &Name) {
        let model = self.model;
        if !model.levers().any(|(id, _)| model.variable(id).name == *name.get_ref()) {
            self.unknown(name, "lever", model.levers().map(|(id, _)| model.variable(id).name.as_str()));
        }
    }

    fn themes(&mut self, written: &Written) -> Vec<Theme> {
        let mut placed: Vec<&str> = Vec::new();
        for name in written.theme.iter().flat_map(|theme| &theme.levers) {
            self.lever(name);
            if placed.contains(&name.get_ref().as_str()) {
                self.tell(name, Problem::new(PATH, format!("lever `{}` stands in two themes", name.get_ref())));
            }
            placed.push(name.get_ref());
        }
        for (id, _) in self.model.levers() {
            let name = &self.model.variable(id).name;
            if !placed.contains(&name.as_str()) {
                self.problems.push(Problem::new(PATH, format!("lever `{name}` stands in no theme")));
            }
        }
        let theme = |theme: &super::written::WrittenTheme| Theme { id: theme.id.clone(), levers: texts(&theme.levers) };
        written.theme.iter().map(theme).collect()
    }

    fn examples(&mut self, examples: &[Name]) {
        match policy::all(self.project) {
            Err(problems) => self.problems.extend(problems),
            Ok(policies) => {
                let known = || policies.iter().map(|policy| policy.id.as_str());
                for name in examples.iter().filter(|name| !known().any(|id| id == name.get_ref())) {
                    self.unknown(name, "bundled policy", known());
                }
            }
        }
    }

    fn slots(&mut self, slots: &BTreeMap<Name, String>) -> BTreeMap<String, String> {
        let known = || self.project.slots.iter().map(|slot| slot.name.as_str());
        let lost: Vec<&Name> = slots.keys().filter(|name| !known().any(|slot| slot == name.get_ref())).collect();
        let silent: Vec<&str> = known().filter(|slot| !slots.keys().any(|name| name.get_ref() == slot)).collect();
        let missing = |slot: &&str| Problem::new(PATH, format!("[slots] has no line for `{slot}`"));
        let missing: Vec<Problem> = silent.iter().map(missing).collect();
        for name in lost {
            let all: Vec<String> = self.project.slots.iter().map(|slot| slot.name.clone()).collect();
            self.unknown(name, "part with competing texts", all.iter().map(String::as_str));
        }
        self.problems.extend(missing);
        slots.iter().map(|(name, sentence)| (name.get_ref().clone(), sentence.clone())).collect()
    }
}
