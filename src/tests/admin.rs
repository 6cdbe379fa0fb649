//! The back office: what its lists let through, and what its pages show.

use shop::domain::{OrderStatus, Problem, ProductId, ProductStatus, Refusal, ReservationState, Staff};
use shop::dto::{
    BulkQuery, CountQuery, MailQuery, OrderQuery, OrderSort, PackingFilter, PaymentFilter, PaymentForm, ProductQuery,
    ProductSort, RefundForm, ReturnForm, ShipmentForm, StockForm, StockQuery, StockSort,
};
use time::Duration;

use crate::fulfilment::Paid;
use crate::harness::{Everything, TestShop, refused, usd};

async fn numbers(shop: &TestShop, by: Staff, search: &str) -> Vec<i64> {
    let list = shop.shop.staff_orders(by.may(), &OrderQuery::of_search(search)).await.unwrap();
    assert_eq!(list.total as usize, list.orders.len(), "{search}");
    list.orders.into_iter().map(|order| order.number).collect()
}

#[tokio::test]
async fn a_list_of_orders_lets_through_what_its_address_says() {
    let Paid { shop, ada, staff, id: paid, .. } = Paid::order().await;
    let bob = shop.customer("Bob").await;
    let second = shop.place_reserved(bob, &[("MUG", "1")]).await;
    let third = shop.place(ada, &[("CUP", "1")]).await;
    shop.shop.cancel_order(ada, third).await.unwrap();
    shop.deliver().await;
    let number = async |id| shop.shop.staff_order(staff.may(), id).await.unwrap().order.number;
    let (first, second, third) = (number(paid).await, number(second).await, number(third).await);
    assert_eq!(shop.shop.newest_orders(staff.may()).await.unwrap(), [third, second, first]);
    for search in ["", "status=shipped", &format!("before={second}")] {
        let list = shop.shop.staff_orders(staff.may(), &OrderQuery::of_search(search)).await.unwrap();
        assert_eq!(list.newest, third, "whatever is looked for: {search}");
    }
    assert_eq!(shop.shop.staff_home(staff.may()).await.unwrap().tasks.newest_order, third);
    let placed = shop.shop.staff_order(staff.may(), paid).await.unwrap().order.created_at;
    let today = shop.shop.local_time(placed).date();
    let (yesterday, tomorrow) = (today - Duration::DAY, today + Duration::DAY);
    for (search, expected) in [
        (String::new(), vec![third, second, first]),
        ("status=paid".into(), vec![first]),
        ("status=cancelled".into(), vec![third]),
        ("packing=to_pack".into(), vec![first]),
        ("packing=packed".into(), vec![]),
        ("packing=partly_sent".into(), vec![]),
        ("reservation=claimed".into(), vec![first]),
        ("reservation=reserved".into(), vec![second]),
        ("reservation=rejected".into(), vec![]),
        ("sort=oldest&status=paid".into(), vec![first]),
        ("sort=oldest".into(), vec![first, second, third]),
        ("payment=unpaid".into(), vec![third, second]),
        ("payment=paid".into(), vec![first]),
        ("payment=refunded".into(), vec![]),
        ("payment=refund_failed".into(), vec![]),
        ("payment=refund_waiting".into(), vec![]),
        ("payment=refund_by_hand".into(), vec![]),
        ("payment=disputed".into(), vec![]),
        ("payment=refund_aside".into(), vec![]),
        ("q=b".into(), vec![second]),
        ("q=AD".into(), vec![third, second, first]),
        ("q=%25".into(), vec![]),
        ("returns=asked".into(), vec![]),
        ("q=BOB%40example".into(), vec![second]),
        ("q=lovelace&status=paid".into(), vec![first]),
        ("q=100%25".into(), vec![]),
        ("q=_".into(), vec![]),
        (format!("q={second}"), vec![second]),
        (format!("q=%23{second}"), vec![second]),
        (format!("from={today}&to={today}"), vec![third, second, first]),
        (format!("to={yesterday}"), vec![]),
        (format!("from={tomorrow}&payment=paid&returns=asked&status=paid&q=x"), vec![]),
        (format!("before={second}"), vec![first]),
    ] {
        if search.starts_with("before") {
            let list = shop.shop.staff_orders(staff.may(), &OrderQuery::of_search(&search)).await.unwrap();
            assert_eq!(list.orders.iter().map(|order| order.number).collect::<Vec<_>>(), expected);
            assert_eq!(list.total, 3, "a page is not the list");
        } else {
            assert_eq!(numbers(&shop, staff, &search).await, expected, "{search}");
        }
    }
    shop.done().await;
}

