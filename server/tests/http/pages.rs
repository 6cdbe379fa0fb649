//! Pages: complete without scripts, with the right status, and headers that protect.

use axum::body::Body;
use http::{Method, Request, StatusCode};
use tokio::task::JoinSet;

use crate::staff_pages::staffs_routes;
use crate::visitor::{Site, ask};

async fn stocked() -> Site {
    let site = Site::open().await;
    site.shop.stock_shelves(&[("MUG", "24.00", 10), ("CUP", "9.50", 0)]).await;
    site
}

const ANYBODYS: [(&str, &str); 19] = [
    ("/", "Product MUG"),
    ("/products", "Product CUP"),
    ("/products?category=tableware&sort=price_up", "Product MUG"),
    ("/products/mug", "Add to cart"),
    ("/products/cup", "Sold out"),
    ("/cart", "empty"),
    ("/track", "Order number"),
    ("/login", "Password"),
    ("/login/code", "Please sign in again"),
    ("/register", "Create account"),
    ("/forgot-password", "Send me a link"),
    ("/reset-password", "Ask for another link"),
    ("/verify-email", "does not work any more"),
    ("/products/mug/reviews", "Nobody has written a review yet"),
    ("/review-requests", "does not work any more"),
    ("/stock-wish", "does not work any more"),
    ("/pages/terms", "erms"),
    ("/pages/withdrawal", "Name of consumer(s):"),
    ("/pages/contact", "Write to the address in our imprint."),
];

/// With an account only.
const CUSTOMERS: [&str; 8] = [
    "/orders",
    "/account",
    "/account/security",
    "/account/sessions",
    "/account/privacy",
    "/account/wishlist",
    "/account/addresses",
    "/account/addresses/new",
];

/// Whoever has something in the cart, and says so where there is nothing.
const BUYERS: [&str; 3] = ["/checkout", "/checkout/shipping", "/checkout/review"];

/// An order is nobody's page but its owner's, by id: `api/guests` and `http/guests` look at it, `http/reviews` at what is said of it.
const BY_ID: [&str; 2] = ["/orders/:id", "/orders/:id/review/:variant"];

/// For whoever brings the link in a mail: `http/staff` looks at it.
const BY_TOKEN: [&str; 1] = ["/invitation"];

