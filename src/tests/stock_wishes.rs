//! Whoever waits for what is sold out hears of it once, in the order in which they asked, and is forgotten when they say so.

use futures::future::{join, join_all};
use shop::domain::{Customer, Email, Refusal, VariantId};
use shop::dto::StockForm;
use shop::usecase::LinkToken;
use time::Duration;

use crate::account::link;
use crate::harness::rules::STAFF;
use crate::harness::{Everything, TestShop, refused};

const LETTERS: &str = "select count(*) from email_messages where kind = 'back_in_stock'";
const TO_CONFIRM: &str = "select count(*) from email_messages where kind = 'stock_wish'";

async fn sold_out() -> (TestShop, VariantId) {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("CUP", "9.50", 0)]).await;
    let cup = shop.variant("CUP").await;
    (shop, cup)
}

async fn arrive(shop: &TestShop, units: i64) {
    let product = shop.record("cup").await.id;
    let form = StockForm { change: Some(units), reason: "Arrived".into(), ..StockForm::default() };
    shop.shop.change_stock(STAFF.may(), product, &form, None).await.unwrap();
}

async fn wish(shop: &TestShop, by: Option<Customer>, cup: VariantId, email: &str) -> bool {
    shop.shop.wish_stock(by, cup, &Email::parse(email).unwrap()).await.unwrap()
}