/// Every filter with every other: each statement that a list can make is made.
#[tokio::test]
async fn every_statement_of_the_lists_runs() {
    let Paid { shop, staff, .. } = Paid::order().await;
    let packings: Vec<_> = [None].into_iter().chain(PackingFilter::ALL.map(Some)).collect();
    let payments = [None].into_iter().chain(PaymentFilter::ALL.map(Some));
    for payment in payments {
        for bits in 0_u32..64 {
            let on = |bit: u32| bits & (1 << bit) != 0;
            let day = time::macros::date!(2026 - 11 - 28);
            let query = OrderQuery {
                q: on(0).then(|| {
                    (if on(1) {
                        "1001"
                    } else if on(2) {
                        "ad"
                    } else {
                        "ada"
                    })
                    .to_owned()
                }),
                status: on(1).then_some(OrderStatus::Paid),
                reservation: ReservationState::ALL.get(usize::try_from(bits % 7).unwrap()).copied(),
                packing: packings[usize::try_from(bits % 4).unwrap()],
                payment,
                returns: on(2),
                from: on(3).then_some(day),
                to: on(4).then_some(day),
                sort: OrderSort::ALL[usize::try_from(bits % 3).unwrap()],
                before: on(5).then_some(5_000),
            };
            shop.shop.staff_orders(staff.may(), &query).await.unwrap();
        }
    }
    for bits in 0_u32..16 {
        let on = |bit: u32| bits & (1 << bit) != 0;
        let query = ProductQuery {
            q: on(0).then(|| "mug".to_owned()),
            status: on(1).then_some(ProductStatus::Active),
            category: on(2).then(|| "tableware".to_owned()),
            sort: ProductSort::Newest,
            before: on(3).then_some(ProductId(uuid::Uuid::max())),
        };
        let list = shop.shop.staff_products(staff.may(), &query).await.unwrap();
        assert_eq!(list.products.len(), if on(0) { 1 } else { 2 }, "{query:?}");
        let all = BulkQuery { all: true, filter: query, ..BulkQuery::default() };
        shop.shop.bulk_editor(staff.may(), all).await.unwrap();
        let stock = StockQuery {
            q: on(0).then(|| "mug".to_owned()),
            low: on(1),
            sort: if on(3) { StockSort::Fewest } else { StockSort::Sku },
            after: on(2).then(|| "A".to_owned()),
        };
        shop.shop.stock_list(staff.may(), &stock).await.unwrap();
        let StockQuery { q, after, .. } = stock;
        let sheet = CountQuery { q, after, category: on(3).then(|| "tableware".to_owned()) };
        let rows = shop.shop.count_sheet(staff.may(), &sheet, "").await.unwrap().rows;
        assert_eq!(rows.len(), if on(0) { 1 } else { 2 }, "{sheet:?}");
    }
    for all in [false, true] {
        let before = shop.shop.mail_list(staff.may(), &MailQuery { all, before: None }).await.unwrap().mail[0].id;
        shop.shop.mail_list(staff.may(), &MailQuery { all, before: Some(before) }).await.unwrap();
    }
    shop.done().await;
}

