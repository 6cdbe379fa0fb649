//! Figures as people read them.

use rust_decimal::Decimal;
use time::Date;

/// `1,234.50`, always with the currency's decimals.
pub fn amount(amount: Decimal, decimals: u32) -> String {
    grouped(&plain(amount, decimals))
}

/// `1234.50`, as XML wants it.
pub fn plain(mut amount: Decimal, decimals: u32) -> String {
    amount.rescale(decimals);
    amount.to_string()
}

/// `19 %`, `8.875 %`; the space does not break.
pub fn percent(rate: Decimal) -> String {
    format!("{}\u{a0}%", rate.normalize())
}

/// `28 November 2026`.
pub fn date(date: Date) -> String {
    format!("{} {} {}", date.day(), date.month(), date.year())
}

pub fn grouped(amount: &str) -> String {
    let whole = amount.find('.').unwrap_or(amount.len());
    let comma_before = |place: usize| place > 0 && place < whole && (whole - place).is_multiple_of(3);
    amount.char_indices().flat_map(|(place, c)| comma_before(place).then_some(',').into_iter().chain([c])).collect()
}
