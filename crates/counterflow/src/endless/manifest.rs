//! The manifest: what a run is, and which of its chunks are on the disk. It is replaced as a whole after each chunk, so
//! that it never names what is not there; what it does not name does not count.

use std::path::Path;

use counterflow_model::random;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::Request;
use super::design::Design;
use super::durable::{Finished, hexadecimal, named, replace};
use super::folder::TABLES;
use super::kept::{Kept, Outcome, Series};
use crate::error::Problem;
use crate::files::read_text;
use crate::names::clipped;
use crate::policy::LeverMove;
use crate::project::Project;

/// Name of the manifest in a run's folder.
pub const FILE: &str = "manifest.json";
/// Form of folder and files; a program that writes another form does not go on with this one.
const FORM: u32 = 1;

/// What a run is, and how much of it is done.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// What the run is: two runs with the same identity have the same results, to the bit.
    pub identity: Identity,
    /// Members in a chunk; the last may have fewer. Results do not depend on it.
    pub members_per_chunk: u64,
    /// The chunks that are on the disk, in rising order.
    pub chunks: Vec<Chunk>,
    /// What came out, once all chunks are there.
    pub result: Option<Outcomes>,
}

/// Everything that results depend on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// Form of folder and files.
    pub form: u32,
    /// Version of the program.
    pub program: String,
    /// Title of the model.
    pub model: String,
    /// Version of the model.
    pub model_version: String,
    /// SHA-256 of the model's texts.
    pub model_sha256: String,
    /// SHA-256 of its data.
    pub data_sha256: String,
    /// SHA-256 of its posterior, if the design takes its draws from there.
    pub posterior_sha256: Option<String>,
    /// Number of members.
    pub members: u64,
    /// How they spread over the parameters.
    pub design: Design,
    /// Seed of design and noise.
    pub seed: u64,
    /// The policy's name and its moves.
    pub policy: String,
    /// Its moves, one for each lever and dose.
    pub moves: Vec<String>,
    /// First time counted in outcomes and end of what is counted, in years.
    pub window: (f64, f64),
    /// What is kept of each member.
    pub outcomes: Vec<Outcome>,
    /// What is kept over time.
    pub series: Vec<Series>,
    /// Starts of the save intervals at which it is kept, in years.
    pub times: Vec<f64>,
    /// Whether the series are kept for each member.
    pub trajectories: bool,
}

/// A chunk on the disk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Chunk {
    /// Its number, from 0.
    pub number: u64,
    /// First member.
    pub first: u64,
    /// Number of members.
    pub members: u64,
    /// Its files.
    pub files: Vec<ChunkFile>,
}

/// A file of a chunk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChunkFile {
    /// Path from the run's folder, with `/`.
    pub path: String,
    /// Length.
    pub bytes: u64,
    /// SHA-256 of its bytes.
    pub sha256: String,
}

/// What came out of a whole run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Outcomes {
    /// SHA-256 of identity and every value: the same whatever the threads, the chunks and the interruptions.
    pub sha256: String,
    /// Names of the summaries.
    pub summaries: Vec<String>,
}

impl ChunkFile {
    /// A finished file in a folder of the run.
    pub fn new(folder: &str, file: Finished) -> ChunkFile {
        ChunkFile { path: format!("{folder}/{}", file.name), bytes: file.bytes, sha256: file.sha256 }
    }

    /// Whether it lies in one of our folders under the name that its number and hash give it.
    fn is_ours(&self, number: u64) -> bool {
        let Some((folder, name)) = self.path.split_once('/') else { return false };
        TABLES.contains(&folder) && self.sha256.is_ascii() && name == named(&stem(number), &self.sha256, "parquet")
    }
}

impl Manifest {
    /// The manifest of a run that has not begun.
    pub fn new(identity: Identity, members_per_chunk: u64) -> Manifest {
        Manifest { identity, members_per_chunk, chunks: Vec::new(), result: None }
    }

    /// The manifest in a folder; `None` if it has none.
    ///
    /// # Errors
    /// If it does not read.
    pub fn load(folder: &Path) -> Result<Option<Manifest>, Problem> {
        let path = folder.join(FILE);
        if !path.try_exists().map_err(|e| super::durable::unreadable(&path, &e))? {
            return Ok(None);
        }
        let text = read_text(&path)?;
        let manifest: Manifest = serde_json::from_str(&text).map_err(|e| {
            let problem = Problem::new(path.display().to_string(), format!("is no manifest of a run: {e}"));
            problem.at(e.line(), e.column())
        })?;
        let strange = |what| Problem::new(path.display().to_string(), format!("is no manifest of a run: {what}"));
        manifest.faults().map_or(Ok(Some(manifest)), |what| Err(strange(what)))
    }

