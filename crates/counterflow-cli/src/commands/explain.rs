//! `explain`: the page of a message code.

use clap::Args;
use counterflow::{Code, names};
use serde_json::{Value, json};

use super::{Json, check};
use crate::output::{Answer, Failure, Output};

/// Arguments of `explain`.
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// The code, for example E2001; all codes are listed if left out
    code: Option<String>,
    #[command(flatten)]
    json: Json,
}

impl ExplainArgs {
    /// Prints a page, or the list of codes.
    pub fn run(&self, output: &mut Output) -> Result<Answer, Failure> {
        let codes = match &self.code {
            None => Code::ALL.to_vec(),
            Some(text) => vec![named(text)?],
        };
        if self.json.json {
            output.json(&codes.iter().copied().map(json_of).collect())?;
        } else if self.code.is_some() {
            output.text(codes[0].page())?;
        } else {
            codes.iter().try_for_each(|code| output.line(format_args!("{}  {}", code.text(), code.title())))?;
        }
        Ok(Answer::Done)
    }
}

fn named(text: &str) -> Result<Code, Failure> {
    let known = Code::ALL.iter().map(|code| code.text());
    Ok(Code::named(text).ok_or_else(|| names::unknown("explain", "message code", text, known))?)
}

fn json_of(code: Code) -> Value {
    json!({ "code": code.text(), "severity": check::severity(code.severity()), "title": code.title(), "page": code.page() })
}
