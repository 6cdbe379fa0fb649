//! Mail by SMTP, over a few connections that are kept open.
//!
//! What matters here is to know how far it got. Until the server has been given the whole mail, nothing was sent,
//! whatever went wrong; after that only its answer tells.

use std::fmt;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use lettre::address::Envelope;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, DEFAULT_MECHANISMS};
use lettre::transport::smtp::client::{AsyncSmtpConnection, Certificate, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use tokio::time::{Instant, timeout, timeout_at};

use crate::usecase::{BoxFuture, MailJob, Mailer, Sent};

use super::MailIdentity;

/// How long one mail may take.
const LIMIT: Duration = Duration::from_secs(15);
/// How much of it everything before the mail itself may take.
const PREPARING: Duration = Duration::from_secs(8);
const MOST_KEPT: usize = 4;
/// Servers hang up on those who are silent for some minutes.
const KEPT: Duration = Duration::from_secs(60);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    Plain,
    /// Begins plain and must turn to TLS.
    StartTls,
    Tls,
}

/// Where the mail server is, and who we are there.
#[derive(Clone, PartialEq, Eq)]
pub struct SmtpServer {
    pub host: String,
    pub port: u16,
    pub security: Security,
    /// User and password.
    pub credentials: Option<(String, String)>,
    /// An authority that signed the server's certificate, as PEM, beside those that everybody knows.
    pub ca_file: Option<PathBuf>,
}

impl SmtpServer {
    /// Whether the password would go over a network in clear text. A server on this machine (mailpit in development) may
    /// be spoken to without TLS; any other must offer it before it is told a password.
    pub fn sends_password_in_clear(&self) -> bool {
        let here = self.host == "localhost" || self.host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
        self.security == Security::Plain && self.credentials.is_some() && !here
    }
}

impl fmt::Debug for SmtpServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SmtpServer({}:{}, {:?})", self.host, self.port, self.security)
    }
}

/// What went wrong before the server had the mail.
enum Fault {
    There(Error),
    /// With our own set-up; the owner may mend it.
    Here(String),
}

impl From<Error> for Fault {
    fn from(cause: Error) -> Self {
        Self::There(cause)
    }
}

pub struct SmtpMailer {
    identity: MailIdentity,
    server: SmtpServer,
    kept: Mutex<Vec<(Instant, AsyncSmtpConnection)>>,
}

impl SmtpMailer {
    pub const fn new(server: SmtpServer, identity: MailIdentity) -> Self {
        Self { identity, server, kept: Mutex::new(Vec::new()) }
    }

    /// Whether the server answers and takes who we are. It is given no mail.
    ///
    /// # Errors
    /// With what it says, or that it says nothing in time.
    pub async fn try_server(&self) -> anyhow::Result<()> {
        match timeout(PREPARING, self.connection()).await {
            Ok(Ok(connection)) => {
                self.keep(connection);
                Ok(())
            }
            Ok(Err(Fault::There(cause))) => Err(cause.into()),
            Ok(Err(Fault::Here(why))) => Err(anyhow::anyhow!(why)),
            Err(_) => Err(anyhow::anyhow!("it did not answer in time")),
        }
    }

    async fn deliver(&self, job: &MailJob) -> Sent {
        let message = match self.identity.write(job) {
            Ok(message) => message,
            Err(cause) => return Sent::Never(format!("{cause:#}")),
        };
        let (envelope, text) = (message.envelope(), message.formatted());
        let end = Instant::now() + LIMIT;
        let mut connection = match timeout(PREPARING, self.prepared(envelope, &text)).await {
            Ok(Ok(connection)) => connection,
            Ok(Err(Fault::There(cause))) => return before_the_message(&cause),
            Ok(Err(Fault::Here(why))) => return Sent::NotNow(why),
            Err(_) => return Sent::NotNow("the mail server did not answer in time".to_owned()),
        };
        match timeout_at(end, connection.message(&text)).await {
            Ok(Ok(_)) => {
                self.keep(connection);
                Sent::Accepted
            }
            Ok(Err(cause)) => after_the_message(&cause),
            Err(_) => Sent::Uncertain("the mail server did not answer in time".to_owned()),
        }
    }

    /// A connection whose server waits for the text of this mail.
    async fn prepared(&self, envelope: &Envelope, text: &[u8]) -> Result<AsyncSmtpConnection, Fault> {
        let mut connection = self.connection().await?;
        let options = options_for(&connection, envelope, text);
        connection.command(Mail::new(envelope.from().cloned(), options)).await?;
        for to in envelope.to() {
            connection.command(Rcpt::new(to.clone(), Vec::new())).await?;
        }
        connection.command(Data).await?;
        Ok(connection)
    }

    async fn connection(&self) -> Result<AsyncSmtpConnection, Fault> {
        while let Some((since, mut connection)) = self.take() {
            if since.elapsed() < KEPT && connection.test_connected().await {
                return Ok(connection);
            }
        }
        let SmtpServer { host, port, security, credentials, .. } = &self.server;
        let name = ClientId::default();
        let authority = self.authority().await?;
        let tls = || {
            let mut tls = TlsParameters::builder(host.clone());
            for certificate in authority.iter().cloned() {
                tls = tls.add_root_certificate(certificate);
            }
            tls.build()
        };
        let at_once = if *security == Security::Tls { Some(tls()?) } else { None };
        let address = (host.as_str(), *port);
        let mut connection = AsyncSmtpConnection::connect_tokio1(address, Some(LIMIT), &name, at_once, None).await?;
        if *security == Security::StartTls {
            connection.starttls(tls()?, &name).await?;
        }
        if let Some((user, password)) = credentials {
            let credentials = Credentials::new(user.clone(), password.clone());
            connection.auth(DEFAULT_MECHANISMS, &credentials).await?;
        }
        Ok(connection)
    }

