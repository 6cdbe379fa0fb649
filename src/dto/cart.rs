//! A cart as its page, its island and the API show it.

use serde::{Deserialize, Serialize};

use crate::domain::{
    AddressFormat, AddressPart, CartId, CartItemId, LineNotice, Money, ProductId, Quantity, VariantId,
};

use super::{CouponView, Image, TotalParts};

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CartLine {
    pub id: CartItemId,
    pub product_id: ProductId,
    pub variant_id: VariantId,
    pub slug: String,
    pub sku: String,
    pub name: String,
    /// The chosen options, empty for a product without: `["Moss", "Large"]`.
    pub options: Vec<String>,
    pub image: Option<Image>,
    pub quantity: Quantity,
    /// The price now.
    pub unit_price: Money,
    pub line_total: Money,
    pub notices: Vec<LineNotice>,
}

/// Where to a cart's shipping and tax are meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CartDestination {
    /// ISO 3166-1 alpha-2.
    pub country: String,
    pub region: Option<String>,
    /// Both in words.
    pub name: String,
    /// The address of this checkout; else an estimate.
    pub is_address: bool,
    /// What an estimate asks for besides the country, where it matters.
    pub region_choice: Option<RegionChoice>,
}

/// The states of a country as a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegionChoice {
    /// What they are called there.
    pub label: String,
    /// Code and name; none where they are not known, and it is typed.
    pub choices: Vec<(String, String)>,
}

impl RegionChoice {
    pub fn of(country: &str) -> Self {
        let format = AddressFormat::of(country);
        let choices = format.regions().iter().map(|region| (region.code.to_owned(), region.label()));
        Self { label: format.label(AddressPart::Region).to_owned(), choices: choices.collect() }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CartView {
    /// None before anything was ever put in.
    pub id: Option<CartId>,
    pub lines: Vec<CartLine>,
    /// Units, not lines.
    pub count: u32,
    /// Shipping and tax are estimates before there is an address.
    pub parts: TotalParts,
    pub total: Money,
    pub coupon: Option<CouponView>,
    pub destination: Option<CartDestination>,
    pub needs_shipping: bool,
    /// How much more makes shipping free.
    pub missing_for_free_shipping: Option<Money>,
}

impl AsRef<Self> for CartView {
    fn as_ref(&self) -> &Self {
        self
    }
}

impl CartView {
    pub const fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }

    /// Whether it cannot be sent to where it is meant to go.
    pub const fn is_not_shipped(&self) -> bool {
        self.needs_shipping && self.destination.is_some() && self.parts.shipping.is_none()
    }

    /// Whether it can be ordered as it stands.
    pub fn is_orderable(&self) -> bool {
        !self.is_empty() && !self.lines.iter().any(|l| l.notices.iter().any(LineNotice::blocks_checkout))
    }
}
