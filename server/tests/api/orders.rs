//! Orders after they are placed: reading, paying, cancelling, and staff moving them on.

use serde_json::{Value, json};

use crate::client::{Api, Program};

async fn shop() -> Api {
    let api = Api::open().await;
    api.shop.stock_shelves(&[("CUP", "5.00", 50)]).await;
    api
}

async fn ordered(api: &Api, who: &Program<'_>) -> String {
    let items = json!({"items": [{"product_id": api.product("CUP").await, "quantity": 2}]});
    let order = who.post("/orders", &items).await.ok(201);
    assert_eq!((&order["status"], &order["reservation"]), (&json!("pending"), &json!("reserved")), "{order}");
    format!("/orders/{}", order["id"].as_str().unwrap())
}

fn outcome(what: &str) -> Value {
    json!({"outcome": what})
}

#[tokio::test]
async fn an_order_is_declined_paid_shipped_and_completed() {
    let api = shop().await;
    let (ada, staff) = (api.customer("Ada").await, api.staff().await);
    let order = ordered(&api, &ada).await;
    let pay = format!("{order}/pay");
    ada.post(&pay, &outcome("decline")).await.problem(409, "payment-declined");
    assert_eq!(ada.get(&order).await.ok(200)["status"], "pending");
    assert_eq!(ada.post(&pay, &outcome("approve")).await.ok(200)["status"], "paid");
    assert_eq!(ada.post(&pay, &outcome("approve")).await.ok(200)["status"], "paid", "paying twice is no mistake");
    let status = format!("{order}/status");
    let to = async |status_wanted: &str| staff.put(&status, &json!({"status": status_wanted})).await;
    to("completed").await.problem(409, "illegal-step");
    assert_eq!(to("shipped").await.ok(200)["status"], "shipped");
    for wrong in ["pending", "paid", "shipped", "cancelled"] {
        to(wrong).await.problem(409, "illegal-step");
    }
    ada.post(&format!("{order}/cancel"), &json!({})).await.problem(409, "illegal-step");
    assert_eq!(to("completed").await.ok(200)["status"], "completed");
    ada.post(&pay, &outcome("approve")).await.problem(409, "illegal-step");
    assert_eq!(ada.get(&order).await.ok(200)["status"], "completed");
    api.done().await;
}

#[tokio::test]
async fn an_order_is_cancelled_by_its_owner_or_by_staff() {
    let api = shop().await;
    let (ada, staff) = (api.customer("Ada").await, api.staff().await);
    let (first, second) = (ordered(&api, &ada).await, ordered(&api, &ada).await);
    let cancelled = ada.post(&format!("{first}/cancel"), &json!({})).await.ok(200);
    assert_eq!((&cancelled["status"], &cancelled["cancel_reason"]), (&json!("cancelled"), &json!("by_customer")));
    ada.post(&format!("{first}/cancel"), &json!({})).await.problem(409, "illegal-step");
    ada.post(&format!("{first}/pay"), &outcome("approve")).await.problem(409, "illegal-step");
    ada.post(&format!("{second}/pay"), &outcome("approve")).await.ok(200);
    let cancelled = staff.put(&format!("{second}/status"), &json!({"status": "cancelled"})).await.ok(200);
    assert_eq!((&cancelled["status"], &cancelled["cancel_reason"]), (&json!("cancelled"), &json!("by_staff")));
    api.done().await;
}

#[tokio::test]
async fn an_unconfirmed_order_cannot_be_paid_yet() {
    let api = Api::open_without_delivery().await;
    api.shop.stock_shelves(&[("CUP", "5.00", 50)]).await;
    let ada = api.customer("Ada").await;
    let items = json!({"items": [{"product_id": api.product("CUP").await, "quantity": 2}]});
    let order = ada.post("/orders", &items).await.ok(201);
    assert_eq!(order["reservation"], "pending");
    let pay = format!("/orders/{}/pay", order["id"].as_str().unwrap());
    ada.post(&pay, &outcome("approve")).await.problem(409, "not-payable-yet");
    api.shop.deliver().await;
    assert_eq!(ada.post(&pay, &outcome("approve")).await.ok(200)["status"], "paid");
    api.done().await;
}

