//! A recipe for a model: any recipe cooks, so that a smaller one always does as well.
//!
//! What is to be chosen stands in it as a [`Pick`], a number that is taken modulo the number of choices. Definitions refer
//! only to those before them, and the net rates of stocks to all: that keeps values and starting values from going in
//! circles, and still gives every kind of feedback.

use counterflow_engine::LaneWidth;
use counterflow_engine::{Move, Schedule};
use counterflow_model::{
    Beyond, Binary, Cell, Check, Clock, Definition, Dimension, DimensionId, Equation, Evidence, Expr, Family, Horizon,
    Index, Lever, Likelihood, Lookup, LookupId, Method, Model, Observation, Parameter, Period, Place, Reduction,
    Sector, SectorId, Step, Stock, Summary, Ternary, Unary, Unit, Variable, VariableId,
};

/// First time of every run.
const START: f64 = 2000.0;

/// A number that chooses among what there is.
pub type Pick = u16;

/// An expression in which names are picks.
#[derive(Clone, Debug)]
pub enum Sketch {
    /// A number.
    Number(f64),
    /// A variable and its elements.
    Variable(Pick, [Pick; 3]),
    /// A value of the clock.
    Clock(Pick),
    /// An operator on one value.
    Unary(Unary, Box<Sketch>),
    /// An operator on two values.
    Binary(Binary, Box<Sketch>, Box<Sketch>),
    /// An operator on three values.
    Ternary(Ternary, Box<Sketch>, Box<Sketch>, Box<Sketch>),
    /// A lookup at a value.
    Lookup(Pick, Box<Sketch>),
    /// A reduction, over a bit for each dimension.
    Reduce(Pick, Pick, Box<Sketch>),
    /// The value at the start.
    Initial(Box<Sketch>),
    /// One value for the start, another for the run.
    Phased(Box<Sketch>, Box<Sketch>),
    /// A stream of noise.
    Noise(Pick),
}

/// What a variable is.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// An integral.
    Stock,
    /// A memory.
    Cell,
    /// A rate.
    Flow,
    /// Anything else that is computed.
    Auxiliary,
    /// A constant.
    Parameter,
    /// A policy input.
    Lever,
}

/// One variable.
#[derive(Clone, Debug)]
pub struct VariableRecipe {
    /// What it is.
    pub kind: Kind,
    /// A bit for each dimension.
    pub dimensions: u8,
    /// One, for all elements, or several, for each in turn.
    pub definition: Vec<Sketch>,
    /// Net rates, of stocks; next values, of cells.
    pub net: Vec<Sketch>,
    /// Values, of parameters and levers.
    pub values: Vec<f64>,
}

/// What a lever does. Times are parts of the run.
#[derive(Clone, Debug)]
pub struct MoveRecipe {
    /// Which lever.
    pub lever: Pick,
    /// Which of its elements.
    pub element: Pick,
    /// By how much.
    pub change: f64,
    /// From when on.
    pub start: f64,
    /// How long it takes to rise.
    pub ramp: f64,
    /// How long it lasts.
    pub end: Option<f64>,
}

/// A model and how it is run.
#[derive(Clone, Debug)]
pub struct Recipe {
    /// Sizes.
    pub dimensions: Vec<usize>,
    /// Steps in x, values, and what stands between and beyond them.
    pub lookups: Vec<(Vec<(f64, f64)>, Beyond)>,
    /// In order of definition.
    pub variables: Vec<VariableRecipe>,
    /// What meets data.
    pub observations: Vec<Sketch>,
    /// What must hold.
    pub checks: Vec<Sketch>,
    /// Which solver.
    pub runge_kutta: bool,
    /// Length of a step.
    pub step: f64,
    /// Steps from one saved point to the next.
    pub steps_per_save: u32,
    /// Save intervals of the run, with a part of one that leads to no saved point.
    pub intervals: f64,
    /// What levers do.
    pub moves: Vec<MoveRecipe>,
    /// Number of members.
    pub members: usize,
    /// Members that are computed side by side.
    pub width: LaneWidth,
    /// Whether noise is drawn.
    pub noise: bool,
    /// Its seed.
    pub seed: u64,
    /// Which saves are made in the run with few.
    pub few: Vec<(Pick, bool)>,
}

