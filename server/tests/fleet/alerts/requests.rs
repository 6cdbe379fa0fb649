//! More passwords than there are cores for, and more tries than anybody may have.

use std::thread::available_parallelism;

use serde_json::json;

use super::{WEB, crowd};
use crate::members::Fleet;
use crate::program::ask;
use crate::prometheus::{Prometheus, TIMES};
use crate::{brokers, open_shop, turn};

/// A core takes some forty in the two seconds that each waits.
const FOR_A_CORE: usize = 120;
/// As many connections as a process takes, less those of others.
const MOST: usize = 800;

/// A wrong password for one who may not be there.
async fn guess(port: u16) {
    let login = json!({"email": "carl@example.org", "password": "correct horse"}).to_string();
    ask(port, "POST", "/api/v1/auth/login", &[], &login).await;
}

/// While so many guess, each as often as they are answered; limits are so many times as high.
async fn fires(alert: &str, guessing: usize, factor: &str) {
    let _turn = turn().await;
    let database = open_shop().await;
    let more = [("RATE_LIMIT_FACTOR", factor.to_owned())];
    let fleet = Fleet::start_with(&database, &brokers(), (1, 1), &more, None).await;
    let prometheus = Prometheus::watching(&fleet, TIMES).await;
    prometheus.has_none_of(&[alert]).await;
    let port = fleet.port(WEB);
    let guessing = crowd(guessing, move || guess(port));
    prometheus.fires(alert, &[("severity", "warning")]).await;
    drop(guessing);
    fleet.whole().await;
    fleet.stop().await;
    database.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn alerts_of_more_passwords_than_cores_fire() {
    let cores = available_parallelism().unwrap().get();
    fires("ShopHashingShort", (FOR_A_CORE * cores).min(MOST), "1000").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn alerts_of_more_tries_than_anybody_may_have_fire() {
    fires("ShopTriesRefused", 2, "1").await;
}
