//! The document tells of every route and of no other, and the readable page tells of the document.

use std::collections::BTreeSet;

use axum::body::Body;
use http::header::HOST;
use http::{Method, Request};
use serde_json::Value;

use crate::client::{Api, ask};

/// The contract: section 8 of the design.
const ROUTES: [&str; 55] = [
    "POST /api/v1/auth/register",
    "POST /api/v1/auth/login",
    "POST /api/v1/auth/logout",
    "GET /api/v1/products",
    "GET /api/v1/products/{id}",
    "POST /api/v1/products",
    "PUT /api/v1/products/{id}",
    "DELETE /api/v1/products/{id}",
    "POST /api/v1/products/{id}/stock",
    "GET /api/v1/search/suggestions",
    "GET /api/v1/cart",
    "POST /api/v1/cart/items",
    "PUT /api/v1/cart/items/{id}",
    "DELETE /api/v1/cart/items/{id}",
    "POST /api/v1/cart/clear",
    "PUT /api/v1/cart/coupon",
    "DELETE /api/v1/cart/coupon",
    "GET /api/v1/shipping-methods",
    "POST /api/v1/orders",
    "GET /api/v1/orders",
    "GET /api/v1/orders/{id}",
    "POST /api/v1/orders/{id}/pay",
    "POST /api/v1/orders/{id}/cancel",
    "POST /api/v1/orders/{id}/again",
    "PUT /api/v1/orders/{id}/status",
    "POST /api/v1/orders/{id}/shipments",
    "POST /api/v1/orders/{id}/refunds",
    "POST /api/v1/orders/{id}/payments",
    "POST /api/v1/refunds/{id}/given",
    "POST /api/v1/refunds/{id}/waive",
    "POST /api/v1/orders/{id}/returns",
    "POST /api/v1/returns/{id}/approve",
    "POST /api/v1/returns/{id}/refuse",
    "POST /api/v1/returns/{id}/close",
    "POST /api/v1/returns/{id}/receive",
    "GET /api/v1/products/{id}/reviews",
    "GET /api/v1/reviews",
    "POST /api/v1/reviews/{id}/publish",
    "POST /api/v1/reviews/{id}/decline",
    "POST /api/v1/reviews/{id}/answer",
    "GET /api/v1/addresses",
    "POST /api/v1/addresses",
    "GET /api/v1/addresses/{id}",
    "PUT /api/v1/addresses/{id}",
    "DELETE /api/v1/addresses/{id}",
    "GET /api/v1/promotions",
    "POST /api/v1/promotions",
    "PUT /api/v1/promotions/{id}",
    "DELETE /api/v1/promotions/{id}",
    "GET /api/v1/shipping-zones",
    "PUT /api/v1/shipping-zones",
    "GET /api/v1/tax-rates",
    "PUT /api/v1/tax-rates",
    "GET /api/v1/users",
    "GET /api/v1/users/{id}",
];

const METHODS: [Method; 5] = [Method::GET, Method::POST, Method::PUT, Method::DELETE, Method::PATCH];

async fn served(api: &Api) -> Value {
    let request = Request::get("/api/v1/openapi.json").header(HOST, "shop.example").body(Body::empty()).unwrap();
    let answer = ask(&api.router, request).await;
    assert_eq!(answer.header("content-type"), "application/json");
    answer.ok(200)
}

fn operations(document: &Value) -> impl Iterator<Item = (String, &str, &Value)> {
    document["paths"].as_object().unwrap().iter().flat_map(|(path, item)| {
        item.as_object().unwrap().iter().map(move |(method, told)| (method.to_uppercase(), path.as_str(), told))
    })
}

#[tokio::test]
async fn the_document_tells_of_the_routes_that_are_promised() {
    let api = Api::open().await;
    let document = served(&api).await;
    assert_eq!(document["openapi"], "3.1.0");
    let told: BTreeSet<_> = operations(&document).map(|(method, path, _)| format!("{method} {path}")).collect();
    assert_eq!(told, ROUTES.into_iter().map(str::to_owned).collect());
    assert_eq!(document, server::api::document(false));
    api.done().await;
}

