//! Mail from the queue to the mail server, a few at a time. What is taken is finished, also when the task is to stop.

use std::time::Duration;

use futures::StreamExt as _;
use futures::stream::unfold;
use shop::infrastructure::LiveShop;
use shop::usecase::{MailJob, Mailer, Sent};
use tokio::time::sleep;

use crate::supervisor::Task;

/// How many are sent at once.
const SENDERS: usize = 4;
const POLL: Duration = Duration::from_millis(500);

/// Sends mail until told to stop.
///
/// # Errors
/// When the queue cannot be read; run it again.
pub async fn run(task: Task, shop: LiveShop, mailer: std::sync::Arc<dyn Mailer>) -> anyhow::Result<()> {
    let mut outcome = Ok(());
    // One is taken whenever fewer than SENDERS are on their way; an error ends the taking, not what is on its way.
    let taken = unfold(&mut outcome, async |outcome| match next(&task, &shop).await {
        Ok(job) => job.map(|job| (job, outcome)),
        Err(cause) => {
            *outcome = Err(cause);
            None
        }
    });
    taken.for_each_concurrent(SENDERS, |job| send(&task, &shop, mailer.as_ref(), job)).await;
    outcome
}

/// The next mail that is due; none when the task is to stop.
async fn next(task: &Task, shop: &LiveShop) -> anyhow::Result<Option<MailJob>> {
    while !task.stop.is_cancelled() {
        if let Some(job) = shop.take_mail(1).await?.pop() {
            return Ok(Some(job));
        }
        task.idle();
        tokio::select! {
            () = task.stop.cancelled() => {}
            () = sleep(POLL) => {}
        }
    }
    Ok(None)
}

async fn send(task: &Task, shop: &LiveShop, mailer: &dyn Mailer, job: MailJob) {
    let sent = mailer.send(job.clone()).await;
    match &sent {
        Sent::Accepted => tracing::info!(mail.id = %job.id, kind = job.message.kind, "mail sent"),
        Sent::NotNow(why) => tracing::warn!(mail.id = %job.id, why, "mail not sent yet"),
        Sent::Never(why) => tracing::error!(mail.id = %job.id, why, "mail cannot be sent"),
        Sent::Uncertain(why) => tracing::error!(mail.id = %job.id, why, "nobody knows whether a mail was sent"),
    }
    settle(shop, &job, sent).await;
    task.progress();
}

/// Not writing it down would leave it uncertain for ever, so the database gets several chances.
async fn settle(shop: &LiveShop, job: &MailJob, sent: Sent) {
    let mut pause = Duration::from_millis(100);
    for _ in 0..6 {
        match shop.settle_mail(job, sent.clone()).await {
            Ok(()) => return,
            Err(cause) => {
                let cause = format!("{:#}", anyhow::Error::from(cause));
                tracing::warn!(mail.id = %job.id, error = cause, "a mail's outcome is not written down yet");
            }
        }
        sleep(pause).await;
        pause *= 2;
    }
    tracing::error!(mail.id = %job.id, outcome = ?sent, "a mail's outcome could not be written down");
}
