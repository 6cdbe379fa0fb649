//! The variables, each also an option, and the words `--help` has for them.

use clap::Args;

use super::limits::LimitSettings;

/// The variables as they stand in the environment. An empty one counts as not set.
#[derive(Debug, Default, Clone, Args)]
#[command(next_help_heading = "Environment")]
pub struct Environment {
    /// The PostgreSQL database, postgres://user:password@host/name (required); with TLS:
    /// ?sslmode=verify-full&sslrootcert=FILE, and &sslcert=FILE&sslkey=FILE for a certificate in the place of the password
    #[arg(long, env, global = true, hide_env_values = true, value_name = "URL")]
    pub database_url: Option<String>,
    /// The same database past a connection pooler, for the relay's lock and for migrations [default: DATABASE_URL]
    #[arg(long, env, global = true, hide_env_values = true, value_name = "URL")]
    pub database_direct_url: Option<String>,
    /// A streaming replica of it, which answers what pages of the catalogue show, but for whoever has just changed something; while it
    /// cannot be read, or is too far behind, DATABASE_URL is read [default: none]
    #[arg(long, env, global = true, hide_env_values = true, value_name = "URL")]
    pub database_replica_url: Option<String>,
    /// How far behind that replica may be and is still read, 1 to 60 [default: 2]
    #[arg(long, env, global = true, value_name = "SECONDS")]
    pub database_replica_lag_seconds: Option<String>,
    /// The most connections to PostgreSQL in the pool of this process, 2 to 100 [default: 12]
    #[arg(long, env, global = true, value_name = "COUNT")]
    pub database_pool: Option<String>,
    /// Kafka's brokers, host:port with commas; without them events are delivered in this process
    #[arg(long, env, global = true, value_name = "BROKERS")]
    pub kafka_brokers: Option<String>,
    /// How the brokers are spoken to: PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL [default: PLAINTEXT]
    #[arg(long, env, global = true, value_name = "PROTOCOL")]
    pub kafka_security_protocol: Option<String>,
    /// The authority that signed the brokers' certificates (PEM) [default: the machine's own list]
    #[arg(long, env, global = true, value_name = "FILE")]
    pub kafka_ca_file: Option<String>,
    /// The certificate that shows the brokers who the shop is (PEM), with SSL or SASL_SSL
    #[arg(long, env, global = true, value_name = "FILE")]
    pub kafka_certificate_file: Option<String>,
    /// That certificate's private key (PEM)
    #[arg(long, env, global = true, value_name = "FILE")]
    pub kafka_key_file: Option<String>,
    /// How the shop says who it is: PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512 [default: SCRAM-SHA-512]
    #[arg(long, env, global = true, value_name = "NAME")]
    pub kafka_sasl_mechanism: Option<String>,
    /// The user the shop is to the brokers
    #[arg(long, env, global = true, value_name = "NAME")]
    pub kafka_username: Option<String>,
    /// That user's password
    #[arg(long, env, global = true, hide_env_values = true, value_name = "PASSWORD")]
    pub kafka_password: Option<String>,
    /// This process's name in its consumer groups, the same after a restart and no other's [default: shop- and the lowest
    /// number that no running process of the shop has]
    #[arg(long, env, global = true, value_name = "NAME")]
    pub kafka_instance_id: Option<String>,
    /// Put before every topic and consumer group, for shops that share a broker
    #[arg(long, env, global = true, value_name = "PREFIX")]
    pub kafka_topic_prefix: Option<String>,
    /// The partitions that a new topic gets [default: 6]
    #[arg(long, env, global = true, value_name = "COUNT")]
    pub kafka_partitions: Option<String>,
    /// The copies that a new topic is kept in [default: 1]
    #[arg(long, env, global = true, value_name = "COUNT")]
    pub kafka_replication: Option<String>,
    /// The mail server, smtp://user:password@host:port (?tls=required for STARTTLS) or smtps://…; without it mail is
    /// written to files
    #[arg(long, env, global = true, hide_env_values = true, value_name = "URL")]
    pub smtp_url: Option<String>,
    /// The authority that signed the mail server's certificate, as PEM, where it is none that everybody knows
    #[arg(long, env, global = true, value_name = "FILE")]
    pub smtp_ca_file: Option<String>,
    /// Where mail is written to, as .eml files [default: ./mail]
    #[arg(long, env, global = true, value_name = "FOLDER")]
    pub mail_dir: Option<String>,
    /// Who mail is from [default: the shop's name <no-reply@host>, and replies go to the address that Business names]
    #[arg(long, env, global = true, value_name = "ADDRESS")]
    pub mail_from: Option<String>,
    /// Where the files of uploaded pictures are kept; every process of the shop needs the same one [default: ./media]
    #[arg(long, env, global = true, value_name = "FOLDER")]
    pub media_dir: Option<String>,
    /// The same in a bucket of a service that speaks S3, s3://bucket/prefix, in the place of a folder
    #[arg(long, env, global = true, value_name = "URL")]
    pub media_url: Option<String>,
    /// The key that opens that bucket
    #[arg(long, env, global = true, value_name = "ID")]
    pub aws_access_key_id: Option<String>,
    /// That key's secret
    #[arg(long, env, global = true, hide_env_values = true, value_name = "SECRET")]
    pub aws_secret_access_key: Option<String>,
    /// Where that bucket lies [default: us-east-1]
    #[arg(long, env, global = true, value_name = "NAME")]
    pub aws_region: Option<String>,
    /// Who keeps it, where that is not Amazon, https://host:port
    #[arg(long, env, global = true, value_name = "URL")]
    pub aws_endpoint: Option<String>,
    /// Whether that may be http://, in a network of one's own: true or false [default: false]
    #[arg(long, env, global = true, value_name = "BOOL")]
    pub aws_allow_http: Option<String>,
    /// Hosts that pictures of imported files are fetched from, with commas, or none [default: cdn.shopify.com]
    #[arg(long, env, global = true, value_name = "HOSTS")]
    pub import_picture_hosts: Option<String>,
    /// Where the shop is reached from outside [default: http://SITE_ADDR, or this machine where that is every address]
    #[arg(long, env, global = true, value_name = "URL")]
    pub base_url: Option<String>,
    /// Where the server listens [default: 127.0.0.1:3000]
    #[arg(long, env, global = true, value_name = "ADDR")]
    pub site_addr: Option<String>,
    /// Where metrics are told, as /metrics for Prometheus: an address of a network of one's own [default: nowhere]
    #[arg(long, env, global = true, value_name = "ADDR")]
    pub metrics_addr: Option<String>,
    /// The most connections of visitors at once [default: 900]
    #[arg(long, env, global = true, value_name = "COUNT")]
    pub max_connections: Option<String>,
    /// The most requests that are worked on at once, those that read and those that write each; others wait a second and
    /// are told to come back [default: 256]
    #[arg(long, env, global = true, value_name = "COUNT")]
    pub max_requests: Option<String>,
    /// The most memory, in bytes, of pages of the catalogue that are kept for a quarter of a second and shown to visitors without
    /// a cookie, 0 to 1073741824; 0: none is kept, nor what others see of the catalogue [default: 8388608]
    #[arg(long, env, global = true, value_name = "BYTES")]
    pub page_cache_bytes: Option<String>,
    /// How long a process that is told to stop still takes requests, not ready any more, so that the proxies before it have
    /// seen that and send it none, 0 to 60 [default: 0]
    #[arg(long, env, global = true, value_name = "SECONDS")]
    pub stop_delay_seconds: Option<String>,
    /// The proxies before the shop, addresses and networks with commas, whose X-Forwarded-For tells whom a request comes
    /// from, or none [default: none]
    #[arg(long, env, global = true, value_name = "NETWORKS")]
    pub trusted_proxies: Option<String>,
    /// What every limit is multiplied by, for load tests and for offices behind one address, 1 to 1000000 [default: 1]
    #[arg(long, env, global = true, value_name = "NUMBER")]
    pub rate_limit_factor: Option<String>,
    #[command(flatten)]
    pub limits: LimitSettings,
    /// The shop's name, unless one is saved in the back office [default: Kiln & Loom]
    #[arg(long, env, global = true, value_name = "NAME")]
    pub shop_name: Option<String>,
    /// The currency of every price, its ISO 4217 code; the one the catalogue is in [default: USD]
    #[arg(long, env, global = true, value_name = "CODE")]
    pub shop_currency: Option<String>,
    /// The time zone of every time that people are told, its IANA name, such as Europe/Berlin; unless one is saved in the back
    /// office [default: UTC]
    #[arg(long, env, global = true, value_name = "NAME")]
    pub shop_timezone: Option<String>,
    /// Whether cookies are for HTTPS only [default: whether BASE_URL is https]
    #[arg(long, env, global = true, value_name = "BOOL")]
    pub session_secure: Option<String>,
    /// Whether browsers that were here by HTTPS use it for every host below the shop's, too: true or false [default: false]
    #[arg(long, env, global = true, value_name = "BOOL")]
    pub hsts_subdomains: Option<String>,
    /// Whether the shop starts only where all that it says to other machines goes by TLS, with certificates that are checked: true
    /// or false [default: false]
    #[arg(long, env, global = true, value_name = "BOOL")]
    pub require_tls: Option<String>,
    /// Passwords that were leaked elsewhere and nobody is given here: SHA-1 and count of each, sorted, as the downloader of Have
    /// I Been Pwned writes them [default: none; the 30,000 most common ones are refused in any case]
    #[arg(long, env, global = true, value_name = "FILE")]
    pub leaked_passwords_file: Option<String>,
    /// What links of mail, known devices and outgoing webhooks are signed with, and what authenticator apps and recovery codes
    /// are made of, 32 characters at least; required where BASE_URL is not on this machine. This and every other secret may
    /// lie in a file, which SECRET_KEY_FILE, DATABASE_URL_FILE and so on name
    #[arg(long, env, global = true, hide_env_values = true, value_name = "KEY")]
    pub secret_key: Option<String>,
    /// The key before SECRET_KEY, which opens what it has made, and makes nothing any more [default: none]
    #[arg(long, env, global = true, hide_env_values = true, value_name = "KEY")]
    pub secret_key_before: Option<String>,
    /// How long an order waits for its payment, 1 to 604800 [default: 900]
    #[arg(long, env, global = true, value_name = "SECONDS")]
    pub payment_window_seconds: Option<String>,
    /// How long after its last parcel of an order may be sent back, 0 to 3650; unless the shop's settings say otherwise
    /// [default: 30]
    #[arg(long, env, global = true, value_name = "DAYS")]
    pub return_days: Option<String>,
    /// How long after their sign-in members of staff sign in again, 1 to 720 [default: 12]
    #[arg(long, env, global = true, value_name = "HOURS")]
    pub staff_session_hours: Option<String>,
    /// How long after it was placed an order names whoever has deleted their account since, 0 to 36500: as long as the law
    /// wants it kept [default: 3650]
    #[arg(long, env, global = true, value_name = "DAYS")]
    pub anonymise_after_days: Option<String>,
    /// So long after the last parcel of an order has left whoever bought something is asked by mail what they think of it, 0 to
    /// 365; 0: nobody is [default: 14]
    #[arg(long, env, global = true, value_name = "DAYS")]
    pub review_request_days: Option<String>,
    /// How long whoever begins to work in the shop may do so without a second factor, 0 to 365 [default: 14]
    #[arg(long, env, global = true, value_name = "DAYS")]
    pub staff_factor_grace_days: Option<String>,
    /// Whether webhooks may go by http, and to addresses of private networks: true or false [default: false]
    #[arg(long, env, global = true, value_name = "BOOL")]
    pub webhooks_private: Option<String>,
    /// How orders are paid by bank transfer or at pick-up, in words for shoppers, such as the account's number; unless the
    /// shop's settings say otherwise [default: not at all]
    #[arg(long, env, global = true, value_name = "WORDS")]
    pub manual_payment: Option<String>,
    /// How long an order waits for such a payment, 1 to 60 [default: 7]
    #[arg(long, env, global = true, value_name = "DAYS")]
    pub manual_payment_days: Option<String>,
    /// Who takes the money: sandbox or stripe [default: sandbox]
    #[arg(long, env, global = true, value_name = "NAME")]
    pub payment_provider: Option<String>,
    /// Whether the sandbox may take orders where BASE_URL is https: true or false [default: false]
    #[arg(long, env, global = true, value_name = "BOOL")]
    pub payment_sandbox_public: Option<String>,
    /// Stripe's secret key, sk_…, or a restricted one, rk_…
    #[arg(long, env, global = true, hide_env_values = true, value_name = "KEY")]
    pub stripe_secret_key: Option<String>,
    /// What Stripe signs its webhooks with, whsec_…; they go to BASE_URL/webhooks/stripe
    #[arg(long, env, global = true, hide_env_values = true, value_name = "SECRET")]
    pub stripe_webhook_secret: Option<String>,
    /// Where Stripe's API is, for tests [default: https://api.stripe.com]
    #[arg(long, env, global = true, value_name = "URL")]
    pub stripe_api_base: Option<String>,
    /// How log lines look: text or json [default: text]
    #[arg(long, env, global = true, value_name = "FORMAT")]
    pub log_format: Option<String>,
    /// What is logged, as tracing-subscriber spells it [default: info]
    #[arg(long, env, global = true, value_name = "FILTER")]
    pub rust_log: Option<String>,
    /// What collects traces, by OTLP over HTTP, http(s)://host:4318 [default: nobody]
    #[arg(long, env, global = true, value_name = "URL")]
    pub otel_exporter_otlp_endpoint: Option<String>,
    /// What it wants in headers, name=value with commas, such as authorization=Bearer%20…
    #[arg(long, env, global = true, hide_env_values = true, value_name = "HEADERS")]
    pub otel_exporter_otlp_headers: Option<String>,
    /// Which traces are recorded: always_on, always_off or traceidratio, each with parentbased_ before it where what other
    /// processes began goes on as it began [default: parentbased_always_on]
    #[arg(long, env, global = true, value_name = "NAME")]
    pub otel_traces_sampler: Option<String>,
    /// How many of all traces a traceidratio records, 0 to 1 [default: 1]
    #[arg(long, env, global = true, value_name = "SHARE")]
    pub otel_traces_sampler_arg: Option<String>,
    /// Where the code and styles of earlier releases lie, for tabs that are still open; each release leaves its own there
    /// [default: assets beside the program, where that folder exists]
    #[arg(long, env, global = true, value_name = "FOLDER")]
    pub assets_dir: Option<String>,
    /// Where the files for browsers lie, in a build that does not carry them [default: target/site]
    #[arg(long, env, global = true, value_name = "FOLDER")]
    pub leptos_site_root: Option<String>,
    /// Set by cargo-leptos; SITE_ADDR goes first
    #[arg(long, env, global = true, hide = true)]
    pub leptos_site_addr: Option<String>,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    /// What comes with the other containers, with the image, or with tests.
    const NOT_HANDED_ON: [&str; 6] = ["DATABASE_", "KAFKA_", "SMTP_", "LIMIT_", "LEPTOS_", "OTEL_"];
    const OF_THE_IMAGE: [&str; 5] = ["MAIL_DIR", "MEDIA_DIR", "ASSETS_DIR", "MAX_CONNECTIONS", "STRIPE_API_BASE"];

