//! The pages: documents rendered whole on the server, with islands where a shopper acts.
//!
//! Every noun has a folder: `api` (its reads and server functions), pages, islands and parts. `ui` is what they share, `frame` what
//! stands around them, `ssr` what only the server knows: the request, the session, the core. No rules and no SQL here: the core decides.
//!
//! Browsers run islands and nothing else, so that is all that is compiled for them: what is not within a `cfg_select!`, here and in
//! each noun's `mod.rs`. Server functions that islands call are in a file of their own, `island_api`.

// The views of a page are one nested type; its layout is asked for in one go.
#![recursion_limit = "256"]
// What nobody uses is found where pages are compiled, too.
#![cfg_attr(not(feature = "ssr"), expect(dead_code, unused_imports, reason = "islands use a part of what pages share"))]

mod addresses;
mod cart;
mod catalog;
mod checkout;
mod error;
mod frame;
mod notice;
mod orders;
mod ui;
mod wire;

use leptos::prelude::*;

pub use error::{Instead, ShopError};
pub use notice::Notice;

// What only the server renders.
cfg_select! {
    feature = "ssr" => {
        mod account;
        mod admin;
        mod assets;
        mod document;
        mod pages;
        mod routes;
        pub mod ssr;

        pub use admin::{CHOSEN_ORDERS, IMPORT, UPLOAD, is_back_office, upload_of};
        pub use assets::{Assets, WasmParts};
        pub use catalog::suggestions_html;
        pub use document::{App, document_start};
        pub use routes::page_paths;
        pub use ui::{Location, PageHead, Rights, ShopTime};
    }
    _ => {}
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
