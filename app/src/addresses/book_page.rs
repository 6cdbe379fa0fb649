//! `/account/addresses`: the address book.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::domain::{AddressBook, SavedAddress};

use super::api::{MakeDefaultAddress, RemoveAddress, load_addresses};
use super::lines::AddressLines;
use super::paths::{NEW, entry_path};
use crate::ui::{FormProblem, Titled, Written, flash_of, loaded};

#[component]
pub fn AddressBookPage() -> impl IntoView {
    loaded(load_addresses(), |addresses| view! { <Book addresses /> })
}

#[component]
fn Book(addresses: Vec<SavedAddress>) -> impl IntoView {
    let is_empty = addresses.is_empty();
    let is_full = addresses.len() >= AddressBook::MOST as usize;
    view! {
        <Titled title="Your addresses" description="Where we may send your orders." quiet=true />
        <header class="page-head">
            <p class="crumb">
                <a href="/account">"Your account"</a>
            </p>
            <h1>"Your addresses"</h1>
        </header>
        <FormProblem flash=flash_of("address-book") />
        {is_empty.then(|| view! { <p class="empty-line">"You have not kept any address yet."</p> })}
        <ul class="address-list">{addresses.into_iter().map(|entry| view! { <Entry entry /> }).collect_view()}</ul>
        {if is_full {
            view! { <p>{format!("At most {} addresses find room here.", AddressBook::MOST)}</p> }.written()
        } else {
            view! {
                <p>
                    <a class="button" href=entry_path(NEW)>
                        "Add an address"
                    </a>
                </p>
            }
                .written()
        }}
    }
    .written()
}

#[component]
fn Entry(entry: SavedAddress) -> impl IntoView {
    let SavedAddress { id, address, is_default } = entry;
    let id = id.to_string();
    // Which of them a button is about, for who hears the page.
    let which = format!(" {}, {}", address.name, address.line1);
    view! {
        <li class="address-entry">
            <AddressLines address />
            {is_default.then(|| view! { <p class="address-default">"Your default address"</p> })}
            <div class="address-actions">
                <a href=entry_path(&id)>"Change" <span class="visually-hidden">{which.clone()}</span></a>
                {(!is_default)
                    .then(|| {
                        view! {
                            <Action
                                url=MakeDefaultAddress::url()
                                id=id.clone()
                                label="Make default"
                                which=which.clone()
                            />
                        }
                    })}
                <Action url=RemoveAddress::url() id label="Remove" which />
            </div>
        </li>
    }
    .written()
}

/// A button that does something with the address of this id.
#[component]
fn Action(url: &'static str, id: String, label: &'static str, which: String) -> impl IntoView {
    view! {
        <form method="post" action=url>
            <input type="hidden" name="id" value=id />
            <button class="link" type="submit">
                {label}
                <span class="visually-hidden">{which}</span>
            </button>
        </form>
    }
}
