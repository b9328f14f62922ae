//! Differential-evolution Markov chains that learn from an archive of their past, all moved in step.
//!
//! C. J. F. ter Braak and J. A. Vrugt (2008), with the subspaces of J. A. Vrugt et al. (2009), and with moves that leave
//! a Student distribution fitted to the archive unchanged. Chains start from the prior and are annealed to the
//! posterior like particles: the likelihood's power grows as fast as they follow, and they are resampled by weight.
//! Everything adapts during warm-up; afterwards only the archive grows, to a limit, so that the chains converge.

use counterflow_model::elementary::ln;
use counterflow_model::random;

use super::moves::{MOVES, Source, adapted};
use super::numbers::Numbers;
use super::reference::Reference;
use super::{Chains, Density, Phase, Progress, Score, State, ladder};

const PROPOSE: u64 = random::stream("calibrate.propose");
const ACCEPT: u64 = random::stream("calibrate.accept");
const RESAMPLE: u64 = random::stream("calibrate.resample");

/// Generations between refreshes of the reference, of shares and of outliers in warm-up.
const REFRESH: usize = 20;
const OUTLIERS: usize = 50;
/// Generations between entries of the archive while draws are kept.
const ARCHIVE: usize = 5;
/// Entries of the archive at most in warm-up, relative to the start; twice as many afterwards.
const ARCHIVE_LIMIT: usize = 8;

/// How to sample. Generations count moves of all chains.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Settings {
    /// Seed of every random number.
    pub seed: u64,
    /// Number of chains: proposals evaluated at once.
    pub chains: usize,
    /// Generations at most from prior to posterior; 0 if the starting points already are from about the posterior.
    pub anneal: usize,
    /// Generations of warm-up, annealing included.
    pub warmup: usize,
    /// Generations from which draws are kept.
    pub sampling: usize,
    /// Every how many generations a draw is kept.
    pub thin: usize,
}

impl Default for Settings {
    fn default() -> Settings {
        Settings { seed: 1, chains: 128, anneal: 1000, warmup: 1500, sampling: 2000, thin: 10 }
    }
}

impl Settings {
    /// Number of starting points that fill the archive well in `d` dimensions.
    pub fn starting_points(&self, d: usize) -> usize {
        (10 * self.chains).max(20 * d)
    }

    /// What a state does next.
    pub fn phase(&self, state: &State) -> Phase {
        match state.annealed {
            _ if state.generation >= self.warmup => Phase::Sample,
            None => Phase::Anneal,
            Some(_) => Phase::Settle,
        }
    }

    /// Generations in all.
    pub fn generations(&self) -> usize {
        self.warmup + self.sampling
    }
}

/// The state before the first generation, or `None` if no starting point is possible at all.
///
/// `points` are draws from the prior, best [`Settings::starting_points`] of them, at least three: all enter the archive.
pub fn start(density: &dyn Density, settings: &Settings, points: Vec<Vec<f64>>) -> Option<State> {
    let mut possible: Vec<(Vec<f64>, Score)> = Vec::new();
    for batch in points.chunks(settings.chains) {
        let scored = batch.iter().cloned().zip(density.log_density(batch));
        possible.extend(scored.filter(|(_, score)| score.posterior() > f64::NEG_INFINITY));
        if possible.len() >= settings.chains {
            break;
        }
    }
    let count = possible.len();
    let (chains, scores) =
        (0..settings.chains.min(count * settings.chains)).map(|i| possible[i % count].clone()).unzip();
    let annealed = (settings.anneal == 0).then_some(0);
    (count > 0).then(|| State {
        generation: 0,
        annealed,
        exponent: if annealed.is_some() { 1.0 } else { 0.0 },
        points: chains,
        scores,
        reference: Reference::of(&points),
        refreshed_at: points.len(),
        archive: points,
        shares: MOVES.iter().map(|(_, start, _)| *start).collect(),
        distances: vec![0.0; MOVES.len()],
        accepts: vec![0.0; MOVES.len()],
        tries: vec![0.0; MOVES.len()],
        moved: 0.0,
        log_weights: vec![0.0; settings.chains],
        log_density_sums: vec![0.0; settings.chains],
        accepted: 0,
        proposed: 0,
        draws: Vec::new(),
        draw_scores: Vec::new(),
    })
}

