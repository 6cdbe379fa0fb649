//! How long ago somebody showed who they are: staff do so once a day, and again where money or the shop is at stake.

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
}

impl Freshness {
    /// For how long a password that was given counts.
    pub const CONFIRMED_FOR: Duration = Duration::minutes(15);

    /// Whether it will do for something that needs this permission.
    ///
    /// # Errors
    /// `SignInNeeded` for a sign-in that is older than `longest`, `ConfirmNeeded`.
    pub fn check(self, now: OffsetDateTime, longest: Duration, permission: Option<Permission>) -> Result<(), Refusal> {
        if now - self.signed_in > longest {
            return Err(Refusal::SignInNeeded);
        }
        let is_asked = permission.is_some_and(Permission::needs_password);
        match is_asked && now - self.confirmed > Self::CONFIRMED_FOR {
            true => Err(Refusal::ConfirmNeeded),
            false => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sign_in_lasts_a_day_of_work_and_a_password_a_quarter_of_an_hour() {
        let now = OffsetDateTime::UNIX_EPOCH + Duration::days(20_000);
        let (day, minute) = (Duration::hours(12), Duration::MINUTE);
        let ago = |signed_in, confirmed| Freshness { signed_in: now - signed_in, confirmed: now - confirmed };
        for (fresh, permission, answer) in [
            (ago(day, day), None, Ok(())),
            (ago(day, day), Some(Permission::Orders), Ok(())),
            (ago(day + minute, minute), Some(Permission::Orders), Err(Refusal::SignInNeeded)),
            (ago(day + minute, minute), None, Err(Refusal::SignInNeeded)),
            (ago(day, minute * 15), Some(Permission::Refunds), Ok(())),
            (ago(day, minute * 16), Some(Permission::Refunds), Err(Refusal::ConfirmNeeded)),
            (ago(day, minute * 16), Some(Permission::Team), Err(Refusal::ConfirmNeeded)),
            (ago(day, minute * 16), Some(Permission::Keys), Err(Refusal::ConfirmNeeded)),
            (ago(day, minute * 16), Some(Permission::Payments), Err(Refusal::ConfirmNeeded)),
            (ago(day, minute * 16), Some(Permission::OrderChanges), Ok(())),
        ] {
            assert_eq!(fresh.check(now, day, permission), answer, "{fresh:?} {permission:?}");
        }
    }
}
