//! SIGKILL at a named point: a lock in the database holds the victim there, so that chance has no part in it.

use serde_json::json;
use shop::usecase::MailState;
use sqlx::{Connection, PgConnection};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use uuid::Uuid;

use crate::harness::TestShop;
use crate::program::ask;
use crate::shop::RunningShop;
use crate::turn;

/// A transaction that holds whatever its statement locks, until it is dropped or its connection is closed.
pub async fn hold(shop: &TestShop, statement: &'static str) -> PgConnection {
    let mut connection = PgConnection::connect(&shop.url).await.unwrap();
    sqlx::raw_sql("begin").execute(&mut connection).await.unwrap();
    sqlx::raw_sql(statement).execute(&mut connection).await.unwrap();
    connection
}

/// What of the shop's own waits for a lock. PostgreSQL shows the first 1,024 bytes of a statement.
const INSERTS: &str = "select count(*) from pg_stat_activity where datname = current_database()
    and wait_event_type = 'Lock' and query ilike '%insert into idempotency_keys%'";
const MARKS: &str = "select count(*) from pg_stat_activity where datname = current_database()
    and wait_event_type = 'Lock' and query ilike '%update outbox set published_at%'";
pub const STOCK: &str = "select count(*) from pg_stat_activity where datname = current_database()
    and wait_event_type = 'Lock' and query ilike '%inventory%'";
pub const PAYS: &str = "select count(*) from pg_stat_activity where datname = current_database()
    and wait_event_type = 'Lock' and query ilike '%insert into order_events%'";
const SETTLES: &str = "select count(*) from pg_stat_activity where datname = current_database()
    and wait_event_type = 'Lock' and query ilike '%set state = s.state%'";

pub struct Buyer {
    pub port: u16,
    cookie: String,
    product: Uuid,
}

impl Buyer {
    pub async fn of(shop: &TestShop, running: &RunningShop) -> Self {
        let account = json!({"name": "Ada", "email": "ada@example.org", "password": "correct horse"}).to_string();
        let reply = ask(running.port, "POST", "/api/v1/auth/register", &[], &account).await.unwrap();
        let product = shop.scalar("select product_id from product_variants where sku = $1", "MUG").await;
        Self { port: running.port, cookie: reply.cookie.unwrap(), product }
    }

    /// The same person, where the shop is now.
    pub fn at(self, port: u16) -> Self {
        Self { port, ..self }
    }

    /// None when the connection breaks before there is an answer.
    pub async fn place(&self, key: &str) -> Option<u16> {
        let body = json!({"items": [{"product_id": self.product, "quantity": 2}]}).to_string();
        let headers = [("cookie", self.cookie.as_str()), ("idempotency-key", key)];
        ask(self.port, "POST", "/api/v1/orders", &headers, &body).await.map(|reply| reply.status)
    }

    /// Goes to the provider's page and approves there, but never comes back.
    pub async fn approve_elsewhere(&self, order: Uuid) {
        let (path, headers) = (format!("/api/v1/orders/{order}/pay"), [("cookie", self.cookie.as_str())]);
        let begun = ask(self.port, "POST", &path, &headers, "{}").await.unwrap();
        let page = begun.body["redirect_url"].as_str().unwrap_or_else(|| panic!("{begun:?}")).to_owned();
        let page = page.strip_prefix(&format!("http://127.0.0.1:{}", self.port)).unwrap();
        let form = [("content-type", "application/x-www-form-urlencoded")];
        let answered = ask(self.port, "POST", page, &form, "answer=approve").await.unwrap();
        assert_eq!(answered.status, 303);
    }

