//! Recovery codes: 120 bits each, shown once and kept as a keyed hash over the account and the code.

use std::fmt;

use data_encoding::BASE32_NOPAD;

use crate::domain::{FactorCode, UserId};

use super::super::{Passwords, Result, SecretKey};

/// Those of a release before had ten, and work on.
const BYTES: usize = 15;

/// The codes that somebody is given, to be shown once.
#[derive(Clone, PartialEq, Eq)]
pub struct RecoveryCodes(Vec<String>);

impl RecoveryCodes {
    pub(super) fn make(passwords: &dyn Passwords) -> Result<Self> {
        let one = |_: usize| -> Result<String> { Ok(BASE32_NOPAD.encode(&passwords.new_secret()?[..BYTES])) };
        Ok(Self((0..FactorCode::RECOVERY_CODES).map(one).collect::<Result<_>>()?))
    }

    /// In groups of four, as they are told.
    pub fn in_groups(&self) -> Vec<String> {
        let grouped = |code: &String| {
            let letters: Vec<_> = code.chars().collect();
            letters.chunks(4).map(String::from_iter).collect::<Vec<_>>().join("-")
        };
        self.0.iter().map(grouped).collect()
    }

    pub(super) fn hashes(&self, key: &SecretKey, user: UserId) -> Result<Vec<Vec<u8>>> {
        self.0.iter().map(|code| hash(key, user, code)).collect()
    }
}

impl fmt::Debug for RecoveryCodes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecoveryCodes(…)")
    }
}

/// What one is found by.
pub(super) fn hash(key: &SecretKey, user: UserId, code: &str) -> Result<Vec<u8>> {
    key.derived(&format!("recovery code {user} {code}"))
}
