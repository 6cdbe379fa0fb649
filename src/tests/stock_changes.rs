//! Stock changes by movements only: edits leave it alone, adjustments and counts move it, whatever sells meanwhile.

use futures::future::join_all;
use proptest::prelude::*;
use shop::domain::{Problem, Refusal, ReservationState, Staff, Step, UserId};
use shop::dto::{ProductForm, ProductRecord, StockForm};
use shop::usecase::Result;
use shop::usecase::SandboxOutcome::Approve;

use crate::harness::{Everything, TestShop, product, refused, usd, variant};
use crate::workers::TwoWorkers;

const STAFF: Staff = Staff(UserId(uuid::Uuid::nil()));

fn edit(price: &str) -> ProductForm {
    ProductForm { name: "Blue Mug".into(), price: price.into(), ..ProductForm::default() }
}

async fn adjust(shop: &TestShop, slug: &str, units: i64) -> Result<ProductRecord> {
    let form = StockForm { change: Some(units), reason: "Two were broken".into(), ..StockForm::default() };
    change(shop, slug, &form).await
}

async fn count(shop: &TestShop, slug: &str, units: i64) -> Result<ProductRecord> {
    let form = StockForm { counted: Some(units), reason: "Stocktaking".into(), ..StockForm::default() };
    change(shop, slug, &form).await
}

async fn change(shop: &TestShop, slug: &str, form: &StockForm) -> Result<ProductRecord> {
    shop.shop.change_stock(STAFF.may(), shop.record(slug).await.id, form, None).await?;
    Ok(shop.record(slug).await)
}

#[tokio::test]
async fn an_edit_does_not_undo_the_sales_made_since_it_was_read() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 10)]).await;
    let (ada, bob) = (shop.customer("Ada").await, shop.customer("Bob").await);
    let read = shop.record("mug").await;
    let form = shop.check_out(bob, &[("MUG", "10")]).await;
    shop.place_reserved(ada, &[("MUG", "10")]).await;

    let with_stock = ProductForm { stock: Some(10), ..edit("24.00") };
    let refusal = refused(shop.shop.update_product(STAFF.may(), read.id, &[read.version], &with_stock).await);
    assert_eq!(refusal.problem_of("stock"), Some(&Problem::NotEditable));
    assert_eq!(shop.record("mug").await.version, read.version, "nothing was written");
    let edited = shop.shop.update_product(STAFF.may(), read.id, &[read.version], &edit("24.00")).await.unwrap();
    assert_eq!((edited.stock(), edited.name.as_str()), (0, "Blue Mug"));

    let late = shop.shop.place_order(bob, form).await;
    assert!(matches!(refused(late), Refusal::CartChanged { .. }), "all ten are promised");
    assert_eq!(shop.stock("MUG").await, 0);
    let unchanged = ProductForm { stock: Some(0), ..edit("25.00") };
    let edited = shop.shop.update_product(STAFF.may(), read.id, &[edited.version], &unchanged).await.unwrap();
    assert_eq!((edited.stock(), edited.price), (0, usd("25.00")), "a stock that is right changes nothing");
    shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_ten_edits_of_one_version_one_is_made() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 10)]).await;
    let read = shop.record("mug").await;
    assert_eq!(read.version, 1);
    let forms: Vec<_> = (0..10).map(|n| edit(&format!("{n}.00"))).collect();
    let answers = join_all(forms.iter().map(|form| shop.shop.update_product(STAFF.may(), read.id, &[1], form))).await;
    let (made, overtaken): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
    assert_eq!((made.len(), overtaken.len()), (1, 9));
    for answer in overtaken {
        assert_eq!(refused(answer), Refusal::VersionMismatch { current: 2 });
    }
    assert_eq!(*made[0].as_ref().unwrap(), shop.record("mug").await);
    assert_eq!(
        refused(shop.shop.update_product(STAFF.may(), read.id, &[], &edit("1")).await),
        Refusal::VersionMismatch { current: 2 }
    );
    shop.load(vec![product("MUG", "24.00", 10)]).await;
    let overtaken = shop.shop.update_product(STAFF.may(), read.id, &[2], &edit("1")).await;
    assert_eq!(refused(overtaken), Refusal::VersionMismatch { current: 3 }, "an import is an edit");
    shop.done().await;
}

