//! What the pages of products ask of the core, and what is done there.

use leptos::prelude::*;
use shop::domain::{Fields, ProductId};
use shop::dto::{CategoryChoice, ProductEditView, StaffProductList};

use crate::ShopError;

/// `search` is the query of the page's address.
#[server(prefix = "/do", endpoint = "admin-products")]
pub async fn load_products(#[server(default)] search: String) -> Result<StaffProductList, ShopError> {
    let query = shop::dto::ProductQuery::of_search(&search);
    crate::ssr::staff_page(|shop, by| async move { shop.staff_products(by, &query).await }).await
}

/// `kept` is what a form that was refused is found by.
#[server(prefix = "/do", endpoint = "admin-product")]
pub async fn load_product(
    #[server(default)] id: String,
    #[server(default)] kept: String,
) -> Result<ProductEditView, ShopError> {
    crate::ssr::staff_page(|shop, by| async move { shop.product_editor(by, id.parse()?, &kept).await }).await
}

#[server(prefix = "/do", endpoint = "admin-new-product")]
pub async fn load_new_product(#[server(default)] kept: String) -> Result<(Vec<CategoryChoice>, Fields), ShopError> {
    crate::ssr::staff_page(|shop, by| async move { shop.new_product_form(by, &kept).await }).await
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

/// Makes a variant for each choice that has none.
#[server(prefix = "/do", endpoint = "admin-add-variants")]
pub async fn add_variants(#[server(default)] fields: Fields) -> Result<usize, ShopError> {
    use super::forms::OPTIONS;
    use super::parts::counted;
    use super::paths::product_path;
    use crate::ssr::{Form, as_staff, product_of};
    let (page, id) = (product_path(&product_of(&fields)), product_of(&fields));
    let form = fields.iter().fold(Form::new(OPTIONS, &page), |form, (name, text)| form.with(name, text));
    let made = as_staff(|shop, by| async move { shop.add_variants(by, id.parse()?, &fields).await });
    let words = |count: &usize| match u32::try_from(*count).unwrap_or(u32::MAX) {
        1 => "1 variant was made.".to_owned(),
        count => format!("{} were made.", counted(count, "variant", "variants")),
    };
    form.lead_saying(made, words, |_| page).await
}
