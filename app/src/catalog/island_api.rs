//! What the form of a product does, which an island sends in place: without scripts it leads back to its own page.

use leptos::prelude::*;

use crate::ShopError;
use crate::wire::Answer;

/// `product` is a slug. A script names the variant; a plain form also says which options are checked, and those count.
/// The answer is how many things are in the cart now.
#[server(prefix = "/do", endpoint = "add-to-cart", output = Answer)]
pub async fn add_to_cart(
    #[server(default)] product: String,
    #[server(default)] variant_id: String,
    #[server(default)] quantity: String,
    #[server(default)] options: Vec<String>,
) -> Result<u32, ShopError> {
    use super::choice::address;
    use crate::ssr::{self, Choice, Form};
    let form = Form::new("add-to-cart", &address(&product, &options)).with("quantity", &quantity);
    let choice = Choice { product, variant_id, options };
    let cart = form.stay(crate::Notice::AddedToCart, Box::pin(ssr::add_to_cart(choice, quantity))).await?;
    Ok(cart.count)
}
