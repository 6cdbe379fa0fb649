//! The catalogue: what shoppers see of it, and how a file of products becomes one.

mod bought_together;
mod bulk;
mod categories;
mod count_sheet;
mod cursor;
mod edit;
mod facet_sets;
mod facets;
mod feed;
mod listing;
mod options;
mod products;
mod publish;
mod reading;
mod recent;
mod recent_catalog;
mod search;
mod sitemap;
mod sold;
mod stock;
mod suggest;
mod synonyms;
mod writing;

use std::collections::BTreeSet;
use std::future::Future;

use serde::{Deserialize, Serialize};

use crate::domain::{Currency, Money, ProductId, Refusal, Sku, Slug, TaxClass, VariantId};
use crate::dto::{HomeView, Image, ListingQuery, ListingView, ProductView};

use super::shop::retried;
use super::{Error, Result, Shop, Store, Tx};

pub use bought_together::BoughtTogether;
pub use categories::{CategoryEdits, CategoryViews};
pub use cursor::{Cursor, CursorKey, KeyKind, Place, search_cursor};
pub use facet_sets::{FACETED_PRODUCTS, FacetSets, FacetViews, FacetedSet, MOST_TAGS, TagCount, ValueCount};
pub use listing::{CategoryCounts, Listed};
pub use options::OptionsSaved;
pub use products::{ProductChange, ProductKey, ProductViews, Products, VariantChoice};
pub(super) use products::{choose_among, parse_price};
pub(super) use reading::{MAX_DESCRIPTION, paragraphs};
pub(super) use recent_catalog::RecentCatalog;
pub use search::{Search, SearchViews};
pub use sitemap::{SitemapPiece, SitemapPlace, SitemapViews};
pub use sold::SoldCounts;
pub use suggest::SuggestionViews;
pub use synonyms::Synonyms;
pub use writing::{
    NewProduct, NewVariant, OptionsWrite, ProductEdit, ProductEdits, ProductFacts, ProductRewrite, ShelfVariant,
    VariantEdit,
};

/// The heaviest variant: a tonne.
pub(super) const MAX_GRAMS: u32 = 1_000_000;

/// What pages show of the catalogue. One round trip each.
pub trait CatalogViews {
    fn home_view(&self) -> impl Future<Output = Result<HomeView>> + Send;

    /// The listing; a page beyond the last becomes the last. `search` is what is typed in `query`, read: all of its words, or words that begin so; what has the
    /// words themselves comes first, and what has them in its name.
    fn listing_view(
        &self,
        query: &ListingQuery,
        search: &Search,
        place: &Place,
        per_page: u32,
        counts: CategoryCounts,
    ) -> impl Future<Output = Result<ListingView>> + Send;

    fn product_view(&self, slug: &Slug) -> impl Future<Output = Result<Option<ProductView>>> + Send;

    /// What the product is called in addresses now that was called so before.
    fn product_now(&self, former: &Slug) -> impl Future<Output = Result<Option<Slug>>> + Send;
}

/// Writing the catalogue. Each call inserts what is new by its slug or sku and updates what is there. A variant that is
/// new is opened with its stock; that of one that is there already changes by movements, and a file knows of none.
pub trait Catalogs {
    /// The currency that the catalogue's prices are in, as it is now and without a lock; none where nobody has written it
    /// down.
    fn catalogue_currency(&mut self) -> impl Future<Output = Result<Option<CatalogueCurrency>>> + Send;

    /// The same, locked until the end of the transaction.
    fn lock_currency(&mut self, lock: CurrencyLock) -> impl Future<Output = Result<Currency>> + Send;

    /// Writes `ours` down where there is no product yet, and answers what it is now. Nobody else holds it meanwhile.
    fn claim_currency(&mut self, ours: Currency) -> impl Future<Output = Result<Currency>> + Send;

    /// Whether there is any category or product, for sale or not.
    fn has_catalogue(&mut self) -> impl Future<Output = Result<bool>> + Send;

    fn upsert_category(&mut self, position: i32, category: &CategoryEntry) -> impl Future<Output = Result<()>> + Send;

    /// Locks the products that have these slugs, or had them before, in the order of their ids.
    fn lock_products_of(&mut self, slugs: &[String]) -> impl Future<Output = Result<()>> + Send;

    /// Answers the id the product has: its old one where the slug was known. An edit that is under way is overtaken.
    fn upsert_product(
        &mut self,
        id: ProductId,
        position: i32,
        product: &ProductEntry,
    ) -> impl Future<Output = Result<ProductId>> + Send;

