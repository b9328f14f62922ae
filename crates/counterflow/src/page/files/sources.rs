//! `sources.json`: the bibliography by its keys.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::project::{Project, Source};

/// The whole file.
pub(super) type SourcesRecord = BTreeMap<String, SourceRecord>;

/// A source.
#[derive(Debug, Serialize)]
pub(super) struct SourceRecord {
    title: String,
    authors: String,
    year: String,
    #[serde(rename = "where")]
    place: String,
    kind: String,
    accessed: String,
    url: Option<String>,
    /// First author and year, as citations show it.
    short: String,
}

/// What stands in the file.
pub(super) fn record(project: &Project) -> SourcesRecord {
    let one = |(key, source): (&String, &Source)| {
        let record = SourceRecord {
            title: source.title.clone(),
            authors: source.authors.clone(),
            year: source.year.clone(),
            place: source.place.clone(),
            kind: source.kind.clone(),
            accessed: source.accessed.clone(),
            url: source.url(),
            short: source.short_name(),
        };
        (key.clone(), record)
    };
    project.bibliography.iter().map(one).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_have_addresses_and_short_names() {
        let project = Project::bundled().expect("the bundled model reads");
        let sources = record(&project);
        let source = &sources["lim2022_source"];
        assert_eq!(source.url.as_deref(), Some("https://doi.org/10.1073/pnas.2115714119"));
        assert_eq!(source.short, "Lim 2022");
        assert!(serde_json::to_string(source).is_ok_and(|text| text.contains("\"where\":\"Proceedings")));
    }
}
