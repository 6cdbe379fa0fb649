//! How often the shop waits for its database: an order, a payment and a cart cost as many round trips as is promised. That nothing is
//! decided on what has changed between two of them is tried in `overtaken_orders`.

use shop::domain::{Consumer, Currency, Envelope, Promotion, PromotionRefusal, Refusal};
use shop::dto::{CheckoutForm, OrderView};
use shop::infrastructure::LiveShop;
use shop::infrastructure::postgres::{PgSessions, PgStore};
use shop::usecase::SandboxOutcome::{Approve, Decline};
use shop::usecase::{
    BoxFuture, Bus, CART_COUNT_KEY, CartOwner, Delivery, EventViews, OrderAccess, OrderRequest, PlaceOrder, ReadAhead,
    Relayed, RequestedItem, SessionUser, Store, Tx,
};
use sqlx::{Connection as _, PgConnection};
use tower_sessions::SessionStore as _;
use tower_sessions::session::{Id, Record};

use crate::counted::CountedWay;
use crate::harness::rules::{code, flat, percent, promotion, zone};
use crate::harness::{TestShop, address, deliver_by, quantity, refused};
use crate::pricing::why;
use crate::providers::approving;

/// A shop, and a process of it that has one connection, on which round trips are counted.
async fn counted() -> (TestShop, LiveShop, CountedWay) {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 90), ("CUP", "12.00", 90)]).await;
    let way = CountedWay::to(&shop.url).await;
    let process = shop.another_process_on(&way.url, approving(shop.sandbox())).await;
    (shop, process, way)
}

fn guest_form(email: &str) -> CheckoutForm {
    CheckoutForm { email: email.into(), shipping: address(), ..CheckoutForm::default() }
}

/// A guest's cart with a mug and a cup, and the form of its last step.
async fn guest_at_review(shop: &TestShop, process: &LiveShop, email: &str) -> (CartOwner, PlaceOrder) {
    let cart = process.add_to_cart(CartOwner::Guest(None), shop.variant("MUG").await, quantity("1")).await.unwrap();
    let guest = CartOwner::Guest(cart.id);
    process.add_to_cart(guest, shop.variant("CUP").await, quantity("2")).await.unwrap();
    process.save_address(guest, guest_form(email)).await.unwrap();
    (guest, PlaceOrder { key: process.new_key(), reviewed: process.checkout(guest).await.unwrap().reviewed })
}

#[tokio::test]
async fn an_order_takes_two_round_trips() {
    let (shop, process, way) = counted().await;
    let half = Promotion { limit: Some(9), limit_per_customer: Some(9), ..promotion("Half off", percent("50")) };
    shop.promote(half).await;
    let ada = shop.customer("Ada").await;
    let form = shop.check_out(ada, &[("MUG", "1"), ("CUP", "1")]).await;
    // Who does not know the shop's rules reads them first.
    process.pricing_rules().await.unwrap();
    way.take();
    process.place_order(ada, form).await.unwrap();
    assert_eq!(way.take(), 2, "of a customer's cart");
    let product = shop.record("mug").await.id;
    let items = Some(vec![RequestedItem { product, variant: None, quantity: quantity("1") }]);
    let asked = OrderRequest { key: "a-key".into(), items, ..OrderRequest::default() };
    let first = process.request_order(ada, asked.clone()).await.unwrap();
    assert_eq!(way.take(), 2, "of named items");
    assert_eq!(process.request_order(ada, asked).await.unwrap(), first);
    assert_eq!(way.take(), 1, "asked for again");
    let (guest, form) = guest_at_review(&shop, &process, "guest@example.org").await;
    way.take();
    process.place_order(guest, form).await.unwrap();
    assert_eq!(way.take(), 2, "of a guest's cart");
    assert_eq!(shop.count("select count(*) from orders where discount_total > 0").await, 3);
    shop.done().await;
}

#[tokio::test]
async fn who_names_what_they_order_waits_for_no_cart() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 9)]).await;
    let ada = shop.customer("Ada").await;
    let product = shop.record("mug").await.id;
    let mut other = PgConnection::connect(&shop.url).await.unwrap();
    sqlx::raw_sql("begin; lock table carts in access exclusive mode").execute(&mut other).await.unwrap();
    let items = Some(vec![RequestedItem { product, variant: None, quantity: quantity("1") }]);
    let asked = OrderRequest { key: "a-key".into(), items, ..OrderRequest::default() };
    shop.shop.request_order(ada, asked).await.unwrap();
    sqlx::raw_sql("rollback").execute(&mut other).await.unwrap();
    shop.done().await;
}

