//! What the back office reads: one statement for each page. Its verbs stand with their nouns.

mod sales;

use std::future::Future;

use time::{Date, Duration, OffsetDateTime};

use crate::domain::{
    Fields, MailId, May, Merged, OrderId, Permission, ProductId, Refusal, StaffRole, VariantId, merge, permit, settled,
};
use crate::dto::{
    CategoryChoice, DeadLetterView, EventsView, HeldEventView, HomeTasks, LetterView, MailList, MailQuery, OrderQuery,
    ProductEditView, ProductQuery, StaffHome, StaffOrderList, StaffOrderView, StaffProduct, StaffProductList,
    StockList, StockQuery, VariantStockView,
};

use super::pictures::with_boxes_not_ticked;
use super::{Result, Shop, Store};

pub use sales::SalesQuarter;

/// An order list's days, as times: from the first, and up to the second without it.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    pub from: Option<OffsetDateTime>,
    pub until: Option<OffsetDateTime>,
    /// A refund that was opened by then, and that its provider has not given back, waits too long.
    pub overdue: OffsetDateTime,
}

pub trait StaffViews {
    /// `providers`: those that are connected, and give back by themselves.
    /// `overdue`: by when a refund was opened that waits too long for its provider.
    fn home_tasks(&self, providers: &[&str], overdue: OffsetDateTime)
    -> impl Future<Output = Result<HomeTasks>> + Send;

    /// What was sold since, of orders that were paid, whatever was given back.
    fn sales_since(&self, since: OffsetDateTime) -> impl Future<Output = Result<Vec<SalesQuarter>>> + Send;

    fn staff_orders(
        &self,
        query: &OrderQuery,
        span: Span,
        providers: &[&str],
        per_page: u32,
    ) -> impl Future<Output = Result<StaffOrderList>> + Send;

    fn staff_order(
        &self,
        id: OrderId,
        providers: &[&str],
        overdue: OffsetDateTime,
    ) -> impl Future<Output = Result<Option<StaffOrderView>>> + Send;

    fn staff_products(
        &self,
        query: &ProductQuery,
        per_page: u32,
    ) -> impl Future<Output = Result<StaffProductList>> + Send;

    /// For sale or not, with all categories there are.
    fn staff_product(
        &self,
        id: ProductId,
    ) -> impl Future<Output = Result<Option<(StaffProduct, Vec<CategoryChoice>)>>> + Send;

    fn category_choices(&self) -> impl Future<Output = Result<Vec<CategoryChoice>>> + Send;

    fn stock_list(&self, query: &StockQuery, per_page: u32) -> impl Future<Output = Result<StockList>> + Send;

    /// The ledger before this movement.
    fn variant_stock(
        &self,
        id: VariantId,
        before: Option<i64>,
        per_page: u32,
    ) -> impl Future<Output = Result<Option<VariantStockView>>> + Send;

    fn mail_list(&self, query: &MailQuery, per_page: u32) -> impl Future<Output = Result<MailList>> + Send;

    fn letter(&self, id: MailId) -> impl Future<Output = Result<Option<LetterView>>> + Send;
}

/// How many rows a list shows.
const PER_PAGE: u32 = 50;
/// How many days are compared with as many before.
const DAYS: u16 = 30;
/// How many held events are listed: more tell nothing more.
const HELD: u32 = 100;
const DEAD: u32 = 25;
/// A refund that its provider has not given back by then is something to look at.
const REFUND_TAKES: Duration = Duration::DAY;

