//! `/account/privacy`: somebody has everything that is kept of them, and deletes their account.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::dto::{DataExportState, DataExportView, PrivacyView, words};

use super::forms::{ACCOUNT, DELETE, DELETE_PASSWORD, EXPORT, EXPORT_PASSWORD, PRIVACY};
use super::privacy_api::{DeleteAccount, RequestData, load_privacy};
use crate::ui::{Field, FormProblem, Moment, Titled, Written, flash_of, loaded};

#[component]
pub fn PrivacyPage() -> impl IntoView {
    loaded(load_privacy(), |privacy| {
        let PrivacyView { is_verified, is_staff, under_way, export } = privacy;
        view! {
            <Titled title="Your data" description="What we keep about you." quiet=true />
            <section class="plain-page">
                <p class="crumb">
                    <a href=ACCOUNT>"Your account"</a>
                </p>
                <h1>"Your data"</h1>
                <Download is_verified export />
                <Delete is_staff under_way />
            </section>
        }
    })
}

#[component]
fn Download(is_verified: bool, export: Option<DataExportView>) -> impl IntoView {
    let state = export.map(|export| view! { <Standing export /> });
    let form = if is_verified {
        let flash = flash_of(EXPORT.name);
        view! {
            <form class="form" method="post" action=RequestData::url() novalidate>
                <FormProblem flash=flash.clone() form=EXPORT />
                <Field spec=EXPORT_PASSWORD flash />
                <button class="button-quiet" type="submit">
                    "Put my data together"
                </button>
            </form>
        }
        .written()
    } else {
        view! {
            <p>
                "Please " <a href=ACCOUNT>"confirm your e-mail address"</a>
                " first: it is for you alone, and we write to you when it is ready."
            </p>
        }
        .written()
    };
    view! {
        <section aria-labelledby="download-title">
            <h2 id="download-title">"Everything we keep about you"</h2>
            <p>
                "Your account, addresses, orders, mail and all else, as one file: to be read, and for programs. It takes a "
                "moment, and we write to you when it can be downloaded here."
            </p>
            {state}
            {form}
        </section>
    }
    .written()
}

/// What has become of the file that was asked for.
#[component]
fn Standing(export: DataExportView) -> impl IntoView {
    let DataExportView { state, asked_at, expires_at } = export;
    match state {
        DataExportState::Waiting => view! {
            <p>
                "You asked for it on " <Moment at=asked_at /> ". We are putting it together. "
                <a href=PRIVACY>"Look again"</a>
            </p>
        }
        .written(),
        DataExportState::Ready => {
            let until = expires_at.map(|at| {
                view! {
                    " It can be had until "
                    <Moment at />
                    "."
                }
            });
            view! {
                <p>"It is as of " <Moment at=asked_at /> "." {until}</p>
                <p>
                    <a class="button" href="/account/privacy/data.zip">
                        "Download your data"
                    </a>
                </p>
            }
            .written()
        }
        DataExportState::Failed => {
            view! { <p>"It could not be put together. Please ask once more, and write to us if that does not help."</p> }
                .written()
        }
    }
}

#[component]
fn Delete(is_staff: bool, under_way: Vec<i64>) -> impl IntoView {
    let flash = flash_of(DELETE.name);
    let instead = if is_staff {
        Some("You work here. An owner removes you from the staff first; then you can delete your account.".to_owned())
    } else {
        (!under_way.is_empty()).then(|| words::orders_under_way(&under_way))
    };
    let body = match instead {
        Some(words) => view! {
            <FormProblem flash />
            <p>{words}</p>
            <p>
                <a href="/orders">"See your orders"</a>
            </p>
        }
        .written(),
        None => view! {
            <form class="form" method="post" action=DeleteAccount::url() novalidate>
                <FormProblem flash=flash.clone() form=DELETE />
                <Field spec=DELETE_PASSWORD flash />
                <button class="button-quiet" type="submit">
                    "Delete my account for good"
                </button>
            </form>
        }
        .written(),
    };
    view! {
        <section aria-labelledby="delete-title">
            <h2 id="delete-title">"Delete your account"</h2>
            <p>
                "Your addresses, your cart, what we wrote to you and every place where you are signed in go at once, and it "
                "cannot be undone. Orders with their invoices stay for as long as the law wants; then your name and addresses "
                "are taken out of them, too."
            </p>
            {body}
        </section>
    }
    .written()
}
