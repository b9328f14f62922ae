//! The posterior of places as it is kept: draws of the variant's own parameters, one for each draw of the nation's.

use serde::{Deserialize, Serialize};

use super::{Atlas, Coverage};
use crate::data::from_toml;
use crate::error::Problem;
use crate::files::FileSet;
use crate::posterior::{numbers, numbers_csv};

/// How a posterior of places was made.
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
    /// SHA-256 of the record of places.
    pub record_sha256: String,
    /// SHA-256 of the national draws that it is conditional on.
    pub national_sha256: String,
    /// Last month of the record.
    pub record_end: String,
    /// Seed.
    pub seed: u64,
    /// Chains, generations of warm-up and of sampling.
    pub chains: (usize, usize, usize),
    /// Share of proposals accepted.
    pub acceptance: f64,
    /// Largest split R-hat of the pooled numbers.
    pub worst_rhat: f64,
    /// Smallest effective sample size, centre and tails.
    pub least_ess: (f64, f64),
    /// Largest distance over the quarters that were fitted of the sum of all places from the nation, mean over draws of
    /// the log: in runs with what was fitted, and in runs without.
    pub sum_off: (f64, f64),
    /// How far runs are from the fitted paths, mean over draws of the log of a place's share: root of the mean square
    /// over places and quarters, and the same at the end of the record. Runs move steadily between knots, paths do not.
    pub path_off: (f64, f64),
    /// Standard deviation over draws of the log of a place's share at the end of the record, mean over places: in runs
    /// with what was fitted, and in runs without.
    pub share_sd: (f64, f64),
    /// Share of counts within predictive bands.
    pub coverage: Coverage,
}

/// A posterior of places.
#[derive(Clone, Debug)]
pub struct Fitted {
    /// Names of the columns.
    pub names: Vec<String>,
    /// One row for each draw; row m belongs to the main posterior's draw m.
    pub values: Vec<Vec<f64>>,
    /// How it was made.
    pub about: About,
}

impl Fitted {
    /// The posterior that an atlas names; `None` if there is none yet.
    ///
    /// # Errors
    /// If one of its files is missing or does not read.
    pub fn load(files: &FileSet, atlas: &Atlas) -> Result<Option<Fitted>, Problem> {
        let path = |ending: &str| format!("posterior/{}.{ending}", atlas.posterior);
        if files.get(&path("csv")).is_none() {
            return Ok(None);
        }
        let text = |path: &str| {
            let missing = || Problem::new(path, "is missing; `counterflow states fit` makes it");
            files.get(path).ok_or_else(missing)
        };
        let about_text = text(&path("toml"))?;
        let about = toml::from_str(about_text).map_err(|error| from_toml(&path("toml"), about_text, &error))?;
        let (names, values) = numbers(&path("csv"), text(&path("csv"))?)?;
        Ok(Some(Fitted { names, values, about }))
    }

    /// The draws as CSV, rounded to a thousandth: of a hazard, since most are logarithms. Small numbers keep more.
    pub fn to_csv(&self) -> String {
        numbers_csv(&self.names, &self.values, short)
    }

    /// How it was made, as TOML.
    pub fn about_toml(&self) -> String {
        toml::to_string(&self.about).unwrap_or_default()
    }

    /// All draws of a column.
    pub fn column(&self, name: &str) -> Option<Vec<f64>> {
        let column = self.names.iter().position(|known| known == name)?;
        Some(self.values.iter().map(|row| row[column]).collect())
    }
}

/// Thousandths, or hundred-thousandths of what is below a hundredth.
fn short(x: f64) -> String {
    let parts = if x.abs() < 0.01 { 1e5 } else { 1e3 };
    format!("{}", (x * parts).round() / parts)
}

#[cfg(test)]
mod tests {
    use super::super::record_path;
    use super::*;
    use crate::data::sha256;
    use crate::posterior::{MAIN, Posterior};
    use crate::project::Project;

    #[test]
    fn numbers_are_kept_short_but_none_is_lost() {
        assert_eq!([-1.23456, 0.0123, 0.001_234, 0.0].map(short), ["-1.235", "0.012", "0.00123", "0"]);
    }

    #[test]
    fn what_is_written_is_read_again() {
        let names = vec!["a[x]".to_owned(), "b[x,y]".to_owned()];
        let fitted =
            Fitted { names: names.clone(), values: vec![vec![0.5, -1.25], vec![0.004, 2.0]], about: About::default() };
        assert_eq!(numbers("t.csv", &fitted.to_csv()), Ok((names, fitted.values.clone())));
        assert!(numbers("t.csv", "a\nmany\n").unwrap_err().to_string().contains("t.csv"));
        assert!(toml::from_str::<About>(&fitted.about_toml()).is_ok());
    }

    #[test]
    fn bundled_posteriors_belong_to_their_records_and_the_nations_draws() {
        let project = Project::bundled().expect("the bundled model reads");
        let all = Atlas::all(&project).expect("they read");
        assert_eq!(all.len(), 2);
        for atlas in all {
            let fitted = Fitted::load(&project.files, &atlas).expect("it reads").expect("it is bundled");
            let hash = |path: &str| sha256(project.files.get(path).expect("it is there").as_bytes());
            let about = &fitted.about;
            let again = || format!("run `{}` again", about.command);
            assert_eq!(about.record_sha256, hash(&record_path(&atlas)), "{}", again());
            assert_eq!(about.national_sha256, hash("posterior/main.csv"), "{}", again());
            let nation = Posterior::load(&project.files, MAIN).expect("it is bundled");
            assert_eq!(fitted.values.len(), nation.values.len());
            assert!(about.worst_rhat < 1.02 && about.least_ess.0 > 400.0 && about.least_ess.1 > 400.0, "{about:?}");
            assert!(about.sum_off.0 < 0.05 && about.path_off.1 < 0.01, "{about:?}");
        }
    }
}
