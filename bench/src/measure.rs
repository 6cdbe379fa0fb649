//! Rounds: each row on the shop, on the floor and in pgbench, one after the other, so that a busy machine is as busy for
//! all of them. The median of the rounds counts.

use std::time::Instant;

use anyhow::{Context as _, Result, ensure};

use crate::figures::median;
use crate::options::Options;
use crate::report::{Cost, Measured};
use crate::rows::{BUYERS, ROWS, Row, SALE, UNITS};
use crate::sql::{PageSql, page_sql};
use crate::stage::{Server, Stage};
use crate::work::{MeasuredProduct, Place, Shopper, Task, Work, every, staff};

/// Connections that are in use at once.
const CONNECTIONS: usize = 8;

/// One row with who works on it.
struct Bench {
    row: Row,
    in_shop: Vec<Shopper>,
    on_floor: Vec<Shopper>,
    sql: Vec<PageSql>,
    rounds: Vec<Round>,
}

#[derive(Debug, Clone, Copy)]
struct Round {
    shop: Cost,
    floor: Cost,
    pgbench: Option<f64>,
}

/// Every row that is wanted, of those that are measured in such a shop.
pub async fn rows(options: &Options, stage: &Stage, keeps_views: bool) -> Result<Vec<Measured>> {
    let mut staff = staff(stage).await?;
    let product = MeasuredProduct::create(&mut staff, "Bench product", 1_000_000).await?;
    let variant = stage.floor_variant(1_000_000).await?;
    let mut benches = Vec::new();
    for row in ROWS.into_iter().filter(|row| row.keeps_views == keeps_views && options.wants(row.name)) {
        benches.push(Bench::new(options, stage, row, &product, variant).await?);
    }
    for bench in &mut benches {
        bench.warm_up(stage).await?;
    }
    let mut sale = if !keeps_views && options.wants(SALE) { Some(Sale::new(stage, &product).await?) } else { None };
    for round in 1..=options.rounds {
        for bench in &mut benches {
            bench.round(options, stage).await?;
        }
        if let Some(sale) = &mut sale {
            sale.round(stage, round).await?;
        }
        eprintln!("round {round} of {}", options.rounds);
    }
    let mut measured: Vec<_> = benches.iter().map(|bench| summary(bench.row.name, &bench.rounds)).collect();
    measured.extend(sale.iter().map(|sale| summary(SALE, &sale.rounds)));
    Ok(measured)
}

impl Bench {
    async fn new(
        options: &Options,
        stage: &Stage,
        row: Row,
        product: &MeasuredProduct,
        variant: uuid::Uuid,
    ) -> Result<Self> {
        let (mut in_shop, mut on_floor) = (Vec::new(), Vec::new());
        for number in 0..CONNECTIONS {
            in_shop.push(match row.work {
                Work::NoSql | Work::Product | Work::Listing | Work::ListingWithoutFacets | Work::Search => {
                    Shopper::visitor(stage)
                }
                _ => Shopper::register(stage, &format!("{}-{number}", row.name), product).await?,
            });
            on_floor.push(Shopper::on_floor(stage, variant).await?);
        }
        let sql = match row.sql_of {
            Some(page) => page_sql(options, stage, page).await?,
            None => Vec::new(),
        };
        Ok(Self { row, in_shop, on_floor, sql, rounds: Vec::new() })
    }

    /// Connections are made, statements prepared and caches filled before anything counts. PostgreSQL plans a statement
    /// anew five times on each connection before it keeps a plan, and plans of ours cost more than what they do.
    async fn warm_up(&mut self, stage: &Stage) -> Result<()> {
        let Row { operations, on_floor, warm_up, .. } = self.row;
        self.in_shop(stage, warm_up.max(operations / 10)).await?;
        self.on_floor(stage, warm_up.max(on_floor / 10)).await.map(drop)
    }

    async fn round(&mut self, options: &Options, stage: &Stage) -> Result<()> {
        let shop = self.in_shop(stage, self.row.operations).await?;
        let floor = self.on_floor(stage, self.row.on_floor).await?;
        let mut pgbench = None;
        for sql in &self.sql {
            *pgbench.get_or_insert(0.0) += sql.run(options, stage).await?;
        }
        self.rounds.push(Round { shop, floor, pgbench });
        Ok(())
    }

