//! The outcome of a form that was sent without scripts, on the page that follows it.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use super::{FieldSpec, FormSpec};
use crate::{Notice, ShopError};

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Flash {
    /// Which form.
    pub form: String,
    /// What was typed, never a password.
    pub typed: Vec<(String, String)>,
    pub error: Option<ShopError>,
    pub notice: Option<Notice>,
    /// The same in words of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub said: Option<String>,
    /// What more there is to say of it, a line each.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub details: Vec<String>,
}

impl Flash {
    /// What was typed into a field.
    pub fn value(&self, field: &str) -> Option<&str> {
        self.typed.iter().find(|(name, _)| name == field).map(|(_, value)| value.as_str())
    }

    /// The same, with nothing typed into this field.
    #[must_use]
    pub fn without_value(mut self, field: &str) -> Self {
        self.typed.retain(|(name, _)| name != field);
        self
    }

    pub fn problem(&self, field: &str) -> Option<&str> {
        self.error.as_ref().and_then(|e| e.problem_of(field))
    }
}

/// What this form left, if it was this one; else an empty outcome.
pub fn flash_of(form: &str) -> Flash {
    use_context::<Flash>().filter(|f| f.form == form).unwrap_or_default()
}

/// What went well, at the top of a page.
#[component]
pub fn FlashNotice() -> impl IntoView {
    let flash = use_context::<Flash>().unwrap_or_default();
    let details = (!flash.details.is_empty()).then(|| {
        let lines = flash.details.into_iter().map(|line| view! { <li>{line}</li> });
        view! { <ul>{lines.collect_view()}</ul> }
    });
    flash.said.or_else(|| flash.notice.map(|notice| notice.words().to_owned())).map(|words| {
        view! {
            <div class="notice" role="status">
                <p>{words}</p>
                {details}
            </div>
        }
    })
}

/// What is wrong with a form, above it, with a link to every field it is about. Takes the focus, so that it is read out
/// first. `form` says which fields it has, or `fields` where they are not always the same.
#[component]
pub fn FormProblem(
    flash: Flash,
    #[prop(optional)] form: Option<FormSpec>,
    #[prop(optional)] fields: Vec<FieldSpec>,
) -> impl IntoView {
    let declared = form.map_or(&[][..], |form| form.fields).iter().copied();
    let links = declared.chain(fields).filter_map(|spec| {
        let problem = flash.problem(spec.name)?.to_owned();
        Some(view! {
            <li>
                <a href=format!("#{}", spec.id())>{spec.label}": "{problem}</a>
            </li>
        })
    });
    let links = links.collect_view();
    flash.error.map(|error| {
        let summary = if links.is_empty() { error.words() } else { "Please check the marked fields.".into() };
        view! {
            <div class="problem" role="alert" tabindex="-1" autofocus=true>
                <p>{summary}</p>
                {(!links.is_empty()).then(|| view! { <ul>{links}</ul> })}
            </div>
        }
    })
}
