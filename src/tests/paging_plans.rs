//! Paging by key: from which index each order is read, and what stands beside a product; and whether an index serves a statement
//! at all.

use shop::domain::Sort;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, PgPool};

use crate::category_paging::TREE;
use crate::harness::{TestShop, slug};
use crate::paging::{done, everything, shelf};
use crate::providers::approving;

/// Page 500 costs what page 1 does only where an index knows both the order and what lies behind a product. The statements are
/// those that the shop itself has just asked.
#[tokio::test]
async fn each_order_and_what_lies_behind_a_product_are_read_from_one_index() {
    let shop = shelf().await;
    // It has one connection.
    let process = shop.another_process_on(&shop.url, approving(shop.sandbox())).await;
    let pool = process.store().pool();
    only_by_index(pool).await;
    shop.execute(TREE).await;
    let spoons = |sort| everything(sort).in_category(Some("spoons"));
    for (query, index) in [
        (everything(Sort::Newest), "products_by_newest"),
        (everything(Sort::BestSelling), "products_by_sold"),
        (everything(Sort::BestRated), "products_by_rating"),
        (everything(Sort::PriceUp), "products_by_price_up"),
        (everything(Sort::PriceDown), "products_by_price_up"),
        (spoons(Sort::Newest), "products_by_category_newest"),
        (spoons(Sort::PriceUp), "products_by_category_price"),
        (spoons(Sort::PriceDown), "products_by_category_price"),
    ] {
        let first = process.products(&query, 24).await.unwrap();
        process.products(&query.going_on(&first.next.unwrap()), 24).await.unwrap();
        let plan = plan_of_last(pool, "%, c.id) _ ($%").await;
        let is_behind = |line: &String| line.contains("Index Cond: (") && line.contains("(ROW(");
        let behind = plan.iter().position(is_behind).expect(index);
        assert!(plan[behind - 1].contains(index), "{query:?}: {plan:#?}");
        assert!(plan[behind - 2].contains("Limit"), "{query:?} is sorted once more: {plan:#?}");
    }
    done(shop).await;
}

/// However many products share a place on the shelf, of those beside one no more are read than are shown.
#[tokio::test]
async fn what_stands_beside_a_product_is_read_from_an_index_in_its_order() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "5.00", 9), ("POT", "5.00", 9)]).await;
    // It has one connection.
    let process = shop.another_process_on(&shop.url, approving(shop.sandbox())).await;
    let pool = process.store().pool();
    only_by_index(pool).await;
    process.product(&slug("mug")).await.unwrap();
    let plan = plan_of_last(pool, "%) as related, %").await;
    let looks: Vec<_> = plan.windows(3).filter(|lines| lines[1].contains("products_on_shelf")).collect();
    assert_eq!(looks.len(), 2, "behind it, and from the beginning: {plan:#?}");
    for look in looks {
        assert!(look[2].contains("Index Cond: (") && look[2].contains("(ROW("), "from it on: {plan:#?}");
        assert!(!look[0].contains("Sort"), "sorted once more: {plan:#?}");
    }
    shop.done().await;
}

/// Among few products nothing else would be done.
async fn only_by_index(pool: &PgPool) {
    sqlx::raw_sql(
        "set enable_seqscan = off; set enable_bitmapscan = off; set enable_sort = off;
         set plan_cache_mode = force_generic_plan",
    )
    .execute(pool)
    .await
    .unwrap();
}

/// Of the statement like that which this connection prepared last.
async fn plan_of_last(pool: &PgPool, like: &str) -> Vec<String> {
    let asked = "select name, parameter_types::text[] from pg_prepared_statements where statement like $1
        order by prepare_time desc limit 1";
    let (name, types): (String, Vec<String>) = sqlx::query_as(asked).bind(like).fetch_one(pool).await.unwrap();
    let nulls = types.iter().map(|kind| format!("null::{kind}")).collect::<Vec<_>>().join(", ");
    let explain = AssertSqlSafe(format!("explain execute \"{name}\"({nulls})"));
    sqlx::query_scalar(explain).persistent(false).fetch_all(pool).await.unwrap()
}

/// Among few products another index does as well: without those it shows whether this one can be used.
pub async fn assert_index_serves(connection: &mut PgConnection, statement: &str, index: &str) {
    let alone = format!(
        "do $$ declare other text; begin
            for other in select i.indexrelid::regclass from pg_index i
                where i.indrelid = 'products'::regclass and not i.indisunique and i.indexrelid <> '{index}'::regclass
            loop execute 'drop index ' || other; end loop;
         end $$"
    );
    let explain = format!("explain {statement}");
    let mut tx = connection.begin().await.unwrap();
    sqlx::raw_sql(AssertSqlSafe(alone)).execute(&mut *tx).await.unwrap();
    let plan: Vec<String> = sqlx::query_scalar(AssertSqlSafe(explain)).fetch_all(&mut *tx).await.unwrap();
    tx.rollback().await.unwrap();
    assert!(plan.iter().any(|line| line.contains(index)), "{plan:#?}");
}
