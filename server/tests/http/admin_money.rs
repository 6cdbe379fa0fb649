//! The money of an order in the back office: what staff say of it where no provider can, and forms that must not mix.

use crate::harness::Everything as _;
use shop::domain::OrderStatus;
use shop::dto::{RefundForm, ReturnForm, StockForm};

use crate::admin::Desk;
use crate::harness::usd;
use crate::visitor::hidden;

#[tokio::test]
async fn staff_say_that_money_has_come_and_that_they_gave_it_back() {
    let desk = Desk::open().await;
    let (olga, live) = (desk.olga().await, &desk.site.shop.shop);
    let order = desk.site.shop.place_reserved(desk.ada, &[("CUP", "1")]).await;
    let (id, page) = (order.to_string(), format!("/admin/orders/{order}"));
    assert!(!olga.get(&page).await.text.contains("Money has come"), "the shop takes nothing by hand");
    desk.site.shop.taking_transfers().await;
    let perhaps = olga.get(&page).await.text;
    assert!(perhaps.contains("<summary>Money has come") && perhaps.contains("If nobody pays"), "{perhaps}");
    live.choose_manual_payment(desk.ada, order).await.unwrap();
    let waits = olga.get(&page).await.text;
    let total = desk.site.shop.order(desk.ada, order).await.total;
    let amount = total.amount().to_string();
    for part in ["Nobody but you can say that it has come", "<h2 id=\"paid-title\">", &format!("value=\"{amount}\"")] {
        assert!(waits.contains(part), "{part}: {waits}");
    }
    let say = |amount: &str, reference: &str| {
        [("order_id", id.clone()), ("amount", amount.to_owned()), ("reference", reference.to_owned())]
    };
    let submit = async |form: &str, fields: &[(&str, String)]| {
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        olga.submit(&page, form, &fields).await.text
    };
    let refused = submit("admin-record-payment", &say("1,5", "statement 7")).await;
    assert!(refused.contains("an amount like 12.50") && refused.contains("value=\"statement 7\""), "{refused}");
    let refused = submit("admin-record-payment", &say(&amount, " ")).await;
    assert!(refused.contains("Please fill this in"), "{refused}");
    let wrong = submit("admin-record-payment", &say("1.00", "statement 7")).await;
    for part in ["The money is written down", "it pays nothing and goes back", "to be given back by you"] {
        assert!(wrong.contains(part), "{part}: {wrong}");
    }
    assert!(!wrong.contains("$1.00 received") && !wrong.contains("on its way back"), "{wrong}");
    let home = olga.get("/admin").await.text;
    assert!(home.contains("refund to be given back by you"), "{home}");
    let found = olga.get("/admin/orders?payment=refund_by_hand").await.text;
    assert!(found.contains(&page) && !found.contains(&desk.order_page()), "{found}");
    let given =
        [("order_id", id.clone()), ("refund_id", hidden(&wrong, "refund_id")), ("reference", "statement 8".to_owned())];
    let refused =
        submit("admin-give-refund", &[given[0].clone(), given[1].clone(), ("reference", String::new())]).await;
    assert!(refused.contains("Please fill this in"), "{refused}");
    let given = submit("admin-give-refund", &given).await;
    assert!(given.contains("The refund is given back") && !given.contains("to be given back by you"), "{given}");
    let paid = submit("admin-record-payment", &say(&amount, "statement 9")).await;
    assert!(paid.contains(&format!("{total} received")) && paid.contains("Pack and send"), "{paid}");
    assert!(!paid.contains("id=\"paid-title\""), "it waits for nothing more: {paid}");
    desk.site.shop.done().await;
}

