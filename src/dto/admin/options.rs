//! The options of a product as staff edit them: their fields, and what saving them would retire.

use serde::{Deserialize, Serialize};

use crate::domain::Fields;

use super::products::StaffProduct;

impl StaffProduct {
    /// The values of an option, by its place from 0, in shelf order.
    pub fn values_of(&self, place: usize) -> Vec<String> {
        let mut values = Vec::<String>::new();
        for value in self.variants.iter().filter_map(|variant| variant.options.get(place)) {
            if !values.contains(value) {
                values.push(value.clone());
            }
        }
        values
    }

    /// The fields of its options, counted from 1: `o1-name`, `o1-place`, and of each of its values `o1v1` and `o1v1-place`.
    pub fn option_fields(&self) -> Fields {
        let mut fields = Fields::new();
        for (place, name) in self.options.iter().enumerate() {
            let option = format!("o{}", place.saturating_add(1));
            fields.insert(format!("{option}-name"), name.clone());
            fields.insert(format!("{option}-place"), place.saturating_add(1).to_string());
            for (number, value) in (1_u32..).zip(self.values_of(place)) {
                fields.insert(format!("{option}v{number}"), value);
                fields.insert(format!("{option}v{number}-place"), number.to_string());
            }
        }
        fields
    }

    /// How many choices of its values no variant for sale stands for.
    pub fn missing_choices(&self) -> usize {
        let count = |sum: usize, place: usize| sum.saturating_mul(self.values_of(place).len());
        (0..self.options.len()).fold(1, count).saturating_sub(self.variants.len())
    }
}

/// The editor of a product's options: what stands in its fields, and what somebody else has done to them meanwhile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptionsEditView {
    pub product: StaffProduct,
    pub fields: Fields,
    pub theirs: Vec<String>,
    pub both: Vec<(String, String)>,
    /// What is to be confirmed.
    pub confirm: Option<RetiredVariants>,
}

/// What saving would take out of the shop, and put into it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetiredVariants {
    /// Which these are: whoever confirms them sends it.
    pub token: String,
    pub retired: Vec<RetiredVariant>,
    /// What is made, or comes back.
    pub made: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RetiredVariant {
    /// Its values.
    pub name: String,
    pub sku: String,
    /// What can still be promised of it.
    pub stock: u32,
    /// Units that lie on the shelf for orders.
    pub held: u32,
}
