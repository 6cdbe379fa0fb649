//! "Order again": what can still be had goes into the cart, what cannot is named, and twice is once.

use futures::future::join_all;
use shop::domain::{CartId, MAX_LINES, OrderId, Refusal, Staff, Step, Unavailable, UserId};
use shop::dto::{CartAgain, CartView, StockForm};
use shop::usecase::SandboxOutcome::Approve;
use shop::usecase::{CartOwner, OrderAccess, OrderRequest, OrderToken, RequestedItem};

use crate::harness::{Everything, TestShop, product, quantity, refused, variant};

const STAFF: Staff = Staff(UserId(uuid::Uuid::nil()));

/// The skus of a cart with their quantities.
fn lines(cart: &CartView) -> Vec<(&str, u32)> {
    cart.lines.iter().map(|line| (line.sku.as_str(), line.quantity.get())).collect()
}

fn unavailable(again: &CartAgain) -> Vec<(&str, Unavailable)> {
    again.unavailable.iter().map(|item| (item.name.as_str(), item.why)).collect()
}

async fn count_stock(shop: &TestShop, slug: &str, counted: u32) {
    let form = StockForm { counted: Some(counted.into()), reason: "Stocktaking".into(), ..StockForm::default() };
    shop.shop.change_stock(STAFF.may(), shop.record(slug).await.id, &form, None).await.unwrap();
}

/// A guest's order of a mug, by the API's call.
async fn guest_order(shop: &TestShop, guest: CartOwner, email: &str) -> OrderId {
    let product = shop.record("mug").await.id;
    let item = RequestedItem { product, variant: None, quantity: quantity("2") };
    let asked = OrderRequest {
        key: shop.shop.new_key(),
        items: Some(vec![item]),
        email: Some(shop::domain::Email::parse(email).unwrap()),
        ..OrderRequest::default()
    };
    let id = shop.shop.request_order(guest, asked).await.unwrap();
    shop.deliver().await;
    id
}

async fn guest(shop: &TestShop) -> CartOwner {
    CartOwner::Guest(Some(shop.shop.begin_guest_cart().await.unwrap()))
}

#[tokio::test]
async fn what_can_be_had_is_in_the_cart_and_what_cannot_is_named_with_the_reason() {
    let shop = TestShop::open().await;
    let shelf =
        [("MUG", "24.00", 9), ("BOWL", "12.00", 9), ("CUP", "5.00", 2), ("JUG", "30.00", 5), ("POT", "8.00", 9)];
    shop.stock_shelves(&shelf).await;
    let ada = shop.customer("Ada").await;
    let ordered = [("MUG", "2"), ("BOWL", "3"), ("CUP", "2"), ("JUG", "4"), ("POT", "1")];
    let id = shop.place_reserved(ada, &ordered).await;
    shop.shop.pay_order(ada, id, Approve).await.unwrap();
    shop.shop.advance_order(STAFF.may(), id, Step::Ship).await.unwrap();
    shop.deliver().await;
    // One is left of five jugs, and no cup; the bowl is not sold any more.
    shop.shop.withdraw_product(STAFF.may(), shop.record("bowl").await.id).await.unwrap();
    count_stock(&shop, "jug", 3).await;
    shop.execute("update product_variants set price = 25 where sku = 'MUG'").await;

    let again = shop.shop.order_again(ada, id).await.unwrap();
    assert_eq!(lines(&again.cart), [("MUG", 2), ("JUG", 3), ("POT", 1)]);
    let expected = [
        ("Product BOWL", Unavailable::NotForSale),
        ("Product CUP", Unavailable::SoldOut),
        ("Product JUG", Unavailable::OnlyLeft { left: 3 }),
    ];
    assert_eq!(unavailable(&again), expected);
    assert!(again.found_some);
    assert_eq!(again.unavailable[2].line(), "Product JUG: Only 3 left.");
    let mug = &again.cart.lines[0];
    assert_eq!((mug.unit_price.amount().to_string().as_str(), mug.notices.len()), ("25.00", 0), "at today's price");
    assert_eq!(shop.shop.order(ada, id).await.unwrap().items.len(), 5, "the order is as it was");

    count_stock(&shop, "mug", 0).await;
    count_stock(&shop, "jug", 0).await;
    count_stock(&shop, "pot", 0).await;
    shop.shop.clear_cart(ada.into()).await.unwrap();
    let nothing = shop.shop.order_again(ada, id).await.unwrap();
    assert_eq!((nothing.cart.lines.len(), nothing.unavailable.len(), nothing.found_some), (0, 5, false));
    shop.done().await;
}

