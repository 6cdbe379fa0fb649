//! What staff do with a paid order: money given back whole and in part, parcels, and both at once.

use futures::future::join_all;
use shop::domain::{Customer, Money, OrderId, OrderStatus, Problem, Refusal, ReservationState, Staff, Step, VariantId};
use shop::dto::{RefundForm, ShipmentForm};
use shop::usecase::SandboxOutcome::Approve;
use time::Duration;

use crate::harness::rules::{flat, percent, promotion, taxed, zone};
use crate::harness::{Everything, TestShop, refused, usd};

/// Three mugs and a cup, shipped for 5.00, with ten per cent off and 7.5 per cent tax in the prices; paid and claimed.
pub struct Paid {
    pub shop: TestShop,
    pub ada: Customer,
    pub staff: Staff,
    pub id: OrderId,
    pub mug: VariantId,
    pub cup: VariantId,
}

impl Paid {
    pub async fn order() -> Self {
        let shop = TestShop::open().await;
        shop.stock_shelves(&[("MUG", "9.99", 10), ("CUP", "5.00", 10)]).await;
        shop.ship_by(vec![zone("Britain", &["GB"], vec![flat("Standard", "5.00")])]).await;
        shop.tax_by(taxed(&[("GB", "7.5")])).await;
        shop.promote(promotion("Ten off", percent("10"))).await;
        let (ada, staff) = (shop.customer("Ada").await, Staff(shop.register("Staff").await.id));
        let id = shop.place_reserved(ada, &[("MUG", "3"), ("CUP", "1")]).await;
        shop.shop.pay_order(ada, id, Approve).await.unwrap();
        shop.deliver().await;
        let (mug, cup) = (shop.variant("MUG").await, shop.variant("CUP").await);
        Self { shop, ada, staff, id, mug, cup }
    }

    pub async fn refund(&self, form: RefundForm) -> shop::usecase::Result<()> {
        self.shop.shop.refund_order(self.staff.may(), self.id, &form, None).await
    }

    pub async fn ship(&self, items: &[(VariantId, i64)]) -> shop::usecase::Result<()> {
        let form = ShipmentForm { items: Some(items.to_vec()), ..ShipmentForm::default() };
        self.shop.shop.ship_order(self.staff.may(), self.id, &form, None).await
    }

    pub async fn view(&self) -> shop::dto::OrderView {
        self.shop.order(self.ada, self.id).await
    }

    pub async fn refunded(&self) -> Money {
        let given = self.view().await.refunds.into_iter().filter(|r| r.state != shop::domain::RefundState::Failed);
        Money::sum(shop::domain::Currency::USD, given.map(|refund| refund.amount)).unwrap()
    }
}

pub fn units(items: &[(VariantId, i64)]) -> RefundForm {
    RefundForm { items: Some(items.to_vec()), reason: "Broken".into(), ..RefundForm::default() }
}

pub fn amount(text: &str) -> RefundForm {
    RefundForm { amount: Some(usd(text)), reason: "Sorry".into(), ..RefundForm::default() }
}

#[tokio::test]
async fn every_line_and_shipping_given_back_one_by_one_are_exactly_the_total() {
    let paid = Paid::order().await;
    for _ in 0..3 {
        paid.refund(units(&[(paid.mug, 1)])).await.unwrap();
    }
    let last = RefundForm { shipping: true, ..units(&[(paid.cup, 1)]) };
    paid.refund(last.clone()).await.unwrap();
    let order = paid.view().await;
    assert_eq!(paid.refunded().await, order.total);
    assert_eq!(order.refunds.len(), 4);
    assert_eq!(order.refunds[3].shipping.map(|money| money.to_string()), Some("$5.00".into()));
    let again = refused(paid.refund(last).await);
    assert_eq!(again.problem_of("items[0].quantity"), Some(&Problem::OutOfRange { min: 0, max: 0 }));
    assert!(
        matches!(refused(paid.refund(amount("0.01")).await), Refusal::RefundTooLarge { left, .. } if left.is_zero())
    );
    for _ in 0..4 {
        paid.shop.shop.carry_out_refunds().await.unwrap();
    }
    paid.shop.deliver().await;
    assert_eq!(paid.shop.count("select count(*) from outbox where topic = 'order.refunded'").await, 4);
    let mail = paid.shop.shop.take_mail(50).await.unwrap();
    assert_eq!(mail.iter().filter(|job| job.message.kind == "refunded").count(), 4);
    paid.shop.done().await;
}

