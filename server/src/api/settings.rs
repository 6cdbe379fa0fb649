//! What the shop decides: shipping zones and tax rates as whole sets, promotions one at a time. For staff.

use axum::Json;
use axum::extract::Path;
use http::header::{IF_MATCH, LOCATION};
use http::{HeaderMap, HeaderName, StatusCode};
use session::{Caller, Site};
use shop::domain::{Currency, May, PromotionId, Refusal, permit};

use super::input::{Filters, Input};
use super::paths::{Routes, routes};
use super::problem::Problem;
use super::products::{version_headers, versions};
use super::shapes::{List, NewPromotion, Promotion, ShippingZones, TaxRates};
use super::users::Paging;

pub fn routes() -> Routes<Site> {
    Routes::new()
        .routes(routes!(list_promotions, create_promotion))
        .routes(routes!(update_promotion, delete_promotion))
        .routes(routes!(read_zones, replace_zones))
        .routes(routes!(read_rates, replace_rates))
}

/// A set with its version as an entity tag.
type Tagged<T> = ([(HeaderName, String); 2], Json<T>);

fn currency(caller: &Caller) -> Currency {
    caller.site.shop.settings().currency
}

/// The versions that `If-Match` names, where it is there: programs of the release before send none.
fn named_versions(headers: &HeaderMap) -> Result<Option<Vec<i64>>, Problem> {
    headers.contains_key(IF_MATCH).then(|| versions(headers, None)).transpose()
}

/// The fields of a refusal as a program wrote them: `0/methods/1/name` of zones is `zones[0].methods[1].name`.
fn named(place: &'static str) -> impl Fn(Refusal) -> Problem {
    move |refusal| Problem::from(refusal).with_fields_named(|field| json_path(place, field))
}

fn json_path(place: &str, field: &str) -> String {
    let parts = field.split('/').filter(|part| !part.is_empty());
    parts.fold(place.to_owned(), |path, part| match part.parse::<u32>() {
        Ok(number) => format!("{path}[{number}]"),
        Err(_) if path.is_empty() => part.to_owned(),
        Err(_) => format!("{path}.{part}"),
    })
}

/// Whatever the core refuses, with fields as a program wrote them.
fn named_error(place: &'static str) -> impl Fn(shop::usecase::Error) -> Problem {
    move |error| match error {
        shop::usecase::Error::Refused(refusal) => named(place)(refusal),
        other => other.into(),
    }
}

/// Read the shipping zones
///
/// Staff only.
#[utoipa::path(
    get, path = "/shipping-zones", operation_id = "read_shipping_zones", tag = "Settings", security(("session" = ["staff"])),
    responses((status = OK, body = ShippingZones, headers(("ETag" = String))))
)]
async fn read_zones(caller: Caller) -> Result<Tagged<ShippingZones>, Problem> {
    caller.staff::<May<permit::Checkout>>().await?;
    let rules = caller.shop().pricing_rules().await?;
    Ok((version_headers(rules.versions.shipping), Json(ShippingZones::of(&rules.zones))))
}

/// Replace all shipping zones
///
/// What is left out is gone; carts that chose it are asked again. The change names the version it was made on. Staff only.
#[utoipa::path(
    put, path = "/shipping-zones", operation_id = "replace_shipping_zones", tag = "Settings", request_body = ShippingZones, security(("session" = ["staff"])),
    params(("If-Match" = Option<String>, Header, description = "The ETag that was read", example = "\"3\"")),
    responses(
        (status = OK, body = ShippingZones, headers(("ETag" = String))),
        (status = PRECONDITION_FAILED, description = "stale-version"),
        (status = PRECONDITION_REQUIRED, description = "version-required"),
    )
)]
async fn replace_zones(
    caller: Caller,
    headers: HeaderMap,
    Input(input): Input<ShippingZones>,
) -> Result<Tagged<ShippingZones>, Problem> {
    let staff = caller.staff().await?;
    let versions = versions(&headers, None)?;
    let zones = input.read(currency(&caller)).map_err(named("zones"))?;
    let shop = caller.site.shop.clone();
    let replaced = caller.tracked(async move { shop.replace_shipping_zones(staff, &versions, zones).await });
    let (zones, version) = replaced.await.map_err(named_error("zones"))?;
    Ok((version_headers(version), Json(ShippingZones::of(&zones))))
}

/// Read the tax rates
///
/// Staff only.
#[utoipa::path(
    get, path = "/tax-rates", operation_id = "read_tax_rates", tag = "Settings", security(("session" = ["staff"])),
    responses((status = OK, body = TaxRates, headers(("ETag" = String))))
)]
async fn read_rates(caller: Caller) -> Result<Tagged<TaxRates>, Problem> {
    caller.staff::<May<permit::Checkout>>().await?;
    let rules = caller.shop().pricing_rules().await?;
    Ok((version_headers(rules.versions.tax), Json(TaxRates::of(&rules.tax))))
}

