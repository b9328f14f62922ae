//! The page and a JSON interface on one port, for this machine unless somebody asks for more.
//!
//! [`site`] holds the page's files, `api` the interface, `models` what answers, `guard` what every request must
//! keep to, `body` how much of one is read.
//! Limits are on the size of a request, on the time it may take to come, on how many are worked on at once and on how long
//! an answer may take; whoever goes beyond one of them gets a refusal, and the server goes on.

mod answer;
mod api;
mod body;
mod guard;
mod models;
mod shapes;
pub mod site;

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::thread::available_parallelism;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use axum::http::{Method, StatusCode};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use counterflow::Project;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tower::ServiceExt;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::TimeoutLayer;

use answer::problem;
pub use api::document;
use guard::Hosts;
use models::Models;
use site::Site;

/// How long a client may take to send a request's head.
const HEAD_WITHIN: Duration = Duration::from_secs(10);
/// How long a request may take, its body included.
const WITHIN: Duration = Duration::from_secs(60);
/// How long open requests are waited for at the end.
const LEAVE_WITHIN: Duration = Duration::from_secs(10);
/// Connections that are open at once; more wait to be accepted.
const CONNECTIONS: usize = 1024;

/// What to serve.
#[derive(Clone, Debug)]
pub struct Options {
    /// The page.
    pub site: Site,
    /// Names under which the server may be asked for, beside this machine's own.
    pub host_names: Vec<String>,
}

/// Serves until `stop` ends; then requests that have begun are answered.
///
/// # Errors
/// If the port can not be listened to.
pub async fn serve(
    listener: TcpListener,
    project: Project,
    options: &Options,
    stop: impl Future<Output = ()>,
) -> io::Result<()> {
    let app = app(project, options);
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(HEAD_WITHIN);
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(CONNECTIONS));
    let mut stop = pin!(stop);
    loop {
        let place = tokio::select! {
            () = &mut stop => break,
            place = Arc::clone(&places).acquire_owned() => place.map_err(io::Error::other)?,
        };
        let stream = tokio::select! {
            () = &mut stop => break,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                // A client that has gone, or no file handle left: the next one may do.
                Err(_) => {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                    continue;
                }
            },
        };
        let app = app.clone();
        let service = service_fn(move |request: Request<Incoming>| app.clone().oneshot(request.map(Body::new)));
        let connection = graceful.watch(http.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            // A client that breaks off is no error of the server's.
            let _ = connection.await;
            drop(place);
        });
    }
    drop(listener);
    let _ = tokio::time::timeout(LEAVE_WITHIN, graceful.shutdown()).await;
    Ok(())
}

/// Everything that is served.
fn app(project: Project, options: &Options) -> Router {
    let cores = available_parallelism().map_or(2, usize::from);
    let shared = api::Shared {
        version: project.version.as_str().into(),
        models: Arc::new(Models::new(project)),
        at_once: Arc::new(Semaphore::new(cores)),
    };
    let site = options.site.clone();
    api::routes(shared)
        .fallback(move |request: Request| {
            let site = site.clone();
            async move { page(&site, &request) }
        })
        .layer(TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, WITHIN))
        .layer(CatchPanicLayer::new())
        .layer(from_fn_with_state(Hosts::new(&options.host_names), guard::guard))
}

/// A file of the page.
fn page(site: &Site, request: &Request) -> Response {
    if request.method() != Method::GET && request.method() != Method::HEAD {
        let message = format!("found the method {}; expected GET", request.method());
        return problem(StatusCode::METHOD_NOT_ALLOWED, message, None).into_response();
    }
    match site.file(request.uri().path().trim_start_matches('/')) {
        None => problem(StatusCode::NOT_FOUND, "there is nothing here", None).into_response(),
        Some(served) => {
            let mut response = served.bytes.into_owned().into_response();
            let headers = response.headers_mut();
            headers.insert(CONTENT_TYPE, HeaderValue::from_static(served.media_type));
            let lasting = if served.lasting { "public, max-age=31536000, immutable" } else { "no-cache" };
            headers.insert(CACHE_CONTROL, HeaderValue::from_static(lasting));
            response
        }
    }
}

/// Listens to an address.
///
/// # Errors
/// If it can not be listened to.
pub async fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    TcpListener::bind(address).await
}
