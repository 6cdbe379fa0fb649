//! `check_books`: whatever happens in a shop leaves books that balance, and what somebody changes by hand is found and named.

use shop::domain::{Customer, OrderId, OrderStatus, Staff};
use shop::dto::{RefundForm, ReturnForm, ShipmentForm};
use shop::usecase::SandboxOutcome::Approve;
use shop::usecase::{BookLine, BookRule, BookViews, Clock, OrderRule};
use time::Duration;

use crate::fulfilment::units;
use crate::harness::rules::{flat, percent, promotion, seller, taxed, zone};
use crate::harness::{Everything, TestShop};

const HOUR: Option<Duration> = Some(Duration::HOUR);

/// What does not balance, and the first that is named of it.
fn wrong(lines: &[BookLine]) -> Vec<(BookRule, Option<&str>)> {
    let wrong = lines.iter().filter(|line| !line.balances());
    wrong.map(|line| (line.rule, line.first.first().map(String::as_str))).collect()
}

fn assert_balanced(lines: &[BookLine], when: &str) {
    assert!(wrong(lines).is_empty(), "{when}: {lines:#?}");
}

struct Busy {
    shop: TestShop,
    ada: Customer,
    staff: Staff,
    /// Sent in two parcels, a mug given back before and one after.
    sent: OrderId,
    /// Before anybody had paid.
    cancelled: OrderId,
}

impl Busy {
    /// Neither while its events are on their way, nor when they have come.
    async fn balances(&self, after: &str) {
        // As `check` looks at a shop that sells.
        assert_balanced(&self.shop.shop.check_books(HOUR).await.unwrap(), after);
        self.shop.deliver().await;
        assert_balanced(&self.shop.shop.check_books(None).await.unwrap(), after);
    }

    async fn buy(&self, lines: &[(&str, &str)]) -> OrderId {
        let id = self.shop.place_reserved(self.ada, lines).await;
        self.shop.shop.pay_order(self.ada, id, Approve).await.unwrap();
        self.balances("paid").await;
        id
    }

    /// Sold, cancelled, expired, sent, given back, taken back into stock.
    async fn day() -> Self {
        let shop = TestShop::open().await;
        shop.stock_shelves(&[("MUG", "9.99", 50), ("CUP", "5.00", 50)]).await;
        shop.ship_by(vec![zone("Britain", &["GB"], vec![flat("Standard", "5.00")])]).await;
        shop.tax_by(taxed(&[("GB", "7.5")])).await;
        shop.promote(promotion("Ten off", percent("10"))).await;
        shop.sold_by(&seller()).await;
        let (ada, staff) = (shop.customer("Ada").await, Staff(shop.register("Staff").await.id));
        let expired = shop.place_reserved(ada, &[("CUP", "2")]).await;
        shop.clock.advance(Duration::hours(2));
        assert_eq!(shop.shop.expire_orders(10).await.unwrap(), 1);
        shop.deliver().await;
        assert_eq!(shop.order(ada, expired).await.status, OrderStatus::Cancelled);
        let cancelled = shop.place_reserved(ada, &[("CUP", "1")]).await;
        shop.shop.cancel_order(ada, cancelled).await.unwrap();
        let mut busy = Self { shop, ada, staff, sent: expired, cancelled };
        busy.balances("expired and cancelled").await;
        busy.sent = busy.buy(&[("MUG", "3"), ("CUP", "1")]).await;
        Box::pin(busy.send()).await;
        let back = busy.buy(&[("CUP", "4")]).await;
        busy.shop.shop.cancel_order_by_staff(staff.may(), back).await.unwrap();
        busy.balances("cancelled and paid").await;
        busy.carry_out().await;
        busy.balances("all of it given back").await;
        busy.shop.place(ada, &[("MUG", "2")]).await;
        busy.balances("placed").await;
        busy
    }