#[tokio::test]
async fn an_amount_is_given_back_up_to_what_came_in_and_the_rest_with_the_cancelled_order() {
    let paid = Paid::order().await;
    paid.refund(amount("10.00")).await.unwrap();
    let too_much = refused(paid.refund(amount("9999.00")).await);
    assert!(matches!(too_much, Refusal::RefundTooLarge { .. }), "{too_much:?}");
    assert_eq!(refused(paid.refund(amount("0")).await).problem_of("amount"), Some(&Problem::Zero));
    let without = refused(paid.refund(RefundForm { reason: " ".into(), ..amount("1.00") }).await);
    assert_eq!(without.problem_of("reason"), Some(&Problem::Required));
    paid.shop.shop.cancel_order(paid.ada, paid.id).await.unwrap();
    let order = paid.view().await;
    assert_eq!(paid.refunded().await, order.total);
    assert_eq!(order.refunds[1].reason, None);
    paid.shop.deliver().await;
    assert_eq!(paid.shop.stock("MUG").await, 10);
    paid.shop.done().await;
}

#[tokio::test]
async fn units_go_back_into_stock_by_movements_or_are_written_off() {
    let paid = Paid::order().await;
    assert_eq!((paid.shop.stock("MUG").await, paid.shop.stock("CUP").await), (7, 9));
    paid.refund(RefundForm { restock: true, ..units(&[(paid.mug, 2)]) }).await.unwrap();
    paid.refund(units(&[(paid.cup, 1)])).await.unwrap();
    assert_eq!((paid.shop.stock("MUG").await, paid.shop.stock("CUP").await), (9, 9));
    assert_eq!(paid.shop.count("select count(*) from stock_movements where cause = 'restock'").await, 2);
    assert_eq!(paid.shop.count("select sum(units) from stock_movements where reason = 'Broken'").await, -1);
    // What was given back does not leave: one mug is all there is.
    paid.shop.shop.advance_order(paid.staff.may(), paid.id, Step::Ship).await.unwrap();
    let order = paid.view().await;
    assert_eq!(order.status, OrderStatus::Shipped);
    assert_eq!(
        order.shipments[0].items.iter().map(|i| (i.variant_id, i.quantity)).collect::<Vec<_>>(),
        [(paid.mug, 1)]
    );
    paid.shop.done().await;
}

