//! The words of mail about second factors: whoever did not do what it tells has somebody else in their account.

use super::mail_account::{forgotten, not_you};
use super::mail_messages::{MailMessage, message};
use super::mail_typed::greeted;
use super::{MailPart, Settings};

pub(super) fn factor_added(shop: &Settings, name: &str) -> MailMessage {
    let words = format!(
        "From now on the sign-in to your account at {} asks for a code of your authenticator app, too. Every other device was \
         signed out. Keep your recovery codes where you find them without the app.",
        shop.name
    );
    security_mail(shop, name, "factor_added", "Your account has a second factor", words)
}

pub(super) fn factor_removed(shop: &Settings, name: &str) -> MailMessage {
    let words = format!(
        "The authenticator app of your account at {} was removed: no code of it is asked for any more. Every other device was \
         signed out.",
        shop.name
    );
    security_mail(shop, name, "factor_removed", "The authenticator app of your account was removed", words)
}

pub(super) fn passkey_added(shop: &Settings, name: &str, passkey: &str) -> MailMessage {
    let words = format!(
        "A passkey was added to your account at {}: \"{passkey}\". Whoever has its device signs in with it, and a password alone does \
         not any more. Every other device was signed out.",
        shop.name
    );
    security_mail(shop, name, "passkey_added", "Your account has a new passkey", words)
}

pub(super) fn passkey_removed(shop: &Settings, name: &str, passkey: &str) -> MailMessage {
    let words = format!(
        "The passkey \"{passkey}\" of your account at {} was removed. Every other device was signed out.",
        shop.name
    );
    security_mail(shop, name, "passkey_removed", "A passkey of your account was removed", words)
}

/// Its counter has gone back.
pub(super) fn passkey_copied(shop: &Settings, name: &str, passkey: &str) -> MailMessage {
    let words = format!(
        "Somebody wanted to sign in to your account at {} with the passkey \"{passkey}\", and it looks as if there were two of it. \
         We did not let them in. Remove that passkey, and make another one.",
        shop.name
    );
    let parts = vec![MailPart::paragraph(words), MailPart::link("Your passkeys", security(shop))];
    message(shop, "passkey_copied", "A passkey of your account may have been copied".into(), greeted(name), parts)
}

/// By somebody else of the staff.
pub(super) fn factor_reset(shop: &Settings, name: &str) -> MailMessage {
    let words = format!(
        "The second factor of your account at {} was reset by whoever runs the shop, and you were signed out everywhere. Sign in \
         with your password and set up another.",
        shop.name
    );
    let parts = vec![
        MailPart::paragraph(words),
        MailPart::link("Set up another", security(shop)),
        MailPart::paragraph("If you did not ask for that, speak with them at once."),
    ];
    message(shop, "factor_reset", "Your second factor was reset".into(), greeted(name), parts)
}

pub(super) fn recovery_codes_made(shop: &Settings, name: &str) -> MailMessage {
    let words = format!(
        "Your account at {} has new recovery codes. Those that you had before do not work any more.",
        shop.name
    );
    security_mail(shop, name, "recovery_codes_made", "You have new recovery codes", words)
}

pub(super) fn recovery_code_used(shop: &Settings, name: &str, left: u32) -> MailMessage {
    let left = match left {
        0 => "None is left: make new ones now, please.".to_owned(),
        1 => "One is left: make new ones soon, please.".to_owned(),
        left => format!("{left} are left."),
    };
    let words = format!("Somebody signed in to your account at {} with one of your recovery codes. {left}", shop.name);
    let parts =
        vec![MailPart::paragraph(words), MailPart::link("Make new codes", security(shop)), not_you(), forgotten(shop)];
    message(shop, "recovery_code_used", "A recovery code was used".into(), greeted(name), parts)
}

/// Behind the right password: it is known to somebody else, or its owner has lost the app.
pub(super) fn wrong_codes(shop: &Settings, name: &str, wrong: i32) -> MailMessage {
    let words = format!(
        "Somebody gave the password of your account at {}, which was right, and then {wrong} wrong codes, one after the other. We did \
         not let them in.",
        shop.name
    );
    security_mail(shop, name, "wrong_codes", "Somebody knows the password of your account", words)
}

fn security_mail(shop: &Settings, name: &str, kind: &str, subject: &str, words: String) -> MailMessage {
    let parts = vec![MailPart::paragraph(words), not_you(), forgotten(shop)];
    message(shop, kind, subject.to_owned(), greeted(name), parts)
}

fn security(shop: &Settings) -> String {
    format!("{}/account/security", shop.base_url)
}
