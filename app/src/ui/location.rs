//! Where the page that is being rendered stands: its path, what its address asks for, and what stands in the places of its route.
//! Given by the server with every page; islands ask the browser.

use std::sync::Arc;

use leptos::reactive::owner::with_context;
use percent_encoding::{CONTROLS, utf8_percent_encode};

#[derive(Debug, Clone, Default)]
pub struct Location(Arc<Address>);

#[derive(Debug, Default)]
struct Address {
    path: String,
    query: String,
}

/// The names of a route's places, and what stands there in the address that was asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RouteParams(pub Vec<(&'static str, String)>);

impl Location {
    /// Of a request; the query without its sign.
    pub fn new(path: &str, query: &str) -> Self {
        Self(Arc::new(Address { path: as_browsers_write(path), query: as_browsers_write(query) }))
    }

    pub fn path() -> String {
        Self::read(|address| address.path.clone())
    }

    /// As it was written, without its sign.
    pub fn query() -> String {
        Self::read(|address| address.query.clone())
    }

    /// What the query says under this name; the last of it, where there is more.
    pub fn asked(name: &str) -> Option<String> {
        Self::read(|address| {
            let fields = form_urlencoded::parse(address.query.as_bytes());
            fields.filter(|(said, _)| said == name).last().map(|(_, value)| value.into_owned())
        })
    }

    /// What stands in this place of the page's route; nothing where it has none of that name.
    pub fn param(name: &str) -> String {
        let found = |RouteParams(params): &RouteParams| {
            params.iter().find(|(of, _)| *of == name).map(|(_, value)| value.clone())
        };
        with_context(found).flatten().unwrap_or_default()
    }

    fn read<T: Default>(ask: impl FnOnce(&Address) -> T) -> T {
        with_context::<Self, _>(|Self(address)| ask(address)).unwrap_or_default()
    }
}

/// What is not ASCII stands encoded.
fn as_browsers_write(text: &str) -> String {
    if text.is_ascii() { text.to_owned() } else { utf8_percent_encode(text, CONTROLS).to_string() }
}

#[cfg(test)]
mod tests {
    use leptos::prelude::*;

    use super::*;

    fn at<T>(path: &str, query: &str, ask: impl FnOnce() -> T) -> T {
        Owner::new().with(|| {
            provide_context(Location::new(path, query));
            ask()
        })
    }

    #[test]
    fn what_an_address_asks_for_is_decoded_once_and_its_last_word_counts() {
        let query = "q=a+b%25&kept=1&q=%C3%A9%2526&empty=";
        let asked = |name| at("/products", query, || Location::asked(name));
        assert_eq!(asked("q").as_deref(), Some("é%26"));
        assert_eq!((asked("kept").as_deref(), asked("empty").as_deref(), asked("kep")), (Some("1"), Some(""), None));
        assert_eq!(at("/products", query, Location::query), query);
    }

    #[test]
    fn addresses_stand_as_browsers_write_them() {
        let (path, query) = at("/é/%C3%A9", "q=é'", || (Location::path(), Location::query()));
        assert_eq!((path.as_str(), query.as_str()), ("/%C3%A9/%C3%A9", "q=%C3%A9'"));
    }

    #[test]
    fn where_no_page_is_rendered_nothing_is_asked_for() {
        assert_eq!(Location::path() + &Location::query() + &Location::param("id"), "");
        assert_eq!(Location::asked("q"), None);
    }
}
