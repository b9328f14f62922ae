//! The file: header, clock, dimensions, variables.

use counterflow_model::{Definition, DimensionId, Horizon, Lever, Method, Model, Parameter, Variable};
use counterflow_model::{Evidence, LookupId};

use crate::Options;
use crate::equation::number;
use crate::item::{Item, Kind, Text};
use crate::names::{Names, declared};
use crate::squeeze::is_wide;
use crate::xml::Xml;

/// Namespace of what XMILE has no word for.
const NAMESPACE: &str = "urn:counterflow:xmile:1";

/// Writes everything.
pub fn document(model: &Model, options: &Options, names: &Names, items: &[Item]) -> String {
    let mut xml = Xml::new();
    let root = [
        ("version", "1.0"),
        ("xmlns", "http://docs.oasis-open.org/xmile/ns/XMILE/v1.0"),
        ("xmlns:counterflow", NAMESPACE),
    ];
    xml.begin("xmile", &root);
    header(&mut xml, model, options);
    clock(&mut xml, model);
    dimensions(&mut xml, model, names);
    xml.begin("model", &[]);
    xml.begin("variables", &[]);
    for item in items {
        variable(&mut xml, model, names, item);
    }
    xml.finish()
}

fn header(xml: &mut Xml, model: &Model, options: &Options) {
    xml.begin("header", &[]);
    xml.leaf("vendor", &[], "Counterflow");
    xml.leaf("product", &[("version", env!("CARGO_PKG_VERSION")), ("lang", "en")], "Counterflow");
    xml.leaf("name", &[], &model.title);
    for note in &options.notes {
        xml.leaf("counterflow:note", &[], note);
    }
    xml.end();
}

fn clock(xml: &mut Xml, model: &Model) {
    let horizon = model.horizon;
    let method = match horizon.method {
        Method::Euler => "Euler",
        Method::RungeKutta4 => "RK4",
    };
    xml.begin("sim_specs", &[("method", method), ("time_units", "year")]);
    xml.leaf("start", &[], &number(horizon.start));
    xml.leaf("stop", &[], &number(last_time(&horizon)));
    let step = horizon.step;
    if step.numerator == 1.0 {
        xml.leaf("dt", &[("reciprocal", "true")], &number(step.denominator));
    } else {
        xml.leaf("dt", &[], &number(step.length()));
    }
    xml.end();
}

/// The time of the last step: readers differ on how far a run goes to a stop between two. It is a few last digits later
/// where a reader that cuts off its quotient by the step would miss it.
fn last_time(horizon: &Horizon) -> f64 {
    const MOST_DIGITS: usize = 64;
    let steps = horizon.intervals() as f64 * f64::from(horizon.steps_per_save);
    let last = horizon.save_time(horizon.intervals());
    let reaches = |stop: &f64| (stop - horizon.start) / horizon.step.length() >= steps;
    let later = std::iter::successors(Some(last), |stop| Some(stop.next_up()));
    later.take(MOST_DIGITS).find(reaches).unwrap_or(last)
}

fn dimensions(xml: &mut Xml, model: &Model, names: &Names) {
    let all = model.dimensions.iter().enumerate().map(|(i, dimension)| (DimensionId(i), dimension));
    let mut several = all.filter(|(id, _)| is_wide(model, *id)).peekable();
    if several.peek().is_none() {
        return;
    }
    xml.begin("dimensions", &[]);
    for (id, dimension) in several {
        let size = dimension.elements.len().to_string();
        xml.begin("dim", &[("name", &declared(names.dimension(id))), ("size", &size)]);
        for position in 0..dimension.elements.len() {
            xml.leaf("elem", &[("name", &declared(names.element(id, position)))], "");
        }
        xml.end();
    }
    xml.end();
}

fn variable(xml: &mut Xml, model: &Model, names: &Names, item: &Item) {
    let tag = match item.kind {
        Kind::Auxiliary => "aux",
        Kind::Flow => "flow",
        Kind::Stock { .. } => "stock",
    };
    xml.begin(tag, &[("name", &declared(&item.name))]);
    let of_model = item.variable.map(|id| model.variable(id));
    let documentation = of_model.map_or(item.documentation.as_str(), |v| v.documentation.as_str());
    if !documentation.is_empty() {
        xml.leaf("doc", &[], documentation);
    }
    let along = |xml: &mut Xml, dimensions: &[DimensionId]| {
        if !dimensions.is_empty() {
            xml.begin("dimensions", &[]);
            for dimension in dimensions {
                xml.leaf("dim", &[("name", &declared(names.dimension(*dimension)))], "");
            }
            xml.end();
        }
    };
    along(xml, &item.dimensions);
    equations(xml, names, &item.text);
    if let Kind::Stock { inflows, outflows } = &item.kind {
        inflows.iter().for_each(|flow| xml.leaf("inflow", &[], &crate::names::quoted(flow)));
        outflows.iter().for_each(|flow| xml.leaf("outflow", &[], &crate::names::quoted(flow)));
    }
    if let Some(lookup) = item.curve {
        curve(xml, model, lookup);
    }
    if !item.unit.is_empty() {
        xml.leaf("units", &[], item.unit);
    }
    if let Some(variable) = of_model {
        let unit = if variable.unit.is_one() { "dmnl".to_owned() } else { variable.unit.to_string() };
        xml.leaf("units", &[], &unit);
        vendor(xml, model, variable);
    }
    xml.end();
}

