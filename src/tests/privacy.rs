//! What somebody has of the shop about themselves: the file with all of it, for them alone, and that they go.

use std::io::{Cursor, Read as _};

use futures::future::join_all;
use shop::domain::{Email, OrderId, PersonId, Refusal, Step};
use shop::dto::DataExportState;
use shop::usecase::{Clock as _, PrivacyViews as _, Result};
use time::Duration;

use crate::account::ask_email_change;
use crate::customers::{guest_order, number, staff};
use crate::factors::set_up;
use crate::fulfilment::Paid;
use crate::guests::stocked;
use crate::harness::{Everything, TestShop, address, refused};

const PASSWORD: &str = "correct horse";
const READY: &str = "select count(*) from email_messages where kind = 'data_ready'";

async fn confirm_all(shop: &TestShop) {
    shop.execute("update users set email_verified_at = now()").await;
}

fn unpacked(file: Vec<u8>, name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(file)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

#[tokio::test]
async fn somebody_has_all_that_is_kept_of_them_in_a_file_for_them_alone() {
    let Paid { shop, ada, mug, .. } = Paid::order().await;
    guest_order(&shop, "other@example.org").await;
    let bob = shop.customer("Bob").await;
    shop.shop.add_address(ada, address(), true).await.unwrap();
    let ask = async |password: &str| shop.shop.request_data_export(ada, password).await;
    assert_eq!(refused(ask("wrong horse").await), Refusal::WrongCredentials);
    assert_eq!(refused(ask(PASSWORD).await), Refusal::AddressUnconfirmed);
    confirm_all(&shop).await;
    shop.shop.wish_stock(Some(ada), mug, &Email::parse("ada@example.org").unwrap()).await.unwrap();
    shop.shop.add_to_wishlist(ada, "mug").await.unwrap();
    ask_email_change(&shop, ada, "next@example.org", PASSWORD).await.unwrap();
    let (key, codes) = set_up(&shop, ada).await;
    let passkey = "insert into passkeys (id, user_id, credential_id, name, data, created_at)
        select gen_random_uuid(), id, 'credential', 'Blue phone', 'what its device proves', now() from users where name = 'Ada'";
    shop.execute(passkey).await;
    let hers = "insert into promotions (id, name, code, kind, percent, position, user_id)
        select gen_random_uuid(), 'Only for her', 'ADA10', 'percent', 10, 99, id from users where name = 'Ada'";
    shop.execute(hers).await;
    for asked in join_all((0..2).map(|_| shop.shop.request_data_export(ada, PASSWORD))).await {
        asked.unwrap();
    }
    assert_eq!(shop.count("select count(*) from data_exports").await, 1, "one at a time");
    let state = async || shop.shop.privacy(ada).await.unwrap().export.map(|export| export.state);
    assert_eq!(state().await, Some(DataExportState::Waiting));
    assert_eq!(refused(shop.shop.data_export(ada).await), Refusal::NotFound);
    // By two workers at once.
    let other = shop.another_process().await;
    let made = join_all([&shop.shop, &other].map(|worker| worker.make_next_data_export())).await;
    assert_eq!(made.into_iter().filter(|made| *made.as_ref().unwrap()).count(), 1);
    assert_eq!((state().await, shop.count(READY).await), (Some(DataExportState::Ready), 1));
    let file = shop.shop.data_export(ada).await.unwrap();
    let (json, html) = (unpacked(file.clone(), "data.json"), unpacked(file, "data.html"));
    for part in ["ada@example.org", "Lovelace", "SW1Y 4JH", "Your account is ready", "Product MUG", "Blue phone"] {
        assert!(json.contains(part) && html.contains(part), "{part} is missing: {html}");
    }
    let proofs = [key.as_str(), codes[0].as_str(), "what its device proves"];
    for secret in ["other@example.org", "bob@example.org", "argon2"].into_iter().chain(proofs) {
        assert!(!json.contains(secret) && !html.contains(secret), "{secret}: {html}");
    }
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["customer"]["stock_wishes"][0]["sku"], "MUG");
    assert!(json["customer"]["account"]["address_confirmed"].is_string());
    assert!(json["customer"]["account"]["work"].is_null() && json["customer"]["invitation"].is_null());
    let asked = json["customer"]["links"].as_array().unwrap();
    assert!(asked.iter().any(|link| link["email"] == "next@example.org" && link["for"] == "change_email"), "{asked:?}");
    assert_eq!(json["customer"]["wishlist"][0]["product"], "Product MUG");
    assert_eq!(json["customer"]["promotions"][0]["code"], "ADA10");
    let factors = &json["customer"]["second_factors"];
    assert!(factors["app"]["since"].is_string() && factors["passkeys"][0]["last_used"].is_null(), "{factors}");
    assert_eq!(factors["recovery_codes_left"], 10);
    assert_eq!(refused(shop.shop.data_export(bob).await), Refusal::NotFound, "it is hers");
    // Asked for again at once, it stays; later it is made anew.
    ask(PASSWORD).await.unwrap();
    assert_eq!(state().await, Some(DataExportState::Ready));
    shop.clock.advance(Duration::minutes(11));
    ask(PASSWORD).await.unwrap();
    assert_eq!(state().await, Some(DataExportState::Waiting));
    assert!(shop.shop.make_next_data_export().await.unwrap());
    shop.clock.advance(Duration::days(7));
    assert_eq!(refused(shop.shop.data_export(ada).await), Refusal::NotFound, "a week is over");
    shop.clock.advance(Duration::SECOND);
    assert_eq!(shop.shop.run_housekeeping().await.unwrap().data_exports, 1);
    shop.done().await;
}

