//! What the cart's island asks of the core, and its forms without scripts. Every answer is the whole cart, as the island shows it.

use leptos::prelude::*;

use super::shown::CartShown;
use crate::ShopError;
use crate::wire::Answer;

#[server(prefix = "/do", endpoint = "change-line", output = Answer)]
pub async fn change_line(
    #[server(default)] item_id: String,
    #[server(default)] quantity: String,
) -> Result<CartShown, ShopError> {
    use crate::ssr::{Form, on_cart, parse_quantity};
    let form = Form::new(super::LINE, "/cart").with("item_id", &item_id).with("quantity", &quantity);
    let changed = on_cart(|shop, owner| async move {
        let quantity = parse_quantity(&quantity)?;
        shop.change_line(owner, item_id.parse()?, quantity).await
    });
    form.stay(crate::Notice::CartUpdated, changed).await.map(CartShown::from)
}

#[server(prefix = "/do", endpoint = "remove-line", output = Answer)]
pub async fn remove_line(#[server(default)] item_id: String) -> Result<CartShown, ShopError> {
    use crate::ssr::{Form, on_cart};
    let form = Form::new(super::LINE, "/cart").with("item_id", &item_id);
    let removed = on_cart(|shop, owner| async move { shop.remove_line(owner, item_id.parse()?).await });
    form.stay(crate::Notice::Removed, removed).await.map(CartShown::from)
}

#[server(prefix = "/do", endpoint = "apply-code", output = Answer)]
pub async fn apply_code(
    #[server(default)] code: String,
    #[server(default)] from: String,
) -> Result<CartShown, ShopError> {
    use super::CodePlace::{Cart, Review};
    let form = crate::ssr::Form::of_places(super::CODE, &[Cart.path(), Review.path()], &from).with("code", &code);
    form.stay(crate::Notice::CodeApplied, Box::pin(crate::ssr::apply_code(code))).await.map(CartShown::from)
}

#[server(prefix = "/do", endpoint = "remove-code", output = Answer)]
pub async fn remove_code(#[server(default)] from: String) -> Result<CartShown, ShopError> {
    use super::CodePlace::{Cart, Review};
    use crate::ssr::{Form, on_cart};
    let form = Form::of_places(super::CODE, &[Cart.path(), Review.path()], &from);
    let removed = on_cart(|shop, owner| async move { shop.remove_coupon(owner).await });
    form.stay(crate::Notice::CodeRemoved, removed).await.map(CartShown::from)
}

/// `region_of` is the country whose states the form showed: those of another are not meant.
#[server(prefix = "/do", endpoint = "estimate-shipping", output = Answer)]
pub async fn estimate_shipping(
    #[server(default)] country: String,
    #[server(default)] region: String,
    #[server(default)] region_of: String,
) -> Result<CartShown, ShopError> {
    use crate::ssr::{Form, on_cart};
    let form = Form::new(super::ESTIMATE, "/cart").with("country", &country).with("region", &region);
    let region = if region_of == country { region } else { String::new() };
    let notice = crate::Notice::of_estimate(&country);
    let set = on_cart(|shop, owner| async move { shop.set_estimate(owner, &country, &region).await });
    form.stay(notice, set).await.map(CartShown::from)
}
