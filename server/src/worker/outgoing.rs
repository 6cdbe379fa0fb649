//! Outgoing webhooks from the queue to their endpoints, of each endpoint one at a time and to all of them at once: however many
//! are slow, they hold up nobody else. What is taken is finished, also when the task is to stop.

use std::time::Duration;

use futures::StreamExt as _;
use futures::stream::FuturesUnordered;
use shop::domain::EndpointId;
use shop::infrastructure::LiveShop;
use shop::usecase::{MOST_ENDPOINTS, WebhookJob};
use tokio::time::sleep;

use crate::supervisor::Task;

/// How many are sent at once, each for 10 s at most: one for each endpoint that there may be.
const SENDERS: usize = MOST_ENDPOINTS as usize;
const POLL: Duration = Duration::from_millis(500);

/// Sends webhooks until told to stop.
///
/// # Errors
/// When the queue cannot be read; run it again.
pub async fn run(task: Task, shop: LiveShop) -> anyhow::Result<()> {
    let mut sending = FuturesUnordered::new();
    let mut busy: Vec<EndpointId> = Vec::with_capacity(SENDERS);
    let mut outcome = Ok(());
    while !task.stop.is_cancelled() {
        let room = u32::try_from(SENDERS - busy.len())?;
        let jobs = match room {
            0 => Vec::new(),
            room => match shop.take_webhook_deliveries(room, &busy).await {
                Ok(jobs) => jobs,
                Err(cause) => {
                    // It ends the taking, not what is on its way.
                    outcome = Err(cause);
                    break;
                }
            },
        };
        let found = !jobs.is_empty();
        for job in jobs {
            busy.push(job.endpoint);
            sending.push(send(&shop, job));
        }
        if found {
            continue;
        }
        task.idle();
        tokio::select! {
            () = task.stop.cancelled() => {}
            Some(done) = sending.next() => {
                busy.retain(|endpoint| *endpoint != done);
                task.progress();
            }
            () = sleep(POLL) => {}
        }
    }
    while sending.next().await.is_some() {
        task.progress();
    }
    outcome.map_err(Into::into)
}

async fn send(shop: &LiveShop, job: WebhookJob) -> EndpointId {
    if let Err(cause) = shop.send_webhook(&job).await {
        let cause = format!("{:#}", anyhow::Error::from(cause));
        tracing::warn!(endpoint.id = %job.endpoint, error = cause, "what became of a webhook is not written down: it is sent again");
    }
    job.endpoint
}
