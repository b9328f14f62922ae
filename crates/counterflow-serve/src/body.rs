//! Bodies of requests: read whole within a limit, and beyond it far enough that the client gets to read the refusal.

use axum::body::Body;
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::header::CONTENT_LENGTH;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http_body_util::BodyExt;

use crate::answer::{Failed, problem};

/// Largest body of a request, in bytes.
pub const LARGEST: usize = 64 << 10;
/// Most bytes that are read and thrown away. A connection that is closed while a client still writes takes the refusal
/// away from it; beyond this nobody has sent a question by mistake.
const MOST_THROWN_AWAY: usize = 16 << 20;

/// Reads the body before the request goes on.
pub async fn whole(request: Request, next: Next) -> Response {
    let declared = request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    if declared.is_some_and(|length| length > MOST_THROWN_AWAY) {
        return too_large().into_response();
    }
    let (parts, mut body) = request.into_parts();
    let mut kept = Vec::new();
    let mut seen = 0;
    while let Some(frame) = body.frame().await {
        let Ok(frame) = frame else {
            return problem(StatusCode::BAD_REQUEST, "the body breaks off", None).into_response();
        };
        let Ok(data) = frame.into_data() else { continue };
        seen += data.len();
        if seen > MOST_THROWN_AWAY {
            break;
        }
        if seen <= LARGEST {
            kept.extend_from_slice(&data);
        }
    }
    if seen > LARGEST {
        return too_large().into_response();
    }
    next.run(Request::from_parts(parts, Body::from(kept))).await
}

fn too_large() -> Failed {
    problem(StatusCode::PAYLOAD_TOO_LARGE, format!("found a larger body; expected at most {LARGEST} bytes"), None)
}
