//! Where an order has its page.

/// The order's page, with the token that opens it where one was brought.
pub fn order_path(id: &str, token: &str) -> String {
    with_token(format!("/orders/{id}"), token)
}

/// Its invoice.
pub fn invoice_path(id: &str, token: &str) -> String {
    with_token(format!("/orders/{id}/invoice.pdf"), token)
}

/// A credit note of it, or what cancels one.
pub fn credit_note_path(id: &str, number: &str, token: &str) -> String {
    with_token(format!("/orders/{id}/credit-notes/{number}.pdf"), token)
}

/// What is no token opens nothing, and need not be carried on.
fn with_token(path: String, token: &str) -> String {
    match !token.is_empty() && token.bytes().all(|b| b.is_ascii_alphanumeric()) {
        true => format!("{path}?token={token}"),
        false => path,
    }
}
