//! `variants`: competing texts for parts of the model, and which one answers.

use std::path::{Path, PathBuf};

use clap::Args;
use counterflow::variants::{Choice, Slot};
use counterflow::{Problem, Project, places};
use serde_json::{Value, json};

use super::Json;
use crate::output::{Answer, Failure, Output, open, width};
use crate::table::indented;

/// Which model, and which variants of its parts: options of every command that opens a model.
#[derive(Clone, Debug, Default, Args)]
pub struct Chosen {
    /// Take the model of this folder, with its data, policies and posterior, in place of the bundled one
    #[arg(long, value_name = "FOLDER")]
    pub project: Option<PathBuf>,
    /// Take another variant of a part of the model (see `variants`); may be repeated
    #[arg(long = "variant", value_name = "SLOT=VARIANT")]
    pub choices: Vec<Choice>,
}

impl Chosen {
    /// Where the model is: at this path or in the folder of the project; nowhere if it is the bundled one.
    pub fn path<'a>(&'a self, path: Option<&'a Path>) -> Result<Option<&'a Path>, Failure> {
        match (path, &self.project) {
            (Some(path), Some(project)) => {
                let message = format!("and --project {} both name a model; expected one of them", project.display());
                Err(Problem::new(path.display().to_string(), message).into())
            }
            (path, project) => Ok(path.or(project.as_deref())),
        }
    }
}

/// Arguments of `variants`.
#[derive(Debug, Args)]
pub struct VariantsArgs {
    /// A model: a folder with model.toml; the bundled model if left out
    model: Option<PathBuf>,
    #[command(flatten)]
    json: Json,
}

impl VariantsArgs {
    /// Prints all slots with their variants.
    pub fn run(&self, output: &mut Output) -> Result<Answer, Failure> {
        let project = open(self.model.as_deref(), &Chosen::default())?;
        if self.json.json {
            output.json(&project.slots.iter().map(|slot| json_of(&project, slot)).collect())?;
        } else if project.slots.is_empty() {
            output.line("This model has no variants.")?;
        } else {
            output.line("Variants compete: each run takes one of each, nothing is averaged over them. * marks what is taken by itself.")?;
            project.slots.iter().try_for_each(|slot| output.text(&text_of(&project, slot)))?;
        }
        Ok(Answer::Done)
    }
}

/// Whether a posterior was sampled with this variant of the slot, the others being as they are, or its places were fitted.
fn refitted(project: &Project, slot: &Slot, position: usize) -> bool {
    let mut with = project.clone();
    with.slots.iter_mut().filter(|own| own.name == slot.name).for_each(|own| own.chosen = position);
    let choice = Choice { slot: slot.name.clone(), variant: slot.variants[position].name.clone() };
    // An atlas that does not read is told by the commands that need it.
    with.posterior_name() == with.own_posterior_name()
        || places::fitted(project).is_ok_and(|fitted| fitted.contains(&choice))
}

fn text_of(project: &Project, slot: &Slot) -> String {
    let mut text = format!("\n{}\n", slot.name);
    for (position, variant) in slot.variants.iter().enumerate() {
        let mark = if position == slot.default { '*' } else { ' ' };
        let fitted = if refitted(project, slot, position) { "" } else { "; not fitted by itself" };
        text.push_str(&format!("  {mark} {}={}  {}{fitted}\n", slot.name, variant.name, variant.title));
        text.push_str(&indented(&variant.sentence, 8, width()));
    }
    text
}

fn json_of(project: &Project, slot: &Slot) -> Value {
    let variant = |(position, variant): (usize, &counterflow::variants::Variant)| {
        json!({
            "name": variant.name,
            "title": variant.title,
            "sentence": variant.sentence,
            "default": position == slot.default,
            "refitted": refitted(project, slot, position),
        })
    };
    json!({ "slot": slot.name, "variants": slot.variants.iter().enumerate().map(variant).collect::<Vec<Value>>() })
}
