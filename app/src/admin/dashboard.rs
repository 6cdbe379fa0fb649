//! What the first page, mail, events and the audit log ask of the core, and what is done there.

use leptos::prelude::*;
use shop::dto::{AuditList, AuditVerdict, EventsView, LetterView, MailList, StaffHome};

use crate::ShopError;

#[server(prefix = "/do", endpoint = "admin-home")]
pub async fn load_home() -> Result<StaffHome, ShopError> {
    crate::ssr::staff_page(|shop, by| async move { shop.staff_home(by).await }).await
}

/// `search` is the query of the page's address.
#[server(prefix = "/do", endpoint = "admin-mail")]
pub async fn load_mail(#[server(default)] search: String) -> Result<MailList, ShopError> {
    let query = shop::dto::MailQuery::of_search(&search);
    crate::ssr::staff_page(|shop, by| async move { shop.mail_list(by, &query).await }).await
}

#[server(prefix = "/do", endpoint = "admin-letter")]
pub async fn load_letter(#[server(default)] id: String) -> Result<LetterView, ShopError> {
    crate::ssr::staff_page(|shop, by| async move { shop.letter(by, id.parse()?).await }).await
}

/// Has one mail tried again; without an id all that were given up or wait.
#[server(prefix = "/do", endpoint = "admin-retry-mail")]
pub async fn retry_mail(#[server(default)] id: String) -> Result<u32, ShopError> {
    use crate::ssr::{Form, as_staff};
    use shop::usecase::MailRetry;
    let which = if id.is_empty() { Ok(MailRetry::All) } else { id.parse().map(MailRetry::One) };
    let tried = as_staff(|shop, by| async move { shop.retry_mail_for(by, which?).await });
    let words = |count: &u32| format!("{count} will be tried again at once.");
    Form::new("retry-mail", "/admin/mail").lead_saying(tried, words, |_| "/admin/mail".into()).await
}

/// The dead letters behind this position.
#[server(prefix = "/do", endpoint = "admin-events")]
pub async fn load_events(#[server(default)] after: i64) -> Result<EventsView, ShopError> {
    crate::ssr::staff_page(|shop, by| async move { shop.events_view(by, after).await }).await
}

/// Puts a dead letter back on the topic it came from, for the group that could not read it.
#[server(prefix = "/do", endpoint = "admin-replay-event")]
pub async fn replay_event(#[server(default)] position: i64) -> Result<(), ShopError> {
    use crate::ssr::{Form, as_staff};
    let replayed = as_staff(|shop, by| async move { shop.replay_for(by, position).await });
    let form = Form::new("replay-event", "/admin/events");
    form.lead_saying(replayed, |()| "The event is put back.".into(), |()| "/admin/events".into()).await
}

/// Has everything that is held back tried now.
#[server(prefix = "/do", endpoint = "admin-try-events")]
pub async fn try_events() -> Result<u64, ShopError> {
    use crate::ssr::{Form, as_staff};
    let tried = as_staff(|shop, by| async move { shop.end_pauses_for(by).await });
    let words = |count: &u64| format!("{count} events are tried now.");
    Form::new("try-events", "/admin/events").lead_saying(tried, words, |_| "/admin/events".into()).await
}

/// The log before this position; 0: from its end.
#[server(prefix = "/do", endpoint = "admin-audit")]
pub async fn load_audit(#[server(default)] before: i64) -> Result<AuditList, ShopError> {
    let before = Some(before).filter(|before| *before > 0);
    crate::ssr::staff_page(|shop, by| async move { shop.audit_log(by, before).await }).await
}

/// Whether the chain of the log holds.
#[server(prefix = "/do", endpoint = "admin-verify-audit")]
pub async fn verify_audit() -> Result<AuditVerdict, ShopError> {
    use shop::domain::{May, permit};
    crate::ssr::staff_page(|shop, _: May<permit::Audit>| async move { shop.verify_audit_log().await }).await
}
