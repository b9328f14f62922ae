//! Every operator's slopes: backwards through a plan, forwards by other rules, and at kinks by the list of rules.

use counterflow_engine::{LaneWidth, Sampling, Save, Schedule, What};
use counterflow_model::{
    Beyond, Binary, Definition, Equation, Evidence, Expr, Horizon, Lookup, LookupId, Method, Model, Parameter, Place,
    Sector, SectorId, Ternary, Unary, Unit, Variable, VariableId,
};

use crate::compare::Case;
use crate::forward::Compared;

/// Points of the grid: round numbers meet on kinks and on the ends of domains, the others do not.
const GRID: [f64; 12] = [-2.5, -1.0, -0.42, -0.0, 0.0, 0.05, 0.31, 0.77, 1.0, 1.7, 2.0, 3.0];

/// Slopes agree to this part.
const TOLERANCE: f64 = 1e-13;

fn variable(name: &str, definition: Definition) -> Variable {
    Variable {
        name: name.into(),
        sector: SectorId(0),
        dimensions: Vec::new(),
        unit: Unit::one(),
        documentation: String::new(),
        place: Place::default(),
        definition,
        hidden: false,
    }
}

/// Parameters x, y and z, and a variable.
fn model(expr: Expr) -> Model {
    let parameter = |name: &str| {
        let definition = Parameter { values: vec![1.0], range: None, prior: None, evidence: Evidence::default() };
        variable(name, Definition::Parameter(definition))
    };
    let lookup = |beyond| Lookup { name: "l".into(), x: vec![-1.0, 0.0, 2.0], y: vec![1.0, 3.0, 2.0], beyond };
    Model {
        title: "operators".into(),
        horizon: Horizon::yearly(0.0, 1.0, 1, 1, Method::Euler),
        sectors: vec![Sector { name: "s".into(), title: "s".into(), summary: String::new(), path: "s.md".into() }],
        dimensions: Vec::new(),
        variables: vec![
            parameter("x"),
            parameter("y"),
            parameter("z"),
            variable("f", Definition::Auxiliary(Equation::Every(expr))),
        ],
        lookups: [Beyond::Hold, Beyond::Extrapolate, Beyond::Steps].map(lookup).to_vec(),
        observations: Vec::new(),
        checks: Vec::new(),
        outcomes: Vec::new(),
        feedbacks: Vec::new(),
        shoulds: Vec::new(),
    }
}

/// Every operator and lookup of some of three parameters: its name, how many, and its expression.
fn functions() -> Vec<(String, usize, Expr)> {
    let at = |i: usize| Box::new(Expr::variable(VariableId(i)));
    let unary = Unary::ALL.iter().map(|o| (o.name().to_owned(), 1, Expr::Unary(*o, at(0))));
    let binary = Binary::ALL.iter().map(|o| (o.name().to_owned(), 2, Expr::Binary(*o, at(0), at(1))));
    let ternary = Ternary::ALL.iter().map(|o| (o.name().to_owned(), 3, Expr::Ternary(*o, at(0), at(1), at(2))));
    let lookups = (0..3).map(|i| (format!("lookup {i}"), 1, Expr::Lookup(LookupId(i), at(0))));
    unary.chain(binary).chain(ternary).chain(lookups).collect()
}

/// Slopes at a point by each parameter: forwards and backwards. `None` where there is no finite value.
fn slopes(model: &Model, point: [f64; 3]) -> Option<[(f64, f64); 3]> {
    let draws = [point.to_vec()];
    let case = Case {
        model,
        draws: &draws,
        schedule: &Schedule::default(),
        noise: false,
        seed: 0,
        until: 1.0,
        width: LaneWidth::Narrow,
    };
    let saves = [Save { what: What::Element(VariableId(3), 0), sampling: Sampling::Mean }];
    let compared = Compared { case: &case, saves: &saves, weights: vec![1.0] };
    let axes = std::array::from_fn(|k| (0..3).map(|p| f64::from(u8::from(p == k))).collect());
    let forwards = compared.forwards::<3>(&axes)?;
    let (backwards, _) = compared.backwards(usize::MAX);
    Some(std::array::from_fn(|k| (forwards[k].value, backwards[k])))
}

#[test]
fn both_ways_agree_on_a_grid_and_on_every_kink() {
    let mut compared = 0;
    for (name, arguments, expr) in functions() {
        let model = model(expr);
        let choices = |argument: usize| if argument < arguments { &GRID[..] } else { &GRID[..1] };
        for x in choices(0) {
            for y in choices(1) {
                // The third argument never meets a kink.
                let z = 0.9;
                let Some(slopes) = slopes(&model, [*x, *y, z]) else { continue };
                for (forwards, backwards) in slopes {
                    let close = (forwards - backwards).abs() <= TOLERANCE * (1.0 + forwards.abs());
                    let same = close || forwards == backwards || forwards.is_nan() && backwards.is_nan();
                    assert!(same, "{name} at {x}, {y}, {z}: {forwards} forwards, {backwards} backwards");
                    compared += 1;
                }
            }
        }
    }
    assert!(compared > 5_000, "{compared}");
}

