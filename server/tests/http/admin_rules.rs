//! The editors of promotions, shipping and tax, each as a browser without scripts sends it.

use http::StatusCode;

use crate::admin::Desk;
use crate::visitor::{Visitor, hidden};

/// The fields of a form as the page shows them, by the names under which they are sent.
fn shown(page: &str) -> Vec<(String, String)> {
    let form = page.split_once("class=\"desk-form").expect("an editor").1;
    let form = form.split_once("</form>").expect("whole").0;
    let attribute = |tag: &str, name: &str| {
        let (_, rest) = tag.split_once(&format!(" {name}=\""))?;
        Some(unescaped(rest.split_once('"')?.0))
    };
    let mut fields = Vec::new();
    let (mut select, mut chosen) = (None::<String>, None::<String>);
    for part in form.split('<').skip(1) {
        let (tag, text) = part.split_once('>').unwrap_or((part, ""));
        let is_checked = !tag.contains("type=\"checkbox\"") || tag.contains(" checked");
        if tag.starts_with("input") && is_checked {
            fields.extend(attribute(tag, "name").map(|name| (name, attribute(tag, "value").unwrap_or_default())));
        } else if tag.starts_with("select") {
            (select, chosen) = (attribute(tag, "name"), None);
        } else if tag.starts_with("option") && (chosen.is_none() || tag.contains(" selected")) {
            chosen = attribute(tag, "value");
        } else if tag.starts_with("/select") {
            fields.extend(select.take().zip(chosen.take()));
        } else if tag.starts_with("textarea") {
            fields.extend(attribute(tag, "name").map(|name| (name, unescaped(text))));
        }
    }
    fields
}

fn unescaped(text: &str) -> String {
    text.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&#39;", "'").replace("&amp;", "&")
}

/// Types into the form that is shown and presses a button.
async fn press(olga: &Visitor<'_>, page: &str, form: &str, button: &str, typed: &[(&str, &str)]) -> String {
    let mut fields = shown(page);
    for (name, value) in typed.iter().chain(&[("do", button)]) {
        let name = format!("fields[{name}]");
        fields.retain(|(known, _)| *known != name);
        fields.push((name, (*value).to_owned()));
    }
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    olga.submit("/admin", form, &fields).await.text
}

#[track_caller]
fn says(page: &str, parts: &[&str]) {
    for part in parts {
        assert!(page.contains(part), "{part}: {page}");
    }
}

#[tokio::test]
async fn a_promotion_is_tried_saved_listed_switched_and_removed() {
    let desk = Desk::open().await;
    let olga = desk.olga().await;
    let new = olga.get("/admin/promotions/new").await.text;
    let garbage = [("name", "<b>Off</b>"), ("percent", "101"), ("code", "two words"), ("starts_at", "soon")];
    let refused = press(&olga, &new, "admin-save-promotion", "try", &garbage).await;
    says(&refused, &["role=\"alert\"", "value=\"101\"", "value=\"two words\"", "from 0 to 100", "a date and a time"]);

    let typed = [
        ("name", "Half off"),
        ("percent", "50"),
        ("code", "HALF"),
        ("limit", "9"),
        ("try_units", "2"),
        ("starts_at", ""),
    ];
    let tried = press(&olga, &refused, "admin-save-promotion", "try", &typed).await;
    says(&tried, &["2 × Product MUG", "Half off (HALF)", "− $9.99", "$19.98", "value=\"Half off\""]);
    assert_eq!(desk.site.shop.count("select count(*) from promotions").await, 0, "nothing is saved by looking");
    let saved = press(&olga, &tried, "admin-save-promotion", "save", &[]).await;
    says(&saved, &["The promotion is saved", "<h1>Half off</h1>", "Remove this promotion"]);
    let twice = press(&olga, &new, "admin-save-promotion", "save", &typed).await;
    says(&twice, &["the same entry twice", "value=\"HALF\""]);

    let list = olga.get("/admin/promotions").await.text;
    says(&list, &["Half off", "Code HALF", "50 % off", "0 of 9", "Running", "Switch off"]);
    let id = hidden(&list, "id");
    let off = olga.submit("/admin/promotions", "admin-switch-promotion", &[("id", &id), ("active", "no")]).await.text;
    says(&off, &["switched off", "Switch on"]);
    assert!(olga.get("/admin/promotions?state=running").await.text.contains("No promotion stands there"));
    // The form that was opened before the switch: what it changed is brought together with that.
    let overtaken = press(&olga, &saved, "admin-save-promotion", "save", &[("limit", "5")]).await;
    says(&overtaken, &["Somebody else has saved this", "Switched on", "value=\"5\""]);
    let saved = press(&olga, &overtaken, "admin-save-promotion", "save", &[]).await;
    says(&saved, &["The promotion is saved"]);
    let stale = [("fields[id]", id.as_str()), ("fields[version]", "0")];
    let kept = olga.submit("/admin/promotions", "admin-remove-promotion", &stale).await.text;
    says(&kept, &["role=\"alert\"", "Somebody else has changed this"]);
    let version = hidden(&saved, "fields[version]");
    let gone = [("fields[id]", id.as_str()), ("fields[version]", &version)];
    let gone = olga.submit("/admin/promotions", "admin-remove-promotion", &gone).await.text;
    says(&gone, &["The promotion is removed", "There is no promotion yet"]);
    assert_eq!(olga.get(&format!("/admin/promotions/{id}")).await.status, StatusCode::NOT_FOUND);
    let log = olga.get("/admin/audit").await.text;
    says(&log, &["promotion created", "promotion changed", "promotion deleted"]);
    desk.site.shop.done().await;
}

