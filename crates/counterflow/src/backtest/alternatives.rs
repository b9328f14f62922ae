//! Leave-future-out scores of competing variants: each is fitted to the record as known at an origin and scored on what
//! could be read later, month by month, each month given those before it.
//!
//! Between origins the posterior is carried on by weights (Bürkner, Gabry and Vehtari, *Approximate leave-future-out
//! cross-validation for Bayesian time series models*, 2020). Variants were written after the scored years: data are left
//! out, the idea is not.

mod page;
mod width;

use std::collections::BTreeMap;

use counterflow_calibrate::diagnose::quantile;
use counterflow_calibrate::predict::Datum;
use counterflow_model::elementary::exp;

use super::ensemble::{Ensemble, Group};
use super::rolling::Doing;
use super::rules::{AlternativesRules, Unjudged};
use super::stacking::{resampled, stacking};
use super::weights::{Weights, log_mean};
use super::{Request, Rules, Structure, month, refit};
use crate::calibration::{CalibrationOptions, FitSummary, Weighed, counted, observed_series};
use crate::error::Problem;
use crate::posterior::Posterior;
use crate::project::Project;
use crate::variants::{Choice, Slot, Variant};

pub use page::{alternatives_csv, alternatives_page};
pub use width::Width;

/// Resamplings of blocks of months.
const RESAMPLINGS: u64 = 400;

/// Log density of one month's figures given all before them.
#[derive(Clone, Debug)]
pub struct MonthScore {
    /// The month.
    pub month: i32,
    /// Of all figures together.
    pub joint: f64,
    /// Of those of each observation alone, in the order of the rules; none in months without one.
    pub each: Vec<Option<f64>>,
    /// Effective number of members after the month.
    pub effective: f64,
    /// Standard error of the sum so far, from the spread between chains.
    pub error: f64,
}

/// One variant from one origin on.
#[derive(Clone, Debug)]
pub struct Scored {
    /// The variant's name.
    pub variant: String,
    /// The origin at which it was fitted.
    pub origin: i32,
    /// Largest split R-hat of the fit.
    pub worst_rhat: f64,
    /// Members.
    pub members: usize,
    /// Month by month.
    pub months: Vec<MonthScore>,
    /// With other widths of the priors of its own parameters.
    pub widths: Vec<Width>,
}

impl Scored {
    /// Sum of the joint scores of months up to one, and its standard error.
    pub fn up_to(&self, month: i32) -> (f64, f64) {
        let until: Vec<&MonthScore> = self.months.iter().filter(|score| score.month <= month).collect();
        (until.iter().map(|score| score.joint).sum(), until.last().map_or(0.0, |score| score.error))
    }

    /// Sum over all months of the scores of one observation alone.
    pub fn alone(&self, observation: usize) -> f64 {
        self.months.iter().filter_map(|score| score.each[observation]).sum()
    }

    /// Sum over all months.
    pub fn total(&self) -> f64 {
        self.months.iter().map(|score| score.joint).sum()
    }
}

/// Share of a variant in the mixture of forecasts that would have scored best; no probability that it is true.
#[derive(Clone, Debug)]
pub struct Share {
    /// The variant's name.
    pub variant: String,
    /// The share.
    pub value: f64,
    /// 90 % of resamplings of blocks of months.
    pub interval: (f64, f64),
}

/// Scores of all variants of a slot.
#[derive(Clone, Debug)]
pub struct Alternatives {
    /// The part of the model, with its variants.
    pub slot: Slot,
    /// What is scored on what.
    pub rules: AlternativesRules,
    /// By origin, then by variant in the order of the slot.
    pub scored: Vec<Scored>,
    /// One for each variant.
    pub shares: Vec<Share>,
    /// Parts whose variants get none.
    pub unjudged: Vec<Unjudged>,
    /// Version of the model.
    pub model_version: String,
}

impl Alternatives {
    /// Origins at which variants were fitted.
    pub fn origins(&self) -> Vec<i32> {
        let mut origins: Vec<i32> = self.scored.iter().map(|scored| scored.origin).collect();
        origins.dedup();
        origins
    }

