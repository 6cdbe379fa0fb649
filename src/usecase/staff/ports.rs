//! What is kept of who works here and who is invited to.

use std::future::Future;

use time::OffsetDateTime;

use crate::domain::{Email, InvitationId, StaffRole, Team, UserId};
use crate::dto::{InvitationRow, StaffMemberRow};

use super::super::Result;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    pub id: InvitationId,
    pub email: Email,
    pub role: StaffRole,
    /// How often it was sent.
    pub generation: i32,
    pub expires_at: OffsetDateTime,
}

pub trait TeamViews {
    /// By role and name, and the open invitations. Who works here since `begun_by`, or longer, needs a second factor by now.
    fn team(
        &self,
        now: OffsetDateTime,
        begun_by: OffsetDateTime,
    ) -> impl Future<Output = Result<(Vec<StaffMemberRow>, Vec<InvitationRow>)>> + Send;

    fn invitation(&self, id: InvitationId) -> impl Future<Output = Result<Option<Invitation>>> + Send;

    /// One statement; of customers nothing is written down. Answers since when they work here: since now, where nobody knows.
    fn note_sign_in(
        &self,
        user: UserId,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<Option<OffsetDateTime>>> + Send;
}

pub trait Teams {
    /// The names and addresses of those who own the shop, to write to them; not locked.
    fn owners(&mut self) -> impl Future<Output = Result<Vec<(String, Email)>>> + Send;

    /// Everybody who works here, locked: whoever changes one waits for whoever changes another.
    fn lock_team(&mut self) -> impl Future<Output = Result<Team>> + Send;

    /// Gives a role, or takes it and ends all sessions. Who has none yet works here since now.
    fn set_staff_role(
        &mut self,
        user: UserId,
        role: Option<StaffRole>,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<()>> + Send;

    /// None: there is none, or it was used.
    fn lock_invitation(&mut self, id: InvitationId) -> impl Future<Output = Result<Option<Invitation>>> + Send;

    /// Writes it, in the place of one to the same address.
    fn save_invitation(
        &mut self,
        invitation: &Invitation,
        by: UserId,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Whoever has an account with this address, as what they work here; and the invitation that it has.
    fn role_and_invitation(
        &mut self,
        email: &Email,
    ) -> impl Future<Output = Result<(Option<StaffRole>, Option<Invitation>)>> + Send;

    fn delete_invitation(&mut self, id: InvitationId) -> impl Future<Output = Result<()>> + Send;

    /// Those that somebody has sent: who has less now gave more than they have.
    fn delete_invitations_of(&mut self, user: UserId) -> impl Future<Output = Result<()>> + Send;
}
