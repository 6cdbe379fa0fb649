//! Where answers lead: never out of the shop, whatever somebody asks for (T-38).

use axum::body::Body;
use http::header::{ACCEPT, CONTENT_TYPE, HOST, REFERER};
use http::{Request, StatusCode};
use shop::dto::RegisterForm;
use url::Url;

use crate::visitor::{Site, encoded};

/// Ways to write another host, or a script, where a path should stand.
const ELSEWHERE: [&str; 60] = [
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "//evil.example/cart",
    "//evil.example:443/",
    "//user@evil.example",
    "//shop.example@evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "\\\\evil.example",
    "/\\/evil.example",
    "\\evil.example",
    "/%5cevil.example",
    "/%5Cevil.example",
    "/%2fevil.example",
    "/%2Fevil.example",
    "%2f%2fevil.example",
    "/%09/evil.example",
    "/\t/evil.example",
    "\t//evil.example",
    "/\n/evil.example",
    "/\r/evil.example",
    "/\r\n/evil.example",
    "/\r\nLocation: https://evil.example",
    "/\0/evil.example",
    " //evil.example",
    "/ /evil.example",
    "/.//evil.example",
    "/..//evil.example",
    "/cart/..//evil.example",
    "/./\\evil.example",
    "./\\evil.example",
    ".//evil.example",
    "..//evil.example",
    "/;//evil.example",
    "/?//evil.example",
    "/#//evil.example",
    "?//evil.example",
    "#//evil.example",
    "https://evil.example",
    "HTTPS://EVIL.EXAMPLE",
    "http://evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https:\\\\evil.example",
    "https:///evil.example",
    "https://shop.example@evil.example",
    "https://shop.example.evil.example",
    "https://shop.example:x@evil.example",
    "ftp://evil.example",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    " javascript:alert(1)",
    "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:msgbox(1)",
    "//evil\u{3002}example",
    "/\u{2044}evil.example",
    "\u{ff0f}\u{ff0f}evil.example",
    "//\u{ff45}vil.example",
];

/// Whether a browser on a page of the shop that is led there stays in it.
fn stays(location: &str) -> bool {
    let here = Url::parse("https://shop.example/login").unwrap();
    // An address in full may name the shop itself by the scheme of the test.
    here.join(location).is_ok_and(|to| to.host_str() == Some("shop.example") && matches!(to.scheme(), "https" | "http"))
}

/// What a page's form will say of where to go next.
fn next_of(page: &str) -> &str {
    let at = page.find("name=\"next\"").expect("a form that leads on");
    let tag = page[..at].rfind('<').and_then(|begin| page[begin..].split('>').next()).unwrap();
    tag.split_once("value=\"").and_then(|(_, rest)| rest.split('"').next()).unwrap_or_default()
}

#[test]
fn what_leads_out_of_the_shop_is_known_as_such() {
    assert!(stays("/cart") && stays("/login?next=%2F%2Fevil.example") && stays("http://shop.example/"));
    for elsewhere in ["//evil.example", "/\\evil.example", "/\t/evil.example", "https://evil.example/", "javascript:x"]
    {
        assert!(!stays(elsewhere), "{elsewhere:?}");
    }
}

#[tokio::test]
async fn no_form_leads_out_of_the_shop_by_what_it_is_told_to_come_next() {
    let site = Site::open().await;
    site.shop.register("Ada").await;
    let olga = RegisterForm { name: "Olga".into(), email: "olga@example.org".into(), password: "correct horse".into() };
    site.shop.shop.create_staff(olga).await.unwrap();
    let staff = site.visitor();
    let own = [("email", "olga@example.org"), ("password", "correct horse")];
    assert_eq!(staff.call("login", &own).await.status, StatusCode::OK);
    for (number, next) in ELSEWHERE.into_iter().enumerate() {
        let email = format!("{number}@example.org");
        for (form, page, visitor, fields) in [
            ("login", "/login", &site.visitor(), vec![("email", "ada@example.org"), ("password", "correct horse")]),
            ("login", "/login", &site.visitor(), vec![("email", "ada@example.org"), ("password", "wrong")]),
            (
                "register",
                "/register",
                &site.visitor(),
                vec![("name", "Eve"), ("email", email.as_str()), ("password", "correct horse")],
            ),
            ("register", "/register", &site.visitor(), vec![("name", ""), ("email", ""), ("password", "")]),
            ("login-code", "/login/code", &site.visitor(), vec![("code", "000000")]),
            ("passkey-login", "/login", &site.visitor(), vec![("answer", "{}")]),
            ("apply-code", "/cart", &site.visitor(), vec![("code", "NOBODYS")]),
            ("remove-code", "/cart", &site.visitor(), vec![]),
            ("admin-pack-orders", "/admin/orders", &staff, vec![("packed", "yes")]),
            ("admin-confirm", "/admin/confirm", &staff, vec![("password", "correct horse")]),
            ("admin-confirm", "/admin/confirm", &staff, vec![("password", "")]),
        ] {
            let fields = [fields, vec![("next", next), ("from", next), ("back", next)]].concat();
            let answer = visitor.post(page, form, &fields).await;
            assert_eq!(answer.status, StatusCode::SEE_OTHER, "{form} {next:?}: {}", answer.text);
            assert!(stays(answer.location()), "{form} {next:?} leads to {}", answer.location());
        }
        // Two of them were wrong, and sixty rounds of that would be too many.
        site.shop.execute("delete from tries").await;
        for page in ["/login", "/register"] {
            let shown = site.visitor().get(&format!("{page}?{}", encoded(&[("next", next)]))).await;
            // An address with a NUL is none.
            assert_eq!(shown.status == StatusCode::OK, !next.contains('\0'), "{page} {next:?}: {}", shown.status);
            let kept = if shown.status == StatusCode::OK { next_of(&shown.text) } else { "" };
            assert!(stays(kept), "{page} {next:?} keeps {kept:?}");
        }
        // What a mail program is told of a letter, opened by a person.
        let ended = site.visitor().get(&format!("/unsubscribe?{}", encoded(&[("token", next)]))).await;
        let to = if next.contains('\0') { "" } else { "/stock-wish?token=" };
        assert_eq!(ended.location(), to, "{next:?}: {}", ended.status);
    }
    site.shop.done().await;
}

