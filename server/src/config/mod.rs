//! What the owner sets, by environment variable or option. Everything is read and checked once, at start, and every
//! problem is told at once, by name.

mod environment;
mod kafka;
mod payments;
mod reader;
mod secret;
mod smtp;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

use session::TrustedProxies;
use shop::domain::{Currency, ManualPayment};
use shop::infrastructure::kafka::Kafka;
use shop::infrastructure::mail::{Security, SmtpServer};
use shop::infrastructure::time_zone::JiffTimeZone;
use shop::usecase::SecretKey;
use tracing_subscriber::EnvFilter;
use url::Url;

pub use environment::Environment;
use kafka::kafka;
pub use payments::PaymentProvider;
use payments::{former, manual_payment, payments};
pub use reader::Problems;
use reader::{Reader, is_here, origin, text};
pub use secret::Secret;
use smtp::smtp_server;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    Text,
    Json,
}

#[derive(Debug, Clone)]
pub struct Config {
    pub database_url: Secret,
    /// Past a pooler, where there is one.
    pub database_direct_url: Secret,
    pub database_pool: u32,
    pub kafka: Option<Kafka>,
    pub smtp: Option<SmtpServer>,
    pub mail_dir: PathBuf,
    pub mail_from: Option<String>,
    pub media_dir: PathBuf,
    /// Where pictures of imported files are fetched from, in small letters.
    pub import_picture_hosts: Vec<String>,
    /// Scheme, host and port; nothing behind them.
    pub base_url: Url,
    pub site_addr: SocketAddr,
    pub max_connections: u32,
    pub trusted_proxies: TrustedProxies,
    pub shop_name: String,
    pub shop_currency: Currency,
    pub time_zone: JiffTimeZone,
    pub session_secure: bool,
    /// What the tokens of orders are made with.
    pub secret_key: Secret,
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
    /// Whether webhooks may go by http, and into private networks.
    pub webhooks_private: bool,
    pub log_format: LogFormat,
    pub log_filter: String,
    pub traces_asked_for: bool,
    pub assets_dir: Option<String>,
    pub site_root: String,
}

