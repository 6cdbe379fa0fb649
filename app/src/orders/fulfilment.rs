//! What became of an order: its parcels, what was given back, what comes back.

use leptos::prelude::*;
use shop::domain::{RefundState, ReturnState};
use shop::dto::{CancelledNoteView, CreditNoteView, RefundView, ReturnView, ShipmentItemView, ShipmentView};

use super::path::credit_note_path;
use crate::ui::{Moment, Written};

#[component]
pub fn Parcels(shipments: Vec<ShipmentView>) -> impl IntoView {
    let many = shipments.len() > 1;
    let parcel = |parcel: ShipmentView| {
        let carrier = parcel.carrier_name().map(str::to_owned);
        let number = parcel.tracking_number.clone().map(|number| match parcel.tracking_url() {
            Some(url) => view! {
                <a href=url rel="noreferrer">
                    {number}
                </a>
            }
            .written(),
            None => number.written(),
        });
        let told = carrier.is_some() || number.is_some();
        view! {
            <li>
                <p>{units(&parcel.items)}</p>
                {told.then(|| view! { <p>{carrier.map(|name| format!("{name} "))} {number}</p> })}
                <p class="order-when">
                    <Moment at=parcel.created_at />
                </p>
            </li>
        }
    };
    (!shipments.is_empty()).then(|| {
        view! {
            <section aria-labelledby="parcels-title">
                <h2 id="parcels-title">{if many { "Parcels" } else { "Parcel" }}</h2>
                <ul class="timeline">{shipments.into_iter().map(parcel).collect_view()}</ul>
            </section>
        }
        .written()
    })
}

#[component]
pub fn Refunds(id: String, refunds: Vec<RefundView>) -> impl IntoView {
    let refund = |refund: RefundView| {
        // A file, and no page.
        let credit_note = refund.credit_note.map(|CreditNoteView { number }| {
            view! {
                <p>
                    <a href=credit_note_path(&id, &number) rel="external">
                        {format!("Credit note {number} (PDF)")}
                    </a>
                </p>
            }
        });
        let cancelled = refund.cancelled_credit_notes.into_iter().map(|CancelledNoteView { number, cancellation }| {
            view! {
                <p>
                    <a href=credit_note_path(&id, &number) rel="external">
                        {format!("Credit note {number} (PDF)")}
                    </a>
                    ", cancelled by "
                    <a href=credit_note_path(&id, &cancellation) rel="external">
                        {format!("{cancellation} (PDF)")}
                    </a>
                </p>
            }
        });
        let cancelled = cancelled.collect_view();
        let state = match refund.state {
            RefundState::Opened => "on its way",
            RefundState::Done => "given back",
            RefundState::Failed if refund.waived => "could not be given back; nothing more is owed",
            RefundState::Failed => "could not be given back; we look into it",
        };
        view! {
            <li>
                <p>
                    <strong>{refund.amount.to_string()}</strong>
                    " "
                    {state}
                </p>
                {refund.reason.map(|reason| view! { <p>{reason}</p> })}
                {cancelled}
                {credit_note}
                <p class="order-when">
                    <Moment at=refund.settled_at.unwrap_or(refund.created_at) />
                </p>
            </li>
        }
    };
    (!refunds.is_empty()).then(|| {
        view! {
            <section aria-labelledby="refunds-title">
                <h2 id="refunds-title">"Given back"</h2>
                <ul class="timeline">{refunds.into_iter().map(refund).collect_view()}</ul>
            </section>
        }
        .written()
    })
}

#[component]
pub fn Returns(returns: Vec<ReturnView>) -> impl IntoView {
    let one = |one: ReturnView| {
        let state = match one.state {
            ReturnState::Requested => "We look at it and write to you.",
            ReturnState::Approved => "Approved: please send the items back.",
            ReturnState::Refused if one.closed => "Closed: the items have not arrived.",
            ReturnState::Refused => "Refused.",
            ReturnState::Received => "We have received the items.",
        };
        view! {
            <li>
                <p>{units(&one.items)}</p>
                <p>"Reason: " {one.reason}</p>
                <p>{state}</p>
                {one.answer.map(|answer| view! { <p>"Our answer: " {answer}</p> })}
                <p class="order-when">
                    <Moment at=one.received_at.or(one.answered_at).unwrap_or(one.created_at) />
                </p>
            </li>
        }
    };
    (!returns.is_empty()).then(|| {
        view! {
            <section aria-labelledby="returns-title">
                <h2 id="returns-title">"Returns"</h2>
                <ul class="timeline">{returns.into_iter().map(one).collect_view()}</ul>
            </section>
        }
        .written()
    })
}

fn units(items: &[ShipmentItemView]) -> String {
    items.iter().map(|item| format!("{} × {}", item.quantity, item.name)).collect::<Vec<_>>().join(", ")
}
