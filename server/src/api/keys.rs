//! Keys of programs: `Authorization: Bearer sek_…`. Which key works is looked up before anything else is, also for what
//! anybody may call: a program whose key has ended hears of it at once.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{AUTHORIZATION, CACHE_CONTROL, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue};
use session::Site;
use shop::usecase::ApiKeyToken;

use super::kinds;
use super::problem::Problem;

/// Whether the API is called with a key, whatever it looks like. Other schemes are none of ours: a proxy may ask for
/// them.
pub fn brings_key(request: &Request) -> bool {
    request.uri().path().starts_with("/api/") && brought(request.headers()).is_some()
}

/// Lets a program in whose key works, and turns the others away without a word on why.
pub async fn recognise(State(site): State<Site>, mut request: Request, next: Next) -> Response {
    let Some(token) = brought(request.headers()) else { return next.run(request).await };
    let from = site.address(request.extensions(), request.headers());
    match site.program(&token, from).await {
        Ok(Some(program)) => {
            request.extensions_mut().insert(program);
            let mut response = next.run(request).await;
            response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
            response
        }
        Ok(None) => not_accepted(),
        Err(error) => Problem::from(error).into_response(),
    }
}

/// What is brought as a key; what cannot be read, or is brought twice, is one that nobody has.
fn brought(headers: &HeaderMap) -> Option<ApiKeyToken> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let first = values.find_map(bearer)?;
    let is_alone = headers.get_all(AUTHORIZATION).iter().count() == 1;
    let text = first.to_str().ok().filter(|_| is_alone).unwrap_or_default();
    Some(ApiKeyToken::brought(text.trim()))
}

/// What follows `Bearer`, in capitals or not.
fn bearer(value: &HeaderValue) -> Option<HeaderValue> {
    let bytes = value.as_bytes();
    let (scheme, rest) = bytes.split_at_checked(6)?;
    let is_bearer = scheme.eq_ignore_ascii_case(b"bearer") && rest.first().is_none_or(|byte| *byte == b' ');
    is_bearer.then(|| HeaderValue::from_bytes(rest).ok())?
}

fn not_accepted() -> Response {
    let mut response = Problem::new(kinds::KEY_NOT_ACCEPTED, kinds::KEY_NOT_ACCEPTED.title).into_response();
    let way = HeaderValue::from_static("Bearer realm=\"shop\", error=\"invalid_token\"");
    response.headers_mut().insert(WWW_AUTHENTICATE, way);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(values: &[&str]) -> Option<String> {
        let values = values.iter().map(|value| (AUTHORIZATION, HeaderValue::from_bytes(value.as_bytes()).unwrap()));
        let mut headers = HeaderMap::new();
        values.for_each(|(name, value)| {
            headers.append(name, value);
        });
        brought(&headers).map(|token| token.as_str().to_owned())
    }

    #[test]
    fn a_key_is_what_bearer_says() {
        let cases: [(&[&str], Option<&str>); 10] = [
            (&[], None),
            (&["Basic b2xnYQ=="], None),
            (&["Bearers x"], None),
            (&["Beare"], None),
            (&["Bearer sek_1_2"], Some("sek_1_2")),
            (&["bearer  sek_1_2 "], Some("sek_1_2")),
            (&["Bearer"], Some("")),
            (&["Bearer ä"], Some("")),
            (&["Bearer sek_1_2", "Bearer sek_1_2"], Some("")),
            (&["Basic b2xnYQ==", "Bearer sek_1_2"], Some("")),
        ];
        for (values, token) in cases {
            assert_eq!(text(values).as_deref(), token, "{values:?}");
        }
    }
}
