//! Pages that are kept for a moment: who is shown them, what of them is each visitor's own, and how old they may be.

use std::io::Read as _;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use flate2::read::GzDecoder;
use http::header::{ACCEPT, HOST, USER_AGENT};
use http::{HeaderMap, Method, Request, StatusCode};
use server::changes;
use server::config::Environment;
use server::supervisor::{Board, Stage};
use shop::domain::{Staff, UserId};
use shop::dto::StockForm;
use shop::usecase::Store as _;
use tokio::time::{sleep, timeout};
use tower::ServiceExt as _;

use crate::common::{Answer, router_of};
use crate::harness::{Everything, TestShop};
use crate::suite_log;
use crate::visitor::{Site, Visitor};

const STAFF: Staff = Staff(UserId(uuid::Uuid::nil()));
const PAGES: [&str; 6] =
    ["/", "/products", "/products?q=mug", "/products/mug", "/products/mug/reviews", "/pages/returns"];

/// What else a request may say, of somebody whose page is rendered: none of it makes another page, so no address stands for two.
const OF_SOMEBODY: [(&str, &str); 8] = [
    ("authorization", "Basic x"),
    ("accept-language", "de"),
    ("user-agent", "another"),
    ("referer", "https://other.example/"),
    ("x-forwarded-for", "192.0.2.7"),
    ("x-forwarded-host", "other.example"),
    ("x-forwarded-proto", "https"),
    ("sec-purpose", "prefetch"),
];

/// A shop that keeps pages, as one does whose owner has set nothing.
async fn keeping() -> Site {
    suite_log::begin();
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 10)]).await;
    let set = Environment { page_cache_bytes: Some("8388608".to_owned()), ..Environment::default() };
    let router = router_of(&shop.url, shop.shop.clone(), false, set, Board::default());
    Site { shop, router }
}

async fn ask(site: &Site, method: Method, path: &str, headers: &[(&str, &str)]) -> Answer {
    let request = Request::builder().method(method).uri(path).header(HOST, "shop.example").header(ACCEPT, "text/html");
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    site.send(request.body(Body::empty()).unwrap()).await
}

async fn get(site: &Site, path: &str) -> Answer {
    let answer = ask(site, Method::GET, path, &[]).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.text);
    answer
}

fn is_kept(answer: &Answer) -> bool {
    answer.header("cache-status") == "shop; hit"
}

/// The page as it was kept: on a machine that is too busy for a quarter of a second it takes another try.
async fn kept(site: &Site, path: &str) -> Answer {
    for _ in 0..200 {
        let answer = get(site, path).await;
        if is_kept(&answer) {
            return answer;
        }
    }
    panic!("{path} is never kept");
}

/// The nonce that an answer's policy names, which each of its scripts bears.
fn nonce(answer: &Answer) -> String {
    let policy = answer.header("content-security-policy");
    let (_, nonce) = policy.split_once("'nonce-").unwrap_or_else(|| panic!("no nonce: {policy}"));
    let nonce = nonce.split_once('\'').unwrap().0.to_owned();
    assert_eq!((nonce.len(), policy.matches("nonce-").count()), (22, 1), "{policy}");
    let borne = answer.text.split("nonce=\"").skip(1).map(|rest| rest.split_once('"').unwrap().0);
    let borne: Vec<_> = borne.collect();
    assert!(borne.len() >= 2 && borne.iter().all(|borne| **borne == *nonce), "{nonce}: {borne:?}");
    nonce
}

