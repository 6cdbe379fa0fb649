//! What the pages of products ask of the core, and what is done there.

use leptos::prelude::*;
use shop::domain::{Fields, ProductId};
use shop::dto::{BulkEditView, CategoryChoice, OptionsEditView, ProductEditView, StaffProductList};

use crate::ShopError;

/// The categories to choose from, what stands in the fields, and its description as its page would show it, where somebody asks
/// for that.
pub type NewProductView = (Vec<CategoryChoice>, Fields, Option<String>);

/// `search` is the query of the page's address.
pub async fn load_products(search: String) -> Result<StaffProductList, ShopError> {
    let query = shop::dto::ProductQuery::of_search(&search);
    crate::ssr::staff_page(|shop, by| async move { shop.staff_products(by, &query).await }).await
}

/// `search` is the query of the page's address: which products, and what is to be changed.
pub async fn load_bulk_products(search: String) -> Result<BulkEditView, ShopError> {
    let query = shop::dto::BulkQuery::of_search(&search);
    crate::ssr::staff_page(|shop, by| async move { shop.bulk_editor(by, query).await }).await
}

/// Changes all products that were looked at, or none where somebody else has changed one since.
#[server(prefix = "/do", endpoint = "admin-change-products")]
pub async fn change_products(#[server(default)] fields: Fields) -> Result<u32, ShopError> {
    use super::forms::BULK_PRODUCTS;
    use crate::ssr::{changed_words, form_page};
    let page = shop::dto::BulkQuery::PATH.to_owned();
    let changed = |shop: shop::infrastructure::LiveShop, by, fields: Fields| async move {
        shop.change_products(by, &fields).await
    };
    let next = |_: &u32| shop::dto::ProductQuery::PATH.to_owned();
    form_page(BULK_PRODUCTS, page, fields, changed, changed_words, next).await
}

/// `search` is the query of the page's address: `kept` is what a form that was refused is found by, with or without `preview`.
pub async fn load_product(id: String, search: String) -> Result<ProductEditView, ShopError> {
    use crate::ssr::{PageSearch, described_in, staff_page};
    let PageSearch { kept, preview, .. } = PageSearch::of(&search);
    let view = staff_page(|shop, by| async move { shop.product_editor(by, id.parse()?, &kept).await }).await?;
    let preview = preview.then(|| described_in(&view.fields));
    Ok(ProductEditView { preview, ..view })
}

pub async fn load_new_product(search: String) -> Result<NewProductView, ShopError> {
    use crate::ssr::{PageSearch, described_in, staff_page};
    let PageSearch { kept, preview, .. } = PageSearch::of(&search);
    let (categories, fields) = staff_page(|shop, by| async move { shop.new_product_form(by, &kept).await }).await?;
    let preview = preview.then(|| described_in(&fields));
    Ok((categories, fields, preview))
}

/// Shows what was typed of a product, new or not, without saving it.
#[server(prefix = "/do", endpoint = "admin-preview-product")]
pub async fn preview_product(#[server(default)] fields: Fields) -> Result<(), ShopError> {
    use super::forms::{EDIT_PRODUCT, NEW_PRODUCT};
    use super::paths::product_path;
    use crate::ssr::{edited, preview_page};
    use shop::domain::{May, permit};
    let name = if fields.contains_key("id") { EDIT_PRODUCT } else { NEW_PRODUCT };
    preview_page::<May<permit::Products>>(name, product_path(&edited(&fields)), fields).await
}

#[server(prefix = "/do", endpoint = "admin-create-product")]
pub async fn create_product(#[server(default)] fields: Fields) -> Result<ProductId, ShopError> {
    use super::forms::NEW_PRODUCT;
    use super::paths::product_path;
    use crate::ssr::form_page;
    let made = |shop: shop::infrastructure::LiveShop, by, fields: Fields| async move {
        shop.create_product_with_variants(by, &fields).await
    };
    let next = |id: &ProductId| product_path(&id.to_string());
    form_page(NEW_PRODUCT, product_path("new"), fields, made, |_| "The product is made.".into(), next).await
}

/// Saves all fields of the editor, if nobody else has saved meanwhile.
#[server(prefix = "/do", endpoint = "admin-save-product")]
pub async fn save_product(#[server(default)] fields: Fields) -> Result<(), ShopError> {
    use super::forms::EDIT_PRODUCT;
    use super::paths::product_path;
    use crate::ssr::{form_page, product_of};
    let (page, id) = (product_path(&product_of(&fields)), product_of(&fields));
    let (back, saved) = (page.clone(), |shop: shop::infrastructure::LiveShop, by, fields: Fields| async move {
        shop.edit_product(by, id.parse()?, &fields).await
    });
    form_page(EDIT_PRODUCT, page, fields, saved, |()| "The product is saved.".into(), |()| back).await
}

/// Saves what is said of a product's pictures, and does what the pressed button says.
#[server(prefix = "/do", endpoint = "admin-save-pictures")]
pub async fn save_pictures(#[server(default)] fields: Fields) -> Result<(), ShopError> {
    use super::forms::PICTURES;
    use super::paths::product_path;
    use crate::ssr::{form_page, product_of};
    let (page, id) = (product_path(&product_of(&fields)), product_of(&fields));
    // Who only moves one stays where they are.
    let place = if fields.contains_key("act") { "#pictures" } else { "" };
    let (back, saved) =
        (format!("{page}{place}"), |shop: shop::infrastructure::LiveShop, by, fields: Fields| async move {
            shop.edit_pictures(by, id.parse()?, &fields).await
        });
    form_page(PICTURES, page, fields, saved, |()| "The pictures are saved.".into(), |()| back).await
}

/// `kept` is what a form that was refused, or is to be confirmed, is found by.
pub async fn load_options(id: String, kept: String) -> Result<OptionsEditView, ShopError> {
    crate::ssr::staff_page(|shop, by| async move { shop.options_editor(by, id.parse()?, &kept).await }).await
}

/// Saves a product's options; where that retires variants, it is asked first.
#[server(prefix = "/do", endpoint = "admin-save-options")]
pub async fn save_options(#[server(default)] fields: Fields) -> Result<(), ShopError> {
    use super::forms::OPTIONS;
    use super::paths::{options_path, product_path};
    let id = crate::ssr::product_of(&fields);
    crate::ssr::save_options(OPTIONS, (options_path(&id), product_path(&id)), id, fields).await
}
