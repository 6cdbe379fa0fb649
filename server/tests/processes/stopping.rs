//! A process behind a proxy that is told to stop: the proxy hears of it before anybody is turned away.

use std::time::Duration;

use tokio::task::spawn_blocking;
use tokio::time::{sleep, timeout};

use crate::harness::TestShop;
use crate::program::{Process, ask, free_port};
use crate::{at, until_both_say};

async fn status(port: u16, path: &str) -> Option<u16> {
    ask(port, "GET", path, &[("accept", "text/html")], "").await.map(|reply| reply.status)
}

#[tokio::test(flavor = "multi_thread")]
async fn readiness_goes_first_and_whoever_comes_meanwhile_is_served() {
    let shop = TestShop::open().await;
    let (port, log) = (free_port(), std::env::temp_dir().join(format!("shop-stopping-{}.log", std::process::id())));
    let own = vec![("SITE_ADDR", format!("127.0.0.1:{port}")), ("STOP_DELAY_SECONDS", "3".to_owned())];
    let process = Process::start("web", &[at(&shop.url), own].concat(), &log);
    until_both_say(&[port], "Kiln &amp; Loom").await;
    assert_eq!(status(port, "/readyz").await, Some(200));
    let stopping = spawn_blocking(move || process.stop());
    let not_ready = async {
        while status(port, "/readyz").await != Some(503) {
            sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(Duration::from_secs(20), not_ready).await.expect("it says that it is not ready");
    assert_eq!(status(port, "/track").await, Some(200), "it is open still");
    assert_eq!(stopping.await.unwrap(), Some(0));
    assert_eq!(status(port, "/readyz").await, None, "it is gone");
    std::fs::remove_file(&log).unwrap();
    shop.done().await;
}