#[tokio::test]
async fn a_page_that_is_kept_differs_from_the_rendered_one_by_its_nonce_alone() {
    let site = keeping().await;
    for path in PAGES {
        let rendered = get(&site, path).await;
        assert!(!is_kept(&rendered), "{path} was never asked for");
        let (one, other) = (kept(&site, path).await, kept(&site, path).await);
        let nonces = [&rendered, &one, &other].map(nonce);
        assert!(nonces[0] != nonces[1] && nonces[1] != nonces[2] && nonces[0] != nonces[2], "{path}: {nonces:?}");
        for (answer, its) in [(&one, &nonces[1]), (&other, &nonces[2])] {
            assert_eq!(answer.text.replace(its, "·"), rendered.text.replace(&nonces[0], "·"), "{path}");
            assert!(answer.headers.get("set-cookie").is_none(), "{path}: {answer:?}");
            assert_eq!(answer.header("cache-control"), "private, no-cache", "{path}");
            assert_ne!(answer.header("x-request-id"), rendered.header("x-request-id"), "{path}");
            for name in rendered.headers.keys().filter(|name| *name != "x-request-id") {
                let said = answer.header(name.as_str()).replace(its, "·");
                assert_eq!(said, rendered.header(name.as_str()).replace(&nonces[0], "·"), "{path}: {name}");
            }
        }
        let anew = ask(&site, Method::GET, path, &OF_SOMEBODY).await;
        assert!(!is_kept(&anew), "{path}");
        let its = nonce(&anew);
        assert_eq!(anew.text.replace(&its, "·"), rendered.text.replace(&nonces[0], "·"), "{path}");
        let head = ask(&site, Method::HEAD, path, &[]).await;
        assert_eq!((head.status, head.text.as_str()), (StatusCode::OK, ""), "{path}");
    }
    site.shop.done().await;
}

#[tokio::test]
async fn whoever_is_known_by_anything_is_shown_nothing_that_is_kept_and_leaves_nothing() {
    let site = keeping().await;
    let olga = site.owner().await;
    for path in PAGES {
        kept(&site, path).await;
        for known in [("cookie", "session=x"), ("cookie", "flash=x"), ("cookie", "x=y"), ("authorization", "Bearer x")]
        {
            let answer = ask(&site, Method::GET, path, &[known]).await;
            assert!(!is_kept(&answer), "{path}: {known:?}");
        }
        for _ in 0..3 {
            let hers = olga.get(path).await;
            assert!(!is_kept(&hers) && hers.text.contains("Signed in as Olga"), "{path}: {}", hers.text);
            assert_eq!(hers.header("cache-control"), "no-store", "{path}");
        }
        for answer in [get(&site, path).await, kept(&site, path).await] {
            assert!(!answer.text.contains("Olga") && !answer.text.contains("/admin"), "{path}: {}", answer.text);
            assert!(answer.text.contains(">Sign in</a>"), "{path}: {}", answer.text);
        }
    }
    for path in ["/cart", "/login", "/track", "/search/suggestions?q=mug", "/api/v1/products"] {
        for _ in 0..3 {
            assert!(!is_kept(&get(&site, path).await), "{path}");
        }
    }
    for _ in 0..3 {
        let answer = ask(&site, Method::GET, "/products/nothing", &[]).await;
        assert!(answer.status == StatusCode::NOT_FOUND && !is_kept(&answer), "{answer:?}");
    }
    site.shop.done().await;
}

/// The page as it comes over the wire: how it is compressed, and what stands in it.
async fn on_the_wire(site: &Site, path: &str, headers: &[(&str, &str)]) -> (HeaderMap, Vec<u8>) {
    let request = Request::get(path).header(HOST, "shop.example").header(ACCEPT, "text/html");
    let request = headers.iter().fold(request, |request, (name, value)| request.header(*name, *value));
    let answer = site.router.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK, "{path}");
    let (head, body) = answer.into_parts();
    (head.headers, to_bytes(body, 4 << 20).await.unwrap().to_vec())
}

