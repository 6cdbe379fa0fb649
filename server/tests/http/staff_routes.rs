//! Addresses of the back office that are neither pages nor server functions: files that leave and come, prints, papers, news of
//! orders. Who may ask for each, and what everybody else is told.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use axum::body::Body;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{Method, Request, StatusCode};
use shop::domain::{Permission, StaffRole};

use Permission as P;

use crate::admin::Desk;
use crate::harness::rules::seller;
use crate::roles::works_as;
use crate::visitor::{Answer, Visitor};

/// How it is asked for, where, and what that needs. A new one has a row here.
const ROUTES: [(Method, &str, Permission); 12] = [
    (Method::GET, "/admin/export/products.csv", P::Products),
    (Method::POST, "/admin/export/orders.csv", P::CustomerData),
    (Method::POST, "/admin/export/customers.csv", P::CustomerData),
    (Method::POST, "/admin/customers/{id}/export", P::CustomerData),
    (Method::GET, "/admin/orders/{id}/papers/{file}", P::Orders),
    (Method::GET, "/admin/orders/events", P::Orders),
    (Method::POST, "/admin/orders/packing-slips.pdf", P::Orders),
    (Method::POST, "/admin/orders/invoices.pdf", P::Orders),
    (Method::POST, "/admin/products/{id}/pictures", P::Products),
    (Method::POST, "/admin/categories/{slug}/picture", P::Products),
    (Method::POST, "/admin/content/pictures/{place}", P::Content),
    (Method::POST, "/admin/import/file", P::Products),
];

/// Those of the router, as its sources write them.
fn in_the_router() -> BTreeSet<String> {
    let (mut found, mut folders) = (BTreeSet::new(), vec![PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/web")]);
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let found = if path.is_dir() { &mut folders } else { &mut files };
            found.push(path);
        }
    }
    for path in files {
        let text = fs::read_to_string(&path).unwrap();
        assert!(!text.contains(".route_service("), "{}: give this test eyes for it", path.display());
        // What takes nothing adds none, and pages have a table of their own, of which each asks for its permission where it reads.
        let is_none_or_page = |call: &str| call.starts_with(')') || call.starts_with("&axum_path(path)");
        for call in text.split(".route(").skip(1).filter(|call| !is_none_or_page(call)) {
            let address = call.trim_start().strip_prefix('"').and_then(|rest| rest.split('"').next());
            let address = address.unwrap_or_else(|| panic!("{}: a route whose address is no text", path.display()));
            found.extend(address.starts_with("/admin").then(|| address.to_owned()));
        }
    }
    found
}

#[test]
fn every_route_of_the_staff_has_a_row() {
    let rows: BTreeSet<_> = ROUTES.iter().map(|(_, address, _)| (*address).to_owned()).collect();
    assert_eq!(in_the_router(), rows, "who may ask for a new one? Give it a row");
}

async fn ask(visitor: &Visitor<'_>, method: &Method, address: &str) -> Answer {
    let request = Request::builder().method(method.clone()).uri(address).header(ACCEPT, "text/html");
    let request = request.header("sec-fetch-site", "same-origin");
    // A form without any field: it says so to whoever may send it.
    let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    visitor.send(request, Body::empty()).await
}

/// What it is asked for with, and the other one.
fn methods(method: &Method) -> (Method, Method) {
    let other = if *method == Method::GET { Method::POST } else { Method::GET };
    (method.clone(), other)
}

#[tokio::test]
async fn each_is_there_for_who_may_and_for_nobody_else() {
    let desk = Desk::open().await;
    desk.site.shop.sold_by(&seller()).await;
    let order = desk.site.shop.place_reserved(desk.ada, &[("CUP", "1")]).await;
    desk.site.shop.shop.pay_order(desk.ada, order, shop::usecase::SandboxOutcome::Approve).await.unwrap();
    desk.site.shop.deliver().await;
    let invoice = desk.site.shop.order(desk.ada, order).await.invoice.unwrap().number;
    let product = desk.site.shop.record("mug").await.id.to_string();
    let address = |route: &str| {
        let id = match route.split('/').nth(2) {
            Some("orders") => order.to_string(),
            Some("products") => product.clone(),
            _ => desk.ada.0.to_string(),
        };
        let filled = route.replace("{id}", &id).replace("{file}", &format!("{invoice}.pdf"));
        filled.replace("{slug}", "tableware").replace("{place}", "logo")
    };
    let (nobody, bob, ada) = (desk.site.visitor(), desk.site.visitor(), desk.site.visitor());
    bob.register("Bob").await;
    let sign_in = [("email", "ada@example.org"), ("password", "correct horse")];
    assert_eq!(ada.call("login", &sign_in).await.status, StatusCode::OK);
    let mut staff = Vec::new();
    for role in StaffRole::ALL {
        staff.push((role, works_as(&desk, role).await));
    }
    for (method, route, permission) in &ROUTES {
        let (path, (method, other)) = (address(route), methods(method));
        for visitor in [&nobody, &bob, &ada] {
            for method in [&method, &other] {
                let answer = ask(visitor, method, &path).await;
                assert_eq!(answer.status, StatusCode::NOT_FOUND, "{method} {path}: {}", answer.text);
                assert!(!answer.text.contains("ada@example.org"), "{method} {path}: {}", answer.text);
            }
        }
        for (role, visitor) in &staff {
            let answer = ask(visitor, &method, &path).await;
            let status = answer.status;
            if role.may(*permission) {
                let is_refused = [401, 403, 404, 405].contains(&status.as_u16()) || status.is_server_error();
                assert!(!is_refused, "{method} {path} is refused to {role:?}: {status} {}", answer.text);
            } else {
                assert_eq!(status, StatusCode::FORBIDDEN, "{method} {path} {role:?}: {}", answer.text);
                assert!(!answer.text.contains("ada@example.org"), "{method} {path} tells {role:?}: {}", answer.text);
            }
            let link = ask(visitor, &other, &path).await;
            assert_eq!(link.status, StatusCode::NOT_FOUND, "{other} {path} {role:?}: {}", link.text);
        }
    }
    desk.site.shop.done().await;
}
