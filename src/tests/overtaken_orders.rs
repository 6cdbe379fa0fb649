//! Orders that are overtaken: nothing is decided on what has changed between two round trips, and nothing stays of what was.

use futures::future::join_all;
use shop::domain::{Promotion, Refusal, ReviewedPart};
use shop::usecase::{CartOwner, Error, OrderRequest};

use crate::harness::rules::{code, percent, promotion};
use crate::harness::{TestShop, refused};

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_put_into_a_cart_that_is_being_ordered_is_ordered_or_still_there() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 500), ("CUP", "12.00", 500)]).await;
    let ada = shop.customer("Ada").await;
    let (mut overtaken, mut cups) = (0, 0);
    for round in 0..40 {
        shop.add(ada, "MUG", "1").await.unwrap();
        let ask = || OrderRequest { key: format!("key-{round}"), ..OrderRequest::default() };
        let (placed, added, other) = tokio::join!(
            shop.shop.request_order(ada, ask()),
            shop.add(ada, "CUP", "1"),
            shop.shop.request_order(ada, OrderRequest { key: format!("other-{round}"), ..ask() }),
        );
        cups += i64::from(added.is_ok());
        for answer in [placed, other] {
            match answer {
                Ok(_) => {}
                Err(Error::Refused(Refusal::CartEmpty) | Error::Contended(_)) => overtaken += 1,
                Err(error) => panic!("{error:?}"),
            }
        }
    }
    let ordered = shop.count("select coalesce(sum(quantity), 0)::bigint from order_items where sku = 'CUP'").await;
    let left = "select coalesce(sum(l.quantity), 0)::bigint from cart_items l
        join product_variants v on v.id = l.variant_id where v.sku = 'CUP'";
    let left = shop.count(left).await;
    assert_eq!(ordered + left, cups, "no cup is lost, and none is ordered twice");
    let mugs = "select coalesce(sum(quantity), 0)::bigint from order_items where sku = 'MUG'";
    assert!(shop.count(mugs).await <= 40 && overtaken > 0);
    assert_eq!(
        shop.count("select count(*) from idempotency_keys").await,
        shop.count("select count(*) from orders").await
    );
    shop.done().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_stays_of_an_order_that_was_overtaken() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 50)]).await;
    let last = Promotion { code: Some(code("LAST")), limit: Some(1), ..promotion("Half off", percent("50")) };
    let id = shop.promote(last).await;
    let mut forms = Vec::new();
    for name in ["Ada", "Bob", "Cy", "Di", "Eve", "Flo"] {
        let customer = shop.customer(name).await;
        shop.add(customer, "MUG", "1").await.unwrap();
        shop.shop.set_coupon(CartOwner::Customer(customer), "LAST").await.unwrap();
        forms.push((customer, shop.check_out(customer, &[]).await));
    }
    let answers = join_all(forms.iter().map(|(customer, form)| shop.shop.place_order(*customer, form.clone()))).await;
    let refusals: Vec<_> = answers.into_iter().filter(Result::is_err).map(refused).collect();
    assert_eq!(refusals, vec![Refusal::CartChanged { parts: vec![ReviewedPart::Discounts] }; 5]);
    assert_eq!(shop.uses(id).await, 1);
    for (rows, statement) in [
        (1, "select count(*) from orders"),
        (1, "select count(*) from idempotency_keys"),
        (1, "select count(*) from outbox where topic = 'order.created'"),
        (1, "select count(*) from promotion_uses"),
        (
            5,
            "select count(*) from carts c where coupon = 'LAST' and exists (select from cart_items where cart_id = c.id)",
        ),
    ] {
        assert_eq!(shop.count(statement).await, rows, "{statement}");
    }
    shop.done().await;
}
