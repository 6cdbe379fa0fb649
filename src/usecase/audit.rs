//! The audit log: what staff changed, in the transaction of the change, as a chain.
//!
//! Each row's hash covers the row and the hash of the row before it. Whoever changes or deletes one by hand leaves a chain
//! that does not hold; whoever makes all hashes behind it anew as well is found by the last hash, if somebody wrote it down
//! elsewhere (`audit verify` prints it, and compares it with `--kept`).

use std::future::Future;

use serde_json::Value;
use sha2::{Digest, Sha256};
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::{Actor, May, permit};
use crate::dto::{AuditList, AuditMark, AuditVerdict};

use super::{Result, Shop, Store};

/// A change about to be written down: `order.shipped` of this order, and what differs.
#[derive(Debug, Clone)]
pub struct Change {
    pub action: &'static str,
    /// `order`, `product`, `variant` …
    pub kind: &'static str,
    pub id: String,
    /// `Null`: there was nothing.
    pub before: Value,
    pub after: Value,
}

/// A row of the log, as it is hashed.
#[derive(Debug, Clone)]
pub struct AuditRow {
    pub position: i64,
    pub at: OffsetDateTime,
    /// A member of staff, or the key of a program; nil: the shop itself.
    pub actor: Uuid,
    pub action: String,
    pub kind: String,
    pub subject: String,
    pub before: Option<String>,
    pub after: Option<String>,
    pub hash: Vec<u8>,
}

/// Where the chain ends: the last position and hash; 0 and nothing at its beginning.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AuditHead {
    pub position: i64,
    pub hash: Vec<u8>,
}

pub trait AuditViews {
    /// The end of the chain, and the highest position that a row has: both as they were at one moment.
    fn audit_end(&self) -> impl Future<Output = Result<(AuditHead, i64)>> + Send;

    /// The rows behind this position, in order.
    fn audit_rows(&self, after: i64, most: u32) -> impl Future<Output = Result<Vec<AuditRow>>> + Send;

    /// The newest rows before this position, with the names of who did it.
    fn audit_list(&self, before: Option<i64>, most: u32) -> impl Future<Output = Result<AuditList>> + Send;
}

pub trait Audit {
    /// The end of the chain, locked: whoever has it writes the next row.
    fn lock_audit_head(&mut self) -> impl Future<Output = Result<AuditHead>> + Send;

    /// Writes rows behind the locked end, in their order; the last is the end from now on. None: nothing.
    fn append_audit_rows(&mut self, rows: &[AuditRow]) -> impl Future<Output = Result<()>> + Send;
}

/// How many rows a page shows, and how many are read at a time to verify them.
const PER_PAGE: u32 = 50;
const PER_READ: u32 = 1_000;

impl Change {
    pub fn of(action: &'static str, kind: &'static str, id: impl ToString) -> Self {
        Self { action, kind, id: id.to_string(), before: Value::Null, after: Value::Null }
    }

    #[must_use]
    pub fn before(self, before: Value) -> Self {
        Self { before, ..self }
    }

    #[must_use]
    pub fn after(self, after: Value) -> Self {
        Self { after, ..self }
    }
}

impl AuditRow {
    /// The hash that belongs to this row behind one with that hash. Each field is preceded by its length, so that no text
    /// can be moved from one into the next.
    fn link(&self, previous: &[u8]) -> Vec<u8> {
        let mut hasher = Sha256::new();
        let mut field = |bytes: &[u8]| {
            hasher.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
            hasher.update(bytes);
        };
        field(previous);
        field(&self.position.to_be_bytes());
        field(&(self.at.unix_timestamp_nanos() / 1_000).to_be_bytes());
        field(self.actor.as_bytes());
        for text in [&self.action, &self.kind, &self.subject] {
            field(text.as_bytes());
        }
        for text in [&self.before, &self.after] {
            field(&[u8::from(text.is_some())]);
            field(text.as_deref().unwrap_or_default().as_bytes());
        }
        hasher.finalize().to_vec()
    }
}

impl<S: Store> Shop<S> {
    /// Writes down what a member of staff changed, or a program with a key of theirs. The last step of a transaction
    /// before its commit: the end of the chain is locked from here on.
    pub(super) async fn record(&self, tx: &mut S::Tx, by: impl Into<Actor> + Send, change: Change) -> Result<()> {
        self.record_all(tx, by, vec![change]).await
    }

    /// As `record`, for changes that were made at once: each has a row of its own.
    pub(super) async fn record_all(
        &self,
        tx: &mut S::Tx,
        by: impl Into<Actor> + Send,
        changes: Vec<Change>,
    ) -> Result<()> {
        let by: Actor = by.into();
        let mut head = tx.lock_audit_head().await?;
        let mut rows = Vec::with_capacity(changes.len());
        for change in changes {
            let row = row_behind(&head, by, self.now(), change);
            head = AuditHead { position: row.position, hash: row.hash.clone() };
            rows.push(row);
        }
        tx.append_audit_rows(&rows).await
    }

    /// What staff changed, the newest first.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn audit_log(&self, _by: May<permit::Audit>, before: Option<i64>) -> Result<AuditList> {
        self.store().audit_list(before, PER_PAGE).await
    }

    /// Whether the chain holds, from its first row to its last.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn verify_audit_log(&self) -> Result<AuditVerdict> {
        let (head, highest) = self.store().audit_end().await?;
        let (mut last, mut hash) = (0_i64, Vec::new());
        let verdict = |flaw| AuditVerdict { rows: head.position, head: hex(&head.hash), flaw };
        while last < head.position {
            let rows = self.store().audit_rows(last, PER_READ).await?;
            // Written since: another time.
            let rows: Vec<_> = rows.into_iter().filter(|row| row.position <= head.position).collect();
            if rows.is_empty() {
                return Ok(verdict(Some(last.saturating_add(1))));
            }
            for row in rows {
                let next = last.saturating_add(1);
                if row.position != next || row.hash != row.link(&hash) {
                    return Ok(verdict(Some(next)));
                }
                (last, hash) = (row.position, row.hash);
            }
        }
        // Whoever writes a row moves the end with it: a row beyond it was left behind by who wound the end back, however
        // well it fits.
        Ok(verdict(match hash == head.hash {
            false => Some(last),
            true => (highest > head.position).then(|| last.saturating_add(1)),
        }))
    }

    /// Whether a place that somebody kept is still in the chain. The chain is verified by itself.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn audit_log_has(&self, kept: &AuditMark) -> Result<bool> {
        let found = self.store().audit_rows(kept.position.saturating_sub(1), 1).await?;
        Ok(found.first().is_some_and(|row| row.position == kept.position && hex(&row.hash) == kept.hash))
    }
}

/// The row that comes behind this end.
fn row_behind(head: &AuditHead, by: Actor, at: OffsetDateTime, change: Change) -> AuditRow {
    let text = |value: &Value| (!value.is_null()).then(|| value.to_string());
    let mut row = AuditRow {
        position: head.position.saturating_add(1),
        at,
        actor: by.id(),
        action: change.action.to_owned(),
        kind: change.kind.to_owned(),
        subject: change.id,
        before: text(&change.before),
        after: text(&change.after),
        hash: Vec::new(),
    };
    row.hash = row.link(&head.hash);
    row
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
