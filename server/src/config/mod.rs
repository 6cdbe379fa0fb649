//! What the owner sets, by environment variable or option. Everything is read and checked once, at start, and every
//! problem is told at once, by name.

mod environment;
mod files;
mod kafka;
mod limits;
mod media;
mod payments;
mod reader;
mod secret;
mod smtp;
#[cfg(test)]
mod tests;
mod traces;
mod transport;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

use session::TrustedProxies;
use shop::domain::{Currency, Limits, ManualPayment};
use shop::infrastructure::kafka::Kafka;
use shop::infrastructure::mail::SmtpServer;
use shop::infrastructure::time_zone::JiffTimeZone;
use shop::usecase::SecretKey;
use tracing_subscriber::EnvFilter;
use url::Url;

pub use environment::Environment;
use kafka::kafka;
use limits::limits;
pub use media::MediaPlace;
pub use payments::PaymentProvider;
use payments::{former, manual_payment, payments};
pub use reader::Problems;
use reader::{Reader, is_here, origin, text};
pub use secret::Secret;
use smtp::smtp;
pub use traces::{Sampling, Traces};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    Text,
    Json,
}

/// Where what is only shown is read, too.
#[derive(Debug, Clone)]
pub struct DatabaseReplica {
    pub url: Secret,
    /// How far behind it may be and is still read.
    pub most_lag: std::time::Duration,
}

#[derive(Debug, Clone)]
pub struct Config {
    pub database_url: Secret,
    /// Past a pooler, where there is one.
    pub database_direct_url: Secret,
    pub database_pool: u32,
    /// None: the catalogue is read where it is written.
    pub database_replica: Option<DatabaseReplica>,
    pub kafka: Option<Kafka>,
    pub smtp: Option<SmtpServer>,
    pub mail_dir: PathBuf,
    pub mail_from: Option<String>,
    pub media: MediaPlace,
    /// Where pictures of imported files are fetched from, in small letters.
    pub import_picture_hosts: Vec<String>,
    /// Scheme, host and port; nothing behind them.
    pub base_url: Url,
    pub site_addr: SocketAddr,
    /// Where metrics are told; none: nowhere.
    pub metrics_addr: Option<SocketAddr>,
    pub max_connections: u32,
    /// Requests that read, and as many that write, worked on at once.
    pub max_requests: u32,
    /// Of pages that are kept for a moment; none of none.
    pub page_cache_bytes: u32,
    /// How long requests are taken after readiness has gone.
    pub stop_delay: std::time::Duration,
    pub trusted_proxies: TrustedProxies,
    /// How often what can be guessed may be tried.
    pub limits: Limits,
    pub shop_name: String,
    pub shop_currency: Currency,
    pub time_zone: JiffTimeZone,
    pub session_secure: bool,
    /// Whether browsers use HTTPS for what stands below the shop's host, too.
    pub hsts_subdomains: bool,
    /// Hashes of passwords that nobody is given.
    pub leaked_passwords: Option<PathBuf>,
    /// What the tokens of orders are made with.
    pub secret_key: Secret,
    /// Opens what it has made before, and makes nothing.
    pub secret_key_before: Option<Secret>,
    /// Whether nobody set it.
    pub secret_key_is_made_up: bool,
    pub payment_window: time::Duration,
    pub payment_provider: PaymentProvider,
    /// Where nothing begins any more.
    pub former_providers: Vec<PaymentProvider>,
    /// None: only by the provider.
    pub manual_payment: Option<ManualPayment>,
    pub return_window: time::Duration,
    /// How long after their sign-in staff sign in again.
    pub staff_session: time::Duration,
    /// How long after it was placed an order of a closed account tells whose it was.
    pub anonymise_after: time::Duration,
    /// So long after the last parcel of an order its buyer is asked for reviews; nothing: nobody is.
    pub review_request_after: time::Duration,
    /// How long staff may do without a second factor.
    pub factor_grace: time::Duration,
    /// Whether webhooks may go by http, and into private networks.
    pub webhooks_private: bool,
    pub log_format: LogFormat,
    pub log_filter: String,
    /// None: nobody collects them.
    pub traces: Option<Traces>,
    pub assets_dir: Option<String>,
    pub site_root: String,
}

