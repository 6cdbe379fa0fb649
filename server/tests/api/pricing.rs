//! Shipping methods, coupons, and what staff decide, as programs see them.

use serde_json::{Value, json};

use crate::client::{Api, address};

fn amounts(of: &Value) -> (&str, &str, &str) {
    let amount = |name: &str| of[name]["amount"].as_str().unwrap_or("none");
    (amount("subtotal"), of["shipping"]["price"]["amount"].as_str().unwrap_or("none"), amount("total"))
}

fn zones() -> Value {
    json!({"zones": [
        {"name": "Britain", "countries": ["GB"], "methods": [
            {"name": "Express", "kind": "flat", "price": "9", "min_days": 1, "max_days": 2, "needs_phone": true},
            {"name": "Standard", "kind": "by_weight", "min_days": 2, "max_days": 4, "free_from": "50",
                "steps": [{"up_to_grams": 2000, "price": "4.50"}, {"up_to_grams": 9000, "price": "8"}]},
        ]},
        {"name": "Elsewhere", "methods": [
            {"name": "Post", "kind": "by_total", "min_days": 5, "max_days": 9,
                "steps": [{"from": "0", "price": {"amount": "12.00", "currency": "USD"}}, {"from": "80", "price": "6"}]},
            {"name": "Counter", "kind": "pick_up", "price": "0", "min_days": 0, "max_days": 1},
        ]},
    ]})
}

fn rates() -> Value {
    json!({"prices_include_tax": true, "shipping_class": "standard", "seller_country": "GB", "rates": [
        {"country": "GB", "class": "standard", "name": "VAT", "rate": "20"},
        {"country": "US", "region": "CA", "class": "standard", "name": "Sales tax", "rate": "7.25"},
    ]})
}

#[tokio::test]
async fn staff_decide_and_carts_and_orders_follow() {
    let api = Api::open().await;
    api.shop.stock_shelves(&[("CUP", "20.00", 9)]).await;
    let (staff, ada) = (api.staff().await, api.customer("Ada").await);
    staff.put_if("/shipping-zones", "\"1\"", &zones()).await.ok(200);
    staff.put_if("/tax-rates", "\"1\"", &rates()).await.ok(200);
    let promotion = json!({"name": "A tenth off", "code": "Tenth", "kind": "percent", "value": "10", "limit": 1});
    let made = staff.post("/promotions", &promotion).await;
    let promotion = made.ok(201);
    assert_eq!(made.header("location"), format!("/api/v1/promotions/{}", promotion["id"].as_str().unwrap()));
    assert_eq!((&promotion["code"], &promotion["value"]), (&json!("TENTH"), &json!("10.00")));
    assert_eq!((&promotion["active"], &promotion["uses"]), (&json!(true), &json!(0)));

    let cup = json!({"product_id": api.product("CUP").await, "quantity": 2});
    let cart = ada.post("/cart/items", &cup).await.ok(200);
    assert_eq!(amounts(&cart), ("40.00", "none", "40.00"));
    let methods = ada.get("/shipping-methods?country=GB").await.ok(200);
    let offered = methods.as_array().unwrap().iter().map(|m| (m["name"].as_str(), m["price"]["amount"].as_str()));
    let offered: Vec<_> = offered.collect();
    assert_eq!(offered, [(Some("Standard"), Some("4.50")), (Some("Express"), Some("9.00"))]);
    assert_eq!(methods[0]["missing_for_free"]["amount"], "10.00");
    assert_eq!((&methods[0]["needs_phone"], &methods[1]["needs_phone"]), (&json!(false), &json!(true)));
    let cart = ada.put("/cart/coupon", &json!({"code": "tenth"})).await.ok(200);
    assert_eq!((&cart["coupon"], &cart["discounts"][0]["label"]), (&json!("TENTH"), &json!("A tenth off")));
    assert_eq!(amounts(&cart), ("40.00", "none", "36.00"));
    let six = json!({"amount": "6.00", "currency": "USD"});
    let tax = json!({"included": true, "amount": six, "lines": [{"name": "VAT", "rate": "20.00", "amount": six}]});
    assert_eq!(cart["tax"], tax, "at home, until it is known where to");
    let without = ada.delete("/cart/coupon").await.ok(200);
    assert_eq!((&without["coupon"], amounts(&without)), (&json!(null), ("40.00", "none", "40.00")));
    ada.put("/cart/coupon", &json!({"code": "TENTH"})).await.ok(200);

    let order = ada.post("/orders", &json!({"shipping_address": address()})).await.ok(201);
    assert_eq!(amounts(&order), ("40.00", "4.50", "40.50"));
    assert_eq!((&order["discounts"][0]["code"], &order["shipping"]["name"]), (&json!("TENTH"), &json!("Standard")));
    let tax = json!({"included": true, "amount": {"amount": "6.75", "currency": "USD"},
        "lines": [{"name": "VAT", "rate": "20.00", "amount": {"amount": "6.75", "currency": "USD"}}]});
    assert_eq!(order["tax"], tax);
    let list = staff.get("/promotions").await.ok(200);
    assert_eq!((&list["total"], &list["items"][0]["uses"]), (&json!(1), &json!(1)));
    assert_eq!(ada.get("/cart").await.ok(200)["coupon"], json!(null));
    api.done().await;
}

