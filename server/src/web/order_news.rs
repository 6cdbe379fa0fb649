//! How many orders came in since a page of the back office was shown, by server-sent events: at once and whenever there are more.
//! For staff who may see orders; nothing of an order is told but that it is there.
//!
//! It is no `NOTIFY`: in the transactions of orders that would have them wait for each other, and another process's orders are
//! heard of as soon this way.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State as FromState};
use axum::response::sse::Event;
use axum::response::{IntoResponse, Response};
use futures::Stream;
use futures::stream::unfold;
use http::StatusCode;
use serde::Deserialize;
use session::Caller;
use shop::domain::{May, Proof as _, permit};
use shop::infrastructure::LiveShop;
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

use super::State;
use super::newest_orders::NewestOrders;
use super::order_events::streamed;
use super::staff_only::turned_away;
use super::unopened::not_now;

const PAUSE: Duration = Duration::from_secs(1);
/// Browsers come back by themselves, and are asked anew who they are.
const LIFETIME: Duration = Duration::from_secs(60);

/// The number of the newest order that the page knows.
#[derive(Deserialize)]
pub struct Asked {
    after: i64,
}

pub async fn order_news(
    FromState(state): FromState<State>,
    caller: Caller,
    asked: std::result::Result<Query<Asked>, QueryRejection>,
) -> Response {
    let by = match caller.staff().await {
        Ok(by) => by,
        Err(error) => return turned_away(&error, "/admin/orders"),
    };
    let Ok(Query(Asked { after })) = asked else { return StatusCode::BAD_REQUEST.into_response() };
    let Ok(place) = state.staff_streams.clone().try_acquire_owned() else { return not_now() };
    let (shop, end) = (state.site.shop.clone(), Instant::now() + LIFETIME);
    let watch = Watch { shop, by, news: state.newest_orders, after, told: 0, end, stop: state.stop, _place: place };
    streamed(watch.counts())
}

struct Watch {
    shop: LiveShop,
    by: May<permit::Orders>,
    news: NewestOrders,
    after: i64,
    told: usize,
    end: Instant,
    stop: CancellationToken,
    _place: OwnedSemaphorePermit,
}

impl Watch {
    fn counts(self) -> impl Stream<Item = std::result::Result<Event, Infallible>> {
        unfold(self, |mut watch| async move {
            let count = watch.more().await?;
            watch.told = count;
            Some((Ok(Event::default().data(count.to_string())), watch))
        })
    }

    /// How many are new once there are more than were told; none when the stream is over.
    async fn more(&mut self) -> Option<usize> {
        loop {
            let count = tokio::select! {
                () = self.stop.cancelled() => return None,
                count = self.count() => count,
            };
            if let Some(count) = count.filter(|count| *count > self.told) {
                return self.may_still().await.then_some(count);
            }
            tokio::select! {
                () = self.stop.cancelled() => return None,
                () = sleep(PAUSE) => {}
            }
            if Instant::now() >= self.end {
                return None;
            }
        }
    }

    /// None: the database does not answer. It may again; the stream's end is near enough.
    async fn count(&self) -> Option<usize> {
        let newest = self.news.newest(&self.shop, self.by).await.ok()?;
        Some(newest.iter().filter(|number| **number > self.after).count())
    }

    /// Whoever may no more since the stream began is told nothing; without any news it ends within its minute.
    async fn may_still(&self) -> bool {
        let account = self.shop.user(self.by.user()).await.ok().flatten();
        account.is_some_and(|account| May::<permit::Orders>::of(&account.user).is_ok())
    }
}
