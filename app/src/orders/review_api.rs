//! What whoever writes a review asks of the core, and whoever does not want to be asked for one.

use leptos::prelude::*;
use shop::domain::OrderId;
use shop::dto::{ReviewEditView, ReviewRequestView};

use crate::ShopError;

/// The form for a line of an order, and the token that opened it.
pub async fn load_review_form(
    id: String,
    variant: String,
    token: String,
) -> Result<(ReviewEditView, String), ShopError> {
    let (id, variant) = (id.parse(), variant.parse());
    crate::ssr::order_part(&token, |shop, access| async move { shop.review_edit(access, id?, variant?).await }).await
}

#[server(prefix = "/do", endpoint = "write-review")]
pub async fn write_review(
    #[server(default)] order_id: String,
    #[server(default)] variant: String,
    #[server(default)] token: String,
    #[server(flatten)] review: shop::dto::ReviewForm,
) -> Result<OrderId, ShopError> {
    use super::path::{order_path, review_path};
    use crate::ssr::{self, Form};
    let form = Form::filled(super::forms::REVIEW, &review_path(&order_id, &variant), &review);
    let written = ssr::write_review(&token, &order_id, &variant, review);
    form.lead(Some(crate::Notice::ReviewWritten), written, |id| order_path(&id.to_string())).await
}

/// Of the link that was opened, or that waits.
pub async fn load_review_request(token: String) -> Result<Option<ReviewRequestView>, ShopError> {
    use crate::ssr::{KeptLink, kept_link};
    kept_link(KeptLink::ReviewRequests, &token, |shop, token| async move { shop.review_request(&token).await }).await
}

#[server(prefix = "/do", endpoint = "refuse-review-requests")]
pub async fn refuse_review_requests() -> Result<(), ShopError> {
    use super::forms::KEPT_REQUEST;
    use crate::ssr::{self, Form};
    let said = "We do not ask you for reviews any more.";
    let ended = ssr::refuse_review_requests();
    Form::new(KEPT_REQUEST, "/review-requests").lead_saying(ended, |()| said.into(), |()| "/".into()).await
}
