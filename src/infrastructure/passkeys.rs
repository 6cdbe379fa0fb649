//! Passkeys, by webauthn-rs. Each is kept on the device and found there without a name (a discoverable credential), and the device
//! asks for a finger, a face or a PIN: it proves its owner alone, and needs no password beside it.

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use webauthn_rs::prelude::{
    DiscoverableAuthentication, DiscoverableKey, Passkey, PasskeyRegistration, PublicKeyCredential,
    RegisterPublicKeyCredential, Url, Webauthn, WebauthnBuilder, WebauthnError,
};

use crate::domain::{Refusal, UserId};
use crate::usecase::{AskedPasskey, Error, MadePasskey, PasskeyCheck, PasskeyProtocol, Result};

/// A browser's answer has a few kilobytes.
const MAX_ANSWER: usize = 16_384;

pub struct WebPasskeys(Webauthn);

impl WebPasskeys {
    /// For the shop with this name of a host, at this address.
    ///
    /// # Errors
    /// For an address that is none, or does not have that name.
    pub fn new(host: &str, base_url: &str, shop: &str) -> anyhow::Result<Self> {
        let origin = Url::parse(base_url)?;
        Ok(Self(WebauthnBuilder::new(host, &origin)?.rp_name(shop).build()?))
    }
}

impl PasskeyProtocol for WebPasskeys {
    fn ask_new(&self, user: UserId, email: &str, name: &str, known: &[Vec<u8>]) -> Result<AskedPasskey> {
        let known = known.iter().map(|id| id.clone().into()).collect();
        let asked = self.0.start_passkey_registration(user.0, email, name, Some(known));
        let (options, kept) = asked.map_err(broken)?;
        let mut options = serde_json::to_value(&options).map_err(broken)?;
        // It is to be found without a name; the library leaves that to the device.
        if let Some(wanted) = options.pointer_mut("/publicKey/authenticatorSelection") {
            wanted["residentKey"] = Value::from("required");
            wanted["requireResidentKey"] = Value::from(true);
        }
        Ok(AskedPasskey { options: inner(options).to_string(), kept: text(&kept)? })
    }

    fn check_new(&self, kept: &str, answer: &str) -> Result<MadePasskey> {
        let kept: PasskeyRegistration = read(kept).ok_or(Refusal::WrongPasskey)?;
        let answer: RegisterPublicKeyCredential = read(answer).ok_or(Refusal::WrongPasskey)?;
        let made = self.0.finish_passkey_registration(&answer, &kept).map_err(wrong)?;
        Ok(MadePasskey { credential: made.cred_id().to_vec(), data: text(&made)? })
    }

    fn ask_any(&self) -> Result<AskedPasskey> {
        let (options, kept) = self.0.start_discoverable_authentication().map_err(broken)?;
        let options = serde_json::to_value(&options).map_err(broken)?;
        Ok(AskedPasskey { options: inner(options).to_string(), kept: text(&kept)? })
    }

    fn named(&self, answer: &str) -> Result<(UserId, Vec<u8>)> {
        let answer: PublicKeyCredential = read(answer).ok_or(Refusal::WrongPasskey)?;
        let (user, credential) = self.0.identify_discoverable_authentication(&answer).map_err(wrong)?;
        Ok((UserId(user), credential.to_vec()))
    }

    fn check(&self, kept: &str, answer: &str, data: &str) -> Result<PasskeyCheck> {
        let kept: DiscoverableAuthentication = read(kept).ok_or(Refusal::WrongPasskey)?;
        let answer: PublicKeyCredential = read(answer).ok_or(Refusal::WrongPasskey)?;
        let mut passkey: Passkey = serde_json::from_str(data).map_err(broken)?;
        match self.0.finish_discoverable_authentication(&answer, kept, &[DiscoverableKey::from(&passkey)]) {
            Ok(used) if !used.user_verified() => Err(Refusal::WrongPasskey.into()),
            Ok(used) => {
                passkey.update_credential(&used);
                Ok(PasskeyCheck::Right { data: text(&passkey)? })
            }
            Err(WebauthnError::CredentialPossibleCompromise) => Ok(PasskeyCheck::Copied),
            Err(cause) => Err(wrong(cause)),
        }
    }
}

/// What browsers take: the options themselves.
fn inner(mut options: Value) -> Value {
    options.get_mut("publicKey").map(Value::take).unwrap_or(options)
}

fn text(value: &impl Serialize) -> Result<String> {
    serde_json::to_string(value).map_err(broken)
}

fn read<T: DeserializeOwned>(text: &str) -> Option<T> {
    (text.len() <= MAX_ANSWER).then(|| serde_json::from_str(text).ok()).flatten()
}

fn broken(cause: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::Broken(cause.into())
}

/// Whoever answers wrongly hears no more than that.
fn wrong(cause: WebauthnError) -> Error {
    tracing::info!(error = %cause, "a passkey is not accepted");
    Refusal::WrongPasskey.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_asked_for_one_that_is_found_without_a_name_and_knows_its_owner() {
        let passkeys = WebPasskeys::new("shop.example", "https://shop.example", "Kiln & Loom").unwrap();
        let user = UserId(uuid::Uuid::from_u128(7));
        let asked = passkeys.ask_new(user, "ada@example.org", "Ada", &[vec![1, 2, 3]]).unwrap();
        let options: Value = serde_json::from_str(&asked.options).unwrap();
        let wanted = &options["authenticatorSelection"];
        assert_eq!((&wanted["residentKey"], &wanted["userVerification"]), (&"required".into(), &"required".into()));
        assert_eq!(
            (&options["rp"]["id"], &options["excludeCredentials"][0]["id"]),
            (&"shop.example".into(), &"AQID".into())
        );
        let asked = passkeys.ask_any().unwrap();
        let options: Value = serde_json::from_str(&asked.options).unwrap();
        assert_eq!((&options["rpId"], &options["userVerification"]), (&"shop.example".into(), &"required".into()));
        assert!(options["challenge"].as_str().unwrap().len() > 20);
        for answer in ["", "{}", "null", &"x".repeat(20_000)] {
            assert!(matches!(passkeys.named(answer), Err(Error::Refused(Refusal::WrongPasskey))), "{answer:.20}");
            assert!(matches!(passkeys.check_new(&asked.kept, answer), Err(Error::Refused(Refusal::WrongPasskey))));
        }
        assert!(WebPasskeys::new("elsewhere.example", "https://shop.example", "Kiln & Loom").is_err());
    }
}
