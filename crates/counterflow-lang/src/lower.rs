//! The compiled model, made from text in which nothing is wrong.

mod expression;
mod should;
mod stateful;

use crate::Project;
use crate::fence::Chapter;
use crate::resolve::{ALL_COSTS, Names, Origin, cost_name};
use crate::shapes;
use crate::syntax::{self, Body, EvidenceClauses, Kind, LeverBody, Name, ParameterBody, Span, StockBody};
use counterflow_model::standard::{combined, early};
use counterflow_model::{
    Beyond, Binary, Check, Clock, Cost, Definition, Dimension, DimensionId, Equation, Evidence, Expr, Feedback,
    Horizon, Lever, Likelihood, Lookup, LookupId, Model, Observation, Outcome, Parameter, Place, Sector, SectorId,
    Stock, Unary, Variable, VariableId,
};
use std::collections::BTreeMap;

/// Builds the model.
pub fn model(project: &Project, chapters: &[Chapter], horizon: Horizon, names: &Names) -> Model {
    let mut lower = Lower::new(project, horizon, names);
    let variables = (0..lower.first_hidden).map(|i| lower.variable(VariableId(i))).collect();
    let mut model = Model {
        title: project.title.clone(),
        horizon,
        sectors: project.files.iter().zip(chapters).map(|(file, chapter)| sector(&file.path, chapter)).collect(),
        dimensions: names.dimensions.iter().map(|d| dimension(d)).collect(),
        variables,
        lookups: Vec::new(),
        observations: lower.observations(),
        checks: lower.checks(),
        outcomes: lower.outcomes(),
        feedbacks: lower.feedbacks(),
        shoulds: lower.shoulds(),
    };
    model.lookups = names.lookups.iter().map(|l| lookup(l)).chain(lower.series).collect();
    model.variables.append(&mut lower.hidden);
    model
}

struct Lower<'l, 'a> {
    project: &'l Project,
    names: &'l Names<'a>,
    /// First byte of every line of every file.
    lines: Vec<Vec<usize>>,
    /// Lookups made from data series; they stand after those of the text.
    series: Vec<Lookup>,
    /// Number of variables that have a name in the text; hidden ones stand after them.
    first_hidden: usize,
    hidden: Vec<Variable>,
    /// Occurrences of stateful functions so far, by the name of what contains them.
    occurrences: BTreeMap<String, usize>,
    /// Part of a step by which edges of time are early.
    early: f64,
    horizon: Horizon,
}

/// What an expression belongs to.
struct Scope<'s> {
    /// Name of the definition; hidden variables are called after it.
    owner: &'s str,
    /// Dimensions of the definition.
    dimensions: &'s [DimensionId],
    /// Where it stands.
    span: Span,
}

impl<'l, 'a> Lower<'l, 'a> {
    fn new(project: &'l Project, horizon: Horizon, names: &'l Names<'a>) -> Self {
        let starts = |text: &str| [0].into_iter().chain(text.match_indices('\n').map(|(i, _)| i + 1)).collect();
        let uses_costs = names.uses.iter().any(|one| mentions(one.expr, ALL_COSTS))
            || names.outcomes.iter().any(|outcome| outcome.variable.text == ALL_COSTS);
        // The sum of costs is the last of the names and exists only where it is used.
        let first_hidden = names.variables.len() - usize::from(!uses_costs);
        let lines = project.files.iter().map(|file| starts(&file.text)).collect();
        let (series, hidden, occurrences) = (Vec::new(), Vec::new(), BTreeMap::new());
        let early = early(horizon.method);
        Lower { project, names, lines, series, first_hidden, hidden, occurrences, early, horizon }
    }

    fn place(&self, span: Span) -> Place {
        let (Some(file), Some(lines)) = (self.project.files.get(span.file), self.lines.get(span.file)) else {
            return Place::default();
        };
        Place { path: file.path.clone(), line: lines.partition_point(|start| *start <= span.start) }
    }

    fn sector(&self, span: Span) -> SectorId {
        SectorId(if span.file < self.project.files.len() { span.file } else { 0 })
    }