    /// Read anew for each connection: it may be replaced while the shop runs.
    async fn authority(&self) -> Result<Option<Certificate>, Fault> {
        let Some(file) = self.server.ca_file.as_ref() else { return Ok(None) };
        let pem = tokio::fs::read(file).await.map_err(|cause| Fault::Here(format!("{}: {cause}", file.display())))?;
        Ok(Some(Certificate::from_pem(&pem)?))
    }

    fn take(&self) -> Option<(Instant, AsyncSmtpConnection)> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    fn keep(&self, connection: AsyncSmtpConnection) {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.len() < MOST_KEPT {
            kept.push((Instant::now(), connection));
        }
    }
}

impl Mailer for SmtpMailer {
    fn send(&self, job: MailJob) -> BoxFuture<'_, Sent> {
        Box::pin(async move { self.deliver(&job).await })
    }
}

/// What must be asked for when not everything is ASCII. A server that cannot do it says so.
fn options_for(connection: &AsyncSmtpConnection, envelope: &Envelope, text: &[u8]) -> Vec<MailParameter> {
    let addresses = envelope.to().iter().chain(envelope.from());
    let mut options = Vec::new();
    if addresses.into_iter().any(|a| !a.to_string().is_ascii()) {
        options.push(MailParameter::SmtpUtfEight);
    }
    if !text.is_ascii() && connection.server_info().supports_feature(Extension::EightBitMime) {
        options.push(MailParameter::Body(MailBodyParameter::EightBitMime));
    }
    options
}

/// The server knows nothing of the mail yet, so only its own "never" is final.
fn before_the_message(cause: &Error) -> Sent {
    let why = cause.to_string();
    if cause.is_permanent() && !is_about_us(cause) { Sent::Never(why) } else { Sent::NotNow(why) }
}

/// Refused credentials and their like (RFC 4954: 530, 534, 535, 538) are for the owner to mend; the mail can wait.
fn is_about_us(cause: &Error) -> bool {
    cause.status().is_some_and(|code| matches!(u16::from(code), 530 | 534 | 535 | 538 | 554))
}

fn after_the_message(cause: &Error) -> Sent {
    let why = cause.to_string();
    if cause.is_permanent() {
        Sent::Never(why)
    } else if cause.is_transient() {
        Sent::NotNow(why)
    } else {
        Sent::Uncertain(why)
    }
}

#[cfg(test)]
mod tests {
    use std::net::SocketAddr;

    use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
    use tokio::net::TcpListener;

    use super::super::tests::{identity, job};
    use super::*;

    /// A mail server that says `answer` to the mail itself, or hangs up there.
    async fn server(answer: Option<&'static str>) -> SmtpServer {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = at(listener.local_addr().unwrap());
        tokio::spawn(async move {
            let (stream, _) = listener.accept().await.unwrap();
            let (read, mut write) = stream.into_split();
            let mut lines = BufReader::new(read).lines();
            write.write_all(b"220 ready\r\n").await.unwrap();
            let mut in_message = false;
            while let Ok(Some(line)) = lines.next_line().await {
                let said = match line.as_str() {
                    "." if in_message => match answer {
                        Some(answer) => {
                            in_message = false;
                            answer
                        }
                        None => return,
                    },
                    _ if in_message => continue,
                    "DATA" => {
                        in_message = true;
                        "354 go on"
                    }
                    "QUIT" => "221 bye",
                    _ => "250 ok",
                };
                write.write_all(format!("{said}\r\n").as_bytes()).await.unwrap();
            }
            let _ = lines.into_inner().read_u8().await;
        });
        address
    }

    fn at(address: SocketAddr) -> SmtpServer {
        let host = address.ip().to_string();
        SmtpServer { host, port: address.port(), security: Security::Plain, credentials: None, ca_file: None }
    }

    async fn sent_to(server: SmtpServer) -> Sent {
        SmtpMailer::new(server, identity()).send(job("ada@example.org")).await
    }

    #[tokio::test]
    async fn what_the_server_says_decides() {
        assert_eq!(sent_to(server(Some("250 taken")).await).await, Sent::Accepted);
        assert!(matches!(sent_to(server(Some("451 later")).await).await, Sent::NotNow(_)));
        assert!(matches!(sent_to(server(Some("550 never")).await).await, Sent::Never(_)));
        assert!(matches!(sent_to(server(None).await).await, Sent::Uncertain(_)));
    }

    #[tokio::test]
    async fn a_connection_is_used_again() {
        let mailer = SmtpMailer::new(server(Some("250 taken")).await, identity());
        for _ in 0..3 {
            // The server takes one connection only.
            assert_eq!(mailer.send(job("ada@example.org")).await, Sent::Accepted);
        }
    }

    #[tokio::test]
    async fn a_server_is_tried_without_mail() {
        let mailer = SmtpMailer::new(server(Some("550 never")).await, identity());
        mailer.try_server().await.unwrap();
        // The same connection is used for mail, and the server takes one only.
        assert!(matches!(mailer.send(job("ada@example.org")).await, Sent::Never(_)));
        let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        assert!(SmtpMailer::new(at(nobody), identity()).try_server().await.is_err());
    }

    #[tokio::test]
    async fn a_server_that_is_not_there_was_not_told_anything() {
        let nobody = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap();
        assert!(matches!(sent_to(at(nobody)).await, Sent::NotNow(_)));
    }
}
