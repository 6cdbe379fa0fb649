//! The forms of the checkout.

use std::sync::LazyLock;

use crate::addresses::AddressSection;
use crate::ui::{FieldSpec, FormSpec};

static FIELDS: LazyLock<Vec<FieldSpec>> = LazyLock::new(|| {
    // Which address of the book, and whether what is typed goes into it.
    let choices = ["saved", "keep"].map(|name| FieldSpec::select(name, "", "off"));
    AddressSection::Shipping.every_field().into_iter().chain(choices).collect()
});

/// All that its first step may send. Which of it is asked for, and in which order, is for the country to say.
pub fn address_form() -> FormSpec {
    FormSpec { name: "address", fields: &FIELDS }
}