#[tokio::test]
async fn a_choice_that_does_not_count_is_named() {
    let api = Api::open().await;
    api.shop.stock_shelves(&[("CUP", "20.00", 9)]).await;
    let (staff, ada) = (api.staff().await, api.customer("Ada").await);
    let zones = staff.put_if("/shipping-zones", "\"1\"", &zones()).await.ok(200);
    let item = json!([{"product_id": api.product("CUP").await, "quantity": 1}]);
    let ask = async |more: Value, field: &str| {
        let mut body = json!({"items": item, "shipping_address": address()});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let problem = ada.post("/orders", &body).await.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], field, "{problem}");
    };
    ask(json!({"coupon": "NOBODY"}), "coupon").await;
    ask(json!({"coupon": "a b"}), "coupon").await;
    ask(json!({"shipping_method": zones["zones"][1]["methods"][0]["id"]}), "shipping_method").await;
    ask(json!({"shipping_method": "express"}), "shipping_method").await;
    // Its carrier wants a number, and the address has none.
    let express = zones["zones"][0]["methods"][0]["id"].clone();
    ask(json!({"shipping_method": express}), "shipping_address.phone").await;
    staff.put_if("/shipping-zones", "\"2\"", &json!({"zones": []})).await.ok(200);
    ask(json!({}), "shipping_address.country").await;
    let problem = ada.put("/cart/coupon", &json!({"code": "NOBODY"})).await.problem(422, "invalid");
    assert_eq!(problem["errors"][0]["field"], "code");
    for (query, field) in [
        ("", "country"),
        ("country=XX", "country"),
        ("country=US&region=Atlantis", "region"),
        ("country=GB&postal_code=12345678901234567", "postal_code"),
        ("country=DE&postal_code=SW1Y%204JH", "postal_code"),
        ("country=GB&postal_code=10117", "postal_code"),
    ] {
        let problem = ada.get(&format!("/shipping-methods?{query}")).await.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], field, "{query}");
    }
    // A cart without anything to send has no methods, wherever it goes.
    assert_eq!(api.guest().get("/shipping-methods?country=GB").await.ok(200), json!([]));
    assert_eq!(api.shop.count("select count(*) from orders").await, 0);
    api.done().await;
}

