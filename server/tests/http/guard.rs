//! What is refused: other sites' posts, large bodies, strange types, nonsense of every kind.

use app::page_paths;
use axum::body::Body;
use http::header::{ACCEPT, CONTENT_TYPE, HOST};
use http::{Request, StatusCode};

use crate::functions;
use crate::nonsense::PAGE_NAMES;
use crate::visitor::{METHODS, Site, encoded};

const FORM: &str = "application/x-www-form-urlencoded";

fn post(path: &str) -> http::request::Builder {
    Request::post(path).header(HOST, "shop.example").header(CONTENT_TYPE, FORM)
}

#[tokio::test]
async fn a_post_from_another_site_is_refused() {
    let site = Site::open().await;
    let body = || Body::from(encoded(&[("name", "A"), ("email", "a@example.org"), ("password", "correct horse")]));
    for (name, value) in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
        ("origin", "null"),
    ] {
        let answer = site.send(post("/do/register").header(name, value).body(body()).unwrap()).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{name}: {value}");
    }
    assert_eq!(site.shop.count("select count(*) from users").await, 0);
    let own = site.send(post("/do/register").header("sec-fetch-site", "same-origin").body(body()).unwrap()).await;
    assert!(own.status.is_success() || own.status.is_redirection(), "{}", own.status);
    site.shop.done().await;
}

#[tokio::test]
async fn bodies_over_the_limit_are_refused() {
    let site = Site::open().await;
    let large = |bytes: usize| format!("name={}", "x".repeat(bytes));
    for (path, bytes) in [("/do/save-address", 65 << 10), ("/do/login", 5 << 10), ("/do/register", 5 << 10)] {
        let announced = post(path).header("content-length", large(bytes).len()).body(Body::from(large(bytes))).unwrap();
        assert_eq!(site.send(announced).await.status, StatusCode::PAYLOAD_TOO_LARGE, "{path}");
        let pieces = futures::stream::iter(
            large(bytes).into_bytes().chunks(1000).map(|c| Ok::<_, std::io::Error>(c.to_vec())).collect::<Vec<_>>(),
        );
        let unannounced = post(path).body(Body::from_stream(pieces)).unwrap();
        assert_eq!(site.send(unannounced).await.status, StatusCode::PAYLOAD_TOO_LARGE, "{path} in pieces");
    }
    site.shop.done().await;
}

#[tokio::test]
async fn whoever_brings_a_password_sends_little_besides() {
    let site = Site::open().await;
    let mut bring_one = 0;
    for (name, _, fields) in functions::FUNCTIONS {
        if !fields.iter().any(|(field, _)| field.ends_with("password")) {
            continue;
        }
        bring_one += 1;
        let long = format!("password={}", "x".repeat(5 << 10));
        let answer = site.send(post(&format!("/do/{name}")).body(Body::from(long)).unwrap()).await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "{name}");
    }
    assert_eq!(bring_one, 11);
    site.shop.done().await;
}

#[tokio::test]
async fn only_forms_are_forms() {
    let site = Site::open().await;
    for kind in ["text/plain", "multipart/form-data; boundary=x", "application/xml", ""] {
        let request = Request::post("/do/login").header(HOST, "shop.example").header(CONTENT_TYPE, kind);
        let answer = site.send(request.body(Body::from("email=a&password=b")).unwrap()).await;
        assert_eq!(answer.status, StatusCode::UNSUPPORTED_MEDIA_TYPE, "{kind:?}");
    }
    site.shop.done().await;
}

#[tokio::test]
async fn a_get_changes_nothing() {
    let site = Site::open().await;
    for form in functions::names() {
        let path = format!("/do/{form}?name=A&email=a%40example.org&password=correct+horse");
        let answer = site.send(Request::get(path).body(Body::empty()).unwrap()).await;
        assert!([404, 405].contains(&answer.status.as_u16()), "{form}: {}", answer.status);
    }
    assert_eq!(site.shop.count("select count(*) from users").await, 0);
    site.shop.done().await;
}

/// What the forms of the back office call their fields.
const DESK_FIELDS: [&str; 46] = [
    "id",
    "slug",
    "search",
    "order_id",
    "return_id",
    "refund_id",
    "payment_id",
    "product_id",
    "variant_id",
    "user_id",
    "position",
    "before",
    "after",
    "status",
    "amount",
    "reason",
    "note",
    "reference",
    "answer",
    "decision",
    "how",
    "shelf",
    "key",
    "kept",
    "role",
    "email",
    "next",
    "country",
    "up",
    "active",
    "on",
    "packed",
    "orders[x]",
    "fields[id]",
    "fields[version]",
    "fields[base]",
    "fields[do]",
    "fields[name]",
    "fields[title]",
    "fields[body]",
    "fields[price]",
    "fields[status]",
    "fields[versions]",
    "fields[act]",
    "fields[place]",
    "fields[url]",
];

/// What nobody means, and a variant that there is.
fn odd_values(variant: &str) -> Vec<String> {
    // All fields together stay within what a form may have.
    let long = "x".repeat(1_300);
    let odd = ["", "\0", "-1", "0", "1e9", "99999999999999999999", "null", "[]", "{}", "<script>", "' or 1=1 --"];
    odd.into_iter().chain(["\u{202e}", "../..", &long, variant]).map(str::to_owned).collect()
}

