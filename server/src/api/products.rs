//! Products: anybody reads them, staff write them.

use axum::Json;
use axum::extract::{Path, State};
use http::header::LOCATION;
use http::{HeaderName, StatusCode};
use serde::Deserialize;
use session::{Caller, Site};
use shop::domain::{Money, Refusal, Slug};
use shop::dto::{ListingQuery, ProductForm};
use shop::usecase::ProductKey;
use utoipa::IntoParams;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::input::{Filters, Input};
use super::problem::Problem;
use super::shapes::{List, Product, ProductInput, SortOrder};
use super::users::{FIRST_PAGE, HOW_MANY, paging};

pub fn routes() -> OpenApiRouter<Site> {
    OpenApiRouter::new().routes(routes!(list, create)).routes(routes!(read, update, withdraw))
}

/// The filters of the listing page; what is left out narrows nothing.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ProductFilters {
    /// Words in name, category or description
    #[param(max_length = 100)]
    q: Option<String>,
    /// A category's slug
    #[param(pattern = "^[a-z0-9]([a-z0-9-]{0,98}[a-z0-9])?$")]
    category: Option<String>,
    #[param(pattern = r"^\d{1,9}(\.\d{1,2})?$", example = "12.50")]
    min_price: Option<String>,
    #[param(pattern = r"^\d{1,9}(\.\d{1,2})?$", example = "50")]
    max_price: Option<String>,
    /// Only what can be had now
    #[serde(default)]
    in_stock: bool,
    #[param(inline)]
    sort: Option<SortOrder>,
    #[param(minimum = 1, maximum = 4_294_967_295_u32, format = Int64, default = 1)]
    page: Option<u32>,
    /// More than 100 count as 100
    #[param(minimum = 1, maximum = 4_294_967_295_u32, format = Int64, default = 24)]
    per_page: Option<u32>,
}

impl ProductFilters {
    fn query(self, shop: &session::Site) -> Result<ListingQuery, Problem> {
        let currency = shop.shop.settings().currency;
        for (name, price) in [("min_price", &self.min_price), ("max_price", &self.max_price)] {
            if price.as_deref().is_some_and(|p| Money::parse(p, currency).is_err()) {
                return Err(Problem::field(name, "Please give an amount like 12.50."));
            }
        }
        if self.category.as_deref().is_some_and(|c| Slug::parse(c).is_err()) {
            return Err(Problem::field("category", "This is not a category's slug."));
        }
        if self.q.as_deref().is_some_and(|q| q.chars().count() > 100) {
            return Err(Problem::field("q", "At most 100 characters, please."));
        }
        Ok(ListingQuery {
            q: self.q,
            category: self.category,
            min_price: self.min_price,
            max_price: self.max_price,
            in_stock: self.in_stock,
            sort: self.sort.map(Into::into).unwrap_or_default(),
            page: self.page.unwrap_or(FIRST_PAGE),
        })
    }
}

/// List products
#[utoipa::path(
    get, path = "/products", operation_id = "list_products", tag = "Products", params(ProductFilters),
    responses((status = OK, body = List<Product>))
)]
async fn list(
    State(site): State<Site>,
    Filters(filters): Filters<ProductFilters>,
) -> Result<Json<List<Product>>, Problem> {
    let (_, per_page) = paging(filters.page, filters.per_page.or(Some(HOW_MANY)))?;
    let query = filters.query(&site)?;
    Ok(Json(site.shop.products(&query, per_page).await?.into()))
}

/// Read one product
#[utoipa::path(
    get, path = "/products/{id}", operation_id = "read_product", tag = "Products",
    params(("id" = String, Path, description = "Id or slug", example = "speckled-mug")),
    responses((status = OK, body = Product))
)]
async fn read(State(site): State<Site>, Path(id): Path<String>) -> Result<Json<Product>, Problem> {
    let key = match id.parse() {
        Ok(id) => ProductKey::Id(id),
        Err(_) => ProductKey::Slug(Slug::parse(&id).map_err(|_| Refusal::NotFound)?),
    };
    Ok(Json(site.shop.product_by_key(&key).await?.into()))
}

/// Make a product of one variant
///
/// Its slug is made of its name. Staff only.
#[utoipa::path(
    post, path = "/products", operation_id = "create_product", tag = "Products", request_body = ProductInput, security(("session" = ["staff"])),
    responses((status = CREATED, body = Product, headers(("Location" = String))), (status = CONFLICT, description = "sku-taken"))
)]
async fn create(
    caller: Caller,
    Input(input): Input<ProductInput>,
) -> Result<(StatusCode, [(HeaderName, String); 1], Json<Product>), Problem> {
    let staff = caller.staff()?;
    let form = form(&caller.site, input)?;
    let shop = caller.site.shop.clone();
    let product = caller.tracked(async move { shop.create_product(staff, &form).await }).await?;
    let address = format!("/api/v1/products/{}", product.id);
    Ok((StatusCode::CREATED, [(LOCATION, address)], Json(product.into())))
}

/// Change a product of one variant
///
/// Its slug stays. The stock given is what is on the shelf from now on. Staff only.
#[utoipa::path(
    put, path = "/products/{id}", operation_id = "update_product", tag = "Products", request_body = ProductInput, security(("session" = ["staff"])),
    params(("id" = uuid::Uuid, Path)),
    responses((status = OK, body = Product), (status = CONFLICT, description = "sku-taken or several-variants"))
)]
async fn update(
    caller: Caller,
    Path(id): Path<String>,
    Input(input): Input<ProductInput>,
) -> Result<Json<Product>, Problem> {
    let staff = caller.staff()?;
    let form = form(&caller.site, input)?;
    let (id, shop) = (id.parse()?, caller.site.shop.clone());
    let product = caller.tracked(async move { shop.update_product(staff, id, &form).await }).await?;
    Ok(Json(product.into()))
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
    let staff = caller.staff()?;
    let (id, shop) = (id.parse()?, caller.site.shop.clone());
    caller.tracked(async move { shop.withdraw_product(staff, id).await }).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn form(site: &Site, input: ProductInput) -> Result<ProductForm, Problem> {
    let ours = site.shop.settings().currency;
    match input.price.currency.as_deref() {
        Some(other) if other != ours.code() => {
            Err(Problem::field("price.currency", format!("Prices are in {}.", ours.code())))
        }
        _ => Ok(input.into()),
    }
}
