//! Keeping products: staff make, change and withdraw them, one at a time. Shoppers and programs look them up.
//!
//! A withdrawn product is archived, never deleted: orders and the stock ledger tell of it for ever.

use std::collections::BTreeSet;
use std::future::Future;

use serde_json::json;

use crate::domain::{
    Currency, FieldReader, MAX_STOCK, MAX_VENDOR, May, Money, Problem, ProductId, ProductStatus, Refusal, Sku, Slug,
    TaxClass, VariantId, clean_line, differing, parse_tags, permit,
};
use crate::dto::{ListingQuery, Page, ProductForm, ProductRecord};

use super::super::audit::Change;
use super::super::shop::retried;
use super::super::{Inventory, Result, Shop, Store, Tx};
use super::reading::{overtaken, paragraphs};
use super::writing::{NewProduct, NewVariant, ProductEdits, ProductFacts};
use super::{CurrencyLock, Place};

/// No price is higher, in whole units: the dearest cart there can be still has a total.
pub(super) const MAX_PRICE: u32 = 1_000_000;

/// How a product is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProductKey {
    Id(ProductId),
    Slug(Slug),
}

/// What a form says of a product, read. `None` for category, sku, vendor and tags: as they are.
#[derive(Debug, Clone)]
pub struct ProductChange {
    pub name: String,
    pub description: Option<String>,
    pub price: Money,
    /// The opening stock of a new product; of an old one, what its stock is believed to be.
    pub stock: Option<u32>,
    pub category: Option<Slug>,
    pub sku: Option<Sku>,
    pub vendor: Option<String>,
    pub tags: Option<Vec<String>>,
}

/// How a variant is named by who puts it into a cart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VariantChoice {
    Id(VariantId),
    /// A product; the variant may be left out where there is only one.
    OfProduct(ProductId, Option<VariantId>),
    /// A product, and a value of each of its options.
    Options(Slug, Vec<String>),
}

pub trait ProductViews {
    /// The products that the query's filters let through; a page beyond the last is empty, and so is one beyond those that
    /// are counted.
    fn product_page(
        &self,
        query: &ListingQuery,
        place: &Place,
        per_page: u32,
    ) -> impl Future<Output = Result<Page<ProductRecord>>> + Send;

    /// The product, if it is for sale.
    fn product_record(&self, key: &ProductKey) -> impl Future<Output = Result<Option<ProductRecord>>> + Send;

    /// Id and slug of the products with one of these, for sale or not.
    fn products_named(
        &self,
        ids: &[ProductId],
        slugs: &[Slug],
    ) -> impl Future<Output = Result<Vec<(ProductId, Slug)>>> + Send;

    /// The variants of a product, for sale or not, without those that are retired; none where there is no such product.
    fn variants_of(&self, product: ProductId) -> impl Future<Output = Result<Vec<VariantId>>> + Send;

    /// The variant with these options of a product for sale: none where it has no such, and none at all where there is no
    /// such product.
    fn variant_with(
        &self,
        product: &Slug,
        options: &[String],
    ) -> impl Future<Output = Result<Option<Option<VariantId>>>> + Send;
}

pub trait Products {
    /// The slugs in use that begin like this one, those that products had before among them.
    fn slugs_like(&mut self, slug: &Slug) -> impl Future<Output = Result<BTreeSet<String>>> + Send;

    fn has_category(&mut self, slug: &Slug) -> impl Future<Output = Result<bool>> + Send;

    /// The version of a product for sale, its row locked. Whoever writes a product's variants holds this lock.
    fn lock_product(&mut self, product: ProductId) -> impl Future<Output = Result<Option<i64>>> + Send;

    /// The variants of a product for sale, in shelf order; none where there is no such product.
    fn variants_for_sale(&mut self, product: ProductId) -> impl Future<Output = Result<Vec<VariantId>>> + Send;

    /// The same of one that is kept: for sale, or not yet; also those that are retired, if asked for.
    fn variants_kept(
        &mut self,
        product: ProductId,
        with_retired: bool,
    ) -> impl Future<Output = Result<Vec<VariantId>>> + Send;

    /// With its stock.
    ///
    /// # Errors
    /// `SlugTaken`, `SkuTaken`.
    fn insert_product(&mut self, product: &NewProduct) -> impl Future<Output = Result<()>> + Send;

    /// Writes the next version.
    ///
    /// # Errors
    /// `SkuTaken`.
    fn update_product(
        &mut self,
        product: ProductId,
        variant: VariantId,
        change: &ProductChange,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Whether there was such a product for sale.
    fn archive_product(&mut self, product: ProductId) -> impl Future<Output = Result<bool>> + Send;
}

impl<S: Store> Shop<S> {
    /// A page of the products that the query lets through. Behind a cursor, each that is there all the while is told once,
    /// whatever comes or goes meanwhile.
    ///
    /// # Errors
    /// `Invalid`: `after` is no cursor of this list; `page` is beyond the 1,000 that pages reach, and there are more.
    pub async fn products(&self, query: &ListingQuery, per_page: u32) -> Result<Page<ProductRecord>> {
        let place = Place::of(query)?;
        let page = self.products_at(query, &place, per_page).await?;
        let reach = ListingQuery::MOST_COUNTED.div_ceil(per_page.max(1));
        if !page.total_is_exact && matches!(place, Place::Page(page) if page > reach) {
            return Err(Refusal::field("page", Problem::OutOfRange { min: 1, max: reach }).into());
        }
        Ok(page)
    }

