//! How webhooks are signed: `t=SECONDS,v1=HEX`, an HMAC-SHA256 over `SECONDS.BODY`, as Stripe does it. There may be several
//! `v1`, while a secret is being changed.

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use time::OffsetDateTime;

use crate::usecase::BadWebhook;

/// How old a webhook may be, or how far ahead of our clock.
const TOLERANCE: u64 = 5 * 60;
/// While a secret is being changed there are two.
const MOST_SIGNATURES: usize = 5;

/// The header for a body that is sent now.
pub fn sign(secret: &[u8], at: OffsetDateTime, body: &str) -> String {
    let seconds = at.unix_timestamp();
    let mac = mac(secret, seconds, body).map(|mac| HEXLOWER.encode(&mac.finalize().into_bytes()));
    format!("t={seconds},v1={}", mac.unwrap_or_default())
}

/// # Errors
/// `Unsigned`, `Forged`, `Stale`.
pub fn check(secret: &[u8], header: Option<&str>, body: &str, now: OffsetDateTime) -> Result<(), BadWebhook> {
    let parts = || header.unwrap_or_default().split(',').filter_map(|part| part.trim().split_once('='));
    let said = parts().find(|(name, _)| *name == "t").and_then(|(_, seconds)| seconds.parse::<i64>().ok());
    let seconds = said.ok_or(BadWebhook::Unsigned)?;
    let mut signatures = parts().filter(|(name, _)| *name == "v1").take(MOST_SIGNATURES).peekable();
    if signatures.peek().is_none() {
        return Err(BadWebhook::Unsigned);
    }
    // Once, however many say that they are it: whoever asks may be anybody.
    let mac = mac(secret, seconds, body).ok_or(BadWebhook::Forged)?;
    let is_ours = |hex: &str| {
        let digest = HEXLOWER.decode(hex.as_bytes()).ok();
        // Compared in a time that tells nothing of the right one.
        digest.is_some_and(|digest| mac.clone().verify_slice(&digest).is_ok())
    };
    if !signatures.any(|(_, hex)| is_ours(hex)) {
        return Err(BadWebhook::Forged);
    }
    let age = seconds.abs_diff(now.unix_timestamp());
    if age > TOLERANCE { Err(BadWebhook::Stale) } else { Ok(()) }
}

/// None cannot come: HMAC takes keys of any length.
fn mac(secret: &[u8], seconds: i64, body: &str) -> Option<Hmac<Sha256>> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).ok()?;
    mac.update(seconds.to_string().as_bytes());
    mac.update(b".");
    mac.update(body.as_bytes());
    Some(mac)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECRET: &[u8] = b"whsec_test_secret";

    fn at(seconds: i64) -> OffsetDateTime {
        OffsetDateTime::from_unix_timestamp(seconds).unwrap()
    }

    /// Computed by another program: `printf '12345.{"id":"evt_1"}' | openssl dgst -sha256 -hmac whsec_test_secret`.
    #[test]
    fn the_signature_is_the_one_that_others_compute() {
        let known = "b99ec5f59dd69a44f5bcfd252ab7bc3d1bd191bd61c9b9ea85139b856a73bc6f";
        assert_eq!(sign(SECRET, at(12345), r#"{"id":"evt_1"}"#), format!("t=12345,v1={known}"));
        let header = format!("t=12345,v0=abc,v1={},v1={known}", "0".repeat(64));
        assert_eq!(check(SECRET, Some(&header), r#"{"id":"evt_1"}"#, at(12345)), Ok(()), "one of several will do");
    }

    #[test]
    fn what_is_not_signed_by_the_secret_now_is_not_taken() {
        let body = r#"{"id":"evt_1"}"#;
        let header = sign(SECRET, at(1_000), body);
        let checked = |header: &str, body, now| check(SECRET, Some(header), body, at(now));
        for (now, expected) in [
            (1_000, Ok(())),
            (1_300, Ok(())),
            (700, Ok(())),
            (1_301, Err(BadWebhook::Stale)),
            (699, Err(BadWebhook::Stale)),
        ] {
            assert_eq!(checked(&header, body, now), expected, "{now}");
        }
        assert_eq!(checked(&header, r#"{"id":"evt_2"}"#, 1_000), Err(BadWebhook::Forged), "another body");
        assert_eq!(checked(&header.replace("t=1000", "t=1001"), body, 1_000), Err(BadWebhook::Forged), "another time");
        let others = sign(b"whsec_of_somebody_else", at(1_000), body);
        assert_eq!(checked(&others, body, 1_000), Err(BadWebhook::Forged));
        for nothing in ["", "t=1000", "v1=00", "t=soon,v1=00", "v0=00,t=1000", "🦊", "t=,v1="] {
            assert_eq!(checked(nothing, body, 1_000), Err(BadWebhook::Unsigned), "{nothing:?}");
        }
        for odd in ["t=1000,v1=", "t=1000,v1=zz", "t=1000,v1=00", "t=1000,v1=ZZ🦊"] {
            assert_eq!(checked(odd, body, 1_000), Err(BadWebhook::Forged), "{odd:?}");
        }
        assert_eq!(check(SECRET, None, body, at(1_000)), Err(BadWebhook::Unsigned));
    }
}
