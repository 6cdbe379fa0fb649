//! Orders and products that are chosen in their lists, as a browser without scripts sends them.

use axum::body::Body;
use http::header::{ACCEPT, CONTENT_TYPE};
use http::{Request, StatusCode};
use shop::domain::StaffRole;

use crate::admin::Desk;
use crate::roles::works_as;
use crate::visitor::{Answer, Visitor, encoded, hidden};

async fn print(visitor: &Visitor<'_>, what: &str, site: &str, fields: &[(&str, &str)]) -> Answer {
    let request = Request::post(format!("/admin/orders/{what}.pdf"))
        .header(ACCEPT, "text/html,application/xhtml+xml")
        .header("sec-fetch-site", site)
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    visitor.send(request, Body::from(encoded(fields))).await
}

#[tokio::test]
async fn chosen_orders_are_packed_and_those_that_cannot_be_are_named() {
    let desk = Desk::open().await;
    let unpaid = desk.site.shop.place_reserved(desk.ada, &[("CUP", "1")]).await;
    let olga = desk.olga().await;
    let list = "/admin/orders?status=paid";
    let (paid, unpaid) = (format!("orders[o{}]", desk.order), format!("orders[o{unpaid}]"));
    let shown = olga.get(list).await.text;
    assert!(shown.contains(&format!("name=\"{paid}\"")) && !shown.contains("checked"), "{shown}");
    assert!(olga.get(&format!("{list}&chosen=all")).await.text.contains("checked"), "all of them, by a link");

    let fields = [(paid.as_str(), "yes"), (unpaid.as_str(), "yes"), ("packed", "yes"), ("back", list)];
    for _ in 0..2 {
        let answer = olga.post(list, "admin-pack-orders", &fields).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, list), "{}", answer.text);
        let page = olga.get(list).await.text;
        for part in ["1 order is packed.", "it is not paid yet", "badge-moves"] {
            assert!(page.contains(part), "{part}: {page}");
        }
    }
    let packed = desk.site.shop.count("select count(*) from audit_log where action = 'order.packed'").await;
    assert_eq!(packed, 1, "twice is once");
    let order = olga.get(&desk.order_page()).await.text;
    assert!(order.contains("Packed by Olga") && order.contains("Not packed after all"), "{order}");
    assert!(olga.get("/admin").await.text.contains("packed, to be sent"));

    let undo = [(paid.as_str(), "yes"), ("packed", "no"), ("back", "https://evil.example/")];
    let answer = olga.post(list, "admin-pack-orders", &undo).await;
    assert_eq!(answer.location(), "/admin/orders", "nowhere but into the shop");
    assert!(olga.get("/admin/orders").await.text.contains("1 order is to be packed again."));
    let nothing = olga.submit(list, "admin-pack-orders", &[("packed", "yes"), ("back", list)]).await.text;
    assert!(nothing.contains("Please choose an order first."), "{nothing}");
    let support = works_as(&desk, StaffRole::Support).await;
    assert!(!support.get(list).await.text.contains("Mark as packed"));
    let refused = support.submit(list, "admin-pack-orders", &fields).await.text;
    assert!(refused.contains("Your role in this shop does not allow that"), "{refused}");
    desk.site.shop.done().await;
}

