//! A bundle: a compiled model with its posterior in one piece of bytes, so that whoever answers needs no compiler.

use counterflow_model::{Definition, Model, Summary};
use serde::{Deserialize, Serialize};

use super::compact::Compact;
use super::files::Selection;
use super::flows::{self, Diagram};
use crate::error::Problem;
use crate::names::Element;
use crate::posterior::{About, Posterior};
use crate::project::{Compare, Project};

/// The form of bundles that is written and read.
const FORM: u32 = 1;

/// A compiled model with its posterior.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Bundle {
    form: u32,
    /// The model, without texts for people.
    pub model: Model,
    /// Its version.
    pub version: String,
    /// What is counted, and where the data end.
    pub compare: Compare,
    /// Whether a budget can be equal: the position of the outcome that is the public cost.
    pub cost: Option<usize>,
    /// What a page shows, outcomes first: elements that are added, and how years become one.
    pub series: Vec<(Vec<Element>, Summary)>,
    /// Diagrams of what flows where.
    pub flows: Vec<Diagram>,
    seed: u64,
    held: Vec<String>,
    names: Vec<String>,
    draws: Compact,
}

/// Bytes of the bundle of a project, as it was opened.
///
/// # Errors
/// If the model does not compile, has no posterior, or a series of the page is none of its variables.
pub fn engine_bytes(project: &Project) -> Result<Vec<u8>, Vec<Problem>> {
    let bundle = Bundle::of(project)?;
    postcard::to_stdvec(&bundle).map_err(|error| Problem::new("bundle", error.to_string()).into())
}

impl Bundle {
    /// The bundle of a project, as it was opened.
    ///
    /// # Errors
    /// As [`engine_bytes`].
    pub fn of(project: &Project) -> Result<Bundle, Vec<Problem>> {
        let model = project.model().map_err(|_| Problem::new("model", "does not compile; run `check`"))?;
        let posterior = Posterior::of(project)?;
        let selection = Selection::of(project)?;
        Ok(Bundle {
            form: FORM,
            model: without_texts(model),
            version: project.version.clone(),
            compare: project.compare.clone(),
            cost: model.outcomes.iter().position(|outcome| outcome.id == "public_cost"),
            series: selection.series.into_iter().map(|shown| (shown.elements, shown.summary)).collect(),
            flows: flows::diagrams(project, model)?,
            seed: posterior.about.seed,
            held: posterior.about.held.clone(),
            draws: Compact::of(&posterior.values),
            names: posterior.names,
        })
    }

    /// Reads a bundle.
    ///
    /// # Errors
    /// If the bytes are no bundle, or one of another form.
    pub fn read(bytes: &[u8]) -> Result<Bundle, Problem> {
        let problem = |message: String| Problem::new("engine.bin", message);
        match postcard::take_from_bytes::<u32>(bytes) {
            Ok((FORM, _)) => {}
            Ok((other, _)) => return Err(problem(format!("is of form {other}; this engine reads form {FORM}"))),
            Err(error) => return Err(problem(format!("is no bundle: {error}"))),
        }
        postcard::from_bytes(bytes).map_err(|error| problem(format!("is no bundle: {error}")))
    }

    /// The posterior.
    pub fn posterior(&self) -> Posterior {
        let about = About { seed: self.seed, held: self.held.clone(), ..About::default() };
        Posterior { names: self.names.clone(), values: self.draws.rows(), about }
    }
}

/// The model without what only people read, and without what no future run needs.
fn without_texts(model: &Model) -> Model {
    let mut model = model.clone();
    model.sectors.iter_mut().for_each(|sector| sector.summary.clear());
    model.dimensions.iter_mut().for_each(|dimension| dimension.documentation.clear());
    model.observations.clear();
    model.checks.clear();
    model.shoulds.clear();
    for variable in &mut model.variables {
        variable.documentation.clear();
        variable.place.path.clear();
        match &mut variable.definition {
            Definition::Parameter(parameter) => {
                parameter.evidence.sources.clear();
                parameter.evidence.date.clear();
            }
            Definition::Lever(lever) => {
                lever.evidence.sources.clear();
                lever.mechanism.clear();
                lever.failure.clear();
            }
            _ => {}
        }
    }
    model
}
