//! Passkeys on pages: hidden until their script knows that the browser has them, and not there at all where the shop's address has
//! no name to know them by.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::domain::passkey_host;
use shop::dto::PasskeyRow;

use super::forms::{ADD_PASSKEY, PASSKEY_LOGIN, PASSKEY_NAME};
use super::passkeys_api::{AddPasskey, NewPasskeyChallenge, PasskeyChallenge, PasskeyLogin, RemovePasskey};
use crate::ui::{Brand, Field, FormProblem, Moment, Written, flash_of, hash};

/// The script's address changes with what is in it.
const SCRIPT: u64 = hash(include_bytes!("../../../public/passkeys.js"));

fn are_possible() -> bool {
    passkey_host(&Brand::get().base_url).is_some()
}

#[component]
fn Script() -> impl IntoView {
    view! { <script type="module" src=format!("/passkeys.js?v={SCRIPT:x}")></script> }
}

/// Signing in with one alone.
#[component]
pub fn PasskeySignIn(next: String) -> impl IntoView {
    are_possible().then(|| {
        view! {
            <FormProblem flash=flash_of(PASSKEY_LOGIN) />
            <div data-passkeys="" hidden=true>
                <form method="post" action=PasskeyLogin::url() data-ask=PasskeyChallenge::url()>
                    <input type="hidden" name="next" value=next />
                    <input type="hidden" name="answer" value="" />
                    <button class="button-quiet" type="submit">
                        "Sign in with a passkey"
                    </button>
                    <p role="status"></p>
                </form>
            </div>
            <Script />
        }
        .written()
    })
}

/// Somebody's own, and another one.
#[component]
pub fn Passkeys(passkeys: Vec<PasskeyRow>, is_confirmed: bool) -> impl IntoView {
    let has_some = !passkeys.is_empty();
    let one = move |passkey: PasskeyRow| {
        let PasskeyRow { id, name, created_at, last_used_at } = passkey;
        let used = match last_used_at {
            Some(at) => view! {
                "Last used "
                <Moment at />
            }
            .written(),
            None => "Not used yet".written(),
        };
        let theirs = name.clone();
        let remove = is_confirmed.then(|| {
            view! {
                <form method="post" action=RemovePasskey::url()>
                    <input type="hidden" name="id" value=id.to_string() />
                    <button class="button-quiet" type="submit">
                        "Remove"
                        <span class="visually-hidden">{format!(": {theirs}")}</span>
                    </button>
                </form>
            }
        });
        view! {
            <li>
                <p>
                    <strong>{name}</strong>
                </p>
                <p>"Since " <Moment at=created_at /> ". " {used} "."</p>
                {remove}
            </li>
        }
    };
    (has_some || are_possible()).then(|| {
        view! {
            <section aria-labelledby="passkeys-title">
                <h2 id="passkeys-title">"Passkeys"</h2>
                <p>"A phone, a computer or a key that signs you in by finger, face or PIN, without a password."</p>
                {has_some.then(|| view! { <ul class="passkeys">{passkeys.into_iter().map(one).collect_view()}</ul> })}
                {(is_confirmed && are_possible()).then(|| view! { <AddOne /> })}
            </section>
        }
        .written()
    })
}

#[component]
fn AddOne() -> impl IntoView {
    let flash = flash_of(ADD_PASSKEY.name);
    view! {
        <div data-passkeys="" hidden=true>
            <form
                class="form"
                method="post"
                action=AddPasskey::url()
                data-ask=NewPasskeyChallenge::url()
                data-makes="yes"
            >
                <FormProblem flash=flash.clone() form=ADD_PASSKEY />
                <input type="hidden" name="answer" value="" />
                <Field spec=PASSKEY_NAME flash />
                <button class="button-quiet" type="submit">
                    "Add a passkey"
                </button>
                <p role="status"></p>
            </form>
        </div>
        <Script />
    }
    .written()
}