#[tokio::test]
async fn anothers_order_is_not_there() {
    let api = shop().await;
    let (ada, bob, staff) = (api.customer("Ada").await, api.customer("Bob").await, api.staff().await);
    let order = ordered(&api, &ada).await;
    for client in [&bob, &staff] {
        client.get(&order).await.problem(404, "not-found");
        client.post(&format!("{order}/pay"), &outcome("approve")).await.problem(404, "not-found");
        client.post(&format!("{order}/cancel"), &json!({})).await.problem(404, "not-found");
        assert_eq!(client.get("/orders").await.ok(200)["total"], 0);
    }
    let guest = api.guest();
    guest.get(&order).await.problem(401, "sign-in-needed");
    guest.get("/orders").await.problem(401, "sign-in-needed");
    assert_eq!(guest.post("/orders", &json!({})).await.fields(), ["email"]);
    guest.post(&format!("{order}/pay"), &outcome("approve")).await.problem(401, "sign-in-needed");
    guest.post(&format!("{order}/cancel"), &json!({})).await.problem(401, "sign-in-needed");
    let paid = json!({"status": "shipped"});
    guest.put(&format!("{order}/status"), &paid).await.problem(401, "sign-in-needed");
    ada.put(&format!("{order}/status"), &paid).await.problem(403, "staff-only");
    assert_eq!(ada.get(&order).await.ok(200)["status"], "pending");
    for odd in ["/orders/x", "/orders/00000000-0000-0000-0000-000000000000"] {
        ada.get(odd).await.problem(404, "not-found");
        ada.post(&format!("{odd}/pay"), &outcome("approve")).await.problem(404, "not-found");
        ada.post(&format!("{odd}/cancel"), &json!({})).await.problem(404, "not-found");
        for to in ["paid", "shipped"] {
            staff.put(&format!("{odd}/status"), &json!({"status": to})).await.problem(404, "not-found");
        }
    }
    api.done().await;
}

#[tokio::test]
async fn who_says_no_outcome_is_told_where_to_pay() {
    let api = shop().await;
    let ada = api.customer("Ada").await;
    let order = ordered(&api, &ada).await;
    let pay = format!("{order}/pay");
    let begun = ada.post(&pay, &json!({})).await.ok(200);
    assert_eq!((&begun["status"], &begun["payment"]["status"]), (&json!("pending"), &json!("started")));
    assert_eq!(begun["payment"]["amount"], begun["total"]);
    let page = begun["redirect_url"].as_str().unwrap();
    assert!(page.contains("/sandbox/"), "{page}");
    let again = ada.post(&pay, &json!({})).await.ok(200);
    assert_eq!((&again["payment"]["id"], &again["redirect_url"]), (&begun["payment"]["id"], &begun["redirect_url"]));
    // Told what to say, it is done at once.
    let paid = ada.post(&pay, &outcome("approve")).await.ok(200);
    assert_eq!((&paid["status"], &paid["payment"]["status"]), (&json!("paid"), &json!("approved")));
    assert_eq!((&paid["payment"]["id"], paid.get("redirect_url")), (&begun["payment"]["id"], None));
    let read = ada.get(&order).await.ok(200);
    assert_eq!((read.get("payment"), read.get("redirect_url")), (None, None), "only in the answer to who pays");
    api.done().await;
}

#[tokio::test]
async fn bodies_say_what_they_may_and_nothing_else() {
    let api = shop().await;
    let (ada, staff) = (api.customer("Ada").await, api.staff().await);
    let order = ordered(&api, &ada).await;
    let pay = format!("{order}/pay");
    assert_eq!(ada.post(&pay, &outcome("maybe")).await.fields(), ["outcome"]);
    for extra in ["total", "price", "status", "user_id"] {
        let mut body = outcome("approve");
        body[extra] = json!(1);
        assert_eq!(ada.post(&pay, &body).await.fields(), [extra]);
        let mut body = json!({"status": "shipped"});
        body[format!("{extra}2")] = json!(1);
        assert_eq!(staff.put(&format!("{order}/status"), &body).await.fields(), [format!("{extra}2")]);
    }
    for wrong in [json!("lost"), json!(null), json!(1)] {
        assert_eq!(staff.put(&format!("{order}/status"), &json!({"status": wrong})).await.fields(), ["status"]);
    }
    api.done().await;
}

#[tokio::test]
async fn ones_orders_are_listed_newest_first() {
    let api = shop().await;
    let ada = api.customer("Ada").await;
    let mut placed = Vec::new();
    for _ in 0..3 {
        placed.push(ordered(&api, &ada).await);
    }
    let list = ada.get("/orders?per_page=2").await.ok(200);
    assert_eq!((&list["total"], &list["page"], &list["per_page"]), (&json!(3), &json!(1), &json!(2)));
    assert_eq!(list["items"][0], ada.get(&placed[2]).await.ok(200), "orders in lists are whole");
    let rest = ada.get("/orders?page=2&per_page=2").await.ok(200);
    assert_eq!(rest["items"][0], ada.get(&placed[0]).await.ok(200));
    assert_eq!(ada.get("/orders?page=3&per_page=2").await.ok(200)["items"], json!([]));
    assert_eq!(ada.get("/orders?per_page=500").await.ok(200)["per_page"], 100);
    assert_eq!(ada.get("/orders?per_page=many").await.fields(), ["per_page"]);
    api.done().await;
}
