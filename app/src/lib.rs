//! The pages: documents rendered whole on the server, with islands where a shopper acts.
//!
//! Every noun has a folder: `api` (its server functions), pages, islands and parts. `ui` is what they share, `frame` what
//! stands around them, `ssr` what only the server knows: the request, the session, the core. No rules and no SQL here: the core decides.

// The views of a page are one nested type; its layout is asked for in one go.
#![recursion_limit = "256"]

mod account;
mod addresses;
mod admin;
mod assets;
mod cart;
mod catalog;
mod checkout;
mod error;
mod frame;
mod notice;
mod orders;
mod pages;
mod routes;
#[cfg(feature = "ssr")]
pub mod ssr;
mod ui;
mod wire;

use leptos::prelude::*;
use leptos_meta::{MetaTags, provide_meta_context};
use leptos_router::components::Router;

pub use assets::Assets;
pub use error::{Instead, ShopError};
pub use notice::Notice;
pub use ui::{ReloadWithoutScripts, Rights, ShopTime};

use assets::IslandScripts;
use frame::{Bottom, Top, not_found_text};
use routes::AppRoutes;
use ui::{FlashNotice, NotFoundPart, PageHead};

/// The document around the app. Scripts and styles carry no inline code but what Leptos signs with the nonce.
pub fn shell(assets: Assets) -> impl IntoView {
    let watch = assets.watch.clone();
    view! {
        <!DOCTYPE html>
        <html lang="en">
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light" />
                <meta name="theme-color" content="#faf7f2" />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="stylesheet" href=assets.stylesheet.to_string() />
                {watch.map(|options| view! { <AutoReload options /> })}
                <IslandScripts assets />
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_context(NotFoundPart(not_found_text));
    view! {
        <PageHead />
        <a class="skip-link" href="#main">
            "Skip to content"
        </a>
        <Router>
            <Top />
            <main id="main" tabindex="-1">
                <FlashNotice />
                <AppRoutes />
            </main>
            <Bottom />
        </Router>
    }
}

/// What the browser does once, before it wakes the islands: answers that say "go there" are followed.
pub fn prepare_browser() {
    let followed = leptos::server_fn::redirect::set_redirect_hook(|to| {
        if let Err(error) = window().location().assign(to) {
            leptos::logging::warn!("could not go to {to}: {error:?}");
        }
    });
    if followed.is_err() {
        leptos::logging::warn!("redirects were already taken care of");
    }
}
