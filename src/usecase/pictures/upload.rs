//! A file comes in: it is looked at, written down and kept, and its sizes are made later.

use bytes::Bytes;
use serde_json::json;

use crate::domain::{
    MAX_PICTURES, May, PictureId, PictureKind, PictureOf, PicturePlace, PictureProblem, ProductId, Refusal,
    ShopPicture, Slug, Staff, check_picture_size, clean_line, permit,
};
use crate::dto::Uploaded;

use super::super::audit::Change;
use super::super::shop::retried;
use super::super::{ProductEdits as _, Result, Shop, Store, Tx};
use super::placed::said_of;
use super::{NewPicture, Pictures as _, PlacedPictures as _, original};

const MAX_FILE_NAME: u32 = 120;

impl<S: Store> Shop<S> {
    /// Takes a file for a product, behind its other pictures. Written down before it is kept, and waiting after that: two
    /// transactions, with the store of files between them.
    ///
    /// # Errors
    /// `NotFound`; `Unavailable` when it cannot be kept, and then nothing of it is.
    pub async fn upload_picture(
        &self,
        by: May<permit::Products>,
        product: ProductId,
        file: &str,
        bytes: Bytes,
    ) -> Result<Uploaded> {
        let (id, of) = (PictureId(self.next_id()), PictureOf::Product(product));
        self.take_picture_in(by.into(), id, of, file, bytes, None).await
    }

    /// Takes a file for a category, in the place of the one it shows.
    ///
    /// # Errors
    /// As `upload_picture`.
    pub async fn upload_category_picture(
        &self,
        by: May<permit::Products>,
        category: &Slug,
        file: &str,
        bytes: Bytes,
    ) -> Result<Uploaded> {
        let of = PictureOf::Place(PicturePlace::Category(category.clone()));
        self.take_picture_in(by.into(), PictureId(self.next_id()), of, file, bytes, None).await
    }

    /// Takes a file for the shop itself, in the place of the one before.
    ///
    /// # Errors
    /// As `upload_picture`.
    pub async fn upload_shop_picture(
        &self,
        by: May<permit::Content>,
        place: ShopPicture,
        file: &str,
        bytes: Bytes,
    ) -> Result<Uploaded> {
        let of = PictureOf::Place(PicturePlace::Shop(place));
        self.take_picture_in(by.into(), PictureId(self.next_id()), of, file, bytes, None).await
    }

    /// The same of a picture that somebody had fetched, with words for what it shows. One that arrived before, under this id, is
    /// not taken twice.
    pub(in super::super) async fn take_picture_in(
        &self,
        by: Staff,
        id: PictureId,
        of: PictureOf,
        file: &str,
        bytes: Bytes,
        alt: Option<String>,
    ) -> Result<Uploaded> {
        let kind = match PictureKind::of(&bytes) {
            Ok(kind) => kind,
            Err(problem) => return Ok(Uploaded::NotTaken(problem)),
        };
        let size = self.pictures().size(kind, bytes.clone()).await?;
        let checked = size.ok_or(PictureProblem::Damaged).and_then(|(width, height)| check_picture_size(width, height));
        if let Err(problem) = checked {
            return Ok(Uploaded::NotTaken(problem));
        }
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let picture = NewPicture { id, of, file: file_name(file), kind, bytes: length, alt, at: self.now() };
        match retried(|| self.write_picture_down(&picture)).await? {
            Ok(true) => {}
            Ok(false) => return Ok(Uploaded::Waiting(id)),
            Err(problem) => return Ok(Uploaded::NotTaken(problem)),
        }
        // What fails from here on leaves a picture that never arrived: housekeeping sees to it.
        self.media().put(original(id), bytes).await?;
        retried(|| self.let_picture_wait(by, &picture)).await?;
        self.notify_pictures();
        Ok(Uploaded::Waiting(id))
    }

    /// False: it arrived before.
    async fn write_picture_down(&self, picture: &NewPicture) -> Result<std::result::Result<bool, PictureProblem>> {
        let mut tx = self.store().begin().await?;
        match &picture.of {
            PictureOf::Product(id) => {
                let product = tx.lock_staff_product(*id).await?.ok_or(Refusal::NotFound)?;
                if !tx.insert_picture(picture).await? {
                    return Ok(Ok(false));
                }
                // This one among them.
                let shown = u32::try_from(product.images.len()).unwrap_or(u32::MAX);
                if shown.saturating_add(tx.count_waiting_pictures(*id).await?) > MAX_PICTURES {
                    return Ok(Err(PictureProblem::TooMany));
                }
            }
            PictureOf::Place(place) => {
                tx.lock_place(place).await?.ok_or(Refusal::NotFound)?;
                if !tx.insert_picture(picture).await? {
                    return Ok(Ok(false));
                }
                tx.drop_other_uploads(place, picture.id, picture.at).await?;
            }
        }
        tx.commit().await?;
        Ok(Ok(true))
    }

    async fn let_picture_wait(&self, by: Staff, picture: &NewPicture) -> Result<()> {
        let mut tx = self.store().begin().await?;
        let said = json!({ "file": picture.file, "bytes": picture.bytes });
        let change = match &picture.of {
            PictureOf::Product(id) => {
                tx.lock_staff_product(*id).await?.ok_or(Refusal::NotFound)?;
                Change::of("product.picture_uploaded", "product", *id)
            }
            PictureOf::Place(place) => {
                let shown = tx.lock_place(place).await?.ok_or(Refusal::NotFound)?;
                let change = match place {
                    PicturePlace::Category(slug) => Change::of("category.picture_uploaded", "category", slug.as_str()),
                    PicturePlace::Shop(_) => Change::of("content.picture_uploaded", "content", "shop"),
                };
                change.before(said_of(place, shown.0.as_ref()))
            }
        };
        if tx.await_picture(picture.id, self.now()).await? {
            let said = match &picture.of {
                PictureOf::Place(PicturePlace::Shop(place)) => json!({ "place": place, "upload": said }),
                PictureOf::Product(_) | PictureOf::Place(PicturePlace::Category(_)) => said,
            };
            self.record(&mut tx, by, change.after(said)).await?;
        }
        tx.commit().await
    }
}

/// What a file is called, without the folders some browsers put before it.
fn file_name(sent: &str) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let shown: String = last.chars().filter(|c| !c.is_control()).take(MAX_FILE_NAME as usize).collect();
    let name = clean_line(&shown, MAX_FILE_NAME).unwrap_or_default();
    if name.is_empty() { "a picture".to_owned() } else { name }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_called_by_its_name_alone() {
        for (sent, name) in [
            ("mug.jpg", "mug.jpg"),
            ("C:\\fakepath\\mug.jpg", "mug.jpg"),
            ("../../etc/passwd", "passwd"),
            ("a\0b\n\u{7f}.png", "ab.png"),
            ("", "a picture"),
            ("/", "a picture"),
        ] {
            assert_eq!(file_name(sent), name, "{sent:?}");
        }
        assert_eq!(file_name(&"ä".repeat(500)).chars().count(), 120);
        assert_eq!(file_name("gpj.\u{202e}exe"), "a picture", "letters that run backwards");
    }
}
