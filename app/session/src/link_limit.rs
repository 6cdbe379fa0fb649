//! Rate limit on links to orders: how often they are asked for from one place, by one e-mail address and by all. Nobody can
//! use up what is another's, somewhere else: a mail about one order is sent once in ten minutes whoever asks.
//!
//! Each one counts, whatever comes of it: whether there is such an order must not show.

use std::net::IpAddr;
use std::time::Duration;

use shop::domain::Refusal;

use crate::rate_limit::RateLimiter;

#[derive(Debug, Clone)]
pub struct LinkLimiter {
    by_email: RateLimiter,
    by_address: RateLimiter,
}

impl Default for LinkLimiter {
    /// A mail costs its reader more than a try costs us; behind one address there may be an office.
    fn default() -> Self {
        let by_email = RateLimiter::new(5, Duration::from_secs(120));
        Self { by_email, by_address: RateLimiter::new(20, Duration::from_secs(30)) }
    }
}

impl LinkLimiter {
    /// Counts one.
    ///
    /// # Errors
    /// `TooManyTries`; then it is not counted.
    pub(crate) fn count(&self, email: &str, from: Option<IpAddr>) -> Result<(), Refusal> {
        self.by_email.take(email, from)?.and(self.by_address.take("", from)).map(drop)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_are_limited_by_place_and_there_by_address_of_mail() {
        let [here, there] = ["192.0.2.1", "192.0.2.2"].map(|address| address.parse().ok());
        let limiter = LinkLimiter::default();
        for _ in 0..5 {
            limiter.count("ada@example.org", here).unwrap();
        }
        assert_eq!(limiter.count("ADA@example.org", here), Err(Refusal::TooManyTries { seconds: 120 }));
        limiter.count("ada@example.org", there).expect("nobody can use up what is another's");
        for n in 0..15 {
            limiter.count(&format!("{n}@example.org"), here).unwrap();
        }
        assert_eq!(limiter.count("bob@example.org", here), Err(Refusal::TooManyTries { seconds: 30 }));
        limiter.count("bob@example.org", there).expect("another place is another matter");
    }
}
