//! Products: anybody reads them, staff write them.

use axum::Json;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Response};
use http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_MATCH, LOCATION};
use http::{HeaderMap, HeaderName, StatusCode};
use serde::Deserialize;
use session::{Caller, ShownShop, Site};
use shop::domain::{May, Money, OptionFilters, RatingFloor, Refusal, Slug, TagFilters, permit};
use shop::dto::{ListingQuery, ProductRecord};
use shop::usecase::{Error, KeyOwner, ProductKey};
use utoipa::IntoParams;

use super::idempotency::{kept_body, key};
use super::input::{Filters, Input};
use super::kinds;
use super::paths::{Routes, routes};
use super::problem::Problem;
use super::shapes::{PriceInput, Product, ProductEdit, ProductInput, ProductList, SortOrder, StockInput};
use super::users::{FIRST_PAGE, HOW_MANY, paging};

pub fn routes() -> Routes<Site> {
    Routes::new().routes(routes!(list, create)).routes(routes!(read, update, withdraw)).routes(routes!(change_stock))
}

/// The filters of the listing page; what is left out narrows nothing.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ProductFilters {
    /// Words of name, category, options, SKUs, tags, maker or description, or their beginnings; eight at most
    #[param(max_length = 100)]
    q: Option<String>,
    /// A category's slug
    #[param(pattern = "^[a-z0-9]([a-z0-9-]{0,98}[a-z0-9])?$")]
    category: Option<String>,
    #[param(pattern = r"^\d{1,9}(\.\d{1,2})?$", example = "12.50")]
    min_price: Option<String>,
    #[param(pattern = r"^\d{1,9}(\.\d{1,2})?$", example = "50")]
    max_price: Option<String>,
    /// Only what can be had now, with options and prices: of one variant that can
    #[serde(default)]
    in_stock: bool,
    /// So many stars and more on the average of its reviews, as it is shown: to the tenth
    #[param(minimum = 1, maximum = 4, example = 4)]
    rating: Option<u8>,
    /// Left out: what fits best where there are words, else the newest; `best_selling`: by the units sold in the last thirty days;
    /// `best_rated`: by the average of the reviews to the tenth of a star, and then by how many there are
    #[param(inline)]
    sort: Option<SortOrder>,
    /// Reaches the first 1,000; go on with `after`
    #[param(minimum = 1, maximum = 4_294_967_295_u32, format = Int64, default = 1)]
    page: Option<u32>,
    /// `next` of the page before, with the same filters, order and `per_page`; instead of `page`
    #[param(max_length = 200, pattern = "^[A-Za-z0-9_-]+$")]
    after: Option<String>,
    /// More than 100 count as 100
    #[param(minimum = 1, maximum = 4_294_967_295_u32, format = Int64, default = 24)]
    per_page: Option<u32>,
}

impl ProductFilters {
    fn query(
        self,
        (options, tags): (OptionFilters, TagFilters),
        shop: &session::Site,
    ) -> Result<ListingQuery, Problem> {
        let currency = shop.shop.settings().currency;
        for (name, price) in [("min_price", &self.min_price), ("max_price", &self.max_price)] {
            if price.as_deref().is_some_and(|p| Money::parse(p, currency).is_err()) {
                let problem = shop::domain::Problem::NotAnAmount { decimals: currency.decimals() };
                return Err(Refusal::field(name, problem).into());
            }
        }
        if self.category.as_deref().is_some_and(|c| Slug::parse(c).is_err()) {
            return Err(Problem::field("category", "This is not a category's slug."));
        }
        let floor = |stars| RatingFloor::new(stars).ok_or_else(|| Problem::field("rating", "1, 2, 3 or 4, please."));
        let rating = self.rating.map(floor).transpose()?;
        if self.q.as_deref().is_some_and(|q| q.chars().count() > 100) {
            return Err(Problem::field("q", "At most 100 characters, please."));
        }
        if self.after.is_some() && self.page.is_some() {
            return Err(Refusal::field("page", shop::domain::Problem::NotBoth).into());
        }
        Ok(ListingQuery {
            q: self.q,
            exact: true,
            category: self.category,
            min_price: self.min_price,
            max_price: self.max_price,
            in_stock: self.in_stock,
            rating,
            tags,
            options,
            sort: self.sort.map(Into::into).unwrap_or_default(),
            page: self.page.unwrap_or(FIRST_PAGE),
            after: self.after,
            before: None,
        })
    }
}

/// What may be given again: options, as `option.`, an option's name, and a value, and each `tag`.
fn repeated(query: Option<&str>) -> Result<(OptionFilters, TagFilters), Problem> {
    let (mut options, mut tags) = (OptionFilters::default(), TagFilters::default());
    for (field, value) in url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
        let added = match ListingQuery::option_of(&field) {
            Some(name) => options.add(name, &value),
            None if field == "tag" => tags.add(&value),
            None => Ok(()),
        };
        added.map_err(|problem| Refusal::field(&field, problem))?;
    }
    Ok((options, tags))
}

