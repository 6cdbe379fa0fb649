//! "Order again": what of an earlier order goes into the cart today.
//!
//! A line is filled up to what was ordered and never beyond it. So a second click, a second tab and a call that is sent
//! again change nothing, without a key that a form would have to carry; and what somebody has put in beside it stays.

use serde::{Deserialize, Serialize};

use super::{MAX_LINES, Quantity};

/// A line of an earlier order, and what there is of it today.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderedBefore {
    pub quantity: u32,
    /// None: the cart has no line of it.
    pub in_cart: Option<Quantity>,
    pub for_sale: bool,
    pub stock: u32,
}

/// Why something cannot be had again as it was ordered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Unavailable {
    NotForSale,
    SoldOut,
    /// So many can be had, and they are in the cart.
    OnlyLeft {
        left: u32,
    },
    /// The cart has no room for another line.
    CartFull {
        most: u32,
    },
}

impl Unavailable {
    /// Whether nothing of it can be had.
    pub const fn is_whole(self) -> bool {
        !matches!(self, Self::OnlyLeft { .. })
    }
}

/// What becomes of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderedAgain {
    /// What the cart's line is set to; none: it stays as it is, or is not made.
    pub set_to: Option<Quantity>,
    pub unavailable: Option<Unavailable>,
}

impl OrderedAgain {
    const fn not(why: Unavailable) -> Self {
        Self { set_to: None, unavailable: Some(why) }
    }
}

/// What becomes of each line, in their order, in a cart of so many lines.
pub fn order_again(lines_in_cart: usize, before: &[OrderedBefore]) -> Vec<OrderedAgain> {
    let mut room = (MAX_LINES as usize).saturating_sub(lines_in_cart);
    before.iter().map(|line| line.again(&mut room)).collect()
}

impl OrderedBefore {
    fn again(&self, room: &mut usize) -> OrderedAgain {
        let wanted = self.quantity.min(Quantity::MAX);
        let can_be_had = Quantity::new(wanted.min(self.stock)).ok();
        let Some(can_be_had) = can_be_had.filter(|_| self.for_sale) else {
            return OrderedAgain::not(if self.for_sale { Unavailable::SoldOut } else { Unavailable::NotForSale });
        };
        if self.in_cart.is_none() {
            if *room == 0 {
                return OrderedAgain::not(Unavailable::CartFull { most: MAX_LINES });
            }
            *room -= 1;
        }
        let set_to = Some(can_be_had).filter(|quantity| self.in_cart.is_none_or(|in_cart| in_cart < *quantity));
        let unavailable = (self.stock < wanted).then_some(Unavailable::OnlyLeft { left: self.stock });
        OrderedAgain { set_to, unavailable }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Unavailable::{CartFull, NotForSale, OnlyLeft, SoldOut};

    const fn line(quantity: u32, stock: u32) -> OrderedBefore {
        OrderedBefore { quantity, in_cart: None, for_sale: true, stock }
    }

    fn with(line: OrderedBefore, in_cart: u32) -> OrderedBefore {
        OrderedBefore { in_cart: Some(Quantity::new(in_cart).unwrap()), ..line }
    }

    #[test]
    fn a_line_is_filled_up_to_what_was_ordered_as_far_as_it_can_be_had() {
        let withdrawn = OrderedBefore { for_sale: false, ..line(2, 9) };
        for (before, set_to, unavailable) in [
            (line(2, 9), Some(2), None),
            (line(2, 2), Some(2), None),
            (line(99, 99), Some(99), None),
            // More than a line may hold was ordered under other rules.
            (line(120, 500), Some(99), None),
            (line(5, 3), Some(3), Some(OnlyLeft { left: 3 })),
            (line(1, 0), None, Some(SoldOut)),
            (withdrawn, None, Some(NotForSale)),
            (OrderedBefore { stock: 0, ..withdrawn }, None, Some(NotForSale)),
            // What is in the cart already counts, and is never lowered.
            (with(line(2, 9), 1), Some(2), None),
            (with(line(2, 9), 2), None, None),
            (with(line(2, 9), 7), None, None),
            (with(line(5, 3), 2), Some(3), Some(OnlyLeft { left: 3 })),
            (with(line(5, 3), 3), None, Some(OnlyLeft { left: 3 })),
            (with(line(5, 3), 4), None, Some(OnlyLeft { left: 3 })),
            (with(line(2, 0), 2), None, Some(SoldOut)),
            (with(withdrawn, 1), None, Some(NotForSale)),
        ] {
            let again = order_again(1, &[before]);
            let expected = OrderedAgain { set_to: set_to.map(|n: u32| Quantity::new(n).unwrap()), unavailable };
            assert_eq!(again, [expected], "{before:?}");
        }
    }

    #[test]
    fn a_cart_takes_no_more_lines_than_it_has_room_for() {
        let full = Some(CartFull { most: MAX_LINES });
        let lines = [line(1, 0), line(1, 9), line(1, 9), with(line(3, 9), 1), line(1, 9), line(1, 0)];
        let why =
            |lines_in_cart| order_again(lines_in_cart, &lines).into_iter().map(|l| l.unavailable).collect::<Vec<_>>();
        let sold_out = Some(SoldOut);
        assert_eq!(why(47), [sold_out, None, None, None, None, sold_out]);
        assert_eq!(why(48), [sold_out, None, None, None, full, sold_out]);
        assert_eq!(why(50), [sold_out, full, full, None, full, sold_out]);
        assert_eq!(why(60), [sold_out, full, full, None, full, sold_out], "a cart of other rules");
        assert_eq!(order_again(50, &lines)[3].set_to, Quantity::new(3_u32).ok());
    }

    #[test]
    fn a_second_time_changes_nothing() {
        for (quantity, in_cart, stock) in [(2, None, 9), (5, None, 3), (2, Some(1), 9), (2, Some(7), 9), (1, None, 0)] {
            let before =
                OrderedBefore { in_cart: in_cart.and_then(|n: u32| Quantity::new(n).ok()), ..line(quantity, stock) };
            let first = order_again(3, &[before])[0];
            let after = OrderedBefore { in_cart: first.set_to.or(before.in_cart), ..before };
            let second = order_again(4, &[after])[0];
            assert_eq!(second, OrderedAgain { set_to: None, ..first }, "{before:?}");
        }
    }

    #[test]
    fn only_what_is_scarce_can_be_had_in_part() {
        let whole = [NotForSale, SoldOut, OnlyLeft { left: 1 }, CartFull { most: 50 }].map(Unavailable::is_whole);
        assert_eq!(whole, [true, true, false, true]);
    }
}
