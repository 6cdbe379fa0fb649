//! Keys for programs, as staff who look after them see them.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::domain::{ApiKeyId, KeyPermissions, StaffRole};

/// A key; of its secret nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKeyRow {
    pub id: ApiKeyId,
    pub name: String,
    pub permissions: KeyPermissions,
    /// Who made it.
    pub by: String,
    /// As what they work here now; none: not any more.
    pub role: Option<StaffRole>,
    #[serde(with = "time::serde::rfc3339")]
    pub made_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339::option")]
    pub ends_at: Option<OffsetDateTime>,
    /// Its end has come.
    pub is_over: bool,
    /// To the minute.
    #[serde(with = "time::serde::rfc3339::option")]
    pub last_used_at: Option<OffsetDateTime>,
    #[serde(with = "time::serde::rfc3339::option")]
    pub revoked_at: Option<OffsetDateTime>,
    pub revoked_by: Option<String>,
}

/// Whether a program gets in with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ApiKeyState {
    Works,
    Revoked,
    Over,
    /// Whoever made it works here no more.
    MakerGone,
}

impl ApiKeyRow {
    pub fn state(&self) -> ApiKeyState {
        match self {
            Self { revoked_at: Some(_), .. } => ApiKeyState::Revoked,
            Self { is_over: true, .. } => ApiKeyState::Over,
            Self { role: None, .. } => ApiKeyState::MakerGone,
            _ => ApiKeyState::Works,
        }
    }
}

/// Those that work first, then those that have ended; the newest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiKeysView {
    /// As what whoever looks works here: they give nothing more.
    pub my_role: StaffRole,
    pub keys: Vec<ApiKeyRow>,
}
