//! `--project`: every command answers for the model of a folder.

mod program;

use program::{answer, run, text};

const BUNDLED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../models/fentanyl");

#[test]
fn a_folder_with_the_bundled_model_gives_the_bundled_answers() {
    for command in
        [&["levers", "--json"][..], &["policies", "--json"], &["claims", "red_line", "--json", "--draws", "8"]]
    {
        let of_folder = [command, &["--project", BUNDLED]].concat();
        assert_eq!(answer(&of_folder), answer(command), "{command:?}");
    }
}

#[test]
fn a_model_that_is_named_twice_is_an_error() {
    let output = run(&["levers", BUNDLED, "--project", BUNDLED]);
    assert_eq!(output.status.code(), Some(2));
    let message = text(&output.stderr);
    assert!(message.contains("both name a model"), "{message}");
}

/// A source that nothing cites is a warning in a model that is not the bundled one: it is told, and the answer is yes.
#[test]
fn a_source_that_nothing_cites_is_told() {
    let folder = std::env::temp_dir().join(format!("counterflow_uncited_{}", std::process::id()));
    std::fs::create_dir_all(folder.join("sectors")).expect("the folder for temporary files can be written to");
    let write = |path: &str, text: &str| std::fs::write(folder.join(path), text).expect("it can be written to");
    let horizon = "start = 0\nstop = 1\nsteps_per_year = 4\nsaves_per_year = 4\nmethod = \"euler\"\n";
    write("model.toml", &format!("title = \"Example\"\n[horizon]\n{horizon}"));
    write("sectors/01_example.md", "# Example\n\n```counterflow\naux x : 1 = 1\n```\n");
    let fields = ["title", "authors", "year", "where", "kind", "accessed"].map(|name| format!("{name} = \"\"\n"));
    write("sources.toml", &format!("[book]\n{}", fields.concat()));
    let path = folder.to_str().expect("the name is text");
    let said = answer(&["check", path]);
    let found = answer(&["check", path, "--json"]);
    let listed = answer(&["sources", path, "--json"]);
    std::fs::remove_dir_all(&folder).expect("it was just written");
    assert!(said.contains("warning[W6007]") && said.contains("sources.toml:1:2"), "{said}");
    assert!(said.contains("0 errors, 1 warnings"), "{said}");
    assert!(found.contains("\"severity\": \"warning\"") && listed.contains("\"cited_by\": []"), "{found}\n{listed}");
}
