//! The writer's part of the reference page.

/// What `counterflow export` writes, in Markdown, with its heading.
pub const PAGE: &str = "\
## Written files

`counterflow export MODEL --out FILE.xmile` writes any model, also one that was read from XMILE, as one file from which other programs compute the same numbers.
Arrays stay arrays, but for those of one element, which are single values, and names stay names, as far as letters and digits go; priors, ranges, grades, sources and levers' evidence stand in elements of our own namespace, `counterflow:`, which others pass over.
The file says what one run does: parameters have the values of the named member, levers those of the policy, random numbers are 0.
Delays and smooths are stocks. What else programs do not share is written in words that they do; those made words are marked in their documentation.

| what | how it is written |
|---|---|
| a memory (`PREVIOUS`, `SAMPLE IF TRUE`, a step of a fixed delay), Euler | a stock whose rate leads to the next value in one step |
| the same, RK4 | two stocks that take the next value in one stage of a step each, and an auxiliary that reads the one that is right at the stage; `stage of step` tells the stages |
| another equation for the start (`ACTIVE INITIAL`, `init_eqn`) | an auxiliary `... at start` for the variable and all that is computed from it, which only initial values read |
| `INIT(x)` | a stock without flows |
| a discrete graphical function | a choice between its values |
| a graphical function that goes on in lines | the function within its ends, and the lines added |
| sums and other reductions over arrays | written out |
| `x = y`, `x <> y`, `SAFEDIV`, `MOD`, `INT`, `LOG10` | choices, comparisons and quotients that no program rounds in its own way |
| time | `time on grid`: rounded to half a step, because others add the step again and again |

Numbers that belong to the step stand in `step length`, `time on grid` and `steps done`: whoever changes `dt` in another program changes those too. A file with RK4 must be run with RK4 if it has memories.
Two things are lost. A memory has the last digits of the larger of its value before and its value now, so that after 1e6 a value of 1 is right to ten digits; and one that was infinite or not a number never becomes a number again, because a stock does not.
How far Simlin and PySD agree is measured in [Other programs](../peers.md); random models that are written and read again give the same values to a part in 1e9.
";
