//! A picture where it is shown: its name, its words, and the addresses of its files.

use std::borrow::Cow;
use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::domain::{PictureFile, PictureFormat, picture_widths};

/// A picture by its name. One that was uploaded has a size, and files `/media/{name}-{width}.avif` and `.webp`; the others came
/// with the program: `/pictures/{name}-480.webp` and `/pictures/{name}-960.webp`, 4:5.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Image {
    pub name: String,
    /// What it shows, in words; empty: it only decorates.
    pub alt: String,
    /// Width and height of the largest of its files.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<(u32, u32)>,
    /// Of an upload: nothing of what it lies on is seen through it. (Where that is not written down, something may be.)
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub opaque: bool,
}

impl Image {
    /// What it measures: its place is kept while it loads.
    pub fn size(&self) -> (u32, u32) {
        self.size.unwrap_or((480, 600))
    }

    /// The address of its WebP file that is at least so wide, else of the widest.
    pub fn address(&self, width: u32) -> String {
        let widths = self.widths();
        let fitting = widths.iter().find(|known| **known >= width).or(widths.last());
        let mut address = String::with_capacity(64);
        self.write_file(*fitting.unwrap_or(&width), PictureFormat::WebP, &mut address);
        address
    }

    /// All of its files of a format for a `srcset`; none: there are none.
    pub fn srcset(&self, format: PictureFormat) -> Option<String> {
        let has_files = self.size.is_some() || format == PictureFormat::WebP;
        has_files.then(|| {
            let mut srcset = String::with_capacity(160);
            for width in self.widths().iter() {
                srcset.push_str(if srcset.is_empty() { "" } else { ", " });
                self.write_file(*width, format, &mut srcset);
                // A text takes whatever is written to it.
                let _ = write!(srcset, " {width}w");
            }
            srcset
        })
    }

    /// Whether what it lies on may be seen through it. Pictures of the program have no holes.
    pub const fn is_see_through(&self) -> bool {
        self.size.is_some() && !self.opaque
    }

    fn widths(&self) -> Cow<'static, [u32]> {
        const OF_THE_PROGRAM: &[u32] = &[480, 960];
        self.size.map_or(Cow::Borrowed(OF_THE_PROGRAM), |(widest, _)| Cow::Owned(picture_widths(widest)))
    }

    /// A page has dozens of these addresses: none is a text of its own before it stands there.
    fn write_file(&self, width: u32, format: PictureFormat, to: &mut String) {
        if self.size.is_some() {
            to.push_str("/media/");
            to.push_str(&PictureFile { name: self.name.clone(), width, format }.file_name());
        } else {
            let _ = write!(to, "/pictures/{}-{width}.webp", self.name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upload_has_files_of_both_formats_and_a_picture_of_the_program_has_webp() {
        let sample = Image { name: "mug".into(), alt: "A mug".into(), size: None, opaque: false };
        assert_eq!(
            (sample.address(900), sample.address(100)),
            ("/pictures/mug-960.webp".into(), "/pictures/mug-480.webp".into())
        );
        assert_eq!(sample.srcset(PictureFormat::Avif), None);
        let both = "/pictures/mug-480.webp 480w, /pictures/mug-960.webp 960w";
        assert_eq!(sample.srcset(PictureFormat::WebP).as_deref(), Some(both));
        let upload = Image { name: "ab".into(), size: Some((1_200, 900)), ..sample };
        assert_eq!(
            (upload.address(500), upload.address(9_000)),
            ("/media/ab-800.webp".into(), "/media/ab-1200.webp".into())
        );
        let avif = "/media/ab-400.avif 400w, /media/ab-800.avif 800w, /media/ab-1200.avif 1200w";
        assert_eq!(upload.srcset(PictureFormat::Avif).as_deref(), Some(avif));
        let opaque = Image { opaque: true, ..upload.clone() };
        assert!(
            upload.is_see_through() && !opaque.is_see_through() && !Image { size: None, ..opaque }.is_see_through()
        );
        assert_eq!((upload.size(), Image { size: None, ..upload }.size()), ((1_200, 900), (480, 600)));
    }

    /// As it stands in the catalogue.
    #[test]
    fn what_the_release_before_wrote_is_read() {
        let sample: Image = serde_json::from_str(r#"{"name":"mug","alt":"A mug"}"#).unwrap();
        assert_eq!(serde_json::to_string(&sample).unwrap(), r#"{"name":"mug","alt":"A mug"}"#);
        let upload: Image = serde_json::from_str(r#"{"name":"ab","alt":"","size":[400,500]}"#).unwrap();
        assert_eq!(upload.size, Some((400, 500)));
    }
}
