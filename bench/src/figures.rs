//! What measurements come to: one figure of many, and whether it is within its limit.

use std::time::Instant;

use serde::Serialize;

/// One figure, of which less is better.
#[derive(Debug, Clone, Serialize)]
pub struct Figure {
    /// As `bench/limits.toml` spells it.
    pub name: &'static str,
    pub value: f64,
    pub limit: Option<f64>,
}

pub fn ms_since(began: Instant) -> f64 {
    began.elapsed().as_secs_f64() * 1000.0
}

/// Of nothing it is no number, and within no limit.
pub fn percentile(mut times: Vec<f64>, percent: usize) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get((times.len() * percent / 100).min(times.len().saturating_sub(1))).copied().unwrap_or(f64::NAN)
}

/// Likewise.
pub fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    let middle = figures.len() / 2;
    match (figures.get(middle), figures.len() % 2) {
        (Some(upper), 0) => (figures.get(middle - 1).unwrap_or(upper) + upper) / 2.0,
        (Some(figure), _) => *figure,
        (None, _) => f64::NAN,
    }
}

/// Whether a limit holds. What is no number (nothing was measured, or no processor time by none) breaks every limit: a
/// comparison with it is false either way.
pub fn is_within(value: f64, limit: f64) -> bool {
    value <= limit
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_bad_round_does_not_count() {
        assert!((median(vec![1.0, 90.0, 2.0]) - 2.0).abs() < 1e-9);
        assert!((median(vec![4.0, 1.0, 2.0, 90.0]) - 3.0).abs() < 1e-9);
        assert!(median(Vec::new()).is_nan());
    }

    #[test]
    fn a_percentile_is_one_of_the_figures() {
        let times: Vec<f64> = (1..=200).map(f64::from).collect();
        assert!((percentile(times, 99) - 199.0).abs() < 1e-9);
        assert!((percentile(vec![7.0], 99) - 7.0).abs() < 1e-9);
        assert!(percentile(Vec::new(), 99).is_nan());
    }

    #[test]
    fn a_limit_is_kept_up_to_itself_and_never_by_what_is_no_number() {
        assert!(is_within(3.0, 3.0) && !is_within(3.01, 3.0));
        assert!(!is_within(f64::NAN, 3.0) && !is_within(f64::INFINITY, 3.0));
    }
}
