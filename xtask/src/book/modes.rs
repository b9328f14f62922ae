//! What it does to answers that the chains of the main posterior disagree, as a part of the validation page.

use counterflow::modes::{Modes, Parted, modes};
use counterflow::policy::Policy;
use counterflow::report::words;
use counterflow::{Project, answers::Reference};

/// The outcome that is shown for every policy.
const ALWAYS: &str = "us_deaths_all";

/// The section, parted by the parameter on which chains agree least.
///
/// # Errors
/// If the posterior does not read.
pub fn section(project: &Project, policies: &[Policy], parameter: &str) -> Result<String, String> {
    let found = modes(project, policies, parameter).map_err(|problem| problem.to_string())?;
    let [low, high] = found.draws;
    let count = |is: fn(&Parted) -> bool| found.answers.iter().filter(|answer| is(answer)).count();
    let mut text = format!(
        "\n#### What the disagreement does to answers\n\n\
         Chains agree least on `{parameter}`. Its draws fall into two groups: {low} up to {} and {high} above. How many belong to \
         each is known only roughly, because a chain seldom changes from one to the other. \
         So here is every answer by all draws and by each group alone.\n\n\
         Of {} answers (outcomes of the status quo, and differences of {} policies from it), the middle of a group lies outside \
         the inner band of all draws in {}, outside the outer one in {}, and the two middles differ in sign in {}. \
         The table holds those, and `{ALWAYS}` for every policy: middle and band of nine tenths.\n\n\
         | policy | outcome | all draws | lower group | upper group |\n|---|---|---|---|---|\n",
        words::number(found.gap),
        found.answers.len(),
        found.answers.iter().filter(|one| one.outcome == ALWAYS).count() - 1,
        count(Parted::moves),
        count(Parted::leaves),
        count(Parted::turns),
    );
    rows(&found).for_each(|row| text.push_str(&row));
    Ok(text)
}

fn rows(found: &Modes) -> impl Iterator<Item = String> {
    let shown = found.answers.iter().filter(|one| one.outcome == ALWAYS || one.moves() || one.turns());
    shown.map(|one| {
        let told = |band| match one.reference {
            Reference::Level => words::level(band, &one.unit),
            _ => words::difference(band, &one.unit),
        };
        let [low, high] = &one.parts;
        format!("| {} | {} | {} | {} | {} |\n", one.policy, one.outcome, told(&one.all), told(low), told(high))
    })
}
