//! `restored`: what it refuses. What it does is `server/tests/chaos/restore.rs`.

use shop::usecase::SandboxOutcome;

use crate::harness::TestShop;
use crate::{at, said};

const RECORDED: &str = "select count(*) from audit_log where subject_kind = 'restore'";

#[tokio::test(flavor = "multi_thread")]
async fn a_database_that_was_not_restored_is_left_as_it_is() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let ada = shop.customer("Ada").await;
    shop.place_reserved(ada, &[("MUG", "1")]).await;
    let waiting = shop.count("select count(*) from email_messages where state = 'queued'").await;
    assert!(waiting > 0);
    let then = "2026-01-01T00:00:00Z";

    let (code, told) = said(&["restored", "--to", then], &at(&shop.url));
    assert!(code == 1 && told.contains("somebody is connected") && told.contains("--beside-others"), "{told}");
    for more in [["--beside-others", "--order-numbers=0"], ["--beside-others", "--dry-run"]] {
        let (code, told) = said(&[&["restored", "--to", then][..], &more].concat(), &at(&shop.url));
        assert!(code == 1 && told.contains("was not restored to that moment"), "{told}");
    }
    let (code, told) = said(&["restored", "--to", "yesterday"], &at(&shop.url));
    assert_eq!(code, 2, "{told}");
    assert_eq!(said(&["restored"], &at(&shop.url)).0, 2, "to which moment?");

    // It is the one that a worker was at work in; and before there was one, nobody knows.
    let later = ["restored", "--to", "2200-01-01T00:00:00Z", "--beside-others"];
    let (code, told) = said(&later, &at(&shop.url));
    assert!(code == 1 && told.contains("no release has written down") && told.contains("--force"), "{told}");
    shop.shop.store().record_identity().await.unwrap();
    let (code, told) = said(&later, &at(&shop.url));
    assert!(code == 1 && told.contains("the very database") && told.contains("--force"), "{told}");

    // Told what there is to do, a shop at work does it not.
    let (code, told) = said(&["restored", "--to", "2200-01-01T00:00:00Z", "--dry-run"], &at(&shop.url));
    assert!(
        code == 0 && told.contains(&format!("{waiting} letters")) && told.contains("to be stopped first"),
        "{told}"
    );
    assert!(told.contains("refused without --force"), "{told}");
    assert_eq!(shop.count(RECORDED).await, 0);
    assert_eq!(shop.count("select count(*) from email_messages where state = 'queued'").await, waiting);
    shop.done().await;
}

/// Each is due, and whoever has it may have had it in a time that is lost: something is back, an order waits to be paid, and another
/// one was sent two weeks ago.
const WRITTEN_BY_ITSELF: &str = "
    insert into stock_wishes (id, variant_id, email, asked_at, confirmed_at, expires_at)
        select gen_random_uuid(), id, 'bob@example.org', now(), now(), '2100-01-01' from product_variants;
    update orders set expires_at = now() + interval '5 minutes' where status = 'pending';
    update orders set status = 'shipped' where status = 'paid';
    insert into shipments (id, order_id, created_at)
        select gen_random_uuid(), id, now() - interval '15 days' from orders where status = 'shipped'";
/// The books know of no such parcel.
const NEVER_SENT: &str = "
    delete from review_requests;
    delete from shipments;
    update orders set status = 'paid' where status = 'shipped'";

#[tokio::test(flavor = "multi_thread")]
async fn what_a_worker_writes_of_itself_waits_for_approval_too() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let ada = shop.customer("Ada").await;
    let paid = shop.place_reserved(ada, &[("MUG", "1")]).await;
    shop.shop.pay_order(ada, paid, SandboxOutcome::Approve).await.unwrap();
    shop.deliver().await;
    shop.place_reserved(ada, &[("MUG", "1")]).await;
    shop.execute(WRITTEN_BY_ITSELF).await;
    let restored = ["restored", "--to", "2200-01-01T00:00:00Z", "--beside-others", "--force"];
    let (code, told) = said(&restored, &at(&shop.url));
    assert_eq!(code, 0, "{told}");
    let held = "select count(distinct kind) from email_messages where state = 'uncertain'
        and kind in ('back_in_stock', 'items_set_aside', 'review_request')";
    assert_eq!(shop.count(held).await, 3, "{told}");
    assert_eq!(shop.count("select count(*) from email_messages where state in ('queued', 'sending')").await, 0);
    shop.execute(NEVER_SENT).await;
    shop.done().await;
}

/// As a backup has it.
const OF_BEFORE: [&str; 3] = [
    "update database_identity set system_identifier = system_identifier - 1",
    "update database_identity set timeline = timeline - 1",
    "update database_identity set database = database - 1",
];

#[tokio::test(flavor = "multi_thread")]
async fn a_cluster_a_timeline_or_a_database_that_the_shop_did_not_work_in_was_restored() {
    let shop = TestShop::open().await;
    for (day, of_before) in OF_BEFORE.into_iter().enumerate() {
        shop.shop.store().record_identity().await.unwrap();
        shop.execute(of_before).await;
        let to = format!("2200-01-0{}T00:00:00Z", day + 1);
        let (code, told) = said(&["restored", "--to", &to, "--beside-others"], &at(&shop.url));
        assert_eq!(code, 0, "{of_before}: {told}");
    }
    assert_eq!(shop.count(RECORDED).await, 6);
    shop.done().await;
}
