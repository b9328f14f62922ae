//! The JSON interface: what the page asks its workers, asked of this server.

use std::sync::Arc;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use axum::http::header::{CONTENT_TYPE, HeaderMap};
use axum::http::{Method, StatusCode};
use axum::middleware::from_fn;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use counterflow::answers::Band;
use counterflow::page::desk::{CompareQuestion, ContestQuestion, FlowsQuestion};
use counterflow::page::scenario::{Scenario, from_json};
use counterflow::simulate::{Simulation, Values};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use utoipa::OpenApi;

use crate::answer::{Failed, Refusal, Refused, problem};
use crate::body;
use crate::models::Models;
use crate::shapes;

/// Most draws that a question may ask for; as the document says, beyond what any posterior has.
const MOST_DRAWS: usize = 1_000_000;

/// What requests share.
#[derive(Clone, Debug)]
pub struct Shared {
    /// The models.
    pub models: Arc<Models>,
    /// Version of the model.
    pub version: Arc<str>,
    /// So many questions are worked on at once, as there are cores; the others wait.
    pub at_once: Arc<Semaphore>,
}

/// A scenario to be shown.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct WorldQuestion {
    scenario: Scenario,
    /// Ids of the series to be told; all if it is left out.
    #[serde(default)]
    series: Option<Vec<String>>,
}

/// The document of the interface.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Counterflow",
        description = "Scenarios of the North American fentanyl crisis in a calibrated model: the answers of the page and of the program, natively."
    ),
    paths(about, world, compare, contest, flows),
    components(schemas(Refusal, Refused, shapes::Scenario, shapes::Move))
)]
struct Document;

/// The interface's document as JSON.
pub fn document() -> String {
    let mut document = Document::openapi();
    document.info.version = "1".to_owned();
    document.to_json().unwrap_or_default()
}

/// All routes.
pub fn routes(shared: Shared) -> Router {
    let description: Arc<str> = document().into();
    Router::new()
        .route("/api/v1/openapi.json", get(move || async move { json_text(&description) }))
        .route("/api/v1/about", get(about))
        .route("/api/v1/world", post(world))
        .route("/api/v1/compare", post(compare))
        .route("/api/v1/contest", post(contest))
        .route("/api/v1/flows", post(flows))
        .route("/api/{*rest}", get(nothing_here).post(nothing_here))
        .method_not_allowed_fallback(other_method)
        // The one limit is that of `body`.
        .layer(DefaultBodyLimit::disable())
        .layer(from_fn(body::whole))
        .with_state(shared)
}

/// What answers: model, version, and where to read on.
#[utoipa::path(get, path = "/api/v1/about", responses((status = 200, description = "What answers", body = shapes::About)))]
async fn about(State(shared): State<Shared>) -> Response {
    let about = json!({ "model": "fentanyl", "model_version": &*shared.version, "document": "/api/v1/openapi.json" });
    json_text(&about.to_string())
}

/// Yearly bands of everything that the page shows, under one scenario.
#[utoipa::path(
    post, path = "/api/v1/world", request_body = shapes::WorldQuestion,
    responses(
        (status = 200, description = "Bands of 5, 25, 50, 75 and 95 % for each series and year", body = shapes::World),
        (status = 400, description = "Not JSON", body = Refusal),
        (status = 413, description = "Too large", body = Refusal),
        (status = 415, description = "Not declared as JSON", body = Refusal),
        (status = 422, description = "Something in it is not in the model", body = Refusal)
    )
)]
async fn world(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> Result<Response, Failed> {
    answered(shared, "world", &headers, &body, |models, text| {
        let question: WorldQuestion = read(text)?;
        let model = models.of(&question.scenario)?;
        let simulation = model.shown()?.simulation(&question.scenario)?.1;
        let shape = world_json(&simulation, question.series.as_deref())?;
        Ok(shape.to_string())
    })
    .await
}

/// Scenarios beside the status quo: for each outcome the level, the difference from the status quo and the change from today.
#[utoipa::path(
    post, path = "/api/v1/compare", request_body = shapes::CompareQuestion,
    responses(
        (status = 200, description = "As `counterflow compare --json` prints it", body = Object),
        (status = 400, description = "Not JSON", body = Refusal),
        (status = 413, description = "Too large", body = Refusal),
        (status = 415, description = "Not declared as JSON", body = Refusal),
        (status = 422, description = "Something in it is not in the model", body = Refusal)
    )
)]
async fn compare(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> Result<Response, Failed> {
    answered(shared, "compare", &headers, &body, |models, text| {
        let question: CompareQuestion = read(text)?;
        if question.draws.is_some_and(|draws| draws > MOST_DRAWS) {
            let message = format!("expected 1 to {MOST_DRAWS}; all draws of the posterior are used if it is left out");
            return Err(problem(StatusCode::UNPROCESSABLE_ENTITY, message, None));
        }
        let first = question.scenarios.first().cloned().unwrap_or_default();
        Ok(models.of(&first)?.desk()?.compare(text)?.to_string())
    })
    .await
}

/// Two scenarios on one outcome: who is ahead, and which values of which assumptions reverse that.
#[utoipa::path(
    post, path = "/api/v1/contest", request_body = shapes::ContestQuestion,
    responses(
        (status = 200, description = "Who is ahead, and what reverses it", body = Object),
        (status = 400, description = "Not JSON", body = Refusal),
        (status = 413, description = "Too large", body = Refusal),
        (status = 415, description = "Not declared as JSON", body = Refusal),
        (status = 422, description = "Something in it is not in the model", body = Refusal)
    )
)]
async fn contest(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> Result<Response, Failed> {
    answered(shared, "contest", &headers, &body, |models, text| {
        let question: ContestQuestion = read(text)?;
        Ok(models.of(&question.first)?.desk()?.contest(text)?.to_string())
    })
    .await
}

/// What flows where in one year of a scenario: people, kilograms, guns and dollars.
#[utoipa::path(
    post, path = "/api/v1/flows", request_body = shapes::FlowsQuestion,
    responses(
        (status = 200, description = "Nodes and links of each diagram", body = Object),
        (status = 400, description = "Not JSON", body = Refusal),
        (status = 413, description = "Too large", body = Refusal),
        (status = 415, description = "Not declared as JSON", body = Refusal),
        (status = 422, description = "Something in it is not in the model", body = Refusal)
    )
)]
async fn flows(State(shared): State<Shared>, headers: HeaderMap, body: Bytes) -> Result<Response, Failed> {
    answered(shared, "flows", &headers, &body, |models, text| {
        let question: FlowsQuestion = read(text)?;
        Ok(models.of(&question.scenario)?.desk()?.flows(text)?.to_string())
    })
    .await
}

