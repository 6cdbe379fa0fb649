//! The forms of the checkout.

use shop::domain::ShippingAddress;

use crate::ui::{FieldSpec, FormSpec};

pub const NAME: FieldSpec = FieldSpec::text("name", "Full name", "name", ShippingAddress::NAME_MAX);
pub const LINE1: FieldSpec = FieldSpec::text("line1", "Address", "address-line1", ShippingAddress::LINE_MAX);
pub const LINE2: FieldSpec =
    FieldSpec::text("line2", "Apartment, suite", "address-line2", ShippingAddress::LINE_MAX).optional();
pub const POSTAL_CODE: FieldSpec =
    FieldSpec::text("postal_code", "Postal code", "postal-code", ShippingAddress::POSTAL_CODE_MAX);
pub const CITY: FieldSpec = FieldSpec::text("city", "City", "address-level2", ShippingAddress::TOWN_MAX);
pub const REGION: FieldSpec =
    FieldSpec::text("region", "State or region", "address-level1", ShippingAddress::TOWN_MAX).optional();
pub const COUNTRY: FieldSpec = FieldSpec::select("country", "Country", "country");

/// In the order of the page, which is the order of its problems.
pub const ADDRESS: FormSpec =
    FormSpec { name: "address", fields: &[NAME, LINE1, LINE2, POSTAL_CODE, CITY, REGION, COUNTRY] };