#[tokio::test]
async fn who_is_killed_while_they_make_a_file_is_overtaken_and_what_never_ends_is_given_up() {
    let shop = TestShop::open().await;
    let ada = shop.customer("Ada").await;
    confirm_all(&shop).await;
    shop.shop.request_data_export(ada, PASSWORD).await.unwrap();
    let take = async |minutes: i64| {
        shop.clock.advance(Duration::minutes(minutes));
        let now = shop.clock.now();
        shop.shop.store().take_data_export(now, now + Duration::minutes(2)).await.unwrap()
    };
    let first = take(0).await.unwrap();
    assert_eq!(first.tries, 1);
    assert!(!shop.shop.make_next_data_export().await.unwrap(), "somebody has it");
    assert_eq!(take(2).await.unwrap().tries, 2);
    assert_eq!(take(2).await.unwrap().tries, 3);
    shop.clock.advance(Duration::minutes(2));
    assert!(shop.shop.make_next_data_export().await.unwrap());
    let export = shop.shop.privacy(ada).await.unwrap().export.unwrap();
    assert_eq!((export.state, shop.count(READY).await), (DataExportState::Failed, 0));
    shop.shop.request_data_export(ada, PASSWORD).await.unwrap();
    assert!(shop.shop.make_next_data_export().await.unwrap(), "asked for anew, it is tried anew");
    assert_eq!(shop.count(READY).await, 1);
    shop.done().await;
}

