//! The worker as a process: what a SIGKILL costs with a real Kafka, and what it does when others are slow.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on says so by failing")]

#[path = "../../../src/tests/harness.rs"]
#[expect(dead_code, reason = "these tests need a part of what the core's tests need")]
mod harness;

#[path = "../common/program.rs"]
#[expect(dead_code, reason = "these tests need a part of it")]
mod program;

#[path = "../../../src/tests/receiver.rs"]
#[expect(dead_code, reason = "these tests need a part of what the core's tests need")]
mod receiver;

mod by_itself;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use harness::rules::STAFF;
use harness::{Everything as _, TestShop};
use program::Process;
use receiver::{Receiver, Says};
use shop::domain::{Fields, OrderStatus};
use shop::infrastructure::clock::RandomIds;
use shop::usecase::{Ids, SandboxOutcome};
use tokio::io::AsyncWriteExt as _;
use tokio::net::TcpListener;

/// Where workers of one shop run: its database, its own topics, a log for each.
struct Place {
    environment: Vec<(&'static str, String)>,
    folder: PathBuf,
}

impl Place {
    fn of(shop: &TestShop) -> Self {
        let brokers = std::env::var("TEST_KAFKA_BROKERS").expect("TEST_KAFKA_BROKERS: run the tests with `make test`");
        let prefix = format!("t{}.", RandomIds.next().simple());
        let folder = std::env::temp_dir().join(&prefix);
        std::fs::create_dir_all(&folder).unwrap();
        let environment = vec![
            ("DATABASE_URL", shop.url.clone()),
            ("KAFKA_BROKERS", brokers),
            ("KAFKA_TOPIC_PREFIX", prefix),
            ("MAIL_DIR", folder.join("mail").display().to_string()),
            ("SECRET_KEY", "0123456789abcdef0123456789abcdef".to_owned()),
            ("RUST_LOG", "warn".to_owned()),
        ];
        Self { environment, folder }
    }

    fn worker(&self, log: &str) -> Process {
        Process::start("worker", &self.environment, &self.folder.join(log))
    }

