//! What the back office reads: one statement for each page. Its verbs stand with their nouns.

mod backbone;
mod sales;

use std::future::Future;

use time::{Date, Duration, OffsetDateTime};

use crate::domain::{
    Fields, MailId, May, Merged, OrderId, Permission, ProductId, Refusal, StaffRole, VariantId, merge, permit, settled,
};
use crate::dto::{
    BestProduct, BulkProduct, CategoryChoice, CountQuery, CountSheet, HomeQuery, HomeTasks, MailList, MailQuery,
    MailView, OrderQuery, ProductEditView, ProductQuery, SalesView, SetupSteps, StaffHome, StaffOrderList,
    StaffOrderView, StaffProduct, StaffProductList, StockList, StockQuery, VariantStockView,
};

use super::pictures::with_boxes_not_ticked;
use super::{Error, Result, Shop, Store};

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

    fn setup_steps(&self) -> impl Future<Output = Result<SetupSteps>> + Send;

    /// What was sold from `since` on and before `until`, of orders that were paid, whatever was given back.
    fn sales_between(
        &self,
        since: OffsetDateTime,
        until: OffsetDateTime,
    ) -> impl Future<Output = Result<Vec<SalesQuarter>>> + Send;

    /// The products that sold best between `middle` and `until`, by their sales, beside what they sold from `since` to `middle`.
    fn best_products(
        &self,
        since: OffsetDateTime,
        middle: OffsetDateTime,
        until: OffsetDateTime,
        most: u32,
    ) -> impl Future<Output = Result<Vec<BestProduct>>> + Send;

    /// The numbers of the newest orders, the newest first.
    fn newest_orders(&self, most: u32) -> impl Future<Output = Result<Vec<i64>>> + Send;

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

    /// The products that a list lets through, the newest first, at most so many.
    fn products_of(&self, query: &ProductQuery, most: usize) -> impl Future<Output = Result<Vec<ProductId>>> + Send;

    /// How many variants these products have together that are for sale.
    fn choices_of(&self, ids: &[ProductId]) -> impl Future<Output = Result<u32>> + Send;

    /// Those of these products that there are, by name, with all categories.
    fn bulk_products(
        &self,
        ids: &[ProductId],
    ) -> impl Future<Output = Result<(Vec<BulkProduct>, Vec<CategoryChoice>)>> + Send;

    fn stock_list(&self, query: &StockQuery, per_page: u32) -> impl Future<Output = Result<StockList>> + Send;

    /// What should lie on the shelves, without what was typed.
    fn count_sheet(&self, query: &CountQuery, per_page: u32) -> impl Future<Output = Result<CountSheet>> + Send;

    /// The ledger before this movement.
    fn variant_stock(
        &self,
        id: VariantId,
        before: Option<i64>,
        per_page: u32,
    ) -> impl Future<Output = Result<Option<VariantStockView>>> + Send;

    /// Units of these variants that lie on the shelf for orders; of the others there are none.
    fn held_units(&self, variants: &[VariantId]) -> impl Future<Output = Result<Vec<(VariantId, u32)>>> + Send;

    fn mail_list(&self, query: &MailQuery, per_page: u32) -> impl Future<Output = Result<MailList>> + Send;

    fn mail_view(&self, id: MailId) -> impl Future<Output = Result<Option<MailView>>> + Send;

    /// The order with this number, whoever's it is.
    fn order_numbered(&self, number: i64) -> impl Future<Output = Result<Option<OrderId>>> + Send;
}

/// How many rows a list shows.
const PER_PAGE: u32 = 50;
/// How many of the best products are named.
const BEST: u32 = 10;
/// How many new orders are counted: more is "over 99".
const NEWEST: u32 = 100;
/// A refund that its provider has not given back by then is something to look at.
const REFUND_TAKES: Duration = Duration::DAY;