impl<S: Store> Shop<S> {
    /// What is to be done, and what was sold in the last 30 days: as far as it is theirs to see.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn staff_home(&self, by: May<permit::Desk>) -> Result<StaffHome> {
        let tasks = seen_by(by.role(), self.store().home_tasks(&self.providers(), self.overdue()).await?);
        if !by.role().may(Permission::Orders) {
            return Ok(StaffHome { tasks, sales: None });
        }
        let today = self.local_time(self.now()).date();
        let first = today.saturating_sub(Duration::days(i64::from(DAYS) * 2 - 1));
        let sold = self.store().sales_since(self.midnight(first)).await?;
        let day = |at| self.local_time(at).date();
        let sales = sales::compare(&sold, today, DAYS, self.currency(), day)?;
        Ok(StaffHome { tasks, sales: Some(sales) })
    }

    /// Orders, the newest first.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn staff_orders(&self, _by: May<permit::Orders>, query: &OrderQuery) -> Result<StaffOrderList> {
        let next = |day: Date| day.saturating_add(Duration::DAY);
        let span = Span {
            from: query.from.map(|day| self.midnight(day)),
            until: query.to.map(|day| self.midnight(next(day))),
            overdue: self.overdue(),
        };
        self.store().staff_orders(query, span, &self.providers(), PER_PAGE).await
    }

    /// # Errors
    /// `NotFound`.
    pub async fn staff_order(&self, _by: May<permit::Orders>, id: OrderId) -> Result<StaffOrderView> {
        let found = self.store().staff_order(id, &self.providers(), self.overdue()).await?;
        let mut found = found.ok_or(Refusal::NotFound)?;
        found.order.manual_payment = self.terms().await?.manual_payment;
        Ok(StaffOrderView { form_key: self.new_key(), ..found })
    }

    /// Products, for sale or not.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn staff_products(&self, _by: May<permit::Products>, query: &ProductQuery) -> Result<StaffProductList> {
        self.store().staff_products(query, PER_PAGE).await
    }

    /// A product's editor, with what was typed before and kept, brought together with what is there now.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn product_editor(
        &self,
        by: May<permit::Products>,
        id: ProductId,
        kept: &str,
    ) -> Result<ProductEditView> {
        let (product, categories) = self.store().staff_product(id).await?.ok_or(Refusal::NotFound)?;
        let typed = self.kept_form(by.into(), kept).await?.filter(|typed| typed.get("id") == Some(&id.to_string()));
        let (of_pictures, own) = match typed {
            Some(typed) if typed.contains_key("pictures") => (Some(with_boxes_not_ticked(typed)), None),
            own => (None, own),
        };
        let merged = self.edit_over(own, product.fields());
        let pictures = self.edit_over(of_pictures, product.picture_fields());
        let Merged { fields, theirs, both } = merged;
        Ok(ProductEditView { product, categories, fields, theirs, both, pictures })
    }

    /// What was typed and kept, with what is there now.
    fn edit_over(&self, typed: Option<Fields>, now: Fields) -> Merged {
        let Some(mut typed) = typed else { return Merged { fields: now, ..Merged::default() } };
        let base = typed.remove("base").and_then(|base| serde_json::from_str(&base).ok()).unwrap_or_default();
        typed.retain(|name, _| now.contains_key(name));
        let settled = |fields: &Fields| settled(fields, self.currency());
        merge(&settled(&base), &settled(&typed), &settled(&now))
    }

    /// What a new product can be put into, and what was typed before and kept.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn new_product_form(
        &self,
        by: May<permit::Products>,
        kept: &str,
    ) -> Result<(Vec<CategoryChoice>, Fields)> {
        let typed = self.kept_form(by.into(), kept).await?.unwrap_or_default();
        Ok((self.store().category_choices().await?, typed))
    }

    /// Stock by sku.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn stock_list(&self, _by: May<permit::Stock>, query: &StockQuery) -> Result<StockList> {
        self.store().stock_list(query, PER_PAGE).await
    }

    /// A variant's stock, its ledger before this movement, and what is held for whom.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn variant_stock(
        &self,
        _by: May<permit::Stock>,
        id: VariantId,
        before: Option<i64>,
    ) -> Result<VariantStockView> {
        let found = self.store().variant_stock(id, before, PER_PAGE).await?.ok_or(Refusal::NotFound)?;
        Ok(VariantStockView { form_key: self.new_key(), ..found })
    }

    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn mail_list(&self, _by: May<permit::Mail>, query: &MailQuery) -> Result<MailList> {
        self.store().mail_list(query, PER_PAGE).await
    }

    /// # Errors
    /// `NotFound`.
    pub async fn letter(&self, _by: May<permit::Mail>, id: MailId) -> Result<LetterView> {
        self.store().letter(id).await?.ok_or_else(|| Refusal::NotFound.into())
    }

    /// The backlog, what is held back, and the dead letters behind this position.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn events_view(&self, _by: May<permit::Events>, after: i64) -> Result<EventsView> {
        let (waiting, oldest_seconds) = self.store().outbox_backlog().await?;
        let held = self.store().events_set_aside(0, HELD).await?.into_iter().map(|held| HeldEventView {
            position: held.event.position,
            topic: held.event.envelope.topic,
            key: held.event.envelope.key,
            attempts: held.event.attempts,
            until: held.until,
            reason: held.reason.filter(|_| held.event.attempts > 0),
        });
        let held = held.collect();
        let mut dead: Vec<_> = self
            .store()
            .dead_letters(after, DEAD + 1)
            .await?
            .into_iter()
            .map(|dead| DeadLetterView {
                position: dead.position,
                topic: dead.envelope.topic,
                key: dead.envelope.key,
                kind: dead.envelope.kind,
                payload: dead.envelope.payload,
                headers: dead.envelope.headers,
                at: dead.envelope.occurred_at,
            })
            .collect();
        let has_more = dead.len() > DEAD as usize;
        dead.truncate(DEAD as usize);
        let next = dead.last().map(|dead| dead.position).filter(|_| has_more);
        Ok(EventsView { waiting, oldest_seconds, held, dead, next })
    }

    fn overdue(&self) -> OffsetDateTime {
        self.now().saturating_sub(REFUND_TAKES)
    }

    /// When this day begins by the shop's clocks.
    fn midnight(&self, day: Date) -> OffsetDateTime {
        self.at_local(day.midnight())
    }
}

/// Of what is to be done what this role may do something about.
fn seen_by(role: StaffRole, tasks: HomeTasks) -> HomeTasks {
    let seen = |count, permission| if role.may(permission) { count } else { 0 };
    HomeTasks {
        to_pack: seen(tasks.to_pack, Permission::Orders),
        unpaid: seen(tasks.unpaid, Permission::Orders),
        returns_asked: seen(tasks.returns_asked, Permission::Orders),
        refunds_failed: seen(tasks.refunds_failed, Permission::Refunds),
        refunds_waiting: seen(tasks.refunds_waiting, Permission::Refunds),
        refunds_by_hand: seen(tasks.refunds_by_hand, Permission::Refunds),
        disputes: seen(tasks.disputes, Permission::Refunds),
        refunds_aside: seen(tasks.refunds_aside, Permission::Refunds),
        low_stock: seen(tasks.low_stock, Permission::Stock),
        mail_failed: seen(tasks.mail_failed, Permission::Mail),
        dead_letters: seen(tasks.dead_letters, Permission::Events),
        events_held: seen(tasks.events_held, Permission::Events),
        webhooks_disabled: seen(tasks.webhooks_disabled, Permission::Webhooks),
    }
}
