//! `backtest --alternatives`: competing variants, scored on what came after they were fitted.

use counterflow::Project;
use counterflow::backtest::{
    Alternatives, MonthScore, Request, Scored, Share, Unjudged, Width, alternatives, alternatives_csv,
    alternatives_page, written,
};
use serde_json::{Value, json};

use super::{BacktestArgs, say_doing};
use crate::output::{Answer, Failure, Output, width, write_files};
use crate::progress::Progress;
use crate::table::{Set, Table};

impl BacktestArgs {
    /// Fits, scores and prints.
    pub(super) fn compare_variants(
        &self,
        project: &Project,
        request: &Request,
        output: &mut Output,
    ) -> Result<Answer, Failure> {
        let progress = Progress::new("back-testing");
        let test = alternatives(project, request, &mut |variant, origin, doing| {
            say_doing(&progress, &format!("{variant}, {}", written(origin)), doing);
        })?;
        drop(progress);
        if let Some(out) = &self.out {
            let page = alternatives_page(&test, &self.command(), &self.date);
            write_files(out, "alternatives", &[("md", page), ("csv", alternatives_csv(&test))])?;
        }
        if self.json.json {
            output.json(&json_of(&test))?;
        } else {
            tell(&test, output)?;
        }
        Ok(Answer::Done)
    }
}

fn tell(test: &Alternatives, output: &mut Output) -> Result<(), Failure> {
    output.line(format_args!(
        "Variants of {}, each scored month by month on what could be read only after its fit. Scores are logarithms of \
         densities: more is better. Shares are those of the best mixture of forecasts, no probabilities.\n",
        test.slot.name
    ))?;
    let mut table = Table::new(&[
        ("origin", Set::Left),
        ("variant", Set::Left),
        ("months", Set::Right),
        ("score", Set::Right),
        ("error of weights", Set::Right),
        ("effective members", Set::Right),
    ]);
    for scored in &test.scored {
        let last = scored.months.last();
        table.row([
            written(scored.origin),
            scored.variant.clone(),
            scored.months.len().to_string(),
            format!("{:.1}", scored.total()),
            last.map_or_else(|| "-".to_owned(), |score| format!("{:.1}", score.error)),
            last.map_or_else(|| "-".to_owned(), |score| format!("{:.0}", score.effective)),
        ]);
    }
    output.text(&table.text(width()))?;
    for Share { variant, value, interval: (low, high) } in &test.shares {
        output.line(format_args!("{variant}: share {value:.2} ({low:.2} to {high:.2})"))?;
    }
    for Unjudged { slot, why } in &test.unjudged {
        output.line(format_args!("{slot} gets no score: {why}"))?;
    }
    Ok(())
}

fn json_of(test: &Alternatives) -> Value {
    let month = |score: &MonthScore| {
        let each: serde_json::Map<String, Value> =
            test.rules.observations.iter().cloned().zip(score.each.iter().map(|x| json!(x))).collect();
        json!({
            "month": written(score.month),
            "joint": score.joint,
            "each": each,
            "effective_members": score.effective,
            "sum_error": score.error,
        })
    };
    let prior_width = |width: &Width| {
        json!({
            "factor": width.factor,
            "score": width.total,
            "effective_draws": width.effective_draws,
            "parameters": width.parameters,
        })
    };
    let scored = |scored: &Scored| {
        json!({
            "variant": scored.variant,
            "origin": written(scored.origin),
            "score": scored.total(),
            "worst_rhat": scored.worst_rhat,
            "members": scored.members,
            "months": scored.months.iter().map(month).collect::<Vec<Value>>(),
            "prior_widths": scored.widths.iter().map(prior_width).collect::<Vec<Value>>(),
        })
    };
    let share = |share: &Share| json!({ "variant": share.variant, "share": share.value, "lo90": share.interval.0, "hi90": share.interval.1 });
    json!({
        "slot": test.slot.name,
        "model_version": test.model_version,
        "scored": test.scored.iter().map(scored).collect::<Vec<Value>>(),
        "shares": test.shares.iter().map(share).collect::<Vec<Value>>(),
        "without_score": test.unjudged.iter().map(|u| json!({ "slot": u.slot, "why": u.why })).collect::<Vec<Value>>(),
    })
}