    fn variable(&mut self, id: VariableId) -> Variable {
        let names = self.names;
        let entry = names.entry(id);
        let dimensions = entry.dimensions.clone().unwrap_or_default();
        let scope = Scope { owner: &entry.name, dimensions: &dimensions, span: entry.span };
        let (definition, documentation) = match entry.origin {
            Origin::Cost(cost) => {
                let equation = Equation::Every(self.expression(cost, &scope));
                (Definition::Auxiliary(equation), "Public cost of this lever, in a year".to_owned())
            }
            Origin::AllCosts => {
                let sentence = "Public cost of all levers, in a year".to_owned();
                (Definition::Auxiliary(Equation::Every(self.all_costs())), sentence)
            }
            Origin::Statement(statement) => {
                let definition = match &statement.body {
                    Body::Parameter(body) => Definition::Parameter(parameter(body, names.size(&dimensions))),
                    Body::Lever(body) => Definition::Lever(Box::new(self.lever(&statement.name, body))),
                    Body::Series(key) => Definition::Auxiliary(Equation::Every(self.series(key))),
                    Body::Stock(body) => Definition::Stock(self.stock(body, &scope)),
                    Body::Flow(equation) => Definition::Flow(self.equation(equation, &scope)),
                    Body::Auxiliary(equation) => Definition::Auxiliary(self.equation(equation, &scope)),
                };
                (definition, statement.documentation.clone())
            }
        };
        Variable {
            name: entry.name.clone(),
            sector: self.sector(entry.span),
            documentation,
            unit: entry.unit.clone().unwrap_or_default(),
            place: self.place(entry.span),
            hidden: !matches!(entry.origin, Origin::Statement(_)),
            dimensions,
            definition,
        }
    }

    fn all_costs(&self) -> Expr {
        let is_cost = |id: &usize| matches!(self.names.variables[*id].origin, Origin::Cost(_));
        let costs = (0..self.names.variables.len()).filter(is_cost);
        combined(Binary::Add, costs.map(|id| Expr::variable(VariableId(id))).collect()).unwrap_or(Expr::Number(0.0))
    }

    fn equation(&mut self, equation: &syntax::Equation, scope: &Scope) -> Equation {
        match equation {
            syntax::Equation::Every(expr) => Equation::Every(self.expression(expr, scope)),
            syntax::Equation::Each(arms, _) => {
                let mut ordered = BTreeMap::new();
                for (elements, expr) in arms {
                    let position = shapes::position(self.names, elements, scope.dimensions).unwrap_or(0);
                    ordered.insert(position, self.expression(expr, scope));
                }
                Equation::Each(ordered.into_values().collect())
            }
        }
    }

    fn stock(&mut self, body: &StockBody, scope: &Scope) -> Stock {
        let initial = self.equation(&body.initial, scope);
        let inflow = combined(Binary::Add, self.flows(&body.inflows, scope));
        let outflow = combined(Binary::Add, self.flows(&body.outflows, scope));
        let net = match (inflow, outflow) {
            (Some(inflow), Some(outflow)) => Expr::binary(Binary::Subtract, inflow, outflow),
            (Some(inflow), None) => inflow,
            (None, Some(outflow)) => Expr::Unary(Unary::Negate, Box::new(outflow)),
            (None, None) => Expr::Number(0.0),
        };
        let ids = |flows: &[syntax::Expr]| flows.iter().filter_map(|flow| self.flow(flow)).collect();
        let (inflows, outflows) = (ids(&body.inflows), ids(&body.outflows));
        Stock { initial, net: Equation::Every(net), inflows, outflows }
    }

    fn flows(&mut self, flows: &[syntax::Expr], scope: &Scope) -> Vec<Expr> {
        flows.iter().map(|flow| self.expression(flow, scope)).collect()
    }

    fn flow(&self, expr: &syntax::Expr) -> Option<VariableId> {
        let Kind::Name(name, _) = &expr.kind else { return None };
        self.names.variable(&name.text)
    }

    fn lever(&self, name: &Name, body: &LeverBody) -> Lever {
        let cost_variable = self.names.variable(&cost_name(&name.text));
        let cost = body.cost.as_ref().zip(cost_variable);
        Lever {
            neutral: body.neutral.number,
            range: body.range.map(|range| (range.low, range.high)),
            evidence_letter: body.letter,
            evidence: evidence(&body.evidence),
            cost: cost.map(|((_, payer), variable)| Cost { variable, payer: payer.clone() }),
            kinetic: body.kinetic,
            mechanism: body.mechanism.clone(),
            failure: body.failure.clone(),
        }
    }

    /// A data series is a lookup of time through its points.
    fn series(&mut self, key: &Name) -> Expr {
        let points = self.project.series.get(&key.text).map(|facts| facts.points.clone()).unwrap_or_default();
        let mut points: Vec<(f64, f64)> = points.into_iter().filter(|(x, y)| x.is_finite() && y.is_finite()).collect();
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        points.dedup_by(|a, b| a.0 == b.0);
        if let [(x, y)] = points[..] {
            // One value holds for all time; a lookup needs two points.
            points.push((x + 1.0, y));
        }
        let id = LookupId(self.names.lookups.len() + self.series.len());
        let (x, y) = points.into_iter().unzip();
        self.series.push(Lookup { name: key.text.clone(), x, y, beyond: Beyond::Hold });
        Expr::Lookup(id, Box::new(Expr::Clock(Clock::Time)))
    }

