//! What is done with an order: a parcel, money given back, a return that is answered or received.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::domain::{OrderStatus, Permission, ReturnState, VariantId, carrier_names};
use shop::dto::{MAX_WORDS, OrderItemView, OrderView, ReturnView, StaffOrderView};

use super::forms::{ANSWER, CLOSE, RECEIVE, REFUND, SHIP};
use super::orders_api::{AnswerReturn, CloseReturn, ReceiveReturn, RefundOrder, ShipOrder};
use super::parts::{DeskField, DeskText};
use crate::ui::{Flash, FormProblem, Moment, Written, flash_of, may};

/// How many of each line; `lines` says how many there can be and how many stand there first.
#[component]
fn Units(
    items: Vec<OrderItemView>,
    lines: Vec<(VariantId, u32, u32)>,
    flash: Flash,
    form: &'static str,
) -> impl IntoView {
    // The core names lines by their place among those that were typed, which stand in the order of their ids.
    let mut typed: Vec<_> = lines
        .iter()
        .map(|(variant, ..)| format!("v{variant}"))
        .filter(|name| flash.value(name).is_some_and(|count| !matches!(count.trim(), "" | "0")))
        .collect();
    typed.sort();
    let line = move |(variant, most, first): (VariantId, u32, u32)| {
        let item = items.iter().find(|item| item.variant_id == variant)?;
        let name = match item.options.is_empty() {
            true => item.name.clone(),
            false => format!("{} ({})", item.name, item.options.join(", ")),
        };
        let key = format!("v{variant}");
        let place = typed.iter().position(|name| *name == key);
        let problem_of = |part: &str| place.and_then(|n| flash.problem(&format!("items[{n}].{part}")));
        let problem = problem_of("quantity").or_else(|| problem_of("variant_id")).map(str::to_owned);
        let value = flash.value(&key).map_or_else(|| first.to_string(), str::to_owned);
        let (id, wrong) = (format!("{form}-{variant}"), problem.is_some());
        let more = format!("{id}-more");
        Some(view! {
            <li class="desk-units" class:field-wrong=wrong>
                <label for=id
                    .clone()>{name} <span class="desk-more">{format!("{}, at most {most}", item.sku)}</span></label>
                <input
                    id=id
                    name=format!("units[{key}]")
                    type="number"
                    min="0"
                    max=most.to_string()
                    value=value
                    aria-invalid=wrong.then_some("true")
                    aria-describedby=wrong.then(|| more.clone())
                />
                {problem
                    .map(|problem| {
                        view! {
                            <p class="field-problem" id=more>
                                {problem}
                            </p>
                        }
                    })}
            </li>
        })
    };
    view! { <ul class="desk-unit-list">{lines.into_iter().filter_map(line).collect_view()}</ul> }.written()
}

/// All that is still to be sent stands in it: one click sends it.
#[component]
pub fn ShipForm(view: StaffOrderView) -> impl IntoView {
    let flash = flash_of(SHIP);
    let lines = view.lines.iter().filter(|line| line.unsent > 0);
    let lines = lines.map(|line| (line.variant_id, line.unsent, line.unsent)).collect();
    let typed = |name: &str| flash.value(name).unwrap_or_default().to_owned();
    view! {
        <section class="desk-panel desk-first" aria-labelledby="ship-title">
            <h2 id="ship-title">"Pack and send"</h2>
            <form class="form" method="post" action=ShipOrder::url() novalidate>
                <FormProblem flash=flash.clone() />
                <input type="hidden" name="order_id" value=view.order.id.to_string() />
                <input type="hidden" name="key" value=view.form_key.clone() />
                <Units items=view.order.items.clone() lines flash=flash.clone() form="ship" />
                <div class="desk-pair">
                    <DeskField
                        name="carrier"
                        problem_name="carrier"
                        label="Carrier (optional)"
                        value=typed("carrier")
                        flash=flash.clone()
                        list="carriers"
                    />
                    <DeskField
                        name="tracking_number"
                        problem_name="tracking_number"
                        label="Tracking number (optional)"
                        value=typed("tracking_number")
                        flash=flash.clone()
                    />
                </div>
                <datalist id="carriers">
                    {carrier_names().map(|name| view! { <option value=name></option> }).collect_view()}
                </datalist>
                <button class="button" type="submit">
                    "Send parcel"
                </button>
            </form>
        </section>
    }
    .written()
}

