//! The top of every page: the shop's name, the ways through it, the search, who is signed in, and the cart.

use leptos::either::Either;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::domain::Role;
use shop::dto::{HeaderView, Viewer};

use crate::account::Logout;
use crate::cart::CartCount;
use crate::ui::{Brand, sign_in_path};

#[component]
pub fn Header(view: HeaderView, path: String, search: String) -> impl IntoView {
    let path = format!("{path}{}", query(&search));
    view! {
        <header class="site-header">
            <a class="wordmark" href="/">
                {Brand::name()}
            </a>
            <Menu viewer=view.viewer path />
            <SearchForm />
            <a class="cart-link" href="/cart">
                "Cart "
                <CartCount count=view.count />
            </a>
        </header>
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

#[component]
pub fn SearchForm() -> impl IntoView {
    view! {
        <form class="search" method="get" action="/products" role="search">
            <label class="visually-hidden" for="search">
                "Search"
            </label>
            <input id="search" name="q" type="search" placeholder="Find something" maxlength="100" autocomplete="off" />
            <button type="submit">"Search"</button>
        </form>
    }
}

fn query(query: &str) -> String {
    if query.is_empty() { String::new() } else { format!("?{}", query.trim_start_matches('?')) }
}

/// Where the sign-in leads back to: not to itself, and not onto another form's page.
fn way_back(path: &str) -> String {
    if path.starts_with("/login") || path.starts_with("/register") { "/".into() } else { path.to_owned() }
}
