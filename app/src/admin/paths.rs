//! Where things of the back office have their pages.

pub fn order_path(id: &str) -> String {
    format!("/admin/orders/{id}")
}

/// The file of an invoice or a credit note of an order.
pub fn paper_path(order: &str, number: &str) -> String {
    format!("/admin/orders/{order}/papers/{number}.pdf")
}

pub fn product_path(id: &str) -> String {
    format!("/admin/products/{id}")
}

/// Where files are sent to.
pub fn pictures_path(product: &str) -> String {
    format!("/admin/products/{product}/pictures")
}

pub fn variant_path(id: &str) -> String {
    format!("/admin/stock/{id}")
}
