//! Every server function, who may use it, and what it is asked here. The registry of Leptos says whether one is missing.

use std::collections::BTreeSet;

use leptos::server_fn::axum::server_fn_paths;
use shop::domain::Permission;

/// Who may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    Anybody,
    /// Whoever is signed in.
    Customer,
    /// The customer whose order or address it is; for others there is no such thing.
    Owner,
    /// Whoever works here. For others there is no such thing, but the sign-in for who is nobody.
    Staff,
    /// Whoever works here in a role that may. Others who work here are told that they may not.
    May(Permission),
}

const IN_DUBLIN: [(&str, &str); 4] =
    [("name", "Eve"), ("line1", "2 Main Street"), ("city", "Dublin"), ("country", "IE")];

/// A function, who may use it, and its fields; `ORDER`, `ADDRESS`, `ITEM` and `VARIANT` stand for ids.
pub type Row = (&'static str, Access, &'static [(&'static str, &'static str)]);

pub const FUNCTIONS: [Row; 130] = [
    ("header", Access::Anybody, &[]),
    ("add-to-cart", Access::Anybody, &[("product", "mug"), ("variant_id", "VARIANT"), ("quantity", "1")]),
    ("change-line", Access::Anybody, &[("item_id", "ITEM"), ("quantity", "2")]),
    ("remove-line", Access::Anybody, &[("item_id", "ITEM")]),
    ("apply-code", Access::Anybody, &[("code", "NOTHING"), ("from", "/checkout/review")]),
    ("remove-code", Access::Anybody, &[]),
    ("estimate-shipping", Access::Anybody, &[("country", "DE")]),
    ("register", Access::Anybody, &[("name", "Eve"), ("email", "eve@example.org"), ("password", "short")]),
    ("login", Access::Anybody, &[("email", "eve@example.org"), ("password", "wrong horse")]),
    ("login-code", Access::Anybody, &[("code", "000000")]),
    ("passkey-challenge", Access::Anybody, &[]),
    ("passkey-login", Access::Anybody, &[("answer", "{}")]),
    ("logout", Access::Anybody, &[]),
    ("forgot-password", Access::Anybody, &[("email", "nobody@example.org")]),
    ("reset-password", Access::Anybody, &[("password", "correct horse")]),
    ("verify-email", Access::Customer, &[]),
    ("send-verification", Access::Customer, &[]),
    ("change-name", Access::Customer, &[("name", " ")]),
    ("change-email", Access::Customer, &[("email", "nobody"), ("email_password", "wrong horse")]),
    ("change-password", Access::Customer, &[("current_password", "wrong horse"), ("password", "short")]),
    ("end-session", Access::Customer, &[("handle", "nobodys")]),
    ("end-other-sessions", Access::Customer, &[]),
    ("request-data", Access::Customer, &[("export_password", "wrong horse")]),
    ("delete-account", Access::Customer, &[("delete_password", "wrong horse")]),
    ("wish-stock", Access::Anybody, &[("product", "mug"), ("variant_id", "VARIANT"), ("email", "eve@example.org")]),
    ("confirm-stock-wish", Access::Anybody, &[]),
    ("forget-stock-wish", Access::Anybody, &[]),
    (
        "write-review",
        Access::Owner,
        &[("order_id", "ORDER"), ("variant", "VARIANT"), ("stars", "5"), ("text", "Good."), ("name", "Eve")],
    ),
    ("refuse-review-requests", Access::Anybody, &[]),
    ("add-to-wishlist", Access::Customer, &[("product", "mug")]),
    ("remove-from-wishlist", Access::Customer, &[("id", "PRODUCT")]),
    ("confirm-account", Access::Customer, &[("password", "wrong horse")]),
    ("begin-totp", Access::Customer, &[]),
    ("confirm-totp", Access::Customer, &[("code", "000000")]),
    ("remove-totp", Access::Customer, &[]),
    ("renew-recovery-codes", Access::Customer, &[]),
    ("new-passkey-challenge", Access::Customer, &[]),
    ("add-passkey", Access::Customer, &[("answer", "{}"), ("passkey_name", "Phone")]),
    ("remove-passkey", Access::Customer, &[("id", "ORDER")]),
    ("save-address", Access::Anybody, &[("name", "Eve"), ("country", "GB")]),
    ("update-address", Access::Anybody, &[("name", "Eve"), ("country", "US")]),
    ("address-fields", Access::Anybody, &[("section", "shipping"), ("country", "US")]),
    ("update-book-address", Access::Anybody, &[("name", "Eve"), ("country", "US")]),
    ("add-address", Access::Customer, &IN_DUBLIN),
    (
        "change-address",
        Access::Owner,
        &[("id", "ADDRESS"), ("name", "A"), ("line1", "1 Main Street"), ("city", "Dublin"), ("country", "IE")],
    ),
    ("default-address", Access::Owner, &[("id", "ADDRESS")]),
    ("remove-address", Access::Owner, &[("id", "ADDRESS")]),
    ("choose-shipping", Access::Anybody, &[("shipping_method", "00000000-0000-4000-8000-000000000001")]),
    ("place-order", Access::Anybody, &[("key", "00000000-0000-4000-8000-000000000001"), ("reviewed", "0.01")]),
    ("pay-order", Access::Owner, &[("order_id", "ORDER"), ("outcome", "decline")]),
    ("pay-by-hand", Access::Owner, &[("order_id", "ORDER")]),
    ("cancel-order", Access::Owner, &[("order_id", "ORDER")]),
    (
        "request-return",
        Access::Owner,
        &[("order_id", "ORDER"), ("reason", "Too small"), ("units[v00000000-0000-4000-8000-000000000001]", "1")],
    ),
    ("order-again", Access::Owner, &[("order_id", "ORDER")]),
    ("track-order", Access::Anybody, &[("number", "1001"), ("email", "ada@example.org")]),
    ("open-account", Access::Owner, &[("order_id", "ORDER"), ("password", "correct horse")]),
    ("take-order-along", Access::Owner, &[("order_id", "ORDER")]),
    ("admin-pack-orders", Access::May(Permission::Shipping), &[("orders[oORDER]", "yes"), ("packed", "yes")]),
    ("admin-ship-order", Access::May(Permission::Shipping), &[("order_id", "ORDER"), ("units[vVARIANT]", "1")]),
    (
        "admin-refund-order",
        Access::May(Permission::Refunds),
        &[("order_id", "ORDER"), ("amount", "1.00"), ("reason", "Late")],
    ),
    ("admin-move-order", Access::May(Permission::OrderChanges), &[("order_id", "ORDER"), ("status", "completed")]),
    (
        "admin-record-payment",
        Access::May(Permission::OrderChanges),
        &[("order_id", "ORDER"), ("amount", "1.00"), ("reference", "transfer 1")],
    ),
    (
        "admin-give-refund",
        Access::May(Permission::Refunds),
        &[("order_id", "ORDER"), ("refund_id", "ORDER"), ("reference", "transfer 2")],
    ),
    (
        "admin-waive-refund",
        Access::May(Permission::Refunds),
        &[("order_id", "ORDER"), ("refund_id", "ORDER"), ("reason", "Paid in cash")],
    ),
    (
        "admin-look-into-refund",
        Access::May(Permission::Refunds),
        &[("order_id", "ORDER"), ("payment_id", "ORDER"), ("reference", "re_1")],
    ),
    (
        "admin-answer-return",
        Access::May(Permission::OrderChanges),
        &[("order_id", "ORDER"), ("return_id", "ORDER"), ("decision", "approve")],
    ),
    (
        "admin-close-return",
        Access::May(Permission::OrderChanges),
        &[("order_id", "ORDER"), ("return_id", "ORDER"), ("answer", "It never came")],
    ),
    ("admin-receive-return", Access::May(Permission::Refunds), &[("order_id", "ORDER"), ("return_id", "ORDER")]),
    ("admin-note-order", Access::May(Permission::Orders), &[("order_id", "ORDER"), ("note", "Called")]),
    (
        "admin-readdress-order",
        Access::May(Permission::OrderChanges),
        &[("order_id", "ORDER"), ("name", "Eve"), ("country", "GB")],
    ),
    (
        "admin-write-to-customer",
        Access::May(Permission::OrderChanges),
        &[("fields[order_id]", "ORDER"), ("fields[subject]", "Hello")],
    ),
    (
        "admin-change-products",
        Access::May(Permission::Products),
        &[("fields[versions]", "x"), ("fields[to_status]", "draft")],
    ),
    ("admin-create-product", Access::May(Permission::Products), &[("fields[name]", "Jug"), ("fields[price]", "1.00")]),
    ("admin-save-product", Access::May(Permission::Products), &[("fields[id]", "PRODUCT"), ("fields[version]", "0")]),
    ("admin-preview-product", Access::May(Permission::Products), &[("fields[name]", "Jug")]),
    ("admin-save-options", Access::May(Permission::Products), &[("fields[id]", "PRODUCT"), ("fields[version]", "0")]),
    ("admin-save-pictures", Access::May(Permission::Products), &[("fields[id]", "PRODUCT"), ("fields[version]", "0")]),
    (
        "admin-change-stock",
        Access::May(Permission::Stock),
        &[("product_id", "PRODUCT"), ("variant_id", "VARIANT"), ("units", "1"), ("reason", "Found")],
    ),
    ("admin-save-counts", Access::May(Permission::Stock), &[("fields[reason]", "Stocktaking"), ("fields[key]", "1")]),
    ("admin-set-low-stock", Access::May(Permission::Stock), &[("variant_id", "VARIANT"), ("low_at", "5")]),
    ("admin-save-content", Access::May(Permission::Content), &[("fields[version]", "1"), ("fields[name]", "Tea")]),
    (
        "admin-save-shop-picture",
        Access::May(Permission::Content),
        &[("fields[place]", "logo"), ("fields[act]", "remove")],
    ),
    (
        "admin-create-page",
        Access::May(Permission::Content),
        &[("fields[title]", "About"), ("fields[body]", "Us"), ("fields[place]", "footer")],
    ),
    ("admin-save-page", Access::May(Permission::Content), &[("fields[slug]", "terms"), ("fields[version]", "0")]),
    ("admin-preview-page", Access::May(Permission::Content), &[("fields[body]", "Us")]),
    (
        "admin-save-category",
        Access::May(Permission::Products),
        &[("fields[id]", "tableware"), ("fields[name]", "Tableware")],
    ),
    (
        "admin-save-category-picture",
        Access::May(Permission::Products),
        &[("fields[id]", "tableware"), ("fields[act]", "remove")],
    ),
    ("admin-shift-category", Access::May(Permission::Products), &[("slug", "tableware"), ("up", "yes")]),
    (
        "admin-remove-category",
        Access::May(Permission::Products),
        &[("fields[id]", "tableware"), ("fields[version]", "0")],
    ),
    (
        "admin-save-synonyms",
        Access::May(Permission::Products),
        &[("fields[word]", "couch"), ("fields[means]", "settee, sofa")],
    ),
    ("admin-remove-synonyms", Access::May(Permission::Products), &[("fields[id]", "couch"), ("fields[version]", "0")]),
    ("admin-want-import", Access::May(Permission::Products), &[("id", "ORDER")]),
    (
        "admin-save-promotion",
        Access::May(Permission::Checkout),
        &[("fields[name]", "Off"), ("fields[kind]", "percent")],
    ),
    ("admin-switch-promotion", Access::May(Permission::Checkout), &[("id", "PROMOTION"), ("active", "no")]),
    (
        "admin-remove-promotion",
        Access::May(Permission::Checkout),
        &[("fields[id]", "PROMOTION"), ("fields[version]", "0")],
    ),
    (
        "admin-save-zone",
        Access::May(Permission::Checkout),
        &[("fields[name]", "Islands"), ("fields[do]", "add-method")],
    ),
    ("admin-raise-zone", Access::May(Permission::Checkout), &[("id", "ORDER")]),
    ("admin-remove-zone", Access::May(Permission::Checkout), &[("fields[id]", "ORDER")]),
    ("admin-save-tax", Access::May(Permission::Checkout), &[("fields[seller_country]", "DE"), ("fields[do]", "try")]),
    ("admin-save-rates", Access::May(Permission::Checkout), &[("fields[id]", "DE"), ("fields[version]", "0")]),
    (
        "admin-save-business",
        Access::May(Permission::Payments),
        &[("fields[return_days]", "14"), ("fields[version]", "0")],
    ),
    ("admin-note-customer", Access::May(Permission::Customers), &[("id", "USER"), ("note", "Called")]),
    (
        "admin-anonymise-customer",
        Access::May(Permission::CustomerData),
        &[("id", "USER"), ("email", "somebody.else@example.org")],
    ),
    ("admin-confirm", Access::Staff, &[("password", "wrong horse"), ("next", "/admin/staff")]),
    ("admin-invite-staff", Access::May(Permission::Team), &[("email", "new@example.org"), ("role", "packing")]),
    ("admin-resend-invitation", Access::May(Permission::Team), &[("id", "ORDER")]),
    ("admin-revoke-invitation", Access::May(Permission::Team), &[("id", "ORDER")]),
    ("admin-change-role", Access::May(Permission::Team), &[("user_id", "USER"), ("role", "packing")]),
    ("admin-reset-factors", Access::May(Permission::Team), &[("user_id", "USER")]),
    ("admin-sign-out", Access::May(Permission::Team), &[("user_id", "ORDER")]),
    ("admin-remove-staff", Access::May(Permission::Team), &[("user_id", "USER")]),
    ("accept-invitation", Access::Anybody, &[("token", "nobodys"), ("name", "Eve"), ("password", "correct horse")]),
    ("join-staff", Access::Customer, &[("token", "nobodys")]),
    ("admin-publish-review", Access::May(Permission::Reviews), &[("id", "ORDER"), ("version", "1")]),
    ("admin-decline-review", Access::May(Permission::Reviews), &[("id", "ORDER"), ("version", "1"), ("reason", "No")]),
    (
        "admin-answer-review",
        Access::May(Permission::Reviews),
        &[("id", "ORDER"), ("version", "1"), ("answer", "Thank you")],
    ),
    ("admin-retry-mail", Access::May(Permission::Mail), &[]),
    ("admin-resend-mail", Access::May(Permission::Mail), &[("id", "ORDER")]),
    ("admin-make-key", Access::May(Permission::Keys), &[("fields[name]", "Robot"), ("fields[may-stock]", "on")]),
    ("admin-revoke-key", Access::May(Permission::Keys), &[("id", "ORDER")]),
    ("admin-replay-event", Access::May(Permission::Events), &[("position", "1")]),
    ("admin-replay-events", Access::May(Permission::Events), &[]),
    ("admin-try-events", Access::May(Permission::Events), &[]),
    (
        "admin-add-webhook",
        Access::May(Permission::Webhooks),
        &[("fields[url]", "https://erp.example.org/hooks"), ("fields[event-order.paid]", "on")],
    ),
    (
        "admin-save-webhook",
        Access::May(Permission::Webhooks),
        &[
            ("fields[id]", "ORDER"),
            ("fields[url]", "https://erp.example.org/hooks"),
            ("fields[event-order.paid]", "on"),
        ],
    ),
    ("admin-rotate-webhook", Access::May(Permission::Webhooks), &[("id", "ORDER")]),
    ("admin-switch-webhook", Access::May(Permission::Webhooks), &[("id", "ORDER"), ("on", "yes")]),
    ("admin-remove-webhook", Access::May(Permission::Webhooks), &[("id", "ORDER")]),
    ("admin-test-webhook", Access::May(Permission::Webhooks), &[("id", "ORDER")]),
    ("admin-retry-webhook", Access::May(Permission::Webhooks), &[("id", "ORDER"), ("position", "1")]),
];

pub fn names() -> impl Iterator<Item = &'static str> {
    FUNCTIONS.into_iter().map(|(name, ..)| name)
}

#[test]
fn every_server_function_has_a_row() {
    let registered: BTreeSet<_> = server_fn_paths().map(|(path, method)| format!("{method} {path}")).collect();
    let rows: BTreeSet<_> = names().map(|name| format!("POST /do/{name}")).collect();
    assert!(!registered.is_empty());
    assert_eq!(registered, rows, "who may use a new one, and what is it asked? Give it a row");
}
