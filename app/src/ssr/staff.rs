//! For the back office: reads and writes by staff alone. To everybody else nothing of it is there.

use std::collections::BTreeMap;
use std::future::Future;

use shop::domain::{Fields, Refusal, Slug, Staff};
use shop::infrastructure::LiveShop;
use shop::usecase::{Error, Result};

use super::forms::{Form, answer};
use super::sessions::caller;
use crate::ShopError;

/// A read for staff. Nobody is sent to the sign-in and back; a customer is told that there is no such page.
///
/// # Errors
/// What the core refuses, with the page's status set.
pub async fn staff_page<T, F>(read: impl FnOnce(LiveShop, Staff) -> F) -> std::result::Result<T, ShopError>
where
    F: Future<Output = Result<T>>,
{
    answer(
        async {
            let caller = caller().await?;
            let by = caller.staff().map_err(unseen)?;
            read(caller.site.shop.clone(), by).await
        }
        .await,
    )
}

/// Writes for staff.
///
/// # Errors
/// `SignInNeeded`, `NotFound` for customers, and what the core refuses.
pub async fn as_staff<T, F>(write: impl FnOnce(LiveShop, Staff) -> F) -> Result<T>
where
    T: Send + 'static,
    F: Future<Output = Result<T>> + Send + 'static,
{
    let caller = caller().await?;
    let by = caller.staff().map_err(unseen)?;
    caller.tracked(write(caller.site.shop.clone(), by)).await
}

/// A form of many fields, some of them long: where it is refused, what was typed is kept by the shop, and the page it is
/// shown on again is `page` with `?kept=`.
///
/// # Errors
/// As `as_staff`.
pub async fn form_page<T, F>(
    name: &str,
    page: String,
    fields: Fields,
    write: impl FnOnce(LiveShop, Staff, Fields) -> F,
    words: impl FnOnce(&T) -> String,
    next: impl FnOnce(&T) -> String,
) -> std::result::Result<T, ShopError>
where
    T: Send + 'static,
    F: Future<Output = Result<T>> + Send + 'static,
{
    let typed = fields.clone();
    let done = as_staff(|shop, by| write(shop, by, fields)).await;
    let form = Form::new(name, &page);
    if done.is_ok() {
        return form.lead_saying(async { done }, words, next).await;
    }
    let kept = as_staff(|shop, by| async move { shop.keep_form(by, &typed).await }).await;
    match kept {
        Ok(id) => form.at(format!("{page}?kept={id}")).refuse(done),
        Err(_) => form.refuse(done),
    }
}

/// Looks at what was typed into a form without saving it: the shop keeps it, and `page` shows it.
///
/// # Errors
/// As `as_staff`.
pub async fn preview_page(name: &str, page: String, fields: Fields) -> std::result::Result<(), ShopError> {
    let form = Form::new(name, &page);
    match as_staff(|shop, by| async move { shop.keep_form(by, &fields).await }).await {
        Ok(id) => {
            form.at(format!("{page}?kept={id}&preview=yes#preview")).show_again();
            Ok(())
        }
        Err(error) => form.refuse(Err(error)),
    }
}

/// Which page of text a form is about: nothing that leads elsewhere.
pub fn page_of(fields: &Fields) -> String {
    let slug = fields.get("slug").map(String::as_str).unwrap_or_default();
    Slug::parse(slug).map(|slug| slug.to_string()).unwrap_or_default()
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
