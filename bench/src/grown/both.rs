//! What one thing costs in a small shop and in a large one.

use serde::Serialize;

use crate::figures::is_within;
use crate::limits::GrownLimit;

/// What one page costs, in milliseconds.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Sample {
    pub cpu: f64,
    /// By the clock: 99 of 100 are there by then.
    pub p99: f64,
}

/// A kind of page in both shops.
#[derive(Debug, Clone, Serialize)]
pub struct Grown {
    /// As `bench/limits.toml` spells it.
    pub name: &'static str,
    pub small: Sample,
    pub large: Sample,
    /// How many times the CPU it takes in the large shop.
    pub ratio: f64,
    pub limit: GrownLimit,
}

impl Grown {
    /// What is worse than its limit, in words.
    pub fn breaches(&self) -> Vec<String> {
        let name = self.name;
        let ratio = self.limit.ratio.filter(|limit| !is_within(self.ratio, *limit)).map(|limit| {
            format!("{name}: {:.2} times as much in a large shop as in a small one, allowed are {limit}", self.ratio)
        });
        let p99 = self.limit.p99_ms.filter(|limit| !is_within(self.large.p99, *limit)).map(|limit| {
            format!("{name}: 99 of 100 within {:.1} ms in a large shop, allowed are {limit}", self.large.p99)
        });
        ratio.into_iter().chain(p99).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_that_grows_with_the_shop_is_told_by_its_cpu_and_by_the_clock() {
        let sample = |cpu, p99| Sample { cpu, p99 };
        let (small, large) = (sample(1.0, 2.0), sample(4.0, 60.0));
        let limit = GrownLimit { ratio: Some(3.0), p99_ms: Some(50.0) };
        let grown = Grown { name: "listing", small, large, ratio: 4.0, limit };
        assert_eq!(
            grown.breaches(),
            [
                "listing: 4.00 times as much in a large shop as in a small one, allowed are 3",
                "listing: 99 of 100 within 60.0 ms in a large shop, allowed are 50",
            ]
        );
        let fine = Grown { ratio: 2.9, large: sample(2.9, 49.9), ..grown.clone() };
        assert!(fine.breaches().is_empty());
        let nothing = Grown { ratio: f64::NAN, large: sample(1.0, f64::NAN), ..grown.clone() };
        assert_eq!(nothing.breaches().len(), 2, "what was not measured is within no limit");
        assert!(Grown { limit: GrownLimit::default(), ..grown }.breaches().is_empty());
    }
}
