//! What cites the bibliography: one answer for the list of sources, for reports and for `check`.
//!
//! Everything that stands on a source counts, whichever variants are chosen: parameters, levers, lookups and prose of all
//! chapters, pages of data series, published figures beside a model, claims and experiments.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use counterflow_lang::{Code, Diagnostic, SourceFile, citations};
use serde::Deserialize;
use toml::Spanned;

use crate::claims::finding::{Findings, Wrong};
use crate::claims::head::fences;
use crate::project::Project;

/// The file of the bibliography.
pub(crate) const BIBLIOGRAPHY: &str = "sources.toml";

/// Figures that others published, to which a model is held.
const PUBLISHED: &str = "published.toml";

/// What cites a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Citing {
    /// A parameter, lever or lookup.
    Statement(String),
    /// The prose of a chapter.
    Chapter {
        /// Its heading.
        title: String,
        /// Its file.
        path: String,
    },
    /// A text for a part in dispute: its prose, or all of it where it is not the one that is taken.
    Variant {
        /// The part.
        slot: String,
        /// The text.
        name: String,
    },
    /// A data series, by its key.
    Series(String),
    /// A figure that others published.
    Published,
    /// A claim, by its short name.
    Claim(String),
    /// An experiment, by its short name.
    Experiment(String),
}

impl fmt::Display for Citing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Citing::Statement(name) => f.write_str(name),
            Citing::Chapter { title, .. } => write!(f, "chapter {title}"),
            Citing::Variant { slot, name } => write!(f, "variant {slot}={name}"),
            Citing::Series(key) => write!(f, "series {key}"),
            Citing::Published => f.write_str(PUBLISHED),
            Citing::Claim(id) => write!(f, "claim {id}"),
            Citing::Experiment(id) => write!(f, "experiment {id}"),
        }
    }
}

/// A key of the bibliography, where it stands and who says it.
#[derive(Clone, Debug)]
pub struct Cited {
    /// The key as written; the bibliography may not have it.
    pub key: String,
    /// What cites it.
    pub by: Citing,
    /// The file.
    pub path: String,
    /// Bytes of the key in it.
    pub span: Range<usize>,
}

/// Everything that cites, in the order of chapters, variants, checks, data, published figures, claims and experiments.
pub fn all(project: &Project) -> Vec<Cited> {
    let mut found = Vec::new();
    for folder in ["sectors", "variants", "checks", "claims", "experiments"] {
        if folder == "claims" {
            found.extend(of_series(project));
            found.extend(of_published(project));
        }
        for (path, text) in project.files.under(folder, ".md") {
            found.extend(of_file(project, folder, path, text));
        }
    }
    found
}

/// What cites each source, each once. A key that nothing cites is not there.
pub fn by_key(project: &Project) -> BTreeMap<String, Vec<Citing>> {
    let mut keys: BTreeMap<String, Vec<Citing>> = BTreeMap::new();
    for Cited { key, by, .. } in all(project) {
        let citing = keys.entry(key).or_default();
        if !citing.contains(&by) {
            citing.push(by);
        }
    }
    keys
}

/// What a Markdown file cites.
fn of_file(project: &Project, folder: &str, path: &str, text: &str) -> Vec<Cited> {
    let file = SourceFile { path: path.to_owned(), text: text.to_owned() };
    let prose = match folder {
        "variants" => variant(path),
        "claims" => Citing::Claim(id(path, text)),
        "experiments" => Citing::Experiment(id(path, text)),
        _ => Citing::Chapter { title: title(path, text), path: path.to_owned() },
    };
    let taken = folder != "variants" || project.slots.iter().any(|slot| slot.taken().path == path);
    let cited = |one: counterflow_lang::Citation| {
        let by = one.statement.filter(|_| taken).map_or_else(|| prose.clone(), Citing::Statement);
        Cited { key: one.key, by, path: path.to_owned(), span: one.span }
    };
    citations(&file).into_iter().map(cited).collect()
}

/// The variant that stands at `variants/SLOT/NAME.md`.
fn variant(path: &str) -> Citing {
    let mut parts = path.trim_end_matches(".md").split('/').skip(1).map(str::to_owned);
    Citing::Variant { slot: parts.next().unwrap_or_default(), name: parts.next().unwrap_or_default() }
}

fn title(path: &str, text: &str) -> String {
    text.lines().find_map(|line| line.strip_prefix("# ")).unwrap_or(path).trim().to_owned()
}

/// The short name in the head of a claim or an experiment, or the file's path where there is none.
fn id(path: &str, text: &str) -> String {
    #[derive(Deserialize)]
    struct Head {
        id: String,
    }
    let head = fences(text).ok().and_then(|(inside, _)| toml::from_str::<Head>(&text[inside]).ok());
    head.map_or_else(|| path.to_owned(), |head| head.id)
}

