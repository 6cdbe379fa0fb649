//! A flash sale by the clock: how many orders of one thing are set aside in a second while buyers come all at once, and beside
//! it what PostgreSQL alone takes of such writes: `floor.place_order` in pgbench with as many clients, one row that all of
//! them lock.

use std::fs;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use serde::Serialize;
use tokio::process::Command;
use tokio::time::sleep;

use crate::figures::median;
use crate::options::Options;
use crate::stage::Stage;
use crate::work::{MeasuredProduct, Place, Shopper, Task, Work, every, staff};

/// As `--only` and `bench/limits.toml` spell it.
pub const FLASH: &str = "flash-sale";
const BUYERS: usize = 32;
/// Orders of each buyer in a round, and before anything counts.
const EACH: usize = 50;
const WARM_UP: usize = 10;
const STOCK: u32 = 1_000_000;

/// Orders a second.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Rates {
    /// Answered.
    pub placed: f64,
    /// Set aside by the inventory.
    pub reserved: f64,
    pub pgbench: f64,
    /// The least of `reserved`: what is promised, or what pgbench shows where that is less.
    pub limit: Option<f64>,
}

pub async fn rates(options: &Options, stage: &Stage) -> Result<Rates> {
    let product = MeasuredProduct::create(&mut staff(stage).await?, "Flash sale", STOCK).await?;
    let variant = stage.floor_variant(i32::try_from(STOCK)?).await?;
    let mut buyers = Vec::new();
    for number in 0..BUYERS {
        buyers.push(Shopper::register(stage, &format!("flash-{number}"), &product).await?);
    }
    sell(stage, &mut buyers, &product, WARM_UP).await?;
    let (mut placed, mut reserved, mut pgbench) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..options.rounds {
        stage.quiet().await?;
        let (answered, set_aside) = sell(stage, &mut buyers, &product, EACH).await?;
        placed.push(answered);
        reserved.push(set_aside);
        stage.quiet().await?;
        pgbench.push(alone(options, variant).await?);
    }
    Ok(Rates { placed: median(placed), reserved: median(reserved), pgbench: median(pgbench), limit: None })
}

/// So many orders by each buyer: how many a second were answered, and how many set aside.
async fn sell(stage: &Stage, buyers: &mut Vec<Shopper>, product: &MeasuredProduct, each: usize) -> Result<(f64, f64)> {
    let orders = u32::try_from(BUYERS * each)?;
    let left = stock(stage, product).await? - i32::try_from(orders)?;
    let began = Instant::now();
    every(buyers, Task { work: Work::Order, place: Place::Shop, times: each }).await?;
    let answered = began.elapsed();
    while stock(stage, product).await? > left {
        ensure!(began.elapsed() < Duration::from_secs(120), "orders are not set aside after two minutes");
        sleep(Duration::from_millis(5)).await;
    }
    let per_second = |time: Duration| f64::from(orders) / time.as_secs_f64();
    Ok((per_second(answered), per_second(began.elapsed())))
}

/// What lies on the shelf, asked of the database: the shop is busy.
async fn stock(stage: &Stage, product: &MeasuredProduct) -> Result<i32> {
    let sql = "select i.stock from inventory i join product_variants v on v.id = i.variant_id where v.product_id = $1";
    Ok(sqlx::query_scalar(sql).bind(product.id).fetch_one(&mut *stage.connection().await?).await?)
}

/// Transactions a second of pgbench.
async fn alone(options: &Options, variant: uuid::Uuid) -> Result<f64> {
    let script = options.folder.join("flash-sale.sql");
    let order =
        "select floor.place_order(gen_random_uuid(), :variant::uuid, 1, gen_random_uuid()::text, gen_random_uuid());\n";
    fs::write(&script, order)?;
    let mut command = Command::new(&options.pgbench);
    command.args(["--no-vacuum", "--protocol=prepared", "--jobs=2"]);
    command.arg(format!("--client={BUYERS}")).arg(format!("--transactions={EACH}"));
    command.arg("--define").arg(format!("variant={variant}"));
    command.arg("--file").arg(&script).arg(&options.database).kill_on_drop(true);
    let done = command.output().await.context("pgbench")?;
    ensure!(done.status.success(), "pgbench: {}", String::from_utf8_lossy(&done.stderr));
    rate_of(&String::from_utf8_lossy(&done.stdout)).context("pgbench does not say how many")
}

/// `tps = 1234.5 (without initial connection time)`.
fn rate_of(said: &str) -> Option<f64> {
    let rate = said.lines().find_map(|line| line.strip_prefix("tps = "))?;
    rate.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pgbench_says_how_many() {
        let said = "latency average = 17.5 ms\ninitial connection time = 20 ms\ntps = 1823.25 (without initial connection time)\n";
        assert_eq!(rate_of(said).map(|rate| rate.to_string()), Some("1823.25".into()));
        assert!(rate_of("tps: none").is_none());
    }
}
