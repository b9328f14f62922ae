//! `backtest --rolling`: an origin at the end of each month.

use counterflow::Project;
use counterflow::backtest::{
    Meeting, Request, Rolling, Summary, Window, pooled_coverage, rolling, rolling_csv, rolling_page, weights_csv,
    written,
};
use serde_json::{Value, json};

use super::{BacktestArgs, HORIZONS, json_of_summary, say_doing, scores};
use crate::output::{Answer, Failure, Output, width, write_files};
use crate::progress::Progress;

impl BacktestArgs {
    /// Fits, weighs, scores and prints.
    pub(super) fn roll(&self, project: &Project, request: &Request, output: &mut Output) -> Result<Answer, Failure> {
        let progress = Progress::new("back-testing");
        let test = rolling(project, request, &mut |origin, doing| say_doing(&progress, &written(origin), doing))?;
        drop(progress);
        let summed = test.summaries(&HORIZONS);
        if let Some(out) = &self.out {
            let page = rolling_page(&test, &summed, &self.command(), &self.date);
            let files = [("md", page), ("csv", rolling_csv(&test, &HORIZONS)), ("weights.csv", weights_csv(&test))];
            write_files(out, if self.hindsight { "rolling-hindsight" } else { "rolling" }, &files)?;
        }
        if self.json.json {
            output.json(&json_of(&test, &summed))?;
        } else {
            tell(&test, &summed, output)?;
        }
        Ok(Answer::Done)
    }
}

fn tell(test: &Rolling, summed: &[Summary], output: &mut Output) -> Result<(), Failure> {
    output.line(format_args!(
        "An origin at the end of each month; draws are weighed by what became known since the fit. Ratios below 1 are \
         better; intervals are of {} years only.\n",
        test.fitted.len()
    ))?;
    output.text(&scores(summed).text(width()))?;
    for window in &test.windows {
        output.line(format_args!(
            "{}: {:.0} effective of {} members, power {:.2}, {:.0} effective draws",
            written(window.origin),
            window.effective,
            window.members,
            window.power,
            window.effective_draws
        ))?;
    }
    Ok(())
}

fn json_of(test: &Rolling, summed: &[Summary]) -> Value {
    let window = |window: &Window| {
        json!({
            "origin": written(window.origin),
            "fitted": written(window.fitted),
            "members": window.members,
            "effective_members": window.effective,
            "power": window.power,
            "effective_draws": window.effective_draws,
        })
    };
    let meeting = |meeting: &Meeting| {
        json!({
            "origin": written(meeting.origin),
            "target": meeting.target,
            "by_weights": meeting.weighed.quantiles(),
            "by_fit": meeting.fitted.quantiles(),
            "truth": meeting.truth,
        })
    };
    json!({
        "model_version": test.model_version,
        "scores": summed.iter().map(json_of_summary).collect::<Vec<Value>>(),
        "pooled_coverage": pooled_coverage(summed).map(|c| json!({ "50": c[0], "80": c[1], "95": c[2] })),
        "windows": test.windows.iter().map(window).collect::<Vec<Value>>(),
        "meetings": test.meetings.iter().map(meeting).collect::<Vec<Value>>(),
    })
}
