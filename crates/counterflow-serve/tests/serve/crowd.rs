//! Two hundred clients for a minute: each asks again as soon as it was answered, and none gets an error.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use crate::server::Server;

const CLIENTS: usize = 200;
const FOR: Duration = Duration::from_secs(60);

#[test]
fn two_hundred_clients_for_a_minute_see_no_error() {
    let server = Server::start();
    let (answered, begun) = (AtomicUsize::new(0), Instant::now());
    let errors: Vec<String> = std::thread::scope(|scope| {
        let one = |client: usize| {
            let (address, answered) = (server.address(), &answered);
            std::thread::Builder::new()
                .stack_size(256 << 10)
                .spawn_scoped(scope, move || ask(client, address, answered, begun))
        };
        let clients: Vec<_> = (0..CLIENTS).map(|client| one(client).unwrap()).collect();
        clients.into_iter().filter_map(|client| client.join().unwrap().err()).collect()
    });
    println!("{} answers to {CLIENTS} clients in {:?}", answered.load(Ordering::Relaxed), begun.elapsed());
    assert!(errors.is_empty(), "{} clients: {:?}", errors.len(), &errors[..errors.len().min(5)]);
    assert!(answered.load(Ordering::Relaxed) > 10 * CLIENTS);
    server.still_lives();
}

/// Asks until the time is over, on one connection.
fn ask(client: usize, address: SocketAddr, answered: &AtomicUsize, begun: Instant) -> Result<(), String> {
    let told = |error: std::io::Error| format!("client {client}: {error}");
    let mut stream = TcpStream::connect(address).map_err(told)?;
    stream.set_read_timeout(Some(Duration::from_secs(60))).map_err(told)?;
    let mut reader = BufReader::new(stream.try_clone().map_err(told)?);
    let mut turn = client;
    while begun.elapsed() < FOR {
        let request = request(turn);
        stream.write_all(request.as_bytes()).map_err(told)?;
        let status = read_answer(&mut reader).map_err(told)?;
        if status != 200 {
            return Err(format!("client {client}: status {status} to {}", request.lines().next().unwrap_or("")));
        }
        answered.fetch_add(1, Ordering::Relaxed);
        turn += 1;
    }
    Ok(())
}

/// The page, the interface's document, and scenarios of which some are new.
fn request(turn: usize) -> String {
    let get = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n");
    match turn % 4 {
        0 => get("/"),
        1 => get("/api/v1/openapi.json"),
        2 => get("/api/v1/about"),
        _ => {
            let dose = 1.0 + (turn / 4 % 25) as f64 / 10.0;
            let moves = format!(r#"[{{"lever":"naloxone","dose":{dose},"start":"2026-01","ramp_months":12}}]"#);
            let body = format!(r#"{{"scenarios":[{{"moves":{moves}}}],"draws":16,"headline":"us_deaths_all"}}"#);
            let length = body.len();
            format!(
                "POST /api/v1/compare HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
            )
        }
    }
}

/// Reads one answer to its end; gives its status.
fn read_answer(reader: &mut BufReader<TcpStream>) -> std::io::Result<u16> {
    let wrong = || std::io::Error::other("no answer");
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let status = line.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or_else(wrong)?;
    let mut length = 0;
    loop {
        let mut header = String::new();
        reader.read_line(&mut header)?;
        let Some((name, value)) = header.trim_end().split_once(": ") else { break };
        if name.eq_ignore_ascii_case("content-length") {
            length = value.parse().map_err(|_| wrong())?;
        }
    }
    std::io::copy(&mut reader.take(length), &mut std::io::sink())?;
    Ok(status)
}
