//! What the pages of guests' orders ask of the core: a link to an order, and an account that takes it along.

use leptos::prelude::*;
use shop::domain::OrderId;
use shop::dto::TrackForm;

use crate::ShopError;

/// The answer is the same whether there is such an order or not.
#[server(prefix = "/do", endpoint = "track-order")]
pub async fn track_order(#[server(flatten)] typed: TrackForm) -> Result<(), ShopError> {
    use crate::ssr::{Form, request_order_link};
    let form = Form::filled(super::forms::TRACK, "/track", &typed);
    form.lead(Some(crate::Notice::LinkSent), request_order_link(typed), |()| "/track".into()).await
}

#[server(prefix = "/do", endpoint = "open-account")]
pub async fn open_account(
    #[server(default)] order_id: String,
    #[server(default)] token: String,
    #[server(default)] password: String,
) -> Result<OrderId, ShopError> {
    use crate::ssr::{self, Form};
    let form = Form::of_order(super::forms::INVITATION.name, &order_id, &token);
    let opened = Box::pin(ssr::open_account(&order_id, &token, password));
    form.lead(Some(crate::Notice::AccountCreated), opened, |id| format!("/orders/{id}")).await
}

#[server(prefix = "/do", endpoint = "take-order-along")]
pub async fn take_order_along(
    #[server(default)] order_id: String,
    #[server(default)] token: String,
) -> Result<OrderId, ShopError> {
    use crate::ssr::{self, Form};
    let taken = ssr::take_order_along(&order_id, &token);
    let form = Form::of_order("take-order-along", &order_id, &token);
    form.lead(Some(crate::Notice::OrderTakenAlong), taken, |id| format!("/orders/{id}")).await
}
