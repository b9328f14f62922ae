//! Answers: JSON, and problems as JSON.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use counterflow::Problem;
use serde::Serialize;
use utoipa::ToSchema;

/// What was wrong with a request.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Refusal {
    /// Each thing that was wrong.
    pub problems: Vec<Refused>,
}

/// One thing that was wrong: where, what was found and what was expected.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Refused {
    /// The part of the request that it is about.
    pub about: String,
    /// What was found and what was expected.
    pub message: String,
    /// The nearest right thing.
    pub help: Option<String>,
}

/// A refusal with a status.
#[derive(Clone, Debug)]
pub struct Failed(pub StatusCode, pub Refusal);

/// One problem with a request as a whole.
pub fn problem(status: StatusCode, message: impl Into<String>, help: Option<String>) -> Failed {
    Failed(status, Refusal { problems: vec![Refused { about: "request".to_owned(), message: message.into(), help }] })
}

impl From<Vec<Problem>> for Failed {
    fn from(problems: Vec<Problem>) -> Failed {
        let of = |problem: Problem| {
            let place = problem.place.map_or_else(String::new, |(line, column)| format!(":{line}:{column}"));
            Refused { about: format!("{}{place}", problem.path), message: problem.message, help: problem.help }
        };
        Failed(StatusCode::UNPROCESSABLE_ENTITY, Refusal { problems: problems.into_iter().map(of).collect() })
    }
}

impl IntoResponse for Failed {
    fn into_response(self) -> Response {
        (self.0, Json(self.1)).into_response()
    }
}
