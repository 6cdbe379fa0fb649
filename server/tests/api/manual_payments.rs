//! Paying by bank transfer, as programs do it.

use serde_json::json;

use crate::client::Api;

#[tokio::test]
async fn an_order_is_paid_by_transfer_and_given_back_by_staff() {
    let api = Api::open().await;
    api.shop.stock_shelves(&[("CUP", "5.00", 50)]).await;
    let (ada, staff) = (api.customer("Ada").await, api.staff().await);
    let items = json!({"items": [{"product_id": api.product("CUP").await, "quantity": 2}]});
    let order = ada.post("/orders", &items).await.ok(201);
    let path = format!("/orders/{}", order["id"].as_str().unwrap());
    let (pay, payments) = (format!("{path}/pay"), format!("{path}/payments"));
    assert_eq!(order["manual_payment"], json!(null));
    ada.post(&pay, &json!({"method": "manual"})).await.problem(422, "invalid");
    api.shop.taking_transfers().await;
    let offered = ada.get(&path).await.ok(200)["manual_payment"].clone();
    assert_eq!((&offered["days"], &offered["chosen_at"]), (&json!(7), &json!(null)));
    ada.post(&pay, &json!({"method": "manual", "outcome": "approve"})).await.problem(422, "invalid");
    ada.post(&pay, &json!({"method": "cheque"})).await.problem(422, "invalid");
    let chosen = ada.post(&pay, &json!({"method": "manual"})).await.ok(200);
    assert!(chosen["manual_payment"]["chosen_at"].is_string() && chosen["redirect_url"].is_null(), "{chosen}");
    assert_eq!(chosen["status"], "pending");

    let seen = json!({"amount": "10.00", "reference": "transfer 4711"});
    ada.post(&payments, &seen).await.problem(403, "staff-only");
    for odd in [
        json!({"amount": "-1", "reference": "x"}),
        json!({"amount": "0", "reference": "x"}),
        json!({"amount": "1.00", "reference": ""}),
    ] {
        staff.post(&payments, &odd).await.problem(422, "invalid");
    }
    for status in [201, 200] {
        let paid = staff.post(&payments, &seen).await.ok(status);
        assert_eq!((&paid["status"], paid["payments"].as_array().unwrap().len()), (&json!("paid"), 1));
        assert_eq!(
            (&paid["payments"][0]["provider"], &paid["payments"][0]["status"]),
            (&json!("manual"), &json!("approved"))
        );
    }
    let again = json!({"amount": "10.00", "reference": "transfer 4712"});
    let second = staff.post(&payments, &again).await.ok(201);
    let flawed = &second["payments"][1];
    assert_eq!((&flawed["status"], &flawed["flaw"]), (&json!("not_accepted"), &json!("second")));
    let refund = &second["refunds"][0];
    assert_eq!((&refund["status"], &refund["origin"]), (&json!("opened"), &json!("shop")));
    let given = format!("/refunds/{}/given", refund["id"].as_str().unwrap());
    ada.post(&given, &json!({"reference": "x"})).await.problem(403, "staff-only");
    let back = staff.post(&given, &json!({"reference": "transfer 4713"})).await.ok(200);
    assert_eq!(back["refunds"][0]["status"], "done");
    staff.post(&given, &json!({"reference": "transfer 4714"})).await.problem(409, "refund-ended");
    api.done().await;
}
