//! What an authenticator app shows: computed anew, so that the shop's own is not asked whether it is right.

use data_encoding::BASE32_NOPAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;
use time::{Duration, OffsetDateTime};

/// The code of this key at this time.
pub fn code_at(secret: &str, at: OffsetDateTime) -> String {
    let key = BASE32_NOPAD.decode(secret.replace(' ', "").as_bytes()).unwrap();
    let mut mac = Hmac::<Sha1>::new_from_slice(&key).unwrap();
    mac.update(&(at.unix_timestamp() / 30).to_be_bytes());
    let hash = mac.finalize().into_bytes().to_vec();
    let start = usize::from(hash[19] & 15);
    let number = u32::from_be_bytes(hash[start..start + 4].try_into().unwrap()) & 0x7fff_ffff;
    format!("{:06}", number % 1_000_000)
}

/// How long to wait for a code that is shown for ten seconds yet: each works while it is shown, and no longer.
pub fn until_fresh(now: OffsetDateTime) -> Duration {
    match now.unix_timestamp().rem_euclid(30) {
        0..20 => Duration::ZERO,
        gone => Duration::seconds(30 - gone),
    }
}
