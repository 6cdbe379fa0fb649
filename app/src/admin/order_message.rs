//! `/admin/orders/{id}/message`: a letter to the customer of an order.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::domain::Permission;
use shop::dto::StaffMessageView;

use super::forms::MESSAGE;
use super::orders_api::{WriteToCustomer, load_message};
use super::parts::{DeskField, DeskHead, DeskText};
use super::paths::order_path;
use crate::ui::{FormProblem, Location, Written, flash_of, loaded, may};

#[component]
pub fn OrderMessagePage() -> impl IntoView {
    let id = Location::param("id");
    let kept = Location::asked("kept").unwrap_or_default();
    loaded(load_message(id, kept), |view| view! { <Message view /> })
}

#[component]
fn Message(view: StaffMessageView) -> impl IntoView {
    let StaffMessageView { order, number, email, fields, form_key } = view;
    let (id, flash) = (order.to_string(), flash_of(MESSAGE));
    let typed = |name: &str| fields.get(name).cloned().unwrap_or_default();
    let (subject, text) = (typed("subject"), typed("text"));
    let problem = flash.problem("text").map(str::to_owned);
    let back = order_path(&id);
    let form = may(Permission::OrderChanges).then(move || {
        view! {
            <form class="desk-form desk-narrow" method="post" action=WriteToCustomer::url() novalidate>
                <FormProblem flash=flash.clone() />
                <input type="hidden" name="fields[order_id]" value=id />
                <input type="hidden" name="fields[key]" value=form_key />
                <section class="desk-panel" aria-labelledby="letter-title">
                    <h2 id="letter-title">{format!("To {email}")}</h2>
                    <DeskField
                        name="fields[subject]"
                        problem_name="subject"
                        label="Subject"
                        value=subject
                        flash
                        required=true
                    />
                    <DeskText
                        name="fields[text]"
                        id="field-text"
                        label="Letter"
                        value=text
                        rows=12
                        max=5_000
                        problem
                        hint="Plain text. A greeting stands above it, and the way to the order below."
                    />
                </section>
                <p class="desk-save">
                    <button class="button" type="submit">
                        "Send letter"
                    </button>
                </p>
            </form>
        }
    });
    let refused = form.is_none();
    view! {
        <DeskHead title=format!("Write about order {number}") crumb=("/admin/orders", "Orders") />
        <p class="desk-when">
            <a href=back>"Back to the order"</a>
        </p>
        {form}
        {refused.then(|| view! { <p class="desk-quiet">"Your role does not write to customers."</p> })}
    }
    .written()
}
