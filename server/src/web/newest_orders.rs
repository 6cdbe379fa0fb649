//! The newest orders, as all streams of a process see them: it looks once a second, and only while somebody asks.

use std::sync::Arc;
use std::time::Duration;

use shop::domain::{May, permit};
use shop::infrastructure::LiveShop;
use shop::usecase::Result;
use tokio::sync::Mutex;
use tokio::time::Instant;

/// How old what was seen may be.
const PAUSE: Duration = Duration::from_secs(1);

/// What was seen last.
#[derive(Debug, Clone, Default)]
pub struct NewestOrders(Arc<Mutex<Option<Look>>>);

#[derive(Debug)]
struct Look {
    at: Instant,
    newest: Arc<[i64]>,
}

impl NewestOrders {
    /// The numbers of the newest orders, as of a second ago at most. Whoever comes while somebody looks waits for that.
    pub async fn newest(&self, shop: &LiveShop, by: May<permit::Orders>) -> Result<Arc<[i64]>> {
        let mut last = self.0.lock().await;
        if let Some(look) = last.as_ref().filter(|look| look.at.elapsed() < PAUSE) {
            return Ok(Arc::clone(&look.newest));
        }
        let newest: Arc<[i64]> = shop.newest_orders(by).await?.into();
        *last = Some(Look { at: Instant::now(), newest: Arc::clone(&newest) });
        Ok(newest)
    }
}
