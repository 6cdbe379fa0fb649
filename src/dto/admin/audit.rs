//! The audit log as its page and the command line show it.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    pub position: i64,
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// The name of who did it.
    pub actor: String,
    /// `order.shipped`
    pub action: String,
    /// `order`, `product` …
    pub kind: String,
    pub subject: String,
    /// JSON.
    pub before: Option<String>,
    pub after: Option<String>,
}

/// The newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditList {
    pub entries: Vec<AuditEntry>,
    /// Before which position the next page begins; none: this is the last.
    pub next: Option<i64>,
}

/// Whether the chain holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditVerdict {
    pub rows: i64,
    /// The last hash, in hexadecimal digits: whoever keeps it elsewhere can tell whether the whole chain was made anew.
    pub head: String,
    /// The first position at which it does not hold.
    pub flaw: Option<i64>,
}
