//! What the page of other words for the search asks of the core, and what is done there.

use leptos::prelude::*;
use shop::domain::Fields;
use shop::dto::SynonymsView;

use crate::ShopError;

/// An empty word is a new one; `kept` is what a form that was sent before is found by.
pub async fn load_synonyms(word: String, kept: String) -> Result<SynonymsView, ShopError> {
    crate::ssr::staff_page(|shop, by| async move { shop.synonyms_editor(by, &word, &kept).await }).await
}

#[server(prefix = "/do", endpoint = "admin-save-synonyms")]
pub async fn save_synonyms(#[server(default)] fields: Fields) -> Result<(), ShopError> {
    use super::forms::SYNONYMS;
    use super::paths::{SYNONYMS_PATH, synonyms_path};
    use crate::ssr::form_page;
    let page = synonyms_path(fields.get("id").map_or("", String::as_str));
    let saved =
        |shop: shop::infrastructure::LiveShop, by, fields: Fields| async move { shop.save_synonyms(by, &fields).await };
    let next = |_: &()| SYNONYMS_PATH.to_owned();
    form_page(SYNONYMS, page, fields, saved, |()| "The word is saved.".into(), next).await
}

/// Takes a word away, if nobody else has saved it meanwhile.
#[server(prefix = "/do", endpoint = "admin-remove-synonyms")]
pub async fn remove_synonyms(#[server(default)] fields: Fields) -> Result<(), ShopError> {
    use super::forms::SYNONYMS_GONE;
    use super::paths::{SYNONYMS_PATH, synonyms_path};
    use crate::ssr::{Form, as_staff};
    let form = Form::new(SYNONYMS_GONE, &synonyms_path(fields.get("id").map_or("", String::as_str)));
    let gone = as_staff(|shop, by| async move { shop.remove_synonyms(by, &fields).await });
    form.lead_saying(gone, |()| "The word is removed.".into(), |()| SYNONYMS_PATH.into()).await
}
