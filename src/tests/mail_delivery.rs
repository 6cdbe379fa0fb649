//! Mail on a real mail server with STARTTLS and a password: each kind arrives once, as text and HTML that say the same.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use shop::domain::{AccountLinkKind, Customer, Email, RefundState, Staff, Step};
use shop::dto::{RegisterForm, ReturnForm};
use shop::infrastructure::mail::{MailIdentity, SmtpMailer, SmtpServer};
use shop::usecase::SandboxOutcome::{Approve, Decline};
use shop::usecase::{CartOwner, Mailer, Sent};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::bank::Bank;
use crate::fulfilment::amount;
use crate::guests::{at_review, stocked};
use crate::harness::rules::{STAFF, seller};
use crate::harness::{Everything, TestShop, refused};
use crate::mail_server::{MailServer, Received};
use crate::outgoing::listens;
use crate::receiver::{Receiver, Says};

/// Sends what is due, as the worker does, until nothing is; answers how each attempt ended.
async fn send_all(shop: &TestShop, mailer: &SmtpMailer) -> Vec<Sent> {
    shop.shop.render_papers(100).await.unwrap();
    let mut ends = Vec::new();
    loop {
        let jobs = shop.shop.take_mail(8).await.unwrap();
        if jobs.is_empty() {
            return ends;
        }
        for job in jobs {
            let sent = mailer.send(job.clone()).await;
            shop.shop.settle_mail(&[(job.clone(), sent.clone())]).await.unwrap();
            ends.push(sent);
        }
    }
}

/// What the owner called the shop in the back office.
const RENAMED: &str = "Tea & Time";

/// Mail of every kind there is, none of it sent.
async fn one_of_each() -> TestShop {
    let shop = stocked().await;
    shop.sold_by(&seller()).await;
    shop.taking_transfers().await;
    crate::content::save(&shop.shop, STAFF, &[("name", RENAMED)]).await;
    let ada = shop.customer("Ada").await;
    let bought = shop.place_reserved(ada, &[("MUG", "1")]).await;
    shop.shop.pay_order(ada, bought, Approve).await.unwrap();
    shop.deliver().await;
    shop.shop.advance_order(STAFF.may(), bought, Step::Ship).await.unwrap();
    let back = ReturnForm { items: vec![(shop.variant("MUG").await, 1)], reason: "Too small".into() };
    shop.shop.request_return(ada, bought, &back, None).await.unwrap();
    let asked = shop.order(ada, bought).await.returns[0].id;
    shop.shop.answer_return(STAFF.may(), asked, true, "Of course").await.unwrap();
    let regretted = shop.place_reserved(ada, &[("MUG", "1")]).await;
    shop.shop.pay_order(ada, regretted, Approve).await.unwrap();
    shop.shop.cancel_order(ada, regretted).await.unwrap();
    shop.shop.carry_out_refunds().await.unwrap();
    refund_that_fails(&shop, ada).await;
    let by_transfer = shop.place_reserved(ada, &[("MUG", "1")]).await;
    shop.shop.choose_manual_payment(ada, by_transfer).await.unwrap();
    crate::readdress::to_street(&shop, STAFF, by_transfer, "2 Another Street").await.unwrap();
    let (guest, form) = at_review(&shop, "guest@example.org").await;
    let order = shop.shop.place_order(guest, form).await.unwrap();
    shop.deliver().await;
    shop.shop.mail_order_link(order).await.unwrap();
    shop.shop.cancel_order(guest, order).await.unwrap();
    let form = RegisterForm { name: "Olga".into(), email: "olga@example.org".into(), password: "correct horse".into() };
    let olga = shop.shop.create_staff(form).await.unwrap();
    shop.shop.invite_staff(olga.staff().unwrap().may(), "pia@example.org", "packing").await.unwrap();
    shop.deliver().await;
    let letter = crate::staff_messages::letter("1", "About <your> mugs", "Dear Ada,\n\nthey are & stay blue.");
    shop.shop.write_to_customer(olga.staff().unwrap().may(), by_transfer, &letter).await.unwrap();
    review_that_is_asked_for(&shop, ada).await;
    mail_of_accounts(&shop, ada).await;
    mail_of_wishes_and_of_who_leaves(&shop).await;
    webhook_that_is_gone(&shop, olga.staff().unwrap()).await;
    let unpaid = shop.place_reserved(ada, &[("MUG", "2")]).await;
    refused(shop.shop.pay_order(ada, unpaid, Decline).await);
    // What asks for money waits for those who pay at once.
    shop.clock.advance(time::Duration::minutes(3));
    assert_eq!(shop.shop.ask_for_payment(10).await.unwrap(), 1);
    shop
}

