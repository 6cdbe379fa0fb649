//! What the link of a mail carries that works once: an id, and an HMAC that proves it over what it is for, the id, and how often
//! it was mailed. So nothing secret is kept, and each ends the one before. That it works once is the business of whoever locks
//! and deletes what the id names.

use std::fmt;

use data_encoding::HEXLOWER;
use uuid::Uuid;

use super::{Result, SecretKey};

#[derive(Clone, PartialEq, Eq)]
pub struct LinkToken(String);

impl LinkToken {
    pub fn brought(text: &str) -> Self {
        Self(text.to_owned())
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(super) fn made(key: &SecretKey, purpose: &str, id: Uuid, generation: i32) -> Result<Self> {
        let proof = key.derived(&what_it_proves(purpose, id, generation))?;
        Ok(Self(format!("{id}.{}", HEXLOWER.encode(&proof))))
    }

    /// None: it is no token.
    pub(super) fn id(&self) -> Option<Uuid> {
        Uuid::try_parse(self.0.split_once('.')?.0).ok()
    }

    /// Whether it is the last that was made for this, in a time that tells nothing of the right one.
    pub(super) fn proves(&self, key: &SecretKey, purpose: &str, id: Uuid, generation: i32) -> Result<bool> {
        let proof = self.0.split_once('.').map_or("", |(_, proof)| proof);
        key.proves(&what_it_proves(purpose, id, generation), proof)
    }
}

fn what_it_proves(purpose: &str, id: Uuid, generation: i32) -> String {
    format!("{purpose} {id} {generation}")
}

impl fmt::Debug for LinkToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkToken(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_proves_what_it_was_made_for_and_nothing_else() {
        let (key, other) = (SecretKey::new("one key of the tests, 32 letters"), SecretKey::new("another key"));
        let (id, elsewhere) = (Uuid::from_u128(7), Uuid::from_u128(8));
        let token = LinkToken::made(&key, "reset_password", id, 2).unwrap();
        assert_eq!(token.id(), Some(id));
        let proves = |key, purpose, id, generation| token.proves(key, purpose, id, generation).unwrap();
        assert!(proves(&key, "reset_password", id, 2));
        assert!(!proves(&key, "change_email", id, 2) && !proves(&key, "reset_password", id, 3));
        assert!(!proves(&key, "reset_password", elsewhere, 2) && !proves(&other, "reset_password", id, 2));
        assert_eq!(format!("{token:?}"), "LinkToken(…)");
        for garbled in ["", ".", "x.y", token.as_str().trim_end_matches(|c: char| c.is_ascii_hexdigit())] {
            let garbled = LinkToken::brought(garbled);
            assert!(!garbled.proves(&key, "reset_password", id, 2).unwrap(), "{garbled:?}");
        }
    }
}
