//! The end of an attempt to pay: by whatever way the provider's answer came, it is written down here, once.

use crate::domain::{Event, EventId, OrderPaid, OrderStatus, PaymentFlaw, PaymentState, RefundId, Refusal, receive};

use super::super::{ChargeOutcome, Result, Shop, Store, encode};
use super::{PaymentEnd, SettledPayment, StartedPayment};

impl<S: Store> Shop<S> {
    /// Writes down what the provider says of an attempt, whoever was told and however often; answers how the attempt stands
    /// then.
    pub(super) async fn settle(
        &self,
        started: &StartedPayment,
        answer: &ChargeOutcome,
    ) -> Result<(PaymentState, Option<PaymentFlaw>)> {
        let StartedPayment { id, order, number, amount: total, .. } = *started;
        let at = self.now();
        let (state, reference, received, without_money) = match answer {
            ChargeOutcome::Open => return Ok((started.state, started.flaw)),
            ChargeOutcome::Approved { reference, received } => {
                (PaymentState::Approved, Some(reference.clone()), Some(*received), "paid")
            }
            ChargeOutcome::Declined => (PaymentState::Declined, None, None, "payment_declined"),
            ChargeOutcome::Expired => (PaymentState::Declined, None, None, "payment_expired"),
        };
        let step = |received| move |status| (status, receive(status, total, received));
        let steps = received.map(|received| OrderStatus::ALL.into_iter().map(step(received)).collect());
        let paid = Event::OrderPaid(OrderPaid { order_id: order, number, total });
        let settled = SettledPayment {
            id,
            order,
            state,
            reference,
            received,
            steps: steps.unwrap_or_default(),
            paid: encode(EventId(self.next_id()), &paid, at)?,
            refund: RefundId(self.next_id()),
            without_money,
            at,
        };
        let end = match answer {
            ChargeOutcome::Declined => self.settle_declined(&settled).await?,
            _ => self.store().settle_payment(&settled).await?,
        };
        match end {
            PaymentEnd::Settled(flaw) => Ok((state, flaw)),
            PaymentEnd::HadOne => {
                let stands = self.store().started_payment(id).await?.ok_or(Refusal::NotFound)?;
                Ok((stands.state, stands.flaw))
            }
            PaymentEnd::NoOrder => Err(Refusal::NotFound.into()),
        }
    }
}
