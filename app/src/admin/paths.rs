//! Where things of the back office have their pages.

use shop::domain::PicturePlace;

pub fn order_path(id: &str) -> String {
    format!("/admin/orders/{id}")
}

pub fn order_address_path(id: &str) -> String {
    format!("/admin/orders/{id}/address")
}

pub fn order_message_path(id: &str) -> String {
    format!("/admin/orders/{id}/message")
}

/// The stream that tells how many orders came in after this one.
pub fn order_news_path(newest: i64) -> String {
    format!("/admin/orders/events?after={newest}")
}

/// The file of an order's invoice, of a credit note, or of what cancels one.
pub fn paper_path(order: &str, number: &str) -> String {
    format!("/admin/orders/{order}/papers/{number}.pdf")
}

pub fn customer_path(id: &str) -> String {
    format!("/admin/customers/{id}")
}

/// What a buyer says of a product.
pub fn review_path(id: &str) -> String {
    let is_id = id.bytes().all(|b| b.is_ascii_hexdigit() || b == b'-');
    format!("/admin/reviews/{}", if is_id { id } else { "" })
}

pub fn product_path(id: &str) -> String {
    format!("/admin/products/{id}")
}

/// Where its options are edited.
pub fn options_path(product: &str) -> String {
    format!("/admin/products/{product}/options")
}

/// Where files are sent to.
pub fn pictures_path(product: &str) -> String {
    format!("/admin/products/{product}/pictures")
}

/// Where the picture of a place is sent to.
pub fn placed_upload_path(place: &PicturePlace) -> String {
    match place {
        PicturePlace::Category(slug) => format!("/admin/categories/{slug}/picture"),
        PicturePlace::Shop(place) => format!("/admin/content/pictures/{}", place.as_str()),
    }
}

pub fn variant_path(id: &str) -> String {
    format!("/admin/stock/{id}")
}

/// Where the shop's words are written.
pub const CONTENT: &str = "/admin/content";
pub const NEW_PAGE: &str = "/admin/content/new-page";

pub fn page_path(slug: &str) -> String {
    format!("{CONTENT}/pages/{slug}")
}

pub fn page_version_path(slug: &str, version: i64) -> String {
    format!("{CONTENT}/pages/{slug}?version={version}")
}

pub const CATEGORIES_PATH: &str = "/admin/categories";

/// Of one that is not there yet where there is no slug.
pub fn category_path(slug: &str) -> String {
    if slug.is_empty() { "/admin/new-category".to_owned() } else { format!("{CATEGORIES_PATH}/{slug}") }
}

/// Other words for what is sold.
pub const SYNONYMS_PATH: &str = "/admin/synonyms";

/// Where those of one word are edited; of a new one where it is empty.
pub fn synonyms_path(word: &str) -> String {
    if word.is_empty() {
        return SYNONYMS_PATH.to_owned();
    }
    format!("{SYNONYMS_PATH}?word={}", form_urlencoded::byte_serialize(word.as_bytes()).collect::<String>())
}

pub fn promotion_path(id: &str) -> String {
    format!("/admin/promotions/{id}")
}

pub fn zone_path(id: &str) -> String {
    format!("/admin/shipping/{id}")
}

pub fn rates_path(country: &str) -> String {
    format!("/admin/tax/rates?country={country}")
}

/// Who sells, and on which terms.
pub const BUSINESS_PATH: &str = "/admin/business";

/// What is printed of the orders that are chosen in their list.
pub const SLIPS_PDF: &str = "/admin/orders/packing-slips.pdf";
pub const INVOICES_PDF: &str = "/admin/orders/invoices.pdf";

/// Files of products that come in, and tables that leave.
pub const IMPORT_PATH: &str = "/admin/import";
/// Where a file is sent to.
pub const IMPORT_FILE_PATH: &str = "/admin/import/file";
pub const PRODUCTS_CSV: &str = "/admin/export/products.csv";
pub const ORDERS_CSV: &str = "/admin/export/orders.csv";
pub const CUSTOMERS_CSV: &str = "/admin/export/customers.csv";

pub fn import_path(id: &str) -> String {
    format!("{IMPORT_PATH}/{id}")
}

pub fn mail_path(id: &str) -> String {
    format!("/admin/mail/{id}")
}

/// A letter of each kind.
pub const MAIL_SAMPLES_PATH: &str = "/admin/mail/samples";

/// Who works here.
pub const TEAM_PATH: &str = "/admin/staff";

/// The keys of programs.
pub const KEYS_PATH: &str = "/admin/keys";

/// Which other programs are told what happens.
pub const WEBHOOKS_PATH: &str = "/admin/webhooks";

pub fn webhook_path(id: &str) -> String {
    format!("{WEBHOOKS_PATH}/{id}")
}

/// Where somebody who is invited says yes.
pub const INVITATION_PATH: &str = "/invitation";
