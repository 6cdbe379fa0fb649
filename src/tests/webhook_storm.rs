//! T-08: 500 payments whose webhooks come 1 to 5 times each, shuffled, a tenth before the provider has answered, and a tenth
//! as many forged or too old. Every payment has its right end, and nothing forged has any effect.

use std::sync::Arc;

use futures::StreamExt as _;
use futures::stream::iter;
use rand::prelude::*;
use shop::domain::{Customer, Money, OrderId, OrderStatus, PaymentId};
use shop::usecase::{BadWebhook, OrderRequest, RequestedItem, WebhookError};
use time::Duration;
use tokio::sync::Mutex;

use crate::harness::{TestShop, quantity, usd};
use crate::payment_pages::webhook;
use crate::providers::Through;

const PAYMENTS: usize = 500;

/// What is to become of a payment, and of its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Story {
    Approved,
    Declined,
    Expired,
    /// Both are told, in any order: the money came.
    DeclinedAndApproved,
    /// For another amount.
    Underpaid,
    /// The order was cancelled before anything was heard.
    Cancelled,
    /// Only a forger says that it was paid.
    Forged,
}

const STORIES: [Story; 7] = [
    Story::Approved,
    Story::Declined,
    Story::Expired,
    Story::DeclinedAndApproved,
    Story::Underpaid,
    Story::Cancelled,
    Story::Forged,
];

impl Story {
    fn news(self) -> &'static [&'static str] {
        match self {
            Self::Approved | Self::Underpaid | Self::Cancelled => &["pending", "approved"],
            Self::Declined => &["pending", "declined"],
            Self::Expired => &["expired"],
            Self::DeclinedAndApproved => &["declined", "pending", "approved"],
            Self::Forged => &["pending"],
        }
    }

    fn amount(self) -> Money {
        usd(if self == Self::Underpaid { "23.00" } else { "24.00" })
    }

    /// The order's status, the payment's state and flaw, and how many refunds there are.
    const fn end(self) -> (OrderStatus, &'static str, Option<&'static str>, i64) {
        match self {
            Self::Approved | Self::DeclinedAndApproved => (OrderStatus::Paid, "approved", None, 0),
            Self::Declined | Self::Expired => (OrderStatus::Pending, "declined", None, 0),
            Self::Underpaid => (OrderStatus::Pending, "approved", Some("amount"), 1),
            Self::Cancelled => (OrderStatus::Cancelled, "approved", Some("late"), 1),
            Self::Forged => (OrderStatus::Pending, "started", None, 0),
        }
    }
}

/// One webhook on its way.
#[derive(Debug, Clone)]
struct Delivery {
    signature: String,
    body: String,
    is_forged: bool,
}

/// What the provider sends of a payment, and what a forger adds.
fn deliveries(shop: &TestShop, story: Story, payment: PaymentId, random: &mut StdRng) -> Vec<Delivery> {
    let mut all = Vec::new();
    for kind in story.news() {
        let (signature, body) = webhook(shop, &format!("{payment}-{kind}"), kind, payment, story.amount());
        let honest = Delivery { signature, body, is_forged: false };
        all.extend(std::iter::repeat_n(honest, random.random_range(1..=5)));
    }
    if story == Story::Forged || random.random_ratio(1, 10) {
        let (signature, body) = webhook(shop, &format!("{payment}-forged"), "approved", payment, usd("24.00"));
        let signature = match random.random_range(0..3) {
            // Signed long ago, with a time that is not the signature's, or by somebody else.
            0 => {
                shop.clock.advance(-Duration::minutes(6));
                let (old, _) = webhook(shop, &format!("{payment}-forged"), "approved", payment, usd("24.00"));
                shop.clock.advance(Duration::minutes(6));
                old
            }
            1 => signature.replacen("t=1", "t=2", 1),
            _ => {
                let (start, last) = signature.split_at(signature.len() - 1);
                format!("{start}{}", if last == "0" { "1" } else { "0" })
            }
        };
        all.push(Delivery { signature, body, is_forged: true });
    }
    all
}

async fn deliver(shop: &TestShop, delivery: &Delivery) {
    match shop.shop.receive_webhook("sandbox", Some(&delivery.signature), &delivery.body).await {
        Ok(()) => assert!(!delivery.is_forged, "{delivery:?}"),
        Err(WebhookError::Bad(BadWebhook::Forged | BadWebhook::Stale)) if delivery.is_forged => {}
        Err(other) => panic!("{other:?}: {delivery:?}"),
    }
}

