//! Whom a request comes from, where proxies stand between. Limits rest on it, so only proxies that the owner named may say.

use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;
use std::sync::{Arc, Once};

use http::HeaderMap;
use ipnet::IpNet;

/// The networks whose word on whom they speak for is believed: nobody's by default.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TrustedProxies(Arc<[IpNet]>);

/// It is said once that somebody speaks for others who is not believed.
static SAID: Once = Once::new();

impl FromStr for TrustedProxies {
    type Err = ();

    /// Networks and addresses with commas: `10.0.0.0/8, 192.0.2.7`. `none`: nobody is believed.
    fn from_str(text: &str) -> Result<Self, ()> {
        if text.trim() == "none" {
            return Ok(Self(Arc::default()));
        }
        let network = |word: &str| word.parse().ok().or_else(|| Some(IpNet::from(word.parse::<IpAddr>().ok()?)));
        text.split(',').map(|word| network(word.trim())).collect::<Option<_>>().map(Self).ok_or(())
    }
}

impl TrustedProxies {
    /// The client: each proxy has put the address it was asked from behind what it was told, so the list is read from its end
    /// for as long as those who speak are trusted. A line that cannot be read says nothing, as a word does that is no address:
    /// nobody is believed who stands before it.
    pub(crate) fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let said = headers.get_all("x-forwarded-for").iter().rev().map(|value| value.to_str().unwrap_or(""));
        let mut said = said.flat_map(|list| list.rsplit(',')).map(address);
        let mut client = peer.to_canonical();
        if !self.trusts(client) && is_near(client) && headers.contains_key("x-forwarded-for") {
            SAID.call_once(|| {
                tracing::warn!(
                    proxy = %client,
                    "X-Forwarded-For is not believed, so limits count all who come by this proxy as one: name it in TRUSTED_PROXIES"
                );
            });
        }
        while self.trusts(client) {
            let Some(Some(before)) = said.next() else { break };
            client = before;
        }
        client
    }

    fn trusts(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

/// This machine, or a private network: a proxy, most likely.
const fn is_near(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => v4.is_loopback() || v4.is_private(),
        IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local(),
    }
}

