//! The end of a run: all chunks are read once more, in the order of their members, to summaries and one hash.

use std::path::Path;

use counterflow_engine::Sketch;
use counterflow_explore::comparison::Band;
use sha2::{Digest, Sha256};

use super::Event;
use super::durable::{hexadecimal, replace};
use super::folder::{Folder, HISTOGRAMS, OUTCOMES, TRAJECTORIES};
use super::histogram;
use super::manifest::{Chunk, FILE, Manifest, Outcomes};
use super::table::{Column, read};
use crate::error::Problem;
use crate::simulate::sketched_band;

/// An outcome over all members of a run.
#[derive(Clone, Debug)]
pub struct OutcomeBand {
    /// Name: the series and how it became one number.
    pub name: String,
    /// Unit.
    pub unit: String,
    /// Mean over members.
    pub mean: f64,
    /// Median and bands, within 0.2 %.
    pub band: Band,
    /// Members for which it is not a number.
    pub not_a_number: u64,
}

/// Names of the summaries: outcomes over members, and series over time.
const SUMMARIES: [&str; 2] = ["outcomes.csv", "quantiles.csv"];

impl Folder {
    /// Writes summaries and hash, if all chunks are there: bands of the outcomes, empty otherwise.
    ///
    /// # Errors
    /// If a chunk does not read, the disk does not take a summary, or the run gave another result before.
    pub fn finish(&mut self, hear: &mut dyn FnMut(Event)) -> Result<Vec<OutcomeBand>, Problem> {
        if self.manifest().done() < self.manifest().identity.members {
            return Ok(Vec::new());
        }
        hear(Event::Finish);
        let whole = Whole::read(self.path(), self.manifest())?;
        let result = Outcomes { sha256: whole.sha256, summaries: SUMMARIES.map(str::to_owned).into() };
        if let Some(before) = &self.manifest().result
            && *before != result
        {
            let message = format!("found result {}; expected {}", before.sha256, result.sha256);
            return Err(Problem::new(self.path().join(FILE).display().to_string(), message));
        }
        replace(&self.path().join(SUMMARIES[0]), &outcomes_csv(self.manifest(), &whole.outcomes))?;
        replace(&self.path().join(SUMMARIES[1]), &quantiles_csv(self.manifest(), &whole.cells))?;
        self.set_result(result)?;
        Ok(whole.outcomes)
    }
}

/// Everything that is read back.
struct Whole {
    outcomes: Vec<OutcomeBand>,
    cells: Vec<Sketch>,
    sha256: String,
}

impl Whole {
    fn read(path: &Path, manifest: &Manifest) -> Result<Whole, Problem> {
        let identity = &manifest.identity;
        let mut reading = Reading {
            rows: Sha256::new(),
            paths: Sha256::new(),
            sketches: vec![(Sketch::default(), 0.0); identity.outcomes.len()],
            cells: vec![Sketch::default(); identity.series.len() * identity.times.len()],
        };
        for chunk in &manifest.chunks {
            reading.chunk(path, chunk)?;
        }
        let outcomes = identity.outcomes.iter().zip(&reading.sketches).map(|(outcome, (sketch, sum))| OutcomeBand {
            name: outcome.name.clone(),
            unit: outcome.unit.clone(),
            mean: sum / identity.members as f64,
            band: sketched_band(sketch),
            not_a_number: sketch.not_a_number(),
        });
        let outcomes = outcomes.collect();
        let mut all = Sha256::new();
        all.update(serde_json::to_string(identity).unwrap_or_default());
        all.update(reading.rows.finalize());
        all.update(hash_of(&reading.cells));
        all.update(reading.paths.finalize());
        Ok(Whole { outcomes, cells: reading.cells, sha256: hexadecimal(&all.finalize()) })
    }
}

/// What grows chunk by chunk.
struct Reading {
    rows: Sha256,
    paths: Sha256,
    /// Sketch and sum of each outcome.
    sketches: Vec<(Sketch, f64)>,
    cells: Vec<Sketch>,
}

