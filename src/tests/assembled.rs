//! How a test's shop is put together, and other processes of the same one.

use std::path::PathBuf;
use std::sync::Arc;

use shop::domain::{Currency, Limits, Reach};
use shop::infrastructure::LiveShop;
use shop::infrastructure::clock::RandomIds;
use shop::infrastructure::media::MediaFolder;
use shop::infrastructure::outgoing::HttpWebhooks;
use shop::infrastructure::papers::PdfPapers;
use shop::infrastructure::password::{Argon2Passwords, Cost};
use shop::infrastructure::payments::SandboxPayments;
use shop::infrastructure::pictures::ImageCodecs;
use shop::infrastructure::postgres::PgStore;
use shop::infrastructure::time_zone::JiffTimeZone;
use shop::usecase::{Parts, PasskeyProtocol, Passwords, Payments, SecretKey, Settings, Shop};
use time::Duration;

use super::{TestClock, TestShop, settings};

impl TestShop {
    /// Another process of the same shop: its own pool, the same database.
    pub async fn another_process(&self) -> LiveShop {
        self.another_process_in(Currency::USD).await
    }

    /// The same, with another `SHOP_CURRENCY`.
    pub async fn another_process_in(&self, currency: Currency) -> LiveShop {
        shop_on(&self.url, Arc::clone(&self.clock), None, currency).await
    }

    /// The same, with another `SHOP_TIMEZONE`.
    pub async fn another_process_at(&self, zone: &str) -> LiveShop {
        let zone = JiffTimeZone::named(zone).expect("a time zone");
        shop_with(&self.url, Arc::clone(&self.clock), None, Currency::USD, zone).await
    }

    /// The same, with another payment provider.
    pub async fn another_process_paying(&self, payments: Arc<dyn Payments>) -> LiveShop {
        self.another_process_paying_in(Currency::USD, payments).await
    }

    /// The same, with another `SHOP_CURRENCY`.
    pub async fn another_process_paying_in(&self, currency: Currency, payments: Arc<dyn Payments>) -> LiveShop {
        shop_on(&self.url, Arc::clone(&self.clock), Some(payments), currency).await
    }

    /// The same, with another `SECRET_KEY`.
    pub async fn another_process_with_key(&self, key: SecretKey) -> LiveShop {
        let store = PgStore::connect(&self.url, 4, Currency::USD).await.expect("the test database answers");
        let mut parts = parts(store, Arc::clone(&self.clock), None, Currency::USD, JiffTimeZone::utc());
        parts.settings.secret_key = key;
        Shop::new(parts)
    }

    /// The same, that asks nobody for reviews.
    pub async fn another_process_asking_nobody(&self) -> LiveShop {
        let store = PgStore::connect(&self.url, 4, Currency::USD).await.expect("the test database answers");
        let mut parts = parts(store, Arc::clone(&self.clock), None, Currency::USD, JiffTimeZone::utc());
        parts.settings.review_request_after = Duration::ZERO;
        Shop::new(parts)
    }

    /// The same, and with providers before it.
    pub async fn another_process_paying_since(
        &self,
        payments: Arc<dyn Payments>,
        former: Vec<Arc<dyn Payments>>,
    ) -> LiveShop {
        let store = PgStore::connect(&self.url, 4, Currency::USD).await.expect("the test database answers");
        let mut parts = parts(store, Arc::clone(&self.clock), Some(payments), Currency::USD, JiffTimeZone::utc());
        parts.former_payments = former;
        Shop::new(parts)
    }

    /// The same, whose webhooks go to everybody's addresses alone.
    pub async fn another_process_reaching(&self, reach: Reach) -> LiveShop {
        let store = PgStore::connect(&self.url, 4, Currency::USD).await.expect("the test database answers");
        let mut parts = parts(store, Arc::clone(&self.clock), None, Currency::USD, JiffTimeZone::utc());
        parts.webhook_sender = Arc::new(HttpWebhooks::new(reach));
        Shop::new(parts)
    }

    /// The same, where browsers can have passkeys.
    pub async fn another_process_knowing(&self, passkeys: Arc<dyn PasskeyProtocol>) -> LiveShop {
        let store = PgStore::connect(&self.url, 4, Currency::USD).await.expect("the test database answers");
        let mut parts = parts(store, Arc::clone(&self.clock), None, Currency::USD, JiffTimeZone::utc());
        parts.passkeys = Some(passkeys);
        Shop::new(parts)
    }

    /// The same, with four connections and other passwords.
    pub async fn another_process_hashing(&self, passwords: Arc<dyn Passwords>) -> LiveShop {
        let store = PgStore::connect(&self.url, 4, Currency::USD).await.expect("the test database answers");
        let mut parts = parts(store, Arc::clone(&self.clock), None, Currency::USD, JiffTimeZone::utc());
        parts.passwords = passwords;
        Shop::new(parts)
    }

