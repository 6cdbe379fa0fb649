//! A shop of any size, by statements over sets (`sql/populate`), and what the shop's own triggers say to a sample of it.

use anyhow::{Context as _, Result, ensure};
use sqlx::postgres::PgConnection;
use sqlx::{Connection as _, Row as _};

/// In their order; all of one session.
const FILES: [(&str, &str); 5] = [
    ("begin", include_str!("../sql/populate/begin.sql")),
    ("catalogue", include_str!("../sql/populate/catalogue.sql")),
    ("orders", include_str!("../sql/populate/orders.sql")),
    ("products", include_str!("../sql/populate/products.sql")),
    ("end", include_str!("../sql/populate/end.sql")),
];
const CHECK: &str = include_str!("../sql/populate/check.sql");

/// What there is to be.
#[derive(Debug, Clone, Copy)]
pub struct Population {
    /// Each with five variants.
    pub products: u32,
    pub orders: u32,
    /// Whether every other order is of somebody with an account, and some are open.
    pub has_customers: bool,
}

impl Population {
    /// As many orders as products, all of guests, and over.
    pub const fn of_products(products: u32) -> Self {
        Self { products, orders: products, has_customers: false }
    }
}

/// In a migrated database that nobody else is at.
pub async fn fill(connection: &mut PgConnection, population: Population) -> Result<()> {
    let Population { products, orders, has_customers } = population;
    let size = format!(
        "set populate.products = '{products}'; set populate.orders = '{orders}'; set populate.customers = '{}'",
        u8::from(has_customers),
    );
    sqlx::raw_sql(sqlx::AssertSqlSafe(size)).execute(&mut *connection).await?;
    for (name, sql) in FILES {
        sqlx::raw_sql(sql).execute(&mut *connection).await.with_context(|| format!("sql/populate/{name}.sql"))?;
    }
    let wrong = wrong(connection).await?;
    ensure!(wrong.is_empty(), "what was filled in is not what the shop would have written: {}", wrong.join(", "));
    // As autovacuum would have by then.
    sqlx::raw_sql("vacuum (analyze)").execute(&mut *connection).await?;
    Ok(())
}

/// What is not as the triggers write it. They write into a transaction that is taken back.
async fn wrong(connection: &mut PgConnection) -> Result<Vec<String>> {
    let mut tx = connection.begin().await?;
    let rows = sqlx::raw_sql(CHECK).fetch_all(&mut *tx).await.context("sql/populate/check.sql")?;
    tx.rollback().await?;
    rows.iter().map(|row| Ok(row.try_get(0)?)).collect()
}
