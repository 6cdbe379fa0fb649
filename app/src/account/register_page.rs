//! `/register?next=`.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use super::api::Register;
use super::forms::{NAME, NEW_EMAIL, NEW_PASSWORD, REGISTER};
use crate::ui::{Field, FormProblem, PasswordStrength, Titled, Written, flash_of, next_page, sign_in_path};

#[component]
pub fn RegisterPage() -> impl IntoView {
    let next = next_page();
    let flash = flash_of(REGISTER.name);
    view! {
        <Titled title="Create account" description="Open an account to order and to follow your orders." quiet=true />
        <section class="plain-page">
            <h1>"Open an account"</h1>
            <form class="form" method="post" action=Register::url() novalidate>
                <FormProblem flash=flash.clone() form=REGISTER />
                <input type="hidden" name="next" value=next.clone() />
                <Field spec=NAME flash=flash.clone() />
                <Field spec=NEW_EMAIL flash=flash.clone() />
                <Field spec=NEW_PASSWORD flash />
                <PasswordStrength />
                <button class="button" type="submit">
                    "Create account"
                </button>
            </form>
            <p class="aside">"Been here before? " <a href=sign_in_path(&next)>"Use your account"</a> "."</p>
        </section>
    }
    .written()
}
