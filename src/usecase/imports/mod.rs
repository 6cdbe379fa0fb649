//! Files of products: the ports, and how one comes in. It is kept, looked at by a worker (`check`), which changes nothing and
//! tells every problem by its row, and once somebody has said so, written in one transaction (`run`): all of it, or nothing.
//!
//! Products are known by their slug and variants by their sku, else by the values of their options. What a file does not say
//! stays as it is, and so does the stock of what is there: it changes by movements, and a file knows of none.

mod cells;
mod changes;
mod check;
mod columns;
mod existing;
mod fetch;
mod plan;
mod read;
mod run;

use std::collections::BTreeMap;
use std::future::Future;

use bytes::Bytes;
use rust_decimal::Decimal;
use serde::Serialize;
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

use crate::domain::{
    FetchProblem, ImportId, May, ProductId, ProductStatus, Refusal, TaxClass, UserId, VariantId, clean_line, permit,
};
use crate::dto::{CategoryChoice, ImportReport, ImportRow, ImportTaken, ImportView, StaffProduct};

use super::shop::retried;
use super::{Result, Shop, Store, Tx};

pub use fetch::PictureSource;

/// Of the list of them.
const PER_PAGE: u32 = 50;
/// So many may be under way: each is kept whole. One that was only checked makes room for the next.
const MOST_UNDER_WAY: u32 = 5;
/// So long a file is told of.
const KEPT: Duration = Duration::days(30);

/// A file that has come in.
#[derive(Debug, Clone)]
pub struct NewImport {
    pub id: ImportId,
    pub file: String,
    pub content: Bytes,
    pub by: UserId,
    pub at: OffsetDateTime,
}

/// An import that somebody has taken.
#[derive(Debug, Clone)]
pub struct ImportJob {
    pub id: ImportId,
    pub file: String,
    pub content: Bytes,
    /// Who said that it is to be done; none: it is to be looked at.
    pub wanted_by: Option<UserId>,
    /// How often somebody has begun with it, this time counted.
    pub tries: u32,
}

/// A product as it is to be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ProductWrite {
    pub id: ProductId,
    pub slug: String,
    pub name: String,
    pub description: Option<String>,
    pub category: Option<String>,
    pub status: ProductStatus,
    pub tax_class: TaxClass,
    pub vendor: String,
    pub tags: Vec<String>,
    pub seo_title: String,
    pub seo_description: String,
    pub options: Vec<String>,
}

/// A variant as it is to be. Only of a new one it says where it stands and how many there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct VariantWrite {
    pub id: VariantId,
    pub product_id: ProductId,
    pub sku: String,
    pub options: Vec<String>,
    pub price: Decimal,
    pub compare_at_price: Option<Decimal>,
    pub cost: Option<Decimal>,
    pub weight_grams: u32,
    pub needs_shipping: bool,
    /// The name of the picture that shows it.
    pub image: Option<String>,
    /// What a file names is for sale.
    pub is_retired: bool,
    pub position: u32,
    pub stock: u32,
}

/// A picture that is to be fetched after the import.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ImportPictureWrite {
    pub id: Uuid,
    pub product_id: ProductId,
    /// The row of the file.
    pub place: u32,
    pub address: String,
    pub alt: String,
    /// Which it is to show.
    pub variants: Vec<VariantId>,
}

/// A picture that somebody has taken to fetch it.
#[derive(Debug, Clone)]
pub struct ImportPictureJob {
    pub id: Uuid,
    pub product: ProductId,
    pub address: String,
    pub alt: String,
    /// Who imported the file.
    pub by: UserId,
    /// This time counted.
    pub tries: u32,
}

pub trait ImportViews {
    /// The newest first.
    fn import_list(&self, most: u32) -> impl Future<Output = Result<Vec<ImportRow>>> + Send;

    fn import(&self, id: ImportId) -> impl Future<Output = Result<Option<ImportView>>> + Send;
}

/// Each is one statement. Whoever has taken an import says by `tries` that they still have it: what the one before them says
/// is not heard.
pub trait ImportQueue {
    /// Takes the oldest import that waits or is wanted and that nobody has, until then. While one is being done, no other is
    /// taken to be done.
    fn take_import(
        &self,
        now: OffsetDateTime,
        until: OffsetDateTime,
    ) -> impl Future<Output = Result<Option<ImportJob>>> + Send;

    /// Gives one back that came to nothing this time. It is counted: what never ends is given up.
    fn give_import_back(&self, job: &ImportJob) -> impl Future<Output = Result<()>> + Send;

    /// Writes down what was found. Where there are problems, its content goes.
    fn note_import_checked(&self, job: &ImportJob, report: &ImportReport) -> impl Future<Output = Result<()>> + Send;

    /// Says how far it has come, and keeps it until then.
    fn note_import_progress(
        &self,
        job: &ImportJob,
        done: u32,
        total: u32,
        until: OffsetDateTime,
    ) -> impl Future<Output = Result<()>> + Send;

    fn fail_import(&self, job: &ImportJob) -> impl Future<Output = Result<()>> + Send;

