//! Keeps every page to its own request.
//!
//! Leptos finds the request it renders for (its context: head tags, status, nonce) through a variable of the thread. A
//! page that waits for the database wakes up on whatever thread is free, and what is rendered there after the wait finds
//! no request, or another one's: tags of a page then stand in the head of somebody else's. So the request's owner is put
//! in place each time the page is polled, and taken away again. Server functions are polled so by Leptos.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use leptos::reactive::owner::Owner;

/// Work for one request, with its owner.
pub(super) struct Owned<F> {
    pub owner: Owner,
    pub work: F,
}

impl<F: Future + Unpin> Future for Owned<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let Self { owner, work } = &mut *self;
        owner.with(|| Pin::new(work).poll(context))
    }
}

#[cfg(test)]
mod tests {
    use std::panic::{AssertUnwindSafe, panic_any};
    use std::sync::Arc;

    use futures::FutureExt as _;
    use leptos::prelude::{provide_context, use_context};
    use tokio::task::yield_now;

    use super::*;

    #[derive(Clone)]
    struct Theirs(Arc<str>);

    fn page(theirs: &Arc<str>, end: fn()) -> impl Future<Output = ()> + Unpin {
        let theirs = Theirs(Arc::clone(theirs));
        let work = Box::pin(async move {
            provide_context(theirs);
            yield_now().await;
            assert_eq!(use_context::<Theirs>().map(|Theirs(who)| who.to_string()).as_deref(), Some("Ada"));
            end();
        });
        Owned { owner: Owner::new(), work }
    }

    #[tokio::test]
    async fn a_page_that_fails_or_is_given_up_leaves_nothing_to_whoever_comes_next_on_its_thread() {
        let ada: Arc<str> = "Ada".into();
        let nothing_is_left = |after: &str| {
            assert!(use_context::<Theirs>().is_none() && Owner::current().is_none(), "{after}");
            assert_eq!(Arc::strong_count(&ada), 1, "{after}");
        };
        page(&ada, || ()).await;
        nothing_is_left("a page");
        assert!(AssertUnwindSafe(page(&ada, || panic_any("broken"))).catch_unwind().await.is_err());
        nothing_is_left("a panic");
        assert!(page(&ada, || ()).now_or_never().is_none(), "it waits");
        nothing_is_left("a timeout");
    }
}
