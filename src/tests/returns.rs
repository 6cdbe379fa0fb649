//! Sending back: asked for in time, answered in words, received, and paid back once.

use futures::future::join_all;
use shop::domain::{OrderStatus, Problem, Refusal, ReturnId, ReturnState, VariantId};
use shop::dto::{RefundForm, ReturnForm};
use shop::usecase::SandboxOutcome::Approve;
use shop::usecase::{CartOwner, OrderAccess, SavedTerms};
use time::Duration;

use crate::fulfilment::{Paid, units};
use crate::harness::{Everything, refused};

fn back(items: &[(VariantId, i64)]) -> ReturnForm {
    ReturnForm { items: items.to_vec(), reason: "Too small".into() }
}

/// Ada's order, of which everything has left.
async fn sent() -> Paid {
    let paid = Paid::order().await;
    paid.ship(&[(paid.mug, 3), (paid.cup, 1)]).await.unwrap();
    paid
}

impl Paid {
    async fn ask(&self, items: &[(VariantId, i64)]) -> shop::usecase::Result<ReturnId> {
        self.shop.shop.request_return(self.ada, self.id, &back(items), None).await?;
        Ok(self.view().await.returns.last().unwrap().id)
    }

    /// The same once more, of which everything has left.
    async fn orders_another(&mut self) {
        self.id = self.shop.place_reserved(self.ada, &[("MUG", "3"), ("CUP", "1")]).await;
        self.shop.shop.pay_order(self.ada, self.id, Approve).await.unwrap();
        self.shop.deliver().await;
        self.ship(&[(self.mug, 3), (self.cup, 1)]).await.unwrap();
    }
}

#[tokio::test]
async fn a_return_is_asked_for_approved_received_and_paid_back() {
    let paid = sent().await;
    let id = paid.ask(&[(paid.mug, 1)]).await.unwrap();
    assert_eq!(paid.view().await.returnable, [(paid.mug, 2), (paid.cup, 1)]);
    let early = paid.shop.shop.receive_return(paid.staff.may(), id, true, true).await;
    assert_eq!(refused(early), Refusal::IllegalReturnStep);
    paid.shop.shop.answer_return(paid.staff.may(), id, true, "Of course").await.unwrap();
    assert_eq!(
        refused(paid.shop.shop.answer_return(paid.staff.may(), id, false, "No").await),
        Refusal::IllegalReturnStep,
        "it was answered"
    );
    assert_eq!(paid.shop.stock("MUG").await, 7);
    paid.shop.shop.receive_return(paid.staff.may(), id, true, true).await.unwrap();
    assert_eq!(
        refused(paid.shop.shop.receive_return(paid.staff.may(), id, true, true).await),
        Refusal::IllegalReturnStep
    );
    assert_eq!(paid.shop.stock("MUG").await, 8);
    let order = paid.view().await;
    assert_eq!(
        (order.returns[0].state, order.returns[0].answer.as_deref()),
        (ReturnState::Received, Some("Of course"))
    );
    assert_eq!((order.refunds.len(), order.refunds[0].items[0].quantity), (1, 1));
    assert_eq!(
        order.refunds[0].reason,
        Some(format!("Return of order {}", order.number)),
        "theirs is no reason of ours"
    );
    let told: Vec<_> = order.timeline.iter().rev().take(4).rev().map(|t| t.kind.as_str()).collect();
    assert_eq!(told, ["return_requested", "return_approved", "return_received", "refund_opened"]);
    let mail = paid.shop.shop.take_mail(50).await.unwrap();
    let answers: Vec<_> = mail.iter().filter(|job| job.message.kind == "return_answered").collect();
    assert_eq!(answers.len(), 1);
    assert!(answers[0].message.text.contains("Of course"));
    paid.shop.done().await;
}

#[tokio::test]
async fn a_return_is_refused_in_words_and_may_be_asked_for_again() {
    let paid = sent().await;
    let id = paid.ask(&[(paid.mug, 3)]).await.unwrap();
    let silent = paid.shop.shop.answer_return(paid.staff.may(), id, false, " ").await;
    assert_eq!(refused(silent).problem_of("answer"), Some(&Problem::Required));
    paid.shop.shop.answer_return(paid.staff.may(), id, false, "They were used").await.unwrap();
    assert_eq!(
        refused(paid.shop.shop.receive_return(paid.staff.may(), id, true, true).await),
        Refusal::IllegalReturnStep
    );
    paid.ask(&[(paid.mug, 3)]).await.unwrap();
    paid.shop.done().await;
}

