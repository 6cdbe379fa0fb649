//! `/admin/confirm`: the password once more, before money is given back, a customer's data are handed out or removed, or it is
//! changed who works here.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;

use super::confirm_api::{Confirm, load_confirm};
use super::parts::DeskHead;
use crate::account::forms::PASSWORD;
use crate::ui::{Field, FormProblem, Location, Written, flash_of, loaded, next_page};

#[component]
pub fn ConfirmPage() -> impl IntoView {
    let (next, kept) = (next_page(), Location::asked("kept").unwrap_or_default());
    loaded(load_confirm(), move |()| view! { <AskPassword next kept /> })
}

#[component]
fn AskPassword(next: String, kept: String) -> impl IntoView {
    let flash = flash_of("confirm");
    let has_form = !kept.is_empty();
    view! {
        <DeskHead title="Your password, please" />
        <section class="desk-panel desk-narrow" aria-label="Your password, please">
            <p>
                "Refunds, the data of customers and who works here are for you alone, and so is what you typed before you were asked to sign in. So please give your password once more."
                {has_form.then_some(" What you typed is kept.")}
            </p>
            <form class="form" method="post" action=Confirm::url() novalidate>
                <FormProblem flash=flash.clone() />
                <input type="hidden" name="next" value=next />
                <input type="hidden" name="kept" value=kept />
                <Field spec=PASSWORD flash />
                <button class="button" type="submit">
                    "Go on"
                </button>
            </form>
        </section>
    }
    .written()
}
