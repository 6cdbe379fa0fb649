//! Buckets of tries: one statement each way, rows locked by their key.

use time::{Duration, OffsetDateTime};

use crate::usecase::{Bucket, Result, Tries, TryTaken};

use super::PgStore;
use super::error::map_sqlx_error;

/// Whether it is taken; else when there is one, where none is left.
type Answer = (bool, Option<OffsetDateTime>);

impl Tries for PgStore {
    async fn take_tries(&self, buckets: &[Bucket], now: OffsetDateTime) -> Result<Vec<TryTaken>> {
        // What has none left is looked for first, so that nothing is taken of the others; two at once may both find the last
        // one, and then one of them waits for the other's row and finds it too late there.
        let answers: Vec<Answer> = sqlx::query_as(
            "with asked as (
                select place, key, $2::timestamptz + step * interval '1 microsecond' as full_at,
                    $2::timestamptz + room * interval '1 microsecond' as latest
                from unnest($1::bytea[], $3::bigint[], $4::bigint[]) with ordinality as a (key, step, room, place)
             ), spent as (
                select a.key, greatest(t.full_at, $2) + (a.full_at - $2) - (a.latest - $2) as not_before
                from asked a join tries t on t.key = a.key
                where greatest(t.full_at, $2) + (a.full_at - $2) > a.latest
             ), taken as (
                insert into tries as t (key, full_at, latest)
                select key, full_at, latest from asked where not exists (select 1 from spent) order by key
                on conflict (key) do update
                    set full_at = greatest(t.full_at, $2) + (excluded.full_at - $2), latest = excluded.latest
                    where greatest(t.full_at, $2) + (excluded.full_at - $2) <= excluded.latest
                returning key
             )
             select k.key is not null, e.not_before
             from asked a left join taken k on k.key = a.key left join spent e on e.key = a.key
             order by a.place",
        )
        .bind(keys(buckets))
        .bind(now)
        .bind(microseconds(buckets, |bucket| bucket.step))
        .bind(microseconds(buckets, |bucket| bucket.room))
        .fetch_all(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        let told = |(is_taken, not_before): Answer| match not_before {
            _ if is_taken => TryTaken::Yes,
            Some(at) => TryTaken::NotBefore(at),
            None => TryTaken::No,
        };
        Ok(answers.into_iter().map(told).collect())
    }

    async fn give_back_tries(&self, buckets: &[Bucket]) -> Result<()> {
        sqlx::query(
            "with back as (
                select key, step * interval '1 microsecond' as step from unnest($1::bytea[], $2::bigint[]) as b (key, step)
             ), held as (
                select t.key from tries t where t.key = any($1) order by t.key for update
             )
             update tries t set full_at = t.full_at - back.step
             from back, held where t.key = held.key and back.key = held.key",
        )
        .bind(keys(buckets))
        .bind(microseconds(buckets, |bucket| bucket.step))
        .execute(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }
}

fn keys(buckets: &[Bucket]) -> Vec<Vec<u8>> {
    buckets.iter().map(|bucket| bucket.key.to_vec()).collect()
}

fn microseconds(buckets: &[Bucket], of: impl Fn(&Bucket) -> Duration) -> Vec<i64> {
    buckets.iter().map(|bucket| i64::try_from(of(bucket).whole_microseconds()).unwrap_or(i64::MAX)).collect()
}
