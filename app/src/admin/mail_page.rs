//! `/admin/mail`: what was not sent, and why; everything on request. `/admin/mail/{id}`: one of them.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::dto::{MailList, MailQuery, MailRow, MailView};

use super::forms::RESEND;
use super::mail_api::{ResendMail, RetryMail, load_mail, load_mail_view};
use super::parts::{DeskHead, EmptyList, Further, ListView, ListViews};
use super::paths::{MAIL_SAMPLES_PATH, mail_path};
use crate::ui::{FormProblem, Location, Moment, Written, flash_of, loaded};

#[component]
pub fn MailPage() -> impl IntoView {
    let search = Location::query();
    loaded(load_mail(search), |list| view! { <Queue list /> })
}

#[component]
pub fn MailMessagePage() -> impl IntoView {
    let id = Location::param("id");
    loaded(load_mail_view(id), |letter| view! { <Letter letter /> })
}

#[component]
fn Queue(list: MailList) -> impl IntoView {
    let MailList { query, mail, next } = list;
    let is_empty = mail.is_empty();
    let retryable = mail.iter().any(|row| matches!(row.state.as_str(), "queued" | "refused"));
    let first = query.before.map(|_| MailQuery { before: None, ..query.clone() }.href());
    let tab =
        |words: &'static str, all: bool| ListView::new(words, MailQuery { all, before: None }.href(), all == query.all);
    let views = vec![tab("Not sent", false), tab("All", true)];
    view! {
        <DeskHead title="Mail">
            <a class="button-quiet" href=MAIL_SAMPLES_PATH>
                "Letters of every kind"
            </a>
            {retryable
                .then(|| {
                    view! {
                        <form method="post" action=RetryMail::url()>
                            <button class="button-quiet" type="submit">
                                "Try all again"
                            </button>
                        </form>
                    }
                })}
        </DeskHead>
        <ListViews label="Mail by what became of it" views />
        <FormProblem flash=flash_of("retry-mail") />
        {is_empty
            .then(|| {
                let line = if query.all { "No mail was written yet." } else { "All mail is sent." };
                view! { <EmptyList line /> }
            })}
        {(!is_empty)
            .then(|| {
                view! {
                    <table class="desk-table">
                        <thead>
                            <tr>
                                <th scope="col">"Subject"</th>
                                <th scope="col">"To"</th>
                                <th scope="col">"Written"</th>
                                <th scope="col">"State"</th>
                                <th scope="col">
                                    <span class="visually-hidden">"What can be done"</span>
                                </th>
                            </tr>
                        </thead>
                        <tbody>{mail.into_iter().map(|row| view! { <Row row /> }).collect_view()}</tbody>
                    </table>
                }
            })}
        <Further next=next.map(|next| next.href()) first label="Older mail" />
    }
    .written()
}

/// What became of a mail, in a word and a colour.
fn state(state: &str) -> (&'static str, &'static str) {
    match state {
        "accepted" => ("Sent", "badge badge-done"),
        "queued" => ("Waits", "badge badge-waits"),
        "sending" => ("Being sent", "badge badge-moves"),
        "refused" => ("Given up", "badge badge-alarm"),
        _ => ("Uncertain", "badge badge-alarm"),
    }
}

fn subject(row: &MailRow) -> String {
    if row.subject.is_empty() { row.kind.replace('_', " ") } else { row.subject.clone() }
}

#[component]
fn Row(row: MailRow) -> impl IntoView {
    let ((words, class), subject, retryable) = (state(&row.state), subject(&row), row.is_retryable());
    let waits = row.state == "queued" && row.attempts > 0;
    view! {
        <tr>
            <th scope="row">
                <a href=mail_path(&row.id.to_string())>{subject.clone()}</a>
            </th>
            <td data-label="To">{row.recipient}</td>
            <td data-label="Written">
                <Moment at=row.created_at />
            </td>
            <td data-label="State">
                <span class=class>{words}</span>
                {waits
                    .then(|| {
                        view! { <span class="desk-more">"next try " <Moment at=row.due_at /></span> }
                    })}
                {row.last_error.map(|error| view! { <span class="desk-more">{error}</span> })}
            </td>
            <td>{retryable.then(|| view! { <Retry id=row.id.to_string() subject /> })}</td>
        </tr>
    }
    .written()
}

#[component]
fn Retry(id: String, subject: String) -> impl IntoView {
    view! {
        <form method="post" action=RetryMail::url()>
            <input type="hidden" name="id" value=id />
            <button class="link" type="submit">
                "Try again"
                <span class="visually-hidden">{format!(": {subject}")}</span>
            </button>
        </form>
    }
}

/// Whoever it went to may have lost it.
#[component]
fn Resend(id: String) -> impl IntoView {
    view! {
        <form method="post" action=ResendMail::url()>
            <input type="hidden" name="id" value=id />
            <button class="button-quiet" type="submit">
                "Send it once more"
            </button>
        </form>
    }
}

#[component]
fn Letter(letter: MailView) -> impl IntoView {
    let lacks_secret = letter.lacks_secret();
    let MailView { row, text, resendable } = letter;
    let ((words, class), subject, retryable) = (state(&row.state), subject(&row), row.is_retryable());
    let uncertain = row.state == "uncertain";
    let stripped = text.is_empty();
    view! {
        <DeskHead title=subject.clone() crumb=("/admin/mail", "Mail")>
            <span class=class>{words}</span>
        </DeskHead>
        <dl class="facts desk-panel">
            <div>
                <dt>"To"</dt>
                <dd>{row.recipient}</dd>
            </div>
            <div>
                <dt>"Written"</dt>
                <dd>
                    <Moment at=row.created_at />
                </dd>
            </div>
            <div>
                <dt>"Tries"</dt>
                <dd>{row.attempts}</dd>
            </div>
            {row
                .last_error
                .map(|error| {
                    view! {
                        <div>
                            <dt>"Last answer"</dt>
                            <dd>{error}</dd>
                        </div>
                    }
                })}
        </dl>
        {uncertain
            .then(|| {
                view! { <p class="desk-next">"Nobody knows whether it arrived. Tried again, it may come twice."</p> }
            })}
        <FormProblem flash=flash_of(RESEND) />
        {retryable.then(|| view! { <Retry id=row.id.to_string() subject /> })}
        {resendable.then(|| view! { <Resend id=row.id.to_string() /> })}
        <section class="desk-panel" aria-labelledby="text-title">
            <h2 id="text-title">"What it says"</h2>
            {if stripped {
                view! { <p class="desk-quiet">"Its words were taken out, ninety days after it was sent."</p> }.written()
            } else {
                view! { <p class="desk-text">{text}</p> }.written()
            }}
            {lacks_secret
                .then(|| {
                    view! {
                        <p class="desk-quiet">
                            "The secret part of its link is left out: it is for who got this mail alone."
                        </p>
                    }
                })}
        </section>
    }
    .written()
}
