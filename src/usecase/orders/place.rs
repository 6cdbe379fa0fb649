//! Placing an order: key, cart, prices, order, emptied cart and `order.created` in one transaction, or nothing.

use crate::domain::{
    CartId, Customer, Event, ItemQuantity, Money, OrderCreated, OrderId, OrderItemId, Problem, Refusal,
};

use super::super::shop::retried;
use super::super::{Carts, Result, Shop, Store, Tx, Users};
use super::{KeyUse, NewOrder, OrderLine, Orders};

/// The last step of the checkout, as its form has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlaceOrder {
    /// Made with the form: however often it is sent, it makes one order.
    pub key: String,
    /// The total the shopper saw, as a plain amount. If the cart costs something else now, they look again first.
    pub reviewed: String,
}

impl<S: Store> Shop<S> {
    /// Places the order that the customer reviewed: their cart, at today's prices, to the address of this checkout.
    /// Whether the items can be had is soft here, for an honest answer at once; the inventory decides.
    ///
    /// # Errors
    /// `Invalid` (key, or the address where none is given), `KeyReused`, `CartEmpty`, `CartChanged`.
    pub async fn place_order(&self, customer: Customer, form: PlaceOrder) -> Result<OrderId> {
        if form.key.is_empty() || form.key.len() > 100 || !form.key.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(Refusal::field("key", Problem::Required).into());
        }
        let Ok(reviewed) = Money::parse(&form.reviewed, self.currency()) else {
            return Err(Refusal::CartChanged.into());
        };
        let order = retried(|| self.place_once(customer, &form.key, reviewed)).await?;
        self.ring();
        Ok(order)
    }

    async fn place_once(&self, customer: Customer, key: &str, reviewed: Money) -> Result<OrderId> {
        let now = self.now();
        let id = OrderId(self.next_id());
        let mut tx = self.store().begin().await?;
        let request = format!("cart {}", reviewed.amount());
        match tx.take_key(customer.0, key, &request, id, now).await? {
            KeyUse::First => {}
            KeyUse::Again(order) => return Ok(order),
            KeyUse::ForSomethingElse => return Err(Refusal::KeyReused.into()),
        }
        let cart = tx.lock_customer_cart(CartId(self.next_id()), customer.0).await?;
        let (mut items, address) = tx.lines_to_order(cart).await?;
        if items.is_empty() {
            return Err(Refusal::CartEmpty.into());
        }
        if items.iter().any(|l| !l.for_sale || l.stock < l.quantity) {
            return Err(Refusal::CartChanged.into());
        }
        let address = address.ok_or_else(|| Refusal::field("line1", Problem::Required))?;
        let total = self.total(&mut items)?;
        if total != reviewed {
            return Err(Refusal::CartChanged.into());
        }
        let user = tx.find_user(customer.0).await?.ok_or(Refusal::SignInNeeded)?;
        let order = NewOrder {
            id,
            user_id: Some(user.id),
            email: user.email,
            address: Some(address),
            items,
            total,
            created_at: now,
            expires_at: now.saturating_add(self.settings().payment_window),
        };
        let number = tx.insert_order(&order).await?;
        tx.clear_cart_lines(cart).await?;
        self.tell(&mut tx, created(&order, number)).await?;
        tx.commit().await?;
        Ok(id)
    }

    /// Gives each line its id and its total, and answers the sum.
    fn total(&self, items: &mut [OrderLine]) -> Result<Money> {
        for line in items.iter_mut() {
            line.id = OrderItemId(self.next_id());
            line.line_total = line.price.times(line.quantity)?;
        }
        Ok(Money::sum(self.currency(), items.iter().map(|l| l.line_total))?)
    }
}

fn created(order: &NewOrder, number: i64) -> Event {
    let item = |line: &OrderLine| ItemQuantity { variant_id: line.variant_id, quantity: line.quantity };
    Event::OrderCreated(OrderCreated {
        order_id: order.id,
        number,
        user_id: order.user_id,
        items: order.items.iter().map(item).collect(),
        total: order.total,
    })
}
