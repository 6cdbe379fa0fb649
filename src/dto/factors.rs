//! What proves somebody besides their password, as they see it.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::domain::PasskeyId;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecurityView {
    pub email: String,
    pub totp: TotpView,
    pub passkeys: Vec<PasskeyRow>,
    /// How many are left.
    pub recovery_codes: u32,
    /// They gave their password a short while ago, and may change what stands here.
    pub is_confirmed: bool,
    /// The sign-in asks for more than a password.
    pub has_factor: bool,
    /// Of who works here.
    pub staff: Option<StaffFactor>,
}

/// A passkey, by what its owner calls it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PasskeyRow {
    pub id: PasskeyId,
    pub name: String,
    #[serde(with = "time::serde::rfc3339")]
    pub created_at: OffsetDateTime,
    /// None: not yet.
    #[serde(with = "time::serde::rfc3339::option")]
    pub last_used_at: Option<OffsetDateTime>,
}

/// An authenticator app.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum TotpView {
    None,
    /// Its secret, as it is typed and as an app reads it. It counts once a code of it is given.
    SettingUp {
        secret: String,
        uri: String,
    },
    Since {
        #[serde(with = "time::serde::rfc3339")]
        at: OffsetDateTime,
    },
}

impl std::fmt::Debug for TotpView {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::None => "None",
            Self::SettingUp { .. } => "SettingUp(…)",
            Self::Since { .. } => "Since(…)",
        })
    }
}

/// Whoever works here needs one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffFactor {
    pub has_factor: bool,
    /// Until when a password alone will do; none: it was not a password alone.
    #[serde(with = "time::serde::rfc3339::option")]
    pub due: Option<OffsetDateTime>,
    pub is_over: bool,
    /// They set up the first one only after they have given a password by a link of mail.
    pub by_mail: bool,
}
