//! Products and categories that several people lock while what they are called changes: whoever waits for another does not wait
//! around. `done` looks up that the database never had to end one of two (40P01), also where a retry hides it.

use std::time::Duration;

use shop::domain::{Fields, Problem, Refusal, Staff};
use shop::usecase::{ProductEntry, Result};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use crate::bulk_products::{looked_at, sent};
use crate::harness::{Everything, TestShop, product, refused, slug};
use crate::rule_forms::{fields, problem};

const WAITING: &str =
    "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
const BEHIND_THE_SECOND: &str = "select count(*) from pg_stat_activity w, pg_stat_activity h
    where w.datname = current_database() and h.datname = current_database() and h.application_name = 'second'
        and h.pid = any(pg_blocking_pids(w.pid))";

/// Somebody who holds what the statement locks, until they say otherwise.
async fn holder(shop: &TestShop, name: &str, lock: &str) -> PgConnection {
    let mut connection = PgConnection::connect(&shop.url).await.unwrap();
    say(&mut connection, &format!("set application_name = '{name}'; begin; {lock}")).await;
    connection
}

async fn say(connection: &mut PgConnection, statements: &str) {
    sqlx::raw_sql(AssertSqlSafe(statements.to_owned())).execute(connection).await.unwrap();
}

async fn until(shop: &TestShop, count: &'static str, is: i64) {
    let seen = timeout(Duration::from_secs(20), async {
        while shop.count(count).await != is {
            sleep(Duration::from_millis(10)).await;
        }
    });
    seen.await.unwrap_or_else(|_| panic!("never {is}: {count}"));
}

fn change_products(shop: &TestShop, by: Staff, sent: Fields) -> JoinHandle<Result<u32>> {
    let process = shop.shop.clone();
    tokio::spawn(async move { process.change_products(by.may(), &sent).await })
}

