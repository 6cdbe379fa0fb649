//! What is measured: the shop and the floor as processes of their own, on one PostgreSQL.

use std::fs::File;
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use argon2::password_hash::{PasswordHasher as _, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use sqlx::postgres::{PgConnection, PgPool, PgPoolOptions};
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};
use uuid::Uuid;

use crate::cpu::Tree;
use crate::options::Options;
use crate::populate::{Population, fill};

pub const PASSWORD: &str = "correct horse battery";
pub const STAFF: &str = "staff@bench.example.org";
pub const FLOOR_USER: &str = "floor@bench.example.org";

pub struct Server {
    child: Child,
    pub pid: u32,
    pub address: SocketAddr,
}

pub struct Stage {
    pub shop: Server,
    pub floor: Server,
    pub postgres: Tree,
    /// One connection of our own, whose cost is not the shop's.
    pool: PgPool,
    pub ours: u32,
    options: Options,
}

impl Server {
    pub async fn end(mut self) {
        end(&mut self.child).await;
    }
}

impl Stage {
    pub async fn set(options: &Options) -> Result<Self> {
        Box::pin(Self::of_size(options, None)).await
    }

    /// With so many products and orders; none: with the sample alone.
    pub async fn of_size(options: &Options, population: Option<Population>) -> Result<Self> {
        std::fs::create_dir_all(&options.folder)?;
        shop_command(options, &["migrate"], None).await?;
        shop_command(options, &["seed"], None).await?;
        shop_command(options, &["admin", "create", STAFF, "--password-stdin"], Some(PASSWORD)).await?;
        // The one connection, for as long as it takes: its process is left out of what is counted.
        let pool =
            PgPoolOptions::new().max_connections(1).idle_timeout(None::<Duration>).max_lifetime(None::<Duration>);
        let pool = pool.connect(&options.database).await.context("the database")?;
        sqlx::raw_sql(include_str!("../sql/floor.sql")).execute(&pool).await.context("sql/floor.sql")?;
        let ours: i32 = sqlx::query_scalar("select pg_backend_pid()").fetch_one(&pool).await?;
        sqlx::query("insert into floor.users values ($1, $2, $3)")
            .bind(crate::ids::next_id())
            .bind(FLOOR_USER)
            .bind(hash()?)
            .execute(&pool)
            .await?;
        if let Some(population) = population {
            // Before the shop is there: its tasks would wait for tables, and read them whole while they have no index.
            let mut connection = pool.acquire().await?;
            fill(&mut connection, population).await.context("filling in a shop")?;
        }
        let shop = start_shop(options).await?;
        let floor = start_floor(options).await?;
        let postgres = Tree { root: options.postgres };
        Ok(Self { shop, floor, postgres, pool, ours: u32::try_from(ours)?, options: options.clone() })
    }

    pub async fn connection(&self) -> Result<sqlx::pool::PoolConnection<sqlx::Postgres>> {
        Ok(self.pool.acquire().await?)
    }

    /// Milliseconds so far: of the shop or the floor, and of PostgreSQL.
    pub fn cpu(&self, server: &Server) -> (f64, f64) {
        (Tree { root: server.pid }.cpu_ms(None), self.postgres.cpu_ms(Some(self.ours)))
    }

    /// Waits until every event has arrived and all mail has been sent.
    pub async fn quiet(&self) -> Result<()> {
        let mut connection = self.connection().await?;
        let end = Instant::now() + Duration::from_secs(120);
        let mut quiet = 0;
        while quiet < 2 {
            ensure!(Instant::now() < end, "events are still under way after two minutes");
            sleep(Duration::from_millis(60)).await;
            quiet = if under_way(&mut connection).await? == 0 { quiet + 1 } else { 0 };
        }
        Ok(())
    }

    /// A buyer's session and cart on the floor.
    pub async fn floor_session(&self) -> Result<Uuid> {
        let id = crate::ids::next_id();
        sqlx::query("insert into floor.sessions values ($1, $1, $1, now() + interval '1 day')")
            .bind(id)
            .execute(&mut *self.connection().await?)
            .await?;
        Ok(id)
    }

    /// A variant on the floor's shelf.
    pub async fn floor_variant(&self, stock: i32) -> Result<Uuid> {
        let id = crate::ids::next_id();
        sqlx::query(
            "insert into floor.variants (id, product_id, sku, options, price, position, stock)
             select $1, (select id from floor.products order by position, id limit 1), $1::text, '{}', 12, 1000, $2",
        )
        .bind(id)
        .bind(stock)
        .execute(&mut *self.connection().await?)
        .await?;
        Ok(id)
    }

    /// The shop anew, as if the machine had just been switched on.
    pub async fn restart_shop(mut self, options: &Options) -> Result<Self> {
        end(&mut self.shop.child).await;
        self.shop = start_shop(options).await?;
        Ok(self)
    }

    /// The same as one that keeps for a moment what everybody sees.
    pub async fn restart_keeping(mut self) -> Result<Self> {
        end(&mut self.shop.child).await;
        self.shop = self.shop_with_page_cache().await?;
        Ok(self)
    }

