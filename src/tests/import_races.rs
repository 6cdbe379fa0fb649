//! Files of products whose worker is killed, overtaken, or not alone.

use std::time::Duration as RealTime;

use futures::future::join_all;
use shop::domain::{ImportRemark, ImportState};
use shop::infrastructure::LiveShop;
use shop::usecase::{Clock as _, ImportQueue as _};
use sqlx::{Connection as _, PgConnection};
use time::Duration;

use crate::harness::Everything as _;
use crate::imports::{Importer, SHOPIFY};

#[tokio::test]
async fn whoever_is_killed_leaves_nothing_half_done_and_is_overtaken() {
    let at = Importer::open().await;
    let (id, _) = at.checked(SHOPIFY).await;
    at.live().want_import(at.staff.may(), id).await.unwrap();
    let rows = at.rows().await;
    // All of it is written but the last step, which somebody holds up; then the process is killed.
    let mut blocker = PgConnection::connect(&at.shop.url).await.unwrap();
    sqlx::raw_sql("begin; select 1 from audit_head for update").execute(&mut blocker).await.unwrap();
    let other = at.shop.another_process().await;
    let killed = tokio::time::timeout(RealTime::from_secs(1), other.work_on_imports()).await;
    assert!(killed.is_err(), "it is held up: {killed:?}");
    assert_eq!(at.rows().await, rows);
    assert!(at.view(id).await.done > 0, "who watched saw it come");
    assert!(!at.live().work_on_imports().await.unwrap(), "somebody has it, as far as one knows");
    // Waits until what was killed is gone.
    sqlx::raw_sql("rollback; select 1 from imports for update").execute(&mut blocker).await.unwrap();
    at.shop.clock.advance(Duration::minutes(3));
    at.work().await;
    assert_eq!(at.view(id).await.state, ImportState::Done);
    assert_eq!(at.shop.count("select count(*) from audit_log").await, 1, "once");
    assert_eq!(at.shop.count("select count(*) from products").await, 4);
    at.shop.done().await;
}

