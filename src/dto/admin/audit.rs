//! The audit log as its page and the command line show it.

use std::str::FromStr;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditEntry {
    pub position: i64,
    #[serde(with = "time::serde::rfc3339")]
    pub at: OffsetDateTime,
    /// The name of who did it; of a program's key, its name and who made it.
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

/// A place of the chain, as somebody kept it elsewhere: `1042:9f86d0…`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditMark {
    pub position: i64,
    /// In hexadecimal digits.
    pub hash: String,
}

impl FromStr for AuditMark {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts =
            text.trim().split_once(':').and_then(|(position, hash)| Some((position.parse::<i64>().ok()?, hash)));
        let (position, hash) = parts.ok_or("it looks like 1042:9f86d0…")?;
        let is_hash = hash.len() == 64 && hash.chars().all(|c| c.is_ascii_hexdigit());
        if position < 1 || !is_hash {
            return Err("a position from 1 and 64 hexadecimal digits, with a colon between");
        }
        Ok(Self { position, hash: hash.to_ascii_lowercase() })
    }
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

impl AuditVerdict {
    /// What to keep elsewhere: an `AuditMark`. None of an empty log.
    pub fn to_keep(&self) -> Option<String> {
        (self.rows > 0).then(|| format!("{}:{}", self.rows, self.head))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_what_is_read_again() {
        let verdict = AuditVerdict { rows: 7, head: "ab".repeat(32), flaw: None };
        let mark: AuditMark = verdict.to_keep().unwrap().to_uppercase().parse().unwrap();
        assert_eq!(mark, AuditMark { position: 7, hash: verdict.head.clone() });
        assert_eq!(AuditVerdict { rows: 0, head: String::new(), flaw: None }.to_keep(), None);
        for text in ["", "7", "7:", ":ab", "0:", &format!("0:{}", verdict.head), &format!("x:{}", verdict.head), "7:zz"]
        {
            assert!(text.parse::<AuditMark>().is_err(), "{text}");
        }
    }
}
