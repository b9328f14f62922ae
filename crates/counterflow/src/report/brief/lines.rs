//! One line for each policy: medians over years or doses.

use maud::{Markup, html};

use crate::report::axis::grid_down;
use crate::report::scale::Scale;
use crate::report::svg::{Frame, drawing, level_line, path, plot, text, upright};
use crate::report::words;

/// A line.
pub struct Line<'a> {
    /// Whose it is.
    pub name: &'a str,
    /// Its points, from left to right.
    pub points: Vec<(f64, f64)>,
}

/// What a chart says beside its lines.
pub struct Said<'a> {
    /// Id, unique in the document.
    pub id: &'a str,
    /// Name of the chart.
    pub title: &'a str,
    /// What stands for it where it can not be seen.
    pub description: &'a str,
    /// Marks below the plot, and their words.
    pub marks: Vec<(f64, String)>,
    /// From where the ground is shaded.
    pub shaded_from: Option<f64>,
}

const TOP: f64 = 14.0;
const HEIGHT: f64 = 190.0;
/// Classes of lines that the style sheet tells apart by colour and dashes; further ones begin again.
const CLASSES: usize = 3;

/// Class of a policy's line.
pub fn class(policy: usize) -> String {
    format!("policy-{}", policy % CLASSES + 1)
}

/// The chart; nothing where no line has a point that is not zero.
pub fn chart(lines: &[Line<'_>], said: &Said<'_>) -> Option<Markup> {
    let all = || lines.iter().flat_map(|line| line.points.iter().copied());
    if all().all(|(_, y)| y == 0.0 || !y.is_finite()) {
        return None;
    }
    let places: Vec<f64> = all().map(|p| p.0).chain(said.marks.iter().map(|m| m.0)).collect();
    let (low, high) = places.iter().fold((f64::MAX, f64::MIN), |(l, h), x| (l.min(*x), h.max(*x)));
    let room = 0.03 * (high - low);
    let x = Scale::new(low - room, high + room);
    let frame = Frame { x, y: Scale::around_zero(all().map(|p| p.1)), height: HEIGHT };
    let shade = said.shaded_from.map(|from| from.max(x.low())).filter(|from| *from < x.high());
    let content = html! {
        @if let Some(from) = shade {
            rect class="untested" x=(x.percent(from)) y="14" width=(format!("{}%", 100.0 * (1.0 - x.share(from)))) height="190" {}
        }
        (level_line("zero", "0%", "100%", TOP + frame.down(0.0)))
        (plot(TOP, HEIGHT, html! {
            @for (k, line) in lines.iter().enumerate() { (path(&class(k), &frame.line(line.points.iter().copied()))) }
        }))
        (grid_down(&frame, TOP, 4))
        @for (place, words) in &said.marks {
            (upright("grid", &x.percent(*place), TOP + HEIGHT, TOP + HEIGHT + 4.0))
            (text("tick", &x.percent(*place), TOP + HEIGHT + 16.0, "middle", words))
        }
    };
    let drawn = drawing(said.id, "chart", TOP + HEIGHT + 24.0, said.title, said.description, content);
    Some(html! { (drawn) (legend(lines)) })
}

/// Which line is whose.
fn legend(lines: &[Line<'_>]) -> Markup {
    html! {
        ul class="line-legend" {
            @for (k, line) in lines.iter().enumerate() {
                li {
                    svg class="key" width="34" height="10" aria-hidden="true" { (level_line(&class(k), "0", "34", 5.0)) }
                    " " (line.name)
                }
            }
        }
    }
}

/// Every line in words: its first and last value.
pub fn in_words(lines: &[Line<'_>], unit: &str, place: &dyn Fn(f64) -> String) -> String {
    let one = |line: &Line<'_>| {
        let (first, last) = (line.points.first()?, line.points.last()?);
        let value = |y: f64| words::signed(y, unit);
        Some(format!(
            "{}: {} at {}, {} at {}.",
            line.name,
            value(first.1),
            place(first.0),
            value(last.1),
            place(last.0)
        ))
    };
    lines.iter().filter_map(one).collect::<Vec<_>>().join(" ")
}
