//! Scores of competing variants written down: the page of the track record, and every month as a table.

use std::fmt::Write;

use super::super::written;
use super::{Alternatives, Scored};

/// The page: what was done, sums of scores, what single series say, widths of priors, and who gets no score.
pub fn alternatives_page(test: &Alternatives, command: &str, date: &str) -> String {
    let usual = &test.slot.variants[test.slot.default].name;
    let mut text = format!(
        "# Competing explanations: {}\n\n\
         Written by `{command}` on {date} with version {} of the model; do not edit.\n\n\
         Each variant was fitted to the record as it could be read at an origin, and scored on what could be read only \
         later, month by month, each month given those before it (leave-future-out). Between the fits the draws are \
         carried on by weights, so that each variant learns from the months that came, as the record's reader does. \
         A score is the logarithm of the density that a variant gave to what came: more is better, and a difference of 1 \
         is a factor of 2.7. Data are left out, ideas are not: all variants were written after these years, with their \
         priors, and structure that was learnt later is kept in all of them alike. Chains of the \
         others start from the draws of *{usual}*, which were fitted to the same record.\n\n\
         Weights and shares below are of forecasts. They are no probabilities that an explanation is true: the variants \
         are not all that could be, and a discrepancy in each of them follows what its mechanism misses. Nothing else \
         in the model is averaged by them.\n\n",
        test.slot.name, test.model_version
    );
    for variant in &test.slot.variants {
        // Writing to a string does not fail.
        let _ = writeln!(text, "- *{}*: {}", variant.name, variant.sentence);
    }
    text.push('\n');
    let origins = test.origins();
    for (k, origin) in origins.iter().enumerate() {
        text.push_str(&at_origin(test, *origin, origins.get(k + 1).copied()));
    }
    text.push_str(&widths(test));
    text.push_str(&shares(test, usual));
    text
}

/// Sums of scores of the months after an origin, and of single series.
fn at_origin(test: &Alternatives, origin: i32, next: Option<i32>) -> String {
    let usual = test.usual(origin);
    let own: Vec<&Scored> = test.scored.iter().filter(|scored| scored.origin == origin).collect();
    let last = own.iter().flat_map(|scored| scored.months.iter().map(|score| score.month)).max().unwrap_or(origin);
    let mut spans: Vec<i32> = test.rules.spans.iter().map(|span| origin + span).filter(|end| *end < last).collect();
    spans.push(last);
    let until = next.map_or_else(String::new, |next| format!(" and by {}", written(next)));
    let heads: String = spans.iter().map(|end| format!(" to {} |", written(*end))).collect();
    let mut text = format!(
        "## Fitted at {}\n\n\
         Scored on what could be read only after it{until}. Sums of scores of all series together; in brackets the \
         difference from *{}*, with the standard error of the weights from the spread between chains. Effective members \
         are those at the end, of {}: few mean that the sum is known only roughly.\n\n\
         | variant |{heads} effective members | worst R-hat |\n|---|{}---|---|\n",
        written(origin),
        usual.map_or("", |usual| &usual.variant),
        own.first().map_or(0, |scored| scored.members),
        "---|".repeat(spans.len())
    );
    for scored in &own {
        let cell = |end: &i32| {
            let ((sum, error), base) = (scored.up_to(*end), usual.map(|usual| usual.up_to(*end)));
            match base.filter(|_| usual.is_some_and(|usual| usual.variant != scored.variant)) {
                Some((base, of_base)) => {
                    let error = (error * error + of_base * of_base).sqrt();
                    format!(" {sum:.1} ({:+.1} ± {error:.1}) |", sum - base)
                }
                None => format!(" {sum:.1} |"),
            }
        };
        let cells: String = spans.iter().map(cell).collect();
        let effective = scored.months.last().map_or(0.0, |score| score.effective);
        let _ = writeln!(text, "| {} |{cells} {effective:.0} | {:.2} |", scored.variant, scored.worst_rhat);
    }
    text.push_str(&single_series(test, &own));
    text
}

/// Scores of each series alone, given all series before.
fn single_series(test: &Alternatives, own: &[&Scored]) -> String {
    let scores =
        |k: usize| own.first().map_or(0, |scored| scored.months.iter().filter(|m| m.each[k].is_some()).count());
    let counts: Vec<usize> = (0..test.rules.observations.len()).map(scores).collect();
    let heads: String =
        test.rules.observations.iter().zip(&counts).map(|(name, n)| format!(" {name} ({n}) |")).collect();
    let mut text = format!(
        "\nEach series alone, its months given all series before (number of months):\n\n| variant |{heads}\n|---|{}\n",
        "---|".repeat(counts.len())
    );
    for scored in own {
        let cell = |k: usize| if counts[k] == 0 { " - |".to_owned() } else { format!(" {:.1} |", scored.alone(k)) };
        let cells: String = (0..counts.len()).map(cell).collect();
        let _ = writeln!(text, "| {} |{cells}", scored.variant);
    }
    text.push('\n');
    text
}

fn widths(test: &Alternatives) -> String {
    let mut text = "## With other priors\n\n\
        The standard deviations of the priors of a variant's own parameters times a factor, by weights; the sum of scores \
        over all months after the origin, and the effective number of draws at the origin under these priors.\n\n\
        | origin | variant | parameters | factor | score | difference from its own prior | effective draws |\n\
        |---|---|---|---|---|---|---|\n"
        .to_owned();
    for scored in &test.scored {
        for width in &scored.widths {
            let _ = writeln!(
                text,
                "| {} | {} | {} | {} | {:.1} | {:+.1} | {:.0} |",
                written(scored.origin),
                scored.variant,
                width.parameters.join(", "),
                width.factor,
                width.total,
                width.total - scored.total(),
                width.effective_draws
            );
        }
    }
    text.push('\n');
    text
}

fn shares(test: &Alternatives, usual: &str) -> String {
    let months = test.scored.iter().filter(|scored| scored.variant == usual).map(|scored| scored.months.len());
    let mut text = format!(
        "## Shares in the best mixture of forecasts\n\n\
         Stacking over the {} months of all origins: the mixture of the variants' forecasts one month ahead that gives \
         what came the highest density; the interval holds 90 % of resamplings of {} months in a row.\n\n\
         | variant | share |\n|---|---|\n",
        months.sum::<usize>(),
        test.rules.block
    );
    for share in &test.shares {
        let (low, high) = share.interval;
        let _ = writeln!(text, "| {} | {:.2} ({low:.2} to {high:.2}) |", share.variant, share.value);
    }
    text.push_str("\n## Without a score\n\nVariants of these parts get no score and no share, and nothing is averaged over them.\n\n");
    for unjudged in &test.unjudged {
        let _ = writeln!(text, "- *{}*: {}.", unjudged.slot, unjudged.why);
    }
    text
}

/// Every month's scores: of all series together, then of each alone.
pub fn alternatives_csv(test: &Alternatives) -> String {
    let heads = test.rules.observations.join(",");
    let mut text = format!("origin,variant,month,joint,sum_error,effective_members,{heads}\n");
    for scored in &test.scored {
        for score in &scored.months {
            let each: String =
                score.each.iter().map(|x| x.map_or_else(|| ",".to_owned(), |x| format!(",{x:.4}"))).collect();
            let _ = writeln!(
                text,
                "{},{},{},{:.4},{:.4},{:.1}{each}",
                written(scored.origin),
                scored.variant,
                written(score.month),
                score.joint,
                score.error,
                score.effective
            );
        }
    }
    text
}
