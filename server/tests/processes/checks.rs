//! `check`: what is there, what is not, and what the books say; a line for each, and an exit code.

use axum::Router;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::get;
use shop::domain::Staff;
use shop::usecase::OrderRule;

use crate::harness::{Everything, TestShop};
use crate::program::free_port;
use crate::{at, said};

#[tokio::test(flavor = "multi_thread")]
async fn check_has_a_line_for_each_and_an_exit_code() {
    let shop = TestShop::open().await;
    let (code, told) = said(&["check"], &at(&shop.url));
    assert_eq!(code, 0, "{told}");
    let lines = told.lines().map(|l| l.split(" (").next().unwrap()).collect::<Vec<_>>();
    let parts = ["database: ok", "replica: ok", "broker: ok", "mail: ok", "payments: ok", "provider: ok", "media: ok"];
    assert_eq!(lines[..7], parts);
    // Stock, each rule of orders, invoice numbers, and the audit log.
    let books = lines[7..].iter().filter(|line| line.starts_with("books, ") && line.ends_with(": ok")).count();
    assert_eq!((books, lines.len()), (OrderRule::ALL.len() + 3, 7 + books), "{told}");

    let (code, told) = said(&["check", "--only", "database"], &at(&shop.url));
    assert_eq!((code, told.as_str()), (0, "database: ok (the schema fits)\n"));

    // A file is where the folder should be.
    let (code, told) =
        said(&["check", "--only", "media"], &[at(&shop.url), vec![("MEDIA_DIR", "/dev/null".to_owned())]].concat());
    assert_eq!(code, 1, "{told}");
    assert!(told.starts_with("media: the files of pictures (MEDIA_DIR)"), "{told}");

    let nobody = format!("127.0.0.1:{}", free_port());
    let smtp = [at(&shop.url), vec![("SMTP_URL", format!("smtp://{nobody}"))]].concat();
    let (code, told) = said(&["check", "--only", "mail,database"], &smtp);
    assert_eq!((code, told.lines().count()), (1, 2), "{told}");
    assert!(told.starts_with("database: ok") && told.contains("\nmail: the mail server (SMTP_URL)"), "{told}");

    let (code, told) = said(&["check", "--only", "broker"], &[("KAFKA_BROKERS", nobody.clone())]);
    assert_eq!(code, 1, "{told}");
    assert!(told.lines().any(|l| l.starts_with("broker: the broker (KAFKA_BROKERS)")), "{told}");

    let (code, told) = said(&["check", "--only", "database"], &at(&format!("postgres://shop@{nobody}/shop")));
    assert_eq!(code, 1, "{told}");
    assert!(told.starts_with("database: the database (DATABASE_URL)"), "{told}");

    // Neither nobody nor the database itself is a replica of it.
    for (replica, why) in [
        (format!("postgres://shop@{nobody}/shop"), "it does not answer"),
        (shop.url.clone(), "it is no standby of this database"),
    ] {
        let more = [at(&shop.url), vec![("DATABASE_REPLICA_URL", replica)]].concat();
        let (code, told) = said(&["check", "--only", "replica,database"], &more);
        let line = format!("replica: the database's replica (DATABASE_REPLICA_URL): {why}");
        assert!(code == 1 && told.lines().any(|l| l == line) && told.starts_with("database: ok"), "{told}");
    }

    // What is wrong with the environment is nothing that the books say.
    let (code, told) =
        said(&["check"], &[at(&shop.url), vec![("SHOP_TIMEZONE", "Europe/Atlantis".to_owned())]].concat());
    assert_eq!(code, 1, "{told}");

    shop.execute("drop table schema_release").await;
    let (code, told) = said(&["check"], &at(&shop.url));
    assert_eq!(code, 1, "{told}");
    assert!(told.starts_with("database: the schema is older"), "{told}");
    shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn check_says_which_books_do_not_balance_by_a_code_of_its_own() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let ada = shop.customer("Ada").await;
    let id = shop.place_reserved(ada, &[("MUG", "1")]).await;
    let staff = Staff(shop.register("Staff").await.id);
    shop.shop.note_order(staff.may(), id, "Called").await.unwrap();
    let nobody = format!("127.0.0.1:{}", free_port());
    let no_mail = [at(&shop.url), vec![("SMTP_URL", format!("smtp://{nobody}"))]].concat();
    let mug = shop.variant("MUG").await;
    shop.execute("update inventory set stock = stock + 1").await;
    let (code, told) = said(&["check"], &no_mail);
    let stock = format!(
        "books, stock: 1 of 1 variants have another stock than their movements add up to; the first: {}",
        mug.0
    );
    assert!(code == 2 && told.lines().any(|line| line == stock) && told.contains("mail: the mail server"), "{told}");
    assert_eq!(said(&["check", "--only", "database,payments"], &at(&shop.url)).0, 0, "nobody asked for the books");
    shop.execute("update inventory set stock = stock - 1").await;
    assert_eq!(said(&["check", "--only", "books"], &at(&shop.url)).0, 0);
    shop.execute("update audit_log set after = '{}' where position = 1").await;
    let (code, told) = said(&["check", "--only", "books"], &at(&shop.url));
    assert!(code == 2 && told.ends_with("books, audit log: changed or cut by hand, from entry 1 on\n"), "{told}");
    shop.done().await;
}

/// A Stripe that knows one key.
async fn stripe() -> String {
    let sessions = async |headers: HeaderMap| {
        if headers.get("authorization").is_some_and(|key| key == "Bearer sk_test_known") {
            (StatusCode::OK, r#"{"object":"list","data":[],"has_more":false}"#)
        } else {
            (StatusCode::UNAUTHORIZED, r#"{"error":{"message":"Invalid API Key provided"}}"#)
        }
    };
    let routes = Router::new().route("/v1/checkout/sessions", get(sessions));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, routes).await });
    format!("http://{address}")
}

#[tokio::test(flavor = "multi_thread")]
async fn check_asks_the_payment_provider_who_we_are() {
    let shop = TestShop::open().await;
    let (there, nobody) = (stripe().await, format!("http://127.0.0.1:{}", free_port()));
    let by = |key: &str, base: &str| {
        let stripe = [
            ("PAYMENT_PROVIDER", "stripe"),
            ("STRIPE_SECRET_KEY", key),
            ("STRIPE_WEBHOOK_SECRET", "whsec_1"),
            ("STRIPE_API_BASE", base),
        ];
        let stripe = stripe.map(|(name, value)| (name, value.to_owned()));
        said(&["check", "--only", "provider"], &[at(&shop.url), stripe.into()].concat())
    };
    assert_eq!(by("sk_test_known", &there), (0, "provider: ok (stripe and sandbox answer)\n".to_owned()));
    for (key, base, why) in
        [("sk_test_unknown", &there, "Stripe answered 401"), ("sk_test_known", &nobody, "does not answer")]
    {
        let (code, told) = by(key, base);
        assert_eq!(code, 1, "{told}");
        assert!(told.starts_with("provider: the payment provider (PAYMENT_PROVIDER)") && told.contains(why), "{told}");
        assert!(!told.contains(key), "{told}");
    }
    shop.done().await;
}
