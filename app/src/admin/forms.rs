//! The forms of the back office: what their outcome is kept under until the next page.

use shop::domain::{PicturePlace, ShopPicture};

pub const SHIP: &str = "ship-order";
pub const REFUND: &str = "refund-order";
pub const PAID: &str = "record-payment";
pub const GIVEN: &str = "give-refund";
pub const WAIVED: &str = "waive-refund";
pub const LOOKED_INTO: &str = "look-into-refund";
pub const ANSWER: &str = "answer-return";
pub const CLOSE: &str = "close-return";
pub const RECEIVE: &str = "receive-return";
pub const MESSAGE: &str = "write-to-customer";
pub const RESEND: &str = "resend-mail";
/// One of them: published, declined or answered.
pub const REVIEW: &str = "review";
pub const NOTE: &str = "note-order";
pub const CUSTOMER_NOTE: &str = "note-customer";
pub const ANONYMISE: &str = "anonymise-customer";
pub const INVITE: &str = "invite-staff";
pub const TEAM: &str = "change-staff";
pub const NEW_KEY: &str = "new-key";
pub const KEYS: &str = "revoke-key";
pub const ACCEPT: &str = "accept-invitation";
pub const STOCK: &str = "change-stock";
pub const COUNTS: &str = "count-sheet";
pub const LOW_AT: &str = "low-stock";
pub const NEW_PRODUCT: &str = "new-product";
pub const EDIT_PRODUCT: &str = "edit-product";
pub const OPTIONS: &str = "product-options";
pub const CONTENT_WORDS: &str = "content";
pub const PAGE: &str = "page-text";
pub const CATEGORY: &str = "category";
pub const CATEGORY_GONE: &str = "remove-category";
pub const CATEGORIES: &str = "categories";
pub const SYNONYMS: &str = "synonyms";
pub const SYNONYMS_GONE: &str = "remove-synonyms";
pub const PROMOTION: &str = "promotion";
pub const PROMOTION_GONE: &str = "remove-promotion";
pub const ZONE: &str = "shipping-zone";
pub const ZONE_GONE: &str = "remove-zone";
pub const TAX: &str = "tax-settings";
pub const BUSINESS: &str = "business";
pub const RATES: &str = "tax-rates";
pub const NEW_WEBHOOK: &str = "new-webhook";
pub const SAVE_WEBHOOK: &str = "save-webhook";
pub const WEBHOOK: &str = "webhook";
pub const PICTURES: &str = "product-pictures";
pub const BULK_PRODUCTS: &str = "change-products";
/// Orders that are chosen in their list; sent to addresses of their own, too, where they are printed.
pub const CHOSEN_ORDERS: &str = "chosen-orders";
/// Sent to an address of its own: its files are too large for a server function.
pub const UPLOAD: &str = "upload-pictures";
/// Of one picture, for the place that shows it: sent to an address of its own, too.
pub const LOGO_UPLOAD: &str = "upload-logo";
pub const ICON_UPLOAD: &str = "upload-icon";
pub const HERO_UPLOAD: &str = "upload-hero";
pub const CATEGORY_UPLOAD: &str = "upload-category-picture";
pub const LOGO: &str = "logo";
pub const ICON: &str = "icon";
pub const HERO: &str = "hero";
pub const CATEGORY_PICTURE: &str = "category-picture";
/// A file of products, sent to an address of its own.
pub const IMPORT: &str = "import-products";
pub const WANT_IMPORT: &str = "want-import";

/// The form that sends the picture of a place.
pub const fn upload_of(place: &PicturePlace) -> &'static str {
    match place {
        PicturePlace::Category(_) => CATEGORY_UPLOAD,
        PicturePlace::Shop(ShopPicture::Logo) => LOGO_UPLOAD,
        PicturePlace::Shop(ShopPicture::Icon) => ICON_UPLOAD,
        PicturePlace::Shop(ShopPicture::Hero) => HERO_UPLOAD,
    }
}

/// The form that says what it shows, or takes it away.
pub const fn picture_form(place: &PicturePlace) -> &'static str {
    match place {
        PicturePlace::Category(_) => CATEGORY_PICTURE,
        PicturePlace::Shop(ShopPicture::Logo) => LOGO,
        PicturePlace::Shop(ShopPicture::Icon) => ICON,
        PicturePlace::Shop(ShopPicture::Hero) => HERO,
    }
}