/// Some put the port behind it.
fn address(word: &str) -> Option<IpAddr> {
    let word = word.trim();
    let with_port = || word.parse().ok().map(|socket: SocketAddr| socket.ip());
    word.parse().ok().or_else(with_port).map(|address: IpAddr| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(trusted: &str, peer: &str, said: &[&'static str]) -> String {
        let name = http::HeaderName::from_static("x-forwarded-for");
        let values = said.iter().map(|value| (name.clone(), http::HeaderValue::from_bytes(value.as_bytes()).unwrap()));
        let trusted: TrustedProxies = trusted.parse().unwrap();
        trusted.client(peer.parse().unwrap(), &values.collect()).to_string()
    }

    #[test]
    fn only_a_trusted_proxy_may_speak_for_others() {
        let said = ["1.1.1.1, 203.0.113.9"];
        assert_eq!(client("10.0.0.0/8", "10.0.0.2", &said), "203.0.113.9");
        assert_eq!(client("10.0.0.0/8", "::ffff:10.0.0.2", &said), "203.0.113.9");
        for peer in ["198.51.100.7", "127.0.0.1", "192.168.0.1", "2001:db8::1"] {
            assert_eq!(client("10.0.0.0/8", peer, &said), peer);
        }
        assert_eq!(client("none", "127.0.0.1", &said), "127.0.0.1");
        assert_eq!(client("10.0.0.0/8", "10.0.0.2", &[]), "10.0.0.2");
    }

    #[test]
    fn of_several_proxies_the_last_word_of_a_stranger_counts() {
        let trusted = "10.0.0.0/8, 192.0.2.7,2001:db8::/32";
        for said in [&["1.1.1.1, 203.0.113.9, 192.0.2.7"][..], &["1.1.1.1", "203.0.113.9", "192.0.2.7"]] {
            assert_eq!(client(trusted, "10.0.0.2", said), "203.0.113.9");
        }
        assert_eq!(client(trusted, "2001:db8::5", &["[2001:db8::9]:443, 203.0.113.9:1234"]), "203.0.113.9");
        assert_eq!(client(trusted, "10.0.0.2", &["10.0.0.9"]), "10.0.0.9", "asked from inside");
        assert_eq!(
            client(trusted, "10.0.0.2", &["1.1.1.1, unknown"]),
            "10.0.0.2",
            "who says nothing is not passed over"
        );
    }

    #[test]
    fn nobody_is_trusted_until_they_are_named() {
        let none = TrustedProxies::default();
        assert_eq!("none".parse::<TrustedProxies>(), Ok(none.clone()));
        for peer in ["127.0.0.1", "::1", "::ffff:127.0.0.1", "10.0.0.1", "192.0.2.7", "2001:db8::1"] {
            assert!(!none.trusts(peer.parse().unwrap()), "{peer}");
        }
        for wrong in ["10.0.0.0/33", "proxy", "10.0.0.1,,10.0.0.2", "10.0.0.1;10.0.0.2"] {
            assert_eq!(wrong.parse::<TrustedProxies>(), Err(()), "{wrong}");
        }
    }

    /// Trusted, who asks, what they say, and who it is then.
    const ROWS: &[(&str, &str, &[&str], &str)] = &[
        ("none", "127.0.0.1", &["203.0.113.9"], "127.0.0.1"),
        ("none", "::ffff:127.0.0.1", &["203.0.113.9"], "127.0.0.1"),
        ("127.0.0.0/8", "127.0.0.1", &["203.0.113.9"], "203.0.113.9"),
        ("127.0.0.0/8", "::ffff:127.0.0.1", &["203.0.113.9"], "203.0.113.9"),
        ("127.0.0.0/8", "::1", &["203.0.113.9"], "::1"),
        ("::1", "::1", &["::ffff:203.0.113.9"], "203.0.113.9"),
        ("10.0.0.0/8", "10.0.0.2", &["::ffff:10.0.0.3, ::ffff:203.0.113.9, ::ffff:10.0.0.4"], "203.0.113.9"),
        ("10.0.0.0/8", "10.0.0.2", &["10.0.0.3, 203.0.113.9"], "203.0.113.9"),
        ("10.0.0.0/8", "10.0.0.2", &["203.0.113.9, 10.0.0.3"], "203.0.113.9"),
        ("10.0.0.0/8", "10.0.0.2", &["198.51.100.1, 203.0.113.9, 10.0.0.3"], "203.0.113.9"),
        ("10.0.0.0/8", "10.0.0.2", &["198.51.100.1", "203.0.113.9", "10.0.0.3"], "203.0.113.9"),
        ("10.0.0.0/8", "10.0.0.2", &[""], "10.0.0.2"),
        ("10.0.0.0/8", "10.0.0.2", &["203.0.113.9,"], "10.0.0.2"),
        ("10.0.0.0/8", "10.0.0.2", &["203.0.113.9, nonsense, 10.0.0.3"], "10.0.0.3"),
        ("10.0.0.0/8", "10.0.0.2", &["203.0.113.9", "unknöwn"], "10.0.0.2"),
        ("10.0.0.0/8", "10.0.0.2", &["203.0.113.9", "unknöwn", "10.0.0.3"], "10.0.0.3"),
        ("10.0.0.0/8", "10.0.0.2", &["[2001:db8::9]:443"], "2001:db8::9"),
        ("10.0.0.0/8, 2001:db8::/32", "2001:db8::2", &["2001:db9::9, 10.0.0.3"], "2001:db9::9"),
        ("0.0.0.0/0", "203.0.113.9", &["198.51.100.1, 198.51.100.2"], "198.51.100.1"),
    ];

    #[test]
    fn the_right_most_stranger_is_whom_a_request_comes_from() {
        for (trusted, peer, said, expected) in ROWS {
            assert_eq!(client(trusted, peer, said), *expected, "{trusted}: {peer} says {said:?}");
        }
    }
}
