//! Mail from the queue to the mail server, a few at a time. What is taken is finished, also when the task is to stop.

use std::time::Duration;

use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use shop::infrastructure::LiveShop;
use shop::usecase::{COUNTS, MailJob, Mailer, Sent, fail_step, mail_step};
use tokio::time::{sleep, timeout};
use tracing::Instrument as _;

use crate::supervisor::Task;

/// How many are sent at once: as many as connections are kept. A server that takes more from one client is rare.
const SENDERS: usize = 4;
/// More are taken when fewer than this are on their way: several at once, and one that takes long holds nobody up.
const FEW: usize = SENDERS / 2;
const POLL: Duration = Duration::from_millis(500);
/// What ends so soon after another is written down together with it: a write costs as much for four as for one.
const MOMENT: Duration = Duration::from_millis(2);

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
        while sending.len() > FEW
            && let Some(first) = sending.next().await
        {
            settle_all(&task, &shop, first, &mut sending).await;
        }
    }
    // An error ends the taking, not what is on its way.
    while let Some(first) = sending.next().await {
        settle_all(&task, &shop, first, &mut sending).await;
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
        let first = tokio::select! {
            done = &mut work => return done,
            Some(first) = sending.next() => first,
        };
        settle_all(task, shop, first, sending).await;
    }
}

/// Writes down what has ended, with what ends in the same moment. What ends meanwhile is written down next, together: the
/// others are sent on while the database answers.
async fn settle_all(
    task: &Task,
    shop: &LiveShop,
    first: (MailJob, Sent),
    sending: &mut FuturesUnordered<impl Future<Output = (MailJob, Sent)>>,
) {
    let mut ended = vec![first];
    while let Ok(Some(next)) = timeout(MOMENT, sending.next()).await {
        ended.push(next);
    }
    while !ended.is_empty() {
        let mut writing = std::pin::pin!(settle(task, shop, std::mem::take(&mut ended)));
        loop {
            tokio::select! {
                () = &mut writing => break,
                Some(next) = sending.next() => ended.push(next),
            }
        }
    }
}

async fn send(mailer: &dyn Mailer, job: MailJob) -> (MailJob, Sent) {
    let step = mail_step(&job.message.kind, job.id, job.traceparent.as_deref());
    let sent = send_in_step(mailer, &job).instrument(step.clone()).await;
    if sent != Sent::Accepted {
        fail_step(&step);
    }
    (job, sent)
}

async fn send_in_step(mailer: &dyn Mailer, job: &MailJob) -> Sent {
    let sent = mailer.send(job.clone()).await;
    let outcomes = match &sent {
        Sent::Accepted => &COUNTS.mail_accepted,
        Sent::NotNow(_) => &COUNTS.mail_put_off,
        Sent::Never(_) => &COUNTS.mail_refused,
        Sent::Uncertain(_) => &COUNTS.mail_uncertain,
    };
    outcomes.add(1);
    match &sent {
        Sent::Accepted => tracing::info!(mail.id = %job.id, kind = job.message.kind, "mail sent"),
        Sent::NotNow(why) if job.is_last_attempt() => tracing::error!(mail.id = %job.id, why, "mail is given up"),
        Sent::NotNow(why) => tracing::warn!(mail.id = %job.id, why, "mail not sent yet"),
        Sent::Never(why) => tracing::error!(mail.id = %job.id, why, "mail cannot be sent"),
        Sent::Uncertain(why) => tracing::error!(mail.id = %job.id, why, "nobody knows whether a mail was sent"),
    }
    sent
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
