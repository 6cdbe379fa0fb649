//! A credit note whose refund failed after all is cancelled by a paper of its own, and whoever was told of the refund hears
//! that it failed; whatever comes first, and whoever hears of it.

use shop::domain::{Consumer, Customer, Envelope, OrderId, RefundId, RefundState};
use shop::dto::RefundForm;
use shop::usecase::SandboxOutcome::Approve;
use shop::usecase::{EventViews, MailJob, ProviderRefund};
use sqlx::Connection;
use time::Duration;

use crate::bank::{Bank, no_mail, until_waiting};
use crate::fulfilment::{amount, units};
use crate::harness::rules::{STAFF, seller};
use crate::harness::{Everything, TestShop, usd};
use crate::papers::{folder, german_shop, order_of_everything, text_of, validate};

/// An order of 48.00 that was paid; `sells`: with an invoice.
async fn paid(sells: bool) -> (TestShop, Customer, OrderId) {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 9)]).await;
    if sells {
        shop.sold_by(&seller()).await;
    }
    let ada = shop.customer("Ada").await;
    let id = shop.place_reserved(ada, &[("MUG", "2")]).await;
    shop.shop.pay_order(ada, id, Approve).await.unwrap();
    shop.deliver().await;
    (shop, ada, id)
}

/// The letters about refunds, in the order they were written; their files are made.
async fn letters(shop: &TestShop) -> Vec<MailJob> {
    shop.shop.render_papers(50).await.unwrap();
    let mut jobs = shop.shop.take_mail(100).await.unwrap();
    jobs.retain(|job| job.message.kind.starts_with("refund"));
    jobs.sort_by_key(|job| job.id);
    jobs
}

async fn refunded_events(shop: &TestShop) -> Vec<Envelope> {
    let events = shop.shop.store().unpublished_events(100).await.unwrap();
    events.into_iter().map(|(_, event)| event).filter(|event| event.topic == "order.refunded").collect()
}

/// The credit notes that stand for a refund, and those that are cancelled.
async fn notes(shop: &TestShop) -> (i64, i64) {
    let standing = shop.count("select count(*) from papers where refund_id is not null").await;
    (standing, shop.count("select count(*) from cancelled_credit_notes").await)
}

#[tokio::test]
async fn a_refund_that_failed_has_its_credit_note_cancelled_by_a_paper_that_validators_accept() {
    let shop = german_shop().await;
    let jurgen = shop.customer("Jurgen").await;
    let id = order_of_everything(&shop, jurgen).await;
    let bank = Bank::of(&shop).await;
    let (mug, book) = (shop.variant("MUG").await, shop.variant("BOOK").await);
    let refund = bank.gives(id, &RefundForm { shipping: true, ..units(&[(mug, 1), (book, 1)]) }).await;
    shop.deliver().await;
    let given = shop.order(jurgen, id).await.refunds.pop().unwrap();
    let note = given.credit_note.unwrap().number;
    let kept = shop.shop.credit_note_file(jurgen, id, &note).await.unwrap();
    let invoice = shop.order(jurgen, id).await.invoice;
    bank.says(id, refund, RefundState::Failed).await;
    shop.deliver().await;

    let order = shop.order(jurgen, id).await;
    assert_eq!(order.invoice, invoice);
    let failed = &order.refunds[0];
    assert_eq!((failed.state, &failed.credit_note), (RefundState::Failed, &None));
    let [cancelled] = failed.cancelled_credit_notes.as_slice() else { panic!("{failed:?}") };
    assert_eq!(cancelled.number, note);
    let number = &cancelled.cancellation;
    assert!(number.starts_with("INV-") && number.ends_with("-000002"), "{number}");
    assert_eq!(shop.shop.credit_note_file(jurgen, id, &note).await.unwrap(), kept, "what was issued stays as it is");
    let file = shop.shop.credit_note_file(jurgen, id, number).await.unwrap();
    assert_eq!(shop.shop.staff_paper_file(STAFF.may(), id, number).await.unwrap(), file);
    let folder = folder("cancellation");
    let path = folder.join("cancellation.pdf");
    std::fs::write(&path, &file.bytes).unwrap();
    if let Ok(keep) = std::env::var("KEEP_PAPERS") {
        std::fs::copy(&path, std::path::Path::new(&keep).join("cancellation.pdf")).unwrap();
    }
    validate(&folder);
    let (text, all) = (text_of(&path), given.amount.amount().to_string());
    let facts = ["Cancellation of a credit note", "Speckled stoneware mug", "Brot backen", "Paket", "19 %", "7 %"];
    let why = ["The money could not be given back.", "The refund failed on", "Jürgen Müller-Lüdenscheidt"];
    for fact in facts.into_iter().chain(why).chain([note.as_str(), number.as_str(), all.as_str()]) {
        assert!(text.contains(fact), "{fact} is missing:\n{text}");
    }
    assert!(!text.contains("Still to pay") && !text.contains("Total credited"), "{text}");

    // Given back in another way, the refund has a credit note again.
    shop.shop.mark_refund_given(STAFF.may(), refund, "transfer 1").await.unwrap();
    shop.deliver().await;
    let done = shop.order(jurgen, id).await.refunds.pop().unwrap();
    assert!(done.credit_note.unwrap().number.ends_with("-000002"));
    assert_eq!((done.state, done.cancelled_credit_notes.len()), (RefundState::Done, 1));
    shop.done().await;
}