#[tokio::test(flavor = "multi_thread")]
async fn bulk_edits_from_before_and_after_a_change_of_slug_do_not_wait_around() {
    let shop = TestShop::open().await;
    let by_slug = "select count(*) from pg_proc where prosrc like '%slug for no key update%'";
    assert_eq!(shop.count(by_slug).await, 0, "nor do triggers");
    let staff = Staff(shop.register("Staff").await.id);
    shop.execute(
        "insert into products (id, slug, name) values ('00000000-0000-7000-8000-000000000001', 'ash', 'Ash'),
            ('00000000-0000-7000-8000-000000000002', 'birch', 'Birch'),
            ('00000000-0000-7000-8000-000000000003', 'cedar', 'Cedar')",
    )
    .await;
    let all = sent(&looked_at(&shop, staff, "all=yes&to_status=draft").await);
    let chosen =
        "p-00000000-0000-7000-8000-000000000001=yes&p-00000000-0000-7000-8000-000000000003=yes&to_status=archived";
    let outer = sent(&looked_at(&shop, staff, chosen).await);
    let mut first = holder(&shop, "first", "select from products where slug = 'ash' for update").await;
    let mut second = holder(&shop, "second", "select from products where slug = 'birch' for update").await;
    let before = change_products(&shop, staff, all);
    until(&shop, WAITING, 1).await;
    say(&mut first, "update products set slug = 'yew' where slug = 'ash'; commit").await;
    until(&shop, BEHIND_THE_SECOND, 1).await;
    // By their slugs it would have the cedar by now, and wait for the yew.
    let after = change_products(&shop, staff, outer);
    until(&shop, WAITING, 2).await;
    say(&mut second, "rollback").await;
    assert_eq!(before.await.unwrap().unwrap(), 3);
    let Refusal::ChangedMeanwhile { names } = refused(after.await.unwrap()) else { panic!("it was changed meanwhile") };
    assert_eq!(names.len(), 2, "{names:?}");
    shop.execute("delete from products").await;
    shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_file_of_the_catalogue_and_a_bulk_edit_do_not_wait_around() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("CUP", "5.00", 3), ("MUG", "9.00", 3)]).await;
    // The first of the two that were made is the last by its slug.
    shop.execute("update products set slug = 'zinc-cup' where slug = 'cup'").await;
    let staff = Staff(shop.register("Staff").await.id);
    let all = sent(&looked_at(&shop, staff, "all=yes&price=raise_amount&value=1.00").await);
    let mut first = holder(&shop, "first", "select from products where slug = 'zinc-cup' for update").await;
    let edited = change_products(&shop, staff, all);
    until(&shop, WAITING, 1).await;
    let cup = ProductEntry { slug: "zinc-cup".into(), ..product("CUP", "6.00", 3) };
    tokio::join!(shop.load(vec![product("MUG", "8.00", 3), cup]), async {
        until(&shop, WAITING, 2).await;
        say(&mut first, "rollback").await;
    });
    assert_eq!(edited.await.unwrap().unwrap(), 2);
    assert_eq!(shop.count("select count(*) from product_variants where price in (6.00, 8.00)").await, 2, "the file's");
    shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_wants_what_another_product_gives_up_is_refused_and_does_not_wait() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("CUP", "5.00", 3), ("MUG", "9.00", 3)]).await;
    let staff = Staff(shop.register("Staff").await.id);
    let mut edits = Vec::new();
    for (own, other) in [("mug", "CUP"), ("cup", "MUG")] {
        let id = shop.record(own).await.id;
        let product = shop.shop.product_editor(staff.may(), id, "").await.unwrap().product;
        let mut form = product.fields();
        form.extend(fields(&[("version", "1")]));
        form.insert(product.variants[0].field("sku"), other.into());
        edits.push((id, form));
    }
    // Where each would have given up its own sku.
    let mut first = holder(&shop, "first", "lock table search_words in share mode").await;
    let edit = |(id, form): (_, Fields)| {
        let process = shop.shop.clone();
        tokio::spawn(async move { process.edit_product(staff.may(), id, &form).await })
    };
    let edits: Vec<_> = edits.into_iter().map(edit).collect();
    while shop.count(WAITING).await < 2 && !edits.iter().all(JoinHandle::is_finished) {
        sleep(Duration::from_millis(10)).await;
    }
    say(&mut first, "rollback").await;
    for edit in edits {
        assert_eq!(refused(edit.await.unwrap()), Refusal::SkuTaken);
    }
    // An address that another has is as little waited for.
    let (mug, mut form) = {
        let id = shop.record("mug").await.id;
        (id, shop.shop.product_editor(staff.may(), id, "").await.unwrap().product.fields())
    };
    form.extend(fields(&[("version", "1"), ("slug", "cup")]));
    let mut first = holder(&shop, "first", "update products set slug = 'beaker' where slug = 'cup'").await;
    let answer = shop.shop.edit_product(staff.may(), mug, &form).await;
    say(&mut first, "rollback").await;
    assert_eq!(problem(refused(answer), "slug"), Problem::AddressTaken);
    shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_category_that_comes_while_others_are_waited_for_is_not_waited_around() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("CUP", "5.00", 3)]).await;
    let staff = Staff(shop.register("Staff").await.id);
    let shift = |category: &str| {
        let (process, category) = (shop.shop.clone(), slug(category));
        tokio::spawn(async move { process.shift_category(staff.may(), &category, true).await })
    };
    let mut first = holder(&shop, "first", "select from categories where slug = 'glass' for update").await;
    let mut second = holder(&shop, "second", "select from categories where slug = 'tableware' for update").await;
    let before = shift("glass");
    until(&shop, WAITING, 1).await;
    let insert =
        "insert into categories (slug, name, description, position) values ('baskets', 'Baskets', '', 9); commit";
    say(&mut first, insert).await;
    until(&shop, BEHIND_THE_SECOND, 1).await;
    // By their rows alone it would have the baskets by now, which the other knows nothing of yet, and wait for the glass.
    let after = shift("baskets");
    until(&shop, WAITING, 2).await;
    say(&mut second, "rollback").await;
    before.await.unwrap().unwrap();
    after.await.unwrap().unwrap();
    assert_eq!(shop.count("select count(*) from audit_log where action = 'category.changed'").await, 2);
    shop.done().await;
}

/// As migration 0251 may have met it: whoever took back a product's last stars found none beside it yet, and was not through.
#[tokio::test(flavor = "multi_thread")]
async fn stars_that_are_taken_back_while_a_migration_counts_do_not_stay_beside_the_product() {
    let counted_again = include_str!("../../migrations/0296_ratings_beside_products_once_more.sql");
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("CUP", "5.00", 3)]).await;
    shop.execute(
        "insert into product_ratings (product_id, five) select id, 1 from products; update products set rated = 0",
    )
    .await;
    let mut first = holder(&shop, "first", "update product_ratings set five = 0").await;
    tokio::join!(shop.execute(counted_again), async {
        until(&shop, WAITING, 1).await;
        say(&mut first, "commit").await;
    });
    assert_eq!(shop.count("select count(*) from products where rated <> 0").await, 0);
    // And where they have stayed, they go.
    shop.execute("update products set rated = 50000001").await;
    shop.execute(counted_again).await;
    assert_eq!(shop.count("select count(*) from products where rated <> 0").await, 0);
    shop.done().await;
}