#[tokio::test]
async fn neither_the_page_before_nor_the_host_that_is_asked_for_leads_out_of_the_shop() {
    let site = Site::open().await;
    site.shop.stock_shelves(&[("MUG", "24.00", 10)]).await;
    for referer in ELSEWHERE.into_iter().filter(|text| http::HeaderValue::from_str(text).is_ok()) {
        let request = Request::post("/do/add-to-cart")
            .header(HOST, "shop.example")
            .header(ACCEPT, "text/html")
            .header("sec-fetch-site", "same-origin")
            .header(REFERER, referer)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        let body = encoded(&[("product", referer), ("quantity", "1"), ("from", referer)]);
        let answer = site.send(request.body(Body::from(body)).unwrap()).await;
        assert!(answer.status.is_client_error() || stays(answer.location()), "{referer:?}: {answer:?}");
    }
    for path in ["/account", "/products/", "//evil.example/", "/orders/00000000-0000-4000-8000-000000000000"] {
        let request = Request::get(path).header(HOST, "evil.example").header("x-forwarded-host", "evil.example");
        let answer = site.send(request.body(Body::empty()).unwrap()).await;
        assert!(answer.status.is_redirection(), "{path}: {}", answer.status);
        assert!(answer.location().starts_with('/') && stays(answer.location()), "{path}: {}", answer.location());
    }
    site.shop.done().await;
}

/// Links in mail are made of what the owner set.
#[tokio::test]
async fn the_host_that_is_asked_for_stands_in_no_mail() {
    let site = Site::open().await;
    let form = encoded(&[("name", "Ada"), ("email", "ada@example.org"), ("password", "correct horse")]);
    let request = Request::post("/do/register")
        .header(HOST, "evil.example")
        .header("x-forwarded-host", "evil.example")
        .header("sec-fetch-site", "same-origin")
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    let answer = site.send(request.body(Body::from(form)).unwrap()).await;
    assert!(!answer.status.is_server_error() && !answer.location().contains("evil.example"), "{answer:?}");
    site.shop.deliver().await;
    assert_eq!(site.shop.count("select count(*) from email_messages").await, 1);
    let named = "select count(*) from email_messages where subject || body || coalesce(content::text, '') ~ 'evil'";
    assert_eq!(site.shop.count(named).await, 0);
    site.shop.done().await;
}

#[tokio::test]
async fn an_address_from_before_leads_to_the_product() {
    let site = Site::open().await;
    site.shop.stock_shelves(&[("MUG", "24.00", 10)]).await;
    site.shop
        .execute(
            "insert into product_addresses (slug, product_id, changed_at) select 'beaker', id, now() from products",
        )
        .await;
    let visitor = site.visitor();
    for (path, to) in [
        ("/products/beaker", "/products/mug"),
        ("/products/beaker?sku=MUG&quantity=2", "/products/mug?sku=MUG&quantity=2"),
    ] {
        let old = visitor.get(path).await;
        assert_eq!((old.status, old.location()), (StatusCode::MOVED_PERMANENTLY, to), "{path}");
    }
    assert_eq!(visitor.get("/products/beak").await.status, StatusCode::NOT_FOUND);
    site.shop.done().await;
}
