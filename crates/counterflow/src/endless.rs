//! Runs without end: as many members as are asked for, in chunks on the disk, whole whatever interrupts them.
//!
//! A run's folder holds `manifest.json`, which says what the run is and which chunks are there; `outcomes`, `histograms`
//! and, if asked for, `trajectories` with a Parquet file for each chunk, named by what it holds; and once all chunks are
//! there `outcomes.csv` and `quantiles.csv`. A chunk counts from the moment the manifest names it, and not before: the
//! same command goes on after any interruption, and the results are the same to the bit. Memory does not grow with the
//! number of members.

mod chunk;
mod design;
pub(crate) mod durable;
mod finish;
mod folder;
mod histogram;
mod kept;
mod manifest;
mod merge;
mod permutation;
mod table;

use std::path::Path;

use counterflow_engine::{Plan, PlanOptions};

use crate::error::Problem;
use crate::policy::Policy;
use crate::project::Project;
use crate::simulate::Every;

use chunk::Work;
use folder::Folder;
use kept::Kept;
use manifest::Identity;

pub use design::{Design, Draws};
pub use finish::OutcomeBand;
pub use manifest::{FILE as MANIFEST, Manifest};
pub use merge::merge;

/// What to run.
#[derive(Clone, Debug)]
pub struct Request {
    /// What the levers do.
    pub policy: Policy,
    /// Variables, or elements of variables, by name; as in [`crate::simulate::Request`].
    pub series: Vec<String>,
    /// First time at which series are kept, in years.
    pub from: Option<f64>,
    /// Last time at which series are kept, in years.
    pub to: Option<f64>,
    /// Which save intervals are kept.
    pub every: Every,
    /// Number of members.
    pub members: u64,
    /// How they spread over the parameters.
    pub design: Design,
    /// Seed of design and noise.
    pub seed: u64,
    /// Members in a chunk; results do not depend on it.
    pub chunk: u64,
    /// Whether the series are kept for each member.
    pub trajectories: bool,
    /// Which chunks are computed here.
    pub part: Part,
}

/// A share of a run's chunks, for several machines: those whose number leaves `number - 1` when divided by `of`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Which share, from 1.
    pub number: u64,
    /// How many shares there are.
    pub of: u64,
}

/// What is heard of a run on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Event {
    /// Chunks on the disk are held against their hashes.
    Verify,
    /// So many members are done, of so many of this part.
    Members(u64, u64),
    /// A chunk is on the disk; so many members are, of so many of this part.
    Chunk(u64, u64),
    /// All chunks are there and are read once more.
    Finish,
}

/// How a run stands.
#[derive(Clone, Debug)]
pub struct Standing {
    /// What it is and what is there.
    pub manifest: Manifest,
    /// Members that were computed this time.
    pub computed: u64,
    /// Whether it was stopped before all chunks of its part were there.
    pub stopped: bool,
    /// Chunks that the manifest named but that were gone, and were computed again.
    pub lost: Vec<String>,
    /// Outcomes over all members, once all chunks are there.
    pub outcomes: Vec<OutcomeBand>,
}

impl Part {
    /// The whole run.
    pub const WHOLE: Part = Part { number: 1, of: 1 };

    fn has(self, chunk: u64) -> bool {
        chunk % self.of == self.number - 1
    }
}

/// Most members of a run.
pub const MOST_MEMBERS: u64 = 1 << 40;
/// Most members of a chunk.
const LARGEST_CHUNK: u64 = 1 << 24;

/// Begins a run in a folder, or goes on with it. `stop` is asked between chunks; `hear` listens.
///
/// # Errors
/// If the request makes no sense, the folder holds something else, a file was changed, or the disk does not take one.
/// Chunks that were finished before stay.
pub fn run(
    project: &Project,
    request: &Request,
    folder: &Path,
    stop: &dyn Fn() -> bool,
    hear: &mut dyn FnMut(Event),
) -> Result<Standing, Vec<Problem>> {
    check(request)?;
    let one = |problem: Problem| vec![problem];
    let model =
        project.model().map_err(|_| vec![Problem::new("run", "the model does not compile; `check` says why")])?;
    let kept = Kept::new(project, model, request)?;
    let plan = Plan::new(model, &PlanOptions { saves: kept.saves(), ..PlanOptions::default() });
    let draws = Draws::new(project, model, &plan, request.design, request.members, request.seed).map_err(one)?;
    let identity = Identity::new(project, &model.title, request, &kept);
    let mut folder = Folder::open(folder, &Manifest::new(identity, request.chunk)).map_err(one)?;
    hear(Event::Verify);
    let lost = folder.verify().map_err(one)?;
    let schedule = request.policy.schedule(model);
    let work = Work { kept: &kept, plan: &plan, draws: &draws, schedule: &schedule, seed: request.seed };
    let (computed, stopped) = compute(&work, &mut folder, request.part, stop, hear).map_err(one)?;
    let outcomes = folder.finish(hear).map_err(one)?;
    Ok(Standing { manifest: folder.into_manifest(), computed, stopped, lost, outcomes })
}

/// Computes the chunks of a part that are not there yet: how many members that were, and whether it was stopped.
fn compute(
    work: &Work<'_>,
    folder: &mut Folder,
    part: Part,
    stop: &dyn Fn() -> bool,
    hear: &mut dyn FnMut(Event),
) -> Result<(u64, bool), Problem> {
    let manifest = folder.manifest();
    let own: Vec<u64> = (0..manifest.count()).filter(|chunk| part.has(*chunk)).collect();
    let of = own.iter().map(|chunk| manifest.span(*chunk).1).sum();
    let missing: Vec<u64> = own.into_iter().filter(|chunk| !manifest.has(*chunk)).collect();
    let mut done = of - missing.iter().map(|chunk| manifest.span(*chunk).1).sum::<u64>();
    let mut computed = 0;
    hear(Event::Members(done, of));
    for number in missing {
        if stop() {
            return Ok((computed, true));
        }
        let chunk = work.chunk(folder, number, &mut |members| hear(Event::Members(done + members, of)))?;
        (done, computed) = (done + chunk.members, computed + chunk.members);
        folder.add(chunk)?;
        hear(Event::Chunk(done, of));
    }
    Ok((computed, false))
}

fn check(request: &Request) -> Result<(), Vec<Problem>> {
    let mut problems = Vec::new();
    let mut range = |option: &str, found: u64, what: &str, most: u64| {
        if found == 0 || found > most {
            let message = format!("found {found}; expected a number of {what} from 1 to {most}");
            problems.push(Problem::new(option, message));
        }
    };
    range("--members", request.members, "members", MOST_MEMBERS);
    range("--chunk", request.chunk, "members in a chunk", LARGEST_CHUNK);
    if request.chunk > 0 && request.members / request.chunk > MOST_CHUNKS {
        let message = format!("found {}; expected chunks so large that there are at most {MOST_CHUNKS}", request.chunk);
        problems.push(Problem::new("--chunk", message));
    }
    let Part { number, of } = request.part;
    if number == 0 || number > of {
        problems.push(Problem::new("--part", format!("found {number}/{of}; expected K/M with K from 1 to M")));
    }
    if problems.is_empty() { Ok(()) } else { Err(problems) }
}

/// Most chunks: the manifest is written again after each.
const MOST_CHUNKS: u64 = 100_000;

#[cfg(test)]
mod tests;
