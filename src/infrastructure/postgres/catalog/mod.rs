//! The catalogue: its views, and writing it. Views are one statement each, of plain columns.

#[macro_use]
mod cards;
#[macro_use]
mod records;
#[macro_use]
mod edits;
#[macro_use]
mod search;
mod bought_together;
mod categories;
mod facets;
mod filters;
mod keyset;
mod listing;
mod products;
mod record_pages;
mod sitemap;
mod sold;
mod suggest;
mod synonyms;
mod wishlist;
mod writes;

use rust_decimal::Decimal;
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
    variants: Vec<VariantShown>,
    lowest_before: Vec<(Uuid, Decimal)>,
    goods: Vec<VariantMeasure>,
    related: Vec<CardRecord>,
    tags: Vec<String>,
    rating: Option<Vec<i32>>,
    reviews: Vec<ShownReview>,
}

/// id, sku, options, price, what it used to cost, stock, picture
type VariantShown = (Uuid, String, Vec<String>, Decimal, Option<Decimal>, i32, Option<String>);
/// id, how much it holds, what it weighs in grams, whether it is sent
type VariantMeasure = (Uuid, Option<String>, i32, bool);

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
            featured: found.featured.into_iter().map(|c| card(c, self.currency)).collect::<Result<_>>()?,
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
        // beginning: a look into an index each.
        let found: Option<ProductRow> = sqlx::query_as(concat!(
            "select p.id, p.slug, p.name, coalesce(p.description, '') as description, p.seo_title,
                p.seo_description, p.images, p.options, p.tags,
                array(
                    select row(a.slug, a.name) from categories t join categories a on a.slug = any(t.path)
                    where t.slug = p.category order by array_position(t.path, a.slug)
                ) as trail,
                array(
                    select row(v.id, v.sku, v.options, v.price, case when v.compare_at_price > v.price
                        then v.compare_at_price end, coalesce(i.stock, 0), v.image)
                    from product_variants v left join inventory i on i.variant_id = v.id
                    where v.product_id = p.id and v.retired_at is null order by v.position, v.id
                ) as variants,
                array(
                    select row(r.id, r.lowest) from (
                        select v.id, v.position, lowest_price_before(v.id, v.price) as lowest from product_variants v
                        where v.product_id = p.id and v.retired_at is null and v.compare_at_price > v.price offset 0
                    ) r where r.lowest is not null order by r.position, r.id
                ) as lowest_before,
                array(
                    select row(v.id, v.measure, v.weight_grams, v.needs_shipping) from product_variants v
                    where v.product_id = p.id and v.retired_at is null order by v.position, v.id
                ) as goods,
                array(
                    (select ",
            card!(),
            " from unnest(w.others) with ordinality o (id, place) join product_cards() c on c.id = o.id and c.choices > 0
                        order by o.place limit 4)
                    union all
                    (select ",
            card!(),
            " from product_cards() c
                        where c.category = p.category and (c.position, c.id) > (p.position, p.id)
                            and (w.others is null or c.id <> all(w.others))
                        order by c.position, c.id limit 4)
                    union all
                    (select ",
            card!(),
            " from product_cards() c
                        where c.category = p.category and (c.position, c.id) < (p.position, p.id)
                            and (w.others is null or c.id <> all(w.others))
                        order by c.position, c.id limit 4)
                    limit 4
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
        let variant = |(id, sku, options, price, before, stock, image): VariantShown| {
            Ok(VariantView {
                id: VariantId(id),
                sku,
                options,
                price: money(price, currency)?,
                compare_at_price: before.map(|before| money(before, currency)).transpose()?,
                stock: to_u32(stock.into()),
                image,
            })
        };
        let variants = self.variants.into_iter().map(variant).collect::<Result<Vec<_>>>()?;
        let lowest =
            |(id, price): (Uuid, Decimal)| Ok(LowestBefore { variant: VariantId(id), price: money(price, currency)? });
        let unit_price = |(id, measure, ..): &VariantMeasure| {
            let variant = variants.iter().find(|variant| variant.id.0 == *id)?;
            Some((variant.id, UnitPrice::of(measure.as_deref()?, variant.price)?))
        };
        let weights = self.goods.iter().filter(|(_, _, grams, is_sent)| *is_sent && *grams > 0);
        let weights = weights.map(|(id, _, grams, _)| (VariantId(*id), to_u32((*grams).into()))).collect();
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
            unit_prices: self.goods.iter().filter_map(unit_price).collect(),
            weights,
            is_sent: self.goods.iter().any(|(.., is_sent)| *is_sent),
            variants,
            lowest_before: self.lowest_before.into_iter().map(lowest).collect::<Result<_>>()?,
            related: self.related.into_iter().map(|c| card(c, currency)).collect::<Result<_>>()?,
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
