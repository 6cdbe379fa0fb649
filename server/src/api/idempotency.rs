//! `Idempotency-Key`: the first answer to a call is kept, and given to every later one with its key.

use std::future::Future;

use http::{HeaderMap, HeaderName};
use serde::Serialize;
use session::Caller;
use shop::usecase::{Error, KeyOwner, Result};

use super::input::header;
use super::problem::Problem;

pub const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The key of a call, if it has one.
pub fn key(headers: &HeaderMap) -> std::result::Result<Option<String>, Problem> {
    Ok(header(headers, &IDEMPOTENCY_KEY)?.map(str::to_owned))
}

/// The body that is kept for this key; where there is none, the answer given is kept. Without a key nobody asks again.
pub async fn kept_body<T: Serialize>(
    caller: &Caller,
    owner: KeyOwner,
    key: Option<&str>,
    answer: impl Future<Output = Result<T>>,
) -> Result<String> {
    if let Some(key) = key
        && let Some(kept) = caller.shop().kept_answer(owner, key).await?
    {
        return Ok(kept);
    }
    let body = serde_json::to_string(&answer.await?).map_err(|error| Error::Broken(error.into()))?;
    let Some(key) = key else { return Ok(body) };
    let (shop, key) = (caller.site.shop.clone(), key.to_owned());
    caller.tracked(async move { shop.keep_answer(owner, &key, &body).await }).await
}
