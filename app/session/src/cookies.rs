//! Cookies, as browsers bring them. What each is for, and how long it is kept, stands with what it keeps.

use cookie::Cookie;
use http::HeaderMap;
use http::header::COOKIE;

/// What a request brings under this name: one at the most, or one for each path that fits. What is no text is none.
pub fn brought_cookies<'h>(headers: &'h HeaderMap, name: &str) -> impl Iterator<Item = Cookie<'h>> {
    let lines = headers.get_all(COOKIE).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(Cookie::split_parse).flatten().filter(move |cookie| cookie.name() == name)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

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