impl Config {
    /// # Errors
    /// Every problem there is.
    pub fn read(env: &Environment) -> Result<Self, Problems> {
        let mut read = Reader::default();
        let database_url = read.required("DATABASE_URL", &env.database_url, postgres_url).unwrap_or_else(Secret::none);
        let direct_url = read.optional(
            "DATABASE_DIRECT_URL",
            &env.database_direct_url,
            "the address of a PostgreSQL database (postgres://…)",
            postgres_url,
        );
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
            secret_key,
            database_direct_url: direct_url.unwrap_or_else(|| database_url.clone()),
            database_url,
            database_pool: read.number("DATABASE_POOL", &env.database_pool, 12, 2..=100),
            kafka: kafka(&mut read, env),
            smtp: smtp(&mut read, env),
            mail_dir: text(&env.mail_dir).unwrap_or("./mail").into(),
            mail_from: text(&env.mail_from).map(str::to_owned),
            media_dir: text(&env.media_dir).unwrap_or("./media").into(),
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
            max_connections: read.number("MAX_CONNECTIONS", &env.max_connections, 900, 1..=1_000_000),
            trusted_proxies: read
                .optional(
                    "TRUSTED_PROXIES",
                    &env.trusted_proxies,
                    "networks with commas, such as 10.0.0.0/8, or none",
                    parsed,
                )
                .unwrap_or_default(),
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
            webhooks_private: read
                .or("WEBHOOKS_PRIVATE", &env.webhooks_private, "false", "true or false", parsed)
                .unwrap_or(false),
            return_window: time::Duration::days(i64::from(read.number("RETURN_DAYS", &env.return_days, 30, 0..=3650))),
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
            traces_asked_for: text(&env.otel_exporter_otlp_endpoint).is_some(),
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
    let least = format!("at least {} characters that nobody can guess (openssl rand -hex 32)", SecretKey::MIN);
    let long_enough = |key: &str| (key.chars().count() >= SecretKey::MIN).then(|| Secret::new(key));
    if text(&env.secret_key).is_none() && base_url.is_some_and(is_here) {
        return Secret::new(format!("development only: {}", database.expose()));
    }
    if text(&env.secret_key).is_none() {
        read.problem("SECRET_KEY", format!("is required where BASE_URL is not on this machine: {least}"));
        return Secret::none();
    }
    read.optional("SECRET_KEY", &env.secret_key, &least, long_enough).unwrap_or_else(Secret::none)
}

fn smtp(read: &mut Reader, env: &Environment) -> Option<SmtpServer> {
    let server = read.optional("SMTP_URL", &env.smtp_url, "smtp://host:port or smtps://host:port", smtp_server)?;
    if server.sends_password_in_clear() {
        let how = "its password would go over the network in clear text: use smtps://, or ?tls=required for STARTTLS";
        read.problem("SMTP_URL", how.to_owned());
    }
    let ca_file = read.optional("SMTP_CA_FILE", &env.smtp_ca_file, "a file that can be read", |file| {
        std::fs::File::open(file).is_ok().then(|| PathBuf::from(file))
    });
    if ca_file.is_some() && server.security == Security::Plain {
        read.problem(
            "SMTP_CA_FILE",
            "says nothing without TLS: use smtps://, or ?tls=required for STARTTLS".to_owned(),
        );
    }
    Some(SmtpServer { ca_file, ..server })
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

#[cfg(test)]
mod tests {
    use super::*;

    fn set(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    fn enough() -> Environment {
        Environment { database_url: set("postgres://shop:hunter2@127.0.0.1/shop"), ..Environment::default() }
    }

    #[test]
    fn a_database_is_all_that_must_be_set() {
        let config = Config::read(&enough()).unwrap();
        assert_eq!(config.base(), "http://127.0.0.1:3000");
        assert!(!config.session_secure);
        assert!(config.kafka.is_none() && !config.webhooks_private);
        assert!(!format!("{config:?}").contains("hunter2"));
    }

    #[test]
    fn cookies_are_for_https_when_the_shop_is() {
        let config = Config::read(&Environment {
            base_url: set("https://shop.example/"),
            payment_sandbox_public: set("true"),
            secret_key: set("0123456789abcdef0123456789abcdef"),
            ..enough()
        })
        .unwrap();
        assert!(config.session_secure && !config.secret_key_is_made_up);
        assert_eq!(config.base(), "https://shop.example");
        assert_eq!(config.host(), "shop.example");
    }

    #[test]
    fn a_shop_that_others_reach_needs_a_secret_key() {
        let at = |url: &str, key: Option<&str>| {
            Config::read(&Environment {
                base_url: set(url),
                secret_key: key.and_then(set),
                payment_sandbox_public: set("true"),
                ..enough()
            })
        };
        for here in ["http://127.0.0.1:3000", "http://localhost:8080", "http://[::1]:3000"] {
            assert!(at(here, None).unwrap().secret_key_is_made_up, "{here}");
        }
        let long = "0123456789abcdef0123456789abcdef";
        for there in ["https://shop.example", "http://10.0.0.7:3000", "http://localhost.example"] {
            assert!(at(there, None).unwrap_err().to_string().contains("SECRET_KEY: is required"), "{there}");
            assert_eq!(at(there, Some(long)).unwrap().secret_key.expose(), long);
        }
        let short = at("http://127.0.0.1:3000", Some("hunter2-is-too-short")).unwrap_err().to_string();
        assert!(short.contains("SECRET_KEY: ") && !short.contains("hunter2"), "{short}");
    }

    #[test]
    fn an_empty_variable_is_not_set() {
        let env = Environment { kafka_brokers: set(""), site_addr: set(" "), smtp_url: set(""), ..enough() };
        assert!(Config::read(&env).is_ok());
    }

    #[test]
    fn no_password_goes_to_a_mail_server_in_clear_text() {
        let with = |url: &str| Config::read(&Environment { smtp_url: set(url), ..enough() });
        for url in
            ["smtp://ada:hunter2@mail.example:25", "smtp://ada:hunter2@10.0.0.7", "smtp://ada:hunter2@mailpit:1025"]
        {
            let told = with(url).unwrap_err().to_string();
            assert!(told.contains("SMTP_URL: its password would go over the network in clear text"), "{told}");
            assert!(!told.contains("hunter2"));
        }
        for url in [
            "smtps://ada:hunter2@mail.example",
            "smtp://ada:hunter2@mail.example?tls=required",
            "smtp://ada:hunter2@127.0.0.1:1025",
            "smtp://ada:hunter2@localhost:1025",
            "smtp://mailpit:1025",
        ] {
            assert!(with(url).is_ok(), "{url}");
        }
    }

    #[test]
    fn every_problem_is_told_by_name() {
        let env = Environment {
            database_url: set("mysql://shop:hunter2@db"),
            database_pool: set("0"),
            kafka_brokers: set("broker"),
            smtp_url: set("mail.example"),
            base_url: set("https://shop.example/shop"),
            site_addr: set("3000"),
            shop_currency: set("dollars"),
            shop_timezone: set("Europe/Atlantis"),
            session_secure: set("yes"),
            webhooks_private: set("maybe"),
            trusted_proxies: set("proxy"),
            payment_provider: set("paypal"),
            log_format: set("xml"),
            ..Environment::default()
        };
        let told = Config::read(&env).unwrap_err().to_string();
        for name in [
            "DATABASE_URL",
            "DATABASE_POOL",
            "KAFKA_BROKERS",
            "SMTP_URL",
            "BASE_URL",
            "SITE_ADDR",
            "SHOP_CURRENCY",
            "SHOP_TIMEZONE",
            "SESSION_SECURE",
            "WEBHOOKS_PRIVATE",
            "TRUSTED_PROXIES",
            "PAYMENT_PROVIDER",
            "LOG_FORMAT",
        ] {
            assert!(told.contains(&format!("\n  {name}: ")), "{name} in {told}");
        }
        assert!(!told.contains("hunter2"));
        let nothing = Config::read(&Environment::default()).unwrap_err().to_string();
        assert!(nothing.contains("DATABASE_URL: is required"), "{nothing}");
    }
}
