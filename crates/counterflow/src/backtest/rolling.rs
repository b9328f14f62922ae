//! Origins between those that are fitted: members of the origin before are weighed by what became known since.
//!
//! A member is a draw of the posterior at the fitted origin with its own noise after it. Its weight is the likelihood of
//! the record as known at the later origin over that of the record as known at the fitted one: new figures count, and
//! provisional ones that were revised are taken back. The model stays that of the fitted origin, with its inputs.

mod page;

use counterflow_calibrate::predict::Datum;
use counterflow_calibrate::score::Forecast;
use counterflow_model::random;

use super::ensemble::{Ensemble, Group};
use super::forecast::forecast_of;
use super::rules::RollingRules;
use super::table::summaries_by;
use super::weights::Weights;
use super::{Measure, Record, Request, Row, Rules, Summary, Target, as_of, refit, scored};
use crate::calibration::{CalibrationOptions, Stage, Weighed, counted, observed_series};
use crate::error::Problem;
use crate::project::Project;

pub use page::{rolling_csv, rolling_page, weights_csv};

/// Months from one fitted origin to the next.
const YEAR: i32 = 12;
/// Stream of the number at which systematic draws begin.
const BEGIN: u64 = random::stream("systematic resampling");

/// What a test with weights is doing.
#[derive(Clone, Copy, Debug)]
pub enum Doing {
    /// A posterior is sampled.
    Fit(Stage),
    /// Members run to be weighed: so many rounds are done, of so many.
    Weigh(usize, usize),
}

/// How far the weights of one origin hold.
#[derive(Clone, Copy, Debug)]
pub struct Window {
    /// The fitted origin that its members come from.
    pub fitted: i32,
    /// The origin.
    pub origin: i32,
    /// Members.
    pub members: usize,
    /// Effective number of members by the whole weights.
    pub effective: f64,
    /// Effective number of draws of the posterior by the weights that are used.
    pub effective_draws: f64,
    /// Power to which weights were raised: 1 unless they collapse.
    pub power: f64,
}

/// Twelve months ahead from a fitted origin: what was said by weights of the origin before it, and by its own fit.
#[derive(Clone, Debug)]
pub struct Meeting {
    /// The origin.
    pub origin: i32,
    /// The target's short name.
    pub target: String,
    /// By weights, a year after they began.
    pub weighed: Forecast,
    /// By the fit.
    pub fitted: Forecast,
    /// What came.
    pub truth: f64,
}

/// A back-test with an origin at the end of each month.
#[derive(Clone, Debug)]
pub struct Rolling {
    /// What is scored.
    pub targets: Vec<Target>,
    /// Effective members below which weights were raised to a power.
    pub least: f64,
    /// Fitted origins.
    pub fitted: Vec<i32>,
    /// One for each origin, fitted ones included.
    pub windows: Vec<Window>,
    /// All forecasts.
    pub rows: Vec<Row>,
    /// Where weights of a year meet the next fit.
    pub meetings: Vec<Meeting>,
    /// Version of the model.
    pub model_version: String,
}

impl Rolling {
    /// Scores at these horizons; ratios are resampled by fitted origin.
    pub fn summaries(&self, horizons: &[i32]) -> Vec<Summary> {
        let block =
            |origin: i32| self.fitted.iter().copied().filter(|fitted| *fitted <= origin).max().unwrap_or(origin);
        summaries_by(&self.rows, horizons, &block)
    }
}

/// Fits at each origin of the request, rolls on by months to the next, at most a year, and scores.
///
/// # Errors
/// As [`super::backtest`]; if the rules have no table `rolling`; if no member of an origin can be reconciled with what
/// became known.
pub fn rolling(
    project: &Project,
    request: &Request,
    progress: &mut dyn FnMut(i32, Doing),
) -> Result<Rolling, Vec<Problem>> {
    let one = |problem: Problem| vec![problem];
    let rules = Rules::of(&project.files).map_err(one)?;
    let own = rules.rolling.ok_or_else(|| one(Problem::new("backtest.toml", "has no table `rolling`")))?;
    let mut fitted = request.origins.clone();
    fitted.sort_unstable();
    let records = rules.targets.iter().map(|target| Record::of(project, target)).collect::<Result<Vec<_>, _>>();
    let test = Test { project, rules: &rules, own, request, records: records.map_err(one)? };
    let mut rolling = Rolling {
        targets: rules.targets.clone(),
        least: own.least,
        fitted: fitted.clone(),
        windows: Vec::new(),
        rows: Vec::new(),
        meetings: Vec::new(),
        model_version: project.version.clone(),
    };
    let mut before: Vec<Row> = Vec::new();
    for origin in &fitted {
        let (windows, rows) = test.year(*origin, progress)?;
        let (inside, after): (Vec<Row>, Vec<Row>) = rows.into_iter().partition(|row| row.origin < origin + YEAR);
        rolling.meetings.extend(meetings(&before, &inside, *origin));
        let next = fitted.iter().copied().find(|next| next > origin).unwrap_or(origin + YEAR);
        rolling.windows.extend(windows.into_iter().filter(|window| window.origin < next.min(origin + YEAR)));
        rolling.rows.extend(inside.into_iter().filter(|row| row.origin < next));
        before = after;
    }
    Ok(rolling)
}

struct Test<'a> {
    project: &'a Project,
    rules: &'a Rules,
    own: RollingRules,
    request: &'a Request,
    records: Vec<Record>,
}

