//! What papers say of money that was given back.

/// What a credit note is for where no lines were given back.
pub fn refund_for(order: i64) -> String {
    format!("Refund for order {order}")
}

/// What a refund of something that was sent back is for.
pub fn return_of(order: i64) -> String {
    format!("Return of order {order}")
}

/// Why a credit note is cancelled. `by_bank`: the bank had taken the money.
pub const fn why_not_refunded(by_bank: bool) -> &'static str {
    match by_bank {
        true => "The bank gave the money to us after all.",
        false => "The money could not be given back.",
    }
}