#[tokio::test]
async fn a_zone_gets_ways_to_send_and_rows_of_weights() {
    let desk = Desk::open().await;
    let olga = desk.olga().await;
    let new = olga.get("/admin/shipping/new").await.text;
    let key = |page: &str| {
        let keys =
            page.split("name=\"fields[m-").skip(1).filter_map(|rest| rest.split_once("-name]").map(|(key, _)| key));
        keys.filter(|key| key.len() == 32).map(str::to_owned).collect::<Vec<_>>()
    };
    let first = key(&new).remove(0);
    let field = |key: &str, part: &str| format!("m-{key}-{part}");
    let (name, kind) = (field(&first, "name"), field(&first, "kind"));
    let rows = ["w0-at", "w0-price", "w1-at", "w1-price"].map(|part| field(&first, part));
    let typed = [
        ("name", "Islands"),
        ("country-GB", "on"),
        (name.as_str(), "Parcel"),
        (kind.as_str(), "by_weight"),
        (rows[0].as_str(), "2000"),
        (rows[1].as_str(), "4.50"),
        (rows[2].as_str(), "1000"),
        (rows[3].as_str(), "8"),
    ];
    let more = press(&olga, &new, "admin-save-zone", "add-method", &typed).await;
    assert_eq!(key(&more).len(), 2, "{more}");
    says(&more, &["value=\"Islands\"", "value=\"Parcel\"", "value=\"2000\"", "value=\"1000\"", "Countries: 1 chosen"]);
    let other = key(&more).into_iter().find(|key| *key != first).unwrap();
    let other = [(field(&other, "name"), "Courier"), (field(&other, "price"), "15")];
    let other: Vec<_> = other.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    let refused = press(&olga, &more, "admin-save-zone", "save", &other).await;
    says(&refused, &["role=\"alert\"", "above the one before", "value=\"Courier\"", "value=\"1000\""]);
    let rising = [(rows[2].as_str(), "9000"), ("try_country", "GB"), ("try_units", "3")];
    let tried = press(&olga, &refused, "admin-save-zone", "try", &rising).await;
    says(&tried, &["Shipping (Parcel)", "$4.50", "Ways to send it: Parcel $4.50, Courier $15.00"]);
    assert_eq!(desk.site.shop.count("select count(*) from shipping_zones").await, 1, "nothing is saved by looking");
    let saved = press(&olga, &tried, "admin-save-zone", "save", &[]).await;
    says(&saved, &["The zone is saved", "<h1>Islands</h1>"]);
    let list = olga.get("/admin/shipping").await.text;
    says(
        &list,
        &["Islands", "United Kingdom", "by weight, 2 steps", "Everywhere that no other zone names", "Ask earlier"],
    );
    let id = hidden(&list, "id");
    says(&olga.submit("/admin/shipping", "admin-raise-zone", &[("id", &id)]).await.text, &["asked earlier"]);
    let again = olga.get(&format!("/admin/shipping/{id}")).await.text;
    let gone = [("fields[id]", id.as_str()), ("fields[version]", &hidden(&again, "fields[version]"))];
    let gone = olga.submit("/admin/shipping", "admin-remove-zone", &gone).await.text;
    assert!(gone.contains("The zone is removed") && !gone.contains("Islands"), "{gone}");
    desk.site.shop.done().await;
}

