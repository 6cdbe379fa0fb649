//! The catalogue: its views, and writing it. Views are one statement each, of plain columns.

#[macro_use]
mod cards;
#[macro_use]
mod records;
#[macro_use]
mod edits;
#[macro_use]
mod search;
mod asked_variants;
mod bought_together;
mod categories;
mod chosen;
mod columns;
mod facets;
mod filters;
mod keyset;
mod listing;
mod priced;
mod products;
mod record_pages;
mod searched;
mod sitemap;
mod sold;
mod suggest;
mod synonyms;
mod wishlist;
mod writes;

use rust_decimal::Decimal;
use sqlx::error::BoxDynError;
use sqlx::postgres::types::PgRecordDecoder;
use sqlx::types::Json;
use uuid::Uuid;

use crate::domain::{Currency, ProductId, Slug, VariantId};
use crate::dto::{
    CategoryStep, HomeView, Image, ListingQuery, ListingView, LowestBefore, OptionGroup, ProductView, UnitPrice,
    VariantView,
};
use crate::usecase::{CatalogViews, CategoryCounts, Place, Result, Search};

use super::error::map_sqlx_error;
use super::reviews::{ShownReview, rating, review};
use super::{PgStore, money, to_u32};
use cards::{CardRecord, TileRecord, card, tile};
use columns::{Columns, FromColumns};

#[derive(sqlx::FromRow)]
struct HomeRow {
    categories: Vec<TileRecord>,
    featured: Vec<CardRecord>,
}

#[derive(sqlx::FromRow)]
struct ProductRow {
    id: Uuid,
    slug: String,
    name: String,
    description: String,
    seo_title: String,
    seo_description: String,
    images: Json<Vec<Image>>,
    options: Vec<String>,
    trail: Vec<(String, String)>,
    variants: Vec<Columns<VariantColumns>>,
    related: Vec<CardRecord>,
    tags: Vec<String>,
    rating: Option<Vec<i32>>,
    reviews: Vec<ShownReview>,
}

/// A variant as its product's page shows it.
struct VariantColumns {
    id: Uuid,
    sku: String,
    options: Vec<String>,
    price: Decimal,
    /// Of one that is reduced, what is struck, and the lowest that it cost before.
    compare_at_price: Option<Decimal>,
    lowest_before: Option<Decimal>,
    stock: i32,
    image: Option<String>,
    /// How much it holds.
    measure: Option<String>,
    weight_grams: i32,
    needs_shipping: bool,
}

impl FromColumns for VariantColumns {
    fn read(columns: &mut PgRecordDecoder<'_>) -> std::result::Result<Self, BoxDynError> {
        Ok(Self {
            id: columns.try_decode()?,
            sku: columns.try_decode()?,
            options: columns.try_decode()?,
            price: columns.try_decode()?,
            compare_at_price: columns.try_decode()?,
            lowest_before: columns.try_decode()?,
            stock: columns.try_decode()?,
            image: columns.try_decode()?,
            measure: columns.try_decode()?,
            weight_grams: columns.try_decode()?,
            needs_shipping: columns.try_decode()?,
        })
    }
}

