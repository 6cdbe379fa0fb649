//! The shop's memory: fresh and idle, ten seconds after a login storm, ten seconds after three thousand orders.

use std::time::Duration;

use anyhow::Result;
use tokio::time::sleep;

use crate::client::Client;
use crate::cpu::Memory;
use crate::options::Options;
use crate::report::MemoryFigure;
use crate::stage::Stage;
use crate::work::{LISTING, MeasuredProduct, PRODUCT, Place, Shopper, Task, Work, every, staff};

const STORM: usize = 200;
const ORDERS: usize = 3000;
/// Who places them.
const BUYERS: usize = 8;
const AFTER: Duration = Duration::from_secs(10);

pub async fn figures(options: &Options, stage: Stage) -> Result<(Stage, Vec<MemoryFigure>)> {
    let mut shoppers = Vec::new();
    let product = MeasuredProduct::create(&mut staff(&stage).await?, "Memory product", 1_000_000).await?;
    for number in 0..BUYERS {
        shoppers.push(Shopper::register(&stage, &format!("memory-{number}"), &product).await?);
    }
    let stage = stage.restart_shop(options).await?;
    let mut figures = Vec::new();
    let mut note = |name: &str| -> Result<()> {
        let memory = Memory::of(stage.shop.pid)?;
        figures.push(MemoryFigure { name: name.to_owned(), memory, limit: None });
        Ok(())
    };
    sleep(AFTER).await;
    note("idle")?;
    let mut visitor = Client::new(stage.shop.address);
    for _ in 0..100 {
        for page in ["/", LISTING, PRODUCT] {
            visitor.page(page).await?;
        }
    }
    sleep(AFTER).await;
    note("after-pages")?;
    storm(&stage, &shoppers).await?;
    sleep(AFTER).await;
    note("after-login-storm")?;
    for shopper in &mut shoppers {
        shopper.move_to(&stage);
    }
    every(&mut shoppers, Task { work: Work::Order, place: Place::Shop, times: ORDERS / BUYERS }).await?;
    stage.quiet().await?;
    sleep(AFTER).await;
    note("after-orders")?;
    Ok((stage, figures))
}

/// All of them sign in at once, and whoever is told to come back does.
async fn storm(stage: &Stage, shoppers: &[Shopper]) -> Result<()> {
    let address = stage.shop.address;
    let mut crowd: Vec<_> = shoppers.iter().cycle().take(STORM).map(|one| one.in_a_new_browser(address)).collect();
    every(&mut crowd, Task { work: Work::Login, place: Place::Shop, times: 1 }).await
}
