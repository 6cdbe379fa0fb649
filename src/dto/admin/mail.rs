//! Mail as staff see it.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::domain::{MailId, OrderId};

use super::query::{fields, href};

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct MailQuery {
    /// Also what was sent.
    pub all: bool,
    pub before: Option<MailId>,
}

impl MailQuery {
    pub const PATH: &str = "/admin/mail";

    pub fn of_search(search: &str) -> Self {
        let mut fields = fields(search);
        let before = fields.remove("before").and_then(|text| text.parse().ok());
        Self { all: fields.remove("show").as_deref() == Some("all"), before }
    }

    pub fn href(&self) -> String {
        let all = if self.all { "all" } else { "" };
        href(
            Self::PATH,
            &[("show", all.to_owned()), ("before", self.before.map(|id| id.to_string()).unwrap_or_default())],
        )
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailRow {
    pub id: MailId,
    /// `order_received` …
    pub kind: String,
    /// Empty where it was stripped.
    pub recipient: String,
    pub subject: String,
    /// `queued`, `sending`, `accepted`, `refused`, `uncertain`.
    pub state: String,
    pub attempts: u32,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339")]
    pub due_at: OffsetDateTime,
    pub last_error: Option<String>,
}

impl MailRow {
    /// Whether it can be tried again.
    pub fn is_retryable(&self) -> bool {
        matches!(self.state.as_str(), "queued" | "refused" | "uncertain") && !self.recipient.is_empty()
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailList {
    pub query: MailQuery,
    /// The newest first.
    pub mail: Vec<MailRow>,
    pub next: Option<MailQuery>,
}

/// One mail, with its words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailView {
    pub row: MailRow,
    /// What proves in its links whose they are is left out: whoever reads it here is not who it was sent to.
    pub text: String,
    /// It can be sent once more, as it was.
    #[serde(default)]
    pub resendable: bool,
}

/// Letters of every kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MailSamples {
    /// The number that was asked for, as it was typed.
    pub asked: String,
    /// The order that they are about, and its number; none: one that is made up.
    pub order: Option<(OrderId, i64)>,
    pub letters: Vec<SampleMail>,
}

/// A letter as it would be worded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SampleMail {
    /// `order_received` …
    pub kind: String,
    pub subject: String,
    /// Without what proves in its links whose they are, as in `MailView`.
    pub text: String,
}

impl MailView {
    /// What stands in the place of a link's secret.
    pub const LEFT_OUT: &str = "token=…";

    pub fn lacks_secret(&self) -> bool {
        self.text.contains(Self::LEFT_OUT)
    }
}
