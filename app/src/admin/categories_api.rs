//! What the pages of categories ask of the core, and what is done there.

use leptos::prelude::*;
use shop::domain::Fields;
use shop::dto::{CategoryEditView, CategoryRow};

use crate::ShopError;

pub async fn load_categories() -> Result<Vec<CategoryRow>, ShopError> {
    crate::ssr::staff_page(|shop, by| async move { shop.category_list(by).await }).await
}

/// An empty slug is a new one's; `kept` is what a form that was refused is found by.
pub async fn load_category(slug: String, kept: String) -> Result<CategoryEditView, ShopError> {
    use crate::ssr::{parse_optional, staff_page};
    staff_page(|shop, by| async move { shop.category_editor(by, parse_optional(&slug)?.as_ref(), &kept).await }).await
}

#[server(prefix = "/do", endpoint = "admin-save-category")]
pub async fn save_category(#[server(default)] fields: Fields) -> Result<(), ShopError> {
    use super::forms::CATEGORY;
    use super::paths::{CATEGORIES_PATH, category_path};
    use crate::ssr::{form_page, slug_of};
    use shop::infrastructure::LiveShop;
    let saved = |shop: LiveShop, by, typed: Fields| async move { shop.save_category(by, &typed).await };
    let (page, words) = (category_path(&slug_of(&fields)), |_: &_| "The category is saved.".to_owned());
    form_page(CATEGORY, page, fields, saved, words, |_| CATEGORIES_PATH.to_owned()).await.map(|_| ())
}

/// Saves in words what a category's picture shows, or takes it away.
#[server(prefix = "/do", endpoint = "admin-save-category-picture")]
pub async fn save_category_picture(#[server(default)] fields: Fields) -> Result<(), ShopError> {
    use super::forms::CATEGORY_PICTURE;
    use super::paths::category_path;
    use crate::ssr::{Form, as_staff, slug_of};
    let slug = slug_of(&fields);
    let page = category_path(&slug);
    let alt = fields.get("alt").cloned().unwrap_or_default();
    let saved = as_staff(move |shop, by| async move { shop.edit_category_picture(by, &slug.parse()?, &fields).await });
    let form = Form::new(CATEGORY_PICTURE, &page).with("alt", &alt);
    form.lead_saying(saved, |()| "It is saved.".into(), |()| format!("{page}#picture-category")).await
}

/// Before the one in front of it where `up` is `yes`, else behind the one that follows.
#[server(prefix = "/do", endpoint = "admin-shift-category")]
pub async fn shift_category(#[server(default)] slug: String, #[server(default)] up: String) -> Result<(), ShopError> {
    use super::paths::CATEGORIES_PATH;
    use crate::ssr::{Form, as_staff};
    let shifted = as_staff(move |shop, by| async move { shop.shift_category(by, &slug.parse()?, up == "yes").await });
    let form = Form::new(super::forms::CATEGORIES, CATEGORIES_PATH);
    form.lead_saying(shifted, |()| "The order is saved.".into(), |()| CATEGORIES_PATH.to_owned()).await
}

/// Takes it away, and puts its products where the form says.
#[server(prefix = "/do", endpoint = "admin-remove-category")]
pub async fn remove_category(#[server(default)] fields: Fields) -> Result<(), ShopError> {
    use super::forms::CATEGORY_GONE;
    use super::paths::{CATEGORIES_PATH, category_path};
    use crate::ssr::{Form, as_staff, slug_of};
    let to = fields.get("to").cloned().unwrap_or_default();
    let form = Form::new(CATEGORY_GONE, &category_path(&slug_of(&fields))).with("to", &to);
    let gone = as_staff(|shop, by| async move { shop.remove_category(by, &fields).await });
    form.lead_saying(gone, |()| "The category is removed.".into(), |()| CATEGORIES_PATH.to_owned()).await
}
