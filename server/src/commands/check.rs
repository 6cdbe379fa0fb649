//! `check`: whether what the shop needs is there, and whether its books balance; one line for each, for health checks and
//! scripts.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, ensure};
use clap::{Args, ValueEnum};
use shop::infrastructure::kafka::count_brokers;
use shop::infrastructure::postgres::{PgStore, ReplicaHealth};
use tokio::time::{sleep, timeout};

use crate::compose;
use crate::config::{Config, DatabaseReplica, MediaPlace};
use crate::replica::words;

use super::books;

const ANSWER: Duration = Duration::from_secs(5);
/// Between two looks at a replica.
const BETWEEN: Duration = Duration::from_millis(100);

/// Whatever else there is to say.
const BOOKS_DO_NOT_BALANCE: u8 = 2;

#[derive(Debug, Args)]
pub struct Check {
    /// Only these, with commas. In a large shop the books take their time, and the provider counts how often it is asked, so a
    /// health check leaves both out
    #[arg(long, value_name = "WHAT", value_delimiter = ',')]
    pub only: Vec<Needed>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Needed {
    Database,
    Replica,
    Broker,
    Mail,
    Payments,
    Provider,
    Media,
    Books,
}

/// Prints a line for each and answers 0 if all is well, 1 if something is not there, 2 if the books do not balance.
pub async fn check(config: &Config, which: &Check) -> ExitCode {
    let mut well = true;
    let is_asked = |what| which.only.is_empty() || which.only.contains(&what);
    if is_asked(Needed::Database) {
        well &= report("database", database(config).await);
    }
    if is_asked(Needed::Replica) {
        well &= report("replica", replica(config).await);
    }
    if is_asked(Needed::Broker) {
        well &= report("broker", broker(config).await);
    }
    if is_asked(Needed::Mail) {
        well &= report("mail", mail(config).await);
    }
    if is_asked(Needed::Payments) {
        well &= report("payments", payments(config).await);
    }
    if is_asked(Needed::Provider) {
        well &= report("provider", provider(config).await);
    }
    if is_asked(Needed::Media) {
        well &= report("media", media(config).await);
    }
    if is_asked(Needed::Books) {
        match books::report(config).await {
            Ok(true) => {}
            Ok(false) => return ExitCode::from(BOOKS_DO_NOT_BALANCE),
            Err(cause) => well &= report("books", Err(cause)),
        }
    }
    if well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

async fn database(config: &Config) -> anyhow::Result<String> {
    let store = compose::store(config).await?;
    let fit = store.schema_fit().await?;
    store.close().await;
    ensure!(fit.fits(), "{fit}");
    Ok(fit.to_string())
}

/// Whether it follows the database, and near enough to be read. One that is behind is given the time that it may be behind.
async fn replica(config: &Config) -> anyhow::Result<String> {
    let Some(DatabaseReplica { most_lag, .. }) = &config.database_replica else {
        return Ok("none is set; the database answers all".to_owned());
    };
    let store = compose::store(config).await?;
    let seen = timeout(most_lag.saturating_add(ANSWER), seen_replica(&store)).await;
    let health = store.replica_health().unwrap_or(ReplicaHealth::Unknown);
    store.close().await;
    if let Ok(seen) = seen {
        seen?;
    }
    let lag_ms = health.lag().map(|lag| lag.as_millis());
    ensure!(
        matches!(health, ReplicaHealth::Following(_)),
        "the database's replica (DATABASE_REPLICA_URL): {}{}",
        words(health),
        lag_ms.map(|ms| format!(", by {ms} ms at least")).unwrap_or_default()
    );
    Ok(words(health).to_owned())
}

/// Until it follows, or will not by being waited for.
async fn seen_replica(store: &PgStore) -> anyhow::Result<()> {
    let Some(mut watch) = store.replica_watch() else { return Ok(()) };
    while let ReplicaHealth::Behind(_) | ReplicaHealth::Unknown = watch.look().await? {
        sleep(BETWEEN).await;
    }
    Ok(())
}

/// Whether the mail server takes who we are; it is given no mail.
async fn mail(config: &Config) -> anyhow::Result<String> {
    let Some(mailer) = compose::smtp(config)? else {
        return Ok(format!("none is set; mail is written to {}", config.mail_dir.display()));
    };
    mailer.try_server().await.context("the mail server (SMTP_URL)")?;
    Ok("the server answers".to_owned())
}

/// Whether all attempts that are open are open with a provider that is connected.
async fn payments(config: &Config) -> anyhow::Result<String> {
    let store = compose::migrated_store(config).await?;
    let shop = compose::shop(config, store.clone())?;
    let confirmed = compose::confirm_providers(&shop).await;
    store.close().await;
    let refunds: i64 = confirmed?.iter().map(|left| left.refunds).sum();
    Ok(match refunds {
        0 => "nothing is open with a provider that is not connected".to_owned(),
        left => format!("{left} refunds of a provider that is not connected are left to the staff"),
    })
}

/// Whether those through whom shoppers pay answer, and take us for who we are. Nothing is changed there.
async fn provider(config: &Config) -> anyhow::Result<String> {
    let store = compose::store(config).await?;
    let shop = compose::shop(config, store.clone())?;
    let tried = shop.try_providers().await.map_err(compose::cause_alone);
    store.close().await;
    let names = tried.context("the payment provider (PAYMENT_PROVIDER)")?;
    let verb = if names.len() == 1 { "answers" } else { "answer" };
    Ok(format!("{} {verb}", names.join(" and ")))
}

/// Whether pictures can be kept: a small file is, and taken away again.
async fn media(config: &Config) -> anyhow::Result<String> {
    let store = compose::store(config).await?;
    let shop = compose::shop(config, store.clone())?;
    let tried = shop.try_media().await.map_err(compose::cause_alone);
    store.close().await;
    let (place, name) = match &config.media {
        MediaPlace::Folder(folder) => (folder.display().to_string(), "MEDIA_DIR"),
        MediaPlace::Bucket(bucket) => (format!("s3://{}/{}", bucket.name, bucket.prefix), "MEDIA_URL"),
    };
    tried.with_context(|| format!("the files of pictures ({name})"))?;
    Ok(format!("{place} can be written"))
}

async fn broker(config: &Config) -> anyhow::Result<String> {
    let Some(kafka) = &config.kafka else { return Ok("none is set; events stay in the process".to_owned()) };
    let brokers = count_brokers(kafka, ANSWER).await.context("the broker (KAFKA_BROKERS)")?;
    Ok(format!("{brokers} answer"))
}

fn report(what: &str, outcome: anyhow::Result<String>) -> bool {
    match &outcome {
        Ok(how) => println!("{what}: ok ({how})"),
        Err(cause) => println!("{what}: {cause:#}"),
    }
    outcome.is_ok()
}