impl<S: Store> Shop<S> {
    /// What is to be done, and what was sold in the last 30 days: as far as it is theirs to see.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn staff_home(&self, by: May<permit::Desk>) -> Result<StaffHome> {
        self.staff_home_of(by, &HomeQuery::default()).await
    }

    /// The same, of the days that are asked for: none after today, at least one, and at most 366.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn staff_home_of(&self, by: May<permit::Desk>, query: &HomeQuery) -> Result<StaffHome> {
        let tasks = seen_by(by.role(), self.store().home_tasks(&self.providers(), self.overdue()).await?);
        let setup = match by.role().may(Permission::Payments) {
            true => Some(self.store().setup_steps().await?).filter(|steps| !steps.is_done()),
            false => None,
        };
        if !by.role().may(Permission::Orders) {
            return Ok(StaffHome { tasks, sales: None, setup });
        }
        let today = self.local_time(self.now()).date();
        let (last, days) = sales::days_of(query, today);
        let back = |days: u16| last.saturating_sub(Duration::days(i64::from(days) - 1));
        let (first, middle) = (back(days.saturating_mul(2)), back(days));
        let (since, until) = (self.midnight(first), self.midnight(last.saturating_add(Duration::DAY)));
        let sold = self.store().sales_between(since, until).await?;
        let best = match self.store().best_products(since, self.midnight(middle), until, BEST).await {
            Ok(best) => Some(best),
            // The lines of two years may be more than a statement has time for: the rest of the page needs none of them.
            Err(Error::Unavailable(cause)) => {
                tracing::warn!(error = ?cause, "what sold best is too much to add up");
                None
            }
            Err(error) => return Err(error),
        };
        let taken = self.store().visits_since(first).await?;
        let day = |at| self.local_time(at).date();
        let sales = sales::compare(&sold, &taken, last, days, self.currency(), day)?;
        Ok(StaffHome { tasks, sales: Some(SalesView { today, best, ..sales }), setup })
    }

    /// The numbers of the newest orders, the newest first: at most a hundred.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn newest_orders(&self, _by: May<permit::Orders>) -> Result<Vec<i64>> {
        self.store().newest_orders(NEWEST).await
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
        let product = self.with_local_time(product);
        let typed = self.kept_form(by.into(), kept).await?.filter(|typed| typed.get("id") == Some(&id.to_string()));
        let (of_pictures, own) = match typed {
            Some(typed) if typed.contains_key("pictures") => (Some(with_boxes_not_ticked(typed)), None),
            own => (None, own),
        };
        let lost = own.as_ref().map(|own| lost(own, &product)).unwrap_or_default();
        let merged = self.edit_over(own, product.fields());
        let pictures = self.edit_over(of_pictures, product.picture_fields());
        let Merged { fields, theirs, both } = merged;
        Ok(ProductEditView { product, categories, fields, theirs, both, lost, pictures, preview: None })
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
    pub async fn mail_view(&self, _by: May<permit::Mail>, id: MailId) -> Result<MailView> {
        self.store().mail_view(id).await?.ok_or_else(|| Refusal::NotFound.into())
    }

    fn overdue(&self) -> OffsetDateTime {
        self.now().saturating_sub(REFUND_TAKES)
    }

    /// When this day begins by the shop's clocks.
    fn midnight(&self, day: Date) -> OffsetDateTime {
        self.at_local(day.midnight())
    }
}

/// What was typed of variants that have been retired since.
fn lost(typed: &Fields, product: &StaffProduct) -> Vec<(String, String)> {
    let base: Fields = typed.get("base").and_then(|base| serde_json::from_str(base).ok()).unwrap_or_default();
    let is_changed = |name: &String, text: &String| base.get(name).is_some_and(|read| read != text);
    let of_retired = |name: &String| product.retired.iter().any(|variant| name.starts_with(&variant.field("")));
    let typed = typed.iter().filter(|(name, text)| is_changed(name, text) && of_retired(name));
    typed.map(|(name, text)| (name.clone(), text.clone())).collect()
}

/// Of what is to be done what this role may do something about.
fn seen_by(role: StaffRole, tasks: HomeTasks) -> HomeTasks {
    let seen = |count, permission| if role.may(permission) { count } else { 0 };
    HomeTasks {
        to_pack: seen(tasks.to_pack, Permission::Orders),
        to_send: seen(tasks.to_send, Permission::Orders),
        unpaid: seen(tasks.unpaid, Permission::Orders),
        returns_asked: seen(tasks.returns_asked, Permission::Orders),
        reviews_pending: seen(tasks.reviews_pending, Permission::Reviews),
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
        newest_order: if role.may(Permission::Orders) { tasks.newest_order } else { 0 },
    }
}