#[tokio::test]
async fn who_was_overtaken_is_not_heard_and_what_ends_ten_is_given_up() {
    let at = Importer::open().await;
    let id = at.upload(SHOPIFY).await;
    let now = || at.shop.clock.now();
    let late = at.live().store().take_import(now(), now() + Duration::minutes(2)).await.unwrap().unwrap();
    at.shop.clock.advance(Duration::minutes(3));
    at.work().await;
    at.live().store().fail_import(&late).await.unwrap();
    assert_eq!(at.view(id).await.state, ImportState::Checked);

    at.live().want_import(at.staff.may(), id).await.unwrap();
    for _ in 0..10 {
        assert!(at.live().store().take_import(now(), now() + Duration::minutes(2)).await.unwrap().is_some());
        at.shop.clock.advance(Duration::minutes(3));
    }
    at.work().await;
    assert_eq!(at.view(id).await.state, ImportState::Failed);
    assert_eq!(at.shop.count("select count(*) from products").await, 1);
    at.shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_imports_at_once_are_both_done_whatever_they_share() {
    let at = Importer::open().await;
    let (first, _) = at.checked(SHOPIFY).await;
    let (second, _) = at.checked(String::from_utf8(SHOPIFY.to_vec()).unwrap().replace("24.00", "26.00")).await;
    for id in [first, second] {
        at.live().want_import(at.staff.may(), id).await.unwrap();
        at.live().want_import(at.staff.may(), id).await.unwrap();
    }
    let workers = [at.shop.another_process().await, at.shop.another_process().await];
    // One may be in the other's way: it comes to it again.
    let run = async |worker: &LiveShop| {
        for _ in 0..20 {
            let _ = worker.work_on_imports().await;
        }
    };
    tokio::join!(run(&workers[0]), run(&workers[1]));
    for id in [first, second] {
        assert_eq!(at.view(id).await.state, ImportState::Done);
    }
    assert_eq!(at.shop.count("select count(*) from products").await, 4);
    assert_eq!(at.shop.count("select count(*) from audit_log").await, 2);
    at.shop.done().await;
}

#[tokio::test]
async fn what_has_come_between_look_and_leap_ends_it_as_a_problem() {
    let at = Importer::open().await;
    let (id, _) = at.checked("Handle,Title,Variant SKU,Variant Price\njug,Jug,JUG,1.00\n").await;
    at.shop.stock_shelves(&[("JUG", "3.00", 1)]).await;
    at.shop.execute("update products set slug = 'another' where slug = 'jug'").await;
    at.live().want_import(at.staff.may(), id).await.unwrap();
    at.work().await;
    let view = at.view(id).await;
    assert_eq!(
        (view.state, view.report.unwrap().problems[0].remark.clone()),
        (ImportState::Checked, ImportRemark::SkuElsewhere)
    );
    assert_eq!(at.shop.count("select count(*) from products").await, 2);
    at.shop.done().await;
}

#[tokio::test]
async fn who_orders_what_gets_another_sku_waits_for_no_file() {
    let at = Importer::open().await;
    let ada = at.shop.customer("Ada").await;
    let form = at.shop.check_out(ada, &[("MUG", "1")]).await;
    let (id, report) =
        at.checked("Handle,Title,Variant SKU,Variant Price\nmug,,BIG-MUG,9.00\njug,Jug,JUG,1.00\n").await;
    assert_eq!((report.changed_variants, report.new_variants), (1, 1));
    at.live().want_import(at.staff.may(), id).await.unwrap();
    // New variants are held up where their stock is opened.
    let mut blocker = PgConnection::connect(&at.shop.url).await.unwrap();
    sqlx::raw_sql("begin; lock table stock_movements in share mode").execute(&mut blocker).await.unwrap();
    let (worked, ()) = tokio::join!(at.live().work_on_imports(), async {
        somebody_waits(&at).await;
        let placed = tokio::time::timeout(RealTime::from_secs(5), at.live().place_order(ada, form)).await;
        assert!(placed.is_ok_and(|order| order.is_ok()), "nobody waits");
        sqlx::raw_sql("rollback").execute(&mut blocker).await.unwrap();
    });
    assert!(worked.unwrap());
    assert_eq!(at.view(id).await.state, ImportState::Done);
    assert_eq!(at.product("mug").await.variants[0].sku, "BIG-MUG");
    at.shop.done().await;
}

/// Whoever gives variants other skus takes them in the order of their ids, and so does whoever orders them.
#[tokio::test(flavor = "multi_thread")]
async fn orders_of_what_gets_other_skus_and_the_file_never_wait_for_each_other() {
    let at = Importer::open().await;
    at.shop.stock_shelves(&[("MUG", "9.00", 5), ("CUP", "5.00", 9), ("JUG", "5.00", 9), ("POT", "5.00", 9)]).await;
    let mut forms = Vec::new();
    for (number, lines) in
        [["MUG", "CUP", "JUG", "POT"], ["POT", "JUG", "CUP", "MUG"], ["JUG", "MUG", "POT", "CUP"]].iter().enumerate()
    {
        let buyer = at.shop.customer(&format!("Buyer {number}")).await;
        forms.push((buyer, at.shop.check_out(buyer, &lines.map(|sku| (sku, "1"))).await));
    }
    let (id, _) =
        at.checked("Handle,Variant SKU\npot,NEW-POT\nmug,NEW-MUG\njug,NEW-JUG\ncup,NEW-CUP\n".to_owned()).await;
    at.live().want_import(at.staff.may(), id).await.unwrap();
    let place = join_all(forms.into_iter().map(|(buyer, form)| at.live().place_order(buyer, form)));
    // The file may be in the way of an order, and comes to it again then; what counts is that neither waits for ever.
    let (placed, _) = tokio::join!(place, at.live().work_on_imports());
    assert!(placed.iter().all(Result::is_ok), "{placed:?}");
    at.work().await;
    assert_eq!(at.view(id).await.state, ImportState::Done);
    at.shop.deliver().await;
    assert_eq!(at.shop.stock("NEW-MUG").await, 2);
    at.shop.done().await;
}

/// Waits until somebody waits for a lock.
async fn somebody_waits(at: &Importer) {
    let waiting =
        "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    for _ in 0..500 {
        if at.shop.count(waiting).await > 0 {
            return;
        }
        tokio::time::sleep(RealTime::from_millis(10)).await;
    }
    panic!("nobody waits");
}

