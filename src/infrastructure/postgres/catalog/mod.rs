//! The catalogue: its views, and writing it. Views are one statement each, of plain columns.

#[macro_use]
mod cards;
#[macro_use]
mod records;
#[macro_use]
mod edits;
mod categories;
mod listing;
mod products;
mod writes;

use rust_decimal::Decimal;
use sqlx::types::Json;
use uuid::Uuid;

use crate::domain::{Currency, ProductId, Slug, VariantId};
use crate::dto::{HomeView, Image, ListingQuery, ListingView, OptionGroup, ProductView, VariantView};
use crate::usecase::{CatalogViews, Result};

use super::error::map_sqlx_error;
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
    images: Json<Vec<Image>>,
    options: Vec<String>,
    category: Option<TileRecord>,
    variants: Vec<VariantShown>,
    related: Vec<CardRecord>,
}

/// id, sku, options, price, what it used to cost, stock, picture
type VariantShown = (Uuid, String, Vec<String>, Decimal, Option<Decimal>, i32, Option<String>);

impl CatalogViews for PgStore {
    async fn home_view(&self) -> Result<HomeView> {
        let found: HomeRow = sqlx::query_as(concat!(
            "select array(select ",
            tile!(),
            " from categories t where t.parent is null order by t.position) as categories, array(select ",
            card!(),
            " from product_cards() c where c.featured order by c.position) as featured"
        ))
        .fetch_one(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(HomeView {
            categories: found.categories.into_iter().map(tile).collect(),
            featured: found.featured.into_iter().map(|c| card(c, self.currency)).collect::<Result<_>>()?,
        })
    }

    async fn listing_view(&self, query: &ListingQuery, per_page: u32) -> Result<ListingView> {
        listing::view(self, query, per_page).await
    }

    async fn product_view(&self, slug: &Slug) -> Result<Option<ProductView>> {
        // Related is what stands next to it on the shelf, and then the shelf from its beginning: two looks into an index.
        let found: Option<ProductRow> = sqlx::query_as(concat!(
            "select p.id, p.slug, p.name, coalesce(p.description, '') as description, p.images, p.options,
                (select ",
            tile!(),
            " from categories t where t.slug = p.category) as category,
                array(
                    select row(v.id, v.sku, v.options, v.price, case when v.compare_at_price > v.price
                        then v.compare_at_price end, coalesce(i.stock, 0), v.image)
                    from product_variants v left join inventory i on i.variant_id = v.id
                    where v.product_id = p.id order by v.position, v.id
                ) as variants,
                array(
                    (select ",
            card!(),
            " from product_cards() c
                        where c.category = p.category and (c.position, c.id) > (p.position, p.id)
                        order by c.position, c.id limit 4)
                    union all
                    (select ",
            card!(),
            " from product_cards() c
                        where c.category = p.category and (c.position, c.id) < (p.position, p.id)
                        order by c.position, c.id limit 4)
                    limit 4
                ) as related
             from products p where p.status = 'active' and p.choices > 0 and p.slug = $1"
        ))
        .bind(slug.as_str())
        .fetch_optional(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        found.map(|row| row.view(self.currency)).transpose()
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
        Ok(ProductView {
            id: ProductId(self.id),
            slug: self.slug,
            name: self.name,
            description: self.description,
            category: self.category.map(tile),
            images: self.images.0,
            options: option_groups(self.options, &variants),
            variants,
            related: self.related.into_iter().map(|c| card(c, currency)).collect::<Result<_>>()?,
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
