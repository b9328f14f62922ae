//! The book of the model as a static site: reads what it needs, tells what it does, writes the files.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use counterflow::{Problem, Project, claims};
use counterflow_book::{DOCUMENTS, GLOSSARY, Material, PUBLISHED, book};

use crate::steps::root;

/// Draws of the posterior behind figures of runs.
const DRAWS: usize = 128;

/// Where the site is written if nobody says otherwise.
pub fn usual_folder() -> PathBuf {
    root().join("target/book")
}

/// Makes the site and writes it into a folder. Files of an earlier site that are no longer part of it are removed.
pub fn write(folder: &Path) -> Result<(), String> {
    let start = Instant::now();
    let mut told = |what: &str| println!("   {:>4} s  {what}", start.elapsed().as_secs());
    let project = Project::bundled().map_err(listed)?;
    let ledger = claims::all(&project).map_err(listed)?;
    let material = Material::gather(&project, &ledger, published()?, texts()?, DRAWS, &mut told).map_err(listed)?;
    told("pages");
    let files = book(&material).map_err(listed)?;
    let failed = |path: &Path, error: std::io::Error| format!("{}: {error}", path.display());
    fs::create_dir_all(folder).map_err(|error| failed(folder, error))?;
    for entry in fs::read_dir(folder).map_err(|error| failed(folder, error))?.flatten() {
        let path = entry.path();
        let name = entry.file_name().to_string_lossy().into_owned();
        if path.extension().is_some_and(|ending| ending == "html") && files.iter().all(|file| file.name != name) {
            fs::remove_file(&path).map_err(|error| failed(&path, error))?;
        }
    }
    for file in &files {
        let path = folder.join(&file.name);
        fs::write(&path, &file.text).map_err(|error| failed(&path, error))?;
    }
    told(&format!("{} files: {}", files.len(), folder.join("index.html").display()));
    Ok(())
}

fn published() -> Result<Vec<(String, Project)>, String> {
    let open =
        |name: &&str| Ok(((*name).to_owned(), Project::open(&root().join("models").join(name)).map_err(listed)?));
    PUBLISHED.iter().map(open).collect()
}

fn texts() -> Result<BTreeMap<String, String>, String> {
    let failed = |path: &str, error: std::io::Error| format!("{path}: {error}");
    let mut paths = vec![GLOSSARY.to_owned()];
    for folder in DOCUMENTS {
        for entry in fs::read_dir(root().join(folder)).map_err(|error| failed(folder, error))?.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.ends_with(".md") {
                paths.push(format!("{folder}/{name}"));
            }
        }
    }
    let read = |path: String| match fs::read_to_string(root().join(&path)) {
        Ok(text) => Ok((path, text)),
        Err(error) => Err(failed(&path, error)),
    };
    paths.into_iter().map(read).collect()
}

fn listed(problems: Vec<Problem>) -> String {
    problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
}
