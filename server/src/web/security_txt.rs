//! Whom to tell of a hole in the shop: `/.well-known/security.txt` (RFC 9116). A shop that has told no address has none.

use axum::Router;
use axum::extract::State as FromState;
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use http::StatusCode;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use shop::infrastructure::clock::SystemClock;
use shop::usecase::Clock as _;
use time::{Duration, OffsetDateTime};

use super::State;

const PATH: &str = "/.well-known/security.txt";
/// It is made when it is asked for, so it never runs out; RFC 9116 wants less than a year.
const HOLDS: Duration = Duration::days(180);
/// What stands in an address of mail as it is (RFC 6068).
const ADDRESS: &AsciiSet = &NON_ALPHANUMERIC.remove(b'@').remove(b'.').remove(b'-').remove(b'_').remove(b'+');

pub fn routes(state: State) -> Router {
    Router::new().route("/.well-known/security.txt", get(security_txt)).with_state(state)
}

async fn security_txt(FromState(state): FromState<State>) -> Response {
    match &state.site.shop.content().contact {
        Some(contact) => text(contact, &state.site.base_url, SystemClock.now()).into_response(),
        None => StatusCode::NOT_FOUND.into_response(),
    }
}

fn text(contact: &str, base_url: &str, now: OffsetDateTime) -> String {
    let expires = (now + HOLDS).date();
    let (year, month, day) = (expires.year(), u8::from(expires.month()), expires.day());
    format!(
        "Contact: mailto:{}\nExpires: {year:04}-{month:02}-{day:02}T00:00:00Z\nPreferred-Languages: en\n\
         Canonical: {base_url}{PATH}\n",
        utf8_percent_encode(contact, ADDRESS)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_whom_to_write_to_and_until_when_that_holds() {
        let now = OffsetDateTime::from_unix_timestamp(1_767_225_600).unwrap();
        assert_eq!(
            text("o'hara+shop@example.org", "https://shop.example", now),
            "Contact: mailto:o%27hara+shop@example.org\nExpires: 2026-06-30T00:00:00Z\nPreferred-Languages: en\n\
             Canonical: https://shop.example/.well-known/security.txt\n"
        );
    }
}
