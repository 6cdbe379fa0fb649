//! The steps between a cart and an order.

use serde::{Deserialize, Serialize};

use crate::domain::{
    AddressChoice, Email, FieldError, Money, OrderId, Refusal, SavedAddress, ShippingAddress, ShippingOffer,
    TypedAddress,
};

use super::{CartView, TotalParts};

/// The steps of the checkout that have a page, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum CheckoutStep {
    Address,
    /// Only where there is a method to choose.
    Shipping,
    Review,
}

impl CheckoutStep {
    /// What comes after the address, where so many methods lead to it; `gone`: none of them is what was chosen before;
    /// `phone_missing`: the carrier wants a number.
    pub const fn after_address(methods: usize, gone: bool, phone_missing: bool) -> Self {
        if methods > 1 || gone || phone_missing { Self::Shipping } else { Self::Review }
    }
}

/// A method as a shopper may choose it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MethodView {
    pub offer: ShippingOffer,
    /// What it costs after discounts.
    pub charged: Money,
    /// What the cart comes to by it.
    pub parts: TotalParts,
    pub total: Money,
}

/// What comes of a tax number that was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TaxNumberUse {
    /// The shop charges no tax: whoever buys accounts for it.
    ReverseCharge,
    /// It stands on the order and its invoice, and changes nothing else.
    Recorded,
}

/// A method that was chosen and is not offered any more: the cart, the address or the shop's methods have changed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GoneMethod {
    /// None: the shop has it no more.
    pub name: Option<String>,
}

/// The address form, as typed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct AddressForm {
    pub name: String,
    pub company: String,
    pub line1: String,
    pub line2: String,
    pub district: String,
    pub city: String,
    pub region: String,
    pub postal_code: String,
    pub country: String,
    pub phone: String,
    pub tax_number: String,
}

impl AddressForm {
    /// What stands in a field.
    pub fn value(&self, field: &str) -> &str {
        match field {
            "name" => &self.name,
            "company" => &self.company,
            "line1" => &self.line1,
            "line2" => &self.line2,
            "district" => &self.district,
            "city" => &self.city,
            "region" => &self.region,
            "postal_code" => &self.postal_code,
            "country" => &self.country,
            "phone" => &self.phone,
            "tax_number" => &self.tax_number,
            _ => "",
        }
    }

    /// # Errors
    /// `Invalid` with every field that will not do.
    pub fn parse(&self) -> Result<ShippingAddress, Refusal> {
        ShippingAddress::parse(TypedAddress {
            name: &self.name,
            company: &self.company,
            line1: &self.line1,
            line2: &self.line2,
            district: &self.district,
            city: &self.city,
            region: &self.region,
            postal_code: &self.postal_code,
            country: &self.country,
            phone: &self.phone,
            tax_number: &self.tax_number,
        })
    }
}

impl From<ShippingAddress> for AddressForm {
    fn from(address: ShippingAddress) -> Self {
        Self {
            name: address.name,
            company: address.company.unwrap_or_default(),
            line1: address.line1,
            line2: address.line2.unwrap_or_default(),
            district: address.district.unwrap_or_default(),
            city: address.city.unwrap_or_default(),
            region: address.region.unwrap_or_default(),
            postal_code: address.postal_code.unwrap_or_default(),
            country: address.country,
            phone: address.phone.unwrap_or_default(),
            tax_number: address.tax_number.unwrap_or_default(),
        }
    }
}

/// The checkout's first step, as typed: an address, or one of the address book.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct CheckoutForm {
    /// A guest's, whom we write to about the order.
    pub email: String,
    /// The id of an address of the book. Empty or `new`: the one that was typed.
    pub saved: String,
    /// Whether what was typed goes into the book: anything but an empty text.
    pub keep: String,
    #[serde(flatten)]
    pub shipping: AddressForm,
    /// `other` where `billing` is meant; else it is the same.
    pub billing_is: String,
    pub billing: AddressForm,
}

impl CheckoutForm {
    /// What stands for "another address" among those of the book.
    pub const ANOTHER: &str = "new";

    /// What stands for another billing address.
    pub const OTHER: &str = "other";

    /// Where it goes, and who is billed if that is another.
    ///
    /// # Errors
    /// `Invalid` with every field of both that will not do, `NotFound` for what is no id.
    pub fn parse(&self) -> Result<(AddressChoice, Option<ShippingAddress>), Refusal> {
        let billing = if self.billing_is == Self::OTHER { self.billing.parse().map(Some) } else { Ok(None) };
        let billing = billing.map_err(|refusal| refusal.within("billing"));
        match (self.choice(), billing) {
            (Ok(choice), Ok(billing)) => Ok((choice, billing)),
            (Err(Refusal::Invalid { mut fields }), Err(Refusal::Invalid { fields: more })) => {
                fields.extend(more);
                Err(Refusal::Invalid { fields })
            }
            (Err(refusal), _) | (_, Err(refusal)) => Err(refusal),
        }
    }

