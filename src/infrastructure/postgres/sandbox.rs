//! What the sandbox provider remembers. Not the shop's books: nothing else reads it.

use std::time::Duration;

use rust_decimal::Decimal;
use uuid::Uuid;

use crate::domain::{Money, PaymentId};
use crate::usecase::{RefundRequest, Result};

use super::error::map_sqlx_error;
use super::{PgStore, sold_for, to_i32, unknown_word};

/// What the sandbox says of a payment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NewsKind {
    Pending,
    Approved,
    Declined,
    Expired,
}

impl NewsKind {
    const ALL: [Self; 4] = [Self::Pending, Self::Approved, Self::Declined, Self::Expired];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Approved => "approved",
            Self::Declined => "declined",
            Self::Expired => "expired",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// What stands on the sandbox's page.
#[derive(Debug, Clone)]
pub struct SandboxCheckout {
    pub label: String,
    pub amount: Money,
    pub return_url: String,
    pub is_answered: bool,
}

/// News that the shop is to hear now.
#[derive(Debug, Clone)]
pub struct SandboxNews {
    pub id: Uuid,
    pub payment: PaymentId,
    pub kind: NewsKind,
    pub amount: Money,
}

fn kind(column: &str, word: &str) -> Result<NewsKind> {
    NewsKind::parse(word).ok_or_else(|| unknown_word(column, word))
}

impl PgStore {
    /// Notes what is answered to a payment, if nothing was answered yet; the answer that holds.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn first_sandbox_outcome(&self, payment: PaymentId, wanted: NewsKind) -> Result<NewsKind> {
        // Setting it to what it is makes the row that is there come back, also one that was committed a moment ago.
        let outcome: String = sqlx::query_scalar(
            "insert into sandbox_charges as c (payment_id, outcome) values ($1, $2)
             on conflict (payment_id) do update set outcome = c.outcome
             returning outcome",
        )
        .bind(payment.0)
        .bind(wanted.as_str())
        .fetch_one(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        kind("sandbox_charges.outcome", &outcome)
    }

    /// What was answered to a payment, if anything was.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn sandbox_outcome(&self, payment: PaymentId) -> Result<Option<NewsKind>> {
        let outcome: Option<String> = sqlx::query_scalar("select outcome from sandbox_charges where payment_id = $1")
            .bind(payment.0)
            .fetch_optional(&self.pool)
            .await
            .map_err(map_sqlx_error)?;
        outcome.map(|word| kind("sandbox_charges.outcome", &word)).transpose()
    }

    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn open_sandbox_checkout(&self, payment: PaymentId, page: &SandboxCheckout) -> Result<()> {
        sqlx::query(
            "insert into sandbox_checkouts (payment_id, label, amount, currency, return_url) values ($1, $2, $3, $4, $5)
             on conflict (payment_id) do nothing",
        )
        .bind(payment.0)
        .bind(&page.label)
        .bind(page.amount.amount())
        .bind(page.amount.currency().code())
        .bind(&page.return_url)
        .execute(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }

    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn sandbox_checkout(&self, payment: PaymentId) -> Result<Option<SandboxCheckout>> {
        let row: Option<(String, Decimal, String, String, bool)> = sqlx::query_as(
            "select label, amount, currency, return_url,
                exists (select from sandbox_charges c where c.payment_id = k.payment_id)
                or exists (select from sandbox_news n where n.payment_id = k.payment_id)
             from sandbox_checkouts k where payment_id = $1",
        )
        .bind(payment.0)
        .fetch_optional(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        row.map(|(label, amount, currency, return_url, is_answered)| {
            Ok(SandboxCheckout { label, amount: sold_for(amount, &currency)?, return_url, is_answered })
        })
        .transpose()
    }

    /// News of a payment that has a page, of each kind once.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn owe_sandbox_news(&self, payment: PaymentId, kind: NewsKind, times: u8, after: Duration) -> Result<()> {
        sqlx::query(
            "insert into sandbox_news (id, payment_id, kind, amount, currency, due_at, times)
             select gen_random_uuid(), payment_id, $2, amount, currency, now() + $3::interval, $4
             from sandbox_checkouts where payment_id = $1
             on conflict on constraint sandbox_news_once do nothing",
        )
        .bind(payment.0)
        .bind(kind.as_str())
        .bind(after)
        .bind(i32::from(times.clamp(1, 5)))
        .execute(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }

    /// Takes news that are due, so that nobody else sends them meanwhile. What says that money came makes it so.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn take_sandbox_news(&self, most: u32) -> Result<Vec<SandboxNews>> {
        let rows: Vec<(Uuid, Uuid, String, Decimal, String)> = sqlx::query_as(
            "with due as (
                select id, due_at from sandbox_news where times > 0 and due_at <= now()
                order by due_at limit $1 for no key update skip locked
             ), taken as (
                update sandbox_news n set due_at = now() + interval '30 seconds' from due where n.id = due.id
                returning n.id, n.payment_id, n.kind, n.amount, n.currency
             ), approved as (
                insert into sandbox_charges (payment_id, outcome) select payment_id, kind from taken
                where kind = 'approved' on conflict (payment_id) do update set outcome = 'approved'
             )
             select id, payment_id, kind, amount, currency from taken join due using (id) order by due.due_at",
        )
        .bind(to_i32(most))
        .fetch_all(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        let news = |(id, payment, word, amount, currency): (Uuid, Uuid, String, Decimal, String)| {
            let (kind, amount) = (kind("sandbox_news.kind", &word)?, sold_for(amount, &currency)?);
            Ok(SandboxNews { id, payment: PaymentId(payment), kind, amount })
        };
        rows.into_iter().map(news).collect()
    }

    /// It was sent: once more, if it is to be repeated, and until it is taken, with growing pauses.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn finish_sandbox_news(&self, id: Uuid, was_taken: bool) -> Result<()> {
        sqlx::query(
            "update sandbox_news set times = case when $2 then times - 1 else times end,
                failures = case when $2 then failures else failures + 1 end,
                due_at = now() + case when $2 then interval '0.2 seconds'
                    else least(interval '1 second' * power(2, least(failures, 12)), interval '1 hour') end
             where id = $1",
        )
        .bind(id)
        .bind(was_taken)
        .execute(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }

    /// Notes what is answered to a refund, if nothing was answered yet; the answer that holds. Given back is what was
    /// charged.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn first_sandbox_refund(&self, request: &RefundRequest) -> Result<bool> {
        sqlx::query_scalar(
            "insert into sandbox_refunds as r (refund_id, payment_id, amount, outcome)
             select $1, $2, $3, case when exists
                (select from sandbox_charges c where c.payment_id = $2 and c.outcome = 'approved')
                then 'done' else 'refused' end
             on conflict (refund_id) do update set outcome = r.outcome
             returning outcome = 'done'",
        )
        .bind(request.refund.0)
        .bind(request.payment.0)
        .bind(request.amount.amount())
        .fetch_one(&self.pool)
        .await
        .map_err(map_sqlx_error)
    }
}
