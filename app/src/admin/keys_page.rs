//! `/admin/keys`: the keys that programs call the API with.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::domain::{KeyPermissions, Permission, StaffRole};
use shop::dto::{ApiKeyRow, ApiKeyState, ApiKeysView, words};

use super::forms::{KEYS, NEW_KEY};
use super::keys_api::{MakeKey, RevokeKey, load_keys};
use super::parts::{DeskField, DeskHead};
use crate::ui::{Flash, FormProblem, Moment, Written, flash_of, loaded};

#[component]
pub fn KeysPage() -> impl IntoView {
    loaded(load_keys(), |view| view! { <Keys view /> })
}

#[component]
fn Keys(view: ApiKeysView) -> impl IntoView {
    let ApiKeysView { my_role, keys } = view;
    let is_empty = keys.is_empty();
    view! {
        <DeskHead title="API keys" />
        <FormProblem flash=flash_of(KEYS) />
        <div class="desk-columns">
            <div class="desk-work">
                <section class="desk-panel" aria-labelledby="keys-title">
                    <h2 id="keys-title">"Keys of programs"</h2>
                    <p class="desk-quiet">
                        "A program calls the shop's API with its key, without anybody's password. A key may never do more than whoever made it may at the time. "
                        <a href="/api/docs">"What the API can do"</a>
                    </p>
                    {is_empty.then(|| view! { <p>"There are no keys yet."</p> })}
                    <ul class="desk-entries desk-people">
                        {keys.into_iter().map(|key| view! { <Key key_row=key /> }).collect_view()}
                    </ul>
                </section>
            </div>
            <aside class="desk-side" aria-label="Make a key">
                <NewKey my_role />
            </aside>
        </div>
    }
    .written()
}

const fn state_words(state: ApiKeyState) -> &'static str {
    match state {
        ApiKeyState::Works => "In use",
        ApiKeyState::Revoked => "Revoked",
        ApiKeyState::Over => "Over",
        ApiKeyState::MakerGone => "Does not work: its maker works here no more",
    }
}

/// What a key was given; what its maker may not any more is told apart.
fn permissions_words(permissions: &KeyPermissions, role: Option<StaffRole>) -> String {
    let one = |permission: Permission| match role.is_none_or(|role| role.may(permission)) {
        true => words::key_permission(permission).to_owned(),
        false => format!("{} (not now: its maker may not any more)", words::key_permission(permission)),
    };
    permissions.iter().map(one).collect::<Vec<_>>().join("; ")
}

#[component]
fn Key(key_row: ApiKeyRow) -> impl IntoView {
    let state = key_row.state();
    let ApiKeyRow { id, name, permissions, by, role, made_at, ends_at, last_used_at, revoked_at, revoked_by, .. } =
        key_row;
    let used = match last_used_at {
        Some(at) => view! {
            " Last used "
            <Moment at />
            "."
        }
        .written(),
        None => " Not used yet.".written(),
    };
    let end = ends_at.map(|at| {
        view! {
            " Ends "
            <Moment at />
            "."
        }
    });
    let revoked = revoked_at.map(|at| {
        let revoker = revoked_by.unwrap_or_else(|| "Somebody".into());
        view! { <p class="desk-more">{format!("Revoked by {revoker} ")} <Moment at /> "."</p> }
    });
    let form = (state != ApiKeyState::Revoked).then(|| view! { <Revoke id=id.to_string() name=name.clone() /> });
    view! {
        <li>
            <p>
                <strong>{name}</strong>
                " "
                <span class="badge">{state_words(state)}</span>
            </p>
            <p class="desk-more">{permissions_words(&permissions, role)}</p>
            <p class="desk-more">{format!("Made by {by} ")} <Moment at=made_at /> "." {used} {end}</p>
            {revoked}
            {form}
        </li>
    }
    .written()
}

#[component]
fn Revoke(id: String, name: String) -> impl IntoView {
    view! {
        <details class="desk-fold">
            <summary>"Revoke" <span class="visually-hidden">{format!(": {name}")}</span></summary>
            <form method="post" action=RevokeKey::url()>
                <input type="hidden" name="id" value=id />
                <p class="desk-quiet">
                    {format!("Revoke {name}? Programs that use it are turned away at once, and it cannot be undone.")}
                </p>
                <button class="button-quiet" type="submit">
                    "Revoke this key"
                </button>
            </form>
        </details>
    }
    .written()
}

#[component]
fn NewKey(my_role: StaffRole) -> impl IntoView {
    let flash = flash_of(NEW_KEY);
    let typed = |name: &str| flash.value(name).unwrap_or_default().to_owned();
    let problem = flash.problem("permissions").map(str::to_owned);
    let offered = KeyPermissions::choices().filter(|permission| my_role.may(*permission));
    let ticks = offered.map(|permission| view! { <Tick permission flash=flash.clone() /> }).collect_view();
    view! {
        <section class="desk-panel" aria-labelledby="new-key-title">
            <h2 id="new-key-title">"Make a key"</h2>
            <form class="form" method="post" action=MakeKey::url() novalidate>
                <FormProblem flash=flash.clone() />
                <DeskField
                    name="fields[name]"
                    problem_name="name"
                    label="Name"
                    value=typed("name")
                    flash=flash.clone()
                    hint="Which program it is for: the audit log names it."
                    required=true
                />
                <fieldset class="desk-choice">
                    <legend>"What it may"</legend>
                    {problem.map(|problem| view! { <p class="field-problem">{problem}</p> })}
                    <ul class="desk-ticks">{ticks}</ul>
                    <p class="desk-quiet">
                        "Sending parcels, moving orders on and giving money back include seeing orders. Staff, keys and how the shop is paid are never given to a program."
                    </p>
                </fieldset>
                <DeskField
                    name="fields[until]"
                    problem_name="until"
                    label="Until (optional)"
                    value=typed("until")
                    flash=flash.clone()
                    hint="By the shop's clocks, and not in the past."
                    kind="datetime-local"
                />
                <button class="button" type="submit">
                    "Make the key"
                </button>
                <p class="desk-quiet">
                    "It is shown once. If you did not see it, or have lost it, revoke it in the list and make another."
                </p>
            </form>
        </section>
    }
    .written()
}

#[component]
fn Tick(permission: Permission, flash: Flash) -> impl IntoView {
    let name = format!("may-{}", KeyPermissions::word(permission).unwrap_or_default());
    let (ticked, about) = (flash.value(&name).is_some(), words::key_permission_about(permission));
    view! {
        <li>
            <label class="desk-tick">
                <input type="checkbox" name=format!("fields[{name}]") value="on" checked=ticked />
                {words::key_permission(permission)}
            </label>
            {(!about.is_empty()).then(|| view! { <p class="field-hint">{about}</p> })}
        </li>
    }
    .written()
}
