//! TLS to every other machine, where the owner asks for it: what would go over the network in the clear, or to whoever answers, is
//! told at start.

use std::net::IpAddr;

use shop::infrastructure::kafka::Protocol;
use shop::infrastructure::postgres::unchecked_host;
use url::Url;

use super::environment::Environment;
use super::reader::{Reader, text};

pub(super) fn require_tls(read: &mut Reader, env: &Environment) {
    let wanted = read.or("REQUIRE_TLS", &env.require_tls, "false", "true or false", |said| said.parse::<bool>().ok());
    if wanted != Some(true) {
        return;
    }
    for (name, value) in [
        ("DATABASE_URL", &env.database_url),
        ("DATABASE_DIRECT_URL", &env.database_direct_url),
        ("DATABASE_REPLICA_URL", &env.database_replica_url),
    ] {
        if text(value).and_then(unchecked_host).is_some_and(|host| !is_here(&host)) {
            read.problem(name, "REQUIRE_TLS wants ?sslmode=verify-full".to_owned());
        }
    }
    let is_private = |url: &Url| url.scheme() == "smtps" || url.query() == Some("tls=required");
    if elsewhere(&env.smtp_url).is_some_and(|url| !is_private(&url)) {
        read.problem("SMTP_URL", "REQUIRE_TLS wants smtps://, or ?tls=required for STARTTLS".to_owned());
    }
    for (name, value) in [
        ("AWS_ENDPOINT", &env.aws_endpoint),
        ("STRIPE_API_BASE", &env.stripe_api_base),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", &env.otel_exporter_otlp_endpoint),
    ] {
        if elsewhere(value).is_some_and(|url| url.scheme() != "https") {
            read.problem(name, "REQUIRE_TLS wants https://".to_owned());
        }
    }
    let host = |broker: &str| broker.trim().rsplit_once(':').map(|(host, _)| host.to_owned());
    let are_here = |brokers: &str| brokers.split(',').filter_map(host).all(|host| is_here(&host));
    let has_tls =
        text(&env.kafka_security_protocol).and_then(Protocol::parse).is_some_and(|protocol| protocol.has_tls());
    if text(&env.kafka_brokers).is_some_and(|brokers| !are_here(brokers)) && !has_tls {
        read.problem("KAFKA_SECURITY_PROTOCOL", "REQUIRE_TLS wants SSL or SASL_SSL".to_owned());
    }
    if text(&env.webhooks_private) == Some("true") {
        read.problem("WEBHOOKS_PRIVATE", "REQUIRE_TLS wants false: else they may go by http".to_owned());
    }
}

/// An address on another machine. What is none is told by whoever reads it.
fn elsewhere(value: &Option<String>) -> Option<Url> {
    let url = Url::parse(text(value)?).ok()?;
    let is_elsewhere = url.host_str().is_some_and(|host| !host.is_empty() && !is_here(host));
    is_elsewhere.then_some(url)
}

fn is_here(host: &str) -> bool {
    let address = host.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    host == "localhost" || address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problems(env: Environment) -> String {
        let mut read = Reader::default();
        require_tls(&mut read, &env);
        read.finish(()).map_or_else(|problems| problems.to_string(), |()| String::new())
    }

    fn open() -> Environment {
        let set = |text: &str| Some(text.to_owned());
        Environment {
            database_url: set("postgres://shop:hunter2@db.example/shop?sslmode=require"),
            database_replica_url: set("postgres://shop:hunter2@replica.example/shop"),
            smtp_url: set("smtp://mail.example:25"),
            aws_endpoint: set("http://s3.example"),
            otel_exporter_otlp_endpoint: set("http://otel.example:4318"),
            kafka_brokers: set("127.0.0.1:9092,kafka.example:9092"),
            webhooks_private: set("true"),
            ..Environment::default()
        }
    }

    #[test]
    fn what_would_go_in_the_clear_is_told_where_that_is_asked_for() {
        assert_eq!(problems(open()), "");
        let told = problems(Environment { require_tls: Some("true".to_owned()), ..open() });
        for name in [
            "DATABASE_URL",
            "DATABASE_REPLICA_URL",
            "SMTP_URL",
            "AWS_ENDPOINT",
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            "KAFKA_SECURITY_PROTOCOL",
            "WEBHOOKS_PRIVATE",
        ] {
            assert!(told.contains(&format!("\n  {name}: REQUIRE_TLS wants ")), "{name} in {told}");
        }
        assert!(!told.contains("hunter2") && !told.contains("DATABASE_DIRECT_URL"), "{told}");
    }

    #[test]
    fn what_is_private_or_stays_on_this_machine_is_in_order() {
        let set = |text: &str| Some(text.to_owned());
        let private = Environment {
            require_tls: set("true"),
            database_url: set("postgres://shop@db.example/shop?sslmode=verify-full&sslrootcert=/ca.pem"),
            smtp_url: set("smtp://mail.example?tls=required"),
            aws_endpoint: set("https://s3.example"),
            otel_exporter_otlp_endpoint: set("http://127.0.0.1:4318"),
            kafka_brokers: set("kafka.example:9092"),
            kafka_security_protocol: set("SASL_SSL"),
            ..Environment::default()
        };
        assert_eq!(problems(private), "");
        for (database, mail, brokers) in [
            ("postgres://shop@127.0.0.1:5432/shop", "smtp://localhost:1025", "localhost:9092"),
            ("postgres://shop@[::1]/shop", "smtps://mail.example", "127.0.0.1:9092,127.0.0.1:9093"),
        ] {
            let here = Environment {
                require_tls: set("true"),
                database_url: set(database),
                smtp_url: set(mail),
                kafka_brokers: set(brokers),
                ..Environment::default()
            };
            assert_eq!(problems(here), "", "{database}");
        }
    }

    #[test]
    fn the_database_is_where_its_driver_goes_and_not_where_its_address_seems_to_lead() {
        for (database, is_open) in [
            ("postgres://shop@localhost/shop?host=db.example", true),
            ("postgres://shop@127.0.0.1/shop?hostaddr=10.0.0.7", true),
            ("postgres://shop@db.example/shop?sslmode=verify-full&sslmode=prefer", true),
            ("postgres://shop@db.example/shop?sslmode=verify-full&ssl-mode=disable", true),
            ("postgres://shop@db.example/shop?ssl-mode=verify-full", false),
            ("postgres://shop@db.example/shop?host=/run/postgresql", false),
            ("postgres://shop@%2Frun%2Fpostgresql/shop", false),
        ] {
            let (require_tls, database_url) = (Some("true".to_owned()), Some(database.to_owned()));
            let told = problems(Environment { require_tls, database_url, ..Environment::default() });
            assert_eq!(told.contains("\n  DATABASE_URL: REQUIRE_TLS wants "), is_open, "{database}: {told}");
        }
    }
}
