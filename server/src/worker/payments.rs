//! Payments: what providers told us is handled, and what they did not tell us is asked for.

use std::time::Duration;

use shop::infrastructure::LiveShop;
use shop::infrastructure::payments::SandboxPayments;
use tokio::time::timeout;

use super::timers::Ticks;
use crate::supervisor::Task;

/// The most of one round.
const BATCH: u32 = 100;

/// Asks the provider for the end of payments that nobody told us of, every five seconds.
///
/// # Errors
/// When the provider or the database does not answer; run it again.
pub async fn reconcile(task: Task, shop: LiveShop) -> anyhow::Result<()> {
    let mut ticks = Ticks::every(Duration::from_secs(5));
    while ticks.next(&task).await {
        if shop.reconcile_payments(BATCH).await? > 0 {
            task.progress();
        } else {
            task.idle();
        }
    }
    Ok(())
}

/// Handles webhooks of payments as they come; every second, what another process stored or what is tried again.
///
/// # Errors
/// When the database does not answer; run it again.
pub async fn handle_webhooks(task: Task, shop: LiveShop) -> anyhow::Result<()> {
    while !task.stop.is_cancelled() {
        if shop.handle_payment_webhooks(BATCH).await? > 0 {
            task.progress();
            continue;
        }
        task.idle();
        tokio::select! {
            () = task.stop.cancelled() => {}
            _ = timeout(Duration::from_secs(1), shop.webhook_wakeup().notified()) => {}
        }
    }
    Ok(())
}

/// Handles webhooks of money that went back, every second. Its provider is asked, and may not answer: a stop does not wait for
/// that, nor does a payment.
///
/// # Errors
/// When the provider or the database does not answer; run it again.
pub async fn handle_money_back(task: Task, shop: LiveShop) -> anyhow::Result<()> {
    let mut ticks = Ticks::every(Duration::from_secs(1));
    while ticks.next(&task).await {
        while let Some(handled) = task.stop.run_until_cancelled(shop.handle_money_back_webhooks()).await {
            if handled? == 0 {
                break;
            }
            task.progress();
        }
        task.idle();
    }
    Ok(())
}

/// The sandbox tells the shop what was done on its page.
///
/// # Errors
/// When the database does not answer; run it again.
pub async fn send_news(task: Task, sandbox: SandboxPayments) -> anyhow::Result<()> {
    let mut ticks = Ticks::every(Duration::from_millis(500));
    while ticks.next(&task).await {
        if sandbox.send_news(BATCH).await? > 0 {
            task.progress();
        } else {
            task.idle();
        }
    }
    Ok(())
}
