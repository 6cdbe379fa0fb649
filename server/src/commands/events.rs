//! `events list` and `events replay`: a look at the outbox, and a second chance for dead letters.

use anyhow::ensure;
use clap::Args;
use shop::dto::words;
use shop::usecase::{DeadLetter, EventViews};

use crate::compose;
use crate::config::Config;

/// More dead letters than anybody reads.
const MOST: u32 = 1000;

#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub struct Replay {
    /// All of them
    #[arg(long)]
    pub all: bool,
    /// Those at these positions, as listed
    #[arg(value_name = "POSITION")]
    pub positions: Vec<i64>,
}

/// # Errors
/// When the database does not answer.
pub async fn list(config: &Config) -> anyhow::Result<()> {
    let store = compose::store(config).await?;
    let (waiting, oldest) = store.outbox_backlog().await?;
    let dead = store.dead_letters(MOST).await?;
    store.close().await;
    match waiting {
        0 => println!("No event waits to be published."),
        _ => println!("{waiting} events wait to be published, the oldest for {oldest} s."),
    }
    println!("{} dead letters.", dead.len());
    for letter in &dead {
        println!("{}", line(letter));
    }
    Ok(())
}

/// # Errors
/// For a position where no dead letter is, or a database that does not answer.
pub async fn replay(config: &Config, which: Replay) -> anyhow::Result<()> {
    let store = compose::store(config).await?;
    let shop = compose::shop(config, store.clone())?;
    let mut dead = store.dead_letters(MOST).await?;
    if !which.all {
        for position in &which.positions {
            ensure!(dead.iter().any(|d| d.position == *position), "there is no dead letter at {position}");
        }
        dead.retain(|d| which.positions.contains(&d.position));
    }
    // Oldest first, as they came.
    dead.sort_by_key(|d| d.position);
    for letter in &dead {
        shop.replay(letter).await?;
    }
    store.close().await;
    println!("{} events were put back.", dead.len());
    Ok(())
}

fn line(letter: &DeadLetter) -> String {
    let envelope = &letter.envelope;
    format!(
        "{:>8}  {}  {}  {}  {}: {}",
        letter.position,
        words::moment(envelope.occurred_at),
        envelope.topic,
        envelope.key,
        header(letter, "dlq_group"),
        header(letter, "dlq_reason"),
    )
}

fn header<'a>(letter: &'a DeadLetter, name: &str) -> &'a str {
    letter.envelope.headers.iter().find(|(n, _)| n == name).map_or("", |(_, value)| value.as_str())
}