#[tokio::test]
async fn long_lists_go_on_where_the_page_before_ended_and_are_not_counted_to_the_end() {
    let Paid { shop, staff, .. } = Paid::order().await;
    shop.execute(
        "insert into orders (id, number, email, status, reservation, currency, total, created_at, expires_at, updated_at)
         select gen_random_uuid(), 100000 + n, 'x@example.org', 'pending', 'pending', 'USD', 0, now(), now(), now()
         from generate_series(1, 1200) n",
    )
    .await;
    let mut query = OrderQuery { status: Some(OrderStatus::Pending), ..OrderQuery::default() };
    let mut seen = Vec::new();
    loop {
        let list = shop.shop.staff_orders(staff.may(), &query).await.unwrap();
        assert_eq!(list.total, 1_001);
        seen.extend(list.orders.iter().map(|order| order.number));
        match list.next {
            Some(next) => query = next,
            None => break,
        }
    }
    assert_eq!(seen, (100_001..=101_200).rev().collect::<Vec<_>>());
    let home = shop.shop.staff_home(staff.may()).await.unwrap();
    assert_eq!((home.tasks.unpaid, home.tasks.to_pack), (1_001, 1));
    shop.execute("delete from orders where number > 100000").await;
    shop.done().await;
}

#[tokio::test]
async fn an_order_shows_what_can_be_done_what_was_said_and_what_it_caused() {
    let Paid { shop, ada, staff, id, mug, cup } = Paid::order().await;
    let before = shop.shop.staff_order(staff.may(), id).await.unwrap();
    let left = |view: &shop::dto::StaffOrderView| -> Vec<(u32, u32)> {
        view.lines.iter().map(|line| (line.unsent, line.refundable)).collect()
    };
    assert_eq!((left(&before), before.left), (vec![(3, 3), (1, 1)], before.order.total));
    assert!(before.shipping_refundable);
    let parcel = ShipmentForm { items: Some(vec![(mug, 2)]), ..ShipmentForm::default() };
    shop.shop.ship_order(staff.may(), id, &parcel, None).await.unwrap();
    let money =
        RefundForm { items: Some(vec![(cup, 1)]), shipping: true, reason: "Late".into(), ..RefundForm::default() };
    shop.shop.refund_order(staff.may(), id, &money, None).await.unwrap();
    shop.shop.note_order(staff.may(), id, "Ring twice\r\nat the back").await.unwrap();
    shop.deliver().await;
    let view = shop.shop.staff_order(staff.may(), id).await.unwrap();
    assert_eq!((left(&view), view.shipping_refundable), (vec![(1, 3), (0, 0)], false));
    assert_eq!(view.left, view.order.total.minus(view.order.refunds[0].amount).unwrap());
    assert_eq!((view.notes[0].text.as_str(), view.notes[0].by.as_str()), ("Ring twice\nat the back", "Staff"));
    assert_eq!(view.mail.len(), 3, "received, paid, one parcel: {:?}", view.mail);
    let created = view.events.iter().find(|event| event.topic == "order.created").unwrap();
    assert!(created.published && created.handled_by.contains(&"inventory".to_owned()), "{created:?}");
    let theirs = shop.order(ada, id).await;
    assert!(!format!("{theirs:?}").contains("Ring twice"), "no customer reads a note");
    for (note, problem) in [(" ", Problem::Required), ("a\0b", Problem::BadCharacters)] {
        assert_eq!(refused(shop.shop.note_order(staff.may(), id, note).await).problem_of("note"), Some(&problem));
    }
    let long = "x".repeat(1_001);
    assert!(refused(shop.shop.note_order(staff.may(), id, &long).await).problem_of("note").is_some());
    let nobodys = shop::domain::OrderId(uuid::Uuid::max());
    assert_eq!(refused(shop.shop.note_order(staff.may(), nobodys, "x").await), Refusal::NotFound);
    assert_eq!(refused(shop.shop.staff_order(staff.may(), nobodys).await), Refusal::NotFound);
    shop.done().await;
}