#[tokio::test]
async fn rates_are_typed_in_rows_and_what_holds_everywhere_is_saved_apart() {
    let desk = Desk::open().await;
    let olga = desk.olga().await;
    let page = olga.get("/admin/tax").await.text;
    says(&page, &["No country has a rate", "Set its rates", "reverse charge"]);
    let german = [("seller_country", "DE"), ("reverse_charge", "yes")];
    let saved = press(&olga, &page, "admin-save-tax", "save", &german).await;
    says(&saved, &["How the shop taxes is saved"]);
    let american = [("seller_country", "US")];
    says(&press(&olga, &saved, "admin-save-tax", "save", &american).await, &["Only a shop in the European Union"]);

    let rates = olga.get("/admin/tax/rates?country=DE").await.text;
    says(&rates, &["<h1>Tax: Germany</h1>", "Prices contain the tax"]);
    let garbage = [("r-new0-name", "MwSt."), ("r-new0-rate", "190"), ("r-new1-name", "ermäßigt"), ("r-new1-rate", "7")];
    let refused = press(&olga, &rates, "admin-save-rates", "save", &garbage).await;
    says(&refused, &["role=\"alert\"", "value=\"190\"", "value=\"ermäßigt\"", "from 0 to 100", "r-new3-name"]);
    let mended = [("r-new0-rate", "19"), ("r-new1-class", "reduced"), ("try_units", "2")];
    let tried = press(&olga, &refused, "admin-save-rates", "try", &mended).await;
    says(&tried, &["to Germany", "MwSt. 19 %, included", "$3.19", "value=\"19\""]);
    assert_eq!(desk.site.shop.count("select count(*) from tax_rates").await, 0, "nothing is saved by looking");
    let saved = press(&olga, &tried, "admin-save-rates", "save", &[]).await;
    says(&saved, &["The rates are saved"]);
    says(&olga.get("/admin/tax").await.text, &["Germany", "MwSt. 19 %, ermäßigt 7 % (reduced)"]);
    let emptied = [("r-reduced-name", ""), ("r-reduced-rate", "")];
    press(&olga, &saved, "admin-save-rates", "save", &emptied).await;
    assert_eq!(desk.site.shop.count("select count(*) from tax_rates").await, 1);
    let second = press(&olga, &saved, "admin-save-rates", "save", &[("r-standard-rate", "16")]).await;
    says(&second, &["Somebody else has saved this", "value=\"16\""]);
    desk.site.shop.done().await;
}

#[tokio::test]
async fn who_sells_and_on_which_terms_is_said_on_one_page() {
    let desk = Desk::open().await;
    let olga = desk.olga().await;
    let page = olga.get("/admin/business").await.text;
    says(&page, &["<h1>Business</h1>", "Legal name", "INV-", "Days to send something back"]);
    let wrong = [("name", "Brenn <b>"), ("country", "DE"), ("manual", "yes"), ("days", "0"), ("return_days", "many")];
    let refused = press(&olga, &page, "admin-save-business", "save", &wrong).await;
    says(&refused, &["role=\"alert\"", "Please fill this in", "value=\"Brenn &lt;b&gt;\"", "value=\"many\""]);
    let german = [
        ("name", "Brenn & Web GmbH"),
        ("line1", "Lindenstraße 5"),
        ("postal_code", "10969"),
        ("city", "Berlin"),
        ("manual", "no"),
        ("days", "7"),
        ("return_days", "14"),
    ];
    let saved = press(&olga, &refused, "admin-save-business", "save", &german).await;
    says(&saved, &["It is saved", "Lindenstraße 5", "value=\"14\""]);
    says(&olga.get("/pages/returns").await.text, &["14 days"]);
    desk.site.shop.done().await;
}

