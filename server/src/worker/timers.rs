//! What has to happen because time passes: orders that nobody paid are given up, refunds are carried out, papers get their
//! files and pictures their sizes, files of products are looked at and imported, what was shipped is completed,
//! drafts come into the shop, what sells best is written down, buyers are asked for reviews, and housekeeping is done.

use std::sync::Arc;
use std::time::Duration;

use shop::infrastructure::LiveShop;
use shop::usecase::PictureSource;
use tokio::time::{Interval, MissedTickBehavior, interval, sleep};

use crate::supervisor::Task;

/// The most orders, or drafts, of one transaction.
const BATCH: u32 = 100;
/// Seconds between two looks at who is to be asked for payment. Each meets everybody who has not paid, most of whom were asked:
/// of twelve thousand it takes 40 ms.
const ASK_EVERY: u32 = 5;
/// The most who hear at once that something is back: they come to the shop then.
const WISHES_AT_ONCE: u32 = 20;

/// Gives up unpaid orders whose time is over, every second, and writes to those who have not paid after a while.
///
/// # Errors
/// When the database does not answer; run it again.
pub async fn expire_orders(task: Task, shop: LiveShop) -> anyhow::Result<()> {
    let (mut ticks, mut seconds) = (Ticks::every(Duration::from_secs(1)), 0_u32);
    while ticks.next(&task).await {
        let mut expired = shop.expire_orders(BATCH).await?;
        while expired > 0 && !task.stop.is_cancelled() {
            tracing::info!(expired, "unpaid orders were given up");
            task.progress();
            expired = shop.expire_orders(BATCH).await?;
        }
        if seconds.is_multiple_of(ASK_EVERY) {
            // As many as by a look every second.
            for _ in 0..ASK_EVERY {
                let asked = shop.ask_for_payment(BATCH).await?;
                if asked > 0 {
                    tracing::info!(asked, "who has not paid yet is written to");
                    task.progress();
                }
                if asked < BATCH || task.stop.is_cancelled() {
                    break;
                }
            }
        }
        seconds = seconds.wrapping_add(1);
        task.idle();
    }
    Ok(())
}

/// Has the provider give back what was opened as a refund, every five seconds, and looks again at what is set aside.
///
/// # Errors
/// When the database does not answer; run it again.
pub async fn carry_out_refunds(task: Task, shop: LiveShop) -> anyhow::Result<()> {
    let mut ticks = Ticks::every(Duration::from_secs(5));
    while ticks.next(&task).await {
        while !task.stop.is_cancelled() && shop.carry_out_refunds().await? > 0 {
            task.progress();
        }
        while !task.stop.is_cancelled() && shop.look_at_refunds_aside().await? > 0 {
            task.progress();
        }
        task.idle();
    }
    Ok(())
}

/// Reads anew what every page says of the shop, every second; in each process, whatever it does.
///
/// # Errors
/// When the database does not answer; run it again. Pages show what was known meanwhile.
pub async fn refresh_content(task: Task, shop: LiveShop) -> anyhow::Result<()> {
    let mut ticks = Ticks::every(Duration::from_secs(1));
    while ticks.next(&task).await {
        shop.refresh_content().await?;
        task.idle();
    }
    Ok(())
}

/// Adds the visitors that this process has seen to those of all, every minute and at the end.
///
/// # Errors
/// When the database does not answer; run it again. They are counted on meanwhile.
pub async fn count_visits(task: Task, shop: LiveShop) -> anyhow::Result<()> {
    let mut ticks = Ticks::every(Duration::from_secs(60));
    while ticks.next(&task).await {
        shop.count_visits().await?;
        task.idle();
    }
    shop.count_visits().await?;
    Ok(())
}

/// Makes the files of new papers, every second. Once a minute it cancels credit notes that the release before left standing
/// for refunds which failed.
///
/// # Errors
/// When one cannot be made, or the database does not answer; run it again.
pub async fn render_papers(task: Task, shop: LiveShop) -> anyhow::Result<()> {
    let (mut ticks, mut seconds) = (Ticks::every(Duration::from_secs(1)), 0_u32);
    while ticks.next(&task).await {
        // Few at a time, so that a stop is heard between them.
        while !task.stop.is_cancelled() && shop.render_papers(4).await? > 0 {
            task.progress();
        }
        // After them: no paper waits for what is of long ago.
        if seconds.is_multiple_of(60) && shop.cancel_void_credit_notes(BATCH).await? > 0 {
            task.progress();
        }
        seconds = seconds.wrapping_add(1);
        task.idle();
    }
    Ok(())
}

/// Makes the sizes of pictures that were uploaded, one at a time: at once when this process took one in, else every two
/// seconds.
///
/// # Errors
/// When the database or the store of files does not answer; run it again.
pub async fn make_pictures(task: Task, shop: LiveShop) -> anyhow::Result<()> {
    loop {
        while !task.stop.is_cancelled() && shop.make_next_picture().await? {
            task.progress();
        }
        task.idle();
        tokio::select! {
            biased;
            () = task.stop.cancelled() => return Ok(()),
            () = shop.picture_wakeup().notified() => {}
            () = sleep(Duration::from_secs(2)) => {}
        }
    }
}