    /// The variant that is taken by itself, from an origin on: what others are told against.
    pub fn usual(&self, origin: i32) -> Option<&Scored> {
        let name = &self.slot.variants[self.slot.default].name;
        self.scored.iter().find(|scored| scored.origin == origin && scored.variant == *name)
    }
}

/// Fits and scores every variant of the rules' slot, at the rules' origins if the request names none. The request's
/// structure is not used: structure is kept.
///
/// # Errors
/// As [`super::backtest`]; if the rules have no table `alternatives`, or it names what there is not.
pub fn alternatives(
    project: &Project,
    request: &Request,
    progress: &mut dyn FnMut(&str, i32, Doing),
) -> Result<Alternatives, Vec<Problem>> {
    let one = |problem: Problem| vec![problem];
    let wrong = |message: String| vec![Problem::new("backtest.toml", message)];
    let rules = Rules::of(&project.files).map_err(one)?;
    let own = rules.alternatives.clone().ok_or_else(|| wrong("has no table `alternatives`".to_owned()))?;
    let slot = project.slots.iter().find(|slot| slot.name == own.slot).cloned();
    let slot = slot.ok_or_else(|| wrong(format!("alternatives: found slot `{}`; see `variants`", own.slot)))?;
    let of_rules = || own.origins.iter().map(|text| month(text)).collect::<Result<Vec<i32>, String>>();
    let origins = if request.origins.is_empty() { of_rules().map_err(wrong)? } else { request.origins.clone() };
    let mut scored = Vec::new();
    for (k, origin) in origins.iter().enumerate() {
        let usual = usual(project, &slot, &rules, request, *origin, &mut |doing| progress("", *origin, doing))?;
        for (place, variant) in slot.variants.iter().enumerate() {
            let next = origins.get(k + 1).copied();
            let test = Test { rules: &rules, own: &own, request, origin: *origin, next };
            let mut doing = |doing| progress(&variant.name, *origin, doing);
            let chosen = with_variant(project, &slot, variant)?;
            let fit =
                if place == slot.default { usual.clone() } else { test.fit(&chosen, variant, &usual.1, &mut doing)? };
            scored.push(test.score(&chosen, variant, &fit, &mut doing)?);
        }
    }
    let shares = shares(&scored, &slot, &own, request.options.settings.seed);
    let unjudged = own.unjudged.clone();
    Ok(Alternatives { slot, rules: own, scored, shares, unjudged, model_version: project.version.clone() })
}

/// A project as of an origin, its posterior, and how the fit went.
type Fit = (Project, Posterior, FitSummary);

fn with_variant(project: &Project, slot: &Slot, variant: &Variant) -> Result<Project, Vec<Problem>> {
    let mut choices = project.choices();
    choices.retain(|choice| choice.slot != slot.name);
    choices.push(Choice { slot: slot.name.clone(), variant: variant.name.clone() });
    project.with_choices(&choices)
}

/// The fit of the usual variant: that of the back-test with hindsight, whose work is taken up. All draws of its chains
/// are kept: the more there are, the longer weights hold.
fn usual(
    project: &Project,
    slot: &Slot,
    rules: &Rules,
    request: &Request,
    origin: i32,
    progress: &mut dyn FnMut(Doing),
) -> Result<Fit, Vec<Problem>> {
    let options = CalibrationOptions { draws: usize::MAX, ..request.options.clone() };
    let request = Request { options, structure: Structure::Hindsight, ..request.clone() };
    let project = with_variant(project, slot, &slot.variants[slot.default])?;
    refit(&project, rules, &request, origin, &mut |_, stage| progress(Doing::Fit(stage)))
}

/// One variant from one origin on.
struct Test<'a> {
    rules: &'a Rules,
    own: &'a AlternativesRules,
    request: &'a Request,
    origin: i32,
    /// The next origin, at which the next fit takes over.
    next: Option<i32>,
}

