//! Devices that somebody has signed in on before. Whoever guesses at an account from elsewhere uses up what strangers may
//! try, and not what its owner may.
//!
//! A device brings a name and an HMAC of it over the account and when its password was set: nothing of it is stored, it is
//! worth nothing for another account, and with a new password it is none any more. That a hash is made anew at another cost is
//! no new password.

use std::fmt;

use data_encoding::HEXLOWER;

use crate::domain::Email;

use super::super::{Account, Result, Shop, Store};

/// What a device brings to the sign-in.
#[derive(Clone, PartialEq, Eq)]
pub struct DeviceToken(String);

impl DeviceToken {
    /// As a browser brings it; none where it looks like no such token.
    pub fn brought(text: &str) -> Option<Self> {
        let is_of = |part: &str, length| part.len() == length && part.bytes().all(|byte| byte.is_ascii_hexdigit());
        let (name, mac) = text.split_once('.')?;
        (is_of(name, 32) && is_of(mac, 64)).then(|| Self(text.to_owned()))
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The device's name, and what proves it.
    fn parts(&self) -> (&str, &str) {
        self.0.split_once('.').unwrap_or_default()
    }
}

impl fmt::Debug for DeviceToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DeviceToken(…)")
    }
}

impl<S: Store> Shop<S> {
    /// What the device keeps on which somebody has just signed in.
    ///
    /// # Errors
    /// `Broken`.
    pub fn new_device(&self, account: &Account) -> Result<DeviceToken> {
        let name = self.next_id().simple().to_string();
        let mac = self.settings().secret_key.derived(&purpose(&name, account))?;
        Ok(DeviceToken(format!("{name}.{}", HEXLOWER.encode(&mac))))
    }

    /// The name of a device on which whoever has this address signed in before, with the password they have now.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn known_device(&self, token: &DeviceToken, email: &str) -> Result<Option<String>> {
        let Ok(email) = Email::parse(email) else { return Ok(None) };
        let Some(account) = self.store().account_by_email(&email).await? else { return Ok(None) };
        let (name, mac) = token.parts();
        let is_known = self.settings().secret_key.proves(&purpose(name, &account), mac)?;
        Ok(is_known.then(|| name.to_owned()))
    }
}

fn purpose(name: &str, account: &Account) -> String {
    // As text that stays the same, also of those who never gave another: theirs begins with the account.
    let since = account.password_set_at.map_or_else(|| "never".to_owned(), |at| at.unix_timestamp_nanos().to_string());
    format!("device {name} of {} since {since}", account.user.id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_looks_like_no_device_is_none() {
        let right = format!("{}.{}", "0a".repeat(16), "0b".repeat(32));
        assert_eq!(DeviceToken::brought(&right).unwrap().as_str(), right);
        for wrong in ["", ".", "a.b", &right.replace('.', ""), &format!("{right}0"), &right.replace('a', "g")] {
            assert_eq!(DeviceToken::brought(wrong), None, "{wrong:?}");
        }
    }
}
