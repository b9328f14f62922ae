//! `reproduce`: natural experiments, and what the model makes of them.

use clap::Args;
use counterflow::answers::Band;
use counterflow::reproduce::{
    Experiment, Kind, Published, Reproduction, Row, all, answer_in_words, find, published_in_words, reproduce,
};
use counterflow::{Project, project};
use serde_json::{Value, json};

use super::compare::version_with_variants;
use super::{Chosen, Json};
use crate::output::{Answer, Failure, Output, note, open, width};
use crate::progress::Progress;
use crate::table::{Set, Table, indented};

/// Arguments of `reproduce`.
#[derive(Debug, Args)]
pub struct ReproduceArgs {
    /// An experiment, by its id: its study and rule are printed too; without one all are listed
    id: Option<String>,
    /// How many draws of the posterior to use
    #[arg(long, value_name = "N", default_value_t = 128)]
    draws: usize,
    #[command(flatten)]
    chosen: Chosen,
    #[command(flatten)]
    json: Json,
}

const HEADING: &str = "\
What was found elsewhere, and what the model gives when it is asked by a rule that was written before the run.
Sign: the median has the published sign. Size: it is between half and twice the published size; for a direction or a
null finding the bands overlap. Band: the 90 % band meets the published one. `counterflow reproduce ID` prints the rule.

";

impl ReproduceArgs {
    /// Runs the experiments and prints them.
    pub fn run(&self, output: &mut Output) -> Result<Answer, Failure> {
        let project = open(None, &self.chosen)?;
        let experiments = all(&project)?;
        let chosen: Vec<&Experiment> = match &self.id {
            Some(id) => vec![find(&experiments, id)?],
            None => experiments.iter().collect(),
        };
        let progress = Progress::new("runs");
        let found = reproduce(&project, &chosen, self.draws, &mut |done, of| progress.at(done, of))?;
        drop(progress);
        if self.draws > found.draws {
            note(format_args!("note: --draws: found {}; the posterior has {}, all are used", self.draws, found.draws));
        }
        if self.json.json {
            output.json(&json!({
                "rows": found.rows.iter().map(json_of).collect::<Vec<Value>>(),
                "draws": found.draws,
                "counted": json_of_sums(&found),
            }))?;
        } else {
            output.text(HEADING)?;
            output.text(&table_of(&found.rows).text(width()))?;
            if self.id.is_some() {
                found.rows.iter().try_for_each(|row| output.text(&text_of(&project, row, width())))?;
            } else {
                output.text(&sums_in_words(&found, width()))?;
            }
            output.text(&runs_in_words(&project, found.draws, width()))?;
        }
        Ok(Answer::Done)
    }
}

fn table_of(rows: &[Row]) -> Table {
    let mut table = Table::new(&[
        ("id", Set::Left),
        ("published", Set::Wrapped(18)),
        ("model, 90 % band", Set::Wrapped(26)),
        ("sign", Set::Left),
        ("size", Set::Left),
        ("band", Set::Left),
        ("counted", Set::Left),
    ]);
    let yes = |is: bool| if is { "yes" } else { "NO" }.to_owned();
    for Row { experiment, answer } in rows {
        let mut cells = vec![experiment.id.clone(), published_in_words(experiment)];
        match (answer, &experiment.ask) {
            (Some(answer), Some(ask)) => {
                let verdict = answer.verdict;
                cells.push(answer_in_words(answer, ask));
                cells.extend([verdict.sign_right, verdict.within_factor_two, verdict.bands_overlap].map(yes));
            }
            _ => cells.extend(["no channel", "-", "-", "-"].map(str::to_owned)),
        }
        cells.push(experiment.standing.word().replace("counted", "yes").replace('_', " "));
        table.cells(cells);
    }
    table
}

fn sums_in_words(found: &Reproduction, width: usize) -> String {
    let [counted, sign, size, band, holds] = found.sums();
    let words = format!(
        "Of {} rows {counted} count; of these {holds} hold (sign and size): sign right in {sign}, size in {size}, bands meet \
         in {band}. Fitted rows, tautologies and rows without a channel are shown and not counted.",
        found.rows.len()
    );
    format!("\n{}", indented(&words, 0, width))
}

