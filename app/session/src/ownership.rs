//! What is somebody's own: an order, an address, a session, a passkey, a paper. To anybody else it is not there, and the log tells that
//! they asked, so that who tries one after the other is seen.

use shop::domain::Refusal;
use shop::usecase::{CartOwner, Error, OrderAccess, Result};

/// Notes who asked for something that is not theirs, or not there: the shop tells neither apart, and its log does not, either.
///
/// # Errors
/// What there was.
pub fn note_unowned<T>(asked_by: CartOwner, what: &'static str, answer: Result<T>) -> Result<T> {
    if let Err(Error::Refused(Refusal::NotFound)) = &answer {
        match asked_by {
            CartOwner::Customer(by) => tracing::info!(user.id = %by.0, what, "nothing of theirs was asked for"),
            CartOwner::Guest(_) => tracing::info!(what, "nothing of theirs was asked for"),
        }
    }
    answer
}

/// Who has neither account nor token is asked to sign in, whether there is such an order or not.
///
/// # Errors
/// `SignInNeeded` in the place of `NotFound`, else what there was.
pub fn answer_of_order<T>(access: &OrderAccess, answer: Result<T>) -> Result<T> {
    let is_unknown = access.token.is_none() && matches!(access.owner, CartOwner::Guest(_));
    note_unowned(access.owner, "an order", answer).map_err(|error| match error {
        Error::Refused(Refusal::NotFound) if is_unknown => Refusal::SignInNeeded.into(),
        other => other,
    })
}
