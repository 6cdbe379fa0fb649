//! The links to guests' orders: what they bring goes from the address into a cookie (`session::order_link`).

use http::Method;
use http::request::Parts;
use leptos::reactive::owner::with_context;
use session::{asks_for_page, brought_order_link, keep_order_link};
use shop::domain::OrderId;
use shop::dto::OrderView;
use shop::infrastructure::LiveShop;
use shop::usecase::{OrderAccess, Result};

use super::response::{lead_to, set_cookie};
use super::site::is_secure;

/// The token that waits for this page; empty: none does.
pub(super) fn waiting() -> String {
    let secure = is_secure();
    let brought = with_context::<Parts, _>(|parts| brought_order_link(&parts.headers, secure)).flatten();
    brought.map(|token| token.as_str().to_owned()).unwrap_or_default()
}

/// The browser that brings this token brings it again, to this order's addresses.
pub(super) fn keep(order: &str, token: &str) {
    set_cookie(order.parse::<OrderId>().ok().and_then(|order| keep_order_link(order, token, is_secure())));
}

/// A page whose address has the right token in it is left for the same one without. A wrong one is no secret.
pub(super) fn leave_address(shop: &LiveShop, order: &OrderView, access: &OrderAccess) -> Result<()> {
    let Some(token) = &access.token else { return Ok(()) };
    let is_in_address = with_context::<Parts, _>(|parts| {
        let names_it = parts.uri.query().is_some_and(|query| query.contains(token.as_str()));
        parts.method != Method::POST && names_it && asks_for_page(&parts.headers)
    });
    if is_in_address == Some(true) && shop.opens_order(token, order.id)? {
        keep(&order.id.to_string(), token.as_str());
        lead_to(&format!("/orders/{}", order.id));
    }
    Ok(())
}
