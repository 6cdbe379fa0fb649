//! What the checkout asks of the core.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use shop::dto::{CheckoutForm, CheckoutView, Viewer};

use crate::ShopError;

/// A step of the checkout, and who takes it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Step {
    pub viewer: Viewer,
    pub view: CheckoutView,
    /// Names this order to be: the second click of one form gets the first one's order.
    pub key: String,
}

#[server(prefix = "/do", endpoint = "checkout")]
pub async fn load_step() -> Result<Step, ShopError> {
    use crate::ssr::{customer_page, viewer_page};
    let viewer = viewer_page().await?;
    let read = customer_page(|shop, customer| async move { Ok((shop.checkout(customer).await?, shop.new_key())) });
    read.await.map(|(view, key)| Step { viewer, view, key })
}

#[server(prefix = "/do", endpoint = "save-address")]
pub async fn save_address(#[server(flatten)] typed: CheckoutForm) -> Result<(), ShopError> {
    use crate::ssr::{Form, as_customer};
    let form = Form::filled(super::forms::address_form(), "/checkout", &typed);
    let saved = as_customer(|shop, customer| async move { shop.save_address(customer, typed).await });
    form.lead(None, saved, |()| "/checkout/review".into()).await
}

/// The same form again, with the fields of the country that was chosen.
#[server(prefix = "/do", endpoint = "update-address")]
pub async fn update_address(#[server(flatten)] typed: CheckoutForm) -> Result<(), ShopError> {
    crate::ssr::Form::filled(super::forms::address_form(), "/checkout#field-country", &typed).show_again();
    Ok(())
}

#[server(prefix = "/do", endpoint = "place-order")]
pub async fn place_order(
    #[server(default)] key: String,
    #[server(default)] reviewed: String,
) -> Result<shop::domain::OrderId, ShopError> {
    use crate::ssr::{self, Form};
    let placed = ssr::place_order(shop::usecase::PlaceOrder { key, reviewed });
    let form = Form::new("place-order", "/checkout/review");
    form.lead(Some(crate::Notice::OrderPlaced), placed, |id| format!("/orders/{id}")).await
}
