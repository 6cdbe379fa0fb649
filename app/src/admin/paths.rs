//! Where things of the back office have their pages.

pub fn order_path(id: &str) -> String {
    format!("/admin/orders/{id}")
}

/// The file of an invoice or a credit note of an order.
pub fn paper_path(order: &str, number: &str) -> String {
    format!("/admin/orders/{order}/papers/{number}.pdf")
}

pub fn customer_path(id: &str) -> String {
    format!("/admin/customers/{id}")
}

pub fn product_path(id: &str) -> String {
    format!("/admin/products/{id}")
}

pub fn variant_path(id: &str) -> String {
    format!("/admin/stock/{id}")
}

/// Who works here.
pub const TEAM_PATH: &str = "/admin/staff";

/// Where somebody who is invited says yes.
pub fn invitation_path(token: &str) -> String {
    format!("/invitation?token={token}")
}
