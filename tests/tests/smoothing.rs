//! Smooth plans: no kink is left where there was one, slopes are difference quotients, and a width of nothing is exact.

use std::f64::consts::SQRT_2;

use counterflow_engine::{Job, Plan, PlanOptions, Save, Schedule, Smoothing, gradients, run};
use counterflow_lang::{Project, SourceFile, compile};
use counterflow_model::{Beyond, Horizon, Method, Model};

/// A function `f` of one parameter `x`, whose own value is 2, with a kink or jump at a place; `y` is 1.5.
struct Case {
    statements: &'static str,
    kink: f64,
    /// Half the length of the smooth stretch at a width of one part.
    size: f64,
}

const fn case(statements: &'static str, kink: f64, size: f64) -> Case {
    Case { statements, kink, size }
}

/// Two terms of size 1 are together as large as the root of two.
const CASES: &[Case] = &[
    case("aux f : 1 = MAX(0, x)", 0.0, 2.0),
    case("aux f : 1 = MIN(x, 0) * 3", 0.0, 2.0),
    case("aux f : 1 = ABS(x)", 0.0, 2.0),
    case("aux f : 1 = MAX(x, 1)", 1.0, SQRT_2),
    case("aux f : 1 = MAX(1, MIN(x, 1.5)) ^ 2", 1.0, 1.802_775_6),
    case("aux f : 1 = MIN(x, y) + x", 1.5, 2.121_320_3),
    case("aux f : 1 = MAX(x - y, 0)", 1.5, 2.121_320_3),
    case("aux f : 1 = ABS(x - y)", 1.5, 2.121_320_3),
    case("aux f : 1 = MAX(y * (x - 1), 0)", 1.0, 2.121_320_3),
    case("aux f : 1 = MIN(x, 1) / 3", 1.0, SQRT_2),
    case("aux f : 1 = IF x > y THEN 3 * x ELSE 1", 1.5, 2.121_320_3),
    case("aux f : 1 = IF x <= y THEN 3 * x ELSE 1", 1.5, 2.121_320_3),
    case("aux f : 1 = IF x < 1 AND y > 1 THEN 5 ELSE x", 1.0, SQRT_2),
    case("aux f : 1 = IF x > 1 OR NOT y > 1 THEN 5 ELSE x", 1.0, SQRT_2),
    case("lookup c : 1 -> 1 = (0, 1) (1, 3) (3, 2)\naux f : 1 = c(x)", 0.0, 1.0),
    case("lookup c : 1 -> 1 = (0, 1) (1, 3) (3, 2)\naux f : 1 = c(x)", 1.0, 1.0),
    case("lookup c : 1 -> 1 = (0, 1) (1, 3) (3, 2)\naux f : 1 = c(x)", 3.0, 2.0),
    case("lookup line : 1 -> 1 = (0, 1) (1, 3) (3, 2)\naux f : 1 = line(x)", 1.0, 1.0),
    // Terms that move: at least a thousandth of their usual size, which matters where both are zero.
    case("stock a : 1\n  initial x\nstock b : 1\n  initial 1\naux f : 1 = MAX(a, b)", 1.0, 1.414_215_3),
    case("stock a : 1\n  initial x\nstock b : 1\n  initial 0\naux f : 1 = ABS(a - b)", 0.0, 0.002),
    case("stock a : 1\n  initial x\naux f : 1 = MIN(a, 0)", 0.0, 2.0),
    // A date, in years: the edge at 5.2 lies between two steps.
    case("param unit : year = 1\naux f : 1 = IF TIME >= (3.25 + x) * unit THEN y ELSE 2 * x", 1.75, 1.0),
    case("param unit : year = 1\nstock s : 1\n  initial 5 + STEP(y, (x - 1) * unit)\naux f : 1 = s", 1.125, 1.0),
    case("param unit : year = 1\naux f : 1 = RAMP(y / unit, (3 + x) * unit, 9)", 2.0, 1.0),
];

/// The time that is looked at.
const TIME: usize = 5;

impl Case {
    fn model(&self) -> Model {
        let text = format!("```counterflow\nparam x : 1 = 2\nparam y : 1 = 1.5\n{}\n```\n", self.statements);
        let compiled = compile(&Project {
            title: "smoothing".into(),
            horizon: Some(Horizon::yearly(0.0, 10.0, 4, 1, Method::Euler)),
            files: vec![SourceFile { path: "smoothing.md".into(), text }],
            ..Project::default()
        });
        let mut model = compiled.model.unwrap_or_else(|| panic!("{}: {:?}", self.statements, compiled.diagnostics));
        // Our own language only holds ends; XMILE can go on.
        model.lookups.iter_mut().filter(|lookup| lookup.name == "line").for_each(|l| l.beyond = Beyond::Extrapolate);
        model
    }

