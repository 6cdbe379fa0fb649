//! How long an order waits for its payment, and what is said when that is over.

use leptos::prelude::*;
use shop::dto::words;
use time::{Duration, OffsetDateTime};

use super::time_left::TimeLeft;
use crate::ui::{PageHead, local_time};

/// `seconds` are left, by the shop's clock.
#[component]
pub fn TimeToPay(expires_at: Option<OffsetDateTime>, seconds: Option<u32>) -> impl IntoView {
    expires_at.zip(seconds).map(|(end, seconds)| {
        let now = end.saturating_sub(Duration::seconds(seconds.into()));
        let end = local_time(end);
        let until = words::until(&end, &local_time(now));
        view! { <TimeLeft seconds until machine=end.machine() /> }
    })
}

/// The order is given up any moment; its page hears of it.
#[component]
pub fn TimeIsOver() -> impl IntoView {
    PageHead::reload_without_scripts(3);
    view! {
        <section class="panel">
            <h2>"The time to pay is over"</h2>
            <p>"We are giving the items back. This page looks again by itself."</p>
        </section>
    }
}
