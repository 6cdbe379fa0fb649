//! A file becomes part of the catalogue, in one transaction: whoever is killed on the way leaves nothing of it.

use serde_json::{Map, Value, json};
use sha2::{Digest as _, Sha256};

use crate::domain::{Staff, UserId};
use crate::dto::ImportReport;

use super::super::audit::{Change, hex};
use super::super::catalog::{Catalogs as _, CurrencyLock};
use super::super::{Error, Result, Shop, Store, Tx};
use super::check::{TAKEN, slugs_of};
use super::plan::{Plan, count};
use super::{ImportJob, ImportWrites as _, Imports as _, VariantWrite};

/// So many rows are written by one statement.
const PART: usize = 200;

impl<S: Store> Shop<S> {
    /// What has become of the catalogue since the file was looked at may be in its way: then it ends as a file with problems.
    pub(super) async fn run_import(&self, job: &ImportJob, by: UserId) -> Result<()> {
        let (file, sha256) = (self.read_import(job).await?, self.hash_import(job).await?);
        let mut tx = self.store().begin().await?;
        self.hold_currency(&mut tx, CurrencyLock::Shared).await?;
        tx.lock_products_of(&slugs_of(&file)).await?;
        // After the products, as whoever takes one away; there are few. Which of them are meant is read under their locks.
        if file.products.iter().any(|product| product.category.is_some()) {
            tx.hold_categories().await?;
        }
        let plan = self.plan_import(&mut tx, &file).await?;
        let report = plan.report(&file);
        if report.problem_count > 0 {
            drop(tx);
            return self.store().note_import_checked(job, &report).await;
        }
        let (before, after) = (plan.changes.before(), plan.changes.after(audit_fields(job, &report, &sha256)));
        self.write_plan(&mut tx, job, plan).await?;
        if !tx.finish_import(job, &report).await? {
            tracing::warn!(import.id = %job.id, "somebody else imports this file by now");
            return Ok(());
        }
        let change = Change::of("products.imported", "import", job.id).before(before).after(after);
        self.record(&mut tx, Staff(by), change).await?;
        tx.commit().await
    }

    /// Which file it was, for whoever has one like it: what is done is not kept.
    async fn hash_import(&self, job: &ImportJob) -> Result<String> {
        let content = job.content.clone();
        let hash = tokio::task::spawn_blocking(move || hex(&Sha256::digest(&content[..])));
        hash.await.map_err(|error| Error::Broken(error.into()))
    }

    /// Products by their slugs and variants by their skus, so that two who do so wait for each other and for nothing else.
    async fn write_plan(&self, tx: &mut S::Tx, job: &ImportJob, mut plan: Plan) -> Result<()> {
        let (products, now) = (plan.new_products.len() + plan.changed_products.len(), self.now());
        let (renamed, new) = (plan.renamed_variants.len(), plan.new_variants.len());
        let (mut done, total) = (0_usize, products + plan.changed_variants.len() + renamed + new + new);
        plan.new_products.sort_by(|a, b| a.slug.cmp(&b.slug));
        plan.changed_products.sort_by(|a, b| a.slug.cmp(&b.slug));
        let by_sku = |a: &VariantWrite, b: &VariantWrite| a.sku.cmp(&b.sku);
        plan.new_variants.sort_by(by_sku);
        for part in plan.new_products.chunks(PART) {
            tx.insert_products(part, now).await.map_err(overtaken)?;
            done = self.note_done(job, done + part.len(), total).await;
        }
        for part in plan.changed_products.chunks(PART) {
            tx.update_products(part).await?;
            done = self.note_done(job, done + part.len(), total).await;
        }
        for part in plan.changed_variants.chunks(PART) {
            tx.update_variants(part).await?;
            done = self.note_done(job, done + part.len(), total).await;
        }
        for part in plan.new_variants.chunks(PART) {
            tx.insert_variants(part).await.map_err(overtaken)?;
            done = self.note_done(job, done + part.len(), total).await;
        }
        plan.new_variants.sort_by_key(|variant| variant.id);
        for part in plan.new_variants.chunks(PART) {
            tx.open_stocks(part).await?;
            done = self.note_done(job, done + part.len(), total).await;
        }
        for part in plan.pictures.chunks(PART) {
            tx.insert_import_pictures(job.id, part).await?;
        }
        // Last, for whoever orders one that gets another sku waits from here on; no variant that is new wants the sku that one
        // had, for it would be that one. All at once: two may swap theirs.
        tx.update_variants(&plan.renamed_variants).await.map_err(overtaken)?;
        self.note_done(job, done + renamed, total).await;
        Ok(())
    }

    /// For whoever watches, beside the transaction: a word of it is no part of what is written, and one that is not heard ends
    /// nothing. Whoever has it by then is seen at the end.
    async fn note_done(&self, job: &ImportJob, done: usize, total: usize) -> usize {
        let until = self.now().saturating_add(TAKEN);
        if let Err(error) = self.store().note_import_progress(job, count(done), count(total), until).await {
            tracing::warn!(import.id = %job.id, %error, "how far an import has come was not written down");
        }
        done
    }
}

/// What is said of it as a whole.
fn audit_fields(job: &ImportJob, report: &ImportReport, sha256: &str) -> Map<String, Value> {
    let said = [
        ("file", json!(job.file)),
        ("sha256", json!(sha256)),
        ("rows", json!(report.rows)),
        ("made", json!(report.made)),
        ("changed", json!(report.changed)),
        ("new_variants", json!(report.new_variants)),
        ("changed_variants", json!(report.changed_variants)),
    ];
    said.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// Somebody took a slug or a sku between the look and the leap: it is looked at again.
fn overtaken(error: Error) -> Error {
    if error.refusal().is_some() { Error::Contended(error.into()) } else { error }
}
