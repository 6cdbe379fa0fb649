//! What the shop says of itself, as a member of staff writes it without scripts and as shoppers see it.

use std::collections::BTreeMap;

use http::{Request, StatusCode};

use crate::admin::Desk;
use crate::common::{ask, router_on};
use crate::visitor::{Site, Visitor, hidden};

const CONTENT: &str = "/admin/content";
const TERMS: &str = "/admin/content/pages/terms";

/// The fields of the form of the shop's words as the page has them now.
async fn words(olga: &Visitor<'_>) -> (String, String) {
    let page = olga.get(CONTENT).await.text;
    (hidden(&page, "fields[version]"), html_escape::decode_html_entities(&hidden(&page, "fields[base]")).into_owned())
}

/// Saves the shop's words as a browser does, which sends every field: these, and the others as they were.
async fn save(olga: &Visitor<'_>, changed: &[(&str, &str)]) -> String {
    let (version, base) = words(olga).await;
    let now: BTreeMap<String, String> = serde_json::from_str(&base).unwrap();
    let mut fields: BTreeMap<String, String> =
        now.into_iter().map(|(name, value)| (format!("fields[{name}]"), value)).collect();
    fields.extend(changed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
    fields.extend([("fields[version]".to_owned(), version), ("fields[base]".to_owned(), base)]);
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    olga.submit(CONTENT, "admin-save-content", &fields).await.text
}

#[tokio::test]
async fn the_words_of_the_shop_stand_on_every_page_once_they_are_saved() {
    let desk = Desk::open().await;
    let (olga, nobody) = (desk.olga().await, desk.site.visitor());
    let before = nobody.get("/").await.text;
    for part in ["Kiln &amp; Loom", "Made slowly, for every day", "Browse the shop", "href=\"/pages/shipping\""] {
        assert!(before.contains(part), "{part}: {before}");
    }
    assert!(!before.contains("announcement") && !before.contains("/theme/"));
    let shown = olga.get(CONTENT).await.text;
    assert!(shown.contains("Left empty: Kiln &amp; Loom") && shown.contains("Left empty: UTC"), "{shown}");
    let saved = save(
        &olga,
        &[
            ("fields[name]", "Tea & <b>Time</b>"),
            ("fields[headline]", "<i>Leaves</i>"),
            ("fields[intro]", "Picked by hand."),
            ("fields[action]", "See the tea"),
            ("fields[action_link]", "/products?category=glass"),
            ("fields[about]", "A small shop."),
            ("fields[description]", "Tea \"from\" far"),
            ("fields[announcement]", "Closed on Monday"),
            ("fields[announcement_link]", "/pages/shipping"),
            ("fields[announcement_shown]", "yes"),
            ("fields[contact]", "tea@example.org"),
            ("fields[accent]", "#1F5C96"),
            ("fields[time_zone]", "Europe/Berlin"),
            ("fields[link1_words]", "Blog"),
            ("fields[link1_to]", "https://blog.example.org"),
        ],
    )
    .await;
    assert!(saved.contains("It is saved") && saved.contains("value=\"#1f5c96\""), "{saved}");
    let home = nobody.get("/").await.text;
    for part in [
        "<title>Tea &amp; &lt;b&gt;Time&lt;/b&gt;</title>",
        "&lt;i&gt;Leaves&lt;/i&gt;",
        "Picked by hand.",
        "href=\"/products?category=glass\"",
        "See the tea",
        "A small shop.",
        "content=\"Tea &quot;from&quot; far\"",
        "class=\"announcement\"",
        "<a href=\"/pages/shipping\">Closed on Monday</a>",
        "href=\"mailto:tea@example.org\"",
        "href=\"/theme/1f5c96.css\"",
        "href=\"https://blog.example.org\">Blog</a>",
    ] {
        assert!(home.contains(part), "{part}: {home}");
    }
    for page in ["/products/mug", "/cart", "/login", "/pages/terms", "/products/nothing"] {
        let page = nobody.get(page).await.text;
        assert!(page.contains("Tea &amp; &lt;b&gt;Time&lt;/b&gt;") && page.contains("Closed on Monday"), "{page}");
    }
    // A page of the back office has the name and the colour; what is announced is for shoppers.
    let admin = olga.get("/admin").await.text;
    assert!(admin.contains("/theme/1f5c96.css") && !admin.contains("Closed on Monday"), "{admin}");
    // And so have the pages that Leptos does not render.
    let request = Request::post("/do/login")
        .header("host", "shop.example")
        .header("accept", "text/html")
        .header("origin", "https://evil.example");
    let foreign = desk.site.send(request.body(axum::body::Body::empty()).unwrap()).await;
    assert!(
        foreign.text.contains("Back to Tea &amp;") && foreign.text.contains("/theme/1f5c96.css"),
        "{}",
        foreign.text
    );
    let docs = nobody.get("/api/docs").await.text;
    assert!(docs.contains("<title>API · Tea &amp; "), "{docs}");
    let log = olga.get("/admin/audit").await.text;
    assert!(log.contains("content changed") && log.contains("Closed on Monday"), "{log}");
    desk.site.shop.done().await;
}

#[tokio::test]
async fn what_will_not_do_stands_beside_its_field_and_nothing_is_lost() {
    let desk = Desk::open().await;
    let olga = desk.olga().await;
    let refused = save(
        &olga,
        &[
            ("fields[name]", "Kept name"),
            ("fields[accent]", "#ffcc00"),
            ("fields[time_zone]", "Mars/Olympus"),
            ("fields[contact]", "nobody"),
            ("fields[action_link]", "javascript:alert(1)"),
            ("fields[announcement]", "</textarea><script>"),
            ("fields[link2_words]", "Half a link"),
            ("fields[intro]", "</textarea><script>alert(1)</script>"),
        ],
    )
    .await;
    for part in [
        "value=\"Kept name\"",
        "Hard to read: the contrast is 1.",
        "The nearest that will do is #",
        "value=\"Mars/Olympus\"",
        "Please choose one of the options",
        "value=\"javascript:alert(1)\"",
        "Please enter an address like /products",
        "does not look like an e-mail address",
        "value=\"Half a link\"",
        "role=\"alert\"",
    ] {
        assert!(refused.contains(part), "{part}: {refused}");
    }
    assert!(!refused.contains("<script>alert"), "{refused}");
    for garbage in ["red", "#12345g", "#fff;}body{display:none}", "url(//evil.example)", "1f5c9", "#"] {
        let refused = save(&olga, &[("fields[accent]", garbage)]).await;
        assert!(refused.contains("Please enter a colour like #1f5c96"), "{garbage}: {refused}");
    }
    assert_eq!(desk.site.shop.count("select version from shop_content").await, 1);
    assert!(desk.site.visitor().get("/").await.text.contains("Kiln &amp; Loom"));
    desk.site.shop.done().await;
}

#[tokio::test]
async fn the_second_who_saves_sees_what_the_first_has_changed() {
    let desk = Desk::open().await;
    let olga = desk.olga().await;
    let (version, base) = words(&olga).await;
    save(&olga, &[("fields[headline]", "Of the first"), ("fields[name]", "First")]).await;
    let mine = [
        ("fields[version]", version.as_str()),
        ("fields[base]", base.as_str()),
        ("fields[name]", "Second"),
        ("fields[headline]", ""),
        ("fields[about]", "Mine"),
    ];
    let page = olga.submit(CONTENT, "admin-save-content", &mine).await.text;
    for part in [
        "Somebody else has saved this",
        "<li>Headline</li>",
        "Name of the shop: yours stands in the field; now it is “First”",
        "value=\"Second\"",
        "value=\"Of the first\"",
        ">Mine</textarea>",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let again = [
        ("fields[version]", hidden(&page, "fields[version]")),
        ("fields[base]", html_escape::decode_html_entities(&hidden(&page, "fields[base]")).into_owned()),
        ("fields[name]", "Second".into()),
        ("fields[headline]", "Of the first".into()),
    ];
    let again: Vec<_> = again.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert!(olga.submit(CONTENT, "admin-save-content", &again).await.text.contains("It is saved"));
    desk.site.shop.done().await;
}

#[tokio::test]
async fn another_process_shows_it_too_and_no_page_reads_the_database_for_it() {
    let desk = Desk::open().await;
    let olga = desk.olga().await;
    save(&olga, &[("fields[name]", "Elsewhere")]).await;
    let other = desk.site.shop.another_process().await;
    let router = router_on(&desk.site.shop.url, other.clone(), false);
    let request = || Request::get("/track").header("accept", "text/html").body(axum::body::Body::empty()).unwrap();
    assert!(ask(&router, request()).await.text.contains("Kiln &amp; Loom"));
    other.refresh_content().await.unwrap();
    assert!(ask(&router, request()).await.text.contains("Elsewhere"));
    other.store().close().await;
    let page = ask(&router, request()).await;
    assert!(page.status == StatusCode::OK && page.text.contains("Elsewhere"), "without a database: {}", page.text);
    desk.site.shop.done().await;
}

#[tokio::test]
async fn a_colour_is_a_stylesheet_at_an_address_of_its_own() {
    let site = Site::open().await;
    let visitor = site.visitor();
    let theme = visitor.get("/theme/1f5c96.css").await;
    assert_eq!((theme.status, theme.header("content-type")), (StatusCode::OK, "text/css; charset=utf-8"));
    assert!(theme.header("cache-control").contains("immutable") && theme.text.contains("--clay:#1f5c96"));
    for odd in ["1F5C96.css", "15a.css", "ffcc00.css", "x.css", "1f5c96", "%3C.css", "1f5c96.css%3B"] {
        let answer = visitor.get(&format!("/theme/{odd}")).await;
        assert_eq!(answer.status.as_u16() / 100, 4, "{odd}: {}", answer.text);
    }
    site.shop.done().await;
}

#[tokio::test]
async fn a_page_is_looked_at_before_it_is_saved_and_its_versions_stay() {
    let desk = Desk::open().await;
    let (olga, nobody) = (desk.olga().await, desk.site.visitor());
    let editor = olga.get(TERMS).await.text;
    assert!(editor.contains("Came with the shop") && editor.contains("## The order"), "{editor}");
    let version = hidden(&editor, "fields[version]");
    let typed = [
        ("fields[slug]", "terms"),
        ("fields[version]", version.as_str()),
        ("fields[title]", "Our terms"),
        ("fields[description]", ""),
        ("fields[body]", "# Of {shop}\r\n\r\nPay in **{payment}**.\r\n\r\n<script>alert(1)</script>\r\n"),
        ("fields[place]", "footer"),
    ];
    let preview = olga.submit(TERMS, "admin-preview-page", &typed).await.text;
    for part in
        ["Preview: not saved yet", "<h2>Of Kiln &amp; Loom</h2>", "<strong>15 minutes</strong>", "&lt;script&gt;alert"]
    {
        assert!(preview.contains(part), "{part}: {preview}");
    }
    assert!(
        preview.contains("value=\"Our terms\"") && preview.contains("# Of {shop}"),
        "what was typed stays: {preview}"
    );
    assert!(!preview.contains("<script>alert"));
    assert!(nobody.get("/pages/terms").await.text.contains("15 minutes to pay"), "nothing is saved");
    let saved = olga.submit(TERMS, "admin-save-page", &typed).await.text;
    assert!(saved.contains("The page is saved") && saved.contains("By Olga") && saved.contains("Version 2"), "{saved}");
    let page = nobody.get("/pages/terms").await.text;
    for part in ["<h1>Our terms</h1>", "<h2>Of Kiln &amp; Loom</h2>", "&lt;script&gt;alert", "<title>Our terms – Kiln"]
    {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert!(nobody.get("/").await.text.contains("<a href=\"/pages/terms\">Our terms</a>"));
    let first = olga.get(&format!("{TERMS}?version=1")).await.text;
    for part in
        ["This is version 1. The shop shows version 2", "As it was", "15 minutes to pay", "Save this as the newest"]
    {
        assert!(first.contains(part), "{part}: {first}");
    }
    for odd in ["version=9", "version=-1"] {
        assert_eq!(olga.get(&format!("{TERMS}?{odd}")).await.status, StatusCode::NOT_FOUND, "{odd}");
    }
    // Somebody who saves on the version before.
    let late = [typed[0], typed[1], ("fields[title]", "Terms"), ("fields[body]", "Mine."), ("fields[place]", "footer")];
    let late = olga.submit(TERMS, "admin-save-page", &late).await.text;
    assert!(
        late.contains("Somebody else has saved this") && late.contains("Mine.") && late.contains("Our terms"),
        "{late}"
    );
    desk.site.shop.done().await;
}

#[tokio::test]
async fn a_page_of_the_shops_own_is_made() {
    let desk = Desk::open().await;
    let (olga, nobody) = (desk.olga().await, desk.site.visitor());
    let page = "/admin/content/new-page";
    assert_eq!(olga.get(page).await.status, StatusCode::OK);
    let huge = "x".repeat(100 * 1024 + 1);
    for (typed, told) in [
        (("fields[body]", ""), "Please fill this in"),
        (("fields[body]", huge.as_str()), "At most 100 kB"),
        (("fields[slug]", "../admin"), "characters in here that we cannot use"),
        (("fields[slug]", "terms"), "the same entry twice"),
        (("fields[place]", "everywhere"), "choose one of the options"),
    ] {
        let mut fields = vec![("fields[title]", "About us"), ("fields[body]", "We."), ("fields[place]", "footer")];
        fields.retain(|(name, _)| *name != typed.0);
        fields.push(typed);
        let refused = olga.submit(page, "admin-create-page", &fields).await.text;
        assert!(refused.contains(told) && refused.contains("value=\"About us\""), "{told}: {refused}");
        let is_text = typed.0 != "fields[place]";
        assert!(!is_text || refused.contains(typed.1.get(..200).unwrap_or(typed.1)), "what was typed is kept: {told}");
    }
    let fields = [("fields[title]", "About us"), ("fields[body]", "We are *two*."), ("fields[place]", "unlinked")];
    let preview = olga.submit(page, "admin-preview-page", &fields).await.text;
    assert!(preview.contains("<em>two</em>") && preview.contains("value=\"About us\""), "{preview}");
    let made = olga.submit(page, "admin-create-page", &fields).await.text;
    assert!(made.contains("The page is made") && made.contains("href=\"/pages/about-us\""), "{made}");
    let shown = nobody.get("/pages/about-us").await;
    assert!(shown.text.contains("<em>two</em>") && shown.text.contains("<h1>About us</h1>"), "{}", shown.text);
    assert!(!nobody.get("/").await.text.contains("/pages/about-us"), "nothing leads there");
    let hide = [
        ("fields[slug]", "about-us"),
        ("fields[version]", "1"),
        ("fields[title]", "About us"),
        ("fields[body]", "We."),
        ("fields[place]", "hidden"),
    ];
    olga.submit("/admin/content/pages/about-us", "admin-save-page", &hide).await;
    assert_eq!(nobody.get("/pages/about-us").await.status, StatusCode::NOT_FOUND);
    for odd in [
        "/admin/content?kept=x",
        "/admin/content/new-page?kept=%27&preview=yes",
        "/admin/content/pages/terms?version=x&kept=-",
    ] {
        assert_eq!(olga.get(odd).await.status, StatusCode::OK, "{odd}");
    }
    for odd in ["nothing", "%00", "..%2f", "TERMS"] {
        assert_eq!(olga.get(&format!("/admin/content/pages/{odd}")).await.status.as_u16() / 100, 4, "{odd}");
    }
    desk.site.shop.done().await;
}

#[tokio::test]
async fn facts_follow_what_the_shop_is_set_to() {
    let desk = Desk::open().await;
    let nobody = desk.site.visitor();
    let page = async |path: &str| nobody.get(path).await.text.replace("<!>", "");
    assert!(page("/products/mug").await.contains("30 days to change your mind"));
    desk.site.shop.execute("insert into shop_terms (return_days) values (14)").await;
    desk.site.shop.shop.refresh_content().await.unwrap();
    assert!(page("/products/mug").await.contains("14 days to change your mind"));
    assert!(page("/pages/returns").await.contains("You have 14 days to send things back"));
    desk.site.shop.execute("update shop_terms set return_days = 0").await;
    desk.site.shop.shop.refresh_content().await.unwrap();
    assert!(!page("/products/mug").await.contains("to change your mind"), "nothing is promised");
    desk.site.shop.done().await;
}

#[tokio::test]
async fn the_order_of_staff_says_under_which_terms_it_was_placed() {
    let desk = Desk::open().await;
    let olga = desk.olga().await;
    let page = olga.get(&desk.order_page()).await.text;
    assert!(page.contains("href=\"/admin/content/pages/terms?version=1\""), "{page}");
    assert_eq!(olga.get("/admin/content/pages/terms?version=1").await.status, StatusCode::OK);
    desk.site.shop.done().await;
}
