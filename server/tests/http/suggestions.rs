//! What is suggested while somebody types: a piece of a page that anybody may keep for a second, and a form that needs none of
//! it.

use axum::body::Body;
use http::header::HOST;
use http::{Request, StatusCode};

use crate::visitor::{Answer, Site, ask};

const PLACE: &str = "/search/suggestions";

async fn stocked() -> Site {
    let site = Site::open().await;
    site.shop.stock_shelves(&[("MUG", "24.00", 10), ("CUP", "9.50", 0)]).await;
    site
}

/// The addresses of the options, in their order.
fn options(answer: &Answer) -> Vec<&str> {
    let options = answer.text.split("role=\"option\"").skip(1);
    options.map(|option| option.split("href=\"").nth(1).and_then(|rest| rest.split('"').next()).unwrap()).collect()
}

#[tokio::test]
async fn suggestions_are_options_that_lead_somewhere() {
    let site = stocked().await;
    let visitor = site.visitor();
    let found = visitor.get(&format!("{PLACE}?q=prod")).await;
    assert_eq!((found.status, found.header("content-type")), (StatusCode::OK, "text/html; charset=utf-8"));
    assert_eq!(options(&found), ["/products/mug", "/products/cup"]);
    for words in ["data-told=\"2 suggestions\"", "Product MUG", "$24.00", "id=\"suggestion-1\""] {
        assert!(found.text.contains(words), "{words}: {}", found.text);
    }
    assert!(!found.text.contains("<html") && !found.text.contains("<script"), "{}", found.text);
    let category = visitor.get(&format!("{PLACE}?q=tablew")).await;
    assert_eq!(options(&category)[0], "/products?category=tableware");
    let typo = visitor.get(&format!("{PLACE}?q=prodcut")).await;
    assert_eq!(options(&typo), ["/products?q=product", "/products/mug", "/products/cup"]);
    assert!(typo.text.contains("Did you mean"), "{}", typo.text);
    for address in options(&typo).into_iter().chain(options(&category)) {
        assert_eq!(visitor.get(address).await.status, StatusCode::OK, "{address}");
    }
    site.shop.done().await;
}

#[tokio::test]
async fn suggestions_are_the_same_for_everybody_and_kept_for_a_second() {
    let site = stocked().await;
    let (nobody, ada) = (site.visitor(), site.visitor());
    ada.register("Ada").await;
    let sessions = site.shop.count("select count(*) from sessions").await;
    let (first, hers) = (nobody.get(&format!("{PLACE}?q=mug")).await, ada.get(&format!("{PLACE}?q=mug")).await);
    assert_eq!(first.text, hers.text);
    for answer in [first, hers] {
        assert_eq!((answer.header("cache-control"), answer.header("x-robots-tag")), ("public, max-age=1", "noindex"));
        assert!(answer.headers.get("set-cookie").is_none());
    }
    assert_eq!(site.shop.count("select count(*) from sessions").await, sessions);
    site.shop.done().await;
}

#[tokio::test]
async fn whatever_is_typed_gets_an_honest_answer() {
    let site = stocked().await;
    let visitor = site.visitor();
    let many = format!("?q={}", "mug+".repeat(1_000));
    let long = format!("?q={}", "x".repeat(9_000));
    for query in ["", "?", "?q", "?q=", "?q=m", "?x=mug", "?q=%26%7C%21%28%27", "?q=xylophone", "?q=%01%7F%1B", &long] {
        let found = visitor.get(&format!("{PLACE}{query}")).await;
        assert_eq!(found.status, StatusCode::OK, "{query}: {}", found.text);
        assert!(found.text.contains("No suggestions") && options(&found).is_empty(), "{query}: {}", found.text);
    }
    for query in [many.as_str(), "?q=mug&q=cup", "?q=m%07ug", "?q=MUG&page=-1&sort=x"] {
        let found = visitor.get(&format!("{PLACE}{query}")).await;
        assert_eq!((found.status, options(&found)), (StatusCode::OK, vec!["/products/mug"]), "{query}");
    }
    for query in ["?q=%00", "?q=%FF", "?q=100%"] {
        assert_eq!(visitor.get(&format!("{PLACE}{query}")).await.status, StatusCode::BAD_REQUEST, "{query}");
    }
    site.shop.done().await;
}

#[tokio::test]
async fn a_name_is_text_however_it_is_written() {
    let site = stocked().await;
    site.shop.execute("update products set name = 'Mug</a><script>alert(1)</script>\" x=\"' where slug = 'mug'").await;
    site.shop.execute("update categories set name = '<img src=x> Tableware' where slug = 'tableware'").await;
    let visitor = site.visitor();
    for q in ["mug", "tablew"] {
        let found = visitor.get(&format!("{PLACE}?q={q}")).await;
        assert!(!options(&found).is_empty(), "{q}");
        assert!(!found.text.contains("<script") && !found.text.contains("<img src=x"), "{q}: {}", found.text);
        assert!(found.text.contains("&lt;"), "{q}: {}", found.text);
    }
    site.shop.done().await;
}

#[tokio::test]
async fn without_its_database_the_shop_says_not_now() {
    let site = stocked().await;
    let router = site.without_database().await;
    let request = Request::get(format!("{PLACE}?q=mug")).header(HOST, "shop.example");
    let answer = ask(&router, request.body(Body::empty()).unwrap()).await;
    assert_eq!((answer.status, answer.header("retry-after")), (StatusCode::SERVICE_UNAVAILABLE, "10"));
    assert_eq!(answer.header("cache-control"), "no-store", "nobody keeps that");
    site.shop.done().await;
}

/// Until the scripts have come, and where none do, the field is a field of a form, and says nothing else.
#[tokio::test]
async fn the_search_of_the_header_is_a_form_by_itself() {
    let site = stocked().await;
    let page = site.visitor().get("/").await;
    let header = page.text.split("<header").nth(1).and_then(|rest| rest.split("</header>").next()).unwrap();
    for part in
        ["action=\"/products\"", "method=\"get\"", "role=\"search\"", "for=\"search\"", "name=\"q\"", "type=\"submit\""]
    {
        assert!(header.contains(part), "{part}: {header}");
    }
    for part in ["combobox", "listbox", "aria-expanded", "aria-controls"] {
        assert!(!header.contains(part), "{part}: {header}");
    }
    let list = header.split("id=\"suggestions\"").nth(1).and_then(|rest| rest.split('>').next()).unwrap();
    assert!(list.contains("hidden"), "{list}");
    site.shop.done().await;
}
