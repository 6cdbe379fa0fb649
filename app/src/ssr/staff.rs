//! For the back office: reads and writes by staff alone. To everybody else nothing of it is there.

use std::collections::BTreeMap;
use std::future::Future;
use std::str::FromStr;

use shop::domain::{Fields, May, OrderId, OrderStatus, Proof, Refusal, Slug, Staff, permit};
use shop::dto::EventsView;
use shop::infrastructure::LiveShop;
use shop::usecase::{ApiKeyToken, Error, Result};

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

/// The events behind this position, with what only the process that answers knows: its tasks, and its partitions.
///
/// # Errors
/// As `staff_page`.
pub async fn events_page(after: i64) -> std::result::Result<EventsView, ShopError> {
    answer(
        async {
            let caller = caller().await?;
            let by = caller.staff::<May<permit::Events>>().await.map_err(unseen)?;
            let view = caller.site.shop.events_view(by, after).await?;
            Ok(EventsView { tasks: (caller.site.tasks)(), partitions: (caller.site.partitions)(), ..view })
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

/// Moves an order on. Cancelling it gives money back, and takes the proof of who may do that.
///
/// # Errors
/// As `as_staff`, `ConfirmNeeded` among it where an order is cancelled.
pub async fn move_order(order: String, status: &str) -> Result<OrderId> {
    match OrderStatus::parse(status).ok_or(Refusal::NotFound) {
        Ok(OrderStatus::Cancelled) => {
            as_staff(|shop, by| async move { shop.cancel_order_by_staff(by, order.parse()?).await }).await
        }
        to => as_staff(|shop, by| async move { shop.set_order_status(by, order.parse()?, to?).await }).await,
    }
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
    refuse_keeping(form, &page, &typed, done).await
}

/// Says no, and keeps what was typed: whoever has to sign in again first is led back to it.
pub(super) async fn refuse_keeping<T>(
    form: Form,
    page: &str,
    typed: &Fields,
    refused: Result<T>,
) -> std::result::Result<T, ShopError> {
    match keep(typed).await {
        Ok(id) => form.at(kept_at(page, &id)).refuse(refused),
        Err(_) => form.refuse(refused),
    }
}

/// What it is found by. A customer's is not kept.
pub(super) async fn keep(typed: &Fields) -> Result<String> {
    caller().await?.keep_form(typed).await
}

/// Looks at what was typed without saving it, for whoever may save it: the shop keeps it, and `page` shows it.
///
/// # Errors
/// As `as_staff`.
pub async fn preview_page<P: Proof>(name: &str, page: String, fields: Fields) -> std::result::Result<(), ShopError> {
    let (form, typed) = (Form::new(name, &page), fields.clone());
    let kept = as_staff(|shop, by: P| async move { shop.keep_form(by.into(), &fields).await });
    match kept.await {
        Ok(id) => {
            form.at(format!("{page}?kept={id}&preview=yes#preview")).show_again();
            Ok(())
        }
        Err(error) => refuse_keeping(form, &page, &typed, Err(error)).await,
    }
}

/// Which page of text a form is about: nothing that leads elsewhere.
pub fn page_of(fields: &Fields) -> String {
    let slug = fields.get("slug").map(String::as_str).unwrap_or_default();
    Slug::parse(slug).map(|slug| slug.to_string()).unwrap_or_default()
}

/// Where a form that is kept is shown again.
pub(super) fn kept_at(page: &str, id: &str) -> String {
    let sign = if page.contains('?') { '&' } else { '?' };
    format!("{page}{sign}kept={id}")
}

/// A form that several may edit, with rows that come and go and an example to look at before it is saved: its name, the page
/// it stands on, and what is said when it is saved.
pub struct Editor {
    pub name: &'static str,
    pub page: String,
    pub said: &'static str,
}

/// Saves what was typed, or shows it again, as the button says by which it was sent: `fields[do]` is `save` or nothing, `try`
/// for an example, and anything else for more rows.
///
/// # Errors
/// As `form_page`.
pub async fn editor_form<P, T, C, W>(
    editor: Editor,
    fields: Fields,
    tried: impl FnOnce(LiveShop, P, Fields) -> C,
    saved: impl FnOnce(LiveShop, P, Fields) -> W,
    next: impl FnOnce(&T) -> String,
) -> std::result::Result<(), ShopError>
where
    P: Proof,
    T: Send + 'static,
    C: Future<Output = Result<()>> + Send + 'static,
    W: Future<Output = Result<T>> + Send + 'static,
{
    let Editor { name, page, said } = editor;
    let (outcome, place) = match fields.get("do").map(String::as_str) {
        None | Some("" | "save") => {
            return form_page(name, page, fields, saved, |_| said.to_owned(), next).await.map(|_| ());
        }
        Some("try") => {
            let typed = fields.clone();
            (as_staff(|shop, by| tried(shop, by, typed)).await, "#example")
        }
        Some(_) => (Ok(()), "#rows"),
    };
    let typed = fields.clone();
    let kept = as_staff(|shop, by: P| async move { shop.keep_form(by.into(), &fields).await }).await;
    let form = Form::new(name, &page);
    match (kept, outcome) {
        (Ok(id), Ok(())) => {
            form.at(format!("{}{place}", kept_at(&page, &id.to_string()))).show_again();
            Ok(())
        }
        (Ok(id), refused) => form.at(kept_at(&page, &id.to_string())).refuse(refused),
        (Err(error), Ok(())) => refuse_keeping(form, &page, &typed, Err(error)).await,
        (Err(_), refused) => refuse_keeping(form, &page, &typed, refused).await,
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
    /// What was typed into fields whose names are made at run time, to show again.
    #[must_use]
    pub fn with_fields(self, fields: &Fields) -> Self {
        fields.iter().fold(self, |form, (name, typed)| form.with(name, typed))
    }

    /// How many of each line, to show again: under `v` and the variant's id.
    #[must_use]
    pub fn with_units(self, units: &BTreeMap<String, String>) -> Self {
        units.iter().fold(self, |form, (variant, count)| form.with(variant, count))
    }
}

/// Which one an editor is opened on, as its address says; nothing: one that is not there yet.
///
/// # Errors
/// `NotFound` where it cannot be the name of any.
pub fn parse_optional<T: FromStr<Err = Refusal>>(text: &str) -> std::result::Result<Option<T>, Refusal> {
    Some(text).filter(|text| !text.is_empty()).map(str::parse).transpose()
}

/// Which one a form is about; none yet: `new`.
pub fn edited(fields: &Fields) -> String {
    Some(product_of(fields)).filter(|id| !id.is_empty()).unwrap_or_else(|| "new".to_owned())
}

/// Which category a form is about, by its slug: nothing that leads elsewhere.
pub fn slug_of(fields: &Fields) -> String {
    let slug = fields.get("id").map(String::as_str).unwrap_or_default();
    let is_slug = slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if is_slug { slug.to_owned() } else { String::new() }
}

/// Which product a form is about: nothing that leads elsewhere.
pub fn product_of(fields: &Fields) -> String {
    let id = fields.get("id").map(String::as_str).unwrap_or_default();
    if id.chars().all(|c| c.is_ascii_hexdigit() || c == '-') { id.to_owned() } else { String::new() }
}

/// Which order a form is about: nothing that leads elsewhere.
pub fn order_of(fields: &Fields) -> String {
    let id = fields.get("order_id").map(String::as_str).unwrap_or_default();
    id.parse::<OrderId>().map(|id| id.to_string()).unwrap_or_default()
}

/// A customer does not learn that there is a back office.
fn unseen(error: Error) -> Error {
    match error {
        Error::Refused(Refusal::StaffOnly) => Refusal::NotFound.into(),
        other => other,
    }
}

/// Which version of a review somebody has read; what is none is none's.
pub fn version_of_review(text: &str) -> i64 {
    text.parse().unwrap_or(0)
}

/// What staff hear when they have written money down.
pub const fn recorded(is_new: bool) -> &'static str {
    if is_new { "The money is written down." } else { "That money was written down before." }
}

/// What staff hear when they have had a letter sent once more.
pub const fn sent_again(is_new: bool) -> &'static str {
    if is_new { "The letter is on its way once more." } else { "It was sent once more today already." }
}

/// What staff hear when they have made a key, and the key, which is shown this once.
pub fn key_shown(key: &ApiKeyToken) -> (String, Vec<String>) {
    ("The key is made. Copy it now: it is shown this once.".to_owned(), vec![key.as_str().to_owned()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_names_one_or_none_yet_or_nothing() {
        assert_eq!(parse_optional::<Slug>("mugs"), Ok(Slug::parse("mugs").ok()));
        assert_eq!(parse_optional::<Slug>(""), Ok(None));
        assert_eq!(parse_optional::<Slug>("../mugs"), Err(Refusal::NotFound));
        assert_eq!(parse_optional::<OrderId>("12"), Err(Refusal::NotFound));
    }

    #[test]
    fn a_form_leads_to_a_product_and_nowhere_else() {
        let of = |id: &str| product_of(&[("id".to_owned(), id.to_owned())].into());
        assert_eq!(of("0191d5a0-0000-7000-8000-000000000001"), "0191d5a0-0000-7000-8000-000000000001");
        assert_eq!(edited(&Fields::new()), "new");
        assert_eq!(kept_at("/admin/tax/rates?country=DE", "1"), "/admin/tax/rates?country=DE&kept=1");
        assert_eq!((of("../../cart"), of("?x"), product_of(&Fields::new())), Default::default());
    }
}
