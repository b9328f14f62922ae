//! The engine for a page: translates between a browser's worker and the library, and decides nothing.
//!
//! Bytes and JSON texts go in, numbers and JSON texts come out; the shapes are those of [`counterflow::page`]. A worker holds
//! one [`Engine`] or one [`Desk`].

use counterflow::Problem;
use counterflow::page::bundle::Bundle;
use counterflow::page::scenario::Scenario;
use counterflow::page::{desk, engine};
use wasm_bindgen::prelude::{JsError, wasm_bindgen};

/// A portion of the draws, their past run once.
#[wasm_bindgen]
pub struct Engine {
    engine: engine::Engine,
}

#[wasm_bindgen]
impl Engine {
    /// Reads a bundle and runs the past of one portion of its draws; `portion` counts from 0 among `portions`.
    ///
    /// # Errors
    /// If the bytes are no bundle, or there is no such portion.
    #[wasm_bindgen(constructor)]
    pub fn new(bytes: &[u8], portion: usize, portions: usize) -> Result<Engine, JsError> {
        let bundle = Bundle::read(bytes).map_err(one)?;
        Ok(Engine { engine: engine::Engine::new(bundle, portion, portions).map_err(one)? })
    }

    /// Numbers of the members, in the order in which they are run.
    pub fn members(&self) -> Vec<u32> {
        self.engine.members().iter().map(|member| *member as u32).collect()
    }

    /// Values of members `first` to `first + count` of the portion under a scenario: for each series, for each row, one for
    /// each member.
    ///
    /// # Errors
    /// Everything in the scenario that does not read.
    pub fn world(&self, scenario: &str, first: usize, count: usize) -> Result<Vec<f64>, JsError> {
        let scenario = Scenario::read("scenario", scenario).map_err(one)?;
        let known = self.engine.known(&scenario).map_err(all)?;
        Ok(self.engine.world(&known, first, count))
    }
}

/// All draws, for slow questions.
#[wasm_bindgen]
pub struct Desk {
    desk: desk::Desk,
}

#[wasm_bindgen]
impl Desk {
    /// Reads a bundle.
    ///
    /// # Errors
    /// If the bytes are no bundle.
    #[wasm_bindgen(constructor)]
    pub fn new(bytes: &[u8]) -> Result<Desk, JsError> {
        Ok(Desk { desk: desk::Desk::new(Bundle::read(bytes).map_err(one)?) })
    }

    /// Scenarios beside the status quo; JSON in, JSON out.
    ///
    /// # Errors
    /// Everything in the question that does not read.
    pub fn compare(&self, question: &str) -> Result<String, JsError> {
        self.desk.compare(question).map(|answer| answer.to_string()).map_err(all)
    }

    /// Two scenarios on one outcome, and what reverses their order; JSON in, JSON out.
    ///
    /// # Errors
    /// Everything in the question that does not read.
    pub fn contest(&self, question: &str) -> Result<String, JsError> {
        self.desk.contest(question).map(|answer| answer.to_string()).map_err(all)
    }

    /// What flows where in one year of a scenario; JSON in, JSON out.
    ///
    /// # Errors
    /// Everything in the question that does not read.
    pub fn flows(&self, question: &str) -> Result<String, JsError> {
        self.desk.flows(question).map(|answer| answer.to_string()).map_err(all)
    }
}

fn one(problem: Problem) -> JsError {
    JsError::new(&problem.to_string())
}

fn all(problems: Vec<Problem>) -> JsError {
    JsError::new(&problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))
}
