//! What somebody sees of what is kept of them: their sessions, the file with all of it, and whether their account can go.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

/// Where somebody is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionRow {
    /// What it is called by whoever ends it. It opens nothing.
    pub handle: String,
    /// The network that it was signed in from, shortened; none: nobody has said.
    pub network: Option<String>,
    /// In words; none: nobody has said.
    pub device: Option<String>,
    #[serde(with = "time::serde::rfc3339")]
    pub since: OffsetDateTime,
    /// To the hour.
    #[serde(with = "time::serde::rfc3339")]
    pub last_used_at: OffsetDateTime,
    /// The one that asks.
    pub is_this: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DataExportState {
    Waiting,
    Ready,
    Failed,
}

/// The file with all that is kept of somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataExportView {
    pub state: DataExportState,
    #[serde(with = "time::serde::rfc3339")]
    pub asked_at: OffsetDateTime,
    /// Until when it can be had. None: it is not made yet.
    #[serde(with = "time::serde::rfc3339::option")]
    pub expires_at: Option<OffsetDateTime>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrivacyView {
    /// They have shown that mail to their address arrives at them.
    pub is_verified: bool,
    pub is_staff: bool,
    /// The numbers of their orders that are not over, the oldest first.
    pub under_way: Vec<i64>,
    pub export: Option<DataExportView>,
}

/// What somebody wants to hear of, as the link of a mail shows it to who brings it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StockWishView {
    /// The product, with what was chosen of it.
    pub product: String,
    pub slug: String,
    pub email: String,
    /// The link is there to confirm the address, and nobody has.
    pub may_confirm: bool,
    /// It waits, or was told.
    pub is_confirmed: bool,
    /// They were told already.
    pub is_told: bool,
}
