//! `/reset-password`: a new password, for whoever has opened the link in their mail.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::dto::AccountLinkView;

use super::forms::{NEW_PASSWORD, RESET};
use super::links_api::{ResetPassword, load_reset_link};
use crate::ui::{Field, FormProblem, Location, PasswordStrength, Titled, Written, flash_of, loaded};

#[component]
pub fn ResetPasswordPage() -> impl IntoView {
    let token = Location::asked("token").unwrap_or_default();
    loaded(load_reset_link(token), |link| {
        let body = match link {
            Some(link) => view! { <NewPassword link /> }.written(),
            None => view! { <Over /> }.written(),
        };
        view! {
            <Titled title="Choose a new password" description="A new password for your account." quiet=true />
            <section class="plain-page">{body}</section>
        }
    })
}

#[component]
fn NewPassword(link: AccountLinkView) -> impl IntoView {
    let flash = flash_of(RESET.name);
    view! {
        <h1>"Choose a new password"</h1>
        <p>"For the account of " <strong>{link.email.clone()}</strong> ". Every device is signed out by it."</p>
        <form class="form" method="post" action=ResetPassword::url() novalidate>
            <FormProblem flash=flash.clone() form=RESET />
            // What a password manager keeps the password under.
            <input type="text" name="username" value=link.email autocomplete="username" readonly=true hidden=true />
            <Field spec=NEW_PASSWORD flash />
            <PasswordStrength />
            <button class="button" type="submit">
                "Save password"
            </button>
        </form>
    }
}

#[component]
fn Over() -> impl IntoView {
    view! {
        <h1>"This link does not work any more"</h1>
        <p>"It was used, there is a newer one, or half an hour has passed since it was sent."</p>
        <p>
            <a class="button" href="/forgot-password">
                "Ask for another link"
            </a>
        </p>
    }
}
