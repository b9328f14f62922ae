//! The `counterflow` program: reads arguments, asks the library, shows the answer. It decides nothing.
//!
//! Results go to standard output, everything else to standard error. Exit codes: 0 done, 1 ran but the answer is no,
//! 2 bad input.

mod commands;
mod number;
mod output;
mod progress;
mod table;

use std::io::Write;
use std::process::ExitCode;

use clap::Parser;

use commands::Cli;
use output::{Answer, Failure, Output};

fn main() -> ExitCode {
    let cli = Cli::parse();
    let mut output = Output::new();
    let result = cli.run(&mut output).and_then(|answer| output.finish().map(|()| answer));
    match result {
        Ok(Answer::Done) => ExitCode::SUCCESS,
        Ok(Answer::No) => ExitCode::from(1),
        Err(Failure::ReaderGone) => ExitCode::SUCCESS,
        Err(failure) => {
            // A closed standard error leaves nobody to tell.
            let _ = write!(std::io::stderr(), "{failure}");
            ExitCode::from(2)
        }
    }
}
