//! What forms of the back office have in common that several may edit at once: fields as they are typed, the version of what was
//! read, and what was typed brought together with what is there now.
//!
//! A form's fields are named as the core names them in its refusals. `id`, `version`, `base` and `do` are the form's own, and
//! what begins with `try_` is asked of its example.

use data_encoding::HEXLOWER;
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime};
use uuid::Uuid;

use crate::domain::{Currency, Fields, Money, Problem, Refusal, Staff, merge_rows};
use crate::dto::EditorView;

use super::{Error, Result, Shop, Store};

/// A form as it is shown, and what it was sent for the last time.
pub(super) struct Brought {
    pub view: EditorView,
    pub asked: String,
}

/// What tells these rules from any others. Whoever changes them names the version they were read in.
pub(super) fn version_of(rules: &impl Serialize) -> Result<String> {
    let json = serde_json::to_vec(rules).map_err(|cause| Error::Broken(cause.into()))?;
    Ok(HEXLOWER.encode(&Sha256::digest(json))[..16].to_owned())
}

/// # Errors
/// `VersionMismatch`; its number is that of the whole set.
pub(super) fn require_version(rules: &impl Serialize, fields: &Fields, set: i64) -> Result<()> {
    match version_of(rules)? == text(fields, "version") {
        true => Ok(()),
        false => Err(Refusal::VersionMismatch { current: set }.into()),
    }
}

/// The id of what is not there yet: a form brings it as its version, so that the same form sent twice makes one.
pub(super) fn new_id(fields: &Fields) -> Option<Uuid> {
    Uuid::try_parse(text(fields, "version")).ok()
}

pub(super) fn text<'a>(fields: &'a Fields, name: &str) -> &'a str {
    fields.get(name).map(|text| text.trim()).unwrap_or_default()
}

pub(super) fn is_on(fields: &Fields, name: &str) -> bool {
    !["", "no"].contains(&text(fields, name))
}

pub(super) fn amount(typed: &str, currency: Currency) -> std::result::Result<Money, Problem> {
    Money::parse(typed, currency).map_err(|_| Problem::NotAnAmount { decimals: currency.decimals() })
}

/// Nothing is none.
pub(super) fn optional<T>(
    typed: &str,
    read: impl FnOnce(&str) -> std::result::Result<T, Problem>,
) -> std::result::Result<Option<T>, Problem> {
    if typed.is_empty() { Ok(None) } else { read(typed).map(Some) }
}

pub(super) fn whole(typed: &str, min: u32, max: u32) -> std::result::Result<u32, Problem> {
    typed.parse().ok().filter(|n| (min..=max).contains(n)).ok_or(Problem::OutOfRange { min, max })
}

impl<S: Store> Shop<S> {
    /// A time by the shop's clocks. What the form shows of a time is less than the time: what was not touched stays.
    pub(super) fn moment(
        &self,
        typed: &str,
        known: Option<OffsetDateTime>,
    ) -> std::result::Result<Option<OffsetDateTime>, Problem> {
        let untouched = known.filter(|at| self.local_time(*at).typed() == typed);
        let read = |typed: &str| {
            // Browsers add seconds where there are any.
            let minutes = typed.get(..16).filter(|_| typed.len() == 19).unwrap_or(typed);
            let format = format_description!("[year]-[month]-[day]T[hour]:[minute]");
            PrimitiveDateTime::parse(minutes, format).map(|there| self.at_local(there)).map_err(|_| Problem::NotADate)
        };
        untouched.map_or_else(|| optional(typed, read), |at| Ok(Some(at)))
    }

    /// What is there now, brought together with what was typed before and kept.
    pub(super) async fn merged_editor(
        &self,
        by: Staff,
        kept: &str,
        id: &str,
        version: String,
        now: Fields,
    ) -> Result<Brought> {
        let typed = self.kept_form(by, kept).await?.filter(|typed| text(typed, "id") == id);
        let Some(mut typed) = typed else {
            let view = EditorView {
                id: id.to_owned(),
                version,
                fields: now.clone(),
                base: now,
                theirs: Vec::new(),
                both: Vec::new(),
                sample: Fields::new(),
                example: None,
            };
            return Ok(Brought { view, asked: String::new() });
        };
        let base: Fields = typed.remove("base").and_then(|base| serde_json::from_str(&base).ok()).unwrap_or_default();
        // Nobody else knows what is not there yet.
        let now = if id.is_empty() { base.clone() } else { now };
        let asked = typed.remove("do").unwrap_or_default();
        typed.retain(|name, _| !["id", "version"].contains(&name.as_str()));
        let (sample, typed): (Fields, Fields) = typed.into_iter().partition(|(name, _)| name.starts_with("try_"));
        let merged = merge_rows(&base, &typed, &now);
        let view = EditorView {
            id: id.to_owned(),
            version,
            base: now,
            fields: merged.fields,
            theirs: merged.theirs,
            both: merged.both,
            sample,
            example: None,
        };
        Ok(Brought { view, asked })
    }
}

impl Brought {
    /// Whether an example was asked for.
    pub fn is_tried(&self) -> bool {
        self.asked == "try"
    }

    /// All that was typed, as the form sends it.
    pub fn typed(&self) -> Fields {
        let mut fields = self.view.fields.clone();
        fields.extend(self.view.sample.clone());
        fields.insert("id".to_owned(), self.view.id.clone());
        fields
    }
}

/// The fields of an example that can be reckoned; none for what is refused: that was told when it was asked for.
pub(super) fn shown<T>(reckoned: Result<T>) -> Result<Option<T>> {
    match reckoned {
        Ok(example) => Ok(Some(example)),
        Err(Error::Refused(_)) => Ok(None),
        Err(other) => Err(other),
    }
}
