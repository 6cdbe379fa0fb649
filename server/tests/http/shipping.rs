//! The shipping step of the checkout, and what the steps around it say of it.

use http::StatusCode;

use shop::domain::ShippingMethod;

use crate::forms::order_with;
use crate::harness::rules::{flat, zone};
use crate::visitor::{Site, Visitor, hidden};

const LONDON: [(&str, &str); 6] = [
    ("email", "guest@example.org"),
    ("name", "Ada Lovelace"),
    ("line1", "12 St James's Square"),
    ("city", "London"),
    ("postal_code", "SW1Y 4JH"),
    ("country", "GB"),
];

const BERLIN: [(&str, &str); 6] = [
    ("email", "guest@example.org"),
    ("name", "Ada Lovelace"),
    ("line1", "Friedrichstr. 43"),
    ("city", "Berlin"),
    ("postal_code", "10117"),
    ("country", "DE"),
];

const AUSTIN: [(&str, &str); 7] = [
    ("email", "guest@example.org"),
    ("name", "Ada Lovelace"),
    ("line1", "500 Congress Ave"),
    ("city", "Austin"),
    ("region", "TX"),
    ("postal_code", "78701"),
    ("country", "US"),
];

/// Two ways to Britain, one to Germany, none to France.
async fn open() -> Site {
    let site = Site::open().await;
    site.shop.stock_shelves(&[("MUG", "24.00", 10)]).await;
    let britain = zone("Britain", &["GB"], vec![flat("Express", "9.00"), flat("Standard", "0")]);
    site.shop.ship_by(vec![britain, zone("Germany", &["DE"], vec![flat("Paket", "4.00")])]).await;
    site
}

async fn with_a_mug(site: &Site) -> Visitor<'_> {
    let visitor = site.visitor();
    let mug = site.shop.variant("MUG").await.to_string();
    let fields = [("product", "mug"), ("variant_id", mug.as_str()), ("quantity", "1")];
    assert!(visitor.submit("/products/mug", "add-to-cart", &fields).await.text.contains("Added to your cart"));
    visitor
}

/// The radio buttons of the page: the method's id, and whether it is chosen; in their order.
fn methods(page: &str) -> Vec<(String, bool)> {
    let inputs = page.split("<input").skip(1).filter_map(|rest| rest.split('>').next());
    let radios = inputs.filter(|input| input.contains("name=\"shipping_method\""));
    radios.map(|input| (hidden(&format!("<input{input}>"), "shipping_method"), input.contains(" checked"))).collect()
}

