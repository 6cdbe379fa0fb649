//! Letters say what is so: to whoever was declined, whose items wait to be paid, or whose money goes back.

use shop::domain::{CancelReason, Customer, MailId, OrderId, Refusal};
use shop::dto::{MailSamples, PaymentForm, RefundForm, ShipmentForm};
use shop::usecase::SandboxOutcome::{Approve, Decline};
use shop::usecase::{CartOwner, MailMessage, MailRetry};
use time::Duration;

use crate::guests::{at_review, stocked};
use crate::harness::rules::{STAFF, percent, promotion};
use crate::harness::{Everything, TestShop, refused, usd};
use crate::payment_pages::webhook;

/// What is sent by now, of these kinds, by kind and subject.
async fn sent(shop: &TestShop, kinds: &[&str]) -> Vec<MailMessage> {
    shop.shop.ask_for_payment(100).await.unwrap();
    let jobs = shop.shop.take_mail(100).await.unwrap();
    let mut letters: Vec<_> =
        jobs.into_iter().map(|job| job.message).filter(|message| kinds.contains(&message.kind.as_str())).collect();
    letters.sort_by(|one, other| (&one.kind, &one.subject).cmp(&(&other.kind, &other.subject)));
    letters
}

async fn queued(shop: &TestShop, kind: &str) -> i64 {
    shop.scalar("select count(*) from email_messages where kind = $1", kind).await
}

const UNPAID: [&str; 2] = ["items_set_aside", "payment_failed"];
const WAIT: Duration = Duration::minutes(3);

/// A guest's order that can be paid.
async fn of_a_guest() -> (TestShop, CartOwner, OrderId) {
    let shop = stocked().await;
    let (guest, form) = at_review(&shop, "guest@example.org").await;
    let id = shop.shop.place_order(guest, form).await.unwrap();
    shop.deliver().await;
    (shop, guest, id)
}

/// A customer's order that can be paid.
async fn of_ada() -> (TestShop, Customer, OrderId) {
    let shop = TestShop::open().await;
    shop.taking_transfers().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let ada = shop.customer("Ada").await;
    let id = shop.place_reserved(ada, &[("MUG", "1")]).await;
    (shop, ada, id)
}

#[tokio::test]
async fn whoever_was_declined_while_they_were_away_is_written_to_once() {
    let (shop, guest, id) = of_a_guest().await;
    let payment = shop.shop.begin_payment(guest, id).await.unwrap().payment;
    for event in ["e1", "e2", "e3", "e4", "e5"] {
        let (signature, body) = webhook(&shop, event, "declined", payment, usd("24.00"));
        shop.shop.receive_webhook("sandbox", Some(&signature), &body).await.unwrap();
        assert_eq!(shop.shop.handle_webhooks(10).await.unwrap(), 1);
    }
    assert_eq!(queued(&shop, "payment_failed").await, 1);
    assert!(sent(&shop, &UNPAID).await.is_empty(), "they may be trying again");
    shop.clock.advance(WAIT);
    let letters = sent(&shop, &["payment_failed"]).await;
    let [letter] = letters.as_slice() else { panic!("{letters:?}") };
    let token = shop.shop.order_token(id).unwrap();
    let number = shop.shop.order(guest, id).await.unwrap().number;
    for part in [
        format!("Your payment of $24.00 for order {number} was declined"),
        "Nothing was charged.".into(),
        "Your items stay set aside until ".into(),
        format!("You can try again until then:\n\n  http://127.0.0.1:3000/orders/{id}?token={}", token.as_str()),
    ] {
        assert!(letter.text.contains(&part), "{part}: {}", letter.text);
    }
    assert_eq!(letter.subject, format!("Your payment for order {number} failed"));
    shop.done().await;
}

