//! The site of the bundled model: every link leads somewhere, every variable has its place, formulas and drawings are
//! well-formed, and each chapter of the text has one on the site.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use counterflow::{Project, claims};
use counterflow_book::{DOCUMENTS, File, GLOSSARY, Material, PUBLISHED, book, page_of};
use quick_xml::Reader;
use quick_xml::events::Event;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Made once, with few draws; a link to nowhere would make it fail.
static SITE: LazyLock<Vec<File>> = LazyLock::new(|| {
    let project = Project::bundled().expect("the bundled model reads");
    let ledger = claims::all(&project).expect("the claims read");
    let open = |name: &&str| ((*name).to_owned(), Project::open(&root().join("models").join(name)).expect("it reads"));
    let documents = DOCUMENTS.iter().flat_map(|folder| {
        let entries = fs::read_dir(root().join(folder)).expect("the folder is there").flatten();
        entries.map(move |entry| format!("{folder}/{}", entry.file_name().to_string_lossy()))
    });
    let read = |path: String| (path.clone(), fs::read_to_string(root().join(&path)).expect("it reads"));
    let files = documents.filter(|path| path.ends_with(".md")).chain([GLOSSARY.to_owned()]);
    let texts: BTreeMap<String, String> = files.map(read).collect();
    let anchors = PUBLISHED.iter().map(open).collect();
    let material = Material::gather(&project, &ledger, anchors, texts, 4, &mut |_| ());
    let material = material.unwrap_or_else(|problems| panic!("{problems:?}"));
    book(&material)
        .unwrap_or_else(|problems| panic!("{}", problems.iter().map(|p| format!("{p}\n")).collect::<String>()))
});

fn page(name: &str) -> &'static str {
    let file = SITE.iter().find(|file| file.name == name);
    &file.unwrap_or_else(|| panic!("there is no page {name}")).text
}

#[test]
fn every_sector_has_a_chapter_and_every_variable_its_place() {
    let project = Project::bundled().unwrap();
    let model = project.model().unwrap();
    for sector in &model.sectors {
        let text = page(&page_of(&sector.path));
        assert!(text.contains(&escaped(&sector.title)), "{} has no title", sector.path);
    }
    let variables = page("variables.html");
    for variable in &model.variables {
        let anchor = format!(" id=\"v-{}\"", variable.name);
        let own = page(&page_of(&model.sectors[variable.sector.0].path));
        if !variable.hidden {
            assert_eq!(own.matches(&anchor).count(), 1, "{} has no place in its chapter", variable.name);
            assert!(variables.contains(&format!("#v-{}\"", variable.name)), "{} is not listed", variable.name);
        }
    }
    for observation in &model.observations {
        let own = page(&page_of(&model.sectors[observation.sector.0].path));
        assert!(own.contains(&format!("id=\"fit-{}\"", observation.name.replace('_', "-"))), "{}", observation.name);
    }
    for slot in &project.slots {
        let text = page(&format!("variant-{}.html", slot.name));
        assert!(slot.variants.iter().all(|variant| text.contains(&escaped(&variant.title))), "{}", slot.name);
    }
}

#[test]
fn claims_experiments_feedbacks_and_sources_are_all_there() {
    let project = Project::bundled().unwrap();
    for claim in claims::all(&project).unwrap() {
        assert!(page("claims.html").contains(&format!(" id=\"c-{}\"", claim.id)), "{}", claim.id);
    }
    for experiment in counterflow::reproduce::all(&project).unwrap() {
        assert!(page("experiments.html").contains(&format!(" id=\"e-{}\"", experiment.id)), "{}", experiment.id);
    }
    let checked = Project::bundled().unwrap().with_checks().unwrap();
    for should in &checked.model().unwrap().shoulds {
        assert!(page("sense.html").contains(&escaped(&should.statement)), "{}", should.statement);
    }
    for feedback in &project.model().unwrap().feedbacks {
        assert!(page("feedbacks.html").contains(&format!(" id=\"f-{}\"", feedback.id)), "{}", feedback.id);
    }
    for key in project.bibliography.keys() {
        assert!(page("sources.html").contains(&format!(" id=\"s-{key}\"")), "{key}");
    }
    for name in PUBLISHED {
        assert!(page(&format!("anchor-{name}.html")).contains("id=\"published\""), "{name}");
    }
}

/// Elements of a kind, each as text from its start to its end; none of these kinds contains itself but `svg`.
fn elements<'t>(text: &'t str, name: &str) -> Vec<&'t str> {
    let (open, close) = (format!("<{name} "), format!("</{name}>"));
    let mut found = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(&open) {
        let mut end = start;
        loop {
            end += rest[end..].find(&close).expect("every element ends") + close.len();
            if rest[start..end].matches(&open).count() == rest[start..end].matches(&close).count() {
                break;
            }
        }
        found.push(&rest[start..end]);
        rest = &rest[end..];
    }
    found
}

#[test]
fn formulas_and_drawings_are_well_formed() {
    let mut formulas = 0;
    let mut names = BTreeSet::new();
    for file in SITE.iter() {
        for element in elements(&file.text, "math").into_iter().chain(elements(&file.text, "svg")) {
            let mut reader = Reader::from_str(element);
            reader.config_mut().check_end_names = true;
            loop {
                match reader.read_event() {
                    Ok(Event::Eof) => break,
                    Ok(Event::Start(tag)) => _ = names.insert(AsRef::<str>::as_ref(&tag.name()).to_owned()),
                    Ok(_) => {}
                    Err(error) => panic!("{}: {error} in {element}", file.name),
                }
            }
            formulas += usize::from(element.starts_with("<math"));
        }
    }
    assert!(formulas > 500, "{formulas} formulas");
    for needed in ["mfrac", "msub", "munder", "mtable", "mi", "mn"] {
        assert!(names.contains(needed), "no formula has {needed}");
    }
}

#[test]
fn pages_need_neither_scripts_nor_the_network_and_say_what_they_show() {
    for file in SITE.iter().filter(|file| file.name.ends_with(".html")) {
        for forbidden in ["<script", "src=\"http", "@import", "url(http"] {
            assert!(!file.text.contains(forbidden), "{} holds {forbidden}", file.name);
        }
        assert_eq!(file.text.matches("<h1").count(), 1, "{}", file.name);
        for landmark in ["<main", "<nav", "<header", "lang=\"en\"", "viewport"] {
            assert!(file.text.contains(landmark), "{} has no {landmark}", file.name);
        }
        for drawing in file.text.split("role=\"img\"").skip(1) {
            let description = drawing.split("<desc").nth(1).and_then(|rest| rest.split("</desc>").next());
            assert!(description.is_some_and(|words| words.contains(' ')), "{} has a drawing without words", file.name);
        }
        for table in file.text.split("<table").skip(1) {
            let table = table.split("</table>").next().unwrap_or("");
            assert!(table.contains("<th"), "{} has a table without headers", file.name);
        }
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
