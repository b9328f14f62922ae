//! The snapshot of recent data: the latest figures, each with its date and source.

use maud::{Markup, html};
use serde::Deserialize;

use crate::project::Project;

use super::tables::table;
use super::words;

const PATH: &str = "data/snapshot.toml";

#[derive(Deserialize)]
struct Snapshot {
    figure: Vec<Figure>,
}

#[derive(Deserialize)]
struct Figure {
    title: String,
    value: f64,
    unit: String,
    period: String,
    source: String,
    compare_value: Option<f64>,
    compare_period: Option<String>,
}

/// The table; a sentence where the model carries no snapshot or it does not read.
pub fn section(project: &Project) -> Markup {
    let snapshot = project.files.get(PATH).map(toml::from_str::<Snapshot>);
    match snapshot {
        None => html! { p { "This model carries no snapshot." } },
        Some(Err(_)) => html! { p { "The snapshot of this model does not read." } },
        Some(Ok(snapshot)) => html! {
            p { "The figures are as published, not the model's." }
            @let rows = snapshot.figure.iter().map(row).collect();
            (table("Figures of the snapshot", &["Figure", "Value", "When", "Earlier", "Source"], rows))
        },
    }
}

fn row(figure: &Figure) -> Vec<String> {
    let value = |x: f64| match figure.unit.as_str() {
        "share" => words::percent(x),
        unit => format!("{} {}", words::exact(x), words::unit(unit)),
    };
    let earlier = match (figure.compare_value, &figure.compare_period) {
        (Some(x), Some(period)) => format!("{} ({period})", value(x)),
        _ => "–".to_owned(),
    };
    vec![figure.title.clone(), value(figure.value), figure.period.clone(), earlier, figure.source.clone()]
}