#[tokio::test]
async fn a_page_is_compressed_for_whoever_takes_that_and_brings_nothing() {
    let site = keeping().await;
    for path in PAGES {
        let mut shown = Vec::new();
        for _ in 0..3 {
            let (headers, file) = on_the_wire(&site, path, &[("accept-encoding", "br, gzip")]).await;
            assert_eq!(headers["content-encoding"], "gzip", "{path}");
            assert_eq!(headers["vary"], "accept-encoding", "{path}");
            assert_eq!(headers["content-length"].to_str().unwrap(), file.len().to_string(), "{path}");
            let mut page = String::new();
            GzDecoder::new(file.as_slice()).read_to_string(&mut page).unwrap();
            assert!(2 * page.len() > 3 * file.len(), "{path}: {} of {}", file.len(), page.len());
            let policy = headers["content-security-policy"].to_str().unwrap();
            let nonce = policy.split_once("'nonce-").unwrap().1.split_once('\'').unwrap().0;
            assert!(page.contains(&format!("nonce=\"{nonce}\"")), "{path}");
            shown.push(page.replace(nonce, "·"));
        }
        let plain = get(&site, path).await;
        assert_eq!(plain.header("content-encoding"), "", "{path}");
        assert_eq!(plain.header("vary"), "accept-encoding", "{path}");
        shown.push(plain.text.replace(&nonce(&plain), "·"));
        assert!(shown.windows(2).all(|two| two[0] == two[1]), "{path}");
        for (name, value) in [("cookie", "session=x"), ("authorization", "Bearer x"), ("x-y", "z")] {
            let taken = if name == "x-y" { "gzip;q=0" } else { "gzip" };
            let (headers, page) = on_the_wire(&site, path, &[("accept-encoding", taken), (name, value)]).await;
            assert!(!headers.contains_key("content-encoding") && page.ends_with(b"</html>"), "{path}: {name}");
        }
    }
    site.shop.done().await;
}

