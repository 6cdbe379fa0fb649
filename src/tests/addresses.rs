//! The address book, and its part in a checkout.

use shop::domain::{AddressId, Problem, Refusal};
use shop::dto::{AddressForm, CheckoutForm};

use crate::harness::{TestShop, address, refused};

fn at(number: u32) -> AddressForm {
    AddressForm { line1: format!("{number} Ormonde Street"), ..address() }
}

#[tokio::test]
async fn a_book_is_its_owners_alone() {
    let shop = TestShop::open().await;
    let (ada, bob) = (shop.customer("Ada").await, shop.customer("Bob").await);
    let first = shop.shop.add_address(ada, at(1), false).await.unwrap();
    let second = shop.shop.add_address(ada, at(2), false).await.unwrap();
    assert!(first.is_default && !second.is_default);
    assert_eq!(shop.shop.add_address(ada, at(2), false).await.unwrap().id, second.id, "it is there already");
    shop.shop.make_default_address(ada, second.id).await.unwrap();
    let lines = async |who| {
        let book = shop.shop.addresses(who).await.unwrap();
        book.into_iter().map(|entry| (entry.address.line1, entry.is_default)).collect::<Vec<_>>()
    };
    assert_eq!(lines(ada).await, [("2 Ormonde Street".into(), true), ("1 Ormonde Street".into(), false)]);
    assert_eq!(lines(bob).await, []);
    for id in [first.id, AddressId(uuid::Uuid::nil())] {
        assert_eq!(refused(shop.shop.address(bob, id).await), Refusal::NotFound);
        assert_eq!(refused(shop.shop.change_address(bob, id, at(3), true).await), Refusal::NotFound);
        assert_eq!(refused(shop.shop.make_default_address(bob, id).await), Refusal::NotFound);
        assert_eq!(refused(shop.shop.remove_address(bob, id).await), Refusal::NotFound);
    }
    let wrong = AddressForm { postal_code: "10117".into(), ..at(4) };
    let refusal = refused(shop.shop.change_address(ada, first.id, wrong, true).await);
    assert!(matches!(refusal.problem_of("postal_code"), Some(Problem::NotAPostalCode { .. })), "{refusal}");
    shop.shop.change_address(ada, first.id, at(5), true).await.unwrap();
    shop.shop.remove_address(ada, second.id).await.unwrap();
    assert_eq!(lines(ada).await, [("5 Ormonde Street".into(), true)]);
    shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_at_once_twenty_find_room_and_one_is_the_default() {
    let shop = TestShop::open().await;
    let ada = shop.customer("Ada").await;
    let adds = (1..=30).map(|number| shop.shop.add_address(ada, at(number), true));
    let answers = futures::future::join_all(adds).await;
    let full = answers.into_iter().filter_map(Result::err).map(|error| format!("{error:?}")).collect::<Vec<_>>();
    assert!(full.len() == 10 && full.iter().all(|e| e.contains("AddressBookFull")), "{full:?}");
    let book = shop.shop.addresses(ada).await.unwrap();
    assert_eq!((book.len(), book.iter().filter(|entry| entry.is_default).count()), (20, 1));
    shop.done().await;
}

#[tokio::test]
async fn a_checkout_goes_to_an_address_of_the_book_or_adds_to_it() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let (ada, bob) = (shop.customer("Ada").await, shop.customer("Bob").await);
    shop.add(ada, "MUG", "1").await.unwrap();
    let kept = shop.shop.add_address(ada, at(1), false).await.unwrap();
    let of_bob = shop.shop.add_address(bob, at(2), false).await.unwrap();

    let choose = async |saved: &str| {
        let form = CheckoutForm { saved: saved.into(), shipping: at(9), ..CheckoutForm::default() };
        shop.shop.save_address(ada, form).await
    };
    choose(&kept.id.to_string()).await.unwrap();
    let seen = async || shop.shop.checkout(ada).await.unwrap();
    assert_eq!(seen().await.address.as_ref(), Some(&kept.address), "not what was typed below");
    for tampered in [of_bob.id.to_string(), "nonsense".into(), "00000000-0000-0000-0000-000000000000".into()] {
        assert_eq!(refused(choose(&tampered).await), Refusal::NotFound, "{tampered}");
    }
    assert_eq!(seen().await.address.as_ref(), Some(&kept.address), "nothing has changed");

    choose(CheckoutForm::ANOTHER).await.unwrap();
    assert_eq!(seen().await.saved.len(), 1, "nobody asked to keep it");
    let keep = CheckoutForm { keep: "on".into(), shipping: at(9), ..CheckoutForm::default() };
    for _ in 0..2 {
        shop.shop.save_address(ada, keep.clone()).await.unwrap();
    }
    let view = seen().await;
    assert_eq!(view.address.unwrap().line1, "9 Ormonde Street");
    assert_eq!(
        view.saved.iter().map(|e| e.address.line1.as_str()).collect::<Vec<_>>(),
        ["1 Ormonde Street", "9 Ormonde Street"]
    );

    // The order has a copy: what becomes of the book is nothing to it.
    let form = shop.review(ada).await;
    let order = shop.shop.place_order(ada, form).await.unwrap();
    for entry in view.saved {
        shop.shop.remove_address(ada, entry.id).await.unwrap();
    }
    let order = shop.order(ada, order).await;
    assert_eq!(order.shipping_address.unwrap().line1, "9 Ormonde Street");
    shop.done().await;
}