    fn observations(&mut self) -> Vec<Observation> {
        let names = self.names;
        let mut observations = Vec::new();
        for statement in &names.observations {
            let scope = Scope { owner: &statement.name.text, dimensions: &[], span: statement.name.span };
            let expression = self.expression(&statement.expression, &scope);
            let scale = self.expression(&statement.scale, &scope);
            observations.push(Observation {
                name: statement.name.text.clone(),
                series: statement.series.text.clone(),
                sector: self.sector(scope.span),
                expression,
                period: statement.period,
                summary: statement.summary,
                likelihood: Likelihood { family: statement.family, scale },
                window: statement.window.map(|window| (window.low, window.high)),
                documentation: statement.documentation.clone(),
                place: self.place(scope.span),
            });
        }
        observations
    }

    fn checks(&mut self) -> Vec<Check> {
        let names = self.names;
        let mut checks = Vec::new();
        for (statement, span) in &names.checks {
            let condition =
                self.expression(&statement.condition, &Scope { owner: "check", dimensions: &[], span: *span });
            let (sector, place) = (self.sector(*span), self.place(*span));
            checks.push(Check { statement: statement.statement.clone(), condition, sector, place });
        }
        checks
    }

    fn outcomes(&self) -> Vec<Outcome> {
        let outcome = |statement: &&syntax::OutcomeStatement| {
            Some(Outcome {
                id: statement.name.text.clone(),
                title: statement.title.clone(),
                variable: self.names.variable(&statement.variable.text)?,
                summary: statement.summary,
                better: statement.better,
                concerns: statement.concerns.clone(),
                sector: self.sector(statement.name.span),
            })
        };
        self.names.outcomes.iter().filter_map(outcome).collect()
    }

    fn feedbacks(&self) -> Vec<Feedback> {
        let feedback = |statement: &&syntax::FeedbackStatement| {
            Some(Feedback {
                id: statement.name.text.clone(),
                sentence: statement.sentence.clone(),
                variable: self.names.variable(&statement.variable.text)?,
                sector: self.sector(statement.name.span),
            })
        };
        self.names.feedbacks.iter().filter_map(feedback).collect()
    }
}

fn mentions(expr: &syntax::Expr, name: &str) -> bool {
    let mut found = false;
    expr.walk(&mut |e| found |= matches!(&e.kind, Kind::Name(n, _) if n.text == name));
    found
}

fn sector(path: &str, chapter: &Chapter) -> Sector {
    let file = path.rsplit(['/', '\\']).next().unwrap_or(path);
    let stem = file.strip_suffix(".md").unwrap_or(file);
    let name = stem.trim_start_matches(|c: char| c.is_ascii_digit()).trim_start_matches('_');
    let name = if name.is_empty() { stem } else { name };
    let title = if chapter.title.is_empty() { name } else { &chapter.title };
    Sector { name: name.into(), title: title.into(), summary: chapter.summary.clone(), path: path.into() }
}

fn dimension(statement: &syntax::DimensionStatement) -> Dimension {
    Dimension {
        name: statement.name.text.clone(),
        elements: statement.elements.iter().map(|element| element.text.clone()).collect(),
        documentation: statement.documentation.clone(),
    }
}

fn lookup(statement: &syntax::LookupStatement) -> Lookup {
    let (x, y) = statement.points.iter().map(|(x, y)| (x.number, y.number)).unzip();
    let beyond = if statement.extrapolate { Beyond::Extrapolate } else { Beyond::Hold };
    Lookup { name: statement.name.text.clone(), x, y, beyond }
}

fn parameter(body: &ParameterBody, size: usize) -> Parameter {
    let mut values: Vec<f64> = body.values.iter().map(|value| value.number).collect();
    if let [value] = values[..] {
        values = vec![value; size];
    }
    let range = body.range.map(|range| (range.low, range.high));
    Parameter { values, range, prior: body.prior.map(|(prior, _)| prior), evidence: evidence(&body.evidence) }
}

fn evidence(clauses: &EvidenceClauses) -> Evidence {
    let sources = clauses.sources.iter().map(|key| key.text.clone()).collect();
    Evidence { grade: clauses.grade, sources, date: clauses.date.clone() }
}
