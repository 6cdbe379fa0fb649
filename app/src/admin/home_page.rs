//! `/admin`: what is to be done now, and how the shop does.

use leptos::prelude::*;
use shop::domain::{Money, Permission};
use shop::dto::{HomeTasks, SalesView, StaffHome, VisitSum, words};

use super::best_products::BestProducts;
use super::home_api::load_home;
use super::home_range::{HomeRange, before_words, range_words};
use super::order_news::OrderNews;
use super::parts::{DeskHead, counted, grouped};
use super::plot::{Plot, Series};
use super::setup_steps::Setup;
use crate::ui::{Location, Written, loaded, may};

#[component]
pub fn StaffHomePage() -> impl IntoView {
    let search = Location::query();
    loaded(load_home(search), |home| view! { <Home home /> })
}

#[component]
fn Home(home: StaffHome) -> impl IntoView {
    let newest = home.tasks.newest_order;
    view! {
        <DeskHead title="Today">{may(Permission::Orders).then(|| view! { <OrderNews newest /> })}</DeskHead>
        {home.setup.map(|steps| view! { <Setup steps /> })}
        <Tasks tasks=home.tasks />
        {home.sales.map(|sales| view! { <Sales sales /> })}
    }
    .written()
}

#[component]
fn Tasks(tasks: HomeTasks) -> impl IntoView {
    let all = [
        (tasks.to_pack, "to pack", "to pack", "/admin/orders?status=paid&packing=to_pack", false),
        (tasks.to_send, "packed, to be sent", "packed, to be sent", "/admin/orders?packing=packed", false),
        (tasks.returns_asked, "return asked for", "returns asked for", "/admin/orders?returns=asked", false),
        (tasks.reviews_pending, "review to be read", "reviews to be read", "/admin/reviews", false),
        (tasks.unpaid, "unpaid order", "unpaid orders", "/admin/orders?status=pending", false),
        (tasks.low_stock, "variant low in stock", "variants low in stock", "/admin/stock?low=yes", false),
        (tasks.refunds_failed, "refund failed", "refunds failed", "/admin/orders?payment=refund_failed", true),
        (
            tasks.refunds_waiting,
            "refund waiting for more than a day",
            "refunds waiting for more than a day",
            "/admin/orders?payment=refund_waiting",
            true,
        ),
        (
            tasks.refunds_by_hand,
            "refund to be given back by you",
            "refunds to be given back by you",
            "/admin/orders?payment=refund_by_hand",
            true,
        ),
        (
            tasks.disputes,
            "payment disputed with the bank",
            "payments disputed with the bank",
            "/admin/orders?payment=disputed",
            true,
        ),
        (
            tasks.refunds_aside,
            "refund set aside, to be looked into",
            "refunds set aside, to be looked into",
            "/admin/orders?payment=refund_aside",
            true,
        ),
        (tasks.mail_failed, "mail not delivered", "mails not delivered", "/admin/mail", true),
        (tasks.dead_letters, "dead letter", "dead letters", "/admin/events", true),
        (tasks.events_held, "event held back", "events held back", "/admin/events", true),
        (tasks.webhooks_disabled, "webhook disabled", "webhooks disabled", "/admin/webhooks", true),
    ];
    let open: Vec<_> = all.into_iter().filter(|(count, ..)| *count > 0).collect();
    let nothing = open.is_empty();
    let task = |(count, one, many, to, alarm): (u32, &'static str, &'static str, &'static str, bool)| {
        let number = if count > 1_000 { "1,000+".to_owned() } else { grouped(count) };
        view! {
            <li class=alarm.then_some("desk-alarm")>
                <a href=to>
                    <strong>{number}</strong>
                    " "
                    <span>{if count == 1 { one } else { many }}</span>
                </a>
            </li>
        }
    };
    view! {
        <section aria-labelledby="tasks-title">
            <h2 id="tasks-title" class="visually-hidden">
                "To do"
            </h2>
            {nothing.then(|| view! { <p class="desk-next">"Nothing waits for you."</p> })}
            <ul class="desk-tasks">{open.into_iter().map(task).collect_view()}</ul>
        </section>
    }
    .written()
}