#[tokio::test]
async fn the_first_page_counts_what_is_to_be_done_and_adds_up_what_was_sold() {
    let Paid { shop, ada, staff, id, mug, .. } = Paid::order().await;
    let home = shop.shop.staff_home(staff.may()).await.unwrap();
    let total = shop.order(ada, id).await.total;
    assert_eq!((home.tasks.to_pack, home.tasks.unpaid, home.tasks.low_stock), (1, 0, 0));
    let sales = home.sales.unwrap();
    assert_eq!((sales.sales, sales.orders, sales.days.len()), (total, 1, 30));
    assert_eq!(sales.days.last().unwrap().sales, total);
    shop.shop.ship_order(staff.may(), id, &ShipmentForm::default(), None).await.unwrap();
    let back = ReturnForm { items: vec![(mug, 1)], reason: "Too small".into() };
    shop.shop.request_return(ada, id, &back, None).await.unwrap();
    shop.execute("update email_messages set state = 'refused' where kind = 'welcome'").await;
    let tasks = shop.shop.staff_home(staff.may()).await.unwrap().tasks;
    assert_eq!((tasks.to_pack, tasks.returns_asked, tasks.mail_failed > 0), (0, 1, true));
    shop.clock.advance(Duration::days(31));
    let later = shop.shop.staff_home(staff.may()).await.unwrap().sales.unwrap();
    assert_eq!((later.sales, later.sales_before, later.orders_before), (usd("0.00"), total, 1));
    shop.done().await;
}

#[tokio::test]
async fn a_variant_shows_its_ledger_and_what_is_held_for_which_order() {
    let Paid { shop, staff, id, mug, .. } = Paid::order().await;
    let product = shop.record("mug").await.id;
    let change = StockForm { variant_id: Some(mug), change: Some(-1), reason: "Broken".into(), ..StockForm::default() };
    shop.shop.change_stock(staff.may(), product, &change, Some("once")).await.unwrap();
    shop.shop.change_stock(staff.may(), product, &change, Some("once")).await.unwrap();
    let view = shop.shop.variant_stock(staff.may(), mug, None).await.unwrap();
    let told: Vec<_> = view.movements.iter().map(|m| (m.cause.as_str(), m.units)).collect();
    assert_eq!(told, [("adjustment", -1), ("reserve", -3), ("initial", 10)]);
    assert_eq!((view.stock, view.held_units, view.held[0].order), (6, 3, id));
    // Ten lay there when somebody began to count, and one broke meanwhile.
    for (shelf, problem) in [(10, Some(Problem::ShelfChanged { now: 9 })), (9, None)] {
        let count = StockForm { change: None, counted: Some(9), shelf: Some(shelf), ..change.clone() };
        let answer = shop.shop.change_stock(staff.may(), product, &count, None).await;
        let told = answer.err().and_then(|error| error.refusal()?.problem_of("counted").cloned());
        assert_eq!(told, problem, "{shelf}");
    }
    let parcel = ShipmentForm { items: Some(vec![(mug, 2)]), ..ShipmentForm::default() };
    shop.shop.ship_order(staff.may(), id, &parcel, None).await.unwrap();
    assert_eq!(shop.shop.variant_stock(staff.may(), mug, None).await.unwrap().held_units, 1);
    let last = view.movements[0].id;
    assert_eq!(shop.shop.variant_stock(staff.may(), mug, Some(last)).await.unwrap().movements.len(), 2);
    let nobodys = shop::domain::VariantId(uuid::Uuid::max());
    assert_eq!(refused(shop.shop.variant_stock(staff.may(), nobodys, None).await), Refusal::NotFound);
    shop.done().await;
}

