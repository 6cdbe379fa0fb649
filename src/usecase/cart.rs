//! The cart, a guest's or a customer's. It lives in SQL; a guest's session knows only its id.
//!
//! Who puts something into a cart that is there decides on what one statement found, and writes it by another if nobody has had
//! the cart meanwhile. Everything else, and whoever was overtaken, takes its lock first.

use std::future::Future;

use crate::domain::{CartId, CartItemId, Customer, MAX_LINES, Money, ProductId, Quantity, Refusal, UserId, VariantId};
use crate::dto::CartView;

use super::cart_owner::{CartMerge, CartOwner};
use super::shop::{retried, unless_contended};
use super::{Pricing, Result, Shop, Store, Tx};

/// A line as its cart holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CartLineRow {
    pub id: CartItemId,
    pub product_id: ProductId,
    pub variant_id: VariantId,
    pub quantity: Quantity,
    /// The price when it was put in.
    pub price: Money,
}

/// What must be known of a variant to put it into a cart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct VariantForSale {
    pub product_id: ProductId,
    pub price: Money,
    pub for_sale: bool,
    pub stock: u32,
}

/// A cart and a variant that is to be put into it, as one statement found them.
#[derive(Debug, Clone)]
pub struct CartToFill {
    /// With its version, which is another one after each transaction that had it; none: there is no cart yet.
    pub cart: Option<(CartId, i64)>,
    /// In the order in which they were put in.
    pub lines: Vec<CartLineRow>,
    /// None: there is no such variant.
    pub variant: Option<VariantForSale>,
}

/// Putting something into a cart without a lock on it.
pub trait CartFilling {
    fn cart_to_fill(&self, owner: CartOwner, variant: VariantId) -> impl Future<Output = Result<CartToFill>> + Send;

    /// Inserts the line, or sets quantity and price of the one with the same variant, if the cart is of this version. False:
    /// somebody has had it since, and nothing is changed.
    fn fill_cart(&self, cart: CartId, version: i64, line: CartLineRow) -> impl Future<Output = Result<bool>> + Send;
}

pub trait Carts {
    /// The customer's cart, made if need be, locked.
    fn lock_customer_cart(&mut self, id: CartId, user: UserId) -> impl Future<Output = Result<CartId>> + Send;

    /// The guest's cart, locked, if it is still a guest's.
    fn lock_guest_cart(&mut self, id: CartId) -> impl Future<Output = Result<Option<CartId>>> + Send;

    fn insert_guest_cart(&mut self, id: CartId) -> impl Future<Output = Result<()>> + Send;

    /// The lines in the order in which they were put in.
    fn cart_lines(&mut self, cart: CartId) -> impl Future<Output = Result<Vec<CartLineRow>>> + Send;

    fn variant_for_sale(&mut self, id: VariantId) -> impl Future<Output = Result<Option<VariantForSale>>> + Send;

    /// Inserts the line, or sets quantity and price of the one with the same variant.
    fn put_cart_line(&mut self, cart: CartId, line: CartLineRow) -> impl Future<Output = Result<()>> + Send;

    /// Whether there was such a line.
    fn set_cart_line(
        &mut self,
        cart: CartId,
        line: CartItemId,
        quantity: Quantity,
    ) -> impl Future<Output = Result<bool>> + Send;

    /// Whether there was such a line.
    fn delete_cart_line(&mut self, cart: CartId, line: CartItemId) -> impl Future<Output = Result<bool>> + Send;

    fn clear_cart_lines(&mut self, cart: CartId) -> impl Future<Output = Result<()>> + Send;

    fn delete_cart(&mut self, cart: CartId) -> impl Future<Output = Result<()>> + Send;
}

impl<S: Store> Shop<S> {
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn cart(&self, owner: CartOwner) -> Result<CartView> {
        match owner {
            CartOwner::Guest(None) => Ok(self.empty_cart()),
            known => self.shown_cart(known).await,
        }
    }