/// An order of a mug that is set aside.
async fn order(shop: &TestShop, ada: Customer, place: usize) -> OrderId {
    let product = shop.record("mug").await.id;
    let items = Some(vec![RequestedItem { product, variant: None, quantity: quantity("1") }]);
    let asked = OrderRequest { key: format!("order-{place}"), items, ..OrderRequest::default() };
    shop.shop.request_order(ada, asked).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn five_hundred_payments_have_their_right_end_whatever_webhooks_do() {
    for seed in seeds() {
        println!("seed {seed}");
        storm(seed).await;
    }
}

/// One for every run of the suite; five where there is time (`make chaos`).
fn seeds() -> std::ops::RangeInclusive<u64> {
    1..=std::env::var("STORM_SEEDS").ok().and_then(|count| count.parse().ok()).unwrap_or(1)
}

async fn storm(seed: u64) {
    let random = &mut StdRng::seed_from_u64(seed);
    let shop = Arc::new(TestShop::open().await);
    shop.stock_shelves(&[("MUG", "24.00", 600)]).await;
    let ada = shop.customer("Ada").await;
    let orders: Vec<_> = iter(0..PAYMENTS).map(|place| order(&shop, ada, place)).buffered(8).collect().await;
    shop.deliver().await;

    // A tenth of the webhooks come while the provider has not even said where its page is.
    let early = Arc::new(Mutex::new(Vec::new()));
    let (heard, early_of) = (shop.shop.clone(), Arc::clone(&early));
    let stories: std::collections::BTreeMap<_, _> =
        orders.iter().map(|id| (*id, *STORIES.choose(random).unwrap())).collect();
    let (told, seeded) = (stories.clone(), Mutex::new(StdRng::seed_from_u64(seed + 1_000)));
    let (seeded, signing) = (Arc::new(seeded), Arc::clone(&shop));
    let provider = Through::opening(shop.sandbox(), move |attempt| {
        let (heard, early_of, seeded, signing) =
            (heard.clone(), Arc::clone(&early_of), Arc::clone(&seeded), Arc::clone(&signing));
        let story = told[&attempt.order];
        Box::pin(async move {
            let random = &mut *seeded.lock().await;
            if story == Story::Cancelled || !random.random_ratio(1, 10) {
                return;
            }
            let kind = story.news()[0];
            let (signature, body) =
                webhook(&signing, &format!("{}-{kind}", attempt.payment), kind, attempt.payment, story.amount());
            heard.receive_webhook("sandbox", Some(&signature), &body).await.unwrap();
            heard.handle_webhooks(10).await.unwrap();
            early_of.lock().await.push(attempt.payment);
        })
    });
    let asking = shop.another_process_paying(provider).await;
    let mut sent = Vec::new();
    let mut payments = Vec::new();
    for id in &orders {
        let payment = asking.begin_payment(ada, *id).await.unwrap().payment;
        payments.push(payment);
        if stories[id] == Story::Cancelled {
            shop.shop.cancel_order(ada, *id).await.unwrap();
        }
        sent.extend(deliveries(&shop, stories[id], payment, random));
    }
    let forged = sent.iter().filter(|delivery| delivery.is_forged).count();
    assert!(early.lock().await.len() > 20 && forged > PAYMENTS / 10, "{forged}");
    sent.shuffle(random);

    // Two processes handle what comes, while it comes.
    let (here, there) = (shop.shop.clone(), shop.another_process().await);
    let stop = tokio_util::sync::CancellationToken::new();
    let handle = |process: shop::infrastructure::LiveShop| {
        let stop = stop.clone();
        async move {
            while !stop.is_cancelled() {
                if process.handle_webhooks(20).await.unwrap() == 0 {
                    tokio::task::yield_now().await;
                }
            }
        }
    };
    let handlers = [tokio::spawn(handle(here)), tokio::spawn(handle(there))];
    iter(&sent).for_each_concurrent(8, |delivery| deliver(&shop, delivery)).await;
    while shop.count("select count(*) from payment_webhooks where handled_at is null").await > 0 {
        tokio::task::yield_now().await;
    }
    stop.cancel();
    for handler in handlers {
        handler.await.unwrap();
    }

    let mut wrong = Vec::new();
    for (id, payment) in orders.iter().zip(payments) {
        let (status, state, flaw, refunds) = stories[id].end();
        let found: (String, Option<String>, i64) = sqlx::query_as(
            "select state, flaw, (select count(*) from refunds r where r.payment_id = p.id) from payments p where id = $1",
        )
        .bind(payment.0)
        .fetch_one(shop.shop.store().pool())
        .await
        .unwrap();
        let order = shop.order(ada, *id).await;
        if (order.status, found.0.as_str(), found.1.as_deref(), found.2) != (status, state, flaw, refunds) {
            wrong.push((stories[id], order.status, found));
        }
    }
    assert!(wrong.is_empty(), "{} of {PAYMENTS}: {:?}", wrong.len(), &wrong[..wrong.len().min(5)]);
    let paid = shop.count("select count(*) from orders where status = 'paid'").await;
    assert_eq!(shop.count("select count(*) from outbox where topic = 'order.paid'").await, paid);
    drop(asking);
    Arc::into_inner(shop).expect("nobody else has it").done().await;
}
