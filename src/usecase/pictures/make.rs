//! The sizes of a picture are made: one picture at a time, by whoever took it.

use bytes::{Bytes, BytesMut};
use data_encoding::HEXLOWER;
use futures::TryStreamExt as _;
use sha2::{Digest as _, Sha256};
use time::Duration;

use crate::domain::{MAX_PICTURE_BYTES, PictureFile, PictureId, PictureProblem};
use crate::dto::{Image, StaffProduct};

use super::super::shop::retried;
use super::super::{Error, ProductEdits as _, Result, Shop, Store, Tx};
use super::{MadePicture, PictureJob, Pictures as _, original, place};

/// Whoever took a picture is done with it by then, or will never be.
const TAKEN: Duration = Duration::minutes(2);
/// A picture at which so many did not come to an end is not tried again: it may be what ends them.
const MAX_TRIES: u32 = 3;

impl<S: Store> Shop<S> {
    /// Makes the sizes of the picture that has waited longest; false: none waits.
    ///
    /// # Errors
    /// When the database or the store of files does not answer: it waits again.
    pub async fn make_next_picture(&self) -> Result<bool> {
        let now = self.now();
        let Some(job) = self.store().take_picture(now, now.saturating_add(TAKEN)).await? else { return Ok(false) };
        let made = self.make_picture(&job).await;
        if made.is_err() {
            self.store().give_picture_back(job.id).await?;
        }
        made.map(|()| true)
    }

    async fn make_picture(&self, job: &PictureJob) -> Result<()> {
        let made = match self.read_original(job).await? {
            Ok(bytes) => self.pictures().make(job.kind, bytes).await?,
            Err(problem) => Err(problem),
        };
        match made {
            Ok(picture) => self.keep_picture(job, picture).await?,
            Err(problem) => {
                tracing::info!(picture.id = %job.id, problem = problem.as_str(), "an upload is no picture");
                self.store().fail_picture(job.id, problem, self.now()).await?;
            }
        }
        self.media().delete(original(job.id)).await?;
        self.store().forget_original(job.id).await
    }

    async fn read_original(&self, job: &PictureJob) -> Result<std::result::Result<Bytes, PictureProblem>> {
        if job.tries > MAX_TRIES {
            return Ok(Err(PictureProblem::Unmade));
        }
        let Some(mut file) = self.media().get(original(job.id)).await? else { return Ok(Err(PictureProblem::Lost)) };
        let mut bytes = BytesMut::new();
        while let Some(more) = file.bytes.try_next().await? {
            if bytes.len().saturating_add(more.len()) > MAX_PICTURE_BYTES {
                return Ok(Err(PictureProblem::TooHeavy));
            }
            bytes.extend_from_slice(&more);
        }
        Ok(Ok(bytes.freeze()))
    }

    /// Its name first, then its files, and the product shows it last.
    async fn keep_picture(&self, job: &PictureJob, picture: MadePicture) -> Result<()> {
        let (name, (widest, _)) = (name_of(job.id, &picture), picture.size);
        if let Some((before, widest)) = job.named.as_ref().filter(|(before, _)| *before != name) {
            // Another release made it of the same upload, and did not come to an end.
            self.delete_picture_files(before, *widest).await?;
        }
        if !self.store().name_picture(job.id, &name, widest).await? {
            return Ok(());
        }
        for made in picture.files {
            let file = PictureFile { name: name.clone(), width: made.width, format: made.format };
            self.media().put(place(&file), made.bytes).await?;
        }
        retried(|| self.show_picture(job, &name, picture.size)).await
    }

    async fn show_picture(&self, job: &PictureJob, name: &str, size: (u32, u32)) -> Result<()> {
        let mut tx = self.store().begin().await?;
        let product = tx.lock_staff_product(job.product).await?;
        let product = product.ok_or_else(|| Error::Broken(anyhow::anyhow!("{} is gone", job.product)))?;
        if tx.ready_picture(job.id, self.now()).await? {
            let images = with_picture(product, name, size, job.alt.as_deref());
            tx.save_images(job.product, &images).await?;
        }
        tx.commit().await
    }
}

/// A picture comes last, and is called as its product until somebody says what it shows.
fn with_picture(product: StaffProduct, name: &str, size: (u32, u32), alt: Option<&str>) -> Vec<Image> {
    let StaffProduct { name: called, mut images, .. } = product;
    let alt = alt.map_or(called, str::to_owned);
    images.push(Image { name: name.to_owned(), alt, size: Some(size) });
    images
}

/// A hash of whose it is and of what is in its files: nobody guesses it, no two pictures share files, and what is behind an
/// address never changes.
fn name_of(id: PictureId, picture: &MadePicture) -> String {
    let mut hash = Sha256::new_with_prefix(id.0.as_bytes());
    for file in &picture.files {
        hash.update(Sha256::digest(&file.bytes));
    }
    let mut name = HEXLOWER.encode(&hash.finalize());
    name.truncate(32);
    name
}
