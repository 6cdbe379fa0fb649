//! Which days the first page tells of: a few that are looked for most, as links, and any two.

use leptos::prelude::*;
use shop::dto::{HomeQuery, SalesView, words};
use time::{Date, Duration};

use super::parts::{ListView, ListViews};
use crate::ui::Written;

/// What is looked for most.
const USUAL: [u16; 4] = [7, 30, 90, 365];

/// `The last 30 days`, or from which day to which where they do not end today.
pub fn range_words(sales: &SalesView) -> String {
    let ends = sales.days.first().zip(sales.days.last()).map(|(first, last)| (first.date, last.date));
    match (ends, sales.days.len()) {
        (Some((_, last)), 1) => words::day(last),
        (Some((first, last)), _) if last != sales.today => format!("{} to {}", words::day(first), words::day(last)),
        (_, days) => format!("The last {days} days"),
    }
}

/// `the 30 days before`
pub fn before_words(days: usize) -> String {
    if days == 1 { "the day before".to_owned() } else { format!("the {days} days before") }
}

fn back(today: Date, days: u16) -> Date {
    today.saturating_sub(Duration::days(i64::from(days) - 1))
}

#[component]
pub fn HomeRange(today: Date, first: Date, last: Date) -> impl IntoView {
    let usual = |days: u16| {
        let to = HomeQuery { from: Some(back(today, days)), to: None };
        ListView::new(format!("{days} days"), to.href(), first == back(today, days) && last == today)
    };
    let views = USUAL.into_iter().map(usual).collect();
    view! {
        <ListViews label="Days to look at" views />
        <form class="desk-filters" method="get" action=HomeQuery::PATH aria-label="From one day to another">
            <div class="field">
                <label for="home-from">"From"</label>
                <input id="home-from" name="from" type="date" max=today.to_string() value=first.to_string() />
            </div>
            <div class="field">
                <label for="home-to">"To"</label>
                <input id="home-to" name="to" type="date" max=today.to_string() value=last.to_string() />
            </div>
            <button class="button-quiet" type="submit">
                "Show these days"
            </button>
        </form>
    }
    .written()
}

#[cfg(test)]
mod tests {
    use super::*;
    use shop::domain::{Currency, Money};
    use shop::dto::{Day, VisitSum};
    use time::macros::date;

    #[test]
    fn days_are_named_by_their_number_and_others_by_where_they_end() {
        let zero = Money::zero(Currency::USD);
        let sales = |first: Date, last: Date| {
            let days = (0..=(last - first).whole_days()).map(|after| first + Duration::days(after));
            SalesView {
                today: date!(2026 - 11 - 28),
                days: days.map(|date| Day { date, orders: 0, sales: zero, visitors: None }).collect(),
                before: Vec::new(),
                sales: zero,
                sales_before: zero,
                orders: 0,
                orders_before: 0,
                visits: VisitSum::default(),
                visits_before: VisitSum::default(),
                best: None,
            }
        };
        for (first, last, words) in [
            (date!(2026 - 11 - 22), date!(2026 - 11 - 28), "The last 7 days"),
            (date!(2026 - 11 - 01), date!(2026 - 11 - 10), "1 November 2026 to 10 November 2026"),
            (date!(2026 - 11 - 28), date!(2026 - 11 - 28), "28 November 2026"),
        ] {
            assert_eq!(range_words(&sales(first, last)), words);
        }
        assert_eq!((before_words(1), before_words(90)), ("the day before".into(), "the 90 days before".into()));
    }
}
