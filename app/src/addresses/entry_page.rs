//! `/account/addresses/{id}`: one address of the book; `new` for one that is not in it yet.

use leptos::either::Either;
use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::domain::SavedAddress;
use shop::dto::AddressForm;

use super::api::{AddAddress, ChangeAddress, UpdateBookAddress, load_address, load_addresses};
use super::fields::{AddressFields, specs_of};
use super::forms::{AddressSection, book_form};
use super::paths::{BOOK, NEW};
use crate::ui::{DefaultButton, Field, FormProblem, Location, Titled, Written, flash_of, loaded};

#[component]
pub fn AddressBookEntryPage() -> impl IntoView {
    let id = Location::param("id");
    if id == NEW {
        Either::Left(loaded(load_addresses(), |book| view! { <NewEntry book /> }))
    } else {
        Either::Right(loaded(load_address(id), |entry| view! { <SavedEntry entry /> }))
    }
}

/// The country is most often that of the default address.
#[component]
fn NewEntry(book: Vec<SavedAddress>) -> impl IntoView {
    let country = book.first().map(|entry| entry.address.country.clone()).unwrap_or_default();
    let known = AddressForm { country, ..AddressForm::default() };
    view! { <EntryForm title="Add an address" action=AddAddress::url() id=String::new() known is_default=false /> }
}

#[component]
fn SavedEntry(entry: SavedAddress) -> impl IntoView {
    let SavedAddress { id, address, is_default } = entry;
    let (id, known) = (id.to_string(), AddressForm::from(address));
    view! { <EntryForm title="Change an address" action=ChangeAddress::url() id known is_default /> }
}

#[component]
fn EntryForm(
    title: &'static str,
    action: &'static str,
    id: String,
    known: AddressForm,
    is_default: bool,
) -> impl IntoView {
    let section = AddressSection::Book;
    let flash = flash_of(book_form().name);
    let (tax_spec, tax_number) = (section.tax_number(), known.tax_number.clone());
    let fields = specs_of(section, &known, &flash).into_iter().chain([tax_spec]).collect::<Vec<_>>();
    let ticked = flash.value("default").is_some_and(|typed| !typed.is_empty());
    view! {
        <Titled title description="Where we may send your orders." quiet=true />
        <section class="plain-page">
            <p class="crumb">
                <a href=BOOK>"Your addresses"</a>
            </p>
            <h1>{title}</h1>
            <form class="form" method="post" action=action novalidate>
                <DefaultButton />
                <FormProblem flash=flash.clone() fields />
                <input type="hidden" name="id" value=id />
                <AddressFields section known flash=flash.clone() update=UpdateBookAddress::url() />
                <Field spec=tax_spec value=tax_number flash />
                {(!is_default)
                    .then(|| {
                        view! {
                            <label class="check">
                                <input type="checkbox" name="default" value="on" checked=ticked />
                                "Make it my default address"
                            </label>
                        }
                    })}
                <button class="button" type="submit">
                    "Save address"
                </button>
            </form>
        </section>
    }
    .written()
}
