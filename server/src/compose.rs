//! The composition root: the only place that knows which adapter stands behind which port.

use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use shop::domain::{Reach, passkey_host};
use shop::infrastructure::LiveShop;
use shop::infrastructure::clock::{RandomIds, SystemClock};
use shop::infrastructure::leaked::LeakedPasswords;
use shop::infrastructure::mail::{FileMailer, MailIdentity, SmtpMailer};
use shop::infrastructure::media::MediaFolder;
use shop::infrastructure::media_bucket::MediaBucket;
use shop::infrastructure::outgoing::HttpWebhooks;
use shop::infrastructure::papers::PdfPapers;
use shop::infrastructure::passkeys::WebPasskeys;
use shop::infrastructure::password::{Argon2Passwords, Cost};
use shop::infrastructure::payments::{SandboxPayments, StripeAccount, StripePayments};
use shop::infrastructure::picture_source::WebPictures;
use shop::infrastructure::pictures::ImageCodecs;
use shop::infrastructure::postgres::PgStore;
use shop::usecase::{
    Error, Mailer, MediaStore, OpenElsewhere, Parts, PasskeyProtocol, Payments, PictureSource, SecretKey, Settings,
    Shop,
};

use crate::config::{Config, MediaPlace, PaymentProvider};

/// Connects to the database.
///
/// # Errors
/// When it does not answer.
pub async fn store(config: &Config) -> anyhow::Result<PgStore> {
    let (url, direct) = (config.database_url.expose(), config.database_direct_url.expose());
    let store = PgStore::connect_through(url, direct, config.database_pool, config.shop_currency)
        .await
        .context("the database (DATABASE_URL)")?;
    let Some(replica) = &config.database_replica else { return Ok(store) };
    store
        .with_replica(replica.url.expose(), config.database_pool, replica.most_lag)
        .context("the database's replica (DATABASE_REPLICA_URL)")
}

/// Connects to a database whose schema is one that this release can work on.
///
/// # Errors
/// When it does not answer, its pooler is not in session mode, or its schema is too old or too new.
pub async fn migrated_store(config: &Config) -> anyhow::Result<PgStore> {
    let store = store(config).await?;
    anyhow::ensure!(
        store.keeps_sessions().await.context("the database (DATABASE_URL)")?,
        "the pooler before the database (DATABASE_URL) lends out connections for a transaction at a time; it must be in session mode"
    );
    let fit = store.schema_fit().await.context("the database (DATABASE_URL)")?;
    anyhow::ensure!(fit.fits(), "{fit}");
    Ok(store)
}

/// Puts the shop together on a database.
///
/// # Errors
/// Never with the settings that stand here.
pub fn shop(config: &Config, store: PgStore) -> anyhow::Result<LiveShop> {
    Ok(Shop::new(Parts {
        payments: provider(config, &config.payment_provider, &store)?,
        former_payments: config
            .former_providers
            .iter()
            .map(|former| provider(config, former, &store))
            .collect::<anyhow::Result<_>>()?,
        papers: Arc::new(PdfPapers::default()),
        pictures: Arc::new(ImageCodecs),
        media: media(config)?,
        webhook_sender: Arc::new(HttpWebhooks::new(reach(config))),
        passkeys: passkeys(config)?,
        store,
        clock: Arc::new(SystemClock),
        time_zone: Arc::new(config.time_zone.clone()),
        ids: Arc::new(RandomIds),
        passwords: Arc::new(Argon2Passwords::new(Cost::STRONG)?.refusing(leaked(config)?)),
        settings: settings(config),
    }))
}

/// Refuses to go on where attempts have no end with a provider that is not connected any more: nobody would hear of their
/// money, and their items would stay set aside. Answers what there is of refunds, which the staff give back themselves.
///
/// # Errors
/// With what is open, or when the database does not answer.
pub async fn confirm_providers(shop: &LiveShop) -> anyhow::Result<Vec<OpenElsewhere>> {
    let open = shop.open_elsewhere().await.map_err(cause_alone)?;
    let (attempts, refunds): (Vec<_>, Vec<_>) = open.into_iter().partition(|open| open.attempts > 0);
    let told = attempts.iter().map(|OpenElsewhere { provider, attempts, refunds }| {
        format!("{attempts} attempts to pay and {refunds} refunds of {provider}")
    });
    let told = told.collect::<Vec<_>>().join(", ");
    anyhow::ensure!(
        attempts.is_empty(),
        "PAYMENT_PROVIDER: {told} have no end, and that provider is not connected: keep its secrets set (those of Stripe beside \
         another PAYMENT_PROVIDER) until they have; where it is gone for good, `payments end NAME` ends attempts, and the staff \
         give refunds back"
    );
    Ok(refunds)
}

