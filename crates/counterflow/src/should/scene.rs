//! From a statement's settings to runs: what moves and what is set in each.

use counterflow_engine::Move;
use counterflow_model::{Amount, Definition, Lever, Model, Parameter, Setting, Should, Target, VariableId};

use crate::reproduce::Setting as DrawSetting;

/// The inputs of one run.
#[derive(Clone, Debug, Default)]
pub struct Scene {
    /// What differs from the other runs of the statement, in words; empty if there is one run only.
    pub words: String,
    /// What levers do.
    pub moves: Vec<Move>,
    /// What parameters become.
    pub settings: Vec<DrawSetting>,
}

/// The run with which a statement compares, if something is given; without, it is the status quo of everyone.
pub fn reference(model: &Model, should: &Should) -> Option<Scene> {
    (!should.given.is_empty()).then(|| given(model, should))
}

/// The runs of a statement: groups within which the amounts are in order.
pub fn groups(model: &Model, should: &Should) -> Vec<Vec<Scene>> {
    let is_list = |setting: &&Setting| setting.amounts.len() > 1 || setting.target == Target::EachLever;
    let list = should.settings.iter().find(is_list);
    let mut base = given(model, should);
    let from = start(model, should);
    for setting in should.settings.iter().filter(|setting| !is_list(setting)) {
        base.put(model, &setting.target, setting.amounts[0], from);
    }
    let Some(list) = list else { return vec![vec![base]] };
    let targets: Vec<Target> = match &list.target {
        Target::EachLever => model.levers().map(|(id, _)| whole(model, id)).collect(),
        other => vec![other.clone()],
    };
    let scene = |target: &Target, amount: &Amount| {
        let mut scene = base.clone();
        scene.put(model, target, *amount, from);
        scene.words = in_words(model, target, *amount);
        scene
    };
    targets.iter().map(|target| list.amounts.iter().map(|amount| scene(target, amount)).collect()).collect()
}

fn start(model: &Model, should: &Should) -> f64 {
    should.from.unwrap_or(model.horizon.start)
}

fn given(model: &Model, should: &Should) -> Scene {
    let mut scene = Scene::default();
    for setting in &should.given {
        scene.put(model, &setting.target, setting.amounts[0], start(model, should));
    }
    scene
}

/// All elements of an input.
fn whole(model: &Model, id: VariableId) -> Target {
    Target::Elements(id, (0..model.size(id)).collect())
}

impl Scene {
    /// Sets an input, in place of what was set before.
    fn put(&mut self, model: &Model, target: &Target, amount: Amount, from: f64) {
        match target {
            Target::EveryLever | Target::EachLever => {
                let levers: Vec<VariableId> = model.levers().map(|(id, _)| id).collect();
                levers.into_iter().for_each(|id| self.put(model, &whole(model, id), amount, from));
            }
            Target::Elements(id, elements) => match &model.variable(*id).definition {
                Definition::Lever(lever) => self.moves(lever, *id, elements, amount, from),
                Definition::Parameter(parameter) => {
                    let positions = positions(model, *id, elements);
                    let (factor, value) = of_parameter(parameter, amount);
                    self.settings.push(DrawSetting::new(positions, factor, value));
                }
                _ => {}
            },
        }
    }

    fn moves(&mut self, lever: &Lever, id: VariableId, elements: &[usize], amount: Amount, from: f64) {
        let dose = match amount {
            Amount::Value(dose) => dose,
            Amount::Low => lever.range.map_or(lever.neutral, |range| range.0),
            Amount::High => lever.range.map_or(lever.neutral, |range| range.1),
            Amount::Times(_) | Amount::Neutral => lever.neutral,
        };
        self.moves.retain(|old| old.lever != id || !elements.contains(&old.element));
        let change = dose - lever.neutral;
        let one = |element: &usize| Move { lever: id, element: *element, change, start: from, ramp: 0.0, end: None };
        self.moves.extend(elements.iter().map(one));
    }
}

/// The factor on the value of a draw, and what is added to that.
fn of_parameter(parameter: &Parameter, amount: Amount) -> (f64, f64) {
    let range = parameter.range.unwrap_or((f64::NAN, f64::NAN));
    match amount {
        Amount::Value(value) => (0.0, value),
        Amount::Times(factor) => (factor, 0.0),
        Amount::Low => (0.0, range.0),
        Amount::High => (0.0, range.1),
        Amount::Neutral => (1.0, 0.0),
    }
}

/// Positions of a parameter's elements in a draw.
fn positions(model: &Model, id: VariableId, elements: &[usize]) -> Vec<usize> {
    let before = model.parameters().take_while(|(other, _)| *other != id);
    let first: usize = before.map(|(_, parameter)| parameter.values.len()).sum();
    elements.iter().map(|element| first + element).collect()
}

fn in_words(model: &Model, target: &Target, amount: Amount) -> String {
    let name = match target {
        Target::EachLever => "each lever".to_owned(),
        Target::EveryLever => "every lever".to_owned(),
        Target::Elements(id, elements) => match elements[..] {
            [element] => model.element_name(*id, element),
            _ => model.variable(*id).name.clone(),
        },
    };
    match amount {
        Amount::Value(value) => format!("{name} = {value}"),
        Amount::Times(factor) => format!("{name} * {factor}"),
        Amount::Low => format!("{name} = low"),
        Amount::High => format!("{name} = high"),
        Amount::Neutral => format!("{name} = neutral"),
    }
}
