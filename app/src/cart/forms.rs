//! The fields of a cart: how many of a thing, a promotion's code, and where it would go.

use shop::domain::{PromotionCode, Quantity};

use crate::addresses::AddressSection;
use crate::ui::FieldSpec;

/// Of a product's page, and of each line.
pub const QUANTITY: FieldSpec = FieldSpec::number("quantity", "Quantity", "off", Quantity::MAX);
pub const PROMOTION_CODE: FieldSpec = FieldSpec::text("code", "Promotion code", "off", PromotionCode::MAX as u32);
/// Where it would go, before there is an address: a browser has nothing to fill in.
pub const ESTIMATE_COUNTRY: FieldSpec =
    FieldSpec { autocomplete: "off", required: false, hint: None, ..AddressSection::Book.country() };
