//! What a shopper chooses in cart and checkout: a promotion's code, the country of an estimate, a shipping method.

use crate::domain::{
    Destination, Problem, PromotionCode, PromotionRefusal, Refusal, ShippingAddress, ShippingMethodId, ShippingOffer,
};
use crate::dto::CartView;

use super::super::shop::retried;
use super::super::{CartOwner, Result, Shop, Store, Tx};
use super::Pricing;

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
        let no_choice = || Refusal::field("shipping_method", Problem::NotAChoice);
        let method: ShippingMethodId = method.parse().map_err(|_| no_choice())?;
        let phone = ShippingAddress::read_phone(phone).map_err(|problem| Refusal::field("phone", problem))?;
        retried(|| async {
            let mut tx = self.store().begin().await?;
            let cart = self.find_cart(&mut tx, owner).await?.ok_or(Refusal::CartEmpty)?;
            let facts = tx.cart_facts(owner.with_cart(cart)).await?;
            let buyer = facts.buyer(owner);
            let priced = self.price_cart(&facts, &buyer, facts.destination(), facts.coupon.as_ref())?;
            priced.check_shipped("country")?;
            let offer = priced.offers.iter().find(|offer| offer.id == method).ok_or_else(no_choice)?;
            if phone.is_none() && offer.lacks_phone(facts.address.as_ref()) {
                return Err(Refusal::field("phone", Problem::PhoneForCarrier).into());
            }
            // A number that the address has already is changed with the address.
            let without_phone = facts.address.as_ref().is_some_and(|address| address.phone.is_none());
            tx.set_shipping_method(cart, method, phone.as_deref().filter(|_| without_phone)).await?;
            tx.commit().await
        })
        .await
    }
}
