//! What mail says of an order's money and of its way, where that depends on the order.

use crate::domain::{Money, PaymentFlaw, RefundWay};

use super::OrderFacts;

/// Subject, and what comes first in the letter.
pub(super) fn of_payment(order: &OrderFacts) -> (String, String) {
    let number = order.number;
    let (subject, thanks) = match order.total.is_zero() {
        true => (format!("Order {number} is confirmed"), format!("Order {number} is confirmed: it costs you nothing.")),
        false => (
            format!("Payment received for order {number}"),
            format!("We received your payment of {} for order {number}.", order.total),
        ),
    };
    let next = match () {
        // The letter that says so comes next.
        () if order.cancel_reason.is_some() => "",
        () if order.is_collected() => " We are getting it ready for you to pick up.",
        () if order.is_sent() => " We will send it on its way.",
        () => "",
    };
    (subject, thanks + next)
}

/// What becomes of the money of an order that was cancelled.
pub(super) fn of_cancelled_money(order: &OrderFacts) -> String {
    let (total, back) = (order.total, order.given_back);
    let flawed =
        if order.has_flawed_money { "What you have paid is being given back." } else { "Nothing was charged." };
    match total.minus(back) {
        _ if !order.was_paid || total.is_zero() => flawed.to_owned(),
        Ok(left) if left.is_zero() => format!("Your payment of {total} was given back."),
        Ok(left) if !back.is_zero() => {
            format!("Of your payment, {back} was given back before; the other {left} is being refunded.")
        }
        _ => format!("Your payment of {total} is being refunded."),
    }
}

/// Subject, and what was given back in which way; `None`: an earlier release did not say.
pub(super) fn of_refund(order: i64, amount: Money, way: Option<RefundWay>) -> (String, String) {
    let subject = format!("{amount} given back for order {order}");
    if amount.is_zero() {
        let words = format!(
            "Something of order {order} was taken off it. It had cost nothing, so there is nothing to give back."
        );
        return (format!("Order {order} was changed"), words);
    }
    match way {
        Some(RefundWay::AsPaid) => {
            let words = "the way you paid. It may take your bank a few days to show it.";
            (subject, format!("We have given back {amount} for order {order}, {words}"))
        }
        Some(RefundWay::ByStaff) => {
            let words =
                "ourselves: by bank transfer, in cash, or as we agreed with you. A transfer may take a few days.";
            (subject, format!("We have given back {amount} for order {order} {words}"))
        }
        Some(RefundWay::ByBank) => {
            let words = "because the payment was disputed with it. It can tell you when the money is on your account.";
            let subject = format!("{amount} of order {order} taken back by your bank");
            (subject, format!("Your bank has taken back {amount} for order {order}, {words}"))
        }
        None => (subject, format!("We have given back {amount} for order {order}. It may take a few days to arrive.")),
    }
}

/// Why money was given back that did not pay its order: who reads of a refund alone may take the order for cancelled.
pub(super) const fn of_flaw(flaw: PaymentFlaw) -> &'static str {
    match flaw {
        PaymentFlaw::Amount => "It was another amount than the order comes to, so it did not pay the order.",
        PaymentFlaw::Late => "It had come in after the order had ended.",
        PaymentFlaw::Second => "It had come in beside the payment that paid the order. Nothing changes for the order.",
    }
}