/// What was credited by lines, failed, was credited by an amount, and is given after all: never more of a rate than was sold.
#[tokio::test]
async fn a_refund_that_comes_back_is_credited_with_what_is_left_of_each_rate() {
    let shop = german_shop().await;
    let jurgen = shop.customer("Jurgen").await;
    let id = order_of_everything(&shop, jurgen).await;
    let bank = Bank::of(&shop).await;
    let refund = bank.gives(id, &units(&[(shop.variant("MUG").await, 3)])).await;
    shop.deliver().await;
    bank.says(id, refund, RefundState::Failed).await;
    let order = shop.order(jurgen, id).await;
    let rest = order.total.minus(order.refunds[0].amount).unwrap();
    let rest = RefundForm { amount: Some(rest), ..amount("1.00") };
    shop.shop.refund_order(STAFF.may(), id, &rest, None).await.unwrap();
    shop.shop.carry_out_refunds().await.unwrap();
    shop.deliver().await;
    assert_eq!(notes(&shop).await, (1, 1));
    shop.shop.mark_refund_given(STAFF.may(), refund, "transfer 1").await.unwrap();
    shop.deliver().await;
    assert_eq!(notes(&shop).await, (2, 1));
    // All of it was given back: the books compare it with the invoice, rate by rate.
    shop.done().await;
}

#[tokio::test]
async fn whoever_was_told_that_the_money_was_given_back_is_told_that_it_was_not_and_nobody_is_told_what_is_not_so() {
    for (sells, is_told) in [(true, true), (true, false), (false, true), (false, false)] {
        let (shop, ada, id) = paid(sells).await;
        let bank = Bank::of(&shop).await;
        let refund = bank.gives(id, &amount("10.00")).await;
        if is_told {
            shop.deliver().await;
        }
        bank.says(id, refund, RefundState::Failed).await;
        bank.tells(id, Some(refund), RefundState::Failed).await;
        assert_eq!(bank.process.handle_webhooks(10).await.unwrap(), 1, "it is told twice");
        shop.deliver().await;
        let letters = letters(&shop).await;
        let kinds: Vec<_> = letters.iter().map(|job| job.message.kind.as_str()).collect();
        let expected = ["refunded", "refund_failed"];
        assert_eq!(kinds, if is_told { &expected[..] } else { &expected[1..] }, "{sells} {is_told}");
        let letter = letters.last().unwrap();
        let number = shop.order(ada, id).await.number;
        assert_eq!(letter.message.subject, format!("$10.00 for order {number} could not be given back"));
        for part in ["did not reach you", &format!("http://127.0.0.1:3000/orders/{id}")] {
            assert!(letter.message.text.contains(part), "{part}: {}", letter.message.text);
        }
        let view = shop.order(ada, id).await.refunds.pop().unwrap();
        let cancelled = view.cancelled_credit_notes.first().map(|note| format!("{}.pdf", note.cancellation));
        assert_eq!(cancelled.is_some(), sells && is_told);
        assert_eq!(letter.file.as_ref().map(|file| file.name.clone()), cancelled);
        assert_eq!(notes(&shop).await.0, 0, "nothing stands for what is not so");
        shop.done().await;
    }
}

#[tokio::test]
async fn a_dispute_that_was_lost_and_is_won_after_all_says_so() {
    let (shop, _, id) = paid(true).await;
    let bank = Bank::of(&shop).await;
    for state in [RefundState::Done, RefundState::Failed] {
        let disputed =
            ProviderRefund { reference: "dp_1".into(), refund: None, amount: usd("48.00"), state, is_dispute: true };
        bank.has(id, vec![disputed]).await;
        assert_eq!(bank.process.handle_webhooks(10).await.unwrap(), 1);
        shop.deliver().await;
    }
    let letters = letters(&shop).await;
    assert_eq!(letters.len(), 2, "{letters:?}");
    assert!(letters[0].message.text.contains("Your bank has taken back $48.00"), "{letters:?}");
    assert!(letters[1].message.text.contains("returned the money to us"), "{letters:?}");
    let said = "select count(*) from papers where kind = 'cancellation'
        and facts ->> 'reason' = 'The bank gave the money to us after all.'";
    assert_eq!(shop.count(said).await, 1);
    shop.done().await;
}

