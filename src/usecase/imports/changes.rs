//! What an import makes other than it was, for the audit log: what differs and nothing else, and of large files the first of it.
//! The rest is counted, and the file's hash says which file it was.

use serde_json::{Map, Value, json};

use super::{ProductWrite, VariantWrite};

/// So many products and variants are told of.
const MOST: usize = 500;
/// So many letters of a text.
const MOST_LETTERS: usize = 80;

#[derive(Debug, Default)]
pub(super) struct Changes {
    /// By slug.
    products: Sides,
    /// By the sku that each had.
    variants: Sides,
    /// How many are not told of.
    more: u32,
}

#[derive(Debug, Default)]
struct Sides {
    before: Map<String, Value>,
    after: Map<String, Value>,
}

impl Changes {
    pub fn product(&mut self, was: &ProductWrite, now: &ProductWrite) {
        if was != now && self.has_room() {
            self.products.record(&was.slug, &json!(was), &json!(now));
        }
    }

    pub fn variant(&mut self, was: &VariantWrite, now: &VariantWrite) {
        if was != now && self.has_room() {
            self.variants.record(&was.sku, &json!(was), &json!(now));
        }
    }

    /// What was before; null: nothing is other than it was.
    pub fn before(&self) -> Value {
        match self.listed() {
            0 => Value::Null,
            _ => json!({ "products": self.products.before, "variants": self.variants.before }),
        }
    }

    /// What is said of the import, and what is now.
    pub fn after(&self, mut said: Map<String, Value>) -> Value {
        if self.listed() > 0 {
            said.insert("products".to_owned(), json!(self.products.after));
            said.insert("variants".to_owned(), json!(self.variants.after));
        }
        if self.more > 0 {
            said.insert("not_told".to_owned(), json!(self.more));
        }
        Value::Object(said)
    }

    fn listed(&self) -> usize {
        self.products.before.len() + self.variants.before.len()
    }

    /// Whether one more is told of; else it is counted.
    fn has_room(&mut self) -> bool {
        let has_room = self.listed() < MOST;
        if !has_room {
            self.more = self.more.saturating_add(1);
        }
        has_room
    }
}

impl Sides {
    /// The fields that differ.
    fn record(&mut self, name: &str, was: &Value, now: &Value) {
        let (Some(was), Some(now)) = (was.as_object(), now.as_object()) else { return };
        let differ: Vec<&String> = now.keys().filter(|key| was.get(key.as_str()) != now.get(key.as_str())).collect();
        for (side, fields) in [(&mut self.before, was), (&mut self.after, now)] {
            let told = differ.iter().map(|key| ((*key).clone(), fields.get(key.as_str()).map_or(Value::Null, cut)));
            side.insert(name.to_owned(), Value::Object(told.collect()));
        }
    }
}

fn cut(value: &Value) -> Value {
    match value {
        Value::String(text) => Value::String(text.chars().take(MOST_LETTERS).collect()),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::domain::{ProductId, VariantId};

    fn variant(number: u32, price: u32) -> VariantWrite {
        VariantWrite {
            id: VariantId(Uuid::from_u128(number.into())),
            product_id: ProductId(Uuid::nil()),
            sku: format!("MUG-{number}"),
            options: Vec::new(),
            price: price.into(),
            compare_at_price: None,
            cost: None,
            weight_grams: 0,
            needs_shipping: true,
            image: None,
            is_retired: false,
            position: 0,
            stock: 0,
        }
    }

    #[test]
    fn what_differs_is_told_and_of_many_the_first() {
        let mut changes = Changes::default();
        changes.variant(&variant(0, 1), &variant(0, 1));
        assert_eq!((changes.before(), changes.after(Map::new())), (Value::Null, json!({})));
        for number in 0..510 {
            changes.variant(&variant(number, 1), &variant(number, 2));
        }
        let (before, after) = (changes.before(), changes.after(Map::new()));
        assert_eq!(before["variants"]["MUG-7"], json!({ "price": "1" }));
        assert_eq!(after["variants"]["MUG-7"], json!({ "price": "2" }));
        assert_eq!((before["variants"].as_object().unwrap().len(), &after["not_told"]), (500, &json!(10)));
    }
}
