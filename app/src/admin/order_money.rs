//! The money of an order: what came in, what goes back, and what staff say of both where no provider can.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::domain::{
    OrderStatus, PaymentFlaw, PaymentState, Permission, RefundId, RefundOrigin, RefundState, ReservationState,
};
use shop::dto::{AsideView, PaymentView, RefundView, StaffOrderView};

use super::forms::{GIVEN, LOOKED_INTO, PAID, WAIVED};
use super::orders_api::{GiveRefund, LookIntoRefund, RecordPayment, WaiveRefund};
use super::parts::DeskField;
use super::paths::paper_path;
use crate::ui::{FormProblem, Moment, Written, flash_of, may};

/// Which payment flow an order waits for, if any.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Awaited {
    /// The shopper said that they pay by hand.
    ByHand,
    /// It may be that they do.
    Perhaps,
    Nothing,
}

fn awaited(view: &StaffOrderView) -> Awaited {
    let order = &view.order;
    match (order.status, order.reservation, order.manual_since.is_some(), order.manual_payment.is_some()) {
        (OrderStatus::Pending, ReservationState::Reserved, true, _) => Awaited::ByHand,
        (OrderStatus::Pending, ReservationState::Reserved, false, true) | (OrderStatus::Cancelled, _, true, _) => {
            Awaited::Perhaps
        }
        _ => Awaited::Nothing,
    }
}

/// Money that staff have seen: at the top of an order that waits for it, folded where it may have come all the same.
#[component]
pub fn MoneyHasCome(view: StaffOrderView) -> impl IntoView {
    let flash = flash_of(PAID);
    let awaited = awaited(&view);
    let typed = |name: &str| flash.value(name).map(str::to_owned);
    let (amount, failed) = (typed("amount"), flash.error.is_some());
    let form = view! {
        <form class="form" method="post" action=RecordPayment::url() novalidate>
            <FormProblem flash=flash.clone() />
            <input type="hidden" name="order_id" value=view.order.id.to_string() />
            <div class="desk-pair">
                <DeskField
                    name="amount"
                    problem_name="amount"
                    id="paid-amount"
                    label="Amount"
                    value=amount.unwrap_or_else(|| view.order.total.amount().to_string())
                    flash=flash.clone()
                    required=true
                    hint="Another amount than the total does not pay the order: it is to be given back."
                />
                <DeskField
                    name="reference"
                    problem_name="reference"
                    id="paid-reference"
                    label="Reference"
                    value=typed("reference").unwrap_or_default()
                    flash=flash.clone()
                    required=true
                    hint="A line of the statement, or a receipt's number: the same twice counts once."
                />
            </div>
            <button class="button" type="submit">
                "Money has come"
            </button>
        </form>
    };
    match awaited {
        Awaited::ByHand => view! {
            <section class="desk-panel" aria-labelledby="paid-title">
                <h2 id="paid-title">"Money has come"</h2>
                {form}
            </section>
        }
        .written(),
        Awaited::Perhaps => view! {
            <details class="desk-panel desk-fold" open=failed>
                <summary>"Money has come by bank transfer or at the counter"</summary>
                {form}
            </details>
        }
        .written(),
        Awaited::Nothing => ().written(),
    }
}

/// What came in and what goes back, with the papers of both.
#[component]
pub fn MoneyPart(view: StaffOrderView) -> impl IntoView {
    let StaffOrderView { order, by_hand, waiting, owed, aside, left, .. } = view;
    let id = order.id.to_string();
    let nothing = order.payments.is_empty();
    let invoice = order.invoice.map(|invoice| {
        let to = paper_path(&id, &invoice.number);
        view! {
            <p class="desk-quiet">
                <a href=to>{format!("Invoice {}", invoice.number)}</a>
            </p>
        }
    });
    let begun: Vec<_> = order.refunds.iter().filter(|r| r.state != RefundState::Failed).map(|r| r.created_at).collect();
    let refunds = order.refunds.into_iter().map(|refund| {
        let need = Need {
            by_hand: by_hand.contains(&refund.id),
            waiting: waiting.contains(&refund.id),
            owed: owed.contains(&refund.id),
            others: begun.iter().any(|at| *at > refund.created_at),
        };
        view! { <Refund order=id.clone() refund need /> }
    });
    view! {
        <section class="desk-panel" aria-labelledby="money-title">
            <h2 id="money-title">"Money"</h2>
            {nothing.then(|| view! { <p class="desk-quiet">"Nobody has tried to pay yet."</p> })}
            <ul class="desk-entries">{order.payments.into_iter().map(paid).collect_view()} {refunds.collect_view()}</ul>
            {(!aside.is_empty()).then(|| view! { <Aside order=id.clone() aside /> })}
            {(!left.is_zero())
                .then(|| view! { <p class="desk-quiet">{format!("{left} can still be given back.")}</p> })}
            {invoice}
        </section>
    }
    .written()
}

const fn state_words(payment: &PaymentView) -> &'static str {
    match (payment.state, payment.flaw) {
        (PaymentState::Started, _) => "begun, no end yet",
        (PaymentState::Declined, _) => "declined",
        (PaymentState::Approved, None) => "received",
        (PaymentState::Approved, Some(PaymentFlaw::Amount)) => {
            "came in, another amount than the order's: it pays nothing and goes back"
        }
        (PaymentState::Approved, Some(PaymentFlaw::Late)) => "came in after the order had ended: it goes back",
        (PaymentState::Approved, Some(PaymentFlaw::Second)) => "came in a second time: it goes back",
    }
}