/// List products
///
/// Walk them all by `next`: each that is there all the while is listed once, whatever comes or goes meanwhile. A search ends at
/// the 1,000 that fit best.
///
/// Of an option any of the values given will do, of several options all of them, and of one and the same variant; so with
/// `in_stock` and prices. Names and values are those of variants' `options`. Of tags any of those given will do.
#[utoipa::path(
    get, path = "/products", operation_id = "list_products", tag = "Products",
    params(
        ProductFilters,
        ("option.Colour" = Option<Vec<String>>, Query, description = "Values of an option that will do; of any option by its name, as `option.Size`. At most 6 options, and 20 values in all", max_items = 20),
        ("tag" = Option<Vec<String>>, Query, description = "Tags of which any will do, as they are written", max_items = 20),
    ),
    responses((status = OK, body = ProductList))
)]
async fn list(
    State(site): State<Site>,
    ShownShop(shop): ShownShop,
    Filters(filters): Filters<ProductFilters>,
    RawQuery(asked): RawQuery,
) -> Result<Json<ProductList>, Problem> {
    let (_, per_page) = paging(filters.page, filters.per_page.or(Some(HOW_MANY)))?;
    let query = filters.query(repeated(asked.as_deref())?, &site)?;
    Ok(Json(shop.products(&query, per_page).await?.into()))
}

/// Read one product
#[utoipa::path(
    get, path = "/products/{id}", operation_id = "read_product", tag = "Products",
    params(("id" = String, Path, description = "Id or slug", example = "speckled-mug")),
    responses((status = OK, body = Product, headers(("ETag" = String))))
)]
async fn read(ShownShop(shop): ShownShop, Path(id): Path<String>) -> Result<Tagged, Problem> {
    Ok(tagged(shop.product_by_key(&product_key(&id)?).await?))
}

/// What an address calls a product by: its id or slug.
pub(super) fn product_key(text: &str) -> Result<ProductKey, Refusal> {
    match text.parse() {
        Ok(id) => Ok(ProductKey::Id(id)),
        Err(_) => Slug::parse(text).map(ProductKey::Slug).map_err(|_| Refusal::NotFound),
    }
}

/// Make a product of one variant
///
/// Its slug is made of its name. Staff only.
#[utoipa::path(
    post, path = "/products", operation_id = "create_product", tag = "Products", request_body = ProductInput, security(("session" = ["staff"])),
    responses((status = CREATED, body = Product, headers(("Location" = String), ("ETag" = String))), (status = CONFLICT, description = "sku-taken"))
)]
async fn create(
    caller: Caller,
    Input(input): Input<ProductInput>,
) -> Result<(StatusCode, [(HeaderName, String); 1], Tagged), Problem> {
    let staff = caller.staff().await?;
    check_currency(&caller.site, &input.price)?;
    let shop = caller.site.shop.clone();
    let product = caller.tracked(async move { shop.create_product(staff, &input.into()).await }).await?;
    let address = format!("/api/v1/products/{}", product.id);
    Ok((StatusCode::CREATED, [(LOCATION, address)], tagged(product)))
}

/// Change a product of one variant
///
/// The change names the version it was made on: `If-Match` with the `ETag` that was read, or `version` in the body. Its
/// slug stays, and so does its stock, which changes by movements. Staff only.
#[utoipa::path(
    put, path = "/products/{id}", operation_id = "update_product", tag = "Products", request_body = ProductEdit, security(("session" = ["staff"])),
    params(("id" = uuid::Uuid, Path), ("If-Match" = Option<String>, Header, description = "The ETag that was read", example = "\"3\"")),
    responses(
        (status = OK, body = Product, headers(("ETag" = String))),
        (status = CONFLICT, description = "sku-taken or several-variants"),
        (status = PRECONDITION_FAILED, description = "stale-version"),
        (status = PRECONDITION_REQUIRED, description = "version-required"),
    )
)]
async fn update(
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    Input(input): Input<ProductEdit>,
) -> Result<Tagged, Problem> {
    let staff = caller.staff().await?;
    check_currency(&caller.site, &input.price)?;
    let versions = versions(&headers, input.version)?;
    let (id, shop) = (id.parse()?, caller.site.shop.clone());
    let product = caller.tracked(async move { shop.update_product(staff, id, &versions, &input.into()).await }).await?;
    Ok(tagged(product))
}

