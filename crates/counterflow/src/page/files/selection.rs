//! `page.toml`: which series a page shows beyond the outcomes, in which views, and its levers by theme.

mod check;
mod written;

use std::collections::BTreeMap;

use counterflow_model::{Better, Model, Outcome, Summary, Unit};

use crate::error::Problem;
use crate::names::Element;
use crate::project::Project;

/// Path of the file.
pub const PATH: &str = "page.toml";

/// What a page shows of a model.
#[derive(Clone, Debug)]
pub struct Selection {
    /// The outcomes in the model's order, then the others in the file's.
    pub series: Vec<ShownSeries>,
    /// Number of outcomes, which come first.
    pub outcomes: usize,
    /// Position of the series that stands at the top.
    pub headline: usize,
    /// Views in order.
    pub views: Vec<View>,
    /// Themes in order; each lever of the model is in one.
    pub themes: Vec<Theme>,
    /// Levers that are shown unfolded.
    pub first_levers: Vec<String>,
    /// Short names of bundled policies that are offered as examples.
    pub examples: Vec<String>,
    /// What each part with competing texts is about, by its slot.
    pub slots: BTreeMap<String, String>,
}

/// A series: a variable, or a sum of elements.
#[derive(Clone, Debug)]
pub struct ShownSeries {
    /// Short name; that of the outcome where it is one.
    pub id: String,
    /// Name for people.
    pub title: String,
    /// Unit of what stands for the years that count: a total has lost its `/year`.
    pub unit: String,
    /// How values over years become one.
    pub summary: Summary,
    /// Which direction is better, if one is.
    pub better: Better,
    /// `united_states`, `mexico` or `both`.
    pub concerns: String,
    /// Sentence.
    pub documentation: String,
    /// Elements whose values are added.
    pub elements: Vec<Element>,
    /// Keys of data series that count the same.
    pub record: Vec<String>,
    /// Whether the record is the sum of those series; else the first that covers a year counts.
    pub record_is_sum: bool,
}

/// A view: a few series that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct View {
    /// Short name.
    pub id: String,
    /// Ids of its series.
    pub series: Vec<String>,
}

/// Levers that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Theme {
    /// Short name.
    pub id: String,
    /// Names of its levers.
    pub levers: Vec<String>,
}

impl Selection {
    /// What the model's `page.toml` asks for.
    ///
    /// # Errors
    /// If there is no such file, the model does not compile, or the file names what there is not: all of it, with places.
    pub fn of(project: &Project) -> Result<Selection, Vec<Problem>> {
        let text = project.files.get(PATH);
        let text = text.ok_or_else(|| Problem::new(PATH, "is missing; it says what a page shows of the model"))?;
        let model = project.model().map_err(|_| Problem::new("model", "does not compile; run `check`"))?;
        check::read(project, model, text)
    }

    /// The series of this id.
    pub fn find(&self, id: &str) -> Option<&ShownSeries> {
        self.series.iter().find(|series| series.id == id)
    }
}

impl ShownSeries {
    fn of_outcome(model: &Model, outcome: &Outcome) -> ShownSeries {
        let variable = model.variable(outcome.variable);
        ShownSeries {
            id: outcome.id.clone(),
            title: outcome.title.clone(),
            unit: unit_of(&variable.unit, outcome.summary),
            summary: outcome.summary,
            better: outcome.better,
            concerns: outcome.concerns.clone(),
            documentation: variable.documentation.clone(),
            elements: vec![(outcome.variable, 0)],
            record: Vec::new(),
            record_is_sum: false,
        }
    }

    /// `total`, `mean` or `end`.
    pub fn summary_word(&self) -> &'static str {
        match self.summary {
            Summary::Total => "total",
            Summary::Mean => "mean",
            Summary::End => "end",
        }
    }

    /// `lower`, `higher` or `neither`.
    pub fn better_word(&self) -> &'static str {
        match self.better {
            Better::Lower => "lower",
            Better::Higher => "higher",
            Better::Neither => "neither",
        }
    }
}

