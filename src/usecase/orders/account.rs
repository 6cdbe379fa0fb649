//! How a guest's orders become a customer's: by opening an account on the order's page, by signing in with the session
//! that placed them, and by the token. Session and token prove whose order it is; and the account has its e-mail address,
//! for a browser may be shared and a link passed on. Whoever has shown that mail to the address arrives at them
//! (`usecase/account/email.rs`) gets all that was ordered with it.

use crate::domain::{CartId, Customer, Email, OrderId, Password, Refusal, Role, ShippingAddress, User, UserId};
use crate::dto::OrderView;

use super::super::shop::retried;
use super::super::{Error, Result, Shop, Store, Tx, Users};
use super::{OrderAccess, Orders};

impl<S: Store> Shop<S> {
    /// Opens an account with the e-mail address and the name of a guest's order, which comes along.
    ///
    /// # Errors
    /// `NotFound`, `Invalid` (password), `EmailTaken` for an order that is an account's by now and for an address that
    /// has one, `Busy`.
    pub async fn open_account(
        &self,
        access: impl Into<OrderAccess> + Send,
        id: OrderId,
        password: &str,
    ) -> Result<User> {
        let order = self.order(access, id).await?;
        if !order.by_guest {
            return Err(Refusal::EmailTaken.into());
        }
        let password = Password::parse(password).map_err(|problem| Refusal::field("password", problem))?;
        let email = Email::parse(&order.email)
            .map_err(|problem| Error::Broken(anyhow::anyhow!("order {id} has no address: {problem:?}")))?;
        let (name, created_at) = (name_of(&order), self.now());
        let hash = self.passwords().hash(password, self.guessed_first(&name, &email)).await?;
        let user = User { id: UserId(self.next_id()), name, email, role: Role::Customer, staff_role: None, created_at };
        retried(|| async {
            let mut tx = self.store().begin().await?;
            self.insert_account(&mut tx, &user, &hash).await?;
            self.take_guest_order(&mut tx, id, user.customer()).await?;
            tx.commit().await
        })
        .await?;
        self.notify_relay();
        Ok(user)
    }

    /// A customer takes a guest's order along that was placed with their e-mail address and whose token they bring: the
    /// token alone may have been passed on.
    ///
    /// # Errors
    /// `NotFound`, also for an order with another address, or of another account.
    pub async fn take_order_along(&self, customer: Customer, access: OrderAccess, id: OrderId) -> Result<OrderId> {
        let order = self.order(access, id).await?;
        if !order.by_guest {
            // Clicked twice.
            return self.order(customer, id).await.map(|order| order.id);
        }
        retried(|| async {
            let mut tx = self.store().begin().await?;
            let user = tx.find_user(customer.0).await?.ok_or(Refusal::SignInNeeded)?;
            if user.email.as_str().to_lowercase() != order.email.to_lowercase() {
                return Err(Refusal::NotFound.into());
            }
            self.take_guest_order(&mut tx, id, customer).await?;
            tx.commit().await
        })
        .await?;
        Ok(id)
    }

    async fn take_guest_order(&self, tx: &mut S::Tx, id: OrderId, customer: Customer) -> Result<()> {
        if tx.take_order(id, customer.0).await? { Ok(()) } else { Err(Refusal::NotFound.into()) }
    }

    /// What was ordered from this guest's cart with the customer's e-mail address becomes theirs: who signs in with it.
    pub(in super::super) async fn take_orders(&self, tx: &mut S::Tx, guest: CartId, customer: Customer) -> Result<()> {
        tx.take_orders_of_cart(guest, customer.0).await
    }
}

/// Whom the order goes to; of one that is collected, what stands before the `@`.
fn name_of(order: &OrderView) -> String {
    let named = |address: &Option<ShippingAddress>| address.as_ref().map(|a| a.name.clone());
    let name = named(&order.shipping_address).or_else(|| named(&order.billing_address));
    let name = name.unwrap_or_else(|| order.email.split('@').next().unwrap_or_default().to_owned());
    name.chars().take(User::NAME_MAX as usize).collect()
}
