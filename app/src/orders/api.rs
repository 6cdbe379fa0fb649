//! What the pages of orders ask of the core. Other people's orders are not there.

use leptos::prelude::*;
use shop::domain::OrderId;
use shop::dto::{CartAgain, OrderList, OrderView, Viewer};

use crate::ShopError;

pub async fn load_orders(page: u32) -> Result<OrderList, ShopError> {
    crate::ssr::customer_page(|shop, customer| async move { shop.orders(customer, page).await }).await
}

/// The order, who looks at it (none: somebody without an account), and the token that opened it, for its forms.
pub async fn load_order(id: String, token: String) -> Result<(OrderView, Option<Viewer>, String), ShopError> {
    crate::ssr::order_page(&id, &token).await
}

/// Leads to the payment provider's page. A provider for tests can be told an `outcome`, `approve` or `decline`; then there is
/// nowhere to go.
#[server(prefix = "/do", endpoint = "pay-order")]
pub async fn pay_order(
    #[server(default)] order_id: String,
    #[server(default)] outcome: String,
    #[server(default)] token: String,
) -> Result<OrderId, ShopError> {
    use super::path::order_path;
    use crate::ssr::{self, Form, on_order};
    let form = Form::of_order("order", &order_id, &token);
    let paid = on_order(&token, |shop, access| ssr::pay(shop, access, order_id, outcome));
    form.lead_to_payment(paid, |id| order_path(&id.to_string())).await
}

/// The order is to be paid by bank transfer or at pick-up.
#[server(prefix = "/do", endpoint = "pay-by-hand")]
pub async fn pay_by_hand(
    #[server(default)] order_id: String,
    #[server(default)] token: String,
) -> Result<OrderId, ShopError> {
    use super::path::order_path;
    use crate::ssr::{Form, on_order};
    let form = Form::of_order("order", &order_id, &token);
    let chosen = on_order(&token, |shop, by| async move { shop.choose_manual_payment(by, order_id.parse()?).await });
    form.lead(Some(crate::Notice::ManualPaymentChosen), chosen, |id| order_path(&id.to_string())).await
}

#[server(prefix = "/do", endpoint = "cancel-order")]
pub async fn cancel_order(
    #[server(default)] order_id: String,
    #[server(default)] token: String,
) -> Result<OrderId, ShopError> {
    use super::path::order_path;
    use crate::ssr::{Form, on_order};
    let form = Form::of_order("order", &order_id, &token);
    let cancelled = on_order(&token, |shop, access| async move { shop.cancel_order(access, order_id.parse()?).await });
    form.lead(Some(crate::Notice::OrderCancelled), cancelled, |id| order_path(&id.to_string())).await
}

#[server(prefix = "/do", endpoint = "order-again")]
pub async fn order_again(
    #[server(default)] order_id: String,
    #[server(default)] token: String,
) -> Result<CartAgain, ShopError> {
    use crate::ssr::{self, Form};
    let form = Form::of_order("order", &order_id, &token);
    form.lead_with(ssr::order_again(&order_id, &token), crate::Notice::of_order_again, "/cart").await
}
