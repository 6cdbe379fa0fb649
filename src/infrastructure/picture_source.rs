//! Pictures from other places: over HTTPS, from hosts that the owner has named, and from no address within a network of ours.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::Url;

use crate::domain::{FetchProblem, MAX_PICTURE_BYTES, PictureProblem, Reach};
use crate::usecase::{BoxFuture, PictureSource};

use super::lazy_client::LazyClient;
use super::reach::WithinReach;

/// How long all of a picture may take.
const ALL: Duration = Duration::from_secs(30);

pub struct WebPictures {
    http: LazyClient,
    /// In small letters.
    hosts: Vec<String>,
}

impl WebPictures {
    pub fn new(hosts: Vec<String>) -> Self {
        let http = LazyClient::new(|client| {
            client
                .https_only(true)
                .no_proxy()
                .redirect(reqwest::redirect::Policy::none())
                .dns_resolver(Arc::new(WithinReach(Reach::Public)))
                .connect_timeout(Duration::from_secs(10))
                .timeout(ALL)
        });
        Self { http, hosts }
    }

    /// Whether something may be fetched from there at all.
    fn allowed(&self, address: &str) -> Option<Url> {
        let url = Url::parse(address).ok()?;
        let is_plain = url.scheme() == "https" && url.port().is_none() && url.username().is_empty();
        let host = url.host_str()?.to_lowercase();
        (is_plain && self.hosts.contains(&host) && host.parse::<IpAddr>().is_err()).then_some(url)
    }

    async fn read(&self, address: &str) -> Result<Bytes, FetchProblem> {
        let url = self.allowed(address).ok_or(FetchProblem::Host)?;
        let mut response = self.http.get().map_err(unreachable)?.get(url).send().await.map_err(unreachable)?;
        let status = response.status();
        if status.is_server_error() || status.as_u16() == 429 {
            return Err(FetchProblem::Unreachable);
        }
        if !status.is_success() {
            return Err(FetchProblem::Missing);
        }
        let mut bytes = BytesMut::new();
        while let Some(piece) = response.chunk().await.map_err(unreachable)? {
            if bytes.len().saturating_add(piece.len()) > MAX_PICTURE_BYTES {
                return Err(FetchProblem::Picture(PictureProblem::TooHeavy));
            }
            bytes.extend_from_slice(&piece);
        }
        Ok(bytes.freeze())
    }
}

impl PictureSource for WebPictures {
    fn fetch(&self, address: String) -> BoxFuture<'_, Result<Bytes, FetchProblem>> {
        Box::pin(async move { self.read(&address).await })
    }
}

fn unreachable(error: reqwest::Error) -> FetchProblem {
    tracing::debug!(error = %error.without_url(), "a picture cannot be reached");
    FetchProblem::Unreachable
}

#[cfg(test)]
mod tests {
    use reqwest::dns::Resolve as _;

    use super::*;

    #[tokio::test]
    async fn names_that_lead_inside_lead_nowhere() {
        for name in
            ["localhost", "127.0.0.1", "10.0.0.1", "192.88.99.1", "3fff::1", "64:ff9b::7f00:1", "::ffff:127.0.0.1"]
        {
            assert!(WithinReach(Reach::Public).resolve(name.parse().unwrap()).await.is_err(), "{name}");
        }
        for name in ["8.8.8.8", "2606:4700::1"] {
            assert_eq!(WithinReach(Reach::Public).resolve(name.parse().unwrap()).await.unwrap().count(), 1, "{name}");
        }
    }

    #[test]
    fn only_named_hosts_are_asked_and_only_over_https() {
        let source = WebPictures::new(vec!["cdn.shopify.com".into()]);
        for address in ["https://cdn.shopify.com/s/1.jpg?v=1", "https://CDN.shopify.com/1.jpg"] {
            assert!(source.allowed(address).is_some(), "{address}");
        }
        for address in [
            "http://cdn.shopify.com/1.jpg",
            "https://cdn.shopify.com.evil.example/1.jpg",
            "https://evil.example/cdn.shopify.com/1.jpg",
            "https://cdn.shopify.com:8443/1.jpg",
            "https://cdn.shopify.com@evil.example/1.jpg",
            "https://somebody@cdn.shopify.com/1.jpg",
            "https://127.0.0.1/1.jpg",
            "file:///etc/passwd",
            "1.jpg",
        ] {
            assert!(source.allowed(address).is_none(), "{address}");
        }
        let literal = WebPictures::new(vec!["10.0.0.1".into()]);
        assert!(literal.allowed("https://10.0.0.1/1.jpg").is_none(), "an address is no name");
    }
}