    /// The same.
    pub async fn pay(&self, order: Uuid) -> Option<u16> {
        let (path, headers) = (format!("/api/v1/orders/{order}/pay"), [("cookie", self.cookie.as_str())]);
        ask(self.port, "POST", &path, &headers, r#"{"outcome":"approve"}"#).await.map(|reply| reply.status)
    }
}

async fn open(brokers: Option<&str>) -> (TestShop, RunningShop, Buyer) {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let running = RunningShop::start(&shop, brokers, 0).await;
    let buyer = Buyer::of(&shop, &running).await;
    (shop, running, buyer)
}

/// One order of two mugs, reserved once.
async fn close(shop: TestShop, running: RunningShop) {
    running.settled().await;
    running.stop();
    assert_eq!(shop.count("select count(*) from orders").await, 1);
    assert_eq!(shop.stock("MUG").await, 3);
    shop.done().await;
}

fn brokers() -> String {
    std::env::var("TEST_KAFKA_BROKERS").expect("TEST_KAFKA_BROKERS: run the tests with `make test`")
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_before_an_order_is_committed() {
    let _turn = turn().await;
    let (shop, mut running, buyer) = open(None).await;
    let gate = hold(&shop, "lock table outbox in share mode").await;
    let placing = async {
        running.until("placing", INSERTS).await;
        running.kill(None);
    };
    let (answer, ()) = tokio::join!(buyer.place("once"), placing);
    assert_eq!(answer, None, "nothing was said");
    assert_eq!(shop.count("select count(*) from orders").await, 0);
    // PostgreSQL does not see that nobody listens any more: the one statement is carried out, and the key finds its order.
    drop(gate);
    running.start_again(None);
    running.ready(tokio::time::Instant::now()).await;
    for _ in 0..2 {
        assert_eq!(buyer.place("once").await, Some(201));
    }
    close(shop, running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_between_a_charge_and_writing_that_down() {
    let _turn = turn().await;
    let (shop, mut running, buyer) = open(None).await;
    assert_eq!(buyer.place("once").await, Some(201));
    running.settled().await;
    let order = shop.scalar("select id from orders where status = $1", "pending").await;
    let gate = hold(&shop, "lock table order_events in share mode").await;
    let paying = async {
        running.until("writing it down", PAYS).await;
        running.kill(None);
    };
    let (answer, ()) = tokio::join!(buyer.pay(order), paying);
    assert_eq!(answer, None, "nothing was said");
    drop(gate);
    assert_eq!(shop.count("select count(*) from sandbox_charges where outcome = 'approved'").await, 1);
    assert_eq!(shop.count("select count(*) from payments where state = 'started'").await, 1);
    running.start_again(None);
    running.ready(tokio::time::Instant::now()).await;
    // Nobody comes back, and the order's time is over.
    shop.execute("update payments set created_at = created_at - interval '2 minutes'").await;
    shop.execute("update orders set expires_at = now()").await;
    running.until("paid", "select count(*) from orders where status = 'paid'").await;
    close(shop, running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_between_reserving_and_the_commit() {
    let _turn = turn().await;
    let (shop, mut running, buyer) = open(Some(&brokers())).await;
    let gate = hold(&shop, "select from inventory for update").await;
    assert_eq!(buyer.place("once").await, Some(201));
    running.until("reserving", STOCK).await;
    running.kill(Some("worker"));
    drop(gate);
    assert_eq!(shop.stock("MUG").await, 5);
    running.start_again(Some("worker"));
    close(shop, running).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_between_publishing_and_marking_it() {
    let _turn = turn().await;
    let (shop, mut running, buyer) = open(Some(&brokers())).await;
    running.until("consumers at work", "select count(*) from email_messages").await;
    running.kill(Some("worker"));
    assert_eq!(buyer.place("once").await, Some(201));
    let gate = hold(&shop, "select from outbox where topic = 'order.created' for update").await;
    running.start_again(Some("worker"));
    running.until("its effect", "select count(*) from reservations where state = 'reserved'").await;
    running.until("marking", MARKS).await;
    running.kill(Some("worker"));
    assert_eq!(
        shop.count("select count(*) from outbox where topic = 'order.created' and published_at is null").await,
        1,
        "for the outbox it never went"
    );
    drop(gate);
    running.start_again(Some("worker"));
    close(shop, running).await;
}

/// A mail server that tells of each mail, and answers when it is told to.
async fn mail_server() -> (String, mpsc::Receiver<String>, mpsc::Sender<()>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("smtp://{}", listener.local_addr().unwrap());
    let ((tell, told), (go_on, mut answer)) = (mpsc::channel(10), mpsc::channel::<()>(10));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            // A client that is killed is no reason to fail.
            let _ = converse(stream, &tell, &mut answer).await;
        }
    });
    (url, told, go_on)
}

async fn converse(
    stream: TcpStream,
    tell: &mpsc::Sender<String>,
    answer: &mut mpsc::Receiver<()>,
) -> std::io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 ready\r\n").await?;
    let mut mail: Option<String> = None;
    while let Some(line) = lines.next_line().await? {
        let said = match (&mut mail, line.as_str()) {
            (Some(text), ".") => {
                tell.send(std::mem::take(text)).await.unwrap();
                mail = None;
                answer.recv().await;
                "250 taken"
            }
            (Some(text), line) => {
                text.push_str(line);
                continue;
            }
            (None, "DATA") => {
                mail = Some(String::new());
                "354 go on"
            }
            (None, "QUIT") => "221 bye",
            (None, _) => "250 ok",
        };
        write.write_all(format!("{said}\r\n").as_bytes()).await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_between_handing_over_a_mail_and_writing_that_down() {
    let _turn = turn().await;
    let shop = TestShop::open().await;
    let (url, mut mails, answer) = mail_server().await;
    let mut running = RunningShop::start_with(&shop, None, 0, &[("SMTP_URL", url)]).await;
    shop.register("Ada").await;
    assert!(mails.recv().await.unwrap().contains("ada@example.org"));
    let gate = hold(&shop, "lock table email_messages in share mode").await;
    answer.send(()).await.unwrap();
    running.until("writing it down", SETTLES).await;
    running.kill(None);
    drop(gate);
    running.start_again(None);
    shop.register("Bob").await;
    answer.send(()).await.unwrap();
    assert!(mails.recv().await.unwrap().contains("bob@example.org"), "Ada has hers");
    running.until("Bob's is written down", "select count(*) from email_messages where state = 'accepted'").await;
    // It stays like this until somebody who knows says otherwise.
    shop.clock.advance(time::Duration::hours(1));
    assert!(shop.shop.take_mail(10).await.unwrap().is_empty());
    let unsent = shop.shop.unsent_mail(10).await.unwrap();
    assert_eq!(
        unsent.iter().map(|m| (m.to.as_str(), m.state)).collect::<Vec<_>>(),
        [("ada@example.org", MailState::Uncertain)]
    );
    running.settled().await;
    running.stop();
    shop.done().await;
}