/// Looks at files of products that were uploaded, and imports those that are wanted, one at a time, every second.
///
/// # Errors
/// When the database does not answer; run it again.
pub async fn work_on_imports(task: Task, shop: LiveShop) -> anyhow::Result<()> {
    let mut ticks = Ticks::every(Duration::from_secs(1));
    while ticks.next(&task).await {
        while !task.stop.is_cancelled() && shop.work_on_imports().await? {
            task.progress();
        }
        task.idle();
    }
    Ok(())
}

/// Fetches pictures that imported files name, one at a time, every two seconds.
///
/// # Errors
/// When the database or the store of files does not answer; run it again.
pub async fn fetch_pictures(task: Task, shop: LiveShop, source: Arc<dyn PictureSource>) -> anyhow::Result<()> {
    let mut ticks = Ticks::every(Duration::from_secs(2));
    while ticks.next(&task).await {
        while !task.stop.is_cancelled() && shop.fetch_next_picture(&*source).await? {
            task.progress();
        }
        task.idle();
    }
    Ok(())
}

/// Makes the files with everything that is kept of somebody, for whoever asked, one at a time, every two seconds.
///
/// # Errors
/// When one cannot be made, or the database does not answer; run it again.
pub async fn make_data_exports(task: Task, shop: LiveShop) -> anyhow::Result<()> {
    let mut ticks = Ticks::every(Duration::from_secs(2));
    while ticks.next(&task).await {
        while !task.stop.is_cancelled() && shop.make_next_data_export().await? {
            task.progress();
        }
        task.idle();
    }
    Ok(())
}

/// Tells those who wait for what can be had again, a few every two seconds: five hundred hear of it in a minute.
///
/// # Errors
/// When the database does not answer; run it again.
pub async fn grant_stock_wishes(task: Task, shop: LiveShop) -> anyhow::Result<()> {
    let mut ticks = Ticks::every(Duration::from_secs(2));
    while ticks.next(&task).await {
        if shop.grant_stock_wishes(WISHES_AT_ONCE).await? > 0 {
            task.progress();
        }
        task.idle();
    }
    Ok(())
}

/// Asks buyers for reviews whose parcels left some days ago, a few every ten minutes: nobody waits for it.
///
/// # Errors
/// When the database does not answer; run it again.
pub async fn request_reviews(task: Task, shop: LiveShop) -> anyhow::Result<()> {
    let mut ticks = Ticks::every(Duration::from_secs(600));
    while ticks.next(&task).await {
        while !task.stop.is_cancelled() && shop.request_reviews(BATCH).await? > 0 {
            task.progress();
        }
        task.idle();
    }
    Ok(())
}

/// Completes orders that were shipped two weeks ago, every hour.
///
/// # Errors
/// When the database does not answer; run it again.
pub async fn complete_orders(task: Task, shop: LiveShop) -> anyhow::Result<()> {
    let mut ticks = Ticks::every(Duration::from_secs(3600));
    while ticks.next(&task).await {
        while !task.stop.is_cancelled() && shop.complete_orders(BATCH).await? > 0 {
            task.progress();
        }
        task.idle();
    }
    Ok(())
}

/// Puts drafts into the shop whose time has come, every second.
///
/// # Errors
/// When the database does not answer; run it again.
pub async fn publish_products(task: Task, shop: LiveShop) -> anyhow::Result<()> {
    let mut ticks = Ticks::every(Duration::from_secs(1));
    while ticks.next(&task).await {
        while !task.stop.is_cancelled() && shop.publish_products(BATCH).await? > 0 {
            task.progress();
        }
        task.idle();
    }
    Ok(())
}

/// Writes down what sells best, and what is bought together, every quarter of an hour: listings and pages are as old at most.
///
/// # Errors
/// When the database does not answer; run it again.
pub async fn refresh_sold(task: Task, shop: LiveShop) -> anyhow::Result<()> {
    let mut ticks = Ticks::every(Duration::from_secs(900));
    while ticks.next(&task).await {
        let sold = shop.refresh_sold().await?;
        let together = shop.refresh_bought_together().await.unwrap_or_else(|cause| {
            // What takes too long would take as long again at once: there is another turn.
            let error = format!("{:#}", anyhow::Error::from(cause));
            tracing::warn!(error, "what is bought together stays as it was");
            0
        });
        if sold + together > 0 {
            task.progress();
        }
        task.idle();
    }
    Ok(())
}

/// Removes what nobody will ask for again, every hour.
///
/// # Errors
/// When the database does not answer; run it again.
pub async fn run_housekeeping(task: Task, shop: LiveShop) -> anyhow::Result<()> {
    let mut ticks = Ticks::every(Duration::from_secs(3600));
    while ticks.next(&task).await {
        let removed = shop.run_housekeeping().await?;
        let pictures = shop.remove_unused_pictures().await?;
        tracing::info!(?removed, pictures, "housekeeping is done");
        task.idle();
    }
    Ok(())
}

pub(super) struct Ticks(Interval);

impl Ticks {
    /// The first one is at once.
    pub(super) fn every(period: Duration) -> Self {
        let mut ticks = interval(period);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        Self(ticks)
    }

    /// True at the next tick, false when the task is told to stop.
    pub(super) async fn next(&mut self, task: &Task) -> bool {
        tokio::select! {
            biased;
            () = task.stop.cancelled() => false,
            _ = self.0.tick() => true,
        }
    }
}
