//! `/account`: what the shop knows of whoever is signed in.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use super::api::{Logout, me};
use crate::ui::{Titled, loaded};

#[component]
pub fn AccountPage() -> impl IntoView {
    loaded(me(), |viewer| {
        view! {
            <Titled title="Your account" description="What we know about you." quiet=true />
            <section class="plain-page">
                <h1>"Your account"</h1>
                <dl class="facts">
                    <div>
                        <dt>"Name"</dt>
                        <dd>{viewer.name}</dd>
                    </div>
                    <div>
                        <dt>"E-mail"</dt>
                        <dd>{viewer.email}</dd>
                    </div>
                </dl>
                <p>
                    <a class="button" href="/orders">
                        "See your orders"
                    </a>
                </p>
                <p>
                    <a href="/account/addresses">"Your addresses"</a>
                </p>
                <form method="post" action=Logout::url()>
                    <button class="button-quiet" type="submit">
                        "Sign out"
                    </button>
                </form>
            </section>
        }
    })
}
