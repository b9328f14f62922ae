//! The differences as a page.

use std::fs;

use counterflow_model::Method;

use super::random::Random;
use super::{Outcome, Program, folder};

/// The page's text.
pub fn page(outcomes: &[Outcome], random: &Random, date: &str) -> Result<String, String> {
    let requirements = fs::read_to_string(folder().join("requirements.txt")).map_err(|error| error.to_string())?;
    let version = |package: &str| {
        let found = requirements.lines().find_map(|line| line.strip_prefix(package)?.strip_prefix("=="));
        found.unwrap_or("?").to_owned()
    };
    let mut text = String::from("# Other programs\n\n");
    text.push_str(&format!("Written by `cargo xtask peers --date {date}`; do not edit.\n\n"));
    text.push_str("`counterflow export` writes a model as one XMILE file. ");
    text.push_str("Here such files were run by other programs, and every variable was compared with our own run at every saved time. ");
    text.push_str("A difference is a share of the largest size that the series has in the run.\n\n");
    text.push_str(&format!(
        "Simlin is `pysimlin` {} (at most {:.0e} is let pass), PySD is `pysd` {} (at most {:.0e}; it has Euler only).\n\n",
        version("pysimlin"),
        Program::Simlin.limit(),
        version("pysd"),
        Program::PySd.limit()
    ));
    text.push_str("| file | program | solver | span | series | times | largest difference | where |\n|---|---|---|---|---|---|---|---|\n");
    for Outcome { case, span, difference } in outcomes {
        let program = match case.program {
            Program::Simlin => "Simlin",
            Program::PySd => "PySD",
        };
        let solver = match case.method {
            Method::Euler => "Euler",
            Method::RungeKutta4 => "Runge-Kutta 4",
        };
        text.push_str(&format!(
            "| {} | {program} | {solver} | {} to {} | {} | {} | {:.1e} | `{}` |\n",
            case.title, span.0, span.1, difference.series, difference.times, difference.largest, difference.name
        ));
    }
    let Random { models, runge_kutta, tally } = random;
    text.push_str(&format!(
        "\n{models} random models whose values are all finite ({runge_kutta} with Runge-Kutta) were run in Simlin too, with every operator, lookup, memory and start there is. Of {} values at every step {} differ because rounding decides them: they differ as well when our own operations are a last digit off. The largest other difference is {:.1e}.\n",
        tally.values, tally.undecided, tally.worst
    ));
    text.push_str(NOTES);
    Ok(text)
}

/// What was learnt on the way; each has its place in the exporter's code.
const NOTES: &str = "
## What is written differently, and why

- Both add the step to the time again and again, and its rounding piles up: a comparison then jumps a step late, and what grows with time differs from the tenth digit on. Equations read `time_on_grid`, the time rounded to half a step.
- Reductions over arrays are written out: PySD's grammar has no `*`.
- A graphical function stands in an auxiliary of its own whose equation is the argument.
- Both hold the ends of a graphical function; where lines go on, the equation adds them.
- Both draw lines between the points of a discrete graphical function; it is written as a choice between its values.
- A memory (a previous or sampled value, a link of a fixed delay) is a stock whose rate leads to the next value in one step: PySD has no `PREVIOUS`. Its last digits are those of the larger of the two values. With Runge-Kutta two stocks take the next value in one stage each, told by a clock of stages, and at every stage one of them is right. What was not finite once stays so.
- A variable with another equation for the start has an auxiliary `… at start` that initial equations read: PySD does not know `init_eqn`.
- The stop is the time of the last step, a few last digits later where Simlin would otherwise leave it out.
- An array whose elements are all one computed value has an equation for each: PySD can not spread what comes out of a graphical function.
- Infinity is written as a product that overflows: PySD stops at each division by zero.
- `LOG10(x)` is `LN(x) / LN(10)`: PySD does not have it.
- The value of an expression at the start is held by a stock without flows.
- `INT` of negative numbers is rounded towards zero by PySD; it is written so that both round down.
- `SAFEDIV` is written as a choice: PySD takes small divisors for zero. That something is zero is written as `ABS(…) <= 0`, and that two values are equal as two comparisons: Simlin takes numbers for equal whose difference is below 2.2e-16 or four last digits.
- A name that begins with `not` is quoted: PySD's grammar reads the operator.
- A stock whose elements start from different equations takes them from an auxiliary: PySD reads one equation for a stock.
- Expressions that are nested deeply are cut into parts: PySD's parser calls itself for each bracket. Long sums are cut too.
- Random numbers are written as 0.
";
