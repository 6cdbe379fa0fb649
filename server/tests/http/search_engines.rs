//! What search engines and whoever shares a link are told of the shop: the sitemap, each page's one address, its picture, and
//! data beside what it shows.

use http::StatusCode;
use serde_json::{Value, json};

use crate::visitor::{Answer, Site, ask};

const SHOP: &str = "http://shop.example";

/// The addresses that a part of the sitemap, or its index, names.
fn named(answer: &Answer) -> Vec<String> {
    assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "application/xml; charset=utf-8"));
    assert_eq!(answer.header("cache-control"), "public, max-age=3600");
    let xml = answer.text.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<").unwrap();
    assert!(xml.ends_with("</urlset>\n") || xml.ends_with("</sitemapindex>\n"), "{xml}");
    let addresses = xml.split("<loc>").skip(1).map(|rest| rest.split_once("</loc>").unwrap().0);
    addresses.map(|address| address.strip_prefix(SHOP).unwrap().to_owned()).collect()
}

/// Whether a page's head says this, and only once.
fn says(page: &Answer, part: &str) -> bool {
    page.text.split_once("</head>").unwrap().0.matches(part).count() == 1
}

/// The data of a page.
fn data(page: &Answer) -> Vec<Value> {
    let parts = page.text.split("<script type=\"application/ld+json\">").skip(1);
    parts.map(|part| serde_json::from_str(part.split_once("</script>").unwrap().0).unwrap()).collect()
}

