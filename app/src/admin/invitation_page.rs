//! `/invitation`: somebody is invited to work here, and says yes: with a new account, or with the one they have. The link in their
//! mail brings a token, which waits in a cookie meanwhile; the form has the one that its page told of.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::dto::{InvitationView, OpenedInvitation, Viewer, words};

use super::forms::ACCEPT;
use super::invitation_api::{AcceptInvitation, JoinStaff, load_invitation};
use super::paths::INVITATION_PATH;
use crate::account::Logout;
use crate::account::forms::{NAME, NEW_PASSWORD};
use crate::ui::{
    Brand, Field, FormProblem, Location, PasswordStrength, Titled, Written, flash_of, loaded, sign_in_path,
};

#[component]
pub fn InvitationPage() -> impl IntoView {
    let token = Location::asked("token").unwrap_or_default();
    loaded(load_invitation(token), |read| read.map(|opened| view! { <Invited opened /> }))
}

#[component]
fn Invited(opened: OpenedInvitation) -> impl IntoView {
    let OpenedInvitation { invitation, viewer, token } = opened;
    let InvitationView { email, role, has_account } = invitation;
    let shop = Brand::name();
    let is_theirs = viewer.as_ref().is_some_and(|viewer| viewer.email.eq_ignore_ascii_case(&email));
    let part = match (viewer, has_account) {
        (Some(_), true) if is_theirs => view! { <Join token /> }.written(),
        (Some(viewer), _) => view! { <SomebodyElse viewer email=email.clone() /> }.written(),
        (None, true) => view! {
            <p>"You have an account with this address. Sign in with it, and say yes then."</p>
            <p>
                <a class="button" href=sign_in_path(INVITATION_PATH)>
                    "Sign in"
                </a>
            </p>
        }
        .written(),
        (None, false) => view! { <OpenAccount token /> }.written(),
    };
    view! {
        <Titled title="Your invitation" description="You are invited to work here." quiet=true />
        <section class="plain-page">
            <h1>{format!("Work at {shop}")}</h1>
            <p>{format!("{email} is invited to work here {}.", words::staff_role_in_words(role))}</p>
            <FormProblem flash=flash_of(ACCEPT) />
            {part}
        </section>
    }
    .written()
}

#[component]
fn OpenAccount(token: String) -> impl IntoView {
    let flash = flash_of(ACCEPT);
    view! {
        <form class="form" method="post" action=AcceptInvitation::url() novalidate>
            <input type="hidden" name="token" value=token />
            <Field spec=NAME flash=flash.clone() />
            <Field spec=NEW_PASSWORD flash />
            <PasswordStrength />
            <button class="button" type="submit">
                "Accept the invitation"
            </button>
        </form>
    }
    .written()
}

#[component]
fn Join(token: String) -> impl IntoView {
    view! {
        <form method="post" action=JoinStaff::url()>
            <input type="hidden" name="token" value=token />
            <button class="button" type="submit">
                "Accept the invitation"
            </button>
        </form>
    }
}

#[component]
fn SomebodyElse(viewer: Viewer, email: String) -> impl IntoView {
    view! {
        <p>
            {format!(
                "You are signed in as {}. Sign out first, then open the link in the mail to {email} again.",
                viewer.email,
            )}
        </p>
        <form method="post" action=Logout::url()>
            <button class="button-quiet" type="submit">
                "Sign out"
            </button>
        </form>
    }
}
