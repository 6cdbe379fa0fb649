//! The audit log: every change by staff stands in it, and whoever changes the log by hand is found.

use futures::future::join_all;
use shop::domain::{OrderStatus, ShopPicture, Staff, TaxRules};
use shop::dto::{AuditEntry, AuditMark, PaymentForm, ProductForm, RefundForm, ReturnForm, ShipmentForm, StockForm};
use shop::usecase::MailRetry;

use crate::fulfilment::Paid;
use crate::harness::rules::{flat, percent, promotion, zone};
use crate::harness::{Everything, TestShop, usd};
use crate::rule_forms::{fields, typed};
use crate::sample_pictures::jpeg;

async fn log(shop: &TestShop, by: Staff) -> Vec<AuditEntry> {
    let mut entries = Vec::new();
    let mut before = None;
    loop {
        let list = shop.shop.audit_log(by.may(), before).await.unwrap();
        entries.extend(list.entries);
        before = list.next;
        if before.is_none() {
            break;
        }
    }
    entries.reverse();
    entries
}

/// Staff decided about shipping, tax and a promotion before.
const SETUP: usize = 3;

/// Each verb of staff once; a new one belongs here, or where its noun is tried: `customers.rs`, `reviews.rs`, `staff.rs`, `synonyms.rs`, `http/keys.rs`.
#[tokio::test]
async fn every_change_by_staff_is_written_down_with_what_was_before_and_after() {
    let Paid { shop, ada, staff, id, mug, cup } = Paid::order().await;
    let live = &shop.shop;
    let one = ShipmentForm { items: Some(vec![(mug, 2)]), ..ShipmentForm::default() };
    live.ship_order(staff.may(), id, &one, Some("key")).await.unwrap();
    live.ship_order(staff.may(), id, &one, Some("key")).await.unwrap();
    let cups = RefundForm { items: Some(vec![(cup, 1)]), reason: "Broken".into(), ..RefundForm::default() };
    live.refund_order(staff.may(), id, &cups, None).await.unwrap();
    live.set_order_status(staff.may(), id, OrderStatus::Shipped).await.unwrap();
    for (approve, arrives) in [(true, true), (false, false), (true, false)] {
        let back = ReturnForm { items: vec![(mug, 1)], reason: "Too small".into() };
        live.request_return(ada, id, &back, None).await.unwrap();
        let asked = live.order_for_staff(staff.may(), id).await.unwrap().returns.last().unwrap().id;
        live.answer_return(staff.may(), asked, approve, "It is so").await.unwrap();
        if approve && !arrives {
            live.close_return(staff.may(), asked, "It never came").await.unwrap();
        }
        if arrives {
            live.receive_return(staff.may(), asked, true, true).await.unwrap();
        }
    }
    live.note_order(staff.may(), id, "Called about the colour").await.unwrap();
    live.set_order_status(staff.may(), id, OrderStatus::Completed).await.unwrap();
    let other = shop.place_reserved(ada, &[("CUP", "1")]).await;
    live.cancel_order_by_staff(staff.may(), other).await.unwrap();
    let mug_product = shop.record("mug").await.id;
    let form = ProductForm { name: "Jug".into(), price: "12.00".into(), stock: Some(3), ..ProductForm::default() };
    let jug = live.create_product(staff.may(), &form).await.unwrap();
    let change = ProductForm { price: "13.00".into(), stock: None, ..form };
    live.update_product(staff.may(), jug.id, &[1], &change).await.unwrap();
    let stock = StockForm { change: Some(2), reason: "Found".into(), ..StockForm::default() };
    live.change_stock(staff.may(), mug_product, &stock, None).await.unwrap();
    live.withdraw_product(staff.may(), jug.id).await.unwrap();
    let bowl = [("name", "Bowl"), ("price", "9.00"), ("status", "draft"), ("tax_class", "standard")];
    let bowl = live.create_product_with_variants(staff.may(), &fields(&bowl)).await.unwrap();
    let edit = [("version", "1"), ("name", "Bowls"), ("status", "active"), ("tax_class", "zero")];
    live.edit_product(staff.may(), bowl, &fields(&edit)).await.unwrap();
    let sizes = [("version", "2"), ("n1-name", "Size"), ("n1-values", "S, M")];
    live.save_options(staff.may(), bowl, &fields(&sizes)).await.unwrap();
    live.upload_picture(staff.may(), bowl, "bowl.jpg", jpeg(80, 80).into()).await.unwrap();
    live.make_next_picture().await.unwrap();
    let name = live.product_editor(staff.may(), bowl, "").await.unwrap().product.images.remove(0).name;
    let alt = format!("alt-{name}");
    live.edit_pictures(staff.may(), bowl, &fields(&[("version", "1"), (alt.as_str(), "A bowl")])).await.unwrap();
    shop.taking_transfers().await;
    let by_hand = shop.place_reserved(ada, &[("CUP", "1")]).await;
    let seen = PaymentForm { amount: usd("1.00"), reference: "transfer 1".into() };
    for _ in 0..2 {
        live.record_payment(staff.may(), by_hand, &seen).await.unwrap();
    }
    let refund = shop.order(ada, by_hand).await.refunds[0].id;
    shop.execute("update refunds set state = 'failed' where amount = 1").await;
    for _ in 0..2 {
        live.waive_refund(staff.may(), refund, "Paid in cash").await.unwrap();
    }
    shop.execute("update refunds set state = 'opened', waived_at = null where amount = 1").await;
    for _ in 0..2 {
        live.mark_refund_given(staff.may(), refund, "transfer 2").await.unwrap();
    }
    let aside = "insert into refunds_set_aside (payment_id, reference, amount, currency, created_at)
        select id, 're_1', 1, 'USD', now() from payments where amount = 1";
    shop.execute(aside).await;
    let payment = shop.order(ada, by_hand).await.payments[0].id;
    for _ in 0..2 {
        live.look_into_refund_aside(staff.may(), by_hand, payment, "re_1").await.unwrap();
    }
    let (made, _) = live.create_promotion(staff.may(), promotion("Five off", percent("5"))).await.unwrap();
    live.update_promotion(staff.may(), None, made.clone()).await.unwrap();
    live.delete_promotion(staff.may(), None, made.id).await.unwrap();
    let versions: Vec<i64> = (0..50).collect();
    let zones = vec![zone("Ireland", &["IE"], vec![flat("Post", "4.00")])];
    live.replace_shipping_zones(staff.may(), &versions, zones).await.unwrap();
    let rules: TaxRules = live.pricing_rules().await.unwrap().tax.clone();
    live.replace_tax_rules(staff.may(), &versions, rules).await.unwrap();
    live.save_content(staff.may(), &fields(&[("version", "1"), ("name", "Tea")])).await.unwrap();
    let about = [("slug", "about"), ("title", "About us"), ("body", "We."), ("place", "footer")];
    live.create_page(staff.may(), &fields(&about)).await.unwrap();
    let you = fields(&[&about[..], &[("version", "1"), ("body", "You.")]].concat());
    live.save_page(staff.may(), &you).await.unwrap();
    live.upload_shop_picture(staff.may(), ShopPicture::Hero, "hero.jpg", jpeg(80, 80).into()).await.unwrap();
    live.make_next_picture().await.unwrap();
    let hero = live.content().pictures.hero.clone().unwrap().name;
    for change in [("alt", "A table"), ("act", "remove")] {
        for _ in 0..2 {
            let change = fields(&[("name", hero.as_str()), change]);
            live.edit_shop_picture(staff.may(), ShopPicture::Hero, &change).await.unwrap();
        }
    }
    by_forms(&shop, staff).await;
    shop.execute(
        "update email_messages set state = 'accepted' where kind <> 'welcome';
         update email_messages set state = 'refused' where kind = 'welcome';
         insert into outbox (event_id, topic, key, kind, payload, headers, occurred_at, attempts, next_attempt_at)
         values (gen_random_uuid(), 'order.created', 'k', 'shop.order.created.v1', '{}', '[]', now(), 1, now() + interval '9 years')",
    )
    .await;
    assert!(live.retry_mail_for(staff.may(), MailRetry::All).await.unwrap() > 0);
    shop.execute("update email_messages set state = 'accepted'").await;
    assert_eq!(live.end_pauses_for(staff.may()).await.unwrap(), 1);
    // Where nothing is left to do, nothing is written down.
    assert_eq!(live.retry_mail_for(staff.may(), MailRetry::All).await.unwrap(), 0);
    assert_eq!(live.end_pauses_for(staff.may()).await.unwrap(), 0);
    shop.execute("delete from outbox where key = 'k'").await;

    let entries = log(&shop, staff).await.split_off(SETUP);
    let actions: Vec<_> = entries.iter().map(|entry| entry.action.as_str()).collect();
    assert_eq!(
        actions,
        [
            "order.shipped",
            "order.refunded",
            "order.shipped",
            "return.approved",
            "return.received",
            "return.refused",
            "return.approved",
            "return.closed",
            "order.noted",
            "order.completed",
            "order.cancelled",
            "product.created",
            "product.changed",
            "stock.changed",
            "product.withdrawn",
            "product.created",
            "product.changed",
            "product.options_changed",
            "product.picture_uploaded",
            "product.pictures_changed",
            "order.payment_recorded",
            "refund.waived",
            "refund.given",
            "refund.looked_into",
            "promotion.created",
            "promotion.changed",
            "promotion.deleted",
            "shipping.replaced",
            "tax.replaced",
            "content.changed",
            "page.created",
            "page.changed",
            "content.picture_uploaded",
            "content.picture_changed",
            "content.picture_removed",
            "promotion.created",
            "promotion.changed",
            "promotion.changed",
            "promotion.deleted",
            "shipping.zone_created",
            "shipping.zone_changed",
            "shipping.zone_changed",
            "shipping.zone_deleted",
            "tax.settings_changed",
            "tax.rates_changed",
            "category.created",
            "category.changed",
            "category.picture_uploaded",
            "category.picture_changed",
            "category.picture_removed",
            "category.deleted",
            "mail.retried",
            "events.tried_again",
        ],
        "the second of two calls that say the same changes nothing"
    );
    assert!(entries.iter().all(|entry| entry.actor == "Staff"));
    let price = entries[12].before.as_deref().zip(entries[12].after.as_deref()).unwrap();
    assert!(price.0.contains("12.00") && price.1.contains("13.00") && !price.1.contains("description"), "{price:?}");
    assert!(entries[1].after.as_deref().is_some_and(|after| after.contains("Broken")));
    let verdict = live.verify_audit_log().await.unwrap();
    assert_eq!((verdict.rows, verdict.flaw, verdict.head.len()), (53 + 3, None, 64));
    shop.done().await;
}