#[tokio::test]
async fn each_attempt_that_is_declined_has_its_letter_and_one_that_ended_with_its_order_has_none() {
    let (shop, ada, id) = of_ada().await;
    for attempts in 1..=2 {
        refused(shop.shop.pay_order(ada, id, Decline).await);
        assert_eq!(queued(&shop, "payment_failed").await, attempts);
    }
    let payment = shop.shop.begin_payment(ada, id).await.unwrap().payment;
    shop.shop.cancel_order(ada, id).await.unwrap();
    let (signature, body) = webhook(&shop, "late", "declined", payment, usd("24.00"));
    shop.shop.receive_webhook("sandbox", Some(&signature), &body).await.unwrap();
    shop.shop.handle_webhooks(10).await.unwrap();
    assert_eq!(shop.count("select count(*) from payments where state = 'declined'").await, 3);
    assert_eq!(queued(&shop, "payment_failed").await, 2);
    shop.clock.advance(WAIT);
    assert!(sent(&shop, &UNPAID).await.is_empty(), "nobody can pay it any more");
    shop.done().await;
}

#[tokio::test]
async fn who_has_not_paid_after_a_while_is_told_that_the_items_wait_and_until_when() {
    let (shop, guest, id) = of_a_guest().await;
    shop.deliver().await;
    assert!(sent(&shop, &UNPAID).await.is_empty(), "they may be paying");
    assert!(shop.shop.unsent_mail(10).await.unwrap().iter().all(|mail| mail.kind != "items_set_aside"));
    shop.shop.retry_mail(MailRetry::All).await.unwrap();
    assert!(sent(&shop, &UNPAID).await.is_empty(), "nothing of it failed");
    shop.clock.advance(WAIT);
    let letters = sent(&shop, &UNPAID).await;
    let [letter] = letters.as_slice() else { panic!("{letters:?}") };
    let order = shop.shop.order(guest, id).await.unwrap();
    let token = shop.shop.order_token(id).unwrap();
    for part in [
        format!("The items of your order {} are set aside for you until ", order.number),
        "Please pay $24.00 by then, or others can buy them:".into(),
        format!("\n\n  http://127.0.0.1:3000/orders/{id}?token={}", token.as_str()),
        "1 × Product MUG: $24.00".into(),
    ] {
        assert!(letter.text.contains(&part), "{part}: {}", letter.text);
    }
    assert_eq!((letter.kind.as_str(), queued(&shop, "items_set_aside").await), ("items_set_aside", 1));
    shop.done().await;
}

#[tokio::test]
async fn whoever_pays_or_cancels_meanwhile_or_has_more_time_is_not_asked_to_pay() {
    for what in ["pays", "cancels", "pays by transfer", "is too late"] {
        let (shop, ada, id) = of_ada().await;
        refused(shop.shop.pay_order(ada, id, Decline).await);
        let mut left = WAIT;
        match what {
            "pays" => assert!(shop.shop.pay_order(ada, id, Approve).await.is_ok()),
            "cancels" => assert!(shop.shop.cancel_order(ada, id).await.is_ok()),
            "pays by transfer" => assert!(shop.shop.choose_manual_payment(ada, id).await.is_ok()),
            _ => left = Duration::minutes(15),
        }
        shop.deliver().await;
        shop.clock.advance(left);
        assert!(sent(&shop, &UNPAID).await.is_empty(), "{what}");
        for kind in UNPAID {
            assert_eq!(queued(&shop, kind).await, 0, "{what}: {kind} waits for nothing");
        }
        assert!(queued(&shop, "order_received").await == 1 && queued(&shop, "welcome").await == 1, "{what}");
        shop.done().await;
    }
}

#[tokio::test]
async fn an_order_that_costs_nothing_is_not_asked_to_be_paid_and_nothing_of_it_is_given_back() {
    let shop = stocked().await;
    shop.promote(promotion("All of it", percent("100"))).await;
    let ada = shop.customer("Ada").await;
    let id = shop.place_reserved(ada, &[("MUG", "1")]).await;
    shop.clock.advance(WAIT);
    assert_eq!(shop.shop.ask_for_payment(100).await.unwrap(), 0);
    shop.shop.pay_order(ada, id, Approve).await.unwrap();
    shop.deliver().await;
    shop.shop.cancel_order(ada, id).await.unwrap();
    shop.deliver().await;
    let letters = sent(&shop, &["payment_received", "order_cancelled"]).await;
    let texts: Vec<_> = letters.iter().map(|letter| letter.text.as_str()).collect();
    assert!(texts[0].contains("Nothing was charged."), "{}", texts[0]);
    assert!(texts[1].contains("it costs you nothing") && !texts[1].contains("We received"), "{}", texts[1]);
    shop.done().await;
}