#[tokio::test]
async fn a_refused_refund_is_given_or_waived_on_its_page_and_the_first_page_is_quiet() {
    let desk = Desk::open().await;
    let (olga, page, order) = (desk.olga().await, desk.order_page(), desk.order.to_string());
    for amount in ["1.00", "2.00"] {
        let money = RefundForm { amount: Some(usd(amount)), reason: "Late".into(), ..RefundForm::default() };
        desk.site.shop.shop.refund_order(desk.staff().await.may(), desk.order, &money, None).await.unwrap();
    }
    desk.site
        .shop
        .execute("update refunds set state = 'failed', settled_at = created_at; update payments set refunded = 0")
        .await;
    let refunds = desk.site.shop.order(desk.ada, desk.order).await.refunds;
    let (first, second) = (refunds[0].id.to_string(), refunds[1].id.to_string());
    assert!(olga.get("/admin").await.text.contains("refunds failed"));
    assert!(olga.get("/admin/orders?payment=refund_failed").await.text.contains(&page));
    let shown = olga.get(&page).await.text;
    assert_eq!(shown.matches("could not be given back: give it back yourself").count(), 2, "{shown}");
    assert!(!shown.contains("Another refund was begun since"), "{shown}");

    let give =
        |reference: &'static str| [("order_id", order.as_str()), ("refund_id", &first), ("reference", reference)];
    let refused = olga.submit(&page, "admin-give-refund", &give("")).await.text;
    assert!(refused.contains("Please fill this in"), "{refused}");
    let given = olga.submit(&page, "admin-give-refund", &give("transfer 1")).await.text;
    assert!(given.contains("The refund is given back") && given.contains("$1.00 given back"), "{given}");
    assert_eq!(given.matches("could not be given back: give it back yourself").count(), 1, "{given}");
    assert!(olga.get("/admin").await.text.contains("refund failed"));

    let long = "x".repeat(201);
    let waive = |reason: &'static str| [("order_id", order.as_str()), ("refund_id", &second), ("reason", reason)];
    let too_long = [("order_id", order.as_str()), ("refund_id", second.as_str()), ("reason", long.as_str())];
    let refused = olga.submit(&page, "admin-waive-refund", &too_long).await.text;
    assert!(refused.contains(&format!("value=\"{long}\"")), "what was typed stays: {refused}");
    let waived = olga.submit(&page, "admin-waive-refund", &waive("Paid in cash")).await.text;
    for part in ["Nothing more is owed for this refund", "$2.00 could not be given back, and nothing more is owed"] {
        assert!(waived.contains(part), "{part}: {waived}");
    }
    assert!(!waived.contains("admin-waive-refund") && !waived.contains("admin-give-refund"), "{waived}");
    let home = olga.get("/admin").await.text;
    assert!(!home.contains("refund failed") && !home.contains("refunds failed"), "{home}");
    assert!(!olga.get("/admin/orders?payment=refund_failed").await.text.contains(&page));
    desk.site.shop.done().await;
}

#[tokio::test]
async fn a_refund_that_is_still_owed_while_another_was_begun_says_so() {
    let desk = Desk::open().await;
    let (olga, page) = (desk.olga().await, desk.order_page());
    let money = RefundForm { amount: Some(usd("1.00")), reason: "Late".into(), ..RefundForm::default() };
    for _ in 0..2 {
        desk.site.shop.shop.refund_order(desk.staff().await.may(), desk.order, &money, None).await.unwrap();
        desk.site.shop.execute("update refunds set state = 'failed' where is_first").await;
    }
    let shown = olga.get(&page).await.text;
    assert_eq!(shown.matches("Another refund was begun since").count(), 1, "{shown}");
    desk.site.shop.done().await;
}

