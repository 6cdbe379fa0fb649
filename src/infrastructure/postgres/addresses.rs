//! The address book.

use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::{AddressBook, AddressId, SavedAddress, ShippingAddress, UserId};
use crate::usecase::{AddressViews, Addresses, Result};

use super::error::map_sqlx_error;
use super::{PgStore, PgTx};

#[derive(sqlx::FromRow)]
struct Row {
    id: Uuid,
    address: Json<ShippingAddress>,
    is_default: bool,
}

impl From<Row> for SavedAddress {
    fn from(row: Row) -> Self {
        Self { id: AddressId(row.id), address: row.address.0, is_default: row.is_default }
    }
}

impl AddressViews for PgStore {
    async fn saved_addresses(&self, user: UserId) -> Result<Vec<SavedAddress>> {
        let rows: Vec<Row> = sqlx::query_as(
            "select id, address, is_default from addresses where user_id = $1 order by is_default desc, id",
        )
        .bind(user.0)
        .fetch_all(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(rows.into_iter().map(Into::into).collect())
    }

    async fn saved_address(&self, user: UserId, id: AddressId) -> Result<Option<SavedAddress>> {
        let row: Option<Row> =
            sqlx::query_as("select id, address, is_default from addresses where user_id = $1 and id = $2")
                .bind(user.0)
                .bind(id.0)
                .fetch_optional(&self.pool)
                .await
                .map_err(map_sqlx_error)?;
        Ok(row.map(Into::into))
    }
}

impl Addresses for PgTx {
    async fn lock_address_book(&mut self, user: UserId) -> Result<Option<AddressBook>> {
        // The owner's row stands for the book: of an empty one there is nothing else to lock.
        let owner: Option<Uuid> = sqlx::query_scalar("select id from users where id = $1 for no key update")
            .bind(user.0)
            .fetch_optional(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        if owner.is_none() {
            return Ok(None);
        }
        let rows: Vec<Row> =
            sqlx::query_as("select id, address, is_default from addresses where user_id = $1 order by id")
                .bind(user.0)
                .fetch_all(&mut *self.tx)
                .await
                .map_err(map_sqlx_error)?;
        Ok(Some(AddressBook::of(rows.into_iter().map(Into::into).collect())))
    }

    async fn save_address_book(&mut self, user: UserId, book: &AddressBook, now: OffsetDateTime) -> Result<()> {
        let entries = book.entries();
        let ids: Vec<_> = entries.iter().map(|entry| entry.id.0).collect();
        let default = entries.iter().find(|entry| entry.is_default).map(|entry| entry.id.0);
        sqlx::query("delete from addresses where user_id = $1 and id <> all($2)")
            .bind(user.0)
            .bind(&ids)
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        // By itself and first: at no moment may a book have two.
        sqlx::query(
            "update addresses set is_default = false where user_id = $1 and is_default and id is distinct from $2",
        )
        .bind(user.0)
        .bind(default)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        sqlx::query(
            "insert into addresses as kept (id, user_id, address, is_default, created_at, updated_at)
             select e.id, $1, e.address, e.id is not distinct from $4, $5, $5
             from unnest($2::uuid[], $3::jsonb[]) as e (id, address)
             on conflict (id) do update
                set address = excluded.address, is_default = excluded.is_default, updated_at = excluded.updated_at
                where (kept.address, kept.is_default) is distinct from (excluded.address, excluded.is_default)",
        )
        .bind(user.0)
        .bind(&ids)
        .bind(entries.iter().map(|entry| Json(&entry.address)).collect::<Vec<_>>())
        .bind(default)
        .bind(now)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }
}