#[test]
fn every_route_has_a_row_here() {
    let routes = include_str!("../../../app/src/routes.rs");
    let routes: Vec<&str> = routes.split("route!(\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
    let asked: Vec<&str> = ANYBODYS
        .map(|(path, _)| path)
        .into_iter()
        .chain(CUSTOMERS)
        .chain(BUYERS)
        .chain(BY_ID)
        .chain(BY_TOKEN)
        .chain(staffs_routes())
        .collect();
    let is_of = |path: &str, route: &str| {
        let (path, route) = (path.split('?').next().unwrap_or(path).split('/'), route.split('/'));
        path.clone().count() == route.clone().count() && path.zip(route).all(|(p, r)| p == r || r.starts_with(':'))
    };
    let without: Vec<_> = routes.iter().filter(|route| !asked.iter().any(|path| is_of(path, route))).collect();
    assert!(routes.len() > 10 && without.is_empty(), "nobody asks for {without:?}");
}

#[tokio::test]
async fn pages_are_whole_before_any_script() {
    let site = stocked().await;
    site.shop.execute("update products set featured = true").await;
    let visitor = site.visitor();
    for (path, words) in ANYBODYS {
        let page = visitor.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(page.text.contains(words), "{path} lacks {words:?}: {}", page.text);
        assert!(page.text.contains("<h1") && page.text.contains("</main>") && page.text.contains("</html>"), "{path}");
        assert!(page.headers.get("set-cookie").is_none(), "{path}: looking makes no session");
        // It is written once for all pages, and wakes on each of them.
        let search = page.text.split_once("data-component=\"SearchSuggestions").map_or("", |(_, island)| island);
        let search = search.split("</leptos-island>").next().unwrap_or_default();
        assert!(search.contains("<leptos-children><form ") && search.contains("class=\"search\""), "{path}: {search}");
    }
    assert_eq!(site.shop.count("select count(*) from sessions").await, 0);
    site.shop.done().await;
}

#[tokio::test]
async fn what_is_not_there_is_a_404_with_a_way_on() {
    let site = stocked().await;
    let visitor = site.visitor();
    let nothing = ["/products/nothing", "/pages/nothing", "/products/MUG", "/pages/Terms"];
    for path in nothing.into_iter().chain(["/nowhere", "/nowhere/deeper", "/do/nothing"]) {
        let page = visitor.get(path).await;
        assert!([404, 405].contains(&page.status.as_u16()), "{path}: {}", page.status);
    }
    assert!(visitor.get("/products/nothing").await.text.contains("type=\"search\""));
    site.shop.done().await;
}

#[tokio::test]
async fn a_search_says_what_it_shows_in_place_of_what_was_typed_and_where_to_go_from_nothing() {
    let site = stocked().await;
    let visitor = site.visitor();
    for (path, words) in [
        (
            "/products?q=prodcut",
            &["Showing results for", "Search for “prodcut” instead", "exact=true", "2 products"][..],
        ),
        ("/products?q=prodcut&exact=true", &["Nothing here for “prodcut”"][..]),
        (
            "/products?q=mug+xylophone",
            &[
                "Nothing here",
                "Try fewer or other words.<",
                "Try with a word less",
                "“mug”",
                "Glass",
                "Show all products",
            ][..],
        ),
        ("/products?q=%25%25%27%22%26%7C", &["Nothing here"][..]),
    ] {
        let page = visitor.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        for word in words {
            assert!(page.text.contains(word), "{path} lacks {word:?}: {}", page.text);
        }
    }
    let long = format!("/products?q={}", "word+".repeat(1_000));
    assert_eq!(visitor.get(&long).await.status, StatusCode::OK);
    site.shop.done().await;
}

#[tokio::test]
async fn every_page_has_one_address() {
    let site = stocked().await;
    let visitor = site.visitor();
    for (asked, own) in [
        ("/products/", "/products"),
        ("/products//?q=mug&page=1", "/products?q=mug&page=1"),
        ("/products/mug/", "/products/mug"),
        ("/cart/", "/cart"),
        ("//", "/"),
        ("//evil.example/", "/evil.example"),
    ] {
        for method in [Method::GET, Method::HEAD] {
            let request = Request::builder().method(method.clone()).uri(asked).header("host", "shop.example");
            let answer = site.send(request.body(Body::empty()).unwrap()).await;
            assert_eq!((answer.status, answer.location()), (StatusCode::PERMANENT_REDIRECT, own), "{method} {asked}");
        }
    }
    assert_eq!(visitor.get("/products?q=mug/").await.status, StatusCode::OK);
    assert_ne!(visitor.post("/", "login/", &[]).await.status, StatusCode::PERMANENT_REDIRECT, "a form is not sent on");
    site.shop.done().await;
}

#[tokio::test]
async fn browsers_that_ask_for_an_icon_get_one() {
    let site = Site::open().await;
    let icon = site.visitor().get("/favicon.ico").await;
    assert_eq!((icon.status, icon.header("content-type")), (StatusCode::OK, "image/x-icon"));
    site.shop.done().await;
}

#[tokio::test]
async fn pages_for_customers_lead_to_the_sign_in_and_back() {
    let site = stocked().await;
    let guest = site.visitor();
    let orders = "/orders/00000000-0000-4000-8000-000000000000";
    for path in CUSTOMERS.into_iter().chain([orders]) {
        let answer = guest.get(path).await;
        assert!(answer.status.is_redirection(), "{path}: {}", answer.status);
        let expected = format!("/login?next={}", path.replace('/', "%2F"));
        assert!(
            answer.location() == expected || answer.location() == format!("/login?next={path}"),
            "{}",
            answer.location()
        );
    }
    let ada = site.visitor();
    ada.register("Ada").await;
    for path in CUSTOMERS.into_iter().chain(BUYERS) {
        assert_eq!(ada.get(path).await.status, StatusCode::OK, "{path}");
    }
    for id in ["00000000-0000-4000-8000-000000000000", "nonsense", "%00"] {
        assert_eq!(ada.get(&format!("/orders/{id}")).await.status.as_u16() / 100, 4, "{id}");
        assert_eq!(ada.get(&format!("/account/addresses/{id}")).await.status.as_u16() / 100, 4, "{id}");
    }
    site.shop.done().await;
}

#[tokio::test]
async fn every_answer_is_protected() {
    let site = stocked().await;
    let paths =
        ["/", "/products/mug", "/nowhere", "/healthz", "/readyz", "/robots.txt", "/favicon.svg", "/products/%00"];
    for path in paths {
        let answer = site.send(Request::get(path).body(Body::empty()).unwrap()).await;
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("x-frame-options", "DENY"),
            ("referrer-policy", "strict-origin-when-cross-origin"),
        ] {
            assert_eq!(answer.header(name), value, "{path}: {name}");
        }
        let policy = answer.header("content-security-policy");
        assert!(policy.contains("default-src") && policy.contains("frame-ancestors 'none'"), "{path}: {policy}");
        assert!(!policy.contains("unsafe-inline"), "{path}: {policy}");
        assert!(!answer.header("x-request-id").is_empty(), "{path}");
        assert!(answer.header("strict-transport-security").is_empty(), "{path}: not over plain HTTP");
    }
    site.shop.done().await;
}