#[tokio::test]
async fn a_category_that_goes_before_is_none_and_none_goes_on_the_way() {
    let at = Importer::open().await;
    at.shop.execute("insert into categories (slug, name, description, position) values ('clay', 'Clay', '', 9)").await;
    let head = "Handle,Title,Type,Variant SKU,Variant Price\n";
    let (gone, _) = at.checked(format!("{head}jug,Jug,clay,JUG,1.00\nmug,,,MUG,8.00\n")).await;
    let mut blocker = PgConnection::connect(&at.shop.url).await.unwrap();
    let mut other = PgConnection::connect(&at.shop.url).await.unwrap();
    at.live().want_import(at.staff.may(), gone).await.unwrap();
    sqlx::raw_sql("begin; select 1 from products where slug = 'mug' for update").execute(&mut blocker).await.unwrap();
    let (worked, ()) = tokio::join!(at.live().work_on_imports(), async {
        somebody_waits(&at).await;
        sqlx::raw_sql("delete from categories where slug = 'clay'").execute(&mut other).await.unwrap();
        sqlx::raw_sql("rollback").execute(&mut blocker).await.unwrap();
    });
    assert!(worked.unwrap());
    assert_eq!(at.view(gone).await.state, ImportState::Done);
    assert_eq!(at.product("jug").await.category, None);

    let (held, _) = at.checked(format!("{head}vase,Vase,glass,VASE,1.00\n")).await;
    at.live().want_import(at.staff.may(), held).await.unwrap();
    sqlx::raw_sql("begin; select 1 from audit_head for update").execute(&mut blocker).await.unwrap();
    let (worked, ()) = tokio::join!(at.live().work_on_imports(), async {
        somebody_waits(&at).await;
        let delete = "set lock_timeout = '200ms'; delete from categories where slug = 'glass'";
        assert!(sqlx::raw_sql(delete).execute(&mut other).await.is_err(), "it waits for the import");
        sqlx::raw_sql("rollback").execute(&mut blocker).await.unwrap();
    });
    assert!(worked.unwrap());
    assert_eq!(at.product("vase").await.category.as_deref(), Some("glass"));
    at.shop.done().await;
}

#[tokio::test]
async fn trouble_that_passes_ends_no_import() {
    let at = Importer::open().await;
    let (id, _) = at.checked(SHOPIFY).await;
    at.live().want_import(at.staff.may(), id).await.unwrap();
    at.shop
        .execute(
            "create function in_the_way() returns trigger language plpgsql as $$
                begin raise exception 'in the way' using errcode = '40001'; end $$;
             create trigger in_the_way before insert on products for each row execute function in_the_way()",
        )
        .await;
    assert!(at.live().work_on_imports().await.is_err(), "tried again and again, and given back");
    assert_eq!(at.view(id).await.state, ImportState::Wanted);
    // How far it is cannot be written down: that ends nothing, either.
    at.shop
        .execute(
            "drop trigger in_the_way on products;
             create function not_now() returns trigger language plpgsql as $$
                begin raise exception 'not now' using errcode = '53300'; end $$;
             create trigger not_now before update on imports for each row
                when (new.state = 'wanted' and new.steps_done <> old.steps_done) execute function not_now()",
        )
        .await;
    at.work().await;
    assert_eq!(at.view(id).await.state, ImportState::Done);
    assert_eq!(at.shop.count("select count(*) from products").await, 4);
    at.shop.done().await;
}