#[tokio::test]
async fn every_route_told_of_is_there_and_no_other_method_is() {
    let api = Api::open().await;
    let document = served(&api).await;
    let told: BTreeSet<_> = operations(&document).map(|(method, path, _)| (method, path.to_owned())).collect();
    let paths: BTreeSet<_> = told.iter().map(|(_, path)| path.clone()).collect();
    for path in paths {
        for method in METHODS {
            let uri = path.replace("{id}", "00000000-0000-0000-0000-000000000000");
            let request = Request::builder().method(method.clone()).uri(uri).header(HOST, "shop.example");
            let answer = ask(&api.router, request.body(Body::empty()).unwrap()).await;
            let is_told = told.contains(&(method.to_string(), path.clone()));
            assert_eq!(answer.status.as_u16() != 405, is_told, "{method} {path}: {}", answer.status);
        }
    }
    api.done().await;
}

#[tokio::test]
async fn every_operation_says_what_it_answers_and_every_shape_is_there() {
    let api = Api::open().await;
    let document = served(&api).await;
    let mut names = BTreeSet::new();
    for (method, path, operation) in operations(&document) {
        let responses = operation["responses"].as_object().unwrap();
        assert!(responses.keys().any(|code| code.starts_with('2')), "{method} {path}");
        assert!(responses.contains_key("503"), "{method} {path}");
        assert!(operation["summary"].is_string(), "{method} {path}");
        assert!(names.insert(operation["operationId"].as_str().unwrap().to_owned()), "{method} {path}: two of a name");
        let is_open = ["/auth/", "/cart", "/search/", "/shipping-methods"].iter().any(|part| path.contains(part))
            || (method == "GET" && path.contains("/products"))
            || (method == "POST" && path.ends_with("/orders"));
        assert_eq!(responses.contains_key("401"), !is_open || path.ends_with("/login"), "{method} {path}");
        if operation["requestBody"].is_object() {
            for code in ["400", "413", "415", "422"] {
                let problem = &responses[code]["content"]["application/problem+json"];
                assert_eq!(problem["schema"]["$ref"], "#/components/schemas/Problem", "{method} {path} {code}");
            }
        }
    }
    let text = document.to_string();
    assert!(!text.contains("   "), "a line that was broken in the code is told with its indentation");
    for reference in text.split("\"$ref\":\"#").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(document.pointer(reference).is_some(), "{reference} leads nowhere");
    }
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        let is_input = name.starts_with("New")
            || [
                "Registration",
                "Credentials",
                "ProductEdit",
                "StockChange",
                "Units",
                "Approval",
                "Refused",
                "Received",
            ]
            .contains(&name.as_str());
        let both_ways =
            ["Address", "ShippingZones", "ShippingZone", "ShippingMethod", "PriceStep", "TaxRates", "TaxRate"];
        let is_closed = is_input || both_ways.contains(&name.as_str());
        assert_eq!(schema["additionalProperties"] == false, is_closed, "{name}: {schema}");
    }
    api.done().await;
}

#[tokio::test]
async fn the_readable_page_needs_nothing_from_elsewhere_and_no_script() {
    let api = Api::open().await;
    let document = served(&api).await;
    let request = Request::get("/api/docs").header(HOST, "shop.example").body(Body::empty()).unwrap();
    let page = ask(&api.router, request).await;
    assert_eq!((page.status.as_u16(), page.header("content-type")), (200, "text/html; charset=utf-8"));
    let policy = page.header("content-security-policy");
    assert!(policy.contains("script-src 'none'") && policy.contains("style-src 'self'"), "{policy}");
    for never in ["<script", "<style", " style=", " on", "http://", "https://", "<img"] {
        let found = page.text.find(never).map(|at| &page.text[at..page.text.len().min(at + 60)]);
        assert!(found.is_none() || never == " on" && !page.text.contains(" onclick"), "{never}: {found:?}");
    }
    for (method, path, operation) in operations(&document) {
        assert!(page.text.contains(&format!("<code>{method} {path}</code>")), "{method} {path}");
        assert!(page.text.contains(operation["summary"].as_str().unwrap()), "{method} {path}");
    }
    for name in ["not-found", "not-enough-stock", "key-reused", "too-many-tries"] {
        assert!(page.text.contains(&format!("id=\"{name}\"")), "{name}");
    }
    for link in page.text.split("href=\"#").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(page.text.contains(&format!("id=\"{link}\"")), "#{link} leads nowhere");
    }
    api.done().await;
}
