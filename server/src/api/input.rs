//! Reading what a program sends: bodies and query strings, into shapes. What will not do is named.

use axum::body::{Bytes, to_bytes};
use axum::extract::{FromRequest, FromRequestParts, Request};
use http::header::CONTENT_TYPE;
use http::request::Parts;
use http::{HeaderMap, HeaderName};
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::{Path, Segment};
use shop::domain::{Quantity, Refusal};

use super::kinds;
use super::problem::Problem;
use super::shapes::Object;

/// No body that gets this far is longer: the web reads it first, within its limit.
const MOST: usize = 1 << 20;

/// A body.
pub struct Input<T>(pub T);

/// A body that may be left out.
pub struct Optional<T>(pub Option<T>);

/// The query string.
pub struct Filters<T>(pub T);

impl<S: Sync, T: DeserializeOwned> FromRequest<S> for Input<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        match body(request).await? {
            Some(bytes) => read(&bytes).map(|Object(input)| Self(input)),
            None => Err(Problem::new(kinds::UNSUPPORTED_MEDIA_TYPE, "A body is needed, and it is application/json.")),
        }
    }
}

impl<S: Sync, T: DeserializeOwned> FromRequest<S> for Optional<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let bytes = body(request).await?;
        let input: Option<Option<Object<T>>> = bytes.map(|bytes| read(&bytes)).transpose()?;
        Ok(Self(input.flatten().map(|Object(input)| input)))
    }
}

/// The body, if there is one; it must say that it is JSON.
async fn body(request: Request) -> Result<Option<Bytes>, Problem> {
    let (parts, body) = request.into_parts();
    let is_json = is_json(&parts.headers);
    let bytes = to_bytes(body, MOST).await.map_err(|_| Problem::new(kinds::TOO_LARGE, kinds::TOO_LARGE.about))?;
    match is_json {
        Some(true) => Ok(Some(bytes)),
        None if bytes.is_empty() => Ok(None),
        Some(false) | None => Err(Problem::new(kinds::UNSUPPORTED_MEDIA_TYPE, kinds::UNSUPPORTED_MEDIA_TYPE.about)),
    }
}

impl<S: Sync, T: DeserializeOwned> FromRequestParts<S> for Filters<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        let reader = serde_urlencoded::Deserializer::new(url::form_urlencoded::parse(query.as_bytes()));
        let input = serde_path_to_error::deserialize(reader).map_err(|error| {
            let message = error.inner().to_string();
            field_problem(error.path(), &message)
        })?;
        Ok(Self(input))
    }
}

/// A quantity in the field of that name.
pub fn quantity(field: &str, count: i64) -> Result<Quantity, Problem> {
    Ok(Quantity::new(count).map_err(|problem| Refusal::field(field, problem))?)
}

/// Whether the body says that it is JSON, if it says what it is.
fn is_json(headers: &HeaderMap) -> Option<bool> {
    let kind = headers.get(CONTENT_TYPE)?.to_str().unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    Some(kind.eq_ignore_ascii_case("application/json"))
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    // Whether it is JSON at all, and then whether it is what we want: the reader below cannot always tell the two apart.
    serde_json::from_slice::<Value>(bytes)
        .map_err(|error| Problem::new(kinds::MALFORMED, format!("The body is not JSON: {error}.")))?;
    let mut reader = serde_json::Deserializer::from_slice(bytes);
    serde_path_to_error::deserialize(&mut reader)
        .map_err(|error| field_problem(error.path(), &error.inner().to_string()))
}

/// The field that serde stumbled over. A missing or unknown one is named only in its message.
fn field_problem(path: &Path, message: &str) -> Problem {
    let place: String = path.iter().fold(String::new(), |place, segment| match segment {
        Segment::Map { key } if place.is_empty() => key.clone(),
        Segment::Map { key } => format!("{place}.{key}"),
        Segment::Seq { index } => format!("{place}[{index}]"),
        Segment::Enum { .. } | Segment::Unknown => place,
    });
    let within = |name: &str| match place.as_str() {
        "" => name.to_owned(),
        // serde may already have gone to the field that it knows nothing of.
        place if place == name || place.ends_with(&format!(".{name}")) => place.to_owned(),
        place => format!("{place}.{name}"),
    };
    if let Some(name) = quoted_after(message, "unknown field ") {
        return Problem::field(within(name), "There is no such field.");
    }
    if let Some(name) = quoted_after(message, "missing field ") {
        return Problem::field(within(name), "Please fill this in.");
    }
    if let Some(name) = quoted_after(message, "duplicate field ") {
        return Problem::field(within(name), "This is given twice.");
    }
    let (message, _) = message.split_once(" at line ").unwrap_or((message, ""));
    let field = if place.is_empty() { "body".to_owned() } else { place };
    Problem::field(field, format!("Not what is expected here: {message}."))
}

fn quoted_after<'a>(message: &'a str, words: &str) -> Option<&'a str> {
    message.strip_prefix(words)?.strip_prefix('`')?.split('`').next()
}

/// A header that is given once and is text.
pub fn header<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Result<Option<&'a str>, Problem> {
    let mut values = headers.get_all(name).iter();
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) => {
            let text =
                value.to_str().ok().filter(|t| (1..=100).contains(&t.len()) && t.bytes().all(|b| b.is_ascii_graphic()));
            text.map(Some).ok_or_else(|| Problem::field(titled(name), "Please give 1 to 100 visible ASCII characters."))
        }
        _ => Err(Problem::field(titled(name), "This is given twice.")),
    }
}

fn titled(name: &HeaderName) -> String {
    let word = |word: &str| word.get(..1).unwrap_or_default().to_ascii_uppercase() + word.get(1..).unwrap_or_default();
    name.as_str().split('-').map(word).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Outer {
        #[expect(dead_code, reason = "only read")]
        items: Vec<Inner>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Inner {
        #[expect(dead_code, reason = "only read")]
        quantity: u32,
    }

    fn problem(json: &str) -> serde_json::Value {
        serde_json::to_value(read::<Object<Outer>>(json.as_bytes()).unwrap_err()).unwrap()
    }

    #[test]
    fn the_field_that_will_not_do_is_named() {
        for (json, field) in [
            (r#"{"items":[{"quantity":"2"}]}"#, "items[0].quantity"),
            (r#"{"items":[{"quantity":1},{"quantity":1,"price":"0.01"}]}"#, "items[1].price"),
            (r#"{"items":[{}]}"#, "items[0].quantity"),
            (r#"{"items":[],"total":1}"#, "total"),
            (r#"{"items":[],"items":[]}"#, "items"),
            ("{}", "items"),
            ("7", "body"),
            ("[[]]", "body"),
        ] {
            let problem = problem(json);
            assert_eq!(problem["status"], 422, "{json}: {problem}");
            assert_eq!(problem["errors"][0]["field"], field, "{json}: {problem}");
        }
    }

    #[test]
    fn what_is_not_json_is_malformed() {
        for json in ["", "{", "{\"items\":[]} x", "\u{0}", "{'items':[]}", &"[".repeat(5000)] {
            assert_eq!(problem(json)["status"], 400, "{json}");
        }
    }

    #[test]
    fn only_json_is_json() {
        let kind =
            |text: &'static str| is_json(&HeaderMap::from_iter([(CONTENT_TYPE, http::HeaderValue::from_static(text))]));
        assert_eq!(kind("application/json; charset=utf-8"), Some(true));
        assert_eq!(kind("text/plain"), Some(false));
        assert_eq!(is_json(&HeaderMap::new()), None);
    }
}
