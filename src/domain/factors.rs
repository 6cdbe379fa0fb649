//! Second factors: what is typed besides a password, and where passkeys can be.

use std::net::IpAddr;

use super::Problem;

/// The most characters of what somebody calls a passkey.
pub const MAX_PASSKEY_NAME: u32 = 60;

/// The name that passkeys of a shop at this address belong to. None: browsers know them by a name alone, and where nobody
/// listens; an address of numbers has none.
pub fn passkey_host(base_url: &str) -> Option<&str> {
    let (scheme, rest) = base_url.split_once("://")?;
    let host = rest.split(['/', ':']).next().filter(|host| !host.is_empty() && !host.starts_with('['))?;
    let is_private = scheme == "https" || host == "localhost";
    (is_private && host.parse::<IpAddr>().is_err()).then_some(host)
}

/// A code that is typed at the sign-in: of an authenticator app, or one for whoever has lost it.
#[derive(Clone, PartialEq, Eq)]
pub enum FactorCode {
    /// Six digits.
    Totp(String),
    /// 24 letters and digits, without what stands between them; those of a release before have 16.
    Recovery(String),
}

impl FactorCode {
    /// How many recovery codes somebody is given.
    pub const RECOVERY_CODES: usize = 10;
    /// Longer than any code with spaces and hyphens.
    pub const MAX: u32 = 40;

    /// Spaces, hyphens and case are nobody's business. What is read wrong from paper is read right: the alphabet of recovery
    /// codes has no 0, 1 and 8.
    ///
    /// # Errors
    /// `Required`, `NotACode`.
    pub fn parse(text: &str) -> Result<Self, Problem> {
        let typed = text.chars().filter(|c| !c.is_whitespace() && *c != '-');
        let plain: String = typed.take(Self::MAX as usize).map(|c| c.to_ascii_uppercase()).collect();
        match plain.len() {
            0 => Err(Problem::Required),
            6 if plain.bytes().all(|byte| byte.is_ascii_digit()) => Ok(Self::Totp(plain)),
            16 | 24 => {
                let meant = plain.replace('0', "O").replace('1', "I").replace('8', "B");
                match meant.bytes().all(|byte| matches!(byte, b'A'..=b'Z' | b'2'..=b'7')) {
                    true => Ok(Self::Recovery(meant)),
                    false => Err(Problem::NotACode),
                }
            }
            _ => Err(Problem::NotACode),
        }
    }
}

impl std::fmt::Debug for FactorCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FactorCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passkeys_want_a_name_and_nobody_who_listens() {
        for (base_url, host) in [
            ("https://shop.example", Some("shop.example")),
            ("https://shop.example:8443/", Some("shop.example")),
            ("http://localhost:3000", Some("localhost")),
            ("http://shop.example", None),
            ("http://127.0.0.1:3000", None),
            ("https://192.0.2.7", None),
            ("https://[2001:db8::1]:3000", None),
            ("https://", None),
            ("shop.example", None),
        ] {
            assert_eq!(passkey_host(base_url), host, "{base_url}");
        }
    }

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        for typed in ["123456", " 123 456 ", "123-456"] {
            assert_eq!(FactorCode::parse(typed), Ok(FactorCode::Totp("123456".into())), "{typed}");
        }
        for typed in ["ABCD-EFGH-IJKO-B234", "abcdefghijkob234", "abcd efgh 1jk0 8234"] {
            assert_eq!(FactorCode::parse(typed), Ok(FactorCode::Recovery("ABCDEFGHIJKOB234".into())), "{typed}");
        }
        let long = "abcd-efgh-ijkl-mnop-qrst-2345";
        assert_eq!(FactorCode::parse(long), Ok(FactorCode::Recovery("ABCDEFGHIJKLMNOPQRST2345".into())));
        for typed in
            ["12345", "1234567", "ABCDEF", "ABCD-EFGH-IJKO-B23", "ABCD-EFGH-IJKO-B239", "äBCD-EFGH-IJKO-B23", "x"]
        {
            assert_eq!(FactorCode::parse(typed), Err(Problem::NotACode), "{typed}");
        }
        assert_eq!(FactorCode::parse(" - "), Err(Problem::Required));
        assert_eq!(format!("{:?}", FactorCode::parse("123456").unwrap()), "FactorCode(…)");
    }
}
