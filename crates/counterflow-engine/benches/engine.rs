//! Speed of the engine on a made model of 150 equations and 1,024 members, alike for every instruction set.

use std::hint::black_box;

use counterflow_engine::{Instructions, Job, LaneWidth, Plan, PlanOptions, Save, Schedule, run};
use counterflow_model::elementary::exp;
use counterflow_model::ops::{BinaryOperator, Minimum};
use counterflow_model::{
    Binary, Definition, Equation, Expr, Horizon, Method, Model, Parameter, Place, SectorId, Stock, Unary, Unit,
    Variable, VariableId,
};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use pulp::{Arch, NullaryFnOnce};

/// Equations of the made model: stocks and auxiliaries.
const EQUATIONS: usize = 150;
const MEMBERS: usize = 1024;
const STEPS: u32 = 200;

fn variable(name: String, definition: Definition) -> Variable {
    Variable {
        name,
        sector: SectorId(0),
        documentation: String::new(),
        unit: Unit::one(),
        dimensions: Vec::new(),
        definition,
        place: Place::default(),
        hidden: false,
    }
}

fn times(a: Expr, b: Expr) -> Expr {
    Expr::binary(Binary::Multiply, a, b)
}

/// Ten parameters, then alternately a stock and an auxiliary. A third of the auxiliaries hold an exponential, a third a
/// quotient, a third a minimum.
fn made() -> Model {
    let at = |i: usize| Expr::variable(VariableId(i));
    let parameter = |i: usize| Parameter {
        values: vec![0.1 + 0.05 * i as f64],
        range: None,
        prior: None,
        evidence: counterflow_model::Evidence::default(),
    };
    let mut variables: Vec<Variable> =
        (0..10).map(|i| variable(format!("p{i}"), Definition::Parameter(parameter(i)))).collect();
    for i in 0..EQUATIONS / 2 {
        let (stock, auxiliary, before) = (10 + 2 * i, 11 + 2 * i, if i == 0 { 10 } else { 9 + 2 * i });
        let drained = Expr::binary(Binary::Subtract, at(auxiliary), times(at(i % 10), at(stock)));
        let stock_definition = Stock {
            initial: Equation::Every(Expr::Number(1.0)),
            net: Equation::Every(drained),
            inflows: Vec::new(),
            outflows: Vec::new(),
        };
        variables.push(variable(format!("s{i}"), Definition::Stock(stock_definition)));
        let sum = Expr::binary(Binary::Add, times(at(stock), at((i + 3) % 10)), times(at(before), at((i + 5) % 10)));
        let value = match i % 3 {
            0 => Expr::Unary(Unary::Exp, Box::new(Expr::Unary(Unary::Negate, Box::new(sum)))),
            1 => Expr::binary(Binary::Divide, at(stock), Expr::binary(Binary::Add, sum, Expr::Number(1.0))),
            _ => Expr::binary(Binary::Minimum, sum, at(stock)),
        };
        variables.push(variable(format!("a{i}"), Definition::Auxiliary(Equation::Every(value))));
    }
    let horizon = Horizon::yearly(0.0, f64::from(STEPS), 1, 1, Method::Euler);
    Model {
        title: "made".into(),
        horizon,
        sectors: Vec::new(),
        dimensions: Vec::new(),
        variables,
        lookups: Vec::new(),
        observations: Vec::new(),
        checks: Vec::new(),
        outcomes: Vec::new(),
        feedbacks: Vec::new(),
        shoulds: Vec::new(),
    }
}

