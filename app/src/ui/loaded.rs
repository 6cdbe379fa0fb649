//! A page's body: one read, then what is made of it, or why there is nothing.

use std::future::Future;

use leptos::prelude::*;

use super::{Trouble, written};
use crate::ShopError;

/// Awaits the read within the response, so that the page is whole and its status right before the first byte leaves.
pub fn loaded<T, V>(
    read: impl Future<Output = Result<T, ShopError>> + Send + 'static,
    show: impl FnOnce(T) -> V + Send + 'static,
) -> impl IntoView
where
    T: Send + 'static,
    V: IntoView + Send + 'static,
{
    Suspend::new(async move {
        match read.await {
            Ok(view) => written(show(view)),
            Err(error) => written(view! { <Trouble error /> }),
        }
    })
}
