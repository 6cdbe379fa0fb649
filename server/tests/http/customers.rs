//! Customers in the back office: found, shown, noted about, handed their data and forgotten, without a script.

use axum::body::Body;
use http::{Request, StatusCode};
use shop::domain::StaffRole;

use crate::admin::Desk;
use crate::roles::works_as;
use crate::visitor::Visitor;

impl Desk {
    fn customer_page(&self) -> String {
        format!("/admin/customers/{}", self.ada.0)
    }
}

pub async fn export(visitor: &Visitor<'_>, page: &str) -> crate::visitor::Answer {
    let request = Request::post(format!("{page}/export"))
        .header("accept", "text/html")
        .header("sec-fetch-site", "same-origin")
        .header("content-type", "application/x-www-form-urlencoded");
    visitor.send(request, Body::empty()).await
}

#[tokio::test]
async fn a_customer_is_found_shown_and_noted_about() {
    let desk = Desk::open().await;
    let olga = desk.olga().await;
    let page = desk.customer_page();
    let order = olga.get(&desk.order_page()).await.text;
    assert!(order.contains(&format!("href=\"{page}\"")), "an order leads to its customer: {order}");
    for query in ["", "?q=ADA%40ex", "?q=ada&sort=last_order", "?sort=last_order"] {
        let list = olga.get(&format!("/admin/customers{query}")).await.text;
        assert!(list.contains("ada@example.org") && list.contains(&page), "{query}: {list}");
    }
    let nobody = olga.get("/admin/customers?q=%3Cnobody%3E").await.text;
    assert!(nobody.contains("Nobody is called like that") && nobody.contains("value=\"&lt;nobody&gt;\""), "{nobody}");
    let shown = olga.get(&page).await.text;
    for part in ["Ada", "SW1Y 4JH", "Paid so far", "1 order", "Welcome to", "Download everything", "Anonymise"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let id = desk.ada.0.to_string();
    let empty = olga.submit(&page, "admin-note-customer", &[("id", &id), ("note", " ")]).await.text;
    assert!(empty.contains("Please fill this in"), "{empty}");
    let words = "</textarea><b>likes blue</b>";
    let noted = olga.submit(&page, "admin-note-customer", &[("id", &id), ("note", words)]).await.text;
    assert!(
        noted.contains("Noted.") && noted.contains("&lt;b&gt;likes blue") && !noted.contains("<b>likes"),
        "{noted}"
    );
    desk.site.shop.done().await;
}

#[tokio::test]
async fn a_customers_data_are_handed_out_by_who_may_and_to_nobody_else() {
    let desk = Desk::open().await;
    let (olga, page) = (desk.olga().await, desk.customer_page());
    let file = export(&olga, &page).await;
    assert_eq!(file.status, StatusCode::OK, "{}", file.text);
    assert!(file.header("content-disposition").starts_with("attachment; filename=\"customer-"), "{:?}", file.headers);
    assert_eq!(file.header("cache-control"), "no-store");
    let json: serde_json::Value = serde_json::from_str(&file.text).unwrap();
    assert_eq!(json["customer"]["email"], "ada@example.org");
    assert!(olga.get("/admin/audit").await.text.contains("customer exported"));
    let support = works_as(&desk, StaffRole::Support).await;
    let shown = support.get(&page).await.text;
    assert!(shown.contains("SW1Y 4JH") && !shown.contains("Download everything"), "{shown}");
    assert_eq!(export(&support, &page).await.status, StatusCode::FORBIDDEN);
    let (bob, nobody) = (desk.site.visitor(), desk.site.visitor());
    bob.register("Bob").await;
    for visitor in [&bob, &nobody] {
        let answer = export(visitor, &page).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND);
        assert!(!answer.text.contains("ada@example.org"));
    }
    let elsewhere = Request::post(format!("{page}/export")).header("sec-fetch-site", "cross-site");
    assert_eq!(olga.send(elsewhere, Body::empty()).await.status, StatusCode::FORBIDDEN);
    for nobodys in ["x", "00000000-0000-4000-8000-000000000000"] {
        assert_eq!(export(&olga, &format!("/admin/customers/{nobodys}")).await.status, StatusCode::NOT_FOUND);
    }
    assert_eq!(olga.get(&format!("{page}/export")).await.status, StatusCode::NOT_FOUND, "a link does nothing");
    desk.site.shop.done().await;
}

#[tokio::test]
async fn a_customer_is_forgotten_once_their_orders_are_over() {
    let desk = Desk::open().await;
    let (olga, page) = (desk.olga().await, desk.customer_page());
    let id = desk.ada.0.to_string();
    let form = |email: &'static str| vec![("id", id.as_str()), ("email", email)];
    let wrong = olga.submit(&page, "admin-anonymise-customer", &form("adam@example.org")).await.text;
    for part in ["as it stands above", "value=\"adam@example.org\"", "<details open class=\"desk-fold\""] {
        assert!(wrong.contains(part), "{part}: {wrong}");
    }
    let open = olga.submit(&page, "admin-anonymise-customer", &form("ada@example.org")).await.text;
    assert!(open.contains("is not over yet"), "{open}");
    desk.site.shop.execute("update orders set status = 'completed'").await;
    let done = olga.submit(&page, "admin-anonymise-customer", &form("ada@example.org")).await;
    assert!(done.status == StatusCode::OK && done.text.contains("The customer is anonymised"), "{}", done.text);
    assert_eq!(olga.get(&page).await.status, StatusCode::NOT_FOUND);
    let order = olga.get(&desk.order_page()).await;
    assert_eq!(order.status, StatusCode::OK);
    assert!(order.text.contains("Anonymised") && !order.text.contains("ada@example.org"), "{}", order.text);
    desk.site.shop.execute("update orders set status = 'paid'").await;
    desk.site.shop.done().await;
}
