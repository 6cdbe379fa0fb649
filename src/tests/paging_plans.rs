//! Paging by key: from which index each order is read; and whether an index serves a statement at all.

use shop::domain::Sort;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

use crate::category_paging::TREE;
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
    sqlx::raw_sql(
        "set enable_seqscan = off; set enable_bitmapscan = off; set enable_sort = off;
         set plan_cache_mode = force_generic_plan",
    )
    .execute(pool)
    .await
    .unwrap();
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
        let asked = "select name, parameter_types::text[] from pg_prepared_statements where statement like $1
            order by prepare_time desc limit 1";
        let (name, types): (String, Vec<String>) =
            sqlx::query_as(asked).bind("%, c.id) _ ($%").fetch_one(pool).await.unwrap();
        let nulls = types.iter().map(|kind| format!("null::{kind}")).collect::<Vec<_>>().join(", ");
        let explain = AssertSqlSafe(format!("explain execute \"{name}\"({nulls})"));
        let plan: Vec<String> = sqlx::query_scalar(explain).persistent(false).fetch_all(pool).await.unwrap();
        let is_behind = |line: &String| line.contains("Index Cond: (") && line.contains("(ROW(");
        let behind = plan.iter().position(is_behind).expect(index);
        assert!(plan[behind - 1].contains(index), "{query:?}: {plan:#?}");
        assert!(plan[behind - 2].contains("Limit"), "{query:?} is sorted once more: {plan:#?}");
    }
    done(shop).await;
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
