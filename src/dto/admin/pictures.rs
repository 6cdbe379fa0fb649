//! Pictures as staff see them: those of a product in their order, and the one that a place shows.

use serde::{Deserialize, Serialize};

use crate::domain::{Fields, PictureId, PictureProblem};

use super::super::Image;
use super::products::{PictureUpload, StaffProduct};

/// What was made of a file that somebody sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Uploaded {
    /// Its sizes are being made.
    Waiting(PictureId),
    /// Nothing of it is kept.
    NotTaken(PictureProblem),
}

/// What a place shows, and what is to be shown there.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlacedPicture {
    pub image: Option<Image>,
    /// It is being made, or could not be.
    pub upload: Option<PictureUpload>,
}

impl Image {
    /// The name of a field of its editor: `alt`, `decorative`.
    pub fn field(&self, part: &str) -> String {
        format!("{part}-{}", self.name)
    }
}

impl StaffProduct {
    /// The fields of its pictures: what each shows, and which of them shows which variant.
    pub fn picture_fields(&self) -> Fields {
        let mut fields = Fields::new();
        for image in &self.images {
            fields.insert(image.field("alt"), image.alt.clone());
            let decorative = if image.alt.is_empty() { "on" } else { "" };
            fields.insert(image.field("decorative"), decorative.to_owned());
        }
        if self.variants.len() > 1 {
            for variant in &self.variants {
                fields.insert(variant.field("picture"), variant.image.clone().unwrap_or_default());
            }
        }
        fields
    }
}
