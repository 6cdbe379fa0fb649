//! Rate limit on promotion codes: they are short, and whoever may try as many as they like finds some.
//!
//! A cart has ten codes that nobody has, then one a minute; an address, behind which many may sit, thirty, then one every
//! twenty seconds: a new cart is had for nothing. Codes that are known count nothing, whether they apply or not.

use std::net::IpAddr;
use std::time::Duration;

use shop::domain::{Problem, PromotionRefusal, Refusal};
use shop::usecase::CartOwner;

use crate::rate_limit::{Attempt, RateLimiter};

#[derive(Debug, Clone)]
pub struct CodeLimiter {
    by_cart: RateLimiter,
    by_address: RateLimiter,
}

impl Default for CodeLimiter {
    fn default() -> Self {
        let by_cart = RateLimiter::new(10, Duration::from_secs(60));
        Self { by_cart, by_address: RateLimiter::new(30, Duration::from_secs(20)) }
    }
}

/// A code that may be tried.
#[derive(Debug)]
pub(crate) struct CodeAttempt(Vec<Attempt>);

impl CodeLimiter {
    /// # Errors
    /// `TooManyTries`.
    pub(crate) fn check(&self, owner: CartOwner, from: Option<IpAddr>) -> Result<CodeAttempt, Refusal> {
        let cart = match owner {
            CartOwner::Customer(customer) => Some(customer.0.to_string()),
            CartOwner::Guest(cart) => cart.map(|cart| cart.to_string()),
        };
        let by_cart = cart.map(|cart| self.by_cart.check(&cart, None)).transpose()?;
        let by_address = from.map(|from| self.by_address.check("", Some(from))).transpose()?;
        Ok(CodeAttempt(by_cart.into_iter().chain(by_address).collect()))
    }
}

impl CodeAttempt {
    /// What came of it: a code that nobody has is counted.
    pub(crate) fn record(self, told: Option<&Refusal>) {
        let unknown = Problem::Promotion { why: PromotionRefusal::Unknown };
        let is_miss = |refusal: &Refusal| ["code", "coupon"].iter().any(|f| refusal.problem_of(f) == Some(&unknown));
        if told.is_some_and(is_miss) {
            self.0.into_iter().for_each(Attempt::record_failure);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn guest(number: u32) -> CartOwner {
        CartOwner::Guest(Some(format!("00000000-0000-4000-8000-{number:012}").parse().unwrap()))
    }

    fn miss(limiter: &CodeLimiter, owner: CartOwner, from: &str) -> Result<(), Refusal> {
        let from = (!from.is_empty()).then(|| from.parse().unwrap());
        let unknown = Refusal::field("code", Problem::Promotion { why: PromotionRefusal::Unknown });
        limiter.check(owner, from).map(|attempt| attempt.record(Some(&unknown)))
    }

    #[test]
    fn a_cart_has_ten_wrong_codes_and_another_cart_ten_of_its_own() {
        let limiter = CodeLimiter::default();
        for _ in 0..10 {
            miss(&limiter, guest(1), "").unwrap();
        }
        assert_eq!(miss(&limiter, guest(1), ""), Err(Refusal::TooManyTries { seconds: 60 }));
        miss(&limiter, guest(2), "").unwrap();
    }

    #[test]
    fn a_new_cart_for_each_try_does_not_help() {
        for addresses in [["198.51.100.7", "198.51.100.7"], ["2001:db8::1", "2001:db8::ffff:2"]] {
            let limiter = CodeLimiter::default();
            for cart in 0..30 {
                miss(&limiter, guest(cart), addresses[0]).unwrap();
            }
            assert_eq!(miss(&limiter, guest(99), addresses[1]), Err(Refusal::TooManyTries { seconds: 20 }));
            miss(&limiter, guest(99), "2001:db8:0:1::1").unwrap();
        }
    }

    #[test]
    fn codes_that_are_known_count_nothing() {
        let limiter = CodeLimiter::default();
        let over = Refusal::field("code", Problem::Promotion { why: PromotionRefusal::Over });
        for told in [None, Some(&over), Some(&Refusal::Busy)].into_iter().cycle().take(100) {
            limiter.check(guest(1), None).unwrap().record(told);
        }
    }
}
