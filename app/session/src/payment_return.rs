//! How somebody who opened an order by its token comes back to it from the payment provider: the token waits in a cookie of
//! their own browser, which is sent to the order's way back alone. So neither the provider nor a table ever has it.

use cookie::Cookie;
use http::header::COOKIE;
use http::{HeaderMap, HeaderValue};
use shop::domain::OrderId;
use shop::usecase::OrderToken;

const NAME: &str = "payment-return";
/// As long as any provider keeps its page open.
const SECONDS: u32 = 86_400;

/// The cookie that keeps the token until they are back; none: it is no token.
pub fn keep_token(order: OrderId, token: &str, secure: bool) -> Option<HeaderValue> {
    let is_token = !token.is_empty() && token.bytes().all(|b| b.is_ascii_alphanumeric());
    is_token.then(|| cookie(order, token, SECONDS, secure)).flatten()
}

/// The cookie that takes it away again.
pub fn drop_token(order: OrderId, secure: bool) -> Option<HeaderValue> {
    cookie(order, "", 0, secure)
}

/// What they bring.
pub fn brought_token(headers: &HeaderMap) -> Option<OrderToken> {
    let all = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(Cookie::split_parse).filter_map(std::result::Result::ok);
    pairs.find(|pair| pair.name() == NAME).and_then(|pair| OrderToken::brought(pair.value()))
}

/// `Lax`: it is sent when the provider leads back, and with nothing that another site does by itself.
fn cookie(order: OrderId, value: &str, seconds: u32, secure: bool) -> Option<HeaderValue> {
    let secure = if secure { "; Secure" } else { "" };
    let text =
        format!("{NAME}={value}; Path=/orders/{order}/return; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}");
    HeaderValue::from_str(&text).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_kept_for_the_way_back_of_its_order_alone() {
        let order: OrderId = "0191d5a0-0000-7000-8000-000000000001".parse().unwrap();
        let kept = keep_token(order, "abc123", true).unwrap();
        let kept = kept.to_str().unwrap();
        for part in
            ["payment-return=abc123;", &format!("Path=/orders/{order}/return;"), "HttpOnly", "SameSite=Lax", "Secure"]
        {
            assert!(kept.contains(part), "{part}: {kept}");
        }
        for odd in ["", "a b", "a;b", "a\r\nb", "ä"] {
            assert!(keep_token(order, odd, true).is_none(), "{odd:?}");
        }
        let mut headers = HeaderMap::new();
        assert!(brought_token(&headers).is_none());
        headers.insert(COOKIE, HeaderValue::from_static("session=1; payment-return=abc123"));
        assert_eq!(brought_token(&headers).unwrap().as_str(), "abc123");
        assert!(drop_token(order, false).unwrap().to_str().unwrap().contains("Max-Age=0"));
    }
}
