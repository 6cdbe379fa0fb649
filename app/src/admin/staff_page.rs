//! `/admin/staff`: who works here as what, and who is invited to.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::domain::{StaffRole, UserId};
use shop::dto::{InvitationRow, StaffMemberRow, TeamView, words};

use super::forms::{INVITE, TEAM};
use super::parts::{DeskField, DeskHead, DeskSelect};
use super::paths::TEAM_PATH;
use super::staff_api::{
    ChangeRole, InviteStaff, RemoveStaff, ResendInvitation, ResetFactors, RevokeInvitation, SignOutUser, load_team,
};
use crate::ui::{FormProblem, Moment, Written, flash_of, loaded};

#[component]
pub fn TeamPage() -> impl IntoView {
    loaded(load_team(), |view| view! { <People view /> })
}

#[component]
fn People(view: TeamView) -> impl IntoView {
    let TeamView { me, my_role, members, invitations } = view;
    let member = move |member: StaffMemberRow| view! { <Member member me my_role /> };
    view! {
        <DeskHead title="Staff" />
        <FormProblem flash=flash_of(TEAM) />
        <div class="desk-columns">
            <div class="desk-work">
                <section class="desk-panel" aria-labelledby="members-title">
                    <h2 id="members-title">"Who works here"</h2>
                    <ul class="desk-entries desk-people">{members.into_iter().map(member).collect_view()}</ul>
                </section>
                <Invitations invitations my_role />
            </div>
            <aside class="desk-side" aria-label="Invite somebody">
                <Invite my_role />
                <Roles />
            </aside>
        </div>
    }
    .written()
}

/// The roles that whoever has `mine` can give, for a list to choose from.
fn choices(mine: StaffRole) -> Vec<(String, String)> {
    let given = StaffRole::ALL.into_iter().filter(|role| mine.covers(*role));
    given.map(|role| (role.as_str().to_owned(), words::staff_role(role).to_owned())).collect()
}

#[component]
fn Member(member: StaffMemberRow, me: UserId, my_role: StaffRole) -> impl IntoView {
    let StaffMemberRow { id, name, email, role, last_sign_in, has_factor, is_grace_over } = member;
    let seen = match last_sign_in {
        Some(at) => view! {
            "Signed in "
            <Moment at />
        }
        .written(),
        None => "Has not signed in yet".written(),
    };
    let resets = has_factor && id != me;
    let forms = my_role.covers(role).then(|| view! { <MemberForms id name=name.clone() role my_role resets /> });
    let factor = match (has_factor, is_grace_over) {
        (true, _) => ". Second factor on",
        (false, false) => ". No second factor yet",
        (false, true) => {
            ". Has no second factor, and the time to do without is over: be sure that it is them who set one up"
        }
    };
    view! {
        <li>
            <p>
                <strong>{name}</strong>
                " "
                <span class="badge">{words::staff_role(role)}</span>
                {(id == me).then_some(" (you)")}
            </p>
            <p class="desk-more">{email} ". " {seen} {factor}</p>
            {forms}
        </li>
    }
    .written()
}

#[component]
fn MemberForms(id: UserId, name: String, role: StaffRole, my_role: StaffRole, resets: bool) -> impl IntoView {
    // Whoever was asked for their password finds it open again, with the role that they chose.
    let sent = Some(flash_of(TEAM)).filter(|flash| flash.value("user_id") == Some(id.to_string().as_str()));
    let chosen = sent.as_ref().and_then(|sent| StaffRole::parse(sent.value("role")?)).unwrap_or(role);
    let reset = resets.then(|| {
        view! {
            <form method="post" action=ResetFactors::url()>
                <input type="hidden" name="user_id" value=id.to_string() />
                <p class="desk-quiet">
                    "For who has lost phone and recovery codes. Be sure that it is them who ask: afterwards their password is enough."
                </p>
                <button class="button-quiet" type="submit">
                    "Reset second factor"
                </button>
            </form>
        }
    });
    view! {
        <details class="desk-fold" open=sent.is_some()>
            <summary>"Change or remove" <span class="visually-hidden">{format!(": {name}")}</span></summary>
            <form class="desk-inline" method="post" action=ChangeRole::url()>
                <input type="hidden" name="user_id" value=id.to_string() />
                <DeskSelect
                    name="role"
                    id=format!("role-{id}")
                    label="Role"
                    value=chosen.as_str()
                    choices=choices(my_role)
                />
                <button class="button-quiet" type="submit">
                    "Change role"
                </button>
            </form>
            {reset}
            <form method="post" action=SignOutUser::url()>
                <input type="hidden" name="user_id" value=id.to_string() />
                <input type="hidden" name="from" value=TEAM_PATH />
                <button class="button-quiet" type="submit">
                    "Sign out everywhere"
                </button>
            </form>
            <form method="post" action=RemoveStaff::url()>
                <input type="hidden" name="user_id" value=id.to_string() />
                <p class="desk-quiet">
                    "Removed, they are signed out at once everywhere. Their account stays a customer's."
                </p>
                <button class="button-quiet" type="submit">
                    "Remove from staff"
                </button>
            </form>
        </details>
    }
    .written()
}

