//! Pauses between attempts: they grow, never end, and differ by chance, so that those who failed together do not come
//! back together.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};

/// The pauses after the first failure, the second and so on. Start anew once something went well.
pub struct Backoff {
    pauses: ExponentialBackoff,
    longest: Duration,
}

/// The first pause is `first`, each next one twice as long until they are `longest`; by chance each is up to as much
/// again.
pub fn backoff(first: Duration, longest: Duration) -> Backoff {
    let pauses =
        ExponentialBuilder::new().with_min_delay(first).with_max_delay(longest).without_max_times().with_jitter();
    Backoff { pauses: pauses.build(), longest }
}

impl Backoff {
    pub fn next_pause(&mut self) -> Duration {
        self.pauses.next().unwrap_or(self.longest)
    }

    /// The pause after so many failures.
    pub fn after(mut self, failures: u32) -> Duration {
        // Long before the thirtieth they are all as long as can be.
        for _ in 1..failures.min(30) {
            self.next_pause();
        }
        self.next_pause()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn pauses_grow_to_the_longest_and_no_further() {
        let within = |failures, from: u64, to: u64| {
            let pause = backoff(Duration::from_millis(200), Duration::from_secs(150)).after(failures);
            assert!(
                (Duration::from_millis(from)..=Duration::from_millis(to)).contains(&pause),
                "{failures}: {pause:?}"
            );
        };
        within(0, 200, 400);
        within(1, 200, 400);
        within(2, 400, 800);
        within(5, 3_200, 6_400);
        within(20, 150_000, 300_000);
        within(u32::MAX, 150_000, 300_000);
        let mut pauses = backoff(Duration::from_millis(100), Duration::from_secs(5));
        let first: Vec<_> = (0..200).map(|_| pauses.next_pause()).collect();
        assert!(first.iter().skip(6).all(|p| (5_000..=10_000).contains(&p.as_millis())), "{first:?}");
        let longest: BTreeSet<_> = first.iter().skip(6).collect();
        assert!(longest.len() > 1, "nobody differs from anybody: {first:?}");
    }
}
