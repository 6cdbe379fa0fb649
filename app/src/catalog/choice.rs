//! Which variant a set of chosen options means.

use shop::domain::VariantId;
use shop::dto::{ProductView, VariantView};

/// A variant, as far as choosing it goes: the core's, or as the buy box has it.
pub trait Choosable {
    /// One value per group.
    fn options(&self) -> &[String];
    fn stock(&self) -> u32;
}

impl Choosable for VariantView {
    fn options(&self) -> &[String] {
        &self.options
    }

    fn stock(&self) -> u32 {
        self.stock
    }
}

/// The form's name for the options of a group, counted from 0: together they are the list `options`, however many there are.
pub fn option_name(group: usize) -> String {
    format!("options[{group}]")
}

/// The page of a product with these options chosen, as the form without scripts names them.
pub fn address(slug: &str, options: &[String]) -> String {
    let mut pairs = form_urlencoded::Serializer::new(String::new());
    for (group, value) in options.iter().enumerate() {
        pairs.append_pair(&option_name(group), value);
    }
    let (slug, query) = (form_urlencoded::byte_serialize(slug.as_bytes()).collect::<String>(), pairs.finish());
    if query.is_empty() { format!("/products/{slug}") } else { format!("/products/{slug}?{query}") }
}

/// What is said of variants: once where it is the same for all, else each with its choice: `$5.00 (Red / Small)`.
pub fn of_choices(product: &ProductView, said: &[(VariantId, String)], between: &str) -> Option<String> {
    let (_, first) = said.first()?;
    if said.len() == product.variants.len() && said.iter().all(|(_, words)| words == first) {
        return Some(first.clone());
    }
    let choice = |id: VariantId| product.variants.iter().find(|v| v.id == id).map(|v| v.options.join(" / "));
    let each = said.iter().filter_map(|(id, words)| Some(format!("{words} ({})", choice(*id)?)));
    Some(each.collect::<Vec<_>>().join(between))
}

/// The place of the variant with these values, one per group. Where there is none, the nearest: it has the value that
/// was `picked` last (a group's place), is on the shelf if any such is, and shares the most with the rest.
pub fn nearest<V: Choosable>(variants: &[V], values: &[String], picked: Option<usize>) -> Option<usize> {
    let shared = |v: &V| v.options().iter().zip(values).filter(|(a, b)| a == b).count();
    let fits = |v: &V| picked.is_none_or(|group| v.options().get(group) == values.get(group));
    let exact = variants.iter().position(|v| v.options() == values);
    exact.or_else(|| {
        let fitting = variants.iter().enumerate().filter(|(_, v)| fits(v));
        // The first of equals: `max_by_key` would take the last.
        fitting.rev().max_by_key(|(_, v)| (shared(v), v.stock() > 0)).map(|(place, _)| place)
    })
}

/// Whether picking this value of a group leads to something that is sold out, the rest of the choice staying as it is
/// where it can.
pub fn leads_to_sold_out<V: Choosable>(variants: &[V], chosen: &[String], group: usize, value: &str) -> bool {
    let mut values = chosen.to_vec();
    if let Some(own) = values.get_mut(group) {
        value.clone_into(own);
    }
    let place = nearest(variants, &values, Some(group));
    place.and_then(|place| variants.get(place)).is_none_or(|v| v.stock() == 0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use shop::domain::{Currency, Money, VariantId};

    fn variant(options: [&str; 2], stock: u32) -> VariantView {
        VariantView {
            id: VariantId("0191d5a0-0000-7000-8000-000000000001".parse().unwrap()),
            sku: options.concat(),
            options: options.map(str::to_owned).to_vec(),
            price: Money::zero(Currency::USD),
            compare_at_price: None,
            stock,
            image: None,
        }
    }

    #[test]
    fn the_address_of_a_choice_stays_with_the_products() {
        assert_eq!(address("mug", &[]), "/products/mug");
        assert_eq!(
            address("mug", &["Oat & Rye".into(), "L".into()]),
            "/products/mug?options%5B0%5D=Oat+%26+Rye&options%5B1%5D=L"
        );
        assert_eq!(address("../orders\r\n", &[]), "/products/..%2Forders%0D%0A");
    }

    #[test]
    fn a_choice_that_is_not_made_leads_to_the_nearest_that_is() {
        let shelf = [variant(["Oat", "S"], 1), variant(["Oat", "L"], 0), variant(["Rust", "L"], 2)];
        let pick = |a: &str, b: &str, picked| nearest(&shelf, &[a.to_owned(), b.to_owned()], picked);
        assert_eq!(pick("Oat", "L", Some(0)), Some(1), "sold out is a choice all the same");
        assert_eq!(pick("Rust", "S", Some(0)), Some(2));
        assert_eq!(pick("Rust", "S", Some(1)), Some(0));
        assert_eq!(pick("Blue", "XL", None), Some(0));
        assert_eq!(nearest::<VariantView>(&[], &[], None), None);
    }

    #[test]
    fn a_value_is_marked_where_it_leads_to_what_is_sold_out() {
        let shelf = [variant(["Oat", "S"], 1), variant(["Oat", "L"], 0), variant(["Rust", "L"], 2)];
        let oat_s = ["Oat".to_owned(), "S".to_owned()];
        assert!(leads_to_sold_out(&shelf, &oat_s, 1, "L"));
        assert!(!leads_to_sold_out(&shelf, &oat_s, 0, "Rust"), "there is no small one, but a large one");
    }
}
