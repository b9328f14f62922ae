//! The project's own commands, `cargo xtask COMMAND`. Continuous integration runs `cargo xtask test` and nothing else.

mod api;
mod book;
mod compiler;
mod latency;
mod peers;
mod programs;
mod samplers;
mod sections;
mod site;
mod slow;
mod smoothing;
mod steps;
mod wasm;
mod web;

use std::path::Path;
use std::process::ExitCode;

use peers::Span;
use steps::{Step, run};

const USAGE: &str = "\
cargo xtask COMMAND

  test          format, lints, all tests, doc tests, the generated reference, licences: what must pass before a commit
  test --slow [NAME ...] [--date DAY]
                the proofs that take minutes to hours, all or those of these names (models, files, slopes, forwards, sbc,
                national_sbc, reference, kills, million, start, webassembly, peers, fuzz); with a date their figures go
                to docs/slow.md
  lint          format and lints only
  bless         write the golden files in tests/golden again; review the difference
  book [--out FOLDER]
                write the generated pages of docs/reference again, and the book of the model as a static site (target/book
                or that folder); about a minute
  book --check  tell whether the generated pages are up to date
  peers         run exported files in other programs (Simlin, PySD) and compare all values with ours; minutes
  peers --short the part of it that is among the tests
  peers --date DAY
                the same, and write docs/peers.md
  wasm          run 500 random scenarios here and as WebAssembly and compare their bits; needs node and
                `rustup target add wasm32-wasip1`; minutes
  web           build the page into web/dist: its engine as WebAssembly, its data, its site; needs Node.js and npm (installed
                from Debian's packages where they are missing and you are root, the compiler too where rustup has no target)
  web --test    the same, and try it: types, units, weight, and a person's ways in a browser (Chromium)
  web --latency --date DAY
                build it and measure how long a slider's answer takes in a browser; writes docs/benchmarks.md
  api           start the server and let schemathesis make requests of its interface; needs python3
  smoothing --date DAY
                what smooth kinks change in the bundled model; writes docs/smoothing.md
  bench         criterion benches, and the program's own `bench`
  bench --peers --date DAY
                the engine's speed beside Simlin's, PySD's and JAX's; writes docs/benchmarks.md; minutes
  bench --samplers [beside] [national] [--minutes N] [--date DAY]
                our chains beside PyMC with nutpie and beside Stan on a small posterior, and other samplers on the national
                model for N minutes each; with a date the tables go to docs/validation.md; an hour or two
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match words[..] {
        ["test"] => {
            let own = vec![
                Step::own("generated reference", || book::write(true)),
                Step::own("other programs", || peers::check(Span::Short)),
                Step::own("the same bits as WebAssembly", wasm::usual),
                Step::own("the interface against its document", api::check),
                Step::own("the page in a browser", web::tested),
            ];
            run(&[lint(), tests(), own, licences()].concat())
        }
        ["test", "--slow", ref names @ .., "--date", date] => slow::run(names, Some(date)),
        ["test", "--slow", ref names @ ..] => slow::run(names, None),
        ["lint"] => run(&lint()),
        ["bless"] => run(&bless()),
        ["book"] => written(book::write(false).and_then(|()| site::write(&site::usual_folder()))),
        ["book", "--out", folder] => written(book::write(false).and_then(|()| site::write(Path::new(folder)))),
        ["book", "--check"] => run(&[Step::own("generated reference", || book::write(true))]),
        ["peers"] => run(&[Step::own("other programs", || peers::check(Span::Full))]),
        ["peers", "--short"] => run(&[Step::own("other programs", || peers::check(Span::Short))]),
        ["peers", "--date", date] => written(peers::publish(date)),
        ["web"] => written(web::build()),
        ["web", "--latency", "--date", date] => written(latency::publish(date)),
        ["web", "--test"] => run(&[Step::own("the page in a browser", web::tested)]),
        ["api"] => run(&[Step::own("the interface against its document", api::check)]),
        ["wasm"] => run(&[Step::own("the same bits as WebAssembly", wasm::usual)]),
        ["smoothing", "--date", date] => written(smoothing::publish(date)),
        ["bench"] => run(&bench()),
        ["bench", "--peers", "--date", date] => written(peers::bench::publish(date)),
        ["bench", "--samplers", ref words @ ..] if samplers::options(words).is_some() => {
            written(samplers::options(words).map_or(Ok(()), |options| samplers::publish(&options)))
        }
        [] | ["help" | "--help" | "-h"] => {
            print!("{USAGE}");
            true
        }
        _ => {
            eprint!("found `{}`; expected one of these:\n\n{USAGE}", words.join(" "));
            return ExitCode::from(2);
        }
    };
    if done { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn written(result: Result<(), String>) -> bool {
    result.map_err(|why| eprintln!("{why}")).is_ok()
}

fn lint() -> Vec<Step> {
    vec![
        Step::cargo("format", "fmt --all -- --check"),
        Step::cargo("lints", "clippy --quiet --workspace --all-targets -- -D warnings"),
    ]
}

fn tests() -> Vec<Step> {
    vec![
        Step::cargo("tests", "test --quiet --workspace --all-targets"),
        Step::cargo("doc tests", "test --quiet --workspace --doc"),
    ]
}

/// Checks licences and sources of all dependencies, where the tool is there; installing it takes minutes.
fn licences() -> Vec<Step> {
    vec![
        Step::cargo("licences", "deny --log-level error check bans licenses sources")
            .only_if("deny --version", "cargo install cargo-deny"),
    ]
}

fn bless() -> Vec<Step> {
    vec![
        Step::cargo("golden files", "test --quiet --package counterflow-tests --package counterflow-cli")
            .with("COUNTERFLOW_BLESS", "1"),
    ]
}

fn bench() -> Vec<Step> {
    vec![
        Step::cargo("criterion", "bench --workspace --benches"),
        Step::cargo("the program", "run --release --quiet --package counterflow-cli -- bench"),
    ]
}
