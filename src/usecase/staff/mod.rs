//! Who works here: roles changed and taken, and in `invitations` how somebody comes to work here.

mod invitations;
mod ports;

use serde_json::json;

use time::OffsetDateTime;

use crate::domain::{Freshness, May, Permission, Refusal, StaffRole, User, UserId, permit};
use crate::dto::TeamView;

use super::audit::Change;
use super::shop::retried;
use super::{Result, Shop, Store, Tx};

pub use ports::{Invitation, TeamViews, Teams};

impl<S: Store> Shop<S> {
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn team(&self, by: May<permit::Team>) -> Result<TeamView> {
        let now = self.now();
        let begun_by = now.saturating_sub(self.settings().factor_grace);
        let (members, invitations) = self.store().team(now, begun_by).await?;
        Ok(TeamView { me: by.user(), my_role: by.role(), members, invitations })
    }

    /// Gives a member of staff another role.
    ///
    /// # Errors
    /// `NotPermitted` for more than they have who give it, `LastOwner`, `NotFound`.
    pub async fn change_staff_role(&self, by: May<permit::Team>, whom: UserId, role: StaffRole) -> Result<()> {
        retried(|| self.change_team_once(by, whom, Some(role))).await
    }

    /// Somebody works here no more: their account stays a customer's, and all their sessions and keys end at once.
    ///
    /// # Errors
    /// As `change_staff_role`.
    pub async fn remove_staff(&self, by: May<permit::Team>, whom: UserId) -> Result<()> {
        retried(|| self.change_team_once(by, whom, None)).await
    }

    async fn change_team_once(&self, by: May<permit::Team>, whom: UserId, to: Option<StaffRole>) -> Result<()> {
        let mut tx = self.store().begin().await?;
        let before = tx.lock_team().await?.change(by.user(), whom, to)?;
        if to == Some(before) {
            return Ok(());
        }
        tx.set_staff_role(whom, to, self.now()).await?;
        tx.delete_invitations_of(whom).await?;
        if to.is_none() {
            self.revoke_api_keys_of(&mut tx, whom, by.into()).await?;
        }
        let action = if to.is_some() { "staff.role_changed" } else { "staff.removed" };
        let change = Change::of(action, "user", whom).before(json!({ "role": before }));
        let change = to.map_or(change.clone(), |role| change.after(json!({ "role": role })));
        self.record(&mut tx, by, change).await?;
        tx.commit().await
    }

    /// Somebody who has just given their password.
    pub fn fresh(&self) -> Freshness {
        Freshness { signed_in: self.now(), confirmed: self.now(), factor_due: None }
    }

    /// Whether a member of staff's sign-in will do for something that needs this permission. A session of a release that
    /// did not note when it began will not.
    ///
    /// # Errors
    /// `SignInNeeded`, `FactorNeeded`, `ConfirmNeeded`.
    pub fn check_fresh(&self, fresh: Option<Freshness>, permission: Option<Permission>) -> Result<()> {
        let fresh = fresh.ok_or(Refusal::SignInNeeded)?;
        Ok(fresh.check(self.now(), self.settings().staff_session, permission)?)
    }

    /// Notes that a member of staff has signed in, and answers since when they work here.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn note_sign_in(&self, user: &User) -> Result<Option<OffsetDateTime>> {
        match user.works_as() {
            Some(_) => self.store().note_sign_in(user.id, self.now()).await,
            None => Ok(None),
        }
    }
}
