//! Currencies: what was sold keeps the one it was sold in, the catalogue has one, and each has its own decimals.

use shop::domain::{Currency, OrderStatus, Staff, Step};
use shop::dto::{AddressForm, ListingQuery};
use shop::usecase::SandboxOutcome::Approve;
use shop::usecase::{CartOwner, Catalogue, Error, PlaceOrder};

use crate::harness::{TestShop, address, product, quantity, usd};

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
    euros.advance_order(staff, id, Step::Ship).await.unwrap();
    let totals = "select count(*) from outbox where topic in ('order.created', 'order.paid', 'order.shipped')
        and payload::text like '%\"currency\":%\"USD\"%'";
    assert_eq!(shop.count(totals).await, 3);
    let bus = shop::usecase::Embedded::new(euros.clone());
    while euros.relay(&bus, 200).await.unwrap() != shop::usecase::Relayed::Idle {}
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

#[tokio::test]
async fn each_currency_has_its_own_decimals_from_the_shelf_to_the_order() {
    for (code, price, two, too_fine) in [("JPY", "1200", "2400", "1200.5"), ("KWD", "1.125", "2.250", "1.1255")] {
        let dollars = TestShop::open().await;
        let shop = dollars.another_process_in(currency(code)).await;
        let entry = |price: &str| {
            let category = shop::usecase::CategoryEntry {
                slug: "tableware".into(),
                name: "Tableware".into(),
                description: String::new(),
                image: None,
            };
            Catalogue { categories: vec![category], products: vec![product("MUG", price, 5)] }
        };
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