#[tokio::test]
async fn who_comes_too_late_for_the_last_one_is_told_that_it_is_sold_out() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 1)]).await;
    let (ada, eve) = (shop.customer("Ada").await, shop.customer("Eve").await);
    shop.place(ada, &[("MUG", "1")]).await;
    let late = shop.place(eve, &[("MUG", "1")]).await;
    shop.deliver().await;
    let order = shop.order(eve, late).await;
    assert_eq!(order.cancel_reason, Some(CancelReason::OutOfStock));
    let jobs = shop.shop.take_mail(100).await.unwrap();
    let told: Vec<_> = jobs.iter().filter(|job| job.message.kind == "order_cancelled").collect();
    assert_eq!(told.iter().map(|job| job.to.as_str()).collect::<Vec<_>>(), ["eve@example.org"]);
    let words = format!(
        "Your order {} was cancelled. Something in this order sold out before we could set it aside for you. Nothing was charged.",
        order.number
    );
    assert!(told[0].message.text.contains(&words), "{}", told[0].message.text);
    shop.clock.advance(WAIT);
    assert_eq!(shop.shop.ask_for_payment(100).await.unwrap(), 1, "of hers who was first");
    shop.done().await;
}

#[tokio::test]
async fn a_cancelled_order_says_what_of_its_money_is_still_to_come() {
    for (before, words) in [
        (None, "Your payment of $24.00 is being refunded."),
        (Some("4.00"), "Of your payment, $4.00 was given back before; the other $20.00 is being refunded."),
        (Some("24.00"), "Your payment of $24.00 was given back."),
    ] {
        let (shop, ada, id) = of_ada().await;
        shop.shop.pay_order(ada, id, Approve).await.unwrap();
        shop.deliver().await;
        if let Some(amount) = before {
            let form = RefundForm { amount: Some(usd(amount)), reason: "Late".into(), ..RefundForm::default() };
            shop.shop.refund_order(STAFF.may(), id, &form, None).await.unwrap();
            shop.shop.carry_out_refunds().await.unwrap();
        }
        shop.shop.cancel_order(ada, id).await.unwrap();
        shop.deliver().await;
        let letters = sent(&shop, &["order_cancelled"]).await;
        assert!(letters[0].text.contains(words), "{words}: {}", letters[0].text);
        shop.shop.carry_out_refunds().await.unwrap();
        shop.done().await;
    }
}

#[tokio::test]
async fn money_that_staff_gave_back_did_not_go_the_way_it_came() {
    let (shop, ada, id) = of_ada().await;
    let cash = PaymentForm { amount: usd("24.00"), reference: "cash 1".into() };
    shop.shop.record_payment(STAFF.may(), id, &cash).await.unwrap();
    shop.shop.cancel_order(ada, id).await.unwrap();
    shop.shop.mark_refund_given(STAFF.may(), shop.order(ada, id).await.refunds[0].id, "cash 2").await.unwrap();
    shop.deliver().await;
    let by_hand = sent(&shop, &["refunded"]).await;
    let other = shop.place_reserved(ada, &[("MUG", "1")]).await;
    shop.shop.pay_order(ada, other, Approve).await.unwrap();
    shop.shop.cancel_order(ada, other).await.unwrap();
    shop.shop.carry_out_refunds().await.unwrap();
    shop.deliver().await;
    let as_paid = sent(&shop, &["refunded"]).await;
    assert!(by_hand[0].text.contains("ourselves") && !by_hand[0].text.contains("the way you paid"), "{by_hand:?}");
    assert!(as_paid[0].text.contains("the way you paid") && !as_paid[0].text.contains("ourselves"), "{as_paid:?}");
    assert!(!as_paid[0].text.contains("had come in"), "it had paid its order: {as_paid:?}");
    shop.done().await;
}

