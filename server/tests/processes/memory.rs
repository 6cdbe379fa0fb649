//! What a process holds of its own code once it has started.

use std::time::Duration;

use tokio::time::{sleep, timeout};

use crate::harness::TestShop;
use crate::program::{Process, free_port};
use crate::{at, until_both_say};

/// Kilobytes of the program's code that are in memory as this process's; none before it is the program.
fn code_in_memory(process: u32) -> u64 {
    let maps = std::fs::read_to_string(format!("/proc/{process}/smaps")).unwrap();
    let code = |line: &str| line.contains(" r-xp ") && line.ends_with(env!("CARGO_BIN_EXE_small-ecommerce"));
    let resident = maps.lines().skip_while(|line| !code(line)).find_map(|line| line.strip_prefix("Rss:"));
    resident.map_or(0, |size| size.trim().trim_end_matches(" kB").parse().unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn code_that_only_the_start_has_used_does_not_stay_in_memory() {
    let shop = TestShop::open().await;
    let (port, log) = (free_port(), std::env::temp_dir().join(format!("shop-memory-{}.log", std::process::id())));
    let process = Process::start("web", &[at(&shop.url), own(port)].concat(), &log);
    let released = async {
        let mut most = 0;
        loop {
            let now = code_in_memory(process.id());
            if now < most / 2 {
                return;
            }
            most = most.max(now);
            sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(Duration::from_secs(60), released).await.expect("code of the start stays");
    until_both_say(&[port], "Kiln &amp; Loom").await;
    assert_eq!(process.stop(), Some(0));
    std::fs::remove_file(&log).unwrap();
    shop.done().await;
}

fn own(port: u16) -> Vec<(&'static str, String)> {
    vec![("SITE_ADDR", format!("127.0.0.1:{port}"))]
}