    async fn products_at(&self, query: &ListingQuery, place: &Place, per_page: u32) -> Result<Page<ProductRecord>> {
        let page = self.shown(|store| store.product_page(query, place, per_page)).await?;
        match query.category.as_deref().filter(|_| page.total == 0) {
            Some(asked) => match self.renamed_category(asked).await? {
                Some(now) => {
                    let query = ListingQuery { category: Some(now.to_string()), ..query.clone() };
                    self.shown(|store| store.product_page(&query, place, per_page)).await
                }
                None => Ok(page),
            },
            None => Ok(page),
        }
    }

    /// Also by a slug that it had before.
    ///
    /// # Errors
    /// `NotFound` when there is no such product for sale.
    pub async fn product_by_key(&self, key: &ProductKey) -> Result<ProductRecord> {
        self.shown(|store| store.product_record(key)).await?.ok_or_else(|| Refusal::NotFound.into())
    }

    /// Id and slug of the products with one of these, for sale or not.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn products_named(&self, ids: &[ProductId], slugs: &[Slug]) -> Result<Vec<(ProductId, Slug)>> {
        if ids.is_empty() && slugs.is_empty() { Ok(Vec::new()) } else { self.store().products_named(ids, slugs).await }
    }

    /// The variant that was named.
    ///
    /// # Errors
    /// `NotFound` for an unknown product, `Invalid` (variant_id) for a variant that is not its, or none where there are
    /// several.
    pub async fn choose_variant(&self, choice: &VariantChoice) -> Result<VariantId> {
        match choice {
            VariantChoice::Id(variant) => Ok(*variant),
            VariantChoice::OfProduct(product, variant) => {
                Ok(choose_among(&self.store().variants_of(*product).await?, *variant, "variant_id")?)
            }
            VariantChoice::Options(product, options) => {
                let chosen = self.store().variant_with(product, options).await?.ok_or(Refusal::NotFound)?;
                chosen.ok_or_else(|| Refusal::field("variant_id", Problem::NotAChoice).into())
            }
        }
    }

    /// # Errors
    /// `Invalid`, `SkuTaken`.
    pub async fn create_product(&self, by: May<permit::Products>, form: &ProductForm) -> Result<ProductRecord> {
        let change = self.read_product(form)?;
        let stock = change.stock.ok_or_else(|| Refusal::field("stock", Problem::Required))?;
        let id = ProductId(self.next_id());
        retried(|| self.create_once(by, id, &change, stock)).await?;
        self.product_by_key(&ProductKey::Id(id)).await
    }

    async fn create_once(
        &self,
        by: May<permit::Products>,
        id: ProductId,
        change: &ProductChange,
        opening_stock: u32,
    ) -> Result<()> {
        let mut tx = self.store().begin().await?;
        // Its lock makes one product at a time: no two of them see the same slug free.
        self.hold_currency(&mut tx, CurrencyLock::Alone).await?;
        require_category(&mut tx, change).await?;
        let suggested = Slug::of_name(&change.name);
        let slug = suggested.clone().free_among(&tx.slugs_like(&suggested).await?);
        let sku = change.sku.clone().unwrap_or_else(|| Sku::of_product(&slug, id));
        let said =
            json!({ "slug": slug, "name": change.name, "sku": sku, "price": change.price, "stock": opening_stock });
        let variant = NewVariant {
            id: VariantId(self.next_id()),
            sku,
            options: Vec::new(),
            price: change.price,
            compare_at_price: None,
            cost: None,
            weight_grams: 0,
            needs_shipping: true,
            stock: opening_stock,
        };
        let product = NewProduct {
            id,
            slug,
            name: change.name.clone(),
            description: change.description.clone(),
            category: change.category.clone(),
            status: ProductStatus::Active,
            tax_class: TaxClass::default(),
            facts: ProductFacts {
                vendor: change.vendor.clone().unwrap_or_default(),
                tags: change.tags.clone().unwrap_or_default(),
                ..ProductFacts::default()
            },
            options: Vec::new(),
            variants: vec![variant],
            publish_at: None,
            created_at: self.now(),
        };
        tx.insert_product(&product).await.map_err(overtaken)?;
        self.record(&mut tx, by, Change::of("product.created", "product", id).after(said)).await?;
        tx.commit().await
    }

    /// Changes a product of one variant, if it still is what the edit was made on: one of `versions`. Its slug stays, so
    /// that links to it hold, and so does its stock: a number that was read earlier would undo the sales since.
    ///
    /// # Errors
    /// `Invalid`, `NotFound`, `SeveralVariants`, `VersionMismatch`, `SkuTaken`.
    pub async fn update_product(
        &self,
        by: May<permit::Products>,
        id: ProductId,
        versions: &[i64],
        form: &ProductForm,
    ) -> Result<ProductRecord> {
        let change = self.read_product(form)?;
        retried(|| self.update_once(by, id, versions, &change)).await?;
        self.product_by_key(&ProductKey::Id(id)).await
    }

