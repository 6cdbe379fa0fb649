//! `/verify-email`: whoever is signed in confirms that an address is theirs, by the link that was mailed to it.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::dto::{AccountLinkView, Viewer};

use super::forms::{ACCOUNT, VERIFY};
use super::links_api::{VerifyEmail, load_verify_link};
use crate::ui::{FormProblem, Location, Titled, Written, flash_of, loaded, sign_in_path};

#[component]
pub fn VerifyEmailPage() -> impl IntoView {
    let token = Location::asked("token").unwrap_or_default();
    loaded(load_verify_link(token), |(link, viewer)| {
        let body = match (link, viewer) {
            (Some(link), Some(viewer)) => view! { <Confirm link viewer /> }.written(),
            (Some(link), None) => view! { <SignIn link /> }.written(),
            (None, _) => view! { <Over /> }.written(),
        };
        view! {
            <Titled title="Confirm your e-mail address" description="Show that mail reaches you." quiet=true />
            <section class="plain-page">
                <h1>"Confirm your e-mail address"</h1>
                <FormProblem flash=flash_of(VERIFY) />
                {body}
            </section>
        }
    })
}

#[component]
fn Confirm(link: AccountLinkView, viewer: Viewer) -> impl IntoView {
    let AccountLinkView { email, is_new } = link;
    let words = match is_new {
        true => {
            format!("{email} takes the place of {} in your account. You sign in with it from then on.", viewer.email)
        }
        false => format!(
            "You are signed in as {}. What you ordered with this address without an account comes along.",
            viewer.email
        ),
    };
    view! {
        <p>{words}</p>
        <form method="post" action=VerifyEmail::url()>
            <button class="button" type="submit">
                {format!("Yes, {email} is mine")}
            </button>
        </form>
    }
}

#[component]
fn SignIn(link: AccountLinkView) -> impl IntoView {
    view! {
        <p>"Sign in to the account that is to have " <strong>{link.email}</strong> ", and confirm it then."</p>
        <p>
            <a class="button" href=sign_in_path("/verify-email")>
                "Sign in"
            </a>
        </p>
    }
}

#[component]
fn Over() -> impl IntoView {
    view! {
        <p>"This link does not work any more: it was used, there is a newer one, or it is too old."</p>
        <p>
            <a class="button" href=ACCOUNT>
                "To your account"
            </a>
        </p>
    }
}
