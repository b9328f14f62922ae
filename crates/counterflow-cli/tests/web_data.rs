//! `web-data`: the files that the page loads.

mod program;

use std::path::Path;

use program::{answer, run, text};
use serde_json::Value;

#[test]
fn every_file_of_the_page_is_written_whole() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("web_data");
    _ = std::fs::remove_dir_all(&folder);
    let out = folder.join("data");
    let said = answer(&["web-data", "--draws", "8", "--json", "--out", out.to_str().expect("a name")]);
    let said: Value = serde_json::from_str(&said).expect("JSON");
    let files = said["files"].as_array().expect("a list");
    let read = |name: &str| std::fs::read(out.join(name)).unwrap_or_else(|error| panic!("{name}: {error}"));
    for file in files {
        let name = file["name"].as_str().expect("a name");
        assert_eq!(file["bytes"], read(name).len(), "{name}");
    }
    let document = |name: &str| -> Value { serde_json::from_slice(&read(name)).expect(name) };
    let model = document("model.json");
    let series = model["series"].as_array().expect("a list");
    let bands = document("baseline.json")["series"].as_array().expect("a list").len();
    assert_eq!((series.len(), model["draws"].as_u64()), (bands, Some(512)));
    for name in ["sources.json", "track.json", "states.json", "parameters.json", "claims.json"] {
        assert!(document(name).is_object(), "{name}");
    }
    let variants = model["slots"].as_array().expect("a list").iter().flat_map(|slot| slot["variants"].as_array());
    let engines: Vec<&str> = variants.flatten().filter_map(|variant| variant["file"].as_str()).collect();
    assert!(!engines.is_empty() && !read("engine.bin").is_empty());
    engines.iter().for_each(|name| assert!(!read(name).is_empty(), "{name}"));
    // Seven files of text, one engine of the default.
    assert_eq!(files.len(), 7 + 1 + engines.len());
    let left = std::fs::read_dir(&out).expect("the folder").flatten().map(|entry| entry.file_name());
    assert!(!left.into_iter().any(|name| name.to_string_lossy().contains("draft")), "no draft is left");
}

#[test]
fn a_folder_that_cannot_be_made_is_told() {
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("web_data_file");
    std::fs::write(&file, "no folder").expect("it is written");
    let output = run(&["web-data", "--draws", "8", "--out", file.join("data").to_str().expect("a name")]);
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("web_data_file"), "{}", text(&output.stderr));
}
