//! Rate limit on promotion codes: they are short, and whoever may try as many as they like finds some.
//!
//! A cart has ten codes that nobody has, then one a minute; an address, behind which many may sit, thirty, then one every
//! twenty seconds: a new cart is had for nothing. Codes that are known count nothing, whether they apply or not, unless what
//! is told of them is about somebody: that a code for first orders does not count for an e-mail address says that there was
//! an order, and a guest may name whose address they like.

use std::net::IpAddr;
use std::time::Duration;

use shop::domain::{Problem, PromotionRefusal, Refusal};
use shop::usecase::CartOwner;

use crate::rate_limit::{RateLimiter, Taken};

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

/// A code that is being tried, and is counted as one that nobody has until the answer is known: however many are tried at
/// once, no more are answered. Who goes away before that has tried.
#[derive(Debug)]
#[must_use = "it is counted until it is settled"]
pub(crate) struct CodeAttempt {
    taken: Taken,
    is_guest: bool,
}

impl CodeLimiter {
    /// # Errors
    /// `TooManyTries`.
    pub(crate) fn take(&self, owner: CartOwner, from: Option<IpAddr>) -> Result<CodeAttempt, Refusal> {
        let cart = match owner {
            CartOwner::Customer(customer) => Some(customer.0.to_string()),
            CartOwner::Guest(cart) => cart.map(|cart| cart.to_string()),
        };
        let by_cart = cart.map(|cart| self.by_cart.take(&cart, None)).transpose()?.unwrap_or_default();
        let by_address = from.map_or_else(|| Ok(Taken::default()), |from| self.by_address.take("", Some(from)));
        let taken = by_cart.and(by_address)?;
        Ok(CodeAttempt { taken, is_guest: matches!(owner, CartOwner::Guest(_)) })
    }
}

impl CodeAttempt {
    /// What came of it: only what tells something stays counted.
    pub(crate) fn settle(self, told: Option<&Refusal>) {
        let why = told.and_then(|refusal| {
            ["code", "coupon"].iter().find_map(|field| match refusal.problem_of(field) {
                Some(Problem::Promotion { why }) => Some(why),
                _ => None,
            })
        });
        let tells = match why {
            Some(PromotionRefusal::Unknown) => true,
            Some(PromotionRefusal::FirstOrderOnly | PromotionRefusal::UsedByYou) => self.is_guest,
            _ => false,
        };
        if !tells {
            self.taken.give_back();
        }
    }
}

#[cfg(test)]
mod tests {
    use shop::domain::Customer;

    use super::*;

    fn guest(number: u32) -> CartOwner {
        CartOwner::Guest(Some(format!("00000000-0000-4000-8000-{number:012}").parse().unwrap()))
    }

    fn refusal(why: PromotionRefusal) -> Refusal {
        Refusal::field("code", Problem::Promotion { why })
    }

    fn miss(limiter: &CodeLimiter, owner: CartOwner, from: &str) -> Result<(), Refusal> {
        let from = (!from.is_empty()).then(|| from.parse().unwrap());
        limiter.take(owner, from).map(|attempt| attempt.settle(Some(&refusal(PromotionRefusal::Unknown))))
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
        let (over, used_up) = (refusal(PromotionRefusal::Over), refusal(PromotionRefusal::UsedUp));
        for told in [None, Some(&over), Some(&used_up), Some(&Refusal::Busy)].into_iter().cycle().take(100) {
            limiter.take(guest(1), "192.0.2.1".parse().ok()).unwrap().settle(told);
        }
    }

    #[test]
    fn what_a_code_tells_of_an_address_counts_for_a_guest_who_may_name_anybodys() {
        let customer = CartOwner::Customer(Customer("00000000-0000-4000-8000-00000000000c".parse().unwrap()));
        for why in [PromotionRefusal::FirstOrderOnly, PromotionRefusal::UsedByYou] {
            let limiter = CodeLimiter::default();
            let told = |owner| limiter.take(owner, None).map(|attempt| attempt.settle(Some(&refusal(why.clone()))));
            for _ in 0..10 {
                told(guest(1)).unwrap();
            }
            assert_eq!(told(guest(1)), Err(Refusal::TooManyTries { seconds: 60 }), "{why:?}");
            for _ in 0..100 {
                told(customer).expect("an account is told of itself alone");
            }
        }
    }

    #[test]
    fn no_more_are_under_way_than_may_be_wrong() {
        let limiter = CodeLimiter::default();
        let from = "192.0.2.1".parse().ok();
        let under_way: Vec<_> = (0..100).filter_map(|_| limiter.take(guest(1), from).ok()).collect();
        assert_eq!(under_way.len(), 10);
        under_way.into_iter().for_each(|attempt| attempt.settle(None));
        // Those of the cart that were refused were none of the address either.
        for cart in 0..30 {
            miss(&limiter, guest(cart), "192.0.2.1").unwrap();
        }
        miss(&limiter, guest(99), "192.0.2.1").unwrap_err();
    }
}
