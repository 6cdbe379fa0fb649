//! Orders that are chosen together: marked as packed, and printed in one file.

use std::path::PathBuf;
use std::process::Command;

use futures::future::join_all;
use shop::domain::{May, NotPacked, OrderId, Problem, Refusal, Staff, StaffRole, permit};
use shop::dto::{OrderQuery, PackedOrders, ShipmentForm};
use shop::usecase::SandboxOutcome::Approve;

use crate::fulfilment::Paid;
use crate::harness::rules::seller;
use crate::harness::{Everything, TestShop, refused, worker};

async fn number(shop: &TestShop, by: Staff, id: OrderId) -> i64 {
    shop.shop.staff_order(by.may(), id).await.unwrap().order.number
}

async fn listed(shop: &TestShop, by: Staff, search: &str) -> Vec<OrderId> {
    let list = shop.shop.staff_orders(by.may(), &OrderQuery::of_search(search)).await.unwrap();
    list.orders.into_iter().map(|order| order.id).collect()
}

async fn actions(shop: &TestShop, by: Staff, kind: &str) -> Vec<String> {
    let entries = shop.shop.audit_log(by.may(), None).await.unwrap().entries;
    entries.into_iter().rev().map(|entry| entry.action).filter(|action| action.starts_with(kind)).collect()
}

/// What a reader finds in a file.
fn text_of(file: &[u8], name: &str) -> String {
    let path = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.pdf"));
    std::fs::write(&path, file).unwrap();
    let read = Command::new("pdftotext").arg("-layout").arg(&path).arg("-").output().expect("scripts/setup papers");
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    String::from_utf8(read.stdout).unwrap()
}

#[tokio::test]
async fn orders_are_packed_together_once_and_those_that_cannot_be_are_named() {
    let Paid { shop, ada, staff, id: paid, .. } = Paid::order().await;
    let unpaid = shop.place_reserved(ada, &[("CUP", "1")]).await;
    let cancelled = shop.place_reserved(ada, &[("CUP", "1")]).await;
    shop.shop.cancel_order(ada, cancelled).await.unwrap();
    shop.deliver().await;
    let tasks = async || {
        let tasks = shop.shop.staff_home(staff.may()).await.unwrap().tasks;
        (tasks.to_pack, tasks.to_send)
    };
    assert_eq!((tasks().await, listed(&shop, staff, "packing=to_pack").await), ((1, 0), vec![paid]));

    let all = [cancelled, paid, unpaid, paid];
    let not = vec![
        (number(&shop, staff, unpaid).await, NotPacked::Unpaid),
        (number(&shop, staff, cancelled).await, NotPacked::Cancelled),
    ];
    let twice = join_all((0..4).map(|_| shop.shop.mark_packed(staff.may(), &all, true))).await;
    for outcome in twice {
        assert_eq!(outcome.unwrap(), PackedOrders { done: 1, not: not.clone() });
    }
    let view = shop.shop.staff_order(staff.may(), paid).await.unwrap();
    assert_eq!(view.packed.map(|packed| packed.by), Some("Staff".to_owned()));
    let told = view.order.timeline.iter().filter(|entry| entry.kind == "packed").count();
    assert_eq!((told, actions(&shop, staff, "order.").await), (1, vec!["order.packed".to_owned()]));
    assert_eq!((tasks().await, listed(&shop, staff, "packing=packed").await), ((0, 1), vec![paid]));
    assert!(listed(&shop, staff, "packing=to_pack").await.is_empty());

    for _ in 0..2 {
        let undone = shop.shop.mark_packed(staff.may(), &[paid], false).await.unwrap();
        assert_eq!(undone, PackedOrders { done: 1, not: Vec::new() });
    }
    assert_eq!(tasks().await, (1, 0));
    assert_eq!(actions(&shop, staff, "order.").await, ["order.packed", "order.unpacked"]);
    assert_eq!(shop.shop.verify_audit_log().await.unwrap().flaw, None);
    shop.done().await;
}

#[tokio::test]
async fn what_is_shipped_was_packed_and_is_packed_no_more() {
    let Paid { shop, staff, id, mug, .. } = Paid::order().await;
    shop.shop.mark_packed(staff.may(), &[id], true).await.unwrap();
    let parcel = ShipmentForm { items: Some(vec![(mug, 2)]), ..ShipmentForm::default() };
    shop.shop.ship_order(staff.may(), id, &parcel, None).await.unwrap();
    assert_eq!(listed(&shop, staff, "packing=packed").await, [id], "the rest of it waits");
    shop.shop.ship_order(staff.may(), id, &ShipmentForm::default(), None).await.unwrap();
    assert!(listed(&shop, staff, "packing=packed").await.is_empty());
    assert_eq!(shop.shop.staff_order(staff.may(), id).await.unwrap().packed, None);
    let number = number(&shop, staff, id).await;
    for is_packed in [true, false] {
        let outcome = shop.shop.mark_packed(staff.may(), &[id], is_packed).await.unwrap();
        assert_eq!(outcome, PackedOrders { done: 0, not: vec![(number, NotPacked::Left)] });
    }
    shop.done().await;
}

