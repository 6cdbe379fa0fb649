//! A real toxiproxy (`scripts/setup toxiproxy`): a network between the shop and others that is slow, breaks connections off,
//! or takes everything and says nothing.

use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use serde_json::{Value, json};

use crate::program::{ask, free_port};
use crate::until;

/// Gone with the test.
pub struct Network {
    process: Child,
    port: u16,
    log: PathBuf,
}

impl Network {
    pub async fn open() -> Self {
        let port = free_port();
        let log = std::env::temp_dir().join(format!("shop-network-{}-{port}.log", std::process::id()));
        let written = File::create(&log).unwrap();
        let mut command = Command::new("toxiproxy-server");
        command.args(["-host", "127.0.0.1", "-port", &port.to_string()]);
        command.stdin(Stdio::null()).stdout(written.try_clone().unwrap()).stderr(written);
        let process = command.spawn().expect("toxiproxy-server (scripts/setup toxiproxy)");
        let network = Self { process, port, log };
        until("toxiproxy listens", Duration::from_secs(20), async || {
            ask(port, "GET", "/version", &[], "").await.is_some_and(|reply| reply.status == 200)
        })
        .await;
        network
    }

    /// From a port of this machine to another.
    pub async fn carry(&self, way: &str, from: u16, to: u16) {
        let way = json!({
            "name": way, "listen": format!("127.0.0.1:{from}"), "upstream": format!("127.0.0.1:{to}"), "enabled": true,
        });
        self.post("/proxies", &way, 201).await;
    }

    /// A way to a database, as a URL of it.
    pub async fn carry_database(&self, url: &str) -> String {
        let (server, name) = url.rsplit_once('/').unwrap();
        let (user, port) = server.rsplit_once(':').unwrap();
        let own = free_port();
        self.carry("postgres", own, port.parse().unwrap()).await;
        format!("{user}:{own}/{name}")
    }

    /// Nobody is on this way any more, and nobody is let onto it until it is calm.
    pub async fn cut(&self, way: &str) {
        self.post(&format!("/proxies/{way}"), &json!({"enabled": false}), 200).await;
    }

    /// From now on, in both directions, so large a share of the connections of a way.
    pub async fn disturb(&self, way: &str, kind: &str, attributes: &Value, share: f64) {
        for stream in ["upstream", "downstream"] {
            let toxic = json!({
                "name": stream, "type": kind, "stream": stream, "toxicity": share, "attributes": attributes,
            });
            self.post(&format!("/proxies/{way}/toxics"), &toxic, 200).await;
        }
    }

    /// It is as it was, on all ways.
    pub async fn calm(&self) {
        self.post("/reset", &Value::Null, 204).await;
    }

    async fn post(&self, path: &str, body: &Value, expected: u16) {
        let reply = ask(self.port, "POST", path, &[], &body.to_string()).await;
        let status = reply.as_ref().map(|reply| reply.status);
        assert_eq!(status, Some(expected), "{path} {body}: {reply:?}, {}", self.log.display());
    }
}

impl Drop for Network {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
        if !std::thread::panicking() {
            let _ = std::fs::remove_file(&self.log);
        }
    }
}
