//! How long ago somebody showed who they are: staff do so once a day, and again where money, the shop or
//! what is known of people is at stake.

use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use super::{Permission, Refusal};

/// When somebody signed in, and when they last gave their password.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Freshness {
    #[serde(with = "time::serde::timestamp")]
    pub signed_in: OffsetDateTime,
    #[serde(with = "time::serde::timestamp")]
    pub confirmed: OffsetDateTime,
    /// Until when somebody who works here may do so who has shown a password alone; none: a second factor was shown, or they
    /// do not work here.
    #[serde(default, with = "time::serde::timestamp::option")]
    pub factor_due: Option<OffsetDateTime>,
}

impl Freshness {
    /// For how long a password that was given counts.
    pub const CONFIRMED_FOR: Duration = Duration::minutes(15);

    /// Whether it will do for something that needs this permission.
    ///
    /// # Errors
    /// `SignInNeeded` for a sign-in that is older than `longest`, `FactorNeeded`, `ConfirmNeeded`.
    pub fn check(self, now: OffsetDateTime, longest: Duration, permission: Option<Permission>) -> Result<(), Refusal> {
        if now - self.signed_in > longest {
            return Err(Refusal::SignInNeeded);
        }
        if self.factor_due.is_some_and(|due| now >= due) {
            return Err(Refusal::FactorNeeded);
        }
        let is_asked = permission.is_some_and(Permission::needs_password);
        match is_asked && !self.is_confirmed(now) {
            true => Err(Refusal::ConfirmNeeded),
            false => Ok(()),
        }
    }

    /// Whether the password was given a short while ago.
    pub fn is_confirmed(self, now: OffsetDateTime) -> bool {
        now - self.confirmed <= Self::CONFIRMED_FOR
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_lasts_a_day_of_work_and_a_password_a_quarter_of_an_hour() {
        let now = OffsetDateTime::UNIX_EPOCH + Duration::days(20_000);
        let (day, minute) = (Duration::hours(12), Duration::MINUTE);
        let ago = |signed_in, confirmed| Freshness {
            signed_in: now - signed_in,
            confirmed: now - confirmed,
            factor_due: None,
        };
        for (fresh, permission, answer) in [
            (ago(day, day), None, Ok(())),
            (ago(day, day), Some(Permission::Orders), Ok(())),
            (ago(day + minute, minute), Some(Permission::Orders), Err(Refusal::SignInNeeded)),
            (ago(day + minute, minute), None, Err(Refusal::SignInNeeded)),
            (ago(day, minute * 15), Some(Permission::Refunds), Ok(())),
            (ago(day, minute * 16), Some(Permission::Refunds), Err(Refusal::ConfirmNeeded)),
            (ago(day, minute * 16), Some(Permission::Team), Err(Refusal::ConfirmNeeded)),
            (ago(day, minute * 16), Some(Permission::CustomerData), Err(Refusal::ConfirmNeeded)),
            (ago(day, minute * 16), Some(Permission::Customers), Ok(())),
            (ago(day, minute * 16), Some(Permission::Keys), Err(Refusal::ConfirmNeeded)),
            (ago(day, minute * 16), Some(Permission::Payments), Err(Refusal::ConfirmNeeded)),
            (ago(day, minute * 16), Some(Permission::OrderChanges), Ok(())),
        ] {
            assert_eq!(fresh.check(now, day, permission), answer, "{fresh:?} {permission:?}");
        }
    }

    #[test]
    fn whoever_works_here_does_without_a_second_factor_for_a_while() {
        let now = OffsetDateTime::UNIX_EPOCH + Duration::days(20_000);
        let fresh = |factor_due| Freshness { signed_in: now, confirmed: now, factor_due };
        for (due, answer) in [
            (None, Ok(())),
            (Some(now + Duration::SECOND), Ok(())),
            (Some(now), Err(Refusal::FactorNeeded)),
            (Some(now - Duration::DAY), Err(Refusal::FactorNeeded)),
        ] {
            assert_eq!(fresh(due).check(now, Duration::HOUR, None), answer, "{due:?}");
        }
        // As a release that knew of none has kept it.
        let kept = serde_json::json!({ "signed_in": now.unix_timestamp(), "confirmed": now.unix_timestamp() });
        assert_eq!(serde_json::from_value::<Freshness>(kept).unwrap(), fresh(None));
        let due = fresh(Some(now));
        assert_eq!(serde_json::from_value::<Freshness>(serde_json::to_value(due).unwrap()).unwrap(), due);
    }
}
