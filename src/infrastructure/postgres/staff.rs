//! Who works here, and who is invited to.

use sqlx::FromRow;
use sqlx::types::Json;
use time::OffsetDateTime;
use uuid::Uuid;

use crate::domain::{Email, InvitationId, StaffRole, Team, UserId};
use crate::dto::{InvitationRow, StaffMemberRow};
use crate::usecase::{Error, Invitation, Result, TeamViews, Teams};

use super::error::map_sqlx_error;
use super::{PgStore, PgTx, unknown_word};

#[derive(FromRow)]
struct Row {
    id: Uuid,
    email: String,
    role: String,
    generation: i32,
    expires_at: OffsetDateTime,
}

impl Row {
    fn invitation(self) -> Result<Invitation> {
        let email = Email::parse(&self.email)
            .map_err(|problem| Error::Broken(anyhow::anyhow!("invitation {} has no address: {problem:?}", self.id)))?;
        let role = stored_role(&self.role)?;
        let (id, generation) = (InvitationId(self.id), self.generation);
        Ok(Invitation { id, email, role, generation, expires_at: self.expires_at })
    }
}

fn stored_role(role: &str) -> Result<StaffRole> {
    StaffRole::parse(role).ok_or_else(|| unknown_word("users.staff_role", role))
}

impl TeamViews for PgStore {
    async fn team(
        &self,
        now: OffsetDateTime,
        begun_by: OffsetDateTime,
    ) -> Result<(Vec<StaffMemberRow>, Vec<InvitationRow>)> {
        let (Json(members), Json(invitations)) = sqlx::query_as(
            "select coalesce((select json_agg(json_build_object('id', u.id, 'name', u.name, 'email', u.email,
                    'role', coalesce(u.staff_role, 'owner'), 'last_sign_in', u.last_sign_in_at,
                    'has_factor', exists (select from totp_factors t
                        where t.user_id = u.id and t.confirmed_at is not null)
                        or exists (select from passkeys p where p.user_id = u.id),
                    'is_grace_over', coalesce(u.staff_since <= $2::timestamptz, false))
                    order by array_position(array['owner', 'manager', 'catalogue', 'packing', 'support'],
                        coalesce(u.staff_role, 'owner')), lower(u.name), u.id)
                from users u where u.role = 'staff'), '[]'),
                coalesce((select json_agg(json_build_object('id', i.id, 'email', i.email, 'role', i.role,
                    'by', coalesce((select u.name from users u where u.id = i.invited_by), 'Somebody'),
                    'expires_at', i.expires_at, 'is_over', i.expires_at <= $1) order by i.created_at desc, i.id)
                from staff_invitations i), '[]')",
        )
        .bind(now)
        .bind(begun_by)
        .fetch_one(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok((members, invitations))
    }

    async fn invitation(&self, id: InvitationId) -> Result<Option<Invitation>> {
        let row: Option<Row> = sqlx::query_as(
            "select id, email::text as email, role, generation, expires_at from staff_invitations where id = $1",
        )
        .bind(id.0)
        .fetch_optional(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        row.map(Row::invitation).transpose()
    }

    async fn note_sign_in(&self, user: UserId, now: OffsetDateTime) -> Result<Option<OffsetDateTime>> {
        sqlx::query_scalar(
            "update users set last_sign_in_at = $2, staff_since = coalesce(staff_since, $2)
             where id = $1 and role = 'staff' returning staff_since",
        )
        .bind(user.0)
        .bind(now)
        .fetch_optional(&self.pool)
        .await
        .map_err(map_sqlx_error)
    }
}

impl Teams for PgTx {
    async fn owners(&mut self) -> Result<Vec<(String, Email)>> {
        let rows: Vec<(Uuid, String, String)> = sqlx::query_as(
            "select u.id, u.name, u.email::text from users u
             where u.role = 'staff' and coalesce(u.staff_role, 'owner') = 'owner' order by u.id",
        )
        .fetch_all(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        let owner = |(id, name, email): (Uuid, String, String)| {
            let email = Email::parse(&email)
                .map_err(|problem| Error::Broken(anyhow::anyhow!("user {id} has no address: {problem:?}")))?;
            Ok((name, email))
        };
        rows.into_iter().map(owner).collect()
    }

    async fn lock_team(&mut self) -> Result<Team> {
        let rows: Vec<(Uuid, String)> = sqlx::query_as(
            "select u.id, coalesce(u.staff_role, 'owner') from users u where u.role = 'staff'
             order by u.id for no key update",
        )
        .fetch_all(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        let member = |(id, role): (Uuid, String)| Ok((UserId(id), stored_role(&role)?));
        Ok(Team(rows.into_iter().map(member).collect::<Result<_>>()?))
    }

    async fn set_staff_role(&mut self, user: UserId, role: Option<StaffRole>, now: OffsetDateTime) -> Result<()> {
        sqlx::query(
            "with ended as (delete from sessions where user_id = $1 and $2::text is null)
             update users set role = case when $2::text is null then 'customer' else 'staff' end, staff_role = $2,
                staff_since = case when $2::text is null then staff_since else coalesce(staff_since, $3::timestamptz) end
             where id = $1",
        )
        .bind(user.0)
        .bind(role.map(StaffRole::as_str))
        .bind(now)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn lock_invitation(&mut self, id: InvitationId) -> Result<Option<Invitation>> {
        let row: Option<Row> = sqlx::query_as(
            "select id, email::text as email, role, generation, expires_at from staff_invitations where id = $1
             for update",
        )
        .bind(id.0)
        .fetch_optional(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        row.map(Row::invitation).transpose()
    }

    async fn save_invitation(&mut self, invitation: &Invitation, by: UserId, now: OffsetDateTime) -> Result<()> {
        sqlx::query(
            "insert into staff_invitations (id, email, role, generation, invited_by, created_at, expires_at)
             values ($1, $2::citext, $3, $4, $5, $6, $7)
             on conflict (id) do update set role = excluded.role, generation = excluded.generation,
                invited_by = excluded.invited_by, expires_at = excluded.expires_at",
        )
        .bind(invitation.id.0)
        .bind(invitation.email.as_str())
        .bind(invitation.role.as_str())
        .bind(invitation.generation)
        .bind(by.0)
        .bind(now)
        .bind(invitation.expires_at)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn role_and_invitation(&mut self, email: &Email) -> Result<(Option<StaffRole>, Option<Invitation>)> {
        let role: Option<String> = sqlx::query_scalar(
            "select coalesce(u.staff_role, 'owner') from users u where u.email = $1::citext and u.role = 'staff'",
        )
        .bind(email.as_str())
        .fetch_optional(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        let row: Option<Row> = sqlx::query_as(
            "select id, email::text as email, role, generation, expires_at from staff_invitations
             where email = $1::citext for update",
        )
        .bind(email.as_str())
        .fetch_optional(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok((role.as_deref().map(stored_role).transpose()?, row.map(Row::invitation).transpose()?))
    }

    async fn delete_invitation(&mut self, id: InvitationId) -> Result<()> {
        sqlx::query("delete from staff_invitations where id = $1")
            .bind(id.0)
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn delete_invitations_of(&mut self, user: UserId) -> Result<()> {
        sqlx::query("delete from staff_invitations where invited_by = $1")
            .bind(user.0)
            .execute(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)?;
        Ok(())
    }
}
