//! The document that describes the API, as it is served: `docs/openapi.json`, with what only this shop knows.

use serde_json::Value;
use shop::dto::words;

use super::shapes::AMOUNT;

/// What the handlers say of themselves, where cookies are not for HTTPS (`document_of_handlers` holds it against them).
pub const KEPT: &str = include_str!("../../../docs/openapi.json");

/// The session cookie's name where cookies are for HTTPS; without, it is `session`.
const COOKIE: &str = "__Host-session";

/// The document that describes the API. `secure`: cookies are for HTTPS.
#[expect(clippy::expect_used, reason = "a test holds that it is JSON")]
pub fn document(secure: bool) -> Value {
    let mut document: Value = serde_json::from_str(KEPT).expect("the document is JSON");
    if secure {
        document["components"]["securitySchemes"]["session"]["name"] = COOKIE.into();
    }
    document
}

/// The amounts that may be given have at most as many decimals as the shop's currency, and so have the examples.
pub fn with_decimals(document: &mut Value, decimals: u32) {
    match document {
        Value::String(text) if text == AMOUNT => {
            let places = if decimals == 0 { String::new() } else { format!(r"(\.\d{{1,{decimals}}})?") };
            *text = format!(r"^\d{{1,9}}{places}$");
        }
        Value::String(text) if decimals != 2 && (text == "12.34" || text == "12.50") => {
            *text = words::typed_amount(decimals);
        }
        Value::Array(items) => items.iter_mut().for_each(|item| with_decimals(item, decimals)),
        Value::Object(fields) => fields.values_mut().for_each(|field| with_decimals(field, decimals)),
        _ => {}
    }
}

pub fn is_method(word: &str) -> bool {
    matches!(word, "get" | "post" | "put" | "delete" | "patch")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn amounts_that_may_be_given_follow_the_currency() {
        for (decimals, pattern, example) in
            [(0, r"^\d{1,9}$", "1250"), (2, AMOUNT, "12.34"), (3, r"^\d{1,9}(\.\d{1,3})?$", "12.500")]
        {
            let mut document = json!({"schema": {"pattern": AMOUNT, "examples": ["12.34"]}});
            with_decimals(&mut document, decimals);
            assert_eq!(document, json!({"schema": {"pattern": pattern, "examples": [example]}}), "{decimals}");
        }
    }
}