/// Of a parcel that left two weeks ago.
async fn review_that_is_asked_for(shop: &TestShop, customer: Customer) {
    let order = shop.place_reserved(customer, &[("MUG", "1")]).await;
    shop.shop.pay_order(customer, order, Approve).await.unwrap();
    shop.deliver().await;
    shop.shop.advance_order(STAFF.may(), order, Step::Ship).await.unwrap();
    shop.deliver().await;
    shop.execute("update shipments set created_at = created_at - interval '15 days'").await;
    assert_eq!(shop.shop.request_reviews(10).await.unwrap(), 1);
}

/// Ada asks for her address to be confirmed, has another, forgets her password and changes it, and has a second factor and loses
/// it.
async fn mail_of_accounts(shop: &TestShop, ada: Customer) {
    shop.clock.advance(AccountLinkKind::VerifyEmail.pause());
    shop.shop.mail_verification(ada).await.unwrap();
    shop.shop.mail_password_reset(&Email::parse("ada@example.org").unwrap()).await.unwrap();
    crate::account::ask_email_change(shop, ada, "countess@example.org", "correct horse").await.unwrap();
    let link = crate::account::link(shop, "email_change").await;
    shop.shop.confirm_email(ada, &link).await.unwrap();
    shop.shop.change_password(ada, "correct horse", "another horse").await.unwrap();
    let (_, codes) = crate::factors::set_up(shop, ada).await;
    shop.shop.take_factor_code(ada, &codes[0]).await.unwrap();
    shop.shop.renew_recovery_codes(ada).await.unwrap();
    for _ in 0..5 {
        shop.shop.take_factor_code(ada, "000000").await.unwrap_err();
    }
    shop.shop.remove_totp(ada).await.unwrap();
    crate::passkeys::added_used_and_removed(shop, ada).await;
    crate::factors::set_up(shop, ada).await;
    shop.shop.reset_factors_by_address("countess@example.org").await.unwrap();
}

/// A guest hears that something is back. Zoe signs in elsewhere and has what is kept of her; Yan goes.
async fn mail_of_wishes_and_of_who_leaves(shop: &TestShop) {
    let (zoe, yan) = (shop.register("Zoe").await, shop.customer("Yan").await);
    shop.deliver().await;
    shop.execute("update users set email_verified_at = now() where name = 'Zoe'").await;
    shop.shop.mail_new_device(&zoe, "Firefox on Linux", Some("192.0.2.0/24")).await.unwrap();
    shop.shop.request_data_export(zoe.customer(), "correct horse").await.unwrap();
    assert!(shop.shop.make_next_data_export().await.unwrap());
    let guest = Email::parse("guest@example.org").unwrap();
    shop.shop.wish_stock(None, shop.variant("MUG").await, &guest).await.unwrap();
    shop.shop.confirm_stock_wish(&crate::account::link(shop, "stock_wish").await).await.unwrap();
    assert_eq!(shop.shop.grant_stock_wishes(1).await.unwrap(), 1);
    // What was written to him before would lose its words.
    shop.execute("delete from email_messages where recipient = 'yan@example.org'").await;
    shop.shop.close_account(yan, "correct horse").await.unwrap();
}

/// After its letter was written.
async fn refund_that_fails(shop: &TestShop, customer: Customer) {
    let order = shop.place_reserved(customer, &[("MUG", "1")]).await;
    shop.shop.pay_order(customer, order, Approve).await.unwrap();
    shop.deliver().await;
    let bank = Bank::of(shop).await;
    let refund = bank.gives(order, &amount("1.00")).await;
    shop.deliver().await;
    bank.says(order, refund, RefundState::Failed).await;
}

/// The program that listened says so itself.
async fn webhook_that_is_gone(shop: &TestShop, owner: Staff) {
    let erp = Receiver::saying(Says::status(410)).await;
    let (id, _) = listens(shop, owner, &erp.url, &["order.paid"]).await;
    shop.shop.test_endpoint(owner.may(), id).await.unwrap();
    assert_eq!(shop.shop.send_due_webhooks(4).await.unwrap(), 1);
}

/// The kinds that the shop writes, as its sources name them: one that is new is found here, and has to be sent below.
fn written() -> BTreeSet<String> {
    let mut kinds = BTreeSet::new();
    for entry in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/src/usecase")).unwrap() {
        let path = entry.unwrap().path();
        if !path.file_name().unwrap().to_str().unwrap().starts_with("mail_") {
            continue;
        }
        let source: String = std::fs::read_to_string(path).unwrap().split_whitespace().collect();
        for call in ["message(shop,\"", "security_mail(shop,name,\""] {
            kinds.extend(source.split(call).skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()));
        }
    }
    kinds
}

fn by_id(all: Vec<Received>) -> BTreeMap<String, Received> {
    let count = all.len();
    let by_id: BTreeMap<_, _> = all.into_iter().map(|mail| (mail.id.clone(), mail)).collect();
    assert_eq!(by_id.len(), count, "one arrived twice");
    by_id
}

