//! Where an order has its page.

/// The order's page, with the token that opens it where one was brought.
pub fn order_path(id: &str, token: &str) -> String {
    // What is no token opens nothing, and need not be carried on.
    match !token.is_empty() && token.bytes().all(|b| b.is_ascii_alphanumeric()) {
        true => format!("/orders/{id}?token={token}"),
        false => format!("/orders/{id}"),
    }
}
