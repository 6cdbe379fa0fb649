//! T-18 and T-19: SIGTERM with a hundred requests under way, and SIGTERM while the broker stands still and a client hangs.

use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::members::Fleet;
use crate::program::ask;
use crate::shopper::{Shopper, new_key, told};
use crate::{DEAD, SharedBroker, brokers, check, number, on_a_busy_machine, open_shop, report, script_aside, turn};

/// A hundred are under way when a process is told to stop; a tenth takes three seconds to send what it wants.
const SLOW: usize = 10;
const QUICK: usize = 30;
const PAGES: usize = 60;
const PAUSE: Duration = Duration::from_secs(3);

/// How long a process takes to stop, and seconds that a busy machine is given besides.
const STOPPED: Duration = Duration::from_secs(10);
const STOPPED_WITHOUT_BROKER: Duration = Duration::from_secs(15);
const BUSY: u64 = 5;

/// What a process says that ends with some of its work undone.
const LEFT_BEHIND: [&str; 3] = ["did not stop in time", "did not finish in time", "stopping took too long"];

/// All have an answer, or this test does not end.
const LONGEST: Duration = Duration::from_secs(60);

const WEB: usize = 0;
const WORKER: usize = 1;

/// All at once, and what each was told.
async fn look_together(port: u16) -> Vec<Option<u16>> {
    let mut pages = JoinSet::new();
    for _ in 0..PAGES {
        pages.spawn(async move {
            let page = ask(port, "GET", "/products/mug", &[("accept", "text/html")], "").await;
            page.map(|page| page.status)
        });
    }
    pages.join_all().await
}

async fn place_slowly_together(shopper: Shopper) -> Vec<Option<u16>> {
    let mut orders = JoinSet::new();
    for _ in 0..SLOW {
        let shopper = shopper.clone();
        orders.spawn(async move { shopper.place_slowly(&new_key(), PAUSE).await });
    }
    orders.join_all().await
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_answers_a_hundred_requests_that_are_under_way() {
    let _turn = turn().await;
    let rounds = number("FLEET_STOPS", 20);
    report(&format!("stopping: {SLOW} slow orders, {QUICK} others and {PAGES} pages under way, {rounds} times"));
    let database = open_shop().await;
    let mut fleet = Fleet::start(&database, &brokers(), 1, 1).await;
    let port = fleet.port(WEB);
    // Past the proxy, which would wait for the rest of what is slow.
    let shopper = Shopper::register(&database, fleet.seen.port, "carl").await.at(port);
    let (mut longest, mut placed) = (Duration::ZERO, Vec::new());
    for round in 0..rounds {
        let (slowly, quickly) = (shopper.clone(), shopper.clone());
        let slow = tokio::spawn(place_slowly_together(slowly));
        let quick = tokio::spawn(async move { quickly.place_together(QUICK).await });
        let pages = tokio::spawn(look_together(port));
        // They are connected by then; whoever is not yet is let in for two seconds more.
        sleep(Duration::from_millis(200)).await;
        longest = longest.max(fleet.end(WEB).await);
        let answered = async { tokio::join!(slow, quick, pages) };
        let (slow, quick, pages) = timeout(LONGEST, answered).await.expect("all are answered");
        let (slow, quick, pages) = (slow.unwrap(), quick.unwrap(), pages.unwrap());
        assert!(slow.iter().all(|status| *status == Some(201)), "round {round}: slow orders were told {slow:?}");
        assert!(pages.iter().all(|status| *status == Some(200)), "round {round}: pages were told {pages:?}");
        assert!(quick.iter().all(|order| order.status == Some(201)), "round {round}: {quick:?}");
        placed.extend(quick);
        // Its work is taken up where it was left.
        longest = longest.max(fleet.end(WORKER).await);
        fleet.begin(WEB);
        fleet.begin(WORKER);
        fleet.whole().await;
    }
    fleet.seen.settled().await;
    let log = fleet.seen.logged();
    fleet.stop().await;
    let left: Vec<_> = log.lines().filter(|line| LEFT_BEHIND.iter().any(|words| line.contains(words))).collect();
    let orders = database.count("select count(*) from orders").await;
    report(&format!(
        "stopping: {orders} orders and {PAGES} pages each time were under way, none failed; a process took {longest:?} at most \
         to stop"
    ));
    assert!(longest <= STOPPED + on_a_busy_machine(BUSY), "a stop took {longest:?}");
    assert!(left.is_empty(), "tasks were left behind: {left:?}");
    assert_eq!(u64::try_from(orders).unwrap(), rounds * u64::try_from(SLOW + QUICK).unwrap(), "one for each call");
    assert_eq!(database.count(DEAD).await, 0, "dead letters");
    check(&database, &told(&placed)).await;
    database.done().await;
}

/// Says half of what it wants, and stays.
async fn hang(port: u16) -> TcpStream {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    let head = "POST /api/v1/orders HTTP/1.1\r\nhost: shop.example\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{";
    stream.write_all(head.as_bytes()).await.unwrap();
    stream
}

#[tokio::test(flavor = "multi_thread")]
async fn stopping_waits_for_no_broker_that_stands_still_and_no_client_that_hangs() {
    let _turn = turn().await;
    let rounds = number("FLEET_STOPS", 20).div_ceil(2);
    report(&format!("stopping: the broker stands still and a client hangs, {rounds} times"));
    let database = open_shop().await;
    let mut fleet = Fleet::start(&database, &brokers(), 1, 1).await;
    let shopper = Shopper::register(&database, fleet.seen.port, "carl").await;
    let (mut worker, mut web, mut placed) = (Duration::ZERO, Duration::ZERO, Vec::new());
    let _shared = SharedBroker;
    for _ in 0..rounds {
        placed.extend(shopper.place_together(5).await);
        fleet.seen.settled().await;
        script_aside("kafka", vec!["pause".to_owned()]).await;
        // What the worker cannot hand over.
        placed.extend(shopper.place_together(5).await);
        let hanging = hang(fleet.port(WEB)).await;
        web = web.max(fleet.end(WEB).await);
        drop(hanging);
        worker = worker.max(fleet.end(WORKER).await);
        script_aside("kafka", vec!["resume".to_owned()]).await;
        fleet.begin(WEB);
        fleet.begin(WORKER);
        fleet.whole().await;
    }
    fleet.seen.settled().await;
    fleet.stop().await;
    report(&format!(
        "stopping: while the broker stood still a worker took {worker:?} at most to stop, a web process with a client that \
         hung {web:?}"
    ));
    let failed: Vec<_> = placed.iter().filter(|order| order.status != Some(201)).collect();
    assert!(failed.is_empty(), "{failed:?}");
    let most = STOPPED_WITHOUT_BROKER + on_a_busy_machine(BUSY);
    assert!(worker <= most, "a worker took {worker:?} to stop");
    assert!(web <= most, "a web process took {web:?} to stop");
    assert_eq!(database.count(DEAD).await, 0, "dead letters");
    check(&database, &told(&placed)).await;
    database.done().await;
}
