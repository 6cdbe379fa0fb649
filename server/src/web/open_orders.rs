//! The orders whose pages are open, as all streams of a process see them: it asks the database for all of them at once, a few times
//! a second, and only while there are any. An order itself is read where it has changed, by whoever may.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use shop::domain::OrderId;
use shop::infrastructure::LiveShop;
use shop::usecase::Result;

use super::recent::Recent;

/// How old what was seen may be.
const PAUSE: Duration = Duration::from_millis(200);

/// Cheap to clone.
#[derive(Clone, Default)]
pub struct OpenOrders(Arc<Inner>);

#[derive(Default)]
struct Inner {
    /// With how many streams each has.
    open: Mutex<BTreeMap<OrderId, usize>>,
    /// What was seen of them last.
    revisions: Recent<BTreeMap<OrderId, String>>,
}

/// One of them, for as long as its stream is there.
pub struct OpenOrder {
    order: OrderId,
    all: OpenOrders,
}

impl OpenOrders {
    pub fn open(&self, order: OrderId) -> OpenOrder {
        *self.lock().entry(order).or_default() += 1;
        OpenOrder { order, all: self.clone() }
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<OrderId, usize>> {
        self.0.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl OpenOrder {
    /// Its revision as of a moment ago, which is another once its page would look different; none: nobody has looked since its
    /// stream began. Whoever comes while somebody looks waits for that.
    pub async fn revision(&self, shop: &LiveShop) -> Result<Option<String>> {
        let look = async {
            let open: Vec<_> = self.all.lock().keys().copied().collect();
            shop.order_revisions(&open).await.map(Arc::new)
        };
        let seen = self.all.0.revisions.get(PAUSE, look).await?;
        Ok(seen.get(&self.order).cloned())
    }
}

impl Drop for OpenOrder {
    fn drop(&mut self) {
        let mut open = self.all.lock();
        let streams = open.remove(&self.order).unwrap_or_default();
        if streams > 1 {
            open.insert(self.order, streams - 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_is_open_until_its_last_stream_is_gone() {
        let orders = OpenOrders::default();
        let [one, other] = [1, 2].map(|n| OrderId(uuid::Uuid::from_u128(n)));
        let (first, second, third) = (orders.open(one), orders.open(one), orders.open(other));
        drop(first);
        assert_eq!(
            orders.lock().iter().map(|(id, streams)| (*id, *streams)).collect::<Vec<_>>(),
            [(one, 1), (other, 1)]
        );
        drop(second);
        drop(third);
        assert!(orders.lock().is_empty());
    }
}
