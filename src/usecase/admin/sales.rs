//! Sales by day, and beside those of as many days before.

use std::collections::BTreeMap;

use time::{Date, Duration, OffsetDateTime};

use crate::domain::{Currency, Money, Refusal};
use crate::dto::{Day, SalesView};

/// What was sold in a quarter of an hour: every time zone's days begin with one.
#[derive(Debug, Clone)]
pub struct SalesQuarter {
    pub begins: OffsetDateTime,
    pub orders: u32,
    pub sales: Money,
}

/// The days up to today, and as many before; `day` says on which one a time is.
pub(super) fn compare(
    sold: &[SalesQuarter],
    today: Date,
    days: u16,
    currency: Currency,
    day: impl Fn(OffsetDateTime) -> Date,
) -> Result<SalesView, Refusal> {
    let mut by_day = BTreeMap::<Date, (u32, Money)>::new();
    for quarter in sold {
        let (orders, sales) = by_day.entry(day(quarter.begins)).or_insert((0, Money::zero(currency)));
        *orders = orders.saturating_add(quarter.orders);
        *sales = sales.plus(quarter.sales)?;
    }
    let one = |back: u16| {
        let date = today.saturating_sub(Duration::days(back.into()));
        let (orders, sales) = by_day.get(&date).copied().unwrap_or((0, Money::zero(currency)));
        Day { date, orders, sales }
    };
    let now: Vec<_> = (0..days).rev().map(one).collect();
    let before: Vec<_> = (days..days.saturating_mul(2)).rev().map(one).collect();
    let sum = |days: &[Day]| Money::sum(currency, days.iter().map(|day| day.sales));
    let count = |days: &[Day]| days.iter().fold(0_u32, |sum, day| sum.saturating_add(day.orders));
    Ok(SalesView {
        sales: sum(&now)?,
        sales_before: sum(&before)?,
        orders: count(&now),
        orders_before: count(&before),
        days: now,
        before,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::{date, datetime, offset};

    #[test]
    fn what_is_sold_counts_on_the_day_of_the_shops_clocks() {
        let usd = |text: &str| Money::parse(text, Currency::USD).unwrap();
        let quarter = |begins, orders, sales: &str| SalesQuarter { begins, orders, sales: usd(sales) };
        let sold = [
            quarter(datetime!(2026-11-27 23:15 UTC), 1, "5.00"),
            quarter(datetime!(2026-11-28 01:00 UTC), 2, "7.00"),
            quarter(datetime!(2026-11-26 12:00 UTC), 1, "1.00"),
        ];
        let day = |at: OffsetDateTime| at.to_offset(offset!(+1)).date();
        let view = compare(&sold, date!(2026 - 11 - 28), 2, Currency::USD, day).unwrap();
        assert_eq!(
            view.days.iter().map(|day| (day.date, day.orders)).collect::<Vec<_>>(),
            [(date!(2026 - 11 - 27), 0), (date!(2026 - 11 - 28), 3)]
        );
        assert_eq!((view.sales, view.sales_before, view.orders_before), (usd("12.00"), usd("1.00"), 1));
        assert_eq!(view.before.last().map(|day| day.date), Some(date!(2026 - 11 - 26)));
    }
}
