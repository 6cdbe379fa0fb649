//! Whether a broker answers, for health checks.

use std::time::Duration;

use anyhow::Context;
use rdkafka::producer::{BaseProducer, Producer};
use tokio::sync::oneshot;

use super::Kafka;
use super::drop_aside::DropAside;

/// How many brokers the cluster has, as the first one that answers tells it.
///
/// # Errors
/// When none answers within `limit`, or the settings are not accepted.
pub async fn count_brokers(kafka: &Kafka, limit: Duration) -> anyhow::Result<usize> {
    let client: BaseProducer = kafka.client().create().context("the Kafka client")?;
    let (tell, told) = oneshot::channel();
    // The call blocks its thread, and so may letting go of the client.
    DropAside::new(client)
        .drop_within(limit * 2, move |client| {
            let found = client.client().fetch_metadata(None, limit).map(|all| all.brokers().len());
            let _ = tell.send(found);
        })
        .await;
    Ok(told.await.context("no answer")??)
}