#[tokio::test]
async fn what_is_disputed_or_set_aside_stands_on_the_page_and_somebody_looks_into_it() {
    let desk = Desk::open().await;
    let (olga, page, order) = (desk.olga().await, desk.order_page(), desk.order.to_string());
    desk.site
        .shop
        .execute(
            "insert into refunds_set_aside (payment_id, reference, amount, currency, created_at)
             select id, 're_9', 3, 'USD', now() from payments;
             insert into refunds (id, payment_id, amount, state, reason, reference, origin, created_at, is_dispute, due_at)
             select gen_random_uuid(), id, 2, 'opened', 'Disputed with the bank', 'dp_1', 'provider', now(), true, 'infinity'
             from payments;
             update payments set refunded = 2",
        )
        .await;
    let home = olga.get("/admin").await.text;
    for part in ["payment disputed with the bank", "refund set aside, to be looked into"] {
        assert!(home.contains(part), "{part}: {home}");
    }
    for filter in ["disputed", "refund_aside"] {
        let found = olga.get(&format!("/admin/orders?payment={filter}")).await.text;
        assert!(found.contains(&page), "{filter}: {found}");
    }
    let shown = olga.get(&page).await.text;
    for part in ["$2.00 disputed with the bank: answer at the payment provider", "$3.00 went back beyond what is owed"]
    {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let payment = hidden(&shown, "payment_id");
    let fields = [("order_id", order.as_str()), ("payment_id", payment.as_str()), ("reference", "re_9")];
    let seen = olga.submit(&page, "admin-look-into-refund", &fields).await.text;
    assert!(seen.contains("Nobody is told of it again.") && !seen.contains("I have looked into it"), "{seen}");
    assert!(!olga.get("/admin").await.text.contains("set aside, to be looked into"));
    desk.site.shop.done().await;
}

#[tokio::test]
async fn a_refund_that_waits_too_long_for_its_provider_is_told() {
    let desk = Desk::open().await;
    let (olga, page) = (desk.olga().await, desk.order_page());
    let money = RefundForm { amount: Some(usd("1.00")), reason: "Late".into(), ..RefundForm::default() };
    desk.site.shop.shop.refund_order(desk.staff().await.may(), desk.order, &money, None).await.unwrap();
    assert!(!olga.get("/admin").await.text.contains("for more than a day"));
    assert!(olga.get(&page).await.text.contains("$1.00 on its way back"));
    desk.site.shop.execute("update refunds set created_at = created_at - interval '1 day'").await;
    let home = olga.get("/admin").await.text;
    assert!(home.contains("refund waiting for more than a day"), "{home}");
    let found = olga.get("/admin/orders?payment=refund_waiting").await.text;
    assert!(found.contains(&page), "{found}");
    let shown = olga.get(&page).await.text;
    assert!(shown.contains("$1.00 waits for the payment provider"), "{shown}");
    desk.site.shop.done().await;
}

#[tokio::test]
async fn what_has_not_left_goes_back_on_its_shelf_if_nobody_says_otherwise() {
    let desk = Desk::open().await;
    let (olga, page, order) = (desk.olga().await, desk.order_page(), desk.order.to_string());
    let ticked = |page: &str| {
        let from = page.find("name=\"restock\"").unwrap();
        page[from..].split_once('>').unwrap().0.contains("checked")
    };
    let shown = olga.get(&page).await.text;
    assert!(ticked(&shown) && shown.contains("Otherwise they are written off"), "{shown}");
    let key = hidden(&shown, "key");
    // The tick says nothing of an amount.
    let amount =
        [("order_id", order.as_str()), ("key", &key), ("amount", "1.00"), ("reason", "Late"), ("restock", "on")];
    let given = olga.submit(&page, "admin-refund-order", &amount).await.text;
    assert!(given.contains("The refund is on its way"), "{given}");
    let mug = format!("units[v{}]", desk.site.shop.variant("MUG").await);
    let key = hidden(&given, "key");
    let unticked = [("order_id", order.as_str()), ("key", &key), (mug.as_str(), "1")];
    let refused = olga.submit(&page, "admin-refund-order", &unticked).await.text;
    assert!(refused.contains("Please fill this in") && !ticked(&refused), "as it was sent: {refused}");
    let live = &desk.site.shop.shop;
    live.set_order_status(desk.staff().await.may(), desk.order, OrderStatus::Shipped).await.unwrap();
    assert!(!ticked(&olga.get(&page).await.text), "it has left");
    desk.site.shop.done().await;
}

#[tokio::test]
async fn two_returns_that_wait_are_answered_each_for_itself() {
    let desk = Desk::open().await;
    let (olga, page, order) = (desk.olga().await, desk.order_page(), desk.order.to_string());
    let live = &desk.site.shop.shop;
    live.set_order_status(desk.staff().await.may(), desk.order, OrderStatus::Shipped).await.unwrap();
    for sku in ["CUP", "MUG"] {
        let back = ReturnForm { items: vec![(desk.site.shop.variant(sku).await, 1)], reason: "Too small".into() };
        live.request_return(desk.ada, desk.order, &back, None).await.unwrap();
    }
    let returns = desk.site.shop.order(desk.ada, desk.order).await.returns;
    let (first, second) = (returns[0].id.to_string(), returns[1].id.to_string());
    let long = "x".repeat(501);
    let refuse = [("order_id", order.as_str()), ("return_id", &first), ("decision", "refuse"), ("answer", &long)];
    let refused = olga.submit(&page, "admin-answer-return", &refuse).await.text;
    assert_eq!(refused.matches(&long).count(), 1, "{refused}");
    assert_eq!(refused.matches("At most 500 characters").count(), 2, "above the form and beside the field: {refused}");
    for id in [&first, &second] {
        assert_eq!(refused.matches(&format!("id=\"answer-{id}\"")).count(), 1, "{refused}");
    }
    assert!(!refused.contains("<input id=\"field-answer\""), "Enter in a line would approve");
    live.answer_return(desk.staff().await.may(), returns[0].id, true, "").await.unwrap();
    let close = |answer: &'static str| [("order_id", order.as_str()), ("return_id", &first), ("answer", answer)];
    let too_long = [("order_id", order.as_str()), ("return_id", &first), ("answer", &long)];
    let refused = olga.submit(&page, "admin-close-return", &too_long).await.text;
    assert!(refused.contains(&long) && refused.contains("<details open class=\"desk-fold\""), "{refused}");
    let closed = olga.submit(&page, "admin-close-return", &close("It never came")).await.text;
    for part in ["The return is closed.", "Closed, it never arrived", "It never came", "It has arrived after all"] {
        assert!(closed.contains(part), "{part}: {closed}");
    }
    let receive = [("order_id", order.as_str()), ("return_id", &first), ("restock", "on")];
    let received = olga.submit(&page, "admin-receive-return", &receive).await.text;
    assert!(received.contains("The return is received") && !received.contains("after all"), "{received}");
    desk.site.shop.done().await;
}

#[tokio::test]
async fn a_count_that_was_overtaken_is_not_taken() {
    let desk = Desk::open().await;
    let olga = desk.olga().await;
    let mug = desk.site.shop.record("mug").await;
    let (product, variant) = (mug.id.to_string(), mug.variants[0].id.to_string());
    let page = format!("/admin/stock/{variant}");
    let shown = olga.get(&page).await.text;
    assert_eq!(hidden(&shown, "shelf"), "10", "seven to sell and three held");
    let broken = StockForm { change: Some(-2), reason: "Broken".into(), ..StockForm::default() };
    desk.site.shop.shop.change_stock(desk.staff().await.may(), mug.id, &broken, None).await.unwrap();
    let count = |page: &str| {
        [
            ("product_id", product.clone()),
            ("variant_id", variant.clone()),
            ("key", hidden(page, "key")),
            ("shelf", hidden(page, "shelf")),
            ("how", "count".to_owned()),
            ("units", "10".to_owned()),
            ("reason", "Inventory".to_owned()),
        ]
    };
    let submit = async |fields: &[(&str, String)]| {
        let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        olga.submit(&page, "admin-change-stock", &fields).await.text
    };
    let refused = submit(&count(&shown)).await;
    assert!(refused.contains("8 should lie on the shelf now. Please count again"), "{refused}");
    assert_eq!(desk.site.shop.stock("MUG").await, 5);
    let counted = submit(&count(&refused)).await;
    assert!(counted.contains("The stock is changed"), "{counted}");
    assert_eq!(desk.site.shop.stock("MUG").await, 7);
    desk.site.shop.done().await;
}
