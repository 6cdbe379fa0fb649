//! Who is looking, and the forms that say so.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::domain::Role;

/// The signed-in person, as the header of a page greets them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Viewer {
    pub name: String,
    pub email: String,
    pub role: Role,
}

/// Somebody's account, as its page shows it to them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountView {
    pub name: String,
    pub email: String,
    /// They have shown that mail to it arrives at them.
    pub is_verified: bool,
    /// The address that is to take its place, once it is confirmed.
    pub new_email: Option<String>,
}

/// What the link of a mail is for, as its page says to who brings it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountLinkView {
    /// The address that it was mailed to.
    pub email: String,
    /// That address takes the place of the account's.
    pub is_new: bool,
}

/// What the header of a page says: who is signed in, and how many units are in the cart.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct HeaderView {
    pub viewer: Option<Viewer>,
    pub count: u32,
}

#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct RegisterForm {
    pub name: String,
    pub email: String,
    pub password: String,
}

#[derive(Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct LoginForm {
    pub email: String,
    pub password: String,
}

impl fmt::Debug for RegisterForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RegisterForm(…)")
    }
}

impl fmt::Debug for LoginForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LoginForm(…)")
    }
}
