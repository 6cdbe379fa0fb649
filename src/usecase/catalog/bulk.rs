//! Many products changed at once: their prices by a percentage or an amount, their status, their category. First all that
//! would change is shown, with the versions that were read; then all of it is done, or nothing.

use serde_json::json;

use crate::domain::{
    FieldReader, Fields, May, Percent, PriceChange, PriceFlaw, Problem, ProductId, ProductStatus, Refusal, Slug,
    differing, permit,
};
use crate::dto::{BulkEditView, BulkProduct, BulkQuery, BulkRow, BulkVariant, ProductAfter, ProductQuery};

use super::super::audit::Change;
use super::super::shop::retried;
use super::super::{Result, Shop, Store, Tx};
use super::edit::require_category;
use super::products::MAX_PRICE;
use super::writing::{ProductEdits, ProductRewrite};

/// What is to be done to each product.
#[derive(Debug, Clone)]
struct ProductsChange {
    price: Option<PriceChange>,
    status: Option<ProductStatus>,
    /// The inner none: in no category.
    category: Option<Option<Slug>>,
}

impl<S: Store> Shop<S> {
    /// The products that are chosen, and what a change makes of them, if one is typed that can be done.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn bulk_editor(&self, by: May<permit::Products>, query: BulkQuery) -> Result<BulkEditView> {
        let query = match self.kept_form(by.into(), &query.kept).await? {
            Some(kept) => of_kept(kept),
            None => query,
        };
        let ids = match query.all {
            true => self.store().products_of(&query.filter, BulkQuery::MOST.saturating_add(1)).await?,
            false => query.chosen.clone(),
        };
        // Counted first: what is too much is not read.
        let too_many =
            ids.len() > BulkQuery::MOST || self.store().choices_of(&ids).await? as usize > BulkQuery::MOST_VARIANTS;
        let (products, categories) = match too_many {
            true => (Vec::new(), self.store().category_choices().await?),
            false => self.store().bulk_products(&ids).await?,
        };
        let (change, problem) = match self.read_change(&query.edit) {
            Ok(change) => (change, None),
            Err(refusal) => (None, Some(refusal)),
        };
        let row = |product: BulkProduct| {
            let after = change.as_ref().map(|change| change.after(&product));
            BulkRow { product, after }
        };
        let rows = products.into_iter().map(row).collect();
        Ok(BulkEditView { query, rows, categories, too_many, problem })
    }

    /// Changes all products that were looked at, if each still has the version it had then: `versions` and the fields of
    /// `BulkQuery::EDIT`. Prices before, which are crossed out, stay as they are. Answers how many became others.
    ///
    /// # Errors
    /// `Invalid`, also with `versions` for more than are changed at once; `ChangedMeanwhile` with the names of those that
    /// somebody else changed; `BadAmount` where a price would be below zero or too high. Then nothing is changed.
    pub async fn change_products(&self, by: May<permit::Products>, fields: &Fields) -> Result<u32> {
        let change = self.read_change(fields)?.ok_or_else(|| Refusal::field("price", Problem::Required))?;
        let versions = BulkEditView::read_versions(fields.get("versions").map_or("", String::as_str));
        if versions.is_empty() {
            return Err(Refusal::field("versions", Problem::Required).into());
        }
        if versions.len() > BulkQuery::MOST {
            return Err(too_many(BulkQuery::MOST).into());
        }
        retried(|| self.change_products_once(by, &versions, &change)).await
    }

    async fn change_products_once(
        &self,
        by: May<permit::Products>,
        versions: &[(ProductId, i64)],
        change: &ProductsChange,
    ) -> Result<u32> {
        let mut tx = self.store().begin().await?;
        let ids: Vec<_> = versions.iter().map(|(id, _)| *id).collect();
        let products = tx.lock_bulk_products(&ids).await?;
        let is_as_read = |product: &&BulkProduct| versions.contains(&(product.id, product.version));
        let overtaken = products.iter().filter(|product| !is_as_read(product));
        let names: Vec<_> = overtaken.map(|product| product.name.clone()).collect();
        if !names.is_empty() {
            return Err(Refusal::ChangedMeanwhile { names }.into());
        }
        if products.is_empty() {
            return Err(Refusal::NotFound.into());
        }
        if products.iter().map(|product| product.variants.len()).sum::<usize>() > BulkQuery::MOST_VARIANTS {
            return Err(too_many(BulkQuery::MOST_VARIANTS).into());
        }
        require_category(&mut tx, change.category.as_ref().and_then(Option::as_ref)).await?;
        let (mut rewrites, mut said) = (Vec::new(), Vec::new());
        for product in products {
            let row = BulkRow { after: Some(change.after(&product)), product };
            if row.is_flawed() {
                return Err(Refusal::BadAmount.into());
            }
            if let Some(rewrite) = rewrite(&row).filter(|_| row.changes()) {
                said.push(audit_change(&row.product, &rewrite));
                rewrites.push(rewrite);
            }
        }
        if rewrites.is_empty() {
            return Ok(0);
        }
        tx.rewrite_products(&rewrites).await?;
        self.record_all(&mut tx, by, said).await?;
        tx.commit().await?;
        Ok(u32::try_from(rewrites.len()).unwrap_or(u32::MAX))
    }

    /// None: nothing is to be changed.
    fn read_change(&self, fields: &Fields) -> std::result::Result<Option<ProductsChange>, Refusal> {
        let text = |name: &str| fields.get(name).map(|text| text.trim()).unwrap_or_default();
        let mut reader = FieldReader::default();
        let price = self.read_price_change(&mut reader, text("price"), text("value"));
        let status = match text("to_status") {
            "" => Ok(None),
            text => ProductStatus::parse(text).map(Some).ok_or(Problem::NotAChoice),
        };
        let status = reader.read("to_status", status);
        let category = match text("to_category") {
            "" => Ok(None),
            BulkQuery::NO_CATEGORY => Ok(Some(None)),
            slug => Slug::parse(slug).map(|slug| Some(Some(slug))).map_err(|_| Problem::NotAChoice),
        };
        let category = reader.read("to_category", category);
        let change = (|| Some(ProductsChange { price: price?, status: status?, category: category? }))();
        let change = reader.finish(change)?;
        let is_nothing = change.price.is_none() && change.status.is_none() && change.category.is_none();
        Ok((!is_nothing).then_some(change))
    }

    /// The inner none: prices stay as they are.
    fn read_price_change(&self, reader: &mut FieldReader, how: &str, value: &str) -> Option<Option<PriceChange>> {
        let required = |value: &str| if value.is_empty() { Err(Problem::Required) } else { Ok(()) };
        let percent = || required(value).and_then(|()| value.parse::<Percent>());
        let amount = || required(value).and_then(|()| self.price(value));
        let (field, change) = match how {
            "" => ("price", Ok(None)),
            "raise_percent" => ("value", percent().map(|by| Some(PriceChange::RaiseByPercent(by)))),
            "lower_percent" => ("value", percent().map(|by| Some(PriceChange::LowerByPercent(by)))),
            "raise_amount" => ("value", amount().map(|by| Some(PriceChange::RaiseByAmount(by)))),
            "lower_amount" => ("value", amount().map(|by| Some(PriceChange::LowerByAmount(by)))),
            _ => ("price", Err(Problem::NotAChoice)),
        };
        reader.read(field, change)
    }
}

