//! `/checkout/shipping`: by which way it goes, where there is more than one.

use leptos::either::EitherOf5;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::domain::ShippingMethodId;
use shop::dto::{CheckoutStep, CheckoutView, GoneMethod, MethodView, words};

use super::api::{ChooseShipping, load_step};
use super::facts::{Contact, GoesTo};
use super::forms::{PHONE, SHIPPING};
use super::method::METHOD;
use super::missing::{NoAddress, NotShipped, NothingToBuy, NothingToShip, heading};
use super::steps::Steps;
use super::summary::CheckoutSummary;
use crate::ui::{Field, FieldProblem, Flash, FormProblem, Titled, Written, flash_of, loaded, problem_id};

#[component]
pub fn ShippingPage() -> impl IntoView {
    loaded(load_step(), |step| {
        let is_guest = step.viewer.is_none();
        view! { <Shipping view=step.view is_guest /> }
    })
}

#[component]
fn Shipping(view: CheckoutView, is_guest: bool) -> impl IntoView {
    let (after_address, placed) = (view.after_address(), view.placed);
    let (is_not_shipped, asks_for_phone) = (view.is_not_shipped(), view.asks_for_phone());
    let body = match view.address.zip(view.email) {
        _ if view.cart.is_empty() => EitherOf5::A(view! { <NothingToBuy placed /> }),
        None => EitherOf5::B(view! { <NoAddress /> }),
        _ if !view.cart.needs_shipping => EitherOf5::C(view! { <NothingToShip /> }),
        Some((address, _)) if is_not_shipped => EitherOf5::D(view! { <NotShipped address /> }),
        Some((address, email)) => {
            let charged = view.cart.parts.shipping.as_ref().and_then(|shipping| shipping.method);
            EitherOf5::E(view! {
                <div class="checkout">
                    <div>
                        <dl class="facts">
                            <GoesTo address />
                            <Contact email open=is_guest />
                        </dl>
                        <Methods
                            methods=view.methods.clone()
                            charged
                            gone=view.gone_method
                            asks_for_phone
                            flash=flash_of(SHIPPING.name)
                        />
                    </div>
                    <CheckoutSummary cart=view.cart methods=view.methods />
                </div>
            })
        }
    };
    view! {
        <Titled title="Checkout: shipping" description="How your order gets to you." quiet=true />
        <header class="page-head">
            <Steps current=CheckoutStep::Shipping after_address />
            <h1>{heading(placed, "How should it get there?")}</h1>
        </header>
        {body}
    }
    .written()
}

/// What a method is called that was chosen and is gone.
#[component]
pub fn Gone(gone: GoneMethod) -> impl IntoView {
    let name = gone.name.unwrap_or_else(|| "The way of shipping you chose".into());
    view! { <p class="line-notice">{format!("{name} is not offered for this order any more. Please choose again.")}</p> }
}

/// `charged` is the one that stands in the summary. `asks_for_phone`: a carrier wants a number that is not there yet.
#[component]
fn Methods(
    methods: Vec<MethodView>,
    charged: Option<ShippingMethodId>,
    gone: Option<GoneMethod>,
    asks_for_phone: bool,
    flash: Flash,
) -> impl IntoView {
    // Who may choose another way need not give one; the server says where it is missing.
    let all = methods.iter().all(|method| method.offer.needs_phone);
    let spec = if all { PHONE } else { PHONE.optional() };
    let phone = asks_for_phone.then(|| view! { <Field spec flash=flash.clone() /> });
    let ids = || methods.iter().map(|method| method.offer.id);
    let sent = flash.value(METHOD.name).and_then(|sent| ids().find(|id| id.to_string() == sent));
    let chosen = sent.or(charged);
    let problem = flash.problem(METHOD.name).map(str::to_owned);
    let described = problem.is_some().then(|| problem_id(METHOD.name));
    let choices = methods.into_iter().map(|method| view! { <Method chosen=chosen == Some(method.offer.id) method /> });
    view! {
        <form class="form" method="post" action=ChooseShipping::url()>
            <FormProblem flash form=SHIPPING />
            {gone.map(|gone| view! { <Gone gone /> })}
            <fieldset class="methods" aria-describedby=described>
                <legend>"Shipping method"</legend>
                {choices.collect_view()}
                <FieldProblem name=METHOD.name problem />
            </fieldset>
            {phone}
            <button class="button" type="submit">
                "Continue to review"
            </button>
        </form>
    }
    .written()
}

#[component]
fn Method(method: MethodView, chosen: bool) -> impl IntoView {
    let MethodView { offer, charged, .. } = method;
    let usual = (offer.price != charged).then(|| format!("instead of {}", offer.price));
    let more = offer.missing_for_free.map(|missing| format!("{missing} more and it is free."));
    let phone = offer.needs_phone.then_some("The carrier wants a phone number.");
    view! {
        <label class="method">
            <input
                // Where the summary of problems leads to.
                id=chosen.then(|| METHOD.id())
                type="radio"
                name=METHOD.name
                value=offer.id.to_string()
                checked=chosen
                required
            />
            <span>
                {offer.name} " " <span class="method-more">{words::delivery(offer.days, offer.pick_up)}</span>
                {more.map(|more| view! { <span class="method-more">" " {more}</span> })}
                {phone.map(|phone| view! { <span class="method-more">" " {phone}</span> })}
            </span>
            " "
            <span class="method-price">
                {words::charge(charged)} {usual.map(|usual| view! { <span class="method-more">" " {usual}</span> })}
            </span>
        </label>
    }
}
