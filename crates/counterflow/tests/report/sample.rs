//! A made-up comparison of the bundled model, to look at the report and to test it. Its numbers mean nothing.

use counterflow::fit::{Fit, FitPoint, Scores, SeriesFit};
use counterflow::report::ParameterRow;
use counterflow::{Project, data::Series};
use counterflow_explore::comparison::{
    Answer, Band, Basis, BreakEven, Comparison, Driver, OutcomeFacts, Path, PolicyAnswer, Reference,
};
use counterflow_model::{Better, Model, Summary};

/// Id, name, and the size of the effect on the use side, the supply side and on cooperation, in percent.
const POLICIES: &[(&str, &str, [f64; 3])] = &[
    ("status_quo", "Status quo", [0.0, 0.0, 0.0]),
    ("article_offensive", "The article's offensive", [1.0, -6.0, -38.0]),
    ("precursor_controls", "Precursor controls with source countries", [-3.0, -11.0, 2.0]),
    ("port_scanning", "Port scanning", [-0.4, -1.5, 0.0]),
    ("finance_first", "Finance first", [-0.8, -3.0, 1.0]),
    ("gun_control_diplomacy", "Southbound gun control with diplomacy", [-0.5, -14.0, 11.0]),
    ("treatment_access", "Treatment access", [-9.0, 0.0, 0.0]),
    ("naloxone", "Naloxone", [-11.0, 0.0, 0.0]),
    ("demand_first", "Demand first", [-18.0, -4.0, 0.0]),
    ("comprehensive", "Comprehensive", [-24.0, -16.0, 9.0]),
    ("all_funding_ends", "All funding ends", [31.0, 5.0, -14.0]),
];

/// Median today, in the year 2040, and the outcome's column in [`POLICIES`].
fn facts_of(id: &str) -> (f64, f64, usize) {
    match id {
        "us_deaths_all" => (73_900.0, 68_000.0, 0),
        "us_deaths_synthetic" => (41_600.0, 37_000.0, 0),
        "people_with_oud" => (6.1e6, 5.4e6, 0),
        "mexican_homicides" => (33_000.0, 31_000.0, 1),
        "organisation_members" => (178_000.0, 205_000.0, 1),
        "price_index" => (1.05, 1.1, 1),
        "cooperation" => (0.52, 0.55, 2),
        _ => (0.0, 0.0, 0),
    }
}

/// The comparison.
pub fn comparison(project: &Project) -> Comparison {
    let model = project.model().expect("the bundled model compiles");
    let outcomes: Vec<OutcomeFacts> = model.outcomes.iter().map(|o| outcome(model, o)).collect();
    let policies = POLICIES.iter().enumerate().map(|(at, _)| policy(project, model, &outcomes, at)).collect();
    Comparison { outcomes, policies, draws: 512, seed: 1, years: (project.compare.from, project.compare.to) }
}

fn outcome(model: &Model, outcome: &counterflow_model::Outcome) -> OutcomeFacts {
    let unit = model.variable(outcome.variable).unit.to_string();
    let summary = match outcome.summary {
        Summary::Total => "total",
        Summary::Mean => "mean",
        Summary::End => "end",
    };
    let better = match outcome.better {
        Better::Lower => "lower",
        Better::Higher => "higher",
        Better::Neither => "neither",
    };
    OutcomeFacts {
        id: outcome.id.clone(),
        title: outcome.title.clone(),
        unit: unit.trim_end_matches("/year").to_owned(),
        summary,
        better,
        concerns: outcome.concerns.clone(),
    }
}

fn band(median: f64, spread: f64) -> Band {
    let at = |z: f64| median + spread * z;
    Band { lo90: at(-1.5), lo50: at(-0.62), median, hi50: at(0.7), hi90: at(2.1) }
}

fn policy(project: &Project, model: &Model, outcomes: &[OutcomeFacts], at: usize) -> PolicyAnswer {
    let (id, name, effects) = POLICIES[at];
    let mut answers = Vec::new();
    let mut paths = Vec::new();
    for (position, facts) in outcomes.iter().enumerate() {
        let (today, then, column) = facts_of(&facts.id);
        let years = if facts.summary == "total" { 10.0 } else { 1.0 };
        let cost = if facts.id == "public_cost" { 3.1e9 * at as f64 } else { 0.0 };
        let effect = effects[column] / 100.0 * 0.5 * (today + then) * years + cost;
        let level = 0.5 * (today + then) * years + effect;
        let spread = 0.16 * level.abs() * f64::from(u8::from(facts.id != "public_cost")) + 0.3 * cost;
        let wide = 0.45 * effect.abs() + if at > 0 && effect != 0.0 { 0.004 * level.abs() } else { 0.0 };
        let basis = [Basis::Data, Basis::Analogy, Basis::Assumption][(at + position) % 3];
        for (reference, band) in [
            (Reference::Level, band(level, spread)),
            (Reference::StatusQuo, band(effect, wide)),
            (Reference::Today, band(level - today * years, spread)),
        ] {
            if id != "status_quo" || reference != Reference::StatusQuo {
                answers.push(answer(model, facts, position, reference, band, basis, at));
            }
        }
        paths.push(path(project, facts, position, effects[column] / 100.0, cost / 10.0));
    }
    let sentence = format!("A sentence that says what “{name}” does, when it starts and how strong it is.");
    PolicyAnswer { id: id.to_owned(), name: name.to_owned(), sentence, scale: Some(1.0), note: None, answers, paths }
}

