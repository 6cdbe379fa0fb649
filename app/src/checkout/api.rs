//! What the checkout asks of the core.

use leptos::prelude::*;
use shop::dto::{CheckoutForm, CheckoutView, Viewer};

use crate::ShopError;

/// A step of the checkout, and who takes it.
#[derive(Debug, Clone)]
pub struct Step {
    /// None: a guest.
    pub viewer: Option<Viewer>,
    pub view: CheckoutView,
    /// Names this order to be: the second click of one form gets the first one's order.
    pub key: String,
}

pub async fn load_step() -> Result<Step, ShopError> {
    let read =
        crate::ssr::checkout_page(|shop, owner| async move { Ok((shop.checkout(owner).await?, shop.new_key())) });
    read.await.map(|((view, key), viewer)| Step { viewer, view, key })
}

#[server(prefix = "/do", endpoint = "save-address")]
pub async fn save_address(#[server(flatten)] typed: CheckoutForm) -> Result<(), ShopError> {
    use crate::ssr::{Form, on_checkout};
    let form = Form::filled(super::forms::address_form(), "/checkout", &typed);
    let saved = Box::pin(on_checkout(|shop, owner| async move { shop.save_address(owner, typed).await }));
    form.lead(None, saved, |next| super::steps::path_of(*next).into()).await.map(drop)
}

/// The same form again, with the fields of the country that was chosen.
#[server(prefix = "/do", endpoint = "update-address")]
pub async fn update_address(#[server(flatten)] typed: CheckoutForm) -> Result<(), ShopError> {
    crate::ssr::Form::filled(super::forms::address_form(), "/checkout#field-country", &typed).show_again();
    Ok(())
}

#[server(prefix = "/do", endpoint = "choose-shipping")]
pub async fn choose_shipping(
    #[server(default)] shipping_method: String,
    #[server(default)] phone: String,
) -> Result<(), ShopError> {
    use crate::ssr::{Form, on_checkout};
    let form = Form::new(super::forms::SHIPPING.name, "/checkout/shipping").with("shipping_method", &shipping_method);
    let form = form.with("phone", &phone);
    let chosen =
        on_checkout(|shop, owner| async move { shop.choose_shipping_method(owner, &shipping_method, &phone).await });
    form.lead(None, chosen, |()| "/checkout/review".into()).await
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