/// Which side of a kink a slope is of.
#[derive(Clone, Copy, Debug)]
enum Side {
    Below,
    Above,
}

/// A kink: a function, a point, the argument that is moved, and the side whose slope counts.
type Rule = (&'static str, [f64; 2], usize, Side);

/// The rules as the page on operators has them.
const RULES: &[Rule] = &[
    ("MIN", [1.0, 1.0], 0, Side::Above),
    ("MIN", [1.0, 1.0], 1, Side::Below),
    ("MAX", [1.0, 1.0], 0, Side::Below),
    ("MAX", [1.0, 1.0], 1, Side::Above),
    ("ABS", [0.0, 0.0], 0, Side::Above),
    ("MOD", [2.0, 1.0], 1, Side::Below),
    ("lookup 0", [-1.0, 0.0], 0, Side::Below),
    ("lookup 0", [0.0, 0.0], 0, Side::Above),
    ("lookup 0", [2.0, 0.0], 0, Side::Above),
    ("lookup 1", [0.0, 0.0], 0, Side::Above),
];

#[test]
fn slopes_at_kinks_are_those_of_the_side_that_is_listed() {
    let value = |expr: &Expr, at: [f64; 2]| match expr {
        Expr::Unary(operator, _) => operator.value(at[0]),
        Expr::Binary(operator, ..) => operator.value(at[0], at[1]),
        Expr::Lookup(id, _) => model(Expr::Number(0.0)).lookups[id.0].value(at[0]),
        other => panic!("{other:?}"),
    };
    for (name, point, argument, side) in RULES {
        let (_, _, expr) = functions().into_iter().find(|(n, ..)| n == name).expect("the function is there");
        let h = 1e-7;
        let beside = |by: f64| {
            let mut at = *point;
            at[*argument] += by;
            value(&expr, at)
        };
        let (below, above) = ((beside(-h) - beside(-2.0 * h)) / h, (beside(2.0 * h) - beside(h)) / h);
        assert!((below - above).abs() > 0.1, "{name} has no kink at {point:?}");
        let (listed, other) = match side {
            Side::Below => (below, above),
            Side::Above => (above, below),
        };
        let [x, y] = *point;
        let (forwards, backwards) = slopes(&model(expr), [x, y, 0.9]).expect("a value")[*argument];
        for slope in [forwards, backwards] {
            assert!(
                (slope - listed).abs() < 1e-6,
                "{name} at {point:?}: {slope}; {side:?} {listed}, other side {other}"
            );
        }
    }
}

/// Distances at which slopes on both sides of a point are taken.
const NEAR: f64 = 1e-7;

/// Whether a function of its first two arguments jumps or bends at a point of the grid where it has values.
fn has_a_kink(value: impl Fn(f64, f64) -> f64, x: f64, y: f64) -> bool {
    let along = |move_x: f64, move_y: f64| {
        let v = [-2.0, -1.0, 0.0, 1.0, 2.0].map(|k| value(x + k * NEAR * move_x, y + k * NEAR * move_y));
        let (below, above) = ((v[1] - v[0]) / NEAR, (v[4] - v[3]) / NEAR);
        let all = v.iter().all(|v| v.is_finite());
        // Slopes grow without end towards the ends of domains; a kink is between moderate ones.
        let bends = below.abs() < 1e3 && above.abs() < 1e3 && (below - above).abs() > 1e-2;
        let jumps = (v[2] - v[1]).abs().max((v[3] - v[2]).abs()) > 1e-3 * (1.0 + v[2].abs());
        all && (bends || jumps)
    };
    along(1.0, 0.0) || along(0.0, 1.0)
}

#[test]
fn the_list_of_kinks_is_complete() {
    let grid = || GRID.iter().flat_map(|x| GRID.iter().map(move |y| (*x, *y)));
    let check = |name: &str, listed: &str, value: &dyn Fn(f64, f64) -> f64| {
        let found = grid().find(|(x, y)| has_a_kink(value, *x, *y));
        assert_eq!(found.is_some(), !listed.is_empty(), "{name}: a kink at {found:?}, listed `{listed}`");
    };
    for operator in Unary::ALL {
        check(operator.name(), operator.kink(), &|x, _| operator.value(x));
    }
    for operator in Binary::ALL {
        check(operator.name(), operator.kink(), &|x, y| operator.value(x, y));
    }
    check("IF", Ternary::Select.kink(), &|x, y| Ternary::Select.value(x, y, 0.9));
    check("SAFEDIV", Ternary::SafeDivideOr.kink(), &|x, y| Ternary::SafeDivideOr.value(x, y, 0.9));
}
