//! What whoever orders agrees to: the terms that their page named, or nothing is ordered.

use shop::domain::{Customer, OrderId, Refusal, ReviewedPart, Staff};
use shop::usecase::PlaceOrder;

use crate::content::fields;
use crate::guests::at_review;
use crate::harness::{Everything, TestShop, refused};
use crate::held::HeldWay;
use crate::providers::approving;

async fn opened() -> (TestShop, Staff, Customer) {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 90)]).await;
    let staff = Staff(shop.register("Olga").await.id);
    let ada = shop.customer("Ada").await;
    (shop, staff, ada)
}

async fn shown(shop: &TestShop) -> i64 {
    shop.count("select version from pages where slug = 'terms'").await
}

/// The next version of the terms.
async fn publish(shop: &TestShop, staff: Staff) {
    let version = shown(shop).await;
    let (read, body) = (version.to_string(), format!("What followed version {version}."));
    let typed = [("slug", "terms"), ("version", &read), ("title", "Terms"), ("body", &body), ("place", "footer")];
    shop.shop.save_page(staff.may(), &fields(&typed)).await.unwrap();
}

async fn agreed(shop: &TestShop, order: OrderId) -> i64 {
    shop.scalar("select terms_version from orders where id = $1::uuid", &order.to_string()).await
}

fn other_terms() -> Refusal {
    Refusal::CartChanged { parts: vec![ReviewedPart::Terms] }
}

#[tokio::test]
async fn terms_that_were_published_after_the_review_are_told_and_nothing_is_ordered() {
    let (shop, staff, ada) = opened().await;
    let form = shop.check_out(ada, &[("MUG", "1")]).await;
    let (guest, of_guest) = at_review(&shop, "guest@example.org").await;
    publish(&shop, staff).await;
    assert_eq!(refused(shop.shop.place_order(ada, form.clone()).await), other_terms());
    assert_eq!(refused(shop.shop.place_order(guest, of_guest).await), other_terms());
    for table in [
        "select count(*) from orders",
        "select count(*) from idempotency_keys",
        "select count(*) from outbox
        where topic = 'order.created'",
    ] {
        assert_eq!(shop.count(table).await, 0, "{table}");
    }
    let order = shop.shop.place_order(ada, PlaceOrder { key: form.key, ..shop.review(ada).await }).await.unwrap();
    let reviewed = shop.shop.checkout(guest).await.unwrap().reviewed;
    let of_guest = shop.shop.place_order(guest, PlaceOrder { key: shop.shop.new_key(), reviewed }).await.unwrap();
    assert_eq!((agreed(&shop, order).await, agreed(&shop, of_guest).await), (2, 2));
    shop.done().await;
}

#[tokio::test]
async fn a_form_that_is_sent_again_answers_its_order_whatever_the_terms_are_by_now() {
    let (shop, staff, ada) = opened().await;
    let form = shop.check_out(ada, &[("MUG", "1")]).await;
    let order = shop.shop.place_order(ada, form.clone()).await.unwrap();
    publish(&shop, staff).await;
    assert_eq!(shop.shop.place_order(ada, form).await.unwrap(), order);
    assert_eq!(agreed(&shop, order).await, 1);
    shop.done().await;
}

/// While two releases serve pages, a form of the one before says nothing of terms.
#[tokio::test]
async fn a_form_without_terms_is_reviewed_again_and_one_that_made_an_order_still_names_it() {
    let (shop, _, ada) = opened().await;
    let form = shop.check_out(ada, &[("MUG", "1")]).await;
    let reviewed = form.reviewed.rsplit_once('.').unwrap().0.to_owned();
    let before = PlaceOrder { key: form.key.clone(), reviewed: reviewed.clone() };
    assert_eq!(refused(shop.shop.place_order(ada, before.clone()).await), other_terms());
    let order = shop.shop.place_order(ada, form.clone()).await.unwrap();
    // As that release has kept it.
    sqlx::query("update idempotency_keys set request = sha256(convert_to($1, 'UTF8')) where order_id = $2")
        .bind(format!("cart {reviewed}"))
        .bind(order.0)
        .execute(shop.shop.store().pool())
        .await
        .unwrap();
    assert_eq!(shop.shop.place_order(ada, before).await.unwrap(), order);
    shop.done().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn terms_that_are_published_between_two_statements_are_not_those_of_an_order_whose_page_named_others() {
    let (shop, staff, ada) = opened().await;
    let way = HeldWay::to(&shop.url).await;
    let process = shop.another_process_on(&way.url, approving(shop.sandbox())).await;
    let (mut placed, mut told) = (0, 0);
    for step in 0.. {
        assert!(step < 60, "it never ends");
        let form = shop.check_out(ada, &[("MUG", "1")]).await;
        let named = shown(&shop).await;
        way.hold_after(step);
        let process = process.clone();
        let mut placing = tokio::spawn(async move { process.place_order(ada, form).await });
        let early = tokio::select! {
            () = way.held() => None,
            answer = &mut placing => Some(answer.unwrap()),
        };
        let was_held = early.is_none();
        publish(&shop, staff).await;
        way.let_go();
        let answer = match early {
            Some(answer) => answer,
            None => placing.await.unwrap(),
        };
        match answer {
            Ok(order) => {
                assert_eq!(agreed(&shop, order).await, named, "held after {step}");
                placed += 1;
            }
            refusal => {
                assert_eq!(refused(refusal), other_terms(), "held after {step}");
                told += 1;
            }
        }
        if !was_held {
            break;
        }
    }
    assert!(placed >= 1 && told >= 2, "before what it is made from was read, and after: {placed} {told}");
    shop.done().await;
}
