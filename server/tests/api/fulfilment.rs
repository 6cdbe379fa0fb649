//! Sending, giving back, taking back, as programs do it.

use serde_json::{Value, json};

use crate::client::{Api, Program};

/// An order of two cups that is paid: its path, and the id of what was ordered.
async fn paid(api: &Api, who: &Program<'_>) -> (String, Value) {
    let items = json!({"items": [{"product_id": api.product("CUP").await, "quantity": 2}]});
    let order = who.post("/orders", &items).await.ok(201);
    let path = format!("/orders/{}", order["id"].as_str().unwrap());
    who.post(&format!("{path}/pay"), &json!({"outcome": "approve"})).await.ok(200);
    (path, order["items"][0]["variant_id"].clone())
}

async fn shop() -> Api {
    let api = Api::open().await;
    api.shop.stock_shelves(&[("CUP", "5.00", 50)]).await;
    api
}

#[tokio::test]
async fn an_order_leaves_in_two_parcels_and_one_line_comes_back_and_is_paid_back() {
    let api = shop().await;
    let (ada, staff) = (api.customer("Ada").await, api.staff().await);
    let (order, cup) = paid(&api, &ada).await;
    let parcel =
        json!({"items": [{"variant_id": cup, "quantity": 1}], "carrier": "dhl", "tracking_number": "0034 0434"});
    let first = staff.post_once(&format!("{order}/shipments"), "parcel-1", &parcel).await;
    let sent = first.ok(201);
    assert_eq!((&sent["status"], &sent["shipments"][0]["tracking_number"]), (&json!("paid"), &json!("00340434")));
    assert!(sent["shipments"][0]["tracking_url"].as_str().unwrap().ends_with("=00340434"));
    assert_eq!(staff.post_once(&format!("{order}/shipments"), "parcel-1", &parcel).await.text, first.text);
    ada.post(&format!("{order}/cancel"), &json!({})).await.problem(409, "partly-shipped");
    let status = json!({"status": "shipped"});
    let shipped = staff.put(&format!("{order}/status"), &status).await.ok(200);
    assert_eq!((&shipped["status"], shipped["shipments"].as_array().unwrap().len()), (&json!("shipped"), 2));

    let asked = json!({"items": [{"variant_id": cup, "quantity": 1}], "reason": "Too small"});
    let asked = ada.post_once(&format!("{order}/returns"), "return-1", &asked).await.ok(201);
    let back = format!("/returns/{}", asked["returns"][0]["id"].as_str().unwrap());
    ada.post(&format!("{back}/approve"), &json!({})).await.problem(403, "staff-only");
    staff.post(&format!("{back}/receive"), &json!({})).await.problem(409, "illegal-return-step");
    let approved = staff.post(&format!("{back}/approve"), &json!({"answer": "Of course"})).await.ok(200);
    assert_eq!(approved["returns"][0]["status"], "approved");
    assert_eq!(approved["returns"][0]["answer"], "Of course");
    assert_eq!(ada.get(&order).await.ok(200)["returns"][0]["answer"], "Of course");
    staff.post(&format!("{back}/refuse"), &json!({"answer": "No"})).await.problem(409, "illegal-return-step");
    let received = staff.post(&format!("{back}/receive"), &json!({"restock": true})).await.ok(200);
    assert_eq!(received["returns"][0]["status"], "received");
    assert_eq!(received["refunds"][0]["amount"], json!({"amount": "5.00", "currency": "USD"}));
    assert_eq!(received["refunds"][0]["status"], "opened");
    assert_eq!(received["payments"][0]["status"], "approved");
    assert_eq!(api.shop.stock("CUP").await, 49);
    api.done().await;
}

#[tokio::test]
async fn money_is_given_back_once_for_a_key_and_never_more_than_came_in() {
    let api = shop().await;
    let (ada, staff) = (api.customer("Ada").await, api.staff().await);
    let (order, cup) = paid(&api, &ada).await;
    let refunds = format!("{order}/refunds");
    let some = json!({"amount": "3.00", "reason": "Sorry"});
    ada.post(&refunds, &some).await.problem(403, "staff-only");
    let first = staff.post_once(&refunds, "refund-1", &some).await;
    assert_eq!(first.ok(201)["refunds"][0]["reason"], "Sorry");
    assert_eq!(staff.post_once(&refunds, "refund-1", &some).await.text, first.text);
    staff
        .post_once(&refunds, "refund-1", &json!({"amount": "3.01", "reason": "Sorry"}))
        .await
        .problem(422, "key-reused");
    let problem = staff.post(&refunds, &json!({"amount": "7.01", "reason": "Sorry"})).await;
    let problem = problem.problem(409, "refund-too-large");
    assert!(problem["detail"].as_str().unwrap().contains("$7.00"), "{problem}");
    staff.post(&refunds, &json!({"items": [{"variant_id": cup, "quantity": 1}], "reason": "Sorry"})).await.ok(201);
    assert_eq!(api.shop.count("select count(*) from refunds").await, 2);
    api.done().await;
}