#[tokio::test]
async fn an_approved_return_that_never_arrives_is_closed_with_a_reason_and_may_be_asked_for_again() {
    let paid = sent().await;
    let id = paid.ask(&[(paid.mug, 3)]).await.unwrap();
    let close = async |words: &str| paid.shop.shop.close_return(paid.staff.may(), id, words).await;
    assert_eq!(refused(close("It never came").await), Refusal::IllegalReturnStep, "it was not approved");
    paid.shop.shop.answer_return(paid.staff.may(), id, true, "Of course").await.unwrap();
    assert_eq!(refused(close(" ").await).problem_of("answer"), Some(&Problem::Required));
    assert!(paid.ask(&[(paid.mug, 1)]).await.is_err(), "they are on their way");
    close("It never came").await.unwrap();
    assert_eq!(refused(close("It never came").await), Refusal::IllegalReturnStep, "once");
    let order = paid.view().await;
    let one = &order.returns[0];
    assert_eq!((one.state, one.closed, one.answer.as_deref()), (ReturnState::Refused, true, Some("It never came")));
    assert_eq!(order.timeline.last().unwrap().kind, "return_closed");
    let mail = paid.shop.shop.take_mail(50).await.unwrap();
    let told: Vec<_> = mail.iter().filter(|job| job.message.subject.ends_with("was closed")).collect();
    assert!(told.len() == 1 && told[0].message.text.contains("It never came"), "{told:?}");
    let again = paid.ask(&[(paid.mug, 3)]).await.unwrap();
    assert!(!paid.view().await.returns.iter().any(|other| other.id == again && other.closed));
    let twice = paid.shop.shop.receive_return(paid.staff.may(), id, true, true).await;
    assert_eq!(refused(twice), Refusal::IllegalReturnStep, "its units are to come by another return now");
    paid.shop.done().await;
}

#[tokio::test]
async fn what_arrives_long_after_its_return_was_closed_is_received_once() {
    let paid = sent().await;
    let id = paid.ask(&[(paid.mug, 3)]).await.unwrap();
    paid.shop.shop.answer_return(paid.staff.may(), id, true, "Of course").await.unwrap();
    paid.shop.shop.close_return(paid.staff.may(), id, "It never came").await.unwrap();
    paid.shop.clock.advance(Duration::days(60));
    assert_eq!(refused(paid.ask(&[(paid.mug, 3)]).await), Refusal::ReturnTooLate { days: 30 });
    let receive = async || paid.shop.shop.receive_return(paid.staff.may(), id, true, true).await;
    receive().await.unwrap();
    assert_eq!(refused(receive().await), Refusal::IllegalReturnStep, "once");
    let order = paid.view().await;
    assert_eq!((order.returns[0].state, order.returns[0].closed), (ReturnState::Received, false));
    assert_eq!(order.refunds.len(), 1, "and paid back");
    paid.shop.done().await;
}

#[tokio::test]
async fn nothing_comes_back_that_was_never_sent_or_comes_back_already() {
    let paid = Paid::order().await;
    assert_eq!(refused(paid.ask(&[(paid.mug, 1)]).await), Refusal::NothingToReturn);
    paid.ship(&[(paid.mug, 2)]).await.unwrap();
    let why = async |items: &[(VariantId, i64)]| refused(paid.ask(items).await);
    let most = |min, max| Some(Problem::OutOfRange { min, max });
    assert_eq!(why(&[(paid.mug, 3)]).await.problem_of("items[0].quantity"), most(1, 2).as_ref());
    assert_eq!(why(&[(paid.cup, 1)]).await.problem_of("items[0].quantity"), most(0, 0).as_ref());
    assert_eq!(why(&[(paid.mug, 0)]).await.problem_of("items[0].quantity"), most(1, 99).as_ref());
    assert_eq!(why(&[(paid.mug, -1)]).await.problem_of("items[0].quantity"), most(1, 99).as_ref());
    assert_eq!(why(&[]).await.problem_of("items"), Some(&Problem::Required));
    assert!(why(&[(VariantId(paid.id.0), 1)]).await.problem_of("items[0].variant_id").is_some());
    paid.ask(&[(paid.mug, 2)]).await.unwrap();
    assert_eq!(why(&[(paid.mug, 1)]).await.problem_of("items[0].quantity"), most(0, 0).as_ref());
    assert_eq!(paid.view().await.status, OrderStatus::Paid);
    paid.shop.done().await;
}

