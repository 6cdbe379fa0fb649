//! The top of every page: the shop's name, the ways through it, the search, who is signed in, and the cart.

use html_escape::encode_double_quoted_attribute;
use leptos::either::Either;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos::tachys::html::InertElement;
use shop::domain::Role;
use shop::dto::{HeaderView, Image, Viewer};

use super::announcement::AnnouncementBar;
use super::search_form::SearchForm;
use crate::account::Logout;
use crate::cart::CountInHeader;
use crate::ui::{Brand, MadeOnce, Picture, Pieces, Written, sign_in_path, written};

/// What stands above a page of the shop. For whoever is nobody and has nothing in the cart it is the same on all of them but for where
/// the sign-in leads back to, and made once.
pub fn shop_top(view: HeaderView, path: &str, search: &str) -> InertElement {
    static FOR_NOBODY: MadeOnce = MadeOnce::new();
    let sign_in = sign_in_path(&way_back(&format!("{path}{}", query(search))));
    // Who is about to order is led nowhere else: the shop's name leads back to it, the cart to what is bought.
    let is_checkout = path.split('/').nth(1) == Some("checkout");
    if is_checkout || view != HeaderView::default() {
        return written(top(view, sign_in, is_checkout));
    }
    let pieces = FOR_NOBODY
        .of(Brand::get().content, || Pieces::around(Pieces::GAP, &top(view, Pieces::GAP.to_owned(), false).to_html()));
    InertElement::new(pieces.html(&encode_double_quoted_attribute(&sign_in)))
}

fn top(view: HeaderView, sign_in: String, is_checkout: bool) -> impl IntoView {
    view! {
        <AnnouncementBar />
        <Header view sign_in is_checkout />
    }
}

#[component]
fn Header(view: HeaderView, sign_in: String, is_checkout: bool) -> impl IntoView {
    view! {
        <header class="site-header">
            <a class="wordmark" href="/">
                <Wordmark />
            </a>
            {(!is_checkout)
                .then(|| {
                    view! {
                        <Menu viewer=view.viewer sign_in />
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
            view! { <Picture image=Some(logo) sizes="14rem" eager=true /> }.written()
        }
        None => content.name.clone().written(),
    }
}

/// The ways through the shop: behind a button on a phone, in a row where there is room (`header.css`).
#[component]
fn Menu(viewer: Option<Viewer>, sign_in: String) -> impl IntoView {
    let person = match viewer {
        Some(viewer) => Either::Left(view! { <SignedInLinks viewer /> }),
        None => Either::Right(view! {
            <li>
                <a href=sign_in>"Sign in"</a>
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