    async fn in_shop(&mut self, stage: &Stage, operations: usize) -> Result<Cost> {
        let task = Task { work: self.row.work, place: Place::Shop, times: operations / CONNECTIONS };
        let done = every(&mut self.in_shop, task);
        Box::pin(cost_of(stage, &stage.shop, operations, self.row.has_events, done))
            .await
            .with_context(|| format!("{} in the shop", self.row.name))
    }

    async fn on_floor(&mut self, stage: &Stage, operations: usize) -> Result<Cost> {
        let task = Task { work: self.row.work, place: Place::Floor, times: operations / CONNECTIONS };
        let done = every(&mut self.on_floor, task);
        Box::pin(cost_of(stage, &stage.floor, operations, false, done))
            .await
            .with_context(|| format!("{} on the floor", self.row.name))
    }
}

/// A sale with its buyers, who come back in every round.
struct Sale {
    buyers: Vec<Shopper>,
    on_floor: Vec<Shopper>,
    rounds: Vec<Round>,
}

impl Sale {
    async fn new(stage: &Stage, product: &MeasuredProduct) -> Result<Self> {
        let (mut buyers, mut on_floor) = (Vec::new(), Vec::new());
        for number in 0..BUYERS {
            buyers.push(Shopper::register(stage, &format!("buyer-{number}"), product).await?);
            on_floor.push(Shopper::on_floor(stage, uuid::Uuid::nil()).await?);
        }
        Ok(Self { buyers, on_floor, rounds: Vec::new() })
    }

    async fn round(&mut self, stage: &Stage, round: usize) -> Result<()> {
        let mut staff = staff(stage).await?;
        let product = MeasuredProduct::create(&mut staff, &format!("Sale {round}"), UNITS).await?;
        let variant = stage.floor_variant(i32::try_from(UNITS)?).await?;
        self.buyers.iter_mut().for_each(|buyer| buyer.product = product.id);
        self.on_floor.iter_mut().for_each(|buyer| buyer.product = variant);
        let task = |place| Task { work: Work::Order, place, times: 1 };
        let done = every(&mut self.buyers, task(Place::Shop));
        let shop = Box::pin(cost_of(stage, &stage.shop, BUYERS, true, done)).await?;
        let left = product.stock(&mut staff).await?;
        ensure!(left == 0, "{left} of {UNITS} are left after {BUYERS} buyers");
        let done = every(&mut self.on_floor, task(Place::Floor));
        let floor = Box::pin(cost_of(stage, &stage.floor, BUYERS, false, done)).await?;
        self.rounds.push(Round { shop, floor, pgbench: None });
        Ok(())
    }
}

/// What one of so many operations cost. Where events are part of it, it is over when they have arrived.
async fn cost_of(
    stage: &Stage,
    server: &Server,
    operations: usize,
    events: bool,
    work: impl Future<Output = Result<()>>,
) -> Result<Cost> {
    let (before, began) = (stage.cpu(server), Instant::now());
    work.await?;
    if events {
        stage.quiet().await?;
    }
    let (after, wall) = (stage.cpu(server), began.elapsed());
    let per = |total: f64| total / f64::from(u32::try_from(operations).unwrap_or(u32::MAX));
    Ok(Cost {
        server: per(after.0 - before.0),
        postgres: per(after.1 - before.1),
        wall: per(wall.as_secs_f64() * 1000.0),
    })
}

fn summary(name: &str, rounds: &[Round]) -> Measured {
    let median_of = |figure: &dyn Fn(&Round) -> f64| median(rounds.iter().map(figure).collect());
    let cost = |of: &dyn Fn(&Round) -> Cost| Cost {
        server: median_of(&|round| of(round).server),
        postgres: median_of(&|round| of(round).postgres),
        wall: median_of(&|round| of(round).wall),
    };
    Measured {
        name: name.to_owned(),
        shop: cost(&|round| round.shop),
        floor: cost(&|round| round.floor),
        pgbench: rounds.iter().all(|round| round.pgbench.is_some()).then(|| median_of(&|r| r.pgbench.unwrap_or(0.0))),
        // Of each round by itself: both were measured on the same machine within a second.
        ratio: median_of(&|round| round.shop.cpu() / round.floor.cpu()),
        limit: None,
    }
}
