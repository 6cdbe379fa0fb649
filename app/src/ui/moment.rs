//! Times on pages, in the shop's time zone. Written on the server alone; what the browser holds of the zone is this text.

use std::sync::Arc;

use leptos::prelude::*;
use shop::dto::{LocalTime, words};
use time::OffsetDateTime;

/// The shop's time zone, given by the server with every request.
#[derive(Clone)]
pub struct ShopTime(Arc<dyn Fn(OffsetDateTime) -> LocalTime + Send + Sync>);

impl ShopTime {
    pub fn new(local: impl Fn(OffsetDateTime) -> LocalTime + Send + Sync + 'static) -> Self {
        Self(Arc::new(local))
    }
}

/// The time as the shop's clocks show it.
pub fn local_time(at: OffsetDateTime) -> LocalTime {
    use_context::<ShopTime>().map_or_else(|| LocalTime::utc(at), |zone| zone.0(at))
}

/// `22 November 2026, 15:05 CET`, or whatever words are asked for.
#[component]
pub fn Moment(at: OffsetDateTime, #[prop(default = words::moment)] words: fn(&LocalTime) -> String) -> impl IntoView {
    let at = local_time(at);
    view! { <time datetime=at.machine()>{words(&at)}</time> }
}