impl ProductsChange {
    fn after(&self, product: &BulkProduct) -> ProductAfter {
        let price = |variant: &BulkVariant| match self.price {
            Some(change) => change.apply(variant.price, MAX_PRICE),
            None => Ok::<_, PriceFlaw>(variant.price),
        };
        ProductAfter {
            status: self.status.unwrap_or(product.status),
            category: match &self.category {
                Some(category) => category.as_ref().map(|slug| slug.as_str().to_owned()),
                None => product.category.clone(),
            },
            prices: product.variants.iter().map(price).collect(),
        }
    }
}

/// A change that was refused: the same filter, or the products whose versions were read.
fn of_kept(mut kept: Fields) -> BulkQuery {
    let mut taken = |name: &str| kept.remove(name).filter(|value| !value.is_empty());
    let all = taken("all").is_some_and(|all| all == "yes");
    let filter = ProductQuery {
        q: taken("q"),
        status: taken("status").as_deref().and_then(ProductStatus::parse),
        category: taken("category"),
        ..ProductQuery::default()
    };
    let versions = BulkEditView::read_versions(&taken("versions").unwrap_or_default());
    let chosen = versions.into_iter().map(|(id, _)| id).filter(|_| !all).collect();
    kept.retain(|name, _| BulkQuery::EDIT.contains(&name.as_str()));
    BulkQuery { all, filter, chosen, edit: kept, kept: String::new() }
}

fn too_many(most: usize) -> Refusal {
    Refusal::field("versions", Problem::TooMany { max: u32::try_from(most).unwrap_or(u32::MAX) })
}

/// None where a price cannot be changed so.
fn rewrite(row: &BulkRow) -> Option<ProductRewrite> {
    let (product, after) = (&row.product, row.after.as_ref()?);
    let mut prices = Vec::new();
    for (variant, price) in product.variants.iter().zip(&after.prices) {
        let price = (*price).ok()?;
        if price != variant.price {
            prices.push((variant.id, price));
        }
    }
    Some(ProductRewrite { id: product.id, status: after.status, category: after.category.clone(), prices })
}

/// What the audit log says of it: what differs, by the names of the editor's fields.
fn audit_change(product: &BulkProduct, now: &ProductRewrite) -> Change {
    let own = |status: ProductStatus, category: &Option<String>| {
        Fields::from([
            ("status".to_owned(), status.to_string()),
            ("category".to_owned(), category.clone().unwrap_or_default()),
        ])
    };
    let (before, after) = (own(product.status, &product.category), own(now.status, &now.category));
    let (mut before, mut after) = differing(&before, &after);
    for (id, price) in &now.prices {
        let was = product.variants.iter().find(|variant| variant.id == *id).map(|variant| variant.price);
        let field = format!("v{id}-price");
        before.extend(was.map(|was| (field.clone(), was.amount().to_string())));
        after.insert(field, price.amount().to_string());
    }
    Change::of("product.changed", "product", product.id).before(json!(before)).after(json!(after))
}