#[tokio::test]
async fn an_account_goes_at_once_and_its_orders_tell_of_nobody_after_the_time_that_the_law_wants() {
    let Paid { shop, ada, staff, id, mug, .. } = Paid::order().await;
    confirm_all(&shop).await;
    shop.shop.add_address(ada, address(), true).await.unwrap();
    shop.shop.note_customer(staff.may(), PersonId(ada.0.0), "Likes blue").await.unwrap();
    shop.shop.wish_stock(Some(ada), mug, &Email::parse("ada@example.org").unwrap()).await.unwrap();
    shop.shop.add_to_wishlist(ada, "mug").await.unwrap();
    shop.execute(
        "update order_discounts set customer_key = encode(sha256('ada@example.org'), 'hex');
         insert into promotion_uses select promotion_id, customer_key, 1 from order_discounts;
         update promotions set uses = 1",
    )
    .await;
    let uses = "select count(*) from promotion_uses where customer_key = encode(sha256('ada@example.org'), 'hex')";
    assert_eq!(shop.count(uses).await, 1);
    let number = number(&shop, staff, id).await;
    let close = async |password: &str| shop.shop.close_account(ada, password).await;
    assert_eq!(refused(close("wrong horse").await), Refusal::WrongCredentials);
    assert_eq!(refused(close(PASSWORD).await), Refusal::OrdersUnderWay { numbers: vec![number] });
    assert_eq!(shop.shop.privacy(ada).await.unwrap().under_way, [number]);
    for step in [Step::Ship, Step::Complete] {
        shop.shop.advance_order(staff.may(), id, step).await.unwrap();
    }
    shop.deliver().await;
    assert!(shop.shop.privacy(ada).await.unwrap().under_way.is_empty());
    shop.execute("update users set role = 'staff' where name = 'Ada'").await;
    assert_eq!(refused(close(PASSWORD).await), Refusal::WorksHereStill);
    shop.execute("update users set role = 'customer' where name = 'Ada'").await;
    let both: Vec<Result<()>> = join_all((0..2).map(|_| shop.shop.close_account(ada, PASSWORD))).await;
    assert_eq!(both.iter().filter(|closed| closed.is_ok()).count(), 1, "once: {both:?}");

    assert!(shop.sign_in("ada@example.org", PASSWORD).await.is_err());
    for nothing in [
        "select count(*) from users where name = 'Ada'",
        "select count(*) from addresses",
        "select count(*) from stock_wishes",
        "select count(*) from wishlist_items",
        "select count(*) from customer_notes",
        "select count(*) from carts where user_id is not null",
        "select count(*) from email_messages where body like '%Ada%' and kind <> 'account_closed'",
        "select count(*) from email_messages where recipient = 'ada@example.org' and kind <> 'account_closed'",
    ] {
        assert_eq!(shop.count(nothing).await, 0, "{nothing}");
    }
    let last = "select count(*) from email_messages where recipient = 'ada@example.org' and state = 'queued'";
    assert_eq!(shop.count(last).await, 1, "a last letter is on its way");
    let order = shop.shop.staff_order(staff.may(), id).await.unwrap().order;
    assert_eq!(order.shipping_address.unwrap().name, "Ada Lovelace", "the law wants it kept");
    assert_eq!(order.email, "ada@example.org");
    // By the link of a letter that came before.
    shop.execute("insert into review_refusals values ('Ada@example.org', now())").await;
    let refusals = "select count(*) from review_refusals";
    shop.clock.advance(Duration::days(3649));
    assert_eq!(shop.shop.run_housekeeping().await.unwrap().anonymised_orders, 0);
    assert_eq!((shop.count(uses).await, shop.count(refusals).await), (1, 1), "as long as the order names her");
    shop.clock.advance(Duration::days(2));
    assert_eq!(shop.shop.run_housekeeping().await.unwrap().anonymised_orders, 1);
    assert_eq!((shop.count(uses).await, shop.count(refusals).await), (0, 0), "a hash of an address names it, too");
    assert_eq!(shop.count("select count(*) from promotion_uses").await, 1);
    let order = shop.shop.staff_order(staff.may(), id).await.unwrap().order;
    assert_eq!(order.shipping_address.unwrap().name, "Anonymised");
    assert!(order.email.ends_with("@anonymised.invalid"), "{}", order.email);
    assert_eq!(shop.shop.run_housekeeping().await.unwrap().anonymised_orders, 0);
    shop.done().await;
}

#[tokio::test]
async fn an_account_that_has_not_shown_whose_its_address_is_takes_nothing_of_theirs_along() {
    let shop = stocked().await;
    let (_, id) = guest_order(&shop, "ada@example.org").await;
    let eve = shop.customer("Ada").await;
    shop.deliver().await;
    let letters = "select count(*) from email_messages where recipient = 'ada@example.org' and body <> ''";
    let before = shop.count(letters).await;
    assert!(before >= 2, "of the order, and a welcome");
    assert!(shop.shop.privacy(eve).await.unwrap().under_way.is_empty(), "the order is not theirs");
    shop.shop.close_account(eve, PASSWORD).await.unwrap();
    // The welcome went, and the last letter came.
    assert_eq!(shop.count(letters).await, before);
    let of_order: i64 =
        shop.scalar("select count(*) from email_messages where about::text = $1 and body <> ''", &id.to_string()).await;
    assert!(of_order >= 1, "what was written about the order is its buyer's");
    shop.done().await;
}

