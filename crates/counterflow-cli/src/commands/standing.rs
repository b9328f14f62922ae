//! How a run without end stands, while it runs and at the end; shared by `run` and `merge`.

use std::path::Path;
use std::time::Instant;

use counterflow::endless::{Event, Standing};
use serde_json::{Value, json};

use crate::number;
use crate::output::{Answer, Failure, Output, note, width};
use crate::progress::Progress;
use crate::table::{Set, Table};

/// Progress of a long run: a bar for people, lines of JSON for programs.
pub struct Pace {
    bar: Progress,
    json: bool,
    begun: Instant,
    /// Members that were done when the work began.
    before: Option<u64>,
    done: u64,
}

impl Pace {
    /// Nothing is done yet.
    pub fn new(label: &'static str, json: bool) -> Pace {
        Pace { bar: Progress::rated(label), json, begun: Instant::now(), before: None, done: 0 }
    }

    /// Shows an event; gives a line of JSON for it where that was asked for.
    pub fn hear(&mut self, event: Event) -> Option<Value> {
        match event {
            Event::Verify => None,
            Event::Finish => self.json.then(|| json!({ "event": "finish", "done": self.done })),
            Event::Members(done, of) => {
                self.at(done, of);
                None
            }
            Event::Chunk(done, of) => {
                self.at(done, of);
                let (rate, seconds) = (self.rate(), self.seconds());
                let left = rate.map(|rate| (of - done) as f64 / rate);
                let line = json!({ "event": "chunk", "done": done, "of": of, "seconds": seconds, "members_per_second": rate, "seconds_left": left });
                self.json.then_some(line)
            }
        }
    }

    fn at(&mut self, done: u64, of: u64) {
        if self.before.is_none() {
            // What was done before costs no time and must not count for the rate.
            (self.before, self.begun) = (Some(done), Instant::now());
            self.bar.resumed(done);
        }
        self.done = done;
        self.bar.at(done as usize, of as usize);
    }

    fn seconds(&self) -> f64 {
        self.begun.elapsed().as_secs_f64()
    }

    /// Members a second since the work began; `None` before the first.
    fn rate(&self) -> Option<f64> {
        let computed = self.done - self.before.unwrap_or(self.done);
        (computed > 0).then(|| computed as f64 / self.seconds())
    }
}

/// Says what is in the folder. A run that was stopped, or whose other parts are still missing, is no whole answer.
pub fn tell(standing: &Standing, out: &Path, pace: &Pace, output: &mut Output) -> Result<Answer, Failure> {
    for file in &standing.lost {
        note(format_args!("note: {} was not there; its chunk was computed again", out.join(file).display()));
    }
    let whole = standing.manifest.result.is_some();
    if pace.json {
        output.now(&end(standing, pace))?
    } else {
        text(standing, out, output)?
    }
    Ok(if whole { Answer::Done } else { Answer::No })
}

fn end(standing: &Standing, pace: &Pace) -> Value {
    let manifest = &standing.manifest;
    let outcome = |o: &counterflow::endless::OutcomeBand| {
        let band = &o.band;
        json!({
            "name": o.name, "unit": o.unit, "mean": o.mean, "median": band.median, "lo90": band.lo90,
            "lo50": band.lo50, "hi50": band.hi50, "hi90": band.hi90, "not_a_number": o.not_a_number,
        })
    };
    json!({
        "event": "end",
        "state": state(standing),
        "members": manifest.identity.members,
        "done": manifest.done(),
        "computed": standing.computed,
        "seconds": pace.seconds(),
        "members_per_second": pace.rate(),
        "chunks": manifest.chunks.len(),
        "of_chunks": manifest.count(),
        "design": manifest.identity.design.to_string(),
        "seed": manifest.identity.seed,
        "sha256": manifest.result.as_ref().map(|result| &result.sha256),
        "outcomes": standing.outcomes.iter().map(outcome).collect::<Vec<_>>(),
    })
}

fn state(standing: &Standing) -> &'static str {
    match (&standing.manifest.result, standing.stopped) {
        (Some(_), _) => "whole",
        (None, true) => "stopped",
        (None, false) => "part",
    }
}

fn text(standing: &Standing, out: &Path, output: &mut Output) -> Result<(), Failure> {
    let manifest = &standing.manifest;
    let identity = &manifest.identity;
    let (done, of, folder) = (manifest.done(), identity.members, out.display());
    let Some(result) = &manifest.result else {
        let advice = match standing.stopped {
            true => "the same command goes on from here",
            false => "`counterflow merge` brings it together with the other parts",
        };
        return output.line(format_args!("{folder}: {done} of {of} members are whole; {advice}."));
    };
    output.line(format_args!("{}\n", identity.model))?;
    let mut table = Table::new(&[("outcome", Set::Left), ("unit", Set::Left), ("median and bands", Set::Right)]);
    for outcome in &standing.outcomes {
        table.cells(vec![outcome.name.clone(), outcome.unit.clone(), number::band(&outcome.band)]);
    }
    output.text(&table.text(width()))?;
    let (from, to) = identity.window;
    output.line(format_args!(
        "\n{of} members, design {}, seed {}, policy {}; outcomes count {from} to {to}.\nIn {folder}: {} chunks, {}.\nsha256 {}",
        identity.design,
        identity.seed,
        identity.policy,
        manifest.chunks.len(),
        result.summaries.join(", "),
        result.sha256
    ))
}
