//! `/register?next=`.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use super::api::Register;
use crate::ui::{Field, FormProblem, Titled, flash_of, next_page, sign_in_path};

const LABELS: &[(&str, &str)] = &[("name", "Name"), ("email", "E-mail"), ("password", "Password")];

#[component]
pub fn RegisterPage() -> impl IntoView {
    let next = next_page();
    let flash = flash_of("register");
    view! {
        <Titled title="Create account" description="Open an account to order and to follow your orders." quiet=true />
        <section class="plain-page">
            <h1>"Open an account"</h1>
            <form class="form" method="post" action=Register::url() novalidate>
                <FormProblem flash=flash.clone() labels=LABELS />
                <input type="hidden" name="next" value=next.clone() />
                <Field label="Name" name="name" autocomplete="name" flash=flash.clone() />
                <Field label="E-mail" name="email" kind="email" autocomplete="email" flash=flash.clone() />
                <Field
                    label="Password"
                    name="password"
                    kind="password"
                    autocomplete="new-password"
                    hint="At least 8 characters."
                    flash
                />
                <button class="button" type="submit">"Create account"</button>
            </form>
            <p class="aside">"Been here before? " <a href=sign_in_path(&next)>"Use your account"</a> "."</p>
        </section>
    }
}
