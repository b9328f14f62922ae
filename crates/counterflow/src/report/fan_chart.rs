//! The status quo over the years against the record: bands, median, data, and a few policies as thin lines.

use counterflow_explore::comparison::{Band, Comparison, OutcomeFacts, Path, PolicyAnswer};
use maud::{Markup, html};

use super::axis::{anchor_at, grid_down, years_below};
use super::record::Record;
use super::scale::{Scale, extent, px};
use super::svg::{Frame, dot, drawing, path, plot, text, upright};
use super::tables::folded;
use super::words;

/// What a fan chart needs beside the comparison.
pub struct Fan<'a> {
    /// The comparison.
    pub comparison: &'a Comparison,
    /// Position of the outcome.
    pub outcome: usize,
    /// Its record.
    pub record: &'a Record,
    /// End of the data, in years.
    pub data_through: f64,
    /// From here on no back-test of such models reaches.
    pub untested_from: f64,
    /// Policies drawn as lines.
    pub policies: &'a [&'a PolicyAnswer],
}

/// A line at the right end of which its name stands.
struct Named<'a> {
    name: &'a str,
    class: String,
    points: Vec<(f64, f64)>,
}

const TOP: f64 = 16.0;
const HEIGHT: f64 = 220.0;
/// Bands are cut off where they pass this many times the highest median or datum, so that the rest can be seen.
const TALLEST: f64 = 2.5;
/// Years before the end of the data that are shown at least, with a record and without.
const PAST_YEARS: f64 = 10.0;
/// See [`PAST_YEARS`].
const PAST_YEARS_ALONE: f64 = 5.0;
/// Years from which dots are drawn smaller, so that they do not run together on a phone.
const MANY_YEARS: usize = 30;
/// Characters in a line of a name beside the plot.
const NAME_WIDTH: usize = 14;
const LINE: f64 = 13.0;

