//! The session store: what is signed out stays signed out, and the table gives nobody away.

use shop::domain::{CartId, UserId};
use shop::infrastructure::postgres::{PgSessions, SessionState, SessionUse, using_session};
use shop::usecase::{CART_COUNT_KEY, CartOwner, SessionUser};
use time::{Duration, OffsetDateTime};
use tower_sessions::SessionStore;
use tower_sessions::session::{Id, Record};

use crate::harness::{TestShop, quantity};

fn record() -> Record {
    let expiry_date = OffsetDateTime::from_unix_timestamp(4_000_000_000).unwrap();
    Record { id: Id::default(), data: Default::default(), expiry_date }
}

fn signed_in(user: UserId) -> Record {
    let mut record = record();
    record.data.insert("axum-login.data".into(), serde_json::json!({ "user_id": user, "auth_hash": [1] }));
    record
}

#[tokio::test]
async fn a_request_that_began_before_the_sign_out_does_not_bring_the_session_back() {
    let shop = TestShop::open().await;
    let store = PgSessions::new(shop.shop.store().pool().clone());
    let mut session = record();
    session.data.insert("cart".into(), "42".into());
    store.create(&mut session).await.unwrap();
    let slow = store.load(&session.id).await.unwrap().unwrap();
    assert_eq!(slow.data, session.data);
    store.delete(&session.id).await.unwrap();
    store.save(&slow).await.unwrap();
    assert_eq!(store.load(&session.id).await.unwrap(), None);
    shop.done().await;
}

#[tokio::test]
async fn the_table_holds_no_id_that_would_sign_anybody_in() {
    let shop = TestShop::open().await;
    let store = PgSessions::new(shop.shop.store().pool().clone());
    let mut session = record();
    store.create(&mut session).await.unwrap();
    let kept: Vec<u8> =
        sqlx::query_scalar("select id_hash from sessions").fetch_one(shop.shop.store().pool()).await.unwrap();
    assert_eq!(kept.len(), 32);
    assert!(!kept.windows(16).any(|w| w == session.id.0.to_be_bytes() || w == session.id.0.to_le_bytes()));
    shop.done().await;
}

/// 128 bits, each of them as often set as not: in a thousand ids that is 500 and hardly ever 100 more or fewer.
#[test]
fn no_id_of_a_session_can_be_guessed() {
    let ids: Vec<u128> = (0..1_000).map(|_| u128::from_be_bytes(Id::default().0.to_be_bytes())).collect();
    for bit in 0..128 {
        let set = ids.iter().filter(|id| (**id >> bit) & 1 == 1).count();
        assert!((400..=600).contains(&set), "bit {bit} is set in {set} of 1,000");
    }
    let different: std::collections::BTreeSet<_> = ids.iter().collect();
    assert_eq!(different.len(), 1_000);
}

#[tokio::test]
async fn a_session_knows_whose_it_is_and_never_lives_longer_than_90_days() {
    let shop = TestShop::open().await;
    let store = PgSessions::new(shop.shop.store().pool().clone());
    let ada = shop.register("Ada").await;
    let mut session = record();
    store.create(&mut session).await.unwrap();
    session.data.insert("axum-login.data".into(), serde_json::json!({ "user_id": ada.id, "auth_hash": [1] }));
    store.save(&session).await.unwrap();
    let owned = "select count(*) from sessions s join users u on u.id = s.user_id";
    assert_eq!(shop.count(owned).await, 1);
    let kept = store.load(&session.id).await.unwrap().unwrap();
    assert!(kept.expiry_date < session.expiry_date - Duration::days(365), "{}", kept.expiry_date);
    shop.done().await;
}

#[tokio::test]
async fn a_session_that_was_signed_in_with_knows_so_for_as_long_as_a_request_takes_and_not_longer() {
    let shop = TestShop::open().await;
    let store = PgSessions::new(shop.shop.store().pool().clone());
    let ada = shop.register("Ada").await.id;
    let mut session = record();
    store.create(&mut session).await.unwrap();
    let cart = CartId(uuid::Uuid::max());
    assert_eq!(store.remember_cart(&session.id, cart).await.unwrap(), SessionState::Open);
    assert_eq!(store.end_by_sign_in(&session.id, ada).await.unwrap(), Some(cart));
    for (passed, state) in
        [(0, SessionState::SignedIn(ada)), (24, SessionState::SignedIn(ada)), (1, SessionState::Gone)]
    {
        let pass = "update sessions set expires_at = expires_at - make_interval(secs => $1)";
        sqlx::query(pass).bind(f64::from(passed)).execute(shop.shop.store().pool()).await.unwrap();
        assert_eq!(store.remember_cart(&session.id, cart).await.unwrap(), state, "{passed} s more");
    }
    shop.done().await;
}

/// Of each session, in order of their making, how many whole days it lasts.
async fn lasting(shop: &TestShop) -> Vec<i32> {
    sqlx::query_scalar("select extract(day from expires_at - created_at)::int from sessions order by created_at")
        .fetch_all(shop.shop.store().pool())
        .await
        .unwrap()
}

