//! The top of every page: the shop's name, the ways through it, the search, who is signed in, and the cart.

use leptos::either::Either;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::domain::Role;
use shop::dto::{HeaderView, Image, Viewer};

use super::search_form::SearchForm;
use crate::account::Logout;
use crate::cart::CountInHeader;
use crate::ui::{Brand, Picture, sign_in_path};

#[component]
pub fn Header(view: HeaderView, path: String, search: String) -> impl IntoView {
    // Who is about to order is led nowhere else: the shop's name leads back to it, the cart to what is bought.
    let is_checkout = path.split('/').nth(1) == Some("checkout");
    let path = format!("{path}{}", query(&search));
    view! {
        <header class="site-header">
            <a class="wordmark" href="/">
                <Wordmark />
            </a>
            {(!is_checkout)
                .then(|| {
                    view! {
                        <Menu viewer=view.viewer path />
                        <SearchForm />
                    }
                })}
            <a class="cart-link" href="/cart">
                "Cart "
                <CountInHeader count=view.count />
            </a>
        </header>
    }
}

/// The shop's logo, which is called as the shop, else its name.
#[component]
fn Wordmark() -> impl IntoView {
    let content = Brand::get().content;
    match content.pictures.logo.clone() {
        Some(logo) => {
            let logo = Image { alt: content.name.clone(), ..logo };
            view! { <Picture image=Some(logo) sizes="14rem" eager=true /> }.into_any()
        }
        None => content.name.clone().into_any(),
    }
}

/// The ways through the shop: behind a button on a phone, in a row where there is room (`header.css`).
#[component]
fn Menu(viewer: Option<Viewer>, path: String) -> impl IntoView {
    let person = match viewer {
        Some(viewer) => Either::Left(view! { <SignedInLinks viewer /> }),
        None => Either::Right(view! {
            <li>
                <a href=sign_in_path(&way_back(&path))>"Sign in"</a>
            </li>
        }),
    };
    view! {
        <details class="menu">
            <summary>"Menu"</summary>
            <nav aria-label="Main">
                <ul class="menu-shop">
                    <li>
                        <a href="/products">"All products"</a>
                    </li>
                    <li>
                        <a href="/#categories">"Categories"</a>
                    </li>
                </ul>
                <ul class="menu-person">{person}</ul>
            </nav>
        </details>
    }
}

#[component]
fn SignedInLinks(viewer: Viewer) -> impl IntoView {
    let at_work = viewer.role == Role::Staff;
    view! {
        {at_work
            .then(|| {
                view! {
                    <li>
                        <a href="/admin">"Back office"</a>
                    </li>
                }
            })}
        <li>
            <a href="/orders">"Orders"</a>
        </li>
        <li>
            <a href="/account" title=format!("Signed in as {}", viewer.name)>
                "Account"
            </a>
        </li>
        <li>
            <form method="post" action=Logout::url()>
                <button class="link" type="submit">
                    "Sign out"
                </button>
            </form>
        </li>
    }
}

fn query(query: &str) -> String {
    if query.is_empty() { String::new() } else { format!("?{}", query.trim_start_matches('?')) }
}

/// Where the sign-in leads back to: not to itself, and not onto another form's page.
fn way_back(path: &str) -> String {
    // Of a link of mail nothing is carried on: its page knows it already.
    match path.split(['?', '/']).nth(1) {
        Some("login" | "register" | "forgot-password" | "reset-password") => "/".into(),
        // Without what their links bring.
        Some("verify-email") => "/verify-email".into(),
        Some("stock-wish") => "/stock-wish".into(),
        Some("review-requests") => "/review-requests".into(),
        Some("invitation") => "/invitation".into(),
        Some("orders") if path.contains("token=") => path.split('?').next().unwrap_or("/").into(),
        _ => path.to_owned(),
    }
}
