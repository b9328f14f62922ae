//! What the server answers, and what it survives: malformed, oversize and slow requests get a refusal, and it goes on.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use crate::server::Server;
use serde_json::{Value, json};

const SCENARIO: &str = r#"{"moves":[{"lever":"naloxone","dose":2,"start":"2026-01","ramp_months":12}]}"#;

#[test]
fn answers_are_those_of_the_program() {
    let server = Server::start();
    let about: Value = server.get("/api/v1/about");
    assert_eq!(about["model"], "fentanyl");
    let question = format!(r#"{{"scenarios":[{SCENARIO}],"draws":64,"headline":"us_deaths_all"}}"#);
    let (status, compared) = server.post("/api/v1/compare", &question);
    assert_eq!((status, &compared["policies"][1]["id"]), (200, &json!("scenario_1")));

    let project = counterflow::Project::bundled().unwrap();
    let scenario = counterflow::page::scenario::Scenario::read("test", SCENARIO).unwrap();
    let known = scenario.known(project.model().unwrap(), project.compare.data_through, "scenario_1", "test").unwrap();
    let policies = [counterflow::policy::Policy::status_quo(), known.policy];
    let turns_of = Some(vec![]);
    let options = counterflow::comparison::CompareOptions { draws: Some(64), turns_of, ..Default::default() };
    let here = counterflow::comparison::compare(&project, &policies, &options, &mut |_, _| {}).unwrap();
    let medians = |value: &Value| -> Vec<f64> {
        let outcomes = value["policies"][1]["outcomes"].as_array().unwrap();
        outcomes.iter().map(|outcome| outcome["median"].as_f64().unwrap()).collect()
    };
    let native: Vec<f64> = here.policies[1].answers.iter().map(|answer| answer.band.median).collect();
    assert_eq!(medians(&compared), native);

    let (status, world) =
        server.post("/api/v1/world", &format!(r#"{{"scenario":{SCENARIO},"series":["us_deaths_all"]}}"#));
    assert_eq!((status, world["series"].as_array().unwrap().len()), (200, 1));
    assert_eq!(world["series"][0]["bands"].as_array().unwrap().len(), world["years"].as_array().unwrap().len());
}

#[test]
fn what_does_not_read_is_refused_with_what_was_expected() {
    let server = Server::start();
    let nested = "[".repeat(40_000);
    for (path, body, status, part) in [
        ("/api/v1/compare", "{", 400, "body:1:1"),
        ("/api/v1/compare", nested.as_str(), 422, "body"),
        ("/api/v1/compare", r#"{"scenarios":[]}"#, 422, "expected 1 to 8"),
        (
            "/api/v1/compare",
            r#"{"scenarios":[{"moves":[{"lever":"naloxon","dose":1,"start":"2026-01"}]}]}"#,
            422,
            "did you mean `naloxone`",
        ),
        ("/api/v1/compare", r#"{"scenarios":[{"variants":{"cooperation":"none"}}]}"#, 422, "none"),
        ("/api/v1/world", r#"{"scenario":{},"series":["deaths"]}"#, 422, "deaths"),
        ("/api/v1/flows", r#"{"scenario":{},"year":3000}"#, 422, "1999 to 2040"),
        ("/api/v1/nothing", "{}", 404, "nothing here"),
    ] {
        let (found, answer) = server.post(path, body);
        assert_eq!(found, status, "{path} {}", &body[..body.len().min(80)]);
        assert!(answer.to_string().contains(part), "{path}: {answer}");
    }
    // However much a client sends, it gets to read why it is refused.
    for size in [65 << 10, 1 << 20, 15 << 20] {
        let (status, answer) = server.post("/api/v1/compare", &format!("{{\"more\":\"{}\"}}", "x".repeat(size)));
        assert_eq!(status, 413);
        assert!(answer.to_string().contains("at most 65536 bytes"), "{answer}");
    }
    server.still_lives();
}

#[test]
fn malformed_and_slow_clients_are_left_behind() {
    let server = Server::start();
    for request in [
        "GET / HTTP/9.9\r\n\r\n",
        "\0\0\0\0\r\n\r\n",
        "POST /api/v1/compare HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
        "GET /api/v1/about HTTP/1.1\r\nHost: evil.example\r\n\r\n",
        "GET /api/v1/about HTTP/1.1\r\nHost: localhost\r\nOrigin: https://evil.example\r\n\r\n",
        "GET /../../Cargo.toml HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        "DELETE /api/v1/about HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        "POST /api/v1/compare HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}",
    ] {
        let said = raw(&server, request.as_bytes());
        assert!(said.starts_with("HTTP/1.1 4"), "{request:?}: {said}");
    }
    let long = format!("GET /{} HTTP/1.1\r\nHost: localhost\r\n\r\n", "x".repeat(1 << 20));
    assert!(raw(&server, long.as_bytes()).starts_with("HTTP/1.1 4"), "a long head");

    // Whoever does not say what it wants is left after a while; others are answered meanwhile.
    let begun = Instant::now();
    let mut slow = connected(&server);
    slow.write_all(b"GET / HTTP/1.1\r\nHost: local").unwrap();
    server.still_lives();
    let mut said = String::new();
    let _ = slow.read_to_string(&mut said);
    let waited = begun.elapsed();
    assert!(waited < Duration::from_secs(30), "left after {waited:?}");
    assert!(said.is_empty() || said.starts_with("HTTP/1.1 4"), "{said}");
    server.still_lives();
}

#[test]
fn answers_carry_what_keeps_a_browser_safe() {
    let server = Server::start();
    let said = raw(&server, b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").to_lowercase();
    assert!(said.starts_with("http/1.1 200"), "{said}");
    for header in [
        "content-security-policy: default-src 'self'",
        "x-content-type-options: nosniff",
        "referrer-policy: no-referrer",
    ] {
        assert!(said.contains(header), "{header}: {said}");
    }
    let document: Value = server.get("/api/v1/openapi.json");
    let paths: Vec<&String> = document["paths"].as_object().unwrap().keys().collect();
    assert_eq!(paths, ["/api/v1/about", "/api/v1/compare", "/api/v1/contest", "/api/v1/flows", "/api/v1/world"]);
}

#[test]
fn it_stops_when_it_is_told_to_and_answers_what_has_begun() {
    let server = Server::start();
    let body = format!(r#"{{"scenarios":[{SCENARIO}],"draws":128,"headline":"us_deaths_all"}}"#);
    let head = format!(
        "POST /api/v1/compare HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let mut client = connected(&server);
    client.write_all(format!("{head}{body}").as_bytes()).unwrap();
    std::thread::sleep(Duration::from_millis(200));
    server.stop();
    let mut said = String::new();
    client.read_to_string(&mut said).unwrap();
    assert!(said.starts_with("HTTP/1.1 200"), "{said}");
}

fn connected(server: &Server) -> TcpStream {
    let stream = TcpStream::connect(server.address()).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    stream
}

/// What the server says to these bytes, before it closes or falls silent.
fn raw(server: &Server, request: &[u8]) -> String {
    let mut stream = connected(server);
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    // A server that has refused may close before it has read all.
    let _ = stream.write_all(request);
    let mut said = Vec::new();
    let mut part = [0; 4096];
    while let Ok(count @ 1..) = stream.read(&mut part) {
        said.extend_from_slice(&part[..count]);
        if said.windows(4).any(|end| end == b"\r\n\r\n") && !request.windows(5).any(|word| word == b"close") {
            break;
        }
    }
    String::from_utf8_lossy(&said).into_owned()
}
