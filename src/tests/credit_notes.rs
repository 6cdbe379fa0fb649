//! Credit notes: of what was given back of an invoice, by lines, by an amount and whole; a file that validators accept, in
//! the mail of the refund and for the order's owner alone.

use std::path::Path;

use shop::domain::{Consumer, Customer, Envelope, OrderId, RefundState, Refusal};
use shop::dto::RefundForm;
use shop::usecase::SandboxOutcome::Approve;
use shop::usecase::{CartOwner, EventViews, OrderAccess, PaperFile};

use crate::fulfilment::{Paid, amount, units};
use crate::harness::rules::{STAFF, seller, taxed};
use crate::harness::{Everything, TestShop, refused, usd};
use crate::papers::{Abroad, folder, german_shop, order_of_everything, text_of, validate, verapdf};

/// The credit note of the order's last refund, once it is carried out.
async fn given_back(shop: &TestShop, customer: Customer, id: OrderId) -> PaperFile {
    shop.shop.carry_out_refunds().await.unwrap();
    shop.deliver().await;
    let order = shop.order(customer, id).await;
    let refund = order.refunds.last().unwrap();
    assert_eq!(refund.state, RefundState::Done);
    let number = &refund.credit_note.as_ref().unwrap().number;
    let file = shop.shop.credit_note_file(customer, id, number).await.unwrap();
    assert_eq!(*number, file.number);
    file
}

/// What a reader finds on it; and kept for whoever wants to look at it.
fn read(folder: &Path, name: &str, file: &PaperFile, facts: &[&str]) -> String {
    let path = folder.join(format!("{name}.pdf"));
    std::fs::write(&path, &file.bytes).unwrap();
    if let Ok(keep) = std::env::var("KEEP_PAPERS") {
        std::fs::copy(&path, Path::new(&keep).join(format!("{name}.pdf"))).unwrap();
    }
    let text = text_of(&path);
    for fact in facts.iter().chain(&[file.number.as_str(), "Credit note", "Refunded on"]) {
        assert!(text.contains(fact), "{name}: {fact} is missing:\n{text}");
    }
    text
}

#[tokio::test]
async fn validators_accept_credit_notes_of_lines_of_an_amount_of_the_rest_and_of_everything() {
    let shop = german_shop().await;
    let jurgen = shop.customer("Jurgen").await;
    let folder = folder("credit-notes");
    let id = order_of_everything(&shop, jurgen).await;
    let invoice = shop.order(jurgen, id).await.invoice.unwrap().number;
    let (mug, book) = (shop.variant("MUG").await, shop.variant("BOOK").await);
    let refund = async |form: RefundForm| {
        shop.shop.refund_order(STAFF.may(), id, &form, None).await.unwrap();
        let given = shop.order(jurgen, id).await.refunds.last().unwrap().amount.amount().to_string();
        (given_back(&shop, jurgen, id).await, given)
    };
    let reason = "Arrived with a crack – sorry for that, Jürgen";
    let lines = RefundForm { shipping: true, reason: reason.into(), ..units(&[(mug, 1), (book, 1)]) };
    let (file, given) = refund(lines).await;
    let facts = ["Speckled stoneware mug", "Brot backen", "Paket", "Autumn (AUTUMN10)", "19 %", "7 %"];
    let text = read(&folder, "lines", &file, &facts);
    for fact in [reason, invoice.as_str(), given.as_str(), "Jürgen Müller-Lüdenscheidt", "DE123456788"] {
        assert!(text.contains(fact), "{fact} is missing:\n{text}");
    }
    assert!(file.number.starts_with("CN-") && file.number.ends_with("-000001"), "{}", file.number);

    let (file, given) = refund(RefundForm { reason: "It came late".into(), ..amount("7.77") }).await;
    let number = shop.order(jurgen, id).await.number;
    let text = read(&folder, "amount", &file, &["It came late", "19 %", "7 %", "7.77", &given]);
    assert_eq!(text.matches(&format!("Refund for order {number}")).count(), 2, "a line for each rate:\n{text}");

    let (file, given) = refund(units(&[(mug, 1)])).await;
    let text = read(&folder, "line", &file, &["Speckled stoneware mug", "Broken", &given]);
    assert!(!text.contains("7 %"), "{text}");

    shop.shop.cancel_order(jurgen, id).await.unwrap();
    let rest = given_back(&shop, jurgen, id).await;
    read(&folder, "rest", &rest, &["You cancelled this order."]);

    let id = order_of_everything(&shop, jurgen).await;
    shop.shop.cancel_order(jurgen, id).await.unwrap();
    let all = given_back(&shop, jurgen, id).await;
    let total = shop.order(jurgen, id).await.total.amount().to_string();
    read(&folder, "everything", &all, &["Speckled stoneware mug", "Brot backen", "Paket", "Autumn (AUTUMN10)", &total]);
    validate(&folder);
    shop.done().await;
}