#[tokio::test(flavor = "multi_thread")]
async fn each_kind_of_mail_arrives_once_in_text_and_html_that_say_the_same() {
    let shop = one_of_each().await;
    let server = MailServer::start("each-kind");
    // As they are before they are sent: of links that work once, nothing is kept afterwards.
    let bodies: BTreeMap<uuid::Uuid, String> =
        sqlx::query_as::<_, (uuid::Uuid, String)>("select id, body from email_messages")
            .fetch_all(shop.shop.store().pool())
            .await
            .unwrap()
            .into_iter()
            .collect();
    let ends = send_all(&shop, &server.mailer()).await;
    assert!(ends.iter().all(|sent| *sent == Sent::Accepted), "{ends:?}");
    let queued: Vec<(uuid::Uuid, String, String, String, String)> =
        sqlx::query_as("select id, kind, recipient, subject, state from email_messages order by created_at, id")
            .fetch_all(shop.shop.store().pool())
            .await
            .unwrap();
    let received = by_id(server.received());
    assert_eq!(received.len(), queued.len(), "what asks for what was paid meanwhile is gone");
    let of_no_order = "select count(*) from email_messages m where kind not in ('staff_invitation', 'webhook_disabled',
            'account_closed', 'stock_wish', 'back_in_stock')
        and user_id is null
        and not exists (select from orders o where o.id = m.about)";
    assert_eq!(shop.count(of_no_order).await, 0);
    let secrets = "select count(*) from email_messages where (body || content::text) ~ '(password|email|wish|invitation|requests|unsubscribe)[?]token=[0-9a-f]'";
    assert_eq!(shop.count(secrets).await, 0, "what was sent opens nothing any more to who reads it here");
    let mut kinds = BTreeMap::new();
    for (id, kind, to, subject, state) in queued {
        let body = &bodies[&id];
        let mail = received.get(&format!("{id}@shop.example")).unwrap_or_else(|| panic!("{kind} did not arrive"));
        assert_eq!(
            (mail.to.as_str(), mail.subject.as_str(), state.as_str()),
            (to.as_str(), subject.as_str(), "accepted")
        );
        assert_eq!(mail.reply_to, "orders@kiln.example", "{kind}: whoever replies reaches the business");
        assert_eq!(mail.text.trim(), body.trim(), "{kind}");
        assert!(mail.text.contains(RENAMED) && !mail.text.contains("Kiln & Loom"), "{kind} is signed by: {body}");
        let words = html_escape::decode_html_entities(&mail.html);
        // Every line of the text, its links with the guest's secret among them.
        for line in body.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let parts: Vec<_> = if line.starts_with("http") { vec![line] } else { line.split(": ").collect() };
            for part in parts {
                assert!(words.contains(part.trim_end_matches(':')), "{kind}: {part} is not in the HTML:\n{words}");
            }
        }
        for foreign in ["<img", "<link", "@import", "url(", "<script"] {
            assert!(!mail.html.contains(foreign), "{kind} loads something: {foreign}");
        }
        if let Ok(folder) = std::env::var("KEEP_MAIL") {
            std::fs::write(std::path::Path::new(&folder).join(format!("{kind}.html")), &mail.html).unwrap();
        }
        let paper = match kind.as_str() {
            "payment_received" | "refund_failed" => Some("INV-"),
            "refunded" => Some("CN-"),
            _ => None,
        };
        let names: Vec<_> = mail.files.iter().map(|(name, ..)| name.get(..paper.map_or(0, str::len))).collect();
        assert_eq!(names, Vec::from_iter(paper.map(Some)), "{kind}");
        if let Some((name, media, bytes)) = mail.files.first() {
            let kept = shop.scalar::<Vec<u8>>("select pdf from papers where number || '.pdf' = $1", name).await;
            assert_eq!((media.as_str(), bytes), ("application/pdf", &kept));
        }
        kinds.insert(kind, ());
    }
    let mut all = vec![
        "address_changed",
        "items_set_aside",
        "order_cancelled",
        "order_link",
        "order_received",
        "order_shipped",
        "payment_failed",
        "payment_instructions",
        "payment_received",
        "refund_failed",
        "refunded",
        "return_answered",
        "staff_invitation",
        "staff_message",
        "webhook_disabled",
    ];
    let of_accounts = ["email_change", "email_change_asked", "email_changed", "password_changed", "password_reset"];
    all.extend(of_accounts.into_iter().chain([
        "verify_email",
        "welcome",
        "new_device",
        "data_ready",
        "account_closed",
    ]));
    all.extend(["stock_wish", "back_in_stock", "review_request"]);
    all.extend(["passkey_added", "passkey_copied", "passkey_removed", "wrong_codes"]);
    all.extend(["factor_added", "factor_removed", "factor_reset", "recovery_code_used", "recovery_codes_made"]);
    all.sort_unstable();
    assert_eq!(kinds.into_keys().collect::<Vec<_>>(), all);
    assert_eq!(written().into_iter().collect::<Vec<_>>(), all);
    // Those that the browser suite looks at.
    let mut samples: Vec<_> =
        shop.shop.sample_mail().unwrap().into_iter().map(|letter| (letter.kind, letter.content.is_some())).collect();
    samples.sort();
    assert_eq!(samples, all.into_iter().map(|kind| (kind.to_owned(), true)).collect::<Vec<_>>());
    assert!(send_all(&shop, &server.mailer()).await.is_empty());
    shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_password_and_an_unknown_authority_lose_no_mail() {
    let shop = one_of_each().await;
    let server = MailServer::start("refusing");
    let identity = || MailIdentity::new("Kiln & Loom", "shop.example", None).unwrap();
    let unknown = SmtpServer { ca_file: None, ..server.address("a-pass-phrase") };
    let missing = SmtpServer { ca_file: Some("/nowhere.pem".into()), ..server.address("a-pass-phrase") };
    for address in [server.address("another"), unknown, missing] {
        let ends = send_all(&shop, &SmtpMailer::new(address, identity())).await;
        assert!(!ends.is_empty() && ends.iter().all(|sent| matches!(sent, Sent::NotNow(_))), "{ends:?}");
        shop.clock.advance(time::Duration::hours(4));
    }
    assert!(server.received().is_empty());
    let ends = send_all(&shop, &server.mailer()).await;
    assert_eq!(by_id(server.received()).len(), ends.len());
    assert_eq!(shop.count("select count(*) from email_messages where state <> 'accepted'").await, 0);
    shop.done().await;
}

