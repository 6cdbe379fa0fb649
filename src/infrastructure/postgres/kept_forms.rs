//! What was typed into forms of the back office that were refused.

use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::{Fields, UserId};
use crate::usecase::{KeptForms, Result};

use super::PgStore;
use super::error::map_sqlx_error;

impl KeptForms for PgStore {
    async fn keep_form(
        &self,
        id: Uuid,
        user: UserId,
        fields: &Fields,
        now: OffsetDateTime,
        before: OffsetDateTime,
    ) -> Result<()> {
        // A text of JSON has no NUL.
        let fields: Fields = fields.iter().map(|(name, text)| (name.clone(), text.replace('\0', " "))).collect();
        sqlx::query(
            "with old as (delete from kept_forms where created_at < $5)
             insert into kept_forms (id, user_id, fields, created_at) values ($1, $2, $3, $4)",
        )
        .bind(id)
        .bind(user.0)
        .bind(Json(fields))
        .bind(now)
        .bind(before)
        .execute(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn kept_form(&self, id: Uuid, user: UserId) -> Result<Option<Fields>> {
        let found: Option<Json<Fields>> =
            sqlx::query_scalar("select fields from kept_forms where id = $1 and user_id = $2")
                .bind(id)
                .bind(user.0)
                .fetch_optional(&self.pool)
                .await
                .map_err(map_sqlx_error)?;
        Ok(found.map(|json| json.0))
    }
}