/// Change a variant's stock
///
/// By a movement in the ledger: `change` for units that came or (negative) went, `counted` for what lies on the shelf,
/// reserved units that were not shipped yet among them. Answers the product. Sent again with the same key, the call is
/// answered as the first time and no unit moves twice. Staff only.
#[utoipa::path(
    post, path = "/products/{id}/stock", operation_id = "change_stock", tag = "Products", request_body = StockInput, security(("session" = ["staff"])),
    params(("id" = uuid::Uuid, Path), ("Idempotency-Key" = Option<String>, Header,
        description = "Made up by the caller, one per change", min_length = 1, max_length = 100, pattern = "^[!-~]+$")),
    responses(
        (status = OK, body = Product, headers(("ETag" = String))),
        (status = CONFLICT, description = "not-enough-stock or count-below-reserved"),
    )
)]
async fn change_stock(
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    Input(input): Input<StockInput>,
) -> Result<Response, Problem> {
    let staff = caller.staff::<May<permit::Stock>>().await?;
    let key = key(&headers)?;
    let (id, shop, once) = (id.parse()?, caller.site.shop.clone(), key.clone());
    caller.tracked(async move { shop.change_stock(staff, id, &input.into(), once.as_deref()).await }).await?;
    let product = async { caller.shop().product_by_key(&ProductKey::Id(id)).await };
    let Some(key) = key else { return Ok(tagged(product.await?).into_response()) };
    // Of a program, whoever made its key: what may fail for whoever asks fails before anything has moved.
    let owner = KeyOwner::User(staff.user());
    let body = kept_body(&caller, owner, Some(&key), async { Ok(Product::from(product.await?)) }).await?;
    let Version { version } = serde_json::from_str(&body).map_err(|error| Error::Broken(error.into()))?;
    Ok((version_headers(version), [(CONTENT_TYPE, "application/json")], body).into_response())
}

/// Take a product out of the shop
///
/// Orders still tell of it; its SKU and slug stay taken. Staff only.
#[utoipa::path(
    delete, path = "/products/{id}", operation_id = "withdraw_product", tag = "Products", security(("session" = ["staff"])),
    params(("id" = uuid::Uuid, Path)),
    responses((status = NO_CONTENT))
)]
async fn withdraw(caller: Caller, Path(id): Path<String>) -> Result<StatusCode, Problem> {
    let staff = caller.staff().await?;
    let (id, shop) = (id.parse()?, caller.site.shop.clone());
    caller.tracked(async move { shop.withdraw_product(staff, id).await }).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// A product with its version as an entity tag.
type Tagged = ([(HeaderName, String); 2], Json<Product>);

fn tagged(product: ProductRecord) -> Tagged {
    (version_headers(product.version), Json(product.into()))
}

/// The version says nothing of the stock, and a version that is kept somewhere makes every edit an overtaken one.
pub fn version_headers(version: i64) -> [(HeaderName, String); 2] {
    [(ETAG, format!("\"{version}\"")), (CACHE_CONTROL, "no-store".to_owned())]
}

/// What the headers need of an answer that was kept.
#[derive(Deserialize)]
struct Version {
    version: i64,
}

/// The versions a change may stand on: those of `If-Match`, the one in the body, or what both say.
pub fn versions(headers: &HeaderMap, in_body: Option<i64>) -> Result<Vec<i64>, Problem> {
    if in_body.is_some_and(|version| version < 1) {
        return Err(Problem::field("version", "Versions are counted from 1."));
    }
    let mut named: Option<Vec<i64>> = None;
    for list in headers.get_all(IF_MATCH) {
        let tags = list
            .to_str()
            .ok()
            .and_then(entity_tags)
            .ok_or_else(|| Problem::field("If-Match", "Please give the ETag as it was read, like \"3\"."))?;
        named.get_or_insert_default().extend(tags);
    }
    match (named, in_body) {
        (None, None) => Err(Problem::new(kinds::VERSION_REQUIRED, kinds::VERSION_REQUIRED.about)),
        (None, Some(version)) => Ok(vec![version]),
        (Some(named), None) => Ok(named),
        (Some(named), Some(version)) => Ok(named.into_iter().filter(|v| *v == version).collect()),
    }
}

/// The versions in a list of entity tags (RFC 9110, 13.1.1). Weak tags and tags of somebody else's are no version of
/// ours, so they match none; `*` names no version at all and will not do.
fn entity_tags(list: &str) -> Option<Vec<i64>> {
    let mut versions = Vec::new();
    for tag in list.split(',').map(str::trim) {
        let strong = tag.strip_prefix("W/").unwrap_or(tag);
        let opaque = strong.strip_prefix('"')?.strip_suffix('"')?;
        versions.extend(opaque.parse::<i64>().ok().filter(|_| strong == tag));
    }
    Some(versions)
}

fn check_currency(site: &Site, price: &PriceInput) -> Result<(), Problem> {
    let ours = site.shop.settings().currency;
    match price.currency.as_deref() {
        Some(other) if other != ours.code() => {
            Err(Problem::field("price.currency", format!("Prices are in {}.", ours.code())))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entity_tags_name_versions() {
        for (list, versions) in [
            ("\"3\"", Some(vec![3])),
            ("\"3\", \"4\"", Some(vec![3, 4])),
            ("\"3\",W/\"4\", \"x\", \"\"", Some(vec![3])),
            ("W/\"3\"", Some(vec![])),
            ("3", None),
            ("*", None),
            ("", None),
            ("\"3\",", None),
            ("\"3", None),
        ] {
            assert_eq!(entity_tags(list), versions, "{list}");
        }
    }
}
