//! How often promotions are used: never more often than they may be, however many ask at once.

use futures::future::join_all;
use shop::domain::{OrderStatus, Promotion, Refusal, ReviewedPart, WhyNot};
use shop::usecase::{Buyer, CartOwner, OrderRequest, SandboxOutcome};
use time::Duration;

use crate::harness::rules::{code, percent, promotion};
use crate::harness::{TestShop, refused, usd};
use crate::pricing::{cart, mug, why};

#[tokio::test]
async fn an_unpaid_order_that_ends_gives_its_use_back() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 2)]).await;
    let twice = Promotion {
        code: Some(code("TWICE")),
        limit: Some(4),
        limit_per_customer: Some(2),
        ..promotion("Half off", percent("50"))
    };
    let id = shop.promote(twice).await;
    let (ada, bob) = (shop.customer("Ada").await, shop.customer("Bob").await);
    let cancelled = shop.shop.request_order(ada, mug(&shop, "TWICE").await).await.unwrap();
    let expired = shop.shop.request_order(ada, mug(&shop, "TWICE").await).await.unwrap();
    // Both asked before anything was set aside: one of them is too late.
    let sold_out = shop.shop.request_order(bob, mug(&shop, "TWICE").await).await.unwrap();
    assert_eq!(shop.uses(id).await, 3);
    let third = refused(shop.shop.request_order(ada, mug(&shop, "TWICE").await).await);
    assert_eq!(why(third, "coupon"), WhyNot::UsedByYou);
    shop.deliver().await;
    assert_eq!((shop.order(bob, sold_out).await.status, shop.uses(id).await), (OrderStatus::Cancelled, 2));
    shop.shop.cancel_order(ada, cancelled).await.unwrap();
    assert_eq!(shop.uses(id).await, 1);
    shop.clock.advance(Duration::minutes(16));
    assert_eq!(shop.shop.expire_orders(10).await.unwrap(), 1);
    assert_eq!((shop.order(ada, expired).await.status, shop.uses(id).await), (OrderStatus::Cancelled, 0));
    shop.deliver().await;

    // What was paid for was used, whatever becomes of it.
    let paid = shop.shop.request_order(ada, mug(&shop, "TWICE").await).await.unwrap();
    shop.deliver().await;
    shop.shop.pay_order(ada, paid, SandboxOutcome::Approve).await.unwrap();
    shop.shop.cancel_order(ada, paid).await.unwrap();
    assert_eq!(shop.uses(id).await, 1);
    shop.done().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_hundred_buyers_of_a_code_with_ten_uses_are_ten() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 500)]).await;
    let ten = Promotion { code: Some(code("TEN")), limit: Some(10), ..promotion("Half off", percent("50")) };
    let id = shop.promote(ten).await;
    let processes = [shop.shop.clone(), shop.another_process().await];
    let customers = join_all((0..100).map(|n| {
        let shop = &shop;
        async move { shop.customer(&format!("Buyer {n}")).await }
    }))
    .await;
    let request = mug(&shop, "TEN").await;
    let asked = customers.iter().enumerate().map(|(n, customer)| {
        let request = OrderRequest { key: format!("key-{n}"), ..request.clone() };
        let process = &processes[n % 2];
        async move { process.request_order(*customer, request).await }
    });
    let (placed, others): (Vec<_>, Vec<_>) = join_all(asked).await.into_iter().partition(Result::is_ok);
    assert_eq!((placed.len(), others.len()), (10, 90));
    for other in others {
        assert_eq!(why(refused(other), "coupon"), WhyNot::UsedUp);
    }
    assert_eq!(shop.uses(id).await, 10);
    assert_eq!(shop.count("select count(*) from orders where total = 12").await, 10);
    shop.done().await;
}

#[tokio::test]
async fn the_last_use_in_two_tabs_is_one_persons() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 9)]).await;
    let last = Promotion { code: Some(code("LAST")), limit: Some(1), ..promotion("Half off", percent("50")) };
    shop.promote(last).await;
    let mut forms = Vec::new();
    for name in ["Ada", "Bob"] {
        let customer = shop.customer(name).await;
        shop.add(customer, "MUG", "1").await.unwrap();
        shop.shop.set_coupon(CartOwner::Customer(customer), "LAST").await.unwrap();
        forms.push((customer, shop.check_out(customer, &[]).await));
    }
    let answers = join_all(forms.iter().map(|(customer, form)| shop.shop.place_order(*customer, form.clone()))).await;
    let (placed, others): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    assert_eq!((placed.len(), others.len()), (1, 1));
    for other in others {
        assert_eq!(refused(other), Refusal::CartChanged { parts: vec![ReviewedPart::Discounts] });
    }
    shop.done().await;
}

#[tokio::test]
async fn a_first_order_is_one_also_of_two_at_once() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 9)]).await;
    let first = Promotion { first_order_only: true, ..promotion("Welcome", percent("50")) };
    shop.promote(first).await;
    let ada = shop.customer("Ada").await;
    let request = mug(&shop, "").await;
    let asked =
        (0..4).map(|n| shop.shop.request_order(ada, OrderRequest { key: format!("key-{n}"), ..request.clone() }));
    for answer in join_all(asked).await {
        answer.unwrap();
    }
    assert_eq!(shop.count("select count(*) from orders where total = 12").await, 1);
    assert_eq!(shop.count("select count(*) from orders where total = 24").await, 3);
    shop.add(ada, "MUG", "1").await.unwrap();
    assert_eq!(cart(&shop, ada).await.total, usd("24.00"));
    shop.done().await;
}

#[test]
fn a_guest_is_counted_by_address_and_the_counter_tells_nobodys() {
    let guest = |email: &str| Buyer::Guest(Some(shop::domain::Email::parse(email).unwrap())).key().unwrap();
    assert_eq!(guest("ada@example.org"), guest("ADA@Example.org"));
    assert_ne!(guest("ada@example.org"), guest("bob@example.org"));
    assert!(!guest("ada@example.org").contains("ada"));
    assert_eq!(Buyer::Guest(None).key(), None);
}
