//! A shop of a thousand products beside one of a million: the same pages of both, in turns, so that a busy machine is as busy for
//! both, and one after the other, as their reader waits for them. Then what only the large one can show. It takes long (the large
//! shop alone is a quarter of an hour in the making), so it is measured for who asks for it.

mod import;
mod pages;
mod table;

use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use serde::Serialize;
use sqlx::Connection as _;
use sqlx::postgres::PgConnection;
use tokio::task::JoinSet;

use crate::client::Client;
use crate::figures::{Figure, is_within, median, ms_since, percentile};
use crate::limits::GrownLimit;
use crate::options::Options;
use crate::stage::Stage;

pub use pages::KINDS;
pub use table::write_table;

const SMALL: u32 = 1_000;
const LARGE: u32 = 1_000_000;

/// Clients, and how many pages each looks at before anything counts: PostgreSQL keeps a plan after five on each connection.
const CLIENTS: usize = 8;
const WARM_UP: usize = 20;
/// Pages of a kind in a round. Processor time counts in ticks of 10 ms.
const TIMES: usize = 400;
/// Pages of each client where all look at once: long enough that a page which is kept is rendered anew several times meanwhile.
const AT_ONCE: usize = 5_000;
const FAR_PAGE: u32 = 500;

/// Figures of the large shop alone, as `bench/limits.toml` spells them: the CPU of the five-hundredth page of a listing, as a multiple
/// of the first's; how many constant pages are answered in the time of one that everybody sees; how long an import takes, and within
/// which time 99 of 100 pages come meanwhile.
pub const FIGURES: [&str; 4] = ["page-500-by-page-1", "constant-by-anonymous", "import-seconds", "import-pages-p99-ms"];

/// What one page costs, in milliseconds.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Sample {
    pub cpu: f64,
    /// By the clock: 99 of 100 are there by then.
    pub p99: f64,
}

/// A kind of page in both shops.
#[derive(Debug, Clone, Serialize)]
pub struct Grown {
    /// As `bench/limits.toml` spells it.
    pub name: &'static str,
    pub small: Sample,
    pub large: Sample,
    /// How many times the CPU it takes in the large shop.
    pub ratio: f64,
    pub limit: GrownLimit,
}

impl Grown {
    /// What is worse than its limit, in words.
    pub fn breaches(&self) -> Vec<String> {
        let name = self.name;
        let ratio = self.limit.ratio.filter(|limit| !is_within(self.ratio, *limit)).map(|limit| {
            format!("{name}: {:.2} times as much in a large shop as in a small one, allowed are {limit}", self.ratio)
        });
        let p99 = self.limit.p99_ms.filter(|limit| !is_within(self.large.p99, *limit)).map(|limit| {
            format!("{name}: 99 of 100 within {:.1} ms in a large shop, allowed are {limit}", self.large.p99)
        });
        ratio.into_iter().chain(p99).collect()
    }
}

/// Both shops are made, measured, and closed.
pub async fn figures(options: &Options) -> Result<(Vec<Grown>, Vec<Figure>)> {
    let small = Box::pin(shop_of(options, SMALL)).await?;
    let large = Box::pin(shop_of(options, options.size.unwrap_or(LARGE))).await?;
    let mut grown = Vec::new();
    let (in_small, in_large) = (pages::addresses(&small).await?, pages::addresses(&large).await?);
    for (place, (name, _)) in KINDS.into_iter().enumerate() {
        let both = [&in_small, &in_large].map(|shop| shop.get(place).map(Vec::as_slice).unwrap_or_default());
        grown.push(Box::pin(kind(options, name, [&small, &large], both)).await.context(name)?);
        eprintln!("{name} in both shops");
    }
    small.clear().await;
    let far = Box::pin(far_page(options, &large)).await?;
    let anonymous = Box::pin(anonymous(options, &large)).await?;
    let (seconds, waited) = Box::pin(import::timed(&large)).await?;
    let values = [far, anonymous, seconds, percentile(waited, 99)];
    let figures = FIGURES.into_iter().zip(values).map(|(name, value)| Figure { name, value, limit: None }).collect();
    large.clear().await;
    Ok((grown, figures))
}

/// In a database of its own.
async fn shop_of(options: &Options, products: u32) -> Result<Stage> {
    eprintln!("a shop of {products} products is made");
    let name = format!("shop_of_{products}");
    let mut connection = PgConnection::connect(&options.database).await.context("the database")?;
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!("create database {name}"))).execute(&mut connection).await?;
    connection.close().await?;
    let database = beside(&options.database, &name)?;
    Box::pin(Stage::of_size(&Options { database, ..options.clone() }, Some(products))).await
}

/// The address of another database of the same server.
fn beside(database: &str, name: &str) -> Result<String> {
    let (server, _) = database.rsplit_once('/').context("the database has no name")?;
    ensure!(!database.contains('?'), "the database's address says more than where it is");
    Ok(format!("{server}/{name}"))
}

