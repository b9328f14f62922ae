//! The model's `should` statements: each sets inputs, and says what must come out in every draw.
//!
//! The past up to the moment from which settings hold is run once for all statements; each run goes on from there.

mod judge;
mod scene;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use counterflow_engine::{
    Checkpoint, Job, Plan, PlanOptions, Runs, Sampling, Save, Schedule, Start, What, run, run_to_checkpoint,
};
use counterflow_model::{
    Definition, Equation, Expectation, Expr, Model, Place, Reference, SectorId, Should, Unit, Variable, When,
};
use rayon::prelude::*;

use crate::error::Problem;
use crate::project::Project;
use crate::simulate::{Members, labels, named_member};
use judge::Judge;
use scene::{Scene, groups, reference};

pub use judge::Figure;

/// What came of the statements.
#[derive(Clone, Debug)]
pub struct Found {
    /// In the order of the text.
    pub rows: Vec<Row>,
    /// Members behind each: one with the posterior medians, then draws.
    pub members: usize,
}

/// What came of one statement.
#[derive(Clone, Debug)]
pub struct Row {
    /// The statement.
    pub should: Should,
    /// Members in which all of it came out.
    pub holding: usize,
    /// Members in all.
    pub members: usize,
    /// What came of each expectation.
    pub parts: Vec<Part>,
    /// Number of runs of each member.
    pub runs: usize,
}

/// What came of one expectation.
#[derive(Clone, Debug)]
pub struct Part {
    /// As written.
    pub text: String,
    /// Members in which it came out.
    pub holding: usize,
    /// Where it is nearest to failing, or fails by most, with the posterior medians.
    pub named: Figure,
    /// The same over all members.
    pub worst: Figure,
}

/// How a statement stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// It holds.
    Holds,
    /// It does not, and nothing says that this is known.
    Fails,
    /// It does not, and the text says so.
    KnownMiss,
    /// It holds, though the text says that it does not.
    NoLongerMissed,
}

impl Standing {
    /// In a word for people and programs.
    pub fn word(self) -> &'static str {
        match self {
            Standing::Holds => "holds",
            Standing::Fails => "FAILS",
            Standing::KnownMiss => "known miss",
            Standing::NoLongerMissed => "holds here",
        }
    }
}

impl Row {
    /// How it stands.
    pub fn standing(&self) -> Standing {
        // Rounded down to whole draws: of 8 draws 7 are the 90 % that can be asked for.
        let wanted = (self.should.share * self.members as f64 + 1e-9).floor();
        let holds = self.holding as f64 >= wanted;
        match (holds, &self.should.known_miss) {
            (true, None) => Standing::Holds,
            (true, Some(_)) => Standing::NoLongerMissed,
            (false, None) => Standing::Fails,
            (false, Some(_)) => Standing::KnownMiss,
        }
    }
}

impl Found {
    /// Number of statements that stand so.
    pub fn count(&self, standing: Standing) -> usize {
        self.rows.iter().filter(|row| row.standing() == standing).count()
    }
}

/// Noise of the draws: the same in every run of a member.
const SEED: u64 = 1;
/// Most draws of one request.
const MOST_DRAWS: usize = 4096;

/// Runs every statement with the posterior medians and so many draws. `progress` hears how many statements are done.
///
/// # Errors
/// If the model does not compile, its posterior does not read, or too many draws are asked for.
pub fn shoulds(project: &Project, draws: usize, progress: &(dyn Fn(usize, usize) + Sync)) -> Result<Found, Problem> {
    let declared = project.model().map_err(|_| Problem::new("model", "does not compile; `check` says why"))?;
    if draws > MOST_DRAWS {
        return Err(Problem::new(
            "--draws",
            format!("found {draws}; expected a number of draws from 0 to {MOST_DRAWS}"),
        ));
    }
    let stage = Stage::new(project, declared, draws)?;
    let done = AtomicUsize::new(0);
    let row = |should: &Should| {
        let row = stage.row(should);
        progress(done.fetch_add(1, Ordering::Relaxed) + 1, declared.shoulds.len());
        row
    };
    Ok(Found { rows: declared.shoulds.par_iter().map(row).collect(), members: stage.draws.len() })
}

/// What all statements share.
struct Stage {
    /// The model, with a variable for everything that is measured.
    model: Model,
    plan: Plan,
    /// What is measured and how, in the order of the plan's saves.
    measures: Vec<(Expr, Sampling)>,
    draws: Vec<Vec<f64>>,
    members: Vec<u64>,
    /// The past up to each moment from which settings hold, by its bits.
    past: BTreeMap<u64, Checkpoint>,
    /// The status quo from those moments on.
    status_quo: BTreeMap<Option<u64>, Runs>,
}

