//! The forms of accounts.

use shop::domain::{Email, FactorCode, MAX_PASSKEY_NAME, User};

use crate::ui::{FieldSpec, FormSpec};

pub const NAME: FieldSpec = FieldSpec::text("name", "Name", "name", User::NAME_MAX);
pub const NEW_EMAIL: FieldSpec = FieldSpec::text("email", "E-mail", "email", Email::MAX).email();
pub const NEW_PASSWORD: FieldSpec =
    FieldSpec::password("password", "Password", "new-password").hint("At least 8 characters.");
pub const REGISTER: FormSpec = FormSpec { name: "register", fields: &[NAME, NEW_EMAIL, NEW_PASSWORD] };

pub const EMAIL: FieldSpec = FieldSpec { autocomplete: "username", ..NEW_EMAIL };
pub const PASSWORD: FieldSpec = FieldSpec::password("password", "Password", "current-password");
pub const LOGIN: FormSpec = FormSpec { name: "login", fields: &[EMAIL, PASSWORD] };

/// The second step.
pub const CODE: FieldSpec = FieldSpec::text("code", "Code", "one-time-code", FactorCode::MAX);
pub const LOGIN_CODE: FormSpec = FormSpec { name: "login-code", fields: &[CODE] };

pub use crate::ui::path::SECURITY;
pub const CONFIRM_ACCOUNT: FormSpec = FormSpec { name: "confirm-account", fields: &[PASSWORD] };
pub const CONFIRM_TOTP: FormSpec = FormSpec { name: "confirm-totp", fields: &[CODE] };
/// What is done there by a button alone.
pub const FACTORS: &str = "factors";
pub const PASSKEY_LOGIN: &str = "passkey-login";
pub const PASSKEY_NAME: FieldSpec =
    FieldSpec::text("passkey_name", "What is this device called?", "off", MAX_PASSKEY_NAME).hint("Such as: my phone.");
pub const ADD_PASSKEY: FormSpec = FormSpec { name: "add-passkey", fields: &[PASSKEY_NAME] };
pub const RECOVERY: &str = "recovery-codes";

pub const ACCOUNT: &str = "/account";

pub const FORGOT: FormSpec = FormSpec { name: "forgot-password", fields: &[EMAIL] };
pub const RESET: FormSpec = FormSpec { name: "reset-password", fields: &[NEW_PASSWORD] };

/// Confirms an address, or asks for the link to do so.
pub const VERIFY: &str = "verify-email";

pub const CHANGE_NAME: FormSpec = FormSpec { name: "change-name", fields: &[NAME] };
pub const OTHER_EMAIL: FieldSpec = FieldSpec { label: "New e-mail", ..NEW_EMAIL };
/// Beside the field of another form on the page, so it has another name.
pub const EMAIL_PASSWORD: FieldSpec = FieldSpec { name: "email_password", ..PASSWORD };
pub const CHANGE_EMAIL: FormSpec = FormSpec { name: "change-email", fields: &[OTHER_EMAIL, EMAIL_PASSWORD] };
pub const CURRENT_PASSWORD: FieldSpec = FieldSpec { name: "current_password", label: "Present password", ..PASSWORD };
pub const OTHER_PASSWORD: FieldSpec = FieldSpec { label: "New password", ..NEW_PASSWORD };
pub const CHANGE_PASSWORD: FormSpec = FormSpec { name: "change-password", fields: &[CURRENT_PASSWORD, OTHER_PASSWORD] };

/// Of the page of sessions.
pub const SESSIONS: &str = "sessions";

/// Each on the same page, so each field has a name of its own.
pub const EXPORT_PASSWORD: FieldSpec = FieldSpec { name: "export_password", ..PASSWORD };
pub const EXPORT: FormSpec = FormSpec { name: "request-data", fields: &[EXPORT_PASSWORD] };
pub const DELETE_PASSWORD: FieldSpec = FieldSpec { name: "delete_password", ..PASSWORD };
pub const DELETE: FormSpec = FormSpec { name: "delete-account", fields: &[DELETE_PASSWORD] };
pub const PRIVACY: &str = "/account/privacy";