#[tokio::test]
async fn whole_sets_are_replaced_by_whoever_knows_their_version() {
    let api = Api::open().await;
    let staff = api.staff().await;
    for (path, body) in [("/shipping-zones", zones()), ("/tax-rates", rates())] {
        let read = staff.get(path).await;
        assert_eq!((read.ok(200).is_object(), read.header("etag")), (true, "\"1\""));
        staff.put(path, &body).await.problem(428, "version-required");
        staff.put_if(path, "\"7\"", &body).await.problem(412, "stale-version");
        let written = staff.put_if(path, "\"1\"", &body).await;
        assert_eq!(written.header("etag"), "\"2\"");
        staff.put_if(path, "\"1\"", &body).await.problem(412, "stale-version");
        // What was answered can be sent as it is, and changes nothing but the version.
        let again = staff.put_if(path, "\"2\"", &written.ok(200)).await;
        assert_eq!((again.ok(200), again.header("etag")), (written.ok(200), "\"3\""));
        assert_eq!(staff.get(path).await.ok(200), written.ok(200));
    }
    api.done().await;
}

#[tokio::test]
async fn what_will_not_do_is_named_by_its_place() {
    let api = Api::open().await;
    let staff = api.staff().await;
    let changed = |of: Value, pointer: &str, to: Value| {
        let mut body = of;
        *body.pointer_mut(pointer).unwrap() = to;
        body
    };
    for (pointer, to, field) in [
        ("/zones/0/name", json!(" "), "zones[0].name"),
        ("/zones/0/countries", json!(["GB", "XX"]), "zones[0].countries"),
        ("/zones/0/methods/0/price", json!("1e3"), "zones[0].methods[0].price"),
        ("/zones/0/methods/0/price", json!({"amount": "1", "currency": "EUR"}), "zones[0].methods[0].price"),
        ("/zones/0/methods/0/price", json!(null), "zones[0].methods[0].price"),
        ("/zones/0/methods/0/price", json!(9), "zones[0].methods[0].price"),
        ("/zones/0/methods/0/kind", json!("pigeon"), "zones[0].methods[0].kind"),
        ("/zones/0/methods/1/steps", json!([]), "zones[0].methods[1].price.steps"),
        ("/zones/0/methods/1/steps/0/up_to_grams", json!(null), "zones[0].methods[1].steps[0].up_to_grams"),
        ("/zones/1/methods/0/min_days", json!(-1), "zones[1].methods[0].min_days"),
        ("/zones/1/methods/0/max_days", json!(91), "zones[1].methods[0].days"),
    ] {
        let body = changed(zones(), pointer, to.clone());
        let problem = staff.put_if("/shipping-zones", "\"1\"", &body).await.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], field, "{pointer} {to}: {problem}");
    }
    for (pointer, to, field) in [
        ("/seller_country", json!("Britain"), "seller_country"),
        ("/rates/0/rate", json!("101"), "rates[0].rate"),
        ("/rates/0/rate", json!(20), "rates[0].rate"),
        ("/rates/1/class", json!("luxury"), "rates[1].class"),
    ] {
        let body = changed(rates(), pointer, to.clone());
        let problem = staff.put_if("/tax-rates", "\"1\"", &body).await.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], field, "{pointer} {to}: {problem}");
    }
    let promotion = || json!({"name": "Off", "code": "OFF", "kind": "amount", "value": "5", "limit": 3});
    for (name, to, field) in [
        ("name", json!(""), "name"),
        ("code", json!("a b"), "code"),
        ("kind", json!("gift"), "kind"),
        ("value", json!("0"), "value"),
        ("value", json!(null), "value"),
        ("limit", json!(0), "limit"),
        ("limit", json!(3_000_000_000_u32), "limit"),
        ("minimum", json!("-1"), "minimum"),
        ("starts_at", json!("yesterday"), "starts_at"),
        ("products", json!(["0191d5a0-0000-7000-8000-000000000001"]), "products"),
        ("categories", json!(["nothing-here"]), "categories"),
        ("colour", json!("blue"), "colour"),
    ] {
        let mut body = promotion();
        body[name] = to.clone();
        let problem = staff.post("/promotions", &body).await.problem(422, "invalid");
        assert_eq!(problem["errors"][0]["field"], field, "{name} {to}: {problem}");
    }
    let made = staff.post("/promotions", &promotion()).await.ok(201);
    let problem = staff.post("/promotions", &promotion()).await.problem(422, "invalid");
    assert_eq!(problem["errors"][0]["field"], "code");
    let path = format!("/promotions/{}", made["id"].as_str().unwrap());
    let free = json!({"name": "Post is free", "kind": "free_shipping", "minimum": "30"});
    let changed = staff.put(&path, &free).await.ok(200);
    assert_eq!((&changed["code"], &changed["value"]), (&json!(null), &json!(null)));
    let list = staff.get("/promotions").await;
    let read = list.header("etag").to_owned();
    let seen = staff.put_if(&path, &read, &free).await;
    seen.ok(200);
    assert_ne!(seen.header("etag"), read, "each change has a version of its own");
    staff.put_if(&path, &read, &free).await.problem(412, "stale-version");
    staff.put_if(&path, "three", &free).await.problem(422, "invalid");
    staff.delete(&path).await.ok(204);
    staff.delete(&path).await.problem(404, "not-found");
    staff.put(&path, &free).await.problem(404, "not-found");
    api.done().await;
}

