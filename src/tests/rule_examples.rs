//! An example says, before anything is saved, what the checkout then charges.

use shop::domain::{Customer, Fields};
use shop::dto::{EditorView, ExampleView, OrderView};
use shop::usecase::{CartOwner, Clock as _};
use time::Duration;

use crate::harness::rules::{flat, zone};
use crate::harness::{Everything, TestShop, refused, usd};
use crate::rule_forms::{TENTH, fields, kept, open, problem, promotion_form, rate, rates_form, typed, with, zone_form};
use crate::zone_forms::{KEYS, islands};

/// What an order and an example have in common, in words.
fn told(parts: &shop::dto::TotalParts, total: shop::domain::Money) -> Vec<String> {
    let lines = shop::dto::total_lines(parts, total, None, None);
    lines.into_iter().map(|line| format!("{}: {}", line.label, line.amount)).collect()
}

async fn bought(shop: &TestShop, customer: Customer, units: &str, coupon: Option<&str>) -> OrderView {
    shop.add(customer, "MUG", units).await.unwrap();
    if let Some(coupon) = coupon {
        shop.shop.set_coupon(CartOwner::Customer(customer), coupon).await.unwrap();
    }
    let id = shop.place(customer, &[]).await;
    shop.order(customer, id).await
}

fn shown_example(form: EditorView) -> ExampleView {
    form.example.unwrap_or_else(|| panic!("no example: {:?}", form.fields))
}

/// Two mugs for Britain, as the form asks for them.
const TWO_MUGS: [(&str, &str); 4] =
    [("do", "try"), ("try_goods", "dearest"), ("try_units", "2"), ("try_country", "GB")];

#[tokio::test]
async fn an_example_comes_to_what_the_checkout_then_charges() {
    let (shop, staff) = open().await;
    shop.execute("update product_variants set weight_grams = 800").await;
    // Each set of rules is tried first, then saved, and then two mugs are bought.
    for (number, (promoted, coupon)) in [
        (vec![("kind", "percent"), ("percent", "12.5"), ("code", "EIGHTH")], Some("EIGHTH")),
        (vec![("kind", "amount"), ("amount", "7"), ("stackable", "yes")], None),
        (vec![("kind", "buy_x_get_y"), ("buy", "1"), ("get", "1"), ("code", "PAIR")], Some("PAIR")),
        (vec![("kind", "free_shipping"), ("minimum", "40"), ("products", "mug")], None),
    ]
    .into_iter()
    .enumerate()
    {
        let ada = shop.customer(&format!("Ada {number}")).await;
        let shown = zone_form(&shop, staff, "", "").await;
        let (name, keys) =
            (format!("Zone {number}"), KEYS.map(|key| key.replacen("0191", &format!("019{}", number + 1), 1)));
        let keys = [keys[0].as_str(), &keys[1], &keys[2], &keys[3]];
        let mut zone: Fields = with(islands(keys), "name", &name);
        zone.extend([("id".to_owned(), shown.id), ("base".to_owned(), "{}".to_owned())]);
        let tried = kept(&shop, staff, &zone.clone().into_iter().chain(fields(&TWO_MUGS)).collect()).await;
        let example = shown_example(zone_form(&shop, staff, "", &tried).await);
        assert_eq!(shop.shop.pricing_rules().await.unwrap().zones.len(), 1, "nothing is saved yet");
        let made = shop.shop.save_zone(staff.may(), &zone).await.unwrap();
        let order = bought(&shop, ada, "2", None).await;
        assert_eq!(told(&example.parts, example.total), told(&order.parts, order.total), "zone {number}");
        assert_eq!((example.other_zone, example.methods.len()), (None, 4));

        let shown = rates_form(&shop, staff, "GB", "").await;
        let key = if number == 0 { "new0" } else { "standard" };
        let mut taxed = typed(&shown, &[]);
        taxed.extend(rate(key, "", "standard", "VAT", &format!("{}.5", 17 + number)));
        let tried = kept(&shop, staff, &taxed.clone().into_iter().chain(fields(&TWO_MUGS)).collect()).await;
        let example = shown_example(rates_form(&shop, staff, "GB", &tried).await);
        shop.shop.save_rates(staff.may(), &taxed).await.unwrap();
        let order = bought(&shop, ada, "2", None).await;
        assert_eq!(told(&example.parts, example.total), told(&order.parts, order.total), "tax {number}");
        assert_eq!(example.parts.tax.lines.len(), 1);

        let mut form = fields(&[("name", "Something off"), ("active", "yes")]);
        form.extend(fields(&promoted));
        let trying: Fields = with(form.clone(), "base", "{}").into_iter().chain(fields(&TWO_MUGS)).collect();
        let tried = kept(&shop, staff, &trying).await;
        let example = shown_example(promotion_form(&shop, staff, "", &tried).await);
        assert_eq!((example.goods.as_str(), example.to.as_str()), ("2 × Product MUG", "United Kingdom"));
        assert!(shop.shop.promotions(staff.may()).await.unwrap().is_empty(), "nothing is saved yet");
        let id = shop.shop.save_promotion(staff.may(), &form).await.unwrap();
        let order = bought(&shop, ada, "2", coupon).await;
        assert_eq!(told(&example.parts, example.total), told(&order.parts, order.total), "promotion {number}");
        assert_eq!((example.parts.discounts.len(), example.refused), (1, None));

        let everywhere = shop.shop.tax_editor(staff.may(), "").await.unwrap().editor;
        let added = [("prices_include_tax", if number % 2 == 0 { "no" } else { "yes" }), ("seller_country", "GB")];
        let form = typed(&everywhere, &added);
        let tried = kept(&shop, staff, &form.clone().into_iter().chain(fields(&TWO_MUGS)).collect()).await;
        let example = shown_example(shop.shop.tax_editor(staff.may(), &tried).await.unwrap().editor);
        shop.shop.save_tax_settings(staff.may(), &form).await.unwrap();
        let order = bought(&shop, ada, "2", None).await;
        assert_eq!(told(&example.parts, example.total), told(&order.parts, order.total), "settings {number}");
        let shown = promotion_form(&shop, staff, &id.to_string(), "").await;
        shop.shop.remove_promotion(staff.may(), &typed(&shown, &[])).await.unwrap();
        let shown = zone_form(&shop, staff, &made.to_string(), "").await;
        shop.shop.remove_zone(staff.may(), &typed(&shown, &[])).await.unwrap();
    }
    shop.done().await;
}

