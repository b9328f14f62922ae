//! The server as clients see it.

mod crowd;
mod requests;
mod server;
