//! `events list` and `events replay`: a look at the outbox, and a second chance for dead letters.

use std::collections::BTreeSet;

use anyhow::ensure;
use clap::Args;
use shop::dto::{LocalTime, words};
use shop::usecase::{DeadLetter, EventViews, SetAsideView};

use crate::compose;
use crate::config::Config;

/// Of one look into the outbox.
const PAGE: u32 = 500;

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
    let shop = compose::shop(config, store.clone())?;
    shop.refresh_content().await?;
    let (waiting, oldest) = store.outbox_backlog().await?;
    match waiting {
        0 => println!("No event waits to be published."),
        _ => println!("{waiting} events wait to be published, the oldest for {oldest} s."),
    }
    let (mut aside, mut after) = (0, 0);
    loop {
        let page = store.events_set_aside(after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = last.event.position;
        if aside == 0 {
            println!("Set aside, with their next attempt:");
        }
        aside += page.len();
        page.iter().for_each(|event| println!("{}", line_of_event(event, &shop.local_time(event.until))));
    }
    println!("{aside} events are set aside.");
    let (mut dead, mut after) = (0, 0);
    loop {
        let page = store.dead_letters(after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = last.position;
        dead += page.len();
        page.iter()
            .for_each(|dead| println!("{}", line_of_dead_letter(dead, &shop.local_time(dead.envelope.occurred_at))));
    }
    store.close().await;
    println!("{dead} dead letters.");
    Ok(())
}

/// # Errors
/// For a position where no dead letter is, or a database that does not answer.
pub async fn replay(config: &Config, which: Replay) -> anyhow::Result<()> {
    let store = compose::store(config).await?;
    let shop = compose::shop(config, store.clone())?;
    // A replay that fails again becomes another dead letter: those of now, and no more.
    let end = store.last_position().await?;
    let (mut replayed, mut after) = (0_u32, 0);
    let mut missing: BTreeSet<_> = which.positions.iter().copied().collect();
    loop {
        let page = store.dead_letters(after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = last.position;
        for dead_letter in page.iter().filter(|dead_letter| dead_letter.position <= end) {
            if missing.remove(&dead_letter.position) || which.all {
                replayed += u32::from(shop.replay(dead_letter).await?);
            }
        }
    }
    store.close().await;
    println!("{replayed} events were put back.");
    ensure!(missing.is_empty(), "there is no dead letter at {missing:?}");
    Ok(())
}

fn line_of_event(aside: &SetAsideView, until: &LocalTime) -> String {
    let envelope = &aside.event.envelope;
    format!(
        "{:>8}  {}  {}  {}  {}",
        aside.event.position,
        words::moment(until),
        envelope.topic,
        envelope.key,
        match (&aside.reason, aside.event.attempts) {
            (None, _) | (_, 0) => "waits for an earlier event with its key".to_owned(),
            (Some(reason), attempts) => format!("failed {attempts} times: {reason}"),
        }
    )
}

fn line_of_dead_letter(dead_letter: &DeadLetter, occurred_at: &LocalTime) -> String {
    let envelope = &dead_letter.envelope;
    format!(
        "{:>8}  {}  {}  {}  {}: {}",
        dead_letter.position,
        words::moment(occurred_at),
        envelope.topic,
        envelope.key,
        envelope.header("dlq_group").unwrap_or_default(),
        envelope.header("dlq_reason").unwrap_or_default(),
    )
}