    async fn update_once(
        &self,
        by: May<permit::Products>,
        id: ProductId,
        versions: &[i64],
        change: &ProductChange,
    ) -> Result<()> {
        let mut tx = self.store().begin().await?;
        let current = tx.lock_product(id).await?.ok_or(Refusal::NotFound)?;
        let variants = tx.variants_for_sale(id).await?;
        let [variant] = *variants.as_slice() else { return Err(Refusal::SeveralVariants.into()) };
        if !versions.contains(&current) {
            return Err(Refusal::VersionMismatch { current }.into());
        }
        require_category(&mut tx, change).await?;
        if let Some(stock) = change.stock
            && stock != tx.stock_of(variant).await?
        {
            return Err(Refusal::field("stock", Problem::NotEditable).into());
        }
        let before = tx.lock_staff_product(id).await?.ok_or(Refusal::NotFound)?.fields();
        tx.update_product(id, variant, change).await?;
        let after = tx.lock_staff_product(id).await?.ok_or(Refusal::NotFound)?.fields();
        let (before, after) = differing(&before, &after);
        let change = Change::of("product.changed", "product", id).before(json!(before)).after(json!(after));
        self.record(&mut tx, by, change).await?;
        tx.commit().await
    }

    /// Takes a product out of the shop.
    ///
    /// # Errors
    /// `NotFound` for what is not for sale.
    pub async fn withdraw_product(&self, by: May<permit::Products>, id: ProductId) -> Result<()> {
        retried(|| async {
            let mut tx = self.store().begin().await?;
            if !tx.archive_product(id).await? {
                return Err(Refusal::NotFound.into());
            }
            let change = Change::of("product.withdrawn", "product", id).before(json!({ "status": "active" }));
            self.record(&mut tx, by, change.after(json!({ "status": "archived" }))).await?;
            tx.commit().await
        })
        .await
    }

    fn read_product(&self, form: &ProductForm) -> Result<ProductChange> {
        let mut fields = FieldReader::default();
        let name = fields.required("name", &form.name, 120);
        let description = fields.read("description", form.description.as_deref().map(paragraphs).transpose());
        let price = fields.read("price", self.price(&form.price));
        let within = |n: i64| u32::try_from(n).ok().filter(|n| *n <= MAX_STOCK);
        let stock = form.stock.map(|n| within(n).ok_or(Problem::OutOfRange { min: 0, max: MAX_STOCK }));
        let stock = fields.read("stock", stock.transpose());
        let category = form.category.as_deref().map(|c| Slug::parse(c).map_err(|_| Problem::NotAChoice));
        let category = fields.read("category", category.transpose());
        let sku = form.sku.as_deref().map(|sku| Sku::parse(&sku.to_ascii_uppercase()));
        let sku = fields.read("sku", sku.transpose());
        let vendor = form.vendor.as_deref().map(|vendor| clean_line(vendor, MAX_VENDOR));
        let vendor = fields.read("vendor", vendor.transpose());
        let tags = form.tags.as_deref().map(|tags| parse_tags(&tags.join(",")));
        let tags = fields.read("tags", tags.transpose());
        Ok(fields.finish((|| {
            Some(ProductChange {
                name: name?,
                description: description?.filter(|d| !d.is_empty()),
                price: price?,
                stock: stock?,
                category: category?,
                sku: sku?,
                vendor: vendor?,
                tags: tags?,
            })
        })())?)
    }

    pub(super) fn price(&self, text: &str) -> std::result::Result<Money, Problem> {
        parse_price(text, self.currency())
    }
}

/// A price as people and files write it.
pub(in super::super) fn parse_price(text: &str, currency: Currency) -> std::result::Result<Money, Problem> {
    let not_an_amount = |_| Problem::NotAnAmount { decimals: currency.decimals() };
    let price = Money::parse(text, currency).map_err(not_an_amount)?;
    if price.amount() > MAX_PRICE.into() { Err(Problem::TooMuch { max: MAX_PRICE }) } else { Ok(price) }
}

/// The variant named, or the only one, among those of a product.
pub(in super::super) fn choose_among(
    variants: &[VariantId],
    named: Option<VariantId>,
    field: &str,
) -> std::result::Result<VariantId, Refusal> {
    match (variants, named) {
        ([], _) => Err(Refusal::NotFound),
        (all, Some(variant)) if all.contains(&variant) => Ok(variant),
        (_, Some(_)) => Err(Refusal::field(field, Problem::NotAChoice)),
        ([only], None) => Ok(*only),
        (_, None) => Err(Refusal::field(field, Problem::Required)),
    }
}

async fn require_category<T: Tx>(tx: &mut T, change: &ProductChange) -> Result<()> {
    match &change.category {
        Some(slug) if !tx.has_category(slug).await? => Err(Refusal::field("category", Problem::NotAChoice).into()),
        _ => Ok(()),
    }
}