    /// What no program of ours writes; paths are looked at, so that a file from elsewhere leads nowhere else.
    fn faults(&self) -> Option<String> {
        if self.members_per_chunk == 0 || self.identity.members == 0 || self.identity.times.is_empty() {
            return Some("it has no members, no chunks or no times".to_owned());
        }
        if !self.chunks.is_sorted_by(|a, b| a.number < b.number) {
            return Some("its chunks are not in rising order".to_owned());
        }
        for chunk in &self.chunks {
            if chunk.number >= self.count() || self.span(chunk.number) != (chunk.first, chunk.members) {
                return Some(format!("chunk {} is not of this run", chunk.number));
            }
            if let Some(file) = chunk.files.iter().find(|file| !file.is_ours(chunk.number)) {
                return Some(format!("`{}` is no file of chunk {}", clipped(&file.path), chunk.number));
            }
        }
        None
    }

    /// Writes the manifest as a whole.
    ///
    /// # Errors
    /// If the disk does not take it; the old one is then as it was.
    pub fn save(&self, folder: &Path) -> Result<(), Problem> {
        let text = serde_json::to_string_pretty(self).unwrap_or_default();
        replace(&folder.join(FILE), &(text + "\n"))
    }

    /// Number of chunks of the whole run.
    pub fn count(&self) -> u64 {
        self.identity.members.div_ceil(self.members_per_chunk)
    }

    /// First member and number of members of a chunk.
    pub fn span(&self, number: u64) -> (u64, u64) {
        let first = number * self.members_per_chunk;
        (first, self.members_per_chunk.min(self.identity.members - first))
    }

    /// Members whose chunks are there.
    pub fn done(&self) -> u64 {
        self.chunks.iter().map(|chunk| chunk.members).sum()
    }

    /// Whether a chunk is there.
    pub fn has(&self, number: u64) -> bool {
        self.chunks.binary_search_by_key(&number, |chunk| chunk.number).is_ok()
    }

    /// Notes a chunk that is on the disk now.
    pub fn add(&mut self, chunk: Chunk) {
        let place = self.chunks.partition_point(|other| other.number < chunk.number);
        self.chunks.insert(place, chunk);
    }

    /// Refuses another run.
    ///
    /// # Errors
    /// The first thing that differs: what this manifest says, and what was expected.
    pub fn expect(&self, other: &Manifest, path: &Path) -> Result<(), Problem> {
        let fields = |manifest: &Manifest| {
            let mut fields = serde_json::to_value(&manifest.identity).unwrap_or_default();
            fields["members_per_chunk"] = Value::from(manifest.members_per_chunk);
            fields
        };
        let (found, expected) = (fields(self), fields(other));
        let differs =
            expected.as_object().and_then(|all| all.iter().find(|(key, value)| found[key.as_str()] != **value));
        let Some((key, value)) = differs else { return Ok(()) };
        let message = format!("is another run: found {key} {}; expected {value}", found[key.as_str()]);
        Err(Problem::new(path.join(FILE).display().to_string(), message))
    }
}

impl Identity {
    /// The identity of what is asked for.
    pub fn new(project: &Project, title: &str, request: &Request, kept: &Kept) -> Identity {
        let draws = project.files.under("posterior", "").filter(|(path, _)| path.starts_with("posterior/main."));
        let posterior = (request.design == Design::Posterior).then(|| hash_of(draws));
        let texts = project.sources_of_text.iter().map(|file| (own_name(&file.path), file.text.as_str()));
        let head = project.files.get("model.toml").map(|text| ("model.toml", text));
        Identity {
            form: FORM,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            model: title.to_owned(),
            model_version: project.version.clone(),
            model_sha256: hash_of(texts.chain(head)),
            data_sha256: hash_of(project.files.under("data", "")),
            posterior_sha256: posterior,
            members: request.members,
            design: request.design,
            seed: request.seed,
            policy: request.policy.name.clone(),
            moves: request.policy.levers.iter().map(words).collect(),
            window: kept.window,
            outcomes: kept.outcomes.clone(),
            series: kept.series.clone(),
            times: kept.times.clone(),
            trajectories: request.trajectories,
        }
    }

    /// What stands in each file, so that a file alone tells where it comes from.
    pub fn about(&self) -> Vec<(&'static str, String)> {
        let identity = serde_json::to_string(self).unwrap_or_default();
        vec![("run", format!("{:016x}", random::stream(&identity))), ("identity", identity)]
    }
}

/// What the files of a chunk are called before they have a hash.
pub fn stem(number: u64) -> String {
    format!("{number:06}")
}

/// A move in words that hold all of it.
fn words(entry: &LeverMove) -> String {
    let LeverMove { lever, dose, start, ramp_months, end, .. } = entry;
    let end = end.map(|end| format!(" until {end}")).unwrap_or_default();
    format!("{lever} = {dose} from {start} over {ramp_months} months{end}")
}

/// The name of a file without the folder in which it happens to be.
fn own_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or(path)
}

/// SHA-256 of names and texts, each with its length before it.
fn hash_of<'a>(texts: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut hash = Sha256::new();
    for part in texts.flat_map(|(name, text)| [name, text]) {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    hexadecimal(&hash.finalize())
}