#[component]
fn Sales(sales: SalesView) -> impl IntoView {
    let average = |sales: Money, orders: u32| {
        // Of nothing there is no average.
        let units = sales.minor_units().checked_div(orders.into())?;
        Money::from_minor_units(units, sales.currency()).ok()
    };
    let (now, then) = (average(sales.sales, sales.orders), average(sales.sales_before, sales.orders_before));
    let none = || "–".to_owned();
    let told = |money: Option<Money>| money.map_or_else(none, |money| money.to_string());
    let figures = [
        ("Sales", sales.sales.to_string(), sales.sales_before.to_string()),
        ("Orders", grouped(sales.orders), grouped(sales.orders_before)),
        ("Average order", told(now), told(then)),
        ("Visitors", visitors(sales.visits), visitors(sales.visits_before)),
        ("Visitors who bought", buyers(sales.visits), buyers(sales.visits_before)),
    ];
    let (title, before) = (range_words(&sales), before_words(sales.days.len()));
    let ends = sales.days.first().zip(sales.days.last()).map(|(first, last)| (first.date, last.date));
    let (today, (first, last)) = (sales.today, ends.unwrap_or((sales.today, sales.today)));
    let figure = |(name, now, then): (&'static str, String, String)| {
        view! {
            <div>
                <dt>{name}</dt>
                <dd>
                    <strong>{now}</strong>
                    <span class="desk-more">{format!("{then} in {before}")}</span>
                </dd>
            </div>
        }
    };
    let labels: Vec<_> = sales.days.iter().map(|day| words::day(day.date)).collect();
    let series = |money: fn(&shop::dto::Day) -> (u64, String)| Series {
        labels: labels.clone(),
        now: sales.days.iter().map(money).collect(),
        before: sales.before.iter().map(money).collect(),
    };
    let (by_sales, by_orders) = (
        series(|day| (day.sales.minor_units(), day.sales.to_string())),
        series(|day| (day.orders.into(), counted(day.orders, "order", "orders"))),
    );
    view! {
        <section class="desk-panel" aria-labelledby="sales-title">
            <h2 id="sales-title">{title}</h2>
            <HomeRange today first last />
            <dl class="desk-figures">{figures.into_iter().map(figure).collect_view()}</dl>
            <div class="desk-plots">
                <Plot title="Sales a day" series=by_sales />
                <Plot title="Orders a day" series=by_orders />
            </div>
            <BestProducts best=sales.best.clone() before=before.clone() />
            <p class="desk-quiet">
                "Orders that were paid, by the day they were placed. What was given back is not taken off."
            </p>
            <p class="desk-quiet">{about_visitors(sales.visits, sales.days.len())}</p>
        </section>
    }
    .written()
}

fn visitors(sum: VisitSum) -> String {
    if sum.days == 0 { "–".to_owned() } else { grouped(sum.visitors) }
}

/// `3.4%`
fn buyers(sum: VisitSum) -> String {
    let share = |thousandth: u64| format!("{}.{}%", thousandth / 10, thousandth % 10);
    sum.buyers_of_a_thousand().map_or_else(|| "–".to_owned(), share)
}

/// What is counted, so that nobody takes an estimate for more.
fn about_visitors(sum: VisitSum, days: usize) -> String {
    let on = match usize::try_from(sum.days).unwrap_or(days) {
        0 => "Visitors were not counted yet. ".to_owned(),
        counted if counted < days => {
            format!(
                "Visitors were counted on {counted} of these {days} days, and beside them stand the orders of those days. "
            )
        }
        _ => String::new(),
    };
    format!(
        "{on}Visitors are about as many as there were, day by day: a browser at an address counts once a day, without a cookie, \
         and nothing of it is kept but the number. Who comes on two days counts twice, several with the same browser behind one \
         address once. Robots that say what they are and the back office are left out."
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_was_not_counted_is_not_told_of_as_nobody() {
        let sum = |days, visitors, orders| VisitSum { days, visitors, orders };
        assert_eq!((visitors(sum(0, 0, 0)), buyers(sum(0, 0, 0))), ("–".into(), "–".into()));
        assert_eq!((visitors(sum(2, 0, 0)), buyers(sum(2, 0, 0))), ("0".into(), "–".into()));
        assert_eq!((visitors(sum(30, 1_234, 42)), buyers(sum(30, 1_234, 42))), ("1,234".into(), "3.4%".into()));
        assert!(about_visitors(sum(0, 0, 0), 30).starts_with("Visitors were not counted yet."));
        assert!(about_visitors(sum(3, 9, 1), 30).starts_with("Visitors were counted on 3 of these 30 days"));
        assert!(about_visitors(sum(30, 9, 1), 30).starts_with("Visitors are about as many"));
    }
}
