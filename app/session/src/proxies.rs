//! Whom a request comes from, where proxies stand between. Limits rest on it, so only proxies that the owner named may say.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::str::FromStr;

use http::HeaderMap;
use ipnet::{IpNet, Ipv4Net};

/// The networks whose word on whom they speak for is believed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedProxies(Vec<IpNet>);

impl Default for TrustedProxies {
    /// This machine.
    fn default() -> Self {
        let loopback = Ipv4Net::new_assert(Ipv4Addr::new(127, 0, 0, 0), 8);
        Self(vec![loopback.into(), IpAddr::V6(Ipv6Addr::LOCALHOST).into()])
    }
}

impl FromStr for TrustedProxies {
    type Err = ();

    /// Networks and addresses with commas: `10.0.0.0/8, 192.0.2.7`. `none`: nobody is believed.
    fn from_str(text: &str) -> Result<Self, ()> {
        if text.trim() == "none" {
            return Ok(Self(Vec::new()));
        }
        let network = |word: &str| word.parse().ok().or_else(|| Some(IpNet::from(word.parse::<IpAddr>().ok()?)));
        text.split(',').map(|word| network(word.trim())).collect::<Option<_>>().map(Self).ok_or(())
    }
}

impl TrustedProxies {
    /// The client: each proxy has put the address it was asked from behind what it was told, so the list is read from its end
    /// for as long as those who speak are trusted.
    pub(crate) fn client(&self, peer: IpAddr, headers: &HeaderMap) -> IpAddr {
        let said = headers.get_all("x-forwarded-for").iter().rev().filter_map(|value| value.to_str().ok());
        let mut said = said.flat_map(|list| list.rsplit(',')).map(address);
        let mut client = peer.to_canonical();
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
        let values = said.iter().map(|value| (name.clone(), http::HeaderValue::from_static(value)));
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
    fn this_machine_is_trusted_until_others_are_named() {
        let default = TrustedProxies::default();
        for (peer, is_trusted) in
            [("127.0.0.1", true), ("127.9.9.9", true), ("::1", true), ("10.0.0.1", false), ("::2", false)]
        {
            assert_eq!(default.trusts(peer.parse().unwrap()), is_trusted, "{peer}");
        }
        for wrong in ["10.0.0.0/33", "proxy", "10.0.0.1,,10.0.0.2", "10.0.0.1;10.0.0.2"] {
            assert_eq!(wrong.parse::<TrustedProxies>(), Err(()), "{wrong}");
        }
    }
}