    fn choice(&self) -> Result<AddressChoice, Refusal> {
        match self.saved.as_str() {
            "" | Self::ANOTHER if self.keep.is_empty() => self.shipping.parse().map(AddressChoice::Typed),
            "" | Self::ANOTHER => self.shipping.parse().map(AddressChoice::TypedAndKept),
            id => id.parse().map(AddressChoice::Saved),
        }
    }

    /// What a guest typed, and who is billed if that is another; they have no book.
    ///
    /// # Errors
    /// `Invalid` with every field that will not do, `NotFound` for an address of a book.
    pub fn parse_of_guest(&self) -> Result<(Email, ShippingAddress, Option<ShippingAddress>), Refusal> {
        let email = Email::parse(&self.email).map_err(|problem| FieldError { field: "email".to_owned(), problem });
        match (email, self.parse()) {
            (Ok(email), parsed) => match parsed? {
                (AddressChoice::Typed(address) | AddressChoice::TypedAndKept(address), billing) => {
                    Ok((email, address, billing))
                }
                (AddressChoice::Saved(_), _) => Err(Refusal::NotFound),
            },
            (Err(wrong), Ok(_)) => Err(Refusal::Invalid { fields: vec![wrong] }),
            (Err(wrong), Err(Refusal::Invalid { fields })) => {
                Err(Refusal::Invalid { fields: std::iter::once(wrong).chain(fields).collect() })
            }
            (Err(_), Err(other)) => Err(other),
        }
    }
}

impl From<AddressForm> for CheckoutForm {
    fn from(shipping: AddressForm) -> Self {
        Self { shipping, ..Self::default() }
    }
}

/// An order that somebody has placed a moment ago.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlacedOrder {
    pub id: OrderId,
    pub number: i64,
}

/// What the checkout pages show: the cart, and the address once it is given (or the one of the last order).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckoutView {
    pub cart: CartView,
    /// How it can be sent to the address, the cheapest first; the one that is charged stands in the cart's parts. Empty
    /// where nothing needs to be sent, and where we do not ship to.
    pub methods: Vec<MethodView>,
    /// What was chosen before, where that is none of them. Until it is chosen anew nothing is ordered.
    pub gone_method: Option<GoneMethod>,
    /// Given in this checkout.
    pub address: Option<ShippingAddress>,
    /// Who is billed, where that is another.
    pub billing: Option<ShippingAddress>,
    /// None where no tax number was given.
    pub tax_number: Option<TaxNumberUse>,
    /// The address book, the default first.
    pub saved: Vec<SavedAddress>,
    /// Where the last order went: what the form starts with.
    pub last_address: Option<ShippingAddress>,
    /// Who is written to about the order; none where a guest has not said it yet.
    pub email: Option<String>,
    /// Where the cart is empty, what became of it: the order that it was placed as just now.
    #[serde(default)]
    pub placed: Option<PlacedOrder>,
    /// Names all of the above as it is shown now. Its form sends it along, and if anything has changed by then nothing is
    /// ordered.
    pub reviewed: String,
}

impl CheckoutView {
    /// What comes after the address, as far as it is known.
    pub fn after_address(&self) -> CheckoutStep {
        match self.address {
            None if self.cart.needs_shipping => CheckoutStep::Shipping,
            _ => CheckoutStep::after_address(self.methods.len(), self.gone_method.is_some(), self.is_phone_missing()),
        }
    }

    /// Whether the carrier of the way it is sent wants a number, and the address has none.
    pub fn is_phone_missing(&self) -> bool {
        let charged = self.cart.parts.shipping.as_ref().and_then(|shipping| shipping.method);
        let mut charged = self.methods.iter().filter(|method| Some(method.offer.id) == charged);
        charged.any(|method| method.offer.lacks_phone(self.address.as_ref()))
    }

    /// Whether a number is asked for beside the methods: one of them wants it, and the address has none.
    pub fn asks_for_phone(&self) -> bool {
        self.methods.iter().any(|method| method.offer.lacks_phone(self.address.as_ref()))
    }

    /// Whether there is more than one way to send it.
    pub const fn has_choice(&self) -> bool {
        self.methods.len() > 1
    }

    /// Whether it cannot be sent to the address.
    pub const fn is_not_shipped(&self) -> bool {
        self.address.is_some() && self.cart.needs_shipping && self.methods.is_empty()
    }
}
