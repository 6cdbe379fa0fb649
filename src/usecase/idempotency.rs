//! Idempotency keys: a form or call that is sent twice has its effect once, and is answered the same.
//!
//! A key belongs to one person, or a guest's cart, and one request. It is the first row of its effect's transaction, so whoever comes second
//! waits for the first; a refused request keeps none.

use std::future::Future;

use time::OffsetDateTime;

use crate::domain::{CartId, Customer, OrderId, Problem, Refusal, Staff, UserId};

use super::{CartOwner, Result, Shop, Store};

/// Whose a key is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyOwner {
    User(UserId),
    Guest(CartId),
}

impl KeyOwner {
    /// None for a guest without a cart.
    pub fn of(owner: CartOwner) -> Option<Self> {
        match owner {
            CartOwner::Customer(Customer(user)) => Some(Self::User(user)),
            CartOwner::Guest(cart) => cart.map(Self::Guest),
        }
    }

    pub const fn guest(self) -> Option<CartId> {
        match self {
            Self::User(_) => None,
            Self::Guest(cart) => Some(cart),
        }
    }
}

/// Whether a key was used before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyUse {
    First,
    /// For the same request, which made this order, if it makes orders.
    Again(Option<OrderId>),
    /// For another request.
    ForSomethingElse,
}

pub trait KeptAnswers {
    /// What the call with this key was answered, once that is kept.
    fn kept_answer(&self, owner: KeyOwner, key: &str) -> impl Future<Output = Result<Option<String>>> + Send;

    /// Keeps what the call with this key was answered; answers what is kept, which is the first one's.
    fn keep_answer(&self, owner: KeyOwner, key: &str, answer: &str) -> impl Future<Output = Result<String>> + Send;
}

pub trait IdempotencyKeys {
    /// Takes the key for what is about to be written, such as an order. A transaction that holds the same key is waited
    /// for.
    fn take_key(
        &mut self,
        owner: KeyOwner,
        key: &str,
        request: &str,
        order: Option<OrderId>,
        now: OffsetDateTime,
    ) -> impl Future<Output = Result<KeyUse>> + Send;
}

impl<S: Store> Shop<S> {
    /// Whether this is the first call with its key; one without a key always is.
    pub(super) async fn first_of_key(
        &self,
        tx: &mut S::Tx,
        by: impl Into<Staff> + Send,
        key: Option<&str>,
        request: impl Fn() -> String + Send,
    ) -> Result<bool> {
        let Some(key) = key else { return Ok(true) };
        match tx.take_key(KeyOwner::User(by.into().0), key, &request(), None, self.now()).await? {
            KeyUse::First => Ok(true),
            KeyUse::Again(_) => Ok(false),
            KeyUse::ForSomethingElse => Err(Refusal::KeyReused.into()),
        }
    }

    /// What the call with this key was answered, if it was made before and its answer is kept.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`.
    pub async fn kept_answer(&self, owner: KeyOwner, key: &str) -> Result<Option<String>> {
        self.store().kept_answer(owner, key).await
    }

    /// Keeps an answer for the next call with this key. Of two at once the first counts, for both.
    ///
    /// # Errors
    /// `Unavailable` or `Broken`, also for a key that was never used.
    pub async fn keep_answer(&self, owner: KeyOwner, key: &str, answer: &str) -> Result<String> {
        self.store().keep_answer(owner, key, answer).await
    }
}

pub(super) fn check_key(key: &str) -> std::result::Result<(), Refusal> {
    if key.is_empty() || key.len() > 100 || !key.bytes().all(|b| b.is_ascii_graphic()) {
        return Err(Refusal::field("key", Problem::Required));
    }
    Ok(())
}
