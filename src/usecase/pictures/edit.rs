//! Staff order a product's pictures, say what each shows and which shows which variant, and take some away.

use serde_json::json;

use crate::domain::{FieldReader, Fields, MAX_ALT, May, PictureId, Problem, ProductId, Refusal, VariantId, permit};
use crate::dto::{Image, StaffProduct};

use super::super::audit::Change;
use super::super::shop::retried;
use super::super::{ProductEdits as _, Result, Shop, Store, Tx};
use super::Pictures as _;

/// What a form makes of a product's pictures.
#[derive(Debug, PartialEq, Eq)]
struct PicturesEdit {
    images: Vec<Image>,
    variants: Vec<(VariantId, Option<String>)>,
    /// One that is not ready, and goes.
    upload: Option<PictureId>,
}

/// What a button does, beside saving what was typed. Each says what is to be, so that pressing it twice is pressing it once.
enum Act<'a> {
    Save,
    /// To this place, from 0.
    Move(usize, &'a str),
    Remove(&'a str),
    RemoveUpload(PictureId),
}

impl<S: Store> Shop<S> {
    /// Saves the fields of a product's pictures, and does what the pressed button says. Fields: `version`, and of each picture
    /// `alt-NAME` and `decorative-NAME` (`on`), of each variant `vID-picture` (a name, or nothing), `act` (`move-PLACE-NAME`,
    /// `remove-NAME`, `remove-upload-ID`). What a form does not name stays as it is.
    ///
    /// # Errors
    /// `Invalid`, `NotFound`, `VersionMismatch` where it would change what somebody else has changed since.
    pub async fn edit_pictures(&self, by: May<permit::Products>, id: ProductId, fields: &Fields) -> Result<()> {
        let version = fields.get("version").and_then(|text| text.parse::<i64>().ok()).unwrap_or(0);
        retried(|| self.edit_pictures_once(by, id, version, fields)).await
    }

    async fn edit_pictures_once(
        &self,
        by: May<permit::Products>,
        id: ProductId,
        version: i64,
        fields: &Fields,
    ) -> Result<()> {
        let mut tx = self.store().begin().await?;
        let before = tx.lock_staff_product(id).await?.ok_or(Refusal::NotFound)?;
        let edit = read_edit(&before, fields);
        if edit.as_ref().is_ok_and(|edit| *edit == unchanged(&before)) {
            return Ok(());
        }
        if before.pictures_version != version {
            return Err(Refusal::VersionMismatch { current: before.pictures_version }.into());
        }
        let edit = edit?;
        let now = self.now();
        let mut upload = None;
        if let Some(picture) = edit.upload {
            upload = before.uploads.iter().find(|upload| upload.id == picture).map(|upload| upload.file.clone());
            tx.remove_picture(id, picture, now).await?;
        }
        let is_shown = |name: &String| edit.images.iter().any(|image| image.name == *name);
        let gone: Vec<_> = before.images.iter().map(|image| image.name.clone()).filter(|n| !is_shown(n)).collect();
        tx.save_images(id, &edit.images).await?;
        tx.save_pictures(id, &edit.variants, &gone, now).await?;
        let after = tx.lock_staff_product(id).await?.ok_or(Refusal::NotFound)?;
        let (old, new) = (audit_fields(&before), audit_fields(&after));
        let change = Change::of("product.pictures_changed", "product", id);
        let change = change.before(json!({ "pictures": unlike(&old, &new), "upload": upload }));
        let change = change.after(json!({ "pictures": unlike(&new, &old) }));
        self.record(&mut tx, by, change).await?;
        tx.commit().await
    }
}

/// A box that is not ticked is not sent: of each picture that a form names, both fields are there.
pub(in crate::usecase) fn with_boxes_not_ticked(mut fields: Fields) -> Fields {
    let names: Vec<_> = fields.keys().filter_map(|name| name.strip_prefix("alt-")).map(str::to_owned).collect();
    for name in names {
        fields.entry(format!("decorative-{name}")).or_default();
    }
    fields
}

/// For the log: the fields, and the order they stand in.
fn audit_fields(product: &StaffProduct) -> Fields {
    let mut fields = product.picture_fields();
    let names: Vec<_> = product.images.iter().map(|image| image.name.as_str()).collect();
    fields.insert("order".to_owned(), names.join(", "));
    fields
}

/// Those that are not the same in the other.
fn unlike(fields: &Fields, other: &Fields) -> Fields {
    let differ = fields.iter().filter(|(name, value)| other.get(*name) != Some(*value));
    differ.map(|(name, value)| (name.clone(), value.clone())).collect()
}

fn unchanged(product: &StaffProduct) -> PicturesEdit {
    let variants = product.variants.iter().map(|variant| (variant.id, variant.image.clone())).collect();
    PicturesEdit { images: product.images.clone(), variants, upload: None }
}

fn read_edit(product: &StaffProduct, fields: &Fields) -> Result<PicturesEdit> {
    let act = read_act(fields.get("act").map(String::as_str).unwrap_or_default())?;
    let mut edit = unchanged(product);
    match act {
        Act::Save => {}
        Act::Move(place, name) => {
            if let Some(at) = edit.images.iter().position(|image| image.name == name) {
                let image = edit.images.remove(at);
                edit.images.insert(place.min(edit.images.len()), image);
            }
        }
        Act::Remove(name) => edit.images.retain(|image| image.name != name),
        Act::RemoveUpload(id) => edit.upload = Some(id).filter(|id| product.uploads.iter().any(|u| u.id == *id)),
    }
    let mut reader = FieldReader::default();
    for image in &mut edit.images {
        let typed = |part: &str| fields.get(&image.field(part)).map(String::as_str);
        let alt = match (typed("alt"), typed("decorative")) {
            (None, _) => continue,
            (Some(_), Some("on")) => Some(String::new()),
            (Some(text), _) => reader.required(&image.field("alt"), text, MAX_ALT),
        };
        image.alt = alt.unwrap_or_default();
    }
    let names: Vec<_> = edit.images.iter().map(|image| image.name.clone()).collect();
    let had: Vec<_> = product.images.iter().map(|image| image.name.as_str()).collect();
    for (variant, (_, shown)) in product.variants.iter().zip(&mut edit.variants) {
        if let Some(typed) = fields.get(&variant.field("picture")) {
            let choice = match typed.as_str() {
                "" => Ok(None),
                name if had.contains(&name) => Ok(Some(name.to_owned())),
                _ => Err(Problem::NotAChoice),
            };
            *shown = reader.read(&variant.field("picture"), choice).flatten();
        }
        // What is taken away shows nothing any more.
        *shown = shown.take().filter(|name| names.contains(name));
    }
    Ok(reader.finish(Some(edit))?)
}

fn read_act(text: &str) -> Result<Act<'_>> {
    if text.is_empty() {
        return Ok(Act::Save);
    }
    if let Some(id) = text.strip_prefix("remove-upload-") {
        return Ok(Act::RemoveUpload(id.parse()?));
    }
    if let Some(name) = text.strip_prefix("remove-") {
        return Ok(Act::Remove(name));
    }
    let moved = text.strip_prefix("move-").and_then(|rest| rest.split_once('-'));
    let moved = moved.and_then(|(place, name)| Some(Act::Move(place.parse().ok()?, name)));
    moved.ok_or_else(|| Refusal::field("act", Problem::NotAChoice).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_button_does_nothing() {
        for text in ["move", "move-x-mug", "move--1-mug", "up", "removed"] {
            assert!(read_act(text).is_err(), "{text}");
        }
        assert!(matches!(read_act("move-2-tea-mug"), Ok(Act::Move(2, "tea-mug"))));
        assert!(matches!(read_act("remove-tea-mug"), Ok(Act::Remove("tea-mug"))));
    }

    #[test]
    fn a_box_that_is_not_ticked_is_a_field_all_the_same() {
        let typed = Fields::from([
            ("alt-a".into(), "A".into()),
            ("alt-b".into(), "".into()),
            ("decorative-b".into(), "on".into()),
        ]);
        let whole = with_boxes_not_ticked(typed);
        assert_eq!((whole["decorative-a"].as_str(), whole["decorative-b"].as_str(), whole.len()), ("", "on", 4));
    }
}