#[component]
fn Invite(my_role: StaffRole) -> impl IntoView {
    let flash = flash_of(INVITE);
    let (email, role) = (flash.value("email").unwrap_or_default(), flash.value("role").unwrap_or("packing"));
    view! {
        <section class="desk-panel" aria-labelledby="invite-title">
            <h2 id="invite-title">"Invite somebody"</h2>
            <form class="form" method="post" action=InviteStaff::url() novalidate>
                <FormProblem flash=flash.clone() />
                <DeskField
                    name="email"
                    problem_name="email"
                    label="E-mail"
                    value=email
                    flash=flash.clone()
                    kind="email"
                    required=true
                />
                <DeskSelect name="role" id="invite-role" label="Role" value=role choices=choices(my_role) />
                <button class="button" type="submit">
                    "Send invitation"
                </button>
                <p class="desk-quiet">"They get a link by mail that works once, for three days."</p>
            </form>
        </section>
    }
    .written()
}

/// What each role may do.
#[component]
fn Roles() -> impl IntoView {
    let role = |role: StaffRole| {
        view! {
            <div>
                <dt>{words::staff_role(role)}</dt>
                <dd class="desk-more">{words::staff_role_about(role)}</dd>
            </div>
        }
    };
    view! {
        <section class="desk-panel" aria-labelledby="roles-title">
            <h2 id="roles-title">"Roles"</h2>
            <dl class="desk-roles">{StaffRole::ALL.into_iter().map(role).collect_view()}</dl>
        </section>
    }
    .written()
}

#[component]
fn Invitations(invitations: Vec<InvitationRow>, my_role: StaffRole) -> impl IntoView {
    let one = move |invitation: InvitationRow| {
        let InvitationRow { id, email, role, by, expires_at, is_over } = invitation;
        let until = if is_over { "The link is too old since " } else { "The link works until " };
        let theirs = email.clone();
        let forms = my_role.covers(role).then(|| {
            view! {
                <div class="desk-buttons">
                    <form method="post" action=ResendInvitation::url()>
                        <input type="hidden" name="id" value=id.to_string() />
                        <button class="button-quiet" type="submit">
                            "Send again"
                            <span class="visually-hidden">{format!(" to {theirs}")}</span>
                        </button>
                    </form>
                    <form method="post" action=RevokeInvitation::url()>
                        <input type="hidden" name="id" value=id.to_string() />
                        <button class="button-quiet" type="submit">
                            "Take back"
                            <span class="visually-hidden">{format!(": {theirs}")}</span>
                        </button>
                    </form>
                </div>
            }
        });
        view! {
            <li>
                <p>
                    <strong>{email}</strong>
                    " "
                    <span class="badge">{words::staff_role(role)}</span>
                </p>
                <p class="desk-more">{format!("Invited by {by}. {until}")} <Moment at=expires_at /> "."</p>
                {forms}
            </li>
        }
    };
    (!invitations.is_empty()).then(|| {
        view! {
            <section class="desk-panel" aria-labelledby="invitations-title">
                <h2 id="invitations-title">"Invited"</h2>
                <ul class="desk-entries">{invitations.into_iter().map(one).collect_view()}</ul>
            </section>
        }
        .written()
    })
}