/// What a mail server that is ill does with whoever comes.
#[derive(Clone, Copy)]
enum Ill {
    /// Takes the connection and says nothing.
    HalfOpen,
    /// Greets after ten seconds.
    Slow,
    /// Says that it is closed.
    Refusing,
}

async fn ill_server(how: Ill) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let greeting: &[u8] = match how {
                    Ill::HalfOpen => b"",
                    Ill::Slow => {
                        tokio::time::sleep(Duration::from_secs(10)).await;
                        b"220 at last\r\n"
                    }
                    Ill::Refusing => b"421 closed\r\n",
                };
                let _ = stream.write_all(greeting).await;
                let _ = stream.read_to_end(&mut Vec::new()).await;
            });
        }
    });
    port
}

/// T-16: whatever the mail server does, orders go on, and once it is well again every mail arrives, none twice.
#[tokio::test(flavor = "multi_thread")]
async fn while_the_mail_server_is_ill_orders_go_on_and_all_mail_arrives_afterwards_once() {
    let shop = one_of_each().await;
    let server = MailServer::start("recovered");
    for how in [Ill::Refusing, Ill::HalfOpen, Ill::Slow] {
        let address = SmtpServer { port: ill_server(how).await, ..server.address("a-pass-phrase") };
        let ill = SmtpMailer::new(address, MailIdentity::new("Kiln & Loom", "shop.example", None).unwrap());
        let jobs = shop.shop.take_mail(8).await.unwrap();
        assert!(!jobs.is_empty());
        let trying = futures::future::join_all(jobs.into_iter().map(async |job| {
            let sent = ill.send(job.clone()).await;
            shop.shop.settle_mail(&[(job.clone(), sent.clone())]).await.unwrap();
            sent
        }));
        let ordering = async {
            let begun = std::time::Instant::now();
            let (guest, form) = at_review(&shop, "another@example.org").await;
            let order = shop.shop.place_order(guest, form).await.unwrap();
            shop.deliver().await;
            shop.shop.pay_order(guest, order, Approve).await.unwrap();
            assert!(begun.elapsed() < Duration::from_secs(5), "an order was slowed");
            assert!(matches!(guest, CartOwner::Guest(Some(_))));
        };
        let (ends, ()) = tokio::join!(trying, ordering);
        assert!(ends.iter().all(|sent| matches!(sent, Sent::NotNow(_))), "{ends:?}");
        shop.clock.advance(time::Duration::minutes(5));
    }
    shop.deliver().await;
    shop.clock.advance(time::Duration::hours(4));
    let mailer = server.mailer();
    send_all(&shop, &mailer).await;
    let received = by_id(server.received());
    assert_eq!(i64::try_from(received.len()).unwrap(), shop.count("select count(*) from email_messages").await);
    assert_eq!(shop.count("select count(*) from email_messages where state <> 'accepted'").await, 0);
    shop.done().await;
}
