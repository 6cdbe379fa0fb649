//! Pictures that staff upload: the ports, and what becomes of a file.
//!
//! A row comes first and its files follow, so that no file is ever without a row that says whose it is: a picture *arrives*
//! (its file is being kept), *waits* (for its sizes), and is *ready* or *failed*. What nobody shows any more is *removed*, and
//! its files go before its row does. The sizes are made by one worker, off every request (`make`); one that was killed is
//! overtaken when its time is over.

mod edit;
mod make;
mod tidy;
mod upload;

use std::future::Future;

pub(super) use edit::with_boxes_not_ticked;

use bytes::Bytes;
use futures::stream::BoxStream;
use time::OffsetDateTime;

use crate::domain::{PictureFile, PictureFormat, PictureId, PictureKind, PictureProblem, ProductId, VariantId};
use crate::dto::Image;

use super::{BoxFuture, Result, Shop, Store};

/// Where files are kept that are too large for rows. Keys are letters, digits, dashes, dots and slashes, and ours alone.
pub trait MediaStore: Send + Sync + 'static {
    /// Keeps a file, in the place of one that is there: all of it or nothing.
    fn put(&self, key: String, bytes: Bytes) -> BoxFuture<'_, Result<()>>;

    /// None: there is no such file.
    fn get(&self, key: String) -> BoxFuture<'_, Result<Option<MediaFile>>>;

    /// What is not there is gone already.
    fn delete(&self, key: String) -> BoxFuture<'_, Result<()>>;
}

/// A file that is being read.
pub struct MediaFile {
    pub length: u64,
    pub bytes: BoxStream<'static, Result<Bytes>>,
}

/// How pictures are read and written.
pub trait PictureMaker: Send + Sync + 'static {
    /// Width and height as its head says them, without reading a pixel; none: it has no head that can be read.
    fn size(&self, kind: PictureKind, bytes: Bytes) -> BoxFuture<'_, Result<Option<(u32, u32)>>>;

    /// All files of a picture: upright, in sRGB, without anything but its pixels. The same bytes give the same files.
    fn make(
        &self,
        kind: PictureKind,
        bytes: Bytes,
    ) -> BoxFuture<'_, Result<std::result::Result<MadePicture, PictureProblem>>>;
}

#[derive(Debug, Clone)]
pub struct MadePicture {
    /// Of the largest of its files.
    pub size: (u32, u32),
    pub files: Vec<MadeFile>,
}

#[derive(Debug, Clone)]
pub struct MadeFile {
    pub width: u32,
    pub format: PictureFormat,
    pub bytes: Bytes,
}

/// A picture about to arrive.
#[derive(Debug, Clone)]
pub struct NewPicture {
    pub id: PictureId,
    pub product: ProductId,
    /// As its sender called it.
    pub file: String,
    pub kind: PictureKind,
    pub bytes: u64,
    /// What it shows; none: it is called as its product.
    pub alt: Option<String>,
    pub at: OffsetDateTime,
}

/// A picture whose sizes somebody is to make.
#[derive(Debug, Clone)]
pub struct PictureJob {
    pub id: PictureId,
    pub product: ProductId,
    pub kind: PictureKind,
    /// Who tried before was not heard of again: so often, this time counted.
    pub tries: u32,
    /// What it shows; none: it is called as its product.
    pub alt: Option<String>,
    /// What its files were called by whoever tried before.
    pub named: Option<(String, u32)>,
}

/// A picture that nobody shows any more.
#[derive(Debug, Clone)]
pub struct UnusedPicture {
    pub id: PictureId,
    pub named: Option<(String, u32)>,
}

/// Each is one statement.
pub trait PictureQueue {
    /// Takes the oldest picture that waits and that nobody has, until then.
    fn take_picture(
        &self,
        now: OffsetDateTime,
        until: OffsetDateTime,
    ) -> impl Future<Output = Result<Option<PictureJob>>> + Send;

    /// Gives one back that could not be tried, as if nobody had.
    fn give_picture_back(&self, id: PictureId) -> impl Future<Output = Result<()>> + Send;

    /// Says what its files are called, before there are any. False: it is not waiting any more.
    fn name_picture(&self, id: PictureId, name: &str, widest: u32) -> impl Future<Output = Result<bool>> + Send;

    /// Says why one that waits cannot be made.
    fn fail_picture(
        &self,
        id: PictureId,
        problem: PictureProblem,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<()>> + Send;

    /// What was uploaded is kept no longer.
    fn forget_original(&self, id: PictureId) -> impl Future<Output = Result<()>> + Send;

    /// Pictures that are ready or failed and whose originals are kept all the same, since before then.
    fn late_originals(&self, before: OffsetDateTime, most: u32) -> impl Future<Output = Result<Vec<PictureId>>> + Send;

    /// Marks what no product shows since before then, and what never arrived, as removed: it cannot come back. Answers
    /// them, and those that were marked before and are still there.
    fn take_unused_pictures(
        &self,
        before: OffsetDateTime,
        now: OffsetDateTime,
        most: u32,
    ) -> impl Future<Output = Result<Vec<UnusedPicture>>> + Send;

    /// Lets go of the row of a removed picture, whose files are gone.
    fn forget_picture(&self, id: PictureId) -> impl Future<Output = Result<()>> + Send;
}

/// Of a product whose row is locked.
pub trait Pictures {
    /// How many are arriving or waiting.
    fn count_waiting_pictures(&mut self, product: ProductId) -> impl Future<Output = Result<u32>> + Send;

    /// Writes down a picture that is about to arrive. False: it arrived before.
    fn insert_picture(&mut self, picture: &NewPicture) -> impl Future<Output = Result<bool>> + Send;

    /// Lets a picture that has arrived wait. False: it was removed meanwhile.
    fn await_picture(&mut self, id: PictureId, now: OffsetDateTime) -> impl Future<Output = Result<bool>> + Send;

    /// A picture that waited is ready. False: it was removed meanwhile.
    fn ready_picture(&mut self, id: PictureId, now: OffsetDateTime) -> impl Future<Output = Result<bool>> + Send;

    /// Writes which pictures a product shows, in their order.
    fn save_images(&mut self, product: ProductId, images: &[Image]) -> impl Future<Output = Result<()>> + Send;

    /// Writes what staff changed of it: the next version. Pictures of these names are shown no more from now on.
    fn save_pictures(
        &mut self,
        product: ProductId,
        variants: &[(VariantId, Option<String>)],
        gone: &[String],
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Removes one that is not ready. False: there is none.
    fn remove_picture(
        &mut self,
        product: ProductId,
        id: PictureId,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<bool>> + Send;
}

/// Where what was uploaded is kept until its sizes are made.
fn original(id: PictureId) -> String {
    format!("originals/{id}")
}

/// Where a file of a picture is kept: in one of 256 folders, so that none grows without end.
fn place(file: &PictureFile) -> String {
    format!("pictures/{}/{}", file.name.get(..2).unwrap_or("00"), file.file_name())
}

impl<S: Store> Shop<S> {
    /// A file of a picture, for whoever asks.
    ///
    /// # Errors
    /// `Unavailable` or `Broken` when what is kept cannot be read.
    pub async fn picture_file(&self, file: &PictureFile) -> Result<Option<MediaFile>> {
        self.media().get(place(file)).await
    }

    async fn delete_picture_files(&self, name: &str, widest: u32) -> Result<()> {
        for file in PictureFile::all(name, widest) {
            self.media().delete(place(&file)).await?;
        }
        Ok(())
    }
}