impl Stage {
    fn new(project: &Project, declared: &Model, draws: usize) -> Result<Stage, Problem> {
        let mut model = declared.clone();
        let measures = measures(&declared.shoulds);
        let saves =
            measures.iter().map(|(expr, sampling)| Save { what: measured(&mut model, expr), sampling: *sampling });
        let saves = saves.collect();
        let plan = Plan::new(&model, &PlanOptions { saves, ..PlanOptions::default() });
        let (_, named) = named_member(project, &plan)?;
        let drawn = Members::of(project, &model, SEED)?;
        let draws: Vec<Vec<f64>> = [named].into_iter().chain((0..draws as u64).map(|k| drawn.draw(k))).collect();
        let members = (0..draws.len() as u64).collect();
        let (past, status_quo) = (BTreeMap::new(), BTreeMap::new());
        let mut stage = Stage { model, plan, measures, draws, members, past, status_quo };
        stage.remember();
        Ok(stage)
    }

    /// Runs the past and the status quo of every moment from which settings hold.
    fn remember(&mut self) {
        let mut moments: Vec<Option<f64>> = Vec::new();
        for should in &self.model.shoulds {
            if !moments.contains(&should.from) {
                moments.push(should.from);
            }
        }
        let nothing = Schedule::default();
        for from in moments {
            if let Some(time) = from {
                let job = Job { until: time, ..self.job(&self.draws, &nothing, None) };
                self.past.insert(time.to_bits(), run_to_checkpoint(&job).1);
            }
            let runs = run(&self.job(&self.draws, &nothing, from));
            self.status_quo.insert(from.map(f64::to_bits), runs);
        }
    }

    /// All members to the end, from the moment at which settings begin to hold.
    fn job<'a>(&'a self, draws: &'a [Vec<f64>], schedule: &'a Schedule, from: Option<f64>) -> Job<'a> {
        let past = from.and_then(|time| self.past.get(&time.to_bits()));
        let from = past.map_or(Start::Beginning, Start::Checkpoint);
        Job { noise: true, seed: SEED, from, ..Job::new(&self.plan, draws, &self.members, schedule) }
    }

    fn run(&self, scene: &Scene, should: &Should) -> Runs {
        let mut draws = self.draws.clone();
        draws.iter_mut().for_each(|draw| scene.settings.iter().for_each(|setting| setting.apply(draw)));
        let schedule = Schedule { moves: scene.moves.clone() };
        let end = should.expectations.iter().map(|expectation| expectation.when.end());
        let until = end.fold(self.model.horizon.start, f64::max);
        run(&Job { until, ..self.job(&draws, &schedule, should.from) })
    }

    fn row(&self, should: &Should) -> Row {
        let own = reference(&self.model, should).map(|scene| self.run(&scene, should));
        let status_quo = own.as_ref().unwrap_or(&self.status_quo[&should.from.map(f64::to_bits)]);
        let mut judge = Judge::new(self.model.horizon, should, self.draws.len(), &|expr, when| self.save(expr, when));
        let mut runs = 0;
        for group in groups(&self.model, should) {
            let mut before: Option<Runs> = None;
            for scene in group {
                let found = self.run(&scene, should);
                judge.see(&scene.words, &found, status_quo, before.as_ref());
                before = Some(found);
                runs += 1;
            }
        }
        let (holding, parts) = judge.verdict(&|times| labels(self.model.horizon, times));
        Row { should: should.clone(), holding, members: self.draws.len(), parts, runs }
    }

    /// Where runs save an expression, as it counts at these times.
    fn save(&self, expr: &Expr, when: When) -> usize {
        let wanted = (expr, sampling(when));
        self.measures.iter().position(|(expr, sampling)| (expr, *sampling) == wanted).unwrap_or(0)
    }
}

/// Everything that statements measure, each once.
fn measures(shoulds: &[Should]) -> Vec<(Expr, Sampling)> {
    let mut measures: Vec<(Expr, Sampling)> = Vec::new();
    for Expectation { measured, when, reference, .. } in shoulds.iter().flat_map(|should| &should.expectations) {
        let other = if let Reference::Value(expr) = reference { Some(expr) } else { None };
        for expr in [Some(measured), other].into_iter().flatten() {
            let measure = (expr.clone(), sampling(*when));
            if !measures.contains(&measure) {
                measures.push(measure);
            }
        }
    }
    measures
}

fn sampling(when: When) -> Sampling {
    if matches!(when, When::Mean(..)) { Sampling::Mean } else { Sampling::Point }
}

/// A hidden variable of the model that has the value of an expression.
fn measured(model: &mut Model, expr: &Expr) -> What {
    let id = counterflow_model::VariableId(model.variables.len());
    model.variables.push(Variable {
        name: format!("measured by should {}", id.0),
        sector: SectorId(0),
        documentation: String::new(),
        unit: Unit::one(),
        place: Place::default(),
        hidden: true,
        dimensions: Vec::new(),
        definition: Definition::Auxiliary(Equation::Every(expr.clone())),
    });
    What::Element(id, 0)
}