#[tokio::test]
async fn a_guests_session_lasts_a_day_until_somebody_comes_back_with_it_or_has_bought_something() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 10)]).await;
    let store = PgSessions::new(shop.shop.store().pool().clone());
    let mut robot = record();
    store.create(&mut robot).await.unwrap();
    let mut guest = record();
    store.create(&mut guest).await.unwrap();
    assert_eq!(lasting(&shop).await, [1, 1]);
    assert!(store.load(&guest.id).await.unwrap().is_some());
    assert_eq!(lasting(&shop).await, [1, 14]);
    assert!(store.load(&guest.id).await.unwrap().is_some());
    assert_eq!(lasting(&shop).await, [1, 14], "and once is enough");

    let cart = shop.shop.begin_guest_cart().await.unwrap();
    let email = Some(shop::domain::Email::parse("guest@example.org").unwrap());
    let asked = shop::usecase::OrderRequest { email, ..crate::pricing::mug(&shop, "").await };
    shop.shop.request_order(shop::usecase::CartOwner::Guest(Some(cart)), asked).await.unwrap();
    let mut buyer = record();
    buyer.data.insert("cart".into(), serde_json::json!(cart));
    store.create(&mut buyer).await.unwrap();
    assert!(lasting(&shop).await[2] > 365, "as long as it was told to");
    shop.done().await;
}

#[tokio::test]
async fn what_is_signed_in_lasts_and_what_was_signed_in_with_does_not_come_back_by_being_read() {
    let shop = TestShop::open().await;
    let store = PgSessions::new(shop.shop.store().pool().clone());
    let ada = shop.register("Ada").await;
    let mut session = signed_in(ada.id);
    store.create(&mut session).await.unwrap();
    assert!(lasting(&shop).await[0] > 14);
    let mut guest = record();
    store.create(&mut guest).await.unwrap();
    store.end_by_sign_in(&guest.id, ada.id).await.unwrap();
    assert!(store.load(&guest.id).await.unwrap().is_some());
    assert_eq!(lasting(&shop).await[1], 0, "25 seconds");
    shop.done().await;
}

#[tokio::test]
async fn an_expired_session_is_none() {
    let shop = TestShop::open().await;
    let store = PgSessions::new(shop.shop.store().pool().clone());
    let mut session = Record { expiry_date: OffsetDateTime::UNIX_EPOCH, ..record() };
    store.create(&mut session).await.unwrap();
    assert_eq!(store.load(&session.id).await.unwrap(), None);
    shop.shop.run_housekeeping().await.unwrap();
    assert_eq!(shop.count("select count(*) from sessions").await, 0);
    shop.done().await;
}

#[tokio::test]
async fn who_is_signed_in_comes_with_the_session_and_is_written_as_an_id() {
    let shop = TestShop::open().await;
    let store = PgSessions::new(shop.shop.store().pool().clone());
    let ada = shop.register("Ada").await;
    let mut session = signed_in(ada.id);
    store.create(&mut session).await.unwrap();
    let read = store.load(&session.id).await.unwrap().unwrap();
    let named: SessionUser = serde_json::from_value(read.data["axum-login.data"]["user_id"].clone()).unwrap();
    assert_eq!(named.account.as_ref().map(|account| &account.user), Some(&ada));
    assert_eq!(serde_json::to_value(&named).unwrap(), serde_json::json!(ada.id));
    let kept = "select count(*) from sessions s where s.data #>> '{axum-login.data,user_id}' = s.user_id::text
        and s.data::text not like '%ada%' and s.data::text not like '%argon2%'";
    assert_eq!(shop.count(kept).await, 1);
    store.save(&read).await.unwrap();
    assert_eq!(shop.count(kept).await, 1, "nor after it was read and written again");
    let mut copy = read;
    copy.id = Id::default();
    store.create(&mut copy).await.unwrap();
    assert_eq!(shop.count(kept).await, 2, "nor under another id");
    shop.done().await;
}

#[tokio::test]
async fn how_much_is_in_the_cart_comes_with_the_session_and_is_not_written() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 10)]).await;
    let store = PgSessions::new(shop.shop.store().pool().clone());
    let (ada, mug) = (shop.register("Ada").await, shop.variant("MUG").await);
    let mut hers = signed_in(ada.id);
    store.create(&mut hers).await.unwrap();
    let opened = async |cart: Option<CartId>| {
        let mut session = record();
        if let Some(cart) = cart {
            session.data.insert("cart".into(), serde_json::json!(cart));
        }
        store.create(&mut session).await.unwrap();
        session.id
    };
    let units = async |id: Id| store.load(&id).await.unwrap().unwrap().data.get(CART_COUNT_KEY).cloned();
    assert_eq!(units(hers.id).await, Some(serde_json::json!(0)), "she has no cart yet");
    shop.add(ada.customer(), "MUG", "2").await.unwrap();
    assert_eq!(units(hers.id).await, Some(serde_json::json!(2)));
    let guests = shop.shop.add_to_cart(CartOwner::Guest(None), mug, quantity("3")).await.unwrap().id;
    assert_eq!(units(opened(guests).await).await, Some(serde_json::json!(3)));
    let of_hers = shop.shop.cart(CartOwner::Customer(ada.customer())).await.unwrap().id;
    for (cart, told, why) in [
        (None, None, "whoever has no cart has nothing to count"),
        (Some(CartId(uuid::Uuid::max())), Some(serde_json::json!(0)), "one that is forgotten"),
        (of_hers, Some(serde_json::json!(0)), "a customer's cart is no guest's"),
    ] {
        assert_eq!(units(opened(cart).await).await, told, "{why}");
    }

    // What has no header counts nothing, and knows her all the same.
    let of_form = SessionUse { is_ahead: false, shows_count: false };
    let uncounted = using_session(of_form, store.load(&hers.id)).await.unwrap().unwrap();
    assert_eq!(uncounted.data.get(CART_COUNT_KEY), None);

    let mut read = store.load(&hers.id).await.unwrap().unwrap();
    assert_eq!(read.data["axum-login.data"], uncounted.data["axum-login.data"]);
    store.save(&read).await.unwrap();
    read.id = Id::default();
    store.create(&mut read).await.unwrap();
    assert_eq!(shop.count("select count(*) from sessions where data ? 'cart_count'").await, 0);
    shop.done().await;
}
