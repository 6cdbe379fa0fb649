//! Mail from the queue to the mail server, a few at a time. What is taken is finished, also when the task is to stop.

use std::time::Duration;

use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use shop::infrastructure::LiveShop;
use shop::usecase::{MailJob, Mailer, Sent};
use tokio::time::{sleep, timeout};

use crate::supervisor::Task;

/// How many are sent at once.
const SENDERS: usize = 8;
/// More are taken when fewer than this are on their way: several at once, and one that takes long holds nobody up.
const FEW: usize = SENDERS / 2;
const POLL: Duration = Duration::from_millis(500);
/// How long the end of one waits for others', so that they are written down together.
const TOGETHER: Duration = Duration::from_millis(5);

/// Sends mail until told to stop.
///
/// # Errors
/// When the queue cannot be read; run it again.
pub async fn run(task: Task, shop: LiveShop, mailer: std::sync::Arc<dyn Mailer>) -> anyhow::Result<()> {
    let mut sending = FuturesUnordered::new();
    let mut taken = Ok(true);
    while !task.stop.is_cancelled() && matches!(taken, Ok(true)) {
        let most = SENDERS - sending.len();
        let jobs = beside(&task, &shop, &mut sending, shop.take_mail(u32::try_from(most)?)).await;
        taken = jobs.map(|jobs| {
            let all = jobs.len() == most;
            sending.extend(jobs.into_iter().map(|job| send(mailer.as_ref(), job)));
            all
        });
        if matches!(taken, Ok(false)) {
            // There were fewer than could be sent: more come in their own time.
            task.idle();
            beside(&task, &shop, &mut sending, task.stop.run_until_cancelled(sleep(POLL))).await;
            taken = Ok(true);
        }
        while sending.len() > FEW {
            settle_some(&task, &shop, &mut sending).await;
        }
    }
    // An error ends the taking, not what is on its way.
    while !sending.is_empty() {
        settle_some(&task, &shop, &mut sending).await;
    }
    taken.map(drop).map_err(Into::into)
}

/// Does something while mail is sent.
async fn beside<T>(
    task: &Task,
    shop: &LiveShop,
    sending: &mut FuturesUnordered<impl Future<Output = (MailJob, Sent)>>,
    work: impl Future<Output = T>,
) -> T {
    let mut work = std::pin::pin!(work);
    loop {
        // What has ended is written down before anything else is done: nobody else may.
        let first = tokio::select! {
            done = &mut work => return done,
            Some(first) = sending.next() => first,
        };
        settle(task, shop, with_others(first, sending).await).await;
    }
}

async fn settle_some(
    task: &Task,
    shop: &LiveShop,
    sending: &mut FuturesUnordered<impl Future<Output = (MailJob, Sent)>>,
) {
    if let Some(first) = sending.next().await {
        settle(task, shop, with_others(first, sending).await).await;
    }
}

/// What ends at about the same time.
async fn with_others(
    first: (MailJob, Sent),
    sending: &mut FuturesUnordered<impl Future<Output = (MailJob, Sent)>>,
) -> Vec<(MailJob, Sent)> {
    let mut ended = vec![first];
    let others = async {
        while let Some(other) = sending.next().await {
            ended.push(other);
        }
    };
    // Cancelling loses nothing: what has not ended stays among those on their way.
    let _all_or_some = timeout(TOGETHER, others).await;
    ended
}

async fn send(mailer: &dyn Mailer, job: MailJob) -> (MailJob, Sent) {
    let sent = mailer.send(job.clone()).await;
    match &sent {
        Sent::Accepted => tracing::info!(mail.id = %job.id, kind = job.message.kind, "mail sent"),
        Sent::NotNow(why) => tracing::warn!(mail.id = %job.id, why, "mail not sent yet"),
        Sent::Never(why) => tracing::error!(mail.id = %job.id, why, "mail cannot be sent"),
        Sent::Uncertain(why) => tracing::error!(mail.id = %job.id, why, "nobody knows whether a mail was sent"),
    }
    (job, sent)
}

/// Not writing it down would leave it uncertain for ever, so the database gets several chances.
async fn settle(task: &Task, shop: &LiveShop, ended: Vec<(MailJob, Sent)>) {
    let mut pause = Duration::from_millis(100);
    for _ in 0..6 {
        match shop.settle_mail(&ended).await {
            Ok(()) => return task.progress(),
            Err(cause) => {
                let cause = format!("{:#}", anyhow::Error::from(cause));
                tracing::warn!(mails = ended.len(), error = cause, "what became of mail is not written down yet");
            }
        }
        sleep(pause).await;
        pause *= 2;
    }
    for (job, outcome) in ended {
        tracing::error!(mail.id = %job.id, ?outcome, "a mail's outcome could not be written down");
    }
    task.progress();
}