async fn nothing_here() -> Failed {
    problem(StatusCode::NOT_FOUND, "there is nothing here", Some("/api/v1/openapi.json lists what there is".to_owned()))
}

async fn other_method(method: Method) -> Failed {
    let message = format!("found the method {method}; expected another");
    problem(StatusCode::METHOD_NOT_ALLOWED, message, Some("/api/v1/openapi.json lists what there is".to_owned()))
}

/// Works on a question beside the connections, when its turn comes.
async fn answered(
    shared: Shared,
    kind: &'static str,
    headers: &HeaderMap,
    body: &Bytes,
    work: impl FnOnce(&Models, &str) -> Result<String, Failed> + Send + 'static,
) -> Result<Response, Failed> {
    let declared = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    if !declared.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json")) {
        let message = "expected the header Content-Type: application/json";
        return Err(problem(StatusCode::UNSUPPORTED_MEDIA_TYPE, message, None));
    }
    let text = std::str::from_utf8(body).map_err(|error| {
        let message = format!("is not UTF-8, first at byte {}", error.valid_up_to());
        problem(StatusCode::BAD_REQUEST, message, None)
    })?;
    let (text, models) = (text.to_owned(), Arc::clone(&shared.models));
    let gone = |_| problem(StatusCode::SERVICE_UNAVAILABLE, "the server is stopping", None);
    let turn = Arc::clone(&shared.at_once).acquire_owned().await.map_err(gone)?;
    let worked = tokio::task::spawn_blocking(move || {
        let _turn = turn;
        models.answer(format!("{kind} {text}"), || work(&models, &text))
    });
    let broken = |_| problem(StatusCode::INTERNAL_SERVER_ERROR, "the question could not be worked on", None);
    worked.await.map_err(broken)?.map(|answer| json_text(&answer))
}

/// A body that is no JSON is told apart from one that asks for what there is not.
fn read<T: DeserializeOwned>(text: &str) -> Result<T, Failed> {
    serde_json::from_str(text).map_err(|error| {
        let mut failed = Failed::from(vec![from_json("body", &error)]);
        if error.is_syntax() || error.is_eof() {
            failed.0 = StatusCode::BAD_REQUEST;
        }
        failed
    })
}

fn world_json(simulation: &Simulation, wanted: Option<&[String]>) -> Result<Value, Failed> {
    let known = |id: &String| simulation.columns.iter().any(|column| column.name == *id);
    if let Some(unknown) = wanted.into_iter().flatten().find(|id| !known(id)) {
        let names = simulation.columns.iter().map(|column| column.name.as_str());
        return Err(vec![counterflow::names::unknown("series", "series", unknown, names)].into());
    }
    let five = |band: &Band| [band.lo90, band.lo50, band.median, band.hi50, band.hi90];
    let chosen = simulation.columns.iter().filter(|column| wanted.is_none_or(|wanted| wanted.contains(&column.name)));
    let series = chosen.map(|column| {
        let bands: Vec<[f64; 5]> = match &column.values {
            Values::Bands(bands) => bands.iter().map(five).collect(),
            Values::Points(points) => points.iter().map(|value| [*value; 5]).collect(),
        };
        json!({ "id": column.name, "unit": column.unit, "title": column.documentation, "bands": bands })
    });
    Ok(json!({ "years": simulation.times, "draws": simulation.draws, "series": series.collect::<Vec<_>>() }))
}

fn json_text(text: &str) -> Response {
    ([(CONTENT_TYPE, "application/json")], text.to_owned()).into_response()
}