impl Test<'_> {
    /// The fit of another variant: chains start from the draws of the usual one, which know nothing of what is scored, so
    /// that half of the warm-up is enough.
    fn fit(
        &self,
        project: &Project,
        variant: &Variant,
        near: &Posterior,
        progress: &mut dyn FnMut(Doing),
    ) -> Result<Fit, Vec<Problem>> {
        let work = self.request.work.join(&variant.name);
        std::fs::create_dir_all(&work).map_err(|error| vec![Problem::unwritable(&work, &error)])?;
        let near = Some(near.clone());
        let mut options = CalibrationOptions { draws: usize::MAX, near, ..self.request.options.clone() };
        options.settings.warmup /= 2;
        let request = Request { options, work, structure: Structure::Hindsight, ..self.request.clone() };
        refit(project, self.rules, &request, self.origin, &mut |_, stage| progress(Doing::Fit(stage)))
    }

    fn score(
        &self,
        project: &Project,
        variant: &Variant,
        (then, posterior, summary): &Fit,
        progress: &mut dyn FnMut(Doing),
    ) -> Result<Scored, Vec<Problem>> {
        let one = |problem: Problem| vec![problem];
        let model = then.model().map_err(|_| one(Problem::new("model", "does not compile; run `check`")))?;
        let noise_from = self.rules.last_month(self.origin) + 1;
        let ensemble = Ensemble::new(posterior, model, self.own.repeats, noise_from);
        let weighed = Weighed::new(then, &self.left_out(project)?).map_err(one)?;
        let names: Vec<&str> = model.observations.iter().map(|observation| observation.name.as_str()).collect();
        let cells = Cells::of(&weighed, &names, self.own);
        let sums = ensemble.sums(&weighed, &cells.groups, &mut |done, of| progress(Doing::Weigh(done, of)));
        let chains = posterior.about.chains;
        let chain = |member: usize| (member % ensemble.draws()) % chains.max(1);
        Ok(Scored {
            variant: variant.name.clone(),
            origin: self.origin,
            worst_rhat: summary.worst_rhat(),
            members: ensemble.members(),
            months: cells.months(&sums, ensemble.members(), (chains, &chain)),
            widths: width::widths(model, &variant.path, &ensemble, &sums, &self.own.prior_widths),
        })
    }

    /// Figures of the scored observations that could be read only after the origin and, if there is a next, by then.
    fn left_out(&self, project: &Project) -> Result<Vec<(usize, Datum)>, Vec<Problem>> {
        let one = |problem: Problem| vec![problem];
        let model = project.model().map_err(|_| one(Problem::new("model", "does not compile; run `check`")))?;
        let observed = observed_series(project, model).map_err(one)?;
        let lost = |name: &&String| observed.iter().all(|observed| observed.observation.name != **name);
        if let Some(name) = self.own.observations.iter().find(lost) {
            let message = format!("alternatives: there is no observation `{name}`");
            return Err(one(Problem::new("backtest.toml", message)));
        }
        let later = |(place, datum): &(usize, Datum)| {
            let (name, key) = (&observed[*place].observation.name, &observed[*place].series.key);
            let last = datum.period.first_month() + datum.period.months() - 1;
            let known = |origin: i32| last <= self.rules.last_known(key, datum.period.length(), origin);
            self.own.observations.contains(name) && !known(self.origin) && self.next.is_none_or(known)
        };
        Ok(counted(&observed).into_iter().filter(later).collect())
    }
}

/// Groups of data: one for each month and observation that has any.
struct Cells {
    groups: Vec<Group>,
    /// Month and observation, in the order of the rules, of each group; by month.
    keys: Vec<(i32, usize)>,
    observations: usize,
}

impl Cells {
    fn of(weighed: &Weighed<'_>, names: &[&str], own: &AlternativesRules) -> Cells {
        let mut cells: BTreeMap<(i32, usize), Group> = BTreeMap::new();
        for (position, (place, datum)) in weighed.data().enumerate() {
            let month = datum.period.first_month() + datum.period.months() - 1;
            let observation = own.observations.iter().position(|name| name == names[place]).unwrap_or(0);
            cells.entry((month, observation)).or_default().push((position, 1.0));
        }
        let (keys, groups) = cells.into_iter().unzip();
        Cells { groups, keys, observations: own.observations.len() }
    }

