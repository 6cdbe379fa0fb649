//! How letters leave the house: by SMTP, or as files in a folder where there is no mail server.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, anyhow};
use lettre::message::header::{ContentType, HeaderName, HeaderValue};
use lettre::message::{Mailbox, Message};
use lettre::transport::smtp::PoolConfig;
use lettre::transport::smtp::authentication::Mechanism;
use lettre::{Address, AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use tokio::time::{Instant, timeout, timeout_at};

use crate::usecase::{BoxFuture, MailJob, Mailer, Sent};

/// How long one letter may take.
const LIMIT: Duration = Duration::from_secs(15);
/// How much of it finding a server may take.
const REACHING: Duration = Duration::from_secs(8);

/// What every letter has in common.
#[derive(Debug, Clone)]
pub struct Letterhead {
    from: Mailbox,
    /// The right side of Message-IDs: where the shop is reached.
    host: String,
}

impl Letterhead {
    /// `from` is an address with or without a name; without it, `<shop name> <no-reply@host>`.
    ///
    /// # Errors
    /// When `from` is not an address.
    pub fn new(shop_name: &str, host: &str, from: Option<&str>) -> anyhow::Result<Self> {
        let from = match from {
            Some(from) => from.parse().with_context(|| format!("{from:?} is not an address"))?,
            None => {
                let address = Address::new("no-reply", host).or_else(|_| Address::new("no-reply", "localhost"))?;
                Mailbox::new(Some(shop_name.to_owned()), address)
            }
        };
        Ok(Self { from, host: host.to_owned() })
    }

    /// The Message-ID is the mail's own id, so it is the same for each attempt.
    fn write(&self, job: &MailJob) -> anyhow::Result<Message> {
        let to: Address = job.to.as_str().parse().map_err(|e| anyhow!("no mail goes to this address: {e}"))?;
        let machine = HeaderName::new_from_ascii_str("Auto-Submitted");
        Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(job.letter.subject.clone())
            .message_id(Some(format!("<{}@{}>", job.id, self.host)))
            .raw_header(HeaderValue::new(machine, "auto-generated".to_owned()))
            .header(ContentType::TEXT_PLAIN)
            .body(job.letter.text.clone())
            .context("the letter cannot be written")
    }
}

/// Sends by SMTP, over a few connections that are kept open.
#[derive(Debug, Clone)]
pub struct SmtpMailer {
    letterhead: Letterhead,
    server: AsyncSmtpTransport<Tokio1Executor>,
}

impl SmtpMailer {
    /// `url` is `smtp://user:password@host:port`, `smtps://…`, or `smtp://…?tls=required` for STARTTLS.
    ///
    /// # Errors
    /// When `url` is none of these. The message does not repeat it: it may hold a password.
    pub fn new(url: &str, letterhead: Letterhead) -> anyhow::Result<Self> {
        let server = AsyncSmtpTransport::<Tokio1Executor>::from_url(url)
            .map_err(|_| anyhow!("not an SMTP address (smtp://host:port)"))?
            .authentication(vec![Mechanism::Plain, Mechanism::Login])
            .timeout(Some(LIMIT))
            .pool_config(PoolConfig::new().max_size(4))
            .build();
        Ok(Self { letterhead, server })
    }

    /// First a connection that answers, then the letter: what fails before the letter was begun can be tried again,
    /// what fails afterwards cannot, unless the server said so itself.
    async fn deliver(&self, job: &MailJob) -> Sent {
        let message = match self.letterhead.write(job) {
            Ok(message) => message,
            Err(cause) => return Sent::Never(format!("{cause:#}")),
        };
        let end = Instant::now() + LIMIT;
        match timeout(REACHING, self.server.test_connection()).await {
            Ok(Ok(true)) => {}
            Ok(Ok(false)) => return Sent::NotNow("the mail server does not answer".to_owned()),
            Ok(Err(cause)) => return Sent::NotNow(cause.to_string()),
            Err(_) => return Sent::NotNow("the mail server was not reached in time".to_owned()),
        }
        match timeout_at(end, self.server.send(message)).await {
            Ok(Ok(_)) => Sent::Accepted,
            Ok(Err(cause)) => judge(&cause),
            Err(_) => Sent::Uncertain("the mail server did not answer in time".to_owned()),
        }
    }
}

impl Mailer for SmtpMailer {
    fn send(&self, job: MailJob) -> BoxFuture<'_, Sent> {
        Box::pin(async move { self.deliver(&job).await })
    }
}

fn judge(cause: &lettre::transport::smtp::Error) -> Sent {
    let why = cause.to_string();
    // The crate has no question for this kind; its words are all there is.
    let unconnected = cause.is_tls() || cause.is_transport_shutdown() || why.starts_with("Connection error");
    if cause.is_permanent() || cause.is_client() {
        Sent::Never(why)
    } else if cause.is_transient() || unconnected {
        Sent::NotNow(why)
    } else {
        Sent::Uncertain(why)
    }
}

/// Writes each letter to `<folder>/<mail id>.eml`.
#[derive(Debug, Clone)]
pub struct FileMailer {
    letterhead: Letterhead,
    folder: PathBuf,
}

impl FileMailer {
    pub fn new(folder: impl Into<PathBuf>, letterhead: Letterhead) -> Self {
        Self { letterhead, folder: folder.into() }
    }

    /// Under another name first: whoever watches the folder never sees half a letter.
    async fn put_down(&self, name: &str, letter: &[u8]) -> std::io::Result<()> {
        tokio::fs::create_dir_all(&self.folder).await?;
        let draft = self.folder.join(format!("{name}.part"));
        tokio::fs::write(&draft, letter).await?;
        tokio::fs::rename(&draft, self.path(name)).await
    }

    fn path(&self, name: &str) -> PathBuf {
        Path::new(&self.folder).join(format!("{name}.eml"))
    }
}

impl Mailer for FileMailer {
    fn send(&self, job: MailJob) -> BoxFuture<'_, Sent> {
        Box::pin(async move {
            let message = match self.letterhead.write(&job) {
                Ok(message) => message,
                Err(cause) => return Sent::Never(format!("{cause:#}")),
            };
            match self.put_down(&job.id.to_string(), &message.formatted()).await {
                Ok(()) => Sent::Accepted,
                Err(cause) => Sent::NotNow(format!("{}: {cause}", self.folder.display())),
            }
        })
    }
}