    /// How many units are in the cart, without looking at what they are.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn cart_count(&self, owner: CartOwner) -> Result<u32> {
        match owner {
            CartOwner::Guest(None) => Ok(0),
            known => self.store().cart_count(known).await,
        }
    }

    /// Puts so many of a variant into the cart, on top of what is there. The answer is the whole cart; its id is new
    /// where a guest had none.
    ///
    /// # Errors
    /// `Invalid` (quantity) above the most a line may hold, `NotFound`, `NotForSale`, `NotEnoughStock`, `CartFull`.
    pub async fn add_to_cart(&self, owner: CartOwner, variant: VariantId, more: Quantity) -> Result<CartView> {
        let cart = self.put_into_cart(owner, variant, more).await?;
        self.cart(owner.with_cart(cart)).await
    }

    /// The same for whoever is led on to a page that reads the cart anew: the answer names it, and shows nothing that is in it.
    ///
    /// # Errors
    /// As `add_to_cart`.
    pub async fn add_to_cart_unseen(&self, owner: CartOwner, variant: VariantId, more: Quantity) -> Result<CartView> {
        let cart = self.put_into_cart(owner, variant, more).await?;
        Ok(CartView { id: Some(cart), ..self.empty_cart() })
    }

    async fn put_into_cart(&self, owner: CartOwner, variant: VariantId, more: Quantity) -> Result<CartId> {
        match self.add_at_once(owner, variant, more).await? {
            Some(cart) => Ok(cart),
            None => retried(|| self.add_once(owner, variant, more)).await,
        }
    }

    /// None, and nothing is put in: there is no cart yet, or somebody else has had it meanwhile.
    async fn add_at_once(&self, owner: CartOwner, variant: VariantId, more: Quantity) -> Result<Option<CartId>> {
        if owner == CartOwner::Guest(None) {
            return Ok(None);
        }
        let CartToFill { cart, lines, variant: sold } = self.store().cart_to_fill(owner, variant).await?;
        let Some((cart, version)) = cart else { return Ok(None) };
        let line = self.line_to_put(&lines, sold, variant, more)?;
        let is_put = unless_contended(self.store().fill_cart(cart, version, line).await)?;
        Ok(is_put.then_some(cart))
    }

    async fn add_once(&self, owner: CartOwner, variant: VariantId, more: Quantity) -> Result<CartId> {
        let mut tx = self.store().begin().await?;
        let cart = self.open_cart(&mut tx, owner).await?;
        let lines = tx.cart_lines(cart).await?;
        let line = self.line_to_put(&lines, tx.variant_for_sale(variant).await?, variant, more)?;
        tx.put_cart_line(cart, line).await?;
        tx.commit().await?;
        Ok(cart)
    }

    /// The line that so many more of a variant make in a cart with these lines.
    fn line_to_put(
        &self,
        lines: &[CartLineRow],
        sold: Option<VariantForSale>,
        variant: VariantId,
        more: Quantity,
    ) -> std::result::Result<CartLineRow, Refusal> {
        let sold = sold.ok_or(Refusal::NotFound)?;
        if !sold.for_sale {
            return Err(Refusal::NotForSale);
        }
        let before = lines.iter().find(|l| l.variant_id == variant);
        let quantity = match before {
            Some(line) => line.quantity.plus(more).map_err(|p| Refusal::field("quantity", p))?,
            None if lines.len() >= MAX_LINES as usize => return Err(Refusal::CartFull { most: MAX_LINES }),
            None => more,
        };
        if sold.stock < quantity.get() {
            return Err(Refusal::NotEnoughStock { left: sold.stock });
        }
        Ok(CartLineRow {
            id: before.map_or_else(|| CartItemId(self.next_id()), |l| l.id),
            product_id: sold.product_id,
            variant_id: variant,
            quantity,
            price: sold.price,
        })
    }

    /// Sets a line's quantity.
    ///
    /// # Errors
    /// `NotFound` for a line that is not in this cart, `NotEnoughStock`.
    pub async fn change_line(&self, owner: CartOwner, item: CartItemId, quantity: Quantity) -> Result<CartView> {
        let cart = retried(|| self.change_once(owner, item, quantity)).await?;
        self.cart(owner.with_cart(cart)).await
    }

    async fn change_once(&self, owner: CartOwner, item: CartItemId, quantity: Quantity) -> Result<CartId> {
        let mut tx = self.store().begin().await?;
        let cart = self.find_cart(&mut tx, owner).await?.ok_or(Refusal::NotFound)?;
        let line = tx.cart_lines(cart).await?.into_iter().find(|l| l.id == item).ok_or(Refusal::NotFound)?;
        let stock = tx.variant_for_sale(line.variant_id).await?.map_or(0, |v| v.stock);
        if quantity > line.quantity && stock < quantity.get() {
            return Err(Refusal::NotEnoughStock { left: stock }.into());
        }
        if !tx.set_cart_line(cart, item, quantity).await? {
            return Err(Refusal::NotFound.into());
        }
        tx.commit().await?;
        Ok(cart)
    }

    /// Takes a line out. Taking it out again is no mistake: the cart is as it was wished.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn remove_line(&self, owner: CartOwner, item: CartItemId) -> Result<CartView> {
        self.delete_line(owner, item).await?;
        self.cart(owner).await
    }

    /// Takes a line out that must be there, for programs: they have no page on which they could see that it was not.
    ///
    /// # Errors
    /// `NotFound` for a line that is not in this cart.
    pub async fn remove_known_line(&self, owner: CartOwner, item: CartItemId) -> Result<CartView> {
        if self.delete_line(owner, item).await? { self.cart(owner).await } else { Err(Refusal::NotFound.into()) }
    }

    async fn delete_line(&self, owner: CartOwner, item: CartItemId) -> Result<bool> {
        let mut tx = self.store().begin().await?;
        let Some(cart) = self.find_cart(&mut tx, owner).await? else { return Ok(false) };
        let was_there = tx.delete_cart_line(cart, item).await?;
        tx.commit().await?;
        Ok(was_there)
    }

    /// A cart for a guest who has none: their key and their order name it.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn begin_guest_cart(&self) -> Result<CartId> {
        let mut tx = self.store().begin().await?;
        let cart = self.open_cart(&mut tx, CartOwner::Guest(None)).await?;
        tx.commit().await?;
        Ok(cart)
    }

    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn clear_cart(&self, owner: CartOwner) -> Result<CartView> {
        let mut tx = self.store().begin().await?;
        if let Some(cart) = self.find_cart(&mut tx, owner).await? {
            tx.clear_cart_lines(cart).await?;
            tx.commit().await?;
        }
        self.cart(owner).await
    }

    /// A guest signed in: their cart becomes the customer's, quantities added up to the most a line may hold, lines
    /// beyond the most a cart may hold left out. A cart that is somebody's already is left alone. What they ordered from
    /// it with the customer's e-mail address becomes theirs as well, also where the cart itself was forgotten meanwhile.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn merge_guest_cart(&self, customer: Customer, guest: CartId, how: CartMerge) -> Result<()> {
        retried(|| self.merge_once(customer, guest, how)).await
    }

    async fn merge_once(&self, customer: Customer, guest: CartId, how: CartMerge) -> Result<()> {
        let mut tx = self.store().begin().await?;
        if let Some(cart) = tx.lock_guest_cart(guest).await? {
            self.merge_lines(&mut tx, customer, cart, how).await?;
        }
        self.take_orders(&mut tx, guest, customer).await?;
        tx.commit().await
    }

    async fn merge_lines(&self, tx: &mut S::Tx, customer: Customer, guest: CartId, how: CartMerge) -> Result<()> {
        let cart = tx.lock_customer_cart(CartId(self.next_id()), customer.0).await?;
        let theirs = tx.cart_lines(guest).await?;
        let how = if theirs.is_empty() { CartMerge::Both } else { how };
        if how == CartMerge::GuestsAlone {
            tx.clear_cart_lines(cart).await?;
        }
        let mine = tx.cart_lines(cart).await?;
        let mut count = mine.len();
        for line in theirs {
            let merged = match mine.iter().find(|l| l.variant_id == line.variant_id) {
                Some(own) => CartLineRow { id: own.id, quantity: own.quantity.merged_with(line.quantity), ..line },
                None if count >= MAX_LINES as usize => continue,
                None => {
                    count += 1;
                    CartLineRow { id: CartItemId(self.next_id()), ..line }
                }
            };
            tx.put_cart_line(cart, merged).await?;
        }
        tx.merge_choices(guest, cart, how).await?;
        tx.delete_cart(guest).await
    }

    /// The owner's cart, locked, made if there is none.
    pub(super) async fn open_cart(&self, tx: &mut S::Tx, owner: CartOwner) -> Result<CartId> {
        if let Some(cart) = self.find_cart(tx, owner).await? {
            return Ok(cart);
        }
        let id = CartId(self.next_id());
        tx.insert_guest_cart(id).await?;
        Ok(id)
    }

    /// The owner's cart, locked, if there is one; a customer always has one.
    pub(super) async fn find_cart(&self, tx: &mut S::Tx, owner: CartOwner) -> Result<Option<CartId>> {
        match owner {
            CartOwner::Customer(customer) => tx.lock_customer_cart(CartId(self.next_id()), customer.0).await.map(Some),
            CartOwner::Guest(Some(id)) => tx.lock_guest_cart(id).await,
            CartOwner::Guest(None) => Ok(None),
        }
    }
}
