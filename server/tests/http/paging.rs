//! The pages of a listing: numbers, the way on behind the last of them and back, and what a link to nowhere shows.

use http::StatusCode;

use crate::visitor::{Answer, Site};

async fn shelf(count: &'static str) -> Site {
    let site = Site::open().await;
    site.shop.execute(count).await;
    site
}

const MANY: &str = "with made as (
        insert into products (id, slug, name, position, created_at)
        select gen_random_uuid(), 'spoon-' || n, 'Spoon ' || n, n % 5, now() from generate_series(1, 1100) n returning id, slug)
    insert into product_variants (id, product_id, sku, price) select gen_random_uuid(), id, upper(slug), 5 from made";

async fn done(site: Site) {
    site.shop.execute("delete from price_history; delete from product_variants; delete from products").await;
    site.shop.done().await;
}

/// The address that the link of this name leads to.
fn link<'a>(page: &'a Answer, name: &str) -> Option<&'a str> {
    let (before, _) = page.text.split_once(&format!(">{name}</a>"))?;
    let (_, link) = before.rsplit_once("<a ")?;
    let (_, href) = link.split_once("href=\"")?;
    href.split('"').next()
}

/// What "Load more" knows of a page.
fn attribute_of<'a>(page: &'a Answer, name: &str) -> Option<&'a str> {
    let (_, value) = page.text.split_once(&format!(" data-{name}=\""))?;
    value.split('"').next()
}

/// The products that a page shows.
fn shown(page: &Answer) -> Vec<&str> {
    let cards = page.text.split("<li class=\"card").skip(1);
    cards.map(|card| card.split_once("href=\"").unwrap().1.split('"').next().unwrap()).collect()
}

fn is_canonical(page: &Answer, path: &str) -> bool {
    page.text.contains(&format!("href=\"http://shop.example{path}\" rel=\"canonical\""))
}

#[tokio::test]
async fn numbers_lead_through_the_first_thousand_and_a_cursor_on_and_back() {
    let site = shelf(MANY).await;
    let visitor = site.visitor();
    let first = visitor.get("/products").await;
    assert!(first.text.contains("Over 1,000 products") && first.text.contains("Showing 1–24 of over 1,000 products"));
    assert!(first.text.contains("/load-more.js?v=") && attribute_of(&first, "more").unwrap().contains("after="));
    assert_eq!(link(&first, "Next"), Some("/products?page=2"));
    assert_eq!((link(&first, "Previous"), link(&first, "Show earlier products")), (None, None));
    assert!(first.text.contains("page=42\"") && !first.text.contains("page=43\""), "the last that has a number");

    let last = visitor.get("/products?page=500").await;
    assert!(is_canonical(&last, "/products?page=42") && !last.text.contains("noindex"));
    let on = link(&last, "Next").unwrap().replace("&amp;", "&");
    assert!(on.contains("after="), "{on}");
    let behind = visitor.get(&on).await;
    assert!(behind.text.contains("Page 43") && behind.text.contains("Showing 1009–1032 of over 1,000 products"));
    assert!(behind.text.contains("noindex"), "it comes and goes with what is sold");
    assert!(shown(&behind).len() == 24 && shown(&behind).iter().all(|card| !shown(&last).contains(card)));
    let back = link(&behind, "Show earlier products").unwrap().replace("&amp;", "&");
    assert_eq!(shown(&visitor.get(&back).await), shown(&last));
    assert_eq!(link(&behind, "Previous").unwrap().replace("&amp;", "&"), back);
    done(site).await;
}

/// What a script fetches goes on where the page before ended, and says which page that is.
#[tokio::test]
async fn what_is_loaded_behind_a_page_is_the_next_one_and_has_its_address() {
    let site = shelf(MANY).await;
    let visitor = site.visitor();
    let first = visitor.get("/products").await;
    let more = attribute_of(&first, "more").unwrap().replace("&amp;", "&");
    let second = visitor.get(&more).await;
    assert_eq!((attribute_of(&first, "page"), attribute_of(&second, "page")), (Some("1"), Some("2")));
    assert_eq!(
        (attribute_of(&first, "here"), attribute_of(&second, "here")),
        (Some("/products"), Some("/products?page=2"))
    );
    assert_eq!((attribute_of(&second, "first"), attribute_of(&second, "last")), (Some("25"), Some("48")));
    assert!(is_canonical(&second, "/products?page=2") && !second.text.contains("noindex"));
    assert_eq!(shown(&second), shown(&visitor.get("/products?page=2").await));
    site.shop.execute("update products set status = 'archived' where slug not in ('spoon-5', 'spoon-10')").await;
    let few = visitor.get("/products").await;
    assert!(!few.text.contains("load-more") && !few.text.contains("aria-label=\"Pages\""), "all of them are there");
    done(site).await;
}

#[tokio::test]
async fn a_link_to_no_place_shows_the_beginning_and_says_so() {
    let site = shelf(MANY).await;
    let visitor = site.visitor();
    let first = visitor.get("/products").await;
    let more = attribute_of(&first, "more").unwrap().replace("&amp;", "&");
    let nowhere = "This link leads to no place in this list";
    assert!(!first.text.contains(nowhere));
    for query in [
        more.trim_start_matches("/products?").to_owned() + "&sort=price_down",
        more.trim_start_matches("/products?").to_owned() + "&q=spoon",
        more.trim_start_matches("/products?").to_owned() + "x",
        "after=1".into(),
        "before=%27%3B--".into(),
        "after=a%01b%0d%0aSet-Cookie:x".into(),
        format!("after={}", "x".repeat(10_000)),
        format!("before={}&page=7", "%F0%9F%8D%B5".repeat(500)),
    ] {
        let page = visitor.get(&format!("/products?{query}")).await;
        assert_eq!(page.status, StatusCode::OK, "{query}");
        assert!(page.text.contains(nowhere) && page.text.contains("Showing 1–24"), "{query}: {}", page.text);
    }
    let kept = shown(&first)[0].to_owned();
    site.shop
        .execute(
            "update products set status = 'archived' where id <> (select id from products where status = 'active'
                order by created_at desc, position, id desc limit 1)",
        )
        .await;
    let over = visitor.get(&more).await;
    assert!(over.text.contains("nothing further on in this list") && shown(&over) == [kept.as_str()], "{}", over.text);
    done(site).await;
}

#[tokio::test]
async fn a_category_of_more_than_a_thousand_says_so_whatever_narrows_it() {
    let site = shelf(MANY).await;
    site.shop
        .execute(
            "insert into categories (slug, name, description, position, path) values ('spoons', 'Spoons', '', 0, array['spoons']);
             update products set category = 'spoons';
             insert into inventory (variant_id, stock) select id, 5 from product_variants",
        )
        .await;
    let visitor = site.visitor();
    for (query, count) in [
        ("", "1,000+"),
        ("?in_stock=true", "1,000+"),
        ("?max_price=6", "1,000+"),
        ("?min_price=4&max_price=6", "1,000+"),
        ("?q=spoon", "1,000+"),
        ("?category=spoons&in_stock=true", "1,000+"),
        ("?min_price=6", "0"),
    ] {
        let page = visitor.get(&format!("/products{query}")).await.text;
        let categories = page.split_once("aria-label=\"Categories\"").unwrap().1.split_once("</nav>").unwrap().0;
        assert!(categories.contains(&format!("<span class=\"count\">{count}</span>")), "{query}: {categories}");
    }
    site.shop.execute("delete from inventory").await;
    done(site).await;
}
