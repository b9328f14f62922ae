//! Graphical functions: points, or heights over a range; continuous, extrapolated or stairs.

use counterflow_lang::Code;
use counterflow_model::{Beyond, Lookup};

use crate::markup::{Element, Text};
use crate::report::Report;

/// The kinds of graphical functions with what they answer outside and between the points.
pub const KINDS: &[(&str, Beyond)] =
    &[("continuous", Beyond::Hold), ("extrapolate", Beyond::Extrapolate), ("discrete", Beyond::Steps)];

/// A graphical function, if its points make one.
pub fn curve(element: &Element, owner: &str, report: &mut Report) -> Option<Lookup> {
    let said = element.attribute("type").map(|kind| kind.trimmed().to_lowercase());
    let is_discrete = element.attribute("discrete").is_some_and(|value| value.trimmed().eq_ignore_ascii_case("true"));
    let beyond = match (&said, is_discrete) {
        (Some(kind), _) => KINDS.iter().find(|(name, _)| name == kind).map(|(_, beyond)| *beyond),
        (None, true) => Some(Beyond::Steps),
        (None, false) => Some(Beyond::Hold),
    };
    let Some(beyond) = beyond else {
        let message = format!("`{}` is no kind of graphical function", said.unwrap_or_default());
        report.advise(Code::E7002, element.span, message, "expected `continuous`, `extrapolate` or `discrete`");
        return None;
    };
    let y = numbers(element, "ypts", report)?;
    let x = match element.child("xpts") {
        Some(_) => numbers(element, "xpts", report)?,
        None => spread(element, y.len(), owner, report)?,
    };
    let points: Vec<(f64, f64)> = x.iter().copied().zip(y.iter().copied()).collect();
    if x.len() != y.len() || points.is_empty() {
        let message = format!("the graphical function of `{owner}` has {} places for {} heights", x.len(), y.len());
        report.push(Code::E1012, element.span, message);
        return None;
    }
    let (x, y) = rising(points).or_else(|| {
        report.push(
            Code::E1012,
            element.span,
            format!("the places of the graphical function of `{owner}` do not rise"),
        );
        None
    })?;
    Some(Lookup { name: owner.to_owned(), x, y, beyond })
}

/// Points whose places rise strictly: two at one place make a jump, which a curve has just before it.
fn rising(points: Vec<(f64, f64)>) -> Option<(Vec<f64>, Vec<f64>)> {
    let is_sound = points.iter().all(|(x, y)| x.is_finite() && y.is_finite());
    if !is_sound || points.windows(2).any(|pair| pair[0].0 > pair[1].0) {
        return None;
    }
    let (mut x, mut y): (Vec<f64>, Vec<f64>) = (Vec::new(), Vec::new());
    for (place, height) in points {
        if x.last() == Some(&place) {
            let before = x.len().checked_sub(2).map_or(f64::NEG_INFINITY, |i| x[i]);
            let early = place - (place.abs() * 1e-12).max(1e-12);
            if early > before {
                *x.last_mut()? = early;
            } else {
                x.pop();
                y.pop();
            }
        }
        x.push(place);
        y.push(height);
    }
    if let ([place], [height]) = (&x[..], &y[..]) {
        // One point holds everywhere; a curve needs two.
        let (place, height) = (place + 1.0, *height);
        x.push(place);
        y.push(height);
    }
    Some((x, y))
}

/// Places at equal distances over the range of `xscale`.
fn spread(element: &Element, count: usize, owner: &str, report: &mut Report) -> Option<Vec<f64>> {
    let scale = element.child("xscale");
    let end = |name| scale.and_then(|scale| scale.attribute(name)).and_then(|text| text.trimmed().parse::<f64>().ok());
    let (Some(low), Some(high)) = (end("min"), end("max")) else {
        let message =
            format!("the graphical function of `{owner}` has neither `xpts` nor an `xscale` with `min` and `max`");
        report.push(Code::E1012, element.span, message);
        return None;
    };
    let parts = count.saturating_sub(1).max(1) as f64;
    Some((0..count).map(|i| low + (high - low) * i as f64 / parts).collect())
}

fn numbers(element: &Element, name: &str, report: &mut Report) -> Option<Vec<f64>> {
    let Some(list) = element.child(name) else {
        report.push(Code::E1012, element.span, format!("this graphical function has no `{name}`"));
        return None;
    };
    let separator = list.attribute("sep").map_or(",", |sep| sep.value.as_str());
    let separator = if separator.is_empty() { "," } else { separator };
    let mut found = Vec::new();
    for part in list.text.value.split(separator).map(str::trim).filter(|part| !part.is_empty()) {
        match part.parse::<f64>() {
            Ok(number) => found.push(number),
            Err(_) => {
                let at = part.as_ptr() as usize - list.text.value.as_ptr() as usize;
                let shown: String = part.chars().take(24).collect();
                report.push(
                    Code::E0005,
                    Text::span(&list.text, at, at + part.len()),
                    format!("`{shown}` is not a number"),
                );
                return None;
            }
        }
    }
    Some(found)
}
