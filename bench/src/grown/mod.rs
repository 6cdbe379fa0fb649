//! A shop of a thousand products beside one of a million: the same pages of both, in turns, so that a busy machine is as busy for
//! both, and one after the other, as their reader waits for them. Then what only the large one can show. It takes long (the large
//! shop alone is a quarter of an hour in the making), so it is measured for who asks for it.

mod both;
mod compare;
mod import;
mod orders;
mod pages;
mod table;

use anyhow::{Context as _, Result, ensure};
use sqlx::Connection as _;
use sqlx::postgres::PgConnection;

use crate::client::Client;
use crate::figures::{Figure, median, percentile};
use crate::options::Options;
use crate::populate::Population;
use crate::stage::Stage;
use compare::{Side, WARM_UP, at_once, compared, sample};

pub use both::{Grown, Sample};
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
    fn another_database_is_one_of_the_same_server() {
        let found = beside("postgres://shop@127.0.0.1:5432/shop", "shop_of_1000").unwrap();
        assert_eq!(found, "postgres://shop@127.0.0.1:5432/shop_of_1000");
        assert!(beside("postgres://shop@127.0.0.1:5432/shop?sslmode=require", "other").is_err());
    }
}
