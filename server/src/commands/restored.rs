//! `restored`: what there is to do once, on a database that was restored, before the shop opens again.

use anyhow::{bail, ensure};
use clap::Args;
use shop::infrastructure::LiveShop;
use shop::infrastructure::postgres::PgStore;
use shop::usecase::{Embedded, Relayed, RestoredState};
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

use crate::compose;
use crate::config::Config;

/// The most events or orders of one step.
const BATCH: u32 = 200;
/// All attempts that are open: which of them the provider ends, nobody knows before.
const ATTEMPTS: u32 = 100_000;
/// The clocks of the database and of the processes may differ by as much.
const CLOCKS: Duration = Duration::minutes(1);

#[derive(Debug, Args)]
pub struct Restored {
    /// The moment that the database was restored to (of a dump, when it was begun): 2026-11-29T03:00:00Z
    #[arg(long, value_name = "TIME", value_parser = |text: &str| OffsetDateTime::parse(text, &Rfc3339))]
    pub to: OffsetDateTime,
    /// Tell what there is to do, and do nothing
    #[arg(long)]
    pub dry_run: bool,
    /// So many numbers of orders are left out: more than can have been given since
    #[arg(long, value_name = "COUNT", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(..=1_000_000))]
    pub order_numbers: u32,
    /// Although somebody is connected to the database, none of them a process of this shop
    #[arg(long)]
    pub beside_others: bool,
    /// Although nothing of the database tells that it was restored
    #[arg(long)]
    pub force: bool,
}

/// # Errors
/// While somebody else is connected; for a database that was not restored to that moment, or of which nothing tells that it was
/// restored at all; or one that does not answer. What was begun goes on when it is called again.
pub async fn restored(config: &Config, which: &Restored) -> anyhow::Result<()> {
    let store = compose::store(config).await?;
    let done = Box::pin(see_to_it(config, &store, which)).await;
    store.close().await;
    done
}

async fn see_to_it(config: &Config, store: &PgStore, which: &Restored) -> anyhow::Result<()> {
    // While this process has one connection.
    let others = store.others_connected().await?;
    ensure!(
        others.is_empty() || which.beside_others || which.dry_run,
        "somebody is connected to the database: {}. Stop every web, worker and serve first; where none of them is the shop, say \
         --beside-others",
        others.join(", ")
    );
    let fit = store.schema_fit().await?;
    ensure!(fit.fits(), "{fit}");
    let shop = compose::shop(config, store.clone())?;
    shop.refresh_content().await?;
    let state = shop.restored_state(which.to).await.map_err(compose::cause_alone)?;
    if let Some(at) = state.ended_at {
        println!("This was done at {}: nothing is left to do.", at.format(&Rfc3339)?);
        return Ok(());
    }
    if let (None, Some(newest)) = (state.begun_at, state.newest_event)
        && newest > which.to.saturating_add(CLOCKS)
    {
        bail!(
            "the newest event of this database is of {}: it was not restored to that moment, or the shop has worked on it since",
            newest.format(&Rfc3339)?
        );
    }
    let doubt = why_not_restored(store, which, &state).await?;
    if which.dry_run {
        print_plan(&state, which, &others);
        if let Some(doubt) = doubt {
            println!("It would be refused without --force: {doubt}.");
        }
        return Ok(());
    }
    if let Some(doubt) = doubt {
        bail!(
            "nothing tells that this database was restored: {doubt}. If it was (and a worker was started on it since, or the backup \
             is of an older release), say --force"
        );
    }
    // A worker that is started now does not relay beside this.
    let mut relay = store.session_lock().await?;
    ensure!(relay.try_relay().await?, "a worker relays events: stop it");
    let begun_at = match state.begun_at {
        Some(at) => at,
        None => begin(&shop, which, &state).await?,
    };
    Box::pin(catch_up(&shop)).await?;
    let ended = shop.end_after_restore(which.to, config.kafka.is_some().then_some(begun_at)).await;
    let ended = ended.map_err(compose::cause_alone)?;
    println!(
        "{} letters came of it, and wait for approval as well: `mail list`, `mail retry ID`. Those that ask for money are not in \
         that list, and are not sent.",
        ended.mail
    );
    if config.kafka.is_some() {
        println!("{} events are published once more, for whoever else reads them.", ended.events);
    }
    println!("Start one worker, and look at `check`.");
    Ok(())
}

