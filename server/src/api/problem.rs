//! Errors as RFC 9457 has them: `application/problem+json`, whoever made them.

use std::borrow::Cow;

use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use http::{HeaderMap, HeaderValue, StatusCode};
use serde::Serialize;
use shop::domain::Refusal;
use shop::dto::words;
use shop::usecase::Error;
use utoipa::ToSchema;

use super::kinds::{self, Kind};

pub const CONTENT: &str = "application/problem+json";

/// A field that will not do, by its place in the body (`items[0].quantity`), its name in the query, or a header
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FieldProblem {
    #[schema(example = "quantity")]
    pub field: String,
    #[schema(example = "Please enter a whole number from 1 to 99.")]
    pub message: String,
}

/// What went wrong (RFC 9457)
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// The kind of problem. It stays the same, and leads to words about it
    #[serde(rename = "type")]
    #[schema(example = "/api/docs#not-found", format = "uri-reference")]
    kind: String,
    #[schema(example = "Not found")]
    title: Cow<'static, str>,
    #[schema(minimum = 400, maximum = 599, example = 404)]
    status: u16,
    #[schema(example = "We could not find that.")]
    detail: String,
    /// The fields that will not do, where that is the problem
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(nullable = false)]
    errors: Vec<FieldProblem>,
    #[serde(skip)]
    retry_after: Option<u32>,
}

impl Problem {
    pub fn new(kind: Kind, detail: impl Into<String>) -> Self {
        let retry_after = (kind.status == StatusCode::SERVICE_UNAVAILABLE).then_some(2);
        Self {
            kind: format!("/api/docs#{}", kind.name),
            title: kind.title.into(),
            status: kind.status.as_u16(),
            detail: detail.into(),
            errors: Vec::new(),
            retry_after,
        }
    }

    pub fn field(field: impl Into<String>, message: impl Into<String>) -> Self {
        let (field, message) = (field.into(), message.into());
        let detail = format!("{field}: {message}");
        Self { errors: vec![FieldProblem { field, message }], ..Self::new(kinds::INVALID, detail) }
    }

    /// The same, with the fields named as the caller named them.
    #[must_use]
    pub fn with_fields_named(mut self, name: impl Fn(&str) -> String) -> Self {
        for error in &mut self.errors {
            error.field = name(&error.field);
        }
        self.detail = summary(&self.errors).unwrap_or(self.detail);
        self
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let mut problem = Self::new(kinds::of_refusal(&refusal), words::refusal(&refusal));
        match refusal {
            Refusal::Invalid { fields } => {
                let told =
                    |f: shop::domain::FieldError| FieldProblem { message: words::problem(&f.problem), field: f.field };
                problem.errors = fields.into_iter().map(told).collect();
                problem.detail = summary(&problem.errors).unwrap_or(problem.detail);
            }
            Refusal::KeyReused => {
                problem.errors =
                    vec![FieldProblem { field: "Idempotency-Key".into(), message: problem.detail.clone() }];
            }
            Refusal::TooManyTries { seconds } => problem.retry_after = Some(seconds),
            _ => {}
        }
        problem
    }
}

/// The first field says what is wrong; a log or a terminal often shows nothing else.
fn summary(errors: &[FieldProblem]) -> Option<String> {
    let first = errors.first()?;
    let others = match errors.len() {
        1 => String::new(),
        n => format!(" ({} more)", n - 1),
    };
    Some(format!("{}: {}{others}", first.field, first.message))
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => refusal.into(),
            Error::Contended(cause) | Error::Unavailable(cause) => {
                tracing::warn!(error = format!("{cause:#}"), "a part of the shop does not answer");
                Refusal::Busy.into()
            }
            Error::Broken(cause) => {
                tracing::error!(error = format!("{cause:#}"), "something is broken");
                Self::new(kinds::BROKEN, kinds::BROKEN.about)
            }
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = (status, Body::from(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(CONTENT));
        if let Some(seconds) = self.retry_after {
            headers.insert(RETRY_AFTER, seconds.into());
        }
        if status == StatusCode::UNAUTHORIZED {
            // A 401 has to name a way in (RFC 9110, 15.5.2). Browsers ask nobody for this one.
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Cookie realm=\"shop\""));
        }
        response
    }
}

/// An error under `/api` that says nothing itself, or says it in HTML, becomes a problem.
pub fn as_problem(response: Response) -> Response {
    if is_a_problem(response.headers()) {
        return response;
    }
    let kind = kinds::of_status(response.status());
    let mut problem = Problem::new(kind, kind.about).into_response();
    let (parts, _) = response.into_parts();
    for (name, value) in &parts.headers {
        // What was said about the old body does not hold for the new one.
        if name != CONTENT_TYPE && name != CONTENT_LENGTH {
            problem.headers_mut().insert(name.clone(), value.clone());
        }
    }
    problem
}

fn is_a_problem(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(CONTENT.as_bytes()))
}