fn paid(payment: PaymentView) -> impl IntoView {
    let state = state_words(&payment);
    let class = payment.flaw.is_some().then_some("desk-alarm");
    view! {
        <li class=class>
            <span>{format!("{} {state}", payment.amount)}</span>
            <span class="desk-more">{payment.provider}", "<Moment at=payment.created_at /></span>
        </li>
    }
}

/// What a refund needs of the staff.
#[derive(Debug, Clone, Copy)]
struct Need {
    /// No provider gives it back.
    by_hand: bool,
    /// Its provider takes too long.
    waiting: bool,
    /// It failed, and somebody is to decide.
    owed: bool,
    /// Another one was begun since, and has not failed.
    others: bool,
}

#[component]
fn Refund(order: String, refund: RefundView, need: Need) -> impl IntoView {
    let state = match refund.state {
        RefundState::Opened if need.by_hand => "to be given back by you",
        RefundState::Opened if need.waiting => "waits for the payment provider, who is asked again and again",
        RefundState::Opened if refund.is_dispute => "disputed with the bank: answer at the payment provider, in time",
        RefundState::Opened => "on its way back",
        RefundState::Done => "given back",
        RefundState::Failed if need.owed => {
            "could not be given back: give it back yourself, or say that nothing more is owed"
        }
        RefundState::Failed if refund.origin == RefundOrigin::Provider => "did not go back",
        RefundState::Failed => "could not be given back, and nothing more is owed",
    };
    let is_disputed = refund.is_dispute && refund.state == RefundState::Opened;
    let alarm = need.by_hand || need.waiting || need.owed || is_disputed;
    let offered = (need.by_hand || need.owed) && may(Permission::Refunds);
    let credit_note = refund.credit_note.map(|note| {
        let to = paper_path(&order, &note.number);
        view! {
            <a class="desk-more" href=to>
                {format!("Credit note {}", note.number)}
            </a>
        }
    });
    let cancelled = refund.cancelled_credit_notes.into_iter().map(|note| {
        let (credit_note, by) = (paper_path(&order, &note.number), paper_path(&order, &note.cancellation));
        view! {
            <span class="desk-more">
                <a href=credit_note>{format!("Credit note {}", note.number)}</a>
                ", cancelled by "
                <a href=by>{note.cancellation}</a>
            </span>
        }
    });
    let cancelled = cancelled.collect_view();
    view! {
        <li class=alarm.then_some("desk-alarm")>
            <span>{format!("{} {state}", refund.amount)}</span>
            <span class="desk-more">
                {refund.reason.map(|reason| format!("{reason}, "))} <Moment at=refund.created_at />
            </span>
            {cancelled}
            {credit_note}
            {(need.owed && need.others)
                .then(|| {
                    view! {
                        <p class="desk-quiet">
                            "Another refund was begun since. If that gives back the same, nothing more is owed."
                        </p>
                    }
                })}
            {offered
                .then(|| {
                    view! { <EndRefund order=order.clone() id=refund.id ending=GIVE action=GiveRefund::url() /> }
                })}
            {(offered && need.owed)
                .then(|| view! { <EndRefund order id=refund.id ending=WAIVE action=WaiveRefund::url() /> })}
        </li>
    }
    .written()
}

/// How staff end a refund that no provider gives: by a word that is kept.
#[derive(Debug, Clone, Copy)]
struct Ending {
    form: &'static str,
    /// What the field's id begins with.
    id: &'static str,
    field: &'static str,
    label: &'static str,
    button: &'static str,
}

const GIVE: Ending = Ending {
    form: GIVEN,
    id: "given",
    field: "reference",
    label: "Reference: what you gave it back as",
    button: "I have given it back",
};

const WAIVE: Ending = Ending {
    form: WAIVED,
    id: "waived",
    field: "reason",
    label: "Why nothing more is owed: the audit log keeps it",
    button: "Nothing more is owed",
};

#[component]
fn EndRefund(order: String, id: RefundId, ending: Ending, action: &'static str) -> impl IntoView {
    let flash = flash_of(&format!("{}-{id}", ending.form));
    let typed = flash.value(ending.field).unwrap_or_default().to_owned();
    view! {
        <form class="form" method="post" action=action novalidate>
            <FormProblem flash=flash.clone() />
            <input type="hidden" name="order_id" value=order />
            <input type="hidden" name="refund_id" value=id.to_string() />
            <DeskField
                name=ending.field
                problem_name=ending.field
                id=format!("{}-{id}", ending.id)
                label=ending.label
                value=typed
                flash
                required=true
            />
            <button class="button-quiet" type="submit">
                {ending.button}
            </button>
        </form>
    }
    .written()
}

/// What went back and fits into no payment: it is looked into, and stands here.
#[component]
fn Aside(order: String, aside: Vec<AsideView>) -> impl IntoView {
    let flash = flash_of(LOOKED_INTO);
    let one = move |one: AsideView| {
        let offered = !one.seen && may(Permission::Refunds);
        let form = offered.then(|| {
            view! {
                <form class="form" method="post" action=LookIntoRefund::url()>
                    <input type="hidden" name="order_id" value=order.clone() />
                    <input type="hidden" name="payment_id" value=one.payment.to_string() />
                    <input type="hidden" name="reference" value=one.reference.clone() />
                    <button class="button-quiet" type="submit">
                        "I have looked into it"
                    </button>
                </form>
            }
        });
        view! {
            <li class=(!one.seen).then_some("desk-alarm")>
                <span>{format!("{} went back beyond what is owed", one.amount)}</span>
                <span class="desk-more">{one.reference}", "<Moment at=one.at /></span>
                {form}
            </li>
        }
    };
    view! {
        <h3>"Set aside"</h3>
        <FormProblem flash />
        <ul class="desk-entries">{aside.into_iter().map(one).collect_view()}</ul>
    }
    .written()
}
