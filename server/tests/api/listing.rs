//! Lists of products: narrowed, sorted, and what is no such list.

use serde_json::json;

use crate::client::Api;
use crate::harness::{product, variant};

#[tokio::test]
async fn a_list_is_narrowed_by_options_as_the_page_is() {
    let api = Api::open().await;
    let mug = shop::usecase::ProductEntry {
        options: vec!["Colour".into(), "Shoe size".into()],
        variants: vec![
            variant("MUG-1", &["Sand", "M"], "20.00", 0),
            variant("MUG-2", &["Slate", "L"], "30.00", 2),
            variant("MUG-3", &["50 % grey & co", "L"], "30.00", 2),
        ],
        ..product("MUG", "20.00", 0)
    };
    api.shop.load(vec![mug, product("BOWL", "5.00", 1)]).await;
    let guest = api.guest();
    let options = |pairs: &[(&str, &str)]| {
        let mut query = url::form_urlencoded::Serializer::new(String::new());
        for (name, value) in pairs {
            query.append_pair(name, value);
        }
        format!("/products?{}", query.finish())
    };
    for (pairs, total) in [
        (&[("option.Colour", "Sand")][..], 1),
        (&[("option.Colour", "Sand"), ("option.Colour", "Moss")], 1),
        (&[("option.Colour", "Sand"), ("option.Shoe size", "L")], 0),
        (&[("option.Colour", "Slate"), ("option.Shoe size", "L"), ("in_stock", "true")], 1),
        (&[("option.Colour", "Sand"), ("in_stock", "true")], 0),
        (&[("option.Colour", "50 % grey & co")], 1),
        (&[("option.Colour", "Slate"), ("max_price", "25")], 0),
        (&[("option.Foreign", "Thing")], 0),
        (&[("options.Colour", "Thing"), ("option", "x")], 2),
    ] {
        assert_eq!(guest.get(&options(pairs)).await.ok(200)["total"], total, "{pairs:?}");
    }
    let many: Vec<_> = (0..50).map(|n| (format!("option.o{n}"), "x".to_owned())).collect();
    let many: Vec<_> = many.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    let long = "x".repeat(101);
    for (pairs, field) in [
        (&many[..], "option.o6"),
        (&[("option.Colour", "")], "option.Colour"),
        (&[("option.", "x")], "option."),
        (&[("option.Colour", "a\u{1}b")], "option.Colour"),
        (&[("option.Colour", long.as_str())], "option.Colour"),
        (&[("option.Colour", "Sand"), ("min_price", "-1")], "min_price"),
    ] {
        assert_eq!(guest.get(&options(pairs)).await.fields(), [field], "{pairs:?}");
    }
    assert_eq!(guest.get("/products?sort=best_selling").await.ok(200)["total"], 2);
    api.done().await;
}

