//! How a client and the brokers trust each other: TLS, and a user with a password, or a certificate of our own.

use std::fmt;
use std::path::PathBuf;

use rdkafka::ClientConfig;

/// `security.protocol`, as Kafka's documents spell it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Protocol {
    #[default]
    Plaintext,
    Ssl,
    SaslPlaintext,
    SaslSsl,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mechanism {
    Plain,
    ScramSha256,
    ScramSha512,
}

/// Who the shop is to the brokers.
#[derive(Clone, PartialEq, Eq)]
pub struct Sasl {
    pub mechanism: Mechanism,
    pub username: String,
    pub password: String,
}

impl fmt::Debug for Sasl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sasl")
            .field("mechanism", &self.mechanism)
            .field("username", &self.username)
            .finish_non_exhaustive()
    }
}

/// What shows the brokers who the shop is, in the place of a password: both are PEM, read when a client is made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientCertificate {
    pub certificate_file: PathBuf,
    pub key_file: PathBuf,
}

/// Without anything: plain text, to whoever is there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Security {
    pub protocol: Protocol,
    /// The authority that signed the brokers' certificates, as PEM; without it the machine's own list is asked.
    pub ca_file: Option<PathBuf>,
    pub certificate: Option<ClientCertificate>,
    pub sasl: Option<Sasl>,
}

impl Protocol {
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Plaintext, Self::Ssl, Self::SaslPlaintext, Self::SaslSsl].into_iter().find(|own| own.name() == text)
    }

    pub const fn name(self) -> &'static str {
        match self {
            Self::Plaintext => "PLAINTEXT",
            Self::Ssl => "SSL",
            Self::SaslPlaintext => "SASL_PLAINTEXT",
            Self::SaslSsl => "SASL_SSL",
        }
    }

    /// Whether a user and a password belong to it.
    pub const fn has_user(self) -> bool {
        matches!(self, Self::SaslPlaintext | Self::SaslSsl)
    }

    pub const fn has_tls(self) -> bool {
        matches!(self, Self::Ssl | Self::SaslSsl)
    }
}

impl Mechanism {
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Plain, Self::ScramSha256, Self::ScramSha512].into_iter().find(|own| own.name() == text)
    }

    pub const fn name(self) -> &'static str {
        match self {
            Self::Plain => "PLAIN",
            Self::ScramSha256 => "SCRAM-SHA-256",
            Self::ScramSha512 => "SCRAM-SHA-512",
        }
    }
}

impl Security {
    pub(super) fn apply(&self, config: &mut ClientConfig) {
        config.set("security.protocol", self.protocol.name());
        if let Some(file) = self.ca_file.as_ref().filter(|_| self.protocol.has_tls()) {
            config.set("ssl.ca.location", file.to_string_lossy());
        }
        if let Some(own) = self.certificate.as_ref().filter(|_| self.protocol.has_tls()) {
            config
                .set("ssl.certificate.location", own.certificate_file.to_string_lossy())
                .set("ssl.key.location", own.key_file.to_string_lossy());
        }
        if let Some(user) = self.sasl.as_ref().filter(|_| self.protocol.has_user()) {
            config
                .set("sasl.mechanism", user.mechanism.name())
                .set("sasl.username", &user.username)
                .set("sasl.password", &user.password);
        }
    }
}
