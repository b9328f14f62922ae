//! A back-test written down: the page of the track record, and every forecast as a table.

use std::fmt::Write;

use counterflow_calibrate::score::PROBABILITIES;

use super::beside::{self, Beside};
use super::{BackTest, Measure, Published, Ratio, Row, Structure, Summary, month, pooled_coverage, written};

/// Head of a table of scores, of which [`row`] writes the rows.
pub(super) const SCORES_HEAD: &str = "\
    | what | months ahead | forecasts | WIS / persistence | WIS / damped trend | within 50 / 80 / 95 % | bias of the median |\n\
    |---|---|---|---|---|---|---|\n";

/// The page: what was done, scores by horizon, and what each origin was fitted with.
pub fn page(test: &BackTest, summaries: &[Summary], beside: &[Beside], (command, date): (&str, &str)) -> String {
    let mut text = String::new();
    let kept = match test.structure {
        Structure::Dated => "Structure that was learnt from the scored years is left out before its date.",
        Structure::Hindsight => {
            "Structure that was learnt from the scored years is kept, although nobody knew it then: this shows what it \
             is worth, and is no record of forecasts."
        }
    };
    // Writing to a string does not fail.
    let _ = write!(
        text,
        "# Back-test\n\n\
         Written by `{command}` on {date} with version {} of the model; do not edit.\n\n\
         At the end of each origin's month the model was fitted again with what could be read then: pseudo-real-time, \
         the final figures cut off by publication lags, the newest perturbed by errors as large as revisions were. \
         It projects the status quo. {kept}\n\
         `models/fentanyl/backtest.toml` has the rules.\n\n\
         WIS is the weighted interval score over 23 quantiles, a ratio below 1 is better than the reference; \
         the interval holds 90 % of resamplings of the origins, of which there are {}.\n\n",
        test.model_version,
        test.refits.len()
    );
    for target in &test.targets {
        let own: Vec<&Summary> = summaries.iter().filter(|summary| summary.target == target.id).collect();
        if own.is_empty() {
            continue;
        }
        let _ = write!(text, "## {}\n\n{SCORES_HEAD}", target.title);
        own.iter().for_each(|summary| text.push_str(&row(summary)));
        text.push('\n');
        text.push_str(&said_and_came(test, &target.id));
    }
    if let Some(pooled) = pooled_coverage(summaries) {
        let _ = write!(text, "Over all rows {} of 50 / 80 / 95 % bands held what came.\n\n", shares(pooled));
    }
    text.push_str(&beside::section(test, beside));
    test.published.iter().for_each(|published| text.push_str(&beside_published(test, published)));
    text.push_str(
        "## Refits\n\n| origin | deaths known to | parameters | worst R-hat | left out |\n|---|---|---|---|---|\n",
    );
    for refit in &test.refits {
        let left: Vec<&str> = refit.left_out.iter().map(|(name, _)| name.as_str()).collect();
        let _ = writeln!(
            text,
            "| {} | {} | {} | {:.2} | {} |",
            written(refit.origin),
            written(refit.last_month),
            refit.dimension,
            refit.worst_rhat,
            left.join(", ")
        );
    }
    text
}

/// Months ahead at which a page tells what was said and what came.
const TOLD: [i32; 4] = [12, 24, 36, 48];

/// What each origin said of the longest span of a target, and what came.
fn said_and_came(test: &BackTest, target: &str) -> String {
    let of_target = || test.rows.iter().filter(|row| row.target == target && TOLD.contains(&row.ahead));
    let measure = of_target().map(|row| row.measure).max();
    let mut text =
        "| origin | twelve months to | said: median (80 % band) | came | in the band |\n|---|---|---|---|---|\n"
            .to_owned();
    for row in of_target().filter(|row| Some(row.measure) == measure) {
        let (low, high) = row.model.central(0.8);
        let _ = writeln!(
            text,
            "| {} | {} | {:.0} ({low:.0} to {high:.0}) | {:.0} | {} |",
            written(row.origin),
            written(row.month),
            row.model.median(),
            row.truth,
            if (low..=high).contains(&row.truth) { "yes" } else { "no" }
        );
    }
    text.push('\n');
    text
}

/// What others published at an origin, beside what we would have said.
fn beside_published(test: &BackTest, published: &Published) -> String {
    let Ok(origin) = month(&published.origin) else { return String::new() };
    let mut text = format!(
        "## Beside {}\n\n{} [{}].\n\n\
         | year | published | came | off by | ours, all drugs: median (95 % band) | came | off by | in the band |\n\
         |---|---|---|---|---|---|---|---|\n",
        published.title, published.caution, published.source
    );
    let off = |said: f64, came: f64| format!("{:+.0} %", 100.0 * (said / came - 1.0));
    for year in &published.year {
        let december = 12 * year.year + 11;
        let same = |row: &&Row| row.origin == origin && row.month == december && row.measure == Measure::TwelveMonths;
        let first = test.targets.first().map(|target| target.id.as_str());
        let ours = test.rows.iter().filter(same).find(|row| Some(row.target.as_str()) == first);
        let ours = ours.map_or_else(
            || "- | - | - | -".to_owned(),
            |row| {
                let (low, high) = row.model.central(0.95);
                let (median, truth) = (row.model.median(), row.truth);
                let held = if (low..=high).contains(&truth) { "yes" } else { "no" };
                format!("{median:.0} ({low:.0} to {high:.0}) | {truth:.0} | {} | {held}", off(median, truth))
            },
        );
        let (projected, observed) = (year.projected, year.observed);
        let _ = writeln!(
            text,
            "| {} | {projected:.0} | {observed:.0} | {} | {ours} |",
            year.year,
            off(projected, observed)
        );
    }
    text.push('\n');
    text
}

/// A row of a table of scores.
pub(super) fn row(summary: &Summary) -> String {
    let what = match summary.measure {
        Measure::Period => "one period",
        Measure::TwelveMonths => "twelve months",
    };
    format!(
        "| {what} | {} | {} | {} | {} | {} | {:+.0} % |\n",
        summary.ahead,
        summary.model.count,
        ratio(summary.to_persistence),
        ratio(summary.to_trend),
        shares(summary.model.coverage),
        100.0 * (counterflow_model::elementary::exp(summary.bias) - 1.0),
    )
}

/// A ratio with its interval.
pub(super) fn ratio(ratio: Option<Ratio>) -> String {
    let written = |r: Ratio| format!("{:.2} ({:.2} to {:.2})", r.value, r.interval.0, r.interval.1);
    ratio.map_or_else(|| "record too short".to_owned(), written)
}

/// Shares in percent.
pub(super) fn shares(coverage: [f64; 3]) -> String {
    coverage.map(|share| format!("{:.0}", 100.0 * share)).join(" / ")
}

/// Every forecast at the 23 probabilities of forecast hubs, with what came true.
pub fn forecasts_csv(rows: &[Row]) -> String {
    let mut text = "origin,target,measure,month,months_ahead,level,value,truth\n".to_owned();
    for row in rows {
        let measure = match row.measure {
            Measure::Period => "period",
            Measure::TwelveMonths => "twelve_months",
        };
        for (level, value) in PROBABILITIES.iter().zip(row.model.quantiles()) {
            // Writing to a string does not fail.
            let _ = writeln!(
                text,
                "{},{},{measure},{},{},{level},{value:.1},{:.1}",
                written(row.origin),
                row.target,
                written(row.month),
                row.ahead,
                row.truth
            );
        }
    }
    text
}
