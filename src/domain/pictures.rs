//! Pictures that staff upload: what is taken, and in which sizes it is shown.
//!
//! A file is known by what is in it, never by its name or by what its sender says of it.

use serde::{Deserialize, Serialize};

/// The most bytes of a file: 20 MB.
pub const MAX_PICTURE_BYTES: usize = 20 * 1024 * 1024;
/// The most pictures of a product, those that are being made among them.
pub const MAX_PICTURES: u32 = 20;
/// The most characters of a picture's words.
pub const MAX_ALT: u32 = 250;
const MAX_PIXELS: u64 = 50_000_000;
/// Less is no picture of anything.
const MIN_SIDE: u32 = 64;
/// How many times longer one side may be than the other.
const MAX_RATIO: u32 = 10;
const WIDTHS: [u32; 3] = [400, 800, 1600];

/// What can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PictureKind {
    Jpeg,
    Png,
    WebP,
}

/// Why a file is not taken, or could not be made into a picture.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PictureProblem {
    Empty,
    TooHeavy,
    NotAPicture,
    /// A drawing that can hold scripts.
    Svg,
    Gif,
    Heic,
    Avif,
    TooManyPixels,
    TooSmall,
    TooNarrow,
    /// Its end is missing.
    Truncated,
    /// It begins like a picture and cannot be read.
    Damaged,
    /// The product has as many as it may.
    TooMany,
    /// What was uploaded is not there any more.
    Lost,
    /// Whoever tried did not come to an end.
    Unmade,
}

impl PictureKind {
    /// Looks at what is in a file: its kind, and whether all of it is there.
    ///
    /// # Errors
    /// Why it is not taken.
    pub fn of(bytes: &[u8]) -> Result<Self, PictureProblem> {
        if bytes.len() > MAX_PICTURE_BYTES {
            return Err(PictureProblem::TooHeavy);
        }
        let (kind, is_whole) = match bytes {
            [] => return Err(PictureProblem::Empty),
            [0xff, 0xd8, 0xff, ..] => (Self::Jpeg, jpeg_is_whole(bytes)),
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => (Self::Png, png_is_whole(bytes)),
            [b'R', b'I', b'F', b'F', a, b, c, d, b'W', b'E', b'B', b'P', ..] => {
                (Self::WebP, bytes.len() as u64 >= u64::from(u32::from_le_bytes([*a, *b, *c, *d])) + 8)
            }
            _ => return Err(not_taken(bytes)),
        };
        if is_whole { Ok(kind) } else { Err(PictureProblem::Truncated) }
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Jpeg => "jpeg",
            Self::Png => "png",
            Self::WebP => "webp",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        [Self::Jpeg, Self::Png, Self::WebP].into_iter().find(|kind| kind.as_str() == text)
    }
}

/// What else a file may be, for whoever chose it.
fn not_taken(bytes: &[u8]) -> PictureProblem {
    if bytes.starts_with(b"GIF8") {
        return PictureProblem::Gif;
    }
    if bytes.get(4..8) == Some(b"ftyp") {
        return match bytes.get(8..12) {
            Some(b"avif" | b"avis") => PictureProblem::Avif,
            Some(b"heic" | b"heix" | b"hevc" | b"hevx" | b"mif1" | b"msf1") => PictureProblem::Heic,
            _ => PictureProblem::NotAPicture,
        };
    }
    let head = String::from_utf8_lossy(bytes.get(..4096).unwrap_or(bytes)).to_ascii_lowercase();
    if head.trim_start_matches('\u{feff}').trim_start().starts_with('<') && head.contains("<svg") {
        PictureProblem::Svg
    } else {
        PictureProblem::NotAPicture
    }
}

/// Whether the end of the image stands behind its beginning; what follows it is nobody's.
fn jpeg_is_whole(bytes: &[u8]) -> bool {
    let (mut at, mut has_pixels) = (2, false);
    while let Some(found) = bytes.get(at..).and_then(|rest| rest.iter().position(|byte| *byte == 0xff)) {
        at += found;
        match bytes.get(at + 1) {
            None => return false,
            // Filled up.
            Some(0xff) => at += 1,
            // A byte of pixels, and what has no length.
            Some(0x00 | 0x01 | 0xd0..=0xd7) => at += 2,
            Some(0xd9) => return has_pixels,
            Some(segment) => {
                has_pixels |= *segment == 0xda;
                let Some([high, low]) = bytes.get(at + 2..at + 4) else { return false };
                at += 2 + usize::from(u16::from_be_bytes([*high, *low]));
            }
        }
    }
    false
}

