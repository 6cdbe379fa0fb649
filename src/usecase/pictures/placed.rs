//! Places that show one picture, as staff change them: what it shows in words, and that it goes.

use serde_json::{Value, json};

use crate::domain::{FieldReader, Fields, MAX_ALT, May, PicturePlace, Refusal, ShopPicture, Slug, Staff, permit};
use crate::dto::{Image, PlacedPicture, ShopPictures};

use super::super::audit::Change;
use super::super::editor::text;
use super::super::shop::retried;
use super::super::{Result, Shop, Store, Tx};
use super::PlacedPictures as _;

impl<S: Store> Shop<S> {
    /// Saves in words what a category's picture shows, or takes it away. Fields: `name` (of the picture that was looked at),
    /// `alt`, `act` (`remove`, or nothing).
    ///
    /// # Errors
    /// `Invalid`, `NotFound`, `VersionMismatch` where another one is shown by now.
    pub async fn edit_category_picture(
        &self,
        by: May<permit::Products>,
        category: &Slug,
        fields: &Fields,
    ) -> Result<()> {
        self.edit_placed(by.into(), &PicturePlace::Category(category.clone()), fields).await
    }

    /// The same of a picture of the shop itself; where it goes, what comes with the program is shown again.
    ///
    /// # Errors
    /// As `edit_category_picture`.
    pub async fn edit_shop_picture(&self, by: May<permit::Content>, place: ShopPicture, fields: &Fields) -> Result<()> {
        self.edit_placed(by.into(), &PicturePlace::Shop(place), fields).await?;
        self.show_content().await;
        Ok(())
    }

    async fn edit_placed(&self, by: Staff, place: &PicturePlace, fields: &Fields) -> Result<()> {
        let is_removed = text(fields, "act") == "remove";
        let mut reader = FieldReader::default();
        let alt = match place.has_words() && !is_removed {
            true => reader.optional("alt", text(fields, "alt"), MAX_ALT).map(Option::unwrap_or_default),
            false => Some(String::new()),
        };
        let alt = reader.finish(alt)?;
        retried(|| async {
            let mut tx = self.store().begin().await?;
            let before = tx.lock_place(place).await?.ok_or(Refusal::NotFound)?.0;
            let Some(before) = before.filter(|image| image.name == text(fields, "name")) else {
                // What is to go is gone already, by this button or somebody else's.
                return if is_removed { Ok(()) } else { Err(Refusal::VersionMismatch { current: 0 }.into()) };
            };
            let after = (!is_removed).then(|| Image { alt: alt.clone(), ..before.clone() });
            if after.as_ref() == Some(&before) {
                return Ok(());
            }
            let gone = is_removed.then_some(&before);
            tx.place_picture(place, after.as_ref(), gone, self.now()).await?;
            let change = match (place, is_removed) {
                (PicturePlace::Category(slug), true) => {
                    Change::of("category.picture_removed", "category", slug.as_str())
                }
                (PicturePlace::Category(slug), false) => {
                    Change::of("category.picture_changed", "category", slug.as_str())
                }
                (PicturePlace::Shop(_), true) => Change::of("content.picture_removed", "content", "shop"),
                (PicturePlace::Shop(_), false) => Change::of("content.picture_changed", "content", "shop"),
            };
            let change = change.before(said_of(place, Some(&before))).after(said_of(place, after.as_ref()));
            self.record(&mut tx, by, change).await?;
            tx.commit().await
        })
        .await
    }

    /// What each place of the shop shows, and what is to come there.
    pub(in super::super) async fn shop_pictures(
        &self,
        shown: &ShopPictures,
    ) -> Result<Vec<(ShopPicture, PlacedPicture)>> {
        let uploads = self.store().shop_uploads().await?;
        let placed = |place: ShopPicture| {
            let upload = uploads.iter().find(|(of, _)| *of == place).map(|(_, upload)| upload.clone());
            (place, PlacedPicture { image: shown.of(place).cloned(), upload })
        };
        Ok(ShopPicture::ALL.into_iter().map(placed).collect())
    }
}

/// A place's picture, for the log.
pub(super) fn said_of(place: &PicturePlace, image: Option<&Image>) -> Value {
    match place {
        PicturePlace::Category(_) => json!(image),
        PicturePlace::Shop(place) => json!({ "place": place, "picture": image }),
    }
}
