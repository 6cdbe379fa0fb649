//! The sizes of a picture are made: one picture at a time, by whoever took it.

use bytes::{Bytes, BytesMut};
use data_encoding::HEXLOWER;
use futures::TryStreamExt as _;
use sha2::{Digest as _, Sha256};
use time::Duration;

use crate::domain::{
    IconFile, MAX_PICTURE_BYTES, PictureFile, PictureFormat, PictureId, PictureOf, PicturePlace, PictureProblem,
    ProductId,
};
use crate::dto::{Image, StaffProduct};

use super::super::shop::retried;
use super::super::{Error, ProductEdits as _, Result, Shop, Store, Tx};
use super::{MadePicture, PictureJob, Pictures as _, PlacedPictures as _, kept_at, original};

/// Whoever took a picture is done with it by then, or will never be.
const TAKEN: Duration = Duration::minutes(2);
/// A picture at which so many did not come to an end is not tried again: it may be what ends them.
const MAX_TRIES: u32 = 3;

/// All files of a picture, which has no name yet.
struct Made {
    /// Of the largest.
    size: (u32, u32),
    opaque: bool,
    files: Vec<(MadeAs, Bytes)>,
}

/// What a file is called beside its picture's name.
#[derive(Debug, Clone, Copy)]
enum MadeAs {
    Sized(u32, PictureFormat),
    Square(u32),
}

impl MadeAs {
    fn file_name(self, name: &str) -> String {
        let name = name.to_owned();
        match self {
            Self::Sized(width, format) => PictureFile { name, width, format }.file_name(),
            Self::Square(side) => IconFile { name, side }.file_name(),
        }
    }
}

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
            Ok(bytes) => self.make_files(job, bytes).await?,
            Err(problem) => Err(problem),
        };
        match made {
            Ok(picture) => {
                if !self.keep_picture(job, picture).await? {
                    // Its place has another name by now, or is gone: whoever looks next finds out which.
                    return self.store().give_picture_back(job.id).await;
                }
            }
            Err(problem) => {
                tracing::info!(picture.id = %job.id, problem = problem.as_str(), "an upload is no picture");
                self.store().fail_picture(job.id, problem, self.now()).await?;
            }
        }
        self.media().delete(original(job.id)).await?;
        self.store().forget_original(job.id).await
    }

    async fn make_files(&self, job: &PictureJob, bytes: Bytes) -> Result<std::result::Result<Made, PictureProblem>> {
        if is_icon(&job.of) {
            let squares = self.pictures().make_icon(job.kind, bytes).await?;
            let largest = IconFile::SIDES.into_iter().max().unwrap_or_default();
            return Ok(squares.map(|squares| {
                let files = squares.into_iter().map(|made| (MadeAs::Square(made.side), made.bytes)).collect();
                Made { size: (largest, largest), opaque: false, files }
            }));
        }
        let picture = self.pictures().make(job.kind, bytes).await?;
        Ok(picture.map(|MadePicture { size, opaque, files }| {
            let files = files.into_iter().map(|made| (MadeAs::Sized(made.width, made.format), made.bytes)).collect();
            Made { size, opaque, files }
        }))
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

    /// Its name first, then its files, and where it is shown last. False: that is not there any more.
    async fn keep_picture(&self, job: &PictureJob, picture: Made) -> Result<bool> {
        let (name, (widest, _)) = (name_of(job.id, &picture), picture.size);
        let alt = job.alt.clone().unwrap_or_default();
        let image = Image { name: name.clone(), alt, size: Some(picture.size), opaque: picture.opaque };
        if let Some((before, widest)) = job.named.as_ref().filter(|(before, _)| *before != name) {
            // Another release made it of the same upload, and did not come to an end.
            self.delete_picture_files(before, *widest, is_icon(&job.of)).await?;
        }
        if !self.store().name_picture(job.id, &name, widest).await? {
            return Ok(true);
        }
        for (file, bytes) in picture.files {
            self.media().put(kept_at(&file.file_name(&name)), bytes).await?;
        }
        match &job.of {
            PictureOf::Product(product) => {
                retried(|| self.show_picture(job, *product, &image)).await?;
                Ok(true)
            }
            PictureOf::Place(place) => {
                let is_shown = retried(|| self.show_in_place(job, place, &image)).await?;
                if matches!(place, PicturePlace::Shop(_)) {
                    self.show_content().await;
                }
                Ok(is_shown)
            }
        }
    }

    async fn show_picture(&self, job: &PictureJob, id: ProductId, image: &Image) -> Result<()> {
        let mut tx = self.store().begin().await?;
        let product = tx.lock_staff_product(id).await?;
        let product = product.ok_or_else(|| Error::Broken(anyhow::anyhow!("{id} is gone")))?;
        if tx.ready_picture(job.id, self.now()).await? {
            // It comes last, and is called as its product until somebody says what it shows.
            let StaffProduct { name: called, mut images, .. } = product;
            images.push(Image { alt: job.alt.clone().unwrap_or(called), ..image.clone() });
            tx.save_images(id, &images).await?;
            tx.show_variants(job.id, &image.name).await?;
        }
        tx.commit().await
    }

    /// In the place of the one before. What was uploaded later has removed this one.
    async fn show_in_place(&self, job: &PictureJob, place: &PicturePlace, image: &Image) -> Result<bool> {
        let mut tx = self.store().begin().await?;
        let Some(before) = tx.lock_place(place).await? else { return Ok(false) };
        let now = self.now();
        if tx.ready_picture(job.id, now).await? {
            tx.place_picture(place, Some(image), before.0.as_ref(), now).await?;
        }
        tx.commit().await?;
        Ok(true)
    }
}

const fn is_icon(of: &PictureOf) -> bool {
    matches!(of, PictureOf::Place(place) if place.is_icon())
}

/// A hash of whose it is and of what is in its files: nobody guesses it, no two pictures share files, and what is behind an
/// address never changes.
fn name_of(id: PictureId, picture: &Made) -> String {
    let mut hash = Sha256::new_with_prefix(id.0.as_bytes());
    for (_, bytes) in &picture.files {
        hash.update(Sha256::digest(bytes));
    }
    let mut name = HEXLOWER.encode(&hash.finalize());
    name.truncate(32);
    name
}