    fn log(&self, log: &str) -> String {
        std::fs::read_to_string(self.folder.join(log)).unwrap()
    }
}

/// How long until a new order's event has gone through the outbox, Kafka and the inventory.
async fn until_consumed(shop: &TestShop, limit: Duration) -> Option<Duration> {
    let began = Instant::now();
    let id = RandomIds.next();
    let append = "insert into outbox (event_id, topic, key, kind, payload, occurred_at)
        values ($1, 'order.paid', $1::text, 'shop.order.paid.v1', '{}', now())";
    let pool = shop.shop.store().pool();
    sqlx::query(append).bind(id).execute(pool).await.unwrap();
    let seen = "select exists (select 1 from consumer_inbox where event_id = $1 and consumer = 'inventory')";
    while began.elapsed() < limit {
        if sqlx::query_scalar(seen).bind(id).fetch_one(pool).await.unwrap() {
            return Some(began.elapsed());
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    None
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_worker_is_at_work_again_within_two_seconds() {
    let shop = TestShop::open().await;
    let place = Place::of(&shop);
    let mut worker = place.worker("log");
    until_consumed(&shop, Duration::from_secs(30)).await.expect("it works at all");
    let mut times = Vec::new();
    for _ in 0..3 {
        worker.kill();
        worker = place.worker("log");
        times.push(until_consumed(&shop, Duration::from_secs(15)).await.expect("it works again"));
    }
    println!("from start to the first effect after SIGKILL: {times:?}");
    times.sort();
    assert!(times[1] <= Duration::from_secs(2), "{times:?}");
    worker.kill();
    // Told to nobody real: payloads that nobody can read.
    shop.execute("delete from outbox").await;
    shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_workers_on_one_machine_have_names_of_their_own_and_shut_nobody_out() {
    let shop = TestShop::open().await;
    let place = Place::of(&shop);
    let (mut first, mut second) = (place.worker("first"), place.worker("second"));
    // `slot` in ASCII, as `ProcessSlot` takes it.
    let names =
        "select count(distinct objid) from pg_locks where locktype = 'advisory' and granted and classid = 1936486260
        and database = (select oid from pg_database where datname = current_database())";
    let begun = Instant::now();
    while shop.count(names).await < 2 {
        assert!(begun.elapsed() < Duration::from_secs(30), "two processes, and not two names");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    for _ in 0..30 {
        until_consumed(&shop, Duration::from_secs(30)).await.expect("between them they take everything");
    }
    // One of them dies; the other one goes on, and who comes back takes the name that is free.
    second.kill();
    second = place.worker("second");
    for _ in 0..10 {
        until_consumed(&shop, Duration::from_secs(30)).await.expect("between them they take everything");
    }
    first.kill();
    second.kill();
    for log in ["first", "second"] {
        let said = place.log(log);
        assert!(!said.contains("fenced") && !said.contains("beyond repair"), "{log}: {said}");
    }
    shop.execute("delete from outbox").await;
    shop.done().await;
}

/// A payment provider that takes every request and answers none.
async fn silent() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((connection, _)) = listener.accept().await {
            held.push(connection);
        }
    });
    port
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_is_heard_of_while_its_provider_does_not_say_what_went_back_and_a_stop_is_heard_too() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let ada = shop.customer("Ada").await;
    let paid = shop.place_reserved(ada, &[("MUG", "1")]).await;
    shop.shop.pay_order(ada, paid, SandboxOutcome::Approve).await.unwrap();
    shop.execute("update payments set provider = 'stripe', reference = 'pi_1'").await;
    let begun = shop.place_reserved(ada, &[("MUG", "1")]).await;
    let payment = shop.shop.begin_payment(ada, begun).await.unwrap().payment;
    shop.execute("update payments set provider = 'stripe' where state = 'started'").await;
    let came_in = format!(
        r#"{{"id":"evt_9","type":"checkout.session.completed","data":{{"object":{{"id":"cs_1","client_reference_id":"{payment}",
            "status":"complete","payment_status":"paid","amount_total":2400,"currency":"usd","payment_intent":"pi_2"}}}}}}"#
    );
    let went_back = r#"{"id":"evt_1","type":"charge.refunded","data":{"object":{"payment_intent":"pi_1"}}}"#;
    for (event, body, is_money_back) in (1..=8).map(|n| (n, went_back, true)).chain([(9, came_in.as_str(), false)]) {
        sqlx::query(
            "insert into payment_webhooks (provider, event_id, body, received_at, next_at, money_back)
             values ('stripe', $1, $2, now(), now(), $3)",
        )
        .bind(format!("evt_{event}"))
        .bind(body)
        .bind(is_money_back)
        .execute(shop.shop.store().pool())
        .await
        .unwrap();
    }
    let Place { mut environment, folder } = Place::of(&shop);
    environment.retain(|(name, _)| !name.starts_with("KAFKA_"));
    environment.extend([
        ("PAYMENT_PROVIDER", "stripe".to_owned()),
        ("STRIPE_SECRET_KEY", "sk_test_1".to_owned()),
        ("STRIPE_WEBHOOK_SECRET", "whsec_1".to_owned()),
        ("STRIPE_API_BASE", format!("http://127.0.0.1:{}", silent().await)),
    ]);
    let worker = Process::start("worker", &environment, &folder.join("log"));
    let began = Instant::now();
    while shop.order(ada, begun).await.status != OrderStatus::Paid {
        assert!(began.elapsed() < Duration::from_secs(9), "it waits for a provider that is silent for 10 s");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    // It is marked a moment after its order.
    let handled = "select count(*) from payment_webhooks where handled_at is not null";
    while shop.count(handled).await == 0 {
        assert!(began.elapsed() < Duration::from_secs(9), "what came in is not marked");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(shop.count(handled).await, 1, "nobody has answered the others");
    let told = Instant::now();
    assert_eq!(worker.stop(), Some(0));
    assert!(told.elapsed() < Duration::from_secs(8), "it waited for the provider: {:?}", told.elapsed());
    shop.done().await;
}

/// A mail server that is ill: it holds whoever comes for a second, says that it is closed, and counts them.
async fn slow_mail_server(seen: Arc<Seen>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let seen = Arc::clone(&seen);
            tokio::spawn(async move {
                seen.most.fetch_max(seen.now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                seen.all.fetch_add(1, Ordering::SeqCst);
                tokio::time::sleep(Duration::from_secs(1)).await;
                seen.now.fetch_sub(1, Ordering::SeqCst);
                let _ = stream.write_all(b"421 closed\r\n").await;
            });
        }
    });
    port
}

#[derive(Default)]
struct Seen {
    now: AtomicU32,
    most: AtomicU32,
    all: AtomicU32,
}