    async fn send(&self) {
        let (live, staff, id) = (&self.shop.shop, self.staff, self.sent);
        let mug = self.shop.variant("MUG").await;
        let one = ShipmentForm { items: Some(vec![(mug, 1)]), ..ShipmentForm::default() };
        live.ship_order(staff.may(), id, &one, None).await.unwrap();
        self.balances("one parcel").await;
        let kept = RefundForm { restock: true, ..units(&[(mug, 1)]) };
        live.refund_order(staff.may(), id, &kept, None).await.unwrap();
        self.balances("given back and into stock").await;
        self.carry_out().await;
        live.set_order_status(staff.may(), id, OrderStatus::Shipped).await.unwrap();
        self.balances("the other parcel").await;
        let form = ReturnForm { items: vec![(mug, 1)], reason: "Too small".into() };
        live.request_return(self.ada, id, &form, None).await.unwrap();
        self.balances("a return").await;
        let asked = self.shop.order(self.ada, id).await.returns[0].id;
        live.answer_return(staff.may(), asked, true, "Of course").await.unwrap();
        live.receive_return(staff.may(), asked, true, true).await.unwrap();
        self.balances("it has come").await;
        self.carry_out().await;
        self.balances("and is paid back").await;
    }

    async fn carry_out(&self) {
        self.shop.shop.carry_out_refunds().await.unwrap();
        self.shop.deliver().await;
    }
}

#[tokio::test]
async fn a_busy_shop_balances_after_every_step() {
    let busy = Box::pin(Busy::day()).await;
    let lines = busy.shop.shop.check_books(None).await.unwrap();
    assert_eq!(lines.len(), OrderRule::ALL.len() + 2);
    for line in &lines {
        let rows = match line.rule {
            BookRule::Stock => 2,
            BookRule::Order(_) => 5,
            // Invoices, and credit notes.
            BookRule::PaperNumbers => 2,
        };
        assert_eq!((line.rows, line.first.len()), (rows, 0), "{line:?}");
    }
    busy.shop.clock.advance(Duration::hours(2));
    assert_eq!(busy.shop.shop.check_books(HOUR).await.unwrap(), lines, "all of it is at rest");
    busy.shop.done().await;
}

#[tokio::test]
async fn what_is_on_its_way_is_left_out_and_what_never_came_is_found() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let ada = shop.customer("Ada").await;
    let id = shop.place_reserved(ada, &[("MUG", "1")]).await;
    shop.shop.pay_order(ada, id, Approve).await.unwrap();
    let books = async |at_rest| shop.shop.check_books(at_rest).await.unwrap();
    // The inventory has not heard of it.
    let named = id.0.to_string();
    let unheard = [(BookRule::Order(OrderRule::Standing), Some(named.as_str()))];
    assert_eq!(wrong(&books(None).await), unheard);
    assert_balanced(&books(HOUR).await, "on its way");
    shop.clock.advance(Duration::hours(2));
    assert_eq!(wrong(&books(HOUR).await), unheard);
    shop.deliver().await;
    assert_balanced(&books(None).await, "heard");
    shop.done().await;
}

#[tokio::test]
async fn what_happens_to_a_paid_order_balances_at_once_and_waits_for_no_event() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 9)]).await;
    shop.sold_by(&seller()).await;
    let (ada, staff) = (shop.customer("Ada").await, Staff(shop.register("Staff").await.id));
    let id = shop.place_reserved(ada, &[("MUG", "3")]).await;
    shop.shop.pay_order(ada, id, Approve).await.unwrap();
    shop.deliver().await;
    let (live, mug) = (&shop.shop, shop.variant("MUG").await);
    // Hours later nobody has delivered anything of it.
    let balances = async |after: &'static str| {
        shop.clock.advance(Duration::hours(2));
        let lines = live.check_books(HOUR).await.unwrap();
        let is_looked_at = |line: &BookLine| line.rule == BookRule::Order(OrderRule::Movements) && line.rows == 1;
        assert!(lines.iter().any(is_looked_at), "{after}: {lines:#?}");
        assert_balanced(&lines, after);
    };
    let kept = RefundForm { restock: true, ..units(&[(mug, 1)]) };
    live.refund_order(staff.may(), id, &kept, None).await.unwrap();
    balances("a refund is opened, and a mug is on the shelf").await;
    live.carry_out_refunds().await.unwrap();
    balances("it is given").await;
    let one = ShipmentForm { items: Some(vec![(mug, 1)]), ..ShipmentForm::default() };
    live.ship_order(staff.may(), id, &one, None).await.unwrap();
    balances("a parcel has left").await;
    live.set_order_status(staff.may(), id, OrderStatus::Shipped).await.unwrap();
    balances("and the other").await;
    let form = ReturnForm { items: vec![(mug, 1)], reason: "Too small".into() };
    live.request_return(ada, id, &form, None).await.unwrap();
    let asked = shop.order(ada, id).await.returns[0].id;
    live.answer_return(staff.may(), asked, true, "Of course").await.unwrap();
    balances("a return is on its way").await;
    live.receive_return(staff.may(), asked, true, true).await.unwrap();
    balances("it has come, and is on the shelf").await;
    live.carry_out_refunds().await.unwrap();
    balances("and is paid back").await;
    shop.deliver().await;
    shop.done().await;
}

