//! Whoever collects traces, by the house's own HTTP client: one TLS for all. It may be slow, or not there: nobody but the thread
//! that sends waits for it, and the log says so once.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::Context as _;
use bytes::Bytes;
use http::{Request, Response};
use opentelemetry_http::{HttpClient, HttpError};
use reqwest::Client;
use reqwest::redirect::Policy;
use tokio::runtime::Handle;

/// What one batch may take. A stop waits for no longer than this.
pub(super) const PATIENCE: Duration = Duration::from_secs(3);
/// The answer says next to nothing; of more than this, nothing is read.
const LONGEST_ANSWER: u64 = 64 * 1024;

#[derive(Debug)]
pub(super) struct Collector {
    client: Client,
    /// The thread that sends has none.
    runtime: Handle,
    is_silent: AtomicBool,
}

impl Collector {
    pub(super) fn new(runtime: &Handle) -> anyhow::Result<Self> {
        let client = Client::builder().timeout(PATIENCE).redirect(Policy::none()).build();
        let client = client.context("the HTTP client for traces")?;
        Ok(Self { client, runtime: runtime.clone(), is_silent: AtomicBool::new(false) })
    }

    /// Tells a change alone.
    fn note(&self, trouble: Option<String>) {
        match (self.is_silent.swap(trouble.is_some(), Ordering::Relaxed), trouble) {
            (false, Some(cause)) => {
                tracing::warn!(cause, "traces do not arrive (OTEL_EXPORTER_OTLP_ENDPOINT); the shop goes on without");
            }
            (true, None) => tracing::info!("traces arrive again"),
            _ => {}
        }
    }
}

#[async_trait::async_trait]
impl HttpClient for Collector {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let sent = self.runtime.spawn(send(self.client.clone(), request)).await;
        let sent = sent.map_err(HttpError::from).and_then(|sent| sent.map_err(HttpError::from));
        self.note(match &sent {
            // Not its words: nobody knows what is in them.
            Ok(response) if !response.status().is_success() => Some(format!("status {}", response.status())),
            Ok(_) => None,
            Err(cause) => Some(cause.to_string()),
        });
        sent
    }
}

/// What goes wrong is told without the address: behind a `?` a collector may want a key.
async fn send(client: Client, request: Request<Bytes>) -> reqwest::Result<Response<Bytes>> {
    answered(client, request).await.map_err(reqwest::Error::without_url)
}

async fn answered(client: Client, request: Request<Bytes>) -> reqwest::Result<Response<Bytes>> {
    let response = client.execute(request.try_into()?).await?;
    let mut answer = Response::new(Bytes::new());
    *answer.status_mut() = response.status();
    *answer.headers_mut() = response.headers().clone();
    if response.content_length().is_some_and(|length| length <= LONGEST_ANSWER) {
        *answer.body_mut() = response.bytes().await?;
    }
    Ok(answer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_goes_wrong_does_not_tell_the_key_in_the_address() {
        // Nobody listens at port 1.
        let request = Request::post("http://127.0.0.1:1/v1/traces?key=hunter2").body(Bytes::new()).unwrap();
        let told = format!("{:?}", send(Client::new(), request).await.unwrap_err());
        assert!(!told.contains("hunter2"), "{told}");
    }
}