impl Config {
    /// # Errors
    /// Every problem there is.
    pub fn read(env: &Environment) -> Result<Self, Problems> {
        let mut read = Reader::default();
        let env = &files::with_files(&mut read, env, |variable| {
            // A place that is no Unicode is told as one that cannot be read.
            std::env::var_os(variable).map(|place| place.to_string_lossy().into_owned())
        });
        let database_url = read.required("DATABASE_URL", &env.database_url, postgres_url).unwrap_or_else(Secret::none);
        let direct_url = read.optional(
            "DATABASE_DIRECT_URL",
            &env.database_direct_url,
            "the address of a PostgreSQL database (postgres://…)",
            postgres_url,
        );
        let replica_url = read.optional(
            "DATABASE_REPLICA_URL",
            &env.database_replica_url,
            "the address of a streaming replica of that database (postgres://…)",
            postgres_url,
        );
        let most_lag = read.number("DATABASE_REPLICA_LAG_SECONDS", &env.database_replica_lag_seconds, 2, 1..=60);
        transport::require_tls(&mut read, env);
        let listen = env.site_addr.as_ref().or(env.leptos_site_addr.as_ref()).cloned();
        let site_addr = read.or("SITE_ADDR", &listen, "127.0.0.1:3000", "an address and a port", |a| a.parse().ok());
        let base_url =
            read.or("BASE_URL", &env.base_url, &here(site_addr), "http(s)://host, nothing behind it", origin);
        let secure = if base_url.as_ref().is_some_and(|u| u.scheme() == "https") { "true" } else { "false" };
        let secret_key = secret_key(&mut read, env, base_url.as_ref(), &database_url);
        let payment_provider = payments(&mut read, env, base_url.as_ref());
        let config = Self {
            former_providers: former(&mut read, env, &payment_provider),
            manual_payment: manual_payment(&mut read, env),
            payment_provider,
            secret_key_is_made_up: text(&env.secret_key).is_none(),
            // What it opens is as weak as it is.
            secret_key_before: read.optional("SECRET_KEY_BEFORE", &env.secret_key_before, &least(), long_enough),
            secret_key,
            database_direct_url: direct_url.unwrap_or_else(|| database_url.clone()),
            database_url,
            database_pool: read.number("DATABASE_POOL", &env.database_pool, 12, 2..=100),
            database_replica: replica_url.map(|url| {
                let most_lag = std::time::Duration::from_secs(most_lag.into());
                DatabaseReplica { url, most_lag }
            }),
            kafka: kafka(&mut read, env),
            smtp: smtp(&mut read, env),
            mail_dir: text(&env.mail_dir).unwrap_or("./mail").into(),
            mail_from: text(&env.mail_from).map(str::to_owned),
            media: MediaPlace::read(&mut read, env),
            import_picture_hosts: read
                .or(
                    "IMPORT_PICTURE_HOSTS",
                    &env.import_picture_hosts,
                    "cdn.shopify.com",
                    "names of hosts with commas, such as cdn.shopify.com, or none",
                    hosts,
                )
                .unwrap_or_default(),
            base_url: base_url.unwrap_or_else(nowhere),
            site_addr: site_addr.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 0))),
            metrics_addr: read.optional("METRICS_ADDR", &env.metrics_addr, "an address and a port", parsed),
            max_connections: read.number("MAX_CONNECTIONS", &env.max_connections, 900, 1..=1_000_000),
            max_requests: read.number("MAX_REQUESTS", &env.max_requests, 256, 1..=1_000_000),
            page_cache_bytes: read.number("PAGE_CACHE_BYTES", &env.page_cache_bytes, 8 << 20, 0..=1 << 30),
            stop_delay: std::time::Duration::from_secs(
                read.number("STOP_DELAY_SECONDS", &env.stop_delay_seconds, 0, 0..=60).into(),
            ),
            trusted_proxies: read
                .optional(
                    "TRUSTED_PROXIES",
                    &env.trusted_proxies,
                    "networks with commas, such as 10.0.0.0/8, or none",
                    parsed,
                )
                .unwrap_or_default(),
            limits: limits(&mut read, &env.rate_limit_factor, &env.limits),
            shop_name: read
                .or("SHOP_NAME", &env.shop_name, "Kiln & Loom", "1 to 60 characters on one line", |name| {
                    let fits = (1..=60).contains(&name.chars().count()) && !name.chars().any(char::is_control);
                    fits.then(|| name.to_owned())
                })
                .unwrap_or_default(),
            shop_currency: read
                .or("SHOP_CURRENCY", &env.shop_currency, "USD", "the code of a currency, such as EUR", parsed)
                .unwrap_or(Currency::USD),
            time_zone: read
                .or(
                    "SHOP_TIMEZONE",
                    &env.shop_timezone,
                    "UTC",
                    "the IANA name of a time zone, such as Europe/Berlin",
                    JiffTimeZone::named,
                )
                .unwrap_or_else(JiffTimeZone::utc),
            session_secure: read
                .or("SESSION_SECURE", &env.session_secure, secure, "true or false", parsed)
                .unwrap_or(true),
            hsts_subdomains: read
                .or("HSTS_SUBDOMAINS", &env.hsts_subdomains, "false", "true or false", parsed)
                .unwrap_or(false),
            leaked_passwords: text(&env.leaked_passwords_file).map(PathBuf::from),
            payment_window: time::Duration::seconds(i64::from(read.number(
                "PAYMENT_WINDOW_SECONDS",
                &env.payment_window_seconds,
                900,
                1..=604_800,
            ))),
            staff_session: time::Duration::hours(i64::from(read.number(
                "STAFF_SESSION_HOURS",
                &env.staff_session_hours,
                12,
                1..=720,
            ))),
            anonymise_after: read.days("ANONYMISE_AFTER_DAYS", &env.anonymise_after_days, 3650, 0..=36_500),
            review_request_after: read.days("REVIEW_REQUEST_DAYS", &env.review_request_days, 14, 0..=365),
            factor_grace: read.days("STAFF_FACTOR_GRACE_DAYS", &env.staff_factor_grace_days, 14, 0..=365),
            webhooks_private: read
                .or("WEBHOOKS_PRIVATE", &env.webhooks_private, "false", "true or false", parsed)
                .unwrap_or(false),
            return_window: read.days("RETURN_DAYS", &env.return_days, 30, 0..=3650),
            log_format: read
                .or("LOG_FORMAT", &env.log_format, "text", "text or json", |format| match format {
                    "text" => Some(LogFormat::Text),
                    "json" => Some(LogFormat::Json),
                    _ => None,
                })
                .unwrap_or(LogFormat::Text),
            log_filter: read
                .or("RUST_LOG", &env.rust_log, "info", "a filter like info,shop=debug", |filter| {
                    EnvFilter::try_new(filter).ok().map(|_| filter.to_owned())
                })
                .unwrap_or_default(),
            traces: Traces::read(&mut read, env),
            assets_dir: text(&env.assets_dir).map(str::to_owned),
            site_root: text(&env.leptos_site_root).unwrap_or("target/site").to_owned(),
        };
        read.finish(config)
    }

    /// Where the shop is reached, without a slash at the end.
    pub fn base(&self) -> &str {
        self.base_url.as_str().trim_end_matches('/')
    }

    pub fn host(&self) -> &str {
        self.base_url.host_str().unwrap_or("localhost")
    }
}