#[tokio::test]
async fn what_a_cancelled_order_still_holds_is_all_that_goes_back() {
    let paid = Paid::order().await;
    paid.refund(RefundForm { restock: true, ..units(&[(paid.mug, 2)]) }).await.unwrap();
    paid.shop.shop.cancel_order(paid.ada, paid.id).await.unwrap();
    paid.shop.deliver().await;
    assert_eq!((paid.shop.stock("MUG").await, paid.shop.stock("CUP").await), (10, 10));
    let late = refused(paid.refund(RefundForm { restock: true, ..units(&[(paid.cup, 1)]) }).await);
    assert_eq!(late.problem_of("restock"), Some(&Problem::NotAChoice));
    paid.shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_staff_who_give_back_at_once_give_back_no_more_than_came_in() {
    let paid = Paid::order().await;
    let all = || RefundForm { shipping: true, restock: true, ..units(&[(paid.mug, 3), (paid.cup, 1)]) };
    let answers = join_all((0..8).map(|_| paid.refund(all()))).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "{answers:?}");
    assert_eq!(paid.refunded().await, paid.view().await.total);
    assert_eq!((paid.shop.stock("MUG").await, paid.shop.stock("CUP").await), (10, 10));
    paid.shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_gives_back_once_and_belongs_to_one_refund() {
    let paid = Paid::order().await;
    let form = amount("3.00");
    let once = || paid.shop.shop.refund_order(paid.staff.may(), paid.id, &form, Some("refund-1"));
    for answer in join_all((0..6).map(|_| once())).await {
        answer.unwrap();
    }
    assert_eq!(paid.refunded().await, usd("3.00"));
    let other = paid.shop.shop.refund_order(paid.staff.may(), paid.id, &amount("4.00"), Some("refund-1")).await;
    assert_eq!(refused(other), Refusal::KeyReused);
    paid.shop.done().await;
}

#[tokio::test]
async fn the_database_itself_gives_back_no_more_than_came_in() {
    let paid = Paid::order().await;
    let more = "update payments set refunded = amount + 0.01";
    let error = sqlx::raw_sql(more).execute(paid.shop.shop.store().pool()).await.unwrap_err();
    assert!(error.to_string().contains("payments_refunded_within_amount"), "{error}");
    paid.shop.done().await;
}

#[tokio::test]
async fn units_of_a_refund_that_failed_are_given_back_again_and_no_others_stay_behind() {
    let paid = Paid::order().await;
    paid.refund(units(&[(paid.mug, 1)])).await.unwrap();
    paid.shop.execute("update refunds set state = 'failed'; update payments set refunded = 0").await;
    paid.refund(units(&[(paid.mug, 1)])).await.unwrap();
    assert_eq!(paid.shop.count("select sum(withdrawn) from refund_items").await, 1);
    paid.refund(RefundForm { shipping: true, ..units(&[(paid.mug, 2), (paid.cup, 1)]) }).await.unwrap();
    assert_eq!(paid.refunded().await, paid.view().await.total);
    let nothing = refused(paid.shop.shop.advance_order(paid.staff.may(), paid.id, Step::Ship).await);
    assert_eq!(nothing, Refusal::NothingToShip);
    paid.shop.done().await;
}

#[tokio::test]
async fn an_order_leaves_in_two_parcels_and_is_shipped_with_the_last() {
    let paid = Paid::order().await;
    let first = ShipmentForm {
        items: Some(vec![(paid.mug, 2)]),
        carrier: Some("ups".into()),
        tracking_number: Some("1Z 999 AA1".into()),
    };
    paid.shop.shop.ship_order(paid.staff.may(), paid.id, &first, None).await.unwrap();
    let order = paid.view().await;
    assert_eq!((order.status, order.is_cancellable()), (OrderStatus::Paid, false));
    assert_eq!(order.shipments[0].tracking_url().as_deref(), Some("https://www.ups.com/track?tracknum=1Z999AA1"));
    assert_eq!(refused(paid.shop.shop.cancel_order(paid.ada, paid.id).await), Refusal::PartlyShipped);
    let cancelled = paid.shop.shop.cancel_order_by_staff(paid.staff.may(), paid.id).await;
    assert_eq!(refused(cancelled), Refusal::PartlyShipped);
    let again = refused(paid.ship(&[(paid.mug, 2)]).await);
    assert_eq!(again.problem_of("items[0].quantity"), Some(&Problem::OutOfRange { min: 1, max: 1 }));
    paid.shop.shop.set_order_status(paid.staff.may(), paid.id, OrderStatus::Shipped).await.unwrap();
    paid.shop.deliver().await;
    let order = paid.view().await;
    assert_eq!((order.status, order.shipments.len()), (OrderStatus::Shipped, 2));
    let told: Vec<_> = order.timeline.iter().map(|t| t.kind.as_str()).collect();
    assert_eq!(told, ["placed", "reserved", "paid", "parcel_sent", "shipped"]);
    for (topic, times) in [("shipment.created", 2), ("order.shipped", 1)] {
        let count: i64 = paid.shop.scalar("select count(*) from outbox where topic = $1", topic).await;
        assert_eq!(count, times, "{topic}");
    }
    let mail = paid.shop.shop.take_mail(50).await.unwrap();
    let parcels: Vec<_> = mail.iter().filter(|job| job.message.kind == "order_shipped").map(|j| &j.message).collect();
    assert_eq!(parcels.len(), 2, "one for each parcel, and none for the order");
    let first = parcels.iter().find(|m| m.subject.starts_with("A part")).unwrap();
    for part in ["2 × Product MUG", "UPS", "https://www.ups.com/track?tracknum=1Z999AA1", "The rest follows."] {
        assert!(first.text.contains(part), "{part}: {}", first.text);
    }
    paid.shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_parcels_with_the_same_line_at_once_hold_no_more_than_was_ordered() {
    let paid = Paid::order().await;
    let (mugs, cup) = ([(paid.mug, 2)], [(paid.cup, 1)]);
    let answers = join_all((0..6).map(|_| paid.ship(&mugs))).await;
    assert_eq!(answers.iter().filter(|answer| answer.is_ok()).count(), 1, "{answers:?}");
    let (shipped, refunded) = tokio::join!(paid.ship(&cup), paid.refund(units(&cup)));
    refunded.unwrap();
    assert!(shipped.is_ok() || matches!(refused(shipped), Refusal::Invalid { .. }));
    paid.shop.done().await;
}

#[tokio::test]
async fn a_refund_of_what_was_still_to_be_sent_makes_the_order_shipped() {
    let paid = Paid::order().await;
    paid.ship(&[(paid.mug, 3)]).await.unwrap();
    paid.refund(RefundForm { restock: true, ..units(&[(paid.cup, 1)]) }).await.unwrap();
    paid.shop.deliver().await;
    let order = paid.view().await;
    assert_eq!((order.status, order.reservation), (OrderStatus::Shipped, ReservationState::Claimed));
    assert_eq!(paid.shop.count("select count(*) from outbox where topic = 'order.shipped'").await, 1);
    assert_eq!(paid.shop.stock("CUP").await, 10);
    paid.shop.done().await;
}

#[tokio::test]
async fn a_shipped_order_is_completed_by_itself_after_two_weeks() {
    let paid = Paid::order().await;
    paid.ship(&[(paid.mug, 3), (paid.cup, 1)]).await.unwrap();
    paid.shop.clock.advance(Duration::days(14) - Duration::minutes(1));
    assert_eq!(paid.shop.shop.complete_orders(10).await.unwrap(), 0);
    paid.shop.clock.advance(Duration::minutes(2));
    assert_eq!(paid.shop.shop.complete_orders(10).await.unwrap(), 1);
    assert_eq!(paid.shop.shop.complete_orders(10).await.unwrap(), 0);
    assert_eq!(paid.view().await.status, OrderStatus::Completed);
    paid.shop.done().await;
}

#[tokio::test]
async fn a_parcel_with_markup_for_a_number_does_not_leave() {
    let paid = Paid::order().await;
    for (carrier, number, field) in [
        (Some("ups"), Some("<b>1234</b>"), "tracking_number"),
        (None, Some("12"), "tracking_number"),
        (Some("a carrier with a name of more than forty characters"), None, "carrier"),
        (Some("D\u{202e}HL"), None, "carrier"),
    ] {
        let form = ShipmentForm {
            carrier: carrier.map(str::to_owned),
            tracking_number: number.map(str::to_owned),
            items: None,
        };
        let why = refused(paid.shop.shop.ship_order(paid.staff.may(), paid.id, &form, None).await);
        assert!(why.problem_of(field).is_some(), "{why:?}");
    }
    for items in [
        vec![],
        vec![(paid.mug, 0)],
        vec![(paid.mug, -1)],
        vec![(paid.mug, 4)],
        vec![(VariantId(uuid::Uuid::nil()), 1)],
    ] {
        assert!(matches!(refused(paid.ship(&items).await), Refusal::Invalid { .. }), "{items:?}");
    }
    assert_eq!(paid.shop.count("select count(*) from shipments").await, 0);
    paid.shop.done().await;
}

#[tokio::test]
async fn a_shelf_count_knows_what_has_left_of_an_order_that_is_not_shipped_yet() {
    let paid = Paid::order().await;
    let product = paid.shop.record("mug").await.id;
    let count = |counted: i64| shop::dto::StockForm {
        counted: Some(counted),
        reason: "Stocktaking".into(),
        ..shop::dto::StockForm::default()
    };
    // Seven are free and three lie there for the order, of which two leave.
    paid.ship(&[(paid.mug, 2)]).await.unwrap();
    paid.shop.shop.change_stock(paid.staff.may(), product, &count(8), None).await.unwrap();
    assert_eq!(paid.shop.stock("MUG").await, 7, "counted and found right");
    paid.shop.done().await;
}
