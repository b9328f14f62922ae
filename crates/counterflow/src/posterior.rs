//! A posterior: draws of the parameters that data reach; all other parameters are drawn from their priors.

use std::collections::BTreeMap;

use counterflow_model::{Model, random};
use serde::{Deserialize, Serialize};

use crate::calibration::FitSummary;
use crate::data::from_toml;
use crate::error::Problem;
use crate::files::FileSet;
use crate::page::compact::rounded;
use crate::places::{Atlas, Fitted};
use crate::project::Project;

/// Names of the bundled posteriors: the one that answers, and the one of the same model without discrepancy.
pub const MAIN: &str = "main";
/// See [`MAIN`].
pub const WITHOUT_DISCREPANCY: &str = "without_discrepancy";

/// Draws of sampled parameters.
#[derive(Clone, Debug)]
pub struct Posterior {
    /// Names of the parameter elements, one for each column.
    pub names: Vec<String>,
    /// One row for each draw.
    pub values: Vec<Vec<f64>>,
    /// How it was made.
    pub about: About,
}

/// How a posterior was made; written beside the draws.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct About {
    /// The command that makes it again.
    #[serde(default)]
    pub command: String,
    /// Day it was made.
    #[serde(default)]
    pub date: String,
    /// Version of the model.
    pub model_version: String,
    /// What it was fitted to: see [`crate::data::fitted_sha256`]. Empty where that was not kept.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub data_sha256: String,
    /// Seed of the sampler.
    pub seed: u64,
    /// Name of the sampler.
    pub sampler: String,
    /// Number of chains.
    pub chains: usize,
    /// Paths of warm-up and of sampling, for each chain.
    pub paths: (usize, usize),
    /// Steps in a year.
    pub steps_per_year: u32,
    /// Parameters that were sampled.
    pub dimension: usize,
    /// Share of proposals accepted.
    pub acceptance: f64,
    /// Paths on which the energy was lost; none if that was not counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub divergences: Option<usize>,
    /// Least E-BFMI of a chain; none if energies were not kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub energy_fraction: Option<f64>,
    /// Largest split R-hat.
    pub worst_rhat: f64,
    /// Smallest effective sample size, centre and tails.
    pub least_ess: (f64, f64),
    /// Parameters held at their own value, by prefix.
    pub held: Vec<String>,
    /// Relative width of smooth kinks and jumps; none if all formulas were exact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub smooth: Option<f64>,
}

impl About {
    /// The part that a summary knows.
    pub fn from_summary(summary: &FitSummary) -> About {
        About {
            sampler: "Hamiltonian chains with gradients by reverse mode, from the mode found by an annealed ensemble"
                .to_owned(),
            chains: summary.settings.chains,
            paths: (summary.settings.warmup, summary.settings.sampling),
            steps_per_year: summary.steps_per_year,
            dimension: summary.dimension,
            acceptance: summary.acceptance,
            divergences: Some(summary.divergences),
            // A run that has not begun to sample has none.
            energy_fraction: Some(summary.energy_fraction).filter(|fraction| fraction.is_finite()),
            worst_rhat: summary.worst_rhat(),
            least_ess: summary.least_ess(),
            ..About::default()
        }
    }
}

impl Posterior {
    /// The posterior that answers for a model as it was opened: see [`Project::posterior_name`]. Its draws are rounded as
    /// those that a browser loads: see [`crate::page::compact`].
    ///
    /// # Errors
    /// If there is none, or it does not read.
    pub fn of(project: &Project) -> Result<Posterior, Problem> {
        let name = project.posterior_name();
        let mut posterior = Posterior::load(&project.files, &name)?;
        if name != project.own_posterior_name() {
            posterior.forget(|parameter| project.is_of_other_variant(parameter));
        }
        posterior.join_places(project)?;
        posterior.values = rounded(&posterior.values);
        Ok(posterior)
    }

    /// Adds what was fitted of places, for each variant with places that was chosen: draw m goes with their draw m.
    fn join_places(&mut self, project: &Project) -> Result<(), Problem> {
        for atlas in Atlas::all(project)? {
            if !project.choices().contains(&atlas.choice()?) {
                continue;
            }
            let fitted = Fitted::load(&project.files, &atlas)?;
            if let Some(fitted) = fitted.filter(|fitted| !fitted.values.is_empty()) {
                self.join(fitted);
            }
        }
        Ok(())
    }

    fn join(&mut self, fitted: Fitted) {
        // What was fitted of places replaces their priors, also where a posterior of this very variant has them.
        self.forget(|parameter| fitted.names.iter().any(|name| name == parameter));
        self.names.extend(fitted.names);
        let rows = fitted.values.iter().cycle();
        self.values.iter_mut().zip(rows).for_each(|(row, places)| row.extend(places));
    }

