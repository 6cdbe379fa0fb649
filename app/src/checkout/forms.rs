//! The forms of the checkout.

use std::sync::LazyLock;

use crate::addresses::AddressSection;
use crate::ui::{FieldSpec, FormSpec};

static FIELDS: LazyLock<Vec<FieldSpec>> = LazyLock::new(|| AddressSection::Shipping.every_field());

/// All that its first step may send. Which of it is asked for, and in which order, is for the country to say.
pub fn address_form() -> FormSpec {
    FormSpec { name: "address", fields: &FIELDS }
}
