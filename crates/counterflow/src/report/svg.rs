//! The parts every drawing is made of: a named frame, text, lines, areas.
//!
//! A drawing is as wide as its box; `plot` is a part of it with 1,000 units across, stretched to that width, for
//! shapes that SVG can not place by percentages. Lines in it keep their thickness by the style sheet.

use std::fmt::Write as _;

use maud::{Markup, html};

use super::scale::{Scale, px, trim};

/// Units across in a [`plot`].
const ACROSS: f64 = 1000.0;

/// A drawing with the name and the description that stand for it where it can not be seen.
pub fn drawing(id: &str, class: &str, height: f64, title: &str, description: &str, content: Markup) -> Markup {
    html! {
        svg id=(id) class=(class) role="img" width="100%" height=(px(height))
            aria-labelledby={ (id) "-title " (id) "-desc" } {
            title id={ (id) "-title" } { (title) }
            desc id={ (id) "-desc" } { (description) }
            (content)
        }
    }
}

/// A drawing with its own coordinates, which keeps its proportions; its text shrinks with it.
pub fn fixed_drawing(
    id: &str,
    class: &str,
    size: (f64, f64),
    title: &str,
    description: &str,
    content: Markup,
) -> Markup {
    html! {
        svg id=(id) class=(class) role="img" viewBox={ "0 0 " (px(size.0)) " " (px(size.1)) }
            aria-labelledby={ (id) "-title " (id) "-desc" } {
            title id={ (id) "-title" } { (title) }
            desc id={ (id) "-desc" } { (description) }
            (content)
        }
    }
}

/// The stretched part of a drawing: from `top`, `height` pixels high.
pub fn plot(top: f64, height: f64, content: Markup) -> Markup {
    html! {
        svg class="plot" x="0" y=(px(top)) width="100%" height=(px(height))
            viewBox={ "0 0 1000 " (px(height)) } preserveAspectRatio="none" { (content) }
    }
}

/// Scales of a plot: values across, values down within `height` pixels.
#[derive(Clone, Copy)]
pub struct Frame {
    /// Across.
    pub x: Scale,
    /// Down; the low end is at the bottom.
    pub y: Scale,
    /// Height in pixels.
    pub height: f64,
}

impl Frame {
    /// Pixels from the top of the plot.
    pub fn down(&self, value: f64) -> f64 {
        self.height * (1.0 - self.y.share(value))
    }

    fn place(&self, (x, y): (f64, f64)) -> String {
        format!("{} {}", trim(self.x.share(x) * ACROSS, 1), px(self.down(y)))
    }

    /// A line through points, as path data.
    pub fn line(&self, points: impl IntoIterator<Item = (f64, f64)>) -> String {
        let mut path = String::new();
        for point in points {
            let command = if path.is_empty() { 'M' } else { 'L' };
            // Writing to a string can not fail.
            let _ = write!(path, "{command}{}", self.place(point));
        }
        path
    }

    /// The area between two lines, as path data.
    pub fn area(&self, low: &[(f64, f64)], high: &[(f64, f64)]) -> String {
        if low.is_empty() { String::new() } else { self.line(low.iter().chain(high.iter().rev()).copied()) + "Z" }
    }
}

/// Text with its place across as a percentage or a number.
pub fn text(class: &str, x: &str, y: f64, anchor: &str, words: &str) -> Markup {
    html! { text class=(class) x=(x) y=(px(y)) text-anchor=(anchor) { (words) } }
}

/// A level line between two places across.
pub fn level_line(class: &str, x1: &str, x2: &str, y: f64) -> Markup {
    html! { line class=(class) x1=(x1) x2=(x2) y1=(px(y)) y2=(px(y)) {} }
}

/// An upright line at a place across.
pub fn upright(class: &str, x: &str, y1: f64, y2: f64) -> Markup {
    html! { line class=(class) x1=(x) x2=(x) y1=(px(y1)) y2=(px(y2)) {} }
}

/// A filled or stroked path.
pub fn path(class: &str, data: &str) -> Markup {
    html! { path class=(class) d=(data) {} }
}

/// A dot at a place across.
pub fn dot(class: &str, x: &str, y: f64, radius: f64) -> Markup {
    html! { circle class=(class) cx=(x) cy=(px(y)) r=(px(radius)) {} }
}
