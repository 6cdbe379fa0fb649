//! `/login?next=`.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use super::api::Login;
use super::forms::{EMAIL, LOGIN, PASSWORD};
use super::passkeys::PasskeySignIn;
use crate::ui::{Field, FormProblem, Titled, Written, flash_of, next_page, with_next};

#[component]
pub fn LoginPage() -> impl IntoView {
    let next = next_page();
    let flash = flash_of(LOGIN.name);
    view! {
        <Titled title="Sign in" description="Sign in to see your orders and to check out." quiet=true />
        <section class="plain-page">
            <h1>"Welcome back"</h1>
            <form class="form" method="post" action=Login::url() novalidate>
                <FormProblem flash=flash.clone() form=LOGIN />
                <input type="hidden" name="next" value=next.clone() />
                <Field spec=EMAIL flash=flash.clone() />
                <Field spec=PASSWORD flash />
                <button class="button" type="submit">
                    "Sign in"
                </button>
            </form>
            <PasskeySignIn next=next.clone() />
            <p class="aside">
                <a href="/forgot-password">"Forgotten your password?"</a>
            </p>
            <p class="aside">
                "New here? " <a href=with_next("/register", &next)>"Open an account"</a> ". Your cart comes along."
            </p>
            <p class="aside">"Ordered without an account? " <a href="/track">"Find your order"</a> "."</p>
        </section>
    }
    .written()
}
