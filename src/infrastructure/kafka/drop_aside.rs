//! Letting go of a Kafka client. Dropping one joins threads, talks to the broker, and has been seen to hang, so it
//! happens on a thread of its own, which nobody has to wait for: not the runtime, and not the end of the process.

use std::ops::Deref;
use std::time::Duration;

use tokio::sync::oneshot;
use tokio::time::timeout;

pub(super) struct DropAside<T: Send + 'static>(Option<T>);

impl<T: Send + 'static> DropAside<T> {
    pub(super) const fn new(client: T) -> Self {
        Self(Some(client))
    }

    /// Runs `before_drop` with the client and drops it; waits for that at most `limit`.
    pub(super) async fn drop_within(mut self, limit: Duration, before_drop: impl FnOnce(&T) + Send + 'static) {
        let Some(client) = self.0.take() else { return };
        let (done, finished) = oneshot::channel();
        on_own_thread(move || {
            before_drop(&client);
            drop(client);
            let _ = done.send(());
        });
        if timeout(limit, finished).await.is_err() {
            tracing::warn!("a Kafka client does not let go; it is left behind");
        }
    }
}

impl<T: Send + 'static> Deref for DropAside<T> {
    type Target = T;

    #[expect(clippy::expect_used, reason = "it is taken only by what consumes or drops self")]
    fn deref(&self) -> &T {
        self.0.as_ref().expect("the client is there until it is dropped")
    }
}

impl<T: Send + 'static> Drop for DropAside<T> {
    fn drop(&mut self) {
        if let Some(client) = self.0.take() {
            on_own_thread(move || drop(client));
        }
    }
}

fn on_own_thread(work: impl FnOnce() + Send + 'static) {
    let started = std::thread::Builder::new().name("kafka-drop".to_owned()).spawn(work);
    if let Err(cause) = started {
        tracing::error!(error = %cause, "no thread to let go of a Kafka client");
    }
}