    /// Answers whether the variant is new.
    ///
    /// # Errors
    /// `SkuTaken` where another product has a variant of this sku.
    fn upsert_variant(
        &mut self,
        id: VariantId,
        product: ProductId,
        position: i32,
        variant: &VariantEntry,
        price: Money,
        compare_at_price: Option<Money>,
    ) -> impl Future<Output = Result<bool>> + Send;

    /// The first stock of a new variant, with its entry in the ledger.
    fn open_stock(&mut self, variant: VariantId, stock: u32) -> impl Future<Output = Result<()>> + Send;
}

/// The currency that the catalogue's prices are in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CatalogueCurrency {
    pub currency: Currency,
    /// There is a product, so it stays what it is: products are archived, never deleted.
    pub has_products: bool,
}

/// How whoever writes products keeps the currency from becoming another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CurrencyLock {
    /// Beside everybody else who writes products.
    Shared,
    /// Beside those who share it, and nobody else who asks for this.
    Alone,
}

/// A catalogue as a file has it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    pub categories: Vec<CategoryEntry>,
    pub products: Vec<ProductEntry>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CategoryEntry {
    pub slug: String,
    pub name: String,
    pub description: String,
    pub image: Option<ImageEntry>,
}

pub type ImageEntry = Image;

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProductEntry {
    pub slug: String,
    pub name: String,
    pub category: String,
    #[serde(default)]
    pub featured: bool,
    pub description: String,
    /// The names of the options, none for a product with one variant.
    #[serde(default)]
    pub options: Vec<String>,
    #[serde(default)]
    pub images: Vec<ImageEntry>,
    /// By which it is taxed.
    #[serde(default)]
    pub tax_class: TaxClass,
    pub variants: Vec<VariantEntry>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VariantEntry {
    pub sku: String,
    /// One value per option of the product.
    #[serde(default)]
    pub options: Vec<String>,
    pub price: String,
    pub compare_at_price: Option<String>,
    pub stock: u32,
    pub image: Option<String>,
    /// By which shipping may be priced.
    #[serde(default)]
    pub weight_grams: u32,
    #[serde(default = "yes")]
    pub needs_shipping: bool,
}

const fn yes() -> bool {
    true
}

impl<S: Store> Shop<S> {
    async fn home_now(&self) -> Result<HomeView> {
        self.shown(|store| store.home_view()).await
    }

    async fn product_now(&self, slug: &Slug) -> Result<ProductView> {
        if let Some(view) = self.shown(|store| store.product_view(slug)).await? {
            return Ok(view);
        }
        let now = self.shown(|store| store.product_now(slug)).await?.ok_or(Refusal::NotFound)?;
        self.shown(|store| store.product_view(&now)).await?.ok_or_else(|| Refusal::NotFound.into())
    }

    /// Whether the prices of the catalogue are in the currency that this shop is set to. Asked at start: with another one
    /// every price would mean something else.
    ///
    /// # Errors
    /// `Broken`, with what to set.
    pub async fn confirm_currency(&self) -> Result<()> {
        let mut tx = self.store().begin().await?;
        self.require_currency(&mut tx).await?;
        tx.commit().await
    }

    /// The shop's currency, which is the catalogue's. Nothing is locked where it is so already, or can never be so.
    async fn require_currency(&self, tx: &mut S::Tx) -> Result<()> {
        let ours = self.currency();
        match tx.catalogue_currency().await? {
            Some(found) if found.currency == ours || found.has_products => self.same_currency(found.currency),
            _ => self.same_currency(tx.claim_currency(ours).await?),
        }
    }

    /// The same for whoever writes products: it stays so until the transaction ends.
    pub(super) async fn hold_currency(&self, tx: &mut S::Tx, lock: CurrencyLock) -> Result<Currency> {
        self.require_currency(tx).await?;
        // Another process may have claimed it since.
        self.same_currency(tx.lock_currency(lock).await?)?;
        Ok(self.currency())
    }

    fn same_currency(&self, theirs: Currency) -> Result<()> {
        let ours = self.currency();
        if theirs == ours {
            return Ok(());
        }
        let (ours, theirs) = (ours.code(), theirs.code());
        Err(Error::Broken(anyhow::anyhow!(
            "SHOP_CURRENCY is {ours}, but the prices of the catalogue are in {theirs}: set SHOP_CURRENCY={theirs}"
        )))
    }

    /// Loads a catalogue, all of it or none. Loading the same file twice changes nothing.
    ///
    /// # Errors
    /// `Broken` with the entry that is wrong: the reader is whoever wrote the file, at a terminal.
    pub async fn load_catalogue(&self, catalogue: &Catalogue) -> Result<()> {
        check(catalogue).map_err(Error::Broken)?;
        retried(|| async {
            let mut tx = self.store().begin().await?;
            self.write_catalogue(&mut tx, catalogue).await?;
            tx.commit().await
        })
        .await
    }

    /// Loads a catalogue into a shop that has none. Answers whether it did: what an owner has edited stays as it is.
    ///
    /// # Errors
    /// As `load_catalogue`.
    pub async fn fill_empty_catalogue(&self, catalogue: &Catalogue) -> Result<bool> {
        check(catalogue).map_err(Error::Broken)?;
        retried(|| async {
            let mut tx = self.store().begin().await?;
            if tx.has_catalogue().await? {
                return Ok(false);
            }
            self.write_catalogue(&mut tx, catalogue).await?;
            tx.commit().await?;
            Ok(true)
        })
        .await
    }

    async fn write_catalogue(&self, tx: &mut S::Tx, catalogue: &Catalogue) -> Result<()> {
        let currency = self.hold_currency(tx, CurrencyLock::Shared).await?;
        // What is there is locked first, and what is new is written by slug: two at once wait for each other and not around.
        let mut categories: Vec<_> = (0..).zip(&catalogue.categories).collect();
        categories.sort_by_key(|(_, category)| category.slug.as_str());
        for (position, category) in categories {
            tx.upsert_category(position, category).await?;
        }
        let slugs: Vec<_> = catalogue.products.iter().map(|product| product.slug.clone()).collect();
        tx.lock_products_of(&slugs).await?;
        let mut products: Vec<_> = (0..).zip(&catalogue.products).collect();
        products.sort_by_key(|(_, product)| product.slug.as_str());
        for (position, product) in products {
            let id = tx.upsert_product(ProductId(self.next_id()), position, product).await?;
            for (place, variant) in (0..).zip(&product.variants) {
                let price = read_price(&variant.sku, &variant.price, currency)?;
                let before = variant.compare_at_price.as_deref();
                let before = before.map(|p| read_price(&variant.sku, p, currency)).transpose()?;
                let variant_id = VariantId(self.next_id());
                if tx.upsert_variant(variant_id, id, place, variant, price, before).await? {
                    tx.open_stock(variant_id, variant.stock).await?;
                }
            }
        }
        Ok(())
    }
}

fn read_price(sku: &str, text: &str, currency: Currency) -> Result<Money> {
    Money::parse(text, currency).map_err(|_| {
        let code = currency.code();
        Error::Broken(anyhow::anyhow!("variant {sku:?}: {text:?} is not an amount in {code}"))
    })
}

/// Whether a catalogue can be loaded, before anything is.
fn check(catalogue: &Catalogue) -> anyhow::Result<()> {
    let categories: BTreeSet<_> = catalogue.categories.iter().map(|c| c.slug.as_str()).collect();
    let mut slugs = BTreeSet::new();
    let mut skus = BTreeSet::new();
    for category in &catalogue.categories {
        anyhow::ensure!(Slug::parse(&category.slug).is_ok(), "category {:?}: not a slug", category.slug);
    }
    for product in &catalogue.products {
        let name = &product.slug;
        anyhow::ensure!(Slug::parse(name).is_ok(), "product {name:?}: not a slug");
        anyhow::ensure!(slugs.insert(name), "product {name:?}: there are two");
        anyhow::ensure!(categories.contains(product.category.as_str()), "product {name:?}: unknown category");
        anyhow::ensure!(!product.variants.is_empty(), "product {name:?}: no variant");
        let mut choices = BTreeSet::new();
        for variant in &product.variants {
            let sku = &variant.sku;
            anyhow::ensure!(Sku::parse(sku).is_ok(), "variant {sku:?} of {name:?}: not a sku");
            anyhow::ensure!(skus.insert(sku), "variant {sku:?} of {name:?}: there are two");
            anyhow::ensure!(variant.weight_grams <= MAX_GRAMS, "variant {sku:?} of {name:?}: too heavy");
            anyhow::ensure!(
                variant.options.len() == product.options.len() && choices.insert(&variant.options),
                "variant {sku:?} of {name:?}: its options are not one choice of the product's"
            );
        }
    }
    Ok(())
}
