//! Keeps every page to its own request.
//!
//! Leptos finds the request it renders for (its context: head tags, status, nonce) through a variable of the thread. A
//! page that waits for the database wakes up on whatever thread is free, and what is rendered there after the wait finds
//! no request, or another one's: tags of a page then stand in the head of somebody else's. So the request's owner is put
//! in place each time the page is polled, and taken away again.

use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};

use app::ssr::provide;
use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::request::Parts;
use leptos::reactive::owner::{Owner, WeakOwner, with_context};
use session::Site;

/// Where a request's owner is noted once there is one; weakly, since the owner holds the request that holds this.
#[derive(Clone, Default)]
struct Noted(Arc<OnceLock<WeakOwner>>);

/// Around everything that Leptos renders.
pub async fn with_own_owner(mut request: Request, next: Next) -> Response {
    let noted = Noted::default();
    request.extensions_mut().insert(noted.clone());
    Owned { noted, work: pin!(next.run(request)) }.await
}

/// Gives a request its context, before anything is rendered.
pub fn in_context(site: &Site) {
    remember_owner();
    provide(site);
}

fn remember_owner() {
    let noted = with_context::<Parts, _>(|parts| parts.extensions.get::<Noted>().cloned()).flatten();
    if let (Some(noted), Some(owner)) = (noted, Owner::current()) {
        // It is the first for this request, so nothing is there yet.
        let _ = noted.0.set(owner.downgrade());
    }
}

struct Owned<F> {
    noted: Noted,
    work: F,
}

impl<F: Future + Unpin> Future for Owned<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let noted = self.noted.clone();
        let work = Pin::new(&mut self.work);
        match noted.0.get().and_then(WeakOwner::upgrade) {
            Some(owner) => owner.with(|| work.poll(context)),
            None => work.poll(context),
        }
    }
}