#[component]
pub fn RefundFormPart(view: StaffOrderView) -> impl IntoView {
    let flash = flash_of(REFUND);
    let failed = flash.error.is_some();
    let lines = view.lines.iter().filter(|line| line.refundable > 0);
    let lines = lines.map(|line| (line.variant_id, line.refundable, 0)).collect();
    let typed = |name: &str| flash.value(name).unwrap_or_default().to_owned();
    let ticked = !typed("shipping").is_empty();
    // What has not left goes back on its shelf, if nobody says otherwise.
    let restocked = match failed {
        true => !typed("restock").is_empty(),
        false => view.order.status == OrderStatus::Paid,
    };
    view! {
        <details class="desk-panel desk-fold" open=failed>
            <summary>"Give money back"</summary>
            <form class="form" method="post" action=RefundOrder::url() novalidate>
                <FormProblem flash=flash.clone() />
                <input type="hidden" name="order_id" value=view.order.id.to_string() />
                <input type="hidden" name="key" value=view.form_key.clone() />
                <p class="desk-quiet">"How many of each? What has not left is not sent any more."</p>
                <Units items=view.order.items.clone() lines flash=flash.clone() form="refund" />
                {view
                    .shipping_refundable
                    .then(|| {
                        view! {
                            <label class="check">
                                <input type="checkbox" name="shipping" value="on" checked=ticked />
                                "And what was paid for shipping"
                            </label>
                        }
                    })}
                <label class="check">
                    <input type="checkbox" name="restock" value="on" checked=restocked />
                    "Put these units back into stock"
                </label>
                <p class="field-hint">"Otherwise they are written off. Of an amount, nothing is put back."</p>
                <DeskField
                    name="amount"
                    problem_name="amount"
                    label="Or an amount, instead of items (optional)"
                    value=typed("amount")
                    flash=flash.clone()
                    hint=format!("At most {}", view.left.amount())
                />
                <DeskField
                    name="reason"
                    problem_name="reason"
                    label="Why? The customer reads it"
                    value=typed("reason")
                    flash=flash.clone()
                    required=true
                />
                <button class="button" type="submit">
                    "Give back"
                </button>
            </form>
        </details>
    }
    .written()
}

/// Returns: what was asked for first, then what is on its way, then those that are done.
#[component]
pub fn ReturnParts(order: OrderView) -> impl IntoView {
    let (changes, refunds) = (may(Permission::OrderChanges), may(Permission::Refunds));
    let id = order.id.to_string();
    let one = move |back: ReturnView| {
        let units = back.items.iter().map(|item| format!("{} × {}", item.quantity, item.name));
        let units = units.collect::<Vec<_>>().join(", ");
        let state = match back.state {
            ReturnState::Requested => "Asked for",
            ReturnState::Approved => "Approved, on its way",
            ReturnState::Refused if back.closed => "Closed, it never arrived",
            ReturnState::Refused => "Refused",
            ReturnState::Received => "Received",
        };
        let form = match back.state {
            ReturnState::Requested if changes => view! { <Answer order=id.clone() id=back.id.to_string() /> }.written(),
            ReturnState::Approved => view! {
                {refunds.then(|| view! { <Receive order=id.clone() id=back.id.to_string() /> })}
                {changes.then(|| view! { <Close order=id.clone() id=back.id.to_string() /> })}
            }
            .written(),
            ReturnState::Refused if back.closed && refunds => view! {
                <details class="desk-fold" open=received(&back.id.to_string()).is_some()>
                    <summary>"It has arrived after all"</summary>
                    <Receive order=id.clone() id=back.id.to_string() />
                </details>
            }
            .written(),
            _ => ().written(),
        };
        view! {
            <li class="desk-return">
                <p>
                    <strong>{units}</strong>
                </p>
                <p>"“" {back.reason} "”"</p>
                <p class="desk-more">
                    {state} ", " <Moment at=back.received_at.or(back.answered_at).unwrap_or(back.created_at) />
                </p>
                {back.answer.map(|answer| view! { <p class="desk-quiet">"Our answer: " {answer}</p> })}
                {form}
            </li>
        }
    };
    (!order.returns.is_empty()).then(|| {
        view! {
            <section class="desk-panel" aria-labelledby="returns-title">
                <h2 id="returns-title">"Returns"</h2>
                <ul class="desk-entries">{order.returns.into_iter().map(one).collect_view()}</ul>
            </section>
        }
        .written()
    })
}

