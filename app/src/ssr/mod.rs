//! Server only: what a page or a form needs of the request it answers. Who asks, whose cart, what a form says next.
//!
//! The server crate calls `provide` for every request, pages and server functions alike. Everything else here is for the
//! bodies of server functions.

mod choice;
mod confirm;
mod flash;
mod forms;
mod markdown;
mod policy;
mod reads;
mod sessions;
mod site;
mod staff;
mod texts;
mod writes;

use leptos::prelude::*;
use session::Site;

pub use choice::{Choice, parse_quantity};
pub use flash::outcome;
pub use forms::Form;
pub use markdown::markdown;
pub use policy::content_security_policy;
pub use reads::{checkout_page, customer_page, header, order_page, page, viewer_page, visit_cart};
pub use sessions::{
    accept_invitation, cart_owner, customer, open_account, request_order_link, sign_in, sign_out, sign_up,
};
pub use staff::{
    Editor, as_staff, confirm_password, edited, editor_form, form_page, key_shown, move_order, page_of, preview_page,
    product_of, recorded, slug_of, staff_page,
};
pub use texts::{PageSearch, looked_at};
pub use writes::{
    apply_code, as_customer, on_cart, on_checkout, on_order, order_again, pay, place_order, take_order_along,
};

use crate::ui::{Brand, ReloadWithoutScripts, Rights, ShopTime};
use reads::Visit;

/// Gives one request its context: the site, the outcome the last form left, and for pages their security policy. For
/// the `additional_context` of both `leptos_routes_with_context` and `handle_server_fns_with_context`.
pub fn provide(site: &Site) {
    let shop = site.shop.clone();
    provide_context(Brand { content: shop.content(), base_url: site.base_url.clone() });
    provide_context(ShopTime::new(move |at| shop.local_time(at)));
    provide_context(site.clone());
    provide_context(Visit::default());
    provide_context(ReloadWithoutScripts::default());
    if let Some(role) = sessions::works_as() {
        provide_context(Rights(role));
    }
    flash::take();
    policy::apply();
}
