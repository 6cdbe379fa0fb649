//! The words for what happened to an order, as `words` hands them on.

/// An entry of an order's timeline.
pub fn timeline(kind: &str) -> &'static str {
    match kind {
        "placed" => "Order placed",
        "reserved" => "Items set aside for you",
        "rejected" => "Sold out before we could set it aside",
        "payment_declined" => "Payment declined",
        "payment_expired" => "Payment not completed in time",
        "payment_amount" => "A payment of another amount came in",
        "payment_late" => "A payment came in after the order had ended",
        "payment_second" => "A second payment came in",
        "manual_payment_chosen" => "To be paid by bank transfer or at pick-up",
        "paid" => "Payment received",
        "payment_disputed" => "Payment disputed with the bank",
        "dispute_won" => "Dispute with the bank ended, the payment stands",
        "refund_set_aside" => "A payment is being looked into",
        "address_changed" => "Address changed",
        "packed" => "Packed",
        "unpacked" => "Being packed once more",
        "shipped" => "Shipped",
        "completed" => "Completed",
        "cancelled" => "Order cancelled",
        "parcel_sent" => "Parcel sent",
        "return_requested" => "Return requested",
        "return_approved" => "Return approved",
        "return_refused" => "Return refused",
        "return_closed" => "Return closed, nothing has arrived",
        "return_received" => "Returned items received",
        "refund_opened" => "Refund opened",
        "refunded" => "Money given back",
        "refund_failed" => "Money could not be given back",
        "refund_waived" => "Refund closed, nothing more is owed",
        _ => "Updated",
    }
}
