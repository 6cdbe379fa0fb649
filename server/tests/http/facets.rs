//! The listing page and its filters: what can be ticked, what is said of it, and addresses that nobody would type.

use http::StatusCode;
use shop::usecase::ProductEntry;

use crate::harness::{product, variant};
use crate::visitor::{Answer, Site};

const SHOP: &str = "http://shop.example";

async fn stocked() -> Site {
    let site = Site::open().await;
    let mug = ProductEntry {
        options: vec!["Colour".into(), "Size".into()],
        variants: vec![
            variant("MUG-1", &["Sand", "S"], "20.00", 0),
            variant("MUG-2", &["Slate", "M"], "30.00", 2),
            variant("MUG-3", &["Slate", "<L> & co"], "30.00", 2),
        ],
        ..product("MUG", "20.00", 0)
    };
    let bowl = ProductEntry {
        options: vec!["Colour".into()],
        variants: vec![variant("BOWL-1", &["Slate"], "5.00", 1)],
        ..product("BOWL", "5.00", 1)
    };
    site.shop.load(vec![mug, bowl, product("JUG", "9.00", 0)]).await;
    site
}

/// The box for this value: its tag, and the words behind it.
fn tick<'a>(page: &'a Answer, value: &str) -> (&'a str, &'a str) {
    let (before, after) =
        page.text.split_once(&format!("value=\"{value}\"")).unwrap_or_else(|| panic!("{value}: {}", page.text));
    let begin = before.rfind("<input").unwrap();
    let end = before.len() + after.find('>').unwrap() + format!("value=\"{value}\"").len();
    let label = page.text[end..].split_once("</label>").unwrap().0;
    (&page.text[begin..=end], label)
}

#[tokio::test]
async fn boxes_say_what_they_leave_and_what_leaves_nothing_cannot_be_ticked() {
    let site = stocked().await;
    let visitor = site.visitor();
    let page = visitor.get("/products?option.Colour=Sand").await;
    assert!(page.text.contains("/products/mug") && !page.text.contains("href=\"/products/bowl"), "{}", page.text);
    let (sand, said) = tick(&page, "Sand");
    assert!(
        sand.contains("name=\"option.Colour\"") && sand.contains("checked") && !sand.contains("disabled"),
        "{sand}"
    );
    assert!(said.contains("<span class=\"count\">1</span>") && said.contains("class=\"swatch\""), "{said}");
    let (slate, said) = tick(&page, "Slate");
    assert!(!slate.contains("checked") && said.contains("<span class=\"count\">2</span>"), "{slate} {said}");
    let (large, said) = tick(&page, "&lt;L&gt; &amp; co");
    assert!(large.contains("disabled") && said.contains("<span class=\"count\">0</span>"), "{large} {said}");
    assert!(!said.contains("swatch"), "a size has no colour: {said}");
    let (stock, _) = tick(&page, "true");
    assert!(stock.contains("disabled"), "the one in sand is sold out: {stock}");
    let button = page.text.split_once(">Show ").unwrap().1;
    let button = button.split_once("</button>").unwrap().0;
    assert!(button.contains(">1 <") && button.contains(">result<"), "{button}");
    site.shop.done().await;
}

#[tokio::test]
async fn what_is_in_use_is_taken_away_by_a_link() {
    let site = stocked().await;
    let visitor = site.visitor();
    let query = "/products?category=tableware&max_price=30&in_stock=true&option.Colour=Sand&option.Colour=Slate";
    let page = visitor.get(query).await;
    let chips = page.text.split_once("aria-label=\"Filters in use\"").unwrap().1.split_once("</nav>").unwrap().0;
    let links: Vec<_> =
        chips.split("href=\"").skip(1).map(|rest| rest.split_once('"').unwrap().0.replace("&amp;", "&")).collect();
    assert_eq!(
        links,
        [
            "/products?category=tableware&max_price=30&in_stock=true&option.Colour=Slate",
            "/products?category=tableware&max_price=30&in_stock=true&option.Colour=Sand",
            "/products?category=tableware&in_stock=true&option.Colour=Sand&option.Colour=Slate",
            "/products?category=tableware&max_price=30&option.Colour=Sand&option.Colour=Slate",
            "/products?category=tableware",
        ]
    );
    for link in &links {
        assert_eq!(visitor.get(link).await.status, StatusCode::OK, "{link}");
    }
    assert!(chips.contains("Colour: Sand") && chips.contains("Clear all"), "{chips}");
    assert!(!visitor.get("/products?category=tableware&sort=newest").await.text.contains("Filters in use"));
    // A filter stays where another category is looked at, or another order.
    assert!(page.text.contains("option.Colour=Sand&amp;option.Colour=Slate&amp;sort=best_selling"), "{}", page.text);
    site.shop.done().await;
}

