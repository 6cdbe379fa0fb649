//! Giving back by Stripe: once, whatever is lost, and what becomes of it when Stripe says no.

use shop::domain::{Money, OrderId, PaymentId, Problem, RefundId, RefundOrigin, RefundState, Refusal};
use shop::dto::RefundForm;
use shop::infrastructure::clock::RandomIds;
use shop::usecase::{Clock as _, Error, Ids as _, Payments as _, RefundOutcome, RefundRequest};
use time::Duration;

use crate::harness::rules::STAFF;
use crate::harness::{Everything, refused, usd};
use crate::stripe::StripeShop;
use crate::stripe_relay::Relay;

use RefundOrigin::{Provider, Shop};
use RefundState::{Done, Failed, Opened};

impl StripeShop {
    /// An order that is paid, and what its session is called.
    async fn paid(&self) -> (OrderId, String) {
        let (id, session) = self.begun().await;
        self.hears(&self.relay.paid(&session, self.shop.clock.now())).await;
        (id, session)
    }

    /// Staff give so much back.
    async fn give_back(&self, id: OrderId, amount: &str) {
        let form = RefundForm { amount: Some(usd(amount)), reason: "Late".into(), ..RefundForm::default() };
        self.process.refund_order(STAFF.may(), id, &form, None).await.unwrap();
    }

    /// Asks Stripe now, however long the pause would be.
    async fn asks(&self) -> u32 {
        self.shop.execute("update refunds set due_at = null").await;
        self.process.carry_out_refunds().await.unwrap()
    }

    /// How many refunds wait on the back office's first page, and failed.
    async fn told(&self) -> (u32, u32) {
        let tasks = self.process.staff_home(STAFF.may()).await.unwrap().tasks;
        (tasks.refunds_waiting, tasks.refunds_failed)
    }
}

#[tokio::test]
async fn a_refund_whose_answer_was_lost_is_given_once() {
    let site = StripeShop::open().await;
    let (id, session) = site.paid().await;
    for (amount, made) in [("4.00", vec![400]), ("5.00", vec![400, 500])] {
        site.give_back(id, amount).await;
        site.relay.loses_next_answer();
        assert_eq!(site.asks().await, 0);
        assert_eq!(site.relay.refunds_made(), made, "it was given, and nobody heard");
        match amount {
            // Stripe still knows the key, and lists it late.
            "4.00" => site.relay.hides_refunds(true),
            // Or a day has passed, and others were given since.
            _ => {
                site.relay.hides_refunds(false);
                site.relay.forgets_keys();
            }
        }
        assert_eq!(site.asks().await, 1);
        assert_eq!(site.relay.refunds_made(), made);
    }
    // However many pages of a list it is on.
    site.give_back(id, "6.00").await;
    site.relay.loses_next_answer();
    assert_eq!(site.asks().await, 0);
    for _ in 0..3 {
        site.relay.given_back(&session, 100, site.shop.clock.now());
    }
    site.relay.forgets_keys();
    site.relay.lists_by(1);
    assert_eq!(site.asks().await, 1);
    assert_eq!(site.relay.refunds_made(), [400, 500, 600, 100, 100, 100]);
    site.hears(&site.relay.given_back(&session, 100, site.shop.clock.now())).await;
    let mut given: Vec<_> =
        site.refunds(id).await.into_iter().map(|(from, state, amount)| (amount, from, state)).collect();
    given.sort_by(|one, other| one.0.cmp(&other.0));
    let ours = ["$4.00", "$5.00", "$6.00"].map(|amount| (amount.to_owned(), Shop, Done));
    let theirs = vec![("$1.00".to_owned(), Provider, Done); 4];
    assert_eq!(given, [theirs, ours.to_vec()].concat(), "all of four pages");
    site.shop.done().await;
}

fn request() -> RefundRequest {
    RefundRequest {
        refund: RefundId(RandomIds.next()),
        payment: PaymentId(RandomIds.next()),
        reference: "pi_1".into(),
        amount: usd("2.00"),
    }
}

/// What an answer of Stripe's comes to.
fn heard(answer: Result<RefundOutcome, Error>) -> &'static str {
    match answer {
        Ok(RefundOutcome::Done { .. }) => "done",
        Ok(RefundOutcome::Refused) => "refused",
        Ok(RefundOutcome::RefusedForNow) => "refused for now",
        Err(Error::Unavailable(_)) => "away",
        Err(_) => "broken",
    }
}