/// Names of hosts, and no addresses; `none` for none.
fn hosts(text: &str) -> Option<Vec<String>> {
    if text == "none" {
        return Some(Vec::new());
    }
    let is_name = |host: &str| {
        let letters = host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
        letters && host.contains('.') && host.parse::<std::net::IpAddr>().is_err()
    };
    let hosts: Vec<_> = text.split(',').map(|host| host.trim().to_ascii_lowercase()).collect();
    hosts.iter().all(|host| is_name(host)).then_some(hosts)
}

fn postgres_url(text: &str) -> Option<Secret> {
    let scheme = Url::parse(text).map(|u| u.scheme().to_owned());
    matches!(scheme.as_deref(), Ok("postgres" | "postgresql")).then(|| Secret::new(text))
}

/// The key as it was set. On this machine alone one is made of the database's address, so that all processes of one shop
/// have the same, and the same again when they start anew.
fn secret_key(read: &mut Reader, env: &Environment, base_url: Option<&Url>, database: &Secret) -> Secret {
    if text(&env.secret_key).is_none() && base_url.is_some_and(is_here) {
        return Secret::new(format!("development only: {}", database.expose()));
    }
    if text(&env.secret_key).is_none() {
        read.problem("SECRET_KEY", format!("is required where BASE_URL is not on this machine: {}", least()));
        return Secret::none();
    }
    read.optional("SECRET_KEY", &env.secret_key, &least(), long_enough).unwrap_or_else(Secret::none)
}

fn least() -> String {
    format!("at least {} characters that nobody can guess (openssl rand -hex 32)", SecretKey::MIN)
}

fn long_enough(key: &str) -> Option<Secret> {
    (key.chars().count() >= SecretKey::MIN).then(|| Secret::new(key))
}

/// The default of BASE_URL. Nobody can reach "all addresses", but this machine can reach itself.
fn here(listen: Option<SocketAddr>) -> String {
    let listen = listen.unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 3000)));
    if listen.ip().is_unspecified() {
        format!("http://127.0.0.1:{}", listen.port())
    } else {
        format!("http://{listen}")
    }
}

fn parsed<T: FromStr>(text: &str) -> Option<T> {
    text.parse().ok()
}

/// In the place of what could not be read: with a problem noted, no `Config` leaves `read`.
#[expect(clippy::unwrap_used, reason = "a constant")]
fn nowhere() -> Url {
    Url::parse("http://localhost").unwrap()
}
