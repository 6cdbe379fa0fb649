//! `/forgot-password`: says the same whether somebody has an account with the address or not. The link goes to the address.

use leptos::either::Either;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use super::forms::{EMAIL, FORGOT};
use super::links_api::ForgotPassword;
use crate::ui::{Field, Flash, FormProblem, Titled, Written, flash_of};

#[component]
pub fn ForgotPasswordPage() -> impl IntoView {
    let flash = flash_of(FORGOT.name);
    let body = match flash.said.is_some() {
        true => Either::Left(view! { <Asked /> }),
        false => Either::Right(view! { <Ask flash /> }),
    };
    view! {
        <Titled title="Forgotten password" description="Choose a new password by a link in your mail." quiet=true />
        <section class="plain-page">{body}</section>
    }
    .written()
}

#[component]
fn Ask(flash: Flash) -> impl IntoView {
    view! {
        <h1>"Forgotten your password?"</h1>
        <p>
            "Tell us the e-mail address of your account, and we send a link to it. With that you choose a new password."
        </p>
        <form class="form" method="post" action=ForgotPassword::url() novalidate>
            <FormProblem flash=flash.clone() form=FORGOT />
            <Field spec=EMAIL flash />
            <button class="button" type="submit">
                "Send me a link"
            </button>
        </form>
        <p class="aside">"It came back to you? " <a href="/login">"Sign in"</a> "."</p>
    }
    .written()
}

#[component]
fn Asked() -> impl IntoView {
    view! {
        <h1>"Look at your mail"</h1>
        <p>
            "If somebody has an account with this address, a link is there within a few minutes. It works once, for half an hour."
        </p>
        <p>
            "Nothing there? Look among what was taken for spam, and check the address. "
            "We send one link in five minutes at most."
        </p>
        <p>
            <a href="/forgot-password">"Try another address"</a>
        </p>
    }
    .written()
}
