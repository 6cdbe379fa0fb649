//! Hears of what staff change in other processes of the shop, in every process that answers requests: what it kept of before is
//! shown no more, and what every page says of the shop is read anew. Where the database says nothing, all of it is as old as it may
//! be (`web/page_cache`, the task `content`).

use shop::infrastructure::LiveShop;

use crate::supervisor::Task;

/// Listens, and shows what is changed.
///
/// # Errors
/// When the database does not answer; run it again. What was changed meanwhile counts then.
pub async fn watch(task: Task, shop: LiveShop) -> anyhow::Result<()> {
    let mut changes = shop.store().staff_change_listener().await?;
    shop.refresh_content().await?;
    loop {
        task.idle();
        let is_change = tokio::select! {
            biased;
            () = task.stop.cancelled() => return Ok(()),
            heard = changes.next() => heard?,
        };
        if is_change {
            shop.refresh_content().await?;
            task.progress();
        }
    }
}
