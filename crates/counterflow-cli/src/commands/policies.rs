//! `policies`: the bundled policies and what each one moves.

use clap::Args;
use counterflow::policy::{LeverMove, Policy, all};
use serde_json::{Value, json};

use super::{Chosen, Json};
use crate::number;
use crate::output::{Answer, Failure, Output, open, warn, width};
use crate::table::indented;

/// Arguments of `policies`.
#[derive(Debug, Args)]
pub struct PoliciesArgs {
    #[command(flatten)]
    json: Json,
    #[command(flatten)]
    chosen: Chosen,
}

impl PoliciesArgs {
    /// Prints all bundled policies.
    pub fn run(&self, output: &mut Output) -> Result<Answer, Failure> {
        let policies = all(&open(None, &self.chosen)?)?;
        for policy in &policies {
            warn(&policy.warnings);
        }
        if self.json.json {
            output.json(&policies.iter().map(json_of).collect())?;
        } else {
            policies.iter().try_for_each(|policy| output.text(&text_of(policy, width())))?;
        }
        Ok(Answer::Done)
    }
}

fn text_of(policy: &Policy, width: usize) -> String {
    let mut text = format!("{}  {}\n{}", policy.id, policy.name, indented(&policy.sentence, 4, width));
    for entry in &policy.levers {
        let end = entry.end.map_or_else(String::new, |end| format!(" to {end}"));
        let ramp = if entry.ramp_months > 0 { format!(", over {} months", entry.ramp_months) } else { String::new() };
        text.push_str(&format!(
            "    - {} = {} from {}{end}{ramp}\n",
            entry.lever,
            number::plain(entry.dose),
            entry.start
        ));
    }
    text
}

fn json_of(policy: &Policy) -> Value {
    let levers: Vec<Value> = policy.levers.iter().map(json_of_move).collect();
    json!({ "id": policy.id, "name": policy.name, "sentence": policy.sentence, "levers": levers })
}

fn json_of_move(entry: &LeverMove) -> Value {
    json!({
        "name": entry.lever,
        "dose": entry.dose,
        "start": entry.start.to_string(),
        "ramp_months": entry.ramp_months,
        "end": entry.end.map(|end| end.to_string()),
    })
}
