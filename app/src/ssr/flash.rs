//! The outcome of a form, kept in a cookie from the POST to the page that shows it, and for that one page only.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::request::Parts;
use http::{HeaderValue, Method};
use leptos::prelude::*;
use leptos::reactive::owner::with_context;
use session::{brought_cookies, kept_cookie};

use super::response::set_cookie;
use super::site::is_secure;
use crate::ui::Flash;

/// Browsers keep cookies of 4,096 bytes, name and attributes included.
const MOST_BYTES: usize = 3800;

impl Flash {
    pub(super) fn of(form: &str) -> Self {
        Self { form: form.to_owned(), ..Self::default() }
    }

    /// The same, with no typed value longer than so many characters, and about as many details as ten such have room for.
    fn cut_to(&self, most: usize) -> Self {
        let cut = |(name, value): &(String, String)| (name.clone(), value.chars().take(most).collect());
        let typed = self.typed.iter().map(cut).collect();
        Self { typed, details: shortened(&self.details, most * 10), ..self.clone() }
    }
}

/// The first lines, of so many bytes together, and how many more there are.
fn shortened(lines: &[String], most: usize) -> Vec<String> {
    let mut room = most;
    let fitting = lines.iter().take_while(|line| {
        let fits = line.len() <= room;
        room = room.saturating_sub(line.len());
        fits
    });
    let mut kept: Vec<_> = fitting.cloned().collect();
    match lines.len() - kept.len() {
        0 => {}
        more => kept.push(format!("And {more} more.")),
    }
    kept
}

/// Leaves an outcome for the next page. Typed values are cut, harder where they are long together.
pub(super) fn leave(flash: Flash) {
    if let Some(value) = encoded(&flash) {
        set_cookie(cookie_of(&value, 60, is_secure()));
    }
}

fn encoded(flash: &Flash) -> Option<String> {
    [2_000, 900, 600, 200, 120, 60, 30, 0].into_iter().find_map(|most| {
        let json = serde_json::to_vec(&flash.cut_to(most)).ok()?;
        let value = URL_SAFE_NO_PAD.encode(json);
        (value.len() <= MOST_BYTES).then_some(value)
    })
}

/// The cookie in which a form that is no server function leaves its outcome: in words what went well, and by name what did
/// not.
pub fn outcome(form: &str, said: Option<String>, typed: Vec<(String, String)>, secure: bool) -> Option<HeaderValue> {
    let value = encoded(&Flash { said, typed, ..Flash::of(form) })?;
    cookie_of(&value, 60, secure)
}

/// Takes what the last form left, for the page that is being rendered, and clears it.
pub(super) fn take() {
    let secure = is_secure();
    let left = |parts: &Parts| {
        let value = brought_cookies(&parts.headers, name(secure)).find(|cookie| !cookie.value().is_empty());
        value.filter(|_| parts.method == Method::GET).map(|cookie| cookie.value().to_owned())
    };
    let Some(value) = with_context(left).flatten() else { return };
    set_cookie(cookie_of("", 0, secure));
    let flash = URL_SAFE_NO_PAD.decode(value).ok().and_then(|json| serde_json::from_slice::<Flash>(&json).ok());
    if let Some(flash) = flash {
        provide_context(flash);
    }
}

const fn name(secure: bool) -> &'static str {
    if secure { "__Host-flash" } else { "flash" }
}

fn cookie_of(value: &str, seconds: i64, secure: bool) -> Option<HeaderValue> {
    kept_cookie(name(secure), value, "/", seconds, secure)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_values_are_cut_by_characters() {
        let flash = Flash { typed: vec![("name".into(), "ääääx".into())], ..Flash::of("register") };
        assert_eq!(flash.cut_to(4).value("name"), Some("ääää"));
        assert_eq!(flash.cut_to(0).value("name"), Some(""));
        assert_eq!(flash.value("other"), None);
    }

    #[test]
    fn of_many_details_the_first_are_told_and_the_others_counted() {
        let lines: Vec<_> = (1..=50).map(|n| format!("{n} {}", "x".repeat(97))).collect();
        assert_eq!(shortened(&lines[..3], 400), lines[..3]);
        assert_eq!(shortened(&lines[..3], 250), [lines[0].as_str(), lines[1].as_str(), "And 1 more."]);
        assert_eq!(shortened(&lines, 2000).last().unwrap(), "And 30 more.");
        assert_eq!(shortened(&lines[..1], 0), ["And 1 more."]);
        assert_eq!(shortened(&[], 0), Vec::<String>::new());
        let flash =
            Flash { details: lines.iter().map(|line| line.replace('x', "ä\"")).collect(), ..Flash::of("again") };
        let bytes = |most| URL_SAFE_NO_PAD.encode(serde_json::to_vec(&flash.cut_to(most)).unwrap()).len();
        assert!(bytes(120) <= MOST_BYTES, "some are told even of such: {}", bytes(120));
    }
}
