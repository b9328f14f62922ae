//! How fast the engine is on this machine, with this model.

use std::path::Path;
use std::time::Instant;

use counterflow_engine::{
    BlockGradient, Job, Plan, PlanOptions, Sampling, Save, Schedule, What, available_instructions, gradients, run,
};
use counterflow_model::Model;

use crate::error::Problem;
use crate::project::Project;
use crate::simulate::{Members, chosen_series};
use crate::variants::Choice;

/// What was measured. Times are of the wall clock, in milliseconds.
#[derive(Clone, Debug)]
pub struct BenchReport {
    /// Title of the model.
    pub model: String,
    /// Members that run side by side.
    pub members: usize,
    /// Threads that had work.
    pub threads: usize,
    /// Vector instructions.
    pub instructions: &'static str,
    /// Lanes in a block.
    pub lanes: usize,
    /// Elements of stocks, flows and auxiliaries that are computed at each derivative evaluation.
    pub equations: usize,
    /// Operations in a derivative evaluation before fusing.
    pub operations: usize,
    /// Steps of a run.
    pub steps: u64,
    /// Derivative evaluations in a step.
    pub stages: u32,
    /// Reading and compiling the model.
    pub load_ms: f64,
    /// Planning.
    pub plan_ms: f64,
    /// The first run of one member, planning left out.
    pub first_run_ms: f64,
    /// All members, the best of several repetitions.
    pub all_members_ms: f64,
    /// The same for each member.
    pub ms_per_run: f64,
    /// Core-nanoseconds for each equation element, derivative evaluation and member, without fusing in the count.
    pub ns_per_equation_member: f64,
    /// Gradients of all members by all parameters, the best of several repetitions.
    pub gradient_ms: f64,
    /// The same as a multiple of the run of all members.
    pub gradient_ratio: f64,
    /// Repetitions.
    pub repetitions: usize,
    /// All members, each repetition in turn.
    pub repetition_ms: Vec<f64>,
}

/// Repetitions stop after this many seconds, but there are at least three.
const PATIENCE: f64 = 1.0;
/// Most members that are measured at once.
pub const MOST_MEMBERS: usize = 1 << 20;

/// Measures the bundled model, or the one at a path, with these variants.
///
/// # Errors
/// If the model does not read or compile, or the number of members is zero or too large.
pub fn measure(path: Option<&Path>, choices: &[Choice], members: usize) -> Result<BenchReport, Vec<Problem>> {
    if members == 0 || members > MOST_MEMBERS {
        let message = format!("found {members}; expected a number of members from 1 to {MOST_MEMBERS}");
        return Err(vec![Problem::new("--members", message)]);
    }
    let (project, load_ms) = timed(|| Project::choose(path, choices));
    let project = project?;
    let model =
        project.model().map_err(|_| vec![Problem::new("bench", "the model does not compile; `check` says why")])?;
    let saves = saves(model)?;
    let (plan, plan_ms) = timed(|| Plan::new(model, &PlanOptions { saves, ..PlanOptions::default() }));
    let drawn = Members::of(&project, model, 1).map_err(|problem| vec![problem])?;
    let numbers: Vec<u64> = (0..members as u64).collect();
    let draws: Vec<Vec<f64>> = numbers.iter().map(|member| drawn.draw(*member)).collect();
    let first = job(&plan, &draws[..1], &numbers[..1], model.horizon.stop);
    let (_, first_run_ms) = timed(|| run(&first));
    let all = job(&plan, &draws, &numbers, model.horizon.stop);
    let repetition_ms = repeated(|| _ = run(&all));
    let gradient_ms = repeated(|| _ = gradient(&all)).into_iter().fold(f64::INFINITY, f64::min);
    let (all_members_ms, repetitions) =
        (repetition_ms.iter().copied().fold(f64::INFINITY, f64::min), repetition_ms.len());
    let lanes = all.width.lanes();
    let threads = rayon::current_num_threads().min(members.div_ceil(lanes));
    let size = plan.size();
    let steps = all.intervals() as u64 * u64::from(model.horizon.steps_per_save);
    let evaluations = size.equations as f64 * steps as f64 * f64::from(plan.stages()) * members as f64;
    Ok(BenchReport {
        model: model.title.clone(),
        members,
        threads,
        instructions: available_instructions(),
        lanes,
        equations: size.equations,
        operations: size.operations,
        steps,
        stages: plan.stages(),
        load_ms,
        plan_ms,
        first_run_ms,
        all_members_ms,
        ms_per_run: all_members_ms / members as f64,
        ns_per_equation_member: all_members_ms * 1e6 * threads as f64 / evaluations,
        gradient_ms,
        gradient_ratio: gradient_ms / all_members_ms,
        repetitions,
        repetition_ms,
    })
}

/// What a run of the bench saves: what a run of the command line would, as means, so that most of the model is computed
/// and little is kept.
fn saves(model: &Model) -> Result<Vec<Save>, Vec<Problem>> {
    let elements = chosen_series(model, &[])?;
    Ok(elements.into_iter().map(|(id, k)| Save { what: What::Element(id, k), sampling: Sampling::Mean }).collect())
}

fn job<'a>(plan: &'a Plan, draws: &'a [Vec<f64>], members: &'a [u64], until: f64) -> Job<'a> {
    static STATUS_QUO: Schedule = Schedule { moves: Vec::new() };
    Job { seed: 1, until, ..Job::new(plan, draws, members, &STATUS_QUO) }
}

/// Bytes for the states of a block on its way back.
const TAPE: usize = 1 << 28;

/// Slopes of the sum of everything that is saved, by every parameter.
fn gradient(job: &Job<'_>) -> Vec<BlockGradient<()>> {
    let saves = job.plan.saves().len();
    gradients(job, TAPE, |block, slopes| {
        for save in 0..saves {
            for time in 0..block.times(save) {
                (0..block.count).for_each(|lane| slopes.add(save, time, lane, 1.0));
            }
        }
    })
}

/// Milliseconds of each repetition.
fn repeated(work: impl Fn()) -> Vec<f64> {
    let begun = Instant::now();
    let mut repetitions = Vec::new();
    while repetitions.len() < 3 || begun.elapsed().as_secs_f64() < PATIENCE {
        repetitions.push(timed(&work).1);
    }
    repetitions
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let begun = Instant::now();
    let result = work();
    (result, begun.elapsed().as_secs_f64() * 1e3)
}