    /// Scores month by month; `sums` are log densities by group and member, `chains` tells which chain a member is of.
    fn months(&self, sums: &[Vec<f64>], members: usize, chains: (usize, &dyn Fn(usize) -> usize)) -> Vec<MonthScore> {
        let mut logs = vec![0.0; members];
        let mut months: Vec<MonthScore> = Vec::new();
        let mut from = 0;
        while from < self.keys.len() {
            let month = self.keys[from].0;
            let to = from + self.keys[from..].iter().take_while(|key| key.0 == month).count();
            let before = log_mean(&logs);
            let mut each = vec![None; self.observations];
            for cell in from..to {
                let with: Vec<f64> = logs.iter().zip(&sums[cell]).map(|(log, density)| log + density).collect();
                each[self.keys[cell].1] = Some(log_mean(&with) - before);
            }
            for cell in &sums[from..to] {
                logs.iter_mut().zip(cell).for_each(|(log, density)| *log += density);
            }
            months.push(MonthScore {
                month,
                joint: log_mean(&logs) - before,
                each,
                effective: Weights::of(&logs).map_or(0.0, |weights| weights.effective()),
                error: between_chains(&logs, chains),
            });
            from = to;
        }
        months
    }
}

/// Standard error of the logarithm of the mean of exponentials, from the spread of the means of chains.
fn between_chains(logs: &[f64], (chains, chain): (usize, &dyn Fn(usize) -> usize)) -> f64 {
    let whole = log_mean(logs);
    let mut parts = vec![Vec::new(); chains];
    logs.iter().enumerate().for_each(|(member, log)| parts[chain(member)].push(*log));
    let relative: Vec<f64> = parts.iter().map(|part| exp(log_mean(part) - whole)).collect();
    let mean = relative.iter().sum::<f64>() / chains as f64;
    let variance = relative.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / (chains as f64 - 1.0);
    (variance / chains as f64).sqrt() / mean
}

/// Shares in the best mixture, over the months of all origins.
fn shares(scored: &[Scored], slot: &Slot, own: &AlternativesRules, seed: u64) -> Vec<Share> {
    let of = |name: &str| -> Vec<f64> {
        let own = scored.iter().filter(|scored| scored.variant == name);
        own.flat_map(|scored| scored.months.iter().map(|score| score.joint)).collect()
    };
    let columns: Vec<Vec<f64>> = slot.variants.iter().map(|variant| of(&variant.name)).collect();
    let months = columns.iter().map(Vec::len).min().unwrap_or(0);
    let rows: Vec<Vec<f64>> = (0..months).map(|k| columns.iter().map(|column| column[k]).collect()).collect();
    let values = stacking(&rows.iter().collect::<Vec<_>>());
    let samples = resampled(&rows, own.block, RESAMPLINGS, seed);
    let share = |(k, variant): (usize, &Variant)| {
        let mut sorted: Vec<f64> = samples.iter().map(|shares| shares[k]).collect();
        sorted.sort_by(f64::total_cmp);
        let interval = (quantile(&sorted, 0.05), quantile(&sorted, 0.95));
        Share { variant: variant.name.clone(), value: values[k], interval }
    };
    slot.variants.iter().enumerate().map(share).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_scored_each_given_those_before() {
        // Two members: one always right (density 1), one wrong by a factor of e each month.
        let cells = Cells { groups: vec![Group::new(); 3], keys: vec![(5, 0), (5, 1), (6, 0)], observations: 2 };
        let sums = vec![vec![0.0, -1.0], vec![0.0, 0.0], vec![0.0, -1.0]];
        let months = cells.months(&sums, 2, (2, &|member| member));
        assert_eq!(months.iter().map(|score| score.month).collect::<Vec<_>>(), [5, 6]);
        assert!((months[0].joint - log_mean(&[0.0, -1.0])).abs() < 1e-12);
        assert_eq!((months[0].each[1], months[1].each[1]), (Some(0.0), None));
        // The sum of scores is the density of all months together.
        let total: f64 = months.iter().map(|score| score.joint).sum();
        assert!((total - log_mean(&[0.0, -2.0])).abs() < 1e-12);
        assert!(months[1].effective < months[0].effective && months[1].error > months[0].error);
    }
}
