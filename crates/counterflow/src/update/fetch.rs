//! Publishers' files over HTTP: from an address of one file, or from known names under a base address.
//!
//! Answers are bounded in size and time, few redirects are followed, and an address with a name and password is refused.

use crate::error::Problem;
use crate::publishers::{PUBLISHERS, Page};

use super::gather::{Incoming, LARGEST};

/// Rows of one page of a query, and most pages.
const PAGE: (usize, usize) = (5_000, 200);

/// Whether a place is an address and not a path.
pub fn is_address(place: &str) -> bool {
    place.starts_with("http://") || place.starts_with("https://")
}

/// Hands over the file at an address, or the files that are there under it.
///
/// # Errors
/// If the address is not one that is followed, or the server does not answer as it should.
pub fn each(address: &str, take: &mut dyn FnMut(Incoming)) -> Result<(), Problem> {
    let host = address.split_once("://").map_or("", |(_, rest)| rest).split(['/', '?', '#']).next().unwrap_or("");
    if host.is_empty() || host.contains('@') || address.chars().any(|c| c.is_whitespace() || c.is_control()) {
        let message = "found an address that is not followed; expected `https://host/path` without name and password";
        return Err(Problem::new("--from", message));
    }
    let client = client::Client::new(address.starts_with("https://"));
    let path = address.split(['?', '#']).next().unwrap_or(address);
    if [".csv", ".json"].iter().any(|ending| path.ends_with(ending)) {
        let bytes = client.get(address)?.ok_or_else(|| Problem::new(address, "is not there (404); expected a file"))?;
        take(Incoming { path: address.to_owned(), name: address.to_owned(), bytes });
        return Ok(());
    }
    let (base, mut found) = (address.trim_end_matches('/'), 0);
    for publisher in PUBLISHERS {
        for page in publisher.pages() {
            let file = match page {
                Page::File(name) => whole(&client, &format!("{base}/{name}"))?,
                Page::Query(path, query) => paged(&client, &format!("{base}/{path}"), query)?,
            };
            if let Some(file) = file {
                found += 1;
                let enough = matches!(page, Page::Query(..));
                take(file);
                // The same table in another form says nothing new.
                if enough {
                    break;
                }
            }
        }
    }
    if found > 0 {
        return Ok(());
    }
    let name = |page: &Page| match page {
        Page::File(name) | Page::Query(name, _) => *name,
    };
    let names: Vec<&str> = PUBLISHERS.iter().flat_map(|publisher| publisher.pages()).map(name).collect();
    let message = format!("found none of the files that are looked for: {}", names.join(", "));
    Err(Problem::new(address, message).help("give the address of the file itself, which ends in .csv or .json"))
}

fn whole(client: &client::Client, address: &str) -> Result<Option<Incoming>, Problem> {
    let bytes = client.get(address)?;
    Ok(bytes.map(|bytes| Incoming { path: address.to_owned(), name: address.to_owned(), bytes }))
}

/// Reads a query page by page until a page is not full. The pages together are bounded like one file.
fn paged(client: &client::Client, address: &str, query: &str) -> Result<Option<Incoming>, Problem> {
    let (limit, most) = PAGE;
    let (mut pages, mut bytes) = (Vec::new(), 0);
    for number in 0..most {
        let page = client.get(&format!("{address}?{query}&$limit={limit}&$offset={}", number * limit))?;
        let Some(page) = page else {
            if number == 0 {
                return Ok(None);
            }
            return Err(Problem::new(address, format!("page {} is not there (404)", number + 1)));
        };
        bytes += page.len() as u64;
        let rows: Vec<serde::de::IgnoredAny> = serde_json::from_slice(&page).map_err(|e| {
            let message = format!("page {}: found what is not a JSON array: {e}", number + 1);
            Problem::new(address, message).at(e.line(), e.column())
        })?;
        pages.push(String::from_utf8_lossy(&page).into_owned());
        if bytes > LARGEST {
            break;
        }
        if rows.len() < limit {
            let bytes = crate::publishers::joined(address, &pages)?.into_bytes();
            return Ok(Some(Incoming { path: address.to_owned(), name: format!("{address}?{query}"), bytes }));
        }
    }
    Err(Problem::new(
        address,
        format!("has more than {} rows or {LARGEST} bytes; that is the most that is read", limit * most),
    ))
}

#[cfg(not(target_family = "wasm"))]
mod client {
    use std::time::Duration;

    use ureq::Agent;

    use super::{LARGEST, Problem};

    /// Redirects that are followed.
    const REDIRECTS: u32 = 3;
    /// Seconds for a connection and for all of an answer.
    const SECONDS: (u64, u64) = (15, 180);

    /// Asks servers.
    pub struct Client {
        agent: Agent,
    }

    impl Client {
        /// A client that keeps no cookies and knows no password. Once secure, it stays so through redirects.
        pub fn new(secure: bool) -> Client {
            let config = Agent::config_builder()
                .https_only(secure)
                .max_redirects(REDIRECTS)
                .timeout_connect(Some(Duration::from_secs(SECONDS.0)))
                .timeout_global(Some(Duration::from_secs(SECONDS.1)))
                .user_agent(concat!("counterflow/", env!("CARGO_PKG_VERSION")))
                .build();
            Client { agent: config.into() }
        }

        /// The body of an answer; none if the server says that there is no such file.
        ///
        /// # Errors
        /// If there is no answer, or a larger one than is read, or one that breaks off.
        pub fn get(&self, address: &str) -> Result<Option<Vec<u8>>, Problem> {
            let failed = |e: &ureq::Error| match e {
                ureq::Error::BodyExceedsLimit(_) => {
                    Problem::new(address, format!("has more than {LARGEST} bytes; that is the most that is read"))
                }
                e => Problem::new(address, format!("cannot be read: {e}")),
            };
            match self.agent.get(address).call() {
                Ok(mut answer) => {
                    answer.body_mut().with_config().limit(LARGEST).read_to_vec().map(Some).map_err(|e| failed(&e))
                }
                Err(ureq::Error::StatusCode(404)) => Ok(None),
                Err(e) => Err(failed(&e)),
            }
        }
    }
}

/// There, whoever embeds the library fetches files.
#[cfg(target_family = "wasm")]
mod client {
    use super::Problem;

    /// Asks nobody.
    pub struct Client;

    impl Client {
        /// See above.
        pub fn new(_: bool) -> Client {
            Client
        }

        /// Always an error.
        ///
        /// # Errors
        /// That addresses are not read here.
        pub fn get(&self, address: &str) -> Result<Option<Vec<u8>>, Problem> {
            Err(Problem::new(address, "addresses are not read in this form of the program; expected a folder"))
        }
    }
}
