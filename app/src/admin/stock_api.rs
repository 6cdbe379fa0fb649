//! What the pages of stock ask of the core, and what is done there.

use leptos::prelude::*;
use shop::dto::{StockList, VariantStockView};

use crate::ShopError;

/// `search` is the query of the page's address.
#[server(prefix = "/do", endpoint = "admin-stock")]
pub async fn load_stock(#[server(default)] search: String) -> Result<StockList, ShopError> {
    let query = shop::dto::StockQuery::of_search(&search);
    crate::ssr::staff_page(|shop, by| async move { shop.stock_list(by, &query).await }).await
}

/// The ledger before this movement; 0: from its end.
#[server(prefix = "/do", endpoint = "admin-variant")]
pub async fn load_variant(
    #[server(default)] id: String,
    #[server(default)] before: i64,
) -> Result<VariantStockView, ShopError> {
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
    let (form, back, key) = (form.with("reason", &reason), variant_path(&variant_id), format!("stock-{key}"));
    let changed = as_staff(|shop, by| async move {
        let typed = shop::dto::StockForm::typed(variant_id.parse()?, &how, (&units, &shelf), reason)?;
        shop.change_stock(by, product_id.parse()?, &typed, Some(&key)).await
    });
    form.lead_saying(changed, |()| "The stock is changed.".into(), |()| back).await
}
