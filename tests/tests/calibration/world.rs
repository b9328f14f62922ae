//! The world of the proof: parameters drawn from the priors of a model, and data sets drawn from the model at them.
//!
//! Nothing here goes through the density that is on trial: parameters are quantiles of their priors, expected data are
//! those of a plain run, and data are quantiles of the likelihood's family.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use counterflow::Project;
use counterflow::calibration::{CalibrationDensity, CalibrationOptions, Observed, observed_series};
use counterflow_calibrate::likelihood;
use counterflow_calibrate::predict::Datum;
use counterflow_calibrate::prior::TruncatedPrior;
use counterflow_engine::{Job, Plan, PlanOptions, Sampling, Save, Schedule, What, run};
use counterflow_model::{Family, random};

const TRUTH: u64 = random::stream("calibration proof: parameters");
const SCATTER: u64 = random::stream("calibration proof: data");

/// The folder of the small model.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/calibration/model")
}

/// A model, and what is drawn for it.
pub struct World {
    /// The model with the data of its folder, of which only periods and errors count.
    pub project: Project,
    /// How it is calibrated; the sampler's own settings are those of the proof.
    pub options: CalibrationOptions,
    /// Prior of each parameter element in the order of a draw; `None` for a fixed number.
    pub priors: Vec<Option<TruncatedPrior>>,
    /// Names of the parameters that are sampled, in the order of a point.
    pub names: Vec<String>,
    base: Vec<f64>,
    plan: Plan,
}

impl World {
    /// The world of the small model, where every uncertain parameter is sampled.
    pub fn open() -> World {
        let world = World::of(Project::open(&folder()).expect("the small model reads"), Vec::new());
        let uncertain = world.priors.iter().flatten().count();
        assert_eq!(world.names.len(), uncertain, "every uncertain parameter is reached by the data");
        world
    }

    /// The world of a model in which the parameters that `held` names stay at their own values.
    pub fn of(project: Project, held: Vec<String>) -> World {
        let options = CalibrationOptions { steps_per_year: 12, held, ..CalibrationOptions::default() };
        let density = CalibrationDensity::new(&project, &options).expect("the model has data");
        let sampled = density.sampled();
        let prior = |position: usize| density.prior(position).filter(|_| sampled.contains(&position));
        let names = sampled.iter().map(|position| density.names()[*position].clone()).collect();
        // Of a model whose parameters are all sampled, one that data do not reach must show.
        let priors =
            (0..density.names().len()).map(|i| if options.held.is_empty() { density.prior(i) } else { prior(i) });
        let (priors, base) = (priors.collect(), density.base().to_vec());
        let plan = plan(&project, options.steps_per_year);
        World { project, options, priors, names, base, plan }
    }

    /// Parameters drawn from their priors, in the order of a draw.
    pub fn truth(&self, number: u64) -> Vec<f64> {
        let value = |(position, prior): (usize, &Option<TruncatedPrior>)| match prior {
            Some(prior) => prior.quantile(random::uniform(number, TRUTH, 0, position as u64)),
            None => self.base[position],
        };
        self.priors.iter().enumerate().map(value).collect()
    }

    /// The project with a data set drawn from the model at these parameters, as long as that of the folder.
    pub fn with_data(&self, truth: &[f64], number: u64) -> Project {
        let model = self.project.model().expect("the model compiles");
        let observed = observed_series(&self.project, model).expect("every series is there");
        let draws = [truth.to_vec()];
        let schedule = Schedule::default();
        let runs = run(&Job { until: last_time(&observed), ..Job::new(&self.plan, &draws, &[0], &schedule) });
        let first_month = (self.plan.horizon().start * 12.0).round() as i32;
        let mut drawn = BTreeMap::new();
        for (i, observed) in observed.iter().enumerate() {
            let path: Vec<f64> = runs.path(i, 0).collect();
            let one = |(at, datum): (usize, &Datum)| {
                let mu = observed.expected(&path, first_month, datum).expect("the run covers the data");
                let u = random::uniform(number, SCATTER, i as u64, at as u64);
                scattered(observed.observation.likelihood.family, u, mu, observed.scale_in(truth), datum)
            };
            let data: Vec<Datum> = observed.series.data.iter().enumerate().map(one).collect();
            drawn.insert(observed.series.key.clone(), data);
        }
        let mut project = self.project.clone();
        for (key, data) in drawn {
            project.series.get_mut(&key).expect("the series is there").data = data;
        }
        project
    }
}

/// A datum drawn about the model's value, with an error of its own as large as that of the datum given.
///
/// A likelihood on the logarithm or the logit takes the error relative to the value that was found, as publishers do:
/// what is the same in all data sets is then the error on that scale.
fn scattered(family: Family, u: f64, mu: f64, scale: f64, like: &Datum) -> Datum {
    let unit = |value: f64| match family {
        Family::Normal | Family::NegativeBinomial => 1.0,
        Family::LogNormal | Family::LogStudent => value,
        Family::LogitNormal => value * (1.0 - value),
    };
    let own = like.sd.map(|sd| sd / unit(like.value));
    let value = likelihood::quantile(family, u, mu, scale, own.map(|own| own * unit(mu)));
    Datum { period: like.period, value, sd: own.map(|own| own * unit(value)) }
}

fn plan(project: &Project, steps_per_year: u32) -> Plan {
    let model = project.model().expect("the model compiles");
    let save = |i: usize| Save { what: What::Observation(i), sampling: Sampling::Mean };
    let saves = (0..model.observations.len()).map(save).collect();
    Plan::new(model, &PlanOptions { saves, steps_per_year: Some(steps_per_year), ..PlanOptions::default() })
}

/// End of the last datum.
fn last_time(observed: &[Observed<'_>]) -> f64 {
    let ends = observed.iter().filter_map(|observed| observed.series.data.last());
    ends.map(|datum| f64::from(datum.period.first_month() + datum.period.months()) / 12.0).fold(0.0, f64::max)
}
