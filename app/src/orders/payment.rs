//! Paying an order: on the provider's page or, where the shop takes it, by bank transfer or at pick-up; and what is said of
//! money that pays nothing.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::domain::{ManualPayment, Money, PaymentFlaw, PaymentState};
use shop::dto::{OrderView, words};

use super::api::{PayByHand, PayOrder};
use super::order_parts::Token;
use super::time_to_pay::{TimeIsOver, TimeToPay};
use crate::ui::Written;

#[component]
pub fn Payment(order: OrderView, token: String) -> impl IntoView {
    if order.seconds_left == Some(0) {
        return view! { <TimeIsOver /> }.written();
    }
    let last = match order.last_payment {
        Some(PaymentState::Declined) => Some("The last attempt did not go through. Nothing was charged."),
        Some(PaymentState::Started) => {
            Some("A payment has begun. If you have paid already, it shows here in a moment.")
        }
        Some(PaymentState::Approved) | None => None,
    };
    let id = order.id.to_string();
    let by_hand = order.manual_payment.map(|manual| {
        let (id, token, is_chosen) = (id.clone(), token.clone(), order.manual_since.is_some());
        view! { <ByHand manual is_chosen number=order.number id token total=order.total /> }
    });
    view! {
        <section class="panel" aria-labelledby="payment-title">
            <h2 id="payment-title">"Payment"</h2>
            {last.map(|words| view! { <p class="line-notice">{words}</p> })}
            <TimeToPay expires_at=order.expires_at seconds=order.seconds_left />
            <p>"You pay on a page of our payment provider, and come back here."</p>
            <PaymentForm id token total=order.total />
        </section>
        {by_hand}
    }
    .written()
}

#[component]
fn PaymentForm(id: String, token: String, total: Money) -> impl IntoView {
    view! {
        <form class="panel-actions" method="post" action=PayOrder::url()>
            <input type="hidden" name="order_id" value=id />
            <Token token />
            <p class="panel-sum">"To pay: " <strong>{total.to_string()}</strong></p>
            <button class="button" type="submit">
                "Pay now"
            </button>
        </form>
    }
}

/// Offered, and once it is chosen, how to.
#[component]
fn ByHand(
    manual: ManualPayment,
    is_chosen: bool,
    number: i64,
    id: String,
    token: String,
    total: Money,
) -> impl IntoView {
    let how = if is_chosen {
        let lines = manual.lines().map(|line| view! { <li>{line.to_owned()}</li> }).collect_view();
        view! {
            <p>{format!("Please pay {total} and name the number {number}. As soon as we see it, we write to you.")}</p>
            <ul>{lines}</ul>
        }
        .written()
    } else {
        let days = match manual.days {
            1 => "one day".to_owned(),
            days => format!("{days} days"),
        };
        view! {
            <p>{format!("We write to you how, and keep your items for {days}.")}</p>
            <form class="panel-actions" method="post" action=PayByHand::url()>
                <input type="hidden" name="order_id" value=id />
                <Token token />
                <button class="button-quiet" type="submit">
                    "Pay by transfer or at pick-up"
                </button>
            </form>
        }
        .written()
    };
    view! {
        <section class="panel" aria-labelledby="by-hand-title">
            <h2 id="by-hand-title">"By bank transfer or at pick-up"</h2>
            {how}
        </section>
    }
}

/// Money that came in and does not pay the order.
#[component]
pub fn GoesBack(flaws: Vec<PaymentFlaw>) -> impl IntoView {
    let line = |flaw| view! { <p class="line-notice">{words::payment_flaw(flaw)}</p> };
    flaws.into_iter().map(line).collect_view()
}
