//! Where things of the back office have their pages.

use shop::domain::Fields;

pub fn order_path(id: &str) -> String {
    format!("/admin/orders/{id}")
}

pub fn product_path(id: &str) -> String {
    format!("/admin/products/{id}")
}

pub fn variant_path(id: &str) -> String {
    format!("/admin/stock/{id}")
}

/// Which product a form is about: nothing that leads elsewhere.
pub fn product_of(fields: &Fields) -> String {
    let id = fields.get("id").map(String::as_str).unwrap_or_default();
    if id.chars().all(|c| c.is_ascii_hexdigit() || c == '-') { id.to_owned() } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_leads_to_a_product_and_nowhere_else() {
        let of = |id: &str| product_of(&[("id".to_owned(), id.to_owned())].into());
        assert_eq!(of("0191d5a0-0000-7000-8000-000000000001"), "0191d5a0-0000-7000-8000-000000000001");
        assert_eq!((of("../../cart"), of("?x"), product_of(&Fields::new())), Default::default());
    }
}