#[tokio::test]
async fn chosen_orders_are_printed_by_who_sees_them_and_by_nobody_else() {
    let desk = Desk::open().await;
    let (chosen, list) = (format!("orders[o{}]", desk.order), "/admin/orders?packing=to_pack");
    let fields = [(chosen.as_str(), "yes"), ("notes", "yes"), ("back", list)];
    for role in [StaffRole::Owner, StaffRole::Packing, StaffRole::Support] {
        let visitor = works_as(&desk, role).await;
        for what in ["packing-slips", "invoices"] {
            let file = print(&visitor, what, "same-origin", &fields).await;
            assert_eq!(file.status, StatusCode::OK, "{role:?} {what}: {}", file.text);
            assert!(file.text.starts_with("%PDF"), "{role:?} {what}");
            assert_eq!(file.header("content-type"), "application/pdf");
            assert_eq!(file.header("content-disposition"), format!("inline; filename=\"{what}.pdf\""));
            assert_eq!(file.header("cache-control"), "no-store");
        }
    }
    let olga = desk.olga().await;
    let many: Vec<_> = (1..=101).map(|n| format!("orders[o{}]", uuid::Uuid::from_u128(n))).collect();
    let many: Vec<_> = many.iter().map(|name| (name.as_str(), "yes")).chain([("back", list)]).collect();
    for (fields, words) in [(&many[101..], "Please choose an order first."), (&many[..], "At most 100 orders")] {
        let answer = print(&olga, "packing-slips", "same-origin", fields).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, list), "{}", answer.text);
        let page = olga.get(list).await.text;
        assert!(page.contains(words) && page.contains("role=\"alert\""), "{words}: {page}");
    }
    assert_eq!(print(&olga, "invoices", "same-origin", &many[100..]).await.status, StatusCode::NOT_FOUND, "nobody's");
    assert_eq!(print(&olga, "invoices", "cross-site", &fields).await.status, StatusCode::FORBIDDEN);
    let catalogue = works_as(&desk, StaffRole::Catalogue).await;
    let (bob, nobody) = (desk.site.visitor(), desk.site.visitor());
    bob.register("Bob").await;
    for (visitor, status) in
        [(&catalogue, StatusCode::FORBIDDEN), (&bob, StatusCode::NOT_FOUND), (&nobody, StatusCode::NOT_FOUND)]
    {
        for what in ["packing-slips", "invoices"] {
            let answer = print(visitor, what, "same-origin", &fields).await;
            assert_eq!(answer.status, status, "{what}");
            assert!(!answer.text.starts_with("%PDF"));
        }
    }
    // By a link there is nothing, for whoever may print either.
    for visitor in [&olga, &catalogue, &bob, &nobody] {
        let answer = visitor.get("/admin/orders/invoices.pdf").await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{}", answer.text);
    }
    desk.site.shop.done().await;
}

#[tokio::test]
async fn chosen_products_are_looked_at_and_then_changed_together() {
    let desk = Desk::open().await;
    let olga = desk.olga().await;
    let mug = desk.site.shop.record("mug").await.id;
    let list = olga.get("/admin/products?category=tableware").await.text;
    for part in [format!("name=\"p-{mug}\""), "Change all 2".to_owned(), "value=\"tableware\"".to_owned()] {
        assert!(list.contains(&part), "{part}: {list}");
    }
    assert!(olga.get("/admin/products/bulk").await.text.contains("Please choose products in the list first."));
    let all = olga.get("/admin/products/bulk?all=yes&category=tableware").await.text;
    assert!(all.contains("2 products chosen.") && !all.contains("What would change"), "{all}");
    let wrong = olga.get(&format!("/admin/products/bulk?p-{mug}=yes&price=raise_percent&value=a+lot")).await.text;
    assert!(wrong.contains("a percentage from 0 to 100") && wrong.contains("value=\"a lot\""), "{wrong}");

    let page = format!("/admin/products/bulk?p-{mug}=yes&price=raise_percent&value=10&to_category=glass");
    let looked = olga.get(&page).await.text;
    for part in ["$9.99", "$10.99", "becomes", "Tableware", "Glass", "Change 1 product"] {
        assert!(looked.contains(part), "{part}: {looked}");
    }
    assert_eq!(desk.site.shop.record("mug").await.price.to_string(), "$9.99", "nothing is done by looking");
    let versions = hidden(&looked, "fields[versions]");
    let fields = [
        ("fields[versions]", versions.as_str()),
        ("fields[price]", "raise_percent"),
        ("fields[value]", "10"),
        ("fields[to_category]", "glass"),
    ];
    let done = olga.submit(&page, "admin-change-products", &fields).await.text;
    assert!(done.contains("1 product is changed.") && done.contains("$10.99"), "{done}");
    let late = olga.submit(&page, "admin-change-products", &fields).await.text;
    for part in ["somebody else has changed Product MUG", "role=\"alert\"", "$12.09"] {
        assert!(late.contains(part), "{part}: {late}");
    }
    assert_eq!(desk.site.shop.record("mug").await.price.to_string(), "$10.99", "and it is changed once");
    desk.site.shop.done().await;
}
