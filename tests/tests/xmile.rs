//! What imported constructs mean, on models whose results can be worked out by hand.

use counterflow_engine::{Job, Plan, PlanOptions, Sampling, Save, Schedule, What, run};
use counterflow_lang::SourceFile;
use counterflow_model::Model;
use counterflow_xmile::compile;

const SPECS: &str = "<sim_specs><start>0</start><stop>6</stop><dt>1</dt></sim_specs>";

fn model(specs: &str, variables: &str, rest: &str) -> Model {
    let dimensions = "<dimensions><dim name='D'><elem name='a'/><elem name='b'/><elem name='c'/></dim></dimensions>";
    let text = format!("<xmile>{specs}{dimensions}<model><variables>{variables}</variables></model>{rest}</xmile>");
    let compiled = compile(&SourceFile { path: "m.xmile".into(), text });
    compiled.model.unwrap_or_else(|| panic!("{:#?}", compiled.diagnostics))
}

/// Values of one element at every saved time.
fn path(model: &Model, name: &str) -> Vec<f64> {
    let named = |(id, element): &(counterflow_model::VariableId, usize)| model.element_name(*id, *element) == name;
    let mut all = model.ids().flat_map(|id| (0..model.size(id)).map(move |element| (id, element)));
    let (id, element) = all.find(named).unwrap_or_else(|| panic!("no {name}"));
    let saves = vec![Save { what: What::Element(id, element), sampling: Sampling::Point }];
    let plan = Plan::new(model, &PlanOptions { saves, ..PlanOptions::default() });
    let runs = run(&Job::new(&plan, &[Vec::new()], &[0], &Schedule::default()));
    runs.path(0, 0).collect()
}

/// The path of `x` in a model of these variables, from 0 to 6 in steps of 1.
#[track_caller]
fn check(variables: &str, expected: &[f64]) {
    let found = path(&model(SPECS, variables, ""), "x");
    let near = found.iter().zip(expected).all(|(f, e)| (f - e).abs() < 1e-12 * e.abs().max(1.0));
    assert!(near && found.len() >= expected.len(), "{found:?}, expected {expected:?}");
}

/// The same of one equation.
#[track_caller]
fn equation(equation: &str, expected: &[f64]) {
    check(&format!("<aux name='x'><eqn>{equation}</eqn></aux>"), expected);
}

#[test]
fn functions_of_time() {
    equation("STEP(2, 3)", &[0.0, 0.0, 0.0, 2.0, 2.0, 2.0, 2.0]);
    equation("RAMP(2, 1, 3)", &[0.0, 0.0, 2.0, 4.0, 4.0, 4.0, 4.0]);
    equation("PULSE(3, 1, 2)", &[0.0, 3.0, 0.0, 3.0, 0.0, 3.0, 0.0]);
    equation("PULSE(3, 2)", &[0.0, 0.0, 3.0, 0.0, 0.0, 0.0, 0.0]);
    equation("PULSE TRAIN(1, 1, 3, 4)", &[0.0, 1.0, 0.0, 0.0, 1.0, 0.0, 0.0]);
    equation("IF time &gt; 2 THEN TIME ELSE -TIME", &[0.0, -1.0, -2.0, 3.0, 4.0, 5.0, 6.0]);
    equation("IF THEN ELSE(time = 2, STOPTIME, DT)", &[1.0, 1.0, 6.0, 1.0]);
}

#[test]
fn functions_that_remember() {
    equation("PREVIOUS(TIME, 9)", &[9.0, 0.0, 1.0, 2.0, 3.0]);
    equation("PREVIOUS(SELF, 1) * 2", &[2.0, 4.0, 8.0, 16.0]);
    equation("DELAY(TIME, 2, -1)", &[-1.0, -1.0, 0.0, 1.0, 2.0]);
    equation("DELAY(TIME + 5, 2)", &[5.0, 5.0, 5.0, 6.0, 7.0]);
    equation("SAMPLE IF TRUE(TIME MOD 3 = 1, TIME, 7)", &[7.0, 1.0, 1.0, 1.0, 4.0, 4.0, 4.0]);
    equation("INIT(TIME + 3)", &[3.0, 3.0, 3.0]);
    equation("ACTIVE INITIAL(TIME, 4)", &[0.0, 1.0, 2.0]);
    check("<aux name='y'><eqn>TIME</eqn><init_eqn>4</init_eqn></aux><stock name='x'><eqn>y</eqn></stock>", &[4.0, 4.0]);
}

#[test]
fn delays_and_smooths_are_those_of_our_own_language() {
    equation("SMTH1(8, 2, 0)", &[0.0, 4.0, 6.0, 7.0, 7.5]);
    equation("DELAY1(8, 2, 0)", &[0.0, 4.0, 6.0, 7.0, 7.5]);
    equation("SMTHN(8, 6, 3, 0) - SMTH3(8, 6, 0)", &[0.0; 7]);
    equation("DELAYN(8, 6, 1 + 2, 0) - DELAY3(8, 6, 0)", &[0.0; 7]);
    equation("TREND(10 * (1 + TIME), 2)", &[0.0, 0.5]);
    equation("FORCST(10 * (1 + TIME), 2, 3)", &[10.0, 50.0]);
}

#[test]
fn arithmetic() {
    equation("-2^2 + 2^3^0", &[-2.0]);
    equation("QUANTUM(7.9, 2) + ROUND(-2.5) + INTEGER(-1.5)", &[2.0]);
    equation("LOG(8, 2) + 1 // 0 + SAFEDIV(1, 0, 5) + PERCENT(0.5) + SIGN(-3)", &[57.0]);
    equation("NOT (1 &gt; 2) AND 3 &lt;&gt; 4 {a remark}", &[1.0]);
    equation("\"TIME\" + 2e1 + .5 + 3.", &[23.5]);
}

