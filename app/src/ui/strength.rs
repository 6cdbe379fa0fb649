//! How strong a new password is, told while it is typed. A script of its own, for the forms that have such a field; without it the
//! shop says so when the form is sent.

use leptos::prelude::*;

use super::hash;

/// The script's address changes with what is in it.
const SCRIPT: u64 = hash(include_bytes!("../../../public/strength.js"));

#[component]
pub fn PasswordStrength() -> impl IntoView {
    view! { <script type="module" src=format!("/strength.js?v={SCRIPT:x}")></script> }
}
