//! How mail leaves the house: by SMTP, or as files in a folder where there is no mail server.

mod files;
mod html;
mod smtp;

use std::net::IpAddr;

use anyhow::{Context, anyhow};
use lettre::Address;
use lettre::message::header::{ContentType, HeaderName, HeaderValue, MIME_VERSION_1_0};
use lettre::message::{Attachment, Mailbox, Message, MessageBuilder, MultiPart, SinglePart};

use crate::usecase::{MailFile, MailJob, MailMessage};

pub use files::FileMailer;
pub use smtp::{Security, SmtpMailer, SmtpServer};

/// What every mail has in common.
#[derive(Debug, Clone)]
pub struct MailIdentity {
    from: Mailbox,
    /// The address alone was made of the host: its name is the shop's, as the mail has it.
    is_own: bool,
    /// The right side of Message-IDs: where the shop is reached.
    host: String,
}

impl MailIdentity {
    /// `from` is an address with or without a name; without it, `<shop name> <no-reply@host>`.
    ///
    /// # Errors
    /// When `from` is not an address.
    pub fn new(shop_name: &str, host: &str, from: Option<&str>) -> anyhow::Result<Self> {
        // A machine's number is no mail domain.
        let host = if host.parse::<IpAddr>().is_ok() { "localhost" } else { host };
        let is_own = from.is_none();
        let from = match from {
            Some(from) => from.parse().with_context(|| format!("{from:?} is not an address"))?,
            None => {
                let address = Address::new("no-reply", host).or_else(|_| Address::new("no-reply", "localhost"))?;
                Mailbox::new(Some(shop_name.to_owned()), address)
            }
        };
        Ok(Self { from, is_own, host: host.to_owned() })
    }

    /// A shop that has another name by now signs with that.
    fn from(&self, message: &MailMessage) -> Mailbox {
        match &message.content {
            Some(content) if self.is_own => Mailbox::new(Some(content.shop.clone()), self.from.email.clone()),
            _ => self.from.clone(),
        }
    }

    /// The Message-ID is the mail's own id, so it is the same for each attempt.
    fn write(&self, job: &MailJob) -> anyhow::Result<Message> {
        let to: Address = job.to.as_str().parse().map_err(|e| anyhow!("no mail goes to this address: {e}"))?;
        let machine = HeaderName::new_from_ascii_str("Auto-Submitted");
        let draft = Message::builder()
            .from(self.from(&job.message))
            .to(Mailbox::new(None, to))
            .subject(job.message.subject.clone())
            .message_id(Some(format!("<{}@{}>", job.id, self.host)))
            .header(MIME_VERSION_1_0)
            .raw_header(HeaderValue::new(machine, "auto-generated".to_owned()));
        // Nobody reads what comes to the address that was made of the host. One that no mail goes to stops no mail.
        let business = job.reply_to.as_ref().filter(|_| self.is_own).and_then(|to| to.as_str().parse::<Address>().ok());
        let draft = business.into_iter().fold(draft, |draft, to| draft.reply_to(Mailbox::new(None, to)));
        let message = &job.message;
        let draft = unsubscribing(message).into_iter().fold(draft, MessageBuilder::raw_header);
        let html = mail_html(message)?;
        // The best form last, as RFC 2046 wants it.
        let words = html.map(|html| MultiPart::alternative_plain_html(message.text.clone(), html));
        let mail = match (words, &job.file) {
            (None, None) => draft.header(ContentType::TEXT_PLAIN).body(message.text.clone()),
            (Some(words), None) => draft.multipart(words),
            (None, Some(file)) => {
                let words = SinglePart::plain(message.text.clone());
                draft.multipart(MultiPart::mixed().singlepart(words).singlepart(attached(file)?))
            }
            (Some(words), Some(file)) => {
                draft.multipart(MultiPart::mixed().multipart(words).singlepart(attached(file)?))
            }
        };
        mail.context("the mail cannot be built")
    }
}