#[tokio::test]
async fn yen_have_credit_notes_that_validators_accept_and_dinars_have_them_without_xml() {
    for (code, price, some) in [("JPY", "1250", "333"), ("KWD", "12.505", "3.333")] {
        let abroad = Abroad::paid(code, price).await;
        let folder = folder(code);
        let bowl = abroad.shop.variant("BOWL").await;
        let parsed = shop::domain::Money::parse(some, code.parse().unwrap()).unwrap();
        let by_amount = RefundForm { amount: Some(parsed), reason: "Late".into(), ..RefundForm::default() };
        for (name, form) in [("lines", units(&[(bowl, 1)])), ("amount", by_amount)] {
            abroad.process.refund_order(STAFF.may(), abroad.id, &form, None).await.unwrap();
            abroad.process.carry_out_refunds().await.unwrap();
            abroad.deliver().await;
            let order = abroad.process.order(abroad.guest, abroad.id).await.unwrap();
            let number = order.refunds.last().unwrap().credit_note.as_ref().unwrap().number.clone();
            let file = abroad.process.credit_note_file(abroad.guest, abroad.id, &number).await.unwrap();
            let given = order.refunds.last().unwrap().amount;
            let words = given.to_string().trim_start_matches(|c: char| !c.is_ascii_digit()).to_owned();
            read(&folder, &format!("{code}-{name}"), &file, &[code, &words, &form.reason]);
            let has_xml = file.bytes.windows(12).any(|bytes| bytes == b"factur-x.xml");
            assert_eq!(has_xml, code == "JPY");
        }
        if code == "JPY" {
            validate(&folder)
        } else {
            verapdf(&folder)
        }
        abroad.shop.done().await;
    }
}

#[tokio::test]
async fn several_part_refunds_of_one_order_are_exactly_its_invoice() {
    let paid = Paid::order().await;
    paid.shop.sold_by(&seller()).await;
    assert_eq!(paid.shop.shop.make_missing_invoices(10).await.unwrap().unwrap().made, 1);
    // Amounts among lines, so that in the end a line is given back of which too little is left: it stands as an amount.
    for form in
        [amount("0.01"), units(&[(paid.mug, 1)]), amount("3.33"), units(&[(paid.cup, 1)]), units(&[(paid.mug, 1)])]
    {
        paid.refund(form).await.unwrap();
    }
    let order = paid.view().await;
    let left = order.total.minus(paid.refunded().await).unwrap();
    paid.refund(RefundForm { amount: Some(left), ..amount("0.01") }).await.unwrap();
    paid.shop.shop.carry_out_refunds().await.unwrap();
    paid.shop.deliver().await;
    assert_eq!(paid.shop.count("select count(*) from papers where kind = 'credit_note'").await, 6);
    let sums = "select count(*) from papers i where i.kind = 'invoice'
        and (i.facts #>> '{totals,tax,amount}')::numeric = (select sum((c.facts #>> '{totals,tax,amount}')::numeric)
            from papers c where c.order_id = i.order_id and c.kind = 'credit_note')
        and (i.facts #>> '{totals,total,amount}')::numeric = (select sum((c.facts #>> '{totals,total,amount}')::numeric)
            from papers c where c.order_id = i.order_id and c.kind = 'credit_note')";
    assert_eq!(paid.shop.count(sums).await, 1);
    paid.shop.done().await;
}

#[tokio::test]
async fn the_mail_of_a_refund_waits_for_its_file_and_brings_it() {
    let shop = german_shop().await;
    let jurgen = shop.customer("Jurgen").await;
    let id = order_of_everything(&shop, jurgen).await;
    shop.shop.render_papers(10).await.unwrap();
    shop.shop.take_mail(50).await.unwrap();
    shop.shop.refund_order(STAFF.may(), id, &amount("5.00"), None).await.unwrap();
    shop.shop.carry_out_refunds().await.unwrap();
    shop.deliver().await;
    assert!(shop.shop.take_mail(50).await.unwrap().is_empty(), "its file is not there yet");
    assert_eq!(shop.shop.render_papers(10).await.unwrap(), 1);
    let mail = shop.shop.take_mail(50).await.unwrap();
    let [job] = mail.as_slice() else { panic!("{mail:?}") };
    let number = shop.order(jurgen, id).await.refunds[0].credit_note.clone().unwrap().number;
    let file = shop.shop.credit_note_file(jurgen, id, &number).await.unwrap();
    assert_eq!(job.message.kind, "refunded");
    assert!(job.message.text.contains(&format!("Your credit note is {number}.")), "{}", job.message.text);
    let sent = job.file.clone().unwrap();
    assert_eq!((sent.name, sent.bytes), (format!("{number}.pdf"), file.bytes.clone()));
    // The same bytes, whatever becomes of the shop.
    shop.sold_by(&shop::domain::Seller { vat_id: Some("DE999999999".into()), ..seller() }).await;
    shop.execute("update refunds set reason = 'Another'; update products set name = 'Another'").await;
    assert_eq!(shop.shop.credit_note_file(jurgen, id, &number).await.unwrap(), file);
    shop.done().await;
}

