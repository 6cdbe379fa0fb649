//! What is done to many orders or products at once: which are meant, and what staff hear of it.

use std::collections::BTreeMap;

use shop::domain::OrderId;
use shop::dto::{PackedOrders, words};

/// Of the boxes that are ticked in a list, `o` and the order's id each; what is none is left out.
pub fn chosen_orders(boxes: &BTreeMap<String, String>) -> Vec<OrderId> {
    boxes.keys().filter_map(|name| name.strip_prefix('o')?.parse::<OrderId>().ok()).collect()
}

/// How many are packed, or are not after all; and a line for each order that is not.
pub fn packed_words(outcome: &PackedOrders, is_packed: bool) -> (String, Vec<String>) {
    let said = match (outcome.done, is_packed) {
        (0, _) => "Nothing was changed.".to_owned(),
        (1, true) => "1 order is packed.".to_owned(),
        (count, true) => format!("{count} orders are packed."),
        (1, false) => "1 order is to be packed again.".to_owned(),
        (count, false) => format!("{count} orders are to be packed again."),
    };
    let why = |(number, why): &(i64, shop::domain::NotPacked)| {
        format!("Order {number} was left as it is: {}.", words::not_packed(*why))
    };
    (said, outcome.not.iter().map(why).collect())
}

/// How many counts of a sheet were saved.
pub fn counted_words(count: &u32) -> String {
    match count {
        1 => "1 count is saved.".to_owned(),
        count => format!("{count} counts are saved."),
    }
}

/// How many products were changed.
pub fn changed_words(count: &u32) -> String {
    match count {
        0 => "Nothing was to be changed.".to_owned(),
        1 => "1 product is changed.".to_owned(),
        count => format!("{count} products are changed."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use shop::domain::NotPacked;

    #[test]
    fn what_is_no_box_of_an_order_is_no_order() {
        let boxes =
            ["o0191d5a0-0000-7000-8000-000000000001", "ox", "x", ""].map(|name| (name.to_owned(), "yes".to_owned()));
        assert_eq!(chosen_orders(&BTreeMap::from(boxes)).len(), 1);
    }

    #[test]
    fn each_order_that_is_not_packed_is_told_with_its_reason() {
        let outcome = PackedOrders { done: 2, not: vec![(1004, NotPacked::Cancelled)] };
        let (said, lines) = packed_words(&outcome, true);
        assert_eq!((said.as_str(), lines.len()), ("2 orders are packed.", 1));
        assert!(lines[0].contains("1004") && lines[0].contains("cancelled"), "{lines:?}");
        assert_eq!(packed_words(&PackedOrders::default(), true).0, "Nothing was changed.");
    }
}
