//! Findings and answers as people read them.

use counterflow_explore::comparison::Band;

use super::{Answer, Ask, Experiment, Published};

/// What was published: the size with its band, or a direction.
pub fn published_in_words(experiment: &Experiment) -> String {
    let Published { value, low, high } = experiment.published;
    let text = |x: f64| experiment.ask.as_ref().map_or_else(|| format!("{x}"), |ask| ask.measure.text(x, &ask.unit));
    let direction = |sign: f64| if sign > 0.0 { "up" } else { "down" }.to_owned();
    let size = value.map_or_else(|| direction(experiment.published.sign()), text);
    match (low, high) {
        (Some(low), Some(high)) => format!("{size} ({} to {})", text(low), text(high)),
        _ => size,
    }
}

/// What the model gives: the median with the 90 % band.
pub fn answer_in_words(answer: &Answer, ask: &Ask) -> String {
    let Band { lo90, median, hi90, .. } = answer.model;
    let text = |x: f64| ask.measure.text(x, &ask.unit);
    let outstanding = match answer.outstanding {
        0 => String::new(),
        draws => format!(", not back in {draws} draws"),
    };
    format!("{} ({} to {}){outstanding}", text(median), text(lo90), text(hi90))
}