#[tokio::test]
async fn a_refund_has_its_credit_note_once_it_is_carried_out() {
    let mut api = shop().await;
    api.shop.sold_by(&crate::harness::rules::seller()).await;
    let (order, cup) = paid(&api, &api.customer("Ada").await).await;
    api.stop_delivery().await;
    let (ada, staff) = (api.guest(), api.staff().await);
    ada.post("/auth/login", &json!({"email": "ada@example.org", "password": "correct horse"})).await.ok(200);
    let some = json!({"items": [{"variant_id": cup, "quantity": 1}], "reason": "Broken"});
    let opened = staff.post(&format!("{order}/refunds"), &some).await.ok(201);
    assert_eq!(opened["refunds"][0]["credit_note"], Value::Null);
    api.shop.deliver().await;
    api.shop.shop.carry_out_refunds().await.unwrap();
    api.shop.deliver().await;
    let read = ada.get(&order).await.ok(200);
    assert!(read["invoice"]["number"].as_str().unwrap().starts_with("INV-"), "{read}");
    assert_eq!(read["invoice"]["url"], format!("{order}/invoice.pdf"));
    let note = &read["refunds"][0]["credit_note"];
    let number = note["number"].as_str().unwrap();
    assert!(number.starts_with("CN-") && number.ends_with("-000001"), "{note}");
    assert_eq!(note["url"], format!("{order}/credit-notes/{number}.pdf"));
    assert_eq!(read["refunds"][0]["cancelled_credit_notes"], json!([]));
    // As if the provider had not given it, and the release before had written so.
    let failed = "update refunds set state = 'failed'; update payments set refunded = 0; delete from sandbox_refunds";
    api.shop.execute(failed).await;
    assert_eq!(api.shop.shop.cancel_void_credit_notes(10).await.unwrap(), 1);
    let after = ada.get(&order).await.ok(200);
    let refund = &after["refunds"][0];
    assert_eq!((&refund["status"], &refund["credit_note"]), (&json!("failed"), &Value::Null));
    let cancelled = &refund["cancelled_credit_notes"][0];
    assert_eq!((&cancelled["number"], &cancelled["url"]), (&note["number"], &note["url"]));
    let by = cancelled["cancelled_by"]["number"].as_str().unwrap();
    assert!(by.starts_with("INV-"), "{cancelled}");
    assert_eq!(cancelled["cancelled_by"]["url"], format!("{order}/credit-notes/{by}.pdf"));
    api.done().await;
}

#[tokio::test]
async fn what_will_not_do_is_named_and_changes_nothing() {
    let api = shop().await;
    let (ada, staff) = (api.customer("Ada").await, api.staff().await);
    let (order, cup) = paid(&api, &ada).await;
    let line = |quantity: i64| json!([{"variant_id": cup, "quantity": quantity}]);
    for (path, body, field) in [
        ("refunds", json!({"amount": "-1.00", "reason": "x"}), "amount"),
        ("refunds", json!({"amount": "0", "reason": "x"}), "amount"),
        ("refunds", json!({"amount": "1e2", "reason": "x"}), "amount"),
        ("refunds", json!({"amount": "1.001", "reason": "x"}), "amount"),
        ("refunds", json!({"amount": {"amount": "1.00", "currency": "EUR"}, "reason": "x"}), "amount"),
        ("refunds", json!({"reason": "x"}), "amount"),
        ("refunds", json!({"amount": "1.00", "items": line(1), "reason": "x"}), "amount"),
        ("refunds", json!({"amount": "1.00"}), "reason"),
        ("refunds", json!({"amount": "1.00", "reason": "\u{0}"}), "reason"),
        ("refunds", json!({"amount": "1.00", "reason": "x", "restock": true}), "restock"),
        ("refunds", json!({"amount": "1.00", "reason": "x", "state": "done"}), "state"),
        ("refunds", json!({"items": line(3), "reason": "x"}), "items[0].quantity"),
        ("refunds", json!({"items": line(0), "reason": "x"}), "items[0].quantity"),
        ("refunds", json!({"items": line(i64::MIN), "reason": "x"}), "items[0].quantity"),
        ("refunds", json!({"items": [], "reason": "x"}), "items"),
        ("refunds", json!({"shipping": true, "reason": "x"}), "shipping"),
        ("shipments", json!({"tracking_number": "<script>alert(1)</script>"}), "tracking_number"),
        ("shipments", json!({"tracking_number": "1234\"onload=\"x"}), "tracking_number"),
        ("shipments", json!({"items": line(3)}), "items[0].quantity"),
        ("shipments", json!({"items": line(-1)}), "items[0].quantity"),
        ("shipments", json!({"items": []}), "items"),
        ("shipments", json!({"status": "shipped"}), "status"),
        ("returns", json!({"items": [], "reason": "x"}), "items"),
        ("returns", json!({"items": line(0), "reason": "x"}), "items[0].quantity"),
        ("returns", json!({"items": line(1), "reason": " "}), "reason"),
    ] {
        let by = if path == "returns" { &ada } else { &staff };
        let answer = by.post(&format!("{order}/{path}"), &body).await;
        assert_eq!(answer.fields(), [field], "{path} {body}");
    }
    ada.post(&format!("{order}/returns"), &json!({"items": line(1), "reason": "x"}))
        .await
        .problem(409, "nothing-to-return");
    let eve = api.customer("Eve").await;
    eve.post(&format!("{order}/returns"), &json!({"items": line(1), "reason": "x"})).await.problem(404, "not-found");
    let nowhere = "/orders/00000000-0000-4000-8000-000000000001";
    staff
        .post(&format!("{nowhere}/refunds"), &json!({"amount": "1.00", "reason": "x"}))
        .await
        .problem(404, "not-found");
    staff.post(&format!("{nowhere}/shipments"), &json!({})).await.problem(404, "not-found");
    staff.post("/returns/nothing/receive", &json!({})).await.problem(404, "not-found");
    let all =
        "select (select count(*) from refunds) + (select count(*) from shipments) + (select count(*) from returns)";
    assert_eq!(api.shop.count(all).await, 0);
    api.done().await;
}

