//! A page's body: one read, then what is made of it, or why there is nothing.

use std::future::Future;

use leptos::prelude::*;

use super::Trouble;
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
        // Erased here, so that the type of a page does not grow with all that stands on it.
        match read.await {
            Ok(view) => show(view).into_any(),
            Err(error) => view! { <Trouble error /> }.into_any(),
        }
    })
}