async fn told(shop: &TestShop) -> usize {
    shop.shop.grant_stock_wishes(20).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn five_hundred_who_wait_for_three_units_hear_of_it_once_each_in_the_order_in_which_they_asked() {
    let (shop, _) = sold_out().await;
    shop.execute(
        "insert into stock_wishes (id, variant_id, email, asked_at, confirmed_at, expires_at)
         select gen_random_uuid(), v.id, 'w' || n || '@example.org', timestamptz '2026-01-01' + n * interval '1 minute',
            now(), '2100-01-01'
         from product_variants v, generate_series(1, 500) n",
    )
    .await;
    assert_eq!(told(&shop).await, 0, "there is nothing to be had");
    // Twice at once.
    join(arrive(&shop, 2), arrive(&shop, 1)).await;
    assert_eq!(told(&shop).await, 20, "a few at a time");
    let first: String = shop
        .scalar("select string_agg(recipient, ' ' order by id) from email_messages where kind = $1", "back_in_stock")
        .await;
    let expected: Vec<_> = (1..=20).map(|n| format!("w{n}@example.org")).collect();
    assert_eq!(first, expected.join(" "));
    // Two workers at once.
    let (one, other) = (shop.another_process().await, shop.another_process().await);
    let mut all = 20;
    loop {
        let (by_one, by_other) = join(one.grant_stock_wishes(20), other.grant_stock_wishes(20)).await;
        let round = by_one.unwrap() + by_other.unwrap();
        assert!(round <= 40);
        if round == 0 {
            break;
        }
        all += round;
    }
    assert_eq!((all, shop.count(LETTERS).await), (500, 500));
    let people = "select count(distinct recipient) from email_messages where kind = 'back_in_stock'";
    assert_eq!(shop.count(people).await, 500, "one each");
    arrive(&shop, -3).await;
    arrive(&shop, 5).await;
    assert_eq!((told(&shop).await, shop.count(LETTERS).await), (0, 500), "once");
    shop.done().await;
}

#[tokio::test]
async fn no_more_are_told_once_it_is_sold_out_again_or_not_for_sale() {
    let (shop, cup) = sold_out().await;
    let (ada, bob) = (shop.customer("Ada").await, shop.customer("Bob").await);
    shop.execute("update users set email_verified_at = now()").await;
    assert!(wish(&shop, Some(ada), cup, "ADA@example.org").await, "they have shown that it is theirs");
    shop.clock.advance(Duration::SECOND);
    assert!(wish(&shop, Some(bob), cup, "bob@example.org").await);
    arrive(&shop, 1).await;
    assert_eq!(shop.shop.grant_stock_wishes(1).await.unwrap(), 1);
    arrive(&shop, -1).await;
    assert_eq!(told(&shop).await, 0);
    arrive(&shop, 1).await;
    shop.execute("update products set status = 'draft'").await;
    assert_eq!(told(&shop).await, 0);
    let unsold = shop.shop.wish_stock(None, cup, &Email::parse("eve@example.org").unwrap()).await;
    assert_eq!(refused(unsold), Refusal::NotFound);
    shop.execute("update products set status = 'active'").await;
    assert_eq!(told(&shop).await, 1, "Bob's");
    assert_eq!(shop.count(TO_CONFIRM).await, 0);
    shop.done().await;
}

#[tokio::test]
async fn a_guest_confirms_their_address_hears_once_and_may_wish_anew() {
    let (shop, cup) = sold_out().await;
    let guest = "guest@example.org";
    let both = join_all((0..2).map(|_| wish(&shop, None, cup, guest))).await;
    assert_eq!(both, [false, false]);
    assert_eq!(shop.count(TO_CONFIRM).await, 1, "one link in a day");
    arrive(&shop, 3).await;
    assert_eq!(told(&shop).await, 0, "nobody has shown whose the address is");
    let token = link(&shop, "stock_wish").await;
    let view = shop.shop.stock_wish(&token).await.unwrap();
    assert_eq!((view.product.as_str(), view.email.as_str(), view.may_confirm), ("Product CUP", guest, true));
    shop.clock.advance(Duration::DAY);
    wish(&shop, None, cup, "GUEST@example.org").await;
    assert_eq!(shop.count(TO_CONFIRM).await, 2);
    assert_eq!(refused(shop.shop.confirm_stock_wish(&token).await), Refusal::LinkOver, "the next one ends it");
    let token = link(&shop, "stock_wish").await;
    for _ in 0..2 {
        assert_eq!(shop.shop.confirm_stock_wish(&token).await.unwrap(), "/products/cup?sku=CUP");
    }
    shop.clock.advance(Duration::DAY);
    wish(&shop, None, cup, guest).await;
    assert_eq!(shop.count(TO_CONFIRM).await, 2, "it waits already");
    assert_eq!((told(&shop).await, told(&shop).await), (1, 0));
    let end = link(&shop, "back_in_stock").await;
    let view = shop.shop.stock_wish(&end).await.unwrap();
    assert!(view.is_told && !view.may_confirm);
    let header: String =
        shop.scalar("select content ->> 'unsubscribe' from email_messages where kind = $1", "back_in_stock").await;
    assert!(header.ends_with(&format!("/unsubscribe?token={}", end.as_str())), "{header}");
    // Anew, and the link of the letter before ends that, too.
    wish(&shop, None, cup, guest).await;
    assert_eq!(shop.count(TO_CONFIRM).await, 3);
    shop.shop.confirm_stock_wish(&link(&shop, "stock_wish").await).await.unwrap();
    shop.shop.end_stock_wish(&end).await.unwrap();
    shop.shop.end_stock_wish(&end).await.unwrap();
    assert_eq!((told(&shop).await, shop.count("select count(*) from stock_wishes").await), (0, 0));
    shop.done().await;
}

#[tokio::test]
async fn no_link_is_worth_anything_for_another_wish_and_wishes_end() {
    let (shop, cup) = sold_out().await;
    wish(&shop, None, cup, "guest@example.org").await;
    let token = link(&shop, "stock_wish").await;
    let kept: String = shop.scalar("select string_agg(w::text, '') from stock_wishes w where $1 = ''", "").await;
    let (id, proof) = token.as_str().split_once('.').unwrap();
    assert!(!kept.contains(proof), "nothing secret is kept: {kept}");
    wish(&shop, None, cup, "eve@example.org").await;
    let others = link(&shop, "stock_wish").await;
    let others = others.as_str().split_once('.').unwrap().0;
    for garbled in ["", ".", "x.y", id, &format!("{others}.{proof}")] {
        let garbled = LinkToken::brought(garbled);
        assert_eq!(refused(shop.shop.stock_wish(&garbled).await), Refusal::LinkOver, "{garbled:?}");
        shop.shop.end_stock_wish(&garbled).await.unwrap();
    }
    assert_eq!(shop.count("select count(*) from stock_wishes").await, 2);
    shop.shop.confirm_stock_wish(&token).await.unwrap();
    shop.clock.advance(Duration::days(3) - Duration::minutes(5));
    assert_eq!(shop.shop.run_housekeeping().await.unwrap().stock_wishes, 0);
    shop.clock.advance(Duration::minutes(6));
    assert_eq!(shop.shop.run_housekeeping().await.unwrap().stock_wishes, 1, "nobody has confirmed it");
    shop.clock.advance(Duration::days(88));
    arrive(&shop, 1).await;
    assert_eq!(told(&shop).await, 0, "ninety days are over");
    assert_eq!(shop.shop.run_housekeeping().await.unwrap().stock_wishes, 1);
    shop.done().await;
}

#[tokio::test]
async fn who_does_not_want_to_be_asked_is_not_and_nobody_is_asked_often() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("CUP", "9.50", 0), ("MUG", "9.50", 0), ("BOWL", "9.50", 0), ("VASE", "9.50", 0)]).await;
    let guest = "ada@example.org";
    for (sku, letters) in [("CUP", 1), ("MUG", 2), ("BOWL", 3), ("VASE", 3)] {
        assert!(!wish(&shop, None, shop.variant(sku).await, guest).await, "the same answer");
        assert_eq!(shop.count(TO_CONFIRM).await, letters, "{sku}");
    }
    let bowl = shop.variant("BOWL").await;
    let confirm = link(&shop, "stock_wish").await;
    let header: String = shop
        .scalar(
            "select content ->> 'unsubscribe' from email_messages where kind = $1 order by id desc limit 1",
            "stock_wish",
        )
        .await;
    let end = LinkToken::brought(header.split_once("/unsubscribe?token=").unwrap().1);
    let view = shop.shop.stock_wish(&end).await.unwrap();
    assert!(!view.may_confirm && !view.is_confirmed, "who ends it does not confirm it");
    for _ in 0..2 {
        shop.shop.end_stock_wish(&end).await.unwrap();
    }
    assert_eq!(refused(shop.shop.confirm_stock_wish(&confirm).await), Refusal::LinkOver);
    assert_eq!(shop.count("select count(*) from stock_wishes where refused_at is not null").await, 1);
    shop.clock.advance(Duration::DAY);
    assert!(!wish(&shop, None, bowl, guest).await);
    assert_eq!(shop.count(TO_CONFIRM).await, 3, "refused");
    wish(&shop, None, shop.variant("VASE").await, guest).await;
    assert_eq!(shop.count(TO_CONFIRM).await, 4, "a day is over");
    let ada = shop.customer("Ada").await;
    shop.execute("update users set email_verified_at = now()").await;
    assert!(wish(&shop, Some(ada), bowl, guest).await, "its owner may want it all the same");
    assert_eq!(shop.count("select count(*) from stock_wishes where refused_at is not null").await, 0);
    shop.done().await;
}