/// What the pages of promotions, shipping and tax can do.
async fn by_forms(shop: &TestShop, staff: Staff) {
    let live = &shop.shop;
    let off = fields(&[("name", "Off"), ("kind", "percent"), ("percent", "5")]);
    let id = live.save_promotion(staff.may(), &off).await.unwrap();
    let form = async || typed(&live.promotion_editor(staff.may(), Some(id), "").await.unwrap().editor, &[]);
    live.save_promotion(staff.may(), &form().await).await.unwrap();
    live.switch_promotion(staff.may(), id, true).await.unwrap();
    live.remove_promotion(staff.may(), &form().await).await.unwrap();
    let zone = live.save_zone(staff.may(), &fields(&[("name", "Nowhere yet")])).await.unwrap();
    let form = async || typed(&live.zone_editor(staff.may(), Some(zone), "").await.unwrap().editor, &[]);
    live.save_zone(staff.may(), &form().await).await.unwrap();
    live.raise_zone(staff.may(), zone).await.unwrap();
    live.remove_zone(staff.may(), &form().await).await.unwrap();
    let everywhere = live.tax_editor(staff.may(), "").await.unwrap().editor;
    live.save_tax_settings(staff.may(), &typed(&everywhere, &[])).await.unwrap();
    let rates = live.rates_editor(staff.may(), "IE", "").await.unwrap().editor;
    live.save_rates(staff.may(), &typed(&rates, &[])).await.unwrap();
    let slug = live.save_category(staff.may(), &fields(&[("name", "Linen")])).await.unwrap();
    live.shift_category(staff.may(), &slug, true).await.unwrap();
    live.upload_category_picture(staff.may(), &slug, "linen.jpg", jpeg(80, 80).into()).await.unwrap();
    live.make_next_picture().await.unwrap();
    let linen = live.category_editor(staff.may(), Some(&slug), "").await.unwrap().picture.image.unwrap().name;
    for change in [("alt", "A bale"), ("act", "remove")] {
        for _ in 0..2 {
            let change = fields(&[("name", linen.as_str()), change]);
            live.edit_category_picture(staff.may(), &slug, &change).await.unwrap();
        }
    }
    let linen = live.category_editor(staff.may(), Some(&slug), "").await.unwrap().editor;
    live.remove_category(staff.may(), &typed(&linen, &[])).await.unwrap();
}