fn secret_key(config: &Config) -> SecretKey {
    let key = SecretKey::new(config.secret_key.expose());
    match &config.secret_key_before {
        Some(before) => key.after(before.expose()),
        None => key,
    }
}

/// Where the owner has named a file of them.
fn leaked(config: &Config) -> anyhow::Result<Option<LeakedPasswords>> {
    let open = |path: &PathBuf| LeakedPasswords::open(path).context("LEAKED_PASSWORDS_FILE");
    config.leaked_passwords.as_ref().map(open).transpose()
}

/// None where the shop's address has no name: browsers know passkeys by it.
fn passkeys(config: &Config) -> anyhow::Result<Option<Arc<dyn PasskeyProtocol>>> {
    let Some(host) = passkey_host(config.base()) else { return Ok(None) };
    let passkeys = WebPasskeys::new(host, config.base(), &config.shop_name).context("BASE_URL")?;
    Ok(Some(Arc::new(passkeys)))
}

fn media(config: &Config) -> anyhow::Result<Arc<dyn MediaStore>> {
    Ok(match &config.media {
        MediaPlace::Folder(folder) => Arc::new(MediaFolder::new(folder)),
        MediaPlace::Bucket(bucket) => Arc::new(MediaBucket::new(bucket.clone()).context("MEDIA_URL")?),
    })
}

fn provider(config: &Config, which: &PaymentProvider, store: &PgStore) -> anyhow::Result<Arc<dyn Payments>> {
    match which {
        PaymentProvider::Sandbox => Ok(Arc::new(sandbox(config, store)?)),
        PaymentProvider::Stripe { secret_key, webhook_secret, api_base } => {
            Ok(Arc::new(StripePayments::new(StripeAccount {
                secret_key: secret_key.expose().to_owned(),
                webhook_secret: webhook_secret.expose().to_owned(),
                api_base: api_base.clone(),
            })?))
        }
    }
}

/// The sandbox, which has a page and webhooks of its own to look after; none where another provider takes the money.
///
/// # Errors
/// Never with the settings that stand here.
pub fn own_sandbox(config: &Config, store: &PgStore) -> anyhow::Result<Option<SandboxPayments>> {
    match &config.payment_provider {
        PaymentProvider::Sandbox => sandbox(config, store).map(Some),
        PaymentProvider::Stripe { .. } => Ok(None),
    }
}

fn sandbox(config: &Config, store: &PgStore) -> anyhow::Result<SandboxPayments> {
    Ok(SandboxPayments::new(store.clone(), &settings(config))?)
}

/// How far webhooks go.
const fn reach(config: &Config) -> Reach {
    if config.webhooks_private { Reach::Private } else { Reach::Public }
}

fn settings(config: &Config) -> Settings {
    Settings {
        name: config.shop_name.clone(),
        base_url: config.base().to_owned(),
        currency: config.shop_currency,
        payment_window: config.payment_window,
        return_window: config.return_window,
        manual_payment: config.manual_payment.clone(),
        staff_session: config.staff_session,
        anonymise_after: config.anonymise_after,
        review_request_after: config.review_request_after,
        factor_grace: config.factor_grace,
        secret_key: secret_key(config),
        limits: config.limits.clone(),
    }
}

/// Whoever reads this stands at a terminal: the cause alone says it best.
pub fn cause_alone(error: Error) -> anyhow::Error {
    match error {
        Error::Broken(cause) => cause,
        other => other.into(),
    }
}

/// Where pictures of imported files are fetched from.
pub fn picture_source(config: &Config) -> Arc<dyn PictureSource> {
    Arc::new(WebPictures::new(config.import_picture_hosts.clone()))
}

/// How mail is sent.
///
/// # Errors
/// For a `MAIL_FROM` that is no address.
pub fn mailer(config: &Config) -> anyhow::Result<Arc<dyn Mailer>> {
    Ok(match smtp(config)? {
        Some(mailer) => Arc::new(mailer),
        None => {
            tracing::info!(folder = %config.mail_dir.display(), "no SMTP_URL: mail is written to files");
            Arc::new(FileMailer::new(&config.mail_dir, mail_identity(config)?))
        }
    })
}

/// The same, if it is sent by a server.
///
/// # Errors
/// As `mailer`.
pub fn smtp(config: &Config) -> anyhow::Result<Option<SmtpMailer>> {
    let Some(server) = &config.smtp else { return Ok(None) };
    Ok(Some(SmtpMailer::new(server.clone(), mail_identity(config)?)))
}

fn mail_identity(config: &Config) -> anyhow::Result<MailIdentity> {
    MailIdentity::new(&config.shop_name, config.host(), config.mail_from.as_deref()).context("MAIL_FROM")
}