#[tokio::test]
async fn books_are_the_same_in_whatever_parts_they_are_read() {
    let busy = Box::pin(Busy::day()).await;
    busy.shop.execute("update inventory set stock = stock + 1; update orders set reservation = 'pending'").await;
    let store = busy.shop.shop.store();
    let whole = store.read_books(None, 5_000).await.unwrap();
    assert_eq!(whole.iter().map(|line| line.wrong).max(), Some(5), "each order: {whole:#?}");
    for part in [1, 2, 4, 5] {
        assert_eq!(store.read_books(None, part).await.unwrap(), whole, "{part} at a time");
    }
    busy.shop
        .execute(
            "update inventory set stock = stock - 1;
             update orders o set reservation = r.state from reservations r where r.order_id = o.id",
        )
        .await;
    busy.shop.done().await;
}

#[tokio::test]
async fn whatever_is_changed_by_hand_is_found_and_named() {
    use OrderRule::{
        CreditNotes, Movements, Owed, Parcels, Payment, RefundLines, Refunds, Reservation, Returns, Standing, Totals,
        Units,
    };
    let busy = Box::pin(Busy::day()).await;
    let (shop, id) = (&busy.shop, busy.sent.0.to_string());
    let cup = shop.variant("CUP").await.0.to_string();
    let cancelled = busy.cancelled.0.to_string();
    let year = shop.shop.local_time(shop.clock.now()).date().year();
    let second = format!("INV-{year}-000002");
    let waiting: String = shop.scalar("select id::text from orders where status = $1", "pending").await;
    // What is done, how it is undone, what is wrong meanwhile, and of which.
    let cases: [(&str, &str, &[BookRule], &str); 16] = [
        (
            "update inventory set stock = stock + 1 where variant_id = (select id from product_variants where sku = 'CUP')",
            "update inventory set stock = stock - 1 where variant_id = (select id from product_variants where sku = 'CUP')",
            &[BookRule::Stock],
            &cup,
        ),
        (
            "insert into stock_reservations (order_id, variant_id, quantity, state)
             select o.id, i.variant_id, i.quantity, 'reserved' from orders o join order_items i on i.order_id = o.id
             where o.cancel_reason = 'by_customer'
             on conflict (order_id, variant_id) do update set state = 'reserved'",
            "update stock_reservations set state = 'released' where order_id = (
                select id from orders where cancel_reason = 'by_customer')",
            &[BookRule::Order(Movements)],
            &cancelled,
        ),
        (
            // As many units, and of another variant.
            "update stock_reservations set variant_id = (select id from product_variants where sku = 'CUP')
             where order_id = (select id from orders where status = 'pending')",
            "update stock_reservations set variant_id = (select id from product_variants where sku = 'MUG')
             where order_id = (select id from orders where status = 'pending')",
            &[BookRule::Order(Movements), BookRule::Order(Units)],
            &waiting,
        ),
        (
            "update reservations set state = 'reserved' where order_id = (
                select id from orders where cancel_reason = 'by_customer')",
            "update reservations set state = 'released' where order_id = (
                select id from orders where cancel_reason = 'by_customer')",
            &[BookRule::Order(Standing), BookRule::Order(Reservation)],
            &cancelled,
        ),
        (
            "update order_items set quantity = quantity + 1 where sku = 'CUP' and order_id = (
                select id from orders where status = 'shipped')",
            "update order_items set quantity = quantity - 1 where sku = 'CUP' and order_id = (
                select id from orders where status = 'shipped')",
            &[BookRule::Order(Units), BookRule::Order(Parcels)],
            &id,
        ),
        (
            "update reservations set state = 'reserved' where order_id = (select id from orders where status = 'shipped')",
            "update reservations set state = 'claimed' where order_id = (select id from orders where status = 'shipped')",
            &[BookRule::Order(Standing), BookRule::Order(Reservation)],
            &id,
        ),
        (
            "update order_items set line_total = line_total + 1 where sku = 'CUP' and order_id = (
                select id from orders where status = 'shipped')",
            "update order_items set line_total = line_total - 1 where sku = 'CUP' and order_id = (
                select id from orders where status = 'shipped')",
            &[BookRule::Order(Totals)],
            &id,
        ),
        (
            "update payments set amount = amount + 1 where order_id = (select id from orders where status = 'shipped')",
            "update payments set amount = amount - 1 where order_id = (select id from orders where status = 'shipped')",
            &[BookRule::Order(Payment)],
            &id,
        ),
        (
            "insert into payments (id, order_id, provider, reference, state, amount, created_at, flaw)
             select gen_random_uuid(), id, 'sandbox', 'by hand', 'approved', 1, now(), 'late' from orders
             where cancel_reason = 'by_customer'",
            "delete from payments where reference = 'by hand'",
            &[BookRule::Order(Owed)],
            &cancelled,
        ),
        (
            "insert into refunds (id, payment_id, amount, state, reason, created_at, is_first)
             select gen_random_uuid(), p.id, p.amount, 'done', 'by hand', now(), false from payments p
             join orders o on o.id = p.order_id where o.status = 'shipped'",
            "delete from refunds where reason = 'by hand'",
            &[BookRule::Order(Refunds)],
            &id,
        ),
        (
            "update payments set refunded = refunded - 1 where order_id = (select id from orders where status = 'shipped')",
            "update payments set refunded = refunded + 1 where order_id = (select id from orders where status = 'shipped')",
            &[BookRule::Order(Refunds)],
            &id,
        ),
        (
            "update refund_items x set amount = x.amount + 1 from order_items i join orders o on o.id = i.order_id
             where i.id = x.order_item_id and o.status = 'shipped'",
            "update refund_items x set amount = x.amount - 1 from order_items i join orders o on o.id = i.order_id
             where i.id = x.order_item_id and o.status = 'shipped'",
            &[BookRule::Order(RefundLines)],
            &id,
        ),
        (
            "update shipment_items set quantity = quantity + 7",
            "update shipment_items set quantity = quantity - 7",
            &[BookRule::Order(Parcels)],
            &id,
        ),
        (
            "update return_items set quantity = quantity + 7",
            "update return_items set quantity = quantity - 7",
            &[BookRule::Order(Returns)],
            &id,
        ),
        (
            "update papers set facts = jsonb_set(facts, '{totals,was}', facts #> '{totals,total,amount}')
                where kind = 'credit_note';
             update papers set facts = jsonb_set(facts, '{totals,total,amount}', '\"0.01\"') where kind = 'credit_note'",
            "update papers set facts = jsonb_set(facts, '{totals,total,amount}', facts #> '{totals,was}')
                where kind = 'credit_note';
             update papers set facts = facts #- '{totals,was}' where kind = 'credit_note'",
            &[BookRule::Order(CreditNotes)],
            &id,
        ),
        (
            "update papers set position = position + 100 where kind = 'invoice' and position = 2",
            "update papers set position = position - 100 where kind = 'invoice' and position = 102",
            &[BookRule::PaperNumbers],
            &second,
        ),
    ];
    let mut broken = Vec::new();
    for (by_hand, mended, rules, first) in cases {
        shop.execute(by_hand).await;
        let lines = shop.shop.check_books(None).await.unwrap();
        let expected: Vec<_> = rules.iter().map(|rule| (*rule, Some(first))).collect();
        assert_eq!(wrong(&lines), expected, "{by_hand}");
        shop.execute(mended).await;
        assert_balanced(&shop.shop.check_books(None).await.unwrap(), mended);
        broken.extend_from_slice(rules);
    }
    let is_tried = |rule: &OrderRule| broken.contains(&BookRule::Order(*rule));
    assert!(OrderRule::ALL.iter().all(is_tried), "each rule is broken once");
    busy.shop.done().await;
}
