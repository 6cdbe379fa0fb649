//! Pages of text in the back office: what their address asks to look at, and how it looks.

use shop::dto::PageEditView;

use super::markdown;

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