#[tokio::test]
async fn staff_replay_a_dead_letter_once_and_have_mail_tried_again() {
    let Paid { shop, staff, .. } = Paid::order().await;
    shop.execute(
        "insert into outbox (event_id, topic, key, kind, payload, headers, occurred_at)
         values (gen_random_uuid(), 'order.created.dlq', 'k', 'shop.order.created.v1', '{', '[[\"dlq_group\",\"inventory\"],[\"dlq_reason\",\"no JSON\"]]', now())",
    )
    .await;
    let view = shop.shop.events_view(staff.may(), 0).await.unwrap();
    let dead = &view.dead[0];
    assert_eq!((dead.payload.as_str(), dead.header("dlq_reason")), ("{", Some("no JSON")));
    assert_eq!(refused(shop.shop.replay_for(staff.may(), dead.position + 1).await), Refusal::NotFound);
    shop.shop.replay_for(staff.may(), dead.position).await.unwrap();
    assert_eq!(refused(shop.shop.replay_for(staff.may(), dead.position).await), Refusal::NotFound);
    assert_eq!(shop.count("select count(*) from outbox where topic = 'order.created' and key = 'k'").await, 1);
    shop.execute("delete from outbox where key = 'k'; update email_messages set state = 'refused', attempts = 9").await;
    let failed = shop.shop.mail_list(staff.may(), &MailQuery::default()).await.unwrap().mail;
    assert!(failed.iter().all(|row| row.is_retryable()));
    let which = shop::usecase::MailRetry::One(failed[0].id);
    assert_eq!(shop.shop.retry_mail_for(staff.may(), which).await.unwrap(), 1);
    let letter = shop.shop.mail_view(staff.may(), failed[0].id).await.unwrap();
    assert_eq!((letter.row.state.as_str(), letter.row.attempts, letter.text.is_empty()), ("queued", 0, false));
    let nobodys = shop::usecase::MailRetry::One(shop::domain::MailId(uuid::Uuid::max()));
    assert_eq!(refused(shop.shop.retry_mail_for(staff.may(), nobodys).await), Refusal::NotFound);
    assert_eq!(shop.shop.verify_audit_log().await.unwrap().rows, 3 + 2, "three changes were made before");
    shop.done().await;
}

#[tokio::test]
async fn what_no_provider_gives_back_waits_for_staff_and_is_found() {
    let Paid { shop, ada, staff, id: by_card, .. } = Paid::order().await;
    shop.taking_transfers().await;
    let id = shop.place_reserved(ada, &[("CUP", "1")]).await;
    let seen = PaymentForm { amount: usd("1.00"), reference: "transfer 1".into() };
    shop.shop.record_payment(staff.may(), id, &seen).await.unwrap();
    let money = RefundForm { amount: Some(usd("1.00")), reason: "Late".into(), ..RefundForm::default() };
    shop.shop.refund_order(staff.may(), by_card, &money, None).await.unwrap();
    assert!(shop.shop.staff_order(staff.may(), by_card).await.unwrap().by_hand.is_empty(), "a provider gives it back");
    let view = shop.shop.staff_order(staff.may(), id).await.unwrap();
    assert_eq!(view.by_hand, [view.order.refunds[0].id]);
    assert!(view.order.manual_payment.is_some(), "the page offers what the shop takes");
    let waiting = async || {
        let count = shop.shop.staff_home(staff.may()).await.unwrap().tasks.refunds_by_hand;
        (count, numbers(&shop, staff, "payment=refund_by_hand").await)
    };
    assert_eq!(waiting().await, (1, vec![view.order.number]));
    shop.shop.mark_refund_given(staff.may(), view.by_hand[0], "transfer 2").await.unwrap();
    assert_eq!(waiting().await, (0, vec![]));
    assert!(shop.shop.staff_order(staff.may(), id).await.unwrap().by_hand.is_empty());
    shop.done().await;
}

#[tokio::test]
async fn a_refund_that_its_provider_has_not_given_back_for_a_day_is_found() {
    let Paid { shop, staff, id, .. } = Paid::order().await;
    let money = RefundForm { amount: Some(usd("1.00")), reason: "Late".into(), ..RefundForm::default() };
    shop.shop.refund_order(staff.may(), id, &money, None).await.unwrap();
    let view = shop.shop.staff_order(staff.may(), id).await.unwrap();
    let (number, refund) = (view.order.number, view.order.refunds[0].id);
    let waiting = async || {
        let count = shop.shop.staff_home(staff.may()).await.unwrap().tasks.refunds_waiting;
        let of_order = shop.shop.staff_order(staff.may(), id).await.unwrap().waiting;
        (count, numbers(&shop, staff, "payment=refund_waiting").await, of_order)
    };
    for _ in 0..2 {
        assert_eq!(waiting().await, (0, vec![], vec![]), "it has time");
        shop.clock.advance(Duration::hours(12));
    }
    assert_eq!(waiting().await, (1, vec![number], vec![refund]));
    assert_eq!(shop.shop.carry_out_refunds().await.unwrap(), 1);
    assert_eq!(waiting().await, (0, vec![], vec![]));
    shop.done().await;
}
