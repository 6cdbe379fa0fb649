//! How often promotions are used: never more often than they may be, however many ask at once.

use futures::future::join_all;
use shop::domain::{Customer, Email, OrderId, OrderStatus, Promotion, PromotionRefusal, Refusal, ReviewedPart};
use shop::usecase::{CartOwner, OrderRequest, SandboxOutcome, customer_key};
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
    assert_eq!(why(third, "coupon"), PromotionRefusal::UsedByYou);
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
        assert_eq!(why(refused(other), "coupon"), PromotionRefusal::UsedUp);
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
fn a_customer_is_counted_by_address_and_the_counter_tells_nobodys() {
    let key = |email: &str| customer_key(&Email::parse(email).unwrap());
    assert_eq!(key("ada@example.org"), key("ADA@Example.org"));
    assert_ne!(key("ada@example.org"), key("bob@example.org"));
    assert!(!key("ada@example.org").contains("ada"));
}

/// A guest's try with somebody's address.
async fn as_guest(shop: &TestShop, email: &str, code: &str) -> shop::usecase::Result<OrderId> {
    let guest = CartOwner::Guest(Some(shop.shop.begin_guest_cart().await.unwrap()));
    let email = Some(Email::parse(email).unwrap());
    shop.shop.request_order(guest, OrderRequest { email, ..mug(shop, code).await }).await
}

#[tokio::test]
async fn an_account_and_a_guest_with_its_address_are_one_customer() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 20)]).await;
    let once = |code_: &str| Promotion {
        code: Some(code(code_)),
        limit_per_customer: Some(1),
        ..promotion("Half off", percent("50"))
    };
    shop.promote(once("ONCE")).await;
    shop.promote(once("TOO")).await;
    let first = Promotion { code: Some(code("FIRST")), first_order_only: true, ..promotion("Welcome", percent("10")) };
    shop.promote(first).await;
    let ada = shop.customer("Ada").await;
    // Signed in, then not.
    shop.shop.request_order(ada, mug(&shop, "ONCE").await).await.unwrap();
    let told = refused(as_guest(&shop, "ADA@example.org", "ONCE").await);
    assert_eq!(why(told, "coupon"), PromotionRefusal::UsedByYou);
    let told = refused(as_guest(&shop, "Ada@Example.org", "FIRST").await);
    assert_eq!(why(told, "coupon"), PromotionRefusal::FirstOrderOnly);
    // Not signed in, then with an account.
    as_guest(&shop, "Bob@example.org", "TOO").await.unwrap();
    let bob = shop.customer("Bob").await;
    let told = refused(shop.shop.request_order(bob, mug(&shop, "TOO").await).await);
    assert_eq!(why(told, "coupon"), PromotionRefusal::UsedByYou);
    let told = refused(shop.shop.request_order(bob, mug(&shop, "FIRST").await).await);
    assert_eq!(why(told, "coupon"), PromotionRefusal::FirstOrderOnly);
    // The cart says so at once.
    shop.add(bob, "MUG", "1").await.unwrap();
    shop.shop.set_coupon(bob.into(), "TOO").await.unwrap_err();
    as_guest(&shop, "carol@example.org", "FIRST").await.unwrap();
    shop.done().await;
}

#[tokio::test]
async fn uses_that_an_earlier_release_counted_by_account_are_counted_by_address() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 20)]).await;
    let twice =
        Promotion { code: Some(code("TWICE")), limit_per_customer: Some(2), ..promotion("Half off", percent("50")) };
    let id = shop.promote(twice).await;
    let ada = shop.customer("Ada").await;
    as_guest(&shop, "ada@example.org", "TWICE").await.unwrap();
    let order = shop.shop.request_order(ada, mug(&shop, "TWICE").await).await.unwrap();
    // As the earlier release has it.
    for statement in [
        "update order_discounts d set customer_key = o.user_id::text from orders o
         where o.id = d.order_id and o.user_id is not null",
        "update promotion_uses set uses = 1",
        "insert into promotion_uses (promotion_id, customer_key, uses)
         select d.promotion_id, d.customer_key, 1 from order_discounts d join orders o on o.id = d.order_id
         where o.user_id is not null",
    ] {
        sqlx::raw_sql(statement).execute(shop.shop.store().pool()).await.unwrap();
    }
    let moved = include_str!("../../migrations/0028_uses_by_address.sql");
    sqlx::raw_sql(moved).execute(shop.shop.store().pool()).await.unwrap();
    assert_eq!(shop.count("select count(*) from promotion_uses where uses = 2").await, 1);
    assert_eq!(shop.count("select count(*) from promotion_uses").await, 1);
    let told = refused(shop.shop.request_order(ada, mug(&shop, "TWICE").await).await);
    assert_eq!(why(told, "coupon"), PromotionRefusal::UsedByYou);
    shop.shop.cancel_order(ada, order).await.unwrap();
    assert_eq!(shop.uses(id).await, 1);
    shop.done().await;
}

/// While no rule but of a code asks for it, a cart without one is read without what was bought before.
#[tokio::test]
async fn a_rule_that_asks_what_was_bought_before_holds_as_soon_as_there_is_one() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 9)]).await;
    let there = shop.another_process().await;
    let (ada, bob) = (shop.customer("Ada").await, shop.customer("Bob").await);
    shop.place(ada, &[("MUG", "1")]).await;
    for customer in [ada, bob] {
        shop.add(customer, "MUG", "1").await.unwrap();
        // It knows the rules from here on.
        assert_eq!(there.cart(customer.into()).await.unwrap().parts.discounts.len(), 0);
        assert_eq!(there.checkout(customer).await.unwrap().cart.parts.discounts.len(), 0);
    }
    let first = Promotion { first_order_only: true, ..promotion("Welcome", percent("50")) };
    let of_code = Promotion { code: Some(code("FIRST")), ..first.clone() };
    shop.promote(of_code).await;
    there.set_coupon(bob.into(), "FIRST").await.unwrap();
    assert_eq!(why(refused(there.set_coupon(ada.into(), "FIRST").await), "code"), PromotionRefusal::FirstOrderOnly);
    let discounts = async |customer: Customer| {
        let checkout = there.checkout(customer).await.unwrap();
        [there.cart(customer.into()).await.unwrap(), checkout.cart].map(|cart| cart.parts.discounts.len())
    };
    assert_eq!((discounts(ada).await, discounts(bob).await), ([0, 0], [1, 1]), "by a code");
    there.remove_coupon(bob.into()).await.unwrap();
    assert_eq!((discounts(ada).await, discounts(bob).await), ([0, 0], [0, 0]), "which is gone");
    shop.promote(first).await;
    assert_eq!((discounts(ada).await, discounts(bob).await), ([0, 0], [1, 1]), "by itself");
    shop.deliver().await;
    shop.done().await;
}
