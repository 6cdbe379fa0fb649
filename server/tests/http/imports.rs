//! Files of products by a form with a file, as a browser without scripts sends it, and tables that are downloaded; and what
//! everybody else is told there.

use axum::body::Body;
use http::header::CONTENT_TYPE;
use http::{Request, StatusCode};
use shop::domain::{MAX_IMPORT_BYTES, StaffRole};

use crate::admin::Desk;
use crate::roles::works_as;
use crate::visitor::{Answer, Visitor};

const BOUNDARY: &str = "----somebody-with-a-browser";
const SHOPIFY: &[u8] = include_bytes!("../../../src/tests/files/shopify.csv");

fn multipart(name: &str, bytes: &[u8]) -> Vec<u8> {
    let head = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: text/csv\r\n\r\n"
    );
    [head.as_bytes(), bytes, format!("\r\n--{BOUNDARY}--\r\n").as_bytes()].concat()
}

fn request(site: &str) -> http::request::Builder {
    Request::post("/admin/import/file")
        .header("accept", "text/html")
        .header("sec-fetch-site", site)
        .header(CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"))
}

async fn send(visitor: &Visitor<'_>, name: &str, bytes: &[u8]) -> Answer {
    visitor.send(request("same-origin"), Body::from(multipart(name, bytes))).await
}

/// Sends a file that is not taken, and looks at the page that says why.
async fn refused(visitor: &Visitor<'_>, name: &str, bytes: &[u8]) -> String {
    let answer = send(visitor, name, bytes).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/admin/import"), "{}", answer.text);
    visitor.get("/admin/import").await.text
}

async fn work(desk: &Desk) {
    while desk.site.shop.shop.work_on_imports().await.unwrap() {}
}

/// A download by a form, or by a link.
async fn download(visitor: &Visitor<'_>, table: &str) -> Answer {
    let path = format!("/admin/export/{table}.csv");
    if table == "products" {
        return visitor.get(&path).await;
    }
    let request = Request::post(path)
        .header("accept", "text/html")
        .header("sec-fetch-site", "same-origin")
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    visitor.send(request, Body::empty()).await
}

#[tokio::test]
async fn a_file_is_checked_shown_and_imported_by_a_button() {
    let desk = Desk::open().await;
    let olga = desk.olga().await;
    let page = olga.get("/admin/import").await.text;
    for part in ["Check the file", "enctype=\"multipart/form-data\"", "Download products (CSV)", "Download customers"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let answer = send(&olga, "export <1>.csv", SHOPIFY).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.text);
    let page = answer.location().to_owned();
    let waiting = olga.get(&page).await.text;
    assert!(waiting.contains("Being checked") && waiting.contains("Look again"), "{waiting}");
    assert!(waiting.contains("export &lt;1&gt;.csv") && !waiting.contains("export <1>"), "{waiting}");
    work(&desk).await;
    let checked = olga.get(&page).await.text;
    for part in [
        "There is no problem with this file",
        "What would be imported",
        "Good to know",
        "There is no such category",
        "Gift Card",
    ] {
        assert!(checked.contains(part), "{part}: {checked}");
    }
    assert_eq!(desk.site.shop.count("select count(*) from products").await, 2, "nothing is imported yet");
    let id = page.rsplit('/').next().unwrap().to_owned();
    let wanted = olga.submit(&page, "admin-want-import", &[("id", &id)]).await.text;
    assert!(wanted.contains("The file is being imported") && wanted.contains("Being imported"), "{wanted}");
    work(&desk).await;
    let done = olga.get(&page).await.text;
    assert!(done.contains("Imported") && done.contains("What was imported"), "{done}");
    let shown = desk.site.visitor().get("/products/muesli-schale").await.text;
    assert!(shown.contains("Müsli-Schale „Größe zählt“") && shown.contains("<li>Spülmaschinenfest</li>"), "{shown}");
    assert!(olga.get("/admin/audit").await.text.contains("products imported"));
    assert!(olga.get("/admin/import").await.text.contains(&page), "it stands in the list");
    let later = send(&olga, "later.csv", SHOPIFY).await.location().to_owned();
    work(&desk).await;
    desk.site.shop.execute("update imports set content = null where state = 'checked'").await;
    let gone = olga.get(&later).await.text;
    assert!(gone.contains("newer ones have taken its place") && !gone.contains("admin-want-import"), "{gone}");
    desk.site.shop.done().await;
}

#[tokio::test]
async fn what_cannot_be_imported_is_told_by_row_and_column_in_words() {
    let desk = Desk::open().await;
    let olga = desk.olga().await;
    for (file, parts) in [
        (
            &b"Handle,Title,Variant SKU,Variant Price\njug,<b>Jug</b>,MUG,\"12,50\"\n"[..],
            vec![
                "Problems (2)",
                "Another product of the shop has this SKU",
                "Please write numbers with a point",
                "Variant Price",
            ],
        ),
        (&b"Handle,Title\njug,Kr\xfcg\n"[..], vec!["is not written in UTF-8"]),
        (&b"Handle,Title\njug,\"Jug\n"[..], vec!["A quotation mark stands where none may"]),
        (&b""[..], vec!["There are no rows in this file"]),
        (&b"\x89PNG\r\n\x1a\n"[..], vec!["is not written in UTF-8"]),
    ] {
        let answer = send(&olga, "products.csv", file).await;
        work(&desk).await;
        let page = olga.get(answer.location()).await.text;
        for part in parts {
            assert!(page.contains(part), "{part}: {page}");
        }
        assert!(!page.contains("There is no problem with this file"), "{page}");
        let id = answer.location().rsplit('/').next().unwrap().to_owned();
        let wanted = olga.submit(answer.location(), "admin-want-import", &[("id", &id)]).await.text;
        assert!(wanted.contains("We could not find that"), "{wanted}");
    }
    let large = vec![b'a'; MAX_IMPORT_BYTES + 1];
    assert!(refused(&olga, "large.csv", &large).await.contains("larger than 20 MB"));
    assert!(refused(&olga, "", b"").await.contains("Please choose a file first"));
    let huge = visitor_says(&olga, 4 * MAX_IMPORT_BYTES).await;
    assert_eq!(huge.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert_eq!(desk.site.shop.count("select count(*) from products").await, 2);
    desk.site.shop.done().await;
}

/// Announces so many bytes, and sends none.
async fn visitor_says(visitor: &Visitor<'_>, bytes: usize) -> Answer {
    visitor.send(request("same-origin").header("content-length", bytes.to_string()), Body::empty()).await
}

#[tokio::test]
async fn tables_are_downloaded_by_who_may_and_by_nobody_else() {
    let desk = Desk::open().await;
    let olga = desk.olga().await;
    desk.site.shop.execute("update products set name = '=1+1' where slug = 'mug'").await;
    for (table, parts) in [
        ("products", ["Handle,Title,Body (HTML)", "mug,'=1+1,"]),
        ("orders", ["Order,Created at", "ada@example.org"]),
        ("customers", ["Name,Email,Account", "Ada,ada@example.org,yes"]),
    ] {
        let file = download(&olga, table).await;
        assert_eq!(file.status, StatusCode::OK, "{table}: {}", file.text);
        assert_eq!(file.header("content-type"), "text/csv; charset=utf-8");
        assert_eq!(file.header("content-disposition"), format!("attachment; filename=\"{table}.csv\""));
        assert_eq!(file.header("cache-control"), "no-store");
        for part in parts {
            assert!(file.text.contains(part), "{table} lacks {part}: {}", file.text);
        }
    }
    let log = olga.get("/admin/audit").await.text;
    assert!(log.contains("customers exported") && log.contains("orders exported"), "{log}");
    for path in ["/admin/export/orders.csv", "/admin/export/customers.csv"] {
        assert_eq!(olga.get(path).await.status, StatusCode::NOT_FOUND, "{path}: a link does nothing");
        let elsewhere = Request::post(path).header("sec-fetch-site", "cross-site");
        assert_eq!(olga.send(elsewhere, Body::empty()).await.status, StatusCode::FORBIDDEN);
    }
    for (role, may) in [
        (StaffRole::Manager, [true, true, true]),
        (StaffRole::Catalogue, [true, false, false]),
        (StaffRole::Packing, [false, false, false]),
        (StaffRole::Support, [false, false, false]),
    ] {
        let visitor = works_as(&desk, role).await;
        for (table, may) in ["products", "orders", "customers"].into_iter().zip(may) {
            let answer = download(&visitor, table).await;
            let status = if may { StatusCode::OK } else { StatusCode::FORBIDDEN };
            assert_eq!(answer.status, status, "{role:?} {table}");
            assert!(may || !answer.text.contains("ada@example.org"), "{role:?} {table}");
        }
        if matches!(role, StaffRole::Packing | StaffRole::Support) {
            let page = visitor.get("/admin/orders").await.text;
            assert!(!page.contains("orders.csv"), "{role:?} is offered nothing: {page}");
        }
        let status = send(&visitor, "products.csv", SHOPIFY).await.status;
        let may = matches!(role, StaffRole::Manager | StaffRole::Catalogue);
        assert_eq!(status, if may { StatusCode::SEE_OTHER } else { StatusCode::FORBIDDEN }, "{role:?}");
    }
    let (bob, nobody) = (desk.site.visitor(), desk.site.visitor());
    bob.register("Bob").await;
    for visitor in [&bob, &nobody] {
        for table in ["products", "orders", "customers"] {
            assert_eq!(download(visitor, table).await.status, StatusCode::NOT_FOUND, "{table}");
        }
        assert_eq!(send(visitor, "products.csv", SHOPIFY).await.status, StatusCode::NOT_FOUND);
    }
    let elsewhere = olga.send(request("cross-site"), Body::from(multipart("products.csv", SHOPIFY))).await;
    assert_eq!(elsewhere.status, StatusCode::FORBIDDEN);
    desk.site.shop.done().await;
}
