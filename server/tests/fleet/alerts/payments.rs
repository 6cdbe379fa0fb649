//! A payment provider that is gone: what was begun there has no end.

use crate::members::Fleet;
use crate::program::free_port;
use crate::prometheus::{Prometheus, TIMES};
use crate::{brokers, open_shop, turn};

#[tokio::test(flavor = "multi_thread")]
async fn alerts_of_a_payment_provider_that_is_gone_fire() {
    let _turn = turn().await;
    let database = open_shop().await;
    let ada = database.customer("Ada").await;
    let order = database.place_reserved(ada, &[("MUG", "1")]).await;
    database.shop.begin_payment(ada, order).await.unwrap();
    database.execute("update payments set provider = 'stripe'").await;
    let more = [
        ("PAYMENT_PROVIDER", "stripe".to_owned()),
        ("STRIPE_SECRET_KEY", "sk_test_1".to_owned()),
        ("STRIPE_WEBHOOK_SECRET", "whsec_1".to_owned()),
        ("STRIPE_API_BASE", format!("http://127.0.0.1:{}", free_port())),
    ];
    let fleet = Fleet::start_with(&database, &brokers(), (1, 1), &more, None).await;
    let prometheus = Prometheus::watching(&fleet, TIMES).await;
    prometheus.has_none_of(&["ShopPaymentsOpen"]).await;
    // Asked about it all the while, the provider says nothing: three hours pass.
    database.execute("update payments set created_at = created_at - interval '3 hours'").await;
    prometheus.fires("ShopPaymentsOpen", &[]).await;
    fleet.stop().await;
    database.execute("update payments set provider = 'sandbox'").await;
    database.done().await;
}
