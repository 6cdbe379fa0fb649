//! The back office: the owner's and the staff's. Rendered on the server, whole without scripts; nothing of it is an island, so
//! no byte of it is in what a shopper's browser loads.
//!
//! Every page is a read for staff (`ssr::staff_page`), every form a write by staff (`ssr::as_staff`): to others there is no
//! such page.

mod audit_page;
mod categories_api;
mod categories_page;
mod category_page;
mod content_api;
mod content_fields;
mod content_page;
mod dashboard;
mod edit_parts;
mod editor_parts;
mod events_page;
mod forms;
mod frame;
mod home_page;
mod mail_page;
mod method_fields;
mod order_forms;
mod order_money;
mod order_page;
mod order_side;
mod orders_api;
mod orders_page;
mod page_editor;
mod page_versions;
mod parts;
mod paths;
mod plot;
mod product_fields;
mod product_page;
mod product_pictures;
mod products_api;
mod products_page;
mod promotion_page;
mod promotions_api;
mod promotions_page;
mod rates_page;
mod shipping_api;
mod stock_api;
mod stock_page;
mod tax_api;
mod tax_page;
mod variant_page;
mod zone_page;
mod zones_page;

pub use audit_page::AuditPage;
pub use categories_page::CategoriesPage;
pub use category_page::{CategoryPage, NewCategoryPage};
pub use content_page::ContentPage;
pub use events_page::EventsPage;
pub use forms::UPLOAD;
pub use frame::{BackOfficeFooter, BackOfficeHeader, is_back_office};
pub use home_page::StaffHomePage;
pub use mail_page::{LetterPage, MailPage};
pub use order_page::StaffOrderPage;
pub use orders_page::StaffOrdersPage;
pub use page_editor::{NewTextPage, TextPageEditor};
pub use product_page::{NewProductPage, StaffProductPage};
pub use products_page::StaffProductsPage;
pub use promotion_page::{NewPromotionPage, PromotionPage};
pub use promotions_page::PromotionsPage;
pub use rates_page::RatesPage;
pub use stock_page::StockPage;
pub use tax_page::TaxPage;
pub use variant_page::VariantPage;
pub use zone_page::{NewZonePage, ZonePage};
pub use zones_page::ZonesPage;