impl CatalogViews for PgStore {
    async fn home_view(&self) -> Result<HomeView> {
        let found: HomeRow = sqlx::query_as(concat!(
            "select array(select ",
            tile!(),
            " from categories t where t.parent is null order by t.position) as categories, array(select ",
            card!(),
            // Where nothing is featured, what came last. Each by an index.
            " from product_cards() c where c.id = any(coalesce(
                nullif(array(select f.id from products f where f.featured and f.status = 'active' and f.choices > 0
                    order by f.position, f.id limit 24), '{}'::uuid[]),
                array(select n.id from products n where n.status = 'active' and n.choices > 0
                    order by n.created_at desc, -n.position::bigint desc limit 8)))
              order by case when c.featured then c.position end, c.created_at desc, c.position) as featured"
        ))
        .fetch_one(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(HomeView {
            categories: found.categories.into_iter().map(tile).collect(),
            featured: found.featured.into_iter().map(|c| card(c.0, self.currency)).collect::<Result<_>>()?,
        })
    }

    async fn listing_view(
        &self,
        query: &ListingQuery,
        search: &Search,
        place: &Place,
        per_page: u32,
        counts: CategoryCounts,
    ) -> Result<ListingView> {
        listing::view(self, query, search, place, per_page, counts).await
    }

    async fn product_view(&self, slug: &Slug) -> Result<Option<ProductView>> {
        // Related is what is bought together with it, then what stands next to it on the shelf, and then the shelf from its
        // beginning: ids alone, of indexes that have them in this order, and then a card of each. To set up a statement of so many
        // parts costs as much as to run it, whether they find anything or not: a part less, or a narrow one, is time saved.
        let found: Option<ProductRow> = sqlx::query_as(concat!(
            "select p.id, p.slug, p.name, coalesce(p.description, '') as description, p.seo_title,
                p.seo_description, p.images, p.options, p.tags,
                array(
                    select row(a.slug, a.name) from categories t join categories a on a.slug = any(t.path)
                    where t.slug = p.category order by array_position(t.path, a.slug)
                ) as trail,
                array(
                    select row(v.id, v.sku, v.options, v.price,
                        case when v.compare_at_price > v.price then v.compare_at_price end,
                        v.lowest_before, coalesce((select i.stock from inventory i where i.variant_id = v.id), 0), v.image,
                        v.measure, v.weight_grams, v.needs_shipping)
                    from product_variants v
                    where v.product_id = p.id and v.retired_at is null order by v.position, v.id
                ) as variants,
                array(
                    select (select ",
            card!(),
            " from product_cards() c where c.id = r.id)
                    from (
                        (select o.id from unnest(w.others) with ordinality o (id, place)
                            join product_cards() c on c.id = o.id and c.choices > 0
                            order by o.place)
                        union all
                        (select c.id from product_cards() c
                            where c.category = p.category and c.choices > 0 and (c.position, c.id) > (p.position, p.id)
                                and (w.others is null or c.id <> all(w.others))
                            order by c.position, c.id)
                        union all
                        (select c.id from product_cards() c
                            where c.category = p.category and c.choices > 0 and (c.position, c.id) < (p.position, p.id)
                                and (w.others is null or c.id <> all(w.others))
                            order by c.position, c.id)
                        limit 4
                    ) r
                ) as related, ",
            rating!(),
            " as rating,
                array(
                    select ",
            shown_review!(),
            " from reviews r where r.product_id = p.id and r.state = 'published'
                    order by r.published_at desc, r.id desc limit 5
                ) as reviews
             from products p left join bought_together w on w.product_id = p.id
             where p.status = 'active' and p.choices > 0 and p.slug = $1"
        ))
        .bind(slug.as_str())
        .fetch_optional(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        found.map(|row| row.view(self.currency)).transpose()
    }

    async fn product_now(&self, former: &Slug) -> Result<Option<Slug>> {
        let found: Option<String> = sqlx::query_scalar(
            "select p.slug from product_addresses a join products p on p.id = a.product_id where a.slug = $1",
        )
        .bind(former.as_str())
        .fetch_optional(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        // What is no slug was written by nobody who could be led there.
        Ok(found.and_then(|slug| Slug::parse(&slug).ok()))
    }
}

impl ProductRow {
    fn view(self, currency: Currency) -> Result<ProductView> {
        let (mut variants, mut unit_prices) = (Vec::with_capacity(self.variants.len()), Vec::new());
        let (mut lowest_before, mut weights, mut is_sent) = (Vec::new(), Vec::new(), false);
        for Columns(found) in self.variants {
            let (id, price) = (VariantId(found.id), money(found.price, currency)?);
            if let Some(lowest) = found.lowest_before {
                lowest_before.push(LowestBefore { variant: id, price: money(lowest, currency)? });
            }
            if let Some(unit_price) = found.measure.and_then(|measure| UnitPrice::of(&measure, price)) {
                unit_prices.push((id, unit_price));
            }
            if found.needs_shipping && found.weight_grams > 0 {
                weights.push((id, to_u32(found.weight_grams.into())));
            }
            is_sent |= found.needs_shipping;
            variants.push(VariantView {
                id,
                sku: found.sku,
                options: found.options,
                price,
                compare_at_price: found.compare_at_price.map(|before| money(before, currency)).transpose()?,
                stock: to_u32(found.stock.into()),
                image: found.image,
            });
        }
        Ok(ProductView {
            id: ProductId(self.id),
            slug: self.slug,
            name: self.name,
            description: self.description,
            description_html: String::new(),
            seo_title: self.seo_title,
            seo_description: self.seo_description,
            trail: self.trail.into_iter().map(|(slug, name)| CategoryStep { slug, name }).collect(),
            images: self.images.0,
            options: option_groups(self.options, &variants),
            unit_prices,
            weights,
            is_sent,
            variants,
            lowest_before,
            related: self.related.into_iter().map(|c| card(c.0, currency)).collect::<Result<_>>()?,
            tags: self.tags,
            rating: rating(self.rating),
            reviews: self.reviews.into_iter().map(review).collect::<Result<_>>()?,
        })
    }
}

/// The options with their values, each once, in shelf order.
fn option_groups(names: Vec<String>, variants: &[VariantView]) -> Vec<OptionGroup> {
    let values_of = |place: usize| {
        let mut values: Vec<String> = Vec::new();
        for value in variants.iter().filter_map(|v| v.options.get(place)) {
            if !values.contains(value) {
                values.push(value.clone());
            }
        }
        values
    };
    names.into_iter().enumerate().map(|(i, name)| OptionGroup { name, values: values_of(i) }).collect()
}