/// As a program changes a product, which this process hears of.
async fn set_price(olga: &Visitor<'_>, price: &str) {
    let mug = olga.site.shop.record("mug").await;
    let body = format!(r#"{{"name":"Mug","price":"{price}","version":{}}}"#, mug.version);
    let request = Request::put(format!("/api/v1/products/{}", mug.id)).header("content-type", "application/json");
    let answer = olga.send(request, Body::from(body)).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
}

#[tokio::test]
async fn what_staff_change_here_is_shown_at_once_and_so_is_what_the_shop_says_of_itself() {
    let site = keeping().await;
    let olga = site.owner().await;
    for (before, price) in [("24.00", "31.00"), ("31.00", "37.00"), ("37.00", "41.00")] {
        assert!(kept(&site, "/products/mug").await.text.contains(before));
        set_price(&olga, price).await;
        let page = get(&site, "/products/mug").await;
        assert!(page.text.contains(price) && !page.text.contains(before), "{before} is {price}: {}", page.text);
    }
    assert!(kept(&site, "/products/mug").await.text.replace("<!>", "").contains("30 days to change your mind"));
    site.shop.execute("insert into shop_terms (return_days) values (14)").await;
    site.shop.shop.refresh_content().await.unwrap();
    let page = get(&site, "/products/mug").await.text.replace("<!>", "");
    assert!(page.contains("14 days to change your mind"), "{page}");
    site.shop.done().await;
}

/// Until this holds: a moment, where a process is notified, and else never.
async fn until(what: &str, holds: impl Fn() -> bool) {
    let seen = async {
        while !holds() {
            sleep(Duration::from_millis(1)).await;
        }
    };
    timeout(Duration::from_secs(30), seen).await.unwrap_or_else(|_| panic!("{what}"));
}

#[tokio::test]
async fn what_staff_change_in_another_process_is_shown_as_soon_as_it_is_heard() {
    let site = keeping().await;
    let there = site.shop.another_process().await;
    let shop = &site.shop.shop;
    let stage = Stage::new(&Board::default());
    let listening = shop.clone();
    stage.start("changes", move |task| changes::watch(task, listening.clone()));
    until("it listens", || shop.store().staff_changes() > 0).await;
    let mug = site.shop.record("mug").await.id;
    for (price, before, now) in [
        ("update product_variants set price = 31", "24.00", "31.00"),
        ("update product_variants set price = 37", "31.00", "37.00"),
        ("update product_variants set price = 41", "37.00", "41.00"),
    ] {
        let known = shop.store().staff_changes();
        assert!(kept(&site, "/products/mug").await.text.contains(before), "{before}");
        site.shop.execute(price).await;
        let count = StockForm { counted: Some(9), reason: "Counted".into(), ..StockForm::default() };
        there.change_stock(STAFF.may(), mug, &count, None).await.unwrap();
        until("this process hears of it", || shop.store().staff_changes() > known).await;
        let page = get(&site, "/products/mug").await.text;
        assert!(page.contains(now) && !page.contains(before), "{before} is {now}: {page}");
    }
    assert!(!kept(&site, "/").await.text.contains("Fired on Monday"));
    let editor = there.content_editor(STAFF.may(), "").await.unwrap();
    let mut typed = editor.saved;
    typed.insert("headline".into(), "Fired on Monday".into());
    typed.insert("version".into(), editor.version.to_string());
    there.save_content(STAFF.may(), &typed).await.unwrap();
    until("its words are read anew", || shop.content().headline == "Fired on Monday").await;
    assert!(get(&site, "/").await.text.contains("Fired on Monday"));
    stage.stop(Duration::from_secs(5)).await;
    site.shop.done().await;
}

#[tokio::test]
async fn whoever_brings_a_session_sees_with_all_others_what_was_so_a_moment_ago_and_nothing_of_theirs() {
    let site = keeping().await;
    let (olga, zuzanna, wilhelm) = (site.owner().await, site.visitor(), site.visitor());
    zuzanna.register("Zuzanna").await;
    wilhelm.register("Wilhelm").await;
    let mut price = 24;
    // On a machine that is too busy for a quarter of a second it takes another try.
    loop {
        let hers = zuzanna.get("/products/mug").await.text;
        price += 1;
        site.shop.execute("update product_variants set price = price + 1").await;
        let his = wilhelm.get("/products/mug").await.text;
        assert!(hers.contains("Signed in as Zuzanna") && !hers.contains("Wilhelm"), "{hers}");
        assert!(his.contains("Signed in as Wilhelm") && !his.contains("Zuzanna"), "{his}");
        assert!(olga.get("/products/mug").await.text.contains(&format!("{price}.00")), "staff see what is");
        if !his.contains(&format!("{price}.00")) {
            break;
        }
        assert!(price < 99, "each is read for whoever asks");
    }
    set_price(&olga, "107.00").await;
    assert!(wilhelm.get("/products/mug").await.text.contains("107.00"));
    site.shop.done().await;
}

/// By a statement of which no process hears.
#[tokio::test]
async fn what_changes_elsewhere_is_shown_within_a_second() {
    let site = keeping().await;
    for (path, statement, shown) in [
        ("/products/mug", "update product_variants set price = 31", "31.00"),
        ("/products", "update products set name = 'Teapot'", "Teapot"),
        ("/products?q=teapot", "update inventory set stock = 0", "Sold out"),
    ] {
        assert!(!kept(&site, path).await.text.contains(shown), "{path}");
        site.shop.execute(statement).await;
        let changed = Instant::now();
        loop {
            let asked = changed.elapsed();
            if get(&site, path).await.text.contains(shown) {
                break;
            }
            assert!(asked < Duration::from_secs(1), "{path}: {shown} is not shown after {asked:?}");
        }
    }
    site.shop.execute("update inventory set stock = 10").await;
    site.shop.done().await;
}

#[tokio::test]
async fn visitors_who_are_shown_what_was_kept_are_counted_as_all_others() {
    let site = keeping().await;
    site.shop.shop.count_visits().await.unwrap();
    let mut shown = 0;
    for address in 1..=200 {
        let request = Request::get("/products/mug").header(HOST, "shop.example").header(ACCEPT, "text/html");
        let request =
            request.header(USER_AGENT, "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0");
        let mut request = request.body(Body::empty()).unwrap();
        request.extensions_mut().insert(ConnectInfo(SocketAddr::from(([192, 0, 2, address], 4_000))));
        shown += u32::from(is_kept(&site.send(request).await));
    }
    site.shop.shop.count_visits().await.unwrap();
    let taken = site.shop.count("select taken::bigint from visits").await;
    // Two may fall on one of the places; more than half of all were shown what was kept.
    assert!(shown > 100 && taken >= 195, "{shown} were kept, {taken} are counted");
    site.shop.done().await;
}