#[tokio::test]
async fn each_address_of_the_sitemap_is_a_page_that_says_it_is_its_own() {
    let site = Site::open().await;
    site.shop.stock_shelves(&[("MUG", "24.00", 10), ("CUP", "5.00", 0), ("JUG", "9.00", 1)]).await;
    site.shop.execute("update products set status = 'draft' where slug = 'jug'").await;
    let visitor = site.visitor();
    let robots = visitor.get("/robots.txt").await.text;
    assert!(robots.contains("\nDisallow: /cart\n") && robots.ends_with("\nSitemap: http://shop.example/sitemap.xml\n"));
    let parts = named(&visitor.get("/sitemap.xml").await);
    assert_eq!((parts.len(), parts[0].as_str()), (2, "/sitemap/shop.xml"));
    let mut addresses = Vec::new();
    for part in &parts {
        addresses.extend(named(&visitor.get(part).await));
    }
    for address in ["/", "/products", "/products?category=tableware", "/products/mug", "/products/cup", "/pages/terms"]
    {
        assert_eq!(addresses.iter().filter(|known| *known == address).count(), 1, "{address}: {addresses:?}");
    }
    assert!(!addresses.iter().any(|address| address.contains("jug") || address.contains("glass")), "{addresses:?}");
    for address in &addresses {
        let page = visitor.get(address).await;
        assert_eq!(page.status, StatusCode::OK, "{address}");
        assert!(page.text.contains(&format!("href=\"{SHOP}{address}\" rel=\"canonical\"")), "{address}");
        assert!(says(&page, "rel=\"canonical\"") && !page.text.contains("noindex"), "{address}");
        // In its one language, which is for everybody.
        for language in ["en", "x-default"] {
            let named = format!("href=\"{SHOP}{address}\" hreflang=\"{language}\" rel=\"alternate\"");
            assert!(says(&page, &named), "{address}: {language}");
        }
        assert!(page.text.contains("<html lang=\"en\""), "{address}");
    }
    for nothing in [
        "/sitemap/",
        "/sitemap/other.xml",
        "/sitemap/shop",
        "/sitemap/ffffffff-ffff-ffff-ffff-ffffffffffff.xml",
        "/sitemap/FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF.xml",
        "/sitemap/%00.xml",
    ] {
        let status = visitor.get(nothing).await.status;
        assert!(status.is_client_error() || status.is_redirection(), "{nothing}: {status}");
    }
    let away = site.without_database().await;
    for path in ["/sitemap.xml", "/sitemap/shop.xml"] {
        let request = http::Request::get(path).header("host", "shop.example").body(axum::body::Body::empty()).unwrap();
        assert_eq!(ask(&away, request).await.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
    }
    site.shop.done().await;
}

#[tokio::test]
async fn a_public_page_says_what_is_shown_of_a_link_to_it_and_others_say_nothing() {
    let site = Site::open().await;
    site.shop.stock_shelves(&[("MUG", "24.00", 10)]).await;
    site.shop
        .execute(
            "update products set images = '[{\"name\": \"mug\", \"alt\": \"A mug\"}]';
             update categories set image = '{\"name\": \"category-tableware\", \"alt\": \"\"}' where slug = 'tableware'",
        )
        .await;
    let visitor = site.visitor();
    for (path, picture) in [
        ("/", Some("/pictures/hero-1600.webp")),
        ("/products?category=tableware", Some("/pictures/category-tableware-960.webp")),
        ("/products/mug", Some("/pictures/mug-960.webp")),
        ("/products", None),
        ("/pages/terms", None),
    ] {
        let page = visitor.get(path).await;
        for name in ["og:type", "og:site_name", "og:title", "og:description"] {
            assert!(says(&page, &format!("property=\"{name}\" content=\"")), "{path}: {name}");
        }
        assert!(says(&page, &format!("property=\"og:url\" content=\"{SHOP}{path}\"")), "{path}");
        assert_eq!(says(&page, "property=\"og:image\""), picture.is_some(), "{path}");
        if let Some(picture) = picture {
            assert!(says(&page, &format!("property=\"og:image\" content=\"{SHOP}{picture}\"")), "{path}");
            assert!(says(&page, "name=\"twitter:card\" content=\"summary_large_image\""), "{path}");
        }
    }
    let mug = visitor.get("/products/mug").await;
    assert!(says(&mug, "property=\"og:image:alt\" content=\"A mug\""));
    for path in ["/cart", "/login", "/products?q=mug", "/nowhere"] {
        let page = visitor.get(path).await;
        let quiet = !page.text.contains("\"og:") && !page.text.contains("hreflang");
        assert!(page.text.contains("noindex") && quiet, "{path}");
    }
    site.shop.done().await;
}

#[tokio::test]
async fn a_page_says_where_it_stands_and_what_it_offers_and_no_name_breaks_out_of_it() {
    let site = Site::open().await;
    site.shop.stock_shelves(&[("MUG", "24.00", 10), ("CUP", "5.00", 0)]).await;
    // Names like these are refused where they are typed; what is in the database is shown all the same.
    let evil = "</script><script>alert(1)</script>\"'&<!--";
    site.shop
        .execute(
            "insert into categories (slug, name, description, position, parent)
                values ('mugs', '</script><script>alert(1)</script>\"''&<!--', '', 9, 'tableware');
             update products set category = 'mugs', description = '',
                name = '</script><script>alert(1)</script>\"''&<!--' where slug = 'mug'",
        )
        .await;
    let page = site.visitor().get("/products/mug").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(!page.text.contains("<script>alert"), "{}", page.text);
    let told = data(&page);
    assert_eq!(told.len(), 2, "{told:?}");
    let (product, trail) = (&told[0], &told[1]["itemListElement"]);
    assert_eq!((&product["@type"], &product["name"]), (&json!("Product"), &json!(evil)));
    assert_eq!((&product["description"], &product["category"]), (&Value::Null, &json!(evil)));
    let offer = &product["offers"][0];
    assert_eq!((&offer["price"], &offer["priceCurrency"]), (&json!("24.00"), &json!("USD")));
    assert_eq!(offer["availability"], "https://schema.org/InStock");
    assert_eq!(offer["url"], "http://shop.example/products/mug?sku=MUG");
    let steps: Vec<_> = trail.as_array().unwrap().iter().map(|step| step["item"].as_str().unwrap()).collect();
    assert_eq!(
        steps,
        [
            "http://shop.example/",
            "http://shop.example/products?category=tableware",
            "http://shop.example/products?category=mugs",
            "http://shop.example/products/mug",
        ]
    );
    assert_eq!((&trail[1]["name"], &trail[2]["name"]), (&json!("Tableware"), &json!(evil)));
    // The same way stands on the page.
    let crumb = page.text.split_once("aria-label=\"Breadcrumbs\"").unwrap().1.split_once("</nav>").unwrap().0;
    assert!(crumb.contains(">Tableware</a>") && crumb.contains("?category=mugs"), "{crumb}");
    assert!(crumb.contains("<span aria-hidden=\"true\"> / </span>"), "no one hears the strokes: {crumb}");

    let category = site.visitor().get("/products?category=mugs").await;
    assert!(!category.text.contains("<script>alert"), "{}", category.text);
    let told = data(&category);
    assert_eq!((told.len(), &told[0]["@type"]), (1, &json!("BreadcrumbList")));
    let trail = &told[0]["itemListElement"];
    assert_eq!((&trail[1]["name"], &trail[2]["name"]), (&json!("Tableware"), &json!(evil)));
    let crumb = category.text.split_once("aria-label=\"Breadcrumbs\"").unwrap().1.split_once("</nav>").unwrap().0;
    assert!(crumb.contains(">All products</a>") && crumb.contains(">Tableware</a>"), "{crumb}");
    assert!(!crumb.contains("?category=mugs"), "it is this page: {crumb}");
    assert!(data(&site.visitor().get("/products?category=mugs&q=mug").await).is_empty());
    let sold_out = data(&site.visitor().get("/products/cup").await);
    assert_eq!(sold_out[0]["offers"][0]["availability"], "https://schema.org/OutOfStock");
    site.shop.done().await;
}
