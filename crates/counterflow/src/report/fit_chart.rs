//! One data series against what the posterior predicts for it, small.

use maud::{Markup, html};

use crate::fit::{FitPoint, SeriesFit};

use super::axis::{grid_down, years_below};
use super::scale::{Scale, extent};
use super::svg::{Frame, dot, drawing, path, plot};
use super::words;

const TOP: f64 = 12.0;
const HEIGHT: f64 = 120.0;
/// Bands are cut off where they pass this many times the highest datum, so that the data can be seen.
const TALLEST: f64 = 2.0;

/// The chart of one series; `None` without data.
pub fn chart(series: &SeriesFit) -> Option<Markup> {
    let (first, last) = extent(series.points.iter().map(|p| p.time))?;
    let (_, most) = extent(series.points.iter().flat_map(|p| [p.value, p.band.median]))?;
    let tops = series.points.iter().map(|p| p.band.hi90.min(most * TALLEST));
    let y = Scale::from_zero(tops.chain(series.points.iter().flat_map(|p| [p.value, p.band.lo90])));
    let frame = Frame { x: Scale::new((first - 0.5).floor(), (last + 0.5).ceil()), y, height: HEIGHT };
    let title = format!("{}: data and fit", series.title);
    let id = format!("fit-{}", words::slug(&series.name));
    Some(drawing(&id, "chart small", TOP + HEIGHT + 24.0, &title, &described(series), content(&frame, series)))
}

fn content(frame: &Frame, series: &SeriesFit) -> Markup {
    let at =
        |value: fn(&FitPoint) -> f64| -> Vec<(f64, f64)> { series.points.iter().map(|p| (p.time, value(p))).collect() };
    html! {
        (plot(TOP, HEIGHT, html! {
            (path("area90", &frame.area(&at(|p| p.band.lo90), &at(|p| p.band.hi90))))
            (path("area50", &frame.area(&at(|p| p.band.lo50), &at(|p| p.band.hi50))))
            (path("fitted", &frame.line(at(|p| p.band.median))))
        }))
        (grid_down(frame, TOP, 3))
        @for point in &series.points {
            @let class = if point.used { "datum" } else { "datum unused" };
            (dot(class, &frame.x.percent(point.time), TOP + frame.down(point.value), 2.0))
        }
        (years_below(frame.x, TOP + HEIGHT, 4))
    }
}

fn described(series: &SeriesFit) -> String {
    let used = series.points.iter().filter(|p| p.used).count();
    let inside = series.points.iter().filter(|p| p.used && p.band.lo90 <= p.value && p.value <= p.band.hi90).count();
    let span = match (series.points.first(), series.points.last()) {
        (Some(first), Some(last)) => {
            let (from, to) = (words::number(first.value), words::number(last.value));
            format!("{}: {from}. {}: {to}.", first.period, last.period)
        }
        _ => String::new(),
    };
    format!("{span} {inside} of {used} data used lie inside the band of 90 in 100. Unit: {}.", series.unit)
}
