//! A back-test of places written down: the page of the track record, and every forecast as a table.

use std::fmt::Write;

use counterflow_calibrate::score::PROBABILITIES;
use counterflow_model::elementary::exp;

use super::{PlaceScores, PlaceTest};
use crate::backtest::{Ratio, written};

/// The page: what was done and with what, and scores by origin and horizon.
pub fn page(test: &PlaceTest, command: &str, date: &str) -> String {
    let mut text = format!(
        "# Back-test of {}\n\n\
         Written by `{command}` on {date} with version {} of the model; do not edit.\n\n\
         {} in twelve months, by state, on logarithms. \
         At the end of each origin's month the layer of states was fitted again to the months that could be read then, \
         the final figures cut off by the publication lag: pseudo-real-time, errors of first publication are not drawn. \
         What is expected of a state is its share of the newest deaths known then. \
         The nation ahead is a damped trend of its own months known then, not the model: this page tests how the nation's \
         deaths are shared out, `counterflow backtest` the nation.\n\n\
         The priors of `models/fentanyl/{}` are wide; they {}.\n\n\
         WIS is the weighted interval score over 23 quantiles; a ratio below 1 is better than persistence with its own past \
         errors, over states whose months are all known since long enough. \
         The interval holds 90 % of resamplings of states, and for all origins of origins too, of which there are {}.\n\n\
         | origin | months ahead | states | within 50 / 80 / 95 % | WIS | bias of the median | WIS / persistence | over |\n\
         |---|---|---|---|---|---|---|---|\n",
        test.atlas.title,
        test.model_version,
        test.atlas.counts,
        test.atlas.path(),
        test.atlas.prior_origin,
        test.fits.len()
    );
    test.scores.iter().for_each(|scores| text.push_str(&row(scores)));
    text.push_str("\n## Fits\n\n| origin | deaths known to | worst R-hat |\n|---|---|---|\n");
    for fit in &test.fits {
        // Writing to a string does not fail.
        let _ = writeln!(text, "| {} | {} | {:.3} |", written(fit.origin), written(fit.last_month), fit.worst_rhat);
    }
    text
}

fn row(row: &PlaceScores) -> String {
    let ratio = |(r, count): (Ratio, usize)| {
        (format!("{:.2} ({:.2} to {:.2})", r.value, r.interval.0, r.interval.1), count.to_string())
    };
    let (ratio, count) = row.to_persistence.map_or_else(|| ("record too short".to_owned(), "0".to_owned()), ratio);
    format!(
        "| {} | {} | {} | {} | {:.3} | {:+.0} % | {ratio} | {count} |\n",
        row.origin.map_or_else(|| "all".to_owned(), written),
        row.ahead,
        row.scores.count,
        row.scores.coverage.map(|share| format!("{:.0}", 100.0 * share)).join(" / "),
        row.scores.weighted_interval_score,
        100.0 * (exp(row.bias) - 1.0),
    )
}

/// Every forecast at the 23 probabilities of forecast hubs, with what came true, deaths in twelve months.
pub fn forecasts_csv(test: &PlaceTest) -> String {
    let mut text = "origin,location,month,months_ahead,level,value,truth\n".to_owned();
    for row in &test.forecasts {
        for (level, value) in PROBABILITIES.iter().zip(row.model.quantiles()) {
            // Writing to a string does not fail.
            let _ = writeln!(
                text,
                "{},{},{},{},{level},{:.1},{:.1}",
                written(row.origin),
                row.code,
                written(row.origin + row.ahead),
                row.ahead,
                exp(*value),
                exp(row.truth)
            );
        }
    }
    text
}
