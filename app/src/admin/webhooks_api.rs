//! What the pages of webhooks ask of the core, and what is done there.

use leptos::prelude::*;
use shop::domain::Fields;
use shop::dto::{EndpointList, EndpointView};

use crate::ShopError;

pub async fn load_webhooks() -> Result<EndpointList, ShopError> {
    crate::ssr::staff_page(|shop, by| async move { shop.endpoints(by).await }).await
}

/// With what was sent before this position; 0: from the newest.
pub async fn load_webhook(id: String, before: i64) -> Result<EndpointView, ShopError> {
    let before = Some(before).filter(|before| *before > 0);
    crate::ssr::staff_page(|shop, by| async move { shop.endpoint(by, id.parse()?, before).await }).await
}

/// The secret is told once, on the page that follows.
#[server(prefix = "/do", endpoint = "admin-add-webhook")]
pub async fn add_webhook(#[server(default)] fields: Fields) -> Result<(), ShopError> {
    use super::paths::{WEBHOOKS_PATH, webhook_path};
    use crate::ssr::{Form, as_staff};
    let form = Form::new(super::forms::NEW_WEBHOOK, WEBHOOKS_PATH).with_units(&fields);
    let added = as_staff(|shop, by| async move { shop.add_endpoint(by, &fields).await });
    let words = |(_, secret): &(_, String)| format!("The webhook is added. Its secret, shown only now: {secret}");
    form.lead_saying(added, words, |(id, _)| webhook_path(&id.to_string())).await.map(|_| ())
}

/// Another address, or other events.
#[server(prefix = "/do", endpoint = "admin-save-webhook")]
pub async fn save_webhook(#[server(default)] fields: Fields) -> Result<(), ShopError> {
    use super::paths::webhook_path;
    use crate::ssr::{Form, as_staff, product_of};
    let (id, page) = (product_of(&fields), webhook_path(&product_of(&fields)));
    let form = Form::new(super::forms::SAVE_WEBHOOK, &page).with_units(&fields);
    let saved = as_staff(|shop, by| async move { shop.change_endpoint(by, id.parse()?, &fields).await });
    form.lead_saying(saved, |()| "The webhook is saved.".into(), |()| page).await
}

/// The secret is told once, on the page that follows.
#[server(prefix = "/do", endpoint = "admin-rotate-webhook")]
pub async fn rotate_webhook(#[server(default)] id: String) -> Result<(), ShopError> {
    use super::paths::webhook_path;
    use crate::ssr::{Form, as_staff};
    let (page, form) = (webhook_path(&id), Form::new(super::forms::WEBHOOK, &webhook_path(&id)));
    let rotated = as_staff(|shop, by| async move { shop.rotate_endpoint_secret(by, id.parse()?).await });
    let words = |secret: &String| format!("The new secret, shown only now: {secret}");
    form.lead_saying(rotated, words, |_| page).await.map(|_| ())
}

/// Pauses one, or sends to it again.
#[server(prefix = "/do", endpoint = "admin-switch-webhook")]
pub async fn switch_webhook(#[server(default)] id: String, #[server(default)] on: String) -> Result<(), ShopError> {
    use super::paths::webhook_path;
    use crate::ssr::{Form, as_staff};
    let (page, form) = (webhook_path(&id), Form::new(super::forms::WEBHOOK, &webhook_path(&id)));
    let is_on = on == "yes";
    let switched = as_staff(move |shop, by| async move { shop.switch_endpoint(by, id.parse()?, is_on).await });
    let words = if is_on { "Events are sent again." } else { "Nothing is sent until you resume." };
    form.lead_saying(switched, |()| words.into(), |()| page).await
}

#[server(prefix = "/do", endpoint = "admin-remove-webhook")]
pub async fn remove_webhook(#[server(default)] id: String) -> Result<(), ShopError> {
    use super::paths::{WEBHOOKS_PATH, webhook_path};
    use crate::ssr::{Form, as_staff};
    let form = Form::new(super::forms::WEBHOOK, &webhook_path(&id));
    let removed = as_staff(|shop, by| async move { shop.remove_endpoint(by, id.parse()?).await });
    form.lead_saying(removed, |()| "The webhook is removed.".into(), |()| WEBHOOKS_PATH.into()).await
}

/// Sends an event that did not happen.
#[server(prefix = "/do", endpoint = "admin-test-webhook")]
pub async fn test_webhook(#[server(default)] id: String) -> Result<(), ShopError> {
    use super::paths::webhook_path;
    use crate::ssr::{Form, as_staff};
    let (page, form) = (webhook_path(&id), Form::new(super::forms::WEBHOOK, &webhook_path(&id)));
    let tested = as_staff(|shop, by| async move { shop.test_endpoint(by, id.parse()?).await });
    form.lead_saying(tested, |()| "A test event is on its way. Reload to see the answer.".into(), |()| page).await
}

/// Sends a delivery again, at once.
#[server(prefix = "/do", endpoint = "admin-retry-webhook")]
pub async fn retry_webhook(#[server(default)] id: String, #[server(default)] position: i64) -> Result<(), ShopError> {
    use super::paths::webhook_path;
    use crate::ssr::{Form, as_staff};
    let form = Form::new(super::forms::WEBHOOK, &webhook_path(&id));
    let retried = as_staff(move |shop, by| async move { shop.retry_webhook(by, position).await });
    let page = |of: &shop::domain::EndpointId| webhook_path(&of.to_string());
    form.lead_saying(retried, |_| "It is tried again at once.".into(), page).await.map(|_| ())
}
