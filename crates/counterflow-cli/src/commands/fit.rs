//! `fit`: how well the bundled posterior covers each data series, with the discrepancy and without it.

use clap::Args;
use counterflow::comparison::bundled_fit;
use counterflow::fit::{Scores, SeriesFit};
use serde_json::{Value, json};

use super::{Chosen, Json};
use crate::output::{Answer, Failure, Output, compiled, open, width};
use crate::table::{Set, Table};

/// Arguments of `fit`.
#[derive(Debug, Args)]
pub struct FitArgs {
    #[command(flatten)]
    json: Json,
    #[command(flatten)]
    chosen: Chosen,
}

impl FitArgs {
    /// Prints a row for each series.
    pub fn run(&self, output: &mut Output) -> Result<Answer, Failure> {
        let project = open(None, &self.chosen)?;
        compiled(&project)?;
        let fit = bundled_fit(&project)?;
        if self.json.json {
            output.json(&json!({ "series": fit.series.iter().map(json_of).collect::<Vec<Value>>() }))?;
            return Ok(Answer::Done);
        }
        output.line(
            "Fit to the data of 2015-2024. Cover: data inside the 90 % band, of 100. Width: of that band, error: of the median,\n\
             both relative to the mean datum. A wide band that covers is no good fit: read all three.\n",
        )?;
        let mut table = Table::new(&[
            ("series", Set::Left),
            ("data", Set::Right),
            ("cover", Set::Right),
            ("width", Set::Right),
            ("error", Set::Right),
            ("| without discrepancy: cover", Set::Right),
            ("width", Set::Right),
            ("error", Set::Right),
        ]);
        fit.series.iter().for_each(|series| table.cells(row_of(series)));
        output.text(&table.text(width()))?;
        Ok(Answer::Done)
    }
}

fn row_of(series: &SeriesFit) -> Vec<String> {
    let mut row =
        vec![series.name.clone(), series.with_discrepancy.map_or_else(|| "-".into(), |s| s.count.to_string())];
    for scores in [series.with_discrepancy, series.without_discrepancy] {
        let cell = |value: fn(&Scores) -> f64| {
            scores.map_or_else(|| "-".to_owned(), |s| format!("{:.0} %", 100.0 * value(&s)))
        };
        row.extend([cell(|s| s.coverage90), cell(|s| s.width90), cell(|s| s.error)]);
    }
    row
}

fn json_of(series: &SeriesFit) -> Value {
    let scores = |scores: Option<Scores>| {
        scores.map(|s| json!({ "count": s.count, "coverage90": s.coverage90, "width90": s.width90, "error": s.error }))
    };
    json!({
        "name": series.name,
        "title": series.title,
        "unit": series.unit,
        "with_discrepancy": scores(series.with_discrepancy),
        "without_discrepancy": scores(series.without_discrepancy),
        "points": series.points.iter().map(|p| json!({
            "period": p.period, "value": p.value, "used": p.used,
            "lo90": p.band.lo90, "lo50": p.band.lo50, "median": p.band.median, "hi50": p.band.hi50, "hi90": p.band.hi90,
        })).collect::<Vec<Value>>(),
    })
}
