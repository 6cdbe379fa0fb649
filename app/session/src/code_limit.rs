//! Rate limit on promotion codes: they are short, and whoever may try as many as they like finds some.
//!
//! A cart has so many codes that nobody has, and a network, behind which many may sit, some more: a new cart is had for
//! nothing. Codes that are known count nothing, whether they apply or not, unless what is told of them is about somebody:
//! that a code for first orders does not count for an e-mail address says that there was an order, and a guest may name
//! whose address they like.
//!
//! A code that is being tried is counted as one that nobody has until the answer is known: however many are tried at once,
//! no more are answered. Who goes away before that has tried.

use std::future::Future;

use shop::domain::{Limit, Problem, PromotionCode, PromotionRefusal, Refusal};
use shop::dto::CartView;
use shop::usecase::{CartOwner, Error, Result};

use crate::caller::Caller;
use crate::rate_limit::of_network;

impl Caller {
    /// Puts a promotion's code into the caller's cart.
    ///
    /// # Errors
    /// What the core refuses, and `TooManyTries` for who guesses.
    pub async fn apply_code(&self, code: String) -> Result<CartView> {
        // What can be no code tells nothing, however often it is typed.
        let is_code = PromotionCode::parse(&code).is_ok();
        let applied = self.on_cart(|shop, owner| async move { shop.set_coupon(owner, &code).await });
        if is_code { self.code_limited(self.cart_owner().await?, applied).await } else { applied.await }
    }

    /// Does what tells whether there is a code. Codes that nobody has are counted, and too many of them are refused.
    ///
    /// # Errors
    /// `TooManyTries`, and what the work refuses.
    pub async fn code_limited<T>(&self, owner: CartOwner, work: impl Future<Output = Result<T>>) -> Result<T> {
        let in_all = (Limit::CodesInAll, String::new());
        let of_cart = cart(owner).map(|cart| (Limit::CodesPerCart, cart));
        let limits = of_cart.into_iter().chain(of_network(Limit::CodesPerNetwork, self.address)).chain([in_all]);
        let taken = self.shop().take_tries(limits.collect()).await?;
        let answer = work.await;
        if !counts_as_guess(answer.as_ref().err().and_then(Error::refusal), matches!(owner, CartOwner::Guest(_))) {
            self.shop().give_back_tries(taken).await;
        }
        answer
    }
}

fn cart(owner: CartOwner) -> Option<String> {
    match owner {
        CartOwner::Customer(customer) => Some(customer.0.to_string()),
        CartOwner::Guest(cart) => cart.map(|cart| cart.to_string()),
    }
}

/// Whether an answer tells something that was not known to whoever asked.
fn counts_as_guess(told: Option<&Refusal>, is_guest: bool) -> bool {
    let why = told.and_then(|refusal| {
        ["code", "coupon"].iter().find_map(|field| match refusal.problem_of(field) {
            Some(Problem::Promotion { why }) => Some(why),
            _ => None,
        })
    });
    match why {
        Some(PromotionRefusal::Unknown) => true,
        Some(PromotionRefusal::FirstOrderOnly | PromotionRefusal::UsedByYou) => is_guest,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_tells_something_counts() {
        let told = |field: &'static str, why: PromotionRefusal| Refusal::field(field, Problem::Promotion { why });
        for field in ["code", "coupon"] {
            for is_guest in [true, false] {
                assert!(counts_as_guess(Some(&told(field, PromotionRefusal::Unknown)), is_guest), "{field}");
            }
            // A guest may name anybody's address; an account is told of itself alone.
            for why in [PromotionRefusal::FirstOrderOnly, PromotionRefusal::UsedByYou] {
                assert!(
                    counts_as_guess(Some(&told(field, why.clone())), true)
                        && !counts_as_guess(Some(&told(field, why)), false)
                );
            }
        }
        let known = [told("code", PromotionRefusal::Over), told("code", PromotionRefusal::UsedUp), Refusal::Busy];
        for answer in known.iter().map(Some).chain([None]) {
            assert!(!counts_as_guess(answer, true), "{answer:?}");
        }
    }
}