#[tokio::test]
async fn scripts_of_a_page_bear_the_nonce_of_its_policy_and_no_other() {
    let site = stocked().await;
    let visitor = site.visitor();
    let (first, second) = (visitor.get("/products/mug").await, visitor.get("/products/mug").await);
    let nonce = |page: &crate::visitor::Answer| {
        let policy = page.header("content-security-policy").to_owned();
        policy.split_once("'nonce-").and_then(|(_, rest)| rest.split_once('\'')).unwrap().0.to_owned()
    };
    assert_ne!(nonce(&first), nonce(&second));
    for tag in first.text.split("<script").skip(1) {
        let tag = tag.split_once('>').unwrap().0;
        let inert = tag.contains("application/ld+json");
        // A file of the shop's own is known by where it is.
        assert!(inert || tag.contains(" src=\"/") || tag.contains(&nonce(&first)), "{tag}");
    }
    assert!(!first.text.contains(" style=\"") && !first.text.contains(" onclick="), "nothing inline");
    site.shop.done().await;
}

#[tokio::test]
async fn a_shop_behind_https_says_so() {
    let site = Site::open_as(true).await;
    site.shop.stock_shelves(&[("MUG", "24.00", 10)]).await;
    let visitor = site.visitor();
    let answer = visitor.get("/").await;
    assert!(answer.header("strict-transport-security").contains("max-age"));
    let mug = site.shop.variant("MUG").await.to_string();
    let added = visitor.call("add-to-cart", &[("variant_id", &mug), ("quantity", "1")]).await;
    let cookie = added.header("set-cookie");
    for part in ["__Host-session=", "Secure", "HttpOnly", "SameSite=Lax", "Path=/"] {
        assert!(cookie.contains(part), "{part}: {cookie}");
    }
    site.shop.done().await;
}

#[tokio::test]
async fn text_of_others_is_text() {
    let site = stocked().await;
    site.shop
        .execute("update products set name = '</title></script><b data-x>', description = '</script></title><b data-x>', featured = true")
        .await;
    let visitor = site.visitor();
    let markup = "%3C%2Ftitle%3E%3C%2Fscript%3E%22%3E%3Cb%20data-x%3E";
    for path in
        ["/", "/products", "/products/mug", &format!("/products?q={markup}"), &format!("/products?category={markup}")]
    {
        let text = visitor.get(path).await.text;
        let body = text.split_once("<body>").unwrap().1;
        let quoted = |at: usize| body[..at].rfind("=\"").is_some_and(|open| !body[open + 2..at].contains('"'));
        for (at, _) in body.match_indices("<b data-x>") {
            assert!(quoted(at), "{path}: outside of an attribute's quotes: {}", &body[at.saturating_sub(80)..at]);
        }
        let title = text.split_once("<title>").unwrap().1.split_once("</title>").unwrap().0;
        assert!(!title.contains('<'), "{path}: {title}");
    }
    site.shop.done().await;
}

#[tokio::test]
async fn whoever_takes_anything_is_redirected_too() {
    let site = stocked().await;
    for accept in ["text/html", "*/*"] {
        let request = Request::get("/account").header("accept", accept).body(Body::empty()).unwrap();
        assert_eq!(site.send(request).await.status, StatusCode::FOUND, "{accept}");
    }
    site.shop.done().await;
}

