//! Where Kafka is, and how the shop is let in.

use std::path::PathBuf;

use shop::infrastructure::kafka::{ClientCertificate, Kafka, Mechanism, Protocol, Sasl, Security};

use super::Environment;
use super::reader::{Reader, text};

pub(super) fn kafka(read: &mut Reader, env: &Environment) -> Option<Kafka> {
    let brokers = read.optional("KAFKA_BROKERS", &env.kafka_brokers, "host:port, several with commas", |brokers| {
        brokers
            .split(',')
            .all(|b| b.trim().rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok()))
            .then(|| brokers.to_owned())
    });
    let name = |text: &str| {
        let fits = text.len() <= 100 && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
        fits.then(|| text.to_owned())
    };
    let prefix = read.optional("KAFKA_TOPIC_PREFIX", &env.kafka_topic_prefix, "letters, digits, . _ -", name);
    let instance = read.optional("KAFKA_INSTANCE_ID", &env.kafka_instance_id, "letters, digits, . _ -", name);
    let partitions = read.number("KAFKA_PARTITIONS", &env.kafka_partitions, 6, 1..=1000);
    let replication = read.number("KAFKA_REPLICATION", &env.kafka_replication, 1, 1..=10);
    let security = security(read, env);
    Some(Kafka {
        prefix: prefix.unwrap_or_default(),
        instance,
        partitions: i32::try_from(partitions).unwrap_or(6),
        replication: i32::try_from(replication).unwrap_or(1),
        security,
        ..Kafka::new(brokers?)
    })
}

fn security(read: &mut Reader, env: &Environment) -> Security {
    let protocol = read
        .or(
            "KAFKA_SECURITY_PROTOCOL",
            &env.kafka_security_protocol,
            Protocol::Plaintext.name(),
            "PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL",
            Protocol::parse,
        )
        .unwrap_or_default();
    let ca_file = tls_file(read, protocol, "KAFKA_CA_FILE", &env.kafka_ca_file);
    let certificate_file = tls_file(read, protocol, "KAFKA_CERTIFICATE_FILE", &env.kafka_certificate_file);
    let key_file = tls_file(read, protocol, "KAFKA_KEY_FILE", &env.kafka_key_file);
    let certificate = match (certificate_file, key_file) {
        (Some(certificate_file), Some(key_file)) => Some(ClientCertificate { certificate_file, key_file }),
        (None, None) => None,
        (certificate_file, _) => {
            let unset = if certificate_file.is_some() { "KAFKA_KEY_FILE" } else { "KAFKA_CERTIFICATE_FILE" };
            read.problem(unset, "is required: a certificate and its key are told together".to_owned());
            None
        }
    };
    let mechanism = read.or(
        "KAFKA_SASL_MECHANISM",
        &env.kafka_sasl_mechanism,
        Mechanism::ScramSha512.name(),
        "PLAIN, SCRAM-SHA-256 or SCRAM-SHA-512",
        Mechanism::parse,
    );
    // Not trimmed: a password is what it is.
    let password = env.kafka_password.clone().filter(|password| !password.is_empty());
    let username = text(&env.kafka_username).map(str::to_owned);
    let sasl = match (protocol.has_user(), username, password) {
        (true, Some(username), Some(password)) => mechanism.map(|mechanism| Sasl { mechanism, username, password }),
        (false, None, None) => None,
        (true, username, password) => {
            let unset = [("KAFKA_USERNAME", username), ("KAFKA_PASSWORD", password)];
            for (name, _) in unset.iter().filter(|(_, value)| value.is_none()) {
                read.problem(name, format!("is required with KAFKA_SECURITY_PROTOCOL={}", protocol.name()));
            }
            None
        }
        // Who sets a password means to be let in by it: it would go unused, and the connection be open to all.
        (false, _, _) => {
            read.problem("KAFKA_SECURITY_PROTOCOL", "must be SASL_SSL or SASL_PLAINTEXT for a user".to_owned());
            None
        }
    };
    Security { protocol, ca_file, certificate, sasl }
}