async fn kind(options: &Options, name: &'static str, shops: [&Stage; 2], addresses: [&[String]; 2]) -> Result<Grown> {
    let (mut cpu, mut waited) = ([Vec::new(), Vec::new()], [Vec::new(), Vec::new()]);
    for (shop, addresses) in shops.into_iter().zip(addresses) {
        at_once(shop.shop.address, addresses, WARM_UP).await?;
    }
    let mut ratios = Vec::new();
    for _ in 0..options.rounds {
        let mut costs = Vec::new();
        for (place, (shop, addresses)) in shops.into_iter().zip(addresses).enumerate() {
            let (cost, times) = sample(shop, addresses).await?;
            costs.push(cost);
            if let (Some(cpu), Some(waited)) = (cpu.get_mut(place), waited.get_mut(place)) {
                cpu.push(cost);
                waited.extend(times);
            }
        }
        // Of each round by itself: both were measured on the same machine within seconds.
        if let [small, large] = costs.as_slice() {
            ratios.push(large / small);
        }
    }
    let [small, large] = cpu;
    let [small_waited, large_waited] = waited;
    Ok(Grown {
        name,
        small: Sample { cpu: median(small), p99: percentile(small_waited, 99) },
        large: Sample { cpu: median(large), p99: percentile(large_waited, 99) },
        ratio: median(ratios),
        limit: GrownLimit::default(),
    })
}

/// CPU of one page, server and PostgreSQL together, and what each was waited for.
async fn sample(stage: &Stage, addresses: &[String]) -> Result<(f64, Vec<f64>)> {
    ensure!(!addresses.is_empty(), "there is no such page");
    let mut client = Client::new(stage.shop.address);
    let (before, mut waited) = (stage.cpu(&stage.shop), Vec::new());
    for address in addresses.iter().cycle().take(TIMES) {
        let began = Instant::now();
        client.page(address).await?;
        waited.push(ms_since(began));
    }
    let after = stage.cpu(&stage.shop);
    let spent = after.0 - before.0 + after.1 - before.1;
    Ok((spent / f64::from(u32::try_from(TIMES)?), waited))
}

/// All clients look at so many pages each; how many a second are answered.
async fn at_once(server: std::net::SocketAddr, addresses: &[String], times: usize) -> Result<f64> {
    ensure!(!addresses.is_empty(), "there is no such page");
    let (mut clients, began) = (JoinSet::new(), Instant::now());
    for number in 0..CLIENTS {
        let addresses = addresses.to_vec();
        clients.spawn(async move {
            let mut client = Client::new(server);
            for address in addresses.iter().cycle().skip(number).take(times) {
                client.page(address).await?;
            }
            Ok::<_, anyhow::Error>(())
        });
    }
    while let Some(done) = clients.join_next().await {
        done??;
    }
    Ok(f64::from(u32::try_from(CLIENTS * times)?) / began.elapsed().as_secs_f64())
}

async fn far_page(options: &Options, large: &Stage) -> Result<f64> {
    let near = ["/products".to_owned()];
    let far = [format!("/products?after={}", pages::cursor_of(large, FAR_PAGE).await?)];
    for page in [&near, &far] {
        at_once(large.shop.address, page, WARM_UP).await?;
    }
    let mut ratios = Vec::new();
    for _ in 0..options.rounds {
        let (first, _) = sample(large, &near).await?;
        let (last, _) = sample(large, &far).await?;
        ratios.push(last / first);
    }
    Ok(median(ratios))
}

/// All other figures are of a process that keeps no page.
async fn anonymous(options: &Options, large: &Stage) -> Result<f64> {
    let (page, constant) = (["/".to_owned()], ["/constant".to_owned()]);
    let shop = large.shop_with_page_cache().await?;
    at_once(shop.address, &page, WARM_UP).await?;
    at_once(large.floor.address, &constant, WARM_UP).await?;
    let mut ratios = Vec::new();
    for _ in 0..options.rounds {
        let seen = at_once(shop.address, &page, AT_ONCE).await?;
        ratios.push(at_once(large.floor.address, &constant, AT_ONCE).await? / seen);
    }
    shop.end().await;
    Ok(median(ratios))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_grows_with_the_shop_is_told_by_its_cpu_and_by_the_clock() {
        let sample = |cpu, p99| Sample { cpu, p99 };
        let (small, large) = (sample(1.0, 2.0), sample(4.0, 60.0));
        let limit = GrownLimit { ratio: Some(3.0), p99_ms: Some(50.0) };
        let grown = Grown { name: "listing", small, large, ratio: 4.0, limit };
        assert_eq!(
            grown.breaches(),
            [
                "listing: 4.00 times as much in a large shop as in a small one, allowed are 3",
                "listing: 99 of 100 within 60.0 ms in a large shop, allowed are 50",
            ]
        );
        let fine = Grown { ratio: 2.9, large: sample(2.9, 49.9), ..grown.clone() };
        assert!(fine.breaches().is_empty());
        let nothing = Grown { ratio: f64::NAN, large: sample(1.0, f64::NAN), ..grown.clone() };
        assert_eq!(nothing.breaches().len(), 2, "what was not measured is within no limit");
        assert!(Grown { limit: GrownLimit::default(), ..grown }.breaches().is_empty());
    }

    #[test]
    fn another_database_is_one_of_the_same_server() {
        let found = beside("postgres://shop@127.0.0.1:5432/shop", "shop_of_1000").unwrap();
        assert_eq!(found, "postgres://shop@127.0.0.1:5432/shop_of_1000");
        assert!(beside("postgres://shop@127.0.0.1:5432/shop?sslmode=require", "other").is_err());
    }
}
