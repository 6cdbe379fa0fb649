//! Addresses within the shop: where a form may lead, and how one is carried in another's query.

use super::Location;

/// The path, if it leads nowhere but into the shop: one slash first, plain visible ASCII, at most 500 characters.
///
/// Browsers read `//host` and `/\host` as another host, and drop tabs and line ends before they look.
pub fn within_shop(path: &str) -> Option<&str> {
    let mut bytes = path.bytes();
    let inside = bytes.next() == Some(b'/')
        && !matches!(bytes.next(), Some(b'/' | b'\\'))
        && path.len() <= 500
        && path.bytes().all(|b| b.is_ascii_graphic() && b != b'\\');
    inside.then_some(path)
}

/// Where somebody shows their password once more, and sets up a second factor.
pub const SECURITY: &str = "/account/security";

/// Where somebody sees where they are signed in, and shows their password once more before they end that.
pub const SESSIONS: &str = "/account/sessions";

/// The sign-in that leads back here.
pub fn sign_in_path(next: &str) -> String {
    with_next("/login", next)
}

/// `page?next=…`, or the page alone where there is nowhere special to go.
pub fn with_next(page: &str, next: &str) -> String {
    match within_shop(next) {
        Some("/") | None => page.to_owned(),
        Some(next) => format!("{page}?next={}", form_urlencoded::byte_serialize(next.as_bytes()).collect::<String>()),
    }
}

/// Where this page's `?next=` leads, nowhere if not into the shop.
pub fn next_page() -> String {
    let next = Location::asked("next");
    next.as_deref().and_then(within_shop).unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_shops_own_addresses_are_followed() {
        for good in ["/", "/cart", "/products?q=a%20b&page=2", "/orders/0191-aa#top"] {
            assert_eq!(within_shop(good), Some(good));
        }
        let long = format!("/{}", "a".repeat(500));
        for bad in [
            "",
            "cart",
            "//evil.example",
            "/\\evil.example",
            "/\t/evil.example",
            "https://evil.example",
            "/a b",
            "/a\r\nb",
            "/ä",
            "/a\\b",
            "javascript:alert(1)",
            &long,
        ] {
            assert_eq!(within_shop(bad), None, "{bad:?}");
        }
    }

    #[test]
    fn the_way_back_survives_the_sign_in() {
        assert_eq!(sign_in_path("/products?q=a%26b"), "/login?next=%2Fproducts%3Fq%3Da%2526b");
        assert_eq!(sign_in_path("//evil.example"), "/login");
    }
}