    /// Another process of the same shop, which keeps pages for a moment, as one does whose owner has set nothing.
    pub async fn shop_with_page_cache(&self) -> Result<Server> {
        start_shop_by(&self.options, |command| {
            command.env_remove("PAGE_CACHE_BYTES");
        })
        .await
    }

    pub async fn clear(mut self) {
        end(&mut self.shop.child).await;
        end(&mut self.floor.child).await;
        self.pool.close().await;
    }
}

async fn under_way(connection: &mut PgConnection) -> Result<i64> {
    let events = "select (select count(*) from outbox where published_at is null)
        + (select count(*) from email_messages where state in ('queued', 'sending') and due_at <= now())";
    Ok(sqlx::query_scalar(events).fetch_one(connection).await?)
}

fn hash() -> Result<String> {
    let params = Params::new(19 * 1024, 2, 1, None).map_err(|e| anyhow::anyhow!("argon2: {e}"))?;
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let salt = SaltString::encode_b64(b"the floor's salt").map_err(|e| anyhow::anyhow!("argon2: {e}"))?;
    let hash = argon2.hash_password(PASSWORD.as_bytes(), &salt).map_err(|e| anyhow::anyhow!("argon2: {e}"))?;
    Ok(hash.to_string())
}

fn shop_program(options: &Options, address: Option<SocketAddr>) -> Command {
    let mut command = Command::new(&options.program);
    command
        .env("DATABASE_URL", &options.database)
        .env("MAIL_DIR", options.folder.join("mail"))
        .env("SESSION_SECURE", "false")
        // All shoppers come from one address.
        .env("RATE_LIMIT_FACTOR", "1000")
        .kill_on_drop(true);
    if let Some(address) = address {
        command
            .env("SITE_ADDR", address.to_string())
            .env("LEPTOS_SITE_ADDR", address.to_string())
            .env("BASE_URL", format!("http://{address}"));
    }
    command
}

async fn shop_command(options: &Options, arguments: &[&str], stdin: Option<&str>) -> Result<()> {
    let mut command = shop_program(options, None);
    command.args(arguments).stdout(Stdio::null()).stderr(log(&options.folder, "set-up.log")?);
    command.stdin(if stdin.is_some() { Stdio::piped() } else { Stdio::null() });
    let mut child = command.spawn().with_context(|| format!("starting {}", options.program.display()))?;
    if let (Some(text), Some(mut pipe)) = (stdin, child.stdin.take()) {
        tokio::io::AsyncWriteExt::write_all(&mut pipe, format!("{text}\n").as_bytes()).await?;
    }
    let status = timeout(Duration::from_secs(120), child.wait()).await.context("it takes too long")??;
    ensure!(status.success(), "{arguments:?} failed ({}/set-up.log)", options.folder.display());
    Ok(())
}

/// Whatever is measured of it is made for whoever asks: no page is kept.
async fn start_shop(options: &Options) -> Result<Server> {
    start_shop_by(options, |command| {
        command.env("PAGE_CACHE_BYTES", "0");
    })
    .await
}

async fn start_shop_by(options: &Options, set: impl FnOnce(&mut Command)) -> Result<Server> {
    let address = free_address()?;
    let mut command = shop_program(options, Some(address));
    set(&mut command);
    command.arg("serve").stdout(Stdio::null()).stderr(log(&options.folder, "server.log")?);
    start(command, address, "/readyz").await
}

async fn start_floor(options: &Options) -> Result<Server> {
    let address = free_address()?;
    let mut command = Command::new(std::env::current_exe()?);
    command.args(["floor", &options.database, &address.to_string()]).kill_on_drop(true);
    command.stdout(Stdio::null()).stderr(log(&options.folder, "floor.log")?);
    start(command, address, "/constant").await
}

async fn start(mut command: Command, address: SocketAddr, ready: &str) -> Result<Server> {
    let mut child = command.stdin(Stdio::null()).spawn()?;
    let pid = child.id().context("it has ended already")?;
    let end = Instant::now() + Duration::from_secs(30);
    loop {
        if crate::client::Client::new(address).page(ready).await.is_ok() {
            return Ok(Server { child, pid, address });
        }
        if let Some(status) = child.try_wait()? {
            bail!("a server did not start: {status}; its log lies in the bench folder");
        }
        ensure!(Instant::now() < end, "a server does not answer on {address}");
        sleep(Duration::from_millis(50)).await;
    }
}

async fn end(child: &mut Child) {
    if let Some(pid) = child.id() {
        // SIGTERM first: what is under way is finished.
        let _ = Command::new("kill").arg(pid.to_string()).status().await;
        if timeout(Duration::from_secs(30), child.wait()).await.is_err() {
            let _ = child.kill().await;
        }
    }
}

/// A port that is free now, of this machine only.
fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

fn log(folder: &Path, name: &str) -> Result<Stdio> {
    Ok(File::options().create(true).append(true).open(folder.join(name))?.into())
}
