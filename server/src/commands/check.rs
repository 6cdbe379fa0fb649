//! `check`: whether what the shop needs is there, one line for each, for health checks and scripts.

use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, ensure};
use clap::{Args, ValueEnum};
use shop::infrastructure::kafka::count_brokers;

use crate::compose;
use crate::config::Config;

const ANSWER: Duration = Duration::from_secs(5);

#[derive(Debug, Args)]
pub struct Check {
    /// Only one of them
    #[arg(long, value_name = "WHAT")]
    pub only: Option<Needed>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Needed {
    Database,
    Broker,
    Payments,
}

/// Prints a line for each and answers 0 if all is well, 1 if not.
pub async fn check(config: &Config, which: &Check) -> ExitCode {
    let mut well = true;
    let is_asked = |what| which.only.is_none_or(|only| only == what);
    if is_asked(Needed::Database) {
        well &= report("database", database(config).await);
    }
    if is_asked(Needed::Broker) {
        well &= report("broker", broker(config).await);
    }
    if is_asked(Needed::Payments) {
        well &= report("payments", payments(config).await);
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
