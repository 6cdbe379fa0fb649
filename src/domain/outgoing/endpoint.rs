//! The address of an endpoint: where somebody else's program listens.
//!
//! What is typed is looked at here, so that a problem stands beside its field. It is looked at again whenever a connection is
//! made, for a name may lead elsewhere by then.

use std::net::{IpAddr, Ipv6Addr};

use serde::Serialize;

use super::super::{Problem, clean_line};
use super::address::is_public_address;

/// How far an address may lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// By https, to what everybody reaches.
    Public,
    /// Also by http, and into the network that the shop stands in: where the shop's settings say so.
    Private,
}

/// `https://erp.example.org/hooks?shop=1`
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct EndpointUrl(String);

/// Names that nobody outside knows.
const INSIDE: [&str; 12] = [
    "localhost",
    "local",
    "internal",
    "intranet",
    "lan",
    "home",
    "corp",
    "private",
    "test",
    "invalid",
    "arpa",
    "onion",
];

impl EndpointUrl {
    /// The longest, in characters.
    pub const MAX: u32 = 500;

    /// # Errors
    /// `Required`, `TooLong`, `BadCharacters`, `NotAnEndpoint`; `PrivateAddress` for what leads inside, where that is not
    /// within reach.
    pub fn parse(text: &str, reach: Reach) -> Result<Self, Problem> {
        let url = clean_line(text, Self::MAX)?;
        if url.is_empty() {
            return Err(Problem::Required);
        }
        let (scheme, rest) = url.split_once("://").ok_or(Problem::NotAnEndpoint)?;
        let is_known =
            scheme.eq_ignore_ascii_case("https") || reach == Reach::Private && scheme.eq_ignore_ascii_case("http");
        let is_odd = |c: char| !c.is_ascii_graphic() || matches!(c, '"' | '\'' | '<' | '>' | '\\' | '`' | '#');
        let authority = rest.split(['/', '?']).next().unwrap_or_default();
        let host = host_of(authority).ok_or(Problem::NotAnEndpoint)?;
        if !is_known || url.chars().any(is_odd) {
            return Err(Problem::NotAnEndpoint);
        }
        if reach == Reach::Public && !leads_out(host) {
            return Err(Problem::PrivateAddress);
        }
        Ok(Self(url))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whose address it is, as people tell endpoints apart: its host, and the port where it names one. Nothing behind it, where
/// there may be a secret.
pub fn endpoint_host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.split(['/', '?']).next().unwrap_or(rest)
}

/// The host of `host:port`, an IPv6 address without its brackets. None: there is none, or there is something else beside it,
/// such as a password.
fn host_of(authority: &str) -> Option<&str> {
    let (host, port) = match authority.strip_prefix('[') {
        Some(inner) => {
            let (host, port) = inner.split_once(']')?;
            host.parse::<Ipv6Addr>().ok()?;
            (host, port)
        }
        None => authority.split_at(authority.find(':').unwrap_or(authority.len())),
    };
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_');
    let is_host = !host.is_empty() && (authority.starts_with('[') || host.chars().all(is_name));
    let is_port = |port: &str| port.bytes().all(|b| b.is_ascii_digit()) && port.parse::<u16>().is_ok_and(|n| n > 0);
    (is_host && (port.is_empty() || port.strip_prefix(':').is_some_and(is_port))).then_some(host)
}

/// Whether it may be found outside, as far as its name says.
fn leads_out(host: &str) -> bool {
    if let Ok(address) = host.parse::<IpAddr>() {
        return is_public_address(address);
    }
    let name = host.trim_end_matches('.').to_ascii_lowercase();
    let Some((_, last)) = name.rsplit_once('.') else { return false };
    // Others read what ends in a number as an address: `127.1`, `0x7f.1`.
    let is_number = last.starts_with("0x") || last.bytes().all(|b| b.is_ascii_digit());
    !is_number && !INSIDE.contains(&last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_is_told_by_its_host_and_by_nothing_secret() {
        for (url, host) in [
            ("https://erp.example.org", "erp.example.org"),
            ("HTTPS://erp.example.org:8443/hooks?key=secret", "erp.example.org:8443"),
            ("https://[2606:4700:4700::1111]?key=secret", "[2606:4700:4700::1111]"),
            ("", ""),
        ] {
            assert_eq!(endpoint_host(url), host);
        }
    }

    #[test]
    fn an_endpoint_is_reached_by_https_from_everywhere() {
        for url in [
            "https://erp.example.org",
            "HTTPS://erp.example.org/hooks?shop=1&key=a@b",
            "https://erp.example.org:8443/",
            "https://1.1.1.1/hooks",
            "https://[2606:4700:4700::1111]:443/hooks",
            "https://my_erp.example.co.uk./x",
        ] {
            let parsed = EndpointUrl::parse(&format!(" {url} "), Reach::Public);
            assert_eq!(parsed.as_ref().map(EndpointUrl::as_str), Ok(url));
        }
    }

    #[test]
    fn what_is_no_address_of_a_program_is_refused() {
        for url in [
            "erp.example.org/hooks",
            "ftp://erp.example.org",
            "javascript://erp.example.org/%0aalert(1)",
            "https://",
            "https:///hooks",
            "https://user:secret@erp.example.org",
            "https://erp.example.org@127.0.0.1/",
            "https://erp.example.org:0/",
            "https://erp.example.org:+80/",
            "https://erp.example.org:99999/",
            "https://erp.example.org:80:80/",
            "https://[::1",
            "https://[::1]x/",
            "https://[1.2.3.4]/",
            "https://erp.example.org/a b",
            "https://erp.example.org/#here",
            "https://erp.example.org\\@127.0.0.1/",
            "https://bücher.example/",
            "https://erp.ex%61mple.org/",
            "http://erp.example.org",
        ] {
            assert_eq!(EndpointUrl::parse(url, Reach::Public), Err(Problem::NotAnEndpoint), "{url}");
        }
        assert_eq!(EndpointUrl::parse(" ", Reach::Public), Err(Problem::Required));
        let long = format!("https://erp.example.org/{}", "x".repeat(500));
        assert_eq!(EndpointUrl::parse(&long, Reach::Public), Err(Problem::TooLong { max: EndpointUrl::MAX }));
        assert_eq!(EndpointUrl::parse("https://a\0.example.org", Reach::Public), Err(Problem::BadCharacters));
    }

    #[test]
    fn what_leads_inside_is_refused_but_where_the_shop_says_so() {
        for url in [
            "https://localhost/",
            "https://LOCALHOST./",
            "https://shop.localhost:8443/",
            "https://printer.local/",
            "https://erp/hooks",
            "https://metadata.google.internal/",
            "https://127.0.0.1/",
            "https://127.1/",
            "https://2130706433/",
            "https://0x7f.1/",
            "https://0x7f000001/",
            "https://1.0x1/",
            "https://127.0.0.1./",
            "https://10.0.0.7:8080/",
            "https://169.254.169.254/latest/meta-data",
            "https://[::1]/",
            "https://[fd00::1]/",
            "https://[::ffff:10.0.0.1]/",
        ] {
            assert_eq!(EndpointUrl::parse(url, Reach::Public), Err(Problem::PrivateAddress), "{url}");
            assert!(EndpointUrl::parse(url, Reach::Private).is_ok(), "{url}");
        }
        assert!(EndpointUrl::parse("http://10.0.0.7:8080/hooks", Reach::Private).is_ok());
        assert_eq!(EndpointUrl::parse("ftp://10.0.0.7/", Reach::Private), Err(Problem::NotAnEndpoint));
    }
}
