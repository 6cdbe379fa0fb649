//! The words of mail to whoever wants to hear when something is back. Both end with one click: in the letter, and in the mail
//! program by what it is told in its headers.

use crate::dto::{LocalTime, words};

use super::mail_messages::{MailMessage, ended_by, message};
use super::{LinkToken, MailPart, Settings};

/// To an address of which nobody has shown whose it is: without a name that somebody typed.
/// The links: one confirms it, the other ends it.
pub(super) fn stock_wish(
    shop: &Settings,
    product: &str,
    (confirm, end): (&LinkToken, &LinkToken),
    until: &LocalTime,
) -> MailMessage {
    let words = format!(
        "Somebody wants to hear at this address when {product} is back at {}. If that is you, the link below confirms it, until \
         {}. We write once, when it is back:",
        shop.name,
        words::moment(until)
    );
    let parts = vec![
        MailPart::paragraph(words),
        MailPart::link("Yes, tell me", page(shop, confirm)),
        MailPart::paragraph(
            "If that was not you, you need do nothing: without your word we do not write when it is back. Should you not want \
             to be asked about it again, follow this link:",
        ),
        MailPart::link("Do not ask me again", page(shop, end)),
    ];
    let letter = message(shop, "stock_wish", format!("Shall we tell you when {product} is back?"), None, parts);
    ended_by(shop, letter, end)
}

/// `address`: the page of what is back, below the shop's own.
pub(super) fn back_in_stock(shop: &Settings, product: &str, address: &str, end: &LinkToken) -> MailMessage {
    let parts = vec![
        MailPart::paragraph(format!(
            "{product} is back. You wanted to know; others do, too, and we can set none aside."
        )),
        MailPart::link("Have a look", format!("{}{address}", shop.base_url)),
        MailPart::paragraph(
            "We write of it this once. To have all of it forgotten, your address too, follow this link:",
        ),
        MailPart::link("Forget my wish", page(shop, end)),
    ];
    let letter = message(shop, "back_in_stock", format!("{product} is back"), None, parts);
    ended_by(shop, letter, end)
}

fn page(shop: &Settings, token: &LinkToken) -> String {
    format!("{}/stock-wish?token={}", shop.base_url, token.as_str())
}
