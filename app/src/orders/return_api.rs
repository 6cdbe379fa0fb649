//! What asking for a return asks of the core.

use std::collections::BTreeMap;

use leptos::prelude::*;
use shop::domain::OrderId;

use crate::ShopError;

#[server(prefix = "/do", endpoint = "request-return")]
pub async fn request_return(
    #[server(default)] order_id: String,
    #[server(default)] token: String,
    #[server(default)] key: String,
    #[server(default)] units: BTreeMap<String, String>,
    #[server(default)] reason: String,
) -> Result<OrderId, ShopError> {
    use super::path::order_path;
    use crate::ssr::{Form, on_order};
    let form = Form::of_order(super::forms::RETURN.name, &order_id, &token).with("reason", &reason);
    let typed = shop::dto::ReturnForm::typed(&units, reason);
    let asked = on_order(&token, |shop, access| async move {
        shop.request_return(access, order_id.parse()?, &typed, Some(key.as_str()).filter(|key| !key.is_empty())).await
    });
    form.lead(Some(crate::Notice::ReturnRequested), asked, |id| order_path(&id.to_string())).await
}