#[tokio::test]
async fn every_change_of_stock_is_a_movement_with_its_reason() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 10)]).await;
    let ada = shop.customer("Ada").await;
    shop.place_reserved(ada, &[("MUG", "3")]).await;
    assert_eq!(adjust(&shop, "mug", -2).await.unwrap().stock(), 5);
    assert_eq!(count(&shop, "mug", 8).await.unwrap().stock(), 5, "three of them are Ada's");
    assert_eq!(count(&shop, "mug", 12).await.unwrap().stock(), 9);
    assert_eq!(refused(adjust(&shop, "mug", -10).await), Refusal::NotEnoughStock { left: 9 });
    assert_eq!(refused(count(&shop, "mug", 2).await), Refusal::CountBelowReserved { reserved: 3 });
    assert_eq!(shop.record("mug").await.version, 1, "it is no edit");
    let ledger: Vec<(String, i32, Option<String>)> =
        sqlx::query_as("select cause, units, reason from stock_movements where cause <> 'initial' order by id")
            .fetch_all(shop.shop.store().pool())
            .await
            .unwrap();
    let row = |cause: &str, units, reason: Option<&str>| (cause.to_owned(), units, reason.map(str::to_owned));
    assert_eq!(
        ledger,
        [
            row("reserve", -3, None),
            row("adjustment", -2, Some("Two were broken")),
            row("count", 0, Some("Stocktaking")),
            row("count", 4, Some("Stocktaking")),
        ]
    );
    shop.done().await;
}

#[tokio::test]
async fn a_count_finds_what_is_held_on_the_shelf_until_it_is_shipped_or_given_back() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 10)]).await;
    let ada = shop.customer("Ada").await;
    let shipped = shop.place_reserved(ada, &[("MUG", "1")]).await;
    let paid = shop.place_reserved(ada, &[("MUG", "2")]).await;
    let cancelled = shop.place_reserved(ada, &[("MUG", "3")]).await;
    for id in [shipped, paid] {
        shop.shop.pay_order(ada, id, Approve).await.unwrap();
    }
    shop.shop.advance_order(STAFF.may(), shipped, Step::Ship).await.unwrap();
    shop.shop.cancel_order(ada, cancelled).await.unwrap();
    // Nothing of this has come to the inventory yet: one left, two are paid, three wait to be given back.
    assert_eq!(shop.order(ada, cancelled).await.reservation, ReservationState::Reserved);
    assert_eq!(count(&shop, "mug", 9).await.unwrap().stock(), 4);
    shop.deliver().await;
    assert_eq!(shop.stock("MUG").await, 7);
    assert_eq!(count(&shop, "mug", 9).await.unwrap().stock(), 7, "counted again, found the same");
    shop.done().await;
}