/// The same model as a loop over equations by hand, `W` members side by side: what a compiler of models could reach.
/// Gives the last auxiliary at the end.
#[inline(always)]
fn by_hand<const W: usize>(p: &[[f64; W]; 10]) -> [f64; W] {
    let mut stocks = [[1.0; W]; EQUATIONS / 2];
    let mut before = [0.0; W];
    for step in 0..=STEPS {
        let mut nets = [[0.0; W]; EQUATIONS / 2];
        before = stocks[0];
        for i in 0..EQUATIONS / 2 {
            let (stock, first, second, drain) = (&stocks[i], &p[(i + 3) % 10], &p[(i + 5) % 10], &p[i % 10]);
            let mut sum = [0.0; W];
            for k in 0..W {
                sum[k] = stock[k] * first[k] + before[k] * second[k];
            }
            match i % 3 {
                0 => {
                    for k in 0..W {
                        before[k] = exp(-sum[k]);
                    }
                }
                1 => {
                    for k in 0..W {
                        before[k] = stock[k] / (sum[k] + 1.0);
                    }
                }
                _ => {
                    for k in 0..W {
                        before[k] = Minimum::value(sum[k], stock[k]);
                    }
                }
            }
            for k in 0..W {
                nets[i][k] = before[k] - drain[k] * stock[k];
            }
        }
        if step < STEPS {
            for (stock, net) in stocks.iter_mut().zip(&nets) {
                for k in 0..W {
                    stock[k] += net[k];
                }
            }
        }
    }
    before
}

/// All members by hand, a block of `W` after another; members fill whole blocks.
#[inline(always)]
fn all_by_hand<const W: usize>(draws: &[Vec<f64>]) -> f64 {
    let mut sum = 0.0;
    for draws in draws.chunks_exact(W) {
        let mut p = [[0.0; W]; 10];
        for (k, draw) in draws.iter().enumerate() {
            for n in 0..10 {
                p[n][k] = draw[n];
            }
        }
        sum += by_hand(&p)[0];
    }
    sum
}

struct ByHand<'a>(&'a [Vec<f64>]);

impl NullaryFnOnce for ByHand<'_> {
    type Output = f64;
    #[inline(always)]
    fn call(self) -> f64 {
        all_by_hand::<32>(self.0)
    }
}

fn engine(criterion: &mut Criterion) {
    let model = made();
    let last = VariableId(model.variables.len() - 1);
    let plan = Plan::new(&model, &PlanOptions { saves: vec![Save::point(last)], ..PlanOptions::default() });
    let draw = |m: usize| (0..10).map(|i| 0.1 + 0.05 * i as f64 + 1e-5 * m as f64).collect();
    let draws: Vec<Vec<f64>> = (0..MEMBERS).map(draw).collect();
    let members: Vec<u64> = (0..MEMBERS as u64).collect();
    let one_core = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a thread can be made");
    let mut group = criterion.benchmark_group("150 equations, 1024 members, one core");
    group.sample_size(10);
    group.throughput(Throughput::Elements((plan.size().equations * MEMBERS * STEPS as usize) as u64));
    for (name, instructions) in [("best", Instructions::Best), ("baseline", Instructions::Baseline)] {
        let schedule = Schedule::default();
        let job = Job {
            seed: 1,
            until: f64::from(STEPS),
            width: LaneWidth::Wide,
            instructions,
            ..Job::new(&plan, &draws, &members, &schedule)
        };
        group.bench_function(name, |bencher| bencher.iter(|| one_core.install(|| black_box(run(&job)))));
    }
    // The yardstick: what is left to gain, and what compiled code without vectors takes.
    assert_eq!(by_hand(&std::array::from_fn(|n| [draws[0][n]]))[0].to_bits(), last_value(&plan, &draws[0]).to_bits());
    group.bench_function("by hand, best", |bencher| {
        bencher.iter(|| black_box(Arch::new().dispatch(ByHand(black_box(&draws)))));
    });
    group.bench_function("by hand, one member after another", |bencher| {
        bencher.iter(|| black_box(all_by_hand::<1>(black_box(&draws))));
    });
    group.finish();
}

/// What the engine gives at the end for one draw.
fn last_value(plan: &Plan, draw: &[f64]) -> f64 {
    let (draws, schedule) = ([draw.to_vec()], Schedule::default());
    let runs = run(&Job::new(plan, &draws, &[0], &schedule));
    runs.at(0, runs.len(0) - 1)[0]
}

criterion_group!(benches, engine);
criterion_main!(benches);
