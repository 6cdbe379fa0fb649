//! What was typed into a form that asks for the password first, kept until it is given.

use shop::domain::Fields;
use shop::usecase::{Error, Result};

use super::sessions::caller;
use crate::ui::path::{SECURITY, SESSIONS};
use crate::ui::{Flash, with_next};

/// What it is found by; none: it could not be kept, and has to be typed again.
pub(super) async fn keep(flash: &Flash) -> Option<String> {
    let kept: Result<String> = async { caller().await?.keep_form(&fields(flash)).await }.await;
    match kept {
        Ok(id) => Some(id),
        // Nobody who works here.
        Err(Error::Refused(_)) => None,
        Err(error) => {
            tracing::warn!(%error, "a form could not be kept");
            None
        }
    }
}

/// Where whoever gives their password once more does so on the page itself.
pub(super) fn is_asked_there(page: &str) -> bool {
    [SECURITY, SESSIONS].contains(&page)
}

/// Where the password is given once more, before somebody goes on here; `kept` is what a form of staff is found by.
pub(super) fn path(next: &str, kept: &str) -> String {
    if is_asked_there(next) {
        return next.to_owned();
    }
    let path = with_next("/admin/confirm", next);
    match kept.chars().all(|c| c.is_ascii_hexdigit() || c == '-') && !kept.is_empty() {
        true if path.contains('?') => format!("{path}&kept={kept}"),
        true => format!("{path}?kept={kept}"),
        false => path,
    }
}

/// The form's name stands beside its fields, under a name that no field has.
const FORM: &str = " form";

fn fields(flash: &Flash) -> Fields {
    flash.typed.iter().cloned().chain([(FORM.to_owned(), flash.form.clone())]).collect()
}

/// The form as it was typed.
pub(super) fn typed_form(kept: &Fields) -> Flash {
    let typed = kept.iter().filter(|(name, _)| *name != FORM).map(|(name, text)| (name.clone(), text.clone()));
    Flash { typed: typed.collect(), ..Flash::of(kept.get(FORM).map(String::as_str).unwrap_or_default()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_on_stays_within_the_shop() {
        assert_eq!(path("/admin/staff", ""), "/admin/confirm?next=%2Fadmin%2Fstaff");
        assert_eq!(path("/admin/staff", "01-ab"), "/admin/confirm?next=%2Fadmin%2Fstaff&kept=01-ab");
        assert_eq!(path("//evil.example", "x&y"), "/admin/confirm");
        assert_eq!((path(SECURITY, ""), path(SESSIONS, "")), (SECURITY.to_owned(), SESSIONS.to_owned()));
    }

    #[test]
    fn a_form_is_shown_again_as_it_was_typed() {
        let typed = vec![("amount".to_owned(), "1.00".to_owned()), ("reason".to_owned(), "Late".to_owned())];
        let flash = Flash { typed, ..Flash::of("refund-order") };
        assert_eq!(typed_form(&fields(&flash)), flash);
    }
}
