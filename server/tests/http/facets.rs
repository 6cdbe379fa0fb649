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
    // The card is of the mug in sand, and leads to it.
    assert!(page.text.contains("href=\"/products/mug?sku=MUG-1\""), "{}", page.text);
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

/// The mug is rated by two, the bowl by one and worse; both have a tag, and the mug another.
async fn rated() -> Site {
    let site = stocked().await;
    site.shop
        .execute(
            "update products set tags = '{clay,\"<b> & co\"}' where slug = 'mug';
             update products set tags = '{clay}' where slug = 'bowl';
             insert into product_ratings (product_id, four, five) select id, 1, 1 from products where slug = 'mug';
             insert into product_ratings (product_id, two) select id, 1 from products where slug = 'bowl'",
        )
        .await;
    site
}

#[tokio::test]
async fn stars_stand_on_cards_and_a_listing_is_narrowed_by_them_and_by_tags() {
    let site = rated().await;
    let visitor = site.visitor();
    let page = visitor.get("/products?sort=best_rated").await;
    assert!(page.text.contains("Rated 4.5 of 5, 2 reviews") && page.text.contains("Rated 2.0 of 5, 1 review<"));
    assert_eq!(page.text.matches("class=\"card-rating\"").count(), 2, "none where nobody rates it: {}", page.text);
    let place = |slug: &str| page.text.find(&format!("href=\"/products/{slug}\"")).unwrap();
    assert!(place("mug") < place("bowl") && place("bowl") < place("jug"));
    let sort = page.text.split_once("aria-label=\"Sort by\"").unwrap().1.split_once("</nav>").unwrap().0;
    assert!(sort.contains("href=\"/products?sort=best_rated\" aria-current=\"true\""), "{sort}");
    for (stars, count) in [("4", "1"), ("3", "1"), ("2", "2"), ("1", "2")] {
        let (input, said) = tick(&page, stars);
        assert!(input.contains("type=\"radio\"") && input.contains("name=\"rating\""), "{input}");
        assert!(!input.contains("disabled") && !input.contains("checked"), "{input}");
        assert!(said.contains(&format!("<span class=\"count\">{count}</span>")), "{stars}: {said}");
    }
    let page = visitor.get("/products?rating=4&option.Colour=Slate&tag=clay").await;
    assert!(page.text.contains("href=\"/products/mug?sku=MUG-2\"") && !page.text.contains("href=\"/products/bowl"));
    assert!(tick(&page, "4").0.contains("checked") && tick(&page, "clay").0.contains("checked"));
    assert!(
        page.text.contains("4 stars and up") && page.text.contains("Tag: clay") && page.text.contains(">1 product<")
    );
    // It is no bowl that is left, and the mug has this tag.
    assert!(tick(&page, "clay").1.contains("<span class=\"count\">1</span>"));
    assert!(tick(&page, "&lt;b&gt; &amp; co").1.contains("<span class=\"count\">1</span>"));
    let dear = visitor.get("/products?max_price=6").await;
    assert!(tick(&dear, "4").0.contains("disabled") && tick(&dear, "&lt;b&gt; &amp; co").0.contains("disabled"));
    let own = visitor.get("/products/mug").await;
    let tags = own.text.split_once("aria-label=\"Tags\"").unwrap().1.split_once("</nav>").unwrap().0;
    assert!(tags.contains("href=\"/products?tag=clay\"") && tags.contains("&lt;b&gt; &amp; co"), "{tags}");
    let link = "/products?tag=%3Cb%3E%20%26%20co";
    assert!(tags.contains(&format!("href=\"{link}\"")), "{tags}");
    assert!(visitor.get(link).await.text.contains(">1 product<"));
    assert!(!visitor.get("/products/jug").await.text.contains("aria-label=\"Tags\""));
    site.shop.done().await;
}

