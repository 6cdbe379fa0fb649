//! The words of the shop's mail about orders, and of invitations; those of accounts stand in `mail_account`.

use crate::domain::{
    EndpointId, EndpointState, ManualPayment, Money, PaperId, PaymentFlaw, RefundWay, ReturnStep, StaffRole,
    carrier_name, endpoint_host, order_law_holds, tracking_url,
};
use crate::dto::{LocalTime, TotalLine, total_lines, words};

use super::mail_sentences::{of_cancelled_money, of_failed_refund, of_flaw, of_payment, of_refund};
use super::mail_typed::{address_lines, greeted};
use super::{MailContent, MailItem, MailPart, MailSum, OrderFacts, ParcelFacts, Settings};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailMessage {
    /// `welcome`, `order_received`, `items_set_aside`, `payment_instructions`, `payment_failed`, `payment_received`,
    /// `order_shipped`, `order_cancelled`, `refunded`, `refund_failed`, `return_answered`, `order_link`, `staff_invitation`,
    /// `webhook_disabled`, `address_changed`, `staff_message`; of accounts `verify_email`, `password_reset`, `password_changed`, `email_change`,
    /// `email_change_asked`, `email_changed`, `new_device`, `data_ready`, `account_closed`, `factor_added`, `factor_removed`,
    /// `factor_reset`, `recovery_codes_made`, `recovery_code_used`, `passkey_added`, `passkey_removed`, `passkey_copied`, `wrong_codes`; of wishes
    /// `stock_wish`, `back_in_stock`; `review_request`.
    pub kind: String,
    pub subject: String,
    pub text: String,
    /// What the text was made of. None for what an older release has queued.
    pub content: Option<MailContent>,
    /// The file that goes with it.
    pub paper: Option<PaperId>,
}

/// The pages that links lead to which work once; the queue takes their secrets out of what was sent.
pub const LINKS_ONCE: [&str; 6] =
    ["/reset-password?", "/verify-email?", "/stock-wish?", "/invitation?", "/review-requests?", "/unsubscribe?"];

impl MailMessage {
    /// Whether a link of it works once. Of what this release cannot read in parts nobody knows.
    pub(super) fn may_bear_secrets(&self) -> bool {
        let bears = |text: &str| LINKS_ONCE.iter().any(|page| text.contains(page));
        let Some(content) = &self.content else { return true };
        // What its text says is what its parts say, but for where a mail program unsubscribes.
        bears(&self.text) || content.unsubscribe.as_deref().is_some_and(bears)
    }
}

const SEE_ORDER: &str = "See your order";

pub(super) fn order_received(shop: &Settings, order: &OrderFacts) -> MailMessage {
    let thanks = format!(
        "Thank you for your order {}. We are setting your items aside; you can pay as soon as the order page says so:",
        order.number
    );
    let parts = [MailPart::paragraph(thanks), see_order(shop, order)].into_iter().chain(contents(order));
    let subject = format!("We received your order {}", order.number);
    message(shop, "order_received", subject, greeting(order), parts.chain(withdrawal(shop, order)).collect())
}

/// Where the law lets a consumer withdraw, the mail that confirms an order says so.
fn withdrawal(shop: &Settings, order: &OrderFacts) -> Option<MailPart> {
    let has_law = order_law_holds(order.address.as_ref(), order.billing.as_ref());
    let base = &shop.base_url;
    let words = "Whoever buys for themselves may withdraw from this order. How, and a form";
    has_law.then(|| MailPart::paragraph(format!("{words}: {base}/pages/withdrawal")))
}

/// It can be paid now, until then.
pub(super) fn items_set_aside(shop: &Settings, order: &OrderFacts, until: &LocalTime) -> MailMessage {
    let (number, total) = (order.number, order.total);
    let words = format!(
        "The items of your order {number} are set aside for you until {}. Please pay {total} by then, or others can buy them:",
        words::moment(until)
    );
    let parts = [MailPart::paragraph(words), MailPart::link("Pay now", order_page(shop, order))];
    let parts = parts.into_iter().chain(contents(order)).collect();
    message(shop, "items_set_aside", format!("Your items are set aside: order {number}"), greeting(order), parts)
}

