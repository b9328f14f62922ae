//! Sections of pages that several commands write: each stands between marks of its own.

use std::fs;

use crate::steps::root;

/// A page, and the heading with which it begins where it is not there.
#[derive(Clone, Copy, Debug)]
pub struct Page(&'static str, &'static str);

/// What was done to find out whether posterior, samplers and forecasts can be trusted.
pub const VALIDATION: Page = Page("docs/validation.md", "# Validation\n");
/// How fast engine and page are, the engine beside other programs.
pub const BENCHMARKS: Page = Page("docs/benchmarks.md", "# Speed\n");

/// Puts a section in place of the one between its marks, or at the end.
///
/// # Errors
/// If the page can not be read or written.
pub fn write(page: Page, mark: &str, section: &str) -> Result<(), String> {
    let Page(path, heading) = page;
    let file = root().join(path);
    let told = |error: std::io::Error| format!("{path}: {error}");
    let text = if file.exists() { fs::read_to_string(&file).map_err(told)? } else { heading.to_owned() };
    fs::write(&file, placed(&text, mark, section)).map_err(told)
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
