//! Currencies: what was sold keeps the one it was sold in, the catalogue has one, and each has its own decimals.

use futures::future::join_all;
use shop::domain::{Currency, OrderStatus, Staff, Step, UserId};
use shop::dto::{AddressForm, ListingQuery, ProductForm};
use shop::usecase::SandboxOutcome::Approve;
use shop::usecase::{CartOwner, Catalogs, Catalogue, CategoryEntry, CurrencyLock, Error, PlaceOrder, Store, Tx};

use crate::harness::{Everything, TestShop, address, deliver_by, product, quantity, usd};

fn currency(code: &str) -> Currency {
    code.parse().unwrap()
}

fn said<T: std::fmt::Debug>(answer: Result<T, Error>) -> String {
    match answer {
        Err(Error::Broken(cause)) => cause.to_string(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn an_order_keeps_its_currency_whatever_the_shops_becomes() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let ada = shop.customer("Ada").await;
    let id = shop.place_reserved(ada, &[("MUG", "2")]).await;
    // The owner set another currency, and this process did not ask whether the catalogue is in it.
    let euros = shop.another_process_in(currency("EUR")).await;
    assert_eq!(euros.order(ada, id).await.unwrap().total, usd("48.00"));
    assert_eq!(euros.orders(ada, 1).await.unwrap().orders[0].total, usd("48.00"));
    euros.pay_order(ada, id, Approve).await.unwrap();
    let staff = Staff(ada.0);
    euros.advance_order(staff.may(), id, Step::Ship).await.unwrap();
    let totals = "select count(*) from outbox where topic in ('order.created', 'order.paid', 'order.shipped')
        and payload::text like '%\"currency\":%\"USD\"%'";
    assert_eq!(shop.count(totals).await, 3);
    deliver_by(&euros).await;
    let mail = euros.take_mail(10).await.unwrap();
    let paid = mail.iter().find(|job| job.message.kind == "payment_received").unwrap();
    assert!(
        paid.message.text.contains("payment of $48.00") && !paid.message.text.contains('€'),
        "{}",
        paid.message.text
    );
    assert_eq!(shop.order(ada, id).await.status, OrderStatus::Shipped);
    shop.done().await;
}

#[tokio::test]
async fn a_shop_does_not_start_in_a_currency_that_its_catalogue_is_not_in() {
    let shop = TestShop::open().await;
    let euros = shop.another_process_in(currency("EUR")).await;
    euros.confirm_currency().await.expect("there is nothing to be sold yet");
    shop.shop.confirm_currency().await.expect("and the owner may think again");
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    shop.shop.confirm_currency().await.unwrap();
    let refused = said(euros.confirm_currency().await);
    assert_eq!(refused, "SHOP_CURRENCY is EUR, but the prices of the catalogue are in USD: set SHOP_CURRENCY=USD");
    let catalogue = Catalogue { categories: Vec::new(), products: Vec::new() };
    assert_eq!(said(euros.load_catalogue(&catalogue).await), refused, "nor is anything loaded into it");
    shop.shop.confirm_currency().await.expect("being asked changed nothing");
    shop.done().await;
}

fn catalogue(skus: &[&str]) -> Catalogue {
    let category =
        CategoryEntry { slug: "tableware".into(), name: "Tableware".into(), description: String::new(), image: None };
    Catalogue { categories: vec![category], products: skus.iter().map(|sku| product(sku, "24.00", 5)).collect() }
}

/// While a file is being loaded, be it the first, processes start and staff make products; only another currency has no
/// chance.
#[tokio::test(flavor = "multi_thread")]
async fn a_long_import_holds_up_nobody() {
    for first in [true, false] {
        let shop = TestShop::open().await;
        shop.shop.confirm_currency().await.unwrap();
        if !first {
            shop.stock_shelves(&[("CUP", "9.50", 5)]).await;
        }
        // The import comes to a product that takes as long as the gate is there.
        shop.execute(
            "create table gate (); insert into gate default values;
             create function wait_for_gate() returns trigger language plpgsql as $$
             begin
                while exists (select 1 from gate) loop perform pg_sleep(0.005); end loop;
                return new;
             end $$;
             create trigger slow before insert on products for each row when (new.slug = 'vase')
                execute function wait_for_gate()",
        )
        .await;
        let importer = shop.another_process().await;
        let import = tokio::spawn(async move { importer.load_catalogue(&catalogue(&["MUG", "VASE"])).await });
        let at_the_gate = "select count(*) from pg_stat_activity
            where datname = current_database() and wait_event = 'PgSleep'";
        while shop.count(at_the_gate).await == 0 {}
        shop.another_process().await.confirm_currency().await.unwrap();
        let form = ProductForm { name: "Bowl".into(), price: "5.00".into(), stock: Some(1), ..ProductForm::default() };
        let made =
            join_all((0..3).map(|_| shop.shop.create_product(Staff(UserId(uuid::Uuid::nil())).may(), &form))).await;
        made.into_iter().for_each(|made| drop(made.unwrap()));
        let euros = shop.another_process_in(currency("EUR")).await;
        let told = said(euros.confirm_currency().await);
        assert!(told.contains("set SHOP_CURRENCY=USD"), "{told}");
        assert!(!import.is_finished());
        shop.execute("delete from gate").await;
        import.await.unwrap().unwrap();
        assert_eq!(shop.count("select count(*) from products").await, if first { 5 } else { 6 });
        shop.done().await;
    }
}

/// An import that is under way has as good as written its prices, although nobody sees them yet.
#[tokio::test]
async fn nobody_takes_the_currency_from_under_an_import() {
    let shop = TestShop::open().await;
    shop.shop.confirm_currency().await.unwrap();
    let euros = shop.another_process_in(currency("EUR")).await;
    for lock in [CurrencyLock::Shared, CurrencyLock::Alone] {
        let mut writer = shop.shop.store().begin().await.unwrap();
        assert_eq!(writer.lock_currency(lock).await.unwrap(), Currency::USD);
        let refused = euros.confirm_currency().await.unwrap_err();
        assert!(refused.is_transient(), "{refused:?}");
        writer.commit().await.unwrap();
    }
    euros.confirm_currency().await.expect("there is still no product");
    shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_currencies_that_are_first_at_once_one_has_the_catalogue() {
    for round in 0..8 {
        let shop = TestShop::open().await;
        if round % 2 == 0 {
            // One of them has started before, so it finds its own and has nothing to claim.
            shop.shop.confirm_currency().await.unwrap();
        }
        let euros = shop.another_process_in(currency("EUR")).await;
        let (dollars, other) = (shop.shop.clone(), euros.clone());
        let both = [dollars, other]
            .map(|shop| tokio::spawn(async move { shop.load_catalogue(&catalogue(&["MUG", "VASE"])).await.is_ok() }));
        let won = join_all(both).await.into_iter().map(Result::unwrap).collect::<Vec<_>>();
        assert_eq!(won.iter().filter(|won| **won).count(), 1, "{won:?}");
        let code: String = sqlx::query_scalar("select currency from catalogue_currency")
            .fetch_one(shop.shop.store().pool())
            .await
            .unwrap();
        assert_eq!(code, if won[0] { "USD" } else { "EUR" });
        shop.done().await;
    }
}

#[tokio::test]
async fn each_currency_has_its_own_decimals_from_the_shelf_to_the_order() {
    for (code, price, two, too_fine) in [("JPY", "1200", "2400", "1200.5"), ("KWD", "1.125", "2.250", "1.1255")] {
        let dollars = TestShop::open().await;
        let shop = dollars.another_process_in(currency(code)).await;
        let entry = |price: &str| Catalogue { products: vec![product("MUG", price, 5)], ..catalogue(&[]) };
        let told = said(shop.load_catalogue(&entry(too_fine)).await);
        assert!(told.contains("MUG") && told.contains(&format!("is not an amount in {code}")), "{told}");
        shop.load_catalogue(&entry(price)).await.unwrap();
        let ada = dollars.customer("Ada").await;
        let mug = dollars.variant("MUG").await;
        shop.add_to_cart(CartOwner::Customer(ada), mug, quantity("2")).await.unwrap();
        shop.save_address(ada, AddressForm { country: "KW".into(), postal_code: "13001".into(), ..address() })
            .await
            .unwrap();
        let form = PlaceOrder { key: shop.new_key(), reviewed: shop.checkout(ada).await.unwrap().reviewed };
        let id = shop.place_order(ada, form).await.unwrap();
        let order = shop.order(ada, id).await.unwrap();
        assert_eq!((order.total.amount().to_string().as_str(), order.total.currency().code()), (two, code));
        let cheap = ListingQuery { max_price: Some(price.into()), page: 1, ..ListingQuery::default() };
        assert_eq!(shop.listing(&cheap).await.unwrap().total, 1);
        dollars.done().await;
    }
}