#[tokio::test]
async fn who_has_just_ordered_is_answered_in_one_round_trip_until_somebody_begins_to_pay() {
    let (shop, process, way) = counted().await;
    shop.execute(
        "insert into shop_terms (return_days, manual_payment) values (30, '{\"instructions\": \"To the bank.\", \"days\": 7}')",
    )
    .await;
    let (ada, bob) = (shop.customer("Ada").await, shop.customer("Bob").await);
    let order = shop.place_reserved(ada, &[("MUG", "1"), ("CUP", "2")]).await;
    let access = OrderAccess { owner: CartOwner::Customer(ada), token: Some(process.order_token(order).unwrap()) };
    let plain = |view: OrderView| OrderView { form_key: String::new(), ..view };
    for (trips, step) in [(1, "placed"), (2, "paid")] {
        way.take();
        let answered = process.placed_order(access.clone(), order).await.unwrap();
        assert_eq!(way.take(), trips, "{step}");
        assert_eq!(answered.manual_payment.is_some(), step == "placed");
        assert_eq!(plain(answered), plain(process.order(ada, order).await.unwrap()), "{step}");
        if step == "placed" {
            process.pay_order(ada, order, Approve).await.unwrap();
        }
    }
    let of_bob = OrderAccess { owner: CartOwner::Customer(bob), token: None };
    assert_eq!(refused(process.placed_order(of_bob, order).await), Refusal::NotFound);
    shop.deliver().await;
    shop.done().await;
}

#[tokio::test]
async fn an_order_is_read_in_one_round_trip_until_something_of_it_was_given_back() {
    let (shop, process, way) = counted().await;
    let ada = shop.customer("Ada").await;
    let order = shop.place_reserved(ada, &[("MUG", "1"), ("CUP", "2")]).await;
    let trips = async |step: &str| {
        way.take();
        let read = process.order(ada, order).await.unwrap();
        let trips = way.take();
        let whole = process.order_page(ada, 1, 1).await.unwrap().items.remove(0);
        let plain = |view| OrderView { form_key: String::new(), seconds_left: None, ..view };
        assert_eq!(plain(read), plain(whole), "{step}");
        trips
    };
    assert_eq!(trips("placed").await, 1);
    refused(shop.shop.pay_order(ada, order, Decline).await);
    assert_eq!(trips("declined").await, 1);
    shop.shop.pay_order(ada, order, Approve).await.unwrap();
    shop.deliver().await;
    assert_eq!(trips("paid").await, 1);
    shop.shop.cancel_order(ada, order).await.unwrap();
    shop.deliver().await;
    assert_eq!(trips("given back").await, 2);
    shop.done().await;
}

#[tokio::test]
async fn a_connection_that_is_used_again_at_once_is_not_asked_whether_it_lives() {
    let shop = TestShop::open().await;
    let way = CountedWay::to(&shop.url).await;
    let store = PgStore::connect(&way.url, 4, Currency::USD).await.unwrap();
    // The first statement prepares itself.
    store.ping().await.unwrap();
    way.take();
    way.take_idle();
    for _ in 0..20 {
        store.ping().await.unwrap();
        store.begin().await.unwrap().commit().await.unwrap();
    }
    assert_eq!((way.take(), store.pool().size()), (60, 1));
    // Once or twice where this is so slow that a second is over.
    assert!(way.take_idle() < 20);
    store.close().await;
    shop.done().await;
}

#[tokio::test]
async fn a_session_and_whose_it_is_are_one_read() {
    let (shop, process, way) = counted().await;
    let sessions = PgSessions::new(process.store().pool().clone());
    let ada = shop.register("Ada").await;
    let expiry_date = time::OffsetDateTime::from_unix_timestamp(4_000_000_000).unwrap();
    let mut record = Record { id: Id::default(), data: Default::default(), expiry_date };
    record.data.insert("axum-login.data".into(), serde_json::json!({ "user_id": ada.id, "auth_hash": [1] }));
    sessions.create(&mut record).await.unwrap();
    shop.add(ada.customer(), "MUG", "2").await.unwrap();
    way.take();
    let read = sessions.load(&record.id).await.unwrap().unwrap();
    assert_eq!(way.take(), 1);
    // Who asks need not be looked up: the account came along.
    let named: SessionUser = serde_json::from_value(read.data["axum-login.data"]["user_id"].clone()).unwrap();
    assert_eq!(named.account.map(|account| account.user), Some(ada));
    // Nor need what is in their cart be counted, for the header.
    assert_eq!(read.data.get(CART_COUNT_KEY), Some(&serde_json::json!(2)));
    shop.done().await;
}