/// Unit of a value over years: a total has lost its `/year`.
fn unit_of(unit: &Unit, summary: Summary) -> String {
    if summary == Summary::Total { unit.times(&Unit::base("year")) } else { unit.clone() }.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::FileSet;

    fn bundled() -> Project {
        Project::bundled().expect("the bundled model reads")
    }

    /// What is said of the bundled `page.toml` after a change.
    fn said(from: &str, to: &str) -> String {
        let mut project = bundled();
        let text = FileSet::bundled().get(PATH).expect("there is one").to_owned();
        assert!(text.contains(from), "page.toml holds `{from}`");
        project.files.insert(PATH, &text.replacen(from, to, 1));
        let problems = Selection::of(&project).expect_err("it is wrong");
        problems.iter().map(|problem| format!("{problem}\n")).collect()
    }

    #[test]
    fn every_lever_stands_in_one_theme_and_every_series_in_a_view() {
        let project = bundled();
        let selection = Selection::of(&project).expect("it reads");
        let model = project.model().expect("it compiles");
        assert_eq!(selection.outcomes, model.outcomes.len());
        assert_eq!(selection.series[selection.headline].id, "us_deaths_all");
        let in_themes: usize = selection.themes.iter().map(|theme| theme.levers.len()).sum();
        assert_eq!(in_themes, model.levers().count());
        for series in &selection.series {
            assert!(selection.views.iter().any(|view| view.series.contains(&series.id)), "{} is in no view", series.id);
        }
        for theme in &selection.themes {
            let first = |lever: &String| selection.first_levers.contains(lever);
            assert!(theme.levers.iter().any(first), "no lever of {} is shown at first", theme.id);
        }
    }

    #[test]
    fn every_series_is_there_in_every_variant() {
        let project = bundled();
        let own = Selection::of(&project).expect("it reads");
        for slot in &project.slots {
            for variant in &slot.variants {
                let choice = crate::variants::Choice { slot: slot.name.clone(), variant: variant.name.clone() };
                let other = project.with_choices(&[choice]).expect("it compiles");
                let other = Selection::of(&other).unwrap_or_else(|found| panic!("{}: {found:?}", variant.path));
                let units = |selection: &Selection| -> Vec<String> {
                    selection.series.iter().map(|series| format!("{} {}", series.id, series.unit)).collect()
                };
                assert_eq!(units(&own), units(&other), "{}", variant.path);
            }
        }
    }

    #[test]
    fn a_record_is_observed_through_the_series() {
        let project = bundled();
        let model = project.model().expect("it compiles");
        for series in Selection::of(&project).expect("it reads").series {
            for key in &series.record {
                let unobserved = key == "naltrexone_patients_year";
                let reads = |o: &&counterflow_model::Observation| {
                    let read = counterflow_model::references(&o.expression);
                    o.series == *key && series.elements.iter().any(|(id, _)| read.contains(id))
                };
                assert!(unobserved || model.observations.iter().any(|o| reads(&o)), "{}: {key}", series.id);
            }
        }
    }

    #[test]
    fn faults_are_told_with_their_places_and_the_nearest_right_thing() {
        let found = said("of = [\"consumption\"]", "of = [\"consumtion\"]");
        assert!(found.starts_with("page.toml:") && found.contains("did you mean `consumption`?"), "{found}");
        assert!(said("\"naloxone\",\n]", "\"naloxon\",\n]").contains("did you mean `naloxone`?"));
        assert!(said("\"demand_first\"", "\"demand_fist\"").contains("did you mean `demand_first`?"));
        assert!(said("\"illicit_oud_year\"", "\"illicit_oud_yeer\"").contains("did you mean `illicit_oud_year`?"));
        assert!(said("series = [\"public_cost\"]", "series = [\"public_costs\"]").contains("page.toml:"));
        let twice = said("levers = [\"precursor_controls\",", "levers = [\"naloxone\",");
        assert!(twice.contains("`naloxone` stands in two themes"), "{twice}");
        assert!(twice.contains("lever `precursor_controls` stands in no theme"), "{twice}");
        assert!(said("id = \"kits\"", "id = \"us_deaths_all\"").contains("`us_deaths_all` is declared twice"));
        assert!(said("summary = \"total\"", "summary = \"sum\"").contains("unknown variant `sum`"));
        assert!(said("headline = ", "head = ").contains("unknown field `head`"));
        assert!(said("mexico = \"Mexico", "mexiko = \"Mexico").contains("did you mean `mexico`?"));
        assert!(said("of = [\"illicit_oud\", ", "of = [\"powder_purity\", ").contains("two units"));
    }
}