/// One generation: every chain is proposed one move. A state that has all its generations is left as it is.
pub fn step(density: &dyn Density, settings: &Settings, state: &mut State) -> Progress {
    let phase = settings.phase(state);
    let mut acceptance = 0.0;
    if state.generation < settings.generations() {
        acceptance = move_chains(density, settings, state);
        state.generation += 1;
        match phase {
            Phase::Anneal => anneal(settings, state),
            Phase::Settle => settle(settings, state),
            Phase::Sample => keep(settings, state),
        }
        if state.generation == settings.warmup {
            refresh(state);
            (state.accepted, state.proposed, state.refreshed_at) = (0, 0, state.archive.len());
        }
    }
    let mean = state.scores.iter().map(|s| s.posterior()).sum::<f64>() / state.scores.len() as f64;
    let (generation, of, exponent) = (state.generation, settings.generations(), state.exponent);
    Progress { phase, generation, of, exponent, acceptance, log_density: mean }
}

/// All generations that are left.
pub fn run(
    density: &dyn Density,
    settings: &Settings,
    state: &mut State,
    progress: &mut dyn FnMut(Progress),
) -> Chains {
    while state.generation < settings.generations() {
        progress(step(density, settings, state));
    }
    state.chains()
}

/// Proposes and decides one move of every chain; returns the share accepted.
fn move_chains(density: &dyn Density, settings: &Settings, state: &mut State) -> f64 {
    let source = Source { archive: &state.archive, reference: &state.reference, scales: state.reference.scales() };
    let propose = |(chain, point): (usize, &Vec<f64>)| {
        let mut numbers = Numbers::new(settings.seed, PROPOSE, chain, state.generation);
        let kind = numbers.choose(&state.shares);
        (kind, source.propose(MOVES[kind].0, point, &mut numbers))
    };
    let (kinds, proposals): (Vec<usize>, Vec<(Vec<f64>, f64)>) = state.points.iter().enumerate().map(propose).unzip();
    let (points, corrections): (Vec<Vec<f64>>, Vec<f64>) = proposals.into_iter().unzip();
    let scores = density.log_density(&points);
    let mut accepted = 0;
    for (chain, point) in points.into_iter().enumerate() {
        let kind = kinds[chain];
        state.tries[kind] += 1.0;
        let gain = scores[chain].tempered(state.exponent) - state.scores[chain].tempered(state.exponent);
        let luck = ln(random::uniform(settings.seed, ACCEPT, chain as u64, state.generation as u64));
        if luck < gain + corrections[chain] {
            let distance = state.reference.squared_distance(&state.points[chain], &point);
            state.distances[kind] += distance;
            state.accepts[kind] += 1.0;
            state.moved += distance / settings.chains as f64;
            state.points[chain] = point;
            state.scores[chain] = scores[chain];
            accepted += 1;
        }
    }
    state.accepted += accepted;
    state.proposed += settings.chains;
    accepted as f64 / settings.chains as f64
}

/// After a generation on the way to the posterior: the archive follows the chains, and the power grows once they have
/// moved far enough to follow it, or at a steady pace if time is short.
fn anneal(settings: &Settings, state: &mut State) {
    /// Squared distance per coordinate, in units of the covariance, that chains move between two powers.
    const FAR_ENOUGH: f64 = 0.25;
    remember(state, settings.starting_points(state.reference.mean.len()));
    if state.generation.is_multiple_of(REFRESH / 4) {
        refresh(state);
    }
    let end = settings.anneal.min(settings.warmup);
    let rest = end.saturating_sub(state.generation);
    let followed = state.moved >= FAR_ENOUGH;
    let pace = if state.exponent > 0.0 && rest > 0 { steady(state.exponent, rest) } else { 0.0 };
    let adaptive =
        if followed || state.exponent == 0.0 { ladder::next_exponent(&state.scores, state.exponent) } else { 0.0 };
    let next = if rest == 0 { 1.0 } else { pace.max(adaptive).max(state.exponent) };
    for (weight, score) in state.log_weights.iter_mut().zip(&state.scores) {
        *weight += (next - state.exponent) * score.likelihood;
    }
    state.exponent = next;
    if followed {
        state.moved = 0.0;
        resample(settings, state);
    }
    if next >= 1.0 {
        state.annealed = Some(state.generation);
        state.log_density_sums.fill(0.0);
    }
}

