//! Pictures from other places: over HTTPS, from hosts that the owner has named, and from no address within a network of ours.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use reqwest::Url;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use crate::domain::{FetchProblem, MAX_PICTURE_BYTES, PictureProblem};
use crate::usecase::{BoxFuture, PictureSource};

/// How long all of a picture may take.
const ALL: Duration = Duration::from_secs(30);

pub struct WebPictures {
    http: reqwest::Client,
    /// In small letters.
    hosts: Vec<String>,
}

impl WebPictures {
    /// # Errors
    /// When the library finds no roots of trust.
    pub fn new(hosts: Vec<String>) -> anyhow::Result<Self> {
        let http = reqwest::Client::builder()
            .https_only(true)
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .dns_resolver(Arc::new(PublicAlone))
            .connect_timeout(Duration::from_secs(10))
            .timeout(ALL)
            .build()?;
        Ok(Self { http, hosts })
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
        let mut response = self.http.get(url).send().await.map_err(unreachable)?;
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

/// Names lead to addresses of the open internet, or nowhere: what is looked up is what is connected to.
struct PublicAlone;

impl Resolve for PublicAlone {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let public: Vec<SocketAddr> = found.filter(|address| is_public(address.ip())).collect();
            if public.is_empty() {
                return Err("no public address".into());
            }
            Ok(Box::new(public.into_iter()) as Addrs)
        })
    }
}

/// Whether an address is one of the open internet (the registries of special purposes, RFC 6890).
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => match address.to_ipv4_mapped() {
            Some(mapped) => is_public_v4(mapped),
            None => {
                let [first, second, ..] = address.segments();
                // 2000::/3 without documentation, benchmarks, Teredo and 6to4.
                first & 0xe000 == 0x2000
                    && first != 0x2002
                    && !(first == 0x2001 && (second < 0x0200 || second == 0x0db8))
            }
        },
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let is_special = a == 0
        || a >= 224
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (b == 18 || b == 19));
    let is_inside = address.is_private() || address.is_loopback() || address.is_link_local();
    !is_special && !is_inside && !address.is_documentation()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_of_the_open_internet_are_connected_to() {
        for address in ["23.227.38.33", "8.8.8.8", "2606:4700::1", "::ffff:8.8.8.8"] {
            assert!(is_public(address.parse().unwrap()), "{address}");
        }
        for address in [
            "127.0.0.1",
            "10.0.0.1",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "192.0.2.1",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "fd00:ec2::254",
            "ff02::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "64:ff9b::7f00:1",
            "::ffff:127.0.0.1",
            "::127.0.0.1",
        ] {
            assert!(!is_public(address.parse().unwrap()), "{address}");
        }
    }

    #[test]
    fn only_named_hosts_are_asked_and_only_over_https() {
        let source = WebPictures::new(vec!["cdn.shopify.com".into()]).unwrap();
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
        let literal = WebPictures::new(vec!["10.0.0.1".into()]).unwrap();
        assert!(literal.allowed("https://10.0.0.1/1.jpg").is_none(), "an address is no name");
    }
}