#[tokio::test]
async fn an_example_says_why_nothing_is_taken_off_and_where_nothing_is_sent() {
    let (shop, staff) = open().await;
    shop.ship_by(vec![zone("Ireland", &["IE"], vec![flat("Post", "4.00")])]).await;
    let example = async |changes: &[(&str, &str)]| {
        let mut form = with(fields(&TENTH), "base", "{}");
        form.extend(fields(&[("do", "try"), ("try_country", "IE")]));
        form.extend(fields(changes));
        shown_example(promotion_form(&shop, staff, "", &kept(&shop, staff, &form).await).await)
    };
    let plain = example(&[]).await;
    assert_eq!((plain.refused, plain.total, plain.at), (None, usd("25.60"), None));
    assert!(example(&[("minimum", "30")]).await.refused.is_some(), "24.00 is not enough");
    assert_eq!(example(&[("active", "no")]).await.total, usd("25.60"), "as if it were switched on");
    let soon = (shop.clock.now() + Duration::days(400)).year();
    let soon = example(&[("starts_at", &format!("{soon}-12-01T10:00"))]).await;
    assert!(soon.at.is_some() && soon.refused.is_none(), "reckoned for the day on which it runs");
    assert!(example(&[("ends_at", "2020-01-01T10:00")]).await.refused.is_some());
    let cheapest = example(&[("try_goods", "cheapest"), ("products", "cup")]).await;
    assert_eq!((cheapest.goods.as_str(), cheapest.total), ("1 × Product CUP", usd("12.55")));
    let amount = example(&[("try_goods", "amount"), ("try_amount", "100"), ("category-glass", "on")]).await;
    assert_eq!((amount.goods.as_str(), amount.total), ("1 × goods for $100.00", usd("94.00")));
    let nowhere = example(&[("try_country", "DE")]).await;
    assert!(nowhere.methods.is_empty() && nowhere.needs_shipping);
    let nothing = with(with(fields(&TENTH), "category-glass", "on"), "try_country", "IE");
    problem(refused(shop.shop.try_promotion(staff.may(), &nothing).await), "try_goods");

    let elsewhere: Fields = islands(KEYS).into_iter().chain(fields(&[("country-IE", ""), ("base", "{}")])).collect();
    let elsewhere: Fields = elsewhere.into_iter().chain(fields(&[("do", "try"), ("try_country", "IE")])).collect();
    let example = shown_example(zone_form(&shop, staff, "", &kept(&shop, staff, &elsewhere).await).await);
    assert_eq!(example.other_zone.as_deref(), Some("Ireland"));
    shop.done().await;
}