#[tokio::test]
async fn what_is_picked_up_is_never_on_its_way() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let ada = shop.customer("Ada").await;
    let id = shop.place_reserved(ada, &[("MUG", "2")]).await;
    shop.execute("update orders set shipping_pick_up = true, shipping_name = 'Counter'").await;
    shop.shop.pay_order(ada, id, Approve).await.unwrap();
    shop.deliver().await;
    let variant = shop.variant("MUG").await;
    let carried = ShipmentForm {
        items: Some(vec![(variant, 1)]),
        carrier: Some("DHL".into()),
        tracking_number: Some("00340434161094042557".into()),
    };
    shop.shop.ship_order(STAFF.may(), id, &carried, None).await.unwrap();
    shop.shop.ship_order(STAFF.may(), id, &ShipmentForm::default(), None).await.unwrap();
    shop.deliver().await;
    let letters = sent(&shop, &["payment_received", "order_shipped"]).await;
    let number = shop.order(ada, id).await.number;
    let subjects: Vec<_> = letters.iter().map(|letter| letter.subject.clone()).collect();
    let expected = [
        format!("A part of order {number} is on its way"),
        format!("Order {number} is ready to be picked up"),
        format!("Payment received for order {number}"),
    ];
    assert_eq!(subjects, expected);
    let [carried, ready, paid] = [0, 1, 2].map(|place: usize| letters[place].text.as_str());
    assert!(carried.contains("Shipping to"), "a carrier has it after all: {carried}");
    assert!(!ready.contains("way") && !ready.contains("parcel") && !ready.contains("Shipping to"), "{ready}");
    assert!(paid.contains("We are getting it ready for you to pick up."), "{paid}");
    assert!(!paid.contains("Shipping to"), "{paid}");
    shop.done().await;
}

#[tokio::test]
async fn staff_read_each_kind_of_letter_as_it_would_be_about_an_order_that_there_is() {
    let (shop, guest, id) = of_a_guest().await;
    let number = shop.shop.order(guest, id).await.unwrap().number;
    let made_up = shop.shop.mail_samples(STAFF.may(), "").await.unwrap();
    let real = shop.shop.mail_samples(STAFF.may(), &format!(" #{number} ")).await.unwrap();
    assert_eq!((made_up.order, real.order), (None, Some((id, number))));
    let kinds = |samples: &MailSamples| samples.letters.iter().map(|letter| letter.kind.clone()).collect::<Vec<_>>();
    assert_eq!(kinds(&made_up), kinds(&real));
    let text = |kind: &str| real.letters.iter().find(|letter| letter.kind == kind).unwrap().text.clone();
    for part in [format!("your order {number}"), "1 × Product MUG: $24.00".into(), format!("/orders/{id}?token=…")] {
        assert!(text("order_received").contains(&part), "{part}: {}", text("order_received"));
    }
    assert!(text("back_in_stock").contains("Product MUG is back."), "{}", text("back_in_stock"));
    let token = shop.shop.order_token(id).unwrap();
    for letter in &real.letters {
        assert!(!letter.text.contains(token.as_str()), "{}", letter.text);
        assert!(!letter.text.contains("order 1042") && !letter.text.contains("Stoneware"), "made up: {}", letter.text);
    }
    for unknown in ["999999", "99999999999999999999", "mug"] {
        let shown = shop.shop.mail_samples(STAFF.may(), unknown).await.unwrap();
        assert_eq!((shown.order, shown.letters.len()), (None, made_up.letters.len()));
    }
    assert_eq!(queued(&shop, "order_link").await, 0, "none of them is sent");
    shop.done().await;
}

