//! What tells a process that the page of an order would look different.

use shop::domain::Step;
use shop::usecase::SandboxOutcome::Approve;

use crate::fulfilment::amount;
use crate::harness::rules::{STAFF, seller};
use crate::harness::{Everything, TestShop};

#[tokio::test]
async fn a_revision_is_another_whenever_the_page_is() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 9)]).await;
    shop.sold_by(&seller()).await;
    let (ada, live) = (shop.customer("Ada").await, &shop.shop);
    let (id, other) = (shop.place(ada, &[("MUG", "2")]).await, shop.place(ada, &[("MUG", "1")]).await);
    let now = async || {
        let revision = live.order_revisions(&[id]).await.unwrap().remove(&id).unwrap();
        (shop.order(ada, id).await.mark(), revision)
    };
    let (mut marks, mut seen) = (0, now().await);
    for step in 0..6 {
        match step {
            0 => {}
            1 => _ = live.pay_order(ada, id, Approve).await.unwrap(),
            2 => live.advance_order(STAFF.may(), id, Step::Ship).await.unwrap(),
            3 => live.refund_order(STAFF.may(), id, &amount("5.00"), None).await.unwrap(),
            4 => while live.carry_out_refunds().await.unwrap() > 0 {},
            _ => live.advance_order(STAFF.may(), id, Step::Complete).await.unwrap(),
        }
        // As it is committed, and once its events have had their effect.
        for is_delivered in [false, true] {
            if is_delivered {
                shop.deliver().await;
            }
            let (before, (mark, revision)) = (seen, now().await);
            assert!(mark == before.0 || revision != before.1, "{step}: {before:?} is {mark}, and still {revision}");
            marks += usize::from(mark != before.0);
            seen = (mark, revision);
        }
    }
    assert!(marks >= 5, "set aside, paid, invoiced, sent, given back, completed: {marks}");
    let both = live.order_revisions(&[other, id]).await.unwrap();
    assert_eq!((both.len(), both[&id] == seen.1), (2, true));
    assert!(live.order_revisions(&[]).await.unwrap().is_empty());
    shop.done().await;
}