/// It can be tried again, until then.
pub(super) fn payment_failed(shop: &Settings, order: &OrderFacts, until: &LocalTime) -> MailMessage {
    let (number, total) = (order.number, order.total);
    let parts = vec![
        MailPart::paragraph(format!(
            "Your payment of {total} for order {number} was declined, so the order is not paid yet. Nothing was charged."
        )),
        MailPart::paragraph(format!(
            "Your items stay set aside until {}. You can try again until then:",
            words::moment(until)
        )),
        MailPart::link("Try again", order_page(shop, order)),
    ];
    message(shop, "payment_failed", format!("Your payment for order {number} failed"), greeting(order), parts)
}

/// By bank transfer or at pick-up, until then.
pub(super) fn payment_instructions(
    shop: &Settings,
    order: &OrderFacts,
    manual: &ManualPayment,
    until: &LocalTime,
) -> MailMessage {
    let (number, total) = (order.number, order.total);
    let words = format!(
        "Please pay {total} for order {number} by {} and name the number {number}. Until then your items stay set aside.",
        words::moment(until)
    );
    let how = MailPart::lines("How to pay", manual.lines().map(str::to_owned).collect());
    let parts = [MailPart::paragraph(words), how, see_order(shop, order)].into_iter().chain(contents(order));
    message(shop, "payment_instructions", format!("How to pay order {number}"), greeting(order), parts.collect())
}

pub(super) fn payment_received(shop: &Settings, order: &OrderFacts) -> MailMessage {
    let (subject, thanks) = of_payment(order);
    let mut parts = vec![MailPart::paragraph(thanks), see_order(shop, order)];
    if let Some((_, number)) = &order.invoice {
        parts.push(MailPart::paragraph(format!("Your invoice is {number}. You also find it on the order's page.")));
    }
    parts.extend(contents(order));
    let message = message(shop, "payment_received", subject, greeting(order), parts);
    MailMessage { paper: order.invoice.as_ref().map(|(id, _)| *id), ..message }
}

/// An order that left whole, as earlier releases tell of it.
pub(super) fn order_shipped(shop: &Settings, order: &OrderFacts) -> MailMessage {
    let words = format!("Your order {} is on its way.", order.number);
    let parts = [MailPart::paragraph(words), see_order(shop, order)].into_iter().chain(contents(order));
    let subject = format!("Order {} is on its way", order.number);
    message(shop, "order_shipped", subject, greeting(order), parts.collect())
}

/// One of an order's parcels.
pub(super) fn parcel_sent(shop: &Settings, order: &OrderFacts, parcel: &ParcelFacts, is_last: bool) -> MailMessage {
    // A carrier takes what was to be picked up all the same.
    let waits = order.is_collected() && parcel.carrier.is_none() && parcel.tracking_number.is_none();
    let (how, inside) =
        if waits { ("is ready to be picked up", "What is ready") } else { ("is on its way", "In this parcel") };
    let (what, subject) = match is_last {
        true => ("Your order", format!("Order {} {how}", order.number)),
        false => ("A part of your order", format!("A part of order {} {how}", order.number)),
    };
    let item = |(name, quantity): &(String, u32)| format!("{quantity} × {name}");
    let mut parts = vec![
        MailPart::paragraph(format!("{what} {} {how}.", order.number)),
        MailPart::lines(inside, parcel.items.iter().map(item).collect()),
    ];
    let (carrier, number) = (parcel.carrier.as_deref(), parcel.tracking_number.as_deref());
    match (carrier.map(carrier_name), number) {
        (Some(carrier), Some(number)) => {
            parts.push(MailPart::paragraph(format!("{carrier} carries it, with the number {number}.")));
        }
        (Some(carrier), None) => parts.push(MailPart::paragraph(format!("{carrier} carries it."))),
        (None, Some(number)) => parts.push(MailPart::paragraph(format!("Its number is {number}."))),
        (None, None) => {}
    }
    let url = carrier.zip(number).and_then(|(carrier, number)| tracking_url(carrier, number));
    parts.extend(url.map(|url| MailPart::link("See where it is", url)));
    if !is_last {
        parts.push(MailPart::paragraph("The rest follows."));
    }
    let address = order.address.as_ref().filter(|_| !waits);
    parts.extend(address.map(|address| MailPart::lines("Shipping to", address_lines(address))));
    parts.push(see_order(shop, order));
    message(shop, "order_shipped", subject, greeting(order), parts)
}

/// By staff, before it was packed.
pub(super) fn address_changed(shop: &Settings, order: &OrderFacts) -> MailMessage {
    let words = format!("We have changed where your order {} goes.", order.number);
    let address = order.address.as_ref().map(|address| MailPart::lines("Shipping to", address_lines(address)));
    let parts = std::iter::once(MailPart::paragraph(words)).chain(address);
    let wrong = "If you did not ask for it, or something is wrong with it, please reply to this mail at once.";
    let parts = parts.chain([MailPart::paragraph(wrong), see_order(shop, order)]).collect();
    message(shop, "address_changed", format!("Order {} goes to another address", order.number), greeting(order), parts)
}

