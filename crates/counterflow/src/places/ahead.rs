//! What is to come of places: the nation's draws shared out, with the places' own steps and scatter.

use counterflow_calibrate::likelihood;
use counterflow_calibrate::places::Pooled;
use counterflow_model::elementary::exp;
use counterflow_model::{Family, random};
use rayon::prelude::*;

use super::{Atlas, Fitted, PlaceRecord};
use crate::error::Problem;

const LEVEL: u64 = random::stream("places.ahead.level");
const DRIFT: u64 = random::stream("places.ahead.drift");
const COUNT: u64 = random::stream("places.ahead.count");

/// Draws of the nation's deaths, month after month.
#[derive(Clone, Debug, PartialEq)]
pub struct Nation {
    /// First month, counted from January of year 0.
    pub first_month: i32,
    /// `[draw][month]`.
    pub draws: Vec<Vec<f64>>,
}

/// Draws of a place's deaths, month after month; what is known is the same in all draws.
#[derive(Clone, Debug, PartialEq)]
pub struct PlacePaths {
    /// First month, counted from January of year 0.
    pub first_month: i32,
    /// `[draw][month]`.
    pub draws: Vec<Vec<f64>>,
}

impl PlacePaths {
    /// Draws of the sum of the twelve months that end with one; `None` where the paths do not reach.
    pub fn twelve_months(&self, to: i32) -> Option<Vec<f64>> {
        let end = usize::try_from(to + 1 - self.first_month).ok()?;
        let begin = end.checked_sub(12)?;
        self.draws.iter().map(|draw| draw.get(begin..end).map(|part| part.iter().sum())).collect()
    }
}

/// Where places stand at the end of their record, and what is expected of them from then on.
pub(super) struct Standing<'a> {
    /// First month of the first quarter below.
    pub first_month: i32,
    /// Last month of the record.
    pub last_month: i32,
    /// Log of what is expected at a log ratio of zero, up to a constant common to all places, `[place][quarter]`.
    pub log_expected: &'a [Vec<f64>],
    /// Log ratio and drift in the last quarter, `[draw][place]`.
    pub ends: Vec<Vec<(f64, f64)>>,
    /// `[draw]`.
    pub pooled: Vec<Pooled>,
    pub seed: u64,
}

impl Standing<'_> {
    fn expected(&self, place: usize, quarter: usize) -> f64 {
        let path = &self.log_expected[place];
        path[quarter.min(path.len() - 1)]
    }

    /// Deaths of all places in one draw, `[place][month]`, from the first month on; sums equal the nation's, but for
    /// scatter.
    fn draw(&self, member: usize, nation: &[f64]) -> Vec<Vec<f64>> {
        let (ends, pooled) = (&self.ends[member], &self.pooled[member]);
        let quarters = nation.len().div_ceil(3);
        let last = ((self.last_month - self.first_month) / 3) as usize;
        let weights: Vec<Vec<f64>> = ends
            .iter()
            .enumerate()
            .map(|(place, end)| {
                let mut state = *end;
                let mut weight = |quarter: usize| {
                    if quarter > last {
                        let step = (place * quarters + quarter) as u64;
                        let number = |stream| random::normal(self.seed, stream, member as u64, step);
                        state = pooled.after(state, number(LEVEL), number(DRIFT));
                    }
                    exp(self.expected(place, quarter) + state.0)
                };
                (0..quarters).map(&mut weight).collect()
            })
            .collect();
        let all: Vec<f64> = (0..quarters).map(|q| weights.iter().map(|place| place[q]).sum()).collect();
        let deaths = |(place, weights): (usize, &Vec<f64>)| {
            let month = |(k, total): (usize, &f64)| {
                let mean = total * weights[k / 3] / all[k / 3];
                let u = random::uniform(self.seed, COUNT, member as u64, (place * nation.len() + k) as u64);
                likelihood::quantile(Family::NegativeBinomial, u, mean, pooled.dispersion, None)
            };
            nation.iter().enumerate().map(month).collect()
        };
        weights.iter().enumerate().map(deaths).collect()
    }

    /// Draws of all places; months that the record knows are known, those of a known year add up to it.
    pub(super) fn project(&self, record: &PlaceRecord, nation: &Nation) -> Vec<PlacePaths> {
        let skip = (self.first_month - nation.first_month).max(0) as usize;
        let count = nation.draws.len().min(self.ends.len());
        let of = |member: usize| self.draw(member, nation.draws[member].get(skip..).unwrap_or_default());
        let draws: Vec<Vec<Vec<f64>>> = (0..count).into_par_iter().map(of).collect();
        let one = |place: usize| {
            let mut paths = PlacePaths {
                first_month: self.first_month,
                draws: draws.iter().map(|draw| draw[place].clone()).collect(),
            };
            paths.keep_what_is_known(record, place);
            paths
        };
        (0..self.log_expected.len()).map(one).collect()
    }
}

impl PlacePaths {
    fn keep_what_is_known(&mut self, record: &PlaceRecord, place: usize) {
        use counterflow_calibrate::places::Seen;
        for datum in record.data.iter().filter(|datum| datum.place == place) {
            let (Ok(begin), Ok(end)) = (
                usize::try_from(datum.period.first_month() - self.first_month),
                usize::try_from(datum.last_month() + 1 - self.first_month),
            ) else {
                continue;
            };
            for part in self.draws.iter_mut().filter_map(|draw| draw.get_mut(begin..end)) {
                let sum: f64 = part.iter().sum();
                match datum.seen {
                    Seen::AtMost(most) => part.iter_mut().for_each(|value| *value = value.min(most)),
                    Seen::Exactly(known) if sum > 0.0 => part.iter_mut().for_each(|value| *value *= known / sum),
                    Seen::Exactly(known) => {
                        let even = known / part.len() as f64;
                        part.iter_mut().for_each(|value| *value = even);
                    }
                }
            }
        }
    }
}