#[tokio::test]
async fn codes_cannot_be_guessed() {
    let api = Api::open().await;
    api.shop.stock_shelves(&[("CUP", "20.00", 9)]).await;
    let (staff, ada) = (api.staff().await, api.customer("Ada").await);
    let promotion = json!({"name": "A tenth off", "code": "TENTH", "kind": "percent", "value": "10"});
    staff.post("/promotions", &promotion).await.ok(201);
    let item = json!([{"product_id": api.product("CUP").await, "quantity": 1}]);
    ada.post("/cart/items", &item[0]).await.ok(200);
    for n in 0..5 {
        let guess = format!("GUESS{n}");
        ada.put("/cart/coupon", &json!({"code": guess})).await.problem(422, "invalid");
        ada.post("/orders", &json!({"items": item, "coupon": guess})).await.problem(422, "invalid");
    }
    let late = ada.put("/cart/coupon", &json!({"code": "TENTH"})).await;
    late.problem(429, "too-many-tries");
    assert_eq!(late.header("retry-after"), "60");
    ada.post("/orders", &json!({"items": item, "coupon": "TENTH"})).await.problem(429, "too-many-tries");
    // What can be no code is no guess, and an order without one is none.
    ada.put("/cart/coupon", &json!({"code": "a b"})).await.problem(422, "invalid");
    ada.post("/orders", &json!({"items": item})).await.ok(201);
    api.done().await;
}

/// A new cart for each guess.
#[tokio::test]
async fn an_address_has_so_many_guesses_however_many_carts() {
    let api = Api::open().await;
    api.shop.stock_shelves(&[("CUP", "20.00", 9)]).await;
    let guess = async |from: &str| {
        let guest = api.guest();
        let from = axum::extract::ConnectInfo(std::net::SocketAddr::new(from.parse().unwrap(), 1234));
        let request = guest.request(http::Method::PUT, "/cart/coupon").extension(from);
        guest.send(request.header("content-type", "application/json"), r#"{"code":"GUESS"}"#.into()).await
    };
    for _ in 0..30 {
        guess("198.51.100.7").await.problem(422, "invalid");
    }
    guess("198.51.100.7").await.problem(429, "too-many-tries");
    guess("198.51.100.8").await.problem(422, "invalid");
    api.done().await;
}

#[tokio::test]
async fn codes_guessed_all_at_once_are_no_more_than_one_after_the_other() {
    let api = Api::open().await;
    api.shop.stock_shelves(&[("CUP", "20.00", 9)]).await;
    let ada = api.customer("Ada").await;
    ada.post("/cart/items", &json!({"product_id": api.product("CUP").await, "quantity": 1})).await.ok(200);
    let ada = &ada;
    let guess =
        |n| async move { ada.put("/cart/coupon", &json!({ "code": format!("GUESS{n}") })).await.status.as_u16() };
    let answers = futures::future::join_all((0..100).map(guess)).await;
    let told = |status: u16| answers.iter().filter(|answer| **answer == status).count();
    assert_eq!((told(422), told(429)), (10, 90), "{answers:?}");
    api.done().await;
}
