//! What passkeys are asked and answer, as an adapter speaks of it with browsers.

use crate::domain::UserId;

use super::super::Result;

/// What a browser is asked, as JSON that it takes, and what is kept until it answers.
#[derive(Clone, PartialEq, Eq)]
pub struct AskedPasskey {
    pub options: String,
    pub kept: String,
}

/// One that a browser made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadePasskey {
    pub credential: Vec<u8>,
    pub data: String,
}

/// What an answer shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PasskeyCheck {
    /// As the passkey is kept from now on.
    Right { data: String },
    /// Right, but used less often than we have seen it: there may be two of it.
    Copied,
}

/// Passkeys as browsers speak of them. Quick, and nothing of it goes over a network.
pub trait PasskeyProtocol: Send + Sync + 'static {
    /// # Errors
    /// `Broken`.
    fn ask_new(&self, user: UserId, email: &str, name: &str, known: &[Vec<u8>]) -> Result<AskedPasskey>;

    /// # Errors
    /// `WrongPasskey`.
    fn check_new(&self, kept: &str, answer: &str) -> Result<MadePasskey>;

    /// Asks for any that the device has for this shop.
    ///
    /// # Errors
    /// `Broken`.
    fn ask_any(&self) -> Result<AskedPasskey>;

    /// Whose an answer says it is, and what the device calls the passkey. Nothing is checked.
    ///
    /// # Errors
    /// `WrongPasskey`.
    fn named(&self, answer: &str) -> Result<(UserId, Vec<u8>)>;

    /// # Errors
    /// `WrongPasskey`, `Broken` for what is kept of it.
    fn check(&self, kept: &str, answer: &str, data: &str) -> Result<PasskeyCheck>;
}

impl std::fmt::Debug for AskedPasskey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("AskedPasskey(…)")
    }
}
