//! How mail leaves the house: by SMTP, or as files in a folder where there is no mail server.

mod files;
mod smtp;

use std::net::IpAddr;

use anyhow::{Context, anyhow};
use lettre::Address;
use lettre::message::header::{ContentType, HeaderName, HeaderValue, MIME_VERSION_1_0};
use lettre::message::{Mailbox, Message};

use crate::usecase::MailJob;

pub use files::FileMailer;
pub use smtp::{Security, SmtpMailer, SmtpServer};

/// What every mail has in common.
#[derive(Debug, Clone)]
pub struct MailIdentity {
    from: Mailbox,
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
        let from = match from {
            Some(from) => from.parse().with_context(|| format!("{from:?} is not an address"))?,
            None => {
                let address = Address::new("no-reply", host).or_else(|_| Address::new("no-reply", "localhost"))?;
                Mailbox::new(Some(shop_name.to_owned()), address)
            }
        };
        Ok(Self { from, host: host.to_owned() })
    }

    /// The Message-ID is the mail's own id, so it is the same for each attempt.
    fn write(&self, job: &MailJob) -> anyhow::Result<Message> {
        let to: Address = job.to.as_str().parse().map_err(|e| anyhow!("no mail goes to this address: {e}"))?;
        let machine = HeaderName::new_from_ascii_str("Auto-Submitted");
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(job.message.subject.clone())
            .message_id(Some(format!("<{}@{}>", job.id, self.host)))
            .header(MIME_VERSION_1_0)
            .raw_header(HeaderValue::new(machine, "auto-generated".to_owned()))
            .header(ContentType::TEXT_PLAIN)
            .body(job.message.text.clone())
            .context("the mail cannot be built")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Email, MailId};
    use crate::usecase::MailMessage;
    use uuid::Uuid;

    pub(super) fn job(to: &str) -> MailJob {
        let message = MailMessage { kind: "welcome".into(), subject: "Grüße".into(), text: "Hello,\n.\nÄ\n".into() };
        MailJob { id: MailId(Uuid::from_u128(7)), to: Email::parse(to).unwrap(), message, attempts: 1 }
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
}
