//! The forms of accounts.

use shop::domain::{Email, User};

use crate::ui::{FieldSpec, FormSpec};

pub const NAME: FieldSpec = FieldSpec::text("name", "Name", "name", User::NAME_MAX);
pub const NEW_EMAIL: FieldSpec = FieldSpec::text("email", "E-mail", "email", Email::MAX).email();
pub const NEW_PASSWORD: FieldSpec =
    FieldSpec::password("password", "Password", "new-password").hint("At least 8 characters.");
pub const REGISTER: FormSpec = FormSpec { name: "register", fields: &[NAME, NEW_EMAIL, NEW_PASSWORD] };

pub const EMAIL: FieldSpec = FieldSpec { autocomplete: "username", ..NEW_EMAIL };
pub const PASSWORD: FieldSpec = FieldSpec::password("password", "Password", "current-password");
pub const LOGIN: FormSpec = FormSpec { name: "login", fields: &[EMAIL, PASSWORD] };
