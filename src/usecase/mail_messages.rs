//! The words of the shop's mail. Plain text: it reads well everywhere and hides nothing.

use std::fmt::Write as _;

use time::OffsetDateTime;

use crate::domain::{CancelReason, Email, Money, OrderId, ShippingAddress};
use crate::dto::{TotalLine, TotalParts, total_lines, words};

use super::Settings;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailMessage {
    /// `welcome`, `order_received`, `payment_received`, `order_shipped`, `order_cancelled`, `refunded`,
    /// `order_link`.
    pub kind: String,
    pub subject: String,
    pub text: String,
}

/// What a mail about an order says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderFacts {
    pub id: OrderId,
    pub number: i64,
    pub email: Email,
    pub created_at: OffsetDateTime,
    pub total: Money,
    pub parts: TotalParts,
    pub address: Option<ShippingAddress>,
    pub cancel_reason: Option<CancelReason>,
    pub was_paid: bool,
    /// It was placed without an account, whoever has it now.
    pub placed_by_guest: bool,
    /// Name with options, quantity, line total.
    pub items: Vec<(String, u32, Money)>,
}

pub(super) fn welcome(shop: &Settings, name: &str) -> MailMessage {
    let body = format!(
        "Your account is ready. You will find your orders here:\n\n  {}/orders\n\nIf you did not create this account, simply ignore this mail.",
        shop.base_url
    );
    message(shop, "welcome", format!("Welcome to {}", shop.name), Some(name), &body)
}

pub(super) fn order_received(shop: &Settings, order: &OrderFacts) -> MailMessage {
    let body = format!(
        "Thank you for your order {}. We are setting your items aside; you can pay as soon as the order page says so:\n\n  {}\n\n{}",
        order.number,
        link(shop, order),
        contents(order)
    );
    message(shop, "order_received", format!("We received your order {}", order.number), greeting(order), &body)
}

pub(super) fn payment_received(shop: &Settings, order: &OrderFacts) -> MailMessage {
    let body = format!(
        "We received your payment of {} for order {} and will send it on its way.\n\n  {}\n\n{}",
        order.total,
        order.number,
        link(shop, order),
        contents(order)
    );
    message(shop, "payment_received", format!("Payment received for order {}", order.number), greeting(order), &body)
}

pub(super) fn order_shipped(shop: &Settings, order: &OrderFacts) -> MailMessage {
    let body = format!("Your order {} is on its way.\n\n  {}\n\n{}", order.number, link(shop, order), contents(order));
    message(shop, "order_shipped", format!("Order {} is on its way", order.number), greeting(order), &body)
}

pub(super) fn order_cancelled(shop: &Settings, order: &OrderFacts) -> MailMessage {
    let why = order.cancel_reason.map_or("", words::cancel_reason);
    let money = if order.was_paid { "Your payment is being refunded." } else { "Nothing was charged." };
    let body = format!("Your order {} was cancelled. {why} {money}\n\n  {}", order.number, link(shop, order));
    message(shop, "order_cancelled", format!("Order {} was cancelled", order.number), greeting(order), &body)
}

pub(super) fn refunded(shop: &Settings, order: &OrderFacts, amount: Money) -> MailMessage {
    let body = format!(
        "We have given back {amount} for order {}, the way you paid. It may take your bank a few days to show it.\n\n  {}",
        order.number,
        link(shop, order)
    );
    message(shop, "refunded", format!("{amount} given back for order {}", order.number), greeting(order), &body)
}

/// Asked for by number and address, so maybe not by whom it goes to.
pub(super) fn order_link(shop: &Settings, order: &OrderFacts) -> MailMessage {
    let who = if order.placed_by_guest {
        "The link opens the order to whoever has it: please pass it on only to people who may see it."
    } else {
        "It is in your account: sign in with this e-mail address."
    };
    let body = format!(
        "Here is the way to your order {}:\n\n  {}\n\n{who}\n\nIf you did not ask for it, simply ignore this mail. Whoever did was told nothing about your order.",
        order.number,
        link(shop, order)
    );
    message(shop, "order_link", format!("The link to your order {}", order.number), greeting(order), &body)
}

fn message(shop: &Settings, kind: &str, subject: String, name: Option<&str>, body: &str) -> MailMessage {
    let hello = name.map_or_else(|| "Hello,".to_owned(), |name| format!("Hello {name},"));
    MailMessage {
        kind: kind.to_owned(),
        subject,
        text: format!("{hello}\n\n{body}\n\n{}\n{}\n", shop.name, shop.base_url),
    }
}

fn greeting(order: &OrderFacts) -> Option<&str> {
    order.address.as_ref().map(|a| a.name.as_str())
}

/// Whoever ordered as a guest may have no account to sign in to, or not the one that took the order: their link brings the
/// token.
fn link(shop: &Settings, order: &OrderFacts) -> String {
    let page = format!("{}/orders/{}", shop.base_url, order.id);
    match shop.secret_key.order_token(order.id) {
        Ok(token) if order.placed_by_guest => format!("{page}?token={}", token.as_str()),
        _ => page,
    }
}

/// The lines, what they come to part by part, and where they go.
fn contents(order: &OrderFacts) -> String {
    let mut text = String::new();
    for (name, quantity, total) in &order.items {
        let _ = writeln!(text, "  {quantity} × {name}: {total}");
    }
    text.push('\n');
    for TotalLine { label, amount, .. } in total_lines(&order.parts, order.total, Some(words::NOTHING_TO_SHIP), None) {
        let _ = writeln!(text, "  {label}: {amount}");
    }
    if let Some(address) = &order.address {
        let _ = write!(text, "\nShipping to:\n  {}", address.lines().join("\n  "));
    }
    text
}
