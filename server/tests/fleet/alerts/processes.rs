//! A shop of whose processes one is missing, and then the other.

use super::WEB;
use crate::members::Fleet;
use crate::prometheus::{Prometheus, TIMES};
use crate::{brokers, open_shop, turn};

#[tokio::test(flavor = "multi_thread")]
async fn alerts_of_processes_that_are_gone_fire() {
    let _turn = turn().await;
    let database = open_shop().await;
    let mut fleet = Fleet::start(&database, &brokers(), 1, 0).await;
    let prometheus = Prometheus::watching(&fleet, TIMES).await;
    prometheus.fires("ShopWithoutWorker", &[("task", "relay")]).await;
    prometheus.has_none_of(&["ShopDown", "ShopUnwatched"]).await;
    fleet.kill(WEB);
    prometheus.fires("ShopDown", &[("job", "shop")]).await;
    prometheus.fires("ShopUnwatched", &[]).await;
    fleet.begin(WEB);
    prometheus.ends("ShopDown").await;
    prometheus.ends("ShopUnwatched").await;
    fleet.whole().await;
    fleet.stop().await;
    database.done().await;
}