/// What the pages of data series cite.
fn of_series(project: &Project) -> Vec<Cited> {
    let mut found = Vec::new();
    for series in project.series.values() {
        let path = format!("data/{}.toml", series.key);
        for key in &series.about.sources {
            let span = quoted(project.files.get(&path).unwrap_or_default(), key);
            found.push(Cited { key: key.clone(), by: Citing::Series(series.key.clone()), path: path.clone(), span });
        }
    }
    found
}

/// What the published figures beside a model cite: the texts under `source` and `value_source`, in any table.
fn of_published(project: &Project) -> Vec<Cited> {
    let text = project.files.get(PUBLISHED).unwrap_or_default();
    let mut keys = Vec::new();
    // What is wrong with the file is for those to say who read its figures.
    if let Ok(table) = toml::from_str::<toml::Table>(text) {
        let rows = table.values().filter_map(toml::Value::as_array).flatten().filter_map(toml::Value::as_table);
        for table in rows.chain([&table]) {
            let texts = ["source", "value_source"].into_iter().filter_map(|name| table.get(name)?.as_str());
            keys.extend(texts.map(str::to_owned));
        }
    }
    let cited =
        |key: String| Cited { span: quoted(text, &key), key, by: Citing::Published, path: PUBLISHED.to_owned() };
    keys.into_iter().map(cited).collect()
}

/// Where a key stands in quotation marks.
fn quoted(text: &str, key: &str) -> Range<usize> {
    let start = text.find(&format!("\"{key}\"")).map_or(0, |at| at + 1);
    start..start + key.len()
}

/// What is wrong between a model and its bibliography.
#[derive(Clone, Debug, Default)]
pub struct Bibliography {
    /// Sources that nothing cites, and keys in prose, data and published figures that are no source.
    pub diagnostics: Vec<Diagnostic>,
    /// The files, for showing places.
    pub files: Vec<SourceFile>,
}

impl Bibliography {
    /// Holds the citations of a project against its bibliography; nothing if it has none. Statements that can not be read
    /// cite nothing, so this is to be asked of models that compile.
    pub fn of(project: &Project) -> Bibliography {
        let Some(text) = project.files.get(BIBLIOGRAPHY) else { return Bibliography::default() };
        let cited = all(project);
        let mut whole = Bibliography::default();
        whole.take(BIBLIOGRAPHY, text, uncited(project, text, &cited));
        let mut wrong: BTreeMap<&str, Vec<(Range<usize>, Wrong)>> = BTreeMap::new();
        for one in cited.iter().filter(|one| is_told_here(&one.by) && !project.bibliography.contains_key(&one.key)) {
            let known = project.bibliography.keys().map(String::as_str);
            let unknown = Wrong::unknown(Code::E2010, "source", &one.key, known);
            wrong.entry(&one.path).or_default().push((one.span.clone(), unknown));
        }
        for (path, wrong) in wrong {
            whole.take(path, project.files.get(path).unwrap_or_default(), wrong);
        }
        whole
    }

    /// Keeps what is wrong in a file.
    fn take(&mut self, path: &str, text: &str, wrong: Vec<(Range<usize>, Wrong)>) {
        let mut findings = Findings::new(path, text);
        wrong.into_iter().for_each(|(span, wrong)| findings.tell(span, wrong));
        if !findings.found.is_empty() {
            self.diagnostics.append(&mut findings.found);
            self.files.push(SourceFile { path: path.to_owned(), text: text.to_owned() });
        }
    }
}

/// Entries of the bibliography that nothing cites: an error in the bundled model, a warning in others.
fn uncited(project: &Project, text: &str, cited: &[Cited]) -> Vec<(Range<usize>, Wrong)> {
    let code = if project.bundled { Code::E6007 } else { Code::W6007 };
    let keys: BTreeMap<Spanned<String>, toml::Value> = toml::from_str(text).unwrap_or_default();
    let tell = |key: &Spanned<String>| {
        let message = format!("the source `{}` is cited by nothing", key.get_ref());
        let help = "cite it where a number or a sentence rests on it, or remove the entry";
        (key.span(), Wrong::new(code, message).help(help))
    };
    let mut wrong: Vec<(Range<usize>, Wrong)> =
        keys.keys().filter(|key| cited.iter().all(|one| one.key != *key.get_ref())).map(tell).collect();
    wrong.sort_by_key(|(span, _)| span.start);
    wrong
}

/// Whether nobody else tells of an unknown key: compiling tells of statements, claims and experiments of their own.
fn is_told_here(by: &Citing) -> bool {
    matches!(by, Citing::Chapter { .. } | Citing::Variant { .. } | Citing::Series(_) | Citing::Published)
}
