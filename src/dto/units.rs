//! Units of an order's lines, as they are named in calls and forms.

use std::collections::BTreeMap;

use crate::domain::{FieldReader, ItemQuantity, MAX_LINES, Problem, Quantity, VariantId};

/// As a page sends them: how many of each line, as typed; nothing and 0 are none. A `v` stands before each id: what begins
/// with a digit is taken for a place in a list. What is no number is none that there could be.
pub(super) fn typed_items(units: &BTreeMap<String, String>) -> Vec<(VariantId, i64)> {
    let typed = units.iter().filter(|(_, count)| !matches!(count.trim(), "" | "0"));
    let item = |(variant, count): (&String, &String)| {
        let count = count.trim().parse().unwrap_or(0);
        Some((variant.strip_prefix('v')?.parse().ok()?, count))
    };
    typed.filter_map(item).collect()
}

/// Units of lines, each at least one.
pub(super) fn read_items(fields: &mut FieldReader, items: &[(VariantId, i64)]) -> Option<Vec<ItemQuantity>> {
    if items.len() > MAX_LINES as usize {
        return fields.read("items", Err(Problem::TooMany { max: MAX_LINES }));
    }
    let mut read = Vec::with_capacity(items.len());
    for (place, (variant_id, quantity)) in items.iter().enumerate() {
        let max = Quantity::MAX;
        let within = u32::try_from(*quantity).ok().filter(|n| (1..=max).contains(n));
        let quantity = within.ok_or(Problem::OutOfRange { min: 1, max });
        if let Some(quantity) = fields.read(&format!("items[{place}].quantity"), quantity) {
            read.push(ItemQuantity { variant_id: *variant_id, quantity });
        }
    }
    Some(read)
}
