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
    BestProduct, BulkProduct, CategoryChoice, CountQuery, CountSheet, HomeTasks, MailList, MailQuery, MailView,
    OrderQuery, ProductQuery, SetupSteps, StaffOrderList, StaffOrderView, StaffProduct, StaffProductList, StockList,
    StockQuery, VariantStockView,
};
use crate::usecase::{Result, SalesQuarter, Span, StaffViews};

use super::error::map_sqlx_error;
use super::{PgStore, to_u32};

impl StaffViews for PgStore {
    async fn home_tasks(&self, providers: &[&str], overdue: OffsetDateTime) -> Result<HomeTasks> {
        home::tasks(self, providers, overdue).await
    }

    async fn setup_steps(&self) -> Result<SetupSteps> {
        home::setup_steps(self).await
    }

    async fn sales_between(&self, since: OffsetDateTime, until: OffsetDateTime) -> Result<Vec<SalesQuarter>> {
        home::sales_between(self, since, until).await
    }

    async fn best_products(
        &self,
        since: OffsetDateTime,
        middle: OffsetDateTime,
        until: OffsetDateTime,
        most: u32,
    ) -> Result<Vec<BestProduct>> {
        home::best_products(self, since, middle, until, most).await
    }

    async fn newest_orders(&self, most: u32) -> Result<Vec<i64>> {
        home::newest_orders(self, most).await
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

    async fn products_of(&self, query: &ProductQuery, most: usize) -> Result<Vec<ProductId>> {
        listing::products_of(self, query, most).await
    }

    async fn choices_of(&self, ids: &[ProductId]) -> Result<u32> {
        let choices: i64 = sqlx::query_scalar("select coalesce(sum(choices), 0) from products where id = any($1)")
            .bind(ids.iter().map(|id| id.0).collect::<Vec<_>>())
            .fetch_one(&self.pool)
            .await
            .map_err(map_sqlx_error)?;
        Ok(to_u32(choices))
    }

    async fn bulk_products(&self, ids: &[ProductId]) -> Result<(Vec<BulkProduct>, Vec<CategoryChoice>)> {
        let (products, categories): (Json<Vec<BulkProduct>>, Json<Vec<CategoryChoice>>) = sqlx::query_as(concat!(
            "select coalesce((select json_agg(",
            bulk_product!(),
            " order by p.name, p.id) from products p where p.id = any($1)), '[]'),
             coalesce((select json_agg(json_build_object('slug', c.slug, 'name',
                (select string_agg(a.name, ' › ' order by cardinality(a.path)) from categories a where a.slug = any(c.path))) order by c.position, c.slug)
                from categories c), '[]')"
        ))
        .bind(ids.iter().map(|id| id.0).collect::<Vec<_>>())
        .bind(self.currency.code())
        .fetch_one(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok((products.0, categories.0))
    }

    async fn stock_list(&self, query: &StockQuery, per_page: u32) -> Result<StockList> {
        listing::stock(self, query, per_page).await
    }

    async fn count_sheet(&self, query: &CountQuery, per_page: u32) -> Result<CountSheet> {
        listing::count_sheet(self, query, per_page).await
    }

    async fn variant_stock(
        &self,
        id: VariantId,
        before: Option<i64>,
        per_page: u32,
    ) -> Result<Option<VariantStockView>> {
        stock::view(self, id, before, per_page).await
    }

    async fn held_units(&self, variants: &[VariantId]) -> Result<Vec<(VariantId, u32)>> {
        stock::held(self, variants).await
    }

    async fn mail_list(&self, query: &MailQuery, per_page: u32) -> Result<MailList> {
        mail::list(self, query, per_page).await
    }

    async fn mail_view(&self, id: MailId) -> Result<Option<MailView>> {
        mail::one(self, id).await
    }

    async fn order_numbered(&self, number: i64) -> Result<Option<OrderId>> {
        mail::order_numbered(self, number).await
    }
}