#[tokio::test]
async fn a_variant_is_named_with_what_was_chosen() {
    let shop = TestShop::open().await;
    let mut throw = product("THROW", "60.00", 5);
    throw.options = vec!["Colour".into(), "Size".into()];
    throw.variants =
        vec![variant("T-MOSS", &["Moss", "Large"], "60.00", 1), variant("T-RUST", &["Rust", "Large"], "60.00", 5)];
    shop.load(vec![throw]).await;
    let ada = shop.customer("Ada").await;
    let id = shop.place_reserved(ada, &[("T-MOSS", "1"), ("T-RUST", "1")]).await;
    let again = shop.shop.order_again(ada, id).await.unwrap();
    assert_eq!(lines(&again.cart), [("T-RUST", 1)]);
    assert_eq!(again.unavailable[0].line(), "Product THROW, Moss, Large: Sold out.");
    shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn twice_is_once_and_what_is_in_the_cart_stays() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 30), ("CUP", "5.00", 30), ("JUG", "30.00", 30)]).await;
    let ada = shop.customer("Ada").await;
    let id = shop.place_reserved(ada, &[("MUG", "2"), ("CUP", "3")]).await;
    shop.add(ada, "JUG", "1").await.unwrap();
    shop.add(ada, "CUP", "5").await.unwrap();
    // A double click, and a second tab.
    let answers = join_all((0..20).map(|_| shop.shop.order_again(ada, id))).await;
    for answer in answers {
        let again = answer.unwrap();
        assert_eq!(lines(&again.cart), [("JUG", 1), ("CUP", 5), ("MUG", 2)]);
        assert_eq!((again.unavailable.len(), again.found_some), (0, true));
    }
    // Two tabs, of which one orders again and the other adds: nothing of either is lost.
    let (again, added) = tokio::join!(shop.shop.order_again(ada, id), shop.add(ada, "JUG", "2"));
    assert!(again.is_ok() && added.is_ok());
    assert_eq!(lines(&shop.shop.cart(ada.into()).await.unwrap()), [("JUG", 3), ("CUP", 5), ("MUG", 2)]);
    shop.done().await;
}

#[tokio::test]
async fn a_guest_orders_again_with_session_or_token_into_the_cart_they_have() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 30)]).await;
    let known = guest(&shop).await;
    let id = guest_order(&shop, known, "guest@example.org").await;
    let again = shop.shop.order_again(known, id).await.unwrap();
    assert_eq!((lines(&again.cart), CartOwner::Guest(again.cart.id)), (vec![("MUG", 2)], known));
    // On another machine there is the link of the mail, and no cart yet.
    let token = Some(shop.shop.order_token(id).unwrap());
    let elsewhere = OrderAccess { owner: CartOwner::Guest(None), token: token.clone() };
    let again = shop.shop.order_again(elsewhere, id).await.unwrap();
    assert_eq!(lines(&again.cart), [("MUG", 2)]);
    assert!(again.cart.id.is_some() && CartOwner::Guest(again.cart.id) != known, "a cart of their own");
    // Whoever has an account by now has a cart there.
    let ada = shop.customer("Ada").await;
    let again = shop.shop.order_again(OrderAccess { owner: ada.into(), token }, id).await.unwrap();
    assert_eq!(lines(&again.cart), [("MUG", 2)]);
    assert_eq!(lines(&shop.shop.cart(ada.into()).await.unwrap()), [("MUG", 2)]);
    shop.done().await;
}

#[tokio::test]
async fn nobody_orders_again_what_somebody_else_ordered() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 30)]).await;
    let (ada, bob) = (shop.customer("Ada").await, shop.customer("Bob").await);
    let hers = shop.place_reserved(ada, &[("MUG", "1")]).await;
    let (known, other) = (guest(&shop).await, guest(&shop).await);
    let guests = guest_order(&shop, known, "guest@example.org").await;
    let others = guest_order(&shop, other, "other@example.org").await;
    let carts = "select count(*) from carts";
    let before = shop.count(carts).await;
    let token = |id| Some(shop.shop.order_token(id).unwrap());
    let with = |owner, token| OrderAccess { owner, token };
    let nobody = CartOwner::Guest(None);
    for (stranger, id) in [
        (with(bob.into(), None), hers),
        (with(known, None), hers),
        (with(nobody, None), hers),
        (with(bob.into(), token(others)), hers),
        (with(bob.into(), None), guests),
        (with(other, None), guests),
        (with(nobody, None), guests),
        (with(CartOwner::Guest(Some(CartId(guests.0))), None), guests),
        (with(nobody, token(others)), guests),
        (with(nobody, OrderToken::brought("nonsense")), guests),
        (with(ada.into(), None), OrderId(uuid::Uuid::nil())),
    ] {
        assert_eq!(refused(shop.shop.order_again(stranger.clone(), id).await), Refusal::NotFound, "{stranger:?}");
    }
    assert_eq!((shop.count(carts).await, shop.count("select count(*) from cart_items").await), (before, 0));
    shop.done().await;
}

#[tokio::test]
async fn a_cart_that_is_full_takes_what_is_in_it_already() {
    let shop = TestShop::open().await;
    let skus: Vec<_> = (1..=MAX_LINES + 1).map(|n| format!("P{n:02}")).collect();
    let shelf: Vec<_> = skus.iter().map(|sku| (sku.as_str(), "1.00", 9)).collect();
    shop.stock_shelves(&shelf).await;
    let ada = shop.customer("Ada").await;
    let id = shop.place_reserved(ada, &[("P01", "2"), ("P51", "1")]).await;
    for sku in &skus[..MAX_LINES as usize] {
        shop.add(ada, sku, "1").await.unwrap();
    }
    let again = shop.shop.order_again(ada, id).await.unwrap();
    assert_eq!(again.cart.lines.len(), MAX_LINES as usize);
    assert_eq!(lines(&again.cart)[0], ("P01", 2));
    assert_eq!(unavailable(&again), [("Product P51", Unavailable::CartFull { most: MAX_LINES })]);
    shop.done().await;
}
