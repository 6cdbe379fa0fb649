//! `/admin`: what is to be done now, and how the shop does.

use leptos::prelude::*;
use shop::domain::Money;
use shop::dto::{HomeTasks, SalesView, StaffHome, words};

use super::dashboard::load_home;
use super::parts::{DeskHead, counted, grouped};
use super::plot::{Plot, Series};
use crate::ui::loaded;

#[component]
pub fn StaffHomePage() -> impl IntoView {
    loaded(load_home(), |home| view! { <Home home /> })
}

#[component]
fn Home(home: StaffHome) -> impl IntoView {
    view! {
        <DeskHead title="Today" />
        <Tasks tasks=home.tasks />
        {home.sales.map(|sales| view! { <Sales sales /> })}
    }
    .into_any()
}

#[component]
fn Tasks(tasks: HomeTasks) -> impl IntoView {
    let all = [
        (tasks.to_pack, "to pack", "to pack", "/admin/orders?status=paid", false),
        (tasks.returns_asked, "return asked for", "returns asked for", "/admin/orders?returns=asked", false),
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
    .into_any()
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
    ];
    let figure = |(name, now, before): (&'static str, String, String)| {
        view! {
            <div>
                <dt>{name}</dt>
                <dd>
                    <strong>{now}</strong>
                    <span class="desk-more">{format!("{before} in the 30 days before")}</span>
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
            <h2 id="sales-title">"The last 30 days"</h2>
            <dl class="desk-figures">{figures.into_iter().map(figure).collect_view()}</dl>
            <div class="desk-plots">
                <Plot title="Sales a day" series=by_sales />
                <Plot title="Orders a day" series=by_orders />
            </div>
            <p class="desk-quiet">
                "Orders that were paid, by the day they were placed. What was given back is not taken off."
            </p>
        </section>
    }
    .into_any()
}
