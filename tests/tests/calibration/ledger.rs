//! Finished data sets on a disk, one line each, so that a proof that was stopped goes on.

use std::collections::BTreeMap;
use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

use counterflow::data::sha256;

use crate::sample::Course;

/// What one data set left.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// Which data set.
    pub number: u64,
    /// Rank of the true value among the draws, for each parameter, then for the log likelihood.
    pub ranks: Vec<usize>,
    /// How the sampling went.
    pub course: Course,
}

/// The records of one kind, kept in a file whose name changes with what they rest on and with what was asked.
pub struct Ledger {
    path: PathBuf,
}

/// Folders of the sources that a record rests on, from the root: what samples, what it samples, what computes a run, and
/// the proof itself. A change anywhere in them starts another ledger.
const SOURCES: &[&str] = &[
    "crates/counterflow-calibrate/src",
    "crates/counterflow/src/calibration",
    "crates/counterflow-engine/src",
    "crates/counterflow-model/src",
    "tests/tests/calibration",
];

impl Ledger {
    /// The ledger of a question, in the folder of what tests leave. Other sources, or a model with another text, start
    /// another one: what they would find could be other.
    ///
    /// # Errors
    /// If the sources can not be read, or the folder can not be made.
    pub fn open(question: &str) -> std::io::Result<Ledger> {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("calibration");
        fs::create_dir_all(&folder)?;
        let key = sha256(format!("{} {question}", sources()?).as_bytes());
        Ok(Ledger { path: folder.join(format!("{}.csv", &key[..16])) })
    }

    /// Records by number. A last line that was cut off does not count.
    pub fn read(&self) -> BTreeMap<u64, Record> {
        let text = fs::read_to_string(&self.path).unwrap_or_default();
        let whole = &text[..text.rfind('\n').map_or(0, |end| end + 1)];
        whole.lines().filter_map(parse).map(|record| (record.number, record)).collect()
    }

    /// Adds records.
    ///
    /// # Errors
    /// If the file can not be written.
    pub fn add(&self, records: &[Record]) -> std::io::Result<()> {
        // A line that was cut off ends here, so that it spoils none that follows.
        let cut = fs::read(&self.path).is_ok_and(|bytes| bytes.last().is_some_and(|end| *end != b'\n'));
        let start = if cut { "\n" } else { "" };
        let lines: String = records.iter().map(line).collect();
        let mut file = OpenOptions::new().create(true).append(true).open(&self.path)?;
        file.write_all(format!("{start}{lines}").as_bytes())?;
        file.sync_data()
    }
}

/// A hash of all files in [`SOURCES`].
fn sources() -> std::io::Result<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut texts = Vec::new();
    for folder in SOURCES {
        collect(&root.join(folder), &mut texts)?;
    }
    texts.sort();
    Ok(sha256(texts.concat().as_bytes()))
}

fn collect(folder: &Path, texts: &mut Vec<String>) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, texts)?;
        } else {
            texts.push(fs::read_to_string(&path)?);
        }
    }
    Ok(())
}

fn line(record: &Record) -> String {
    let Record { number, ranks, course: Course { effective, rhat, acceptance, step, enough } } = record;
    let ranks: String = ranks.iter().map(|rank| format!(",{rank}")).collect();
    format!("{number},{effective},{rhat},{acceptance},{step},{}{ranks},end\n", u8::from(*enough))
}

fn parse(line: &str) -> Option<Record> {
    let cells: Vec<&str> = line.strip_suffix(",end")?.split(',').collect();
    let (head, ranks) = cells.split_at_checked(6)?;
    let number = |i: usize| head[i].parse::<f64>().ok();
    Some(Record {
        number: head[0].parse().ok()?,
        ranks: ranks.iter().map(|rank| rank.parse()).collect::<Result<_, _>>().ok()?,
        course: Course {
            effective: number(1)?,
            rhat: number(2)?,
            acceptance: number(3)?,
            step: number(4)?,
            enough: head[5] == "1",
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_come_back_and_what_was_cut_off_does_not() {
        let ledger = Ledger::open(&format!("test {}", std::process::id())).expect("the folder can be made");
        let course = Course { effective: 301.25, rhat: 1.004, acceptance: 0.83, step: 0.7, enough: true };
        let record = |number: u64| Record { number, ranks: vec![3, 0, 96], course };
        ledger.add(&[record(4), record(2)]).expect("writes");
        let whole = fs::read(&ledger.path).expect("reads");
        fs::write(&ledger.path, &whole[..whole.len() - 3]).expect("writes");
        assert_eq!(ledger.read().into_values().collect::<Vec<_>>(), [record(4)]);
        ledger.add(&[record(1)]).expect("writes");
        assert_eq!(ledger.read().into_values().collect::<Vec<_>>(), [record(1), record(4)]);
        fs::remove_file(&ledger.path).expect("there is a file");
    }
}
