//! Simulation-based calibration: parameters from the prior, data from the model, draws from the posterior; over many data
//! sets the true parameters must rank anywhere among the draws alike.
//!
//! S. Talts, M. Betancourt, D. Simpson, A. Vehtari and A. Gelman, *Validating Bayesian inference algorithms with
//! simulation-based calibration* (2018). The joint log likelihood is ranked beside the parameters, because ranks of
//! parameters alone miss whole classes of errors, such as a posterior that never saw the data: M. Modrák, A. H. Moon,
//! S. Kim, P. Bürkner, N. Huurre, K. Faltejsková, A. Gelman and A. Vehtari, *Simulation-based calibration checking for
//! Bayesian computation: the choice of test quantities shapes sensitivity* (Bayesian Analysis, 2023).

use rayon::prelude::*;

use crate::bands::Bands;
use crate::ledger::{Ledger, Record};
use crate::plants::{Plant, Planted};
use crate::sample::{Effort, sample};
use crate::world::World;

/// Data sets between two entries in a ledger.
const BATCH: usize = 16;

/// How ranks of one quantity lie.
pub struct Verdict {
    /// The quantity: a parameter, or the log likelihood.
    pub name: String,
    /// Its strictest pointwise probability.
    pub gamma: f64,
    /// Probability that uniform ranks are as far from uniform.
    pub probability: f64,
}

/// One data set: the true value's rank among draws of the posterior, for every quantity.
pub fn rank(world: &World, plant: Plant, effort: &Effort, number: u64) -> Record {
    let truth = world.truth(number);
    let mut project = world.with_data(&truth, number);
    plant.spoil(&mut project);
    let density = Planted::new(&project, plant, world);
    let sampled = sample(&density, effort, number);
    let parameters = density.shipped().sampled().iter().enumerate();
    let below = |i: usize, position: usize| sampled.draws.iter().filter(|(draw, _)| draw[i] < truth[position]).count();
    let mut ranks: Vec<usize> = parameters.map(|(i, position)| below(i, *position)).collect();
    let true_likelihood = density.log_likelihood(std::slice::from_ref(&truth))[0];
    ranks.push(sampled.draws.iter().filter(|(_, likelihood)| *likelihood < true_likelihood).count());
    Record { number, ranks, course: sampled.course }
}

/// The first so many data sets, without a ledger.
pub fn ranks(world: &World, plant: Plant, effort: &Effort, count: u64) -> Vec<Record> {
    (0..count).into_par_iter().map(|number| rank(world, plant, effort, number)).collect()
}

/// The same with a ledger, taken up where it was left; tells how far it is.
///
/// # Errors
/// If the ledger can not be kept.
pub fn resumed(world: &World, plant: Plant, effort: &Effort, count: u64) -> std::io::Result<Vec<Record>> {
    let texts: Vec<&str> = world.project.sources_of_text.iter().map(|file| file.text.as_str()).collect();
    let ledger = Ledger::open(&format!("{plant:?} {effort:?} {texts:?} {:?}", world.project.series))?;
    let done = ledger.read();
    let left: Vec<u64> = (0..count).filter(|number| !done.contains_key(number)).collect();
    for (i, batch) in left.chunks(BATCH).enumerate() {
        eprintln!("{}: {} of {count} data sets", plant.name(), count as usize - left.len() + i * BATCH);
        let records: Vec<Record> = batch.par_iter().map(|number| rank(world, plant, effort, *number)).collect();
        ledger.add(&records)?;
    }
    Ok(ledger.read().into_values().filter(|record| record.number < count).collect())
}

/// How the ranks of every quantity lie, the farthest from uniform first.
pub fn verdicts(world: &World, records: &[Record], bands: &Bands) -> Vec<Verdict> {
    let names = world.names.iter().map(String::as_str).chain(["log likelihood"]);
    let one = |(i, name): (usize, &str)| {
        let gamma = bands.gamma(&records.iter().map(|record| record.ranks[i]).collect::<Vec<usize>>());
        Verdict { name: name.to_owned(), gamma, probability: bands.probability(gamma) }
    };
    let mut verdicts: Vec<Verdict> = names.enumerate().map(one).collect();
    verdicts.sort_by(|a, b| a.gamma.total_cmp(&b.gamma));
    verdicts
}