    /// Leaves parameters out, which then have their priors.
    fn forget(&mut self, parameter: impl Fn(&str) -> bool) {
        let kept: Vec<bool> = self.names.iter().map(|name| !parameter(name)).collect();
        let keep = |k: &usize| kept[*k];
        self.values = self.values.iter().map(|row| (0..row.len()).filter(keep).map(|k| row[k]).collect()).collect();
        self.names = (0..self.names.len()).filter(keep).map(|k| self.names[k].clone()).collect();
    }

    /// The posterior in a model's `posterior` folder under a name (`main`, `without_discrepancy`).
    ///
    /// # Errors
    /// If a file is missing or does not read.
    pub fn load(files: &FileSet, name: &str) -> Result<Posterior, Problem> {
        let (draws, about) = (format!("posterior/{name}.csv"), format!("posterior/{name}.toml"));
        let text = |path: &str| files.get(path).ok_or_else(|| Problem::new(path, "is missing; `calibrate` makes it"));
        let about_text = text(&about)?;
        let about = toml::from_str(about_text).map_err(|e| from_toml(&about, about_text, &e))?;
        let (names, values) = numbers(&draws, text(&draws)?)?;
        Ok(Posterior { names, values, about })
    }

    /// How it was made, as TOML.
    pub fn about_toml(&self) -> String {
        toml::to_string(&self.about).unwrap_or_default()
    }

    /// The draws as CSV, seven significant digits.
    pub fn to_csv(&self) -> String {
        numbers_csv(&self.names, &self.values, short)
    }

    /// Draws of *all* parameters in the order of the model: sampled ones from the posterior, the others from their
    /// priors by named streams, so that a draw is the same whatever else is asked.
    pub fn draws(&self, model: &Model) -> Vec<Vec<f64>> {
        let column: BTreeMap<&str, usize> = self.names.iter().enumerate().map(|(i, n)| (n.as_str(), i)).collect();
        let mut draws = vec![Vec::new(); self.values.len()];
        for (id, parameter) in model.parameters() {
            let prior = crate::calibration::truncated_prior(parameter);
            for element in 0..parameter.values.len() {
                let name = model.element_name(id, element);
                let held = self.about.held.iter().any(|prefix| name.starts_with(prefix.as_str()));
                let stream = random::stream(&name);
                for (member, draw) in draws.iter_mut().enumerate() {
                    draw.push(match (column.get(name.as_str()), &prior) {
                        (Some(column), _) => self.values[member][*column],
                        (None, Some(prior)) if !held => {
                            prior.quantile(random::uniform(self.about.seed, stream, member as u64, 0))
                        }
                        (None, _) => parameter.values[element],
                    });
                }
            }
        }
        draws
    }
}

/// Heads and rows of a CSV of numbers; `path` is for messages.
pub(crate) fn numbers(path: &str, text: &str) -> Result<(Vec<String>, Vec<Vec<f64>>), Problem> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let broken = |error: csv::Error| Problem::new(path, error.to_string());
    let heads = reader.headers().map_err(broken)?.iter().map(str::to_owned).collect();
    Ok((heads, reader.deserialize().collect::<Result<_, _>>().map_err(broken)?))
}

/// Heads and rows of numbers as CSV, each number in the form that is asked for.
pub(crate) fn numbers_csv(heads: &[String], rows: &[Vec<f64>], form: fn(f64) -> String) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing to memory can not fail, and neither can UTF-8 of digits and names.
    let _ = writer.write_record(heads);
    for row in rows {
        let _ = writer.write_record(row.iter().map(|x| form(*x)));
    }
    writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}

/// Seven significant digits, without a needless tail.
fn short(x: f64) -> String {
    let rounded: f64 = format!("{x:.6e}").parse().unwrap_or(x);
    format!("{rounded}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::data::fitted_sha256;

    #[test]
    fn a_posterior_is_out_of_date_once_fitted_data_change_and_not_when_shown_data_do() {
        let mut project = Project::bundled().expect("the bundled model reads");
        let path = "posterior/main.toml";
        let about: About = toml::from_str(project.files.get(path).expect("there is a posterior")).unwrap();
        let about = About { data_sha256: fitted_sha256(&project.series), ..about };
        project.files.insert(path, &toml::to_string(&about).unwrap());
        assert!(project.stale_posterior().is_none());
        let change = |project: &mut Project, key: &str| {
            project.series.get_mut(key).expect("the model carries it").data[0].value += 1.0;
        };
        change(&mut project, "mexico_homicides_month");
        assert!(project.stale_posterior().is_none());
        change(&mut project, "t404_deaths_month");
        let problem = project.stale_posterior().expect("other data");
        assert!(problem.help.is_some_and(|help| help.contains("counterflow calibrate")));
    }

    #[test]
    fn bundled_posteriors_were_fitted_to_the_bundled_data() {
        let project = Project::bundled().expect("the bundled model reads");
        for name in [MAIN, WITHOUT_DISCREPANCY] {
            let found = Posterior::load(&project.files, name).unwrap().about.data_sha256;
            // One that was fitted before this was kept does not say.
            assert!(found.is_empty() || found == fitted_sha256(&project.series), "posterior/{name}.toml: {found}");
        }
    }
}
