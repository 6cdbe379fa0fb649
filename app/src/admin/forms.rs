//! The forms of the back office: what their outcome is kept under until the next page.

pub const SHIP: &str = "ship-order";
pub const REFUND: &str = "refund-order";
pub const PAID: &str = "record-payment";
pub const GIVEN: &str = "give-refund";
pub const WAIVED: &str = "waive-refund";
pub const LOOKED_INTO: &str = "look-into-refund";
pub const ANSWER: &str = "answer-return";
pub const CLOSE: &str = "close-return";
pub const NOTE: &str = "note-order";
pub const CUSTOMER_NOTE: &str = "note-customer";
pub const ANONYMISE: &str = "anonymise-customer";
pub const INVITE: &str = "invite-staff";
pub const TEAM: &str = "change-staff";
pub const NEW_KEY: &str = "new-key";
pub const KEYS: &str = "revoke-key";
pub const ACCEPT: &str = "accept-invitation";
pub const STOCK: &str = "change-stock";
pub const NEW_PRODUCT: &str = "new-product";
pub const EDIT_PRODUCT: &str = "edit-product";
pub const OPTIONS: &str = "product-options";
pub const CONTENT_WORDS: &str = "content";
pub const PAGE: &str = "page-text";
pub const CATEGORY: &str = "category";
pub const CATEGORY_GONE: &str = "remove-category";
pub const CATEGORIES: &str = "categories";
pub const PROMOTION: &str = "promotion";
pub const PROMOTION_GONE: &str = "remove-promotion";
pub const ZONE: &str = "shipping-zone";
pub const ZONE_GONE: &str = "remove-zone";
pub const TAX: &str = "tax-settings";
pub const RATES: &str = "tax-rates";
pub const NEW_WEBHOOK: &str = "new-webhook";
pub const SAVE_WEBHOOK: &str = "save-webhook";
pub const WEBHOOK: &str = "webhook";
pub const PICTURES: &str = "product-pictures";
/// Sent to an address of its own: its files are too large for a server function.
pub const UPLOAD: &str = "upload-pictures";
/// A file of products, sent to an address of its own.
pub const IMPORT: &str = "import-products";
pub const WANT_IMPORT: &str = "want-import";
