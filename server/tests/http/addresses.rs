//! The address form of the checkout, by country, without scripts and as an island asks for it.

use http::StatusCode;

use crate::visitor::{Site, Visitor};

async fn stocked() -> Site {
    let site = Site::open().await;
    site.shop.stock_shelves(&[("MUG", "24.00", 10)]).await;
    site
}

/// Ada at the first step of the checkout.
async fn at_checkout(site: &Site) -> Visitor<'_> {
    let ada = site.visitor();
    ada.register("Ada").await;
    let mug = site.shop.variant("MUG").await.to_string();
    ada.post("/products/mug", "add-to-cart", &[("variant_id", &mug), ("quantity", "1")]).await;
    ada
}

/// The tag of the field with this name.
fn field<'a>(page: &'a str, name: &str) -> &'a str {
    let at = page.find(&format!("name=\"{name}\"")).unwrap_or_else(|| panic!("no field {name}: {page}"));
    let tag = &page[page[..at].rfind('<').unwrap()..];
    &tag[..tag.find('>').unwrap()]
}

#[tokio::test]
async fn without_scripts_the_fields_follow_the_country_and_keep_what_was_typed() {
    let site = stocked().await;
    let ada = at_checkout(&site).await;
    let page = ada.get("/checkout").await;
    assert!(field(&page.text, "region").starts_with("<input"), "no country is chosen yet");
    let typed = [
        ("name", "Ada L"),
        ("line1", "1 Main Street"),
        ("city", "Springfield"),
        ("region", "illinois"),
        ("postal_code", "62701"),
        ("phone", "+1 217 555 0100"),
        ("tax_number", "12-3456789"),
        ("country", "US"),
    ];
    let sent = ada.post("/checkout", "update-address", &typed).await;
    assert_eq!(sent.location(), "/checkout#field-country");
    let page = ada.get("/checkout").await;
    assert!(!page.text.contains("role=\"alert\""), "nothing was wrong");
    assert!(field(&page.text, "region").starts_with("<select"));
    assert!(page.text.contains("<option value=\"IL\" selected"), "{}", page.text);
    assert!(page.text.contains("ZIP code") && page.text.contains(">State"));
    for (name, value) in typed.iter().filter(|(name, _)| !matches!(*name, "country" | "region")) {
        assert!(field(&page.text, name).contains(&format!("value=\"{value}\"")), "{name}");
    }
    // A country without states and postal codes asks for neither.
    ada.post("/checkout", "update-address", &[("country", "AE"), ("line1", "Al Wasl Road 1")]).await;
    let page = ada.get("/checkout").await;
    assert!(page.text.contains("Emirate") && page.text.contains("(Dubai)"));
    assert!(!page.text.contains("name=\"postal_code\"") && !page.text.contains("name=\"city\""));
    site.shop.done().await;
}