/// In the words of whoever works here: each of its lines is a paragraph.
pub(super) fn staff_message(shop: &Settings, order: &OrderFacts, subject: &str, text: &str) -> MailMessage {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty()).map(MailPart::paragraph);
    let about = MailPart::paragraph(format!("This is about your order {}.", order.number));
    let parts = lines.chain([about, see_order(shop, order)]).collect();
    message(shop, "staff_message", subject.to_owned(), greeting(order), parts)
}

pub(super) fn order_cancelled(shop: &Settings, order: &OrderFacts) -> MailMessage {
    let why = order.cancel_reason.map_or("", words::cancel_reason);
    let words = format!("Your order {} was cancelled. {why} {}", order.number, of_cancelled_money(order));
    let parts = vec![MailPart::paragraph(words), see_order(shop, order)];
    message(shop, "order_cancelled", format!("Order {} was cancelled", order.number), greeting(order), parts)
}

/// `flaw`: of money that did not pay its order, why.
pub(super) fn refunded(
    shop: &Settings,
    order: &OrderFacts,
    (amount, way, flaw): (Money, Option<RefundWay>, Option<PaymentFlaw>),
    credit_note: Option<&(PaperId, String)>,
) -> MailMessage {
    let (subject, words) = of_refund(order.number, amount, way);
    let mut parts = vec![MailPart::paragraph(words)];
    parts.extend(flaw.map(|flaw| MailPart::paragraph(of_flaw(flaw))));
    parts.push(see_order(shop, order));
    if let Some((_, number)) = credit_note {
        parts.push(MailPart::paragraph(format!("Your credit note is {number}. You also find it on the order's page.")));
    }
    let message = message(shop, "refunded", subject, greeting(order), parts);
    MailMessage { paper: credit_note.map(|(id, _)| *id), ..message }
}

/// Of what `refunded` told before, or what the order's page did. With what cancels its credit note, where there is one.
pub(super) fn refund_failed(
    shop: &Settings,
    order: &OrderFacts,
    (amount, by_bank): (Money, bool),
    cancellation: Option<(PaperId, &str)>,
) -> MailMessage {
    let (subject, words) = of_failed_refund(order.number, amount, by_bank);
    let mut parts = vec![MailPart::paragraph(words), see_order(shop, order)];
    if let Some((_, number)) = cancellation {
        let words = format!("{number} cancels the credit note that you have. You also find it on the order's page.");
        parts.push(MailPart::paragraph(words));
    }
    let message = message(shop, "refund_failed", subject, greeting(order), parts);
    MailMessage { paper: cancellation.map(|(id, _)| id), ..message }
}

pub(super) fn return_answered(
    shop: &Settings,
    order: &OrderFacts,
    step: ReturnStep,
    answer: Option<&str>,
) -> MailMessage {
    let (what, next) = match step {
        ReturnStep::Approve => {
            ("approved", "Please send the items back to us. You get your money back once they have arrived.")
        }
        ReturnStep::Refuse => ("refused", "If you see it differently, simply reply to this mail."),
        ReturnStep::Close | ReturnStep::Receive => {
            ("closed", "If you have sent the items, or see it differently, simply reply to this mail.")
        }
    };
    let words = format!("We have {what} the return that you asked for of order {}.", order.number);
    let answer = answer.map(MailPart::paragraph);
    let parts = std::iter::once(MailPart::paragraph(words)).chain(answer);
    let parts = parts.chain([MailPart::paragraph(next), see_order(shop, order)]).collect();
    let subject = format!("Your return of order {} was {what}", order.number);
    message(shop, "return_answered", subject, greeting(order), parts)
}

/// Asked for by number and address, so maybe not by whom it goes to.
pub(super) fn order_link(shop: &Settings, order: &OrderFacts) -> MailMessage {
    let who = if order.placed_by_guest {
        "The link opens the order to whoever has it: please pass it on only to people who may see it."
    } else {
        "It is in your account: sign in with this e-mail address."
    };
    let parts = vec![
        MailPart::paragraph(format!("Here is the way to your order {}:", order.number)),
        see_order(shop, order),
        MailPart::paragraph(who),
        MailPart::paragraph(
            "If you did not ask for it, simply ignore this mail. Whoever did was told nothing about your order.",
        ),
    ];
    message(shop, "order_link", format!("The link to your order {}", order.number), greeting(order), parts)
}