/// The credit note is written, and its transaction is not over, while the provider says that the refund failed.
#[tokio::test(flavor = "multi_thread")]
async fn a_credit_note_that_is_being_made_while_its_refund_fails_is_cancelled_too() {
    let (shop, ada, id) = paid(true).await;
    let bank = Bank::of(&shop).await;
    let refund = bank.gives(id, &amount("10.00")).await;
    bank.tells(id, Some(refund), RefundState::Failed).await;
    let events = refunded_events(&shop).await;
    assert_eq!(events.len(), 1);
    let gate = no_mail(&shop).await;
    let failing = async {
        until_waiting(&shop, 1).await;
        let opening = async {
            until_waiting(&shop, 2).await;
            gate.close().await.unwrap();
        };
        let (handled, ()) = tokio::join!(bank.process.handle_webhooks(10), opening);
        assert_eq!(handled.unwrap(), 1);
    };
    let (held, ()) = tokio::join!(shop.shop.consume(Consumer::Notification, &events), failing);
    assert!(held.unwrap().is_empty());
    shop.deliver().await;
    assert_eq!(notes(&shop).await, (0, 1));
    let kinds: Vec<_> = letters(&shop).await.into_iter().map(|job| job.message.kind).collect();
    assert_eq!(kinds, ["refunded", "refund_failed"]);
    assert_eq!(shop.order(ada, id).await.refunds[0].cancelled_credit_notes.len(), 1);
    shop.done().await;
}

#[tokio::test]
async fn what_the_release_before_leaves_standing_is_cancelled_once() {
    let (shop, ada, id) = paid(true).await;
    let bank = Bank::of(&shop).await;
    bank.gives(id, &amount("10.00")).await;
    shop.deliver().await;
    assert_eq!(shop.shop.cancel_void_credit_notes(10).await.unwrap(), 0);
    // It writes that the refund failed, and nothing else.
    shop.execute("update refunds set state = 'failed'; update payments set refunded = 0").await;
    for cancelled in [1, 0] {
        assert_eq!(shop.shop.cancel_void_credit_notes(10).await.unwrap(), cancelled);
    }
    let letters = letters(&shop).await;
    assert_eq!(letters.last().map(|job| job.message.kind.as_str()), Some("refund_failed"));
    let refunds: Vec<RefundId> = shop.order(ada, id).await.refunds.into_iter().map(|refund| refund.id).collect();
    assert_eq!((refunds.len(), notes(&shop).await), (1, (0, 1)));
    shop.done().await;
}

#[tokio::test]
async fn what_the_release_before_left_and_was_settled_since_is_cancelled_without_a_promise() {
    for is_waived in [false, true] {
        let (shop, ada, id) = paid(true).await;
        let bank = Bank::of(&shop).await;
        let first = bank.gives(id, &amount("10.00")).await;
        shop.deliver().await;
        shop.execute("update refunds set state = 'failed'; update payments set refunded = 0").await;
        shop.clock.advance(Duration::hours(1));
        if is_waived {
            shop.shop.waive_refund(STAFF.may(), first, "Paid in cash").await.unwrap();
        } else {
            shop.shop.refund_order(STAFF.may(), id, &amount("10.00"), None).await.unwrap();
            assert_eq!(shop.shop.carry_out_refunds().await.unwrap(), 1);
            shop.deliver().await;
        }
        assert_eq!(shop.shop.cancel_void_credit_notes(10).await.unwrap(), 1);
        assert_eq!(notes(&shop).await, (i64::from(!is_waived), 1));
        let promised = shop.count("select count(*) from email_messages where kind = 'refund_failed'").await;
        assert_eq!(promised, 0, "{is_waived}: they have the money, or nothing more is owed");
        assert_eq!(shop.order(ada, id).await.refunds.iter().map(|r| r.cancelled_credit_notes.len()).sum::<usize>(), 1);
        shop.done().await;
    }
}

/// An order that nothing can be mailed about keeps neither the books from moving nor papers from being made.
#[tokio::test]
async fn a_letter_that_cannot_be_written_holds_up_neither_books_nor_papers() {
    let (shop, _, id) = paid(true).await;
    let bank = Bank::of(&shop).await;
    let first = bank.gives(id, &amount("10.00")).await;
    shop.deliver().await;
    bank.gives(id, &amount("5.00")).await;
    shop.deliver().await;
    shop.execute("update orders set email = 'nowhere'").await;
    bank.says(id, first, RefundState::Failed).await;
    assert_eq!(shop.count("select count(*) from payments where refunded = 5").await, 1, "the books move");
    assert_eq!(notes(&shop).await, (1, 1));
    // And what the release before has left.
    shop.execute("update refunds set state = 'failed'; update payments set refunded = 0").await;
    assert_eq!(shop.shop.cancel_void_credit_notes(10).await.unwrap(), 1);
    assert_eq!(notes(&shop).await, (0, 2));
    assert!(shop.shop.render_papers(50).await.unwrap() > 0);
    assert_eq!(shop.count("select count(*) from papers where pdf is null").await, 0, "every file is made");
    assert_eq!(shop.count("select count(*) from email_messages where kind = 'refund_failed'").await, 0);
    shop.execute("update orders set email = 'ada@example.org'").await;
    shop.done().await;
}
