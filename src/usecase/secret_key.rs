//! The key by which the shop knows again what it handed out: links of mail, orders' tokens, devices, secrets of webhooks. Nothing
//! of them is stored. Whoever changes the key ends all of them, unless the one before is told, too: it opens and makes nothing.

use std::fmt;

use data_encoding::HEXLOWER;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;

use super::{Error, Result};

/// It is never shown.
#[derive(Clone)]
pub struct SecretKey {
    now: Vec<u8>,
    before: Option<Vec<u8>>,
}

impl SecretKey {
    /// The fewest characters that are taken for a secret.
    pub const MIN: usize = 32;

    pub fn new(secret: impl Into<Vec<u8>>) -> Self {
        Self { now: secret.into(), before: None }
    }

    /// The same, in the place of another: what that one has handed out is known again.
    #[must_use]
    pub fn after(self, before: impl Into<Vec<u8>>) -> Self {
        Self { before: Some(before.into()), ..self }
    }

    /// By which something may have been made: this one first.
    pub(super) fn each(&self) -> Vec<Self> {
        let all = std::iter::once(&self.now).chain(&self.before);
        all.map(|key| Self { now: key.clone(), before: None }).collect()
    }

    /// A key for another purpose, of which this one cannot be told.
    ///
    /// # Errors
    /// `Broken`, which cannot come: HMAC takes keys of any length.
    pub fn derived(&self, purpose: &str) -> Result<Vec<u8>> {
        Ok(self.purpose_mac(purpose)?.finalize().into_bytes().to_vec())
    }

    /// Whether this text is the key for that purpose, in a time that tells nothing of the right one.
    ///
    /// # Errors
    /// `Broken`, which cannot come: HMAC takes keys of any length.
    pub fn proves(&self, purpose: &str, text: &str) -> Result<bool> {
        self.has_made(text, |key| key.purpose_mac(purpose))
    }

    /// Whether one of the keys has made this text, in a time that tells nothing of the right one.
    pub(super) fn has_made(&self, text: &str, mac: impl Fn(&Self) -> Result<Hmac<Sha256>>) -> Result<bool> {
        let Ok(digest) = HEXLOWER.decode(text.as_bytes()) else { return Ok(false) };
        for key in self.each() {
            if mac(&key)?.verify_slice(&digest).is_ok() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn purpose_mac(&self, purpose: &str) -> Result<Hmac<Sha256>> {
        let mut mac = self.mac()?;
        mac.update(b"key for ");
        mac.update(purpose.as_bytes());
        Ok(mac)
    }

    /// Over nothing yet.
    pub(super) fn mac(&self) -> Result<Hmac<Sha256>> {
        Hmac::<Sha256>::new_from_slice(&self.now).map_err(|cause| Error::Broken(cause.into()))
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_knows_what_the_one_before_has_made_and_makes_nothing_by_it() {
        let (old, new) = (SecretKey::new("one key"), SecretKey::new("another key"));
        let both = new.clone().after("one key");
        let made = |key: &SecretKey| HEXLOWER.encode(&key.derived("a door").unwrap());
        assert_eq!(made(&both), made(&new));
        for (key, knows_old) in [(&old, true), (&new, false), (&both, true)] {
            assert_eq!(key.proves("a door", &made(&old)).unwrap(), knows_old);
            assert!(!key.proves("another door", &made(&old)).unwrap());
        }
        assert!(both.proves("a door", &made(&new)).unwrap() && !old.proves("a door", &made(&new)).unwrap());
        assert_eq!(format!("{both:?}"), "SecretKey(…)");
    }
}
