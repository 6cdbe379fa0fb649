//! A shop of a thousand products beside one of a million: the same pages of both, in turns, so that a busy machine is as busy for
//! both, and one after the other, as their reader waits for them. Then what only the large one can show. It takes long (the large
//! shop alone is a quarter of an hour in the making), so it is measured for who asks for it.

mod compare;
mod import;
mod orders;
mod pages;
mod table;

use anyhow::{Context as _, Result, ensure};
use serde::Serialize;
use sqlx::Connection as _;
use sqlx::postgres::PgConnection;

use crate::client::Client;
use crate::figures::{Figure, is_within, median, percentile};
use crate::limits::GrownLimit;
use crate::options::Options;
use crate::populate::Population;
use crate::stage::Stage;
use compare::{Side, WARM_UP, at_once, compared, sample};

pub use orders::beside_few as many_orders;
#[cfg(test)]
pub use orders::kinds as kinds_of_orders;
pub use pages::KINDS;
pub use table::write_table;

const SMALL: u32 = 1_000;
const LARGE: u32 = 1_000_000;

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
    let small = Box::pin(shop_of(options, "small", Population::of_products(SMALL))).await?;
    let large = Box::pin(shop_of(options, "large", Population::of_products(options.size.unwrap_or(LARGE)))).await?;
    let mut grown = Vec::new();
    let (in_small, in_large) = (pages::addresses(&small).await?, pages::addresses(&large).await?);
    for (place, (name, _)) in KINDS.into_iter().enumerate() {
        let mut both = [(&small, &in_small), (&large, &in_large)].map(|(stage, pages)| {
            let addresses = pages.get(place).map(Vec::as_slice).unwrap_or_default();
            Side::of_visitors(stage, addresses, TIMES)
        });
        grown.push(Box::pin(compared(name, options.rounds, &mut both)).await.context(name)?);
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
async fn shop_of(options: &Options, name: &str, population: Population) -> Result<Stage> {
    let Population { products, orders, .. } = population;
    eprintln!("a shop of {products} products and {orders} orders is made");
    let mut connection = PgConnection::connect(&options.database).await.context("the database")?;
    sqlx::raw_sql(sqlx::AssertSqlSafe(format!("create database {name}"))).execute(&mut connection).await?;
    connection.close().await?;
    let database = beside(&options.database, name)?;
    Box::pin(Stage::of_size(&Options { database, ..options.clone() }, Some(population))).await
}

/// The address of another database of the same server.
fn beside(database: &str, name: &str) -> Result<String> {
    let (server, _) = database.rsplit_once('/').context("the database has no name")?;
    ensure!(!database.contains('?'), "the database's address says more than where it is");
    Ok(format!("{server}/{name}"))
}

async fn far_page(options: &Options, large: &Stage) -> Result<f64> {
    let near = ["/products".to_owned()];
    let far = [format!("/products?after={}", pages::cursor_of(large, FAR_PAGE).await?)];
    let (mut near, mut far) = (Side::of_visitors(large, &near, TIMES), Side::of_visitors(large, &far, TIMES));
    for page in [&near, &far] {
        at_once(&page.person, page.addresses, WARM_UP).await?;
    }
    let mut ratios = Vec::new();
    for _ in 0..options.rounds {
        let (first, _) = sample(&mut near).await?;
        let (last, _) = sample(&mut far).await?;
        ratios.push(last / first);
    }
    Ok(median(ratios))
}

/// All other figures are of a process that keeps no page.
async fn anonymous(options: &Options, large: &Stage) -> Result<f64> {
    let (page, constant) = (["/".to_owned()], ["/constant".to_owned()]);
    let shop = large.shop_with_page_cache().await?;
    let (visitor, floor) = (Client::new(shop.address), Client::new(large.floor.address));
    at_once(&visitor, &page, WARM_UP).await?;
    at_once(&floor, &constant, WARM_UP).await?;
    let mut ratios = Vec::new();
    for _ in 0..options.rounds {
        let seen = at_once(&visitor, &page, AT_ONCE).await?;
        ratios.push(at_once(&floor, &constant, AT_ONCE).await? / seen);
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