/// A file that means something with TLS alone.
fn tls_file(read: &mut Reader, protocol: Protocol, name: &'static str, value: &Option<String>) -> Option<PathBuf> {
    let file = read.optional(name, value, "a file that can be read", |file| {
        std::fs::File::open(file).is_ok().then(|| PathBuf::from(file))
    });
    if file.is_some() && !protocol.has_tls() {
        read.problem(name, format!("says nothing with KAFKA_SECURITY_PROTOCOL={}", protocol.name()));
    }
    file
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    fn set(text: &str) -> Option<String> {
        Some(text.to_owned())
    }

    fn with_brokers() -> Environment {
        Environment {
            database_url: set("postgres://shop@127.0.0.1/shop"),
            kafka_brokers: set("kafka:9092"),
            ..Environment::default()
        }
    }

    #[test]
    fn a_managed_kafka_is_a_protocol_a_user_and_a_password() {
        let env = Environment {
            kafka_security_protocol: set("SASL_SSL"),
            kafka_username: set("shop"),
            kafka_password: set("hunter2 "),
            kafka_ca_file: set("Cargo.toml"),
            kafka_instance_id: set("worker-1"),
            ..with_brokers()
        };
        let kafka = Config::read(&env).unwrap().kafka.unwrap();
        assert!(!format!("{kafka:?}").contains("hunter2"));
        let user = kafka.security.sasl.unwrap();
        assert_eq!((user.mechanism, user.password.as_str()), (Mechanism::ScramSha512, "hunter2 "));
        assert_eq!(kafka.instance.as_deref(), Some("worker-1"));
        assert_eq!(Config::read(&with_brokers()).unwrap().kafka.unwrap().security, Security::default());
    }

    #[test]
    fn a_certificate_shows_who_the_shop_is_in_the_place_of_a_password() {
        let env = Environment {
            kafka_security_protocol: set("SSL"),
            kafka_certificate_file: set("Cargo.toml"),
            kafka_key_file: set("build.rs"),
            ..with_brokers()
        };
        let security = Config::read(&env).unwrap().kafka.unwrap().security;
        let own = security.certificate.unwrap();
        assert_eq!((own.certificate_file, own.key_file), ("Cargo.toml".into(), "build.rs".into()));
        assert!(security.sasl.is_none());
    }

    #[test]
    fn half_a_security_is_a_problem_with_a_name() {
        for (env, name) in [
            (Environment { kafka_security_protocol: set("TLS"), ..with_brokers() }, "KAFKA_SECURITY_PROTOCOL"),
            (Environment { kafka_security_protocol: set("SASL_SSL"), ..with_brokers() }, "KAFKA_PASSWORD"),
            (Environment { kafka_password: set("hunter2"), ..with_brokers() }, "KAFKA_SECURITY_PROTOCOL"),
            (Environment { kafka_ca_file: set("Cargo.toml"), ..with_brokers() }, "KAFKA_CA_FILE"),
            (Environment { kafka_ca_file: set("/nowhere"), ..with_brokers() }, "KAFKA_CA_FILE"),
            (Environment { kafka_certificate_file: set("Cargo.toml"), ..with_brokers() }, "KAFKA_CERTIFICATE_FILE"),
            (Environment { kafka_key_file: set("/nowhere"), ..with_brokers() }, "KAFKA_KEY_FILE"),
            (
                Environment {
                    kafka_security_protocol: set("SSL"),
                    kafka_certificate_file: set("Cargo.toml"),
                    ..with_brokers()
                },
                "KAFKA_KEY_FILE",
            ),
            (Environment { kafka_sasl_mechanism: set("GSSAPI"), ..with_brokers() }, "KAFKA_SASL_MECHANISM"),
            (Environment { kafka_instance_id: set("a b"), ..with_brokers() }, "KAFKA_INSTANCE_ID"),
        ] {
            let told = Config::read(&env).unwrap_err().to_string();
            assert!(told.contains(&format!("\n  {name}: ")), "{name} in {told}");
            assert!(!told.contains("hunter2"));
        }
    }
}
