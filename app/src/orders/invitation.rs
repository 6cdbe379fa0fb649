//! A guest's order and accounts: an invitation to open one, which takes the order along; for whoever has one, the order can
//! be added to it; and how to come back without.

use leptos::either::EitherOf3;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::dto::{OrderView, Viewer};

use super::forms::INVITATION;
use super::guest_api::{OpenAccount, TakeOrderAlong};
use super::order_parts::Token;
use super::path::order_path;
use crate::account::forms::NEW_PASSWORD;
use crate::ui::{Field, FormProblem, PasswordStrength, Written, flash_of, sign_in_path};

/// Nothing for an order of an account.
#[component]
pub fn Invitation(order: OrderView, viewer: Option<Viewer>, token: String) -> impl IntoView {
    let (id, email) = (order.id.to_string(), order.email);
    order.by_guest.then(|| match viewer {
        None => EitherOf3::A(view! { <OpenAnAccount id email token /> }),
        Some(viewer) if viewer.email.to_lowercase() == email.to_lowercase() => {
            EitherOf3::B(view! { <AddToAccount id token /> })
        }
        Some(_) => EitherOf3::C(()),
    })
}

#[component]
fn OpenAnAccount(id: String, email: String, token: String) -> impl IntoView {
    let flash = flash_of(INVITATION.name);
    let back = order_path(&id);
    view! {
        <section class="invitation" aria-labelledby="invitation-title">
            <h2 id="invitation-title">"Keep this order in an account"</h2>
            <p>
                "Choose a password, and you find this order and the next ones in one place. You sign in with "
                <strong>{email.clone()}</strong> "."
            </p>
            <form class="form" method="post" action=OpenAccount::url() novalidate>
                <FormProblem flash=flash.clone() form=INVITATION />
                <input type="hidden" name="order_id" value=id />
                <Token token />
                // What a password manager keeps the password under.
                <input type="text" name="username" value=email autocomplete="username" readonly=true hidden=true />
                <Field spec=NEW_PASSWORD flash />
                <PasswordStrength />
                <button class="button-quiet" type="submit">
                    "Create account"
                </button>
            </form>
            <p class="summary-note">
                "Have an account already? " <a href=sign_in_path(&back)>"Sign in"</a>
                ". Without one, the link in your mail brings you back; " <a href="/track">"we send it again"</a> "."
            </p>
        </section>
    }
    .written()
}

#[component]
fn AddToAccount(id: String, token: String) -> impl IntoView {
    view! {
        <section class="invitation" aria-labelledby="invitation-title">
            <h2 id="invitation-title">"Placed without signing in"</h2>
            <p>"This order has your e-mail address, but is not among your orders yet."</p>
            <form method="post" action=TakeOrderAlong::url()>
                <FormProblem flash=flash_of("take-order-along") />
                <input type="hidden" name="order_id" value=id />
                <Token token />
                <button class="button-quiet" type="submit">
                    "Add it to my account"
                </button>
            </form>
        </section>
    }
    .written()
}