async fn noted(times: usize) -> (TestShop, Staff) {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "9.00", 5)]).await;
    let staff = Staff(shop.register("Staff").await.id);
    let ada = shop.customer("Ada").await;
    let id = shop.place_reserved(ada, &[("MUG", "1")]).await;
    for n in 0..times {
        shop.shop.note_order(staff.may(), id, &format!("Note {n}")).await.unwrap();
    }
    (shop, staff)
}

#[tokio::test]
async fn whoever_changes_or_deletes_an_entry_by_hand_is_found() {
    for (by_hand, place) in [
        ("update audit_log set after = '{\"note\":\"Another\"}' where position = 3", 3),
        ("update audit_log set actor = gen_random_uuid() where position = 2", 2),
        ("update audit_log set at = at + interval '1 second' where position = 4", 4),
        ("update audit_log set action = 'order.note', subject_kind = 'dorder' where position = 1", 1),
        ("update audit_log set before = '' where position = 5", 5),
        ("update audit_log set hash = sha256(hash) where position = 2", 2),
        ("delete from audit_log where position = 3", 3),
        ("delete from audit_log where position = 1", 1),
        ("delete from audit_log where position = 5", 5),
        ("delete from audit_log where position > 2", 3),
        ("delete from audit_log", 1),
        ("update audit_log set position = 9 where position = 4", 4),
        ("update audit_head set hash = sha256(hash)", 5),
        (
            "insert into audit_log select 6, at, actor, action, subject_kind, subject_id, before, after, hash
          from audit_log where position = 5",
            6,
        ),
        ("update audit_head set position = 3, hash = (select hash from audit_log where position = 3)", 4),
    ] {
        let (shop, _) = noted(5).await;
        assert_eq!(shop.shop.verify_audit_log().await.unwrap().flaw, None);
        shop.execute(by_hand).await;
        assert_eq!(shop.shop.verify_audit_log().await.unwrap().flaw, Some(place), "{by_hand}");
        shop.done().await;
    }
}

