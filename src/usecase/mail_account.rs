//! The words of mail about accounts. Their links open something to whoever has them, so each says how long it works, and what
//! to do for who did not ask for it.

use crate::dto::{LocalTime, words};

use super::mail_messages::{MailMessage, message};
use super::mail_typed::greeted;
use super::{MailPart, Settings};

/// The link shows whose the address is; none: that is shown already.
pub(super) fn welcome(shop: &Settings, name: &str, link: Option<(&str, &LocalTime)>) -> MailMessage {
    let mut parts = vec![
        MailPart::paragraph("Your account is ready. You will find your orders here:"),
        MailPart::link("Your orders", format!("{}/orders", shop.base_url)),
    ];
    if let Some((token, until)) = link {
        parts.extend(confirmation(shop, token, until));
    }
    parts.push(MailPart::paragraph("If you did not create this account, simply ignore this mail."));
    message(shop, "welcome", format!("Welcome to {}", shop.name), greeted(name), parts)
}

pub(super) fn verify_email(shop: &Settings, name: &str, token: &str, until: &LocalTime) -> MailMessage {
    let ignore = MailPart::paragraph("If you have no account with us, simply ignore this mail.");
    let parts = confirmation(shop, token, until).into_iter().chain([ignore]).collect();
    message(shop, "verify_email", "Please confirm your e-mail address".into(), greeted(name), parts)
}

pub(super) fn password_reset(shop: &Settings, name: &str, token: &str, until: &LocalTime) -> MailMessage {
    let words = format!(
        "Somebody has forgotten the password of your account at {}. The link below leads to a new one. It works once, until {}:",
        shop.name,
        words::moment(until)
    );
    let parts = vec![
        MailPart::paragraph(words),
        MailPart::link("Choose a new password", format!("{}/reset-password?token={token}", shop.base_url)),
        MailPart::paragraph(
            "If that was not you, simply ignore this mail and pass the link on to nobody: your password stays as it is.",
        ),
    ];
    message(shop, "password_reset", format!("A new password for {}", shop.name), greeted(name), parts)
}

pub(super) fn password_changed(shop: &Settings, name: &str) -> MailMessage {
    let words =
        format!("The password of your account at {} was changed, and every other device was signed out.", shop.name);
    let parts = vec![MailPart::paragraph(words), not_you(), forgotten(shop)];
    message(shop, "password_changed", "Your password was changed".into(), greeted(name), parts)
}

/// To the new address, of which nobody has shown yet whose it is: without a name that somebody typed.
pub(super) fn email_change(shop: &Settings, token: &str, until: &LocalTime) -> MailMessage {
    let words = format!(
        "Somebody with an account at {} wants to use this address for it. If that is you, the link below confirms it. It works \
         once, until {}:",
        shop.name,
        words::moment(until)
    );
    let parts = vec![
        MailPart::paragraph(words),
        confirm(shop, token),
        MailPart::paragraph("If that was not you, simply ignore this mail: nothing changes."),
    ];
    message(shop, "email_change", "Please confirm your new e-mail address".into(), None, parts)
}

/// To the present one.
pub(super) fn email_change_asked(shop: &Settings, name: &str) -> MailMessage {
    let words = format!(
        "Your account at {} is to have another e-mail address. It changes once that is confirmed by a link that we have sent \
         there; until then everything stays as it is.",
        shop.name
    );
    let parts = vec![MailPart::paragraph(words), not_you(), forgotten(shop)];
    message(shop, "email_change_asked", "Your e-mail address is to be changed".into(), greeted(name), parts)
}

/// To the one before.
pub(super) fn email_changed(shop: &Settings, name: &str) -> MailMessage {
    let words = format!(
        "Your account at {} has another e-mail address now, which was confirmed. You sign in with that one, and mail goes there.",
        shop.name
    );
    let parts =
        vec![MailPart::paragraph(words), MailPart::paragraph("If that was not you, reply to this mail at once.")];
    message(shop, "email_changed", "Your e-mail address was changed".into(), greeted(name), parts)
}

/// `network`: where it was, shortened.
pub(super) fn new_device(
    shop: &Settings,
    name: &str,
    device: &str,
    network: Option<&str>,
    at: &LocalTime,
) -> MailMessage {
    let place = network.map(|network| format!(", in the network {network}")).unwrap_or_default();
    let words = format!(
        "Somebody has signed in to your account at {} on a device that we do not know: {device}{place}, on {}.",
        shop.name,
        words::moment(at)
    );
    let parts = vec![
        MailPart::paragraph(words),
        MailPart::paragraph("If that was you, there is nothing to do. You see here where you are signed in:"),
        MailPart::link("Your sessions", format!("{}/account/sessions", shop.base_url)),
        not_you(),
        forgotten(shop),
    ];
    message(shop, "new_device", "You have signed in on a new device".into(), greeted(name), parts)
}

/// It can be had until then.
pub(super) fn data_ready(shop: &Settings, name: &str, until: &LocalTime) -> MailMessage {
    let words = format!(
        "Everything that {} keeps about you is put together, in a file for you alone. Sign in and download it until {}; then it \
         is deleted:",
        shop.name,
        words::moment(until)
    );
    let parts = vec![
        MailPart::paragraph(words),
        MailPart::link("Download your data", format!("{}/account/privacy", shop.base_url)),
        not_you(),
        forgotten(shop),
    ];
    message(shop, "data_ready", "Your data are ready".into(), greeted(name), parts)
}

/// The last one. `has_orders`: some are kept for the law.
pub(super) fn account_closed(shop: &Settings, name: &str, has_orders: bool) -> MailMessage {
    let gone = format!(
        "Your account at {} is deleted, as you asked: your addresses, your cart, what we wrote to you, and every place where you \
         were signed in.",
        shop.name
    );
    let kept = "Your orders and their invoices stay for as long as the law wants us to keep them. Then your name and your \
                addresses are taken out of them, too.";
    let mut parts = vec![MailPart::paragraph(gone)];
    parts.extend(has_orders.then(|| MailPart::paragraph(kept)));
    parts.push(MailPart::paragraph("Thank you for having been here. If that was not you, reply to this mail at once."));
    message(shop, "account_closed", "Your account is deleted".into(), greeted(name), parts)
}

fn confirmation(shop: &Settings, token: &str, until: &LocalTime) -> [MailPart; 2] {
    let words = format!(
        "Please confirm that this address is yours. What you have ordered with it without an account comes into your account \
         then. The link works once, until {}:",
        words::moment(until)
    );
    [MailPart::paragraph(words), confirm(shop, token)]
}

fn confirm(shop: &Settings, token: &str) -> MailPart {
    MailPart::link("Confirm this address", format!("{}/verify-email?token={token}", shop.base_url))
}

pub(super) fn not_you() -> MailPart {
    MailPart::paragraph(
        "If that was not you, somebody knows your password. Choose a new one here, which signs everybody out:",
    )
}

pub(super) fn forgotten(shop: &Settings) -> MailPart {
    MailPart::link("Choose a new password", format!("{}/forgot-password", shop.base_url))
}
