//! The first second factor of who works here. In the time to do without, their password is enough to set it up; after it, whoever
//! has guessed or stolen the password would make one of their own and work here. So their mail comes first: they give a password by
//! the link that is mailed to whoever has forgotten theirs.

use time::Duration;

use crate::domain::{Refusal, UserId};

use super::super::{Result, Shop, Store};
use super::ports::{FactorWrites, FirstFactor};

/// For how long the first factor may be set up by who has given a password by mail.
const OPEN_FOR: Duration = Duration::hours(1);

impl<S: Store> Shop<S> {
    pub(super) fn may_have_first_factor(&self, first: &FirstFactor) -> bool {
        let now = self.now();
        let is_over = first.staff_since.is_some_and(|since| now >= self.factor_due(since));
        first.has_factor || !is_over || first.open_until.is_some_and(|until| now < until)
    }

    /// Whether somebody may change what proves them by a password alone. Of an account that is locked.
    ///
    /// # Errors
    /// `FactorByMail` for who works here without a second factor, though the time to do so is over.
    pub(in super::super) async fn check_first_factor(&self, tx: &mut S::Tx, user: UserId) -> Result<FirstFactor> {
        self.checked_first(tx.read_first_factor(user).await?)
    }

    pub(super) fn checked_first(&self, first: Option<FirstFactor>) -> Result<FirstFactor> {
        let first = first.ok_or(Refusal::SignInNeeded)?;
        if self.may_have_first_factor(&first) { Ok(first) } else { Err(Refusal::FactorByMail.into()) }
    }

    /// Somebody has given a password by a link of their mail. Of an account that is locked.
    pub(in super::super) async fn open_first_factor(&self, tx: &mut S::Tx, user: UserId) -> Result<()> {
        tx.open_first_factor(user, self.now().saturating_add(OPEN_FOR)).await
    }
}
