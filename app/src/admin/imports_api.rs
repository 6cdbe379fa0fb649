//! What the pages of import and export ask of the core, and what is done there. Files go to addresses of their own.

use leptos::prelude::*;
use shop::dto::{ImportRow, ImportView};

use crate::ShopError;

/// The files that came in lately, and where the product feed is.
pub async fn load_imports() -> Result<(Vec<ImportRow>, String), ShopError> {
    crate::ssr::staff_page(|shop, by| async move {
        let rows = shop.import_list(by).await?;
        shop.feed_address(by).map(|feed| (rows, feed))
    })
    .await
}

pub async fn load_import(id: String) -> Result<ImportView, ShopError> {
    crate::ssr::staff_page(|shop, by| async move { shop.import(by, id.parse()?).await }).await
}

/// Has a file imported that was checked.
#[server(prefix = "/do", endpoint = "admin-want-import")]
pub async fn want_import(#[server(default)] id: String) -> Result<(), ShopError> {
    use super::paths::{IMPORT_PATH, import_path};
    use crate::ssr::{Form, as_staff};
    let page = id.parse::<shop::domain::ImportId>().map_or(IMPORT_PATH.to_owned(), |id| import_path(&id.to_string()));
    let wanted = as_staff(|shop, by| async move { shop.want_import(by, id.parse()?).await });
    let form = Form::new(super::forms::WANT_IMPORT, &page);
    form.lead_saying(wanted, |()| "The file is being imported.".into(), |()| page.clone()).await
}
