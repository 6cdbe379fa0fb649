//! What webhooks are signed with, as Standard Webhooks says: an HMAC-SHA256 over `id.timestamp.body`.
//!
//! Each endpoint has a secret of its own, made of the shop's key, its id and a number, so that nothing secret is stored. Of two
//! secrets, while one is changed, both sign.

use data_encoding::BASE64;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use time::{Duration, OffsetDateTime};

use crate::domain::EndpointId;

use super::super::{Error, Result, SecretKey};
use super::ports::SecretVersion;

/// How long the secret before still signs.
pub(super) const OVERLAP: Duration = Duration::hours(24);

/// `whsec_…`, as the receiver is told it.
pub(super) fn told(key: &SecretKey, endpoint: EndpointId, number: i32) -> Result<String> {
    Ok(format!("whsec_{}", BASE64.encode(&secret(key, endpoint, number)?)))
}

/// The header: one signature, or two while the secret before still holds.
pub(super) fn signatures(
    key: &SecretKey,
    endpoint: EndpointId,
    version: SecretVersion,
    now: OffsetDateTime,
    content: &str,
) -> Result<String> {
    let before = version.since.is_some_and(|since| now < since.saturating_add(OVERLAP));
    let numbers = [Some(version.number), before.then(|| version.number.saturating_sub(1))];
    let signed = numbers.into_iter().flatten().map(|number| signature(&secret(key, endpoint, number)?, content));
    Ok(signed.collect::<Result<Vec<_>>>()?.join(" "))
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
        let mut all: Vec<_> = ids.iter().flat_map(|id| [1, 2].map(|n| told(&key, *id, n).unwrap())).collect();
        assert!(all.iter().all(|secret| secret.starts_with("whsec_") && secret.len() == 6 + 44), "{all:?}");
        all.sort();
        all.dedup();
        assert_eq!(all.len(), 4);
        assert_eq!(told(&key, ids[0], 1).unwrap(), told(&key, ids[0], 1).unwrap());
    }

    #[test]
    fn the_secret_before_signs_for_a_day() {
        let (key, id) = (SecretKey::new("a secret key of the tests, 32 long"), EndpointId(uuid::Uuid::max()));
        let now = OffsetDateTime::UNIX_EPOCH + Duration::days(9);
        let signed = |number, since| signatures(&key, id, SecretVersion { number, since }, now, "x").unwrap();
        let (first, second) = (signed(1, None), signed(2, Some(now - Duration::hours(24))));
        assert!(!first.contains(' ') && !second.contains(' ') && first != second);
        assert_eq!(signed(2, Some(now - Duration::hours(23))), format!("{second} {first}"));
    }
}
