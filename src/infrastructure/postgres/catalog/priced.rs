//! Products by prices that are asked for.

use sqlx::{Postgres, QueryBuilder};

use crate::usecase::Search;

use super::filters::Filters;

/// Among so many products of whatever category what fits is looked for, beside those of the category asked for.
pub(super) const LOOKED_AT: u32 = 2_000;

impl Filters {
    /// Adds `near`: products by the price that is asked for, the nearest to it first, and no more than are looked at in search of what fits
    /// in other categories. A plan that does not know the price may read all products to find that hardly one costs as much.
    pub(super) fn push_near(&self, sql: &mut QueryBuilder<Postgres>) {
        sql.push("near as materialized (select c.id, c.category, c.price, c.max_price, c.rated from product_cards() c where ");
        if let Some(price) = self.min_price {
            sql.push("c.max_price >= ").push_bind(price).push(" order by c.max_price");
        } else {
            sql.push("c.price <= ").push_bind(self.max_price).push(" order by c.price desc");
        }
        sql.push(format_args!(" limit {}), ", LOOKED_AT + 1));
    }

    /// Whether prices are asked for, and neither options nor tags, whose statement is planned for what it asks.
    pub(super) fn has_near(&self) -> bool {
        self.narrowed_category().is_some()
            && !self.has_values()
            && (self.min_price.is_some() || self.max_price.is_some())
    }

    /// Adds that a product's lowest price is no farther below the one that is asked for than those of any product are apart (migration
    /// 0329). It narrows nothing, and says where in the order of lowest prices what fits begins.
    fn push_least(&self, sql: &mut QueryBuilder<Postgres>) {
        if let Some(price) = self.min_price {
            sql.push(" and c.price >= ").push_bind(price).push(
                " - (select coalesce(max(p.max_price - p.min_price), 0) from products p where p.status = 'active')",
            );
        }
    }

    /// Adds between which prices products are met on the way through them by price.
    pub(super) fn push_bounds(&self, sql: &mut QueryBuilder<Postgres>) {
        self.push_least(sql);
        if let Some(price) = self.max_price {
            sql.push(" and c.price <= ").push_bind(price);
        }
    }

    pub(super) fn is_between_prices(&self) -> bool {
        matches!(self.search, Search::All) && self.min_price.is_some() && self.max_price.is_some()
    }

    /// Adds `columns` of at most `most` products `c` of whatever category, those that have such a price in their cheapest variant before
    /// those that have it in a dearer one alone: those are not looked for where the others are enough. All that is cheaper, or all that
    /// is dearer, would be half of a shop.
    pub(super) fn push_between(&self, sql: &mut QueryBuilder<Postgres>, columns: &str, more: &str, most: u32) {
        sql.push(format_args!("select * from ((select {columns} from product_cards() c where c.price >= "));
        sql.push_bind(self.min_price).push(" and c.price <= ").push_bind(self.max_price);
        self.push_conditions(sql, None);
        sql.push(format_args!(
            "{more} limit {most}) union all (select {columns} from product_cards() c where c.price < "
        ));
        sql.push_bind(self.min_price);
        self.push_least(sql);
        self.push_conditions(sql, None);
        sql.push(format_args!("{more} limit {most})) c limit {most}"));
    }
}