    fn function(&self, width: Option<f64>) -> Function {
        let model = self.model();
        let save = Save::point(model.find("f").expect("every case has f"));
        let smoothing = width.map(|width| Smoothing::new(width).expect("a width"));
        let plan = Plan::new(&model, &PlanOptions { saves: vec![save], smoothing, ..PlanOptions::default() });
        let own = plan.parameters().iter().map(|(id, _)| match model.variable(*id).name.as_str() {
            "x" => f64::NAN,
            "y" => 1.5,
            _ => 1.0,
        });
        Function { own: own.collect(), plan }
    }
}

struct Function {
    plan: Plan,
    /// NaN in the place of x.
    own: Vec<f64>,
}

impl Function {
    fn draws(&self, x: &[f64]) -> Vec<Vec<f64>> {
        let draw = |x: &f64| self.own.iter().map(|own| if own.is_nan() { *x } else { *own }).collect();
        x.iter().map(draw).collect()
    }

    fn values(&self, x: &[f64]) -> Vec<f64> {
        let members: Vec<u64> = (0..x.len() as u64).collect();
        run(&Job::new(&self.plan, &self.draws(x), &members, &Schedule::default())).at(0, TIME).to_vec()
    }

    fn slopes(&self, x: &[f64]) -> Vec<f64> {
        let members: Vec<u64> = (0..x.len() as u64).collect();
        let (draws, schedule) = (self.draws(x), Schedule::default());
        let blocks = gradients(&Job::new(&self.plan, &draws, &members, &schedule), usize::MAX, |block, saved| {
            (0..block.count).for_each(|lane| saved.add(0, TIME, lane, 1.0));
        });
        let place = self.own.iter().position(|own| own.is_nan()).expect("x is a parameter");
        blocks.into_iter().flat_map(|block| block.slopes).map(|slopes| slopes[place]).collect()
    }
}

#[test]
fn no_kink_is_left() {
    for case in CASES {
        let (width, h) = (0.05, 1e-6);
        let sides = |function: &Function, h: f64| {
            let v = function.values(&[case.kink - h, case.kink, case.kink + h]);
            ((v[1] - v[0]) / h, (v[2] - v[1]) / h)
        };
        let (left, right) = sides(&case.function(None), h);
        assert!((left - right).abs() > 0.1, "{}: {left} and {right} should differ", case.statements);
        let (left, right) = sides(&case.function(Some(width)), h);
        // Curvature within the stretch, times the distance.
        let bound = 10.0 * (1.0 + left.abs()) * h / (width * case.size);
        assert!((left - right).abs() <= bound, "{}: {left} and {right}", case.statements);
    }
}

#[test]
fn slopes_of_smooth_plans_are_difference_quotients() {
    for case in CASES {
        let function = case.function(Some(0.05));
        let stretch = 0.05 * case.size;
        // Not on the edges of the stretch themselves, where the curvature changes; but on the kink itself.
        let places: Vec<f64> = (-13..=13).map(|i| case.kink + f64::from(i) * 0.123 * stretch).collect();
        let h = 1e-4 * stretch;
        let quotient = |x: f64| {
            let v = function.values(&[x + h, x - h, x + 2.0 * h, x - 2.0 * h]);
            (8.0 * (v[0] - v[1]) - (v[2] - v[3])) / (12.0 * h)
        };
        for (x, slope) in places.iter().zip(function.slopes(&places)) {
            let expected = quotient(*x);
            let close = (slope - expected).abs() <= 2e-6 * (1.0 + expected.abs());
            assert!(close, "{} at {x}: {slope}, quotient {expected}", case.statements);
        }
    }
}

#[test]
fn beyond_the_width_every_bit_is_that_of_the_exact_formula() {
    for case in CASES {
        let exact = case.function(None);
        for width in [0.05, 1e-3, 1e-6, 1e-12] {
            let smooth = case.function(Some(width));
            // The size may grow a little with x.
            let away = width * case.size * 1.2;
            let places: Vec<f64> =
                [1.0, 1.5, 2.0].iter().flat_map(|k| [case.kink - k * away, case.kink + k * away]).collect();
            for ((x, found), expected) in places.iter().zip(smooth.values(&places)).zip(exact.values(&places)) {
                assert_eq!(found, expected, "{} at {x}, width {width}", case.statements);
            }
        }
    }
}

#[test]
fn within_the_width_it_is_not_the_exact_formula_and_near_it() {
    for case in CASES {
        let exact = case.function(None);
        let at = |function: &Function, x: f64| function.values(&[x])[0];
        let mut before = f64::INFINITY;
        for width in [0.1, 0.01, 1e-4] {
            let smooth = case.function(Some(width));
            let x = case.kink + 0.3 * width * case.size;
            let gap = (at(&smooth, x) - at(&exact, x)).abs();
            // At the same part of the width a jump is halved as much, a kink is cut off less.
            assert!(
                gap > 0.0 && gap <= before * (1.0 + 1e-9),
                "{}, width {width}: {gap}, before {before}",
                case.statements
            );
            before = gap;
        }
    }
}