/// Replace all tax rates
///
/// Orders that were placed keep theirs. The change names the version it was made on. Staff only.
#[utoipa::path(
    put, path = "/tax-rates", operation_id = "replace_tax_rates", tag = "Settings", request_body = TaxRates, security(("session" = ["staff"])),
    params(("If-Match" = Option<String>, Header, description = "The ETag that was read", example = "\"3\"")),
    responses(
        (status = OK, body = TaxRates, headers(("ETag" = String))),
        (status = PRECONDITION_FAILED, description = "stale-version"),
        (status = PRECONDITION_REQUIRED, description = "version-required"),
    )
)]
async fn replace_rates(
    caller: Caller,
    headers: HeaderMap,
    Input(input): Input<TaxRates>,
) -> Result<Tagged<TaxRates>, Problem> {
    let staff = caller.staff().await?;
    let versions = versions(&headers, None)?;
    let rules = input.read().map_err(named(""))?;
    let shop = caller.site.shop.clone();
    let replaced = caller.tracked(async move { shop.replace_tax_rules(staff, &versions, rules).await });
    let (rules, version) = replaced.await.map_err(named_error(""))?;
    Ok((version_headers(version), Json(TaxRates::of(&rules))))
}

/// List promotions
///
/// The ETag is the version of them all. Staff only.
#[utoipa::path(
    get, path = "/promotions", operation_id = "list_promotions", tag = "Settings", params(Paging), security(("session" = ["staff"])),
    responses((status = OK, body = List<Promotion>, headers(("ETag" = String))))
)]
async fn list_promotions(
    caller: Caller,
    Filters(filters): Filters<Paging>,
) -> Result<Tagged<List<Promotion>>, Problem> {
    let staff = caller.staff().await?;
    let (page, per_page) = filters.read()?;
    // Read before them: whoever names it names nothing that they have not seen.
    let version = caller.shop().pricing_rules().await?.versions.promotions;
    let all = caller.shop().promotions(staff).await?;
    let total = u32::try_from(all.len()).unwrap_or(u32::MAX);
    let skipped = usize::try_from(u64::from(page - 1).saturating_mul(per_page.into())).unwrap_or(usize::MAX);
    let items = all.into_iter().skip(skipped).take(per_page as usize).map(Into::into).collect();
    Ok((version_headers(version), Json(List { items, page, per_page, total, total_is_exact: true })))
}

/// Make a promotion
///
/// Staff only.
#[utoipa::path(
    post, path = "/promotions", operation_id = "create_promotion", tag = "Settings", request_body = NewPromotion, security(("session" = ["staff"])),
    responses((status = CREATED, body = Promotion, headers(("Location" = String))))
)]
async fn create_promotion(
    caller: Caller,
    Input(input): Input<NewPromotion>,
) -> Result<(StatusCode, [(HeaderName, String); 1], Json<Promotion>), Problem> {
    let staff = caller.staff().await?;
    let promotion = input.read(uuid::Uuid::nil(), currency(&caller))?;
    let shop = caller.site.shop.clone();
    let made: Promotion = caller.tracked(async move { shop.create_promotion(staff, promotion).await }).await?.into();
    let address = format!("/api/v1/promotions/{}", made.id);
    Ok((StatusCode::CREATED, [(LOCATION, address)], Json(made)))
}

/// Change a promotion
///
/// Uses that were counted stay counted. Where `If-Match` names a version, nobody else may have changed any since. Staff only.
#[utoipa::path(
    put, path = "/promotions/{id}", operation_id = "update_promotion", tag = "Settings", request_body = NewPromotion, security(("session" = ["staff"])),
    params(("id" = uuid::Uuid, Path), ("If-Match" = Option<String>, Header, description = "The ETag of the list", example = "\"3\"")),
    responses(
        (status = OK, body = Promotion, headers(("ETag" = String))),
        (status = PRECONDITION_FAILED, description = "stale-version"),
    )
)]
async fn update_promotion(
    caller: Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    Input(input): Input<NewPromotion>,
) -> Result<Tagged<Promotion>, Problem> {
    let staff = caller.staff().await?;
    let versions = named_versions(&headers)?;
    let id: PromotionId = id.parse()?;
    let promotion = input.read(id.0, currency(&caller))?;
    let shop = caller.site.shop.clone();
    let changed = caller.tracked(async move { shop.update_promotion(staff, versions.as_deref(), promotion).await });
    let (promotion, version) = changed.await?;
    Ok((version_headers(version), Json(promotion.into())))
}

/// Take a promotion away
///
/// Orders that used it keep their discount. Staff only.
#[utoipa::path(
    delete, path = "/promotions/{id}", operation_id = "delete_promotion", tag = "Settings", security(("session" = ["staff"])),
    params(("id" = uuid::Uuid, Path), ("If-Match" = Option<String>, Header, description = "The ETag of the list", example = "\"3\"")),
    responses((status = NO_CONTENT), (status = PRECONDITION_FAILED, description = "stale-version"))
)]
async fn delete_promotion(caller: Caller, Path(id): Path<String>, headers: HeaderMap) -> Result<StatusCode, Problem> {
    let staff = caller.staff().await?;
    let versions = named_versions(&headers)?;
    let (id, shop) = (id.parse()?, caller.site.shop.clone());
    caller.tracked(async move { shop.delete_promotion(staff, versions.as_deref(), id).await }).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_named_as_a_program_wrote_them() {
        for (place, field, path) in [
            ("zones", "0/methods/12/price", "zones[0].methods[12].price"),
            ("", "rates/3/country", "rates[3].country"),
            ("", "seller_country", "seller_country"),
            ("zones", "zones", "zones.zones"),
        ] {
            assert_eq!(json_path(place, field), path);
        }
    }
}
