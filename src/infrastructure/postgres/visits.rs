//! Visitors by day.

use time::Date;

use crate::usecase::{Result, Visits};

use super::error::map_sqlx_error;
use super::{PgStore, to_u32};

impl Visits for PgStore {
    async fn open_visits(&self, day: Date, salt: &[u8]) -> Result<Option<Vec<u8>>> {
        // Whoever is late adds to yesterday's places for a while, and needs no salt for it.
        sqlx::query_scalar(
            "with over as (
                update visits set salt = null, seen = case when day < $1::date - 1 then null else seen end
                where day < $1 and (salt is not null or seen is not null and day < $1::date - 1)
             )
             insert into visits (day, salt, seen) values ($1, $2, repeat('0', 32768)::bit(32768))
             on conflict (day) do update set taken = visits.taken
             returning salt",
        )
        .bind(day)
        .bind(salt)
        .fetch_one(&self.pool)
        .await
        .map_err(map_sqlx_error)
    }

    async fn take_visit_places(&self, day: Date, places: &[u8]) -> Result<()> {
        sqlx::query(
            "update visits v set seen = v.seen | p.taken, taken = bit_count(v.seen | p.taken)
             from (select ('x' || encode($2, 'hex'))::bit(32768) as taken) p
             where v.day = $1 and v.seen is not null",
        )
        .bind(day)
        .bind(places)
        .execute(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn visits_since(&self, day: Date) -> Result<Vec<(Date, u32)>> {
        let rows: Vec<(Date, i32)> = sqlx::query_as("select day, taken from visits where day >= $1 order by day")
            .bind(day)
            .fetch_all(&self.pool)
            .await
            .map_err(map_sqlx_error)?;
        Ok(rows.into_iter().map(|(day, taken)| (day, to_u32(taken.into()))).collect())
    }
}