/// Draws of all places of an atlas, in its order, from those of the nation: draw m of the nation goes with draw m of the
/// places.
///
/// # Errors
/// If the posterior lacks a column, or the record does not read.
pub fn project_places(
    atlas: &Atlas,
    fitted: &Fitted,
    record: &PlaceRecord,
    nation: &Nation,
) -> Result<Vec<PlacePaths>, Problem> {
    let lost = |name: &str| {
        let path = format!("posterior/{}.csv", atlas.posterior);
        Problem::new(path, format!("there is no column `{name}`; `counterflow states fit` makes it"))
    };
    let column = |name: &str| fitted.column(name).ok_or_else(|| lost(name));
    let variables = &atlas.variables;
    let mut ends = vec![Vec::new(); nation.draws.len()];
    for place in &atlas.places {
        let mut level = column(&format!("{}[{}]", variables.start, place.name))?;
        for stretch in variables.stretches() {
            let change = column(&format!("{}[{},{stretch}]", variables.change, place.name))?;
            level.iter_mut().zip(change).for_each(|(level, change)| *level += change);
        }
        let drift = column(&format!("{}[{}]", variables.drift, place.name))?;
        // What runs expect holds the mean level already.
        let mean = level.iter().sum::<f64>() / level.len() as f64;
        let draws = level.len();
        for (m, end) in ends.iter_mut().enumerate() {
            end.push((level[m % draws] - mean, drift[m % draws]));
        }
    }
    let columns = [&variables.step_sd, "places.drift_sd", &variables.drift_memory, "places.dispersion"];
    let [step_sd, drift_sd, memory, dispersion] = columns.map(column);
    let (step_sd, drift_sd, memory, dispersion) = (step_sd?, drift_sd?, memory?, dispersion?);
    let pooled = |m: usize| {
        let m = m % step_sd.len();
        Pooled {
            region_mean: Vec::new(),
            level_sd: 0.0,
            step_sd: step_sd[m],
            drift_sd: drift_sd[m],
            drift_memory: memory[m],
            dispersion: dispersion[m],
        }
    };
    let log_expected: Vec<Vec<f64>> = fitted.expected.iter().map(|row| row.log_deaths.clone()).collect();
    let end = crate::backtest::month(&fitted.about.record_end);
    let standing = Standing {
        first_month: fitted.first_month,
        last_month: end.map_err(|message| Problem::new(super::PATH, message))?,
        log_expected: &log_expected,
        ends,
        pooled: (0..nation.draws.len()).map(pooled).collect(),
        seed: fitted.about.seed,
    };
    Ok(standing.project(record, nation))
}

#[cfg(test)]
mod tests {
    use super::*;
    use counterflow_calibrate::period::CalendarPeriod;
    use counterflow_calibrate::places::Seen;

    use super::super::PlaceDatum;

    fn record(data: Vec<PlaceDatum>) -> PlaceRecord {
        let about = toml::from_str(
            "title = ''\npublisher = ''\nwhat = ''\nunit = ''\nperiod = ''\nkind = ''\nspan = ''\nvintage = ''\n\
             found_in = ''\nlicence = ''\nhow_made = ''\nrole = ''",
        );
        PlaceRecord { key: "t".to_owned(), about: about.expect("a page"), data }
    }

    fn projected(data: Vec<PlaceDatum>) -> Vec<PlacePaths> {
        let pooled = Pooled::from_values(&[0.1, 0.1, 0.1, 1.0, 0.001]).expect("five numbers");
        let log_expected = vec![vec![1.0; 8], vec![0.0; 8]];
        let standing = Standing {
            first_month: 2024 * 12,
            last_month: 2024 * 12 + 11,
            log_expected: &log_expected,
            ends: vec![vec![(0.0, 0.0); 2]; 100],
            pooled: vec![pooled; 100],
            seed: 1,
        };
        let nation = Nation { first_month: 2023 * 12, draws: vec![vec![1000.0; 36]; 100] };
        standing.project(&record(data), &nation)
    }

    #[test]
    fn places_share_the_nation_out() {
        let paths = projected(Vec::new());
        let sum = |to: i32| -> f64 {
            paths.iter().flat_map(|place| place.twelve_months(to).expect("it reaches")).sum::<f64>() / 100.0
        };
        assert!((sum(2025 * 12 + 11) - 12_000.0).abs() < 100.0, "{}", sum(2025 * 12 + 11));
        assert!(paths[0].twelve_months(2024 * 12 + 10).is_none() && paths[0].twelve_months(2026 * 12).is_none());
    }

    #[test]
    fn what_is_known_is_kept() {
        let (year, month) = (CalendarPeriod::year(2024), |m| CalendarPeriod::month(2024, m));
        let exact = PlaceDatum { place: 0, period: year, seen: Seen::Exactly(5000.0) };
        let withheld = (1..=12).map(|m| PlaceDatum { place: 1, period: month(m), seen: Seen::AtMost(9.0) });
        let paths = projected(std::iter::once(exact).chain(withheld).collect());
        let ends = 2024 * 12 + 11;
        let of = |place: usize| paths[place].twelve_months(ends).expect("it reaches");
        assert!(of(0).iter().all(|sum| (sum - 5000.0).abs() < 1e-6));
        assert!(of(1).iter().all(|sum| *sum <= 108.0));
    }
}
