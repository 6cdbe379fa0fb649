//! What a product is described as: Markdown on its page, words without marks for machines, and looked at before it is saved.

use http::StatusCode;

use crate::admin::Desk;
use crate::visitor::{Site, hidden};

#[tokio::test]
async fn a_description_is_markdown_on_the_page_and_words_for_machines() {
    let site = Site::open().await;
    site.shop.stock_shelves(&[("MUG", "24.00", 10)]).await;
    site.shop.execute("update products set description = E'**a** <script>\n\n- one\n- [two](/pages/terms)'").await;
    let page = site.visitor().get("/products/mug").await;
    assert_eq!(page.status, StatusCode::OK);
    for part in [
        "<div class=\"product-words prose\">",
        "<strong>a</strong> &lt;script&gt;",
        "<li>one</li>",
        "<a href=\"/pages/terms\">two</a>",
    ] {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
    let json = page.text.split_once("application/ld+json").unwrap().1.split_once("</script>").unwrap().0;
    assert!(json.contains("a \\u003cscript>\\none\\ntwo") && !json.contains("**"), "{json}");
    let head = page.text.split_once("</head>").unwrap().0;
    assert!(!head.contains("**") && !head.contains("<strong>"), "{head}");
    // What was written before is what it was: paragraphs.
    site.shop.execute("update products set description = E'One line\nand another.\n\nThen more.'").await;
    let page = site.visitor().get("/products/mug").await.text;
    assert!(page.contains("<p>One line\nand another.</p>\n<p>Then more.</p>"), "{page}");
    site.shop.done().await;
}

#[tokio::test]
async fn a_description_is_looked_at_before_it_is_saved() {
    let desk = Desk::open().await;
    let olga = desk.olga().await;
    let mug = desk.site.shop.record("mug").await.id.to_string();
    let page = format!("/admin/products/{mug}");
    let shown = olga.get(&page).await.text;
    assert!(shown.contains("Preview the description") && !shown.contains("id=\"preview\""), "{shown}");
    let version = hidden(&shown, "fields[version]");
    let typed = [
        ("fields[id]", mug.as_str()),
        ("fields[version]", version.as_str()),
        ("fields[base]", r#"{"description":"MUG, as it is.","name":"Product MUG"}"#),
        ("fields[name]", "Another mug"),
        ("fields[description]", "# Mug\r\n\r\n**New** <script>alert(1)</script>"),
        ("fields[status]", "active"),
        ("fields[tax_class]", "standard"),
    ];
    for (at, fields) in [(page.as_str(), &typed[..]), ("/admin/products/new", &typed[3..])] {
        let looked = olga.submit(at, "admin-preview-product", fields).await.text;
        for part in [
            "id=\"preview\"",
            "Preview: not saved yet",
            "<h2>Mug</h2>",
            "<strong>New</strong> &lt;script&gt;",
            "value=\"Another mug\"",
            "# Mug",
        ] {
            assert!(looked.contains(part), "{at}: {part}: {looked}");
        }
        assert!(!looked.contains("<script>alert"), "{at}");
    }
    let shop = desk.site.visitor().get("/products/mug").await.text;
    assert!(!shop.contains("Another mug") && !shop.contains("<strong>New"), "nothing is saved: {shop}");
    desk.site.shop.done().await;
}
