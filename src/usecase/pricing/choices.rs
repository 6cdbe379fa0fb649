//! What a shopper chooses in cart and checkout: a promotion's code, the country of an estimate, a shipping method.

use std::future::Future;

use crate::domain::{
    CartId, Destination, Email, Problem, PromotionCode, PromotionRefusal, Refusal, ShippingAddress, ShippingMethodId,
    ShippingOffer,
};
use crate::dto::CartView;

use super::super::shop::{retried, unless_contended};
use super::super::{CartOwner, Result, Shop, Store, Tx};
use super::{CartFacts, Pricing};

/// What is chosen for a cart without a lock on it: by one statement, if the cart is of the version that it was read in. False:
/// somebody has had it since, and nothing is changed.
pub trait CartChoices {
    /// A number becomes the address's.
    fn keep_method(
        &self,
        cart: CartId,
        version: i64,
        method: ShippingMethodId,
        phone: Option<&str>,
    ) -> impl Future<Output = Result<bool>> + Send;

    /// Where it goes, who is billed where that is another, and the address that a guest gives for mail.
    fn keep_addresses(
        &self,
        cart: CartId,
        version: i64,
        address: &ShippingAddress,
        billing: Option<&ShippingAddress>,
        email: Option<&Email>,
    ) -> impl Future<Output = Result<bool>> + Send;
}

impl<S: Store> Shop<S> {
    /// Puts the code of a promotion into the cart, in the place of another.
    ///
    /// # Errors
    /// `Invalid` with `code`, and why it does not count for this cart; what was there before stays.
    pub async fn set_coupon(&self, owner: CartOwner, code: &str) -> Result<CartView> {
        let unknown = |_| Refusal::field("code", Problem::Promotion { why: PromotionRefusal::Unknown });
        if code.trim().is_empty() {
            return Err(Refusal::field("code", Problem::Required).into());
        }
        let code = PromotionCode::parse(code).map_err(unknown)?;
        let cart = retried(|| async {
            let mut tx = self.store().begin().await?;
            let cart = self.open_cart(&mut tx, owner).await?;
            let facts = tx.cart_facts(owner.with_cart(cart)).await?;
            let buyer = facts.buyer(owner);
            let priced = self.price_cart(&facts, &buyer, facts.destination(), Some(&code))?;
            if let Some(why) = priced.code_refused {
                return Err(Refusal::field("code", Problem::Promotion { why }).into());
            }
            tx.set_coupon(cart, Some(&code)).await?;
            tx.commit().await?;
            Ok(cart)
        })
        .await?;
        self.cart(owner.with_cart(cart)).await
    }

    /// Takes the code out. Where there is none, the cart is as it was wished.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn remove_coupon(&self, owner: CartOwner) -> Result<CartView> {
        let mut tx = self.store().begin().await?;
        if let Some(cart) = self.find_cart(&mut tx, owner).await? {
            tx.set_coupon(cart, None).await?;
            tx.commit().await?;
        }
        self.cart(owner).await
    }

    /// Says where to the cart shall be estimated, until there is an address; nothing where `country` is empty.
    ///
    /// # Errors
    /// `Invalid` with `country` and `region`.
    pub async fn set_estimate(&self, owner: CartOwner, country: &str, region: &str) -> Result<CartView> {
        let destination = if country.trim().is_empty() { None } else { Some(Destination::parse(country, region)?) };
        let mut tx = self.store().begin().await?;
        let cart = self.open_cart(&mut tx, owner).await?;
        tx.set_estimate(cart, destination.as_ref()).await?;
        tx.commit().await?;
        self.cart(owner.with_cart(cart)).await
    }

    /// The methods by which the cart can be sent there, the cheapest first; region and postal code may be empty.
    ///
    /// # Errors
    /// `Invalid` with `country`, also for one that is not shipped to, `region` and `postal_code`.
    pub async fn shipping_methods(
        &self,
        owner: CartOwner,
        country: &str,
        region: &str,
        postal_code: &str,
    ) -> Result<Vec<ShippingOffer>> {
        let destination = Destination::parse_with_code(country, region, postal_code)?;
        let facts = self.store().cart_facts(owner).await?;
        let code = facts.coupon.clone();
        let priced = self.price_cart(&facts, &facts.buyer(owner), Some(destination), code.as_ref())?;
        priced.check_shipped("country")?;
        Ok(priced.offers)
    }

    /// Chooses how the cart is sent to the address of this checkout. `phone` is asked for where a carrier wants a number
    /// that the address does not have, and becomes the address's; it may be empty.
    ///
    /// # Errors
    /// `Invalid` with `shipping_method` for one that is not offered there, with `phone` for what is none or where the carrier
    /// wants one, with `country` where nothing leads there.
    pub async fn choose_shipping_method(&self, owner: CartOwner, method: &str, phone: &str) -> Result<()> {
        let method: ShippingMethodId = method.parse().map_err(|_| no_choice())?;
        let phone = ShippingAddress::read_phone(phone).map_err(|problem| Refusal::field("phone", problem))?;
        if self.choose_at_once(owner, method, phone.as_deref()).await? {
            return Ok(());
        }
        retried(|| async {
            let mut tx = self.store().begin().await?;
            let cart = self.find_cart(&mut tx, owner).await?.ok_or(Refusal::CartEmpty)?;
            let facts = tx.cart_facts(owner.with_cart(cart)).await?;
            let phone = self.check_method(&facts, owner, method, phone.as_deref())?;
            tx.set_shipping_method(cart, method, phone).await?;
            tx.commit().await
        })
        .await
    }

    /// False, and nothing is chosen: there is no cart, or somebody else has had it meanwhile.
    async fn choose_at_once(&self, owner: CartOwner, method: ShippingMethodId, phone: Option<&str>) -> Result<bool> {
        let facts = self.store().cart_facts(owner).await?;
        let Some((cart, version)) = facts.cart_version() else { return Ok(false) };
        let phone = self.check_method(&facts, owner, method, phone)?;
        unless_contended(self.store().keep_method(cart, version, method, phone).await)
    }

    /// That the cart can be sent so. Answers the number that becomes the address's.
    fn check_method<'a>(
        &self,
        facts: &CartFacts,
        owner: CartOwner,
        method: ShippingMethodId,
        phone: Option<&'a str>,
    ) -> std::result::Result<Option<&'a str>, Refusal> {
        let buyer = facts.buyer(owner);
        let priced = self.price_cart(facts, &buyer, facts.destination(), facts.coupon.as_ref())?;
        priced.check_shipped("country")?;
        let offer = priced.offers.iter().find(|offer| offer.id == method).ok_or_else(no_choice)?;
        if phone.is_none() && offer.lacks_phone(facts.address.as_ref()) {
            return Err(Refusal::field("phone", Problem::PhoneForCarrier));
        }
        // A number that the address has already is changed with the address.
        let without_phone = facts.address.as_ref().is_some_and(|address| address.phone.is_none());
        Ok(phone.filter(|_| without_phone))
    }
}

fn no_choice() -> Refusal {
    Refusal::field("shipping_method", Problem::NotAChoice)
}
