//! Pages to files: one frame for all, their order, and the rule that every link within the site leads somewhere.

use std::collections::{BTreeMap, BTreeSet};

use counterflow::report;
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// One page before it has its frame.
pub struct Page {
    /// Name of its file.
    pub file: String,
    /// Title.
    pub title: String,
    /// Part of the table of contents in which it stands.
    pub part: &'static str,
    /// What it says.
    pub content: Markup,
}

/// A file of the site.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Its name; all files stand in one folder.
    pub name: String,
    /// Its text.
    pub text: String,
}

const STYLE: &str = include_str!("style.css");
const STYLE_FILE: &str = "style.css";

/// All pages in their frames, and the style sheet.
pub fn files(title: &str, foot: &str, pages: &[Page]) -> Vec<File> {
    let style = File { name: STYLE_FILE.to_owned(), text: report::style() + STYLE };
    let framed = (0..pages.len())
        .map(|at| File { name: pages[at].file.clone(), text: frame(title, foot, pages, at).into_string() });
    framed.chain([style]).collect()
}

fn frame(title: &str, foot: &str, pages: &[Page], at: usize) -> Markup {
    let page = &pages[at];
    let (before, after) = (at.checked_sub(1).map(|at| &pages[at]), pages.get(at + 1));
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="generator" content="counterflow";
                title { (page.title) " · " (title) }
                link rel="stylesheet" href=(STYLE_FILE);
            }
            body class="book" {
                a class="skip" href="#page-text" { "Skip to the text" }
                header class="bar" {
                    a href=(pages[0].file) { (title) }
                    a class="to-contents" href="#page-contents" { "Contents" }
                }
                main id="page-text" {
                    h1 { (page.title) }
                    (page.content)
                    nav class="turn" aria-label="Previous and next page" {
                        @if let Some(page) = before { a rel="prev" href=(page.file) { "← " (page.title) } }
                        @if let Some(page) = after { a rel="next" href=(page.file) { (page.title) " →" } }
                    }
                }
                (contents(pages, at))
                footer { p { (PreEscaped(foot)) } }
            }
        }
    }
}

fn contents(pages: &[Page], at: usize) -> Markup {
    let mut parts: Vec<(&str, Vec<usize>)> = Vec::new();
    for (position, page) in pages.iter().enumerate() {
        match parts.last_mut() {
            Some((part, list)) if *part == page.part => list.push(position),
            _ => parts.push((page.part, vec![position])),
        }
    }
    html! {
        nav id="page-contents" class="contents" aria-label="Contents" {
            @for (part, list) in parts {
                p { (part) }
                ul {
                    @for position in list {
                        @let page = &pages[position];
                        li { a href=(page.file) aria-current=[(position == at).then_some("page")] { (page.title) } }
                    }
                }
            }
        }
    }
}

/// Every link of a page that leads to no file or no anchor of the site, and every anchor that a page has twice.
pub fn broken_links(files: &[File]) -> Vec<String> {
    let mut problems = Vec::new();
    let mut anchors: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for file in files {
        let mut own = BTreeSet::new();
        for id in attributes(&file.text, " id=\"") {
            if !own.insert(id) {
                problems.push(format!("{}: the anchor `{id}` stands there twice", file.name));
            }
        }
        anchors.insert(&file.name, own);
    }
    for file in files {
        let mut told = BTreeSet::new();
        for address in attributes(&file.text, " href=\"").filter(|address| !address.contains("://")) {
            let (page, anchor) = address.split_once('#').map_or((address, None), |(page, anchor)| (page, Some(anchor)));
            let page = if page.is_empty() { file.name.as_str() } else { page };
            let there = anchors.get(page).is_some_and(|own| anchor.is_none_or(|anchor| own.contains(anchor)));
            if !there && told.insert(address) {
                problems.push(format!("{}: the link `{address}` leads nowhere", file.name));
            }
        }
    }
    problems
}

/// Values of an attribute in a page; `start` is its name with a blank before and the quotation mark behind.
fn attributes<'t>(text: &'t str, start: &'t str) -> impl Iterator<Item = &'t str> {
    text.split(start).skip(1).filter_map(|rest| rest.split('"').next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_to_nowhere_is_told() {
        let page = |file: &str, content: Markup| Page { file: file.into(), title: file.into(), part: "Part", content };
        let a = page("a.html", html! { p id="here" { a href="b.html#there" { "there" } a href="#here" { "here" } } });
        let b = page("b.html", html! { p id="there" { a href="https://example.org/x#y" { "outside" } } });
        assert_eq!(broken_links(&files("Book", "", &[a, b])), Vec::<String>::new());
        let a = page("a.html", html! { a href="b.html#gone" {} a href="c.html" {} b id="x" {} b id="x" {} });
        let b = page("b.html", html! {});
        let found = broken_links(&files("Book", "", &[a, b]));
        assert_eq!(found.len(), 3, "{found:?}");
        assert!(found[0].contains("`x`") && found[1].contains("b.html#gone") && found[2].contains("c.html"));
    }
}
