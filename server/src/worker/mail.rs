//! Mail from the queue to the mail server, a few at a time. What is taken is finished, also when the task is to stop.

use std::time::Duration;

use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use shop::infrastructure::LiveShop;
use shop::usecase::{MailJob, Mailer, Sent};
use tokio::time::sleep;

use crate::supervisor::Task;

/// How many are sent at once.
const SENDERS: usize = 8;
/// More are taken when fewer than this are on their way: several at once, and one that takes long holds nobody up.
const FEW: usize = SENDERS / 2;
const POLL: Duration = Duration::from_millis(500);

/// Sends mail until told to stop.
///
/// # Errors
/// When the queue cannot be read; run it again.
pub async fn run(task: Task, shop: LiveShop, mailer: std::sync::Arc<dyn Mailer>) -> anyhow::Result<()> {
    let mut sending = FuturesUnordered::new();
    let mut taken = Ok(true);
    while !task.stop.is_cancelled() && matches!(taken, Ok(true)) {
        let most = SENDERS - sending.len();
        let jobs = beside(&mut sending, shop.take_mail(u32::try_from(most)?)).await;
        taken = jobs.map(|jobs| {
            let all = jobs.len() == most;
            sending.extend(jobs.into_iter().map(|job| send(&task, &shop, mailer.as_ref(), job)));
            all
        });
        if matches!(taken, Ok(false)) {
            // There were fewer than could be sent: more come in their own time.
            task.idle();
            beside(&mut sending, task.stop.run_until_cancelled(sleep(POLL))).await;
            taken = Ok(true);
        }
        while sending.len() > FEW {
            sending.next().await;
        }
    }
    // An error ends the taking, not what is on its way.
    while sending.next().await.is_some() {}
    taken.map(drop).map_err(Into::into)
}

/// Does something while mail is sent.
async fn beside<T>(sending: &mut FuturesUnordered<impl Future<Output = ()>>, work: impl Future<Output = T>) -> T {
    let mut work = std::pin::pin!(work);
    loop {
        tokio::select! {
            done = &mut work => return done,
            Some(()) = sending.next() => {}
        }
    }
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
