//! `data`: the latest figures, and the series that the model carries; `data update` brings them up to date.

mod update;

use std::path::PathBuf;

use clap::{Args, Subcommand};
use counterflow::listing::{DataEntry, Figure, data, place_data, snapshot};
use counterflow::places::PlaceRecord;
use serde_json::{Value, json};

use super::{Chosen, Json};
use crate::number;
use crate::output::{Answer, Failure, Output, open, width};
use crate::table::{Set, Table};

/// Arguments of `data`.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct DataArgs {
    #[command(subcommand)]
    task: Option<DataTask>,
    /// A model: a folder with model.toml; the bundled model if left out
    model: Option<PathBuf>,
    #[command(flatten)]
    json: Json,
    #[command(flatten)]
    chosen: Chosen,
}

/// What can be done with data besides looking at them.
#[derive(Debug, Subcommand)]
enum DataTask {
    /// Read newer files of the publishers into a model's folder; the old tables are kept
    Update(update::UpdateArgs),
}

impl DataArgs {
    /// Prints the snapshot and the list of series.
    pub fn run(&self, output: &mut Output) -> Result<Answer, Failure> {
        if let Some(DataTask::Update(args)) = &self.task {
            return args.run(output);
        }
        let project = open(self.model.as_deref(), &self.chosen)?;
        let (figures, series) = (snapshot(&project)?, data(&project));
        let places = place_data(&project)?;
        if self.json.json {
            let figures: Vec<Value> = figures.iter().map(json_of_figure).collect();
            let series: Vec<Value> = series.iter().map(json_of_series).collect();
            let places: Vec<Value> = places.iter().map(|(record, count)| json_of_places(record, *count)).collect();
            output.json(&json!({ "snapshot": figures, "series": series, "places": places }))?;
            return Ok(Answer::Done);
        }
        if !figures.is_empty() {
            output.line("The latest figures\n")?;
            output.text(&figures_table(&figures).text(width()))?;
            output.line("\nThe data series that the model carries\n")?;
        }
        output.text(&series_table(&series).text(width()))?;
        if !places.is_empty() {
            output.line("\nThe records of places\n")?;
            for (record, count) in &places {
                output.line(place_line(record, *count))?;
            }
        }
        Ok(Answer::Done)
    }
}

fn figures_table(figures: &[Figure]) -> Table {
    let columns = [
        ("what, and source", Set::Rest),
        ("figure", Set::Right),
        ("period", Set::Wrapped(14)),
        ("before", Set::Wrapped(20)),
    ];
    let mut table = Table::new(&columns);
    for figure in figures {
        let span = match (figure.low, figure.high) {
            (Some(low), Some(high)) => format!("\n({} to {})", number::plain(low), number::plain(high)),
            _ => String::new(),
        };
        let before = match (figure.compare_value, &figure.compare_period) {
            (Some(value), Some(period)) => format!("{} ({period})", number::plain(value)),
            (Some(value), None) => number::plain(value),
            _ => "-".to_owned(),
        };
        let value = format!("{} {}{span}", number::plain(figure.value), figure.unit);
        table.row([format!("{}\n[{}]", figure.title, figure.source), value, figure.period.clone(), before]);
    }
    table
}

fn series_table(entries: &[DataEntry<'_>]) -> Table {
    let columns = [
        ("series", Set::Left),
        ("span", Set::Wrapped(10)),
        ("unit", Set::Left),
        ("role", Set::Left),
        ("title and publisher", Set::Rest),
    ];
    let mut table = Table::new(&columns);
    for DataEntry { series, periods, .. } in entries {
        let span = periods.as_ref().map_or_else(String::new, |(first, last)| format!("{first} to {last}"));
        let about = &series.about;
        let title = format!("{}. {}, {}", about.title, about.publisher, about.vintage);
        table.row([series.key.clone(), span, about.unit.clone(), about.role.clone(), title]);
    }
    table
}

fn place_line(record: &PlaceRecord, count: usize) -> String {
    let about = &record.about;
    format!(
        "places/{}: {count} places, {} rows, {}, {}. {}. {}, {}",
        record.key,
        record.data.len(),
        about.span,
        about.unit,
        about.title,
        about.publisher,
        about.vintage
    )
}

fn json_of_places(record: &PlaceRecord, count: usize) -> Value {
    let about = &record.about;
    json!({
        "key": record.key,
        "title": about.title,
        "publisher": about.publisher,
        "what": about.what,
        "unit": about.unit,
        "span": about.span,
        "vintage": about.vintage,
        "found_in": about.found_in,
        "licence": about.licence,
        "how_made": about.how_made,
        "places": count,
        "rows": record.data.len(),
    })
}

fn json_of_figure(figure: &Figure) -> Value {
    json!({
        "title": figure.title,
        "value": figure.value,
        "unit": figure.unit,
        "period": figure.period,
        "series": (!figure.series.is_empty()).then_some(&figure.series),
        "source": figure.source,
        "compare_value": figure.compare_value,
        "compare_period": figure.compare_period,
        "low": figure.low,
        "high": figure.high,
    })
}

fn json_of_series(entry: &DataEntry<'_>) -> Value {
    let about = &entry.series.about;
    let rows = entry.series.data.iter().map(|datum| json!([datum.period.to_string(), datum.value, datum.sd]));
    json!({
        "key": entry.series.key,
        "title": about.title,
        "publisher": about.publisher,
        "what": about.what,
        "unit": about.unit,
        "period": about.period,
        "kind": about.kind,
        "span": about.span,
        "vintage": about.vintage,
        "found_in": about.found_in,
        "licence": about.licence,
        "how_made": about.how_made,
        "sources": about.sources,
        "role": about.role,
        "observed_as": entry.observed_as,
        "columns": ["period", "value", "sd"],
        "data": rows.collect::<Vec<_>>(),
    })
}
