//! The whole way of an order, without scripts: paid on the provider's page, sent in two parcels and taken back in part by the
//! forms of the back office; and what its customer has of it in the mail of a real server, papers that validators accept.

use std::path::{Path, PathBuf};
use std::process::Command;

use http::StatusCode;
use shop::domain::TaxRules;
use shop::dto::RegisterForm;
use shop::usecase::{Mailer as _, Sent};

use crate::forms::{order_with, stocked};
use crate::harness::TestShop;
use crate::harness::rules::{seller, taxed};
use crate::java::{jar, java};
use crate::mail_server::{MailServer, Received};
use crate::payments::{SHOP, answer, press_pay};
use crate::visitor::{Site, Visitor, hidden};

const NUREMBERG: [(&str, &str); 7] = [
    ("name", "Jürgen Müller"),
    ("line1", "Schöneberger Straße 12"),
    ("line2", ""),
    ("city", "Nürnberg"),
    ("region", ""),
    ("postal_code", "90402"),
    ("country", "DE"),
];

/// A shop that writes invoices, and whoever works in it.
async fn open() -> Site {
    let site = stocked().await;
    site.shop.sold_by(&seller()).await;
    site.shop.tax_by(TaxRules { seller_country: "DE".into(), ..taxed(&[("DE", "19")]) }).await;
    let olga = RegisterForm { name: "Olga".into(), email: "olga@example.org".into(), password: "correct horse".into() };
    site.shop.shop.create_staff(olga).await.unwrap();
    site
}

/// Three mugs, paid on the provider's page; answers the order's page.
async fn bought(jurgen: &Visitor<'_>) -> String {
    let order = order_with(jurgen, "3", &NUREMBERG).await;
    let page = press_pay(jurgen, &order).await;
    let approved = answer(jurgen, &page, &[("answer", "approve")]).await;
    let back = jurgen.get(approved.location().strip_prefix(SHOP).unwrap()).await;
    assert_eq!(back.location(), order);
    jurgen.site.shop.deliver().await;
    order
}

/// Staff send two mugs with a carrier, and then the third.
async fn sent_in_two_parcels(olga: &Visitor<'_>, desk: &str, id: &str, mug: &str) {
    let with_carrier = [("carrier", "DHL"), ("tracking_number", "00340434161094042557")];
    for (units, carrier) in [("2", with_carrier), ("1", [("carrier", ""), ("tracking_number", "")])] {
        let key = hidden(&olga.get(desk).await.text, "key");
        let fields = [&[("order_id", id), ("key", key.as_str()), (mug, units)][..], &carrier].concat();
        let sent = olga.submit(desk, "admin-ship-order", &fields).await.text;
        assert!(sent.contains("The parcel is sent"), "{sent}");
    }
}

/// The customer asks to send one back, staff approve, and take it back.
async fn sent_back(jurgen: &Visitor<'_>, order: &str, olga: &Visitor<'_>, desk: &str, mug: &str) {
    let id = order.trim_start_matches("/orders/");
    let key = hidden(&jurgen.get(order).await.text, "key");
    let wish = [("order_id", id), ("key", key.as_str()), (mug, "1"), ("reason", "Zu klein")];
    let asked = jurgen.submit(order, "request-return", &wish).await.text;
    assert!(asked.contains("We have your request"), "{asked}");
    let back = hidden(&olga.get(desk).await.text, "return_id");
    let approve = [("order_id", id), ("return_id", back.as_str()), ("decision", "approve"), ("answer", "Gern")];
    assert!(olga.submit(desk, "admin-answer-return", &approve).await.text.contains("The return is approved"));
    let receive = [("order_id", id), ("return_id", back.as_str()), ("restock", "on"), ("refund", "on")];
    assert!(olga.submit(desk, "admin-receive-return", &receive).await.text.contains("The return is received"));
}

/// Sends all that is due, and reads it back.
async fn mailed(shop: &TestShop) -> Vec<Received> {
    let server = MailServer::start("journey");
    let mailer = server.mailer();
    shop.shop.render_papers(10).await.unwrap();
    loop {
        let jobs = shop.shop.take_mail(8).await.unwrap();
        if jobs.is_empty() {
            return server.received();
        }
        for job in jobs {
            let sent = mailer.send(job.clone()).await;
            assert_eq!(sent, Sent::Accepted);
            shop.shop.settle_mail(&[(job, sent)]).await.unwrap();
        }
    }
}

