//! Creating the topics. Ones that are there are left as they are.

use std::time::Duration;

use anyhow::{Context, bail};
use rdkafka::admin::{AdminClient, AdminOptions, NewTopic, TopicReplication};
use rdkafka::types::RDKafkaErrorCode;

use crate::domain::{Event, dead_letter_topic};

use super::Kafka;
use super::context::LoggingContext;
use super::drop_aside::DropAside;

/// Creates every topic and its `.dlq`.
///
/// # Errors
/// When no broker answers within 10 s, or it refuses.
pub async fn create_topics(kafka: &Kafka) -> anyhow::Result<()> {
    let limit = Some(Duration::from_secs(10));
    let client: AdminClient<LoggingContext> =
        kafka.client().create_with_context(LoggingContext::named("admin")).context("the Kafka admin client")?;
    let client = DropAside::new(client);
    let names: Vec<_> = Event::TYPES
        .iter()
        .flat_map(|event| [kafka.topic(event.topic), kafka.topic(&dead_letter_topic(event.topic))])
        .collect();
    let topics: Vec<_> = names
        .iter()
        .map(|name| NewTopic::new(name, kafka.partitions, TopicReplication::Fixed(kafka.replication)))
        .collect();
    let options = AdminOptions::new().request_timeout(limit).operation_timeout(limit);
    for outcome in client.create_topics(&topics, &options).await.context("creating the topics")? {
        match outcome {
            Ok(_) | Err((_, RDKafkaErrorCode::TopicAlreadyExists)) => {}
            Err((topic, cause)) => bail!("creating the topic {topic}: {cause}"),
        }
    }
    Ok(())
}
