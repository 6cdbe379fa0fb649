//! `/account`: what the shop knows of whoever is signed in, and what they may change of it.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use super::api::{Logout, me};
use super::forms::SECURITY;
use super::settings::{Settings, Unconfirmed};
use crate::ui::{Titled, loaded};

#[component]
pub fn AccountPage() -> impl IntoView {
    loaded(me(), |account| {
        let (name, email) = (account.name.clone(), account.email.clone());
        view! {
            <Titled title="Your account" description="What we know about you." quiet=true />
            <section class="plain-page">
                <h1>"Your account"</h1>
                <dl class="facts">
                    <div>
                        <dt>"Name"</dt>
                        <dd>{name}</dd>
                    </div>
                    <div>
                        <dt>"E-mail"</dt>
                        <dd>{email}</dd>
                    </div>
                </dl>
                <p>
                    <a class="button" href="/orders">
                        "See your orders"
                    </a>
                </p>
                <p>
                    <a href="/account/wishlist">"Your wishlist"</a>
                </p>
                <p>
                    <a href="/account/addresses">"Your addresses"</a>
                </p>
                <p>
                    <a href="/account/sessions">"Where you are signed in"</a>
                </p>
                <p>
                    <a href="/account/privacy">"Your data, and deleting your account"</a>
                </p>
                <p>
                    <a href=SECURITY>"Sign-in and security"</a>
                </p>
                <Unconfirmed account=account.clone() />
                <Settings account />
                <form method="post" action=Logout::url()>
                    <button class="button-quiet" type="submit">
                        "Sign out"
                    </button>
                </form>
            </section>
        }
    })
}
