//! `/login/code?next=`: the second step of a sign-in.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use super::factors_api::{LoginCode, load_login_code};
use super::forms::{CODE, LOGIN_CODE};
use super::passkeys::PasskeySignIn;
use crate::ui::{Field, FormProblem, Titled, Written, flash_of, loaded, next_page, sign_in_path};

#[component]
pub fn LoginCodePage() -> impl IntoView {
    let (next, flash) = (next_page(), flash_of(LOGIN_CODE.name));
    loaded(load_login_code(), move |waits| {
        let begin = sign_in_path(&next);
        let body = match waits {
            true => view! {
                <h1>"One more step"</h1>
                <p>"Open your authenticator app and type the code that it shows for this shop, or use your passkey."</p>
                <form class="form" method="post" action=LoginCode::url() novalidate>
                    <FormProblem flash=flash.clone() form=LOGIN_CODE />
                    <input type="hidden" name="next" value=next.clone() />
                    <Field spec=CODE flash=flash.without_value(CODE.name) />
                    <button class="button" type="submit">
                        "Sign in"
                    </button>
                </form>
                <PasskeySignIn next=next.clone() />
                <p class="aside">"Lost both? Type one of your recovery codes instead: each works once."</p>
                <p class="aside">
                    <a href=begin>"Sign in as somebody else"</a>
                </p>
            }
            .written(),
            false => view! {
                <h1>"Please sign in again"</h1>
                <FormProblem flash=flash.clone() />
                <p>"Nobody is about to sign in here, or it took more than five minutes."</p>
                <p>
                    <a class="button" href=begin>
                        "Sign in"
                    </a>
                </p>
            }
            .written(),
        };
        view! {
            <Titled title="One more step" description="The second step of your sign-in." quiet=true />
            <section class="plain-page">{body}</section>
        }
    })
}
