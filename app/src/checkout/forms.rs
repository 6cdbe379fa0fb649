//! The forms of the checkout.

use std::sync::LazyLock;

use shop::domain::ShippingAddress;

use super::method::METHOD;
use crate::account::forms::NEW_EMAIL;
use crate::addresses::AddressSection;
use crate::ui::{FieldSpec, FormSpec};

/// Asked of guests.
pub const EMAIL: FieldSpec = NEW_EMAIL.hint("We write to you about this order, and of nothing else.");

/// Asked beside the methods, where a carrier wants a number and the address has none.
pub const PHONE: FieldSpec = FieldSpec::text("phone", "Phone", "shipping tel", ShippingAddress::PHONE_MAX)
    .tel()
    .hint("The carrier calls before it comes, where that is said above.");

pub const SHIPPING: FormSpec = FormSpec { name: "shipping", fields: &[METHOD, PHONE] };

/// Which address of the book.
pub const SAVED: FieldSpec = FieldSpec::select("saved", "Shipping address", "off");

static FIELDS: LazyLock<Vec<FieldSpec>> = LazyLock::new(|| {
    // Whether what is typed goes into the book, and whether another one is billed.
    let choices = ["keep", "billing_is"].map(|name| FieldSpec::select(name, "", "off"));
    let sections = [AddressSection::Shipping, AddressSection::Billing];
    [EMAIL, SAVED]
        .into_iter()
        .chain(sections.into_iter().flat_map(AddressSection::every_field))
        .chain(choices)
        .collect()
});

/// All that its first step may send. Which of it is asked for, and in which order, is for the country to say.
pub fn address_form() -> FormSpec {
    FormSpec { name: "address", fields: &FIELDS }
}
