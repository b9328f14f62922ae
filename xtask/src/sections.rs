//! Sections of `docs/validation.md` that commands write: each stands between marks of its own.

use std::fs;
use std::path::PathBuf;

use crate::steps::root;

fn page() -> PathBuf {
    root().join("docs/validation.md")
}

/// Puts a section in place of the one between its marks, or at the end.
///
/// # Errors
/// If the page can not be read or written.
pub fn write(mark: &str, section: &str) -> Result<(), String> {
    let told = |error: std::io::Error| format!("{}: {error}", page().display());
    let text = if page().exists() { fs::read_to_string(page()).map_err(told)? } else { "# Validation\n".to_owned() };
    fs::write(page(), placed(&text, mark, section)).map_err(told)
}

fn placed(text: &str, mark: &str, section: &str) -> String {
    let (open, close) = (format!("<!-- {mark} -->"), format!("<!-- end of {mark} -->"));
    let new = format!("{open}\n{}\n{close}", section.trim_end());
    match text.split_once(&open).and_then(|(before, rest)| Some((before, rest.split_once(&close)?.1))) {
        Some((before, after)) => format!("{before}{new}{after}"),
        None => format!("{}\n\n{new}\n", text.trim_end()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_is_written_at_its_place_and_others_stay() {
        let first = placed("# Validation\n\nOther words.\n", "a", "## A\n\n1\n");
        assert_eq!(first, "# Validation\n\nOther words.\n\n<!-- a -->\n## A\n\n1\n<!-- end of a -->\n");
        let both = placed(&first, "b", "## B");
        let again = placed(&both, "a", "## A\n\n2\n");
        assert_eq!(again, both.replace("1\n", "2\n"));
    }
}
