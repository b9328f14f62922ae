//! Pages that are Markdown files of the repository, the glossary, and the compiler's messages.

use counterflow::Code;
use maud::{Markup, html};

use super::{Library, REFERENCE, claims};
use crate::addresses::VARIABLES;
use crate::material::{DOCUMENTS, GLOSSARY};
use crate::site::Page;

const MESSAGES: &str = "messages.html";
const GLOSSARY_PAGE: &str = "glossary.html";

impl Library<'_> {
    /// All of them.
    pub fn documents(&self) -> Vec<Page> {
        let texts = DOCUMENTS.iter().filter_map(|path| Some((*path, self.material.texts.get(*path)?.as_str())));
        let mut pages = vec![self.glossary()];
        pages.extend(texts.map(|(path, text)| self.document(path, text)));
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
        let page = match path.as_str() {
            _ if DOCUMENTS.contains(&path.as_str()) => file_of(&path),
            GLOSSARY => GLOSSARY_PAGE.to_owned(),
            "docs/reference/messages.md" => MESSAGES.to_owned(),
            "docs/reference/parameters.md" | "docs/reference/levers.md" => VARIABLES.to_owned(),
            _ => {
                let code =
                    path.strip_prefix("crates/counterflow-lang/errors/").and_then(|rest| rest.strip_suffix(".md"));
                let of_claim = |claim: &&counterflow::claims::Claim| path.ends_with(&claim.path);
                let claim = self.material.claims.entries.iter().map(|entry| entry.claim).find(of_claim);
                return match (code, claim) {
                    (Some(code), _) => Some(format!("{MESSAGES}#{code}")),
                    (None, Some(claim)) => Some(format!("{}#{}", claims::FILE, claims::anchor(&claim.id))),
                    (None, None) => None,
                };
            }
        };
        Some(anchor.map_or(page.clone(), |anchor| format!("{page}#{anchor}")))
    }
}

/// File of a document's page.
fn file_of(path: &str) -> String {
    let stem = path.rsplit('/').next().unwrap_or(path).trim_end_matches(".md");
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