#[tokio::test]
async fn a_credit_note_opens_for_its_owner_and_its_token_alone_and_by_its_order() {
    let shop = german_shop().await;
    let (jurgen, eve) = (shop.customer("Jurgen").await, shop.customer("Eve").await);
    let (id, other) = (order_of_everything(&shop, jurgen).await, order_of_everything(&shop, jurgen).await);
    for order in [id, other] {
        shop.shop.refund_order(STAFF.may(), order, &amount("5.00"), None).await.unwrap();
        given_back(&shop, jurgen, order).await;
    }
    let number = async |order| shop.order(jurgen, order).await.refunds[0].credit_note.clone().unwrap().number;
    let (number, others) = (number(id).await, number(other).await);
    let guest = CartOwner::Guest(None);
    let token = |order| Some(shop.shop.order_token(order).unwrap());
    assert!(shop.shop.credit_note_file(OrderAccess { owner: guest, token: token(id) }, id, &number).await.is_ok());
    let strangers =
        [eve.into(), OrderAccess { owner: guest, token: None }, OrderAccess { owner: guest, token: token(other) }];
    for access in strangers {
        assert_eq!(refused(shop.shop.credit_note_file(access, id, &number).await), Refusal::NotFound);
    }
    let invoice = shop.order(jurgen, id).await.invoice.unwrap().number;
    for wrong in [others.as_str(), invoice.as_str(), "CN-2026-000099", "", "%"] {
        assert_eq!(refused(shop.shop.credit_note_file(jurgen, id, wrong).await), Refusal::NotFound, "{wrong}");
    }
    shop.done().await;
}

#[tokio::test]
async fn without_an_invoice_there_is_none_until_somebody_asks_and_then_once() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 9)]).await;
    shop.tax_by(taxed(&[("GB", "20")])).await;
    let ada = shop.customer("Ada").await;
    let id = shop.place_reserved(ada, &[("MUG", "2")]).await;
    shop.shop.pay_order(ada, id, Approve).await.unwrap();
    shop.shop.refund_order(STAFF.may(), id, &amount("5.00"), None).await.unwrap();
    shop.shop.carry_out_refunds().await.unwrap();
    shop.deliver().await;
    assert_eq!(shop.order(ada, id).await.refunds[0].credit_note, None);
    let job = shop.shop.take_mail(50).await.unwrap().into_iter().find(|job| job.message.kind == "refunded").unwrap();
    assert!(job.message.paper.is_none() && !job.message.text.contains("credit note"), "{}", job.message.text);
    assert_eq!(shop.shop.make_missing_credit_notes(10).await.unwrap(), None);
    shop.sold_by(&seller()).await;
    assert_eq!(shop.shop.make_missing_credit_notes(10).await.unwrap().unwrap().made, 0, "there is no invoice");
    assert_eq!(shop.shop.make_missing_invoices(10).await.unwrap().unwrap().made, 1);
    // What is opened, and not carried out, has none.
    shop.shop.refund_order(STAFF.may(), id, &amount("1.00"), None).await.unwrap();
    for made in [1, 0] {
        let issued = shop.shop.make_missing_credit_notes(10).await.unwrap().unwrap();
        assert_eq!((issued.made, issued.not_made.len()), (made, 0));
    }
    let order = shop.order(ada, id).await;
    assert!(order.refunds[0].credit_note.as_ref().unwrap().number.ends_with("-000001"));
    assert_eq!(order.refunds[1].credit_note, None);
    shop.done().await;
}

/// Topics are in no order among each other.
#[tokio::test]
async fn a_refund_that_is_heard_of_before_its_payment_has_its_credit_note_with_the_invoice() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 9)]).await;
    shop.sold_by(&seller()).await;
    let ada = shop.customer("Ada").await;
    let id = shop.place_reserved(ada, &[("MUG", "1")]).await;
    shop.shop.pay_order(ada, id, Approve).await.unwrap();
    shop.shop
        .refund_order(STAFF.may(), id, &RefundForm { amount: Some(usd("24.00")), ..amount("24.00") }, None)
        .await
        .unwrap();
    shop.shop.carry_out_refunds().await.unwrap();
    let events = shop.shop.store().unpublished_events(100).await.unwrap();
    let of = |topic: &str| -> Vec<Envelope> {
        events.iter().map(|(_, event)| event.clone()).filter(|event| event.topic == topic).collect()
    };
    let papers = "select count(*) from papers";
    for (topic, count) in [("order.refunded", 0), ("order.paid", 2)] {
        assert_eq!(of(topic).len(), 1);
        shop.shop.consume(Consumer::Notification, &of(topic)).await.unwrap();
        assert_eq!(shop.count(papers).await, count, "{topic}");
    }
    shop.done().await;
}
