//! A letter in the words of whoever works here, to the customer of an order.

use serde_json::json;
use time::Duration;

use crate::domain::{FieldReader, Fields, Limit, May, OrderId, Problem, Refusal, clean_line, permit};
use crate::dto::StaffMessageView;

use super::super::audit::Change;
use super::super::editor::text;
use super::super::idempotency::check_key;
use super::super::shop::retried;
use super::super::{Mails, Result, Shop, Store, Tx, mail_messages};
use super::Orders;

/// The most characters of a subject and of a letter.
const MAX_SUBJECT: u32 = 150;
const MAX_TEXT: u32 = 5_000;
/// So many letters about an order in a day: a slip of a finger, or of a program, fills nobody's letter box.
const MOST: usize = 10;
const DAY: Duration = Duration::DAY;

impl<S: Store> Shop<S> {
    /// The form for a letter to the customer of an order, with what was typed before and kept.
    ///
    /// # Errors
    /// `NotFound`.
    pub async fn staff_message(&self, by: May<permit::Orders>, id: OrderId, kept: &str) -> Result<StaffMessageView> {
        let order = self.store().any_order_view(id).await?.ok_or(Refusal::NotFound)?;
        let typed = self.kept_form(by.into(), kept).await?.filter(|typed| text(typed, "order_id") == id.to_string());
        let fields = typed.unwrap_or_default();
        Ok(StaffMessageView { order: id, number: order.number, email: order.email, fields, form_key: self.new_key() })
    }

    /// Writes to the customer of an order. Once, however often the same form is sent. Fields: `key`, `subject`, `text`.
    ///
    /// # Errors
    /// `Invalid`; `NotFound` also where the customer was made nobody; `TooManyTries`, `KeyReused`.
    pub async fn write_to_customer(&self, by: May<permit::OrderChanges>, id: OrderId, fields: &Fields) -> Result<()> {
        let mut reader = FieldReader::default();
        let subject = reader.required("subject", text(fields, "subject"), MAX_SUBJECT);
        let letter = reader.read("text", read_letter(text(fields, "text")));
        let (subject, letter) = reader.finish(subject.zip(letter))?;
        let key = format!("letter-{}", text(fields, "key"));
        check_key(&key)?;
        // Each order has its own end to them; whoever writes about one after the other meets this one.
        let counted = self.take_tries(vec![(Limit::LettersPerSender, by.user().to_string())]).await?;
        let written = retried(|| self.write_to_customer_once(by, id, (&subject, &letter), &key)).await;
        if !matches!(written, Ok(true)) {
            self.give_back_tries(counted).await;
        }
        written.map(drop)
    }

    /// False: it was written before.
    async fn write_to_customer_once(
        &self,
        by: May<permit::OrderChanges>,
        id: OrderId,
        (subject, letter): (&str, &str),
        key: &str,
    ) -> Result<bool> {
        let (mut tx, now) = (self.store().begin().await?, self.now());
        if !self.first_of_key(&mut tx, by, Some(key), || format!("letter {id} {subject} {letter}")).await? {
            return Ok(false);
        }
        tx.lock_orders(&[id]).await?.pop().ok_or(Refusal::NotFound)?;
        let earlier = tx.staff_messages(id, now.saturating_sub(DAY)).await?.ok_or(Refusal::NotFound)?;
        if let Some(first) = earlier.first().filter(|_| earlier.len() >= MOST) {
            let wait = (first.saturating_add(DAY) - now).whole_seconds().max(1);
            return Err(Refusal::TooManyTries { seconds: u32::try_from(wait).unwrap_or(u32::MAX) }.into());
        }
        let facts = tx.order_facts(&[id]).await?.pop().ok_or(Refusal::NotFound)?;
        let message = mail_messages::staff_message(&self.named_settings(), &facts, subject, letter);
        let new = self.new_mail(Some(id), facts.email, message);
        let mail = new.id;
        tx.queue_mail(&[new], now).await?;
        // The letter itself stands in the list of mail, under this id, until its customer is made nobody; the log outlives that.
        let said = json!({ "mail": mail });
        self.record(&mut tx, by, Change::of("order.customer_written", "order", id).after(said)).await?;
        tx.commit().await?;
        Ok(true)
    }
}

/// Its lines, each cleaned; one at least.
fn read_letter(text: &str) -> std::result::Result<String, Problem> {
    let text = text.trim().replace("\r\n", "\n");
    if text.is_empty() {
        return Err(Problem::Required);
    }
    if text.chars().count() > MAX_TEXT as usize {
        return Err(Problem::TooLong { max: MAX_TEXT });
    }
    let lines: Vec<_> = text.lines().map(|line| clean_line(line, MAX_TEXT)).collect::<std::result::Result<_, _>>()?;
    Ok(lines.join("\n"))
}
