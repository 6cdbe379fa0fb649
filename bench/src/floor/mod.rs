//! The floor: bare axum, one prepared statement with plain columns per answer, HTML by `write!`. No sessions but where a
//! row needs one, no rules, no islands: what a page of this content costs at the least.

mod answer;
mod orders;
mod pages;
mod records;

use std::net::SocketAddr;

use anyhow::{Context, Result};
use axum::Router;
use axum::response::Html;
use axum::routing::{get, post};
use sqlx::postgres::PgPoolOptions;
use tokio::net::TcpListener;

/// As many connections as the shop has.
const POOL: u32 = 12;

/// Serves until the process is ended.
pub async fn serve(database: &str, address: SocketAddr) -> Result<()> {
    let pool = PgPoolOptions::new()
        .max_connections(POOL)
        .test_before_acquire(false)
        .connect(database)
        .await
        .context("the database")?;
    let router = Router::new()
        .route("/constant", get(async || Html(pages::CONSTANT)))
        .route("/product/{slug}", get(pages::product))
        .route("/listing", get(pages::listing))
        .route("/records", get(records::listing))
        .route("/cart", get(orders::cart))
        .route("/add", post(orders::add))
        .route("/order", post(orders::place))
        .route("/pay", post(orders::pay))
        .route("/login", post(orders::login))
        .with_state(pool);
    let listener = TcpListener::bind(address).await.with_context(|| format!("listening on {address}"))?;
    axum::serve(listener, router).await.context("serving")
}