/// Subject, and what comes first, of a refund that was told of and failed. `by_bank`: their bank had taken the money, and
/// gave it back to the shop.
pub(super) fn of_failed_refund(order: i64, amount: Money, by_bank: bool) -> (String, String) {
    if by_bank {
        let words = format!(
            "Your bank had taken back {amount} for order {order}. It has decided otherwise and returned the money to us, so your payment stands as it was."
        );
        return (format!("{amount} of order {order} came back to us from your bank"), words);
    }
    let words = format!(
        "We had given back {amount} for order {order}, but the money did not reach you: it was returned to us. We are looking into it and give it back in another way. You do not have to do anything."
    );
    (format!("{amount} for order {order} could not be given back"), words)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{CancelReason, Currency, Email, OrderId};
    use crate::dto::{ShippingView, TaxView, TotalParts};
    use time::OffsetDateTime;
    use uuid::Uuid;

    fn usd(text: &str) -> Money {
        Money::parse(text, Currency::USD).unwrap()
    }

    fn order(total: &str) -> OrderFacts {
        let shipping = ShippingView { method: None, name: "Post".into(), price: usd("0"), days: None, pick_up: false };
        OrderFacts {
            id: OrderId(Uuid::nil()),
            number: 7,
            email: Email::parse("ada@example.org").unwrap(),
            created_at: OffsetDateTime::UNIX_EPOCH,
            total: usd(total),
            parts: TotalParts {
                subtotal: usd(total),
                discounts: Vec::new(),
                shipping: Some(shipping),
                tax: TaxView { included: true, amount: usd("0"), lines: Vec::new() },
            },
            address: None,
            billing: None,
            cancel_reason: None,
            was_paid: true,
            has_flawed_money: false,
            given_back: usd("0"),
            pay_until: None,
            placed_by_guest: false,
            items: Vec::new(),
            invoice: None,
        }
    }

    fn by(total: &str, pick_up: Option<bool>) -> OrderFacts {
        let mut order = order(total);
        order.parts.shipping =
            order.parts.shipping.zip(pick_up).map(|(shipping, pick_up)| ShippingView { pick_up, ..shipping });
        order
    }

    #[test]
    fn a_payment_is_confirmed_as_it_was_made_and_followed_by_what_comes_next() {
        let cancelled = OrderFacts { cancel_reason: Some(CancelReason::ByStaff), ..by("9.00", Some(false)) };
        let paid = "We received your payment of $9.00 for order 7.";
        let free = "Order 7 is confirmed: it costs you nothing.";
        for (order, subject, words) in [
            (by("9.00", Some(false)), "Payment received for order 7", format!("{paid} We will send it on its way.")),
            (
                by("9.00", Some(true)),
                "Payment received for order 7",
                format!("{paid} We are getting it ready for you to pick up."),
            ),
            (by("9.00", None), "Payment received for order 7", paid.to_owned()),
            (cancelled, "Payment received for order 7", paid.to_owned()),
            (by("0.00", Some(false)), "Order 7 is confirmed", format!("{free} We will send it on its way.")),
            (by("0.00", None), "Order 7 is confirmed", free.to_owned()),
        ] {
            assert_eq!(of_payment(&order), (subject.to_owned(), words));
        }
    }

    #[test]
    fn what_becomes_of_the_money_of_a_cancelled_order_is_what_is_left_of_it() {
        let nothing = "Nothing was charged.";
        for (total, was_paid, has_flawed_money, back, words) in [
            ("9.00", false, false, "0", nothing),
            ("9.00", false, true, "0", "What you have paid is being given back."),
            ("9.00", true, false, "0", "Your payment of $9.00 is being refunded."),
            ("9.00", true, true, "0", "Your payment of $9.00 is being refunded."),
            (
                "9.00",
                true,
                false,
                "4.00",
                "Of your payment, $4.00 was given back before; the other $5.00 is being refunded.",
            ),
            ("9.00", true, false, "9.00", "Your payment of $9.00 was given back."),
            ("0.00", true, false, "0", nothing),
        ] {
            let order = OrderFacts { was_paid, has_flawed_money, given_back: usd(back), ..order(total) };
            assert_eq!(of_cancelled_money(&order), words, "{total} {was_paid} {has_flawed_money} {back}");
        }
    }

    #[test]
    fn a_refund_is_told_the_way_it_went() {
        let given = "We have given back $4.00 for order 7";
        for (way, subject, words) in [
            (
                Some(RefundWay::AsPaid),
                "$4.00 given back for order 7",
                format!("{given}, the way you paid. It may take your bank a few days to show it."),
            ),
            (
                Some(RefundWay::ByStaff),
                "$4.00 given back for order 7",
                format!("{given} ourselves: by bank transfer, in cash, or as we agreed with you. A transfer may take a few days."),
            ),
            (
                Some(RefundWay::ByBank),
                "$4.00 of order 7 taken back by your bank",
                "Your bank has taken back $4.00 for order 7, because the payment was disputed with it. It can tell you when the money is on your account.".to_owned(),
            ),
            (None, "$4.00 given back for order 7", format!("{given}. It may take a few days to arrive.")),
        ] {
            assert_eq!(of_refund(7, usd("4.00"), way), (subject.to_owned(), words));
        }
        for (flaw, words) in [
            (PaymentFlaw::Amount, "another amount"),
            (PaymentFlaw::Late, "after the order had ended"),
            (PaymentFlaw::Second, "Nothing changes for the order"),
        ] {
            assert!(of_flaw(flaw).contains(words), "{flaw:?}");
        }
        let (subject, words) = of_failed_refund(7, usd("4.00"), false);
        assert_eq!(subject, "$4.00 for order 7 could not be given back");
        assert!(words.contains("$4.00") && words.contains("did not reach you") && !words.contains("bank"), "{words}");
        let (subject, words) = of_failed_refund(7, usd("4.00"), true);
        assert_eq!(subject, "$4.00 of order 7 came back to us from your bank");
        assert!(words.contains("your payment stands") && !words.contains("another way"), "{words}");
        let (subject, words) = of_refund(7, usd("0.00"), Some(RefundWay::AsPaid));
        assert_eq!(subject, "Order 7 was changed");
        assert!(!words.contains("$0.00") && !words.contains("bank"), "{words}");
    }
}
