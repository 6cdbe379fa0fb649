//! The catalogue: its views, and writing it.

use rust_decimal::Decimal;
use sqlx::types::Json;
use uuid::Uuid;

use crate::domain::{Currency, Money, ProductId, Slug, Sort, VariantId};
use crate::dto::{HomeView, ListingQuery, ListingView, OptionGroup, ProductView};
use crate::usecase::{CatalogViews, Catalogs, CategoryEntry, ProductEntry, Result, VariantEntry};

use super::error::map_sqlx_error;
use super::{PgStore, PgTx, to_i32, unknown_word};

/// `ProductCard` of a row `p` of products; `$1` is the currency.
macro_rules! card {
    () => {
        "json_build_object('id', p.id, 'slug', p.slug, 'name', p.name,
            'price', json_build_object('amount', p.min_price::text, 'currency', $1::text),
            'price_varies', p.min_price < p.max_price,
            'compare_at_price', case when p.compare_at_price > p.min_price
                then json_build_object('amount', p.compare_at_price::text, 'currency', $1::text) end,
            'image', p.images -> 0, 'choices', p.choices, 'in_stock', p.in_stock)"
    };
}

/// `CategoryTile` of a row `c` of categories.
macro_rules! tile {
    () => {
        "json_build_object('slug', c.slug, 'name', c.name, 'description', c.description, 'image', c.image)"
    };
}

/// Which rows `p` a listing's filters let through, but for the category: `$2` words, `$3` and `$4` prices, `$5` in stock.
macro_rules! filters {
    () => {
        "p.status = 'active'
            and p.search like all (array(select '%' || plain(w) || '%' from unnest($2::text[]) w))
            and ($3::numeric is null or p.max_price >= $3)
            and ($4::numeric is null or p.min_price <= $4)
            and (not $5 or p.in_stock)"
    };
}

mod products;

/// The listing in one statement; the page asked for is brought into range before its rows are read.
macro_rules! listing {
    ($order:literal) => {
        concat!(
            "with asked as (
                select count(*)::integer as total from products p
                where ",
            filters!(),
            " and ($6::text is null or p.category = $6)
            ), paged as (
                select total, greatest(1, ceil(total::numeric / $7))::integer as pages from asked
            ), here as (
                select total, pages, least($8, pages) as page from paged
            )
            select json_build_object(
                'total', here.total, 'pages', here.pages, 'page', here.page,
                'category', (select ",
            tile!(),
            " from categories c where c.slug = $6),
                'products', coalesce((
                    select json_agg(card order by at) from (
                        select ",
            card!(),
            " as card, row_number() over (order by ",
            $order,
            ") as at
                        from products p
                        where ",
            filters!(),
            " and ($6::text is null or p.category = $6)
                        order by ",
            $order,
            "
                        limit $7 offset (here.page - 1) * $7
                    ) page
                ), '[]'),
                'categories', coalesce((
                    select json_agg(json_build_object('slug', c.slug, 'name', c.name, 'count', n.count)
                        order by c.position)
                    from categories c
                    join (select p.category, count(*) as count from products p where ",
            filters!(),
            "
                        group by p.category) n on n.category = c.slug
                ), '[]')
            ) from here"
        )
    };
}

#[derive(serde::Deserialize)]
struct ListingJson {
    total: u32,
    pages: u32,
    page: u32,
    category: Option<crate::dto::CategoryTile>,
    products: Vec<crate::dto::ProductCard>,
    categories: Vec<crate::dto::CategoryCount>,
}