impl Test<'_> {
    /// The origins from a fitted one to a year after it, both ends included.
    fn year(&self, fitted: i32, progress: &mut dyn FnMut(i32, Doing)) -> Result<(Vec<Window>, Vec<Row>), Vec<Problem>> {
        let one = |problem: Problem| vec![problem];
        // All draws of the chains: the more there are, the longer weights hold.
        let options = CalibrationOptions { draws: usize::MAX, ..self.request.options.clone() };
        let request = Request { options, ..self.request.clone() };
        let (then, posterior, _) = refit(self.project, self.rules, &request, fitted, &mut |origin, stage| {
            progress(origin, Doing::Fit(stage));
        })?;
        let known = (fitted..=fitted + YEAR).map(|origin| self.known(&then, origin)).collect::<Result<Vec<_>, _>>()?;
        let model = then.model().map_err(|_| one(Problem::new("model", "does not compile; run `check`")))?;
        let ensemble = Ensemble::new(&posterior, model, self.own.repeats, self.rules.last_month(fitted) + 1);
        let records = known.iter().map(|project| Ok(counted(&observed_series(project, model)?)));
        let records = records.collect::<Result<Vec<_>, Problem>>().map_err(one)?;
        let (data, groups) = changes(&records);
        let weighed = Weighed::new(&then, &data).map_err(one)?;
        let sums = ensemble.sums(&weighed, &groups, &mut |done, of| progress(fitted, Doing::Weigh(done, of)));
        let (mut windows, mut rows) = (Vec::new(), Vec::new());
        for ((known, logs), origin) in known.iter().zip(&sums).zip(fitted..) {
            let lost = || one(Problem::new("backtest", "no member of an origin is possible given what became known"));
            let (weights, power) = Weights::tempered(logs, self.own.least).ok_or_else(lost)?;
            windows.push(Window {
                fitted,
                origin,
                members: ensemble.members(),
                effective: Weights::of(logs).map_or(0.0, |whole| whole.effective()),
                effective_draws: weights.effective_groups(ensemble.draws()),
                power,
            });
            let begin = random::uniform(self.request.options.settings.seed, BEGIN, 0, origin as u64);
            let futures = ensemble.futures(&weights.systematic(self.own.kept, begin));
            let until = origin + self.request.horizon;
            let paths = forecast_of(known, &futures, &self.rules.targets, until).map_err(one)?;
            for ((target, record), paths) in self.rules.targets.iter().zip(&self.records).zip(&paths) {
                let seed = self.request.options.settings.seed;
                rows.extend(scored(target, record, paths, origin, self.request.horizon, seed));
            }
        }
        Ok((windows, rows))
    }

    /// The record as known at an origin with the model of the fitted one.
    fn known(&self, fitted: &Project, origin: i32) -> Result<Project, Vec<Problem>> {
        let seed = self.request.options.settings.seed;
        let mut known = as_of(self.project, self.rules, origin, self.request.structure, seed)?;
        known.compiled = fitted.compiled.clone();
        Ok(known)
    }
}

/// Data by which records differ from the first of them, each with the position of its observation, and for each record
/// which of them it gained and lost.
fn changes(records: &[Vec<(usize, Datum)>]) -> (Vec<(usize, Datum)>, Vec<Group>) {
    let (mut data, mut groups): (Vec<(usize, Datum)>, Vec<Group>) = (Vec::new(), Vec::new());
    let first = &records[0];
    for record in records {
        let gained = record.iter().filter(|datum| !first.contains(datum)).map(|datum| (datum, 1.0));
        let lost = first.iter().filter(|datum| !record.contains(datum)).map(|datum| (datum, -1.0));
        let mut group = Group::new();
        for (datum, sign) in gained.chain(lost) {
            let place = data.iter().position(|known| known == datum).unwrap_or(data.len());
            if place == data.len() {
                data.push(*datum);
            }
            group.push((place, sign));
        }
        groups.push(group);
    }
    (data, groups)
}

/// Twelve months ahead of a fitted origin: rows by weights beside rows of its own fit.
fn meetings(weighed: &[Row], fitted: &[Row], origin: i32) -> Vec<Meeting> {
    let longest = |row: &&Row| {
        let yearly = !fitted.iter().any(|other| other.target == row.target && other.measure == Measure::TwelveMonths);
        row.origin == origin && row.ahead == YEAR && (yearly || row.measure == Measure::TwelveMonths)
    };
    let pair = |row: &Row| {
        let same = |other: &&Row| longest(other) && other.target == row.target;
        Some(Meeting {
            origin,
            target: row.target.clone(),
            weighed: weighed.iter().find(same)?.model.clone(),
            fitted: row.model.clone(),
            truth: row.truth,
        })
    };
    fitted.iter().filter(longest).filter_map(pair).collect()
}

#[cfg(test)]
mod tests {
    use counterflow_calibrate::period::CalendarPeriod;

    use super::*;

    fn datum(place: usize, month: i32, value: f64) -> (usize, Datum) {
        (place, Datum { period: CalendarPeriod::month(2020, month), value, sd: None })
    }

    #[test]
    fn revised_figures_are_taken_back_and_new_ones_count() {
        let first = vec![datum(0, 1, 10.0), datum(0, 2, 12.0), datum(1, 1, 5.0)];
        let second = vec![datum(0, 1, 10.0), datum(0, 2, 11.0), datum(0, 3, 9.0), datum(1, 1, 5.0)];
        let (data, groups) = changes(&[first, second]);
        assert!(groups[0].is_empty());
        let signed: Vec<(f64, f64)> = groups[1].iter().map(|(place, sign)| (data[*place].1.value, *sign)).collect();
        assert_eq!(signed, [(11.0, 1.0), (9.0, 1.0), (12.0, -1.0)]);
    }
}