/// Why this may be no database that was restored: whoever gives a shop at work new series, and holds its letters, has mistaken
/// the database, or the terminal.
async fn why_not_restored(
    store: &PgStore,
    which: &Restored,
    state: &RestoredState,
) -> anyhow::Result<Option<&'static str>> {
    if which.force || state.begun_at.is_some() {
        return Ok(None);
    }
    Ok(match store.is_another_database().await.map_err(compose::cause_alone)? {
        Some(true) => None,
        Some(false) => Some("this is the very database that the shop worked in before"),
        None => Some("no release has written down in which database the shop worked before"),
    })
}

/// What would be done, and by which of these processes it is still hindered.
fn print_plan(state: &RestoredState, which: &Restored, others: &[String]) {
    let waiting = &state.waiting;
    if !others.is_empty() {
        println!("Connected, and to be stopped first: {}.", others.join(", "));
    }
    match &state.seller {
        Some(seller) => {
            println!(
                "Invoices go on in a new series behind {}, credit notes behind {}.",
                seller.invoice_series, seller.credit_note_series
            );
        }
        None => println!("Nobody sells yet: there is no series."),
    }
    println!("{} numbers of orders are left out.", which.order_numbers);
    println!(
        "{} events have lost their effect and get it, {} more are on their way.",
        state.without_effect.len(),
        waiting.events.waiting
    );
    println!("{} attempts to pay have no end: the provider is asked.", waiting.payments.waiting);
    let mail = waiting.mail_queued.waiting.saturating_add(waiting.mail_sending);
    println!("{mail} letters, and those that come of it, wait for approval.");
    println!("Nothing was done.");
}

async fn begin(shop: &LiveShop, which: &Restored, state: &RestoredState) -> anyhow::Result<OffsetDateTime> {
    let begun = shop.begin_after_restore(which.to, &state.without_effect, which.order_numbers).await;
    let begun = begun.map_err(compose::cause_alone)?;
    if let Some(seller) = &begun.seller {
        println!("Invoices go on in series {}, credit notes in {}.", seller.invoice_series, seller.credit_note_series);
    }
    if let Some(last) = begun.last_number_left_out {
        println!("Orders go on behind number {last}.");
    }
    println!("{} letters that were queued wait for approval.", begun.mail);
    println!("{} events that have lost their effect get it.", begun.events);
    Ok(begun.at)
}

/// Everything that was on its way, until nothing moves any more: here, where no letter goes out of it.
async fn catch_up(shop: &LiveShop) -> anyhow::Result<()> {
    let bus = Embedded::new(shop.clone());
    let (mut asked, mut is_asked) = (0, true);
    loop {
        let mut moved = delivered(shop.relay(&bus, BATCH).await?)? + delivered(shop.retry_events(&bus, BATCH).await?)?;
        match shop.reconcile_payments(ATTEMPTS).await {
            Ok(ended) => {
                asked += ended;
                moved += usize::try_from(ended)?;
            }
            Err(cause) => {
                tracing::warn!(error = ?cause, "a provider was not heard");
                is_asked = false;
            }
        }
        moved += usize::try_from(shop.expire_orders(BATCH).await?)?;
        moved += usize::try_from(shop.carry_out_refunds().await?)?;
        // What a worker writes of itself: whoever was written to in the time that is lost is not written to twice.
        moved += usize::try_from(shop.ask_for_payment(BATCH).await?)?;
        moved += shop.grant_stock_wishes(BATCH).await?;
        moved += shop.request_reviews(BATCH).await?;
        if moved == 0 {
            break;
        }
    }
    println!("{asked} attempts to pay have an end.");
    if !is_asked {
        println!("Of some the provider told nothing: a worker asks on, and its letters go out.");
    }
    let (left, _) = shop.backlogs().await?;
    if left.events.waiting > 0 {
        println!(
            "{} events cannot have their effect now (`events list`): a worker goes on with them.",
            left.events.waiting
        );
    }
    Ok(())
}

fn delivered(relayed: Relayed) -> anyhow::Result<usize> {
    match relayed {
        Relayed::Idle => Ok(0),
        Relayed::Published(published) | Relayed::SetAside { published, .. } => Ok(published),
        Relayed::Stuck { left, .. } => bail!("{left} events could not be delivered; call this again"),
    }
}
