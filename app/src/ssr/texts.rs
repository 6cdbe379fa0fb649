//! What is written in Markdown, and what it looks like: descriptions of products, and pages of text that staff look at before they
//! save them.

use shop::domain::Fields;
use shop::dto::{PageEditView, ProductView};

use super::markdown::{markdown, markdown_and_words};

/// The query of an editor's address.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct PageSearch {
    pub kept: String,
    pub version: Option<i64>,
    pub preview: bool,
}

impl PageSearch {
    pub fn of(search: &str) -> Self {
        let mut found = Self::default();
        for (name, value) in form_urlencoded::parse(search.trim_start_matches('?').as_bytes()) {
            match &*name {
                "kept" => found.kept = value.into_owned(),
                "version" => found.version = value.parse().ok(),
                "preview" => found.preview = value == "yes",
                _ => {}
            }
        }
        found
    }
}

/// With what is looked at as a page would show it.
pub fn looked_at(view: PageEditView) -> PageEditView {
    PageEditView { preview: view.preview.map(|text| markdown(&text)), ..view }
}

/// What a product's editor says of it, as its page would.
pub fn described_in(fields: &Fields) -> String {
    markdown(fields.get("description").map(String::as_str).unwrap_or_default())
}

/// With its description as a page shows it, and as plain words for whoever reads none of the page.
pub fn described(product: ProductView) -> ProductView {
    let (description_html, description) = markdown_and_words(&product.description);
    ProductView { description, description_html, ..product }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_what_is_looked_at() {
        let kept = PageSearch { kept: "k".into(), preview: true, ..PageSearch::default() };
        assert_eq!(PageSearch::of("?kept=k&preview=yes"), kept);
        assert_eq!(PageSearch::of("version=3").version, Some(3));
        assert_eq!(PageSearch::of("version=x&preview=1&%FF"), PageSearch::default());
    }
}
