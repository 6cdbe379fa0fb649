//! What webhooks are signed with, as Standard Webhooks says: an HMAC-SHA256 over `id.timestamp.body`.
//!
//! Each endpoint has a secret of its own, made of the shop's key, its id and a number, so that nothing secret is stored. While
//! one is changed, those before it sign, too: each for a day after it was replaced.

use data_encoding::BASE64;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use time::{Duration, OffsetDateTime};

use crate::domain::{EndpointId, Refusal};

use super::super::{Error, Result, SecretKey};
use super::ports::SecretVersion;

/// How long a secret that was replaced still signs.
const OVERLAP: Duration = Duration::hours(24);
/// No more are replaced in that time, so that the header has an end.
const MOST_REPLACED: usize = 8;

/// The one after it, from `now` on. Those that sign no more are forgotten.
///
/// # Errors
/// `TooManyTries` where as many still sign as may.
pub(super) fn rotated(before: &SecretVersion, now: OffsetDateTime) -> std::result::Result<SecretVersion, Refusal> {
    let mut replaced: Vec<_> = before.replaced.iter().copied().filter(|at| signs(*at, now)).collect();
    if let Some(first) = replaced.first().filter(|_| replaced.len() >= MOST_REPLACED) {
        let wait = first.saturating_add(OVERLAP) - now;
        let seconds = u32::try_from(wait.whole_seconds()).unwrap_or_default().saturating_add(1);
        return Err(Refusal::TooManyTries { seconds });
    }
    replaced.push(now);
    Ok(SecretVersion { number: before.number.saturating_add(1), replaced })
}

/// Whether a secret still signs that was replaced at this time.
fn signs(replaced_at: OffsetDateTime, now: OffsetDateTime) -> bool {
    now < replaced_at.saturating_add(OVERLAP)
}

/// `whsec_…`, as the receiver is told it.
pub(super) fn signing_secret(key: &SecretKey, endpoint: EndpointId, number: i32) -> Result<String> {
    Ok(format!("whsec_{}", BASE64.encode(&secret(key, endpoint, number)?)))
}

/// The header: one signature, and one by each secret before it that still holds, the latest first.
pub(super) fn signatures(
    key: &SecretKey,
    endpoint: EndpointId,
    version: &SecretVersion,
    now: OffsetDateTime,
    content: &str,
) -> Result<String> {
    let replaced = (1..).zip(version.replaced.iter().rev()).filter(|(_, at)| signs(**at, now));
    let before = replaced.map(|(ago, _)| version.number.saturating_sub(ago));
    let numbers: Vec<_> = std::iter::once(version.number).chain(before).collect();
    let mut signed = Vec::new();
    // Who was told a secret that the key before has made knows no other yet.
    for key in key.each() {
        for number in &numbers {
            signed.push(signature(&secret(&key, endpoint, *number)?, content)?);
        }
    }
    Ok(signed.join(" "))
}

fn secret(key: &SecretKey, endpoint: EndpointId, number: i32) -> Result<Vec<u8>> {
    key.derived(&format!("outgoing webhooks {endpoint} {number}"))
}

/// `v1,…`
fn signature(secret: &[u8], content: &str) -> Result<String> {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).map_err(|cause| Error::Broken(cause.into()))?;
    mac.update(content.as_bytes());
    Ok(format!("v1,{}", BASE64.encode(&mac.finalize().into_bytes())))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification.
    #[test]
    fn the_signature_is_the_one_that_others_compute() {
        let secret = BASE64.decode(b"MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
        let content = r#"msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{"test": 2432232314}"#;
        assert_eq!(signature(&secret, content).unwrap(), "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn each_endpoint_and_each_number_has_a_secret_of_its_own() {
        let key = SecretKey::new("a secret key of the tests, 32 long");
        let ids = [1, 2].map(|n| EndpointId(uuid::Uuid::from_u128(n)));
        let mut all: Vec<_> = ids.iter().flat_map(|id| [1, 2].map(|n| signing_secret(&key, *id, n).unwrap())).collect();
        assert!(all.iter().all(|secret| secret.starts_with("whsec_") && secret.len() == 6 + 44), "{all:?}");
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 4);
        assert_eq!(signing_secret(&key, ids[0], 1).unwrap(), signing_secret(&key, ids[0], 1).unwrap());
    }

    #[test]
    fn a_secret_signs_for_a_day_after_it_was_replaced() {
        let (key, id) = (SecretKey::new("a secret key of the tests, 32 long"), EndpointId(uuid::Uuid::max()));
        let start = OffsetDateTime::UNIX_EPOCH + Duration::days(9);
        let at = |hours| start + Duration::hours(hours);
        let header = |version: &SecretVersion, hours| signatures(&key, id, version, at(hours), "x").unwrap();
        let alone = |number| header(&SecretVersion { number, replaced: Vec::new() }, 0);
        let (one, two, three) = (alone(1), alone(2), alone(3));
        assert!(!one.contains(' ') && one != two && two != three);
        let first = SecretVersion { number: 1, replaced: Vec::new() };
        let second = rotated(&first, at(0)).unwrap();
        assert_eq!(header(&second, 23), format!("{two} {one}"));
        assert_eq!(header(&second, 24), two);
        let third = rotated(&second, at(20)).unwrap();
        assert_eq!(header(&third, 23), format!("{three} {two} {one}"));
        assert_eq!(header(&third, 24), format!("{three} {two}"));
        assert_eq!(header(&third, 44), three);
        assert_eq!(rotated(&third, at(44)).unwrap(), SecretVersion { number: 4, replaced: vec![at(44)] });
        // With another key of the shop, as long as the one before is told.
        let changed = SecretKey::new("another").after("a secret key of the tests, 32 long");
        let both = signatures(&changed, id, &first, at(0), "x").unwrap();
        assert!(both.ends_with(&format!(" {one}")) && both.split(' ').count() == 2, "{both}");
    }

    #[test]
    fn no_more_than_eight_are_replaced_in_a_day() {
        let now = OffsetDateTime::UNIX_EPOCH;
        let mut version = SecretVersion { number: 1, replaced: Vec::new() };
        for _ in 0..8 {
            version = rotated(&version, now).unwrap();
        }
        let later = now + Duration::hours(23);
        assert_eq!(rotated(&version, later), Err(Refusal::TooManyTries { seconds: 3_601 }));
        assert_eq!(rotated(&version, now + OVERLAP).map(|next| (next.number, next.replaced.len())), Ok((10, 1)));
    }
}
