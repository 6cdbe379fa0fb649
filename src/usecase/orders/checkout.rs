//! Between a cart and its order: what the checkout shows, and the address that is given in it.

use time::Duration;

use crate::domain::{AddressChoice, CartId, Email, Refusal, ShippingAddress};
use crate::dto::{CheckoutForm, CheckoutStep, CheckoutView};

use super::super::pricing::{CartFacts, PricedCart, Pricing};
use super::super::shop::unless_contended;
use super::super::{CartOwner, Carts, Result, Shop, Store, Tx};
use super::review::{Beside, Reviewed};
use super::{CheckoutFacts, Orders};

/// Whoever comes back to the checkout so long after they ordered is told that they did.
const JUST_PLACED: Duration = Duration::hours(1);

impl<S: Store> Shop<S> {
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn checkout(&self, owner: impl Into<CartOwner> + Send) -> Result<CheckoutView> {
        let owner = owner.into();
        let CheckoutFacts { cart: facts, saved, last_address, account, terms_version } =
            self.store().checkout_facts(owner).await?;
        let (address, billing) = (facts.address.clone(), facts.billing.clone());
        let email = match owner {
            CartOwner::Customer(_) => Some(account.ok_or(Refusal::SignInNeeded)?),
            CartOwner::Guest(_) => facts.email.as_ref().map(|email| email.as_str().to_owned()),
        };
        // Only where there is nothing to buy: it is one more look.
        let placed =
            if facts.lines.is_empty() { self.store().last_order(owner, self.now() - JUST_PLACED).await? } else { None };
        let PricedCart { view: cart, methods, gone: gone_method, tax_number } = self.priced_cart(facts, owner)?;
        let addresses = (address.as_ref(), billing.as_ref());
        let beside = Beside { addresses, email: email.as_deref().unwrap_or_default(), terms_version };
        let reviewed = Reviewed::of_cart(&cart, beside)?.to_string();
        Ok(CheckoutView {
            cart,
            methods,
            gone_method,
            address,
            billing,
            tax_number,
            saved,
            last_address,
            email,
            placed,
            reviewed,
        })
    }

    /// Keeps the address of the checkout under way with the cart: one that was typed, and goes into the address book
    /// where that was asked, or one of the book; and the billing address, if it is another. Of a guest it keeps the
    /// e-mail address as well. Answers the step that comes next.
    ///
    /// # Errors
    /// `Invalid` with every field that will not do, also with `country` (`saved` for one of the book) where the cart is
    /// not shipped to; `NotFound` for an address that is not of this customer's book,
    /// `AddressBookFull`, `CartEmpty` for a guest who has no cart.
    pub async fn save_address(
        &self,
        owner: impl Into<CartOwner> + Send,
        form: impl Into<CheckoutForm> + Send,
    ) -> Result<CheckoutStep> {
        let (owner, form) = (owner.into(), form.into());
        let CartOwner::Customer(customer) = owner else { return self.save_guest_address(owner, &form).await };
        let (choice, billing) = form.parse()?;
        if let AddressChoice::Typed(address) = &choice
            && let Some(next) = self.save_at_once(owner, address, billing.as_ref(), None).await?
        {
            return Ok(next);
        }
        let mut tx = self.store().begin().await?;
        let cart = tx.lock_customer_cart(CartId(self.next_id()), customer.0).await?;
        let field = if matches!(choice, AddressChoice::Saved(_)) { "saved" } else { "country" };
        let address = self.chosen_address(&mut tx, customer, choice).await?;
        tx.set_cart_address(cart, &address, billing.as_ref()).await?;
        let next = self.after_address(&mut tx, cart, owner, field).await?;
        tx.commit().await?;
        Ok(next)
    }

    /// As what is typed and kept nowhere else; `email` is a guest's. None, and nothing is kept: there is no cart yet, somebody else has
    /// had it meanwhile, or what a guest bought before counts, who was somebody else when it was read.
    async fn save_at_once(
        &self,
        owner: CartOwner,
        address: &ShippingAddress,
        billing: Option<&ShippingAddress>,
        email: Option<&Email>,
    ) -> Result<Option<CheckoutStep>> {
        let facts = self.store().cart_facts(owner).await?;
        let Some((cart, version)) = facts.cart_version() else { return Ok(None) };
        let is_known = email.is_none() || facts.email.as_ref() == email;
        if !is_known && !facts.pricing.uses.is_empty() {
            return Ok(None);
        }
        let email_now = email.cloned().or_else(|| facts.email.clone());
        let facts = CartFacts { address: Some(address.clone()), billing: billing.cloned(), email: email_now, ..facts };
        let next = self.step_after_address(&facts, owner, "country")?;
        let is_kept = unless_contended(self.store().keep_addresses(cart, version, address, billing, email).await)?;
        Ok(is_kept.then_some(next))
    }

    async fn save_guest_address(&self, owner: CartOwner, form: &CheckoutForm) -> Result<CheckoutStep> {
        let (email, address, billing) = form.parse_of_guest()?;
        if let Some(next) = self.save_at_once(owner, &address, billing.as_ref(), Some(&email)).await? {
            return Ok(next);
        }
        let mut tx = self.store().begin().await?;
        let cart = self.find_cart(&mut tx, owner).await?.ok_or(Refusal::CartEmpty)?;
        tx.set_cart_address(cart, &address, billing.as_ref()).await?;
        tx.set_cart_email(cart, &email).await?;
        let next = self.after_address(&mut tx, cart, owner, "country").await?;
        tx.commit().await?;
        Ok(next)
    }

    /// The step after the address that stands in the cart; a refusal of this field where the cart is not shipped to it.
    async fn after_address(&self, tx: &mut S::Tx, cart: CartId, owner: CartOwner, field: &str) -> Result<CheckoutStep> {
        let facts = tx.cart_facts(owner.with_cart(cart)).await?;
        Ok(self.step_after_address(&facts, owner, field)?)
    }

    fn step_after_address(
        &self,
        facts: &CartFacts,
        owner: CartOwner,
        field: &str,
    ) -> std::result::Result<CheckoutStep, Refusal> {
        let buyer = facts.buyer(owner);
        let priced = self.price_cart(facts, &buyer, facts.destination(), facts.coupon.as_ref())?;
        priced.check_shipped(field)?;
        let phone_missing = priced.is_phone_missing(facts.address.as_ref());
        Ok(CheckoutStep::after_address(priced.offers.len(), priced.method_is_gone, phone_missing))
    }
}