fn text_of(project: &Project, row: &Row, width: usize) -> String {
    let Row { experiment, answer } = row;
    let mut text = format!("\n{}\n", indented(&experiment.target, 0, width).trim_end());
    if let (Some(answer), Some(ask)) = (answer, &experiment.ask) {
        let measured =
            format!("Measured: {} of {}, {:.2} to {:.2}", ask.measure.word(), ask.name, ask.span.0, ask.span.1);
        text.push_str(&indented(&measured, 2, width));
        if let Some(driver) = &answer.driver {
            let (name, correlation) = (&driver.parameter, driver.correlation);
            let words = format!("The answer follows {name} most (correlation of ranks {correlation:+.2})");
            text.push_str(&indented(&words, 2, width));
        }
        for (count, words) in
            [(answer.outstanding, "not back by the end of the span"), (answer.not_a_number, "no number")]
        {
            if count > 0 {
                text.push_str(&indented(&format!("{words} in {count} draws"), 2, width));
            }
        }
    }
    let misses = experiment.if_it_misses.as_ref();
    let sections =
        [("The study", Some(&experiment.study)), ("The rule", Some(&experiment.rule)), ("If it misses", misses)];
    for (title, section) in sections.into_iter().filter_map(|(title, section)| Some((title, section?))) {
        text.push_str(&format!("\n{title}\n"));
        section.lines().for_each(|line| text.push_str(&indented(line, 2, width)));
    }
    text.push_str("\nSources\n");
    for (key, source) in experiment.sources.iter().filter_map(|key| Some((key, project.bibliography.get(key)?))) {
        let project::Source { title, authors, year, place, .. } = source;
        text.push_str(&indented(&format!("[{key}] {authors} ({year}). {title}. {place}"), 2, width));
    }
    text
}

fn runs_in_words(project: &Project, draws: usize, width: usize) -> String {
    let words = format!(
        "Median and 90 % band of {draws} draws of the posterior, version {} of the model.",
        version_with_variants(project)
    );
    format!("\n{}", indented(&words, 0, width))
}

fn json_of_sums(found: &Reproduction) -> Value {
    let [rows, sign_right, within_factor_two, bands_overlap, hold] = found.sums();
    json!({
        "rows": rows,
        "sign_right": sign_right,
        "within_factor_two": within_factor_two,
        "bands_overlap": bands_overlap,
        "hold": hold,
    })
}

fn json_of(row: &Row) -> Value {
    let Row { experiment, answer } = row;
    let Published { value, low, high } = experiment.published;
    let answer = answer.as_ref();
    let model = |of: fn(&Band) -> f64| answer.map(|answer| of(&answer.model));
    let verdict = answer.map(|answer| answer.verdict);
    json!({
        "id": experiment.id,
        "target": experiment.target,
        "source": experiment.sources.join(", "),
        // A null finding is a directional one whose direction is none.
        "kind": if experiment.kind == Kind::Size { "size" } else { "direction" },
        "null_finding": experiment.kind == Kind::Null,
        "published": { "value": value, "lo": low, "hi": high },
        "model": { "median": model(|b| b.median), "lo90": model(|b| b.lo90), "hi90": model(|b| b.hi90) },
        "sign_right": verdict.map(|v| v.sign_right),
        "within_factor_two": verdict.map(|v| v.within_factor_two),
        "bands_overlap": verdict.map(|v| v.bands_overlap),
        "holds": verdict.map(|v| v.holds()),
        "used_in_fit": experiment.used_in_fit,
        "counted": row.counted(),
        "standing": experiment.standing.word(),
        "measure": experiment.ask.as_ref().map(|ask| ask.measure.word()),
        "variable": experiment.ask.as_ref().map(|ask| ask.name.as_str()),
        "outstanding": answer.map(|answer| answer.outstanding),
        "not_a_number": answer.map(|answer| answer.not_a_number),
        "driver": answer.and_then(|answer| answer.driver.as_ref()).map(|driver| {
            json!({ "parameter": driver.parameter, "correlation": driver.correlation })
        }),
        "study": experiment.study,
        "rule": experiment.rule,
    })
}
