//! What the pages of stock ask of the core, and what is done there.

use leptos::prelude::*;
use shop::domain::Fields;
use shop::dto::{CountSheet, StockList, VariantStockView};

use crate::ShopError;

/// `search` is the query of the page's address.
pub async fn load_stock(search: String) -> Result<StockList, ShopError> {
    let query = shop::dto::StockQuery::of_search(&search);
    crate::ssr::staff_page(|shop, by| async move { shop.stock_list(by, &query).await }).await
}

/// The ledger before this movement; 0: from its end.
pub async fn load_variant(id: String, before: i64) -> Result<VariantStockView, ShopError> {
    let before = Some(before).filter(|before| *before > 0);
    crate::ssr::staff_page(|shop, by| async move { shop.variant_stock(by, id.parse()?, before).await }).await
}

/// Changes stock by so many units, or to so many that were counted; each button of a page counts once.
#[server(prefix = "/do", endpoint = "admin-change-stock")]
pub async fn change_stock(
    #[server(default)] product_id: String,
    #[server(default)] variant_id: String,
    #[server(default)] key: String,
    #[server(default)] how: String,
    #[server(default)] units: String,
    #[server(default)] shelf: String,
    #[server(default)] reason: String,
) -> Result<(), ShopError> {
    use super::forms::STOCK;
    use super::paths::variant_path;
    use crate::ssr::{Form, as_staff};
    let form = Form::new(STOCK, &variant_path(&variant_id)).with("how", &how).with("units", &units);
    // What was to lie there comes back with it: a count that is refused may be of what does not lie there any more.
    let form = form.with("reason", &reason).with("shelf", &shelf);
    let (back, key) = (variant_path(&variant_id), format!("stock-{key}"));
    let changed = as_staff(|shop, by| async move {
        let typed = shop::dto::StockForm::typed(variant_id.parse()?, &how, (&units, &shelf), reason)?;
        shop.change_stock(by, product_id.parse()?, &typed, Some(&key)).await
    });
    form.lead_saying(changed, |()| "The stock is changed.".into(), |()| back).await
}

/// Says at how many units a variant is low.
#[server(prefix = "/do", endpoint = "admin-set-low-stock")]
pub async fn set_low_stock(
    #[server(default)] variant_id: String,
    #[server(default)] low_at: String,
) -> Result<(), ShopError> {
    use super::forms::LOW_AT;
    use super::paths::variant_path;
    use crate::ssr::{Form, as_staff};
    let (back, form) = (variant_path(&variant_id), Form::new(LOW_AT, &variant_path(&variant_id)));
    let form = form.with("low_at", &low_at);
    let set = as_staff(|shop, by| async move { shop.set_low_at(by, variant_id.parse()?, &low_at).await });
    form.lead_saying(set, |()| "The limit is set.".into(), |()| back).await
}

/// `search` is the query of the page's address; `kept` in it is what a sheet that was refused is found by.
pub async fn load_count_sheet(search: String) -> Result<CountSheet, ShopError> {
    let (query, asked) = (shop::dto::CountQuery::of_search(&search), crate::ssr::PageSearch::of(&search));
    crate::ssr::staff_page(|shop, by| async move { shop.count_sheet(by, &query, &asked.kept).await }).await
}

/// Records all that was counted on a sheet, or nothing of it; each sheet counts once.
#[server(prefix = "/do", endpoint = "admin-save-counts")]
pub async fn save_counts(#[server(default)] fields: Fields) -> Result<u32, ShopError> {
    use super::forms::COUNTS;
    use crate::ssr::{counted_words, form_page};
    let page = shop::dto::CountQuery::of_form(&fields).href();
    let saved =
        |shop: shop::infrastructure::LiveShop, by, fields: Fields| async move { shop.save_counts(by, &fields).await };
    form_page(COUNTS, page.clone(), fields, saved, counted_words, |_| page).await
}
