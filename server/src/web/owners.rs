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