/// T-16: whatever waits to be sent, and the last attempt is told as the failure that it is.
#[tokio::test(flavor = "multi_thread")]
async fn no_more_than_four_mails_are_sent_at_once_and_one_that_is_given_up_is_told_loudly() {
    let shop = TestShop::open().await;
    shop.execute(
        "insert into email_messages (id, cause, recipient, kind, subject, body, attempts, created_at, updated_at, due_at)
         select gen_random_uuid(), gen_random_uuid(), 'ada@example.org', 'welcome', 'Welcome', 'Hello',
            case when n = 1 then 24 else 0 end, now(), now(), now()
         from generate_series(1, 20) n",
    )
    .await;
    let seen = Arc::new(Seen::default());
    let Place { mut environment, folder } = Place::of(&shop);
    environment.retain(|(name, _)| !name.starts_with("KAFKA_"));
    environment.push(("SMTP_URL", format!("smtp://127.0.0.1:{}", slow_mail_server(Arc::clone(&seen)).await)));
    let worker = Process::start("worker", &environment, &folder.join("log"));
    let place = Place { environment, folder };
    let began = Instant::now();
    while shop.count("select count(*) from email_messages where last_error is not null").await < 20 {
        assert!(began.elapsed() < Duration::from_secs(60), "each is tried");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    assert_eq!(worker.stop(), Some(0));
    assert!(seen.all.load(Ordering::SeqCst) >= 20);
    assert_eq!(seen.most.load(Ordering::SeqCst), 4, "four at once, and no more");
    assert_eq!(shop.count("select count(*) from email_messages where state = 'refused'").await, 1);
    let log = place.log("log");
    let told: Vec<_> = log.lines().filter(|line| line.contains("mail is given up")).collect();
    assert!(told.len() == 1 && told[0].contains("ERROR"), "{log}");
    shop.execute("delete from email_messages").await;
    shop.done().await;
}

async fn listens(shop: &TestShop, receiver: &Receiver) {
    let form = [("url", receiver.url.as_str()), ("event-order.paid", "on")];
    let form: Fields = form.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    shop.shop.add_endpoint(STAFF.may(), &form).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn endpoints_that_do_not_answer_hold_up_no_other() {
    let shop = TestShop::open().await;
    let mut silent = Vec::new();
    for _ in 0..4 {
        let receiver = Receiver::saying(Says::Nothing).await;
        listens(&shop, &receiver).await;
        silent.push(receiver);
    }
    // They have long been due when another one's are.
    shop.execute(
        "insert into webhook_deliveries (endpoint_id, event_id, topic, body, created_at, due_at)
         select e.id, gen_random_uuid(), 'order.paid', '{}', now(), now() - interval '1 hour'
         from webhook_endpoints e cross join generate_series(1, 20) n",
    )
    .await;
    let quick = Receiver::open().await;
    listens(&shop, &quick).await;
    shop.execute(
        "insert into webhook_deliveries (endpoint_id, event_id, topic, body, created_at, due_at)
         select e.id, gen_random_uuid(), 'order.paid', '{}', now(), now()
         from webhook_endpoints e cross join generate_series(1, 8) n
         where not exists (select from webhook_deliveries d where d.endpoint_id = e.id)",
    )
    .await;
    let Place { mut environment, folder } = Place::of(&shop);
    environment.retain(|(name, _)| !name.starts_with("KAFKA_"));
    environment.push(("WEBHOOKS_PRIVATE", "true".to_owned()));
    let worker = Process::start("worker", &environment, &folder.join("log"));
    let began = Instant::now();
    while quick.seen().len() < 8 {
        assert!(began.elapsed() < Duration::from_secs(9), "it waits for who is silent for 10 s");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let tries: Vec<_> = silent.iter().map(|receiver| receiver.seen().len()).collect();
    assert_eq!(tries, [1; 4], "to one endpoint one at a time");
    // What is on its way is finished, and written down.
    assert_eq!(worker.stop(), Some(0));
    assert_eq!(shop.count("select count(*) from webhook_deliveries where state = 'delivered'").await, 8);
    let tried =
        "select count(*) from webhook_deliveries where state = 'waiting' and answer <> '' and leased_until is null";
    assert_eq!(shop.count(tried).await, 4);
    shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn to_each_of_twenty_endpoints_one_webhook_is_sent_at_once() {
    let shop = TestShop::open().await;
    let mut silent = Vec::new();
    for _ in 0..20 {
        let receiver = Receiver::saying(Says::Nothing).await;
        listens(&shop, &receiver).await;
        silent.push(receiver);
    }
    shop.execute(
        "insert into webhook_deliveries (endpoint_id, event_id, topic, body, created_at, due_at)
         select e.id, gen_random_uuid(), 'order.paid', '{}', now(), now()
         from webhook_endpoints e cross join generate_series(1, 2) n",
    )
    .await;
    let Place { mut environment, folder } = Place::of(&shop);
    environment.retain(|(name, _)| !name.starts_with("KAFKA_"));
    environment.push(("WEBHOOKS_PRIVATE", "true".to_owned()));
    let mut worker = Process::start("worker", &environment, &folder.join("log"));
    let seen = || silent.iter().map(|receiver| receiver.seen().len()).sum::<usize>();
    let began = Instant::now();
    while seen() < 20 {
        assert!(began.elapsed() < Duration::from_secs(9), "all are sent at once");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // Several looks at what is due.
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert_eq!(seen(), 20, "and no more");
    worker.kill();
    // Whoever has them is gone: their time goes on.
    assert_eq!(shop.count("select count(*) from webhook_deliveries where leased_until > now()").await, 20);
    shop.done().await;
}