    #[test]
    fn docker_compose_sets_nothing_that_nobody_reads_and_hands_on_what_an_owner_decides() {
        let command = Environment::augment_args(clap::Command::new("shop"));
        let read: BTreeSet<String> = command
            .get_arguments()
            .filter_map(clap::Arg::get_env)
            .map(|name| name.to_string_lossy().into_owned())
            .collect();
        let compose = include_str!("../../../docker-compose.yml");
        let shop = compose.split("\nservices:").next().unwrap_or_default();
        let is_name = |name: &str| name.chars().all(|c| c.is_ascii_uppercase() || c == '_');
        let set: BTreeSet<&str> = shop
            .lines()
            .filter_map(|line| line.strip_prefix("    ")?.split_once(':'))
            .map(|(name, _)| name)
            .filter(|name| is_name(name))
            .collect();
        let unread: Vec<_> = set.iter().filter(|name| !read.contains(**name)).collect();
        assert!(set.len() > 20 && unread.is_empty(), "nobody reads {unread:?}");
        let is_own =
            |name: &str| NOT_HANDED_ON.iter().any(|begin| name.starts_with(begin)) || OF_THE_IMAGE.contains(&name);
        let lost: Vec<_> = read.iter().filter(|name| !set.contains(name.as_str()) && !is_own(name.as_str())).collect();
        assert!(lost.is_empty(), "docker compose does not hand on {lost:?}");
    }

    /// Limits stand in a document of their own; the others are for tests, and for builds that do not carry their files.
    #[test]
    fn the_readme_names_every_variable_that_an_owner_may_set() {
        const OTHERS: [&str; 2] = ["STRIPE_API_BASE", "LEPTOS_SITE_ROOT"];
        let readme = include_str!("../../../README.md");
        let named: BTreeSet<&str> = readme.split(|c: char| !c.is_ascii_uppercase() && c != '_').collect();
        let command = Environment::augment_args(clap::Command::new("shop"));
        let shown = command.get_arguments().filter(|variable| !variable.is_hide_set());
        let unnamed: Vec<_> = shown
            .filter_map(clap::Arg::get_env)
            .map(|name| name.to_string_lossy().into_owned())
            .filter(|name| !name.starts_with("LIMIT_") && !OTHERS.contains(&name.as_str()))
            .filter(|name| !named.contains(name.as_str()))
            .collect();
        assert!(unnamed.is_empty(), "README.md has no row for {unnamed:?}");
    }
}
