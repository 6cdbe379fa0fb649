//! The files of a picture: their formats, and what they are called; and those of the shop's icon, which are squares.

use super::picture_widths;

/// What it is shown as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PictureFormat {
    Avif,
    WebP,
}

/// One of a picture's files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PictureFile {
    /// 32 hexadecimal digits: a hash of what is in its files.
    pub name: String,
    pub width: u32,
    pub format: PictureFormat,
}

/// One of the squares that the shop's icon is made in, as PNG: programs that show icons know no other format for sure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IconFile {
    /// As that of a picture.
    pub name: String,
    pub side: u32,
}

impl PictureFormat {
    /// The one that weighs least first.
    pub const ALL: [Self; 2] = [Self::Avif, Self::WebP];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Avif => "avif",
            Self::WebP => "webp",
        }
    }

    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Avif => "image/avif",
            Self::WebP => "image/webp",
        }
    }
}

impl PictureFile {
    /// All files of a picture.
    pub fn all(name: &str, widest: u32) -> Vec<Self> {
        let of = |width| PictureFormat::ALL.map(|format| Self { name: name.to_owned(), width, format });
        picture_widths(widest).into_iter().flat_map(of).collect()
    }

    /// As an address ends: `0123456789abcdef0123456789abcdef-800.avif`. Nothing else is one.
    pub fn parse(text: &str) -> Option<Self> {
        let (rest, ending) = text.split_once('.')?;
        let (name, width) = rest.split_once('-')?;
        let format = PictureFormat::ALL.into_iter().find(|format| format.as_str() == ending)?;
        let is_width = (1..=4).contains(&width.len()) && width.bytes().all(|b| b.is_ascii_digit());
        let width = width.parse().ok().filter(|_| is_name(name) && is_width && !width.starts_with('0'))?;
        Some(Self { name: name.to_owned(), width, format })
    }

    /// Where it is kept, and how its address ends.
    pub fn file_name(&self) -> String {
        format!("{}-{}.{}", self.name, self.width, self.format.as_str())
    }
}

impl IconFile {
    /// In a tab, on the screen of a phone, and where it is shown large.
    pub const SIDES: [u32; 3] = [32, 180, 512];

    /// All files of an icon.
    pub fn all(name: &str) -> Vec<Self> {
        Self::SIDES.into_iter().map(|side| Self { name: name.to_owned(), side }).collect()
    }

    /// As an address ends: `0123456789abcdef0123456789abcdef-32.png`.
    pub fn parse(text: &str) -> Option<Self> {
        let (name, side) = text.strip_suffix(".png")?.split_once('-')?;
        let side = Self::SIDES.into_iter().find(|known| known.to_string() == side).filter(|_| is_name(name))?;
        Some(Self { name: name.to_owned(), side })
    }

    /// Where it is kept, and how its address ends.
    pub fn file_name(&self) -> String {
        format!("{}-{}.png", self.name, self.side)
    }
}

fn is_name(name: &str) -> bool {
    name.len() == 32 && name.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_one_name_and_nothing_else_is_one() {
        let name = "0123456789abcdef0123456789abcdef";
        let all = PictureFile::all(name, 800);
        assert_eq!(all.iter().map(|file| file.width).collect::<Vec<_>>(), [400, 400, 800, 800]);
        for file in all {
            assert_eq!(PictureFile::parse(&file.file_name()), Some(file));
        }
        assert_eq!(PictureFormat::ALL.map(PictureFormat::media_type), ["image/avif", "image/webp"]);
        let (width, format) = (800, PictureFormat::Avif);
        assert_eq!(
            PictureFile::parse(&format!("{name}-800.avif")),
            Some(PictureFile { name: name.into(), width, format })
        );
        let upper = format!("{}-400.avif", name.to_uppercase());
        for text in ["", "../x-400.avif", &upper, &format!("{name}-0400.avif"), &format!("{name}-400.svg")] {
            assert_eq!(PictureFile::parse(text), None, "{text}");
        }
        for more in ["-400", "-400.avif.webp", "-.avif", "-+400.avif", "-99999.webp", "/400.webp", "-400.AVIF"] {
            assert_eq!(PictureFile::parse(&format!("{name}{more}")), None, "{more}");
        }
    }

    #[test]
    fn an_icon_has_three_files_and_nothing_else_is_one() {
        let name = "0123456789abcdef0123456789abcdef";
        let all = IconFile::all(name);
        assert_eq!(all.iter().map(|file| file.side).collect::<Vec<_>>(), IconFile::SIDES);
        for file in all {
            assert_eq!(PictureFile::parse(&file.file_name()), None);
            assert_eq!(IconFile::parse(&file.file_name()), Some(file));
        }
        for text in ["", "x-32.png", &format!("{name}-33.png"), &format!("{name}-032.png"), &format!("{name}-32.svg")] {
            assert_eq!(IconFile::parse(text), None, "{text}");
        }
    }
}
