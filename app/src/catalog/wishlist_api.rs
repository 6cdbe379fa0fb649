//! What whoever has an account wants to find again. Other people's lists are not there.

use leptos::prelude::*;
use shop::dto::WishlistItem;

use crate::ShopError;

pub async fn load_wishlist() -> Result<Vec<WishlistItem>, ShopError> {
    crate::ssr::customer_page(|shop, customer| async move { shop.wishlist(customer).await }).await
}

/// `product` is a slug, to whose page the form leads back.
#[server(prefix = "/do", endpoint = "add-to-wishlist")]
pub async fn add_to_wishlist(#[server(default)] product: String) -> Result<(), ShopError> {
    use super::forms::WISHLIST;
    use crate::ssr::{Form, as_customer};
    let back = super::choice::address(&product, &[]);
    let added = as_customer(|shop, customer| async move { shop.add_to_wishlist(customer, &product).await });
    let said = "It is on your wishlist, which you find in your account.";
    Form::new(WISHLIST, &back).lead_saying(added, |()| said.into(), |()| back.clone()).await
}

#[server(prefix = "/do", endpoint = "remove-from-wishlist")]
pub async fn remove_from_wishlist(#[server(default)] id: String) -> Result<(), ShopError> {
    use super::forms::WISHLIST;
    use crate::ssr::{Form, as_customer};
    let removed = as_customer(|shop, customer| async move { shop.remove_from_wishlist(customer, id.parse()?).await });
    let (page, said) = ("/account/wishlist", "Removed from your wishlist.");
    Form::new(WISHLIST, page).lead_saying(removed, |()| said.into(), |()| page.into()).await
}
