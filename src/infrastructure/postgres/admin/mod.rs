//! What the back office reads. A list is one statement, and so is a page about one thing.

mod home;
mod listing;
mod mail;
mod order;
mod stock;

use sqlx::types::Json;
use time::OffsetDateTime;

use crate::domain::{MailId, OrderId, ProductId, VariantId};
use crate::dto::{
    CategoryChoice, HomeTasks, LetterView, MailList, MailQuery, OrderQuery, ProductQuery, StaffOrderList,
    StaffOrderView, StaffProduct, StaffProductList, StockList, StockQuery, VariantStockView,
};
use crate::usecase::{Result, SalesQuarter, Span, StaffViews};

use super::PgStore;
use super::error::map_sqlx_error;

impl StaffViews for PgStore {
    async fn home_tasks(&self, providers: &[&str], overdue: OffsetDateTime) -> Result<HomeTasks> {
        home::tasks(self, providers, overdue).await
    }

    async fn sales_since(&self, since: OffsetDateTime) -> Result<Vec<SalesQuarter>> {
        home::sales_since(self, since).await
    }

    async fn staff_orders(
        &self,
        query: &OrderQuery,
        span: Span,
        providers: &[&str],
        per_page: u32,
    ) -> Result<StaffOrderList> {
        listing::orders(self, query, span, providers, per_page).await
    }

    async fn staff_order(
        &self,
        id: OrderId,
        providers: &[&str],
        overdue: OffsetDateTime,
    ) -> Result<Option<StaffOrderView>> {
        order::view(self, id, providers, overdue).await
    }

    async fn staff_products(&self, query: &ProductQuery, per_page: u32) -> Result<StaffProductList> {
        listing::products(self, query, per_page).await
    }

    async fn staff_product(&self, id: ProductId) -> Result<Option<(StaffProduct, Vec<CategoryChoice>)>> {
        let found: Option<(Json<StaffProduct>, Json<Vec<CategoryChoice>>)> = sqlx::query_as(concat!(
            "select ",
            staff_product!(),
            ", coalesce((select json_agg(json_build_object('slug', c.slug, 'name',
                (select string_agg(a.name, ' › ' order by cardinality(a.path)) from categories a where a.slug = any(c.path))) order by c.position, c.slug)
                from categories c), '[]')
             from products p where p.id = $1"
        ))
        .bind(id.0)
        .bind(self.currency.code())
        .fetch_optional(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(found.map(|(product, categories)| (product.0, categories.0)))
    }

    async fn category_choices(&self) -> Result<Vec<CategoryChoice>> {
        let Json(found) = sqlx::query_scalar(
            "select coalesce(json_agg(json_build_object('slug', c.slug, 'name',
                (select string_agg(a.name, ' › ' order by cardinality(a.path)) from categories a where a.slug = any(c.path))) order by c.position, c.slug), '[]')
             from categories c",
        )
        .fetch_one(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(found)
    }

    async fn stock_list(&self, query: &StockQuery, per_page: u32) -> Result<StockList> {
        listing::stock(self, query, per_page).await
    }

    async fn variant_stock(
        &self,
        id: VariantId,
        before: Option<i64>,
        per_page: u32,
    ) -> Result<Option<VariantStockView>> {
        stock::view(self, id, before, per_page).await
    }

    async fn mail_list(&self, query: &MailQuery, per_page: u32) -> Result<MailList> {
        mail::list(self, query, per_page).await
    }

    async fn letter(&self, id: MailId) -> Result<Option<LetterView>> {
        mail::one(self, id).await
    }
}
