//! Who can end an order's waiting for its money, as T-07 lets them loose on it, and what they are answered.

use std::sync::Arc;

use shop::domain::{Customer, OrderId, PaymentId, Refusal};
use shop::infrastructure::LiveShop;
use shop::usecase::SandboxOutcome::Approve;
use shop::usecase::{Error, OrderPayment};

use crate::harness::{TestClock, TestShop, deliver_by};

/// Who does something to an order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Actor {
    /// Pays without going anywhere.
    Pay,
    /// Goes to the provider's page.
    Begin,
    /// Comes back from it.
    Return,
    /// The provider says that the money came.
    Webhook,
    /// The shop asks the provider, after the order's time.
    Look,
    /// The same, and what is to be given back is given back.
    GiveBack,
    Cancel,
    /// The order's time is over.
    Expire,
    /// Events have their effect: items are set aside, and the order hears of it.
    Deliver,
}

/// What somebody was answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    Paid,
    Page,
    Done,
    Refused(Refusal),
}

#[derive(Clone)]
pub struct Scene {
    pub ada: Customer,
    pub order: OrderId,
    pub payment: Option<PaymentId>,
    /// The signature and the body of the webhook that says that the money came.
    pub news: (String, String),
}

pub async fn act(actor: Actor, process: LiveShop, scene: Scene) -> Told {
    let Scene { ada, order, payment, news: (signature, body) } = scene;
    let told = |payment: OrderPayment| if payment.redirect_url.is_some() { Told::Page } else { Told::Paid };
    let answer = match actor {
        Actor::Pay => process.pay_order(ada, order, Approve).await.map(told),
        Actor::Begin => process.begin_payment(ada, order).await.map(told),
        Actor::Return => process.return_from_payment(order, payment.unwrap()).await.map(|()| Told::Done),
        Actor::Webhook => {
            process.receive_webhook("sandbox", Some(&signature), &body).await.unwrap();
            process.handle_webhooks(5).await.map(|_| Told::Done)
        }
        Actor::Look => process.reconcile_payments(5).await.map(|_| Told::Done),
        Actor::GiveBack => {
            process.reconcile_payments(5).await.unwrap();
            process.carry_out_refunds().await.map(|_| Told::Done)
        }
        Actor::Cancel => process.cancel_order(ada, order).await.map(|_| Told::Done),
        Actor::Expire => process.expire_orders(5).await.map(|_| Told::Done),
        Actor::Deliver => {
            deliver_by(&process).await;
            Ok(Told::Done)
        }
    };
    match answer {
        Ok(told) => told,
        Err(Error::Refused(refusal)) => Told::Refused(refusal),
        Err(cause) => panic!("{actor:?}: {cause:?}"),
    }
}

/// Two processes on one way: one whose clock is right, and one for which the order's time is over.
pub struct Processes {
    now: LiveShop,
    later: LiveShop,
}

impl Processes {
    pub async fn on(shop: &TestShop, url: &str) -> Self {
        let later = Arc::new(TestClock::default());
        later.advance(time::Duration::minutes(16));
        Self {
            now: shop.another_process_by(url, Arc::default()).await,
            later: shop.another_process_by(url, later).await,
        }
    }

    pub fn of(&self, actor: Actor) -> LiveShop {
        match actor {
            Actor::Pay | Actor::Begin | Actor::Return | Actor::Webhook | Actor::Cancel | Actor::Deliver => {
                self.now.clone()
            }
            Actor::Look | Actor::GiveBack | Actor::Expire => self.later.clone(),
        }
    }
}
