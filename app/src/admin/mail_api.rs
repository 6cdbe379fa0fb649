//! What the pages of mail ask of the core, and what is done there.

use leptos::prelude::*;
use shop::dto::{MailList, MailSamples, MailView};

use crate::ShopError;

/// `search` is the query of the page's address.
pub async fn load_mail(search: String) -> Result<MailList, ShopError> {
    let query = shop::dto::MailQuery::of_search(&search);
    crate::ssr::staff_page(|shop, by| async move { shop.mail_list(by, &query).await }).await
}

pub async fn load_mail_view(id: String) -> Result<MailView, ShopError> {
    crate::ssr::staff_page(|shop, by| async move { shop.mail_view(by, id.parse()?).await }).await
}

/// `order` is the number of the order that they are about; without one it is made up.
pub async fn load_mail_samples(order: String) -> Result<MailSamples, ShopError> {
    crate::ssr::staff_page(|shop, by| async move { shop.mail_samples(by, &order).await }).await
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

/// Sends a letter about an order once more, as it was.
#[server(prefix = "/do", endpoint = "admin-resend-mail")]
pub async fn resend_mail(#[server(default)] id: String) -> Result<bool, ShopError> {
    use super::forms::RESEND;
    use super::paths::mail_path;
    use crate::ssr::{Form, as_staff, sent_again};
    let page = mail_path(&id);
    let form = Form::new(RESEND, &page);
    let sent = as_staff(|shop, by| async move { shop.resend_mail(by, id.parse()?).await });
    form.lead_saying(sent, |is_new| sent_again(*is_new).into(), |_| page).await
}
