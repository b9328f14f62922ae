//! What is to come of places: the nation's draws shared out, with the places' own steps and scatter.

use counterflow_calibrate::likelihood;
use counterflow_calibrate::places::{Pooled, Seen};
use counterflow_model::elementary::exp;
use counterflow_model::{Family, random};
use rayon::prelude::*;

use super::levels::{DISPERSION, DRIFT_SD, names};
use super::{Atlas, Fitted, Held, PlaceRecord, expected};
use crate::error::Problem;
use crate::project::Project;

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
    /// Log of what is expected at a log ratio of zero, up to a number common to all places, `[place][draw][quarter]`;
    /// fewer draws are taken again from the first, and after the last quarter nothing changes.
    pub log_expected: &'a [Vec<Vec<f64>>],
    /// Log ratio and drift in the last quarter known, `[draw][place]`.
    pub ends: Vec<Vec<(f64, f64)>>,
    /// `[draw]`.
    pub pooled: Vec<Pooled>,
    pub seed: u64,
}

impl Standing<'_> {
    fn expected(&self, place: usize, member: usize, quarter: usize) -> f64 {
        let draws = &self.log_expected[place];
        let path = &draws[member % draws.len()];
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
                    exp(self.expected(place, member, quarter) + state.0)
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
/// places, and with a run of the variant with both, which says how shares go on from where the fit ends.
///
/// # Errors
/// If the posterior lacks a column, the record does not read, or the variant does not compile.
pub fn project_places(
    project: &Project,
    atlas: &Atlas,
    fitted: &Fitted,
    record: &PlaceRecord,
    nation: &Nation,
) -> Result<Vec<PlacePaths>, Problem> {
    let months = nation.draws.iter().map(Vec::len).max().unwrap_or(0) as i32;
    let until = nation.first_month + months - 1;
    let count = nation.draws.len().min(fitted.values.len());
    let runs = expected(project, atlas, &levels(atlas, fitted, count)?, until)?;
    let last_month = crate::backtest::month(&fitted.about.record_end);
    let last_month = last_month.map_err(|message| atlas.problem(message))?;
    // Sums over twelve months reach back from the end of the record.
    let skip = (last_month - 11 - runs.first_month).max(0) / 3;
    let later = |draws: &Vec<Vec<f64>>| draws.iter().map(|path| path[skip as usize..].to_vec()).collect();
    let log_expected: Vec<Vec<Vec<f64>>> = runs.log_deaths.iter().map(later).collect();
    let first_month = runs.first_month + 3 * skip;
    if nation.first_month > first_month {
        return Err(atlas.problem("the nation's months begin after the last year of the record of places"));
    }
    let drift = |name: &str| column(atlas, fitted, &format!("{}[{name}]", atlas.variables.drift));
    let drifts = atlas.places.iter().map(|place| drift(&place.name)).collect::<Result<Vec<_>, _>>()?;
    let standing = Standing {
        first_month,
        last_month,
        log_expected: &log_expected,
        // What runs expect holds the level of each draw already.
        ends: (0..count).map(|m| drifts.iter().map(|drift| (0.0, drift[m])).collect()).collect(),
        pooled: pooled(atlas, fitted)?,
        seed: fitted.about.seed,
    };
    Ok(standing.project(record, nation))
}

fn column(atlas: &Atlas, fitted: &Fitted, name: &str) -> Result<Vec<f64>, Problem> {
    let path = format!("posterior/{}.csv", atlas.posterior);
    let lost = || Problem::new(path, format!("there is no column `{name}`; `counterflow states fit` makes it"));
    fitted.column(name).ok_or_else(lost)
}

/// The levels of places in the first draws that were fitted, without drifts.
fn levels(atlas: &Atlas, fitted: &Fitted, count: usize) -> Result<Held, Problem> {
    let names = names(atlas);
    let columns = names.iter().map(|name| column(atlas, fitted, name)).collect::<Result<Vec<_>, _>>()?;
    let row = |m: usize| columns.iter().map(|column| column[m]).collect();
    Ok(Held { names, values: (0..count).map(row).collect() })
}

/// Pooled numbers of each draw, as far as what is to come needs them.
fn pooled(atlas: &Atlas, fitted: &Fitted) -> Result<Vec<Pooled>, Problem> {
    let columns = [&atlas.variables.step_sd, DRIFT_SD, &atlas.variables.drift_memory, DISPERSION];
    let [step_sd, drift_sd, memory, dispersion] = columns.map(|name| column(atlas, fitted, name));
    let (step_sd, drift_sd, memory, dispersion) = (step_sd?, drift_sd?, memory?, dispersion?);
    let one = |m: usize| Pooled {
        region_mean: Vec::new(),
        level_sd: 0.0,
        step_sd: step_sd[m],
        drift_sd: drift_sd[m],
        drift_memory: memory[m],
        dispersion: dispersion[m],
    };
    Ok((0..fitted.values.len()).map(one).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use counterflow_calibrate::period::CalendarPeriod;

    use super::super::{PlaceDatum, UNITED_STATES};

    fn record(data: Vec<PlaceDatum>) -> PlaceRecord {
        let about = toml::from_str(
            "title = ''\npublisher = ''\nwhat = ''\nunit = ''\nperiod = ''\nkind = ''\nspan = ''\nvintage = ''\n\
             found_in = ''\nlicence = ''\nhow_made = ''\nrole = ''",
        );
        PlaceRecord { key: "t".to_owned(), about: about.expect("a page"), data }
    }

    fn projected(data: Vec<PlaceDatum>) -> Vec<PlacePaths> {
        let pooled = Pooled::from_values(&[0.1, 0.1, 0.1, 1.0, 0.001]).expect("five numbers");
        let log_expected = vec![vec![vec![1.0; 8]], vec![vec![0.0; 8]]];
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

    #[test]
    fn projections_go_on_from_the_record_and_add_up() {
        let project = Project::bundled().expect("the bundled model reads");
        let atlas = Atlas::named(&project, UNITED_STATES).expect("it reads");
        let fitted = Fitted::load(&project.files, &atlas).expect("it reads").expect("it is bundled");
        let record = PlaceRecord::load(&project.files, &atlas).expect("it reads");
        let nation = Nation { first_month: 2023 * 12, draws: vec![vec![4000.0; 36]; 8] };
        let paths = project_places(&project, &atlas, &fitted, &record, &nation).expect("it projects");
        let mean = |place: usize, to: i32| {
            let sums = paths[place].twelve_months(to).expect("it reaches");
            sums.iter().sum::<f64>() / sums.len() as f64
        };
        let all: f64 = (0..paths.len()).map(|place| mean(place, 2025 * 12 + 11)).sum();
        assert!((all / 48_000.0 - 1.0).abs() < 0.02, "{all}");
        let ohio = atlas.places.iter().position(|place| place.code == "OH").expect("there is Ohio");
        let known: f64 = (0..12).filter_map(|month| record.month(ohio, 2024 * 12 + month)).sum();
        assert!((mean(ohio, 2024 * 12 + 11) - known).abs() < 1e-6 * known);
    }
}
