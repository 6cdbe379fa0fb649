//! Where somebody is signed in, and ending that. What is shown and ended is theirs alone: it is found by whose it is.

use leptos::prelude::*;
use shop::dto::SessionRow;

use crate::ShopError;

/// And the address of whoever gives their password before they end one.
pub async fn load_sessions() -> Result<(Vec<SessionRow>, Option<String>), ShopError> {
    crate::ssr::load_sessions().await
}

#[server(prefix = "/do", endpoint = "end-session")]
pub async fn end_session(#[server(default)] handle: String) -> Result<(), ShopError> {
    use super::forms::SESSIONS;
    use crate::ssr::{self, Form};
    let form = Form::new(SESSIONS, "/account/sessions");
    let said = "That device is signed out.";
    form.lead_saying(ssr::end_session(&handle), |()| said.into(), |()| "/account/sessions".into()).await
}

#[server(prefix = "/do", endpoint = "end-other-sessions")]
pub async fn end_other_sessions() -> Result<u64, ShopError> {
    use super::forms::SESSIONS;
    use crate::ssr::{self, Form};
    let form = Form::new(SESSIONS, "/account/sessions");
    let said = "Every other device is signed out.";
    form.lead_saying(ssr::end_other_sessions(), |_| said.into(), |_| "/account/sessions".into()).await
}
