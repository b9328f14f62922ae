//! How recipes are drawn.

use counterflow_engine::LaneWidth;
use counterflow_model::{Beyond, Binary, Ternary, Unary};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use crate::recipe::{Kind, MoveRecipe, Recipe, Sketch, VariableRecipe};

/// What expressions are made of.
pub struct Words {
    unary: &'static [Unary],
    binary: &'static [Binary],
    ternary: &'static [Ternary],
    /// Whether there are numbers that most operators turn into infinity or nothing.
    special_numbers: bool,
    /// How often a variable is a parameter, where a stock counts 3.
    parameters: u32,
}

/// Everything there is.
pub const ANY: Words =
    Words { unary: Unary::ALL, binary: Binary::ALL, ternary: Ternary::ALL, special_numbers: true, parameters: 2 };

/// What has a derivative nearly everywhere and seldom overflows.
pub const SMOOTH: Words = Words {
    unary: &[
        Unary::Negate,
        Unary::Abs,
        Unary::Exp,
        Unary::Ln,
        Unary::Log10,
        Unary::Sqrt,
        Unary::Sin,
        Unary::Cos,
        Unary::Arctan,
    ],
    binary: &[
        Binary::Add,
        Binary::Subtract,
        Binary::Multiply,
        Binary::Divide,
        Binary::SafeDivide,
        Binary::Power,
        Binary::Minimum,
        Binary::Maximum,
        Binary::Less,
    ],
    ternary: &[Ternary::Select, Ternary::SafeDivideOr],
    special_numbers: false,
    parameters: 6,
};

/// Any recipe of these words.
pub fn recipe(words: &'static Words) -> impl Strategy<Value = Recipe> {
    let sketch = move || sketch(words);
    let size = prop_oneof![9 => 1..=4_usize, 1 => 5..=9_usize];
    let structure = (vec(size, 0..=3), vec(lookup(), 0..=2), vec(variable(words), 1..=9));
    let statements = (vec(sketch(), 0..=2), vec(sketch(), 0..=2));
    let part = prop_oneof![4 => Just(0.0), 1 => 0.01..0.99_f64];
    let intervals = (1..=6_u8, part).prop_map(|(whole, part)| f64::from(whole) + part);
    let clock = (any::<bool>(), step(), 1..=3_u32, intervals);
    let width = select(vec![LaneWidth::Single, LaneWidth::Narrow, LaneWidth::Wide]);
    let runs = (vec(a_move(), 0..=3), 1..=3_usize, width, any::<bool>(), any::<u64>());
    let few = vec(any::<(u16, bool)>(), 1..=3);
    (structure, statements, clock, runs, few).prop_map(|(structure, statements, clock, runs, few)| {
        let (dimensions, lookups, variables) = structure;
        let (observations, checks) = statements;
        let (runge_kutta, step, steps_per_save, intervals) = clock;
        let (moves, members, width, noise, seed) = runs;
        Recipe {
            dimensions,
            lookups,
            variables,
            observations,
            checks,
            runge_kutta,
            step,
            steps_per_save,
            intervals,
            moves,
            members,
            width,
            noise,
            seed,
            few,
        }
    })
}

/// Lengths that are parts of a unit, that are not, that are no quotient of small numbers, and that are longer.
fn step() -> impl Strategy<Value = f64> {
    prop_oneof![4 => select(vec![0.25, 0.5, 1.0 / 3.0, 1.0]), 4 => select(vec![0.1, 0.3, 0.7, 2.0]), 1 => 0.05..3.0_f64]
}

fn variable(words: &'static Words) -> impl Strategy<Value = VariableRecipe> {
    let kind = prop_oneof![
        3 => Just(Kind::Stock),
        1 => Just(Kind::Cell),
        2 => Just(Kind::Flow),
        4 => Just(Kind::Auxiliary),
        words.parameters => Just(Kind::Parameter),
        1 => Just(Kind::Lever),
    ];
    let equations = || prop_oneof![3 => vec(sketch(words), 1), 1 => vec(sketch(words), 2..=3)];
    (kind, 0..8_u8, equations(), equations(), vec(number(words), 1..=4)).prop_map(
        |(kind, dimensions, definition, net, values)| VariableRecipe { kind, dimensions, definition, net, values },
    )
}

