//! Cart, order, payment and sign-in, each as one call of the database. The session is a cookie with an id.

use std::fmt::Write as _;

use anyhow::{Context as _, anyhow};
use argon2::{Algorithm, Argon2, Params, PasswordHash, PasswordVerifier as _, Version};
use axum::Form;
use axum::response::{Html, IntoResponse as _};
use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, StatusCode};
use rust_decimal::Decimal;
use serde::Deserialize;
use tokio::task::spawn_blocking;
use uuid::Uuid;

use super::answer::{Answer, Pool};
use crate::ids::next_id;

fn session(headers: &HeaderMap) -> anyhow::Result<Uuid> {
    let cookies = headers.get(COOKIE).context("no cookie")?.to_str()?;
    let id = cookies.split("; ").find_map(|pair| pair.strip_prefix("floor=")).context("no session")?;
    Ok(id.parse()?)
}

#[derive(Deserialize)]
pub struct Addition {
    variant: Uuid,
    quantity: i32,
}

pub async fn add(pool: Pool, headers: HeaderMap, Form(addition): Form<Addition>) -> Answer {
    let units: Option<i64> = sqlx::query_scalar(
        "with session as (select cart_id from floor.sessions where id = $1 and expires_at > now()),
         added as (
            insert into floor.cart_items (cart_id, variant_id, quantity, price)
            select s.cart_id, v.id, $3, v.price from session s, floor.variants v where v.id = $2 and v.stock >= $3
            on conflict (cart_id, variant_id) do update set quantity = excluded.quantity
            returning cart_id, variant_id, quantity
         )
         select a.quantity + coalesce((select sum(quantity) from floor.cart_items c
            where c.cart_id = a.cart_id and c.variant_id <> a.variant_id), 0) from added a",
    )
    .bind(session(&headers)?)
    .bind(addition.variant)
    .bind(addition.quantity)
    .fetch_optional(&*pool)
    .await?;
    Ok(Html(format!("<p>{} in your cart</p>", units.context("not for sale")?)).into_response())
}

#[derive(sqlx::FromRow)]
struct Line {
    slug: String,
    name: String,
    quantity: i32,
    price: Decimal,
}

pub async fn cart(pool: Pool, headers: HeaderMap) -> Answer {
    let lines: Vec<Line> = sqlx::query_as(
        "select p.slug, p.name, c.quantity, v.price
         from floor.sessions s
         join floor.cart_items c on c.cart_id = s.cart_id
         join floor.variants v on v.id = c.variant_id
         join floor.products p on p.id = v.product_id
         where s.id = $1 and s.expires_at > now()",
    )
    .bind(session(&headers)?)
    .fetch_all(&*pool)
    .await?;
    let mut page = String::with_capacity(4096);
    write!(page, "<!DOCTYPE html><html lang=\"en\"><head><title>Cart</title></head><body><main><ul>")?;
    for Line { slug, name, quantity, price } in lines {
        write!(page, "<li><a href=\"/products/{slug}\">{name}</a> {quantity} × ${price}</li>")?;
    }
    write!(page, "</ul></main></body></html>")?;
    Ok(Html(page).into_response())
}

#[derive(Deserialize)]
pub struct Placing {
    buyer: Uuid,
    variant: Uuid,
    quantity: i32,
}

/// 409 when it is sold out.
pub async fn place(pool: Pool, Form(placing): Form<Placing>) -> Answer {
    let id = next_id();
    let number: Option<i64> = sqlx::query_scalar("select floor.place_order($1, $2, $3, $4, $5)")
        .bind(placing.buyer)
        .bind(placing.variant)
        .bind(placing.quantity)
        .bind(id.to_string())
        .bind(id)
        .fetch_one(&*pool)
        .await?;
    match number {
        Some(_) => Ok((StatusCode::CREATED, id.to_string()).into_response()),
        None => Ok(StatusCode::CONFLICT.into_response()),
    }
}

#[derive(Deserialize)]
pub struct Paying {
    order: Uuid,
}

pub async fn pay(pool: Pool, Form(paying): Form<Paying>) -> Answer {
    let paid: bool = sqlx::query_scalar("select floor.pay_order($1, $2)")
        .bind(paying.order)
        .bind(next_id())
        .fetch_one(&*pool)
        .await?;
    Ok(if paid { StatusCode::OK } else { StatusCode::CONFLICT }.into_response())
}

#[derive(Deserialize)]
pub struct SigningIn {
    email: String,
    password: String,
}

/// The hash with the shop's own parameters, and a row for the session.
pub async fn login(pool: Pool, Form(form): Form<SigningIn>) -> Answer {
    let (user, hash): (Uuid, String) = sqlx::query_as("select id, password_hash from floor.users where email = $1")
        .bind(&form.email)
        .fetch_one(&*pool)
        .await?;
    spawn_blocking(move || verify(&form.password, &hash)).await??;
    let id = next_id();
    sqlx::query("insert into floor.sessions values ($1, $2, $1, now() + interval '14 days')")
        .bind(id)
        .bind(user)
        .execute(&*pool)
        .await?;
    Ok(([(SET_COOKIE, format!("floor={id}; Path=/; HttpOnly"))], "signed in").into_response())
}

fn verify(password: &str, hash: &str) -> anyhow::Result<()> {
    let params = Params::new(19 * 1024, 2, 1, None).map_err(|e| anyhow!("argon2: {e}"))?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let hash = PasswordHash::new(hash).map_err(|e| anyhow!("argon2: {e}"))?;
    argon2.verify_password(password.as_bytes(), &hash).map_err(|e| anyhow!("argon2: {e}"))
}