impl Recipe {
    /// The model.
    pub fn model(&self) -> Model {
        let mut model = Model {
            title: "random".into(),
            horizon: self.horizon(),
            sectors: vec![Sector { name: "s".into(), title: "s".into(), summary: String::new(), path: "s.md".into() }],
            dimensions: self.dimensions.iter().enumerate().map(dimension).collect(),
            variables: self.variables.iter().enumerate().map(|(i, v)| self.unfinished(i, v)).collect(),
            lookups: self.lookups.iter().map(lookup).collect(),
            observations: Vec::new(),
            checks: Vec::new(),
            outcomes: Vec::new(),
            feedbacks: Vec::new(),
            shoulds: Vec::new(),
        };
        let definitions: Vec<Definition> = (0..self.variables.len()).map(|i| self.definition(&model, i)).collect();
        for (variable, definition) in model.variables.iter_mut().zip(definitions) {
            variable.definition = definition;
        }
        let cook = Cook { model: &model, known: self.variables.len() };
        let observations = self.observations.iter().map(|sketch| observation(cook.expr(sketch, &[]))).collect();
        let checks = self.checks.iter().map(|sketch| check(cook.expr(sketch, &[]))).collect();
        (model.observations, model.checks) = (observations, checks);
        model
    }

    fn horizon(&self) -> Horizon {
        let method = if self.runge_kutta { Method::RungeKutta4 } else { Method::Euler };
        let (step, steps_per_save) = (Step::of_length(self.step), self.steps_per_save);
        Horizon { start: START, stop: START + self.span(), step, steps_per_save, method }
    }

    /// Length of the run.
    fn span(&self) -> f64 {
        self.intervals * f64::from(self.steps_per_save) * self.step
    }

    fn unfinished(&self, i: usize, recipe: &VariableRecipe) -> Variable {
        let chosen = |d: &usize| recipe.dimensions >> d & 1 == 1;
        Variable {
            name: format!("v{i}"),
            sector: SectorId(0),
            documentation: String::new(),
            unit: Unit::one(),
            dimensions: (0..self.dimensions.len()).filter(chosen).map(DimensionId).collect(),
            definition: Definition::Auxiliary(Equation::Every(Expr::Number(0.0))),
            place: Place::default(),
            hidden: false,
        }
    }

    fn definition(&self, model: &Model, i: usize) -> Definition {
        let recipe = &self.variables[i];
        let id = VariableId(i);
        let scope = &model.variable(id).dimensions;
        let equation = |sketches: &[Sketch], known: usize| {
            let cook = Cook { model, known };
            match sketches {
                [] => Equation::Every(Expr::Number(0.0)),
                [one] => Equation::Every(cook.expr(one, scope)),
                many => Equation::Each((0..model.size(id)).map(|k| cook.expr(&many[k % many.len()], scope)).collect()),
            }
        };
        match recipe.kind {
            Kind::Stock => Definition::Stock(Stock {
                initial: equation(&recipe.definition, i),
                net: equation(&recipe.net, self.variables.len()),
                inflows: Vec::new(),
                outflows: Vec::new(),
            }),
            Kind::Cell => Definition::Cell(Cell {
                initial: equation(&recipe.definition, i),
                next: equation(&recipe.net, self.variables.len()),
            }),
            Kind::Flow => Definition::Flow(equation(&recipe.definition, i)),
            Kind::Auxiliary => Definition::Auxiliary(equation(&recipe.definition, i)),
            Kind::Parameter => Definition::Parameter(Parameter {
                values: (0..model.size(id)).map(|k| recipe.value(k)).collect(),
                range: None,
                prior: None,
                evidence: Evidence::default(),
            }),
            Kind::Lever => Definition::Lever(Box::new(Lever {
                neutral: recipe.value(0),
                range: None,
                evidence_letter: None,
                evidence: Evidence::default(),
                cost: None,
                kinetic: false,
                mechanism: String::new(),
                failure: String::new(),
            })),
        }
    }

    /// Parameters of each member: those of the model, and a little more for each next one.
    pub fn draws(&self, model: &Model) -> Vec<Vec<f64>> {
        let values: Vec<f64> = model.parameters().flat_map(|(_, p)| p.values.iter().copied()).collect();
        (0..self.members).map(|m| values.iter().map(|x| x + 0.37 * m as f64).collect()).collect()
    }

    /// What the levers do.
    pub fn schedule(&self, model: &Model) -> Schedule {
        let levers: Vec<VariableId> = model.levers().map(|(id, _)| id).collect();
        let of = |m: &MoveRecipe| {
            let lever = *levers.get(usize::from(m.lever) % levers.len().max(1))?;
            let element = usize::from(m.element) % model.size(lever);
            let time = |part: f64| START + part * self.span();
            let (start, end) = (time(m.start), m.end.map(|end| time(m.start + end)));
            Some(Move { lever, element, change: m.change, start, ramp: m.ramp * self.span(), end })
        };
        Schedule { moves: self.moves.iter().filter_map(of).collect() }
    }
}