impl Reading {
    fn chunk(&mut self, path: &Path, chunk: &Chunk) -> Result<(), Problem> {
        for file in &chunk.files {
            let place = path.join(&file.path);
            match file.path.split('/').next() {
                Some(OUTCOMES) => read(&place, |columns| self.outcomes(columns, &place))?,
                Some(HISTOGRAMS) => histogram::add(&place, &mut self.cells)?,
                Some(TRAJECTORIES) => read(&place, |columns| {
                    add_rows(&mut self.paths, columns);
                    Ok(())
                })?,
                _ => return Err(Problem::new(place.display().to_string(), "is no table of a run")),
            }
        }
        Ok(())
    }

    fn outcomes(&mut self, columns: &[Column], place: &Path) -> Result<(), Problem> {
        add_rows(&mut self.rows, columns);
        if columns.len() != self.sketches.len() + 1 {
            return Err(Problem::new(place.display().to_string(), "is no table of this run's outcomes"));
        }
        for ((sketch, sum), column) in self.sketches.iter_mut().zip(&columns[1..]) {
            if let Column::Real(values) = column {
                sketch.add_all(values);
                // Member after member: the sum does not depend on chunks.
                *sum = values.iter().fold(*sum, |sum, value| sum + value);
            }
        }
        Ok(())
    }
}

/// Takes in rows one by one, so that groups of rows leave no trace.
fn add_rows(hash: &mut Sha256, columns: &[Column]) {
    let rows = columns.iter().map(|column| match column {
        Column::Whole(values) => values.len(),
        Column::Real(values) => values.len(),
    });
    let rows = rows.min().unwrap_or(0);
    let mut bytes = Vec::with_capacity(rows * columns.len() * size_of::<f64>());
    for row in 0..rows {
        for column in columns {
            bytes.extend(match column {
                Column::Whole(values) => values[row].to_le_bytes(),
                Column::Real(values) => values[row].to_le_bytes(),
            });
        }
    }
    hash.update(bytes);
}

fn hash_of(cells: &[Sketch]) -> impl AsRef<[u8]> {
    let mut hash = Sha256::new();
    for (cell, sketch) in cells.iter().enumerate() {
        hash.update((cell as u64).to_le_bytes());
        for (bin, count) in histogram::entries(sketch) {
            hash.update(bin.to_le_bytes());
            hash.update(count.to_le_bytes());
        }
    }
    hash.finalize()
}

fn outcomes_csv(manifest: &Manifest, outcomes: &[OutcomeBand]) -> String {
    let identity = &manifest.identity;
    let (from, to) = identity.window;
    let header = "outcome,unit,from,to,members,not_a_number,mean,lo90,lo50,median,hi50,hi90".split(',');
    let rows = outcomes.iter().map(|outcome| {
        let before = [outcome.name.clone(), outcome.unit.clone(), from.to_string(), to.to_string()];
        let counts = [identity.members.to_string(), outcome.not_a_number.to_string(), outcome.mean.to_string()];
        before.into_iter().chain(counts).chain(words(&outcome.band)).collect()
    });
    csv_of(header, rows)
}

fn quantiles_csv(manifest: &Manifest, cells: &[Sketch]) -> String {
    let identity = &manifest.identity;
    let times = &identity.times;
    let header = "series,unit,time,members,not_a_number,lo90,lo50,median,hi50,hi90".split(',');
    let rows = cells.iter().enumerate().map(|(cell, sketch)| {
        let series = &identity.series[cell / times.len()];
        let before = [series.name.clone(), series.unit.clone(), times[cell % times.len()].to_string()];
        let counts = [identity.members.to_string(), sketch.not_a_number().to_string()];
        before.into_iter().chain(counts).chain(words(&sketched_band(sketch))).collect()
    });
    csv_of(header, rows)
}

fn words(band: &Band) -> [String; 5] {
    [band.lo90, band.lo50, band.median, band.hi50, band.hi90].map(|x| x.to_string())
}

fn csv_of<'a>(header: impl Iterator<Item = &'a str>, rows: impl Iterator<Item = Vec<String>>) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    // Writing to memory can not fail, and neither can UTF-8 of digits and names.
    let _ = writer.write_record(header);
    rows.for_each(|row| _ = writer.write_record(row));
    writer.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
}
