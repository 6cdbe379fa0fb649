//! Whether the schema and this binary fit together: the rule that lets two releases run side by side.
//!
//! A schema may be ahead of a binary, as long as the oldest release it still serves is not newer than the binary; it may
//! never be behind. So a release expands the schema first, and what an old release needs goes only when `oldest_release`
//! is raised.

use std::fmt;

use crate::usecase::Result;

use super::PgStore;
use super::error::map_sqlx_error;
use super::migrate::MIGRATIONS;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SchemaFit {
    Fits,
    /// There is no schema of ours, or one that lacks what this binary needs.
    Older,
    /// The migration with this number is not the one this binary knows.
    Foreign(i64),
    /// The oldest release that it serves.
    Newer(String),
}

impl SchemaFit {
    pub const fn fits(&self) -> bool {
        matches!(self, Self::Fits)
    }
}

impl fmt::Display for SchemaFit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let this = env!("CARGO_PKG_VERSION");
        match self {
            Self::Fits => f.write_str("the schema fits"),
            Self::Older => {
                write!(f, "the schema is older than release {this} needs: run `small-ecommerce migrate` first")
            }
            Self::Foreign(version) => {
                write!(f, "migration {version} of this database is not the one of release {this}: another database?")
            }
            Self::Newer(oldest) => {
                write!(f, "the schema serves releases from {oldest} on, and this is {this}: start a newer release")
            }
        }
    }
}

impl PgStore {
    /// # Errors
    /// `Unavailable` when the database does not answer.
    pub async fn schema_fit(&self) -> Result<SchemaFit> {
        let found: sqlx::Result<(Vec<i64>, Vec<Vec<u8>>, String)> = sqlx::query_as(
            "select array_agg(m.version), array_agg(m.checksum), (select oldest_release from schema_release)
             from _sqlx_migrations m where m.success",
        )
        .fetch_one(&self.pool)
        .await;
        match found {
            Ok((versions, checksums, oldest)) => Ok(compare(&versions, &checksums, &oldest)),
            // undefined_table, and an empty one.
            Err(sqlx::Error::Database(cause)) if cause.code().as_deref() == Some("42P01") => Ok(SchemaFit::Older),
            Err(sqlx::Error::ColumnDecode { .. }) => Ok(SchemaFit::Older),
            Err(cause) => Err(map_sqlx_error(cause)),
        }
    }
}

fn compare(versions: &[i64], checksums: &[Vec<u8>], oldest: &str) -> SchemaFit {
    for ours in MIGRATIONS.iter() {
        match versions.iter().zip(checksums).find(|(version, _)| **version == ours.version) {
            None => return SchemaFit::Older,
            Some((version, sum)) if **sum != *ours.checksum => return SchemaFit::Foreign(*version),
            Some(_) => {}
        }
    }
    match (release(oldest), release(env!("CARGO_PKG_VERSION"))) {
        (Some(oldest), Some(this)) if oldest <= this => SchemaFit::Fits,
        _ => SchemaFit::Newer(oldest.to_owned()),
    }
}

/// Major, minor and patch.
fn release(text: &str) -> Option<[u32; 3]> {
    let numbers: Vec<u32> = text.split('.').map(|n| n.parse().ok()).collect::<Option<_>>()?;
    numbers.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(oldest: &str) -> SchemaFit {
        let (versions, sums): (Vec<_>, Vec<_>) = MIGRATIONS.iter().map(|m| (m.version, m.checksum.to_vec())).unzip();
        compare(&versions, &sums, oldest)
    }

    #[test]
    fn releases_are_compared_as_numbers() {
        assert!(release("0.10.0") > release("0.9.12"));
        assert!(release("1.0.0") > release("0.99.99"));
        assert_eq!(release("1.0"), None);
        assert_eq!(release("one"), None);
    }

    #[test]
    fn a_schema_serves_this_release_or_says_which() {
        assert_eq!(fit("0.0.1"), SchemaFit::Fits);
        assert_eq!(fit(env!("CARGO_PKG_VERSION")), SchemaFit::Fits);
        assert_eq!(fit("999.0.0"), SchemaFit::Newer("999.0.0".into()));
        assert_eq!(fit("nonsense"), SchemaFit::Newer("nonsense".into()));
    }
}