#[component]
fn Answer(order: String, id: String) -> impl IntoView {
    let flash = flash_of(&format!("{ANSWER}-{id}"));
    let typed = flash.value("answer").unwrap_or_default().to_owned();
    let problem = flash.problem("answer").map(str::to_owned);
    view! {
        <form class="form" method="post" action=AnswerReturn::url() novalidate>
            <FormProblem flash />
            <input type="hidden" name="order_id" value=order />
            <input type="hidden" name="return_id" value=id.clone() />
            // Several lines, so that Enter does not press the first button.
            <DeskText
                name="answer"
                id=format!("answer-{id}")
                label="Our answer (needed to refuse)"
                value=typed
                rows=2
                max=MAX_WORDS
                problem
            />
            <p class="desk-buttons">
                <button class="button" type="submit" name="decision" value="approve">
                    "Approve return"
                </button>
                <button class="button-quiet" type="submit" name="decision" value="refuse">
                    "Refuse"
                </button>
            </p>
        </form>
    }
    .written()
}

/// What was ticked as a return was received, where it is shown again.
fn received(id: &str) -> Option<Flash> {
    Some(flash_of(RECEIVE)).filter(|flash| flash.value("return_id") == Some(id))
}

#[component]
fn Receive(order: String, id: String) -> impl IntoView {
    let sent = received(&id);
    let ticked =
        move |field: &str| sent.as_ref().is_none_or(|sent| sent.value(field).is_some_and(|tick| !tick.is_empty()));
    let (restock, refund) = (ticked("restock"), ticked("refund"));
    view! {
        <form class="form" method="post" action=ReceiveReturn::url()>
            <input type="hidden" name="order_id" value=order />
            <input type="hidden" name="return_id" value=id />
            <label class="check">
                <input type="checkbox" name="restock" value="on" checked=restock />
                "Put it back into stock"
            </label>
            <label class="check">
                <input type="checkbox" name="refund" value="on" checked=refund />
                "Give the money back"
            </label>
            <button class="button" type="submit">
                "It has come back"
            </button>
        </form>
    }
    .written()
}

/// What is not waited for any more; folded, for most of it arrives.
#[component]
fn Close(order: String, id: String) -> impl IntoView {
    let flash = flash_of(&format!("{CLOSE}-{id}"));
    let typed = flash.value("answer").unwrap_or_default().to_owned();
    let problem = flash.problem("answer").map(str::to_owned);
    let failed = flash.error.is_some();
    view! {
        <details class="desk-fold" open=failed>
            <summary>"It has not arrived"</summary>
            <form class="form" method="post" action=CloseReturn::url() novalidate>
                <FormProblem flash />
                <input type="hidden" name="order_id" value=order />
                <input type="hidden" name="return_id" value=id.clone() />
                <DeskText
                    name="answer"
                    id=format!("close-{id}")
                    label="Why it is closed: the customer reads it, and may ask again"
                    value=typed
                    rows=2
                    max=MAX_WORDS
                    problem
                />
                <button class="button-quiet" type="submit">
                    "Close return"
                </button>
            </form>
        </details>
    }
    .written()
}
