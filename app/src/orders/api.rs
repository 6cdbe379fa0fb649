//! What the pages of orders ask of the core. Other people's orders are not there.

use leptos::prelude::*;
use shop::domain::OrderId;
use shop::dto::{OrderList, OrderView};

use crate::ShopError;

#[server(prefix = "/do", endpoint = "orders")]
pub async fn load_orders(page: u32) -> Result<OrderList, ShopError> {
    crate::ssr::customer_page(|shop, customer| async move { shop.orders(customer, page).await }).await
}

#[server(prefix = "/do", endpoint = "order")]
pub async fn load_order(id: String) -> Result<OrderView, ShopError> {
    crate::ssr::customer_page(|shop, customer| async move { shop.order(customer, id.parse()?).await }).await
}

/// `outcome` is what the sandbox is told to say: `approve` or `decline`.
#[server(prefix = "/do", endpoint = "pay-order")]
pub async fn pay_order(
    #[server(default)] order_id: String,
    #[server(default)] outcome: String,
) -> Result<OrderId, ShopError> {
    use crate::ssr::{Form, as_customer};
    let form = Form::new("order", &format!("/orders/{order_id}"));
    let paid =
        as_customer(
            |shop, customer| async move { shop.pay_order(customer, order_id.parse()?, outcome.parse()?).await },
        );
    form.lead(Some(crate::Notice::OrderPaid), paid, |id| format!("/orders/{id}")).await
}

#[server(prefix = "/do", endpoint = "cancel-order")]
pub async fn cancel_order(#[server(default)] order_id: String) -> Result<OrderId, ShopError> {
    use crate::ssr::{Form, as_customer};
    let form = Form::new("order", &format!("/orders/{order_id}"));
    let cancelled = as_customer(|shop, customer| async move { shop.cancel_order(customer, order_id.parse()?).await });
    form.lead(Some(crate::Notice::OrderCancelled), cancelled, |id| format!("/orders/{id}")).await
}
