//! The event stream of one order: its mark, at once and whenever it changes. Its owner's only, and of who brings its token; for others there is no
//! such order. Whether it has changed is asked for all streams of a process at once (`open_orders`).

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State as FromState;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::Stream;
use futures::stream::unfold;
use http::header::CACHE_CONTROL;
use http::{HeaderName, HeaderValue};
use session::note_unowned;
use shop::domain::OrderId;
use shop::infrastructure::LiveShop;
use shop::usecase::{Error, OrderAccess};
use tokio::sync::OwnedSemaphorePermit;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;

use super::State;
use super::asked_order::AskedOrder;
use super::open_orders::OpenOrder;
use super::unopened::{not_now, unopened};

/// With the age of what was seen, a change is told within half a second.
const POLL: Duration = Duration::from_millis(250);
/// Browsers come back by themselves; until then a reload shows the same.
const LIFETIME: Duration = Duration::from_secs(60);

pub async fn order_events(FromState(state): FromState<State>, asked: AskedOrder) -> Response {
    let AskedOrder { order, access } = asked;
    let shop = state.site.shop.clone();
    let found = shop.order(access.clone(), order).await;
    let mark = match note_unowned(access.owner, "an order", found) {
        Ok(view) => view.mark(),
        Err(error) => return unopened(error, "an order's event stream"),
    };
    let Ok(place) = state.streams.clone().try_acquire_owned() else { return not_now() };
    let (open, end) = (state.open_orders.open(order), Instant::now() + LIFETIME);
    let watch = Watch {
        shop,
        access,
        order,
        open,
        seen: None,
        sent: None,
        next: Some(mark),
        end,
        stop: state.stop,
        _place: place,
    };
    streamed(watch.marks())
}

/// Events as they come, and a sign of life every 15 seconds.
pub(super) fn streamed(events: impl Stream<Item = Result<Event, Infallible>> + Send + 'static) -> Response {
    let stream = Sse::new(events).keep_alive(KeepAlive::new().interval(Duration::from_secs(15)));
    let mut response = stream.into_response();
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // nginx would hold events back until it has a bufferful.
    response.headers_mut().insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    response
}

struct Watch {
    shop: LiveShop,
    access: OrderAccess,
    order: OrderId,
    open: OpenOrder,
    /// The revision that it was last read at; none: whatever it is, it is read once more.
    seen: Option<String>,
    sent: Option<String>,
    next: Option<String>,
    end: Instant,
    stop: CancellationToken,
    _place: OwnedSemaphorePermit,
}

impl Watch {
    fn marks(self) -> impl Stream<Item = Result<Event, Infallible>> {
        unfold(self, |mut watch| async move {
            let mark = watch.changed().await?;
            watch.sent = Some(mark.clone());
            Some((Ok(Event::default().data(mark)), watch))
        })
    }

    /// The next mark that was not sent yet; none when the stream is over.
    async fn changed(&mut self) -> Option<String> {
        loop {
            if let Some(mark) = self.next.take().filter(|mark| self.sent.as_ref() != Some(mark)) {
                return Some(mark);
            }
            tokio::select! {
                () = self.stop.cancelled() => return None,
                () = sleep(POLL) => {}
            }
            if Instant::now() >= self.end {
                return None;
            }
            // Where the database does not answer, one after the other waits for it: nobody past their end, nor past that of the process.
            let revision = tokio::select! {
                () = self.stop.cancelled() => return None,
                () = sleep_until(self.end) => return None,
                revision = self.open.revision(&self.shop) => revision,
            };
            // It may answer again; the stream's end is near enough.
            let Ok(Some(revision)) = revision else { continue };
            if self.seen.as_ref() == Some(&revision) {
                continue;
            }
            match self.shop.order(self.access.clone(), self.order).await {
                Ok(view) => {
                    self.seen = Some(revision);
                    self.next = Some(view.mark());
                }
                Err(Error::Refused(_)) => return None,
                Err(_) => {}
            }
        }
    }
}
