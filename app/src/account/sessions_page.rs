//! `/account/sessions`: where somebody is signed in, and how they end that.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::dto::SessionRow;

use super::api::Logout;
use super::forms::SESSIONS;
use super::security_page::PasswordFirst;
use super::sessions_api::{EndOtherSessions, EndSession, load_sessions};
use crate::ui::path::SESSIONS as PAGE;
use crate::ui::{FormProblem, Moment, Titled, Written, flash_of, loaded};

#[component]
pub fn SessionsPage() -> impl IntoView {
    loaded(load_sessions(), |(sessions, email)| view! { <Sessions sessions email /> })
}

#[component]
fn Sessions(sessions: Vec<SessionRow>, email: Option<String>) -> impl IntoView {
    let has_others = sessions.iter().any(|session| !session.is_this);
    let may_end = email.is_none();
    let others = (has_others && may_end).then(|| {
        view! {
            <form method="post" action=EndOtherSessions::url()>
                <button class="button" type="submit">
                    "Sign out everywhere else"
                </button>
            </form>
        }
    });
    view! {
        <Titled title="Your sessions" description="Where you are signed in." quiet=true />
        <header class="page-head">
            <p class="crumb">
                <a href="/account">"Your account"</a>
            </p>
            <h1>"Where you are signed in"</h1>
        </header>
        <FormProblem flash=flash_of(SESSIONS) />
        <p>
            "A place is the network that you signed in from, as coarse as that: the whole address is not kept. If you do not know "
            "one of these, sign it out and " <a href="/account">"choose another password"</a>
            ", which signs everybody out."
        </p>
        {email.map(|email| view! { <PasswordFirst email from=PAGE /> })}
        <ul class="address-list">
            {sessions.into_iter().map(|session| view! { <Session session may_end /> }).collect_view()}
        </ul>
        {others}
    }
    .written()
}

#[component]
fn Session(session: SessionRow, may_end: bool) -> impl IntoView {
    let SessionRow { handle, network, device, since, last_used_at, is_this } = session;
    let device = device.unwrap_or_else(|| "A device we do not know".into());
    let which = format!(" {device}");
    let place = network.map(|network| view! { <p>{format!("Network {network}")}</p> });
    let end = if is_this {
        view! {
            <form method="post" action=Logout::url()>
                <button class="link" type="submit">
                    "Sign out here"
                </button>
            </form>
        }
        .written()
    } else if !may_end {
        ().written()
    } else {
        view! {
            <form method="post" action=EndSession::url()>
                <input type="hidden" name="handle" value=handle />
                <button class="link" type="submit">
                    "Sign out"
                    <span class="visually-hidden">{which}</span>
                </button>
            </form>
        }
        .written()
    };
    view! {
        <li class="address-entry">
            <p>
                <strong>{device}</strong>
            </p>
            {place}
            <p>"Signed in on " <Moment at=since /></p>
            <p>"Last used, to the hour: " <Moment at=last_used_at /></p>
            {is_this.then(|| view! { <p class="address-default">"This device"</p> })}
            <div class="address-actions">{end}</div>
        </li>
    }
    .written()
}