fn png_is_whole(bytes: &[u8]) -> bool {
    let mut at = 8_usize;
    while let Some([a, b, c, d, kind @ ..]) = bytes.get(at..at.saturating_add(8)) {
        let length = u32::from_be_bytes([*a, *b, *c, *d]) as usize;
        // Its length, its kind, what is in it, its checksum.
        at = at.saturating_add(12).saturating_add(length);
        if kind == b"IEND" {
            return at <= bytes.len();
        }
    }
    false
}

/// Whether a picture of this size can be read and shown, said by its head, before any of its pixels are read.
///
/// # Errors
/// Why not.
pub fn check_picture_size(width: u32, height: u32) -> Result<(), PictureProblem> {
    let (short, long) = (width.min(height), width.max(height));
    if u64::from(width) * u64::from(height) > MAX_PIXELS {
        Err(PictureProblem::TooManyPixels)
    } else if short < MIN_SIDE {
        Err(PictureProblem::TooSmall)
    } else if long > short.saturating_mul(MAX_RATIO) {
        Err(PictureProblem::TooNarrow)
    } else {
        Ok(())
    }
}

/// The widest that a picture is shown: never wider than it is.
pub fn widest_picture(width: u32) -> u32 {
    width.min(WIDTHS[WIDTHS.len() - 1])
}

/// The widths that one is made in whose widest is this.
pub fn picture_widths(widest: u32) -> Vec<u32> {
    WIDTHS.into_iter().filter(|width| *width < widest).chain([widest]).collect()
}