/// The power that reaches 1 after `rest` equal steps of its logarithm.
fn steady(exponent: f64, rest: usize) -> f64 {
    counterflow_model::elementary::power(exponent, 1.0 - 1.0 / rest as f64)
}

/// Copies heavy chains over light ones once weights have grown uneven.
fn resample(settings: &Settings, state: &mut State) {
    if ladder::effective(&state.log_weights) >= 0.5 * settings.chains as f64 {
        return;
    }
    let mut numbers = Numbers::new(settings.seed, RESAMPLE, 0, state.generation);
    let survivors = ladder::survivors(&state.log_weights, &mut numbers);
    state.points = survivors.iter().map(|i| state.points[*i].clone()).collect();
    state.scores = survivors.iter().map(|i| state.scores[*i]).collect();
    state.log_weights.fill(0.0);
}

/// After a generation of warm-up at the posterior: archive, reference and shares follow, and lost chains are replaced
/// in the first half.
fn settle(settings: &Settings, state: &mut State) {
    let least = settings.starting_points(state.reference.mean.len());
    let most = ARCHIVE_LIMIT * least;
    let annealed = state.annealed.unwrap_or(0);
    let since = state.generation - annealed;
    // The archive spans the later half of the time since annealing: a shorter memory would feed on itself.
    let every = 1 + (settings.warmup - annealed) * settings.chains / (2 * most);
    if since.is_multiple_of(every) {
        remember(state, (since / (2 * every) * settings.chains).clamp(least, most));
    }
    if state.generation.is_multiple_of(REFRESH) {
        refresh(state);
    }
    for (sum, score) in state.log_density_sums.iter_mut().zip(&state.scores) {
        *sum += score.posterior();
    }
    if since.is_multiple_of(OUTLIERS) {
        if 2 * since <= settings.warmup - annealed {
            replace_outliers(settings, state);
        }
        state.log_density_sums.fill(0.0);
    }
}

/// Puts lost chains where a random chain that is not lost stands.
fn replace_outliers(settings: &Settings, state: &mut State) {
    let means: Vec<f64> = state.log_density_sums.iter().map(|sum| sum / OUTLIERS as f64).collect();
    let lost = ladder::outliers(&means);
    let found: Vec<usize> = (0..settings.chains).filter(|chain| !lost.contains(chain)).collect();
    for chain in lost {
        let pick = Numbers::new(settings.seed, RESAMPLE, chain + 1, state.generation).below(found.len());
        state.points[chain] = state.points[found[pick]].clone();
        state.scores[chain] = state.scores[found[pick]];
    }
}

/// After a generation whose draws count: keeps every `thin`-th, and lets the archive grow up to a limit.
fn keep(settings: &Settings, state: &mut State) {
    let since = state.generation - settings.warmup;
    if since.is_multiple_of(settings.thin.max(1)) {
        state.draws.push(state.points.clone());
        state.draw_scores.push(state.scores.clone());
    }
    let limit = 2 * ARCHIVE_LIMIT * settings.starting_points(state.reference.mean.len());
    if since.is_multiple_of(ARCHIVE) && state.archive.len() + settings.chains <= limit {
        state.archive.extend(state.points.iter().cloned());
        if 2 * state.archive.len() >= 3 * state.refreshed_at {
            state.reference = Reference::of(&state.archive);
            state.refreshed_at = state.archive.len();
        }
    }
}

/// Adds the chains to the archive and forgets the oldest entries beyond `size`.
fn remember(state: &mut State, size: usize) {
    state.archive.extend(state.points.iter().cloned());
    let surplus = state.archive.len().saturating_sub(size);
    state.archive.drain(..surplus);
}

/// Learns the posterior's shape from the archive, and shares from how far each move got.
fn refresh(state: &mut State) {
    state.reference = Reference::of(&state.archive);
    state.shares = adapted(&state.distances, &state.accepts, &state.tries);
    state.distances.iter_mut().chain(&mut state.accepts).chain(&mut state.tries).for_each(|sum| *sum *= 0.5);
}
