//! What every request must keep to, and what every answer carries.
//!
//! The server listens to this machine alone by default. A page of somebody else's in the same browser could still send it
//! requests: the Host and Origin that a browser names must be this server's own.

use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, HOST, ORIGIN, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, Uri};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::answer::problem;

/// Everything is this server's own; the engine is compiled in the browser. Frames are allowed: the page is made to be
/// embedded, and keeps nothing that a frame could reach.
const POLICY: &str = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; \
    img-src 'self' data: blob:; connect-src 'self'; worker-src 'self' blob:; object-src 'none'; base-uri 'none'; \
    form-action 'none'";
/// Names under which this machine knows itself.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// Names under which the server may be asked for.
#[derive(Clone, Debug)]
pub struct Hosts {
    names: Vec<String>,
}

impl Hosts {
    /// This machine's own names, and others that whoever runs the server allows.
    pub fn new(others: &[String]) -> Hosts {
        let all =
            LOOPBACK.iter().map(|name| (*name).to_owned()).chain(others.iter().map(|name| name.to_ascii_lowercase()));
        Hosts { names: all.collect() }
    }

    /// Whether a `host` or `host:port` is one of them.
    fn allow(&self, authority: &str) -> bool {
        let name = match authority.rsplit_once(':') {
            Some((name, port)) if !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit()) => name,
            _ => authority,
        };
        let name = name.to_ascii_lowercase();
        self.names.contains(&name)
    }

    /// What is wrong with a request's Host or Origin, if anything is.
    fn refuse(&self, headers: &HeaderMap, uri: &Uri) -> Option<&'static str> {
        let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
        let host = text(HOST).or_else(|| uri.authority().map(|authority| authority.as_str()));
        if !host.is_some_and(|host| self.allow(host)) {
            return Some("the Host is not one of this server's names; `serve --host-name NAME` allows another");
        }
        let origin = text(ORIGIN)?;
        let authority = origin.split_once("://").map_or(origin, |(_, authority)| authority);
        (!self.allow(authority)).then_some("the Origin is another site's")
    }
}

/// Refuses what another site sends, and puts headers on every answer.
pub async fn guard(State(hosts): State<Hosts>, request: Request, next: Next) -> Response {
    let mut response = match hosts.refuse(request.headers(), request.uri()) {
        Some(why) => problem(StatusCode::FORBIDDEN, why, None).into_response(),
        None => next.run(request).await,
    };
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.entry(CACHE_CONTROL).or_insert(HeaderValue::from_static("no-cache"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(host: &str, origin: Option<&str>) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, host.parse().unwrap());
        origin.map(|origin| headers.insert(ORIGIN, origin.parse().unwrap()));
        headers
    }

    #[test]
    fn other_hosts_and_origins_are_refused() {
        let hosts = Hosts::new(&["Model.Example".to_owned()]);
        let uri = Uri::from_static("/");
        for (host, origin, allowed) in [
            ("localhost:8080", None, true),
            ("127.0.0.1", Some("http://127.0.0.1:8080"), true),
            ("[::1]:80", None, true),
            ("model.example", Some("https://model.example"), true),
            ("evil.example", None, false),
            ("localhost.evil.example:80", None, false),
            ("localhost:8080", Some("https://evil.example"), false),
            ("localhost:8080", Some("null"), false),
            ("localhost:x", None, false),
        ] {
            assert_eq!(hosts.refuse(&headers(host, origin), &uri).is_none(), allowed, "{host} {origin:?}");
        }
        assert!(hosts.refuse(&HeaderMap::new(), &uri).is_some());
    }
}
