//! The words of the letter that asks what somebody thinks of what they bought. It ends with one click: in the letter, and in the
//! mail program by what it is told in its headers.

use super::mail_messages::{MailMessage, ended_by, greeting, message, see_order};
use super::{LinkToken, MailPart, OrderFacts, Settings};

/// It asks for nothing but words, good or bad: nothing is given for them.
pub(super) fn review_request(shop: &Settings, order: &OrderFacts, end: &LinkToken) -> MailMessage {
    let items = order.items.iter().map(|(name, ..)| name.clone()).collect();
    let parts = vec![
        MailPart::paragraph(format!(
            "Your order {} has been with you for a while. What do you think of it? A few words, good or bad, help others to choose.",
            order.number
        )),
        MailPart::lines("What you bought", items),
        MailPart::paragraph("You find \"Write a review\" at each of these on the page of your order:"),
        see_order(shop, order),
        MailPart::paragraph("We ask once for each order. If you do not want to be asked at all, follow this link:"),
        MailPart::link("Do not ask me any more", format!("{}/review-requests?token={}", shop.base_url, end.as_str())),
    ];
    let subject = format!("How do you like what you ordered ({})?", order.number);
    ended_by(shop, message(shop, "review_request", subject, greeting(order), parts), end)
}
