//! Cookies, as browsers bring them and as they are given. What each is for, and how long it is kept, stands with what it keeps.

use cookie::time::Duration;
use cookie::{Cookie, SameSite};
use http::header::COOKIE;
use http::{HeaderMap, HeaderValue};

/// What a request brings under this name: one at the most, or one for each path that fits. What is no text is none.
pub fn brought_cookies<'h>(headers: &'h HeaderMap, name: &str) -> impl Iterator<Item = Cookie<'h>> {
    brought_cookies_of(headers, name).filter(move |cookie| cookie.name() == name)
}

/// What it brings under names that begin so.
pub fn brought_cookies_of<'h>(headers: &'h HeaderMap, begin: &str) -> impl Iterator<Item = Cookie<'h>> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(Cookie::split_parse).flatten().filter(move |cookie| cookie.name().starts_with(begin))
}

/// What a browser is to keep for these addresses and so long, and no script reads; for no time: to drop. None: no header can say it.
///
/// `Lax`: it is sent with a link that leads here from elsewhere (a mail program on the web, a payment provider's page), and with
/// nothing that another site does by itself.
pub fn kept_cookie(name: &str, value: &str, path: &str, seconds: i64, secure: bool) -> Option<HeaderValue> {
    let cookie = Cookie::build((name, value))
        .path(path)
        .max_age(Duration::seconds(seconds))
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(secure);
    HeaderValue::from_str(&cookie.to_string()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_is_for_no_script_and_over_https_for_https_alone() {
        let kept = |value, secure| kept_cookie("link", value, "/orders/1", 60, secure);
        let said = kept("abc", true).unwrap();
        let mut parts: Vec<_> = said.to_str().unwrap().split("; ").collect();
        parts.sort_unstable();
        assert_eq!(parts, ["HttpOnly", "Max-Age=60", "Path=/orders/1", "SameSite=Lax", "Secure", "link=abc"]);
        assert!(said.to_str().unwrap().starts_with("link=abc; "), "{said:?}");
        assert!(!kept("abc", false).unwrap().to_str().unwrap().contains("Secure"));
        assert!(kept("a\r\nb", true).is_none(), "it begins no header of its own");
    }

    #[test]
    fn a_cookie_is_found_by_its_whole_name_among_others() {
        let mut headers = HeaderMap::new();
        assert_eq!(brought_cookies(&headers, "flash").count(), 0);
        headers.append(COOKIE, HeaderValue::from_static("flash2=no; id=1; flash=yes;flash=too; none; empty="));
        headers.append(COOKIE, HeaderValue::from_bytes(b"other=\xff; flash=no text").unwrap());
        headers.append(COOKIE, HeaderValue::from_static("other=a=b"));
        let values = |name| brought_cookies(&headers, name).map(|c| c.value().to_owned()).collect::<Vec<_>>();
        for (name, brought) in [
            ("flash", ["yes", "too"].as_slice()),
            ("other", &["a=b"]),
            ("empty", &[""]),
            ("lash", &[]),
            ("Flash", &[]),
            ("none", &[]),
            ("", &[]),
        ] {
            assert_eq!(values(name), brought, "{name}");
        }
    }
}