impl Fan<'_> {
    fn facts(&self) -> &OutcomeFacts {
        &self.comparison.outcomes[self.outcome]
    }

    fn path_of<'b>(&self, policy: &'b PolicyAnswer) -> Option<&'b Path> {
        policy.paths.iter().find(|p| p.outcome == self.outcome)
    }

    /// The path from where it is worth seeing: from the start of the record, and ten years at least; without a record
    /// the past is the model's own tale, and a few years of it are enough.
    fn shown(&self, path: &Path) -> Path {
        let end = self.data_through.floor();
        let from = match self.record.points.first() {
            Some(first) => first.time.floor().min(end - PAST_YEARS),
            None => end - PAST_YEARS_ALONE,
        };
        let skipped = path.years.iter().take_while(|year| **year < from).count();
        Path { outcome: path.outcome, years: path.years[skipped..].to_vec(), bands: path.bands[skipped..].to_vec() }
    }

    /// The chart of a status quo; `None` if it has no path or nothing in it differs from zero.
    pub fn chart(&self, status_quo: &PolicyAnswer) -> Option<Markup> {
        let path = &self.shown(self.path_of(status_quo)?);
        let (first, last) = (*path.years.first()?, *path.years.last()? + 1.0);
        let recorded: Vec<(f64, f64)> = self
            .record
            .points
            .iter()
            .map(|p| (p.time, p.value))
            .filter(|(time, _)| first <= *time && *time <= last)
            .collect();
        let (low, high) = extent(path.bands.iter().flat_map(|b| [b.lo90, b.hi90]))?;
        if low == 0.0 && high == 0.0 {
            return None;
        }
        let named = self.named(path);
        let lines = named.iter().flat_map(|n| n.points.iter().map(|p| p.1));
        let needed = extent(recorded.iter().map(|p| p.1).chain(lines)).map_or(high, |(_, most)| most);
        let tallest = needed * TALLEST;
        let y = Scale::from_zero(path.bands.iter().flat_map(|b| [b.lo90, b.hi90.min(tallest)]).chain([needed]));
        let frame = Frame { x: Scale::new(first, last), y, height: HEIGHT };
        Some(self.figure(&frame, path, &recorded, &named, high > tallest))
    }

    /// The status quo and the policies, from the end of the data on.
    fn named<'b>(&'b self, status_quo: &Path) -> Vec<Named<'b>> {
        let points = |path: &Path, from: f64| -> Vec<(f64, f64)> {
            let all = path.years.iter().zip(&path.bands).map(|(year, band)| (year + 0.5, band.median));
            all.filter(|(time, value)| *time >= from && value.is_finite()).collect()
        };
        let first = Named { name: "Status quo", class: "status-quo".to_owned(), points: points(status_quo, f64::MIN) };
        let rest = self.policies.iter().enumerate().filter_map(|(i, policy)| {
            let points = points(self.path_of(policy)?, self.data_through);
            Some(Named { name: &policy.name, class: format!("policy-{}", i + 1), points })
        });
        std::iter::once(first).chain(rest).filter(|n| !n.points.is_empty()).collect()
    }

    fn figure(&self, frame: &Frame, path: &Path, recorded: &[(f64, f64)], named: &[Named<'_>], cut: bool) -> Markup {
        let facts = self.facts();
        let id = format!("path-{}", words::slug(&facts.id));
        let heading = heading(facts);
        let description = self.described(path, recorded, named);
        html! {
            figure {
                h3 { (heading) }
                div class="with-names" {
                    @let content = self.content(frame, path, recorded, named);
                    (drawing(&id, "chart", TOP + HEIGHT + 24.0, &heading, &description, content))
                }
                figcaption {
                    p { (self.sentence(path)) }
                    @if !recorded.is_empty() { p { "Record: " (self.record.titles.join("; ")) "." } }
                    @if recorded.is_empty() && self.record.note.is_empty() { p { "No series of the record shows this." } }
                    @if !self.record.note.is_empty() { p { (self.record.note) } }
                    @if cut { p { "The top of the widest band is cut off so that the rest can be seen." } }
                    (self.table(path))
                }
            }
        }
    }

    fn content(&self, frame: &Frame, path_of: &Path, recorded: &[(f64, f64)], named: &[Named<'_>]) -> Markup {
        let at = |value: fn(&Band) -> f64| -> Vec<(f64, f64)> {
            path_of.years.iter().zip(&path_of.bands).map(|(year, band)| (year + 0.5, value(band))).collect()
        };
        let radius = if path_of.years.len() > MANY_YEARS { 2.2 } else { 3.0 };
        let (untested, end) = (frame.x.percent(self.untested_from), frame.x.percent(self.data_through));
        let shaded = frame.area(
            &[(self.untested_from, f64::MIN), (frame.x.high(), f64::MIN)],
            &[(self.untested_from, f64::MAX), (frame.x.high(), f64::MAX)],
        );
        html! {
            @if self.untested_from < frame.x.high() {
                (plot(TOP, HEIGHT, path("untested", &shaded)))
                (text("tick", "100%", TOP + 12.0, "end", "beyond back-tests"))
                (upright("untested-edge", &untested, TOP, TOP + HEIGHT))
            }
            (plot(TOP, HEIGHT, html! {
                (path("area90", &frame.area(&at(|b| b.lo90), &at(|b| b.hi90))))
                (path("area50", &frame.area(&at(|b| b.lo50), &at(|b| b.hi50))))
                @for one in named.iter().rev() { (path(&one.class, &frame.line(one.points.iter().copied()))) }
            }))
            @for (time, value) in recorded { (dot("datum", &frame.x.percent(*time), TOP + frame.down(*value), radius)) }
            (grid_down(frame, TOP, 4))
            (upright("data-end", &end, TOP - 4.0, TOP + HEIGHT))
            (text("tick", &end, 9.0, anchor_at(frame.x.share(self.data_through)), "end of data"))
            (years_below(frame.x, TOP + HEIGHT, 5))
            (names(frame, named))
        }
    }

    fn described(&self, path: &Path, recorded: &[(f64, f64)], named: &[Named<'_>]) -> String {
        let unit = &self.facts().unit;
        let mut all = self.sentence(path);
        if let (Some(first), Some(last)) = (recorded.first(), recorded.last()) {
            let (from, to) = (words::amount(first.1, unit), words::amount(last.1, unit));
            all += &format!(" The record goes from {from} in {} to {to} in {}.", first.0.floor(), last.0.floor());
        }
        for line in named.iter().skip(1) {
            if let Some((time, value)) = line.points.last() {
                all += &format!(" {}: median {} in {}.", line.name, words::amount(*value, unit), time.floor());
            }
        }
        all
    }

    /// The last year in words.
    fn sentence(&self, path: &Path) -> String {
        let unit = &self.facts().unit;
        match path.years.last().zip(path.bands.last()) {
            Some((year, band)) => format!(
                "In {year} the status quo has a median of {}; 90 in 100 futures lie between {} and {}.",
                words::amount(band.median, unit),
                words::amount(band.lo90, unit),
                words::amount(band.hi90, unit)
            ),
            None => String::new(),
        }
    }

    fn table(&self, path: &Path) -> Markup {
        let unit = &self.facts().unit;
        let rows = path.years.iter().zip(&path.bands).map(|(year, band)| {
            let in_year = self.record.points.iter().find(|p| p.time == year + 0.5);
            vec![
                format!("{year}"),
                in_year.map_or_else(|| "–".to_owned(), |p| words::amount(p.value, unit)),
                words::amount(band.median, unit),
                format!("{} to {}", words::amount(band.lo50, unit), words::amount(band.hi50, unit)),
                format!("{} to {}", words::amount(band.lo90, unit), words::amount(band.hi90, unit)),
            ]
        });
        let head = ["Year", "Record", "Median, status quo", "50 in 100 futures", "90 in 100 futures"];
        folded("The numbers by year", &heading(self.facts()), &head, rows.collect())
    }
}

fn heading(facts: &OutcomeFacts) -> String {
    // A total is drawn as its yearly rate.
    if facts.summary == "total" { format!("{}, a year", facts.title) } else { facts.title.clone() }
}

/// Names at the right of their lines' ends, moved apart where they would cover each other.
fn names(frame: &Frame, named: &[Named<'_>]) -> Markup {
    let mut labels: Vec<(f64, Vec<String>, &str)> = Vec::new();
    for line in named {
        if let Some(last) = line.points.last() {
            labels.push((TOP + frame.down(last.1) + 4.0, words::wrap(line.name, NAME_WIDTH), &line.class));
        }
    }
    labels.sort_by(|a, b| a.0.total_cmp(&b.0));
    let total: f64 = labels.iter().map(|l| l.1.len() as f64 * LINE + 3.0).sum();
    let mut lowest = f64::MIN;
    let mut left = total;
    for (y, lines, _) in &mut labels {
        let room = lines.len() as f64 * LINE + 3.0;
        *y = y.min(TOP + HEIGHT + LINE - left).max(lowest);
        lowest = *y + room;
        left -= room;
    }
    html! {
        @for (y, lines, class) in &labels {
            @for (i, words) in lines.iter().enumerate() {
                text class={ "label name-of " (class) } x="100%" dx="6" y=(px(y + LINE * i as f64)) { (words) }
            }
        }
    }
}
