//! Pages that are Markdown files of the repository, the glossary, and the compiler's messages.

use counterflow::Code;
use maud::{Markup, html};

use super::{Library, REFERENCE, claims};
use crate::addresses::VARIABLES;
use crate::material::GLOSSARY;
use crate::site::Page;

/// Files that other pages stand for, with the page.
const STOOD_FOR: [(&str, &str); 4] = [
    (GLOSSARY, GLOSSARY_PAGE),
    ("docs/reference/messages.md", MESSAGES),
    ("docs/reference/parameters.md", VARIABLES),
    ("docs/reference/levers.md", VARIABLES),
];
/// What a reader of the reference wants first.
const FIRST: [&str; 2] = ["docs/reference/language.md", "docs/reference/semantics.md"];
const MESSAGES: &str = "messages.html";
const GLOSSARY_PAGE: &str = "glossary.html";

impl Library<'_> {
    /// All of them.
    pub fn documents(&self) -> Vec<Page> {
        let is_page = |path: &&String| STOOD_FOR.iter().all(|(other, _)| other != path);
        let mut paths: Vec<&String> = self.material.texts.keys().filter(is_page).collect();
        let place = |path: &str| FIRST.iter().position(|first| *first == path).unwrap_or(FIRST.len());
        paths.sort_by_key(|path| (place(path), !path.starts_with("docs/reference/")));
        let mut pages = vec![self.glossary()];
        pages.extend(paths.into_iter().map(|path| self.document(path, &self.material.texts[path])));
        pages.push(self.messages());
        pages
    }

    fn document(&self, path: &str, text: &str) -> Page {
        let title = text.lines().find_map(|line| line.strip_prefix("# ")).unwrap_or(path).trim().to_owned();
        let links = |address: &str| self.link(path, address);
        let content = self.prose("", 1, &links).untitled(text);
        Page { file: file_of(path), title, part: REFERENCE, content }
    }

    fn glossary(&self) -> Page {
        let text = self.material.texts.get(GLOSSARY).map_or("", String::as_str);
        let section = text.split("## Glossary").nth(1).and_then(|rest| rest.split("\n## ").next()).unwrap_or("");
        let links = |address: &str| self.link(GLOSSARY, address);
        Page {
            file: GLOSSARY_PAGE.into(),
            title: "Glossary".into(),
            part: REFERENCE,
            content: self.prose("", 2, &links).html(section),
        }
    }

    fn messages(&self) -> Page {
        let links = |address: &str| self.link("crates/counterflow-lang/errors/", address);
        let message = |code: Code| -> Markup {
            let prefix = format!("{}-", code.text());
            let prose = self.prose(&prefix, 1, &links);
            html! {
                section aria-labelledby=(code.text()) {
                    h2 id=(code.text()) { (code.text()) ": " (code.title()) }
                    (prose.untitled(code.page()))
                }
            }
        };
        let content = html! {
            p { "What the compiler says; " code { "counterflow explain CODE" } " prints the same." }
            @for code in Code::ALL { (message(*code)) }
        };
        Page { file: MESSAGES.into(), title: "Messages of the compiler".into(), part: REFERENCE, content }
    }

    /// Where a link of a file leads on the site.
    fn link(&self, from: &str, address: &str) -> Option<String> {
        let (path, anchor) = address.split_once('#').map_or((address, None), |(path, anchor)| (path, Some(anchor)));
        if path.is_empty() {
            return None;
        }
        let path = resolved(from, path);
        let stood_for = STOOD_FOR.iter().find(|(other, _)| *other == path).map(|(_, page)| (*page).to_owned());
        let page = match stood_for.or_else(|| self.material.texts.contains_key(&path).then(|| file_of(&path))) {
            Some(page) => page,
            None => return self.elsewhere(&path),
        };
        Some(anchor.map_or(page.clone(), |anchor| format!("{page}#{anchor}")))
    }
}

impl Library<'_> {
    /// Where a file that is no page leads: a message of the compiler, a claim.
    fn elsewhere(&self, path: &str) -> Option<String> {
        if let Some(code) =
            path.strip_prefix("crates/counterflow-lang/errors/").and_then(|rest| rest.strip_suffix(".md"))
        {
            return Some(format!("{MESSAGES}#{code}"));
        }
        let claims = self.material.claims.entries.iter().map(|entry| entry.claim);
        let claim = claims.into_iter().find(|claim| path.ends_with(&claim.path))?;
        Some(format!("{}#{}", claims::FILE, claims::anchor(&claim.id)))
    }
}

/// File of a document's page: documents of the same name in different folders have pages of their own.
fn file_of(path: &str) -> String {
    let stem = path.trim_start_matches("docs/").trim_end_matches(".md").replace('/', "-");
    format!("doc-{stem}.html")
}

/// A path relative to a file, from the root of the repository.
fn resolved(from: &str, path: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            ".." => _ = parts.pop(),
            "." => {}
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_resolved_from_the_file_that_names_them() {
        assert_eq!(resolved("docs/reference/claims.md", "../../models/x/claims/01_a.md"), "models/x/claims/01_a.md");
        assert_eq!(resolved("docs/reference/language.md", "semantics.md"), "docs/reference/semantics.md");
        assert_eq!(resolved("docs/smoothing.md", "./reference/semantics.md"), "docs/reference/semantics.md");
    }
}
