//! `/admin/mail/samples`: a letter of each kind, as this shop words it, about an order that there is or one that is made up.
//! None of them is sent.

use leptos::prelude::*;
use shop::dto::{MailQuery, MailSamples, SampleMail};

use super::mail_api::load_mail_samples;
use super::parts::DeskHead;
use super::paths::{MAIL_SAMPLES_PATH, order_path};
use crate::ui::{Location, Written, loaded};

#[component]
pub fn MailSamplesPage() -> impl IntoView {
    let asked = Location::asked("order").unwrap_or_default();
    loaded(load_mail_samples(asked), |samples| view! { <Samples samples /> })
}

/// Their words alone: the markup that goes with them brings styles of its own, and no page of the shop lets such in.
#[component]
fn Samples(samples: MailSamples) -> impl IntoView {
    let MailSamples { asked, order, letters } = samples;
    let is_unknown = order.is_none() && !asked.is_empty();
    let letter = |letter: SampleMail| {
        view! {
            <details class="desk-panel desk-fold">
                <summary>{letter.subject} " " <span class="desk-more">{letter.kind.replace('_', " ")}</span></summary>
                <p class="desk-text">{letter.text}</p>
            </details>
        }
    };
    let about = match order {
        Some((id, number)) => {
            view! {
                <p class="desk-quiet">
                    "What this shop writes, here about "
                    <a href=order_path(&id.to_string())>{format!("order {number}")}</a>
                    ", to the customer's name. What has not happened to it is told as if it did now, and the secrets of links are left out. Nothing is sent."
                </p>
            }
                .written()
        }
        None => {
            view! {
                <p class="desk-quiet">
                    "What this shop writes, here about an order that is made up, in the shop's name and currency. With the number of an order they are about that one. What was written about a real order stands in that order and under Mail."
                </p>
            }
                .written()
        }
    };
    view! {
        <DeskHead title="Letters of every kind" crumb=(MailQuery::PATH, "Mail") />
        <form class="desk-filters" method="get" action=MAIL_SAMPLES_PATH role="search" aria-label="Which order">
            <div class="field">
                <label for="samples-order">"Order number"</label>
                <input id="samples-order" name="order" type="search" inputmode="numeric" maxlength="20" value=asked />
            </div>
            <button class="button-quiet" type="submit">
                "Show"
            </button>
        </form>
        {is_unknown.then(|| view! { <p role="status">"There is no order with this number."</p> })}
        {about}
        {letters.into_iter().map(letter).collect_view()}
    }
    .written()
}