/// Leptos keeps a request's context in a variable of the thread: a page that waits for the database and wakes up on
/// another thread must still be its own. Twelve visitors, each a task that goes from thread to thread; they need fewer
/// connections than there are, so that nobody waits for one too long, however slow the machine is.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn pages_rendered_at_the_same_time_do_not_mix() {
    let site = Site::open().await;
    let skus: Vec<String> = (0..12).map(|n| format!("SKU-{n:02}")).collect();
    site.shop.stock_shelves(&skus.iter().map(|s| (s.as_str(), "1.00", 1)).collect::<Vec<_>>()).await;
    let mut visitors = JoinSet::new();
    for visitor in 0..12 {
        let (router, skus) = (site.router.clone(), skus.clone());
        visitors.spawn(async move {
            for sku in (0..20).map(|n| &skus[(visitor + n) % 12]) {
                let request = Request::get(format!("/products/{}", sku.to_lowercase())).header("accept", "text/html");
                let page = ask(&router, request.body(Body::empty()).unwrap()).await;
                assert_eq!(page.status, StatusCode::OK, "{sku}");
                let title = page.text.split_once("<title>").unwrap().1.split_once("</title>").unwrap().0;
                assert!(title.starts_with(&format!("Product {sku}")), "{sku}: {title}");
                assert_eq!(page.text.matches("name=\"description\"").count(), 1, "{sku}");
                assert!(page.text.contains(&format!("content=\"{sku}, as it is.")), "{sku} has another's description");
            }
        });
    }
    while let Some(visitor) = visitors.join_next().await {
        visitor.unwrap();
    }
    site.shop.done().await;
}

/// A page is asked for with what nobody would type: never a 5xx, and never anything changed.
#[tokio::test]
async fn no_address_breaks_a_page() {
    let site = stocked().await;
    let visitor = site.visitor();
    let long = "x".repeat(3000);
    let odd =
        ["%00", "%FF", "%", "%zz", "..%2f..%2fetc", "%E2%80%AE", "-1", "99999999999999999999", "", "[]", long.as_str()];
    for value in odd {
        for path in [
            format!("/{value}"),
            format!("/products/{value}"),
            format!(
                "/products?page={value}&q={value}&min_price={value}&max_price={value}&in_stock={value}&sort={value}&category={value}"
            ),
            format!("/products/mug?sku={value}&options[0]={value}&options%5B1%5D={value}"),
            format!("/login?next={value}"),
            format!("/pages/{value}"),
            format!("/pkg/{value}"),
        ] {
            let Ok(request) = Request::get(&path).header("host", "shop.example").body(Body::empty()) else { continue };
            let answer = site.send(request).await;
            assert!(answer.status.as_u16() < 500, "{path}: {}", answer.status);
        }
    }
    assert_eq!(visitor.get("/").await.status, StatusCode::OK);
    site.shop.done().await;
}

#[tokio::test]
async fn machines_are_told_how_it_stands() {
    let site = stocked().await;
    let visitor = site.visitor();
    assert_eq!(visitor.get("/healthz").await.status, StatusCode::OK);
    let ready = visitor.get("/readyz").await;
    assert_eq!(ready.status, StatusCode::OK);
    let away = site.without_database().await;
    let answer = ask(&away, Request::get("/readyz").body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    let page = ask(&away, Request::get("/").header("accept", "text/html").body(Body::empty()).unwrap()).await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE, "a shop without its database says so");
    assert!(page.text.contains(">Try again</a>"), "and leads to the same address again: {}", page.text);
    assert!(!page.text.to_lowercase().contains("pool") && !page.text.contains("sqlx"), "{}", page.text);
    site.shop.done().await;
}

#[tokio::test]
async fn an_order_that_waits_for_its_items_is_loaded_again_where_no_script_runs() {
    let site = stocked().await;
    let ada = site.visitor();
    ada.register("Ada").await;
    let customer = site.shop.sign_in("ada@example.org", "correct horse").await.unwrap().customer();
    let path = format!("/orders/{}", site.shop.place(customer, &[("MUG", "1")]).await);
    let reload = "<noscript><meta http-equiv=\"refresh\" content=\"3\"></noscript>";
    let page = ada.get(&path).await.text;
    let (head, body) = page.split_once("</head>").unwrap();
    assert!(head.contains(reload) && body.contains("Confirming your items"), "{page}");
    assert!(!body.contains("<meta"), "HTML knows none in a body");
    site.shop.deliver().await;
    for path in [&path, "/orders", "/"] {
        assert!(!ada.get(path).await.text.contains("http-equiv"), "{path}");
    }
    site.shop.done().await;
}