    /// Takes the oldest picture that waits to be fetched and that nobody has, until then. None, too, while many wait for their
    /// sizes to be made: no more files are kept than can be worked on.
    fn take_import_picture(
        &self,
        now: OffsetDateTime,
        until: OffsetDateTime,
    ) -> impl Future<Output = Result<Option<ImportPictureJob>>> + Send;

    /// It was fetched, or why not.
    fn settle_import_picture(
        &self,
        job: &ImportPictureJob,
        problem: Option<FetchProblem>,
    ) -> impl Future<Output = Result<()>> + Send;
}

pub trait Imports {
    /// Keeps a file, and lets go of those from before `kept_since`. Where `most` are kept, the oldest that was only checked is
    /// kept no longer. False: all of them are under way.
    fn insert_import(
        &mut self,
        import: &NewImport,
        kept_since: OffsetDateTime,
        most: u32,
    ) -> impl Future<Output = Result<bool>> + Send;

    /// Wants one that was checked, has no problem and is kept. None: there is none such; else whether it was not wanted before.
    fn want_import(&mut self, id: ImportId, by: UserId) -> impl Future<Output = Result<Option<bool>>> + Send;

    /// Lets pictures wait to be fetched, but for products whose pictures another import fetches.
    fn insert_import_pictures(
        &mut self,
        id: ImportId,
        pictures: &[ImportPictureWrite],
    ) -> impl Future<Output = Result<()>> + Send;

    /// Writes down that it is done. False: somebody else has it by now.
    fn finish_import(&mut self, job: &ImportJob, report: &ImportReport) -> impl Future<Output = Result<bool>> + Send;
}

/// The catalogue as a file changes it, many rows at a time.
pub trait ImportWrites {
    /// Those that there are, each by the one of these slugs that it has, or had before.
    fn staff_products_of(
        &mut self,
        slugs: &[String],
    ) -> impl Future<Output = Result<BTreeMap<String, StaffProduct>>> + Send;

    /// Those of these skus that some variant has, and whose it is.
    fn owners_of_skus(&mut self, skus: &[String]) -> impl Future<Output = Result<BTreeMap<String, ProductId>>> + Send;

    /// Locks categories, so that none goes before its products are there. Nothing else of them is in anybody's way.
    fn hold_categories(&mut self) -> impl Future<Output = Result<()>> + Send;

    fn category_choices(&mut self) -> impl Future<Output = Result<Vec<CategoryChoice>>> + Send;

    /// # Errors
    /// `SlugTaken`.
    fn insert_products(
        &mut self,
        products: &[ProductWrite],
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Writes the next version of each.
    fn update_products(&mut self, products: &[ProductWrite]) -> impl Future<Output = Result<()>> + Send;

    /// # Errors
    /// `SkuTaken`.
    fn insert_variants(&mut self, variants: &[VariantWrite]) -> impl Future<Output = Result<()>> + Send;

    /// Those that get another sku are locked in the order of their ids.
    ///
    /// # Errors
    /// `SkuTaken`.
    fn update_variants(&mut self, variants: &[VariantWrite]) -> impl Future<Output = Result<()>> + Send;

    /// The first stock of new variants, with its entries in the ledger.
    fn open_stocks(&mut self, variants: &[VariantWrite]) -> impl Future<Output = Result<()>> + Send;
}

impl<S: Store> Shop<S> {
    /// Keeps a file of products, which is looked at as soon as somebody comes to it.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn upload_import(&self, by: May<permit::Products>, file: &str, content: Bytes) -> Result<ImportTaken> {
        let (id, at) = (ImportId(self.next_id()), self.now());
        let import = NewImport { id, file: shown(file), content, by: by.user(), at };
        let mut tx = self.store().begin().await?;
        if !tx.insert_import(&import, at.saturating_sub(KEPT), MOST_UNDER_WAY).await? {
            return Ok(ImportTaken::Busy);
        }
        tx.commit().await?;
        Ok(ImportTaken::Waiting(id))
    }

    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn import_list(&self, _by: May<permit::Products>) -> Result<Vec<ImportRow>> {
        self.store().import_list(PER_PAGE).await
    }

    /// # Errors
    /// `NotFound`.
    pub async fn import(&self, _by: May<permit::Products>, id: ImportId) -> Result<ImportView> {
        self.store().import(id).await?.ok_or_else(|| Refusal::NotFound.into())
    }

    /// Has a file imported that was checked and has no problem. The second of two who say so changes nothing.
    ///
    /// # Errors
    /// `NotFound` for one that cannot be imported.
    pub async fn want_import(&self, by: May<permit::Products>, id: ImportId) -> Result<()> {
        retried(|| async {
            let mut tx = self.store().begin().await?;
            tx.want_import(id, by.user()).await?.ok_or(Refusal::NotFound)?;
            tx.commit().await
        })
        .await
    }
}

/// What a file is called, without the folders some browsers put before it.
fn shown(sent: &str) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = last.chars().filter(|c| !c.is_control()).take(120).collect();
    let name = clean_line(&name, 120).unwrap_or_default();
    if name.is_empty() { "a file".to_owned() } else { name }
}
