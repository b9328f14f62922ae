//! A server of the test's own, on a port that is free.

use std::net::SocketAddr;
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

use counterflow::Project;
use counterflow_serve::site::Site;
use counterflow_serve::{Options, listen, serve};
use serde_json::Value;
use tokio::sync::oneshot;

/// A server that ends with this.
pub struct Server {
    address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
    agent: ureq::Agent,
}

impl Server {
    /// Starts one with the bundled model.
    pub fn start() -> Server {
        let (told, hear) = mpsc::channel();
        let (stop, stopped) = oneshot::channel::<()>();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let listener = listen(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
                told.send(listener.local_addr().unwrap()).unwrap();
                let options = Options { site: Site::Embedded, host_names: Vec::new() };
                let stopped = async {
                    let _ = stopped.await;
                };
                serve(listener, Project::bundled().unwrap(), &options, stopped).await.unwrap();
            });
        });
        let config = ureq::Agent::config_builder().http_status_as_error(false);
        let agent = config.timeout_global(Some(Duration::from_secs(60))).build().into();
        Server { address: hear.recv().unwrap(), stop: Some(stop), thread: Some(thread), agent }
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The JSON at a path.
    pub fn get(&self, path: &str) -> Value {
        let mut answer = self.agent.get(self.url(path)).call().unwrap();
        serde_json::from_str(&answer.body_mut().read_to_string().unwrap()).unwrap()
    }

    /// Status and JSON that answer a body; text that is no JSON comes as a string.
    pub fn post(&self, path: &str, body: &str) -> (u16, Value) {
        let request = self.agent.post(self.url(path)).header("Content-Type", "application/json");
        let mut answer = request.send(body).unwrap();
        let text = answer.body_mut().read_to_string().unwrap();
        (answer.status().as_u16(), serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    /// Fails if the server does not answer any more.
    pub fn still_lives(&self) {
        assert_eq!(self.get("/api/v1/about")["model"], "fentanyl");
    }

    fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Ends the server, and waits for it.
    pub fn stop(mut self) {
        self.end();
    }

    fn end(&mut self) {
        if let Some(stop) = self.stop.take() {
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}
