//! What a picture is of: a product, which has many, or a place that shows one.

use serde::{Deserialize, Serialize};

use super::{ProductId, Slug};

/// What a picture is of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PictureOf {
    Product(ProductId),
    Place(PicturePlace),
}

/// A place that shows one picture.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PicturePlace {
    /// By its slug.
    Category(Slug),
    Shop(ShopPicture),
}

/// The pictures of the shop itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShopPicture {
    /// In the place of its name, at the top of every page.
    Logo,
    /// In a browser's tab.
    Icon,
    /// On its first page.
    Hero,
}

impl PicturePlace {
    /// Whether it is made in squares.
    pub const fn is_icon(&self) -> bool {
        matches!(self, Self::Shop(ShopPicture::Icon))
    }

    /// Whether somebody says in words what it shows. The logo is called as the shop, and an icon is never read out.
    pub const fn has_words(&self) -> bool {
        matches!(self, Self::Category(_) | Self::Shop(ShopPicture::Hero))
    }
}

impl ShopPicture {
    pub const ALL: [Self; 3] = [Self::Logo, Self::Icon, Self::Hero];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Logo => "logo",
            Self::Icon => "icon",
            Self::Hero => "hero",
        }
    }

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|place| place.as_str() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_picture_of_the_shop_has_one_word() {
        for place in ShopPicture::ALL {
            assert_eq!(ShopPicture::parse(place.as_str()), Some(place));
            assert_eq!(serde_json::to_value(place).unwrap(), place.as_str());
        }
        assert_eq!(ShopPicture::parse("banner"), None);
    }

    #[test]
    fn an_icon_is_square_and_what_is_read_out_has_words() {
        let shop = ShopPicture::ALL.map(PicturePlace::Shop);
        assert_eq!(
            shop.each_ref().map(|place| (place.is_icon(), place.has_words())),
            [(false, false), (true, false), (false, true)]
        );
        let category = PicturePlace::Category(Slug::parse("mugs").unwrap());
        assert!(!category.is_icon() && category.has_words());
    }
}