#[tokio::test]
async fn a_list_is_narrowed_by_stars_and_tags_and_sorted_by_how_products_are_rated() {
    let api = Api::open().await;
    api.shop.stock_shelves(&[("MUG", "20.00", 1), ("BOWL", "5.00", 1), ("JUG", "5.00", 1), ("DISH", "5.00", 1)]).await;
    api.shop
        .execute(
            "update products set tags = '{new,\"made to last\"}' where slug = 'mug';
             update products set tags = '{new}' where slug = 'jug';
             insert into product_ratings (product_id, four) select id, 1 from products where slug = 'bowl';
             insert into product_ratings (product_id, four, five) select id, 1, 1 from products where slug = 'jug'",
        )
        .await;
    let guest = api.guest();
    for (query, expected) in [
        ("rating=4", &["bowl", "jug"][..]),
        ("rating=1&in_stock=true&max_price=10", &["bowl", "jug"]),
        ("tag=new", &["mug", "jug"]),
        ("tag=new&rating=2", &["jug"]),
        ("tag=made%20to%20last", &["mug"]),
        ("tag=made+to+last&tag=new&tag=new", &["mug", "jug"]),
        ("tag=New", &[]),
        ("tags=none&tag%5B%5D=none", &["mug", "bowl", "jug", "dish"]),
        ("sort=best_rated", &["jug", "bowl", "mug", "dish"]),
        ("sort=best_rated&q=product&rating=3", &["jug", "bowl"]),
    ] {
        let list = guest.get(&format!("/products?{query}")).await.ok(200);
        let items = list["items"].as_array().unwrap().iter();
        let slugs: Vec<_> = items.map(|item| item["slug"].as_str().unwrap()).collect();
        assert_eq!((slugs.as_slice(), &list["total"]), (expected, &json!(expected.len())), "{query}");
    }
    let (mut walked, mut query) = (Vec::new(), "/products?sort=best_rated&per_page=1".to_owned());
    loop {
        let list = guest.get(&query).await.ok(200);
        walked.push(list["items"][0]["slug"].as_str().unwrap().to_owned());
        let Some(next) = list["next"].as_str() else { break };
        let other = guest.get(&format!("/products?sort=best_selling&per_page=1&after={next}")).await;
        assert_eq!(other.fields(), ["after"], "a cursor is of one order");
        query = format!("/products?sort=best_rated&per_page=1&after={next}");
    }
    assert_eq!(walked, ["jug", "bowl", "mug", "dish"]);
    let many: String = (0..21).map(|n| format!("&tag=t{n}")).collect();
    for (query, field) in [
        ("rating=0", "rating"),
        ("rating=5", "rating"),
        ("rating=4.5", "rating"),
        ("rating=many", "rating"),
        ("rating=", "rating"),
        ("rating=-1", "rating"),
        ("tag=", "tag"),
        ("tag=a%01b", "tag"),
        (many.as_str(), "tag"),
        ("sort=best", "sort"),
    ] {
        assert_eq!(guest.get(&format!("/products?{query}")).await.fields(), [field], "{query}");
    }
    api.done().await;
}

#[tokio::test]
async fn a_list_is_filtered_sorted_and_paged() {
    let api = Api::open().await;
    let shelf: Vec<_> = (1..=30).map(|n| (format!("CUP-{n:02}"), format!("{n}.00"), n % 3)).collect();
    let shelf: Vec<_> = shelf.iter().map(|(sku, price, stock)| (&**sku, &**price, *stock)).collect();
    api.shop.stock_shelves(&shelf).await;
    let guest = api.guest();
    let list = guest.get("/products?sort=price_down&per_page=10&page=2").await.ok(200);
    assert_eq!((&list["page"], &list["per_page"], &list["total"]), (&json!(2), &json!(10), &json!(30)));
    assert_eq!(list["total_is_exact"], true);
    assert_eq!((&list["items"][0]["slug"], list["items"].as_array().unwrap().len()), (&json!("cup-20"), 10));
    let list = guest.get("/products").await.ok(200);
    assert_eq!((&list["per_page"], list["items"].as_array().unwrap().len()), (&json!(24), 24));
    let beyond = guest.get("/products?page=4000000000&per_page=100").await.ok(200);
    assert_eq!((&beyond["items"], &beyond["total"]), (&json!([]), &json!(30)));
    assert_eq!(guest.get("/products?per_page=1000").await.ok(200)["per_page"], 100);
    assert_eq!(guest.get("/products?in_stock=true&min_price=10&max_price=20").await.ok(200)["total"], 8);
    assert_eq!(guest.get("/products?category=glass").await.ok(200)["total"], 0);
    assert_eq!(guest.get("/products?category=tableware&q=cup-07&utm_source=x").await.ok(200)["total"], 1);
    for (query, field) in [
        ("page=0", "page"),
        ("page=x", "page"),
        ("page=-1", "page"),
        ("per_page=0", "per_page"),
        ("min_price=cheap", "min_price"),
        ("max_price=1e9", "max_price"),
        ("in_stock=perhaps", "in_stock"),
        ("sort=best", "sort"),
        ("category=A%20B", "category"),
        (&*format!("q={}", "x".repeat(101)), "q"),
    ] {
        assert_eq!(guest.get(&format!("/products?{query}")).await.fields(), [field], "{query}");
    }
    for odd in ["/products/", "/products/%20", "/products/a/b", "/products/A_B", "/products/nothing"] {
        guest.get(odd).await.problem(404, "not-found");
    }
    api.done().await;
}
