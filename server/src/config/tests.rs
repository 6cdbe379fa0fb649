//! What is set wrongly is told by name, all at once, and no secret is repeated.

use clap::{Args as _, FromArgMatches as _};

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
    assert!(config.kafka.is_none() && config.database_replica.is_none() && !config.webhooks_private);
    assert!(config.stop_delay.is_zero(), "whoever has no proxy waits for none");
    assert_eq!(config.metrics_addr, None, "metrics are nobody's unless the owner says where");
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
fn the_key_before_is_as_long_as_a_key_is() {
    let with = |before: &str| Config::read(&Environment { secret_key_before: set(before), ..enough() });
    let long = "0123456789abcdef0123456789abcdef";
    assert_eq!(with(long).unwrap().secret_key_before.unwrap().expose(), long);
    assert!(with("").unwrap().secret_key_before.is_none());
    let short = with("hunter2").unwrap_err().to_string();
    assert!(short.contains("\n  SECRET_KEY_BEFORE: must be at least 32") && !short.contains("hunter2"), "{short}");
}

#[test]
fn an_empty_variable_is_not_set() {
    let env = Environment { kafka_brokers: set(""), site_addr: set(" "), smtp_url: set(""), ..enough() };
    assert!(Config::read(&env).is_ok());
}

#[test]
fn no_password_goes_to_a_mail_server_in_clear_text() {
    let with = |url: &str| Config::read(&Environment { smtp_url: set(url), ..enough() });
    for url in ["smtp://ada:hunter2@mail.example:25", "smtp://ada:hunter2@10.0.0.7", "smtp://ada:hunter2@mailpit:1025"]
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
        database_replica_url: set("http://shop:hunter2@replica"),
        database_replica_lag_seconds: set("0"),
        database_pool: set("0"),
        kafka_brokers: set("broker"),
        smtp_url: set("mail.example"),
        base_url: set("https://shop.example/shop"),
        site_addr: set("3000"),
        metrics_addr: set("everywhere"),
        page_cache_bytes: set("8M"),
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
        "DATABASE_REPLICA_URL",
        "DATABASE_REPLICA_LAG_SECONDS",
        "DATABASE_POOL",
        "KAFKA_BROKERS",
        "SMTP_URL",
        "BASE_URL",
        "SITE_ADDR",
        "METRICS_ADDR",
        "PAGE_CACHE_BYTES",
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

/// What a file of `deploy` sets, one variable to a line.
fn set_in(text: &str, between: char) -> Vec<(String, String)> {
    let is_name = |name: &str| name.len() > 3 && name.chars().all(|c| c.is_ascii_uppercase() || c == '_');
    let pairs = text.lines().filter_map(|line| line.trim().split_once(between));
    let pairs = pairs.filter(|(name, _)| is_name(name));
    pairs.map(|(name, value)| (name.to_owned(), value.trim().to_owned())).collect()
}

#[test]
fn what_runs_many_processes_sets_what_the_program_reads_and_takes() {
    let command = || Environment::augment_args(clap::Command::new("shop"));
    let read: Vec<String> = command()
        .get_arguments()
        .filter_map(|argument| argument.get_env().map(|name| name.to_string_lossy().into_owned()))
        .collect();
    let scaled = set_in(include_str!("../../../deploy/compose.scale.yml"), ':');
    let cluster = set_in(include_str!("../../../deploy/kubernetes/settings.env"), '=');
    for (name, _) in scaled.iter().chain(&cluster) {
        assert!(read.contains(name), "nobody reads {name}");
    }
    assert!(scaled.len() > 8 && cluster.len() > 10, "{scaled:?} {cluster:?}");
    // An owner decides the same whether one process runs or four.
    let alone = include_str!("../../../docker-compose.yml").split("\nservices:").next().unwrap();
    for (name, _) in set_in(alone, ':') {
        assert!(scaled.iter().any(|(set, _)| *set == name), "compose.scale.yml does not hand on {name}");
    }
    // With what stands in the secret beside them.
    let secrets = [
        ("DATABASE_URL", "postgres://shop:hunter2@postgres.shop-data/shop"),
        ("SECRET_KEY", "0123456789abcdef0123456789abcdef"),
        ("SMTP_URL", "smtps://shop:hunter2@mail.example"),
        ("AWS_ACCESS_KEY_ID", "AKIA0123456789"),
        ("AWS_SECRET_ACCESS_KEY", "hunter2hunter2"),
        ("STRIPE_SECRET_KEY", "sk_live_hunter2"),
        ("STRIPE_WEBHOOK_SECRET", "whsec_hunter2"),
    ];
    let secrets = secrets.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let options = cluster.into_iter().chain(secrets).flat_map(|(name, value)| {
        let option = format!("--{}", name.to_ascii_lowercase().replace('_', "-"));
        [option, value]
    });
    let matches = command().try_get_matches_from(std::iter::once("shop".to_owned()).chain(options)).unwrap();
    let config = Config::read(&Environment::from_arg_matches(&matches).unwrap()).unwrap();
    assert!(config.traces.is_some() && config.metrics_addr.is_some() && config.kafka.is_some());
}
