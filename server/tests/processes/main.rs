//! The program as a process: what it refuses to start with, and what it says of what it needs.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on says so by failing")]

#[path = "../../../src/tests/harness.rs"]
#[expect(dead_code, reason = "these tests need a part of what the core's tests need")]
mod harness;
#[path = "../common/program.rs"]
#[expect(dead_code, reason = "these tests need a part of it")]
mod program;

mod checks;
mod memory;
mod metrics;
mod observability;
mod restored;
mod secrets;
mod stopping;
mod traces;

use std::process::Stdio;
use std::time::Duration;

use harness::rules::{STAFF, percent, promotion};
use harness::{Everything, TestShop};
use program::{Process, command, free_port, run};
use shop::domain::{Promotion, Staff};
use shop::usecase::SandboxOutcome;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::{sleep, timeout};

/// Exit code and all that was said.
fn said(verb: &[&str], environment: &[(&str, String)]) -> (i32, String) {
    let output = run(verb, environment);
    let said = [output.stdout, output.stderr].concat();
    (output.status.code().unwrap(), String::from_utf8(said).unwrap())
}

fn at(url: &str) -> Vec<(&'static str, String)> {
    vec![
        ("DATABASE_URL", url.to_owned()),
        ("SITE_ADDR", format!("127.0.0.1:{}", free_port())),
        ("RUST_LOG", "warn".to_owned()),
        ("MEDIA_DIR", std::env::temp_dir().join("shop-media").join("processes").to_string_lossy().into_owned()),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn no_part_of_the_shop_starts_on_a_schema_that_does_not_fit() {
    let shop = TestShop::open().await;
    shop.execute("update schema_release set oldest_release = '999.0.0'").await;
    for part in ["serve", "web", "worker"] {
        let (code, told) = said(&[part], &at(&shop.url));
        assert_eq!((code, told.lines().count()), (1, 1), "{part}: {told}");
        assert!(told.contains("serves releases from 999.0.0 on"), "{part}: {told}");
    }
    shop.execute("drop table schema_release").await;
    for part in ["serve", "web", "worker"] {
        let (code, told) = said(&[part], &at(&shop.url));
        assert_eq!((code, told.lines().count()), (1, 1), "{part}: {told}");
        assert!(told.contains("run `small-ecommerce migrate` first"), "{part}: {told}");
    }
    shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_part_of_the_shop_starts_while_money_is_open_with_a_provider_that_is_not_connected() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let ada = shop.customer("Ada").await;
    let id = shop.place_reserved(ada, &[("MUG", "1")]).await;
    shop.shop.begin_payment(ada, id).await.unwrap();
    shop.execute("update payments set provider = 'stripe'").await;
    for part in ["serve", "web", "worker"] {
        let (code, told) = said(&[part], &at(&shop.url));
        assert_eq!((code, told.lines().count()), (1, 1), "{part}: {told}");
        assert!(told.contains("1 attempts to pay and 0 refunds of stripe have no end"), "{part}: {told}");
    }
    let (code, told) = said(&["check", "--only", "payments"], &at(&shop.url));
    assert!(code == 1 && told.starts_with("payments: PAYMENT_PROVIDER: 1 attempts"), "{told}");
    let secrets = [("STRIPE_SECRET_KEY", "sk_test_1".to_owned()), ("STRIPE_WEBHOOK_SECRET", "whsec_1".to_owned())];
    let (code, told) = said(&["check", "--only", "payments"], &[at(&shop.url), secrets.into()].concat());
    assert_eq!(code, 0, "{told}");
    shop.execute("update payments set provider = 'sandbox'").await;
    shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_is_gone_for_good_keeps_no_shop_closed() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let ada = shop.customer("Ada").await;
    let (begun, paid) =
        (shop.place_reserved(ada, &[("MUG", "1")]).await, shop.place_reserved(ada, &[("MUG", "1")]).await);
    shop.shop.begin_payment(ada, begun).await.unwrap();
    shop.shop.pay_order(ada, paid, SandboxOutcome::Approve).await.unwrap();
    shop.shop.cancel_order(ada, paid).await.unwrap();
    shop.execute("update payments set provider = 'gone'").await;
    let (code, told) = said(&["serve"], &at(&shop.url));
    assert!(code == 1 && told.contains("1 attempts to pay and 1 refunds of gone have no end"), "{told}");
    let (code, told) = said(&["payments", "end", "sandbox"], &at(&shop.url));
    assert!(code == 1 && told.contains("sandbox is connected"), "{told}");
    for ended in [1, 0] {
        let told = said(&["payments", "end", "gone"], &at(&shop.url));
        assert_eq!(told, (0, format!("{ended} attempts to pay of gone are ended.\n")));
    }
    let order = shop.order(ada, begun).await;
    assert!(order.is_payable() && order.timeline.iter().any(|entry| entry.kind == "payment_expired"), "{order:?}");
    let (code, told) = said(&["check", "--only", "payments"], &at(&shop.url));
    let left = "payments: ok (1 refunds of a provider that is not connected are left to the staff)";
    assert!(code == 0 && told.contains(left), "{told}");
    let (port, log) = (free_port(), std::env::temp_dir().join(format!("shop-gone-{}.log", std::process::id())));
    let environment = [at(&shop.url), vec![("SITE_ADDR", format!("127.0.0.1:{port}"))]].concat();
    let process = Process::start("web", &environment, &log);
    until_both_say(&[port], "Kiln &amp; Loom").await;
    assert_eq!(process.stop(), Some(0));
    std::fs::remove_file(&log).unwrap();
    let tasks = shop.shop.staff_home(STAFF.may()).await.unwrap().tasks;
    assert_eq!(tasks.refunds_by_hand, 1);
    shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn replay_puts_every_dead_letter_back_however_many_there_are() {
    let shop = TestShop::open().await;
    shop.execute(
        "insert into outbox (event_id, topic, key, kind, payload, headers, occurred_at, published_at)
         select gen_random_uuid(), 'user.registered.dlq', n::text, 'shop.user.registered.v1',
            json_build_object('user_id', gen_random_uuid())::text, '[[\"dlq_group\", \"notification\"]]', now(), now()
         from generate_series(1, 1001) n",
    )
    .await;
    let (code, told) = said(&["events", "list"], &at(&shop.url));
    assert_eq!(code, 0, "{told}");
    assert!(told.ends_with("1001 dead letters.\n"), "{}", told.lines().last().unwrap());
    let replay = || said(&["events", "replay", "--all"], &at(&shop.url));
    assert_eq!(replay(), (0, "1001 events were put back.\n".to_owned()));
    let back = "select count(distinct key) from outbox where topic = 'user.registered' and published_at is null";
    assert_eq!(shop.count(back).await, 1001);
    assert_eq!(replay(), (0, "0 events were put back.\n".to_owned()), "each of them once");
    shop.execute("delete from outbox").await;
    shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_did_not_go_is_listed_and_mail_is_tried_again() {
    let shop = TestShop::open().await;
    shop.execute(
        "insert into outbox (event_id, topic, key, kind, payload, occurred_at, attempts, next_attempt_at, last_error)
         values (gen_random_uuid(), 'user.mislaid', '7', 'shop.user.mislaid.v1', '{}', now(), 4, now() + interval '1 hour',
                'unknown topic'),
            (gen_random_uuid(), 'user.mislaid', '7', 'shop.user.mislaid.v1', '{}', now(), 0, now() + interval '1 hour', null);
         insert into email_messages (id, cause, recipient, kind, subject, body, state, attempts, last_error, created_at,
            updated_at, due_at)
         select gen_random_uuid(), gen_random_uuid(), m.state || '@example.org', 'welcome', 'Welcome', 'Hello', m.state, 30,
            '550 no', now(), now(), now() + interval '1 hour'
         from (values ('refused'), ('queued'), ('uncertain'), ('accepted')) as m (state)",
    )
    .await;
    let (code, told) = said(&["events", "list"], &at(&shop.url));
    assert_eq!(code, 0, "{told}");
    for line in
        ["failed 4 times: unknown topic\n", "waits for an earlier event with its key\n", "2 events are set aside.\n"]
    {
        assert!(told.contains(line), "{told}");
    }
    let (code, told) = said(&["mail", "list"], &at(&shop.url));
    assert_eq!((code, told.lines().next()), (0, Some("3 not sent, the oldest first:")), "{told}");
    assert!(told.contains("to refused@example.org  refused after 30 attempts: 550 no"), "{told}");
    let retry = |which: &str| said(&["mail", "retry", which], &at(&shop.url));
    assert_eq!(retry("--all"), (0, "2 will be tried again at once.\n".to_owned()), "not what may have arrived");
    let due = "select count(*) from email_messages where state = 'queued' and attempts = 0 and due_at <= now()";
    assert_eq!(shop.count(due).await, 2);
    let uncertain = "select id::text from email_messages where state = $1";
    let uncertain: String = shop.scalar(uncertain, "uncertain").await;
    assert_eq!(
        retry(&uncertain),
        (0, "1 will be tried again at once.\n".to_owned()),
        "who names it takes that upon them"
    );
    assert_eq!(shop.count(due).await, 3);
    let (code, told) = retry("0198c0de-0000-7000-8000-000000000000");
    assert_eq!((code, told.lines().count()), (1, 1), "{told}");
    assert!(told.contains("no letter 0198c0de-0000-7000-8000-000000000000 waits to be sent"), "{told}");

    // `mail list | head`: who has read enough ends it, and nothing is told of that.
    let mut listing = command(&["mail", "list"], &at(&shop.url));
    let mut listing = listing.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(listing.stdout.take());
    let output = listing.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(141), "as other programs do");
    assert_eq!(String::from_utf8(output.stderr).unwrap(), "");
    shop.execute("delete from outbox; delete from email_messages").await;
    shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn times_are_listed_in_the_shops_zone_and_an_unknown_one_is_told_at_start() {
    let shop = TestShop::open().await;
    shop.execute(
        "insert into outbox (event_id, topic, key, kind, payload, headers, occurred_at, published_at)
         values (gen_random_uuid(), 'user.registered.dlq', '1', 'shop.user.registered.v1',
            json_build_object('user_id', gen_random_uuid())::text, '[[\"dlq_group\", \"notification\"]]',
            '2026-05-14 13:05:00Z', now());
         insert into email_messages (id, cause, recipient, kind, subject, body, state, attempts, created_at, updated_at, due_at)
         values (gen_random_uuid(), gen_random_uuid(), 'ada@example.org', 'welcome', 'Welcome', 'Hello', 'queued', 1,
            '2026-12-31 23:30:00Z', now(), '2026-12-31 23:35:00Z')",
    )
    .await;
    let in_zone = |verb: &[&str], zone: &str| {
        let zone = ("SHOP_TIMEZONE", zone.to_owned());
        said(verb, &[at(&shop.url), vec![zone]].concat())
    };
    for (zone, event, mail) in [
        ("Europe/Berlin", "14 May 2026, 15:05 CEST", "1 January 2027, 00:30 CET"),
        ("America/New_York", "14 May 2026, 09:05 EDT", "31 December 2026, 18:30 EST"),
        ("", "14 May 2026, 13:05 UTC", "31 December 2026, 23:30 UTC"),
    ] {
        let (code, told) = in_zone(&["events", "list"], zone);
        assert!(code == 0 && told.contains(event), "{zone}: {told}");
        let (code, told) = in_zone(&["mail", "list"], zone);
        assert!(code == 0 && told.contains(mail), "{zone}: {told}");
    }
    // What is saved in the shop wins over the environment.
    shop.execute("update shop_content set saved = '{\"time_zone\": \"Asia/Tokyo\"}'").await;
    for (verb, moment) in [("events", "14 May 2026, 22:05 JST"), ("mail", "1 January 2027, 08:30 JST")] {
        let (code, told) = in_zone(&[verb, "list"], "Europe/Berlin");
        assert!(code == 0 && told.contains(moment), "{told}");
    }
    let (code, told) = in_zone(&["serve"], "Europe/Atlantis");
    assert_eq!(code, 2, "{told}");
    assert!(
        told.contains("\n  SHOP_TIMEZONE: must be the IANA name of a time zone, such as Europe/Berlin\n"),
        "{told}"
    );
    shop.execute("delete from outbox; delete from email_messages").await;
    shop.done().await;
}

/// Head and body of an answer; nothing while nobody answers.
async fn get(port: u16, path: &str) -> (String, String) {
    let answer = async {
        let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
        let request = format!("GET {path} HTTP/1.0\r\nhost: 127.0.0.1\r\naccept: text/html\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).await?;
        Ok::<_, std::io::Error>(String::from_utf8_lossy(&answer).into_owned())
    };
    let answer = answer.await.unwrap_or_default();
    answer.split_once("\r\n\r\n").map(|(head, body)| (head.to_owned(), body.to_owned())).unwrap_or_default()
}

async fn until_both_say(ports: &[u16], words: &str) {
    let seen = async {
        for port in ports {
            while !get(*port, "/track").await.1.contains(words) {
                sleep(Duration::from_millis(50)).await;
            }
        }
    };
    timeout(Duration::from_secs(30), seen).await.unwrap_or_else(|_| panic!("nobody says {words}"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_changed_of_the_shop_is_shown_by_every_process() {
    let shop = TestShop::open().await;
    let folder = std::env::temp_dir().join(format!("shop-content-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let ports = [free_port(), free_port()];
    let processes = ports.map(|port| {
        let environment = [at(&shop.url), vec![("SITE_ADDR", format!("127.0.0.1:{port}"))]].concat();
        Process::start("web", &environment, &folder.join(format!("{port}.log")))
    });
    until_both_say(&ports, "Kiln &amp; Loom").await;
    let staff = Staff(shop.register("Olga").await.id);
    let fields = [("version", "1"), ("name", "Tea & Time")].map(|(name, text)| (name.to_owned(), text.to_owned()));
    shop.shop.save_content(staff.may(), &fields.into()).await.unwrap();
    until_both_say(&ports, "Tea &amp; Time").await;
    for process in processes {
        assert_eq!(process.stop(), Some(0));
    }
    std::fs::remove_dir_all(&folder).unwrap();
    shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_go_out_and_come_in_again_as_they_were() {
    let shop = TestShop::open().await;
    let folder = std::env::temp_dir().join(format!("shop-settings-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let file = folder.join("settings.json");
    let path = file.to_str().unwrap().to_owned();
    let (code, told) = said(&["seed"], &at(&shop.url));
    assert_eq!(code, 0, "{told}");
    assert!(told.contains("3 shipping zones with 6 methods"), "{told}");

    let export = || {
        let output = run(&["settings", "export"], &at(&shop.url));
        assert!(output.status.success());
        String::from_utf8(output.stdout).unwrap()
    };
    let first = export();
    std::fs::write(&file, &first).unwrap();
    let (code, told) = said(&["settings", "import", &path], &at(&shop.url));
    assert_eq!(code, 0, "{told}");
    assert_eq!(export(), first);

    // The terms are as the environment says until they are written; then they stay.
    assert!(!first.contains("manual_payment") && !first.contains("\"returns\""), "{first}");
    let mut decided: serde_json::Value = serde_json::from_str(&first).unwrap();
    decided["returns"] = serde_json::json!({ "days": 14 });
    decided["manual_payment"] = serde_json::json!({ "enabled": true, "instructions": "IBAN DE02", "days": 10 });
    for decided in [decided.to_string(), first.clone()] {
        std::fs::write(&file, decided).unwrap();
        assert_eq!(said(&["settings", "import", &path], &at(&shop.url)).0, 0);
        let now: serde_json::Value = serde_json::from_str(&export()).unwrap();
        assert_eq!((&now["returns"]["days"], &now["manual_payment"]["days"]), (&14.into(), &10.into()));
    }
    decided["manual_payment"] = serde_json::json!({ "enabled": true, "days": 100 });
    std::fs::write(&file, decided.to_string()).unwrap();
    let (code, told) = said(&["settings", "import", &path], &at(&shop.url));
    assert!(
        code == 1 && told.contains("manual_payment/instructions") && told.contains("manual_payment/days"),
        "{told}"
    );

    // Products go out by their slugs; by their ids they come in as well.
    let mug = shop.record("speckled-stoneware-mug").await.id;
    let for_mugs = Promotion { products: vec![mug], ..promotion("Mugs", percent("5")) };
    shop.promote(for_mugs).await;
    let first = export();
    assert!(first.contains("\"speckled-stoneware-mug\"") && !first.contains(&mug.to_string()), "{first}");
    for written in [first.clone(), first.replace("speckled-stoneware-mug", &mug.to_string())] {
        std::fs::write(&file, written).unwrap();
        let (code, told) = said(&["settings", "import", &path], &at(&shop.url));
        assert_eq!((code, export()), (0, first.clone()), "{told}");
    }
    std::fs::write(&file, first.replace("speckled-stoneware-mug", "no-such-mug")).unwrap();
    let (code, told) = said(&["settings", "import", &path], &at(&shop.url));
    assert_eq!(code, 1, "{told}");
    assert!(told.contains("promotions/2/products/0: there is no product \"no-such-mug\""), "{told}");

    let (code, told) = said(&["seed"], &at(&shop.url));
    assert_eq!(code, 0, "{told}");
    assert!(!told.contains("shipping zones"), "an owner's decisions stay: {told}");

    std::fs::write(&file, first.replace("\"19.00\"", "\"190\"").replace("\"DE\"", "\"XX\"")).unwrap();
    let (code, told) = said(&["settings", "import", &path], &at(&shop.url));
    assert_eq!(code, 1, "{told}");
    assert!(told.contains("tax/rates/") && told.contains("settings.json"), "{told}");
    std::fs::write(&file, first.replace("\"methods\"", "\"ways\"")).unwrap();
    let (code, told) = said(&["settings", "import", &path], &at(&shop.url));
    assert_eq!(code, 1, "{told}");
    assert!(told.contains("unknown field `ways`"), "{told}");
    assert_eq!(export(), first, "nothing of it was written");
    std::fs::remove_dir_all(&folder).unwrap();
    shop.done().await;
}