/// The mean of the exact formula over the stretch, with the weights 3/4 (1 - t²), by Simpson's rule.
fn mean(exact: &Function, x: f64, stretch: f64) -> f64 {
    const PARTS: usize = 20_000;
    let t = |i: usize| 2.0 * i as f64 / PARTS as f64 - 1.0;
    let values = exact.values(&(0..=PARTS).map(|i| x + stretch * t(i)).collect::<Vec<f64>>());
    let simpson = |i: usize| if i == 0 || i == PARTS { 1.0 } else { 2.0 + 2.0 * (i % 2) as f64 };
    let term = |(i, value): (usize, f64)| simpson(i) * 0.75 * (1.0 - t(i) * t(i)) * value;
    values.into_iter().enumerate().map(term).sum::<f64>() * 2.0 / PARTS as f64 / 3.0
}

#[test]
fn a_smooth_formula_is_a_mean_of_the_exact_one() {
    // Where the width does not change with x, the mean can be taken over x.
    for statements in
        ["aux f : 1 = MAX(0, x)", "aux f : 1 = MIN(x, 0)", "aux f : 1 = ABS(x)", "aux f : 1 = IF x > 0 THEN 1 ELSE 7"]
    {
        let case = case(statements, 0.0, 2.0);
        let (smooth, exact) = (case.function(Some(0.1)), case.function(None));
        for x in [-0.25, -0.15, -0.03, 0.0, 0.04, 0.19, 0.3] {
            let (found, expected) = (smooth.values(&[x])[0], mean(&exact, x, 0.2));
            assert!((found - expected).abs() < 2e-4, "{statements} at {x}: {found}, mean {expected}");
        }
    }
    let case = case("lookup c : 1 -> 1 = (0, 1) (1, 3) (2, 2)\naux f : 1 = c(x)", 1.0, 1.0);
    let (smooth, exact) = (case.function(Some(0.4)), case.function(None));
    for i in -5..=25 {
        let x = f64::from(i) * 0.1;
        let (found, expected) = (smooth.values(&[x])[0], mean(&exact, x, 0.4));
        assert!((found - expected).abs() < 1e-7, "lookup at {x}: {found}, mean {expected}");
    }
}

#[test]
fn what_is_not_smoothed_keeps_every_bit() {
    for statements in [
        "aux f : 1 = IF x > 0 THEN 1 / x ELSE 0",
        "aux f : 1 = IF x >= 0 THEN SQRT(x) ELSE 0",
        "aux f : 1 = IF x = 0 THEN 1 ELSE x",
        "aux f : 1 = INT(x) + (x > 0)",
        "aux f : 1 = SAFEDIV(1, x)",
        "lookup c : year -> 1 = (0, 1) (4, 3) (8, 2)\naux f : 1 = c(TIME) * x",
    ] {
        let case = case(statements, 0.0, 1.0);
        let places = [-0.01, -1e-9, 0.0, 1e-9, 0.01, 0.5];
        let (exact, smooth) = (case.function(None).values(&places), case.function(Some(0.05)).values(&places));
        assert_eq!(exact, smooth, "{statements}");
    }
}

#[test]
fn a_branch_without_a_value_does_not_spread() {
    for statements in ["aux f : 1 = IF x > 0 THEN LN(y - 2) ELSE 3", "aux f : 1 = IF x > 0 THEN 1 / (y - 1.5) ELSE 3"] {
        let case = case(statements, 0.0, 2.0);
        let found = case.function(Some(0.05)).values(&[-0.2, -0.05, 0.0]);
        assert_eq!(found, [3.0, 3.0, 3.0], "{statements}");
    }
    let case = case("aux f : 1 = MAX(x, LN(0 * y))", 0.0, 2.0);
    assert_eq!(case.function(Some(0.05)).values(&[0.0, 2.0]), [0.0, 2.0]);
}

#[test]
fn a_jump_that_is_met_exactly_is_halved_at_every_width() {
    let case = case("param unit : year = 1\naux f : 1 = IF TIME >= unit * 5 THEN 4 * x ELSE 2 * x", 2.0, 1.0);
    assert_eq!(case.function(None).values(&[2.0]), [8.0]);
    for width in [0.05, 1e-3, 1e-9] {
        assert_eq!(case.function(Some(width)).values(&[2.0]), [6.0], "{width}");
    }
}

#[test]
fn widths_that_mean_nothing_are_refused() {
    for width in [0.0, -0.1, 0.6, f64::NAN, f64::INFINITY] {
        assert_eq!(Smoothing::new(width), None, "{width}");
    }
    assert_eq!(Smoothing::new(0.5).map(Smoothing::relative), Some(0.5));
}
