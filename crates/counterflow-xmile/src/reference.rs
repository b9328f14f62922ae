//! The importer's reference page, from the tables in the code.

use std::fmt::Write;

use crate::document::{CURVES, METHODS, SAVES, UNSUPPORTED};
use crate::functions::{CLOCKS, FUNCTIONS};

/// Cases of the public suite of test models that can not be met, with the reason. They are named by folder.
pub const EXCEPTIONS: &[(&str, &str)] = &[
    ("macro_expression", LOST_MACRO),
    ("macro_multi_expression", LOST_MACRO),
    ("macro_stock", LOST_MACRO),
    ("subscript_multiples", LOST_LIST),
    ("subscript_subranges_equal", LOST_LIST),
    ("subscript_updimensioning", LOST_LIST),
];

const LOST_MACRO: &str = "the program that converted the file to XMILE left out the macro that it calls";
const LOST_LIST: &str = "the program that converted the file to XMILE wrote `???` for lists of numbers";

/// The page, in Markdown, without its heading.
pub fn page() -> String {
    let mut text = String::from(SUPPORTED);
    text.push_str("\n## Solvers\n\n");
    for (name, _, same) in METHODS {
        let note = if *same { "as it is" } else { "RK4 with the same step is used, with a warning" };
        _ = writeln!(text, "- `{name}`: {note}");
    }
    let saves: Vec<String> = SAVES.iter().map(|name| format!("`{name}`")).collect();
    _ = writeln!(
        text,
        "\nHow often values are saved is read from {} of `sim_specs`, or else from the variable `SAVEPER`; without either every step is saved. It is rounded to whole steps, with a warning.",
        saves.join(", ")
    );
    text.push_str("\n## Graphical functions\n\n");
    for (name, _) in CURVES {
        _ = writeln!(text, "- `{name}`");
    }
    text.push_str("\n## Functions\n\n| name | arguments |\n|---|---|\n");
    for known in FUNCTIONS {
        let (fewest, most) = known.arguments;
        let count = if fewest == most { fewest.to_string() } else { format!("{fewest} to {most}") };
        _ = writeln!(text, "| `{}` | {count} |", known.name);
    }
    text.push('\n');
    for (name, function) in CLOCKS {
        _ = writeln!(text, "- the name `{name}` means `{function}` where no variable has it");
    }
    text.push_str("\n## Not supported\n\nEach is reported with its place, all of them at once.\n\n");
    for (name, what) in UNSUPPORTED {
        _ = writeln!(text, "- `{name}`: {what}");
    }
    text.push_str("- models in other files (`resource`), arrays in macros\n");
    text.push_str("\n## Cases of the public test models that can not be met\n\n");
    for (name, why) in EXCEPTIONS {
        _ = writeln!(text, "- `{name}`: {why}");
    }
    text
}

const SUPPORTED: &str = "\
Files that end in `.xmile`, `.stmx` or `.itmx` are read by `counterflow run` and `counterflow check`.

- `sim_specs`: start, stop, step (also as a reciprocal), solver, save interval. The time of a step is computed from its number, so it does not drift.
- Stocks, flows, auxiliaries and graphical functions, alone or in arrays; dimensions by names or by size; one equation for all elements, one for each, a list of numbers, or `element` by `element`.
- Subscripts: elements, numbers, running dimensions, dimensions with elements of the same names, `*`, `*:Subrange`, `a:b`, `@1`, and computed positions; beyond the ends an element is 0.
- Stocks and flows that are `non_negative`: a flow runs one way; a stock pays its outflows in their order, out of what it holds and what flows in, as long as that closes no circle.
- Modules with their connections, in other modules too. Macros with parameters, defaults and variables.
- Initial equations beside equations (`init_eqn`).
- Names regardless of case, blanks and underscores, in quotes, with escapes. Elements and attributes of vendors are passed over, whether their prefix is declared or not.
- Units are shown and not checked.

Random numbers have a stream for each occurrence; in a run of one member without noise they are at their middle.
A fixed delay is rounded to whole steps, with a warning; its length, numbers of stages and ends of ranges must be known before the run.
`STDDEV` is that of a population. Edges of `STEP`, `PULSE` and `PULSE TRAIN` are reached half a step early (a quarter with RK4), so that rounding never moves them.
What happens at such edges is told, with examples that run, in [semantics](semantics.md).
";
