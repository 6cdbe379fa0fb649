//! The back office of a shop with a hundred thousand products, customers and orders: what its lists take by the clock, one
//! after the other, as their reader waits for them. Last of all, for the shop is a large one from then on.

use std::time::Instant;

use anyhow::{Context as _, Result};

use crate::figures::{Figure, ms_since, percentile};
use crate::stage::Stage;
use crate::work::staff;

/// As `--only` spells it.
pub const DESK: &str = "desk";
/// Of each list: before anything counts, and then.
const WARM_UP: usize = 20;
const TIMES: usize = 60;

/// Each list as `bench/limits.toml` spells it, with its address. What is narrowed or sorted otherwise is another statement.
pub const LISTS: [(&str, &str); 19] = [
    ("orders", "/admin/orders"),
    ("orders-to-pack", "/admin/orders?packing=to_pack"),
    ("orders-unpaid", "/admin/orders?payment=unpaid"),
    ("orders-of-a-name", "/admin/orders?q=person+4711"),
    ("orders-by-total", "/admin/orders?sort=total"),
    ("orders-oldest", "/admin/orders?sort=oldest&status=completed"),
    ("products", "/admin/products"),
    ("products-of-a-word", "/admin/products?q=number+4711"),
    ("products-in-a-category", "/admin/products?category=tableware"),
    ("products-drafts", "/admin/products?status=draft"),
    ("products-by-name", "/admin/products?sort=name"),
    ("products-by-price", "/admin/products?sort=price"),
    ("categories", "/admin/categories"),
    ("stock", "/admin/stock"),
    ("stock-low", "/admin/stock?low=yes"),
    ("stock-fewest", "/admin/stock?sort=fewest"),
    ("customers", "/admin/customers"),
    ("customers-by-order", "/admin/customers?sort=last_order"),
    ("customers-of-a-name", "/admin/customers?q=customer+4711"),
];
/// What else is looked at all day; it is told, and has no limit.
const TODAY: (&str, &str) = ("today", "/admin");

/// Milliseconds within which nineteen of twenty answers come.
pub async fn figures(stage: &Stage) -> Result<Vec<Figure>> {
    let mut connection = stage.connection().await?;
    sqlx::raw_sql(include_str!("../sql/desk.sql")).execute(&mut *connection).await.context("sql/desk.sql")?;
    // As autovacuum would have by then.
    sqlx::raw_sql("vacuum (analyze)").execute(&mut *connection).await?;
    drop(connection);
    let mut client = staff(stage).await?;
    let mut figures = Vec::new();
    for (name, page) in LISTS.into_iter().chain([TODAY]) {
        let mut times = Vec::new();
        for time in 0..WARM_UP + TIMES {
            let began = Instant::now();
            client.page(page).await?;
            if time >= WARM_UP {
                times.push(ms_since(began));
            }
        }
        figures.push(Figure { name, value: percentile(times, 95), limit: None });
    }
    Ok(figures)
}
