//! Formulas of small expressions.

use counterflow::Project;
use counterflow_model::{Binary, Expr, Model, Ternary, Unary, VariableId};

use super::Math;
use crate::addresses::Addresses;

/// The formulas without their marks: what a reader sees, from left to right.
fn shown(model: &Model, addresses: &Addresses, expr: &Expr) -> String {
    let markup = Math { model, addresses }.expression(expr).into_string();
    let text: String = markup.split('<').filter_map(|part| part.split_once('>')).map(|(_, text)| text).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace("&gt;", ">")
}

#[test]
fn only_the_brackets_that_are_needed_are_drawn() {
    let project = Project::bundled().unwrap();
    let model = project.model().unwrap();
    let addresses = Addresses::new(&project, model, "sources.html", &|_| "page.html".into(), &|_| String::new());
    let number = |x: f64| Box::new(Expr::Number(x));
    let binary = |operator, a: Box<Expr>, b: Box<Expr>| Box::new(Expr::Binary(operator, a, b));
    let sum = || binary(Binary::Add, number(1.0), number(2.0));
    let check = |expr: Expr, expected: &str| assert_eq!(shown(model, &addresses, &expr), expected);
    check(*binary(Binary::Multiply, sum(), number(3.0)), "(1+2)⋅3");
    check(*binary(Binary::Add, sum(), number(3.0)), "1+2+3");
    check(*binary(Binary::Subtract, number(3.0), sum()), "3−(1+2)");
    check(*binary(Binary::Subtract, sum(), number(3.0)), "1+2−3");
    check(*binary(Binary::Power, number(2.0), sum()), "21+2");
    check(*binary(Binary::Power, sum(), number(2.0)), "(1+2)2");
    check(Expr::Unary(Unary::Negate, sum()), "−(1+2)");
    check(*binary(Binary::Minimum, binary(Binary::Minimum, number(1.0), number(2.0)), sum()), "min(1,2,1+2)");
    check(*number(-2.5e-7), "−2.5⋅10−7");
    let more = binary(Binary::Greater, number(2.0), number(1.0));
    check(Expr::Ternary(Ternary::Select, more, number(5.0), number(6.0)), "{5if 2>16otherwise");
}

#[test]
fn long_sums_become_several_formulas_and_lose_nothing() {
    let project = Project::bundled().unwrap();
    let model = project.model().unwrap();
    let addresses = Addresses::new(&project, model, "sources.html", &|_| "page.html".into(), &|_| String::new());
    let scalars: Vec<VariableId> =
        model.ids().filter(|id| model.variable(*id).dimensions.is_empty()).take(12).collect();
    let terms = scalars.iter().map(|id| Expr::variable(*id));
    let sum = terms.reduce(|a, b| Expr::binary(Binary::Add, a, b)).unwrap();
    let markup = Math { model, addresses: &addresses }.expression(&sum).into_string();
    assert!(markup.matches("<math").count() > 3, "{markup}");
    for id in scalars {
        assert!(markup.contains(&format!("href=\"{}\"", addresses.variable(id))), "{}", model.variable(id).name);
    }
}
