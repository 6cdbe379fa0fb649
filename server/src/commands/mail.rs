//! `mail list` and `mail retry`: what was not sent, and another try. `mail preview`: what letters look like.

use std::path::Path;

use anyhow::{Context, bail};
use clap::Args;
use shop::domain::{MailId, Refusal};
use shop::dto::{LocalTime, words};
use shop::infrastructure::mail::mail_html;
use shop::usecase::{Error, MailEntry, MailRetry, MailState};
use time::OffsetDateTime;

use crate::compose;
use crate::config::Config;

/// More than anybody reads.
const MOST: u32 = 1000;

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Retry {
    /// All that were given up or wait for their next attempt; not those of which nobody knows whether they arrived
    #[arg(long)]
    all: bool,
    /// The one with this id, as listed; an uncertain one may arrive twice
    #[arg(value_parser = |text: &str| text.parse::<MailId>().map_err(|_| "not an id"))]
    id: Option<MailId>,
}

/// # Errors
/// When the database does not answer.
pub async fn list(config: &Config) -> anyhow::Result<()> {
    let store = compose::store(config).await?;
    let shop = compose::shop(config, store.clone())?;
    shop.refresh_content().await?;
    let unsent = shop.unsent_mail(MOST).await?;
    store.close().await;
    match unsent.len() {
        0 => println!("All mail is sent."),
        count => println!("{count} not sent, the oldest first:"),
    }
    for entry in &unsent {
        println!("{}", line(entry, |at| shop.local_time(at)));
    }
    Ok(())
}

/// # Errors
/// For an id that no unsent mail has, or a database that does not answer.
pub async fn retry(config: &Config, which: Retry) -> anyhow::Result<()> {
    let store = compose::store(config).await?;
    let which = which.id.map_or(MailRetry::All, MailRetry::One);
    let count = compose::shop(config, store.clone())?.retry_mail(which).await;
    store.close().await;
    if let (MailRetry::One(id), Err(Error::Refused(Refusal::NotFound))) = (which, &count) {
        bail!("no letter {id} waits to be sent: `mail list` has those that do");
    }
    println!("{} will be tried again at once.", count?);
    Ok(())
}

/// # Errors
/// When the database does not answer, or the folder cannot be written to.
pub async fn preview(config: &Config, folder: &Path) -> anyhow::Result<()> {
    let store = compose::store(config).await?;
    let shop = compose::shop(config, store.clone())?;
    let letters = shop.refresh_content().await.and_then(|()| shop.sample_mail());
    store.close().await;
    let (letters, place) = (letters?, || folder.display().to_string());
    tokio::fs::create_dir_all(folder).await.with_context(place)?;
    for letter in &letters {
        let html = mail_html(letter)?.context("a letter without parts")?;
        tokio::fs::write(folder.join(format!("{}.html", letter.kind)), html).await.with_context(place)?;
    }
    println!("{} letters are in {}.", letters.len(), folder.display());
    Ok(())
}

fn line(entry: &MailEntry, local: impl Fn(OffsetDateTime) -> LocalTime) -> String {
    let next = match entry.state {
        MailState::Queued => format!(", due {}", words::moment(&local(entry.due_at))),
        _ => String::new(),
    };
    format!(
        "{}  {}  {}  to {}  {} after {} attempts{next}{}",
        entry.id,
        words::moment(&local(entry.created_at)),
        entry.kind,
        entry.to,
        entry.state.as_str(),
        entry.attempts,
        entry.last_error.as_ref().map_or_else(String::new, |error| format!(": {error}")),
    )
}
