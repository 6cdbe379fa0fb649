//! Products, page by page: numbers reach a thousand, and `next` leads through all of them.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::client::Api;

async fn shelf() -> Api {
    let api = Api::open_without_delivery().await;
    api.shop
        .execute(
            "with made as (
                insert into products (id, slug, name, position, created_at)
                select gen_random_uuid(), 'spoon-' || n, 'Spoon ' || n, n % 5, now() from generate_series(1, 1130) n
                returning id, slug)
             insert into product_variants (id, product_id, sku, price)
             select gen_random_uuid(), id, upper(slug), 1 + length(slug) from made",
        )
        .await;
    api
}

async fn done(api: Api) {
    api.shop.execute("delete from product_variants; delete from products").await;
    api.done().await;
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_else(|| panic!("no text: {value}"))
}

#[tokio::test]
async fn next_leads_through_all_products_however_many_there_are() {
    let api = shelf().await;
    let guest = api.guest();
    for (filters, all) in [("sort=price_down", 1_130), ("", 1_130), ("min_price=11", 131), ("q=spoon", 1_000)] {
        let first = format!("/products?per_page=100&{filters}");
        let (mut seen, mut path, mut number) = (BTreeSet::new(), first.clone(), 0);
        loop {
            let page = guest.get(&path).await.ok(200);
            number += 1;
            assert_eq!((&page["page"], &page["per_page"]), (&json!(number), &json!(100)), "{filters}");
            assert_eq!((&page["total"], &page["total_is_exact"]), (&json!(all.min(1_000)), &json!(all < 1_000)));
            for item in page["items"].as_array().unwrap() {
                assert!(seen.insert(text(&item["slug"]).to_owned()), "{filters}: {} twice", item["slug"]);
            }
            if page["next"].is_null() {
                break;
            }
            path = format!("{first}&after={}", text(&page["next"]));
        }
        assert_eq!(seen.len(), all, "{filters}");
    }
    done(api).await;
}

#[tokio::test]
async fn a_cursor_of_another_list_or_made_by_hand_and_a_page_too_far_are_refused_by_name() {
    let api = shelf().await;
    let guest = api.guest();
    let next = guest.get("/products?sort=price_up").await.ok(200)["next"].clone();
    let next = text(&next);
    guest.get(&format!("/products?sort=price_up&after={next}")).await.ok(200);
    let long = "x".repeat(10_000);
    for (query, field) in [
        (format!("after={next}"), "after"),
        (format!("sort=price_down&after={next}"), "after"),
        (format!("sort=price_up&q=spoon&after={next}"), "after"),
        (format!("sort=price_up&after={}", &next[..next.len() - 1]), "after"),
        (format!("sort=price_up&after={next}A"), "after"),
        (format!("sort=price_up&after={long}"), "after"),
        ("after=".into(), "after"),
        ("after=%01%0d%0a".into(), "after"),
        ("after=../../etc/passwd".into(), "after"),
        (format!("sort=price_up&page=2&after={next}"), "page"),
        ("page=11&per_page=100".into(), "page"),
        ("page=4294967295".into(), "page"),
    ] {
        let answer = guest.get(&format!("/products?{query}")).await;
        assert_eq!(answer.fields(), [field], "{query}: {}", answer.text);
    }
    assert_eq!(guest.get("/products?page=10&per_page=100").await.ok(200)["items"].as_array().unwrap().len(), 100);
    let beyond = guest.get("/products?min_price=11&page=4000").await.ok(200);
    assert_eq!((&beyond["items"], &beyond["next"]), (&json!([]), &Value::Null), "beyond the last of few: empty");
    done(api).await;
}