#[tokio::test]
async fn search_engines_are_told_of_categories_and_not_of_all_that_can_be_chosen() {
    let site = stocked().await;
    let visitor = site.visitor();
    for (query, canonical, is_quiet) in [
        ("", "/products", false),
        ("?category=tableware", "/products?category=tableware", false),
        ("?category=tableware&sort=best_selling", "/products?category=tableware", false),
        ("?category=tableware&option.Colour=Slate", "/products?category=tableware", false),
        ("?in_stock=true", "/products", false),
        ("?category=tableware&option.Colour=Sand&option.Colour=Slate", "/products?category=tableware", true),
        ("?option.Colour=Slate&in_stock=true&page=2", "/products", true),
        ("?min_price=5&max_price=9", "/products", true),
        ("?q=mug&option.Colour=Slate", "/products?q=mug", true),
    ] {
        let page = visitor.get(&format!("/products{query}")).await;
        assert!(page.text.contains(&format!("href=\"{SHOP}{canonical}\" rel=\"canonical\"")), "{query}: {}", page.text);
        assert_eq!(page.text.contains("content=\"noindex\""), is_quiet, "{query}");
    }
    site.shop.done().await;
}

/// What nobody would type: a page with what is left of it, or with nothing on it; never a 5xx.
#[tokio::test]
async fn no_filter_breaks_the_page() {
    let site = stocked().await;
    let visitor = site.visitor();
    let fifty: String = (0..50).map(|n| format!("&option.o{n}=x&option.Colour={n}")).collect();
    let long = "x".repeat(3_000);
    for query in [
        "option.Foreign=Thing".to_owned(),
        "option.Colour=%27%3B--&option.%27=%22".to_owned(),
        "option.=x&option.Colour=&option=x".to_owned(),
        "option.Colour=%1FSand&option.Colour%1FSand=x".to_owned(),
        "option.Colour=%EF%BF%BD&option.%E2%80%AE=%E2%80%AE".to_owned(),
        "option.Colour[]=Sand&option.Colour[0]=Sand&option.Colour.Sand=x".to_owned(),
        "min_price=-5&max_price=-1&option.Colour=Sand".to_owned(),
        "min_price=999999999&max_price=0.001&in_stock=true".to_owned(),
        format!("option.Colour={long}&option.{long}=x"),
        fifty.clone(),
        format!("q=mug&category=nope&sort=best_selling&page=9999{fifty}"),
    ] {
        let page = visitor.get(&format!("/products?{query}")).await;
        assert_eq!(page.status, StatusCode::OK, "{query}");
        assert!(page.text.contains("aria-label=\"Filter products\""), "{query}");
    }
    for no_text in ["option.Colour=%00", "option.%00=x", "option.Colour=%FF%FE"] {
        assert_eq!(visitor.get(&format!("/products?{no_text}")).await.status, StatusCode::BAD_REQUEST, "{no_text}");
    }
    let page = visitor.get(&format!("/products?{fifty}")).await;
    assert_eq!(page.text.matches("class=\"chip\"").count(), 20, "those that are looked at, and no more");
    let page = visitor.get("/products?option.Colour=%3Cscript%3Ealert(1)%3C/script%3E").await;
    assert!(!page.text.contains("<script>alert"), "{}", page.text);
    assert!(page.text.contains("Nothing here"), "{}", page.text);
    site.shop.done().await;
}
