//! An entry of the bibliography.

use serde::Deserialize;

/// An entry of the bibliography.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Title.
    pub title: String,
    /// Authors.
    pub authors: String,
    /// Year, as text.
    pub year: String,
    /// Journal, publisher or page.
    #[serde(rename = "where")]
    pub place: String,
    /// `paper`, `dataset`, `official`, `press`, `model` or `expert`.
    pub kind: String,
    /// When it was last consulted.
    pub accessed: String,
}

impl Source {
    /// Its permanent address, where it has a digital object identifier.
    pub fn url(&self) -> Option<String> {
        let (_, rest) = self.place.split_once("doi:")?;
        let end = rest.find([' ', ';', ',']).unwrap_or(rest.len());
        let doi = rest[..end].trim_end_matches('.');
        doi.starts_with("10.").then(|| format!("https://doi.org/{doi}"))
    }

    /// First author, without initials and what stands in brackets, and year.
    pub fn short_name(&self) -> String {
        let first = self.authors.split([',', ';', '(']).next().unwrap_or(&self.authors).trim();
        let is_part_of_name = |word: &str| {
            let is_initials = word.len() <= 3 && word.chars().all(|c| c.is_ascii_uppercase() || c == '.' || c == '-');
            !is_initials && word != "Jr"
        };
        let words: Vec<&str> = first.split_whitespace().collect();
        let length = words.iter().rposition(|word| is_part_of_name(word)).map_or(words.len(), |last| last + 1);
        format!("{} {}", words[..length].join(" "), self.year).trim().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_have_short_names() {
        let source = |authors: &str| Source {
            title: String::new(),
            authors: authors.to_owned(),
            year: "2021".into(),
            place: String::new(),
            kind: String::new(),
            accessed: String::new(),
        };
        for (authors, shown) in [
            ("Santo T Jr, Clark B", "Santo 2021"),
            ("Lim TY, Stringfellow EJ", "Lim 2021"),
            ("A Study Consortium (Samet JH, El-Bassel N)", "A Study Consortium 2021"),
            ("DEA", "DEA 2021"),
        ] {
            assert_eq!(source(authors).short_name(), shown);
        }
    }
}
