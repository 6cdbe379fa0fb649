//! Webhooks on their way to other programs. Where one leads is looked at when its connection is made: a name may lead
//! elsewhere than when it was typed, and an address that was typed may be written in many ways.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use reqwest::header::{CONTENT_TYPE, RETRY_AFTER};
use reqwest::{Response, Url};
use tokio::time::timeout;

use crate::domain::{EndpointUrl, Reach, is_public_address};
use crate::usecase::{BoxFuture, WebhookAnswer, WebhookRequest, WebhookSender};

use super::lazy_client::LazyClient;
use super::reach::{OutOfReach, WithinReach, resolve};

/// For all of a request and its answer.
const TIMEOUT: Duration = Duration::from_secs(10);
/// Whoever saves an address waits so long for its name; it is looked up again for each connection.
const LOOK_UP: Duration = Duration::from_secs(3);
/// More of an answer is not even read.
const MOST_READ: usize = 64 * 1024;

pub struct HttpWebhooks {
    reach: Reach,
    http: LazyClient,
}

impl HttpWebhooks {
    pub fn new(reach: Reach) -> Self {
        let http = LazyClient::new(move |client| {
            client
                .user_agent(concat!("small-ecommerce/", env!("CARGO_PKG_VERSION"), " (webhooks)"))
                .timeout(TIMEOUT)
                .redirect(reqwest::redirect::Policy::none())
                // A proxy would look names up by itself.
                .no_proxy()
                .dns_resolver(Arc::new(WithinReach(reach)))
        });
        Self { reach, http }
    }

    async fn answer(&self, request: WebhookRequest) -> anyhow::Result<EndpointAnswer> {
        let url = Url::parse(&request.url).context("not an address")?;
        check(&url, self.reach)?;
        let sent = self
            .http
            .get()
            .context("the HTTPS client of webhooks")?
            .post(url)
            .header(CONTENT_TYPE, "application/json")
            .header("webhook-id", request.id)
            .header("webhook-timestamp", request.timestamp.to_string())
            .header("webhook-signature", request.signature)
            .body(request.body)
            .send();
        let response = sent.await.map_err(reqwest::Error::without_url)?;
        let status = response.status().as_u16();
        let asked = response.headers().get(RETRY_AFTER).and_then(|value| value.to_str().ok()?.trim().parse().ok());
        Ok(EndpointAnswer { status, retry_after: asked, text: beginning(response).await })
    }
}

struct EndpointAnswer {
    status: u16,
    retry_after: Option<u32>,
    text: String,
}

impl WebhookSender for HttpWebhooks {
    fn reach(&self) -> Reach {
        self.reach
    }

    fn leads_inside<'a>(&'a self, url: &'a EndpointUrl) -> BoxFuture<'a, bool> {
        Box::pin(async move {
            let Ok(url) = Url::parse(url.as_str()) else { return true };
            let Some(host) = url.host_str().filter(|_| check(&url, Reach::Public).is_ok()) else { return true };
            let found = timeout(LOOK_UP, resolve(host, Reach::Public)).await;
            found.is_ok_and(|found| found.is_err_and(|cause| cause.is::<OutOfReach>()))
        })
    }

    fn send(&self, request: WebhookRequest) -> BoxFuture<'_, WebhookAnswer> {
        Box::pin(async move {
            let began = Instant::now();
            let heard = self.answer(request).await;
            let took = began.elapsed();
            match heard {
                Ok(EndpointAnswer { status, retry_after, text }) => {
                    WebhookAnswer { status: Some(status), text, retry_after, took }
                }
                Err(cause) => {
                    let text = kept(format!("{cause:#}").as_bytes());
                    WebhookAnswer { status: None, text, retry_after: None, took }
                }
            }
        })
    }
}

/// The scheme, and the address where the host is one: no name is looked up then.
fn check(url: &Url, reach: Reach) -> Result<(), OutOfReach> {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    let is_inside = host.parse::<IpAddr>().is_ok_and(|address| !is_public_address(address));
    match reach {
        Reach::Private => Ok(()),
        Reach::Public if url.scheme() != "https" || is_inside => Err(OutOfReach),
        Reach::Public => Ok(()),
    }
}

/// The beginning of what was answered. Little is read to its end, so that the connection can be used again; what breaks off
/// was answered all the same.
async fn beginning(mut response: Response) -> String {
    let (mut bytes, mut read) = (Vec::new(), 0_usize);
    while let Ok(Some(chunk)) = response.chunk().await {
        let room = WebhookAnswer::KEPT.saturating_sub(bytes.len());
        bytes.extend_from_slice(&chunk[..chunk.len().min(room)]);
        read = read.saturating_add(chunk.len());
        if read > MOST_READ {
            break;
        }
    }
    kept(&bytes)
}

/// As text that the database takes, and no longer than is kept.
fn kept(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes).replace('\0', " ");
    let end = (0..=WebhookAnswer::KEPT.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
    text.get(..end.unwrap_or_default()).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn out_of_reach(url: &str) -> bool {
        check(&Url::parse(url).unwrap(), Reach::Public).is_err()
    }

    #[test]
    fn an_address_is_looked_at_however_it_is_written() {
        for url in [
            "http://1.1.1.1/",
            "https://127.0.0.1/",
            "https://127.1/",
            "https://2130706433/",
            "https://0x7f000001/",
            "https://0177.0.0.1/",
            "https://127.0.0.1./",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[::ffff:7f00:1]/",
            "https://[fd00::1]:8443/",
            "https://169.254.169.254/",
            "https://①②⑦.0.0.1/",
        ] {
            assert!(out_of_reach(url), "{url}");
            assert!(check(&Url::parse(url).unwrap(), Reach::Private).is_ok(), "{url}");
        }
        for url in ["https://1.1.1.1/", "https://[2606:4700:4700::1111]/", "https://erp.example.org/"] {
            assert!(!out_of_reach(url), "{url}");
        }
    }

    #[tokio::test]
    async fn a_name_that_leads_inside_is_found_when_it_is_looked_up() {
        let cause = resolve("localhost", Reach::Public).await.unwrap_err();
        assert!(cause.is::<OutOfReach>(), "{cause}");
        assert!(!resolve("localhost", Reach::Private).await.unwrap().is_empty());
        // By name, past what is looked at when it is typed: as if the name had led elsewhere then.
        let request = WebhookRequest {
            url: "https://localhost:9/".into(),
            id: "1".into(),
            timestamp: 1,
            signature: "v1,".into(),
            body: "{}".into(),
        };
        let answer = HttpWebhooks::new(Reach::Public).send(request).await;
        assert_eq!(answer.status, None);
        assert!(answer.text.contains("private network"), "{}", answer.text);
    }

    #[test]
    fn what_is_kept_is_text_and_short() {
        assert_eq!(kept(b"ok\0\xff"), "ok \u{fffd}");
        let long = kept("ä".repeat(600).as_bytes());
        assert!(long.len() == WebhookAnswer::KEPT && long.chars().all(|c| c == 'ä'));
        assert_eq!(kept("€".repeat(600).as_bytes()).len(), 1_023);
    }
}