fn equations(xml: &mut Xml, names: &Names, text: &Text) {
    match text {
        Text::Every(text) => xml.leaf("eqn", &[], text),
        Text::Each(each) => {
            for (position, text) in each {
                let element = |(d, i): &(DimensionId, usize)| declared(names.element(*d, *i));
                let subscript: Vec<String> = position.iter().map(element).collect();
                // No blank after the comma: one reader takes it for part of the element's name.
                xml.begin("element", &[("subscript", &subscript.join(","))]);
                xml.leaf("eqn", &[], text);
                xml.end();
            }
        }
    }
}

fn curve(xml: &mut Xml, model: &Model, lookup: LookupId) {
    let lookup = &model.lookups[lookup.0];
    let list = |values: &[f64]| values.iter().map(f64::to_string).collect::<Vec<_>>().join(",");
    // The ends are held; where lines go on, the equation adds them.
    xml.begin("gf", &[("type", "continuous")]);
    xml.leaf("xpts", &[], &list(&lookup.x));
    xml.leaf("ypts", &[], &list(&lookup.y));
    xml.end();
}

/// What XMILE has no word for.
fn vendor(xml: &mut Xml, model: &Model, variable: &Variable) {
    let sector = model.sectors.get(variable.sector.0).map_or("", |sector| sector.name.as_str());
    let hidden = if variable.hidden { "true" } else { "false" };
    match &variable.definition {
        Definition::Parameter(parameter) => of_parameter(xml, parameter, sector),
        Definition::Lever(lever) => of_lever(xml, lever, sector),
        _ => xml.leaf("counterflow:of", &[("sector", sector), ("made_by_compiler", hidden)], ""),
    }
}

fn of_parameter(xml: &mut Xml, parameter: &Parameter, sector: &str) {
    let Evidence { grade, sources, date } = &parameter.evidence;
    let prior = parameter.prior.map_or_else(|| "fixed".to_owned(), |prior| prior.to_string());
    let mut attributes = vec![("sector", sector.to_owned()), ("prior", prior)];
    if let Some((low, high)) = parameter.range {
        attributes.extend([("low", low.to_string()), ("high", high.to_string())]);
    }
    if let Some(grade) = grade {
        attributes.push(("grade", grade.name().to_owned()));
    }
    attributes.extend([("sources", sources.join(" ")), ("date", date.clone())]);
    let attributes: Vec<(&'static str, &str)> = attributes.iter().map(|(key, value)| (*key, value.as_str())).collect();
    xml.leaf("counterflow:parameter", &attributes, "");
}

fn of_lever(xml: &mut Xml, lever: &Lever, sector: &str) {
    let letter = lever.evidence_letter.map(String::from).unwrap_or_default();
    let (neutral, sources) = (lever.neutral.to_string(), lever.evidence.sources.join(" "));
    let mut attributes = vec![("sector", sector), ("neutral", neutral.as_str()), ("evidence", letter.as_str())];
    attributes.extend([("sources", sources.as_str()), ("date", lever.evidence.date.as_str())]);
    let range = lever.range.map(|(low, high)| [("low", low.to_string()), ("high", high.to_string())]);
    if let Some(range) = &range {
        attributes.extend(range.iter().map(|(key, value)| (*key, value.as_str())));
    }
    xml.begin("counterflow:lever", &attributes);
    for (tag, sentence) in [("counterflow:acts", &lever.mechanism), ("counterflow:fails", &lever.failure)] {
        xml.leaf(tag, &[], sentence);
    }
    xml.end();
}

#[cfg(test)]
mod tests {
    use counterflow_model::Step;

    use super::*;

    #[test]
    fn the_last_time_is_whole_steps_away() {
        let stop = |start: f64, stop: f64, length: f64| {
            let step = Step::of_length(length);
            last_time(&Horizon { start, stop, step, steps_per_save: 1, method: Method::Euler })
        };
        assert_eq!([stop(0.0, 10.0, 0.125), stop(1999.0, 2041.0, 1.0 / 48.0)], [10.0, 2041.0]);
        assert_eq!(stop(0.0, 10.7, 0.5), 10.5);
        let later = stop(2000.0, 2000.8, 0.1);
        assert!((later - 2000.0) / 0.1 >= 8.0 && later - 2000.8 < 1e-11, "{later}");
    }
}
