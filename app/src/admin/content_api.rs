//! What the pages of the shop's words ask of the core, and what is done there.

use leptos::prelude::*;
use shop::domain::Fields;
use shop::dto::{ContentEditView, PageEditView};

use crate::ShopError;

/// `kept` is what a form that was refused is found by.
pub async fn load_content(kept: String) -> Result<ContentEditView, ShopError> {
    crate::ssr::staff_page(|shop, by| async move { shop.content_editor(by, &kept).await }).await
}

#[server(prefix = "/do", endpoint = "admin-save-content")]
pub async fn save_content(#[server(default)] fields: Fields) -> Result<(), ShopError> {
    use super::forms::CONTENT_WORDS;
    use super::paths::CONTENT;
    use crate::ssr::form_page;
    let saved =
        |shop: shop::infrastructure::LiveShop, by, fields: Fields| async move { shop.save_content(by, &fields).await };
    let next = |_: &()| CONTENT.to_owned();
    form_page(CONTENT_WORDS, CONTENT.to_owned(), fields, saved, |()| "It is saved.".into(), next).await
}

/// Saves in words what a picture of the shop shows, or takes it away. `fields[place]` is `logo`, `icon` or `hero`.
#[server(prefix = "/do", endpoint = "admin-save-shop-picture")]
pub async fn save_shop_picture(#[server(default)] fields: Fields) -> Result<(), ShopError> {
    use super::forms::{LOGO, picture_form};
    use super::paths::CONTENT;
    use crate::ssr::{Form, as_staff};
    use shop::domain::{PicturePlace, Refusal, ShopPicture};
    let place = fields.get("place").and_then(|place| ShopPicture::parse(place));
    let name = place.map_or(LOGO, |place| picture_form(&PicturePlace::Shop(place)));
    let alt = fields.get("alt").cloned().unwrap_or_default();
    let saved =
        as_staff(
            move |shop, by| async move { shop.edit_shop_picture(by, place.ok_or(Refusal::NotFound)?, &fields).await },
        );
    let form = Form::new(name, CONTENT).with("alt", &alt);
    form.lead_saying(saved, |()| "It is saved.".into(), |()| format!("{CONTENT}#picture-{name}")).await
}

/// `search` is the query of the page's address: `version`, or `kept` with or without `preview`.
pub async fn load_page_editor(slug: String, search: String) -> Result<PageEditView, ShopError> {
    use crate::ssr::{PageSearch, looked_at, staff_page};
    let PageSearch { kept, version, preview } = PageSearch::of(&search);
    let view =
        staff_page(|shop, by| async move { shop.page_editor(by, &slug.parse()?, &kept, version, preview).await });
    view.await.map(looked_at)
}

pub async fn load_new_page(search: String) -> Result<PageEditView, ShopError> {
    use crate::ssr::{PageSearch, looked_at, staff_page};
    let PageSearch { kept, preview, .. } = PageSearch::of(&search);
    let view = staff_page(|shop, by| async move { shop.new_page_form(by, &kept, preview).await }).await;
    view.map(looked_at)
}

#[server(prefix = "/do", endpoint = "admin-create-page")]
pub async fn create_page(#[server(default)] fields: Fields) -> Result<String, ShopError> {
    use super::forms::PAGE;
    use super::paths::{NEW_PAGE, page_path};
    use crate::ssr::form_page;
    let made = |shop: shop::infrastructure::LiveShop, by, fields: Fields| async move {
        shop.create_page(by, &fields).await.map(|slug| slug.to_string())
    };
    let next = |slug: &String| page_path(slug);
    form_page(PAGE, NEW_PAGE.to_owned(), fields, made, |_| "The page is made.".into(), next).await
}

/// Saves a page as its next version, if nobody else has saved one meanwhile.
#[server(prefix = "/do", endpoint = "admin-save-page")]
pub async fn save_page(#[server(default)] fields: Fields) -> Result<(), ShopError> {
    use super::forms::PAGE;
    use super::paths::page_path;
    use crate::ssr::{form_page, page_of};
    let page = page_path(&page_of(&fields));
    let (back, saved) = (page.clone(), |shop: shop::infrastructure::LiveShop, by, fields: Fields| async move {
        shop.save_page(by, &fields).await.map(|_| ())
    });
    form_page(PAGE, page, fields, saved, |()| "The page is saved.".into(), |()| back).await
}

/// Shows what was typed of a page, new or not, without saving it.
#[server(prefix = "/do", endpoint = "admin-preview-page")]
pub async fn preview_page(#[server(default)] fields: Fields) -> Result<(), ShopError> {
    use super::forms::PAGE;
    use super::paths::{NEW_PAGE, page_path};
    use crate::ssr::{page_of, preview_page};
    use shop::domain::{May, permit};
    let is_new = !fields.contains_key("version");
    let page = if is_new { NEW_PAGE.to_owned() } else { page_path(&page_of(&fields)) };
    preview_page::<May<permit::Content>>(PAGE, page, fields).await
}
