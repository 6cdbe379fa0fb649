//! Why a page could not be shown. The status was set where the read failed.

use leptos::either::EitherOf3;
use leptos::prelude::*;

use super::Titled;
use crate::{Instead, ShopError};

/// How what is not there is shown. The frame says it, once for all pages: it knows where else to look.
#[derive(Clone, Copy)]
pub struct NotFoundPart(pub fn() -> AnyView);

#[component]
pub fn Trouble(error: ShopError) -> impl IntoView {
    match error.instead() {
        Instead::NotFound => EitherOf3::A(use_context::<NotFoundPart>().map(|part| (part.0)())),
        Instead::SignIn => EitherOf3::B(view! {
            <Titled title="Sign in" description="Please sign in first." quiet=true />
            <section class="plain-page">
                <h1>"Please sign in first"</h1>
                <p>
                    <a class="button" href="/login">
                        "Sign in"
                    </a>
                </p>
            </section>
        }),
        Instead::Words | Instead::Confirm | Instead::SetUpFactor => EitherOf3::C(view! {
            <Titled title="Something went wrong" description="This page could not be shown." quiet=true />
            <section class="plain-page">
                <h1>"That did not work"</h1>
                <p>{error.words()}</p>
                // The same address again.
                <p>
                    <a class="button" href="">
                        "Try again"
                    </a>
                </p>
                <p>
                    <a href="/">"Back to the start"</a>
                </p>
            </section>
        }),
    }
}
