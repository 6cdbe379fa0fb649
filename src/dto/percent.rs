//! Percent-encoding, for what is written into addresses (RFC 3986).

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// All but what is unreserved.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

pub(super) fn encoded(text: &str) -> String {
    utf8_percent_encode(text, RESERVED).to_string()
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
