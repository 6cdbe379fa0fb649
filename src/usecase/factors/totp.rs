//! Codes of an authenticator app, as RFC 6238 says: an HMAC over the number of half minutes since 1970, six digits of it. SHA-1
//! is what all such apps know; nothing rests on its collisions here.
//!
//! The secret is an HMAC with the shop's key over the app's id, so that nothing that makes codes is kept.

use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use subtle::ConstantTimeEq as _;
use time::OffsetDateTime;
use uuid::Uuid;

use super::super::{Error, Result, SecretKey};

/// For how long a code is shown, in seconds.
const STEP: i64 = 30;
/// 160 bits, as RFC 4226 recommends.
const SECRET_BYTES: usize = 20;

pub(super) struct TotpSecret(Vec<u8>);

impl TotpSecret {
    pub(super) fn of(key: &SecretKey, id: Uuid) -> Result<Self> {
        let mut secret = key.derived(&format!("codes of the app {id}"))?;
        secret.truncate(SECRET_BYTES);
        Ok(Self(secret))
    }

    /// As it is typed into an app that cannot read it from the screen.
    pub(super) fn text(&self) -> String {
        BASE32_NOPAD.encode(&self.0)
    }

    /// What an app reads from the screen. Authenticators know `otpauth` by Google's description of it.
    pub(super) fn uri(&self, shop: &str, account: &str) -> String {
        let (shop, account) = (percent_encoded(shop), percent_encoded(account));
        format!("otpauth://totp/{shop}:{account}?secret={}&issuer={shop}", self.text())
    }

    /// The half minute that a code is of: this one, and none that is not after the last that was accepted. So none lives for longer
    /// than it is shown (ASVS 6.5.5); whoever types it a moment late types the next.
    pub(super) fn accepts(&self, typed: &str, now: OffsetDateTime, last: i64) -> Result<Option<i64>> {
        let this = now.unix_timestamp().div_euclid(STEP);
        let is_right = bool::from(self.code(this)?.as_bytes().ct_eq(typed.as_bytes()));
        Ok((is_right && this > last).then_some(this))
    }

    fn code(&self, step: i64) -> Result<String> {
        let mut mac = Hmac::<Sha1>::new_from_slice(&self.0).map_err(|cause| Error::Broken(cause.into()))?;
        mac.update(&step.to_be_bytes());
        let hash = mac.finalize().into_bytes().to_vec();
        let at = hash.last().map_or(0, |last| usize::from(last & 0x0f));
        let number = hash.iter().skip(at).take(4).fold(0_u32, |number, byte| (number << 8) | u32::from(*byte));
        Ok(format!("{:06}", (number & 0x7fff_ffff) % 1_000_000))
    }
}

/// All but letters, digits and what means nothing in an address.
fn percent_encoded(text: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~');
    let each = text.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") });
    each.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp(seconds).unwrap()
    }

    /// The examples of RFC 6238, appendix B, of which an app shows the last six digits.
    #[test]
    fn codes_are_those_that_others_compute() {
        let secret = TotpSecret(b"12345678901234567890".to_vec());
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(secret.code(seconds / STEP).unwrap(), code, "{seconds}");
            assert_eq!(secret.accepts(code, at(seconds), 0).unwrap(), Some(seconds / STEP), "{seconds}");
        }
        assert_eq!(secret.text(), "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ");
    }

    #[test]
    fn a_code_works_for_its_half_minute_and_not_again() {
        let secret = TotpSecret(b"12345678901234567890".to_vec());
        let (code, step) = ("050471", 1_111_111_111 / STEP);
        let start = step * STEP;
        for (seconds, works) in [(-30, false), (-1, false), (0, true), (29, true), (30, false), (59, false)] {
            let accepted = secret.accepts(code, at(start + seconds), 0).unwrap();
            assert_eq!(accepted, works.then_some(step), "{seconds}");
        }
        assert_eq!(secret.accepts(code, at(start), step).unwrap(), None, "it was used");
        assert_eq!(secret.accepts(code, at(start), step - 1).unwrap(), Some(step));
        for wrong in ["050472", "", "0504710"] {
            assert_eq!(secret.accepts(wrong, at(start), 0).unwrap(), None, "{wrong}");
        }
    }

    #[test]
    fn each_app_has_a_secret_of_its_own_and_the_same_each_time() {
        let (key, other) = (SecretKey::new("a secret key of the tests, 32 long"), SecretKey::new("another"));
        let of = |key: &SecretKey, id| TotpSecret::of(key, Uuid::from_u128(id)).unwrap().text();
        assert_eq!(of(&key, 1), of(&key, 1));
        assert_eq!(of(&key, 1).len(), 32);
        assert!(of(&key, 1) != of(&key, 2) && of(&key, 1) != of(&other, 1));
        let uri = TotpSecret(b"12345678901234567890".to_vec()).uri("Kiln & Loom", "ada+shop@example.org");
        let expected = "otpauth://totp/Kiln%20%26%20Loom:ada%2Bshop%40example.org\
            ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Kiln%20%26%20Loom";
        assert_eq!(uri, expected);
    }
}