#[tokio::test]
async fn what_cannot_be_a_change_of_stock_is_told() {
    let shop = TestShop::open().await;
    let mut shirt = product("SHIRT-S", "20.00", 2);
    shirt.options = vec!["Size".into()];
    shirt.variants = vec![variant("SHIRT-S", &["Small"], "20.00", 2), variant("SHIRT-L", &["Large"], "22.00", 5)];
    shop.load(vec![shirt, product("MUG", "24.00", 10)]).await;
    let (shirt, mug) = (shop.record("shirt-s").await, shop.record("mug").await);
    let fine = StockForm { change: Some(1), reason: "Found one".into(), ..StockForm::default() };
    for (field, problem, form) in [
        ("variant_id", Problem::Required, fine.clone()),
        ("variant_id", Problem::NotAChoice, StockForm { variant_id: Some(mug.variants[0].id), ..fine.clone() }),
        ("change", Problem::Required, StockForm { change: None, ..fine.clone() }),
        ("change", Problem::Zero, StockForm { change: Some(0), ..fine.clone() }),
        ("change", Problem::NotWithin { max: 1_000_000 }, StockForm { change: Some(1_000_001), ..fine.clone() }),
        ("counted", Problem::NotBoth, StockForm { counted: Some(1), ..fine.clone() }),
        (
            "counted",
            Problem::OutOfRange { min: 0, max: 1_000_000 },
            StockForm { change: None, counted: Some(-1), ..fine.clone() },
        ),
        ("reason", Problem::Required, StockForm { reason: " ".into(), ..fine.clone() }),
        ("reason", Problem::TooLong { max: 200 }, StockForm { reason: "x".repeat(201), ..fine.clone() }),
        ("reason", Problem::BadCharacters, StockForm { reason: "\0".into(), ..fine.clone() }),
    ] {
        let refusal = refused(shop.shop.change_stock(STAFF.may(), shirt.id, &form, None).await);
        assert_eq!(refusal.problem_of(field), Some(&problem), "{form:?}");
    }
    let large = StockForm { variant_id: Some(shirt.variants[1].id), ..fine };
    shop.shop.change_stock(STAFF.may(), shirt.id, &large, None).await.unwrap();
    let changed = shop.record(&shirt.slug).await;
    assert_eq!(changed.variants.iter().map(|v| v.stock).collect::<Vec<_>>(), [2, 6]);
    assert_eq!(shop.count("select count(*) from stock_movements where cause <> 'initial'").await, 1);
    shop.done().await;
}

/// What was counted is what is promised and what is left, whatever was sold, cancelled or decided while somebody counted.
async fn count_while_orders_reserve(acts: Vec<(u8, usize)>) {
    const ON_THE_SHELF: i64 = 40;
    let shop = TestShop::open().await;
    // The books are wrong until the first count.
    shop.stock_shelves(&[("MUG", "24.00", 33)]).await;
    let workers = TwoWorkers::of(&shop, 2).await;
    let mut placed = Vec::new();
    for (round, acts) in acts.chunks(6).enumerate() {
        let mut buyers = Vec::new();
        for n in 0..acts.len() {
            buyers.push(shop.customer(&format!("Buyer {round} {n}")).await);
        }
        let acting = join_all(acts.iter().zip(buyers).map(|((act, which), buyer)| {
            let (shop, placed) = (&shop, &placed);
            async move {
                match (act, placed.get(*which)) {
                    (0 | 1, _) => {
                        let quantity = (which % 3 + 1).to_string();
                        shop.add(buyer, "MUG", &quantity).await.ok()?;
                        shop.shop.save_address(buyer, crate::harness::address()).await.unwrap();
                        let form = shop.check_out(buyer, &[]).await;
                        return shop.shop.place_order(buyer, form).await.ok().map(|id| (buyer, id));
                    }
                    (2, Some((owner, id))) => {
                        let owner: shop::domain::Customer = *owner;
                        let id: shop::domain::OrderId = *id;
                        drop(shop.shop.cancel_order(owner, id).await);
                    }
                    _ => drop(count(shop, "mug", ON_THE_SHELF).await.unwrap()),
                }
                None
            }
        }));
        let (made, ()) = tokio::join!(acting, workers.deliver());
        placed.extend(made.into_iter().flatten());
    }
    count(&shop, "mug", ON_THE_SHELF).await.unwrap();
    workers.deliver().await;
    let held = "select coalesce(sum(quantity), 0)::bigint from stock_reservations where state = 'reserved'";
    assert_eq!(i64::from(shop.stock("MUG").await) + shop.count(held).await, ON_THE_SHELF);
    shop.done().await;
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10, ..ProptestConfig::default() })]

    #[test]
    fn counts_are_right_while_orders_reserve(acts in proptest::collection::vec((0..4_u8, 0..12_usize), 6..30)) {
        tokio::runtime::Runtime::new().unwrap().block_on(count_while_orders_reserve(acts));
    }
}