#[tokio::test]
async fn an_address_is_kept_as_its_country_writes_it() {
    let shop = TestShop::open().await;
    let ada = shop.customer("Ada").await;
    let form = AddressForm {
        name: "Ada".into(),
        company: "Analytical Engines".into(),
        line1: "Al Wasl Road 1".into(),
        region: "Dubai".into(),
        country: "AE".into(),
        phone: "+971 4 123 4567".into(),
        tax_number: "100123456700003".into(),
        ..AddressForm::default()
    };
    let kept = shop.shop.add_address(ada, form, false).await.unwrap();
    let again = shop.shop.address(ada, kept.id).await.unwrap();
    assert_eq!(again, kept);
    assert_eq!(again.address.lines(), ["Ada", "Analytical Engines", "Al Wasl Road 1", "Dubai", "United Arab Emirates"]);
    assert_eq!((again.address.region.as_deref(), again.address.postal_code), (Some("DU"), None));
    shop.done().await;
}

#[tokio::test]
async fn another_billing_address_is_reviewed_and_copied_onto_the_order() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let ada = shop.customer("Ada").await;
    shop.add(ada, "MUG", "1").await.unwrap();
    let firm = AddressForm {
        name: "Accounts".into(),
        company: "Analytical Engines GmbH".into(),
        line1: "Hauptstr. 1".into(),
        city: "Berlin".into(),
        postal_code: "10117".into(),
        country: "DE".into(),
        tax_number: "DE 136 695 976".into(),
        ..AddressForm::default()
    };
    let form = |billing: AddressForm| CheckoutForm { billing_is: "other".into(), billing, ..address().into() };
    let wrong = AddressForm { city: String::new(), ..form(firm.clone()).shipping };
    let both = CheckoutForm { shipping: wrong, ..form(AddressForm { postal_code: "SW1".into(), ..firm.clone() }) };
    let Refusal::Invalid { fields } = refused(shop.shop.save_address(ada, both).await) else { panic!("not invalid") };
    assert_eq!(fields.iter().map(|f| f.field.as_str()).collect::<Vec<_>>(), ["city", "billing[postal_code]"]);

    shop.shop.save_address(ada, form(firm.clone())).await.unwrap();
    let before = shop.review(ada).await;
    // In another tab it becomes the same again: what was reviewed is not what would be ordered.
    shop.shop.save_address(ada, address()).await.unwrap();
    let refusal = refused(shop.shop.place_order(ada, before).await);
    assert_eq!(refusal, Refusal::CartChanged { parts: vec![shop::domain::ReviewedPart::Address] });
    shop.shop.save_address(ada, form(firm)).await.unwrap();
    let placed = shop.review(ada).await;
    let order = shop.shop.place_order(ada, placed).await.unwrap();
    let order = shop.order(ada, order).await;
    assert_eq!(order.shipping_address.unwrap().country, "GB");
    let billed = order.billing_address.unwrap();
    assert_eq!(billed.lines(), ["Accounts", "Analytical Engines GmbH", "Hauptstr. 1", "10117 Berlin", "Germany"]);
    assert_eq!(billed.tax_number.as_deref(), Some("DE 136 695 976"));
    shop.done().await;
}