    /// The same, with other limits.
    pub async fn another_process_limited(&self, limits: Limits) -> LiveShop {
        let store = PgStore::connect(&self.url, 4, Currency::USD).await.expect("the test database answers");
        let mut parts = parts(store, Arc::clone(&self.clock), None, Currency::USD, JiffTimeZone::utc());
        parts.settings.limits = limits;
        Shop::new(parts)
    }

    /// The same, with another `RETURN_DAYS`.
    pub async fn another_process_taking_back(&self, window: Duration) -> LiveShop {
        let store = PgStore::connect(&self.url, 4, Currency::USD).await.expect("the test database answers");
        let mut parts = parts(store, Arc::clone(&self.clock), None, Currency::USD, JiffTimeZone::utc());
        parts.settings.return_window = window;
        Shop::new(parts)
    }

    /// The same, with one connection that goes another way.
    pub async fn another_process_on(&self, url: &str, payments: Arc<dyn Payments>) -> LiveShop {
        let store = PgStore::connect(url, 1, Currency::USD).await.expect("the test database answers");
        assemble(store, Arc::clone(&self.clock), Some(payments), Currency::USD, JiffTimeZone::utc())
    }

    /// The same, by another clock; its provider's memory goes that way, too.
    pub async fn another_process_by(&self, url: &str, clock: Arc<TestClock>) -> LiveShop {
        let connected = async || PgStore::connect(url, 1, Currency::USD).await.expect("the test database answers");
        let sandbox = SandboxPayments::new(connected().await, &settings()).unwrap();
        assemble(connected().await, clock, Some(Arc::new(sandbox)), Currency::USD, JiffTimeZone::utc())
    }

    /// The same, which may read what is only shown of a replica.
    pub async fn another_process_reading(&self, replica: &str, most_lag: std::time::Duration) -> LiveShop {
        let store = PgStore::connect(&self.url, 4, Currency::USD).await.expect("the test database answers");
        let store = store.with_replica(replica, 4, most_lag).expect("an address");
        assemble(store, Arc::clone(&self.clock), None, Currency::USD, JiffTimeZone::utc())
    }

    /// One whose connections the database server knows by a name.
    pub async fn another_process_named(&self, name: &str) -> LiveShop {
        let url = format!("{}?application_name={name}", self.url);
        shop_on(&url, Arc::clone(&self.clock), None, Currency::USD).await
    }
}

pub(super) async fn shop_on(
    url: &str,
    clock: Arc<TestClock>,
    payments: Option<Arc<dyn Payments>>,
    currency: Currency,
) -> LiveShop {
    shop_with(url, clock, payments, currency, JiffTimeZone::utc()).await
}

async fn shop_with(
    url: &str,
    clock: Arc<TestClock>,
    payments: Option<Arc<dyn Payments>>,
    currency: Currency,
    zone: JiffTimeZone,
) -> LiveShop {
    let store = PgStore::connect(url, 16, currency).await.expect("the test database answers");
    assemble(store, clock, payments, currency, zone)
}

fn assemble(
    store: PgStore,
    clock: Arc<TestClock>,
    payments: Option<Arc<dyn Payments>>,
    currency: Currency,
    zone: JiffTimeZone,
) -> LiveShop {
    Shop::new(parts(store, clock, payments, currency, zone))
}

/// Every process of a test's shop keeps its pictures here.
pub(super) fn media_folder(store: &PgStore) -> PathBuf {
    let options = store.pool().connect_options();
    std::env::temp_dir().join("shop-media").join(options.get_database().expect("a database"))
}

fn parts(
    store: PgStore,
    clock: Arc<TestClock>,
    payments: Option<Arc<dyn Payments>>,
    currency: Currency,
    zone: JiffTimeZone,
) -> Parts<PgStore> {
    Parts {
        clock,
        time_zone: Arc::new(zone),
        ids: Arc::new(RandomIds),
        passwords: Arc::new(Argon2Passwords::new(Cost::CHEAP).unwrap()),
        payments: payments.unwrap_or_else(|| Arc::new(SandboxPayments::new(store.clone(), &settings()).unwrap())),
        former_payments: Vec::new(),
        papers: Arc::new(PdfPapers::default()),
        pictures: Arc::new(ImageCodecs),
        media: Arc::new(MediaFolder::new(media_folder(&store))),
        webhook_sender: Arc::new(HttpWebhooks::new(Reach::Private)),
        passkeys: None,
        store,
        settings: Settings { currency, ..settings() },
    }
}
