//! The products of a page: met on the way through their order, or found and then sorted.

use sqlx::{Postgres, QueryBuilder};

use super::filters::{Filters, ORDERED};
use super::keyset::Paging;

impl Filters {
    /// Adds the products of a page, by their ids; `more` narrows them, too. Where `is_few`, in SQL, they are found by what they are
    /// and then sorted, and else met on the way through their order: the planner takes filters for independent of each other, and
    /// would walk past all products to meet none.
    pub(super) fn push_chosen(
        &self,
        sql: &mut QueryBuilder<Postgres>,
        paging: &Paging<'_>,
        (is_few, more): (&str, &str),
        offset: impl Fn(&mut QueryBuilder<Postgres>),
    ) {
        if let Some(category) = self.category_alone().filter(|_| paging.has_index_of_category()) {
            // The first of each category that is below it, by an index that has them in order. On the way through all products
            // those of a category may come last.
            sql.push(format_args!(
                "select c.id from categories b cross join lateral (select {ORDERED} from product_cards() c
                    where c.category = b.slug{more}"
            ));
            paging.push_share(sql, &offset);
            sql.push(") c where b.path @> array[").push_bind(category.to_owned()).push("]");
            paging.push_first(sql, offset);
            return;
        }
        if paging.is_ranked() && more.is_empty() {
            // All that the order needs was found: no product is looked up once more to find its place.
            sql.push("select m.id, m.tier, m.rank from found m order by m.tier, m.rank desc, m.position, m.id");
            paging.push_limit(sql, offset);
            return;
        }
        if self.has_words() || (!self.narrows() && self.category.is_none()) {
            sql.push("select c.id");
            paging.push_ranks(sql);
            self.push_from_found(sql);
            sql.push(more);
            paging.push_page(sql, offset);
            return;
        }
        let mut is_many = format!("not {is_few}");
        if let Some(category) = self.narrowed_category().filter(|_| paging.has_index_of_category()) {
            // The first of each category that is below it, where those are few among all. On the way through all products many are
            // met that are of other categories, and of a category with many below it those cost more than that.
            sql.push(format_args!(
                "(select c.id from categories b cross join lateral (select {ORDERED} from product_cards() c
                    where c.category = b.slug"
            ));
            self.push_conditions(sql, None);
            if paging.is_by_price() {
                self.push_bounds(sql);
            }
            sql.push(more);
            paging.push_share(sql, &offset);
            sql.push(") c where b.path @> array[").push_bind(category.to_owned());
            sql.push(format_args!("] and {is_many} and (select n.is_narrow from narrow n)"));
            paging.push_first(sql, &offset);
            sql.push(") union all ");
            is_many.push_str(" and not (select n.is_narrow from narrow n)");
        }
        sql.push("(select c.id");
        self.push_from(sql);
        if paging.is_by_price() {
            self.push_bounds(sql);
        }
        sql.push(format_args!("{more} and {is_many}"));
        paging.push_page(sql, &offset);
        if self.narrows() {
            // By their ids: which they are was told by an index alone, as far as one can.
            sql.push(format_args!(
                ") union all (select c.id from found f cross join lateral (
                    select {ORDERED} from product_cards() c where c.id = f.id offset 0
                ) c where {is_few}"
            ));
        } else {
            // With what any order needs: whoever joins it to the products again may read all of them to find that there are none.
            sql.push(format_args!(") union all (select c.id from (select {ORDERED}"));
            self.push_from(sql);
            sql.push(format_args!("{more} and {is_few} offset 0) c where true"));
        }
        paging.push_page(sql, &offset);
        sql.push(")");
    }
}
