//! What the pages of tax ask of the core, and what is done there.

use leptos::prelude::*;
use shop::domain::Fields;
use shop::dto::{RatesEditView, TaxEditView};

use crate::ShopError;

/// `kept` is what a form that was sent before is found by.
pub async fn load_tax(kept: String) -> Result<TaxEditView, ShopError> {
    crate::ssr::staff_page(|shop, by| async move { shop.tax_editor(by, &kept).await }).await
}

pub async fn load_rates(country: String, kept: String) -> Result<RatesEditView, ShopError> {
    crate::ssr::staff_page(|shop, by| async move { shop.rates_editor(by, &country, &kept).await }).await
}

/// Saves what holds everywhere, or shows what a cart would come to by it, as the button says.
#[server(prefix = "/do", endpoint = "admin-save-tax")]
pub async fn save_tax(#[server(default)] fields: Fields) -> Result<(), ShopError> {
    use super::forms::TAX;
    use crate::ssr::{Editor, editor_form};
    use shop::infrastructure::LiveShop;
    const TAX_PATH: &str = "/admin/tax";
    let editor = Editor { name: TAX, page: TAX_PATH.to_owned(), said: "How the shop taxes is saved." };
    let tried = |shop: LiveShop, by, typed: Fields| async move { shop.try_tax(by, &typed).await };
    let saved = |shop: LiveShop, by, typed: Fields| async move { shop.save_tax_settings(by, &typed).await };
    editor_form(editor, fields, tried, saved, |()| TAX_PATH.to_owned()).await
}

/// Saves the rates of a country, shows what a cart would come to by them, or more rows, as the button says.
#[server(prefix = "/do", endpoint = "admin-save-rates")]
pub async fn save_rates(#[server(default)] fields: Fields) -> Result<(), ShopError> {
    use super::forms::RATES;
    use super::paths::rates_path;
    use crate::ssr::{Editor, editor_form};
    use shop::infrastructure::LiveShop;
    let page = rates_path(fields.get("id").filter(|id| id.chars().all(|c| c.is_ascii_uppercase())).map_or("", |id| id));
    let (editor, back) = (Editor { name: RATES, page: page.clone(), said: "The rates are saved." }, page);
    let tried = |shop: LiveShop, by, typed: Fields| async move { shop.try_tax(by, &typed).await };
    let saved = |shop: LiveShop, by, typed: Fields| async move { shop.save_rates(by, &typed).await };
    editor_form(editor, fields, tried, saved, |()| back).await
}
