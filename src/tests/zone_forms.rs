//! The editor of shipping zones: methods with their steps, rows that are added, and two who edit at once.

use shop::domain::{Fields, Refusal, ShippingPrice};
use shop::dto::{method_field, method_key, rate_field};

use crate::harness::{Everything, refused};
use crate::rule_forms::{fields, kept, open, parse_optional, problem, typed, with, zone_form};

/// A zone with every kind of method, its countries ticked; the keys are its methods' ids.
pub fn islands(keys: [&str; 4]) -> Fields {
    let [weight, total, flat, counter] = keys;
    let mut form =
        fields(&[("name", "Islands"), ("country-GB", "on"), ("country-IE", "on"), ("regions", "us-hi, US-AK")]);
    let mut method = |key: &str, parts: &[(&str, &str)]| {
        form.extend(parts.iter().map(|(part, value)| (method_field(key, part), (*value).to_owned())));
        form.extend([("min_days", "1"), ("max_days", "3")].map(|(part, n)| (method_field(key, part), n.to_owned())));
    };
    let steps = [
        ("name", "Parcel"),
        ("kind", "by_weight"),
        ("w0-at", "1000"),
        ("w0-price", "4"),
        ("w2-at", "5000"),
        ("w2-price", "7.50"),
        ("w3-at", ""),
    ];
    method(weight, &steps);
    method(
        total,
        &[
            ("name", "Insured"),
            ("kind", "by_total"),
            ("t0-at", "0"),
            ("t0-price", "12"),
            ("t1-at", "50"),
            ("t1-price", "6"),
        ],
    );
    method(
        flat,
        &[("name", "Courier"), ("kind", "flat"), ("price", "15"), ("free_from", "200"), ("w0-at", "nonsense")],
    );
    method(counter, &[("name", "Counter"), ("kind", "pick_up"), ("price", "0")]);
    form.insert(method_field(flat, "needs_phone"), "on".to_owned());
    form
}

pub const KEYS: [&str; 4] = [
    "0191d5a0000070008000000000000001",
    "0191d5a0000070008000000000000002",
    "0191d5a0000070008000000000000003",
    "0191d5a0000070008000000000000004",
];

#[tokio::test]
async fn a_zone_is_made_with_its_methods_and_changed_one_at_a_time() {
    let (shop, staff) = open().await;
    let id = shop.shop.save_zone(staff.may(), &islands(KEYS)).await.unwrap();
    let zones = shop.shop.pricing_rules().await.unwrap().zones.clone();
    let made = zones.iter().find(|zone| zone.id == id).unwrap();
    assert_eq!(
        (made.countries.as_slice(), made.regions.as_slice()),
        (&["GB".into(), "IE".into()][..], &["US-HI".into(), "US-AK".into()][..])
    );
    let heights = made.methods.iter().map(|method| match &method.price {
        ShippingPrice::ByWeight { steps } => steps.len(),
        ShippingPrice::ByTotal { steps } => steps.len() * 10,
        ShippingPrice::Flat { .. } => 1,
        ShippingPrice::PickUp { .. } => 0,
    });
    assert_eq!(heights.collect::<Vec<_>>(), [2, 20, 1, 0]);
    assert_eq!(zones.len(), 2, "the one that was there stays");
    let calling: Vec<_> = made.methods.iter().map(|method| method.needs_phone).collect();
    assert_eq!(calling, [false, false, true, false]);

    let shown = zone_form(&shop, staff, &id.to_string(), "").await;
    shop.shop.save_zone(staff.may(), &typed(&shown, &[])).await.unwrap();
    assert_eq!(shop.shop.pricing_rules().await.unwrap().zones, zones, "what is shown and sent again changes nothing");
    let shown = zone_form(&shop, staff, &id.to_string(), "").await;
    let gone = method_field(&method_key(&made.methods[0]), "gone");
    shop.shop.save_zone(staff.may(), &typed(&shown, &[(&gone, "on"), ("country-IE", "")])).await.unwrap();
    let zones = shop.shop.pricing_rules().await.unwrap().zones.clone();
    assert_eq!((zones[1].methods.len(), zones[1].countries.len()), (3, 1));

    shop.shop.raise_zone(staff.may(), id).await.unwrap();
    shop.shop.raise_zone(staff.may(), id).await.unwrap();
    assert_eq!(shop.shop.pricing_rules().await.unwrap().zones[0].id, id);
    assert!(matches!(
        refused(shop.shop.remove_zone(staff.may(), &typed(&shown, &[])).await),
        Refusal::VersionMismatch { .. }
    ));
    let shown = zone_form(&shop, staff, &id.to_string(), "").await;
    shop.shop.remove_zone(staff.may(), &typed(&shown, &[])).await.unwrap();
    assert_eq!(refused(shop.shop.save_zone(staff.may(), &typed(&shown, &[])).await), Refusal::NotFound);
    assert_eq!(refused(shop.shop.raise_zone(staff.may(), id).await), Refusal::NotFound);
    shop.done().await;
}