#[tokio::test]
async fn a_step_of_the_checkout_is_one_round_trip_and_what_is_chosen_in_it_two() {
    let (shop, process, way) = counted().await;
    let methods = vec![flat("Standard", "5.00"), flat("Express", "9.00")];
    let methods = shop.ship_by(vec![zone("Europe", &["GB", "DE"], methods)]).await;
    let (mug, cup) = (shop.variant("MUG").await, shop.variant("CUP").await);
    let ada = shop.customer("Ada").await;
    let owner = CartOwner::Customer(ada);
    process.pricing_rules().await.unwrap();
    process.add_to_cart(owner, mug, quantity("1")).await.unwrap();
    way.take();
    process.add_to_cart(owner, cup, quantity("1")).await.unwrap();
    assert_eq!(way.take(), 3, "what it depends on, the line, and the cart that is shown");
    let unseen = process.add_to_cart_unseen(owner, cup, quantity("1")).await.unwrap();
    assert_eq!((way.take(), unseen.id.is_some(), unseen.count), (2, true, 0), "and not shown where nobody looks");
    process.save_address(ada, address()).await.unwrap();
    assert_eq!(way.take(), 2, "an address");
    process.choose_shipping_method(owner, &methods[1].to_string(), "").await.unwrap();
    assert_eq!(way.take(), 2, "a method");
    let view = process.checkout(ada).await.unwrap();
    assert_eq!(way.take(), 1, "of a customer");
    let shipping = view.cart.parts.shipping.map(|shipping| shipping.name);
    let told = (view.cart.count, view.address.and_then(|to| to.city), shipping, view.email);
    let expected = ("London".to_owned(), "Express".to_owned(), "ada@example.org".to_owned());
    assert_eq!(told, (3, Some(expected.0), Some(expected.1), Some(expected.2)));

    let (guest, _) = guest_at_review(&shop, &process, "guest@example.org").await;
    way.take();
    let view = process.checkout(guest).await.unwrap();
    assert_eq!((way.take(), view.email.as_deref()), (1, Some("guest@example.org")));
    assert!(view.saved.is_empty() && view.last_address.is_none());
    process.save_address(guest, guest_form("another@example.org")).await.unwrap();
    assert_eq!(way.take(), 2, "a guest's address");
    assert_eq!(process.checkout(guest).await.unwrap().email.as_deref(), Some("another@example.org"));
    shop.done().await;
}

#[tokio::test]
async fn a_payment_takes_two_round_trips_besides_the_provider() {
    let (shop, process, way) = counted().await;
    let ada = shop.customer("Ada").await;
    let order = shop.place_reserved(ada, &[("MUG", "1")]).await;
    way.take();
    process.pay_order(ada, order, Approve).await.unwrap();
    assert_eq!(way.take(), 2);
    // A page to go to is opened with the provider, which is the sandbox here, and kept.
    let another = shop.place_reserved(ada, &[("MUG", "1")]).await;
    way.take();
    let begun = process.begin_payment(ada, another).await.unwrap();
    assert_eq!(way.take(), 2);
    assert_eq!(process.begin_payment(ada, another).await.unwrap(), begun);
    assert_eq!(
        way.take(),
        2,
        "it leads to the same page, the provider is not asked, and whoever comes back again is heard"
    );
    shop.done().await;
}

