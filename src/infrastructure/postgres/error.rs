//! What a database error means to the shop: by SQLSTATE what kind of trouble it is, by constraint name what is refused.

use sqlx::error::DatabaseError;

use crate::domain::Refusal;
use crate::usecase::Error;

/// The refusal that a violated constraint stands for.
const REFUSALS: [(&str, Refusal); 3] = [
    ("users_email_unique", Refusal::EmailTaken),
    ("products_slug_unique", Refusal::SlugTaken),
    ("product_variants_sku_unique", Refusal::SkuTaken),
];

pub(super) fn map_sqlx_error(error: sqlx::Error) -> Error {
    match &error {
        sqlx::Error::Database(cause) => match refused(cause.as_ref()) {
            Some(refusal) => Error::Refused(refusal),
            None => match cause.code().as_deref() {
                // serialization_failure, deadlock_detected
                Some("40001" | "40P01") => Error::Contended(error.into()),
                // lock_not_available, query_canceled (statement timeout), too_many_connections, shutdown and start-up
                Some("55P03" | "57014" | "53300" | "57P01" | "57P02" | "57P03" | "25P03") => {
                    Error::Unavailable(error.into())
                }
                _ => Error::Broken(error.into()),
            },
        },
        sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::Io(_)
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::BeginFailed => Error::Unavailable(error.into()),
        _ => Error::Broken(error.into()),
    }
}

fn refused(cause: &dyn DatabaseError) -> Option<Refusal> {
    let name = cause.constraint()?;
    REFUSALS.into_iter().find(|(constraint, _)| *constraint == name).map(|(_, refusal)| refusal)
}
