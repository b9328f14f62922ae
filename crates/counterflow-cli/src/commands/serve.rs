//! `serve`: the page and the JSON interface on a port of this machine.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use clap::Args;
use counterflow::Problem;
use counterflow_serve::site::Site;
use counterflow_serve::{Options, document, listen, serve};
use serde_json::json;

use super::{Chosen, Json};
use crate::output::{Answer, Failure, Output, compiled, note, open};

/// Arguments of `serve`.
#[derive(Debug, Args)]
pub struct ServeArgs {
    /// Port to listen to; 0 takes any that is free
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Address to listen to; only this machine can reach the one that is taken if left out
    #[arg(long, default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    address: IpAddr,
    /// Name under which others ask for this server, for example model.example.org; may be repeated
    #[arg(long, value_name = "NAME")]
    host_name: Vec<String>,
    /// Serve the page of this folder in place of the one in the program
    #[arg(long, value_name = "FOLDER")]
    site: Option<PathBuf>,
    /// Print the OpenAPI document of the interface, and serve nothing
    #[arg(long)]
    openapi: bool,
    #[command(flatten)]
    json: Json,
    #[command(flatten)]
    chosen: Chosen,
}

impl ServeArgs {
    /// Serves until it is interrupted.
    pub fn run(&self, output: &mut Output) -> Result<Answer, Failure> {
        if self.openapi {
            output.line(document())?;
            return Ok(Answer::Done);
        }
        let project = open(None, &self.chosen)?;
        compiled(&project)?;
        let site = self.site.clone().map_or(Site::Embedded, Site::Folder);
        if !site.is_built() {
            note("note: there is no page to serve, only the interface; `cargo xtask web` builds the page");
        }
        let options = Options { site, host_names: self.host_name.clone() };
        let stopped = |error: std::io::Error| Problem::new("serve", error.to_string());
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(stopped)?;
        runtime.block_on(async {
            let address = SocketAddr::new(self.address, self.port);
            let listener = listen(address).await.map_err(|error| {
                let help = "another program may have the port; `--port 0` takes any that is free";
                Problem::new(address.to_string(), format!("cannot be listened to: {error}")).help(help)
            })?;
            let address = listener.local_addr().map_err(stopped)?;
            if self.json.json {
                output.json(&json!({ "address": format!("http://{address}/") }))?;
            } else {
                output.line(format_args!("Serving http://{address}/  (stop with Ctrl-C)"))?;
            }
            output.finish()?;
            serve(listener, project, &options, interrupted()).await.map_err(stopped)?;
            Ok::<(), Failure>(())
        })?;
        note("stopped");
        Ok(Answer::Done)
    }
}

/// Ends when the program is told to stop.
async fn interrupted() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminated) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminated.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