#[tokio::test]
async fn categories_are_arranged_renamed_and_taken_away() {
    let desk = Desk::open().await;
    let olga = desk.olga().await;
    let new = olga.get("/admin/new-category").await.text;
    let refused = press(&olga, &new, "admin-save-category", "save", &[("name", ""), ("description", "Kept <b>")]).await;
    says(&refused, &["role=\"alert\"", "Please fill this in", "Kept &lt;b&gt;"]);
    let typed = [("name", "Mugs"), ("parent", "tableware"), ("description", "")];
    let saved = press(&olga, &refused, "admin-save-category", "save", &typed).await;
    says(&saved, &["The category is saved", "href=\"/admin/categories/mugs\"", "desk-tree-1", "Move down: Glass"]);
    let down = [("slug", "tableware"), ("up", "no")];
    let moved = olga.submit("/admin/categories", "admin-shift-category", &down).await.text;
    assert!(moved.find("Glass") < moved.find("Tableware") && moved.contains("The order is saved"), "{moved}");

    let opened = olga.get("/admin/categories/tableware").await.text;
    let first = press(&olga, &opened, "admin-save-category", "save", &[("name", "For the table")]).await;
    says(&first, &["For the table"]);
    let second = press(&olga, &opened, "admin-save-category", "save", &[("description", "Stoneware.")]).await;
    says(&second, &["Somebody else has saved this", "Stoneware.", "value=\"For the table\""]);
    let version = hidden(&olga.get("/admin/categories/tableware").await.text, "fields[version]");
    let gone =
        |to: &'static str| vec![("fields[id]", "tableware"), ("fields[version]", version.as_str()), ("fields[to]", to)];
    let below = olga.submit("/admin/categories", "admin-remove-category", &gone("glass")).await.text;
    says(&below, &["A category stands below it", "Where its products go"]);
    let version_of_mugs = hidden(&olga.get("/admin/categories/mugs").await.text, "fields[version]");
    let mugs = [("fields[id]", "mugs"), ("fields[version]", version_of_mugs.as_str())];
    says(&olga.submit("/admin/categories", "admin-remove-category", &mugs).await.text, &["The category is removed"]);
    says(&olga.submit("/admin/categories", "admin-remove-category", &gone("")).await.text, &["Please fill this in"]);
    let gone = olga.submit("/admin/categories", "admin-remove-category", &gone("glass")).await.text;
    assert!(gone.contains("The category is removed") && gone.contains("2 products"), "{gone}");
    says(&desk.site.visitor().get("/products?category=glass").await.text, &["Product MUG"]);
    desk.site.shop.done().await;
}

#[tokio::test]
async fn other_words_for_the_search_are_added_changed_and_taken_away() {
    let desk = Desk::open().await;
    let olga = desk.olga().await;
    let empty = olga.get("/admin/synonyms").await.text;
    says(&empty, &["<h1>Synonyms</h1>", "Add a word", "There is none yet"]);
    let typed = [("word", "two words <b>"), ("means", "mug")];
    let refused = press(&olga, &empty, "admin-save-synonyms", "save", &typed).await;
    says(&refused, &["role=\"alert\"", "Please enter one word", "value=\"two words &lt;b&gt;\"", "value=\"mug\""]);
    let visitor = desk.site.visitor();
    let finds = async || visitor.get("/products?q=becher&exact=true").await.text.contains("href=\"/products/mug\"");
    assert!(!finds().await);
    let saved = press(&olga, &refused, "admin-save-synonyms", "save", &[("word", "bécher")]).await;
    says(&saved, &["The word is saved", "href=\"/admin/synonyms?word=b%C3%A9cher\""]);
    assert!(finds().await);

    let opened = olga.get("/admin/synonyms?word=b%C3%A9cher").await.text;
    says(&opened, &["Change “bécher”", "Remove this word", "value=\"mug\""]);
    let first = press(&olga, &opened, "admin-save-synonyms", "save", &[("means", "mug, bowl")]).await;
    says(&first, &["The word is saved", "bowl, mug"]);
    let second = press(&olga, &opened, "admin-save-synonyms", "save", &[("means", "cup")]).await;
    says(&second, &["Somebody else has saved this", "value=\"cup\"", "bowl, mug"]);
    let version = hidden(&olga.get("/admin/synonyms?word=b%C3%A9cher").await.text, "fields[version]");
    let gone = [("fields[id]", "bécher"), ("fields[version]", version.as_str())];
    let gone = olga.submit("/admin/synonyms", "admin-remove-synonyms", &gone).await.text;
    says(&gone, &["The word is removed", "There is none yet"]);
    assert!(!finds().await);
    desk.site.shop.done().await;
}
