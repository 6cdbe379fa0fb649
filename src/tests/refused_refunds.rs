//! Refunds that their provider refuses: the staff give the money back another way, once, or say that nothing more is owed.

use shop::domain::{Problem, RefundOrigin, RefundState, Refusal};
use shop::dto::RefundForm;
use shop::usecase::ProviderRefund;

use crate::harness::rules::STAFF;
use crate::harness::{Everything, refused, usd};
use crate::money_back::{gone, paid};

#[tokio::test]
async fn what_the_provider_refused_staff_give_back_another_way_once_and_never_more_than_came_in() {
    let paid = paid().await;
    let id = paid.refused("10.00").await;
    for _ in 0..2 {
        paid.process.mark_refund_given(STAFF.may(), id, "transfer 1").await.unwrap();
    }
    let other = refused(paid.process.mark_refund_given(STAFF.may(), id, "transfer 2").await);
    assert_eq!(other, Refusal::RefundEnded);
    paid.shop.deliver().await;
    let given = (RefundOrigin::Shop, RefundState::Done, "$10.00".to_owned());
    assert_eq!(paid.refunds().await, std::slice::from_ref(&given));
    assert_eq!(paid.history().await, ["refund_opened", "refund_failed", "refunded"]);
    assert_eq!(paid.told().await, (1, 1));
    assert_eq!(paid.shop.count("select count(*) from payments where refunded = 10").await, 1);
    assert_eq!(paid.shop.count("select count(*) from audit_log where action = 'refund.given'").await, 1);
    // That it failed there is no news.
    let failed = ProviderRefund { refund: Some(id), ..gone("re_1", "10.00", RefundState::Failed) };
    paid.hears("evt_1", std::slice::from_ref(&failed)).await;
    assert_eq!(paid.refunds().await, std::slice::from_ref(&given));
    // That it was given there, too, is: it is out twice, until it comes back.
    let twice = ProviderRefund { state: RefundState::Done, reference: "re_9".into(), ..failed.clone() };
    for event in ["evt_2", "evt_3"] {
        paid.hears(event, std::slice::from_ref(&twice)).await;
    }
    assert_eq!((paid.set_aside().await, paid.told().await), (1, (1, 1)));
    assert_eq!(paid.history().await, ["refund_opened", "refund_failed", "refunded", "refund_set_aside"]);
    paid.hears("evt_4", &[ProviderRefund { state: RefundState::Failed, ..twice }]).await;
    assert_eq!((paid.set_aside().await, paid.refunds().await), (0, vec![given]));
    // Nor is there room for what was given back there meanwhile, and that is no other refund's.
    let rest = paid.refused("38.00").await;
    paid.hears("evt_5", &[failed, gone("re_2", "0.01", RefundState::Done)]).await;
    let counted = refused(paid.process.mark_refund_given(STAFF.may(), rest, "re_2").await);
    assert_eq!(counted.problem_of("reference"), Some(&Problem::Duplicate));
    let beyond = refused(paid.process.mark_refund_given(STAFF.may(), rest, "transfer 3").await);
    assert!(matches!(beyond, Refusal::RefundTooLarge { left, .. } if left == usd("37.99").amount()), "{beyond:?}");
    assert_eq!(paid.shop.count("select count(*) from payments where refunded = 10.01").await, 1);
    paid.shop.done().await;
}

#[tokio::test]
async fn what_another_refund_gave_back_meanwhile_is_not_given_back_by_the_one_that_was_refused() {
    let paid = paid().await;
    let mug = paid.shop.variant("MUG").await;
    let one = RefundForm { items: Some(vec![(mug, 1)]), reason: "Broken".into(), ..RefundForm::default() };
    let two = RefundForm { items: Some(vec![(mug, 2)]), ..one.clone() };
    paid.process.refund_order(STAFF.may(), paid.id, &two, None).await.unwrap();
    assert_eq!(paid.process.carry_out_refunds().await.unwrap(), 1);
    let id = paid.shop.order(paid.ada, paid.id).await.refunds[0].id;
    paid.process.refund_order(STAFF.may(), paid.id, &one, None).await.unwrap();
    let told = refused(paid.process.mark_refund_given(STAFF.may(), id, "transfer 1").await);
    assert_eq!(told, Refusal::RefundEnded);
    paid.shop.done().await;
}

#[tokio::test]
async fn nothing_more_is_owed_for_a_refused_refund_that_is_waived_and_what_is_given_all_the_same_is_told() {
    use RefundState::{Done, Failed};
    let paid = paid().await;
    let id = paid.refused("10.00").await;
    assert_eq!(paid.failed().await, 1);
    let nothing = refused(paid.process.waive_refund(STAFF.may(), id, " ").await);
    assert_eq!(nothing.problem_of("reason"), Some(&Problem::Required));
    for _ in 0..2 {
        assert_eq!(paid.process.waive_refund(STAFF.may(), id, "Paid in cash").await.unwrap(), paid.id);
    }
    assert_eq!(paid.failed().await, 0);
    assert_eq!(paid.shop.count("select count(*) from audit_log where action = 'refund.waived'").await, 1);
    let closed = refused(paid.process.mark_refund_given(STAFF.may(), id, "transfer 1").await);
    assert_eq!(closed, Refusal::RefundEnded);
    let ours = |state| [ProviderRefund { refund: Some(id), ..gone("re_1", "10.00", state) }];
    // The provider gives it back all the same: it was settled otherwise, so it is out twice, and somebody has to know.
    for event in ["evt_1", "evt_2"] {
        paid.hears(event, &ours(Done)).await;
    }
    let tasks = paid.process.staff_home(STAFF.may()).await.unwrap().tasks;
    assert_eq!((tasks.refunds_aside, tasks.refunds_failed), (1, 0));
    assert_eq!((paid.set_aside().await, paid.told().await), (1, (0, 0)));
    assert_eq!(paid.refunds().await, [(RefundOrigin::Shop, Failed, "$10.00".to_owned())]);
    // Until it comes back.
    paid.hears("evt_3", &ours(Failed)).await;
    assert_eq!((paid.set_aside().await, paid.failed().await), (0, 0));
    assert_eq!(paid.history().await, ["refund_opened", "refund_failed", "refund_waived", "refund_set_aside"]);
    paid.shop.done().await;
}
