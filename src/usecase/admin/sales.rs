//! Sales by day, and beside those of as many days before.

use std::collections::BTreeMap;

use time::{Date, Duration, OffsetDateTime};

use crate::domain::{Currency, Money, Refusal, visitors_of};
use crate::dto::{Day, HomeQuery, SalesView, VisitSum};

/// How many days are compared with as many before, where nobody has said.
const DAYS: u16 = 30;
/// The most that are: a year, and a day where it is a leap year.
const MOST_DAYS: u16 = 366;

/// What was sold in a quarter of an hour: every time zone's days begin with one.
#[derive(Debug, Clone)]
pub struct SalesQuarter {
    pub begins: OffsetDateTime,
    pub orders: u32,
    pub sales: Money,
}

/// The last day that is asked for, and how many up to it.
pub(super) fn days_of(query: &HomeQuery, today: Date) -> (Date, u16) {
    let last = query.to.filter(|to| *to <= today).unwrap_or(today);
    let asked = query.from.map_or(i64::from(DAYS), |from| (last - from).whole_days().saturating_add(1));
    (last, u16::try_from(asked.clamp(1, i64::from(MOST_DAYS))).unwrap_or(DAYS))
}

/// The days up to `last`, and as many before; `day` says on which one a time is. `taken`: the places of visitors.
pub(super) fn compare(
    sold: &[SalesQuarter],
    taken: &[(Date, u32)],
    last: Date,
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
        let date = last.saturating_sub(Duration::days(back.into()));
        let (orders, sales) = by_day.get(&date).copied().unwrap_or((0, Money::zero(currency)));
        let visitors = taken.iter().find(|(day, _)| *day == date).map(|(_, taken)| visitors_of(*taken));
        Day { date, orders, sales, visitors }
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
        visits: visits(&now),
        visits_before: visits(&before),
        today: last,
        best: None,
        days: now,
        before,
    })
}

/// Only of days on which visitors were counted: orders of others would say nothing of them.
fn visits(days: &[Day]) -> VisitSum {
    let counted = days.iter().filter_map(|day| Some((day.visitors?, day.orders)));
    counted.fold(VisitSum::default(), |sum, (visitors, orders)| VisitSum {
        days: sum.days.saturating_add(1),
        visitors: sum.visitors.saturating_add(visitors),
        orders: sum.orders.saturating_add(orders),
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
            quarter(datetime!(2026-11-28 23:00 UTC), 5, "9.00"),
        ];
        let day = |at: OffsetDateTime| at.to_offset(offset!(+1)).date();
        let taken = [(date!(2026 - 11 - 26), 4), (date!(2026 - 11 - 28), 60)];
        let view = compare(&sold, &taken, date!(2026 - 11 - 28), 2, Currency::USD, day).unwrap();
        assert_eq!(
            view.days.iter().map(|day| (day.date, day.orders)).collect::<Vec<_>>(),
            [(date!(2026 - 11 - 27), 0), (date!(2026 - 11 - 28), 3)]
        );
        assert_eq!((view.orders, view.orders_before), (3, 1), "what came after the last day counts in neither half");
        assert_eq!((view.sales, view.sales_before, view.orders_before), (usd("12.00"), usd("1.00"), 1));
        assert_eq!(view.before.last().map(|day| day.date), Some(date!(2026 - 11 - 26)));
        assert_eq!(view.visits, VisitSum { days: 1, visitors: 60, orders: 3 }, "only of days that were counted");
        assert_eq!(view.visits_before, VisitSum { days: 1, visitors: 4, orders: 1 });
    }

    #[test]
    fn what_is_asked_for_is_at_least_a_day_and_at_most_a_year_and_never_in_the_future() {
        let today = date!(2026 - 11 - 28);
        for (from, to, last, days) in [
            (None, None, today, 30),
            (Some(date!(2026 - 11 - 22)), None, today, 7),
            (Some(date!(2026 - 11 - 28)), Some(today), today, 1),
            (None, Some(date!(2026 - 11 - 01)), date!(2026 - 11 - 01), 30),
            (Some(date!(2026 - 10 - 02)), Some(date!(2026 - 10 - 31)), date!(2026 - 10 - 31), 30),
            (Some(date!(2026 - 11 - 28)), Some(date!(2026 - 11 - 01)), date!(2026 - 11 - 01), 1),
            (Some(date!(2026 - 11 - 27)), Some(date!(2030 - 01 - 01)), today, 2),
            (Some(date!(1900 - 01 - 01)), None, today, 366),
        ] {
            assert_eq!(days_of(&HomeQuery { from, to }, today), (last, days), "{from:?} to {to:?}");
        }
    }
}
