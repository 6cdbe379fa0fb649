//! What a database error means to the shop: by SQLSTATE what kind of trouble it is, by constraint name what is refused.

use sqlx::error::DatabaseError;
use sqlx::postgres::PgDatabaseError;

use crate::domain::Refusal;
use crate::usecase::{COUNTS, Error, RuleBroken};

/// The refusal that a violated constraint stands for.
const REFUSALS: [(&str, Refusal); 3] = [
    ("users_email_unique", Refusal::EmailTaken),
    ("products_slug_unique", Refusal::SlugTaken),
    ("product_variants_sku_unique", Refusal::SkuTaken),
];

/// Categories that somebody looked at and that were renamed or taken away, or got a product, before they were written down
/// (23503). Whoever looks again sees which there are; each of those who write this tries again, and not for ever (`retried`,
/// imports by their queue).
const OVERTAKEN: [&str; 2] = ["products_category_fkey", "categories_parent_fkey"];

pub(super) fn map_sqlx_error(error: sqlx::Error) -> Error {
    if is_stale_plan(&error) {
        return Error::Unavailable(error.into());
    }
    match &error {
        sqlx::Error::Database(cause) => match refused(counted(cause.as_ref())) {
            Some(refusal) => Error::Refused(refusal),
            None if is_overtaken(cause.as_ref()) => Error::Contended(error.into()),
            None => match kind(cause.code().as_deref().unwrap_or_default(), cause.constraint().is_some()) {
                Kind::Contended => Error::Contended(error.into()),
                Kind::Unavailable => Error::Unavailable(error.into()),
                Kind::Data => Error::Broken(anyhow::Error::from(error).context(RuleBroken)),
                Kind::Ours => Error::Broken(error.into()),
            },
        },
        // Not a word of the protocol: a proxy before the database that hangs up, since it knows of none that may be written to.
        sqlx::Error::Protocol(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::Io(_)
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::BeginFailed => Error::Unavailable(error.into()),
        _ => Error::Broken(error.into()),
    }
}

/// A migration changed the type of what a statement answers after this connection had prepared it (0A000, "cached plan
/// must not change result type"). Nothing was done, and on a connection that prepares it anew the statement works. The
/// code alone says only that the server lacks something; the message is in the server's language.
pub(super) fn is_stale_plan(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(cause) = error else { return false };
    let routine = cause.try_downcast_ref::<PgDatabaseError>().and_then(PgDatabaseError::routine);
    cause.code().as_deref() == Some("0A000") && routine == Some("RevalidateCachedQuery")
}

/// The server has gone, or says that it goes: what else is connected to it has gone, too, maybe.
pub(super) fn is_lost(error: &sqlx::Error) -> bool {
    match error {
        sqlx::Error::Io(_) | sqlx::Error::Protocol(_) => true,
        // admin_shutdown, crash_shutdown, cannot_connect_now
        sqlx::Error::Database(cause) => matches!(cause.code().as_deref(), Some("57P01" | "57P02" | "57P03")),
        _ => false,
    }
}

#[derive(Debug, PartialEq, Eq)]
enum Kind {
    /// Another transaction was in the way.
    Contended,
    /// The server or its machine is in trouble: it passes, or its operator ends it.
    Unavailable,
    /// What was to be written cannot be: a value out of its range, or against a rule that has a name.
    Data,
    /// The schema, a permission, a statement: not the fault of what was to be written. Nobody can say when it passes.
    Ours,
}

/// An unlisted code is ours: an event that meets it waits, and is not given up.
fn kind(code: &str, constraint: bool) -> Kind {
    match code {
        // serialization_failure, deadlock_detected
        "40001" | "40P01" => Kind::Contended,
        // lock_not_available, idle_in_transaction_session_timeout, read_only_sql_transaction (a standby)
        "55P03" | "25P03" | "25006" => Kind::Unavailable,
        _ => match code.get(..2).unwrap_or_default() {
            // Connections, resources, an operator's intervention, the machine.
            "08" | "53" | "57" | "58" => Kind::Unavailable,
            "22" => Kind::Data,
            // A missing value breaks no rule with a name: that column came with another release.
            "23" if constraint => Kind::Data,
            _ => Kind::Ours,
        },
    }
}

/// Transactions that were in each other's way are counted, also where they are tried again.
fn counted(cause: &dyn DatabaseError) -> &dyn DatabaseError {
    match cause.code().as_deref() {
        Some("40P01") => COUNTS.deadlocks.add(1),
        Some("40001") => COUNTS.serialization_failures.add(1),
        _ => {}
    }
    cause
}

fn is_overtaken(cause: &dyn DatabaseError) -> bool {
    cause.code().as_deref() == Some("23503") && cause.constraint().is_some_and(|name| OVERTAKEN.contains(&name))
}

fn refused(cause: &dyn DatabaseError) -> Option<Refusal> {
    let name = cause.constraint()?;
    REFUSALS.into_iter().find(|(constraint, _)| *constraint == name).map(|(_, refusal)| refusal)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_data_itself_is_given_up_for() {
        for code in ["22001", "22003", "22021", "22P02"] {
            assert_eq!(kind(code, false), Kind::Data, "{code}");
        }
        for code in ["23503", "23505", "23514"] {
            assert_eq!(kind(code, true), Kind::Data, "{code}");
        }
        // No such column, table or permission; no value for a new column; out of memory, disk or connections; a trigger's
        // complaint; a corrupted index.
        for code in
            ["42703", "42P01", "42501", "23502", "53200", "53100", "53300", "57P03", "58030", "P0001", "XX002", ""]
        {
            assert_ne!(kind(code, false), Kind::Data, "{code}");
        }
        assert_eq!(kind("40P01", false), Kind::Contended);
        assert_eq!(kind("53100", false), Kind::Unavailable);
        assert_eq!(kind("42P01", false), Kind::Ours);
    }

    #[test]
    fn a_proxy_that_hangs_up_is_a_database_that_does_not_answer() {
        let hung_up = || sqlx::Error::Protocol("unexpected response from SSLRequest: 0x00".into());
        assert!(matches!(map_sqlx_error(hung_up()), Error::Unavailable(_)));
        assert!(matches!(map_sqlx_error(sqlx::Error::RowNotFound), Error::Broken(_)));
    }
}