#[tokio::test]
async fn what_a_guest_ordered_with_a_confirmed_address_is_the_accounts_too() {
    let shop = stocked().await;
    let (_, id) = guest_order(&shop, "ada@example.org").await;
    let (_, others) = guest_order(&shop, "eve@example.org").await;
    let (ada, staff) = (shop.customer("Ada").await, staff(&shop).await);
    confirm_all(&shop).await;
    let number = number(&shop, staff, id).await;
    assert_eq!(shop.shop.privacy(ada).await.unwrap().under_way, [number]);
    let closed = shop.shop.close_account(ada, PASSWORD).await;
    assert_eq!(refused(closed), Refusal::OrdersUnderWay { numbers: vec![number] });
    shop.shop.cancel_order_by_staff(staff.may(), id).await.unwrap();
    shop.deliver().await;
    assert!(shop.shop.privacy(ada).await.unwrap().under_way.is_empty());
    shop.shop.close_account(ada, PASSWORD).await.unwrap();
    let marked =
        "select count(*) from orders where account_closed_at is not null and user_id is null and id::text = $1";
    let of = async |id: OrderId| -> i64 { shop.scalar(marked, &id.to_string()).await };
    assert_eq!((of(id).await, of(others).await), (1, 0), "it is anonymised in its time, and nobody else's");
    shop.done().await;
}

/// What knows somebody, or an order of theirs, and is no part of what they are handed.
const NOT_HANDED_OUT: [(&str, &str); 8] = [
    ("data_exports", "the file itself"),
    ("idempotency_keys", "what their own calls were answered, for a day"),
    ("kept_forms", "what staff typed, for a day"),
    ("promotion_uses", "how often, beside each order's own discounts"),
    ("reservations", "the order says it"),
    ("seller", "the shop's own address"),
    ("stock_movements", "of the shelf"),
    ("stock_reservations", "of the shelf"),
];

/// A new table that knows people by account, address or order is handed out, or named above with a reason.
#[tokio::test]
async fn every_table_that_knows_somebody_is_handed_out_to_them() {
    let shop = TestShop::open().await;
    let known: Vec<String> = sqlx::query_scalar(
        "select distinct c.table_name::text from information_schema.columns c
         join information_schema.tables t on t.table_schema = c.table_schema and t.table_name = c.table_name
         where c.table_schema = 'public' and t.table_type = 'BASE TABLE'
            and c.column_name in ('user_id', 'email', 'recipient', 'order_id', 'customer_key')",
    )
    .fetch_all(shop.shop.store().pool())
    .await
    .unwrap();
    assert!(known.len() > 25 && known.iter().any(|table| table == "reviews"), "{known:?}");
    let statement = [
        include_str!("../infrastructure/postgres/customers/export.rs"),
        include_str!("../infrastructure/postgres/customers/view.rs"),
        include_str!("../infrastructure/postgres/orders/mod.rs"),
        include_str!("../infrastructure/postgres/orders/parts.rs"),
    ];
    let words: Vec<&str> = statement.iter().flat_map(|text| text.split_whitespace()).collect();
    let reads = |table: &str| words.windows(2).any(|pair| matches!(pair, ["from" | "join", name] if *name == table));
    let excused = |table: &str| NOT_HANDED_OUT.iter().any(|(name, _)| *name == table);
    let missing: Vec<_> = known.iter().filter(|table| reads(table) == excused(table)).collect();
    assert!(missing.is_empty(), "handed out, or named in the list, and not both: {missing:?}");
    shop.done().await;
}
