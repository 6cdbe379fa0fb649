//! `/checkout/review`: everything once more, and the order. Nothing new is learned on this step.

use leptos::either::{EitherOf3, EitherOf4};
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::domain::{ShippingAddress, order_law_holds};
use shop::dto::{CheckoutStep, CheckoutView, GoneMethod, words};

use super::api::{PlaceOrder, Step, load_step};
use super::facts::{BilledTo, Contact, GoesTo, ShippedBy, TaxNumber};
use super::missing::{NoAddress, NotShipped, NothingToBuy, heading};
use super::place_words::place_words;
use super::review_code::ReviewCode;
use super::shipping_page::Gone;
use super::steps::Steps;
use super::summary::CheckoutSummary;
use crate::cart::AppliedCode;
use crate::ui::{Brand, FormProblem, Titled, Written, flash_of, loaded};

#[component]
pub fn ReviewPage() -> impl IntoView {
    loaded(load_step(), |step| view! { <Review step /> })
}

#[component]
fn Review(step: Step) -> impl IntoView {
    let Step { viewer, view, key } = step;
    let is_guest = viewer.is_none();
    let (after_address, is_not_shipped) = (view.after_address(), view.is_not_shipped());
    let (is_phone_missing, placed) = (view.is_phone_missing(), view.placed);
    let (reviewed, orderable) = (view.reviewed.clone(), view.cart.is_orderable());
    let duties = order_law_holds(view.address.as_ref(), view.billing.as_ref());
    let body = match view.address.clone().zip(view.email.clone()) {
        _ if view.cart.is_empty() => EitherOf4::A(view! { <NothingToBuy placed /> }),
        None => EitherOf4::B(view! { <NoAddress /> }),
        Some((address, _)) if is_not_shipped => EitherOf4::C(view! { <NotShipped address /> }),
        Some((address, email)) => EitherOf4::D(view! {
            <div class="checkout">
                <div>
                    <Facts view=view.clone() address email is_guest />
                    <ReviewCode applied=AppliedCode::of(&view.cart) />
                    {match view.gone_method {
                        Some(gone) => EitherOf3::A(view! { <ChooseAgain gone /> }),
                        None if is_phone_missing => EitherOf3::B(view! { <GivePhone /> }),
                        None => EitherOf3::C(view! { <PlaceForm key reviewed orderable duties /> }),
                    }}
                </div>
                <CheckoutSummary cart=view.cart />
            </div>
        }),
    };
    view! {
        <Titled title="Checkout: review" description="Everything once more before you order." quiet=true />
        <header class="page-head">
            <Steps current=CheckoutStep::Review after_address />
            <h1>{heading(placed, "One last look")}</h1>
        </header>
        {body}
    }
    .written()
}

#[component]
fn Facts(view: CheckoutView, address: ShippingAddress, email: String, is_guest: bool) -> impl IntoView {
    let open = view.has_choice();
    // What is gone is told of below, not what would be taken in its place.
    let shipping = view.cart.parts.shipping.filter(|_| view.gone_method.is_none());
    view! {
        <dl class="facts">
            <GoesTo address />
            {view.billing.map(|address| view! { <BilledTo address /> })}
            {view.tax_number.map(|given| view! { <TaxNumber given /> })}
            {shipping.map(|shipping| view! { <ShippedBy shipping open /> })}
            <Contact email open=is_guest />
            <div>
                <dt>"Payment"</dt>
                <dd>"On the next page, once your items are set aside."</dd>
            </div>
        </dl>
    }
    .written()
}

/// Nothing is sent by another way than the shopper chose.
#[component]
fn ChooseAgain(gone: GoneMethod) -> impl IntoView {
    view! {
        <div class="form">
            <FormProblem flash=flash_of("place-order") />
            <Gone gone />
            <a class="button" href="/checkout/shipping">
                "Choose shipping"
            </a>
        </div>
    }
}

/// The carrier calls before it comes.
#[component]
fn GivePhone() -> impl IntoView {
    view! {
        <div class="form">
            <FormProblem flash=flash_of("place-order") />
            <p class="line-notice">"The carrier wants a phone number, and your address has none."</p>
            <a class="button" href="/checkout/shipping">
                "Give a phone number"
            </a>
        </div>
    }
}

/// `duties`: the law wants the button to name that it obliges, and the way back from it.
#[component]
fn PlaceForm(key: String, reviewed: String, orderable: bool, duties: bool) -> impl IntoView {
    let content = Brand::get().content;
    let (days, asks) = (content.return_days.map(words::days), content.asks_for_reviews);
    view! {
        <form class="form" method="post" action=PlaceOrder::url()>
            <FormProblem flash=flash_of("place-order") />
            <input type="hidden" name="key" value=key />
            <input type="hidden" name="reviewed" value=reviewed />
            <button class="button" type="submit" disabled=!orderable>
                {place_words(duties)}
            </button>
            {(!orderable)
                .then(|| {
                    view! { <p class="field-problem">"Please look at your " <a href="/cart">"cart"</a> " first."</p> }
                })}
            <p class="summary-note">
                "With this you agree to our " <a href="/pages/terms">"terms"</a> ". "
                {days
                    .map(|days| {
                        view! {
                            "You have "
                            <a href="/pages/returns">{days}</a>
                            " to change your mind. "
                        }
                    })}
                {duties
                    .then(|| {
                        view! {
                            "Whoever buys for themselves may use the "
                            <a href="/pages/withdrawal">"withdrawal form"</a>
                            "."
                        }
                    })}
            </p>
            {asks.then(|| view! { <AskedLater /> })}
        </form>
    }
}

/// Whose address is used for more than their order is told so when they give it, and how to object.
#[component]
fn AskedLater() -> impl IntoView {
    view! {
        <p class="summary-note">
            "Some days after it was sent we ask you once by mail what you think of it. You may object at any time: by the link in that mail, or by "
            <a href="/pages/contact">"writing to us"</a> "."
        </p>
    }
}