impl PictureProblem {
    const ALL: [Self; 15] = [
        Self::Empty,
        Self::TooHeavy,
        Self::NotAPicture,
        Self::Svg,
        Self::Gif,
        Self::Heic,
        Self::Avif,
        Self::TooManyPixels,
        Self::TooSmall,
        Self::TooNarrow,
        Self::Truncated,
        Self::Damaged,
        Self::TooMany,
        Self::Lost,
        Self::Unmade,
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooHeavy => "too_heavy",
            Self::NotAPicture => "not_a_picture",
            Self::Svg => "svg",
            Self::Gif => "gif",
            Self::Heic => "heic",
            Self::Avif => "avif",
            Self::TooManyPixels => "too_many_pixels",
            Self::TooSmall => "too_small",
            Self::TooNarrow => "too_narrow",
            Self::Truncated => "truncated",
            Self::Damaged => "damaged",
            Self::TooMany => "too_many",
            Self::Lost => "lost",
            Self::Unmade => "unmade",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|problem| problem.as_str() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Head, pixels with a stuffed byte and a restart, end.
    const JPEG: &[u8] =
        &[0xff, 0xd8, 0xff, 0xe1, 0, 4, 0xff, 0xd9, 0xff, 0xff, 0xda, 0, 2, 7, 0xff, 0, 7, 0xff, 0xd3, 7, 0xff, 0xd9];

    fn png(chunks: &[(&[u8; 4], &[u8])]) -> Vec<u8> {
        let mut file = b"\x89PNG\r\n\x1a\n".to_vec();
        for (kind, content) in chunks {
            file.extend(u32::try_from(content.len()).unwrap().to_be_bytes());
            file.extend(*kind);
            file.extend(*content);
            file.extend([0; 4]);
        }
        file
    }

    fn webp(says: u32, has: usize) -> Vec<u8> {
        [&b"RIFF"[..], &says.to_le_bytes(), b"WEBP", &vec![0; has]].concat()
    }

    #[test]
    fn a_file_is_known_by_what_is_in_it() {
        let svg =
            "\u{feff} <?xml version=\"1.0\"?>\n<!-- x --><SVG xmlns=\"http://www.w3.org/2000/svg\"><script/></SVG>";
        for (bytes, expected) in [
            (JPEG.to_vec(), Ok(PictureKind::Jpeg)),
            (png(&[(b"IHDR", &[0; 13]), (b"IDAT", b"x"), (b"IEND", b"")]), Ok(PictureKind::Png)),
            (webp(14, 10), Ok(PictureKind::WebP)),
            (Vec::new(), Err(PictureProblem::Empty)),
            (svg.as_bytes().to_vec(), Err(PictureProblem::Svg)),
            (b"<html><svg></svg></html>".to_vec(), Err(PictureProblem::Svg)),
            (b"<html></html>".to_vec(), Err(PictureProblem::NotAPicture)),
            (b"GIF89a and so on".to_vec(), Err(PictureProblem::Gif)),
            (b"\0\0\0\x18ftypheic".to_vec(), Err(PictureProblem::Heic)),
            (b"\0\0\0\x18ftypavif".to_vec(), Err(PictureProblem::Avif)),
            (b"\0\0\0\x18ftypmp42".to_vec(), Err(PictureProblem::NotAPicture)),
            (b"%PDF-1.7".to_vec(), Err(PictureProblem::NotAPicture)),
            (b"\xff\xd8".to_vec(), Err(PictureProblem::NotAPicture)),
            (b"PK\x03\x04".to_vec(), Err(PictureProblem::NotAPicture)),
        ] {
            assert_eq!(PictureKind::of(&bytes), expected, "{:?}", String::from_utf8_lossy(&bytes));
        }
    }

    #[test]
    fn a_file_whose_end_is_missing_is_refused_and_one_with_more_behind_its_end_is_not() {
        for whole in [JPEG.to_vec(), png(&[(b"IHDR", &[0; 13]), (b"IDAT", b"xyz"), (b"IEND", b"")]), webp(14, 10)] {
            for end in 12..whole.len() {
                assert_eq!(PictureKind::of(&whole[..end]), Err(PictureProblem::Truncated), "{end} of {whole:?}");
            }
            assert!(PictureKind::of(&[&whole[..], b"PK\x03\x04<script>"].concat()).is_ok());
        }
        let endless = png(&[(b"IHDR", &[0; 13])]);
        assert_eq!(PictureKind::of(&[&endless[..], &[0xff; 8]].concat()), Err(PictureProblem::Truncated));
        for without_pixels in [&[0xff, 0xd8, 0xff, 0xff, 0xd9][..], &[0xff, 0xd8, 0xff, 0xe1, 0, 2, 0xff, 0xd9]] {
            assert_eq!(PictureKind::of(without_pixels), Err(PictureProblem::Truncated));
        }
    }

    #[test]
    fn no_file_is_heavier_than_20_mb() {
        assert_eq!(MAX_PICTURE_BYTES, 20_971_520);
        let mut file = JPEG.to_vec();
        file.resize(MAX_PICTURE_BYTES, 0);
        assert_eq!(PictureKind::of(&file), Ok(PictureKind::Jpeg));
        file.push(0);
        assert_eq!(PictureKind::of(&file), Err(PictureProblem::TooHeavy));
    }

    #[test]
    fn a_size_is_checked_before_its_pixels() {
        for (width, height, expected) in [
            (10_000, 5_000, Ok(())),
            (10_000, 5_001, Err(PictureProblem::TooManyPixels)),
            (u32::MAX, u32::MAX, Err(PictureProblem::TooManyPixels)),
            (64, 64, Ok(())),
            (63, 64, Err(PictureProblem::TooSmall)),
            (0, 0, Err(PictureProblem::TooSmall)),
            (640, 64, Ok(())),
            (641, 64, Err(PictureProblem::TooNarrow)),
            (64, 641, Err(PictureProblem::TooNarrow)),
        ] {
            assert_eq!(check_picture_size(width, height), expected, "{width} × {height}");
        }
    }

    #[test]
    fn no_picture_is_made_wider_than_it_is() {
        for (width, widths) in [
            (64, vec![64]),
            (400, vec![400]),
            (401, vec![400, 401]),
            (1_200, vec![400, 800, 1_200]),
            (1_600, vec![400, 800, 1_600]),
            (9_000, vec![400, 800, 1_600]),
        ] {
            assert_eq!(picture_widths(widest_picture(width)), widths, "{width}");
        }
    }

    #[test]
    fn every_problem_has_one_word() {
        for problem in PictureProblem::ALL {
            assert_eq!(PictureProblem::parse(problem.as_str()), Some(problem));
            assert_eq!(serde_json::to_value(problem).unwrap(), problem.as_str());
        }
        for (kind, word) in [(PictureKind::Jpeg, "jpeg"), (PictureKind::Png, "png"), (PictureKind::WebP, "webp")] {
            assert_eq!((kind.as_str(), PictureKind::parse(word)), (word, Some(kind)));
        }
        assert_eq!((PictureProblem::parse("blurred"), PictureKind::parse("gif")), (None, None));
    }
}