#[tokio::test]
async fn what_no_zone_can_be_is_refused_beside_its_field() {
    let (shop, staff) = open().await;
    let [weight, total, flat_rate, _] = KEYS;
    for (field, value, beside) in [
        ("name".to_owned(), "", "name".to_owned()),
        ("name".to_owned(), "Everywhere", "name".to_owned()),
        ("country-XX".to_owned(), "on", "countries".to_owned()),
        ("regions".to_owned(), "Hawaii", "regions".to_owned()),
        ("regions".to_owned(), "US-XX", "regions".to_owned()),
        (method_field(weight, "name"), " ", method_field(weight, "name")),
        (method_field(weight, "name"), "Insured", method_field(total, "name")),
        (method_field(weight, "kind"), "pigeon", method_field(weight, "kind")),
        (method_field(weight, "w2-at"), "1000", method_field(weight, "w2-at")),
        (method_field(weight, "w2-at"), "900", method_field(weight, "w2-at")),
        (method_field(weight, "w2-at"), "-5", method_field(weight, "w2-at")),
        (method_field(weight, "w2-at"), "", method_field(weight, "w2-at")),
        (method_field(weight, "w2-price"), "free", method_field(weight, "w2-price")),
        (method_field(total, "t1-at"), "0", method_field(total, "t1-at")),
        (method_field(flat_rate, "kind"), "by_total", method_field(flat_rate, "t0-at")),
        (method_field(flat_rate, "price"), "", method_field(flat_rate, "price")),
        (method_field(flat_rate, "price"), "-1", method_field(flat_rate, "price")),
        (method_field(flat_rate, "free_from"), "much", method_field(flat_rate, "free_from")),
        (method_field(flat_rate, "min_days"), "4", method_field(flat_rate, "max_days")),
        (method_field(flat_rate, "max_days"), "91", method_field(flat_rate, "max_days")),
        ("m-no-id-name".to_owned(), "Garbled", method_field("no", "name")),
    ] {
        let form = with(islands(KEYS), &field, value);
        problem(refused(shop.shop.save_zone(staff.may(), &form).await), &beside);
        problem(refused(shop.shop.try_zone(staff.may(), &form).await), &beside);
    }
    // A method's id that another zone's method has.
    shop.shop.save_zone(staff.may(), &islands(KEYS)).await.unwrap();
    let stolen = with(islands(KEYS), "name", "Thief");
    assert!(matches!(refused(shop.shop.save_zone(staff.may(), &stolen).await), Refusal::Invalid { .. }));
    assert_eq!(shop.shop.pricing_rules().await.unwrap().zones.len(), 2);
    shop.done().await;
}

#[tokio::test]
async fn of_two_who_edit_a_zone_nothing_is_lost() {
    let (shop, staff) = open().await;
    let id = shop.shop.save_zone(staff.may(), &islands(KEYS)).await.unwrap().to_string();
    let shown = zone_form(&shop, staff, &id, "").await;
    let [weight, _, flat_rate, counter] = KEYS;
    // The first takes the counter away, makes the courier dearer and ships to France.
    let first = [
        (method_field(counter, "gone"), "on"),
        (method_field(flat_rate, "price"), "18"),
        ("country-FR".to_owned(), "on"),
    ];
    let first: Vec<_> = first.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    shop.shop.save_zone(staff.may(), &typed(&shown, &first)).await.unwrap();
    // The second adds a row of weights and ships to Spain.
    let second = [
        (method_field(weight, "w3-at"), "9000"),
        (method_field(weight, "w3-price"), "11"),
        (method_field(flat_rate, "price"), "16"),
        ("country-ES".to_owned(), "on"),
        ("do".to_owned(), "save"),
    ];
    let second: Vec<_> = second.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    let second = typed(&shown, &second);
    assert!(matches!(refused(shop.shop.save_zone(staff.may(), &second).await), Refusal::VersionMismatch { .. }));
    let view =
        shop.shop.zone_editor(staff.may(), parse_optional(&id), &kept(&shop, staff, &second).await).await.unwrap();
    assert!(view.editor.theirs.contains(&"country-FR".to_owned()), "{:?}", view.editor.theirs);
    assert_eq!(view.editor.both, [(method_field(flat_rate, "price"), "18.00".to_owned())]);
    assert_eq!(view.methods.len(), 3, "the counter is gone for both");
    shop.shop.save_zone(staff.may(), &typed(&view.editor, &[])).await.unwrap();
    let zones = shop.shop.pricing_rules().await.unwrap().zones.clone();
    let both = zones.iter().find(|zone| zone.id.to_string() == id).unwrap();
    assert_eq!((both.countries.as_slice(), both.methods.len()), (&["ES", "FR", "GB", "IE"].map(str::to_owned)[..], 3));
    assert!(matches!(&both.methods[0].price, ShippingPrice::ByWeight { steps } if steps.len() == 3), "{both:?}");
    shop.done().await;
}

#[tokio::test]
async fn rows_and_methods_are_added_and_keep_what_was_typed() {
    let (shop, staff) = open().await;
    let new = shop.shop.zone_editor(staff.may(), None, "").await.unwrap();
    assert_eq!(new.methods.len(), 1, "a form for a new zone has room for one way to send it");
    let name = method_field(&new.methods[0], "name");
    let sent = typed(&new.editor, &[("name", "Islands"), (&name, "Post"), ("do", "add-method")]);
    let more = shop.shop.zone_editor(staff.may(), None, &kept(&shop, staff, &sent).await).await.unwrap();
    assert_eq!((more.methods.len(), more.editor.fields["name"].as_str()), (2, "Islands"));
    assert_eq!(
        (more.editor.fields[&name].as_str(), &more.editor.theirs, &more.editor.both),
        ("Post", &vec![], &vec![])
    );
    let rate = |part: &str| rate_field("new0", part);
    let sent = fields(&[("id", "DE"), (&rate("name"), "MwSt."), (&rate("rate"), "x"), ("base", "{}")]);
    let rates = shop.shop.rates_editor(staff.may(), "DE", &kept(&shop, staff, &sent).await).await.unwrap();
    assert_eq!((rates.rows, rates.editor.fields[&rate("rate")].as_str()), (vec!["new0".to_owned()], "x"));
    shop.done().await;
}
