//! Rate limit on guests' orders: each sets items aside and has a mail sent to an address that nobody has proven to be theirs.
//! A customer has proven theirs, as far as we ask; what they do is theirs.
//!
//! Counted is what is ordered, by place, and there by e-mail address: nobody can use up what is another's, somewhere else.
//! What is refused, and the same order once more, count nothing. Each process counts by itself: an order waits for its
//! database twice, and not once more for this.

use std::net::IpAddr;
#[cfg(not(all(test, shuttle)))]
use std::sync::Mutex;
use std::sync::{Arc, PoisonError};

use shop::domain::{Email, Limit, Limits, Refusal};
use shop::usecase::COUNTS;
#[cfg(all(test, shuttle))]
use shuttle::sync::Mutex;

use crate::rate_limit::{RateLimiter, Taken};

#[derive(Debug, Clone)]
pub struct OrderLimiter {
    by_email: RateLimiter,
    by_address: RateLimiter,
}

/// An order that may be written: it is counted as soon as its address is known, once however often it is tried.
#[derive(Debug, Clone)]
pub(crate) struct OrderAttempt {
    limiter: OrderLimiter,
    from: Option<IpAddr>,
    taken: Arc<Mutex<Option<Taken>>>,
}

impl OrderLimiter {
    pub fn new(limits: &Limits) -> Self {
        let [by_email, by_address] =
            [Limit::OrdersPerAddress, Limit::OrdersPerNetwork].map(|limit| RateLimiter::new(limits.of(limit)));
        Self { by_email, by_address }
    }

    pub(crate) fn attempt(&self, from: Option<IpAddr>) -> OrderAttempt {
        OrderAttempt { limiter: self.clone(), from, taken: Arc::default() }
    }
}

impl OrderAttempt {
    /// # Errors
    /// `TooManyTries`; then it is not counted.
    pub(crate) fn count(&self, email: &Email) -> Result<(), Refusal> {
        let mut taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner);
        if taken.is_none() {
            let refused = |limit: Limit| COUNTS.refused(limit).add(1);
            let by_email = self.limiter.by_email.take(email.as_str(), self.from);
            let by_email = by_email.inspect_err(|_| refused(Limit::OrdersPerAddress))?;
            let by_address = self.limiter.by_address.take("", self.from);
            *taken = Some(by_email.and(by_address.inspect_err(|_| refused(Limit::OrdersPerNetwork)))?);
        }
        Ok(())
    }

    /// What came of it: where nothing was ordered, nothing stays counted.
    pub(crate) fn settle(self, is_ordered: bool) {
        let taken = self.taken.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(taken) = taken.filter(|_| !is_ordered) {
            taken.give_back();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn order(limiter: &OrderLimiter, email: &str, from: &str, is_ordered: bool) -> Result<(), Refusal> {
        let attempt = limiter.attempt(from.parse().ok());
        let counted = attempt.count(&Email::parse(email).unwrap());
        attempt.settle(is_ordered && counted.is_ok());
        counted
    }

    #[test]
    fn orders_are_limited_by_place_and_there_by_address_of_mail() {
        let [here, there] = ["192.0.2.1", "192.0.2.2"];
        let limiter = OrderLimiter::new(&Limits::default());
        for _ in 0..5 {
            order(&limiter, "ada@example.org", here, true).unwrap();
        }
        let refused = order(&limiter, "ADA@example.org", here, true);
        assert_eq!(refused, Err(Refusal::TooManyTries { seconds: 120 }));
        order(&limiter, "ada@example.org", there, true).expect("nobody can use up what is another's");
        for n in 0..195 {
            order(&limiter, &format!("{n}@example.org"), here, true).unwrap();
        }
        assert_eq!(order(&limiter, "bob@example.org", here, true), Err(Refusal::TooManyTries { seconds: 2 }));
        order(&limiter, "bob@example.org", there, true).expect("another place is another matter");
    }

    #[test]
    fn what_was_not_ordered_counts_nothing_and_what_is_tried_again_counts_once() {
        let limiter = OrderLimiter::new(&Limits::default());
        for _ in 0..100 {
            order(&limiter, "ada@example.org", "192.0.2.1", false).unwrap();
        }
        let attempt = limiter.attempt(None);
        for _ in 0..100 {
            attempt.count(&Email::parse("ada@example.org").unwrap()).unwrap();
        }
        attempt.settle(true);
        for _ in 0..4 {
            order(&limiter, "ada@example.org", "", true).unwrap();
        }
        order(&limiter, "ada@example.org", "", true).unwrap_err();
    }
}

#[cfg(all(test, shuttle))]
mod models {
    use shuttle::thread;

    use super::*;
    use crate::explore::explore;

    #[test]
    fn an_order_that_is_tried_twice_at_once_counts_once() {
        explore(|| {
            let limiter = OrderLimiter::new(&Limits::default());
            let email = Email::parse("ada@example.org").unwrap();
            let attempt = limiter.attempt(None);
            let tries: Vec<_> = (0..2)
                .map(|_| {
                    let (attempt, email) = (attempt.clone(), email.clone());
                    thread::spawn(move || attempt.count(&email))
                })
                .collect();
            tries.into_iter().for_each(|thread| thread.join().unwrap().unwrap());
            attempt.settle(true);
            // There are five at once.
            for left in (0..5).rev() {
                assert_eq!(limiter.attempt(None).count(&email).is_ok(), left > 0);
            }
        });
    }
}