#[tokio::test]
async fn a_chain_that_is_made_anew_has_another_last_hash() {
    let (shop, _) = noted(2).await;
    let verdict = shop.shop.verify_audit_log().await.unwrap();
    let kept: AuditMark = verdict.to_keep().unwrap().parse().unwrap();
    assert!(shop.shop.audit_log_has(&kept).await.unwrap());
    let before = verdict.head;
    shop.execute("delete from audit_log where position = 2; update audit_head set position = 1, hash = (select hash from audit_log)").await;
    let after = shop.shop.verify_audit_log().await.unwrap();
    assert_eq!((after.flaw, after.rows), (None, 1), "the chain alone cannot tell");
    assert_ne!(after.head, before, "who kept the last hash can");
    assert!(!shop.shop.audit_log_has(&kept).await.unwrap());
    let first: AuditMark = after.to_keep().unwrap().parse().unwrap();
    assert!(shop.shop.audit_log_has(&first).await.unwrap());
    assert!(!shop.shop.audit_log_has(&AuditMark { position: 1, ..kept }).await.unwrap());
    shop.done().await;
}

/// On eight orders, so that no order's lock puts them in a row: the end of the chain alone does.
#[tokio::test(flavor = "multi_thread")]
async fn many_who_change_at_once_write_one_chain() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "9.00", 50)]).await;
    let staff = Staff(shop.register("Staff").await.id);
    let ada = shop.customer("Ada").await;
    let mut orders = Vec::new();
    for _ in 0..8 {
        orders.push(shop.place_reserved(ada, &[("MUG", "1")]).await);
    }
    for round in 1..=5 {
        let answers = join_all(orders.iter().map(|id| shop.shop.note_order(staff.may(), *id, "Called"))).await;
        assert!(answers.iter().all(Result::is_ok), "{answers:?}");
        let verdict = shop.shop.verify_audit_log().await.unwrap();
        assert_eq!((verdict.rows, verdict.flaw), (8 * round, None));
    }
    shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_refused_leaves_no_trace() {
    let Paid { shop, staff, id, .. } = Paid::order().await;
    let amount =
        |n: u32| RefundForm { amount: Some(usd("10.00")), reason: format!("Refund {n}"), ..RefundForm::default() };
    let forms: Vec<_> = (0..8).map(amount).collect();
    let answers = join_all(forms.iter().map(|form| shop.shop.refund_order(staff.may(), id, form, None))).await;
    let given = answers.iter().filter(|answer| answer.is_ok()).count();
    assert!((1..8).contains(&given), "{answers:?}");
    let verdict = shop.shop.verify_audit_log().await.unwrap();
    assert_eq!((verdict.rows, verdict.flaw), (i64::try_from(SETUP + given).unwrap(), None));
    shop.done().await;
}

#[tokio::test]
async fn what_is_written_down_goes_with_its_change_to_the_end_or_not_at_all() {
    let Paid { shop, staff, id, .. } = Paid::order().await;
    let before = log(&shop, staff).await.len();
    // Everything is written, and then it cannot be committed.
    shop.execute(
        "create function no_note() returns trigger language plpgsql as $$ begin raise 'no note today'; end $$;
         create constraint trigger no_note after insert on order_notes deferrable initially deferred
            for each row execute function no_note()",
    )
    .await;
    assert!(shop.shop.note_order(staff.may(), id, "Ring twice").await.is_err());
    assert_eq!(log(&shop, staff).await.len(), before);
    shop.execute("drop trigger no_note on order_notes; drop function no_note()").await;
    shop.shop.note_order(staff.may(), id, "Ring twice").await.unwrap();
    assert_eq!(log(&shop, staff).await.len(), before + 1);
    shop.done().await;
}
