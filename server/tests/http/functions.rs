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

pub const FUNCTIONS: [Row; 128] = [
    ("home", Access::Anybody, &[]),
    ("page", Access::Anybody, &[("slug", "terms")]),
    ("listing", Access::Anybody, &[]),
    ("product", Access::Anybody, &[("slug", "mug")]),
    ("header", Access::Anybody, &[]),
    ("nothing-here", Access::Anybody, &[]),
    ("cart", Access::Anybody, &[]),
    ("add-to-cart", Access::Anybody, &[("product", "mug"), ("variant_id", "VARIANT"), ("quantity", "1")]),
    ("change-line", Access::Anybody, &[("item_id", "ITEM"), ("quantity", "2")]),
    ("remove-line", Access::Anybody, &[("item_id", "ITEM")]),
    ("apply-code", Access::Anybody, &[("code", "NOTHING"), ("from", "/checkout/review")]),
    ("remove-code", Access::Anybody, &[]),
    ("estimate-shipping", Access::Anybody, &[("country", "DE")]),
    ("register", Access::Anybody, &[("name", "Eve"), ("email", "eve@example.org"), ("password", "short")]),
    ("login", Access::Anybody, &[("email", "eve@example.org"), ("password", "wrong horse")]),
    ("logout", Access::Anybody, &[]),
    ("me", Access::Customer, &[]),
    ("checkout", Access::Anybody, &[]),
    ("save-address", Access::Anybody, &[("name", "Eve"), ("country", "GB")]),
    ("update-address", Access::Anybody, &[("name", "Eve"), ("country", "US")]),
    ("address-fields", Access::Anybody, &[("section", "shipping"), ("country", "US")]),
    ("update-book-address", Access::Anybody, &[("name", "Eve"), ("country", "US")]),
    ("addresses", Access::Customer, &[]),
    ("add-address", Access::Customer, &IN_DUBLIN),
    ("address", Access::Owner, &[("id", "ADDRESS")]),
    (
        "change-address",
        Access::Owner,
        &[("id", "ADDRESS"), ("name", "A"), ("line1", "1 Main Street"), ("city", "Dublin"), ("country", "IE")],
    ),
    ("default-address", Access::Owner, &[("id", "ADDRESS")]),
    ("remove-address", Access::Owner, &[("id", "ADDRESS")]),
    ("choose-shipping", Access::Anybody, &[("shipping_method", "00000000-0000-4000-8000-000000000001")]),
    ("place-order", Access::Anybody, &[("key", "00000000-0000-4000-8000-000000000001"), ("reviewed", "0.01")]),
    ("orders", Access::Customer, &[("page", "1")]),
    ("order", Access::Owner, &[("id", "ORDER")]),
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
    ("admin-home", Access::Staff, &[]),
    ("admin-orders", Access::May(Permission::Orders), &[]),
    ("admin-order", Access::May(Permission::Orders), &[("id", "ORDER")]),
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
    ("admin-products", Access::May(Permission::Products), &[]),
    ("admin-product", Access::May(Permission::Products), &[("id", "PRODUCT")]),
    ("admin-new-product", Access::May(Permission::Products), &[]),
    ("admin-create-product", Access::May(Permission::Products), &[("fields[name]", "Jug"), ("fields[price]", "1.00")]),
    ("admin-save-product", Access::May(Permission::Products), &[("fields[id]", "PRODUCT"), ("fields[version]", "0")]),
    (
        "admin-add-variants",
        Access::May(Permission::Products),
        &[("fields[id]", "PRODUCT"), ("fields[option1_name]", "Size")],
    ),
    ("admin-save-pictures", Access::May(Permission::Products), &[("fields[id]", "PRODUCT"), ("fields[version]", "0")]),
    ("admin-stock", Access::May(Permission::Stock), &[]),
    ("admin-variant", Access::May(Permission::Stock), &[("id", "VARIANT")]),
    (
        "admin-change-stock",
        Access::May(Permission::Stock),
        &[("product_id", "PRODUCT"), ("variant_id", "VARIANT"), ("units", "1"), ("reason", "Found")],
    ),
    ("admin-content", Access::May(Permission::Content), &[]),
    ("admin-save-content", Access::May(Permission::Content), &[("fields[version]", "1"), ("fields[name]", "Tea")]),
    ("admin-page", Access::May(Permission::Content), &[("slug", "terms")]),
    ("admin-new-page", Access::May(Permission::Content), &[]),
    (
        "admin-create-page",
        Access::May(Permission::Content),
        &[("fields[title]", "About"), ("fields[body]", "Us"), ("fields[place]", "footer")],
    ),
    ("admin-save-page", Access::May(Permission::Content), &[("fields[slug]", "terms"), ("fields[version]", "0")]),
    ("admin-preview-page", Access::May(Permission::Content), &[("fields[body]", "Us")]),
    ("admin-categories", Access::May(Permission::Products), &[]),
    ("admin-category", Access::May(Permission::Products), &[("slug", "tableware")]),
    (
        "admin-save-category",
        Access::May(Permission::Products),
        &[("fields[id]", "tableware"), ("fields[name]", "Tableware")],
    ),
    ("admin-shift-category", Access::May(Permission::Products), &[("slug", "tableware"), ("up", "yes")]),
    (
        "admin-remove-category",
        Access::May(Permission::Products),
        &[("fields[id]", "tableware"), ("fields[version]", "0")],
    ),
    ("admin-imports", Access::May(Permission::Products), &[]),
    ("admin-import", Access::May(Permission::Products), &[("id", "ORDER")]),
    ("admin-want-import", Access::May(Permission::Products), &[("id", "ORDER")]),
    ("admin-promotions", Access::May(Permission::Checkout), &[]),
    ("admin-promotion", Access::May(Permission::Checkout), &[("id", "PROMOTION")]),
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
    ("admin-zones", Access::May(Permission::Checkout), &[]),
    ("admin-zone", Access::May(Permission::Checkout), &[("id", "ORDER")]),
    (
        "admin-save-zone",
        Access::May(Permission::Checkout),
        &[("fields[name]", "Islands"), ("fields[do]", "add-method")],
    ),
    ("admin-raise-zone", Access::May(Permission::Checkout), &[("id", "ORDER")]),
    ("admin-remove-zone", Access::May(Permission::Checkout), &[("fields[id]", "ORDER")]),
    ("admin-tax", Access::May(Permission::Checkout), &[]),
    ("admin-rates", Access::May(Permission::Checkout), &[("country", "DE")]),
    ("admin-save-tax", Access::May(Permission::Checkout), &[("fields[seller_country]", "DE"), ("fields[do]", "try")]),
    ("admin-save-rates", Access::May(Permission::Checkout), &[("fields[id]", "DE"), ("fields[version]", "0")]),
    ("admin-customers", Access::May(Permission::Customers), &[]),
    ("admin-customer", Access::May(Permission::Customers), &[("id", "USER")]),
    ("admin-note-customer", Access::May(Permission::Customers), &[("id", "USER"), ("note", "Called")]),
    (
        "admin-anonymise-customer",
        Access::May(Permission::CustomerData),
        &[("id", "USER"), ("email", "somebody.else@example.org")],
    ),
    ("admin-confirm-page", Access::Staff, &[]),
    ("admin-confirm", Access::Staff, &[("password", "wrong horse"), ("next", "/admin/staff")]),
    ("admin-staff", Access::May(Permission::Team), &[]),
    ("admin-invite-staff", Access::May(Permission::Team), &[("email", "new@example.org"), ("role", "packing")]),
    ("admin-resend-invitation", Access::May(Permission::Team), &[("id", "ORDER")]),
    ("admin-revoke-invitation", Access::May(Permission::Team), &[("id", "ORDER")]),
    ("admin-change-role", Access::May(Permission::Team), &[("user_id", "USER"), ("role", "packing")]),
    ("admin-remove-staff", Access::May(Permission::Team), &[("user_id", "USER")]),
    ("invitation", Access::Anybody, &[("token", "nobodys")]),
    ("accept-invitation", Access::Anybody, &[("token", "nobodys"), ("name", "Eve"), ("password", "correct horse")]),
    ("join-staff", Access::Customer, &[("token", "nobodys")]),
    ("admin-mail", Access::May(Permission::Mail), &[]),
    ("admin-letter", Access::May(Permission::Mail), &[("id", "ORDER")]),
    ("admin-retry-mail", Access::May(Permission::Mail), &[]),
    ("admin-keys", Access::May(Permission::Keys), &[]),
    ("admin-make-key", Access::May(Permission::Keys), &[("fields[name]", "Robot"), ("fields[may-stock]", "on")]),
    ("admin-revoke-key", Access::May(Permission::Keys), &[("id", "ORDER")]),
    ("admin-events", Access::May(Permission::Events), &[]),
    ("admin-replay-event", Access::May(Permission::Events), &[("position", "1")]),
    ("admin-try-events", Access::May(Permission::Events), &[]),
    ("admin-webhooks", Access::May(Permission::Webhooks), &[]),
    ("admin-webhook", Access::May(Permission::Webhooks), &[("id", "ORDER")]),
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
    ("admin-audit", Access::May(Permission::Audit), &[]),
    ("admin-verify-audit", Access::May(Permission::Audit), &[]),
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