#[tokio::test]
async fn a_guests_cart_is_priced_in_one_round_trip_and_knows_who_buys() {
    let (shop, process, way) = counted().await;
    let once =
        Promotion { code: Some(code("ONCE")), limit_per_customer: Some(1), ..promotion("Half off", percent("50")) };
    let first = Promotion { first_order_only: true, stackable: true, ..promotion("Welcome", percent("10")) };
    shop.promote(once).await;
    shop.promote(first).await;
    let (guest, _) = guest_at_review(&shop, &process, "Guest@example.org").await;
    process.set_coupon(guest, "once").await.unwrap();
    let reviewed = process.checkout(guest).await.unwrap().reviewed;
    process.place_order(guest, PlaceOrder { key: process.new_key(), reviewed }).await.unwrap();

    let (again, _) = guest_at_review(&shop, &process, "guest@example.org").await;
    way.take();
    let cart = process.cart(again).await.unwrap();
    assert_eq!((way.take(), cart.parts.discounts.len()), (1, 0), "it is no first order");
    let used = |answer| why(refused(answer), "code") == PromotionRefusal::UsedByYou;
    assert!(used(process.set_coupon(again, "ONCE").await));
    // As release 0.2 leaves it: without a key, or with another address's.
    for statement in ["update carts set customer_key = null", "update carts set customer_key = 'somebody'"] {
        shop.execute(statement).await;
        assert!(used(process.set_coupon(again, "ONCE").await), "{statement}");
        assert_eq!(process.cart(again).await.unwrap().parts.discounts.len(), 0);
    }
    shop.done().await;
}

#[tokio::test]
async fn what_consumers_do_with_an_order_is_planned_once() {
    let (shop, process, _way) = counted().await;
    let ada = shop.customer("Ada").await;
    shop.place(ada, &[("MUG", "1")]).await;
    deliver_by(&process).await;
    // Asked on the one connection that did it; this question is prepared there, too, and does not begin so.
    let planned = "select count(*) filter (where generic_plans > 0), count(*) filter (where custom_plans > 0)
        from pg_prepared_statements
        where statement like 'insert into consumer_inbox%' or statement like 'insert into reservations %'";
    let (once, anew): (i64, i64) = sqlx::query_as(planned).fetch_one(process.store().pool()).await.unwrap();
    assert_eq!((once, anew), (2, 0));
    shop.done().await;
}

/// Takes everything.
struct Everywhere;

impl Bus for Everywhere {
    fn publish<'a>(&'a self, envelopes: &'a [Envelope]) -> BoxFuture<'a, Vec<Delivery>> {
        Box::pin(async move { envelopes.iter().map(|_| Delivery::Arrived).collect() })
    }
}

#[tokio::test]
async fn a_round_of_the_relay_marks_what_arrived_and_reads_on_at_once() {
    let (shop, process, way) = counted().await;
    let ada = shop.customer("Ada").await;
    shop.deliver().await;
    shop.place(ada, &[("MUG", "1")]).await;
    shop.place(ada, &[("MUG", "1")]).await;
    let mut ahead = ReadAhead::default();
    way.take();
    for (trips, told) in [(2, "it reads first"), (1, "the next was read")] {
        assert_eq!(process.relay_on(&Everywhere, 1, &mut ahead).await.unwrap(), Relayed::Published(1));
        assert_eq!(way.take(), trips, "{told}");
    }
    assert!(ahead.is_idle());
    // These events were told to nobody real: the inventory never hears of the orders.
    shop.execute("update outbox set published_at = null").await;
    shop.done().await;
}

#[tokio::test]
async fn what_consumers_do_with_an_order_takes_as_many_round_trips_as_is_promised() {
    let (shop, process, way) = counted().await;
    let ada = shop.customer("Ada").await;
    shop.deliver().await;
    shop.place(ada, &[("MUG", "1")]).await;
    for (consumer, trips) in [
        // begin, inbox, reservation, stock, all that was decided, commit
        (Consumer::Inventory, 6),
        // begin, inbox, order, what it is now, commit
        (Consumer::Orders, 5),
        // facts, inbox with mail
        (Consumer::Notification, 2),
        // Whether anybody listens.
        (Consumer::Webhooks, 1),
    ] {
        let waiting = process.store().unpublished_events(10).await.unwrap().into_iter().map(|(_, event)| event);
        let topic = if consumer == Consumer::Orders { "inventory.updated" } else { "order.created" };
        let share: Vec<_> = waiting.filter(|event| event.topic == topic).collect();
        assert_eq!(share.len(), 1, "{consumer:?}");
        way.take();
        process.consume(consumer, &share).await.unwrap();
        assert_eq!(way.take(), trips, "{consumer:?}");
    }
    shop.done().await;
}