/// By which a mail program ends such letters with one click, without a page (RFC 8058).
fn unsubscribing(message: &MailMessage) -> Vec<HeaderValue> {
    let Some(address) = message.content.as_ref().and_then(|content| content.unsubscribe.as_ref()) else {
        return Vec::new();
    };
    let header = |name, value: String| HeaderValue::new(HeaderName::new_from_ascii_str(name), value);
    vec![
        header("List-Unsubscribe", format!("<{address}>")),
        header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click".to_owned()),
    ]
}

/// One as mail programs show it; none for what has no parts.
///
/// # Errors
/// For a template that is none, which no words can make of it.
pub fn mail_html(message: &MailMessage) -> anyhow::Result<Option<String>> {
    message.content.as_ref().map(|content| html::html(&message.subject, content)).transpose()
}

fn attached(file: &MailFile) -> anyhow::Result<SinglePart> {
    let pdf = ContentType::parse("application/pdf")?;
    Ok(Attachment::new(file.name.clone()).body(file.bytes.clone(), pdf))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Email, MailId};
    use crate::usecase::{MailContent, MailItem, MailPart, MailSum};
    use uuid::Uuid;

    pub(super) fn job(to: &str) -> MailJob {
        let message = MailMessage {
            kind: "welcome".into(),
            subject: "Grüße".into(),
            text: "Hello,\n.\nÄ\n".into(),
            content: None,
            paper: None,
        };
        let (id, to) = (MailId(Uuid::from_u128(7)), Email::parse(to).unwrap());
        MailJob { id, to, reply_to: None, message, file: None, attempts: 1, traceparent: None }
    }

    pub(super) fn identity() -> MailIdentity {
        MailIdentity::new("Kiln & Loom", "shop.example", None).unwrap()
    }

    #[test]
    fn a_mail_says_who_it_is_from_and_which_one_it_is() {
        let text = String::from_utf8(identity().write(&job("ada@example.org")).unwrap().formatted()).unwrap();
        for line in [
            "Message-ID: <00000000-0000-0000-0000-000000000007@shop.example>\r\n",
            "To: ada@example.org\r\n",
            "MIME-Version: 1.0\r\n",
            "Content-Type: text/plain; charset=utf-8\r\n",
            "<no-reply@shop.example>\r\n",
        ] {
            assert!(text.contains(line), "{line} in {text}");
        }
        let local = MailIdentity::new("Shop", "127.0.0.1", None).unwrap();
        assert_eq!(local.from.to_string(), "Shop <no-reply@localhost>");
        assert!(MailIdentity::new("Shop", "shop.example", Some("nobody")).is_err());
    }

    #[test]
    fn a_shop_that_was_renamed_signs_with_its_name_unless_it_was_told_another() {
        let message = MailMessage {
            content: Some(MailContent { shop: "Tea".into(), ..content() }),
            ..job("a@example.org").message
        };
        assert_eq!(identity().from(&message).to_string(), "Tea <no-reply@shop.example>");
        let told = MailIdentity::new("Kiln & Loom", "shop.example", Some("Sales <sales@shop.example>")).unwrap();
        assert_eq!(told.from(&message).to_string(), "Sales <sales@shop.example>");
    }

    #[test]
    fn who_replies_reaches_the_business_and_not_an_address_that_nobody_reads() {
        let text = |identity: &MailIdentity, reply_to: Option<&str>| {
            let reply_to = reply_to.map(|text| Email::parse(text).unwrap());
            let job = MailJob { reply_to, ..job("ada@example.org") };
            String::from_utf8(identity.write(&job).unwrap().formatted()).unwrap()
        };
        let business = Some("orders@kiln.example");
        assert!(text(&identity(), business).contains("\r\nReply-To: orders@kiln.example\r\n"));
        assert!(!text(&identity(), None).contains("Reply-To"));
        let told = MailIdentity::new("Kiln & Loom", "shop.example", Some("sales@shop.example")).unwrap();
        assert!(!text(&told, business).contains("Reply-To"), "that address was chosen");
    }

    fn content() -> MailContent {
        MailContent {
            greeting: "Hello <script>Ada</script>,".into(),
            parts: vec![
                MailPart::paragraph("5 < 6 & \"so on\" {{ }} <!-- -->"),
                MailPart::link("See your order", "https://shop.example/orders/1?token=ab&x=\"><b>".into()),
                MailPart::Items {
                    items: vec![MailItem { quantity: 2, name: "</td><img src=x>".into(), amount: "$1.00".into() }],
                    totals: vec![MailSum { label: "Total".into(), amount: "$2.00".into(), is_sum: true }],
                },
                MailPart::Address { label: "Shipping to".into(), lines: vec!["Ada".into(), "]]> London".into()] },
            ],
            shop: "Kiln & Loom".into(),
            base_url: "https://shop.example".into(),
            unsubscribe: None,
        }
    }

    #[test]
    fn a_letter_that_is_wanted_no_more_is_ended_with_one_click() {
        let plain = job("ada@example.org");
        let text = |message| {
            let job = MailJob { message, ..plain.clone() };
            String::from_utf8(identity().write(&job).unwrap().formatted()).unwrap()
        };
        assert!(!text(MailMessage { content: Some(content()), ..plain.message.clone() }).contains("List-Unsubscribe"));
        let address = Some("https://shop.example/unsubscribe?token=0191-aa.bb".to_owned());
        let ended = MailContent { unsubscribe: address, ..content() };
        let text = text(MailMessage { content: Some(ended), ..plain.message.clone() });
        assert!(text.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"), "{text}");
        let folded = text.replace("\r\n ", "");
        assert!(folded.contains("List-Unsubscribe:") && folded.contains("/unsubscribe?token=0191-aa.bb>"), "{text}");
    }

    #[test]
    fn html_says_the_same_loads_nothing_and_takes_no_markup() {
        let html = html::html("Order <1>", &content()).unwrap();
        for part in [
            "&lt;script&gt;Ada",
            "5 &lt; 6 &amp; \"so on\"",
            "2 × &lt;/td&gt;&lt;img",
            "Shipping to",
            "Kiln &amp; Loom",
        ] {
            assert!(html.contains(part), "{part} in {html}");
        }
        for part in ["<script", "<img", "<link", "@import", "url(", " src=\"", "<b>"] {
            assert!(!html.contains(part), "{part} in {html}");
        }
        assert!(html.contains("prefers-color-scheme: dark") && html.contains("name=\"color-scheme\""), "{html}");
        let addresses = html.split("href=\"").skip(1).map(|rest| rest.split('"').next().unwrap());
        assert!(addresses.into_iter().all(|address| address.starts_with("https://shop.example")), "{html}");
        assert!(html.len() < 20_000, "{} bytes", html.len());
    }

    #[test]
    fn a_mail_is_text_and_html_in_one_with_its_file() {
        let file = MailFile { name: "INV-2026-000001.pdf".into(), bytes: b"%PDF-1.7 \x00\xff".to_vec() };
        let plain = job("ada@example.org");
        let message = MailMessage { content: Some(content()), ..plain.message.clone() };
        let job = MailJob { message, file: Some(file), ..plain.clone() };
        let text = String::from_utf8(identity().write(&job).unwrap().formatted()).unwrap();
        let kinds = ["multipart/mixed", "multipart/alternative", "text/plain", "text/html", "application/pdf"];
        let places: Vec<_> = kinds.iter().map(|kind| text.find(&format!("Content-Type: {kind}"))).collect();
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?} {text}");
        assert!(text.contains("attachment; filename=\"INV-2026-000001.pdf\""), "{text}");
        // What an older release queued, or a later one that says more, goes as text, and with its file all the same.
        let queued = MailJob { file: job.file.clone(), ..plain };
        let text = String::from_utf8(identity().write(&queued).unwrap().formatted()).unwrap();
        assert!(text.contains("multipart/mixed") && !text.contains("text/html"), "{text}");
    }
}
