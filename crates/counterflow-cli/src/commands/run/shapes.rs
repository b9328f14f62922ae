//! A run as a table, as CSV and as JSON.

use std::io::{self, Write};

use counterflow::answers::Band;
use counterflow::simulate::{Column, Request, Simulation, Values};
use serde_json::{Map, Value, json};

use crate::number;
use crate::table::{Set, Table};

/// What was asked for, as far as results repeat it.
pub struct Asked<'a> {
    /// The request.
    pub request: &'a Request,
    /// Version of the model.
    pub version: &'a str,
}

/// A quantile by its name in results.
type Quantile = (&'static str, fn(&Band) -> f64);

const QUANTILES: &[Quantile] = &[
    ("median", |band| band.median),
    ("lo90", |band| band.lo90),
    ("lo50", |band| band.lo50),
    ("hi50", |band| band.hi50),
    ("hi90", |band| band.hi90),
];

/// The run for a terminal: as many columns side by side as fit, the rest below.
pub fn table(simulation: &Simulation, width: usize) -> String {
    let mut text = String::new();
    let mut rest = &simulation.columns[..];
    while !rest.is_empty() {
        let (block, others) = rest.split_at(fitting(simulation, rest, width));
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&side_by_side(simulation, block).text(width));
        rest = others;
    }
    text
}

/// How many of the columns fit side by side, at least one.
fn fitting(simulation: &Simulation, columns: &[Column], width: usize) -> usize {
    let fits = |count: &usize| {
        let text = side_by_side(simulation, &columns[..*count]).text(usize::MAX);
        text.lines().next_back().is_some() && text.lines().all(|line| line.chars().count() <= width)
    };
    (1..=columns.len()).take_while(fits).last().unwrap_or(1)
}

fn side_by_side(simulation: &Simulation, columns: &[Column]) -> Table {
    let headings: Vec<String> = columns.iter().map(|column| format!("{}\n[{}]", column.name, column.unit)).collect();
    let mut settings = vec![("time", Set::Left)];
    settings.extend(headings.iter().map(|heading| (heading.as_str(), Set::Right)));
    let mut table = Table::new(&settings);
    for (t, label) in simulation.labels.iter().enumerate() {
        let mut cells = vec![label.clone()];
        cells.extend(columns.iter().map(|column| match &column.values {
            Values::Points(points) => number::short(points[t]),
            Values::Bands(bands) => number::band(&bands[t]),
        }));
        table.cells(cells);
    }
    table
}

/// A plain column of a file: its name, its unit and a value for each time.
pub struct Plain {
    /// Name of the series, with that of the quantile where there are bands.
    pub name: String,
    /// Its unit; empty for the clock.
    pub unit: String,
    /// One value for each time.
    pub values: Vec<f64>,
}

/// The run as plain columns: times, then one for each series, or five where there are bands, then the clock.
pub fn plain(simulation: &Simulation) -> Vec<Plain> {
    let mut all =
        vec![Plain { name: simulation.time.to_owned(), unit: "year".to_owned(), values: simulation.times.clone() }];
    for Column { name, unit, values, .. } in &simulation.columns {
        match values {
            Values::Points(points) => {
                all.push(Plain { name: name.clone(), unit: unit.clone(), values: points.clone() })
            }
            Values::Bands(bands) => all.extend(QUANTILES.iter().map(|(quantile, of)| Plain {
                name: format!("{name} {quantile}"),
                unit: unit.clone(),
                values: bands.iter().map(of).collect(),
            })),
        }
    }
    let still = |(name, value): &(&str, f64)| Plain {
        name: (*name).to_owned(),
        unit: String::new(),
        values: vec![*value; simulation.times.len()],
    };
    all.extend(simulation.clock.iter().map(still));
    all
}

/// The run as CSV.
pub fn csv(simulation: &Simulation, writer: &mut dyn Write) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(writer);
    let columns = plain(simulation);
    csv.write_record(columns.iter().map(|column| &column.name)).map_err(io_error)?;
    for t in 0..simulation.times.len() {
        csv.write_record(columns.iter().map(|column| column.values[t].to_string())).map_err(io_error)?;
    }
    csv.flush()
}

/// The error of the writer below, so that a reader who has gone away is known as such.
fn io_error(error: csv::Error) -> io::Error {
    match error.into_kind() {
        csv::ErrorKind::Io(error) => error,
        kind => io::Error::other(format!("{kind:?}")),
    }
}

/// The run as JSON.
pub fn json(simulation: &Simulation, asked: &Asked<'_>) -> Value {
    let policy = &asked.request.policy;
    let warnings: Vec<String> = simulation.warnings.iter().map(ToString::to_string).collect();
    json!({
        "model": simulation.title,
        "model_version": asked.version,
        "policy": { "id": policy.id, "name": policy.name },
        "member": simulation.member,
        "draws": simulation.draws,
        "seed": asked.request.seed,
        "warnings": warnings,
        "times": simulation.times,
        "series": simulation.columns.iter().map(json_of).collect::<Vec<_>>(),
    })
}

fn json_of(column: &Column) -> Value {
    let mut object = Map::new();
    object.insert("name".to_owned(), json!(column.name));
    object.insert("unit".to_owned(), json!(column.unit));
    object.insert("documentation".to_owned(), json!(column.documentation));
    match &column.values {
        Values::Points(points) => _ = object.insert("values".to_owned(), json!(points)),
        Values::Bands(bands) => {
            for (name, of) in QUANTILES {
                object.insert((*name).to_owned(), json!(bands.iter().map(of).collect::<Vec<f64>>()));
            }
        }
    }
    Value::Object(object)
}