fn answer(
    model: &Model,
    facts: &OutcomeFacts,
    outcome: usize,
    reference: Reference,
    band: Band,
    basis: Basis,
    at: usize,
) -> Answer {
    let names: Vec<(String, String)> = model
        .parameters()
        .filter(|(_, p)| p.prior.is_some())
        .map(|(id, p)| (model.element_name(id, 0), p.evidence.grade.map_or("", |g| g.name()).to_owned()))
        .collect();
    let driver = |k: usize| {
        let (parameter, grade) = names[(at * 7 + outcome * 3 + k * 11) % names.len().min(60)].clone();
        let contraction = [0.02, 0.71, 0.0, 0.35, 0.93][(at + k) % 5];
        Driver { parameter, share: 0.4 / (k as f64 + 1.0), correlation: 0.5, contraction, grade }
    };
    let drivers: Vec<Driver> = (0..3).map(driver).collect();
    let better = if facts.better == "neither" { None } else { Some(if band.median < 0.0 { 0.87 } else { 0.22 }) };
    let even = BreakEven {
        parameter: drivers[0].parameter.clone(),
        unit: "1/year".to_owned(),
        range: (0.01, 0.9),
        value: (!at.is_multiple_of(2)).then_some(0.23),
        signs: (-1, if at.is_multiple_of(2) { -1 } else { 1 }),
    };
    let assumed = basis == Basis::Assumption;
    Answer {
        outcome,
        reference,
        band,
        basis,
        p_better: if assumed { None } else { better },
        break_even: assumed.then_some(even),
        drivers,
        explained: 0.72,
    }
}

fn path(project: &Project, facts: &OutcomeFacts, outcome: usize, effect: f64, cost: f64) -> Path {
    let (today, then, _) = facts_of(&facts.id);
    let recorded = match facts.id.as_str() {
        "us_deaths_all" => project.series.get("all_drug_deaths_year"),
        "mexican_homicides" => project.series.get("mexico_homicides_year"),
        _ => None,
    };
    let in_year =
        |year: f64| recorded.and_then(|s| s.data.iter().find(|d| d.period.time_from() == year)).map(|d| d.value);
    let years: Vec<f64> = (2015..=2040).map(f64::from).collect();
    let bands = years
        .iter()
        .map(|year| {
            let ahead = (year - 2025.0).max(0.0);
            let grown = 1.0 - 0.8 / (1.0 + ahead * 0.6);
            let middle = in_year(*year).unwrap_or(today + (then - today) * (ahead / 15.0))
                * (1.0 + effect * grown * f64::from(u8::from(ahead > 0.0)));
            let middle = middle + if ahead > 0.0 { cost } else { 0.0 };
            band(middle, middle.abs() * (0.03 + 0.07 * ahead.sqrt()))
        })
        .collect();
    Path { outcome, years, bands }
}

/// A fit to every series the model observes.
pub fn fit(project: &Project) -> Fit {
    let model = project.model().expect("the bundled model compiles");
    let observed = model.observations.iter().enumerate();
    let series =
        observed.filter_map(|(i, o)| Some(series_fit(project.series.get(&o.series)?, &o.name, &o.documentation, i)));
    Fit { series: series.collect() }
}

fn series_fit(series: &Series, name: &str, documentation: &str, at: usize) -> SeriesFit {
    let smooth = |i: usize| {
        let near = &series.data[i.saturating_sub(3)..(i + 4).min(series.data.len())];
        near.iter().map(|d| d.value).sum::<f64>() / near.len() as f64
    };
    let point = |(i, d): (usize, &counterflow_calibrate::predict::Datum)| FitPoint {
        period: d.period.to_string(),
        time: d.period.mid_time(),
        value: d.value,
        used: i % 9 != 8,
        band: band(smooth(i) * 0.97, smooth(i) * 0.07),
    };
    let scores = |coverage90: f64| Some(Scores { count: series.data.len(), coverage90, width90: 0.25, error: 0.07 });
    SeriesFit {
        name: name.to_owned(),
        title: series.about.title.clone(),
        unit: series.about.unit.clone(),
        publisher: series.about.publisher.clone(),
        documentation: documentation.to_owned(),
        points: series.data.iter().enumerate().map(point).collect(),
        with_discrepancy: scores([0.92, 0.88, 0.61, 1.0][at % 4]),
        without_discrepancy: if at.is_multiple_of(5) { None } else { scores(0.55) },
    }
}

/// A posterior of every parameter.
pub fn parameters(project: &Project) -> Vec<ParameterRow> {
    let model = project.model().expect("the bundled model compiles");
    let row = |(id, p): (counterflow_model::VariableId, &counterflow_model::Parameter)| ParameterRow {
        name: model.element_name(id, 0),
        posterior: band(p.values[0], 0.1 * p.values[0].abs()),
        contraction: if id.0.is_multiple_of(3) { 0.4 } else { 0.03 },
    };
    model.parameters().filter(|(_, p)| p.prior.is_some()).map(row).collect()
}