#[tokio::test]
async fn a_return_is_asked_for_within_the_time_of_the_shop() {
    let paid = sent().await;
    paid.shop.clock.advance(Duration::days(30) - Duration::minutes(1));
    assert!(!paid.view().await.returnable.is_empty());
    paid.ask(&[(paid.cup, 1)]).await.unwrap();
    paid.shop.clock.advance(Duration::minutes(2));
    assert!(paid.view().await.returnable.is_empty());
    assert_eq!(refused(paid.ask(&[(paid.mug, 1)]).await), Refusal::ReturnTooLate { days: 30 });
    // What is saved in the shop wins over its environment, from then on.
    paid.shop.save_terms(SavedTerms { return_days: Some(31), manual_payment: None }).await;
    assert!(!paid.view().await.returnable.is_empty());
    paid.ask(&[(paid.mug, 1)]).await.unwrap();
    paid.shop.save_terms(SavedTerms { return_days: Some(2), manual_payment: None }).await;
    assert_eq!(refused(paid.ask(&[(paid.cup, 1)]).await), Refusal::ReturnTooLate { days: 2 });
    paid.shop.done().await;
}

#[tokio::test]
async fn a_return_is_its_owners_or_whose_token_it_is() {
    let paid = sent().await;
    let eve = paid.shop.customer("Eve").await;
    let form = back(&[(paid.mug, 1)]);
    assert_eq!(refused(paid.shop.shop.request_return(eve, paid.id, &form, None).await), Refusal::NotFound);
    let anybody = OrderAccess::from(CartOwner::Guest(None));
    assert_eq!(refused(paid.shop.shop.request_return(anybody, paid.id, &form, None).await), Refusal::NotFound);
    let token = Some(paid.shop.shop.order_token(paid.id).unwrap());
    let access = OrderAccess { owner: CartOwner::Guest(None), token };
    paid.shop.shop.request_return(access, paid.id, &form, None).await.unwrap();
    let nothing = ReturnId(paid.id.0);
    assert_eq!(refused(paid.shop.shop.answer_return(paid.staff.may(), nothing, true, "").await), Refusal::NotFound);
    paid.shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_is_sent_six_times_asks_once() {
    let paid = sent().await;
    let form = back(&[(paid.mug, 1)]);
    let once = || paid.shop.shop.request_return(paid.ada, paid.id, &form, Some("form-1"));
    for answer in join_all((0..6).map(|_| once())).await {
        answer.unwrap();
    }
    assert_eq!(paid.view().await.returns.len(), 1);
    let other = paid.shop.shop.request_return(paid.ada, paid.id, &back(&[(paid.mug, 2)]), Some("form-1")).await;
    assert_eq!(refused(other), Refusal::KeyReused);
    paid.shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_return_and_a_refund_of_the_same_units_give_back_once_whichever_comes_first() {
    let mut paid = sent().await;
    let mut first = [0, 0];
    for round in 0..20 {
        if round > 0 {
            paid.orders_another().await;
        }
        let id = paid.ask(&[(paid.mug, 3), (paid.cup, 1)]).await.unwrap();
        paid.shop.shop.answer_return(paid.staff.may(), id, true, "").await.unwrap();
        let all = RefundForm { shipping: true, ..units(&[(paid.mug, 3), (paid.cup, 1)]) };
        let refund = async {
            // A moment later in every other round: a return looks for its order first.
            for _ in 0..round % 2 * 2 {
                paid.view().await;
            }
            paid.refund(all).await
        };
        let (received, refunded) =
            tokio::join!(paid.shop.shop.receive_return(paid.staff.may(), id, true, true), refund);
        received.unwrap();
        let order = paid.view().await;
        assert_eq!(order.refunds.len(), 1, "{refunded:?}");
        if refunded.is_ok() {
            assert_eq!(paid.refunded().await, order.total);
        }
        first[usize::from(refunded.is_ok())] += 1;
        assert_eq!((paid.shop.stock("MUG").await, paid.shop.stock("CUP").await), (10, 10));
    }
    assert!(first.iter().all(|times| *times > 0), "the return and the refund were first so often: {first:?}");
    paid.shop.done().await;
}

#[tokio::test]
async fn what_came_back_broken_stays_off_the_shelf_and_may_be_kept_unpaid() {
    let paid = sent().await;
    let id = paid.ask(&[(paid.mug, 2)]).await.unwrap();
    paid.shop.shop.answer_return(paid.staff.may(), id, true, "").await.unwrap();
    paid.shop.shop.receive_return(paid.staff.may(), id, false, false).await.unwrap();
    assert_eq!(paid.shop.stock("MUG").await, 7);
    assert!(paid.view().await.refunds.is_empty());
    paid.shop.done().await;
}
