//! The editor of a product's options, as a browser without scripts sends it: asked before anything is retired, and hidden then.

use crate::admin::Desk;
use crate::visitor::hidden;

#[tokio::test]
async fn what_would_be_retired_is_shown_first_and_saved_by_its_own_button() {
    let desk = Desk::open().await;
    let olga = desk.olga().await;
    let mug = desk.site.shop.record("mug").await.id.to_string();
    let page = format!("/admin/products/{mug}/options");
    let shown = olga.get(&page).await.text;
    for part in ["New option 1", "MUG", "Retire", "Back to the product"] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let version = hidden(&shown, "fields[version]");
    let two = [
        ("fields[id]", mug.as_str()),
        ("fields[version]", version.as_str()),
        ("fields[base]", "{}"),
        ("fields[n1-name]", "Glaze <b>"),
        ("fields[n1-values]", "Moss, Ash"),
    ];
    let refused = olga.submit(&page, "admin-save-options", &two[..4]).await.text;
    assert!(refused.contains("value=\"Glaze &lt;b&gt;\"") && refused.contains("Please fill this in"), "{refused}");
    let saved = olga.submit(&page, "admin-save-options", &two).await.text;
    assert!(saved.contains("The options are saved: 1 variant made.") && saved.contains("MUG-ASH"), "{saved}");

    let shown = olga.get(&page).await.text;
    let (version, base) = (hidden(&shown, "fields[version]"), hidden(&shown, "fields[base]"));
    let base = base.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&");
    let mut form = vec![
        ("fields[id]", mug.as_str()),
        ("fields[version]", version.as_str()),
        ("fields[base]", base.as_str()),
        ("fields[o1-name]", "Glaze"),
        ("fields[o1-place]", "1"),
        ("fields[o1v1]", "Moss"),
        ("fields[o1v1-place]", "1"),
        ("fields[o1v1-gone]", "on"),
        ("fields[o1v2]", "Soot"),
        ("fields[o1v2-place]", "2"),
    ];
    let asked = olga.submit(&page, "admin-save-options", &form).await.text;
    for part in ["Retire these variants?", "Nothing is saved yet", "value=\"Soot\"", "Retire them and save"] {
        assert!(asked.contains(part), "{part}: {asked}");
    }
    assert!(desk.site.visitor().get("/products/mug").await.text.contains("Moss"), "nothing is saved yet");
    let token = hidden(&asked, "fields[confirmed]");
    form.push(("fields[confirmed]", token.as_str()));
    let saved = olga.submit(&page, "admin-save-options", &form).await.text;
    assert!(saved.contains("1 variant retired") && saved.contains("Retired variants"), "{saved}");
    let shop = desk.site.visitor().get("/products/mug").await.text;
    assert!(shop.contains("Soot") && !shop.contains("Moss"), "{shop}");
    assert!(olga.get("/admin/stock?q=MUG").await.text.contains("Retired"));
    desk.site.shop.done().await;
}