fn text_of(file: &Path) -> String {
    let read = Command::new("pdftotext").arg("-layout").arg(file).arg("-").output().expect("scripts/setup papers");
    String::from_utf8(read.stdout).unwrap().replace('\u{a0}', " ")
}

/// The files as they arrived, which the validators of the field accept.
fn accepted(received: &[Received]) -> Vec<(String, String)> {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("journey-papers-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let mut read = Vec::new();
    for (name, media, bytes) in received.iter().flat_map(|mail| &mail.files) {
        assert_eq!(media, "application/pdf", "{name}");
        let file = folder.join(name);
        std::fs::write(&file, bytes).unwrap();
        read.push((name.clone(), text_of(&file)));
    }
    let arguments = ["--disable-file-logging", "--action", "validateExpectValid", "-d"];
    let (said, content) = java(&jar("Mustang-CLI"), "org.mustangproject.commandline.Main", &arguments, &folder);
    assert!(content, "{said}");
    let class = "org.verapdf.apps.GreenfieldCliWrapper";
    let (said, content) = java(&jar("greenfield-apps"), class, &["--format", "text", "-v"], &folder);
    assert!(content, "{said}");
    std::fs::remove_dir_all(&folder).unwrap();
    read.sort();
    read
}

#[tokio::test(flavor = "multi_thread")]
async fn an_order_is_paid_sent_in_parcels_and_taken_back_in_part_and_its_papers_are_in_the_mail() {
    let site = open().await;
    let (jurgen, olga) = (site.visitor(), site.visitor());
    jurgen.register("Jurgen").await;
    let signed_in = olga.call("login", &[("email", "olga@example.org"), ("password", "correct horse")]).await;
    assert_eq!(signed_in.status, StatusCode::OK);
    let order = bought(&jurgen).await;
    let (id, desk) = (order.trim_start_matches("/orders/"), format!("/admin{order}"));
    let mug = format!("units[v{}]", site.shop.variant("MUG").await);
    sent_in_two_parcels(&olga, &desk, id, &mug).await;
    sent_back(&jurgen, &order, &olga, &desk, &mug).await;
    assert_eq!(site.shop.shop.carry_out_refunds().await.unwrap(), 1);
    site.shop.deliver().await;
    let shown = jurgen.get(&order).await.text;
    for part in ["Payment received", "Returned items received", "Money given back", "Credit note CN-", "invoice.pdf"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }

    let number: i64 = site.shop.scalar("select number from orders where id::text = $1", id).await;
    let mut received = mailed(&site.shop).await;
    // Olga was welcomed, too.
    received.retain(|mail| mail.to == "jurgen@example.org");
    let subjects: Vec<_> = received.iter().map(|mail| mail.subject.as_str()).collect();
    let expected = [
        "Welcome to Kiln & Loom".to_owned(),
        format!("We received your order {number}"),
        format!("Payment received for order {number}"),
        format!("A part of order {number} is on its way"),
        format!("Order {number} is on its way"),
        format!("Your return of order {number} was approved"),
        format!("$24.00 given back for order {number}"),
    ];
    for subject in &expected {
        assert_eq!(subjects.iter().filter(|said| *said == subject).count(), 1, "{subject}: {subjects:?}");
    }
    assert_eq!(subjects.len(), expected.len(), "{subjects:?}");

    let papers = accepted(&received);
    let [(credit, given), (invoice, charged)] = papers.as_slice() else { panic!("{papers:?}") };
    assert!(invoice.starts_with("INV-") && credit.starts_with("CN-"), "{invoice} {credit}");
    let invoice = invoice.trim_end_matches(".pdf");
    for part in [invoice, "Jürgen Müller", "90402 Nürnberg", "72.00", "19 %"] {
        assert!(charged.contains(part), "{part}:\n{charged}");
    }
    for part in [credit.trim_end_matches(".pdf"), invoice, "24.00", "19 %"] {
        assert!(given.contains(part), "{part}:\n{given}");
    }
    site.shop.done().await;
}
