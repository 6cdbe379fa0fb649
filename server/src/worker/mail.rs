//! Mail from the queue to the mail server: one takes them, a few send them, a short bounded channel lies between.

use std::sync::Arc;
use std::time::Duration;

use futures::future::join_all;
use shop::infrastructure::LiveShop;
use shop::usecase::{MailJob, Mailer, Sent};
use tokio::sync::{Mutex, mpsc};
use tokio::time::sleep;

use crate::supervisor::Task;

const SENDERS: usize = 4;
const POLL: Duration = Duration::from_millis(500);

/// Sends mail until told to stop. Those that were taken and not begun are put back then, those in hand are finished.
///
/// # Errors
/// When the queue cannot be read; run it again.
pub async fn run(task: Task, shop: LiveShop, mailer: Arc<dyn Mailer>) -> anyhow::Result<()> {
    let (queue, messages) = mpsc::channel(SENDERS);
    let messages = Mutex::new(messages);
    let senders = (0..SENDERS).map(|_| send(&task, &shop, mailer.as_ref(), &messages));
    // The taker lets go of the channel when it ends, and the senders end when the channel is empty.
    let (taken, _) = tokio::join!(take(&task, &shop, queue), join_all(senders));
    taken
}

async fn take(task: &Task, shop: &LiveShop, queue: mpsc::Sender<MailJob>) -> anyhow::Result<()> {
    while !task.stop.is_cancelled() {
        // Nobody else puts mail here, so what is free stays free.
        let free = queue.capacity();
        let jobs = match u32::try_from(free)? {
            0 => {
                drop(queue.reserve().await);
                continue;
            }
            most => shop.take_mail(most).await?,
        };
        if jobs.is_empty() {
            task.idle();
            tokio::select! {
                () = task.stop.cancelled() => {}
                () = sleep(POLL) => {}
            }
        }
        for job in jobs {
            queue.send(job).await?;
        }
    }
    Ok(())
}

async fn send(task: &Task, shop: &LiveShop, mailer: &dyn Mailer, messages: &Mutex<mpsc::Receiver<MailJob>>) {
    loop {
        let next = messages.lock().await.recv().await;
        let Some(job) = next else { return };
        let sent = if task.stop.is_cancelled() {
            Sent::NotNow("the shop was stopping".to_owned())
        } else {
            mailer.send(job.clone()).await
        };
        match &sent {
            Sent::Accepted => tracing::info!(mail.id = %job.id, kind = job.message.kind, "mail sent"),
            Sent::NotNow(why) => tracing::warn!(mail.id = %job.id, why, "mail not sent yet"),
            Sent::Never(why) => tracing::error!(mail.id = %job.id, why, "mail cannot be sent"),
            Sent::Uncertain(why) => tracing::error!(mail.id = %job.id, why, "nobody knows whether a mail was sent"),
        }
        settle(shop, &job, sent).await;
        task.progress();
    }
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
