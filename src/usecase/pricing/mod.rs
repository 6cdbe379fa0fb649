//! What the shop decides about shipping, tax and promotions, and what a cart or an order costs by it.
//!
//! The rules are read with every cart and every order, in the same statement or transaction; the adapter may keep what it
//! knows, by version. What anything comes to is decided in `domain`.

mod cart;
mod choices;
mod forms;
mod price;
mod promotions;
mod settings;

use std::future::Future;
use std::sync::Arc;

use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};

use crate::domain::{
    CartId, Destination, Email, OrderId, ProductId, Promotion, PromotionCode, PromotionId, ShippingAddress,
    ShippingMethodId, ShippingZone, Slug, TaxRules, UserId, VatNumber,
};

use super::{CartMerge, CartOwner, Result};

pub(super) use cart::PricedCart;
pub use cart::{CartFacts, CartLineFacts, CartViews};
pub use choices::CartChoices;
pub use forms::{RuleFormViews, SampleGoods, SampleLine, TypedTargets};
pub(super) use price::{Basket, PickUp, Priced};
pub use settings::{ShopSettings, VersionedRules};

/// The sets that are written as a whole, each with a version.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingsSet {
    Shipping,
    Tax,
    Promotions,
}

impl SettingsSet {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Shipping => "shipping",
            Self::Tax => "tax",
            Self::Promotions => "promotions",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RuleVersions {
    pub shipping: i64,
    pub tax: i64,
    pub promotions: i64,
}

impl RuleVersions {
    /// In the order of `SettingsSet::ALL`.
    pub const fn all(self) -> [i64; 3] {
        [self.shipping, self.tax, self.promotions]
    }

    /// Whether these are they.
    pub fn is(self, versions: &[i64]) -> bool {
        versions == self.all()
    }
}

/// All that the shop decided.
#[derive(Debug, Clone)]
pub struct PricingRules {
    pub versions: RuleVersions,
    pub zones: Vec<ShippingZone>,
    pub tax: TaxRules,
    /// Switched off and over ones among them.
    pub promotions: Vec<Promotion>,
}

impl PricingRules {
    /// Whether shipping or tax within this country are not everywhere the same.
    fn depend_on_region(&self, country: &str) -> bool {
        let mut parts = self.zones.iter().flat_map(|zone| &zone.regions).filter_map(|region| region.split_once('-'));
        parts.any(|(of, _)| of == country) || self.tax.rates.iter().any(|r| r.country == country && r.region.is_some())
    }
}

/// How often a promotion was used that has a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PromotionUse {
    pub promotion: PromotionId,
    pub in_all: u32,
    pub by_customer: u32,
}

/// The rules, and what of the past they depend on.
#[derive(Debug, Clone)]
pub struct PricingFacts {
    pub rules: Arc<PricingRules>,
    pub uses: Vec<PromotionUse>,
    /// Whether an order of whoever buys stands.
    pub has_ordered: bool,
}

/// Where an address is, as far as tax and shipping ask.
pub(super) fn destination_of(address: &ShippingAddress) -> Destination {
    Destination { country: address.country.clone(), region: address.region.clone() }
}

/// The number of the business that is billed, else of the one it goes to, if it looks like one of the EU.
pub(super) fn vat_number_of(address: Option<&ShippingAddress>, billing: Option<&ShippingAddress>) -> Option<VatNumber> {
    let mut given = [billing, address].into_iter().flatten().filter_map(|a| a.tax_number.as_deref());
    given.find_map(|text| VatNumber::parse(text).ok())
}

/// Who buys, as far as limits of promotions ask.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Buyer {
    User(UserId),
    /// By e-mail address, once it is known.
    Guest(Option<Email>),
}

impl Buyer {
    pub const fn user(&self) -> Option<UserId> {
        match self {
            Self::User(id) => Some(*id),
            Self::Guest(_) => None,
        }
    }
}

/// Under which somebody's uses of promotions are counted, with an account or without: a digest of the address in small
/// letters, so that the counter tells nobody's. Only letters of ASCII have small ones here, as where the database makes it.
pub fn customer_key(email: &Email) -> String {
    HEXLOWER.encode(&Sha256::digest(email.as_str().to_ascii_lowercase()))
}

pub trait PricingViews {
    fn pricing_rules(&self) -> impl Future<Output = Result<Arc<PricingRules>>> + Send;

    /// How often each promotion was used, where that is counted.
    fn promotion_uses(&self) -> impl Future<Output = Result<Vec<(PromotionId, u32)>>> + Send;
}

pub trait Pricing {
    /// The rules as they are now, as this transaction has left them.
    fn rules(&mut self) -> impl Future<Output = Result<Arc<PricingRules>>> + Send;

    /// As `CartViews::cart_facts`, as it is now.
    fn cart_facts(&mut self, owner: CartOwner) -> impl Future<Output = Result<CartFacts>> + Send;

    fn set_coupon(&mut self, cart: CartId, code: Option<&PromotionCode>) -> impl Future<Output = Result<()>> + Send;

    /// `phone` becomes that of the address.
    fn set_shipping_method(
        &mut self,
        cart: CartId,
        method: ShippingMethodId,
        phone: Option<&str>,
    ) -> impl Future<Output = Result<()>> + Send;

    fn set_estimate(
        &mut self,
        cart: CartId,
        destination: Option<&Destination>,
    ) -> impl Future<Output = Result<()>> + Send;

    /// What was chosen in a cart that ends goes over to the other: code, estimate, method, and both addresses together.
    /// `Both`: where it says something; `GuestsAlone`: as it is, and where it says nothing, nothing stays.
    fn merge_choices(&mut self, from: CartId, into: CartId, how: CartMerge) -> impl Future<Output = Result<()>> + Send;

    /// Where promotions are for a category that is called otherwise now: they are for it all the same. Locked by their set.
    fn retarget_promotions(&mut self, from: &Slug, to: &Slug) -> impl Future<Output = Result<()>> + Send;

    /// Locks a set against others who write it; answers its version.
    fn lock_settings(&mut self, set: SettingsSet) -> impl Future<Output = Result<i64>> + Send;

    /// Writes the set in the place of what was there, and raises its version.
    fn save_shipping_zones(&mut self, zones: &[ShippingZone]) -> impl Future<Output = Result<()>> + Send;

    /// As `save_shipping_zones`.
    fn save_tax_rules(&mut self, rules: &TaxRules) -> impl Future<Output = Result<()>> + Send;

    /// As `save_shipping_zones`; what was counted of a promotion that stays is kept.
    fn save_promotions(&mut self, promotions: &[Promotion]) -> impl Future<Output = Result<()>> + Send;

    /// Whether all these products, and all these categories, are there.
    fn targets_known(
        &mut self,
        products: &[ProductId],
        categories: &[Slug],
    ) -> impl Future<Output = Result<(bool, bool)>> + Send;

    /// Whether there ever was an order.
    fn has_sold(&mut self) -> impl Future<Output = Result<bool>> + Send;

    /// Gives the uses back that these orders counted, once.
    fn return_uses(&mut self, orders: &[OrderId]) -> impl Future<Output = Result<()>> + Send;
}