#[tokio::test]
async fn each_answer_of_stripes_to_a_refund_is_understood() {
    let relay = Relay::start().await;
    let stripe = relay.payments();
    for (status, expected) in [
        ("succeeded", "done"),
        ("pending", "done"),
        ("requires_action", "done"),
        ("failed", "refused"),
        ("canceled", "refused"),
    ] {
        relay.refunds_become(status);
        let asked = request();
        // Now, and when it is looked for.
        for _ in 0..2 {
            assert_eq!(heard(stripe.refund(asked.clone()).await), expected, "{status}");
            relay.forgets_keys();
        }
    }
    for (status, code, expected) in [
        (400, "charge_disputed", "refused"),
        (400, "refund_disputed_payment", "refused"),
        (400, "charge_already_refunded", "refused"),
        (400, "insufficient_funds", "refused for now"),
        (402, "", "refused for now"),
        (404, "resource_missing", "refused for now"),
        (401, "", "broken"),
        (403, "more_permissions_required", "broken"),
        (409, "lock_timeout", "away"),
        (429, "rate_limit", "away"),
        (500, "", "away"),
    ] {
        relay.gives_nothing_back(status, code);
        assert_eq!(heard(stripe.refund(request()).await), expected, "{status} {code}");
    }
}

#[tokio::test]
async fn what_was_given_back_in_the_dashboard_already_finds_its_place() {
    let site = StripeShop::open().await;
    let (id, session) = site.paid().await;
    site.give_back(id, "24.00").await;
    // Its webhook does not come.
    site.relay.given_back(&session, 2400, site.shop.clock.now());
    site.relay.gives_nothing_back(400, "charge_already_refunded");
    assert_eq!(site.asks().await, 1);
    let given = [(Shop, Failed, "$24.00".to_owned()), (Provider, Done, "$24.00".to_owned())];
    assert_eq!(site.refunds(id).await, given);
    site.shop.done().await;
}

#[tokio::test]
async fn a_refund_that_stripe_never_gives_is_given_up_after_a_day_and_staff_give_it_back() {
    for (status, code) in [(404, "resource_missing"), (400, "a_code_of_next_year")] {
        let site = StripeShop::open().await;
        let (id, _) = site.paid().await;
        site.give_back(id, "4.00").await;
        site.relay.gives_nothing_back(status, code);
        for hours in 0..25 {
            assert_eq!(site.asks().await, 0, "after {hours} hours");
            assert_eq!(site.told().await, (u32::from(hours >= 24), 0));
            site.shop.clock.advance(Duration::HOUR);
        }
        let refund = site.shop.order(site.ada, id).await.refunds[0].id;
        let too_early = refused(site.process.mark_refund_given(STAFF.may(), refund, "transfer 1").await);
        assert_eq!(too_early, Refusal::RefundOfProvider);
        site.relay.forgets_keys();
        assert_eq!(site.asks().await, 1);
        assert_eq!((site.refunds(id).await, site.told().await), (vec![(Shop, Failed, "$4.00".into())], (0, 1)));
        site.process.mark_refund_given(STAFF.may(), refund, "transfer 1").await.unwrap();
        assert_eq!((site.refunds(id).await, site.told().await), (vec![(Shop, Done, "$4.00".into())], (0, 0)));
        site.shop.done().await;
    }
}

#[tokio::test]
async fn a_refund_that_stripe_refuses_for_a_while_is_given_back() {
    let site = StripeShop::open().await;
    let (id, _) = site.paid().await;
    site.give_back(id, "4.00").await;
    site.relay.gives_nothing_back(400, "insufficient_funds");
    assert_eq!(site.asks().await, 0);
    // The key is of another account for a week: that says nothing of the refund.
    site.relay.gives_nothing_back(401, "");
    for _ in 0..7 {
        site.relay.forgets_keys();
        assert_eq!(site.asks().await, 0);
        site.shop.clock.advance(Duration::DAY);
    }
    assert_eq!((site.refunds(id).await, site.told().await), (vec![(Shop, Opened, "$4.00".into())], (1, 0)));
    // One more refusal is not the same again and again.
    site.relay.gives_nothing_back(400, "insufficient_funds");
    site.relay.forgets_keys();
    assert_eq!(site.asks().await, 0);
    site.relay.says_yes_again();
    assert_eq!(site.asks().await, 0, "Stripe repeats its answer to a key");
    site.relay.forgets_keys();
    assert_eq!(site.asks().await, 1);
    assert_eq!((site.refunds(id).await, site.told().await), (vec![(Shop, Done, "$4.00".into())], (0, 0)));
    site.shop.done().await;
}

