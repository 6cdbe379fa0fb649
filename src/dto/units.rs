//! Units of an order's lines, as they are named in calls and forms.

use crate::domain::{FieldReader, ItemQuantity, MAX_LINES, Problem, Quantity, VariantId};

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