impl VariableRecipe {
    fn value(&self, k: usize) -> f64 {
        if self.values.is_empty() { 1.0 } else { self.values[k % self.values.len()] }
    }
}

fn dimension((i, size): (usize, &usize)) -> Dimension {
    let elements = (0..*size).map(|k| format!("e{i}_{k}")).collect();
    Dimension { name: format!("d{i}"), elements, documentation: String::new() }
}

fn lookup((points, beyond): &(Vec<(f64, f64)>, Beyond)) -> Lookup {
    let mut at = -1.0;
    let next = |(step, _): &(f64, f64)| {
        at += step;
        at
    };
    Lookup {
        name: "l".into(),
        x: points.iter().map(next).collect(),
        y: points.iter().map(|(_, y)| *y).collect(),
        beyond: *beyond,
    }
}

fn observation(expression: Expr) -> Observation {
    Observation {
        name: "o".into(),
        series: "o".into(),
        sector: SectorId(0),
        expression,
        period: Period::Month,
        summary: Summary::Mean,
        likelihood: Likelihood { family: Family::Normal, scale: Expr::Number(1.0) },
        window: None,
        documentation: String::new(),
        place: Place::default(),
    }
}

fn check(condition: Expr) -> Check {
    Check { statement: "c".into(), condition, sector: SectorId(0), place: Place::default() }
}

/// Makes expressions of sketches.
struct Cook<'a> {
    model: &'a Model,
    /// Variables that may be referred to: the first so many.
    known: usize,
}

impl Cook<'_> {
    fn expr(&self, sketch: &Sketch, scope: &[DimensionId]) -> Expr {
        let boxed = |a: &Sketch| Box::new(self.expr(a, scope));
        match sketch {
            Sketch::Number(x) => Expr::Number(*x),
            Sketch::Variable(pick, indices) => self.variable(*pick, indices, scope),
            Sketch::Clock(pick) => {
                Expr::Clock([Clock::Time, Clock::Step, Clock::Start, Clock::Stop][usize::from(*pick) % 4])
            }
            Sketch::Unary(operator, a) => Expr::Unary(*operator, boxed(a)),
            Sketch::Binary(operator, a, b) => Expr::Binary(*operator, boxed(a), boxed(b)),
            Sketch::Ternary(operator, a, b, c) => Expr::Ternary(*operator, boxed(a), boxed(b), boxed(c)),
            Sketch::Lookup(_, a) if self.model.lookups.is_empty() => self.expr(a, scope),
            Sketch::Lookup(pick, a) => Expr::Lookup(LookupId(usize::from(*pick) % self.model.lookups.len()), boxed(a)),
            Sketch::Reduce(which, over, a) => self.reduce(*which, *over, a, scope),
            Sketch::Initial(a) => Expr::Initial(boxed(a)),
            Sketch::Phased(start, running) => Expr::Phased { start: boxed(start), running: boxed(running) },
            Sketch::Noise(pick) => Expr::Noise { stream: u64::from(*pick % 3) },
        }
    }

    fn variable(&self, pick: Pick, indices: &[Pick; 3], scope: &[DimensionId]) -> Expr {
        if self.known == 0 {
            return Expr::Number(f64::from(pick % 4));
        }
        let variable = VariableId(usize::from(pick) % self.known);
        let index = |(dimension, pick): (&DimensionId, &Pick)| {
            let size = self.model.dimensions[dimension.0].elements.len();
            // One choice more than there are elements: the one that is being evaluated, and that one more often.
            let choice = usize::from(*pick) % (2 * size);
            if choice >= size && scope.contains(dimension) {
                Index::Along(*dimension)
            } else {
                Index::Element(choice % size)
            }
        };
        let dimensions = &self.model.variable(variable).dimensions;
        Expr::Variable { variable, indices: dimensions.iter().zip(indices).map(index).collect() }
    }

    fn reduce(&self, which: Pick, over: Pick, body: &Sketch, scope: &[DimensionId]) -> Expr {
        let count = self.model.dimensions.len();
        let mut chosen: Vec<DimensionId> = (0..count).filter(|d| over >> d & 1 == 1).map(DimensionId).collect();
        if chosen.is_empty() {
            return self.expr(body, scope);
        }
        if over >> 8 & 1 == 1 {
            chosen.reverse();
        }
        let (_, reduction): (_, Reduction) = Reduction::ALL[usize::from(which) % Reduction::ALL.len()];
        let inner: Vec<DimensionId> = scope.iter().chain(&chosen).copied().collect();
        Expr::Reduce { reduction, over: chosen, body: Box::new(self.expr(body, &inner)) }
    }
}