#[tokio::test]
async fn what_is_not_of_the_country_is_told_beside_its_field() {
    let site = stocked().await;
    let ada = at_checkout(&site).await;
    let typed =
        [("name", "Ada"), ("line1", "Hauptstr. 1"), ("city", "Berlin"), ("postal_code", "SW1Y 4JH"), ("country", "DE")];
    let page = ada.submit("/checkout", "save-address", &typed).await;
    assert!(page.text.contains("no postal code of the country above. One looks like 26133."), "{}", page.text);
    assert!(field(&page.text, "postal_code").contains("aria-invalid=\"true\""));
    assert!(page.text.contains("#field-postal_code"), "the summary leads there");
    let unknown = ada.call("save-address", &[("country", "US"), ("region", "Bavaria")]).await;
    assert_eq!(unknown.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(unknown.text.contains(r#"["region","Please choose one of the options."]"#), "{}", unknown.text);
    let typed = typed.map(|(name, value)| if name == "postal_code" { (name, "DE-10117") } else { (name, value) });
    let review = ada.submit("/checkout", "save-address", &typed).await;
    assert!(review.text.contains("10117 Berlin") && review.text.contains("Germany"), "{}", review.text);
    site.shop.done().await;
}

#[tokio::test]
async fn a_script_gets_the_fields_of_a_country_empty() {
    let site = stocked().await;
    let visitor = site.visitor();
    let fields = visitor.call("address-fields", &[("section", "billing"), ("country", "ID")]).await;
    assert_eq!(fields.status, StatusCode::OK, "{}", fields.text);
    let html: String = serde_json::from_str(&fields.text).unwrap();
    assert!(field(&html, "billing[region]").starts_with("<select") && html.contains("Jawa Barat"), "{html}");
    assert!(!field(&html, "billing[postal_code]").contains("required"), "{html}");
    let unknown = visitor.call("address-fields", &[("section", "shipping"), ("country", "<b>")]).await;
    assert!(unknown.status.is_success() && !unknown.text.contains("<b>"), "{}", unknown.text);
    site.shop.done().await;
}

#[tokio::test]
async fn the_address_book_works_without_scripts_and_stands_in_the_checkout() {
    let site = stocked().await;
    let ada = at_checkout(&site).await;
    let new = "/account/addresses/new";
    let book = ada.get("/account/addresses").await;
    assert!(book.text.contains("not kept any address") && book.text.contains(new), "{}", book.text);
    let typed = [
        ("name", "Ada L"),
        ("line1", "12 St James's Square"),
        ("city", "London"),
        ("postal_code", "10117"),
        ("country", "GB"),
        ("default", "on"),
    ];
    let refused = ada.submit(new, "add-address", &typed).await;
    assert!(refused.text.contains("One looks like EC1Y 8SY.") && field(&refused.text, "default").contains("checked"));
    let typed = typed.map(|(name, value)| if name == "postal_code" { (name, "sw1y 4jh") } else { (name, value) });
    let book = ada.submit(new, "add-address", &typed).await;
    assert!(book.text.contains("Your address book is up to date") && book.text.contains("SW1Y 4JH"), "{}", book.text);
    assert!(book.text.contains("Your default address") && !book.text.contains("Make default"));
    let id = crate::visitor::hidden(&book.text, "id");
    let entry = format!("/account/addresses/{id}");
    let form = ada.get(&entry).await;
    assert!(field(&form.text, "postal_code").contains("SW1Y 4JH") && form.text.contains("/do/change-address"));
    let typed = typed.map(|(name, value)| if name == "name" { (name, "Ada King") } else { (name, value) });
    let change = |code| typed.map(|(name, value)| if name == "postal_code" { (name, code) } else { (name, value) });
    let with_id = |typed: [(&'static str, &'static str); 6]| [&typed[..], &[("id", id.as_str())]].concat();
    let refused = ada.submit(&entry, "change-address", &with_id(change("10117"))).await;
    assert!(refused.text.contains("One looks like EC1Y 8SY.") && refused.text.contains("Ada King"), "{}", refused.text);
    let book = ada.submit(&entry, "change-address", &with_id(typed)).await;
    assert!(book.text.contains("Your address book is up to date") && book.text.contains("Ada King"), "{}", book.text);
    assert!(!book.text.contains("Ada L<"), "{}", book.text);

    // The same address again, from the checkout, is not kept twice.
    let keep: Vec<_> = typed.into_iter().filter(|(name, _)| *name != "default").chain([("keep", "on")]).collect();
    assert!(ada.submit("/checkout", "save-address", &keep).await.text.contains("Place order"));
    let checkout = ada.get("/checkout").await;
    assert_eq!(checkout.text.matches("name=\"saved\"").count(), 2, "that one, and another: {}", checkout.text);
    let radio = &checkout.text[checkout.text.find(&id).unwrap()..];
    assert!(radio[..radio.find('>').unwrap()].contains("checked"), "it goes there");

    let other = site.visitor();
    other.register("Bob").await;
    assert_eq!(other.get(&entry).await.status, StatusCode::NOT_FOUND);
    assert_eq!(other.call("save-address", &[("saved", &id)]).await.status, StatusCode::NOT_FOUND);
    assert_eq!(other.call("remove-address", &[("id", &id)]).await.status, StatusCode::NOT_FOUND);
    let told = other.submit("/checkout", "save-address", &[("saved", &id)]).await;
    assert!(!told.text.contains("SW1Y"), "{}", told.text);
    let gone = ada.submit("/account/addresses", "remove-address", &[("id", &id)]).await;
    assert!(gone.text.contains("Removed from your address book") && !gone.text.contains("SW1Y"), "{}", gone.text);
    site.shop.done().await;
}

#[tokio::test]
async fn another_billing_address_is_asked_for_and_shown_to_the_end() {
    let site = stocked().await;
    let ada = at_checkout(&site).await;
    let typed = [
        ("name", "Ada"),
        ("line1", "12 St James's Square"),
        ("city", "London"),
        ("postal_code", "SW1Y 4JH"),
        ("country", "GB"),
        ("billing_is", "other"),
        ("billing[name]", "Accounts"),
        ("billing[line1]", "Hauptstr. 1"),
        ("billing[city]", "Berlin"),
        ("billing[postal_code]", "SW1"),
        ("billing[country]", "DE"),
    ];
    let page = ada.submit("/checkout", "save-address", &typed).await;
    assert!(field(&page.text, "billing[postal_code]").contains("aria-invalid"), "{}", page.text);
    assert!(page.text.contains("href=\"#field-billing-postal_code\"") && page.text.contains("One looks like 26133."));
    for (name, value) in [("name", "Ada"), ("city", "London"), ("billing[line1]", "Hauptstr. 1")] {
        assert!(field(&page.text, name).contains(&format!("value=\"{value}\"")), "{name}");
    }
    let typed = typed.map(|(name, value)| if value == "SW1" { (name, "10117") } else { (name, value) });
    let review = ada.submit("/checkout", "save-address", &typed).await;
    assert!(review.text.contains("Billed to") && review.text.contains("10117 Berlin"), "{}", review.text);
    let page = ada.get("/checkout").await;
    assert!(field(&page.text, "billing[city]").contains("Berlin"), "the way back keeps it");
    let same = typed.map(|(name, value)| if name == "billing_is" { (name, "same") } else { (name, value) });
    let review = ada.submit("/checkout", "save-address", &same).await;
    assert!(!review.text.contains("Billed to"), "{}", review.text);
    site.shop.done().await;
}

#[tokio::test]
async fn a_browser_is_told_what_it_may_fill_in() {
    let site = stocked().await;
    let guest = site.visitor();
    let mug = site.shop.variant("MUG").await.to_string();
    guest.post("/products/mug", "add-to-cart", &[("variant_id", &mug), ("quantity", "1")]).await;
    let united_states = [("country", "US"), ("billing[country]", "US"), ("billing_is", "other")];
    guest.post("/checkout", "update-address", &united_states).await;
    let checkout = guest.get("/checkout").await.text;
    let (login, register) = (guest.get("/login").await.text, guest.get("/register").await.text);
    let tracked = guest.get("/track").await.text;
    for (page, field_name, token) in [
        (&checkout, "email", "email"),
        (&checkout, "name", "shipping name"),
        (&checkout, "company", "shipping organization"),
        (&checkout, "line1", "shipping address-line1"),
        (&checkout, "line2", "shipping address-line2"),
        (&checkout, "city", "shipping address-level2"),
        (&checkout, "region", "shipping address-level1"),
        (&checkout, "postal_code", "shipping postal-code"),
        (&checkout, "country", "shipping country"),
        (&checkout, "phone", "shipping tel"),
        (&checkout, "billing[name]", "billing name"),
        (&checkout, "billing[line1]", "billing address-line1"),
        (&checkout, "billing[city]", "billing address-level2"),
        (&checkout, "billing[region]", "billing address-level1"),
        (&checkout, "billing[postal_code]", "billing postal-code"),
        (&checkout, "billing[country]", "billing country"),
        (&login, "email", "username"),
        (&login, "password", "current-password"),
        (&register, "name", "name"),
        (&register, "email", "email"),
        (&register, "password", "new-password"),
        (&tracked, "email", "email"),
    ] {
        let tag = field(page, field_name);
        assert!(tag.contains(&format!("autocomplete=\"{token}\"")), "{field_name}: {token}: {tag}");
    }
    site.shop.done().await;
}
