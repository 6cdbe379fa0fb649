//! The forms of guests' orders.

use shop::domain::Email;

use crate::account::forms::NEW_PASSWORD;
use crate::ui::{FieldSpec, FormSpec};

pub const NUMBER: FieldSpec =
    FieldSpec::text("number", "Order number", "off", 40).hint("It is in every mail about it.");
pub const EMAIL: FieldSpec =
    FieldSpec::text("email", "E-mail", "email", Email::MAX).email().hint("The one you gave when you ordered.");
pub const TRACK: FormSpec = FormSpec { name: "track", fields: &[NUMBER, EMAIL] };

pub const INVITATION: FormSpec = FormSpec { name: "open-account", fields: &[NEW_PASSWORD] };

pub const RETURN_REASON: FieldSpec = FieldSpec::text("reason", "Why?", "off", shop::dto::MAX_WORDS);
/// Its summary leads to the first of the lines.
pub const RETURN_ITEMS: FieldSpec = FieldSpec::text("items", "Items to send back", "off", 1);
pub const RETURN: FormSpec = FormSpec { name: "return", fields: &[RETURN_ITEMS, RETURN_REASON] };
