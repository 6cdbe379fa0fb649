//! What a page of text asks of the core.

use shop::dto::PageText;

use crate::ShopError;

/// Its body is HTML that cannot do anything.
pub async fn load_page(slug: String) -> Result<PageText, ShopError> {
    use crate::ssr::{markdown, page};
    let text = page(|shop| async move { shop.page_text(&slug.parse()?).await }).await?;
    Ok(PageText { body: markdown(&text.body), ..text })
}
