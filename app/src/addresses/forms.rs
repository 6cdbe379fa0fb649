//! The fields of an address, which follow its country.

use std::sync::LazyLock;

use serde::{Deserialize, Serialize};
use shop::domain::{AddressFormat, AddressPart, ShippingAddress};

use crate::ui::{FieldSpec, FormSpec};

/// Which address of a form it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AddressSection {
    Shipping,
    Billing,
    /// Of the address book.
    Book,
}

static BOOK: LazyLock<Vec<FieldSpec>> = LazyLock::new(|| AddressSection::Book.every_field());

/// All that the form of the address book may send. Which of it is asked for is for the country to say.
pub fn book_form() -> FormSpec {
    FormSpec { name: "book-address", fields: &BOOK }
}

/// A field as it is sent, and what a browser may fill in: those of the billing address have names of their own.
macro_rules! names {
    ($section:expr, $key:literal, $autocomplete:literal) => {
        match $section {
            AddressSection::Shipping => ($key, concat!("shipping ", $autocomplete)),
            AddressSection::Billing => (concat!("billing[", $key, "]"), concat!("billing ", $autocomplete)),
            AddressSection::Book => ($key, $autocomplete),
        }
    };
}

/// A field by its name in `AddressForm`, which is also the core's in its refusals.
pub type AddressField = (&'static str, FieldSpec);

macro_rules! field {
    ($section:expr, $key:literal, $label:expr, $autocomplete:literal, $max:ident) => {{
        let (name, autocomplete) = names!($section, $key, $autocomplete);
        ($key, FieldSpec::text(name, $label, autocomplete, ShippingAddress::$max))
    }};
}

impl AddressSection {
    pub const fn country(self) -> FieldSpec {
        let (name, autocomplete) = names!(self, "country", "country");
        FieldSpec::select(name, "Country", autocomplete).hint("The fields below follow it.")
    }

    /// What stands below the country, in the country's order.
    pub fn fields(self, format: &AddressFormat) -> Vec<AddressField> {
        let mut fields = Vec::with_capacity(10);
        for part in format.parts() {
            let (key, spec) = self.field(part, format.label(part));
            fields.push((key, if format.is_required(part) { spec } else { spec.optional() }));
            if part == AddressPart::Street {
                let (key, spec) = field!(self, "line2", "Apartment, suite", "address-line2", LINE_MAX);
                fields.push((key, spec.optional()));
            }
        }
        if self != Self::Billing {
            let (key, spec) = field!(self, "phone", "Phone", "tel", PHONE_MAX);
            fields.push((key, spec.tel().optional().hint("For the carrier, should a parcel not find you.")));
        }
        fields
    }

    pub fn tax_number(self) -> FieldSpec {
        // `off` stands alone: a browser takes no section with it.
        let (name, _) = names!(self, "tax_number", "off");
        let spec = FieldSpec::text(name, "Tax number", "off", ShippingAddress::TAX_NUMBER_MAX);
        spec.optional()
            .hint("If you buy for a business: its VAT or tax number. What comes of it is said before you order.")
    }

    fn field(self, part: AddressPart, label: &'static str) -> AddressField {
        match part {
            AddressPart::Name => field!(self, "name", label, "name", NAME_MAX),
            AddressPart::Company => field!(self, "company", label, "organization", COMPANY_MAX),
            AddressPart::Street => field!(self, "line1", label, "address-line1", LINE_MAX),
            AddressPart::District => field!(self, "district", label, "address-level3", TOWN_MAX),
            AddressPart::City => field!(self, "city", label, "address-level2", TOWN_MAX),
            AddressPart::Region => field!(self, "region", label, "address-level1", TOWN_MAX),
            AddressPart::PostalCode => field!(self, "postal_code", label, "postal-code", POSTAL_CODE_MAX),
        }
    }

    /// All that the section may send, whatever the country.
    pub fn every_field(self) -> Vec<FieldSpec> {
        let parts = AddressPart::ALL.into_iter().map(|part| self.field(part, "").1);
        let known = self.fields(AddressFormat::of("")).into_iter().map(|(_, spec)| spec);
        parts.chain(known).chain([self.country(), self.tax_number()]).collect()
    }
}
