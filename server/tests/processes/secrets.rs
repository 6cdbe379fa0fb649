//! The program's own log, at its most talkative, while everything secret that it is told is a word of its own (T-36).

use std::time::Duration;

use tokio::time::{sleep, timeout};
use url::Url;

use crate::harness::TestShop;
use crate::program::{Process, ask, free_port};
use crate::{at, until_both_say};

const KEY: &str = "canary-of-the-secret-key-0123456789";
const STRIPE: &str = "sk_test_canaryOfStripe0123456789";
const WEBHOOK: &str = "whsec_canaryOfTheWebhook0123456789";
const MAIL: &str = "canary-of-the-mail-server";
const TRACES: &str = "canary-of-whoever-collects-traces";
const DATABASE: &str = "canary-of-the-database";
const PASSWORD: &str = "canary horse battery staple";
const API_KEY: &str = "sek_0193canary_ofSomebodyWhoGuesses0123456789";

/// Whoever has no password in the database's address is given one: this server asks for none.
fn with_password(url: &str) -> String {
    let mut url = Url::parse(url).unwrap();
    if url.password().is_none() {
        url.set_password(Some(DATABASE)).unwrap();
    }
    url.into()
}

#[tokio::test(flavor = "multi_thread")]
async fn no_part_of_the_program_writes_a_secret_into_its_log() {
    let shop = TestShop::open().await;
    let (port, nobody) = (free_port(), free_port());
    let log = std::env::temp_dir().join(format!("shop-secrets-{}.log", std::process::id()));
    let environment = [
        at(&with_password(&shop.url)),
        vec![
            ("SITE_ADDR", format!("127.0.0.1:{port}")),
            ("RUST_LOG", "debug".to_owned()),
            ("SECRET_KEY", KEY.to_owned()),
            ("PAYMENT_PROVIDER", "stripe".to_owned()),
            ("STRIPE_SECRET_KEY", STRIPE.to_owned()),
            ("STRIPE_WEBHOOK_SECRET", WEBHOOK.to_owned()),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", format!("http://127.0.0.1:{nobody}")),
            ("OTEL_EXPORTER_OTLP_HEADERS", format!("authorization=Bearer%20{TRACES}")),
            ("STRIPE_API_BASE", format!("http://127.0.0.1:{nobody}")),
            // Nobody takes mail there: that is told, with its reason.
            ("SMTP_URL", format!("smtp://shop:{MAIL}@127.0.0.1:{nobody}")),
        ],
    ]
    .concat();
    let process = Process::start("serve", &environment, &log);
    until_both_say(&[port], "Kiln &amp; Loom").await;

    let person = serde_json::json!({ "name": "Ada", "email": "ada@example.org", "password": PASSWORD }).to_string();
    let registered = ask(port, "POST", "/api/v1/auth/register", &[], &person).await.unwrap();
    assert_eq!(registered.status, 201, "{registered:?}");
    let session = registered.cookie.unwrap();
    for password in [PASSWORD, "canary horse that is wrong"] {
        let form = serde_json::json!({ "email": "ada@example.org", "password": password }).to_string();
        ask(port, "POST", "/api/v1/auth/login", &[], &form).await.unwrap();
    }
    let bearer = format!("Bearer {API_KEY}");
    ask(port, "GET", "/api/v1/products", &[("authorization", &bearer)], "").await.unwrap();
    let form = [("content-type", "application/x-www-form-urlencoded"), ("accept", "text/html")];
    ask(port, "POST", "/do/forgot-password", &form, "email=ada%40example.org").await.unwrap();
    let queued = async {
        while shop.count("select count(*) from email_messages where kind = 'password_reset'").await == 0 {
            sleep(Duration::from_millis(50)).await;
        }
    };
    timeout(Duration::from_secs(20), queued).await.expect("the mail is queued");
    let body: String = shop.scalar("select body from email_messages where kind = $1", "password_reset").await;
    let token = body.split_once("?token=").unwrap().1.split_whitespace().next().unwrap().to_owned();
    ask(port, "GET", &format!("/reset-password?token={token}"), &[("accept", "text/html")], "").await;
    assert_eq!(process.stop(), Some(0));

    let text = std::fs::read_to_string(&log).unwrap();
    for expected in ["the shop is open", "answered", "/api/v1/auth/login"] {
        assert!(text.contains(expected), "this shows nothing: {expected:?} is not logged: {text}");
    }
    let (session, secret) = (session.trim_start_matches("session="), token.split_once('.').unwrap().1);
    for canary in
        [KEY, STRIPE, WEBHOOK, MAIL, TRACES, DATABASE, PASSWORD, "canary horse that is wrong", API_KEY, session, secret]
    {
        let line = text.lines().find(|line| line.contains(canary));
        assert!(line.is_none(), "{canary:?} is in the log: {line:?}");
    }
    std::fs::remove_file(&log).unwrap();
    shop.done().await;
}