#[tokio::test]
async fn a_return_that_comes_to_nothing_is_closed_and_a_refund_that_failed_is_waived() {
    let api = shop().await;
    let (ada, staff) = (api.customer("Ada").await, api.staff().await);
    let (order, cup) = paid(&api, &ada).await;
    staff.put(&format!("{order}/status"), &json!({"status": "shipped"})).await.ok(200);
    let returns = format!("{order}/returns");
    let wish = json!({"items": [{"variant_id": cup, "quantity": 2}], "reason": "Too small"});
    let asked = ada.post(&returns, &wish).await.ok(201);
    let back = format!("/returns/{}", asked["returns"][0]["id"].as_str().unwrap());
    let (close, why) = (format!("{back}/close"), json!({"answer": "It never came"}));
    staff.post(&close, &why).await.problem(409, "illegal-return-step");
    staff.post(&format!("{back}/approve"), &json!({})).await.ok(200);
    assert_eq!(staff.post(&close, &json!({"answer": ""})).await.fields(), ["answer"]);
    let closed = staff.post(&close, &why).await.ok(200)["returns"][0].clone();
    assert_eq!((&closed["status"], &closed["closed"]), (&json!("refused"), &json!(true)));
    ada.post(&returns, &wish).await.ok(201);

    let opened = staff.post(&format!("{order}/refunds"), &json!({"amount": "1.00", "reason": "Sorry"})).await.ok(201);
    let waive = format!("/refunds/{}/waive", opened["refunds"][0]["id"].as_str().unwrap());
    let why = json!({"reason": "Paid in cash"});
    staff.post(&waive, &why).await.problem(409, "refund-ended");
    api.shop.execute("update refunds set state = 'failed'; update payments set refunded = 0").await;
    assert_eq!(staff.post(&waive, &json!({"reason": " "})).await.fields(), ["reason"]);
    let failed = ada.get(&order).await.ok(200)["refunds"][0].clone();
    assert_eq!((&failed["status"], &failed["waived"]), (&json!("failed"), &json!(false)));
    let waived = staff.post(&waive, &why).await.ok(200);
    assert_eq!(waived["timeline"].as_array().unwrap().last().unwrap()["kind"], "refund_waived");
    let refund = &waived["refunds"][0];
    assert_eq!((&refund["status"], &refund["waived"]), (&json!("failed"), &json!(true)));
    assert_eq!((&refund["origin"], &refund["is_dispute"]), (&json!("shop"), &json!(false)));
    api.done().await;
}

#[tokio::test]
async fn a_refund_that_the_buyers_bank_took_says_so() {
    let api = shop().await;
    let ada = api.customer("Ada").await;
    let (order, _) = paid(&api, &ada).await;
    for (is_dispute, reason) in [(false, "Given back at the payment provider"), (true, "Disputed with the bank")] {
        sqlx::query(
            "insert into refunds (id, payment_id, amount, state, origin, reason, reference, is_dispute, created_at, is_first)
             select gen_random_uuid(), p.id, 1, 'failed', 'provider', $1, $1, $2, now(), false from payments p",
        )
        .bind(reason)
        .bind(is_dispute)
        .execute(api.shop.shop.store().pool())
        .await
        .unwrap();
        let read = ada.get(&order).await.ok(200);
        let refund = read["refunds"].as_array().unwrap().iter().find(|refund| refund["reason"] == reason).unwrap();
        assert_eq!((&refund["origin"], &refund["is_dispute"]), (&json!("provider"), &json!(is_dispute)));
        assert_eq!(refund["waived"], false);
    }
    api.done().await;
}