#[tokio::test]
async fn where_nothing_is_rated_or_tagged_there_is_nothing_to_choose_and_what_makes_no_sense_is_absent() {
    let site = stocked().await;
    let visitor = site.visitor();
    let plain = visitor.get("/products").await.text;
    assert!(!plain.contains("name=\"rating\"") && !plain.contains("name=\"tag\"") && !plain.contains("card-rating"));
    for query in
        ["rating=5", "rating=0", "rating=%27%3B--", "rating=4.5&rating=", "tag=", "tags=clay", "rating%5B%5D=4"]
    {
        let page = visitor.get(&format!("/products?{query}")).await;
        assert_eq!(page.status, StatusCode::OK, "{query}");
        assert!(page.text.contains(">3 products<") && !page.text.contains("Filters in use"), "{query}: {}", page.text);
    }
    let page = visitor.get("/products?rating=3&tag=clay").await;
    assert!(page.text.contains("Nothing here") && page.text.contains("3 stars and up"), "{}", page.text);
    assert!(
        tick(&page, "3").0.contains("checked") && tick(&page, "clay").0.contains("checked"),
        "it can be taken back"
    );
    let fifty: String = (0..50).map(|n| format!("&tag=t{n}")).collect();
    let page = visitor.get(&format!("/products?{fifty}")).await;
    assert_eq!((page.status, page.text.matches("class=\"chip\"").count()), (StatusCode::OK, 20));
    site.shop.done().await;
}

#[tokio::test]
async fn where_filters_leave_nothing_the_page_says_which_of_them_to_leave_out() {
    let site = stocked().await;
    let visitor = site.visitor();
    for (query, out) in [
        (
            "option.Colour=Sand&option.Size=M",
            &[
                ("option.Size=M", "Remove the colour filter: ", "Whatever its colour (1)"),
                ("option.Colour=Sand", "Remove the size filter: ", "Whatever its size (1)"),
            ][..],
        ),
        (
            "max_price=1&option.Colour=Slate",
            &[("option.Colour=Slate", "Remove the price filter: ", "At any price")][..],
        ),
        ("q=xylophone&option.Colour=Slate", &[][..]),
    ] {
        let page = visitor.get(&format!("/products?{query}")).await.text;
        let button = page.split_once(">Show ").unwrap().1.split_once("</button>").unwrap().0;
        assert!(button.contains(">0 <") && button.contains(">results<"), "{button}");
        let nothing = page.split_once("class=\"empty\"").unwrap().1.split_once("Show all products").unwrap().0;
        assert_eq!(nothing.contains("Without one filter something is left:"), !out.is_empty(), "{nothing}");
        assert_eq!(nothing.contains("Try fewer or other words"), query.starts_with("q="), "{nothing}");
        assert!(nothing.to_lowercase().contains("take a filter away."), "{nothing}");
        for (rest, heard, said) in out {
            let link = nothing.split_once(&format!("<a href=\"/products?{rest}\">")).map(|(_, link)| link);
            let link = link.and_then(|link| link.split_once("</a>")).unwrap_or_else(|| panic!("{rest}: {nothing}")).0;
            assert_eq!(link.replace("<!>", ""), format!("<span class=\"visually-hidden\">{heard}</span>{said}"));
            let left = visitor.get(&format!("/products?{rest}")).await.text;
            assert!(!left.contains("class=\"empty\"") && left.contains("href=\"/products/mug"), "{rest}");
        }
    }
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
    assert!(chips.contains("Colour: Sand") && chips.contains("Up to $30.00") && chips.contains("Clear all"), "{chips}");
    assert!(chips.contains("Clear all<span class=\"visually-hidden\"> filters</span>"), "{chips}");
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
        ("?tag=clay", "/products", false),
        ("?tag=clay&rating=4", "/products", true),
        ("?sort=best_rated", "/products", false),
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

#[tokio::test]
async fn a_search_within_a_category_leads_to_what_it_finds_in_all_of_them() {
    let site = stocked().await;
    // One stands in another category, one in none.
    site.shop
        .execute(
            "update products set category = 'glass' where slug = 'bowl';
             update products set category = null where slug = 'jug'",
        )
        .await;
    let visitor = site.visitor();
    for (within, everywhere) in [
        ("q=product&category=tableware", Some(("q=product", "“product” in all categories (3)"))),
        (
            "q=product&category=tableware&option.Colour=Slate",
            Some(("q=product&amp;option.Colour=Slate", "“product” in all categories (2)")),
        ),
        ("q=bowl&category=tableware", Some(("q=bowl", "“bowl” in all categories (1)"))),
        ("q=mug&category=tableware", None),
        ("q=product", None),
        ("category=tableware", None),
    ] {
        let page = visitor.get(&format!("/products?{within}")).await.text.replace("<!>", "");
        match everywhere {
            Some((rest, said)) => {
                assert!(page.contains(&format!("<a href=\"/products?{rest}\">{said}</a>")), "{within}: {page}");
            }
            None => assert!(!page.contains("in all categories"), "{within}: {page}"),
        }
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
