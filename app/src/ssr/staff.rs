//! For the back office: reads and writes by staff alone. To everybody else nothing of it is there.

use std::collections::BTreeMap;
use std::future::Future;

use shop::domain::{Fields, Proof, Refusal, Staff};
use shop::infrastructure::LiveShop;
use shop::usecase::{Error, Result};

use super::confirm;
use super::forms::{Form, answer};
use super::sessions::caller;
use crate::ShopError;
use crate::ui::path::within_shop;

/// A read for staff. Nobody is sent to the sign-in and back; a customer is told that there is no such page, and a member of
/// staff whose role may not see it that they may not. What is asked for in `read` says which proof it takes.
///
/// # Errors
/// What the core refuses, with the page's status set.
pub async fn staff_page<P, T, F>(read: impl FnOnce(LiveShop, P) -> F) -> std::result::Result<T, ShopError>
where
    P: Proof,
    F: Future<Output = Result<T>>,
{
    answer(
        async {
            let caller = caller().await?;
            let by = caller.staff::<P>().await.map_err(unseen)?;
            read(caller.site.shop.clone(), by).await
        }
        .await,
    )
}

/// Writes for staff, with the proof that `write` takes.
///
/// # Errors
/// `SignInNeeded`, `NotFound` for customers, `NotPermitted` for staff whose role may not, and what the core refuses.
pub async fn as_staff<P, T, F>(write: impl FnOnce(LiveShop, P) -> F) -> Result<T>
where
    P: Proof,
    T: Send + 'static,
    F: Future<Output = Result<T>> + Send + 'static,
{
    let caller = caller().await?;
    let by = caller.staff::<P>().await.map_err(unseen)?;
    caller.tracked(write(caller.site.shop.clone(), by)).await
}

/// A form of many fields, some of them long: where it is refused, what was typed is kept by the shop, and the page it is
/// shown on again is `page` with `?kept=`.
///
/// # Errors
/// As `as_staff`.
pub async fn form_page<P, T, F>(
    name: &str,
    page: String,
    fields: Fields,
    write: impl FnOnce(LiveShop, P, Fields) -> F,
    words: impl FnOnce(&T) -> String,
    next: impl FnOnce(&T) -> String,
) -> std::result::Result<T, ShopError>
where
    P: Proof,
    T: Send + 'static,
    F: Future<Output = Result<T>> + Send + 'static,
{
    let typed = fields.clone();
    let done = as_staff(|shop, by| write(shop, by, fields)).await;
    let form = Form::new(name, &page);
    if done.is_ok() {
        return form.lead_saying(async { done }, words, next).await;
    }
    let kept = as_staff(|shop, by: Staff| async move { shop.keep_form(by, &typed).await }).await;
    match kept {
        Ok(id) => form.at(format!("{page}?kept={id}")).refuse(done),
        Err(_) => form.refuse(done),
    }
}

/// Takes the password once more, and leads on to `next` with what was typed there and kept meanwhile.
///
/// # Errors
/// `SignInNeeded`, `NotFound` for customers, `WrongCredentials`, `TooManyTries`.
pub async fn confirm_password(password: String, next: &str, kept: &str) -> std::result::Result<(), ShopError> {
    let confirmed = async {
        let caller = caller().await?;
        let by = caller.staff::<Staff>().await.map_err(unseen)?;
        caller.confirm_password(password).await?;
        caller.shop().kept_form(by, kept).await
    };
    let form = Form::new("confirm", &confirm::path(next, kept));
    form.lead_on(confirmed.await, within_shop(next).unwrap_or("/admin"))
}

impl Form {
    /// How many of each line, to show again: under `v` and the variant's id.
    #[must_use]
    pub fn with_units(self, units: &BTreeMap<String, String>) -> Self {
        units.iter().fold(self, |form, (variant, count)| form.with(variant, count))
    }
}

/// Which product a form is about: nothing that leads elsewhere.
pub fn product_of(fields: &Fields) -> String {
    let id = fields.get("id").map(String::as_str).unwrap_or_default();
    if id.chars().all(|c| c.is_ascii_hexdigit() || c == '-') { id.to_owned() } else { String::new() }
}

/// A customer does not learn that there is a back office.
fn unseen(error: Error) -> Error {
    match error {
        Error::Refused(Refusal::StaffOnly) => Refusal::NotFound.into(),
        other => other,
    }
}

/// What staff hear when they have written money down.
pub const fn recorded(is_new: bool) -> &'static str {
    if is_new { "The money is written down." } else { "That money was written down before." }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_leads_to_a_product_and_nowhere_else() {
        let of = |id: &str| product_of(&[("id".to_owned(), id.to_owned())].into());
        assert_eq!(of("0191d5a0-0000-7000-8000-000000000001"), "0191d5a0-0000-7000-8000-000000000001");
        assert_eq!((of("../../cart"), of("?x"), product_of(&Fields::new())), Default::default());
    }
}
