//! Whatever stands in a file, compiling never panics, and there is a model exactly if there is no error.

use counterflow_lang::{Compiled, Project, Severity, SourceFile, compile};
use proptest::prelude::*;
use proptest::sample::{Index, select};

/// What soup is made of: every kind of token, well-known names, and things that are no tokens.
const PIECES: &[&str] = &[
    "horizon",
    "unit",
    "dimension",
    "param",
    "lever",
    "kinetic lever",
    "lookup",
    "series",
    "stock",
    "flow",
    "aux",
    "observe",
    "check",
    "outcome",
    "initial",
    "inflow",
    "outflow",
    "range",
    "prior",
    "grade",
    "source",
    "date",
    "cost",
    "payer",
    "total",
    "mean",
    "month",
    "from",
    "window",
    "better",
    "lower",
    "concerns",
    "both",
    "extrapolate",
    "to",
    "steps",
    "saves",
    "method",
    "rk4",
    "IF",
    "THEN",
    "ELSE",
    "AND",
    "OR",
    "NOT",
    "MOD",
    "SUM",
    "MIN",
    "SMTH3",
    "DELAY1",
    "INIT",
    "PULSE",
    "STEP",
    "NORMAL",
    "TIME",
    "DT",
    "x",
    "y",
    "z",
    "mode",
    "ports",
    "mail",
    "people",
    "lever_costs",
    "Beta",
    "Normal",
    "assumed",
    "1",
    "2",
    "0.5",
    "1999",
    "2041",
    "12",
    "48",
    "1e300",
    "99",
    "1_0",
    "^",
    "*",
    "/",
    "+",
    "-",
    "<",
    "<=",
    "=",
    "<>",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    "~",
    "..",
    "->",
    "\"a text\"",
    "\"",
    "#",
    "×",
    "\u{0}",
    "\n",
    "\n",
    "\n  ",
    "\n```\n",
    "\n```counterflow\n",
    "x = ",
    "x : people/year = ",
    "x[mode] : 1 = ",
    "x[*]",
];

const SOUND: &str = include_str!("../broken/sound.md");

fn run(text: String) -> Compiled {
    let files = vec![SourceFile { path: "soup.md".into(), text }];
    compile(&Project { title: "Soup".into(), files, ..Project::default() })
}

fn holds(compiled: &Compiled) -> bool {
    let has_error = compiled.diagnostics.iter().any(|d| d.severity == Severity::Error);
    compiled.model.is_none() == has_error
}

/// The sound sector with some of its pieces taken out, doubled or replaced.
fn mutated(edits: &[(Index, Index, Index)]) -> String {
    let mut words: Vec<&str> = SOUND.split_inclusive([' ', '\n', '(', ')', ',', '[', ']']).collect();
    for (kind, place, other) in edits {
        let i = place.index(words.len());
        match kind.index(4) {
            0 => drop(words.remove(i)),
            1 => words.insert(i, PIECES[other.index(PIECES.len())]),
            2 => words[i] = words[other.index(words.len())],
            _ => words.truncate(i.max(words.len() / 2)),
        }
    }
    words.concat()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn soup(pieces in prop::collection::vec(select(PIECES), 0..120)) {
        let text = format!("```counterflow\n{}", pieces.join(" "));
        prop_assert!(holds(&run(text)));
    }

    #[test]
    fn arbitrary_text(text in "\\PC*", fence in any::<bool>()) {
        let start = if fence { "```counterflow\n" } else { "" };
        let text = format!("{start}{text}");
        prop_assert!(holds(&run(text)));
    }

    #[test]
    fn mutations(edits in prop::collection::vec(any::<(Index, Index, Index)>(), 0..8)) {
        prop_assert!(holds(&run(mutated(&edits))));
    }
}

/// `open` many times, 1, and `close` as often.
fn deep(open: &str, close: &str, times: usize) -> String {
    format!("{}1{}", open.repeat(times), close.repeat(times))
}

/// Compiles expressions on a stack as small as a browser's.
fn on_a_small_stack(expressions: &[String], rest: &str) -> Compiled {
    let text: String = expressions.iter().enumerate().map(|(i, e)| format!("aux x{i} : 1 = {e}\n")).collect();
    let text = format!("```counterflow\nhorizon 0 to 1 steps 1\n{text}{rest}```\n");
    let work = move || run(text);
    std::thread::Builder::new().stack_size(1 << 20).spawn(work).unwrap().join().unwrap()
}

#[test]
fn deep_and_long_expressions_are_refused() {
    let expressions = [
        deep("(", ")", 100_000),
        deep("-", "", 100_000),
        deep("1 + ", "", 100_000),
        deep("2 ^ ", "", 100_000),
        deep("PULSE(1, ", ")", 190),
        deep("IF 1 THEN 1 ELSE ", "", 100_000),
        deep("IF ", "", 100_000),
    ];
    let chain: String = (0..20_000).map(|i| format!("aux c{i} : 1 = c{}\n", i + 1)).collect();
    let compiled = on_a_small_stack(&expressions, &format!("{chain}aux c20000 : 1 = c0\n"));
    assert!(holds(&compiled) && compiled.model.is_none());
}

#[test]
fn expressions_as_deep_as_allowed_are_compiled() {
    let expressions = [
        deep("(", ")", 198),
        deep("-", "", 198),
        deep("(", "^4)", 198),
        deep("2 ^ ", "", 198),
        deep("1 + ", "", 198),
        deep("MIN(1, ", ")", 198),
        deep("SMTH3(", ", 1)", 198),
        deep("STEP(", ", 1)", 198),
        deep("IF 1 THEN 1 ELSE ", "", 198),
    ];
    let compiled = on_a_small_stack(&expressions, "");
    assert!(compiled.model.is_some(), "{:?}", compiled.diagnostics);
}

#[test]
fn many_arrays_are_refused_before_they_fill_the_memory() {
    let elements: Vec<String> = (0..1000).map(|i| format!("e{i}")).collect();
    let dimensions: String = (0..8).map(|i| format!("dimension d{i} = {}\n", elements.join(", "))).collect();
    let text =
        format!("```counterflow\nhorizon 0 to 1 steps 1\n{dimensions}param p[d0,d1,d2,d3,d4,d5,d6,d7] : 1 = 1\n```\n");
    let compiled = run(text);
    assert!(holds(&compiled) && compiled.model.is_none());
}
