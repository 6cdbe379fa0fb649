//! `/checkout/review`: everything once more, and the order. Nothing new is learned on this step.

use leptos::either::EitherOf3;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::domain::ShippingAddress;

use super::address_page::NothingToBuy;
use super::api::{PlaceOrder, Step, load_step};
use super::review_code::ReviewCode;
use super::steps::Steps;
use super::summary::CheckoutSummary;
use crate::addresses::AddressLines;
use crate::cart::AppliedCode;
use crate::ui::{FormProblem, Titled, flash_of, loaded};

#[component]
pub fn ReviewPage() -> impl IntoView {
    loaded(load_step(), |step| view! { <Review step /> })
}

#[component]
fn Review(step: Step) -> impl IntoView {
    let Step { view, key, .. } = step;
    let body = match view.address.zip(view.email) {
        _ if view.cart.is_empty() => EitherOf3::A(view! { <NothingToBuy /> }),
        None => EitherOf3::B(view! {
            <div class="empty">
                <p class="empty-line">"We do not know yet where it goes."</p>
                <p>
                    <a class="button" href="/checkout">
                        "Give an address"
                    </a>
                </p>
            </div>
        }),
        Some((address, email)) => {
            let reviewed = view.reviewed;
            let orderable = view.cart.is_orderable();
            let applied = AppliedCode::of(&view.cart);
            EitherOf3::C(view! {
                <div class="checkout">
                    <div>
                        <Facts address billing=view.billing email />
                        <ReviewCode applied />
                        <PlaceForm key reviewed orderable />
                    </div>
                    <CheckoutSummary cart=view.cart />
                </div>
            })
        }
    };
    view! {
        <Titled title="Checkout: review" description="Everything once more before you order." quiet=true />
        <header class="page-head">
            <Steps current=1 />
            <h1>"One last look"</h1>
        </header>
        {body}
    }
    .into_any()
}

#[component]
fn Facts(address: ShippingAddress, billing: Option<ShippingAddress>, email: String) -> impl IntoView {
    view! {
        <dl class="facts">
            <div>
                <dt>"Goes to"</dt>
                <dd>
                    <AddressLines address />
                </dd>
                <dd>
                    <a href="/checkout">"Change address"</a>
                </dd>
            </div>
            {billing
                .map(|address| {
                    view! {
                        <div>
                            <dt>"Billed to"</dt>
                            <dd>
                                <AddressLines address />
                            </dd>
                        </div>
                    }
                })}
            <div>
                <dt>"Contact"</dt>
                <dd>{email}</dd>
            </div>
            <div>
                <dt>"Payment"</dt>
                <dd>"On the next page, once your items are set aside."</dd>
            </div>
        </dl>
    }
    .into_any()
}

#[component]
fn PlaceForm(key: String, reviewed: String, orderable: bool) -> impl IntoView {
    view! {
        <form class="form" method="post" action=PlaceOrder::url()>
            <FormProblem flash=flash_of("place-order") />
            <input type="hidden" name="key" value=key />
            <input type="hidden" name="reviewed" value=reviewed />
            <button class="button" type="submit" disabled=!orderable>
                "Place order"
            </button>
            {(!orderable)
                .then(|| {
                    view! { <p class="field-problem">"Please look at your " <a href="/cart">"cart"</a> " first."</p> }
                })}
            <p class="summary-note">
                "With this you agree to our " <a href="/pages/terms">"terms"</a> ". You have "
                <a href="/pages/returns">"thirty days"</a> " to change your mind."
            </p>
        </form>
    }
}
