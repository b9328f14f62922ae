//! Embeds the bundled model: every text file of `models/fentanyl` goes into the binary under its relative path, and what the
//! project's track record says of its forecasts beside it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// Files of the track record that reports and pages show.
const TRACK_RECORD: [&str; 2] = ["projection-2025-06.csv", "backtest-scores.csv"];

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("cargo sets it")).join("../..").canonicalize()?;
    let model = root.join("models/fentanyl");
    let mut files = Vec::new();
    collect(&model, &mut files)?;
    files.sort();
    let mut code = list("FILES", "of the bundled model", &model, &files);
    let folder = root.join("docs/track-record");
    let files = TRACK_RECORD.map(|name| folder.join(name));
    files.iter().for_each(|file| println!("cargo:rerun-if-changed={}", file.display()));
    code.push_str(&list("TRACK_RECORD", "of the track record", &folder, &files));
    fs::write(PathBuf::from(env::var("OUT_DIR").expect("cargo sets it")).join("bundled.rs"), code)
}

/// A static list of files with their paths below a folder.
fn list(name: &str, of: &str, root: &Path, files: &[PathBuf]) -> String {
    let mut code = format!("/// Path and text of every embedded file {of}.\npub static {name}: &[(&str, &str)] = &[\n");
    for file in files {
        let relative = file.strip_prefix(root).expect("listed below the root").to_string_lossy().replace('\\', "/");
        let absolute = file.to_string_lossy();
        writeln!(code, "    ({relative:?}, include_str!({absolute:?})),").expect("writing to a string");
    }
    code.push_str("];\n");
    code
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    println!("cargo:rerun-if-changed={}", folder.display());
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            println!("cargo:rerun-if-changed={}", path.display());
            files.push(path);
        }
    }
    Ok(())
}