#[tokio::test]
async fn some_are_chosen_and_not_too_many_by_who_may() {
    let Paid { shop, staff, id, .. } = Paid::order().await;
    let problem = |refusal: Refusal| refusal.problem_of("orders").cloned();
    let nobodys: Vec<_> = (1..=101).map(|n| OrderId(uuid::Uuid::from_u128(n))).collect();
    for (ids, expected) in [(&[][..], Problem::Required), (&nobodys[..], Problem::TooMuch { max: 100 })] {
        let marked = refused(shop.shop.mark_packed(staff.may(), ids, true).await);
        let slips = refused(shop.shop.packing_slips(staff.may(), ids, false).await);
        let invoices = refused(shop.shop.invoices_to_print(staff.may(), ids).await);
        for refusal in [marked, slips, invoices] {
            assert_eq!(problem(refusal), Some(expected.clone()));
        }
    }
    assert_eq!(refused(shop.shop.mark_packed(staff.may(), &nobodys[..2], true).await), Refusal::NotFound);
    assert_eq!(refused(shop.shop.packing_slips(staff.may(), &nobodys[..2], true).await), Refusal::NotFound);
    let slips = shop.shop.packing_slips(staff.may(), &[id, nobodys[0]], false).await.unwrap();
    assert!(slips.starts_with(b"%PDF"));
    for role in StaffRole::ALL {
        let (packs, sees) = (worker::<May<permit::Shipping>>(staff, role), worker::<May<permit::Orders>>(staff, role));
        let (may_pack, may_see) = match role {
            StaffRole::Owner | StaffRole::Manager | StaffRole::Packing => (true, true),
            StaffRole::Support => (false, true),
            StaffRole::Catalogue => (false, false),
        };
        assert_eq!((packs.is_ok(), sees.is_ok()), (may_pack, may_see), "{role:?}");
    }
    shop.done().await;
}

#[tokio::test]
async fn packing_slips_say_what_is_to_be_packed_and_no_price() {
    let Paid { shop, ada, staff, id, mug, .. } = Paid::order().await;
    let second = shop.place_reserved(ada, &[("CUP", "2")]).await;
    shop.shop.pay_order(ada, second, Approve).await.unwrap();
    let unpaid = shop.place_reserved(ada, &[("CUP", "1")]).await;
    shop.deliver().await;
    let parcel = ShipmentForm { items: Some(vec![(mug, 2)]), ..ShipmentForm::default() };
    shop.shop.ship_order(staff.may(), id, &parcel, None).await.unwrap();
    shop.shop.note_order(staff.may(), id, "Wrap the cup twice\nand keep the receipt").await.unwrap();
    let numbers = [number(&shop, staff, id).await, number(&shop, staff, second).await];
    let unpaid_number = number(&shop, staff, unpaid).await;

    let slips = shop.shop.packing_slips(staff.may(), &[unpaid, second, id], false).await.unwrap();
    let text = text_of(&slips, "packing-slips");
    for number in numbers {
        assert!(text.contains(&format!("Packing slip, order {number}")), "{number} is missing:\n{text}");
    }
    for part in ["Ada Lovelace", "12 St James's Square", "Product MUG", "CUP", "Standard", "Page 1 of 1"] {
        assert!(text.contains(part), "{part} is missing:\n{text}");
    }
    assert!(text.contains(&format!("Not in here: order {unpaid_number}, it is not paid yet.")), "{text}");
    for price in ["$", "9.99", "5.00", "USD", "Wrap the cup"] {
        assert!(!text.contains(price), "{price} is nobody's business:\n{text}");
    }
    let pages: Vec<_> = text.split('\u{c}').filter(|page| !page.trim().is_empty()).collect();
    assert_eq!(pages.len(), 3, "what is left out, and a page for each order:\n{text}");
    let mugs = pages[1].lines().find(|line| line.contains("Product MUG")).unwrap();
    assert_eq!(mugs.split_whitespace().next(), Some("1"), "two have left: {mugs}");

    let noted = text_of(&shop.shop.packing_slips(staff.may(), &[id], true).await.unwrap(), "packing-slip-noted");
    assert!(noted.contains("Wrap the cup twice") && noted.contains("not for the parcel"), "{noted}");
    shop.done().await;
}

#[tokio::test]
async fn invoices_are_printed_in_one_file_and_stay_what_they_are() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 9)]).await;
    shop.sold_by(&seller()).await;
    let (ada, staff) = (shop.customer("Ada").await, Staff(shop.register("Staff").await.id));
    let mut orders = Vec::new();
    for pays in [true, true, false] {
        let order = shop.place_reserved(ada, &[("MUG", "1")]).await;
        if pays {
            shop.shop.pay_order(ada, order, Approve).await.unwrap();
            shop.deliver().await;
        }
        orders.push(order);
    }
    let kept = shop.shop.invoice_file(ada, orders[0]).await.unwrap();
    let print = shop.shop.invoices_to_print(staff.may(), &orders).await.unwrap();
    let text = text_of(&print, "invoices");
    for order in &orders[..2] {
        let number = shop.order(ada, *order).await.invoice.unwrap().number;
        assert!(text.contains(&number), "{number} is missing:\n{text}");
    }
    let without = number(&shop, staff, orders[2]).await;
    assert!(text.contains(&format!("Not in here: order {without}, it has no invoice.")), "{text}");
    assert_eq!(text.matches("Page 1 of 1").count(), 2, "each counts its own pages:\n{text}");
    assert!(!print.windows(12).any(|word| word == b"factur-x.xml"), "it is for a printer");
    assert_eq!(shop.shop.invoice_file(ada, orders[0]).await.unwrap(), kept);

    let all = text_of(&shop.shop.invoices_to_print(staff.may(), &orders[..2]).await.unwrap(), "invoices-all");
    assert!(!all.contains("Not in here"), "{all}");
    shop.done().await;
}
