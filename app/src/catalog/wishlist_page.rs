//! `/account/wishlist`: what whoever is signed in wants to find again; and the form that puts it there. No island: both are forms.

use leptos::either::Either;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::dto::WishlistItem;

use super::card::CardInside;
use super::forms::WISHLIST;
use super::wishlist_api::{AddToWishlist, RemoveFromWishlist, load_wishlist};
use crate::ui::{Empty, FormProblem, Titled, Written, flash_of, loaded};

#[component]
pub fn WishlistPage() -> impl IntoView {
    loaded(load_wishlist(), |items| view! { <Wishlist items /> })
}

#[component]
fn Wishlist(items: Vec<WishlistItem>) -> impl IntoView {
    let body = if items.is_empty() {
        let line = "There is nothing on it yet. Each product has a button that puts it here.";
        Either::Left(view! { <Empty line path="/products" way="Look around" /> })
    } else {
        Either::Right(
            view! { <ul class="grid">{items.into_iter().map(|item| view! { <Item item /> }).collect_view()}</ul> },
        )
    };
    view! {
        <Titled title="Your wishlist" description="What you want to find again." quiet=true />
        <header class="page-head">
            <p class="crumb">
                <a href="/account">"Your account"</a>
            </p>
            <h1>"Your wishlist"</h1>
        </header>
        <FormProblem flash=flash_of(WISHLIST) />
        {body}
    }
    .written()
}

#[component]
fn Item(item: WishlistItem) -> impl IntoView {
    let WishlistItem { product, name, card } = item;
    let is_had = card.as_ref().is_some_and(|card| card.in_stock);
    // Which of them the button is about, for who hears the page.
    let which = format!(" {name}");
    let inside = match card {
        Some(product) => view! { <CardInside product /> }.written(),
        None => view! {
            <p class="card-name">{name}</p>
            <p class="card-line">"Not for sale any more"</p>
        }
        .written(),
    };
    view! {
        <li class="card" class:card-sold-out=!is_had>
            {inside}
            <form method="post" action=RemoveFromWishlist::url()>
                <input type="hidden" name="id" value=product.to_string() />
                <button class="link" type="submit">
                    "Remove"
                    <span class="visually-hidden">{which}</span>
                </button>
            </form>
        </li>
    }
    .written()
}

/// On the page of a product. Whoever is not signed in is led there first.
#[component]
pub fn WishlistForm(slug: String) -> impl IntoView {
    view! {
        <FormProblem flash=flash_of(WISHLIST) />
        <form method="post" action=AddToWishlist::url()>
            <input type="hidden" name="product" value=slug />
            <button class="link" type="submit">
                "Add to wishlist"
            </button>
        </form>
    }
    .written()
}
