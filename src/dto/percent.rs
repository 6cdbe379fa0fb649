//! Percent-encoding, for what is written into addresses (RFC 3986).

/// Byte by byte what is not unreserved.
pub(super) fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_means_something_in_an_address_is_encoded() {
        for (text, written) in [
            ("", ""),
            ("aZ09-._~", "aZ09-._~"),
            ("a b&c=d?e#f+g%h/i", "a%20b%26c%3Dd%3Fe%23f%2Bg%25h%2Fi"),
            ("ö\n", "%C3%B6%0A"),
        ] {
            assert_eq!(encoded(text), written, "{text:?}");
        }
    }
}
