//! What posteriordb says: data and summaries, from the two files beside this one (see `README.md` there).

const DATA: &str = include_str!("data.csv");
const SUMMARIES: &str = include_str!("summaries.csv");

/// Probabilities of the quantiles in a summary.
pub const PROBABILITIES: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];

/// Reference draws of one quantity in short.
#[derive(Clone, Debug, PartialEq)]
pub struct Summary {
    pub quantity: String,
    pub mean: f64,
    pub sd: f64,
    pub quantiles: [f64; 5],
}

/// Data of a posterior by the name they have there.
pub fn data(posterior: &str, name: &str) -> Vec<f64> {
    let start = format!("{posterior},{name},");
    let values = DATA.lines().find_map(|line| line.strip_prefix(&start)).expect("a row of this name");
    values.split(' ').map(number).collect()
}

/// Summaries of a posterior's quantities, in their order.
pub fn summaries(posterior: &str) -> Vec<Summary> {
    let rows = SUMMARIES.lines().map(|line| line.split(',').collect::<Vec<&str>>());
    rows.filter(|cells| cells[0] == posterior).map(|cells| summary(&cells)).collect()
}

fn summary(cells: &[&str]) -> Summary {
    let quantiles = std::array::from_fn(|i| number(cells[6 + i]));
    Summary { quantity: cells[1].to_owned(), mean: number(cells[2]), sd: number(cells[3]), quantiles }
}

fn number(text: &str) -> f64 {
    text.parse().unwrap_or_else(|_| panic!("found `{text}`, expected a number"))
}
