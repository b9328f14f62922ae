//! The inputs that fuzzing has kept, each through the parser it was found with. `fuzz/README.md` tells how to find more.

use std::fs;
use std::path::{Path, PathBuf};

use counterflow_tests::parsers::TARGETS;

#[test]
fn kept_inputs_break_no_parser() {
    for (name, parse) in TARGETS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(name);
        let entries = fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
        let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
        files.sort();
        assert!(files.len() >= 10, "{name} has only {} inputs", files.len());
        for file in files {
            // The name of the file that breaks a parser stands before the panic.
            println!("{}", file.display());
            parse(&fs::read(&file).unwrap());
        }
    }
}
