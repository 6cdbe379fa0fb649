//! A file is looked at: whoever comes to it reads it, asks the shop for what it speaks of, and writes down what it would
//! make of the catalogue. Nothing else is written.

use time::Duration;

use super::super::shop::retried;
use super::super::{Error, Result, Shop, Store};
use super::plan::{Existing, Plan, plan, skus_of};
use super::read::{ProductFile, read};
use super::{ImportJob, ImportWrites as _};

/// Whoever took an import is done with its next part by then, or will never be.
pub(super) const TAKEN: Duration = Duration::minutes(2);
/// An import that so many did not bring to an end is not tried again: it may be what ends them.
const MAX_TRIES: u32 = 10;
/// So many slugs or skus are asked for at a time.
const PART: usize = 500;

impl<S: Store> Shop<S> {
    /// Looks at the file that has waited longest, or imports it where that is wanted; false: there is none.
    ///
    /// # Errors
    /// When the database does not answer, or somebody is in its way: it waits again.
    pub async fn work_on_imports(&self) -> Result<bool> {
        let now = self.now();
        let Some(job) = self.store().take_import(now, now.saturating_add(TAKEN)).await? else { return Ok(false) };
        if job.tries > MAX_TRIES {
            tracing::error!(import.id = %job.id, "a file of products was tried too often");
            self.store().fail_import(&job).await?;
            return Ok(true);
        }
        let worked = match job.wanted_by {
            None => self.check_import(&job).await,
            Some(by) => retried(|| self.run_import(&job, by)).await,
        };
        match worked {
            Ok(()) => Ok(true),
            Err(error @ (Error::Unavailable(_) | Error::Contended(_))) => {
                self.store().give_import_back(&job).await?;
                Err(error)
            }
            Err(error) => {
                tracing::error!(import.id = %job.id, error = format!("{:#}", anyhow::Error::from(error)), "a file of products broke");
                self.store().fail_import(&job).await?;
                Ok(true)
            }
        }
    }

    async fn check_import(&self, job: &ImportJob) -> Result<()> {
        let file = self.read_import(job).await?;
        let mut tx = self.store().begin().await?;
        let plan = self.plan_import(&mut tx, &file).await?;
        drop(tx);
        self.store().note_import_checked(job, &plan.report(&file)).await
    }

    /// Off the threads that answer requests: large files take a while.
    pub(super) async fn read_import(&self, job: &ImportJob) -> Result<ProductFile> {
        let (content, currency, own) = (job.content.clone(), self.currency(), format!("{}/", self.settings().base_url));
        let read = tokio::task::spawn_blocking(move || read(&content, currency, &own));
        read.await.map_err(|error| Error::Broken(error.into()))
    }

    /// What the file makes of the catalogue as it is now. A file that cannot be read makes nothing of it.
    pub(super) async fn plan_import(&self, tx: &mut S::Tx, file: &ProductFile) -> Result<Plan> {
        let mut known = Existing { categories: tx.category_choices().await?, ..Existing::default() };
        for slugs in slugs_of(file).chunks(PART) {
            known.products.extend(tx.staff_products_of(slugs).await?);
        }
        for skus in skus_of(file).chunks(PART) {
            known.skus.extend(tx.owners_of_skus(skus).await?);
        }
        Ok(plan(file, &known, &|| self.next_id()))
    }
}

/// In their order.
pub(super) fn slugs_of(file: &ProductFile) -> Vec<String> {
    let mut slugs: Vec<_> = file.products.iter().map(|product| product.slug.to_string()).collect();
    slugs.sort();
    slugs
}
