//! Who works here, and who is invited to.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::domain::{InvitationId, StaffRole, UserId};

use super::super::Viewer;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StaffMemberRow {
    pub id: UserId,
    pub name: String,
    pub email: String,
    pub role: StaffRole,
    /// None: not since this is written down.
    #[serde(with = "time::serde::rfc3339::option")]
    pub last_sign_in: Option<OffsetDateTime>,
    /// They sign in with more than a password.
    pub has_factor: bool,
    /// The time is over in which a password alone is enough.
    pub is_grace_over: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationRow {
    pub id: InvitationId,
    pub email: String,
    pub role: StaffRole,
    /// Who invited them.
    pub by: String,
    #[serde(with = "time::serde::rfc3339")]
    pub expires_at: OffsetDateTime,
    pub is_over: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TeamView {
    pub me: UserId,
    /// As what whoever looks works here: they give nothing more.
    pub my_role: StaffRole,
    pub members: Vec<StaffMemberRow>,
    pub invitations: Vec<InvitationRow>,
}

/// What an invitation says to whom it is for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InvitationView {
    pub email: String,
    pub role: StaffRole,
    /// There is an account with this address: its owner signs in.
    pub has_account: bool,
}

/// The same as its page shows it, once its link was opened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenedInvitation {
    pub invitation: InvitationView,
    /// Who is signed in.
    pub viewer: Option<Viewer>,
    /// What the link brought, for the form of the page.
    pub token: String,
}
