//! Which pages are looked at in both shops. Their words and options are those of `sql/populate`.

use anyhow::{Context as _, Result, ensure};
use http::{Method, StatusCode};
use serde_json::Value;

use crate::client::Client;
use crate::stage::Stage;

/// So many products and categories are looked at in turn.
const OF_EACH: i32 = 40;

/// Each as `bench/limits.toml` spells it, with its addresses; `PRODUCT` and `CATEGORY` are some of each, one after the other.
pub const KINDS: [(&str, &[&str]); 14] = [
    ("product", &["/products/PRODUCT"]),
    // What it may be narrowed by is told by pages; the API does without.
    ("listing-without-facets", &["/api/v1/products?per_page=24&category=CATEGORY"]),
    ("listing", &["/products?category=CATEGORY"]),
    ("listing-of-everything", &["/products"]),
    ("listing-above-a-price", &["/products?category=CATEGORY&min_price=40"]),
    ("listing-of-an-option", &["/products?option.Colour=Moss", "/products?option.Size=Small&option.Colour=Ink"]),
    ("listing-of-a-rare-option", &["/products?option.Colour=Vermilion"]),
    (
        "listing-with-all-filters",
        &[
            "/products?category=CATEGORY&option.Colour=Moss&min_price=40&in_stock=true",
            "/products?category=CATEGORY&option.Colour=Ink&option.Size=Small&min_price=60&max_price=70&in_stock=true",
        ],
    ),
    ("listing-by-price", &["/products?category=CATEGORY&sort=price_up"]),
    // Half of all have it, and a twentieth; seven have the rare one, of however many.
    ("search-common", &["/products?q=handmade", "/products?q=stoneware"]),
    ("search-rare", &["/products?q=quendelburg"]),
    ("search-typo", &["/products?q=stonware+mgu", "/products?q=quendlburg"]),
    ("search-nothing", &["/products?q=zzyzx"]),
    (
        "suggestions",
        &[
            "/search/suggestions?q=h",
            "/search/suggestions?q=st",
            "/search/suggestions?q=sto",
            "/search/suggestions?q=lin",
            "/search/suggestions?q=oak+b",
            "/search/suggestions?q=quend",
            "/search/suggestions?q=stonw",
        ],
    ),
];

/// Of each kind, in their order.
pub async fn addresses(stage: &Stage) -> Result<Vec<Vec<String>>> {
    let mut connection = stage.connection().await?;
    let products: Vec<String> =
        sqlx::query_scalar("select slug from products where slug ~ '-c[0-9]{7}$' order by md5(slug) limit $1")
            .bind(OF_EACH)
            .fetch_all(&mut *connection)
            .await?;
    let categories: Vec<String> = sqlx::query_scalar(
        "select slug from categories where slug like 'all-%' and cardinality(path) = 2 order by position limit $1",
    )
    .bind(OF_EACH)
    .fetch_all(&mut *connection)
    .await?;
    Ok(KINDS.iter().map(|(_, templates)| written(templates, &products, &categories)).collect())
}

fn written(templates: &[&str], products: &[String], categories: &[String]) -> Vec<String> {
    let each = |template: &&str| -> Vec<String> {
        let mark =
            [("PRODUCT", products), ("CATEGORY", categories)].into_iter().find(|(mark, _)| template.contains(mark));
        match mark {
            Some((mark, slugs)) => slugs.iter().map(|slug| template.replace(mark, slug)).collect(),
            None => vec![(*template).to_owned()],
        }
    };
    templates.iter().flat_map(each).collect()
}

/// What a page is `after`, found by walking there.
pub async fn cursor_of(stage: &Stage, page: u32) -> Result<String> {
    let mut client = Client::new(stage.shop.address);
    let mut address = "/api/v1/products?per_page=24".to_owned();
    let mut after = None;
    for number in 2..=page {
        let answer = client.send(Method::GET, &address, "application/json", None).await?;
        ensure!(answer.status == StatusCode::OK, "{address}: {} {}", answer.status, answer.body);
        let found: Value = serde_json::from_str(&answer.body)?;
        let next = found.get("next").and_then(Value::as_str).with_context(|| format!("there is no page {number}"))?;
        address = format!("/api/v1/products?per_page=24&after={next}");
        after = Some(next.to_owned());
    }
    after.context("the first page has no cursor")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_of_page_has_an_address_for_each_product_or_category() {
        let (products, categories) = (["a".to_owned(), "b".to_owned()], ["c".to_owned()]);
        let found = |templates: &[&str]| written(templates, &products, &categories);
        assert_eq!(found(&["/products/PRODUCT", "/"]), ["/products/a", "/products/b", "/"]);
        assert_eq!(found(&["/products?category=CATEGORY&min_price=4"]), ["/products?category=c&min_price=4"]);
    }
}
