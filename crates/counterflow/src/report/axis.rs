//! Axes: values beside grid lines, years below.

use maud::{Markup, html};

use super::scale::Scale;
use super::svg::{Frame, level_line, text, upright};
use super::words::number;

/// Grid lines across with their values written above them at the left, inside the plot, so that no margin is lost.
/// Drawn after the lines of a plot, so that the values stay readable.
pub fn grid_down(frame: &Frame, top: f64, about: usize) -> Markup {
    html! {
        @for tick in frame.y.ticks(about) {
            @let y = top + frame.down(tick);
            (level_line("grid", "0%", "100%", y))
            (text("tick", "0%", y - 3.0, "start", &number(tick)))
        }
    }
}

/// Years below a plot.
pub fn years_below(x: Scale, y: f64, about: usize) -> Markup {
    html! {
        @for tick in x.ticks(about).into_iter().filter(|t| t.fract() == 0.0) {
            (upright("grid", &x.percent(tick), y, y + 4.0))
            (text("tick", &x.percent(tick), y + 16.0, anchor_at(x.share(tick)), &format!("{tick}")))
        }
    }
}

/// Grid lines down with their values below.
pub fn grid_across(x: Scale, top: f64, bottom: f64, about: usize, words: &dyn Fn(f64) -> String) -> Markup {
    html! {
        @for tick in x.ticks(about) {
            (upright("grid", &x.percent(tick), top, bottom))
            (text("tick", &x.percent(tick), bottom + 14.0, anchor_at(x.share(tick)), &words(tick)))
        }
    }
}

/// Keeps text inside the box: it starts at the left end, ends at the right end, and is centred between.
pub fn anchor_at(share: f64) -> &'static str {
    match share {
        s if s < 0.08 => "start",
        s if s > 0.92 => "end",
        _ => "middle",
    }
}
