//! Every operation of the API, who may call it, and a body it can read. The OpenAPI document says whether one is missing.

use shop::domain::Permission;

use Caller::May;
use Permission as P;

/// Who may call an operation of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Caller {
    Anybody,
    Customer,
    Owner,
    /// Staff whose role may.
    May(Permission),
    /// Themselves, and staff who may see customers.
    Person,
    /// Whoever works here; others are told that there is no such thing.
    Unseen,
    /// The same, of those whose role may.
    UnseenMay(Permission),
}

/// An operation, who may call it, and a body it can read.
pub const OPERATIONS: [(&str, Caller, &str); 55] = [
    ("register", Caller::Anybody, r#"{"name":"Eve","email":"eve@example.org","password":"short"}"#),
    ("sign_in", Caller::Anybody, r#"{"email":"eve@example.org","password":"wrong horse"}"#),
    ("sign_out", Caller::Anybody, ""),
    ("list_products", Caller::Anybody, ""),
    ("read_product", Caller::Anybody, ""),
    ("create_product", May(P::Products), r#"{"name":"Jug","description":"A jug.","price":"1.00","stock":1}"#),
    ("update_product", May(P::Products), r#"{"name":"Mug","description":"A mug.","price":"1.00","version":1}"#),
    ("withdraw_product", May(P::Products), ""),
    ("suggest", Caller::Anybody, ""),
    ("change_stock", May(P::Stock), r#"{"change":1,"reason":"One more was found"}"#),
    ("read_cart", Caller::Anybody, ""),
    ("add_to_cart", Caller::Anybody, r#"{"product_id":"PRODUCT","quantity":1}"#),
    ("change_cart_item", Caller::Anybody, r#"{"quantity":1}"#),
    ("remove_cart_item", Caller::Anybody, ""),
    ("clear_cart", Caller::Anybody, ""),
    ("set_coupon", Caller::Anybody, r#"{"code":"NOTHING"}"#),
    ("remove_coupon", Caller::Anybody, ""),
    ("list_shipping_methods", Caller::Anybody, ""),
    ("place_order", Caller::Anybody, r#"{"items":[{"product_id":"PRODUCT","quantity":1}]}"#),
    ("list_orders", Caller::Customer, ""),
    ("read_order", Caller::Owner, ""),
    ("pay_order", Caller::Owner, r#"{"outcome":"decline"}"#),
    ("cancel_order", Caller::Owner, ""),
    ("order_again", Caller::Owner, ""),
    ("ship_order", May(P::Shipping), "{}"),
    (
        "request_return",
        Caller::Owner,
        r#"{"items":[{"variant_id":"00000000-0000-4000-8000-000000000001","quantity":1}],"reason":"Too small"}"#,
    ),
    ("approve_return", May(P::OrderChanges), "{}"),
    ("refuse_return", May(P::OrderChanges), r#"{"answer":"It was worn"}"#),
    ("close_return", May(P::OrderChanges), r#"{"answer":"It never came"}"#),
    ("receive_return", May(P::Refunds), "{}"),
    ("refund_order", May(P::Refunds), r#"{"amount":"1.00","reason":"Late"}"#),
    ("record_payment", May(P::OrderChanges), r#"{"amount":"24.00","reference":"transfer 4711"}"#),
    ("mark_refund_given", May(P::Refunds), r#"{"reference":"transfer 4712"}"#),
    ("waive_refund", May(P::Refunds), r#"{"reason":"Paid in cash"}"#),
    ("set_order_status", May(P::OrderChanges), r#"{"status":"completed"}"#),
    ("list_addresses", Caller::Customer, ""),
    ("add_address", Caller::Customer, r#"{"name":"Eve","line1":"1 Main Street","city":"Dublin","country":"IE"}"#),
    ("read_address", Caller::Owner, ""),
    ("change_address", Caller::Owner, r#"{"name":"Eve","line1":"1 Main Street","city":"Dublin","country":"IE"}"#),
    ("remove_address", Caller::Owner, ""),
    ("list_promotions", May(P::Checkout), ""),
    ("create_promotion", May(P::Checkout), r#"{"name":"Off","kind":"percent","value":"5","active":false}"#),
    ("update_promotion", May(P::Checkout), r#"{"name":"Off","kind":"percent","value":"6","active":false}"#),
    ("delete_promotion", May(P::Checkout), ""),
    ("read_shipping_zones", May(P::Checkout), ""),
    ("replace_shipping_zones", May(P::Checkout), r#"{"zones":[]}"#),
    ("read_tax_rates", May(P::Checkout), ""),
    (
        "replace_tax_rates",
        May(P::Checkout),
        r#"{"prices_include_tax":true,"shipping_class":"standard","seller_country":"US","rates":[]}"#,
    ),
    ("list_reviews", Caller::Anybody, ""),
    ("list_reviews_for_staff", May(P::Reviews), ""),
    ("publish_review", May(P::Reviews), r#"{"version":1}"#),
    ("decline_review", May(P::Reviews), r#"{"version":1,"reason":"No"}"#),
    ("answer_review", May(P::Reviews), r#"{"version":1,"answer":"Thank you"}"#),
    ("list_users", May(P::Customers), ""),
    ("read_user", Caller::Person, ""),
];
