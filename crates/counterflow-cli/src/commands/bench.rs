//! `bench`: how fast the engine is.

use std::path::PathBuf;

use clap::Args;
use counterflow::bench::{BenchReport, measure};
use serde_json::{Value, json};

use super::{Chosen, Json};
use crate::output::{Answer, Failure, Output};

/// Arguments of `bench`.
#[derive(Debug, Args)]
pub struct BenchArgs {
    /// A model: a folder with model.toml, or one Markdown file; the bundled model if left out
    model: Option<PathBuf>,
    /// Runs to make side by side
    #[arg(long, default_value_t = 1024)]
    members: usize,
    #[command(flatten)]
    chosen: Chosen,
    #[command(flatten)]
    json: Json,
}

impl BenchArgs {
    /// Measures and prints.
    pub fn run(&self, output: &mut Output) -> Result<Answer, Failure> {
        let report = measure(self.chosen.path(self.model.as_deref())?, &self.chosen.choices, self.members)?;
        if self.json.json {
            output.json(&json_of(&report))?
        } else {
            output.text(&text_of(&report))?
        }
        Ok(Answer::Done)
    }
}

fn json_of(report: &BenchReport) -> Value {
    json!({
        "model": report.model,
        "members": report.members,
        "threads": report.threads,
        "instruction_set": report.instructions,
        "lanes": report.lanes,
        "equations": report.equations,
        "operations": report.operations,
        "steps": report.steps,
        "stages": report.stages,
        "load_ms": report.load_ms,
        "plan_ms": report.plan_ms,
        "first_run_ms": report.first_run_ms,
        "all_members_ms": report.all_members_ms,
        "ms_per_run": report.ms_per_run,
        "ns_per_equation_member": report.ns_per_equation_member,
        "gradient_ms": report.gradient_ms,
        "gradient_ratio": report.gradient_ratio,
        "repetitions": report.repetitions,
        "repetition_ms": report.repetition_ms,
    })
}

fn text_of(report: &BenchReport) -> String {
    let BenchReport { model, members, threads, instructions, lanes, equations, steps, stages, repetitions, .. } =
        report;
    format!(
        "{model}\n\
         {members} members, {equations} equation elements, {steps} steps of {stages} derivative evaluations\n\
         {instructions}, {lanes} lanes, {threads} threads; best of {repetitions} repetitions\n\
         \n\
         read and compile        {:>10.2} ms\n\
         plan                    {:>10.2} ms\n\
         first run of one member {:>10.2} ms\n\
         all members             {:>10.2} ms\n\
         one member among them   {:>10.4} ms\n\
         equation and member     {:>10.4} core-nanoseconds per derivative evaluation\n\
         gradients of all        {:>10.2} ms, {:.2} times the runs\n",
        report.load_ms,
        report.plan_ms,
        report.first_run_ms,
        report.all_members_ms,
        report.ms_per_run,
        report.ns_per_equation_member,
        report.gradient_ms,
        report.gradient_ratio,
    )
}