/// To somebody who is to work here. The link opens an account with a role to whoever has it.
pub(super) fn staff_invitation(shop: &Settings, role: StaffRole, token: &str, until: &LocalTime) -> MailMessage {
    let words = format!(
        "You are invited to work in the back office of {}, {}. The link below works once, until {}:",
        shop.name,
        words::staff_role_in_words(role),
        words::moment(until)
    );
    let parts = vec![
        MailPart::paragraph(words),
        MailPart::link("Accept the invitation", format!("{}/invitation?token={token}", shop.base_url)),
        MailPart::paragraph("If you did not expect this, simply ignore this mail, and pass the link on to nobody."),
    ];
    message(shop, "staff_invitation", format!("You are invited to {}", shop.name), None, parts)
}

/// To who owns the shop. Of the address nothing but its host, for there may be a secret in what follows.
pub(super) fn webhook_disabled(
    shop: &Settings,
    owner: &str,
    (id, url): (EndpointId, &str),
    state: EndpointState,
) -> MailMessage {
    let host = endpoint_host(url);
    let why = match state {
        EndpointState::Gone => format!("{host} answered that it is gone."),
        EndpointState::Active | EndpointState::Paused | EndpointState::Failing => {
            format!("For three days nothing could be delivered to {host}.")
        }
    };
    let parts = vec![
        MailPart::paragraph(format!(
            "{why} So the webhook is disabled: the program there hears of nothing that happens in the shop."
        )),
        MailPart::paragraph(
            "What happens from now on is not kept for it. Once the program listens again, have it sent to again here:",
        ),
        MailPart::link("See the webhook", format!("{}/admin/webhooks/{id}", shop.base_url)),
    ];
    message(shop, "webhook_disabled", format!("A webhook is disabled: {host}"), Some(owner), parts)
}

pub(super) fn message(
    shop: &Settings,
    kind: &str,
    subject: String,
    name: Option<&str>,
    parts: Vec<MailPart>,
) -> MailMessage {
    let greeting = name.map_or_else(|| "Hello,".to_owned(), |name| format!("Hello {name},"));
    let (name, base_url) = (shop.name.clone(), shop.base_url.clone());
    let content = MailContent { greeting, parts, shop: name, base_url, unsubscribe: None };
    MailMessage { kind: kind.to_owned(), subject, text: content.text(), content: Some(content), paper: None }
}

/// With the address by which mail programs end it with one click.
pub(super) fn ended_by(shop: &Settings, letter: MailMessage, end: &super::LinkToken) -> MailMessage {
    let unsubscribe = Some(format!("{}/unsubscribe?token={}", shop.base_url, end.as_str()));
    let content = letter.content.map(|content| MailContent { unsubscribe, ..content });
    MailMessage { content, ..letter }
}

pub(super) fn greeting(order: &OrderFacts) -> Option<&str> {
    order.address.as_ref().and_then(|address| greeted(&address.name))
}

/// Whoever ordered as a guest may have no account to sign in to, or not the one that took the order: their link brings the
/// token.
pub(super) fn see_order(shop: &Settings, order: &OrderFacts) -> MailPart {
    MailPart::link(SEE_ORDER, order_page(shop, order))
}

fn order_page(shop: &Settings, order: &OrderFacts) -> String {
    let page = format!("{}/orders/{}", shop.base_url, order.id);
    match shop.secret_key.order_token(order.id) {
        Ok(token) if order.placed_by_guest => format!("{page}?token={}", token.as_str()),
        _ => page,
    }
}

/// The lines, what they come to part by part, and where they go.
fn contents(order: &OrderFacts) -> Vec<MailPart> {
    let item = |(name, quantity, total): &(String, u32, Money)| MailItem {
        quantity: *quantity,
        name: name.clone(),
        amount: total.to_string(),
    };
    let sum = |TotalLine { label, amount, is_sum }| MailSum { label, amount, is_sum };
    let totals = total_lines(&order.parts, order.total, Some(words::NOTHING_TO_SHIP), None);
    let items = MailPart::Items {
        items: order.items.iter().map(item).collect(),
        totals: totals.into_iter().map(sum).collect(),
    };
    let address = order.address.as_ref().filter(|_| order.is_sent());
    let address = address.map(|address| MailPart::lines("Shipping to", address_lines(address)));
    std::iter::once(items).chain(address).collect()
}
