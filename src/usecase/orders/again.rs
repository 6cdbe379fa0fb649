//! "Order again": what of an earlier order can still be had goes into the cart.

use crate::domain::{
    CartId, CartItemId, Money, OrderId, OrderedBefore, ProductId, Refusal, UserId, VariantId, order_again,
};
use crate::dto::{CartAgain, UnavailableItem};

use super::super::shop::retried;
use super::super::{CartLineRow, Carts, Result, Shop, Store, Tx};
use super::{OrderAccess, Orders};

/// An order as it was placed, and what there is of its lines today.
#[derive(Debug, Clone)]
pub struct EarlierOrder {
    pub user_id: Option<UserId>,
    /// Of the guest who placed it.
    pub cart_id: Option<CartId>,
    pub lines: Vec<EarlierLine>,
}

#[derive(Debug, Clone)]
pub struct EarlierLine {
    pub product_id: ProductId,
    pub variant_id: VariantId,
    /// As it was sold.
    pub name: String,
    pub options: Vec<String>,
    pub quantity: u32,
    /// Today's.
    pub price: Money,
    pub for_sale: bool,
    pub stock: u32,
}

impl<S: Store> Shop<S> {
    /// Fills the cart of whoever asks up to what was ordered, as far as it can be had. Once more changes nothing.
    ///
    /// # Errors
    /// `NotFound` for an order that is not theirs.
    pub async fn order_again(&self, access: impl Into<OrderAccess> + Send, id: OrderId) -> Result<CartAgain> {
        let access = access.into();
        let (cart, unavailable, found_some) = retried(|| self.again_once(&access, id)).await?;
        let cart = self.cart(access.owner.with_cart(cart)).await?;
        Ok(CartAgain { cart, unavailable, found_some })
    }

    async fn again_once(&self, access: &OrderAccess, id: OrderId) -> Result<(CartId, Vec<UnavailableItem>, bool)> {
        let mut tx = self.store().begin().await?;
        let order = tx.earlier_order(id).await?.ok_or(Refusal::NotFound)?;
        if !self.is_theirs(access, id, order.user_id, order.cart_id)? {
            return Err(Refusal::NotFound.into());
        }
        let cart = self.open_cart(&mut tx, access.owner).await?;
        let in_cart = tx.cart_lines(cart).await?;
        let line_of = |variant| in_cart.iter().find(|line| line.variant_id == variant);
        let before = order.lines.iter().map(|line| OrderedBefore {
            quantity: line.quantity,
            in_cart: line_of(line.variant_id).map(|line| line.quantity),
            for_sale: line.for_sale,
            stock: line.stock,
        });
        let again = order_again(in_cart.len(), &before.collect::<Vec<_>>());
        let mut unavailable = Vec::new();
        for (line, again) in order.lines.iter().zip(again) {
            if let Some(quantity) = again.set_to {
                let id = line_of(line.variant_id).map_or_else(|| CartItemId(self.next_id()), |line| line.id);
                let EarlierLine { product_id, variant_id, price, .. } = *line;
                tx.put_cart_line(cart, CartLineRow { id, product_id, variant_id, quantity, price }).await?;
            }
            unavailable.extend(again.unavailable.map(|why| UnavailableItem {
                product_id: line.product_id,
                variant_id: line.variant_id,
                name: line.name.clone(),
                options: line.options.clone(),
                quantity: line.quantity,
                why,
            }));
        }
        tx.commit().await?;
        let missing = unavailable.iter().filter(|item| item.why.is_whole()).count();
        Ok((cart, unavailable, missing < order.lines.len()))
    }
}
