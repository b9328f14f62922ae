//! The report as a document: complete, escaped, self-contained, the same for the same input.

use counterflow::Project;
use counterflow::report::{ReportInput, html};
use counterflow_explore::comparison::{Basis, Comparison};

mod sample;

fn report(project: &Project, comparison: &Comparison) -> String {
    let (fit, parameters) = (sample::fit(project), sample::parameters(project));
    html(&ReportInput {
        project,
        comparison,
        fit: Some(&fit),
        posterior: None,
        parameters: Some(&parameters),
        command: "counterflow report --out x.html",
    })
}

/// Every drawing, from its first to its last tag; plots inside a drawing are no drawings of their own.
fn drawings(text: &str) -> Vec<&str> {
    text.split("<svg id=").skip(1).map(|rest| rest.split("<svg id=").next().unwrap_or(rest)).collect()
}

#[test]
fn every_drawing_has_a_title_and_a_description() {
    let project = Project::bundled().unwrap();
    let text = report(&project, &sample::comparison(&project));
    let drawings = drawings(&text);
    assert!(drawings.len() > 35, "found {}", drawings.len());
    for drawing in &drawings {
        let head = &drawing[..drawing.find("</desc>").expect("a description")];
        let (_, title) = head.split_once("-title\">").expect("a title");
        assert!(!title.starts_with('<'), "an empty title: {head}");
        assert!(!head.ends_with("-desc\">"), "an empty description: {head}");
        assert!(head.contains("role=\"img\""), "{head}");
    }
    assert_eq!(text.matches("<svg").count(), drawings.len() + text.matches("<svg class=\"plot\"").count());
}

#[test]
fn ids_are_unique_and_labels_point_at_them() {
    let project = Project::bundled().unwrap();
    let text = report(&project, &sample::comparison(&project));
    let mut ids: Vec<&str> = text.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count);
    for label in text.split("aria-labelledby=\"").skip(1).filter_map(|rest| rest.split('"').next()) {
        assert!(label.split(' ').all(|id| ids.binary_search(&id).is_ok()), "{label}");
    }
}

#[test]
fn nothing_is_loaded_and_nothing_runs() {
    let project = Project::bundled().unwrap();
    let text = report(&project, &sample::comparison(&project));
    for loader in
        ["<script", "<link", "<img", "<iframe", " src=", "@import", "url(", "xlink:", "@font-face", " onload="]
    {
        assert!(!text.contains(loader), "found {loader}");
    }
    for address in text.split("href=\"").skip(1) {
        assert!(address.starts_with('#') || address.starts_with("https://doi.org/10."), "{}", &address[..40]);
    }
}

#[test]
fn only_finite_numbers_are_written() {
    let project = Project::bundled().unwrap();
    let mut comparison = sample::comparison(&project);
    for text in [report(&project, &comparison), {
        for policy in &mut comparison.policies {
            policy.answers[0].band.hi90 = f64::INFINITY;
            policy.answers[1].band.median = f64::NAN;
            policy.paths[0].bands[20].hi90 = f64::NAN;
            policy.paths[1].bands.iter_mut().for_each(|b| b.median = f64::NEG_INFINITY);
        }
        report(&project, &comparison)
    }] {
        // Within words (`Financial`, `information`) the letters are harmless.
        let words = text.split(|c: char| !c.is_ascii_alphanumeric());
        assert_eq!(words.filter(|w| ["NaN", "inf", "Infinity", "infinity"].contains(w)).count(), 0);
    }
}

#[test]
fn text_of_others_is_escaped() {
    let project = Project::bundled().unwrap();
    let mut comparison = sample::comparison(&project);
    let nasty = "</title><script>alert(\"1\" & '2')</script>";
    comparison.policies[1].name = nasty.to_owned();
    comparison.policies[2].sentence = nasty.to_owned();
    comparison.outcomes[0].title = nasty.to_owned();
    comparison.outcomes[1].id = nasty.to_owned();
    let text = report(&project, &comparison);
    assert!(!text.contains("<script"));
    assert!(text.contains("&lt;/title&gt;&lt;script&gt;alert(&quot;1&quot; &amp; '2')&lt;/script&gt;"));
}

#[test]
fn tags_are_balanced() {
    let project = Project::bundled().unwrap();
    let text = report(&project, &sample::comparison(&project));
    let mut open: Vec<&str> = Vec::new();
    for tag in text.split('<').skip(1).filter_map(|rest| rest.split('>').next()) {
        let name = tag.split([' ', '\n']).next().unwrap_or("");
        match name.strip_prefix('/') {
            Some(closing) => assert_eq!(open.pop(), Some(closing)),
            None if ["!DOCTYPE", "meta", "br"].contains(&name) => {}
            None => open.push(name),
        }
    }
    assert_eq!(open, Vec::<&str>::new());
}

#[test]
fn an_assumption_never_shows_a_chance() {
    let project = Project::bundled().unwrap();
    let mut comparison = sample::comparison(&project);
    for answer in comparison.policies.iter_mut().flat_map(|p| &mut p.answers) {
        answer.basis = Basis::Assumption;
        answer.p_better = Some(0.83);
    }
    let text = report(&project, &comparison);
    assert!(!text.contains("83 in 100"));
    assert!(!text.contains("better in "));
}

#[test]
fn the_headline_is_computed_and_says_its_range() {
    let project = Project::bundled().unwrap();
    let text = report(&project, &sample::comparison(&project));
    let sentence = "If nothing changes, between 540,000 and 950,000 people in the United States are likely to die of \
                    overdoses from 2026 through 2035.";
    assert!(text.contains(sentence));
    assert!(text.contains("is about one in 410 people aged 12 and over"));
}

#[test]
fn the_same_input_gives_the_same_text() {
    let project = Project::bundled().unwrap();
    let comparison = sample::comparison(&project);
    assert_eq!(report(&project, &comparison), report(&project, &comparison));
}

#[test]
fn little_input_still_makes_a_report() {
    let project = Project::bundled().unwrap();
    let comparison =
        Comparison { outcomes: Vec::new(), policies: Vec::new(), draws: 0, seed: 0, years: (2026.0, 2036.0) };
    let text = html(&ReportInput {
        project: &project,
        comparison: &comparison,
        fit: None,
        posterior: None,
        parameters: None,
        command: "",
    });
    assert!(text.contains("There is no posterior"));
    assert!(text.ends_with("</html>"));
}
