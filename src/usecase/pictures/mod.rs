//! Pictures that staff upload: the ports, and what becomes of a file.
//!
//! A row comes first and its files follow, so that no file is ever without a row that says whose it is: a picture *arrives*
//! (its file is being kept), *waits* (for its sizes), and is *ready* or *failed*. What nobody shows any more is *removed*, and
//! its files go before its row does. The sizes are made by one worker, off every request (`make`); one that was killed is
//! overtaken when its time is over. What shows one picture is a *place* (`placed`); another one that comes there takes the
//! place of the one before.

mod edit;
mod make;
mod placed;
mod tidy;
mod upload;

use std::future::Future;

pub(super) use edit::with_boxes_not_ticked;

use bytes::Bytes;
use futures::stream::BoxStream;
use time::OffsetDateTime;

use crate::domain::{
    IconFile, PictureFile, PictureFormat, PictureId, PictureKind, PictureOf, PicturePlace, PictureProblem, ProductId,
    ShopPicture, Slug, VariantId,
};
use crate::dto::{Image, PictureUpload, PlacedPicture};

use super::{BoxFuture, Error, Result, Shop, Store};

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

    /// The squares of an icon, with the whole picture in each. The same bytes give the same files.
    fn make_icon(
        &self,
        kind: PictureKind,
        bytes: Bytes,
    ) -> BoxFuture<'_, Result<std::result::Result<Vec<MadeSquare>, PictureProblem>>>;
}

#[derive(Debug, Clone)]
pub struct MadePicture {
    /// Of the largest of its files.
    pub size: (u32, u32),
    /// Nothing is seen through it.
    pub opaque: bool,
    pub files: Vec<MadeFile>,
}

#[derive(Debug, Clone)]
pub struct MadeFile {
    pub width: u32,
    pub format: PictureFormat,
    pub bytes: Bytes,
}

/// A file of an icon.
#[derive(Debug, Clone)]
pub struct MadeSquare {
    pub side: u32,
    pub bytes: Bytes,
}

/// A picture about to arrive.
#[derive(Debug, Clone)]
pub struct NewPicture {
    pub id: PictureId,
    pub of: PictureOf,
    /// As its sender called it.
    pub file: String,
    pub kind: PictureKind,
    pub bytes: u64,
    /// What it shows; none: it is called as its product, and only decorates its place.
    pub alt: Option<String>,
    pub at: OffsetDateTime,
}

/// A picture whose sizes somebody is to make.
#[derive(Debug, Clone)]
pub struct PictureJob {
    pub id: PictureId,
    pub of: PictureOf,
    pub kind: PictureKind,
    /// Who tried before was not heard of again: so often, this time counted.
    pub tries: u32,
    /// What it shows; none: it is called as its product, and only decorates its place.
    pub alt: Option<String>,
    /// What its files were called by whoever tried before.
    pub named: Option<(String, u32)>,
}

/// A picture that nobody shows any more.
#[derive(Debug, Clone)]
pub struct UnusedPicture {
    pub id: PictureId,
    pub named: Option<(String, u32)>,
    pub is_icon: bool,
}

/// What the back office shows of places. One statement each.
pub trait PictureViews {
    /// What a category shows, and what is to come there.
    fn category_picture(&self, slug: &Slug) -> impl Future<Output = Result<PlacedPicture>> + Send;

    /// What is to come to the places of the shop.
    fn shop_uploads(&self) -> impl Future<Output = Result<Vec<(ShopPicture, PictureUpload)>>> + Send;
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

    /// Marks what neither a product nor a place shows since before then, and what never arrived, as removed: it cannot come back. Answers
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

/// Of a place that one picture is shown at. Its row is locked until the end of the transaction.
pub trait PlacedPictures {
    /// What it shows, with the place locked; none: there is no such place.
    fn lock_place(&mut self, place: &PicturePlace) -> impl Future<Output = Result<Option<ShownThere>>> + Send;

    /// Shows a picture there, or none. The one before is shown no more from now on.
    fn place_picture(
        &mut self,
        place: &PicturePlace,
        image: Option<&Image>,
        before: Option<&Image>,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<()>> + Send;

    /// Removes all others that were to come there, or could not be made.
    fn drop_other_uploads(
        &mut self,
        place: &PicturePlace,
        but: PictureId,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<()>> + Send;
}

/// What a place shows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ShownThere(pub Option<Image>);

/// Of a product, or a place, whose row is locked.
pub trait Pictures {
    /// How many are arriving or waiting.
    fn count_waiting_pictures(&mut self, product: ProductId) -> impl Future<Output = Result<u32>> + Send;

    /// Writes down a picture that is about to arrive. False: it arrived before.
    fn insert_picture(&mut self, picture: &NewPicture) -> impl Future<Output = Result<bool>> + Send;

    /// Lets a picture that has arrived wait. False: it was removed meanwhile.
    fn await_picture(&mut self, id: PictureId, now: OffsetDateTime) -> impl Future<Output = Result<bool>> + Send;

    /// A picture that waited is ready. False: it was removed meanwhile.
    fn ready_picture(&mut self, id: PictureId, now: OffsetDateTime) -> impl Future<Output = Result<bool>> + Send;

    /// Where a file of products named it as that of variants, they are shown by it from now on that have none.
    fn show_variants(&mut self, id: PictureId, name: &str) -> impl Future<Output = Result<()>> + Send;

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
fn kept_at(file_name: &str) -> String {
    format!("pictures/{}/{file_name}", file_name.get(..2).unwrap_or("00"))
}

impl<S: Store> Shop<S> {
    /// A file of a picture, for whoever asks.
    ///
    /// # Errors
    /// `Unavailable` or `Broken` when what is kept cannot be read.
    pub async fn picture_file(&self, file: &PictureFile) -> Result<Option<MediaFile>> {
        self.media().get(kept_at(&file.file_name())).await
    }

    /// A file of the shop's icon, for whoever asks.
    ///
    /// # Errors
    /// As `picture_file`.
    pub async fn icon_file(&self, file: &IconFile) -> Result<Option<MediaFile>> {
        self.media().get(kept_at(&file.file_name())).await
    }

    /// Whether files can be kept, read and taken away again: one is, and nothing of it stays.
    ///
    /// # Errors
    /// `Unavailable` with what the store says.
    pub async fn try_media(&self) -> Result<()> {
        let key = format!("checks/{}", self.next_id());
        self.media().put(key.clone(), Bytes::from_static(b"kept")).await?;
        let is_there = self.media().get(key.clone()).await?.is_some();
        self.media().delete(key).await?;
        if is_there { Ok(()) } else { Err(Error::Unavailable(anyhow::anyhow!("a file that was kept is not there"))) }
    }

    async fn delete_picture_files(&self, name: &str, widest: u32, is_icon: bool) -> Result<()> {
        let files: Vec<_> = if is_icon {
            IconFile::all(name).iter().map(IconFile::file_name).collect()
        } else {
            PictureFile::all(name, widest).iter().map(PictureFile::file_name).collect()
        };
        for file in files {
            self.media().delete(kept_at(&file)).await?;
        }
        Ok(())
    }
}
