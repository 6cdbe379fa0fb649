//! Server only: what a page or a form needs of the request it answers. Who asks, whose cart, what a form says next.
//!
//! The server crate calls `provide` for every request, pages and server functions alike. Everything else here is for the
//! bodies of server functions.

mod account;
mod bulk;
mod choice;
mod confirm;
mod factors;
mod flash;
mod forms;
mod invitations;
mod markdown;
mod options;
mod order_links;
mod policy;
mod reads;
mod response;
mod sessions;
mod site;
mod staff;
mod texts;
mod writes;

use leptos::prelude::*;
use session::Site;

pub use account::{
    KeptLink, change_password, close_account, confirm_email, confirm_wish, end_other_sessions, end_session,
    forget_wish, kept_link, load_sessions, refuse_review_requests, request_data_export, request_email_change,
    request_password_reset, reset_password, send_verification, wish_stock, wished_words,
};
pub use bulk::{changed_words, chosen_orders, counted_words, packed_words};
pub use choice::{Choice, parse_quantity};
pub use factors::{
    add_passkey, begin_totp, confirm_account, confirm_totp, finish_sign_in, new_passkey_challenge, passkey_challenge,
    passkey_words, remove_passkey, remove_totp, renew_recovery_codes, security_page, sign_in, sign_in_with_passkey,
    waits_for_code,
};
pub use flash::outcome;
pub use forms::Form;
pub use invitations::{accept_invitation, invitation, join_staff};
pub use markdown::markdown;
pub use options::save_options;
pub use policy::content_security_policy;
pub use reads::{
    checkout_page, customer_page, header, moved_to, order_page, order_part, page, product_page, product_reviews,
    viewers_email, visit_cart,
};
pub use sessions::{cart_owner, customer, open_account, request_order_link, sign_out, sign_up};
pub use staff::{
    Editor, as_staff, confirm_password, edited, editor_form, events_page, form_page, key_shown, move_order, order_of,
    page_of, parse_optional, preview_page, product_of, recorded, sent_again, slug_of, staff_page, version_of_review,
};
pub use texts::{PageSearch, described_in, looked_at};
pub use writes::{
    add_to_cart, apply_code, as_customer, on_cart, on_checkout, on_order, order_again, pay, place_order,
    take_order_along, write_review,
};

use crate::ui::{Brand, PageHead, Rights, ShopTime};
use reads::Visit;

/// Gives one request its context: the site, the outcome the last form left, and for pages their security policy. For
/// pages (`server/src/web/document.rs`) and server functions (`router.rs`) alike.
pub fn provide(site: Site) {
    let shop = site.shop.clone();
    let currency = Some(shop.settings().currency);
    provide_context(Brand { content: shop.content(), base_url: site.base_url.clone(), currency });
    provide_context(ShopTime::new(move |at| shop.local_time(at)));
    provide_context(site);
    provide_context(Visit::default());
    provide_context(PageHead::default());
    if let Some(role) = sessions::works_as() {
        provide_context(Rights(role));
    }
    flash::take();
    policy::apply();
}
