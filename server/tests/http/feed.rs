//! The product feed at its secret address.

use http::StatusCode;

use crate::visitor::{Site, ask};

#[tokio::test]
async fn all_that_is_for_sale_is_in_the_feed_for_whoever_has_its_address() {
    let site = Site::open().await;
    site.shop.stock_shelves(&[("MUG", "24.00", 10), ("CUP", "5.00", 0), ("JUG", "9.00", 1)]).await;
    site.shop
        .execute(
            "update products set status = 'draft' where slug = 'jug';
             update products set name = 'Mug & <co>', vendor = 'Kiln', images = '[{\"name\": \"mug\", \"alt\": \"\"}]'
             where slug = 'mug';
             update product_variants set compare_at_price = 30.00 where sku = 'MUG';
             insert into products (id, slug, name) select gen_random_uuid(), 'thing-' || n, 'Thing' from generate_series(1, 230) n;
             insert into product_variants (id, product_id, sku, price)
             select gen_random_uuid(), id, upper(slug), 1.00 from products where name = 'Thing'",
        )
        .await;
    let desk = site.owner().await.get("/admin/import").await.text;
    let key = desk.split_once("/feed.xml?key=").unwrap().1.split_once('"').unwrap().0.to_owned();
    let program = site.visitor();
    let feed = program.get(&format!("/feed.xml?key={key}")).await;
    assert_eq!((feed.status, feed.header("content-type")), (StatusCode::OK, "application/xml; charset=utf-8"));
    assert_eq!((feed.header("cache-control"), feed.header("x-robots-tag")), ("private, max-age=3600", "noindex"));
    assert!(feed.text.starts_with("<?xml version=\"1.0\"") && feed.text.ends_with("</channel></rss>\n"));
    assert_eq!(feed.text.matches("<item>").count(), 232, "each variant once, and no draft");
    for part in [
        "<g:id>MUG</g:id><title>Mug &amp; &lt;co&gt;</title>",
        "<link>http://shop.example/products/mug?sku=MUG</link>",
        "<g:image_link>http://shop.example/pictures/mug-960.webp</g:image_link><g:availability>in_stock</g:availability>",
        "<g:price>30.00 USD</g:price><g:sale_price>24.00 USD</g:sale_price>",
        "<g:mpn>MUG</g:mpn><g:brand>Kiln</g:brand>",
        "<g:id>THING-1</g:id>",
        "<g:id>THING-230</g:id>",
        "<g:availability>out_of_stock</g:availability><g:price>5.00 USD</g:price><g:condition>new</g:condition>",
    ] {
        assert_eq!(feed.text.matches(part).count(), 1, "{part}");
    }
    assert!(!feed.text.contains("JUG"), "a draft");

    for other in ["", "?key=", "?key=x", &format!("?key={}", "0".repeat(64)), &format!("?key={key}0")] {
        assert_eq!(program.get(&format!("/feed.xml{other}")).await.status, StatusCode::NOT_FOUND, "{other}");
    }
    let away = site.without_database().await;
    let asked = http::Request::get(format!("/feed.xml?key={key}")).header("host", "shop.example");
    let told = ask(&away, asked.body(axum::body::Body::empty()).unwrap()).await;
    assert_eq!(told.status, StatusCode::SERVICE_UNAVAILABLE);
    site.shop
        .execute("delete from product_variants where sku like 'THING-%'; delete from products where name = 'Thing'")
        .await;
    site.shop.done().await;
}
