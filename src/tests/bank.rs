//! A provider that says of money given back what a test wants: that it is done, and afterwards that it failed.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use shop::domain::{OrderId, RefundId, RefundState};
use shop::dto::RefundForm;
use shop::infrastructure::LiveShop;
use shop::usecase::{ProviderRefund, RefundOutcome};
use sqlx::{Connection, PgConnection};
use tokio::time::{sleep, timeout};
use uuid::Uuid;

use crate::harness::rules::STAFF;
use crate::harness::{Everything, TestShop, usd};
use crate::payment_pages::signed;
use crate::providers::Through;

static EVENT: AtomicU64 = AtomicU64::new(0);

pub struct Bank<'a> {
    shop: &'a TestShop,
    pub provider: Arc<Through>,
    /// The shop that pays there.
    pub process: LiveShop,
}

impl<'a> Bank<'a> {
    pub async fn of(shop: &'a TestShop) -> Self {
        let provider = Through::refunding(shop.sandbox(), |_, _| Box::pin(async { Ok(RefundOutcome::Refused) }));
        let process = shop.another_process_paying(provider.clone()).await;
        process.refresh_content().await.unwrap();
        Self { shop, provider, process }
    }

    /// Staff give back, and the provider says that it is done. It ends as failed or given by staff: the sandbox, whose books
    /// are compared, has not given it.
    pub async fn gives(&self, order: OrderId, form: &RefundForm) -> RefundId {
        self.process.refund_order(STAFF.may(), order, form, None).await.unwrap();
        let opened = "select r.id from refunds r join payments y on y.id = r.payment_id
            where y.order_id::text = $1 and r.state = 'opened'";
        let refund = RefundId(self.shop.scalar(opened, &order.to_string()).await);
        self.says(order, refund, RefundState::Done).await;
        refund
    }

    /// It says this of a refund, and the shop hears of it.
    pub async fn says(&self, order: OrderId, refund: RefundId, state: RefundState) {
        self.tells(order, Some(refund), state).await;
        assert_eq!(self.process.handle_webhooks(10).await.unwrap(), 1);
    }

    /// It says this of a refund, or of all of an order, and nobody has listened yet.
    pub async fn tells(&self, order: OrderId, refund: Option<RefundId>, state: RefundState) {
        let refunds: Vec<(Uuid, String)> = sqlx::query_as(
            "select r.id, round(r.amount, 2)::text from refunds r join payments y on y.id = r.payment_id
             where y.order_id = $1 and ($2::uuid is null or r.id = $2)",
        )
        .bind(order.0)
        .bind(refund.map(|id| id.0))
        .fetch_all(self.shop.shop.store().pool())
        .await
        .unwrap();
        let named = |(id, amount): (Uuid, String)| ProviderRefund {
            reference: format!("re_{id}"),
            refund: Some(RefundId(id)),
            amount: usd(&amount),
            state,
            is_dispute: false,
        };
        self.has(order, refunds.into_iter().map(named).collect()).await;
    }

    /// It has these now, in place of what it had under the same names, and sends a webhook.
    pub async fn has(&self, order: OrderId, refunds: Vec<ProviderRefund>) {
        let paid = "select reference from payments where order_id::text = $1 and state = 'approved'";
        let reference: String = self.shop.scalar(paid, &order.to_string()).await;
        {
            let mut all = self.provider.gone_back.lock().unwrap();
            let known = all.entry(reference.clone()).or_default();
            known.retain(|one| refunds.iter().all(|other| other.reference != one.reference));
            known.extend(refunds);
        }
        let event = format!("evt_{}", EVENT.fetch_add(1, Ordering::Relaxed));
        let (signature, body) = signed(self.shop, &event, &reference);
        self.process.receive_webhook("sandbox", Some(&signature), &body).await.unwrap();
    }
}

/// No mail is queued until this is closed: whoever queues some holds all else that they have locked.
pub async fn no_mail(shop: &TestShop) -> PgConnection {
    let mut gate = PgConnection::connect(&shop.url).await.unwrap();
    sqlx::raw_sql("begin; lock table email_messages in share mode").execute(&mut gate).await.unwrap();
    gate
}

/// Until so many of the shop wait for a lock.
pub async fn until_waiting(shop: &TestShop, many: i64) {
    let waiting = "select count(*) from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'";
    let seen = timeout(Duration::from_secs(20), async {
        while shop.count(waiting).await < many {
            sleep(Duration::from_millis(5)).await;
        }
    });
    seen.await.unwrap_or_else(|_| panic!("never {many} that wait"));
}
