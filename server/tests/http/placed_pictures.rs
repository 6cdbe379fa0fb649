//! Pictures of places by a form with a file, as a browser without scripts sends it: the shop's logo and icon, the picture of its
//! first page, and a category's; until the shop shows them, and when they are taken away again.

use axum::body::Body;
use http::header::CONTENT_TYPE;
use http::{Request, StatusCode};
use shop::domain::{MAX_PICTURE_BYTES, StaffRole};

use crate::admin::Desk;
use crate::roles::works_as;
use crate::sample_pictures::{jpeg, png};
use crate::visitor::{Answer, Visitor, hidden};

const BOUNDARY: &str = "----somebody-with-a-browser";
const LOGO: &str = "/admin/content/pictures/logo";
const ICON: &str = "/admin/content/pictures/icon";
const HERO: &str = "/admin/content/pictures/hero";
const TABLEWARE: &str = "/admin/categories/tableware/picture";

async fn send(visitor: &Visitor<'_>, to: &str, name: &str, file: &[u8]) -> Answer {
    let head = format!(
        "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"picture\"; filename=\"{name}\"\r\n\
         Content-Type: image/png\r\n\r\n"
    );
    let body = [head.as_bytes(), file, format!("\r\n--{BOUNDARY}--\r\n").as_bytes()].concat();
    let request = Request::post(to)
        .header("accept", "text/html")
        .header("sec-fetch-site", "same-origin")
        .header(CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"));
    visitor.send(request, Body::from(body)).await
}

/// Sends a file and looks at the page that this leads to.
async fn submit(visitor: &Visitor<'_>, to: &str, name: &str, file: &[u8]) -> String {
    let answer = send(visitor, to, name, file).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{to}: {}", answer.text);
    let page = answer.location().split('#').next().unwrap().to_owned();
    visitor.get(&page).await.text
}

async fn made(desk: &Desk) {
    assert!(desk.site.shop.shop.make_next_picture().await.unwrap());
}

#[tokio::test]
async fn the_shop_wears_its_logo_its_icon_and_its_first_picture_until_they_are_taken_away() {
    let desk = Desk::open().await;
    let (olga, nobody) = (desk.olga().await, desk.site.visitor());
    let before = nobody.get("/").await.text;
    assert!(before.contains("href=\"/favicon.svg\"") && before.contains("/pictures/hero-1600.webp"), "{before}");
    let icon = nobody.get("/favicon.ico").await;
    assert_eq!((icon.status, icon.header("cache-control")), (StatusCode::OK, "public, max-age=300"));

    let page = submit(&olga, LOGO, "logo.png", &png(300, 80)).await;
    for part in ["The picture was uploaded", "logo.png", "is being made ready"] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(!nobody.get("/").await.text.contains("/media/"), "not before it is ready");
    made(&desk).await;
    submit(&olga, ICON, "icon.png", &png(200, 200)).await;
    made(&desk).await;
    submit(&olga, HERO, "hero.jpg", &jpeg(400, 250)).await;
    made(&desk).await;
    for path in ["/", "/products"] {
        let page = nobody.get(path).await.text;
        let logo = page.split("class=\"wordmark\"").nth(1).and_then(|rest| rest.split("</a>").next()).unwrap();
        for part in ["alt=\"Kiln &amp; Loom\"", "<source type=\"image/avif\"", "width=\"300\"", "height=\"80\""] {
            assert!(logo.contains(part), "{path} {part}: {logo}");
        }
        assert!(!page.contains("/favicon.svg") && page.contains("rel=\"apple-touch-icon\""), "{path}");
        assert!(page.contains("-32.png\" sizes=\"32x32\""), "{path}: {page}");
    }
    let first = nobody.get("/").await.text;
    assert!(!first.contains("/pictures/hero-1600.webp") && first.contains("width=\"400\""), "{first}");
    let icon = nobody.get("/favicon.ico").await;
    assert_eq!((icon.status, icon.header("cache-control")), (StatusCode::FOUND, "no-cache"));
    assert!(icon.location().starts_with("/media/") && icon.location().ends_with("-32.png"), "{}", icon.location());
    let file = desk.site.send(Request::get(icon.location()).body(Body::empty()).unwrap()).await;
    assert_eq!((file.status, file.header("content-type")), (StatusCode::OK, "image/png"));
    assert_eq!(file.header("cache-control"), "public, max-age=31536000, immutable");
    assert!(first.contains(icon.location()), "one address for it");

    let page = olga.get("/admin/content").await.text;
    for place in ["logo", "icon", "hero"] {
        let part = page.split(&format!("id=\"picture-{place}\"")).nth(1).unwrap();
        let name = hidden(part, "fields[name]");
        let gone = [("fields[place]", place), ("fields[name]", name.as_str()), ("fields[act]", "remove")];
        let page = olga.submit("/admin/content", "admin-save-shop-picture", &gone).await.text;
        assert!(page.contains("It is saved"), "{place}: {page}");
    }
    let after = nobody.get("/").await.text;
    assert!(after.contains("href=\"/favicon.svg\"") && after.contains("/pictures/hero-1600.webp"), "{after}");
    assert!(!after.contains("/media/"), "{after}");
    desk.site.shop.done().await;
}

#[tokio::test]
async fn a_category_shows_its_picture_and_is_found_by_the_address_it_had() {
    let desk = Desk::open().await;
    let (olga, nobody) = (desk.olga().await, desk.site.visitor());
    submit(&olga, TABLEWARE, "table.jpg", &jpeg(320, 400)).await;
    made(&desk).await;
    let editor = olga.get("/admin/categories/tableware").await.text;
    let name = hidden(editor.split("id=\"picture-category\"").nth(1).unwrap(), "fields[name]");
    let said = [("fields[id]", "tableware"), ("fields[name]", name.as_str()), ("fields[alt]", "A <table>, laid")];
    let saved = olga.submit("/admin/categories/tableware", "admin-save-category-picture", &said).await.text;
    assert!(saved.contains("It is saved") && saved.contains("A &lt;table&gt;, laid"), "{saved}");
    let listing = nobody.get("/products?category=tableware").await.text;
    for part in ["class=\"category-picture\"", "alt=\"A &lt;table&gt;, laid\"", "width=\"320\""] {
        assert!(listing.contains(part), "{part}: {listing}");
    }
    assert!(nobody.get("/").await.text.contains(&format!("/media/{name}")), "on its tile");
    assert!(!nobody.get("/products?category=tableware&q=mug").await.text.contains("category-picture"));

    let version = hidden(&editor, "fields[version]");
    let moved = [
        ("fields[id]", "tableware"),
        ("fields[version]", version.as_str()),
        ("fields[name]", "Tableware"),
        ("fields[slug]", "at-the-table"),
    ];
    let shown = olga.submit("/admin/categories/tableware", "admin-save-category", &moved).await.text;
    assert!(shown.contains("/admin/categories/at-the-table"), "{shown}");
    let old = nobody.get("/products?category=tableware&sort=price_up").await;
    let now = "/products?category=at-the-table&sort=price_up";
    assert_eq!((old.status, old.location()), (StatusCode::MOVED_PERMANENTLY, now));
    let listing = nobody.get(now).await;
    assert!(listing.status == StatusCode::OK && listing.text.contains("category-picture"), "{}", listing.text);
    assert_eq!(nobody.get("/products?category=nowhere").await.status, StatusCode::OK);
    let taken = [("fields[id]", ""), ("fields[name]", "Others"), ("fields[slug]", "tableware")];
    let refused = olga.submit("/admin/new-category", "admin-save-category", &taken).await.text;
    assert!(refused.contains("had it before") && refused.contains("value=\"Others\""), "{refused}");
    desk.site.shop.done().await;
}

#[tokio::test]
async fn what_will_not_do_is_told_and_for_others_there_is_no_such_address() {
    let desk = Desk::open().await;
    let olga = desk.olga().await;
    let mut heavy = png(80, 80);
    heavy.resize(MAX_PICTURE_BYTES + 1, 0);
    for (name, file, told) in [
        ("", Vec::new(), "Please choose a picture first"),
        (
            "<b>.svg",
            b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>".to_vec(),
            "SVG drawings can hold programs",
        ),
        ("heavy.png", heavy, "larger than 20 MB"),
        ("small.png", png(20, 20), "too small"),
    ] {
        let page = submit(&olga, ICON, name, &file).await;
        assert!(page.contains(told) && !page.contains("<b>.svg"), "{told}: {page}");
    }
    let (bob, picture) = (desk.site.visitor(), png(80, 80));
    bob.register("Bob").await;
    let (packer, stranger) = (works_as(&desk, StaffRole::Packing).await, desk.site.visitor());
    for to in [LOGO, ICON, HERO, TABLEWARE] {
        for other in [&stranger, &bob] {
            assert_eq!(send(other, to, "x.png", &picture).await.status, StatusCode::NOT_FOUND, "{to}");
        }
        assert_eq!(send(&packer, to, "x.png", &picture).await.status, StatusCode::FORBIDDEN, "{to}");
        assert_eq!(olga.get(to).await.status, StatusCode::NOT_FOUND, "nothing is read there: {to}");
        let elsewhere = Request::post(to)
            .header("sec-fetch-site", "cross-site")
            .header(CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"));
        assert_eq!(olga.send(elsewhere, Body::empty()).await.status, StatusCode::FORBIDDEN, "{to}");
    }
    for nowhere in ["/admin/content/pictures/banner", "/admin/categories/nowhere/picture"] {
        assert_eq!(send(&olga, nowhere, "x.png", &picture).await.status, StatusCode::NOT_FOUND, "{nowhere}");
    }
    assert_eq!(desk.site.shop.count("select count(*) from pictures").await, 0);
    desk.site.shop.done().await;
}
