//! The bibliography, as far as the model cites it, and the data series it uses.

use std::collections::BTreeSet;

use maud::{Markup, html};

use crate::citations::{self, Cited, Citing};
use crate::project::{Project, Source};

use super::tables::folded;

/// Sources and series.
pub fn section(project: &Project) -> Markup {
    let cited = cited(project);
    let mut entries: Vec<(&String, &Source)> =
        project.bibliography.iter().filter(|(key, _)| cited.contains(*key)).collect();
    entries.sort_by(|a, b| (&a.1.authors, &a.1.year, a.0).cmp(&(&b.1.authors, &b.1.year, b.0)));
    html! {
        p {
            (format!("The model cites {} of {} entries of its bibliography. ", entries.len(), project.bibliography.len()))
            "A title in square brackets describes a source whose exact title was not seen."
        }
        details {
            summary { "Sources cited" }
            ul class="sources" { @for (key, source) in &entries { (entry(key, source)) } }
        }
        (series(project))
    }
}

fn entry(key: &str, source: &Source) -> Markup {
    html! {
        li {
            (source.authors) @if !source.year.is_empty() { " (" (source.year) ")" } ". " (source.title) ". " (source.place) ". "
            @if let Some(url) = source.url() { a href=(url) { "doi" } " " }
            small { (source.kind) ", consulted " (source.accessed) ", " code { (key) } }
        }
    }
}

/// Keys cited by the texts that make up the model and by its data series.
fn cited(project: &Project) -> BTreeSet<String> {
    let of_model = |one: &Cited| {
        matches!(one.by, Citing::Series(_)) || project.sources_of_text.iter().any(|file| file.path == one.path)
    };
    citations::all(project).into_iter().filter(of_model).map(|one| one.key).collect()
}

fn series(project: &Project) -> Markup {
    let used = project.series.values().filter(|s| s.about.role != "shown");
    let rows: Vec<Vec<String>> = used
        .map(|s| {
            let about = &s.about;
            vec![
                about.title.clone(),
                about.publisher.clone(),
                about.span.clone(),
                about.vintage.clone(),
                about.role.clone(),
                about.licence.clone(),
            ]
        })
        .collect();
    html! {
        @if !rows.is_empty() {
            (folded("Data series used", "Data series", &["Series", "Publisher", "Span", "Taken", "Role", "Licence"], rows))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_found_in_places() {
        let bibliography = Project::bundled().unwrap().bibliography;
        let url = |key: &str| bibliography[key].url();
        assert_eq!(url("stringfellow2022").as_deref(), Some("https://doi.org/10.1126/sciadv.abm8147"));
        assert_eq!(url("lim2022_source").as_deref(), Some("https://doi.org/10.1073/pnas.2115714119"));
        assert_eq!(url("cdc_vsrr"), None);
    }

    #[test]
    fn prose_and_parameters_cite() {
        let keys = cited(&Project::bundled().unwrap());
        assert!(keys.contains("kilmer2022") && keys.contains("vangelov2026"));
    }
}
