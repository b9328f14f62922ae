//! Differences from the status quo as intervals: one row for each policy, 90 % thin, 50 % thick, the median a tick.

use counterflow_explore::comparison::{Answer, Band, OutcomeFacts};
use maud::{Markup, html};

use super::axis::{anchor_at, grid_across};
use super::scale::Scale;
use super::svg::{drawing, level_line, text, upright};
use super::{Still, words};

/// A row of the chart.
pub struct Row<'a> {
    /// Name of the policy.
    pub name: &'a str,
    /// Its difference from the status quo.
    pub answer: &'a Answer,
}

const TOP: f64 = 22.0;
const ROW: f64 = 54.0;
const LINE: f64 = 14.0;
/// Parts of the second farthest reach, and of the farthest middle half, up to which bands are drawn; and the part of the
/// farthest reach below which it is worth cutting that one off.
const BEYOND_SECOND: f64 = 1.25;
const BEYOND_MIDDLE: f64 = 1.1;
const WORTH_CUTTING: f64 = 0.8;
/// Characters in a line of a policy's name: what a phone of 320 pixels shows.
const LETTERS: usize = 38;

/// The chart of one outcome.
pub fn chart(outcome: &OutcomeFacts, years: &str, rows: &[Row<'_>]) -> Markup {
    let x = Scale::around_zero(ends(&rows.iter().map(|row| row.answer.band).collect::<Vec<_>>()));
    let names: Vec<Vec<String>> = rows.iter().map(|r| words::wrap(r.name, LETTERS)).collect();
    let tops: Vec<f64> =
        names.iter().scan(TOP, |top, lines| Some(std::mem::replace(top, *top + height(lines)))).collect();
    let bottom = TOP + names.iter().map(|lines| height(lines)).sum::<f64>();
    let unit = words::unit(&outcome.unit);
    let (less, more) = words::less_more(&outcome.unit);
    let zero = x.percent(0.0);
    let (size, size_name) = words::common_size(x.ticks(4), &outcome.unit);
    let content = html! {
        (grid_across(x, TOP, bottom, 4, &|v| words::signed(v / size, "")))
        (text("tick", "50%", bottom + 30.0, "middle", &size_name))
        (text("label", &zero, 11.0, anchor_at(x.share(0.0)), "status quo"))
        @for ((row, name), top) in rows.iter().zip(&names).zip(&tops) { (one(x, *top, row.answer, name, &outcome.unit)) }
        @if x.share(0.0) > 0.2 { (text("tick", "0%", bottom + 30.0, "start", &format!("← {less}"))) }
        @if x.share(0.0) < 0.8 { (text("tick", "100%", bottom + 30.0, "end", &format!("{more} →"))) }
    };
    let title = format!("{}: difference from the status quo, {years}", outcome.title);
    let described = if unit.is_empty() { String::new() } else { format!(" In {unit}.") };
    let description = rows.iter().fold(format!("Median and band of 90 in 100 futures.{described}"), |all, row| {
        let band = words::difference(&row.answer.band, &outcome.unit);
        match row.answer.is_still() {
            true => format!("{all} {}: no effect in the model.", row.name),
            false => format!("{all} {}: {band}, basis {}.", row.name, words::basis(row.answer.basis)),
        }
    });
    drawing(&format!("differences-{}", words::slug(&outcome.id)), "chart", bottom + 36.0, &title, &description, content)
}

/// Ends of the bands, as far as they are drawn.
///
/// One policy that reaches far beyond all others would press them together, so the chart ends a little beyond the second
/// farthest, unless the middle half of the farthest needs more or little would be won. Arrows mark what goes on.
fn ends(bands: &[Band]) -> Vec<f64> {
    let size = |a: f64, b: f64| a.abs().max(b.abs());
    let mut reaches: Vec<f64> = bands.iter().map(|b| size(b.lo90, b.hi90)).filter(|r| r.is_finite()).collect();
    reaches.sort_by(|a, b| b.total_cmp(a));
    let middle = bands.iter().map(|b| size(b.lo50, b.hi50)).fold(0.0, f64::max);
    let limit = match reaches[..] {
        [farthest, second, ..] => Some((BEYOND_SECOND * second).max(BEYOND_MIDDLE * middle))
            .filter(|limit| *limit > 0.0 && *limit < WORTH_CUTTING * farthest),
        _ => None,
    };
    let limit = limit.unwrap_or(f64::MAX);
    let both = bands.iter().flat_map(|b| [b.lo90, b.hi90]);
    both.filter(|end| end.is_finite()).map(|end| end.clamp(-limit, limit)).collect()
}

/// A row is as high as its name needs.
fn height(name: &[String]) -> f64 {
    ROW + LINE * (name.len() as f64 - 1.0).max(0.0)
}

fn one(x: Scale, top: f64, answer: &Answer, name: &[String], unit: &str) -> Markup {
    let basis = words::basis(answer.basis);
    let below = top + height(name) - ROW;
    html! {
        @for (i, line) in name.iter().enumerate() { (text("label name", "0%", top + 16.0 + LINE * i as f64, "start", line)) }
        @if answer.is_still() {
            (text("tick", "0%", below + 33.0, "start", "no effect in the model"))
        } @else {
            (upright("zero", &x.percent(0.0), below + 19.0, below + 39.0))
            g class=(basis) { (interval(x, below + 30.0, &answer.band)) }
            (text("tick", "0%", below + 48.0, "start", &format!("{basis}: {}", words::difference(&answer.band, unit))))
        }
    }
}

fn interval(x: Scale, y: f64, band: &Band) -> Markup {
    html! {
        (level_line("band90", &x.percent(band.lo90), &x.percent(band.hi90), y))
        // Below a broken line lies a faint whole one, so that it reads as one interval.
        (level_line("band50 below", &x.percent(band.lo50), &x.percent(band.hi50), y))
        (level_line("band50", &x.percent(band.lo50), &x.percent(band.hi50), y))
        (upright("median", &x.percent(band.median), y - 7.0, y + 7.0))
        @if band.lo90 < x.low() { (text("beyond", "0%", y + 4.0, "start", "←")) }
        @if band.hi90 > x.high() { (text("beyond", "100%", y + 4.0, "end", "→")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn band(lo90: f64, lo50: f64, hi50: f64, hi90: f64) -> Band {
        Band { lo90, lo50, median: 0.5 * (lo50 + hi50), hi50, hi90 }
    }

    #[test]
    fn one_policy_does_not_press_the_others_together() {
        let near = band(-10.0, -6.0, -4.0, -2.0);
        let most = |bands: &[Band]| ends(bands).into_iter().fold(0.0, f64::max);
        // Its middle half is always drawn; what is a little longer than the others is drawn whole.
        assert_eq!(most(&[near, band(1.0, 2.0, 5.0, 30.0)]), 12.5);
        assert_eq!(most(&[near, band(1.0, 10.0, 20.0, 30.0)]), 22.0);
        assert_eq!(most(&[near, band(1.0, 2.0, 5.0, 14.0)]), 14.0);
        assert_eq!(most(&[near, band(1.0, 10.0, 26.0, 30.0)]), 30.0);
        assert_eq!(most(&[band(1.0, 2.0, 5.0, 30.0)]), 30.0);
        assert_eq!(most(&[band(0.0, 0.0, 0.0, 0.0), band(0.0, 0.0, 0.0, 0.0)]), 0.0);
        let broken = band(f64::NEG_INFINITY, f64::NAN, f64::INFINITY, f64::NAN);
        assert!(ends(&[near, broken]).iter().all(|end| end.is_finite()));
    }
}
