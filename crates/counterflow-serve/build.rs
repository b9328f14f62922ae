//! Embeds the built page, if it was built: every file of `web/dist` goes into the binary under its relative path.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    let manifest = PathBuf::from(env::var("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let site = manifest.join("../../web/dist");
    let mut files = Vec::new();
    // A debug build does not carry the page: it is rebuilt too often, and tests name a folder.
    let release = env::var("PROFILE").is_ok_and(|profile| profile == "release");
    if release && site.join("index.html").is_file() {
        collect(&site.canonicalize()?, &mut files)?;
    }
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed={}", manifest.join("src/site.rs").display());
    files.sort();
    let mut code =
        String::from("/// Path and bytes of every file of the page.\npub static FILES: &[(&str, &[u8])] = &[\n");
    for file in &files {
        let relative = file.strip_prefix(site.canonicalize()?).expect("listed below the folder");
        let (relative, absolute) = (relative.to_string_lossy().replace('\\', "/"), file.to_string_lossy());
        writeln!(code, "    ({relative:?}, include_bytes!({absolute:?})),").expect("writing to a string");
    }
    code.push_str("];\n");
    fs::write(PathBuf::from(env::var("OUT_DIR").expect("cargo sets it")).join("site.rs"), code)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() { collect(&path, files)? } else { files.push(path) }
    }
    Ok(())
}
