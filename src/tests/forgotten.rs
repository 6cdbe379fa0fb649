//! Who is not made nobody yet, and who acts at the same time.

use std::sync::Arc;

use shop::domain::{CartId, Customer, OrderId, PersonId, RefundState, Refusal, Staff, Step, UserId};
use shop::usecase::{CartMerge, CartOwner};
use tokio::sync::Barrier;

use crate::bank::Bank;
use crate::customers::{guest_order, number, staff};
use crate::fulfilment::{Paid, amount};
use crate::guests::{stocked, with};
use crate::harness::{Everything, TestShop, refused};

#[tokio::test]
async fn nobody_is_forgotten_whom_the_shop_still_owes_money() {
    let Paid { shop, staff, id, ada, .. } = Paid::order().await;
    let bank = Bank::of(&shop).await;
    let refund = bank.gives(id, &amount("1.00")).await;
    for step in [Step::Ship, Step::Complete] {
        shop.shop.advance_order(staff.may(), id, step).await.unwrap();
    }
    shop.deliver().await;
    bank.says(id, refund, RefundState::Failed).await;
    let open = Refusal::CustomerHasOpenOrder { number: number(&shop, staff, id).await };
    let anonymise = async || shop.shop.anonymise_customer(staff.may(), PersonId(ada.0.0), "ada@example.org").await;
    assert_eq!(refused(anonymise().await), open, "it failed, and they do not have it");
    shop.shop.waive_refund(staff.may(), refund, "Paid in cash").await.unwrap();
    anonymise().await.unwrap();
    shop.done().await;
}

#[tokio::test]
async fn what_others_were_answered_of_their_orders_stays_where_their_address_ends_like_one_that_is_forgotten() {
    let shop = stocked().await;
    let by = staff(&shop).await;
    let (ada, _, _) = ended_order(&shop, by, 0).await;
    guest_order(&shop, "of.ada0@example.org").await;
    shop.execute(r#"update idempotency_keys set answer = '{"email":"Of.Ada0@example.org"}'"#).await;
    let answers = "select count(*) from idempotency_keys where answer is not null";
    assert_eq!(shop.count(answers).await, 2);
    shop.shop.anonymise_customer(by.may(), PersonId(ada.0.0), "ada0@example.org").await.unwrap();
    assert_eq!(shop.count(answers).await, 1, "hers went");
    shop.execute("update idempotency_keys set answer = null").await;
    shop.done().await;
}

/// A guest's order with Ada's address that is over, and an account with it that somebody else has opened.
async fn ended_order(shop: &TestShop, by: Staff, round: usize) -> (Customer, CartId, OrderId) {
    let email = format!("ada{round}@example.org");
    let (guest, id) = guest_order(shop, &email).await;
    shop.shop.cancel_order_by_staff(by.may(), id).await.unwrap();
    let user = "insert into users (id, name, email, password_hash, created_at)
        values (gen_random_uuid(), 'Ada', $1::citext, '-', now()) returning id";
    let user: uuid::Uuid = shop.scalar(user, &email).await;
    let CartOwner::Guest(Some(cart)) = guest else { panic!("{guest:?} has no cart") };
    (Customer(UserId(user)), cart, id)
}

/// That no two of them wait for each other, `done` looks up.
#[tokio::test(flavor = "multi_thread")]
async fn who_takes_orders_along_and_who_is_made_nobody_meanwhile_do_not_wait_for_each_other() {
    let shop = stocked().await;
    let by = staff(&shop).await;
    for round in 0..100 {
        let (ada, cart, id) = ended_order(&shop, by, round).await;
        let token = shop.shop.order_token(id).unwrap();
        let (live, other, start) = (shop.shop.clone(), shop.shop.clone(), Arc::new(Barrier::new(2)));
        let begin = Arc::clone(&start);
        let taking = tokio::spawn(async move {
            begin.wait().await;
            match round % 2 {
                0 => live.merge_guest_cart(ada, cart, CartMerge::Both).await,
                _ => live.take_order_along(ada, with(CartOwner::Guest(None), Some(token)), id).await.map(|_| ()),
            }
        });
        let forgetting = tokio::spawn(async move {
            start.wait().await;
            other.anonymise_customer(by.may(), PersonId(ada.0.0), &format!("ada{round}@example.org")).await
        });
        // Whoever is first: an account that is gone takes nothing along.
        let (_, forgotten) = tokio::join!(taking, forgetting);
        forgotten.unwrap().unwrap();
        let left: i64 = shop
            .scalar(
                "select count(*) from orders where email = $1 or user_id is not null",
                &format!("ada{round}@example.org"),
            )
            .await;
        assert_eq!(left, 0, "round {round}");
    }
    shop.done().await;
}
