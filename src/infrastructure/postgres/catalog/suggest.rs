//! What is offered while somebody types: products and categories by the beginnings of their words, in one statement.

use rust_decimal::Decimal;
use sqlx::types::Json;

use crate::domain::Currency;
use crate::dto::{CategoryStep, Image, SuggestedProduct, SuggestionsView};
use crate::usecase::{Result, SuggestionViews};

use super::super::error::map_sqlx_error;
use super::super::{PgStore, money};

#[derive(sqlx::FromRow)]
struct SuggestionsRow {
    products: Vec<SuggestedRecord>,
    categories: Vec<(String, String)>,
}

/// slug, name, price, whether there are dearer variants, picture
type SuggestedRecord = (String, String, Decimal, bool, Option<Json<Image>>);

impl SuggestionViews for PgStore {
    async fn suggestions_view(
        &self,
        words: &[String],
        most_products: u32,
        most_categories: u32,
    ) -> Result<SuggestionsView> {
        // The words are read as a search reads them (`read_search`), but beside what they find: the planner does not know them, and
        // takes the index, so the table is never read through for a word that stands at its end. What one of fifty of the newest
        // products has is looked for among those alone: of a word that all have the index would tell a million.
        let found: SuggestionsRow = sqlx::query_as(concat!(
            "with typed as (",
            typed_words!(),
            "), asked as materialized (
                select string_agg('(' || t.whole || ')', ' & ')::tsquery as whole,
                    string_agg('(' || t.begun || ')', ' & ')::tsquery as begun
                from typed t
                where t.whole is not null and (not t.is_small or (select bool_and(a.is_small) from typed a))
             ), newest as materialized (
                select n.* from (
                    select s.id, s.slug, s.name, s.min_price, s.max_price, s.images -> 0 as image, s.position, s.search_document
                    from products s where s.status = 'active' and s.choices > 0
                    order by s.created_at desc, -s.position::bigint desc limit 2000
                ) n
                where n.search_document @@ (select a.begun from asked a)
             ), found as (
                select n.* from newest n where (select count(*) from newest) >= 40
                union all
                (select s.id, s.slug, s.name, s.min_price, s.max_price, s.images -> 0, s.position, s.search_document
                from products s
                where s.status = 'active' and s.choices > 0 and s.search_document @@ (select a.begun from asked a)
                    and (select count(*) from newest) < 40
                limit 1001)
             )
             select
                array(
                    select row(f.slug, f.name, f.min_price, f.min_price < f.max_price, f.image)
                    from found f, asked a
                    order by f.search_document @@ a.whole desc, ts_rank(f.search_document, a.begun) desc, f.position, f.id
                    limit $2
                ) as products,
                array(
                    select row(c.slug, c.name)
                    from (
                        select k.slug, k.name, k.position from categories k
                        where to_tsvector('public.shop_search', search_text(k.name)) @@ (select a.begun from asked a)
                        order by k.position, k.slug limit 12
                    ) c
                    where exists (
                        select from categories b
                        where b.path @> array[c.slug] and exists (
                            select from products p where p.category = b.slug and p.status = 'active' and p.choices > 0
                        )
                    )
                    order by c.position, c.slug
                    limit $3
                ) as categories",
        ))
        .bind(words.to_vec())
        .bind(i64::from(most_products))
        .bind(i64::from(most_categories))
        .fetch_one(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        let product = |record| suggested(record, self.currency);
        Ok(SuggestionsView {
            meant: None,
            products: found.products.into_iter().map(product).collect::<Result<_>>()?,
            categories: found.categories.into_iter().map(|(slug, name)| CategoryStep { slug, name }).collect(),
        })
    }
}

fn suggested(record: SuggestedRecord, currency: Currency) -> Result<SuggestedProduct> {
    let (slug, name, price, price_varies, image) = record;
    Ok(SuggestedProduct { slug, name, price: money(price, currency)?, price_varies, image: image.map(|json| json.0) })
}