/// Every form with every kind of nonsense, by browser and by script, as a guest and as a customer, and those of the back office
/// as its owner: a 4xx or the page again, never a 5xx, and nothing half done.
#[tokio::test(flavor = "multi_thread")]
async fn no_nonsense_breaks_a_form() {
    let site = Site::open().await;
    site.shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let mug = site.shop.variant("MUG").await.to_string();
    let values = odd_values(&mug);
    let names = [
        "product",
        "variant_id",
        "quantity",
        "options[0]",
        "item_id",
        "email",
        "name",
        "line1",
        "country",
        "next",
        "key",
        "reviewed",
        "shipping_method",
        "id",
        "saved",
        "keep",
        "default",
        "order_id",
        "code",
        "from",
        "region",
        "region_of",
        "outcome",
        "number",
        "token",
    ];
    let ada = site.visitor();
    ada.register("Ada").await;
    let olga = site.owner().await;
    let (users, guest) = (site.shop.count("select count(*) from users").await, site.visitor());
    for form in functions::names().filter(|f| *f != "logout") {
        for value in values.iter().map(String::as_str) {
            let fields: Vec<_> = names.iter().map(|name| (*name, value)).collect();
            for visitor in [&guest, &ada] {
                for answer in [visitor.post("/", form, &fields).await, visitor.call(form, &fields).await] {
                    assert!(answer.status.as_u16() < 500, "{form} {value:?}: {} {}", answer.status, answer.text);
                }
            }
        }
        // Whoever confirms with nonsense is not let in again for a while, which is another test's.
        let values = values.iter().map(String::as_str);
        for value in values.filter(|_| form.starts_with("admin-") && form != "admin-confirm") {
            // Units are one number, or one for each line.
            let with = |units| DESK_FIELDS.into_iter().chain([units]).map(|name| (name, value)).collect::<Vec<_>>();
            let (one, lines) = (with("units"), with("units[v00000000-0000-4000-8000-000000000001]"));
            for answer in [olga.post("/admin", form, &one).await, olga.call(form, &lines).await] {
                assert!(answer.status.as_u16() < 500, "owner: {form} {value:?}: {} {}", answer.status, answer.text);
            }
        }
        for body in ["", "&&&", "=", "%", "a[b]=c", "quantity=1&quantity=2", "{\"quantity\":1}", "\u{feff}"] {
            for accept in ["text/html", "application/json"] {
                let request = post(&format!("/do/{form}")).header(ACCEPT, accept).body(Body::from(body)).unwrap();
                let answer = site.send(request).await;
                assert!(answer.status.as_u16() < 500, "{form} {body:?}: {} {}", answer.status, answer.text);
                assert!(!answer.location().contains("__err"), "{form} {body:?}: {}", answer.location());
            }
        }
    }
    assert_eq!(olga.get("/admin").await.status, StatusCode::OK, "she was let in all the time");
    assert_eq!(site.shop.count("select count(*) from users").await, users);
    assert_eq!(site.shop.count("select count(*) from orders").await, 0);
    site.shop.done().await;
}

/// The same of every page: in each place of its address, and as whatever pages read of a query.
#[tokio::test(flavor = "multi_thread")]
async fn no_nonsense_breaks_a_page() {
    let site = Site::open().await;
    site.shop.stock_shelves(&[("MUG", "24.00", 5)]).await;
    let mug = site.shop.variant("MUG").await.to_string();
    let (guest, ada, olga) = (site.visitor(), site.visitor(), site.owner().await);
    ada.register("Ada").await;
    for route in page_paths() {
        for value in odd_values(&mug) {
            let in_place = encoded(&[("", &value)]);
            let in_place = in_place.trim_start_matches('=');
            let parts = route.split('/').map(|part| if part.starts_with(':') { in_place } else { part });
            let path = parts.collect::<Vec<_>>().join("/");
            let query: Vec<_> = PAGE_NAMES.split(' ').map(|name| (name, value.as_str())).collect();
            let visitors: &[_] = if route.starts_with("/admin") { &[&olga] } else { &[&guest, &ada] };
            // A part of them at a time: an address has an end.
            for some in query.chunks(10) {
                for visitor in visitors {
                    let answer = visitor.get(&format!("{path}?{}", encoded(some))).await;
                    assert!(answer.status.as_u16() < 500, "{path} {some:?}: {} {}", answer.status, answer.text);
                }
            }
        }
    }
    assert_eq!(olga.get("/admin").await.status, StatusCode::OK, "she was let in all the time");
    site.shop.done().await;
}

#[tokio::test]
async fn no_method_breaks_an_address() {
    let site = Site::open().await;
    for path in ["/", "/products", "/cart", "/do/login", "/do/nothing", "/healthz", "/favicon.svg", "/orders/x/events"]
    {
        for method in METHODS {
            let request = Request::builder().method(method.clone()).uri(path).header(HOST, "shop.example");
            let answer = site.send(request.header(CONTENT_TYPE, FORM).body(Body::empty()).unwrap()).await;
            assert!(answer.status.as_u16() < 500, "{method} {path}: {}", answer.status);
        }
    }
    site.shop.done().await;
}
