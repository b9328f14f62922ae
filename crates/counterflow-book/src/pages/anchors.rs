//! Published models that are written anew in the same language, with what was published of them.

use counterflow::Project;
use counterflow::report::tables::rich;
use counterflow::report::words::digits;
use maud::{Markup, html};
use serde::Deserialize;

use super::{Library, RECORD, Shelf};
use crate::addresses::source_anchor;
use crate::prose::source_link;
use crate::site::Page;

/// What `published.toml` says that is shown here; `tests/tests/anchor_models.rs` reads all of it.
#[derive(Deserialize)]
struct Published {
    tolerance: f64,
    value_source: String,
    row: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    what: String,
    value: f64,
    published: Option<[f64; 2]>,
    differs: Option<String>,
    source: Option<String>,
}

const HEAD: [&str; 5] =
    ["Number", "Published", "Recomputed, which ours must meet", "Source", "Why ours is not the published one"];

impl Library<'_> {
    /// A page for each published model.
    pub fn anchors(&self) -> Vec<Page> {
        let page = |(folder, project): &(String, Project)| {
            let file = format!("anchor-{folder}.html");
            let shelf = Shelf::new(project, &file, &|_| file.clone(), &|_| String::new()).ok()?;
            Some(Page {
                title: shelf.model.title.clone(),
                part: RECORD,
                content: self.anchor(&shelf),
                file: file.clone(),
            })
        };
        self.material.anchors.iter().filter_map(page).collect()
    }

    fn anchor(&self, shelf: &Shelf<'_>) -> Markup {
        let published: Option<Published> =
            shelf.project.files.get("published.toml").and_then(|text| toml::from_str(text).ok());
        html! {
            p { "A published model, written anew in the language of this book and held by a test to what was published of it." }
            @if let Some(published) = published { (rows(shelf, &published)) }
            @for sector in shelf.sectors(|_| true) {
                @let about = &shelf.model.sectors[sector.0];
                @let prefix = format!("{}-", about.name);
                section aria-labelledby={ (prefix) "chapter" } {
                    h2 id={ (prefix) "chapter" } { (about.title) }
                    (shelf.chapter(sector, &prefix, 3).content())
                }
            }
            h2 id="sources" { "Sources" }
            ul class="sources" {
                @for (key, source) in &shelf.project.bibliography { li id=(source_anchor(key)) { (super::lists::entry(source)) } }
            }
        }
    }
}

fn rows(shelf: &Shelf<'_>, published: &Published) -> Markup {
    let row = |row: &Row| {
        let span = row
            .published
            .map_or_else(|| "–".to_owned(), |[low, high]| format!("{} to {}", digits(low, 4), digits(high, 4)));
        vec![
            html! { (row.what) },
            html! { (span) },
            html! { (digits(row.value, 5)) },
            html! { @if let Some(key) = &row.source { (source_link(shelf.project, &shelf.addresses, key)) } @else { "–" } },
            html! { (row.differs.as_deref().unwrap_or("")) },
        ]
    };
    let rows: Vec<Vec<Markup>> = published.row.iter().map(row).collect();
    html! {
        h2 id="published" { "What was published" }
        p {
            "Values were recomputed outside this repository (" (source_link(shelf.project, &shelf.addresses, &published.value_source))
            "); a test holds our runs to them within " (digits(100.0 * published.tolerance, 2)) "\u{a0}%, and to the published numbers unless the last column says why not. Changes are shares: 0.1 is a rise by a tenth."
        }
        (rich("What was published of the model", &HEAD, &rows))
    }
}