#[tokio::test]
async fn what_has_left_and_was_given_back_is_told_of_as_it_was() {
    let (shop, ada, id) = of_ada().await;
    shop.shop.pay_order(ada, id, Approve).await.unwrap();
    shop.deliver().await;
    let parcel = ShipmentForm {
        carrier: Some("DHL".into()),
        tracking_number: Some("00340434161094042557".into()),
        ..ShipmentForm::default()
    };
    shop.shop.ship_order(STAFF.may(), id, &parcel, None).await.unwrap();
    let some = RefundForm { amount: Some(usd("5.00")), reason: "A crack".into(), ..RefundForm::default() };
    shop.shop.refund_order(STAFF.may(), id, &some, None).await.unwrap();
    shop.shop.carry_out_refunds().await.unwrap();
    shop.deliver().await;
    let number = shop.order(ada, id).await.number;
    let real = shop.shop.mail_samples(STAFF.may(), &number.to_string()).await.unwrap();
    let text = |kind: &str| real.letters.iter().find(|letter| letter.kind == kind).unwrap().text.clone();
    assert!(text("order_shipped").contains("00340434161094042557"), "{}", text("order_shipped"));
    assert!(text("refunded").contains("$5.00"), "{}", text("refunded"));
    shop.done().await;
}

#[tokio::test]
async fn a_letter_that_was_lost_is_sent_once_more_as_it_was_and_once_a_day() {
    let (shop, ada, id) = of_ada().await;
    shop.clock.advance(WAIT);
    let accepted = "update email_messages set state = 'accepted' where state = 'sending'";
    sent(&shop, &[]).await;
    shop.execute(accepted).await;
    shop.shop.choose_manual_payment(ada, id).await.unwrap();
    sent(&shop, &[]).await;
    shop.execute(accepted).await;
    let letter = async |kind: &str| {
        let newest = "select id from email_messages where kind = $1 order by id desc limit 1";
        let found: uuid::Uuid = shop.scalar(newest, kind).await;
        MailId(found)
    };
    let (received, welcome, unpaid, how_to_pay) = (
        letter("order_received").await,
        letter("welcome").await,
        letter("items_set_aside").await,
        letter("payment_instructions").await,
    );
    let view = shop.shop.mail_view(STAFF.may(), received).await.unwrap();
    assert!(view.resendable && view.row.state == "accepted");
    assert!(shop.shop.resend_mail(STAFF.may(), received).await.unwrap());
    assert!(!shop.shop.resend_mail(STAFF.may(), received).await.unwrap(), "a button that was pressed twice");
    let again = sent(&shop, &["order_received"]).await;
    let [again] = again.as_slice() else { panic!("{again:?}") };
    assert_eq!(again.text, view.text, "hers, whose links bear no secret");
    let listed = shop.shop.staff_order(STAFF.may(), id).await.unwrap().mail;
    assert_eq!(listed.iter().filter(|mail| mail.subject == again.subject).count(), 2, "both are told of");
    shop.execute(accepted).await;
    let copy = letter("order_received").await;
    assert_ne!(copy, received);
    shop.clock.advance(Duration::DAY);
    assert!(shop.shop.resend_mail(STAFF.may(), received).await.unwrap());
    // A link that works once, what asks for money, a copy, which would be another each day, and nothing at all.
    for other in [welcome, unpaid, how_to_pay, copy, MailId(uuid::Uuid::nil())] {
        let shown = shop.shop.mail_view(STAFF.may(), other).await;
        assert!(shown.is_ok_and(|view| !view.resendable) || other.0.is_nil());
        assert_eq!(refused(shop.shop.resend_mail(STAFF.may(), other).await), Refusal::NotFound);
    }
    let log = shop.shop.audit_log(STAFF.may(), None).await.unwrap().entries;
    let told: Vec<_> = log.iter().filter(|entry| entry.action == "mail.sent_again").collect();
    assert_eq!(told.len(), 2);
    assert!(told.iter().all(|entry| entry.subject == received.to_string()));
    shop.shop.cancel_order(ada, id).await.unwrap();
    shop.done().await;
}
