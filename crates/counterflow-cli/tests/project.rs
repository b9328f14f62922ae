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
