//! Where an order has its page. What opens it to somebody without an account waits in a cookie, and in no address.

/// The order's page.
pub fn order_path(id: &str) -> String {
    format!("/orders/{id}")
}

/// Its invoice.
pub fn invoice_path(id: &str) -> String {
    format!("/orders/{id}/invoice.pdf")
}

/// A credit note of it, or what cancels one.
pub fn credit_note_path(id: &str, number: &str) -> String {
    format!("/orders/{id}/credit-notes/{number}.pdf")
}

/// Where its buyer says what they think of a line of it. What is no variant names nothing.
pub fn review_path(id: &str, variant: &str) -> String {
    let is_id = variant.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    format!("/orders/{id}/review/{}", if is_id { variant } else { "" })
}