/// Two to forty points: short tables and long ones are evaluated in different ways.
fn lookup() -> impl Strategy<Value = (Vec<(f64, f64)>, Beyond)> {
    let beyond = select(vec![Beyond::Hold, Beyond::Extrapolate, Beyond::Steps]);
    let length = prop_oneof![3 => 2..=5_usize, 1 => 15..=19_usize, 1 => 30..=40_usize];
    (length.prop_flat_map(|n| vec((0.01..1.5_f64, -2.0..2.0_f64), n)), beyond)
}

fn a_move() -> impl Strategy<Value = MoveRecipe> {
    let ramp = prop_oneof![Just(0.0), 0.0..0.5_f64];
    // Quarters of the run are often the times of steps.
    let start = prop_oneof![2 => -0.25..1.0_f64, 1 => select(vec![0.0, 0.25, 0.5, 0.75])];
    (any::<u16>(), any::<u16>(), -2.0..2.0_f64, start, ramp, proptest::option::of(0.0..0.75_f64))
        .prop_map(|(lever, element, change, start, ramp, end)| MoveRecipe { lever, element, change, start, ramp, end })
}

/// Mostly tame numbers, with the special ones often enough.
fn number(words: &Words) -> BoxedStrategy<f64> {
    let tame = prop_oneof![4 => select(vec![0.0, -0.0, 1.0, -1.0, 2.0, 0.5, 3.0]), 5 => -3.0..3.0_f64];
    if !words.special_numbers {
        return tame.boxed();
    }
    prop_oneof![9 => tame, 1 => select(vec![1e300, -1e-310, f64::INFINITY, f64::NAN, 1e17])].boxed()
}

/// Any expression. Names, sums and products are the more frequent, as they are in models, and make it likely that
/// values stay finite and operations are fused.
fn sketch(words: &'static Words) -> impl Strategy<Value = Sketch> {
    let name = || (any::<u16>(), any::<[u16; 3]>()).prop_map(|(pick, indices)| Sketch::Variable(pick, indices));
    let leaf = prop_oneof![
        6 => name(),
        3 => number(words).prop_map(Sketch::Number),
        1 => any::<u16>().prop_map(Sketch::Clock),
        1 => any::<u16>().prop_map(Sketch::Noise),
    ];
    leaf.prop_recursive(4, 20, 3, move |inner| {
        let arithmetic = select(vec![Binary::Add, Binary::Subtract, Binary::Multiply, Binary::Divide]);
        let boxed = || inner.clone().prop_map(Box::new);
        prop_oneof![
            6 => (arithmetic, boxed(), boxed()).prop_map(|(o, a, b)| Sketch::Binary(o, a, b)),
            3 => (select(words.binary), boxed(), boxed()).prop_map(|(o, a, b)| Sketch::Binary(o, a, b)),
            3 => (select(words.unary), boxed()).prop_map(|(o, a)| Sketch::Unary(o, a)),
            2 => (select(words.ternary), boxed(), boxed(), boxed())
                .prop_map(|(o, a, b, c)| Sketch::Ternary(o, a, b, c)),
            1 => (any::<u16>(), boxed()).prop_map(|(pick, a)| Sketch::Lookup(pick, a)),
            2 => (any::<u16>(), any::<u16>(), boxed()).prop_map(|(which, over, a)| Sketch::Reduce(which, over, a)),
            1 => boxed().prop_map(Sketch::Initial),
            1 => (boxed(), boxed()).prop_map(|(start, running)| Sketch::Phased(start, running)),
        ]
    })
}
