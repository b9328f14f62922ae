//! A rolling back-test written down: its page, its forecasts and its weights.

use std::fmt::Write;

use super::super::page::{SCORES_HEAD, forecasts_csv, row, shares};
use super::super::{Row, Summary, pooled_coverage, written};
use super::{Rolling, Window};

/// The page: what was done, scores by horizon, where weights hold, and where they meet the next fit.
pub fn rolling_page(test: &Rolling, summaries: &[Summary], command: &str, date: &str) -> String {
    let fitted: Vec<String> = test.fitted.iter().map(|origin| written(*origin)).collect();
    let members = test.windows.first().map_or(0, |window| window.members);
    let mut text = format!(
        "# Rolling back-test\n\n\
         Written by `{command}` on {date} with version {} of the model; do not edit.\n\n\
         An origin at the end of each month. The model was fitted at {} only; at the {} origins up to a year after each, \
         {members} members of that fit (all draws of its chains, each with several noises after the data end) are weighed \
         by what became known since: the likelihood of the record as known then over that of the record as known at the \
         fit, with the same publication lags and first errors as in `backtest.md`. Structure and inputs stay those of the \
         fit, and the discrepancy after the fit is what the fit projects of it: a drift that fades, and noise.\n\n\
         A weight is worth what its effective number of members says. Where fewer than {:.0} would remain, weights are \
         raised to the power at which so many do: the newest figures then count only in part, bands are wider than they \
         could be, and nothing is left out of the scores. `models/fentanyl/backtest.toml` had these rules before any \
         weight was computed.\n\n\
         WIS is the weighted interval score over 23 quantiles, a ratio below 1 is better than the reference. \
         Neighbouring origins see nearly the same months: the interval holds 90 % of resamplings of the {} years between \
         fits, and so few blocks say little of how sure a ratio is.\n\n",
        test.model_version,
        fitted.join(", "),
        test.windows.len(),
        test.least,
        test.fitted.len(),
    );
    for target in &test.targets {
        let own: Vec<&Summary> = summaries.iter().filter(|summary| summary.target == target.id).collect();
        if own.is_empty() {
            continue;
        }
        // Writing to a string does not fail.
        let _ = write!(text, "## {}\n\n{SCORES_HEAD}", target.title);
        own.iter().for_each(|summary| text.push_str(&row(summary)));
        text.push('\n');
    }
    if let Some(pooled) = pooled_coverage(summaries) {
        let _ = write!(text, "Over all rows {} of 50 / 80 / 95 % bands held what came.\n\n", shares(pooled));
    }
    text.push_str(&meetings(test));
    text.push_str(&weights(test));
    text
}

fn meetings(test: &Rolling) -> String {
    let mut text = "## A year of weights beside a new fit\n\n\
        Twelve months ahead from a fitted origin, by the weights of the fit a year before and by its own. Where the two \
        differ, a year was too long for weights, or the new fit let parts of the structure move that weights can not.\n\n\
        | origin | target | by weights: median (80 % band) | by the fit | came |\n|---|---|---|---|---|\n"
        .to_owned();
    for meeting in &test.meetings {
        let said = |forecast: &counterflow_calibrate::score::Forecast| {
            let (low, high) = forecast.central(0.8);
            format!("{:.0} ({low:.0} to {high:.0})", forecast.median())
        };
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {:.0} |",
            written(meeting.origin),
            test.targets.iter().find(|target| target.id == meeting.target).map_or("", |target| &target.title),
            said(&meeting.weighed),
            said(&meeting.fitted),
            meeting.truth
        );
    }
    text.push('\n');
    text
}

fn weights(test: &Rolling) -> String {
    let collapsed = test.windows.iter().filter(|window| window.power < 1.0).count();
    let mut text = format!(
        "## Where weights hold\n\n\
         At {collapsed} of {} origins fewer than {:.0} effective members remained and weights were raised to a power. \
         Effective draws are those of the fit's chains, whatever their noise; parameters are as well known as these are \
         many.\n\n\
         | origin | months after the fit | effective members | power | effective draws |\n|---|---|---|---|---|\n",
        test.windows.len(),
        test.least
    );
    for Window { fitted, origin, effective, effective_draws, power, .. } in &test.windows {
        let _ = writeln!(
            text,
            "| {} | {} | {effective:.0} | {power:.2} | {effective_draws:.0} |",
            written(*origin),
            origin - fitted
        );
    }
    text
}

/// Forecasts at these horizons, at the 23 probabilities of forecast hubs, with what came true.
pub fn rolling_csv(test: &Rolling, horizons: &[i32]) -> String {
    let rows: Vec<Row> = test.rows.iter().filter(|row| horizons.contains(&row.ahead)).cloned().collect();
    forecasts_csv(&rows)
}

/// How far the weights of each origin hold.
pub fn weights_csv(test: &Rolling) -> String {
    let mut text = "origin,fitted,members,effective_members,power,effective_draws\n".to_owned();
    for Window { fitted, origin, members, effective, effective_draws, power } in &test.windows {
        let (origin, fitted) = (written(*origin), written(*fitted));
        let _ = writeln!(text, "{origin},{fitted},{members},{effective:.1},{power:.4},{effective_draws:.1}");
    }
    text
}