#[test]
fn arrays() {
    let array = "<aux name='v'><dimensions><dim name='D'/></dimensions><eqn>6, 2, 8</eqn></aux>";
    let with = |equation: &str, expected: &[f64]| {
        check(&format!("{array}<aux name='x'><eqn>{equation}</eqn></aux>"), expected);
    };
    with("SUM(v[*]) + SUM(v) + SUM(v[b:c]) + SUM(v[*] * v[*])", &[16.0 + 16.0 + 10.0 + 104.0]);
    with("MEAN(v) + MAX(v) + MIN(v) + PROD(v) + SIZE(v)", &[16.0 / 3.0 + 8.0 + 2.0 + 96.0 + 3.0]);
    with("RANK(v, 1) * 10 + RANK(v, 3)", &[23.0]);
    with("STDDEV(v)", &[(56.0_f64 / 9.0).sqrt()]);
    with("v[1 + TIME]", &[6.0, 2.0, 8.0, 0.0]);
    with("v[b] + v[2] + v[D.a]", &[10.0]);
}

#[test]
fn stairs_hold_and_jump() {
    let curve = |kind: &str| {
        format!("<gf name='g' {kind}><xpts>1,3,4</xpts><ypts>1,5,5</ypts></gf><aux name='x'><eqn>g(TIME)</eqn></aux>")
    };
    check(&curve("type='discrete'"), &[1.0, 1.0, 1.0, 5.0, 5.0]);
    check(&curve(""), &[1.0, 1.0, 3.0, 5.0, 5.0]);
    check(&curve("type='extrapolate'"), &[-1.0, 1.0, 3.0, 5.0, 5.0, 5.0]);
}

#[test]
fn stocks_that_never_go_below_zero_pay_in_order() {
    let stock = "<stock name='s'><eqn>5</eqn><inflow>in</inflow><outflow>first</outflow><outflow>x</outflow><non_negative/></stock>\
        <flow name='in'><eqn>1</eqn></flow><flow name='first'><eqn>2</eqn></flow><flow name='x'><eqn>3</eqn></flow>";
    check(stock, &[3.0, 0.0, 0.0]);
    let oneway = "<flow name='x'><eqn>1 - TIME</eqn><non_negative/></flow>";
    check(oneway, &[1.0, 0.0, 0.0]);
}

/// Each needs what the other has now: a step must read both before it writes either.
#[test]
fn a_stock_may_be_the_flow_of_another() {
    let pair = "<stock name='x'><eqn>1</eqn><inflow>up</inflow></stock><flow name='up'><eqn>y</eqn></flow>\
        <stock name='y'><eqn>0</eqn><inflow>down</inflow></stock><flow name='down'><eqn>x</eqn></flow>";
    check(pair, &[1.0, 1.0, 2.0, 4.0, 8.0]);
    let chain = "<aux name='x'><eqn>PREVIOUS(y, 0)</eqn></aux><aux name='y'><eqn>PREVIOUS(z, 0)</eqn></aux><stock name='z'><eqn>1</eqn><inflow>f</inflow></stock><flow name='f'><eqn>1</eqn></flow>";
    check(chain, &[0.0, 0.0, 1.0, 2.0, 3.0]);
}

#[test]
fn modules_and_macros() {
    let rest = "<model name='m'><variables><aux name='in' access='input'><eqn>0</eqn></aux><stock name='held'><eqn>in</eqn><inflow>f</inflow></stock>\
        <flow name='f'><eqn>in</eqn></flow></variables></model>\
        <macro name='GROW'><parm>start</parm><parm default='start'>by</parm><eqn>level</eqn><variables><stock name='level'><eqn>start</eqn>\
        <inflow>more</inflow></stock><flow name='more'><eqn>by</eqn></flow></variables></macro>";
    let variables = "<module name='m'><connect to='m.in' from='source'/></module><aux name='source'><eqn>2</eqn></aux>\
        <aux name='x'><eqn>m.held + 100 * GROW(1) + GROW(0, 3)</eqn></aux>";
    let model = model(SPECS, variables, rest);
    assert_eq!(path(&model, "x")[..3], [102.0, 207.0, 312.0]);
    assert_eq!(path(&model, "m.held")[..2], [2.0, 4.0]);
}

#[test]
fn steps_saves_and_solvers() {
    let specs = |method: &str, dt: &str| {
        format!("<sim_specs method='{method}' isee:save_interval='1'><start>0</start><stop>2</stop>{dt}</sim_specs>")
    };
    let growth = "<stock name='x'><eqn>1</eqn><inflow>f</inflow></stock><flow name='f'><eqn>x</eqn></flow><aux name='was'><eqn>PREVIOUS(x, 0)</eqn></aux>";
    let euler = model(&specs("Euler", "<dt reciprocal='true'>3</dt>"), growth, "");
    assert_eq!(euler.horizon.step.length(), 1.0 / 3.0);
    let expected: f64 = (0..3).fold(1.0, |x, _| x + x / 3.0);
    assert!((path(&euler, "x")[1] - expected).abs() < 1e-14);
    let fourth = model(&specs("RK4", "<dt>0.25</dt>"), growth, "");
    assert!((path(&fourth, "x")[2] - std::f64::consts::E * std::f64::consts::E).abs() < 1e-3);
    let factor: f64 = (1..=4)
        .map(|n| 0.25 / f64::from(n))
        .scan(1.0, |term, part| {
            *term *= part;
            Some(*term)
        })
        .sum::<f64>()
        + 1.0;
    assert!((path(&fourth, "was")[1] - factor * factor * factor).abs() < 1e-12);
}
