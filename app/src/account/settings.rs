//! What somebody may change of their account: name, e-mail address and password, a form each.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::dto::AccountView;

use super::forms::{
    CHANGE_EMAIL, CHANGE_NAME, CHANGE_PASSWORD, CURRENT_PASSWORD, EMAIL_PASSWORD, NAME, OTHER_EMAIL, OTHER_PASSWORD,
    VERIFY,
};
use super::settings_api::{ChangeEmail, ChangeName, ChangePassword, SendVerification};
use crate::ui::{Field, FormProblem, PasswordStrength, Written, flash_of};

/// Nothing where that is done.
#[component]
pub fn Unconfirmed(account: AccountView) -> impl IntoView {
    (!account.is_verified).then(|| {
        view! {
            <section aria-labelledby="unconfirmed-title">
                <h2 id="unconfirmed-title">"Is this your address?"</h2>
                <p>
                    "Our mail has a link that confirms it. Then you find here, too, what you ordered with it without an account."
                </p>
                <form method="post" action=SendVerification::url()>
                    <FormProblem flash=flash_of(VERIFY) />
                    <button class="button-quiet" type="submit">
                        "Send the link again"
                    </button>
                </form>
            </section>
        }
    })
}

#[component]
pub fn Settings(account: AccountView) -> impl IntoView {
    let AccountView { name, email, new_email, .. } = account;
    view! {
        <NameForm name />
        <EmailForm new_email />
        <PasswordForm email />
    }
    .written()
}

#[component]
fn NameForm(name: String) -> impl IntoView {
    let flash = flash_of(CHANGE_NAME.name);
    view! {
        <section aria-labelledby="name-title">
            <h2 id="name-title">"Your name"</h2>
            <form class="form" method="post" action=ChangeName::url() novalidate>
                <FormProblem flash=flash.clone() form=CHANGE_NAME />
                <Field spec=NAME flash value=name />
                <button class="button-quiet" type="submit">
                    "Save name"
                </button>
            </form>
        </section>
    }
    .written()
}

#[component]
fn EmailForm(new_email: Option<String>) -> impl IntoView {
    let flash = flash_of(CHANGE_EMAIL.name);
    let waiting =
        new_email.map(|email| view! { <p>{format!("{email} waits to be confirmed by the link in its mail.")}</p> });
    view! {
        <section aria-labelledby="email-title">
            <h2 id="email-title">"Another e-mail address"</h2>
            {waiting}
            <form class="form" method="post" action=ChangeEmail::url() novalidate>
                <FormProblem flash=flash.clone() form=CHANGE_EMAIL />
                <Field spec=OTHER_EMAIL flash=flash.clone() />
                <Field spec=EMAIL_PASSWORD flash />
                <button class="button-quiet" type="submit">
                    "Change e-mail"
                </button>
            </form>
        </section>
    }
    .written()
}

#[component]
fn PasswordForm(email: String) -> impl IntoView {
    let flash = flash_of(CHANGE_PASSWORD.name);
    view! {
        <section aria-labelledby="password-title">
            <h2 id="password-title">"Another password"</h2>
            <form class="form" method="post" action=ChangePassword::url() novalidate>
                <FormProblem flash=flash.clone() form=CHANGE_PASSWORD />
                // What a password manager keeps the password under.
                <input type="text" name="username" value=email autocomplete="username" readonly=true hidden=true />
                <Field spec=CURRENT_PASSWORD flash=flash.clone() />
                <Field spec=OTHER_PASSWORD flash />
                <PasswordStrength />
                <button class="button-quiet" type="submit">
                    "Change password"
                </button>
            </form>
        </section>
    }
    .written()
}
