//! The newest orders, as all streams of a process see them: it looks once a second, and only while somebody asks.

use std::sync::Arc;
use std::time::Duration;

use shop::domain::{May, permit};
use shop::infrastructure::LiveShop;
use shop::usecase::Result;

use super::recent::Recent;

/// How old what was seen may be.
const PAUSE: Duration = Duration::from_secs(1);

/// What was seen last.
#[derive(Debug, Clone, Default)]
pub struct NewestOrders(Recent<[i64]>);

impl NewestOrders {
    /// The numbers of the newest orders, as of a second ago at most. Whoever comes while somebody looks waits for that.
    pub async fn newest(&self, shop: &LiveShop, by: May<permit::Orders>) -> Result<Arc<[i64]>> {
        self.0.get(PAUSE, async { shop.newest_orders(by).await.map(Arc::from) }).await
    }
}