#[tokio::test]
async fn what_stripe_has_no_number_for_is_not_promised() {
    let site = StripeShop::open_in("KWD".parse().unwrap(), "2.410").await;
    let (id, _) = site.paid().await;
    let give = async |amount: &str| {
        let amount = Money::parse(amount, "KWD".parse().unwrap()).unwrap();
        let form = RefundForm { amount: Some(amount), reason: "Late".into(), ..RefundForm::default() };
        site.process.refund_order(STAFF.may(), id, &form, None).await
    };
    let finer = refused(give("0.333").await);
    assert_eq!(finer.problem_of("amount"), Some(&Problem::NotCounted { step: "0.01".into() }));
    assert_eq!(site.refunds(id).await, []);
    give("0.330").await.unwrap();
    assert_eq!((site.asks().await, site.relay.refunds_made()), (1, vec![330]));
    site.shop.done().await;
}

#[tokio::test]
async fn a_dispute_that_takes_nothing_is_no_refund() {
    let site = StripeShop::open().await;
    let (id, session) = site.paid().await;
    for status in ["warning_under_review", "warning_closed", "prevented", "won", "a_status_of_next_year"] {
        site.hears(&site.relay.disputed(&session, 1500, status, site.shop.clock.now())).await;
        assert_eq!(site.refunds(id).await, [], "{status}");
    }
    site.hears(&site.relay.disputed(&session, 1500, "under_review", site.shop.clock.now())).await;
    assert_eq!(site.refunds(id).await, [(Provider, Opened, "$15.00".into())]);
    assert_eq!(site.told().await, (0, 0), "a bank takes its time");
    let (_, prevented) = site.relay.disputed(&session, 1500, "prevented", site.shop.clock.now());
    let told: serde_json::Value = serde_json::from_str(&prevented).unwrap();
    site.hears(&site.relay.news("charge.dispute.closed", &told["data"]["object"], site.shop.clock.now())).await;
    assert_eq!(site.refunds(id).await, [(Provider, Failed, "$15.00".into())]);
    site.shop.done().await;
}

#[tokio::test]
async fn a_webhook_of_each_kind_is_taken_and_acted_on() {
    let site = StripeShop::open().await;
    let (id, session) = site.paid().await;
    let intent = format!("pi_{session}");
    let kinds = [
        ("/v1/charges/ch_1", &["charge.refunded", "charge.succeeded"][..]),
        ("/v1/refunds/re_1", &["charge.refund.updated", "refund.created", "refund.updated", "refund.failed"]),
        (
            "/v1/disputes/dp_1",
            &[
                "charge.dispute.created",
                "charge.dispute.updated",
                "charge.dispute.closed",
                "charge.dispute.funds_withdrawn",
                "charge.dispute.funds_reinstated",
            ],
        ),
        ("/v1/checkout/sessions/cs_test_1", &["checkout.session.expired", "checkout.session.completed"]),
    ];
    site.relay.given_back(&session, 300, site.shop.clock.now());
    let (noted, mut without_effect) = ("select count(*) from payment_webhooks where note is not null", Vec::new());
    for (path, kinds) in kinds {
        let mut object = site.relay.fixture(path).await;
        assert!(object.get("payment_intent").is_some(), "{object}");
        object["payment_intent"] = intent.clone().into();
        for kind in kinds {
            let before = site.shop.count(noted).await;
            site.hears(&site.relay.news(kind, &object, site.shop.clock.now())).await;
            if site.shop.count(noted).await > before {
                without_effect.push(*kind);
            }
        }
    }
    let expected = ["charge.succeeded", "checkout.session.expired", "checkout.session.completed"];
    assert_eq!(without_effect, expected, "its sessions are not ours");
    assert_eq!(site.shop.count("select count(*) from payment_webhooks where note = 'nothing to act on'").await, 3);
    let kept = "select count(*) from payment_webhooks where handled_at is not null and body <> ''";
    assert_eq!(site.shop.count(kept).await, 0, "nothing of who pays");
    assert_eq!(site.shop.count("select count(*) from payment_webhooks where handled_at is not null").await, 14);
    assert_eq!(site.refunds(id).await, [(Provider, Done, "$3.00".into())]);
    site.shop.done().await;
}
