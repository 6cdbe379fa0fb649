//! Whether an order can be marked as packed. That it is packed is a fact beside its status: whatever has left was packed.

use serde::{Deserialize, Serialize};

use super::OrderStatus;

/// Why an order is not packed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NotPacked {
    Unpaid,
    Cancelled,
    /// All of it is on its way already.
    Left,
    /// What had not left was given back.
    NothingLeft,
}

/// `unsent`: how many of its units have not left.
///
/// # Errors
/// Why there is nothing to pack.
pub const fn can_be_packed(status: OrderStatus, unsent: u32) -> Result<(), NotPacked> {
    match status {
        OrderStatus::Pending => Err(NotPacked::Unpaid),
        OrderStatus::Cancelled => Err(NotPacked::Cancelled),
        OrderStatus::Shipped | OrderStatus::Completed => Err(NotPacked::Left),
        OrderStatus::Paid if unsent == 0 => Err(NotPacked::NothingLeft),
        OrderStatus::Paid => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_paid_and_still_here_is_packed() {
        for (status, unsent, expected) in [
            (OrderStatus::Pending, 1, Err(NotPacked::Unpaid)),
            (OrderStatus::Paid, 1, Ok(())),
            (OrderStatus::Paid, 0, Err(NotPacked::NothingLeft)),
            (OrderStatus::Shipped, 0, Err(NotPacked::Left)),
            (OrderStatus::Completed, 0, Err(NotPacked::Left)),
            (OrderStatus::Cancelled, 1, Err(NotPacked::Cancelled)),
        ] {
            assert_eq!(can_be_packed(status, unsent), expected, "{status:?} {unsent}");
        }
    }
}
