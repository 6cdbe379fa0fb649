//! What stands above and below a page: the shop's for shoppers, the back office's for staff at work.

use leptos::either::Either;
use leptos::prelude::*;
use shop::domain::Role;
use shop::dto::HeaderView;

use super::api::load_header;
use super::footer::Footer;
use super::header::shop_top;
use crate::admin::{BackOfficeFooter, BackOfficeHeader, is_back_office};
use crate::ui::{Location, Written, written};

#[component]
pub fn Top() -> impl IntoView {
    let (path, search) = (Location::path(), Location::query());
    Suspend::new(async move {
        // A header that cannot greet is still a header.
        let view = load_header().await.unwrap_or_default();
        match at_work(&path, &view) {
            true => written(view! { <BackOfficeHeader path viewer=view.viewer /> }),
            false => shop_top(view, &path, &search),
        }
    })
}

#[component]
pub fn Bottom() -> impl IntoView {
    let path = Location::path();
    // A shopper's page has nothing to wait for here.
    if !is_back_office(&path) {
        return Either::Left(view! { <Footer /> });
    }
    Either::Right(Suspend::new(async move {
        // What the top has read is not read again.
        match at_work(&path, &load_header().await.unwrap_or_default()) {
            true => view! { <BackOfficeFooter /> }.written(),
            false => view! { <Footer /> }.written(),
        }
    }))
}

/// Whoever has no business in the back office sees the shop around the page that says so.
fn at_work(path: &str, view: &HeaderView) -> bool {
    is_back_office(path) && view.viewer.as_ref().is_some_and(|viewer| viewer.role == Role::Staff)
}
