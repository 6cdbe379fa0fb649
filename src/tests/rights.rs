//! The least that a database account needs to serve the shop: it reads and writes rows, and changes no table. `docs/security.md`
//! tells the owner how to make one.

use std::mem::replace;

use shop::domain::Limit;
use shop::usecase::SandboxOutcome::Approve;
use sqlx::AssertSqlSafe;

use crate::harness::TestShop;
use crate::harness::rules::seller;

#[tokio::test]
async fn a_shop_sells_by_an_account_that_may_change_no_table() {
    let mut shop = TestShop::open().await;
    let owners = shop.url.clone();
    let (server, name) = owners.rsplit_once('/').unwrap();
    let role = format!("serves_{name}");
    let rights = format!(
        "do $$ begin create role {role} login; exception when duplicate_object then null; end $$;
         grant select, insert, update, delete on all tables in schema public to {role};
         grant usage on all sequences in schema public to {role}"
    );
    sqlx::raw_sql(AssertSqlSafe(rights)).execute(shop.shop.store().pool()).await.unwrap();
    let (scheme, place) = server.split_once("://").unwrap();
    let host = place.rsplit_once('@').map_or(place, |(_, host)| host);
    shop.url = format!("{scheme}://{role}@{host}/{name}");
    let limited = shop.another_process().await;
    let owner = replace(&mut shop.shop, limited);

    let changed =
        sqlx::query("alter table users add column shape integer").execute(shop.shop.store().pool()).await.unwrap_err();
    assert!(changed.to_string().contains("must be owner"), "{changed}");
    shop.stock_shelves(&[("MUG", "24.00", 10)]).await;
    shop.sold_by(&seller()).await;
    let ada = shop.customer("Ada").await;
    let order = shop.place_reserved(ada, &[("MUG", "2")]).await;
    shop.shop.pay_order(ada, order, Approve).await.unwrap();
    shop.deliver().await;
    assert!(shop.order(ada, order).await.invoice.is_some(), "it is paid, and its paper has a number");
    let counted = shop.shop.take_tries(vec![(Limit::SignInPerAccount, "ada@example.org".to_owned())]).await.unwrap();
    shop.shop.give_back_tries(counted).await;
    shop.shop.add_to_wishlist(ada, "mug").await.unwrap();
    shop.shop.run_housekeeping().await.unwrap();
    assert_eq!(shop.stock("MUG").await, 8);

    shop.shop = owner;
    shop.url = owners;
    // A role belongs to the server, and stays when its database goes.
    let gone = format!("drop owned by {role}; drop role {role}");
    sqlx::raw_sql(AssertSqlSafe(gone)).execute(shop.shop.store().pool()).await.unwrap();
    shop.done().await;
}
