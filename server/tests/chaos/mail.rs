//! T-16: a mail server that stops in its tracks (SIGSTOP): its machine still takes whoever comes, and they hear nothing. No
//! order waits for it, and once it goes on every mail arrives, none twice. It stands still for `STOP_SECONDS`, in `make chaos`
//! for five minutes.

use std::collections::BTreeSet;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::{Instant, sleep, sleep_until};

use crate::harness::TestShop;
use crate::mail_server::MailServer;
use crate::points::Buyer;
use crate::shop::RunningShop;
use crate::{number, report, turn};

/// Of a round. Mailpit keeps 500 mails.
const ORDERS: u32 = 5;
/// Before the mail server goes on.
const MOST_ROUNDS: u32 = 30;
/// An order that waited for the mail server once would take that many times as long.
const SLOWER: u32 = 5;

const ALL_SENT: &str = "select (count(*) = 0)::int::bigint from email_messages
    where state = 'sending' or (state = 'queued' and due_at <= now())";
const TRIED: &str = "select (count(*) >= 4)::int::bigint from email_messages where last_error is not null";
const GIVEN_UP: &str = "select count(*) from email_messages where state = 'refused' and recipient = 'last@example.org'";
const ACCEPTED: &str = "select count(*) from email_messages where state = 'accepted'";
const ON_THEIR_WAY: &str = "select count(*) from email_messages where state in ('queued', 'sending')";

fn signal(server: &MailServer, name: &str) {
    let told = Command::new("kill").args([&format!("-{name}"), &server.process.id().to_string()]).status().unwrap();
    assert!(told.success());
}

/// How many mails were on their way to the mail server at once, at most.
struct Senders {
    most: Arc<AtomicI64>,
    watching: JoinHandle<()>,
}

impl Senders {
    fn watched(shop: &TestShop) -> Self {
        let (most, pool) = (Arc::new(AtomicI64::new(0)), shop.shop.store().pool().clone());
        let seen = Arc::clone(&most);
        let watching = tokio::spawn(async move {
            loop {
                let sending = "select count(*) from email_messages where state = 'sending'";
                seen.fetch_max(sqlx::query_scalar(sending).fetch_one(&pool).await.unwrap(), Ordering::SeqCst);
                sleep(Duration::from_millis(20)).await;
            }
        });
        Self { most, watching }
    }

    fn most(self) -> i64 {
        self.watching.abort();
        self.most.load(Ordering::SeqCst)
    }
}

/// Orders that are placed, decided and paid one after the other, and how long that took.
async fn round(shop: &TestShop, running: &RunningShop, buyer: &Buyer, name: &str) -> Duration {
    let began = Instant::now();
    for place in 0..ORDERS {
        assert_eq!(buyer.place(&format!("{name}-{place}")).await, Some(201));
        running.settled().await;
        let order = shop.scalar("select id from orders where status = $1", "pending").await;
        assert_eq!(buyer.pay(order).await, Some(200));
    }
    running.settled().await;
    began.elapsed()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_server_that_stands_still_slows_no_order_and_every_mail_arrives_once_it_goes_on() {
    let _turn = turn().await;
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 1_000_000)]).await;
    let server = MailServer::start("stopped");
    let authority = server.address("a-pass-phrase").ca_file.unwrap();
    let mail = [
        ("SMTP_URL", format!("smtp://shop:a-pass-phrase@localhost:{}?tls=required", server.smtp)),
        ("SMTP_CA_FILE", authority.display().to_string()),
    ];
    let running = RunningShop::start_with(&shop, None, 0, &mail).await;
    let buyer = Buyer::of(&shop, &running).await;
    let well = round(&shop, &running, &buyer, "well").await;
    running.until("all mail sent", ALL_SENT).await;
    let before = shop.count(ACCEPTED).await;
    assert_eq!(i64::try_from(server.received().len()).unwrap(), before);

    signal(&server, "STOP");
    let (stopped, senders) = (Instant::now(), Senders::watched(&shop));
    // One that has been tried for three days.
    shop.execute(
        "insert into email_messages (id, cause, recipient, kind, subject, body, attempts, created_at, updated_at, due_at)
         values (gen_random_uuid(), gen_random_uuid(), 'last@example.org', 'welcome', 'Welcome', 'Hello', 24, now(), now(),
            now() - interval '1 hour')",
    )
    .await;
    let stop = Duration::from_secs(number("STOP_SECONDS", 8));
    let pace = (stop / MOST_ROUNDS).max(Duration::from_secs(4));
    let mut rounds = Vec::new();
    while stopped.elapsed() < stop {
        let next = Instant::now() + pace;
        rounds.push(round(&shop, &running, &buyer, &format!("stopped-{}", rounds.len())).await);
        sleep_until(next).await;
    }
    let slowest = *rounds.iter().max().unwrap();
    assert!(slowest <= well * SLOWER, "orders wait for the mail server: {rounds:?}, before that {well:?}");
    running.until("tried", TRIED).await;
    running.until("given up", GIVEN_UP).await;
    assert_eq!(shop.count(ACCEPTED).await, before, "nobody took a mail");
    assert_eq!(senders.most(), 4, "so many at once, and no more");
    let log = running.logged();
    let told: Vec<_> = log.lines().filter(|line| line.contains("mail is given up")).collect();
    assert!(told.len() == 1 && told[0].contains("ERROR"), "{told:?}");
    let listed = running.says(&["mail", "list"]);
    let last = listed.lines().find(|line| line.contains("last@example.org")).unwrap_or_else(|| panic!("{listed}"));
    assert!(last.contains("refused after 25 attempts"), "{last}");

    signal(&server, "CONT");
    let goes_on = Instant::now();
    while shop.count(ON_THEIR_WAY).await > 0 {
        assert!(goes_on.elapsed() < Duration::from_secs(180), "it is well again, and not everything is sent");
        // The pauses between attempts are over.
        shop.execute("update email_messages set due_at = now() where state = 'queued' and due_at > now()").await;
        sleep(Duration::from_millis(200)).await;
    }
    let received = server.received();
    let arrived: BTreeSet<_> = received.iter().filter_map(|mail| mail.id.split('@').next()).collect();
    assert_eq!(arrived.len(), received.len(), "one arrived twice");
    let accepted: Vec<String> = sqlx::query_scalar("select id::text from email_messages where state = 'accepted'")
        .fetch_all(shop.shop.store().pool())
        .await
        .unwrap();
    assert_eq!(arrived, accepted.iter().map(String::as_str).collect::<BTreeSet<_>>());
    let orders = shop.count("select count(*) from orders").await;
    for statement in [
        "select count(*) from email_messages where kind = 'order_received' and state = 'accepted'",
        "select count(*) from email_messages where kind = 'payment_received' and state = 'accepted'",
        "select count(*) from orders where status = 'paid'",
    ] {
        assert_eq!(shop.count(statement).await, orders, "{statement}");
    }
    let lost = "select count(*) from email_messages where state <> 'accepted' and recipient <> 'last@example.org'";
    assert_eq!(shop.count(lost).await, 0);
    report(&format!(
        "the mail server stood still: {orders} orders, {ORDERS} of them took {well:?} before and {slowest:?} at most meanwhile"
    ));
    running.settled().await;
    running.stop();
    shop.done().await;
}