fn text_of(page: &str) -> String {
    let main = page.split("<main").nth(1).and_then(|rest| rest.split("</main>").next()).unwrap();
    let text = main.split('<').filter_map(|piece| piece.split_once('>')).map(|(_, text)| text);
    text.collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[tokio::test]
async fn a_method_is_chosen_and_shown_from_then_on() {
    let site = open().await;
    let guest = with_a_mug(&site).await;
    let answer = guest.post("/checkout", "save-address", &LONDON).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/checkout/shipping"));
    let page = guest.get("/checkout/shipping").await;
    let (text, offered) = (text_of(&page.text), methods(&page.text));
    assert!(text.contains("Standard 2 to 4 working days Free"), "{text}");
    assert!(text.contains("Express 2 to 4 working days $9.00"), "{text}");
    let [(_, true), (express, false)] = offered.as_slice() else { panic!("{offered:?}") };
    assert!(page.text.contains("<legend>Shipping method</legend>") && text.contains("SW1Y 4JH"), "{text}");
    assert!(text.contains("Contact guest@example.org Change e-mail"), "{text}");

    let answer = guest.post("/checkout/shipping", "choose-shipping", &[("shipping_method", express)]).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/checkout/review"));
    let review = guest.get("/checkout/review").await;
    let text = text_of(&review.text);
    assert!(text.contains("Shipping Express 2 to 4 working days Change shipping"), "{text}");
    assert!(text.contains("Shipping (Express) $9.00") && text.contains("Total $33.00"), "{text}");
    assert!(text.contains("Contact guest@example.org Change e-mail"), "{text}");
    assert!(text.starts_with("Address Shipping Review Payment"), "{text}");
    let offered = methods(&guest.get("/checkout/shipping").await.text);
    assert!(matches!(offered.as_slice(), [(_, false), (_, true)]), "{offered:?}");
    site.shop.done().await;
}

#[tokio::test]
async fn an_order_says_by_which_way_it_comes_and_when_as_long_as_it_may() {
    let site = open().await;
    let guest = site.visitor();
    let path = order_with(&guest, "1", &BERLIN).await;
    let text = text_of(&guest.get(&path).await.text);
    assert!(text.contains("Shipping Paket 2 to 4 working days Contact guest@example.org"), "{text}");
    // The way back leads to nothing that could be ordered once more.
    let review = guest.get("/checkout/review").await;
    assert!(text_of(&review.text).contains("Your order is placed"), "{}", review.text);
    assert!(!review.text.contains("/do/place-order"), "{}", review.text);
    let order = path.trim_start_matches("/orders/");
    let cancelled = text_of(&guest.submit(&path, "cancel-order", &[("order_id", order)]).await.text);
    assert!(cancelled.contains("You cancelled this order."), "{cancelled}");
    assert!(cancelled.contains("Shipping Paket Contact guest@example.org"), "{cancelled}");
    site.shop.done().await;
}

#[tokio::test]
async fn where_there_is_one_way_only_nothing_is_asked() {
    let site = open().await;
    let guest = with_a_mug(&site).await;
    assert!(text_of(&guest.get("/checkout").await.text).starts_with("Address Shipping Review Payment"));
    let answer = guest.post("/checkout", "save-address", &BERLIN).await;
    assert_eq!(answer.location(), "/checkout/review");
    let text = text_of(&guest.get("/checkout/review").await.text);
    assert!(text.starts_with("Address Review Payment") && text.contains("Shipping Paket"), "{text}");
    assert!(!text.contains("Change shipping"), "{text}");
    // Whoever opens it sees the one that there is.
    let page = guest.get("/checkout/shipping").await;
    assert!(matches!(methods(&page.text).as_slice(), [(_, true)]), "{}", page.text);
    site.shop.execute("update product_variants set needs_shipping = false").await;
    let text = text_of(&guest.get("/checkout/shipping").await.text);
    assert!(text.contains("Nothing in your order needs shipping."), "{text}");
    site.shop.done().await;
}

#[tokio::test]
async fn what_is_no_method_changes_nothing_and_is_told_beside_them() {
    let site = open().await;
    let guest = with_a_mug(&site).await;
    guest.post("/checkout", "save-address", &LONDON).await;
    let express = methods(&guest.get("/checkout/shipping").await.text)[1].0.clone();
    guest.post("/checkout/shipping", "choose-shipping", &[("shipping_method", &express)]).await;
    guest.post("/checkout", "save-address", &BERLIN).await;
    let paket = methods(&guest.get("/checkout/shipping").await.text)[0].0.clone();
    guest.post("/checkout", "save-address", &LONDON).await;
    let foreign = [("shipping_method", paket.as_str())];
    let nonsense = [("shipping_method", "' or 1=1")];
    for fields in [&foreign[..], &nonsense, &[]] {
        let page = guest.submit("/checkout/shipping", "choose-shipping", fields).await;
        let text = text_of(&page.text);
        assert!(text.contains("Shipping method : Please choose one of the options."), "{text}");
        assert!(page.text.contains("aria-describedby=\"field-shipping_method-problem\""), "{}", page.text);
        assert!(matches!(methods(&page.text).as_slice(), [(_, false), (_, true)]), "what was chosen stays: {text}");
        assert_eq!(guest.call("choose-shipping", fields).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    assert!(text_of(&guest.get("/checkout/review").await.text).contains("Shipping (Express)"));
    site.shop.done().await;
}

#[tokio::test]
async fn a_method_that_is_gone_is_named_and_leads_back_to_the_choice() {
    let site = open().await;
    let guest = with_a_mug(&site).await;
    guest.post("/checkout", "save-address", &LONDON).await;
    let express = methods(&guest.get("/checkout/shipping").await.text)[1].0.clone();
    let review = guest.submit("/checkout/shipping", "choose-shipping", &[("shipping_method", &express)]).await;
    let (key, reviewed) = (hidden(&review.text, "key"), hidden(&review.text, "reviewed"));
    site.shop.ship_by(vec![zone("Britain", &["GB"], vec![flat("Standard", "5.00")])]).await;
    let page = guest.submit("/checkout/review", "place-order", &[("key", &key), ("reviewed", &reviewed)]).await;
    let text = text_of(&page.text);
    assert!(text.contains("the shipping or its price has changed") && text.contains("Choose shipping"), "{text}");
    assert!(text.contains("The way of shipping you chose is not offered"), "{text}");
    assert!(!page.text.contains("/do/place-order"), "nothing is placed before it is chosen anew");
    assert_eq!(site.shop.count("select count(*) from orders").await, 0);

    let page = guest.get("/checkout/shipping").await;
    let [(standard, true)] = &methods(&page.text)[..] else { panic!("{}", page.text) };
    let review = guest.submit("/checkout/shipping", "choose-shipping", &[("shipping_method", standard)]).await;
    assert!(review.text.contains("/do/place-order"), "{}", review.text);
    site.shop.done().await;
}

#[tokio::test]
async fn where_nothing_is_shipped_is_told_beside_the_country() {
    let site = open().await;
    let guest = with_a_mug(&site).await;
    let mut paris = LONDON;
    paris[3..].copy_from_slice(&[("city", "Paris"), ("postal_code", "75002"), ("country", "FR")]);
    let page = guest.submit("/checkout", "save-address", &paris).await;
    assert!(
        page.text.contains("id=\"field-country-problem\" class=\"field-problem\">We do not ship there."),
        "{}",
        page.text
    );
    for typed in ["guest@example.org", "12 St James&#x27;s Square", "Paris", "75002"] {
        assert!(page.text.contains(typed) || page.text.contains(&typed.replace("&#x27;", "'")), "{typed}");
    }
    let text = text_of(&guest.get("/checkout/review").await.text);
    assert!(text.contains("We do not know yet where it goes."), "{text}");
    // Given while it was shipped to.
    guest.post("/checkout", "save-address", &LONDON).await;
    site.shop.ship_by(vec![zone("Germany", &["DE"], vec![flat("Paket", "4.00")])]).await;
    for path in ["/checkout/shipping", "/checkout/review"] {
        let page = guest.get(path).await;
        let text = text_of(&page.text);
        assert!(
            text.contains("We do not ship this to your address (United Kingdom).") && text.contains("Change address"),
            "{text}"
        );
        assert!(!page.text.contains("/do/place-order") && !page.text.contains("/do/choose-shipping"), "{path}");
    }
    site.shop.done().await;
}

#[tokio::test]
async fn without_a_cart_or_an_address_it_leads_to_them() {
    let site = open().await;
    let nobody = site.visitor();
    assert!(text_of(&nobody.get("/checkout/shipping").await.text).contains("Your cart is empty."));
    let page = nobody.submit("/checkout/shipping", "choose-shipping", &[("shipping_method", "x")]).await;
    assert!(text_of(&page.text).contains("Your cart is empty."), "{}", page.text);
    let guest = with_a_mug(&site).await;
    let text = text_of(&guest.get("/checkout/shipping").await.text);
    assert!(text.contains("We do not know yet where it goes. Give an address"), "{text}");
    let page = guest.submit("/checkout/shipping", "choose-shipping", &[("shipping_method", "x")]).await;
    assert!(text_of(&page.text).contains("Give an address"), "{}", page.text);
    site.shop.done().await;
}

#[tokio::test]
async fn a_carrier_that_wants_a_phone_number_gets_it_beside_the_methods() {
    let site = open().await;
    let courier = ShippingMethod { needs_phone: true, ..flat("Courier", "4.00") };
    site.shop.ship_by(vec![zone("Germany", &["DE"], vec![courier])]).await;
    let guest = with_a_mug(&site).await;
    let answer = guest.post("/checkout", "save-address", &BERLIN).await;
    assert_eq!(answer.location(), "/checkout/shipping", "also where there is one way only");
    let page = guest.get("/checkout/shipping").await;
    let [(courier, true)] = &methods(&page.text)[..] else { panic!("{}", page.text) };
    assert!(page.text.contains("id=\"field-phone\"") && page.text.contains("type=\"tel\""), "{}", page.text);
    assert!(text_of(&page.text).contains("The carrier wants a phone number."), "{}", page.text);
    let review = guest.get("/checkout/review").await;
    assert!(text_of(&review.text).contains("Give a phone number"), "{}", review.text);
    assert!(!review.text.contains("/do/place-order"), "nothing is placed before it is given");

    for (typed, told) in [("", "The carrier calls before it comes."), ("12", "Please enter a phone number")] {
        let fields = [("shipping_method", courier.as_str()), ("phone", typed)];
        let page = guest.submit("/checkout/shipping", "choose-shipping", &fields).await;
        let beside = format!("id=\"field-phone-problem\" class=\"field-problem\">{told}");
        assert!(page.text.contains(&beside) && page.text.contains("href=\"#field-phone\""), "{}", page.text);
        assert_eq!(hidden(&page.text, "phone"), typed, "what was typed stays");
        assert_eq!(guest.call("choose-shipping", &fields).await.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let fields = [("shipping_method", courier.as_str()), ("phone", "+49 30 1234567")];
    let review = guest.submit("/checkout/shipping", "choose-shipping", &fields).await;
    assert!(review.text.contains("/do/place-order"), "{}", review.text);
    assert!(!guest.get("/checkout/shipping").await.text.contains("field-phone"), "nothing is asked twice");
    let again = guest.get("/checkout").await;
    assert_eq!(hidden(&again.text, "phone"), "+49 30 1234567");
    site.shop.done().await;
}

#[tokio::test]
async fn the_button_of_an_order_has_the_words_of_the_law_where_there_is_one() {
    let site = open().await;
    site.shop.ship_by(vec![zone("Everywhere", &[], vec![flat("Post", "4.00")])]).await;
    let guest = with_a_mug(&site).await;
    for (address, button, legal) in [
        (&LONDON[..], "Place order with obligation to pay", true),
        (&BERLIN[..], "Place order with obligation to pay", true),
        (&AUSTIN[..], "Place order", false),
    ] {
        guest.post("/checkout", "save-address", address).await;
        let page = guest.get("/checkout/review").await;
        let form = page.text.split("action=\"/do/place-order\"").nth(1).and_then(|rest| rest.split("</form>").next());
        let form = form.unwrap_or_else(|| panic!("{}", page.text));
        let words = form.split("<button").nth(1).and_then(|rest| rest.split("</button>").next()).unwrap();
        assert!(words.contains(button) && words.contains("obligation") == legal, "{form}");
        assert!(form.contains("With this you agree to our ") && form.contains("href=\"/pages/terms\""), "{form}");
        assert_eq!(form.contains("href=\"/pages/withdrawal\""), legal, "{form}");
    }
    // Whoever is billed may live where the law is, too.
    let billed = [
        ("billing_is", "other"),
        ("billing[name]", "Ada Lovelace"),
        ("billing[line1]", "Friedrichstr. 43"),
        ("billing[city]", "Berlin"),
        ("billing[postal_code]", "10117"),
        ("billing[country]", "DE"),
    ];
    guest.post("/checkout", "save-address", &[&AUSTIN[..], &billed].concat()).await;
    assert!(guest.get("/checkout/review").await.text.contains("Place order with obligation to pay"));
    site.shop.done().await;
}