impl CatalogViews for PgStore {
    async fn home_view(&self) -> Result<HomeView> {
        let Json(view) = sqlx::query_scalar(concat!(
            "select json_build_object(
                'categories', coalesce((select json_agg(",
            tile!(),
            " order by c.position) from categories c), '[]'),
                'featured', coalesce((select json_agg(",
            card!(),
            " order by p.position) from products p
                    where p.featured and p.status = 'active'), '[]')
            )"
        ))
        .bind(self.currency.code())
        .fetch_one(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(view)
    }

    async fn listing_view(&self, query: &ListingQuery, per_page: u32) -> Result<ListingView> {
        let sql = match query.sort {
            Sort::Newest => listing!("p.created_at desc, p.position, p.id"),
            Sort::PriceUp => listing!("p.min_price, p.position, p.id"),
            Sort::PriceDown => listing!("p.min_price desc, p.position, p.id"),
        };
        let Json(found): Json<ListingJson> = sqlx::query_scalar(sql)
            .bind(self.currency.code())
            .bind(words(query.q.as_deref().unwrap_or_default()))
            .bind(price_filter(query.min_price.as_deref(), self.currency))
            .bind(price_filter(query.max_price.as_deref(), self.currency))
            .bind(query.in_stock)
            .bind(query.category.as_deref().map(printable))
            .bind(to_i32(per_page))
            .bind(to_i32(query.page.max(1)))
            .fetch_one(&self.pool)
            .await
            .map_err(map_sqlx_error)?;
        Ok(ListingView {
            query: query.on_page(found.page),
            category: found.category,
            products: found.products,
            total: found.total,
            pages: found.pages,
            categories: found.categories,
        })
    }

    async fn product_view(&self, slug: &Slug) -> Result<Option<ProductView>> {
        let found: Option<(Json<ProductView>, Vec<String>)> = sqlx::query_as(concat!(
            "select json_build_object(
                'id', p.id, 'slug', p.slug, 'name', p.name, 'description', coalesce(p.description, ''),
                'category', (select ",
            tile!(),
            " from categories c where c.slug = p.category),
                'images', p.images, 'options', json_build_array(),
                'variants', (
                    select json_agg(json_build_object(
                        'id', v.id, 'sku', v.sku, 'options', v.options,
                        'price', json_build_object('amount', v.price::text, 'currency', $1::text),
                        'compare_at_price', case when v.compare_at_price > v.price
                            then json_build_object('amount', v.compare_at_price::text, 'currency', $1::text) end,
                        'stock', coalesce(i.stock, 0), 'image', v.image) order by v.position, v.id)
                    from product_variants v left join inventory i on i.variant_id = v.id where v.product_id = p.id
                ),
                'related', coalesce((
                    select json_agg(card) from (
                        select ",
            card!(),
            " as card from products p, products this
                        where this.slug = $2 and p.category = this.category and p.id <> this.id and p.status = 'active'
                        order by (p.position - this.position + 100000) % 100000 limit 4
                    ) near
                ), '[]')
            ), p.options
            from products p where p.slug = $2 and p.status = 'active' and p.choices > 0"
        ))
        .bind(self.currency.code())
        .bind(slug.as_str())
        .fetch_optional(&self.pool)
        .await
        .map_err(map_sqlx_error)?;
        Ok(found.map(|(Json(mut view), names)| {
            view.options = option_groups(names, &view);
            view
        }))
    }
}

/// The options with their values, each once, in shelf order.
fn option_groups(names: Vec<String>, view: &ProductView) -> Vec<OptionGroup> {
    let values_of = |place: usize| {
        let mut values: Vec<String> = Vec::new();
        for value in view.variants.iter().filter_map(|v| v.options.get(place)) {
            if !values.contains(value) {
                values.push(value.clone());
            }
        }
        values
    };
    names.into_iter().enumerate().map(|(i, name)| OptionGroup { name, values: values_of(i) }).collect()
}

/// A price that a listing is narrowed by; what is none narrows nothing.
fn price_filter(text: Option<&str>, currency: Currency) -> Option<Decimal> {
    text.and_then(|t| Money::parse(t, currency).ok()).map(|m| m.amount())
}

/// The words of a search, at most eight, with what LIKE would read as a wildcard taken literally.
fn words(q: &str) -> Vec<String> {
    let literal = |w: &str| printable(w).replace('\\', r"\\").replace('%', r"\%").replace('_', r"\_");
    q.split_whitespace().map(literal).filter(|w| !w.is_empty()).take(8).collect()
}

/// What a text column can hold.
fn printable(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(100).collect()
}

impl Catalogs for PgTx {
    async fn catalogue_currency(&mut self, ours: Currency) -> Result<Currency> {
        let code: String = sqlx::query_scalar(
            "insert into catalogue_currency (currency) values ($1)
             on conflict (only_row) do update set currency = case
                when exists (select 1 from products) then catalogue_currency.currency else excluded.currency end
             returning currency",
        )
        .bind(ours.code())
        .fetch_one(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        code.parse().map_err(|_| unknown_word("catalogue_currency.currency", &code))
    }

    async fn has_catalogue(&mut self) -> Result<bool> {
        sqlx::query_scalar("select exists (select from categories) or exists (select from products)")
            .fetch_one(&mut *self.tx)
            .await
            .map_err(map_sqlx_error)
    }

    async fn upsert_category(&mut self, position: i32, category: &CategoryEntry) -> Result<()> {
        sqlx::query(
            "insert into categories (slug, name, description, image, position) values ($1, $2, $3, $4, $5)
             on conflict (slug) do update set name = excluded.name, description = excluded.description,
                image = excluded.image, position = excluded.position",
        )
        .bind(&category.slug)
        .bind(&category.name)
        .bind(&category.description)
        .bind(category.image.as_ref().map(Json))
        .bind(position)
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }

    async fn upsert_product(&mut self, id: ProductId, position: i32, product: &ProductEntry) -> Result<ProductId> {
        let id: Uuid = sqlx::query_scalar(
            "insert into products (id, slug, name, description, category, featured, images, options, position)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
             on conflict on constraint products_slug_unique do update set name = excluded.name,
                description = excluded.description, category = excluded.category, featured = excluded.featured,
                images = excluded.images, options = excluded.options, position = excluded.position
             returning id",
        )
        .bind(id.0)
        .bind(&product.slug)
        .bind(&product.name)
        .bind(&product.description)
        .bind(&product.category)
        .bind(product.featured)
        .bind(Json(&product.images))
        .bind(&product.options)
        .bind(position)
        .fetch_one(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(ProductId(id))
    }

    async fn upsert_variant(
        &mut self,
        id: VariantId,
        product: ProductId,
        position: i32,
        variant: &VariantEntry,
        price: Money,
        compare_at_price: Option<Money>,
    ) -> Result<bool> {
        let kept: Uuid = sqlx::query_scalar(
            "insert into product_variants (id, product_id, sku, options, price, compare_at_price, image, position)
             values ($1, $2, $3, $4, $5, $6, $7, $8)
             on conflict on constraint product_variants_sku_unique do update set options = excluded.options,
                price = excluded.price, compare_at_price = excluded.compare_at_price, image = excluded.image,
                position = excluded.position
             returning id",
        )
        .bind(id.0)
        .bind(product.0)
        .bind(&variant.sku)
        .bind(&variant.options)
        .bind(price.amount())
        .bind(compare_at_price.map(|m| m.amount()))
        .bind(&variant.image)
        .bind(position)
        .fetch_one(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(kept == id.0)
    }

    async fn open_stock(&mut self, variant: VariantId, stock: u32) -> Result<()> {
        sqlx::query(
            "with opened as (insert into inventory (variant_id, stock) values ($1, $2))
             insert into stock_movements (variant_id, units, cause) values ($1, $2, 'initial')",
        )
        .bind(variant.0)
        .bind(to_i32(stock))
        .execute(&mut *self.tx)
        .await
        .map_err(map_sqlx_error)?;
        Ok(())
    }
}
