//! Somebody who signed in, looks around on one connection that is kept open, and is known on every page.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use reqwest::Client;
use serde_json::json;
use tokio::task::JoinHandle;
use tokio::time::sleep;

use crate::program::ask;

/// The last one is for whoever is signed in alone.
const PAGES: [&str; 3] = ["/", "/products/mug", "/api/v1/orders"];

pub struct Visitor {
    enough: Arc<AtomicBool>,
    looking: JoinHandle<Seen>,
}

/// How many pages, and what was wrong with others.
#[derive(Debug, Default)]
pub struct Seen {
    pub pages: usize,
    pub failed: Vec<String>,
}

impl Visitor {
    pub async fn start(port: u16) -> Self {
        let account = json!({"name": "Bob", "email": "bob@example.org", "password": "correct horse"}).to_string();
        let reply = ask(port, "POST", "/api/v1/auth/register", &[], &account).await.unwrap();
        assert_eq!(reply.status, 201, "{reply:?}");
        let enough = Arc::new(AtomicBool::new(false));
        let looking = tokio::spawn(look_around(port, reply.cookie.unwrap(), Arc::clone(&enough)));
        Self { enough, looking }
    }

    pub async fn end(self) -> Seen {
        self.enough.store(true, Ordering::Relaxed);
        self.looking.await.unwrap()
    }
}

async fn look_around(port: u16, cookie: String, enough: Arc<AtomicBool>) -> Seen {
    let client = Client::builder().no_proxy().timeout(Duration::from_secs(20)).build().unwrap();
    let mut seen = Seen::default();
    while !enough.load(Ordering::Relaxed) {
        for page in PAGES {
            match look(&client, &format!("http://127.0.0.1:{port}{page}"), &cookie).await {
                Ok(200) => seen.pages += 1,
                Ok(status) => seen.failed.push(format!("{page}: {status}")),
                Err(cause) => seen.failed.push(format!("{page}: {cause:?}")),
            }
        }
        sleep(Duration::from_millis(20)).await;
    }
    seen
}

/// To its last byte.
async fn look(client: &Client, url: &str, cookie: &str) -> reqwest::Result<u16> {
    let answer = client.get(url).header("cookie", cookie).send().await?;
    let status = answer.status().as_u16();
    answer.bytes().await?;
    Ok(status)
}
