//! The editors of promotions and tax: what is typed is saved as it was meant or refused beside its field, and two who edit at
//! once lose nothing.

use std::str::FromStr;

use shop::domain::{Fields, Problem, Refusal, Staff};
use shop::dto::{EditorView, PromotionQuery, PromotionState, rate_field};

use crate::harness::rules::{code, percent, promotion, taxed};
use crate::harness::{Everything, TestShop, refused, usd};

pub fn fields(fields: &[(&str, &str)]) -> Fields {
    fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

pub async fn open() -> (TestShop, Staff) {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 50), ("CUP", "9.50", 50)]).await;
    let staff = Staff(shop.register("Staff").await.id);
    (shop, staff)
}

/// What a browser sends that was shown this form, with these fields typed over it.
pub fn typed(shown: &EditorView, changes: &[(&str, &str)]) -> Fields {
    let mut sent = shown.fields.clone();
    sent.insert("id".into(), shown.id.clone());
    sent.insert("version".into(), shown.version.clone());
    sent.insert("base".into(), serde_json::to_string(&shown.base).unwrap());
    sent.extend(fields(changes));
    sent
}

pub fn with(mut fields: Fields, name: &str, value: &str) -> Fields {
    fields.insert(name.to_owned(), value.to_owned());
    fields
}

/// Keeps a form as it is kept when a button is pressed.
pub async fn kept(shop: &TestShop, by: Staff, form: &Fields) -> String {
    shop.shop.keep_form(by, form).await.unwrap().to_string()
}

/// An id as it stands in an address; nothing: one that is not there yet.
pub fn parse_optional<T: FromStr<Err = Refusal>>(id: &str) -> Option<T> {
    Some(id).filter(|id| !id.is_empty()).map(|id| id.parse().unwrap())
}

pub async fn promotion_form(shop: &TestShop, by: Staff, id: &str, kept: &str) -> EditorView {
    shop.shop.promotion_editor(by.may(), parse_optional(id), kept).await.unwrap().editor
}

pub async fn zone_form(shop: &TestShop, by: Staff, id: &str, kept: &str) -> EditorView {
    shop.shop.zone_editor(by.may(), parse_optional(id), kept).await.unwrap().editor
}

pub async fn rates_form(shop: &TestShop, by: Staff, country: &str, kept: &str) -> EditorView {
    shop.shop.rates_editor(by.may(), country, kept).await.unwrap().editor
}

#[track_caller]
pub fn problem(refusal: Refusal, field: &str) -> Problem {
    refusal.problem_of(field).cloned().unwrap_or_else(|| panic!("nothing about {field}: {refusal:?}"))
}

pub const TENTH: [(&str, &str); 4] =
    [("name", "A tenth off"), ("kind", "percent"), ("percent", "10"), ("active", "yes")];

#[tokio::test]
async fn a_promotion_is_made_changed_switched_and_removed() {
    let (shop, staff) = open().await;
    let ada = shop.register("Ada").await;
    let all = [
        ("name", " A  tenth off "),
        ("code", "tenth"),
        ("kind", "percent"),
        ("percent", "10"),
        ("minimum", "20"),
        ("products", "mug\r\n CUP,mug"),
        ("category-glass", "on"),
        ("starts_at", "2026-01-01T00:00"),
        ("ends_at", "2036-01-01T12:30:00"),
        ("first_order_only", "yes"),
        ("customer", "ADA@example.org"),
        ("limit", "9"),
        ("limit_per_customer", "2"),
        ("stackable", "yes"),
        ("active", "yes"),
    ];
    let id = shop.shop.save_promotion(staff.may(), &fields(&all)).await.unwrap();
    let (made, uses) = shop.shop.promotions(staff.may()).await.unwrap().remove(0);
    assert_eq!((made.id, made.name.as_str(), &made.code, uses), (id, "A tenth off", &Some(code("TENTH")), 0));
    assert_eq!((made.minimum, made.limit, made.limit_per_customer), (Some(usd("20")), Some(9), Some(2)));
    assert_eq!((made.products.len(), made.categories.len(), made.customer), (2, 1, Some(ada.id)));
    assert!(made.first_order_only && made.stackable && made.active);
    let ends = made.ends_at.unwrap();
    assert_eq!((ends.year(), ends.hour(), ends.minute()), (2036, 12, 30), "the shop's clocks show UTC here");

    // What is shown and sent again changes nothing.
    let shown = promotion_form(&shop, staff, &id.to_string(), "").await;
    assert_eq!((shown.fields["customer"].as_str(), shown.fields["products"].as_str()), ("ada@example.org", "mug\ncup"));
    shop.shop.save_promotion(staff.may(), &typed(&shown, &[])).await.unwrap();
    assert_eq!(shop.shop.promotions(staff.may()).await.unwrap().remove(0).0, made);

    let shown = promotion_form(&shop, staff, &id.to_string(), "").await;
    let amount = [("kind", "amount"), ("amount", "5"), ("category-glass", ""), ("products", ""), ("customer", "")];
    shop.shop.save_promotion(staff.may(), &typed(&shown, &amount)).await.unwrap();
    let changed = shop.shop.promotions(staff.may()).await.unwrap().remove(0).0;
    assert_eq!((changed.kind.value().as_str(), changed.products.len(), changed.customer), ("5.00", 0, None));
    shop.shop.switch_promotion(staff.may(), id, false).await.unwrap();
    let list = shop.shop.promotion_list(staff.may(), &PromotionQuery::default()).await.unwrap();
    assert_eq!((list.rows[0].state, list.next), (PromotionState::Off, None));

    let stale = typed(&shown, &[]);
    assert!(matches!(refused(shop.shop.remove_promotion(staff.may(), &stale).await), Refusal::VersionMismatch { .. }));
    let shown = promotion_form(&shop, staff, &id.to_string(), "").await;
    shop.shop.remove_promotion(staff.may(), &typed(&shown, &[])).await.unwrap();
    assert!(shop.shop.promotions(staff.may()).await.unwrap().is_empty());
    for gone in [
        shop.shop.remove_promotion(staff.may(), &typed(&shown, &[])).await.map(|()| id),
        shop.shop.save_promotion(staff.may(), &typed(&shown, &[])).await,
    ] {
        assert_eq!(refused(gone), Refusal::NotFound);
    }
    shop.done().await;
}

#[tokio::test]
async fn the_same_form_sent_twice_makes_one() {
    let (shop, staff) = open().await;
    let form = typed(&promotion_form(&shop, staff, "", "").await, &TENTH);
    let (first, second) =
        (shop.shop.save_promotion(staff.may(), &form).await, shop.shop.save_promotion(staff.may(), &form).await);
    assert_eq!(first.unwrap(), second.unwrap());
    let shown = zone_form(&shop, staff, "", "").await;
    let name = shown.fields.keys().find(|name| name.ends_with("-name")).unwrap().clone();
    let price = name.replace("-name", "-price");
    let form = typed(&shown, &[("name", "Islands"), ("country-GB", "on"), (&name, "Post"), (&price, "4")]);
    let (first, second) =
        (shop.shop.save_zone(staff.may(), &form).await, shop.shop.save_zone(staff.may(), &form).await);
    assert_eq!(first.unwrap(), second.unwrap());
    let rules = shop.shop.pricing_rules().await.unwrap();
    assert_eq!((rules.promotions.len(), rules.zones.len()), (1, 2));
    assert_eq!(shop.count("select count(*) from audit_log").await, 2);
    shop.done().await;
}

#[tokio::test]
async fn what_no_promotion_can_be_is_refused_beside_its_field() {
    let (shop, staff) = open().await;
    shop.shop.save_promotion(staff.may(), &with(fields(&TENTH), "code", "TAKEN")).await.unwrap();
    for (field, value, beside) in [
        ("name", " ", "name"),
        ("name", "a\u{202e}b", "name"),
        ("percent", "-5", "percent"),
        ("percent", "101", "percent"),
        ("percent", "0", "percent"),
        ("percent", "", "percent"),
        ("kind", "gift", "kind"),
        ("kind", "amount", "amount"),
        ("kind", "buy_x_get_y", "buy"),
        ("code", "two words", "code"),
        ("code", "ab", "code"),
        ("code", "taken", "code"),
        ("minimum", "-1", "minimum"),
        ("minimum", "1,50", "minimum"),
        ("starts_at", "tomorrow", "starts_at"),
        ("ends_at", "2026-02-30T10:00", "ends_at"),
        ("ends_at", "2026-01-01T25:00", "ends_at"),
        ("limit", "0", "limit"),
        ("limit", "99999999999", "limit"),
        ("limit_per_customer", "a", "limit_per_customer"),
        ("customer", "nobody", "customer"),
        ("customer", "nobody@example.org", "customer"),
        ("products", "mug, jug", "products"),
        ("category-nowhere", "on", "categories"),
        ("category-../..", "on", "categories"),
    ] {
        let form = with(fields(&TENTH), field, value);
        problem(refused(shop.shop.save_promotion(staff.may(), &form).await), beside);
        if field != "category-nowhere" {
            problem(refused(shop.shop.try_promotion(staff.may(), &form).await), beside);
        }
    }
    let reversed = fields(&[("starts_at", "2026-05-02T10:00"), ("ends_at", "2026-05-01T10:00")]);
    let form: Fields = fields(&TENTH).into_iter().chain(reversed).collect();
    assert_eq!(problem(refused(shop.shop.save_promotion(staff.may(), &form).await), "ends_at"), Problem::NotRising);
    for id in ["x", "00000000-0000-4000-8000-000000000000"] {
        assert_eq!(
            refused(shop.shop.save_promotion(staff.may(), &with(fields(&TENTH), "id", id)).await),
            Refusal::NotFound
        );
    }
    for (field, value) in [
        ("try_units", "0"),
        ("try_units", "many"),
        ("try_country", "XX"),
        ("try_goods", "all"),
        ("try_grams", "-1"),
        ("try_vat", "DE12"),
    ] {
        problem(refused(shop.shop.try_promotion(staff.may(), &with(fields(&TENTH), field, value)).await), field);
    }
    let amount = with(with(fields(&TENTH), "try_goods", "amount"), "try_amount", "a lot");
    problem(refused(shop.shop.try_promotion(staff.may(), &amount).await), "try_amount");
    assert_eq!(shop.shop.promotions(staff.may()).await.unwrap().len(), 1, "nothing was saved");
    shop.done().await;
}

#[tokio::test]
async fn of_two_who_edit_a_promotion_the_second_sees_what_the_first_changed() {
    let (shop, staff) = open().await;
    let id = shop.shop.save_promotion(staff.may(), &fields(&TENTH)).await.unwrap().to_string();
    let shown = promotion_form(&shop, staff, &id, "").await;
    shop.shop.save_promotion(staff.may(), &typed(&shown, &[("percent", "15"), ("limit", "5")])).await.unwrap();
    let second = typed(&shown, &[("percent", "20"), ("name", "Much off")]);
    assert!(matches!(refused(shop.shop.save_promotion(staff.may(), &second).await), Refusal::VersionMismatch { .. }));
    let form = promotion_form(&shop, staff, &id, &kept(&shop, staff, &second).await).await;
    assert_eq!((form.theirs, form.both), (vec!["limit".into()], vec![("percent".into(), "15.00".into())]));
    let stands: Vec<_> = ["percent", "name", "limit"].iter().map(|name| form.fields[*name].as_str()).collect();
    assert_eq!(stands, ["20", "Much off", "5"]);
    let again = promotion_form(&shop, staff, &id, &kept(&shop, staff, &second).await).await;
    shop.shop.save_promotion(staff.may(), &typed(&again, &[])).await.unwrap();
    let saved = shop.shop.promotions(staff.may()).await.unwrap().remove(0).0;
    assert_eq!((saved.name.as_str(), saved.kind.value().as_str(), saved.limit), ("Much off", "20.00", Some(5)));

    // Whoever changes another one is in nobody's way, and a program counts as somebody else.
    let shown = promotion_form(&shop, staff, &id, "").await;
    let other = shop.promote(promotion("Another", percent("5"))).await;
    shop.shop.save_promotion(staff.may(), &typed(&shown, &[("limit", "6")])).await.unwrap();
    let shown = promotion_form(&shop, staff, &other.to_string(), "").await;
    let mut by_program =
        shop.shop.promotions(staff.may()).await.unwrap().into_iter().find(|(p, _)| p.id == other).unwrap().0;
    by_program.stackable = true;
    shop.shop.update_promotion(staff.may(), None, by_program).await.unwrap();
    let overtaken = shop.shop.save_promotion(staff.may(), &typed(&shown, &[("limit", "6")])).await;
    assert!(matches!(refused(overtaken), Refusal::VersionMismatch { .. }));
    // A form that somebody else kept is nobody's.
    let foreign = kept(&shop, Staff(shop.register("Other").await.id), &second).await;
    assert_eq!(promotion_form(&shop, staff, &id, &foreign).await.fields["name"], "Much off");
    shop.done().await;
}

pub fn rate(key: &str, region: &str, class: &str, name: &str, rate: &str) -> Fields {
    let parts = [("region", region), ("class", class), ("name", name), ("rate", rate)];
    parts.map(|(part, value)| (rate_field(key, part), value.to_owned())).into()
}

#[tokio::test]
async fn rates_are_kept_by_country_and_what_is_none_is_refused() {
    let (shop, staff) = open().await;
    shop.tax_by(taxed(&[("GB", "20"), ("DE", "19")])).await;
    let shown = rates_form(&shop, staff, "US", "").await;
    let mut form = typed(&shown, &[]);
    form.extend(rate("new0", "CA", "standard", "Sales tax", "7.25 %"));
    form.extend(rate("new1", "", "standard", "Tax", "1"));
    form.extend(rate("new2", "", "standard", "", ""));
    shop.shop.save_rates(staff.may(), &form).await.unwrap();
    let rules = shop.shop.pricing_rules().await.unwrap().tax.clone();
    let told: Vec<_> =
        rules.rates.iter().map(|r| (r.country.as_str(), r.region.as_deref(), r.rate.to_string())).collect();
    let expected = [("GB", None, "20.00"), ("DE", None, "19.00"), ("US", None, "1.00"), ("US", Some("CA"), "7.25")];
    assert_eq!(told, expected.map(|(country, region, rate)| (country, region, rate.to_owned())));

    let base = || typed(&shown, &[]);
    for (rows, beside) in [
        (vec![rate("new0", "", "standard", "Tax", "-1")], "r-new0-rate"),
        (vec![rate("new0", "", "standard", "Tax", "101")], "r-new0-rate"),
        (vec![rate("new0", "", "standard", "Tax", "")], "r-new0-rate"),
        (vec![rate("new0", "", "standard", "", "5")], "r-new0-name"),
        (vec![rate("new0", "Bavaria", "standard", "Tax", "5")], "r-new0-region"),
        (vec![rate("new0", "", "luxury", "Tax", "5")], "r-new0-class"),
        (vec![rate("new0", "CA", "standard", "Tax", "5"), rate("new1", "CA", "standard", "Tax", "6")], "r-new1-class"),
    ] {
        let mut form = base();
        form.extend(rows.into_iter().flatten());
        problem(refused(shop.shop.try_tax(staff.may(), &form).await), beside);
        let shown = rates_form(&shop, staff, "US", "").await;
        form.insert("version".into(), shown.version);
        problem(refused(shop.shop.save_rates(staff.may(), &form).await), beside);
    }
    for country in ["XX", "us", "../.."] {
        let saved = shop.shop.save_rates(staff.may(), &fields(&[("id", country)])).await;
        assert_eq!(refused(saved), Refusal::NotFound, "{country}");
        assert_eq!(refused(shop.shop.rates_editor(staff.may(), country, "").await), Refusal::NotFound, "{country}");
    }
    assert_eq!(refused(shop.shop.save_rates(staff.may(), &Fields::new()).await), Refusal::NotFound);
    assert_eq!(rates_form(&shop, staff, "", "").await.id, "GB", "where the shop is, if nobody says where");
    assert_eq!(shop.shop.pricing_rules().await.unwrap().tax, rules);
    // Emptied rows are gone; what another country has is in nobody's way.
    let germany = rates_form(&shop, staff, "DE", "").await;
    let britain = rates_form(&shop, staff, "GB", "").await;
    let none = [("r-standard-name", ""), ("r-standard-rate", "")];
    shop.shop.save_rates(staff.may(), &typed(&germany, &none)).await.unwrap();
    shop.shop.save_rates(staff.may(), &typed(&britain, &[("r-standard-rate", "17.5")])).await.unwrap();
    assert_eq!(shop.shop.pricing_rules().await.unwrap().tax.rates.len(), 3);
    assert!(matches!(
        refused(shop.shop.save_rates(staff.may(), &typed(&britain, &[])).await),
        Refusal::VersionMismatch { .. }
    ));
    shop.done().await;
}

#[tokio::test]
async fn what_holds_everywhere_of_tax_is_saved_apart_from_rates() {
    let (shop, staff) = open().await;
    shop.tax_by(taxed(&[("GB", "20")])).await;
    let shown = shop.shop.tax_editor(staff.may(), "").await.unwrap();
    assert_eq!((shown.countries.len(), shown.editor.fields["seller_country"].as_str()), (1, "GB"));
    let britain = rates_form(&shop, staff, "GB", "").await;
    let us = [("prices_include_tax", "no"), ("shipping_class", "zero"), ("seller_country", "US")];
    shop.shop.save_tax_settings(staff.may(), &typed(&shown.editor, &us)).await.unwrap();
    shop.shop.save_rates(staff.may(), &typed(&britain, &[("r-standard-rate", "21")])).await.unwrap();
    let rules = shop.shop.pricing_rules().await.unwrap().tax.clone();
    assert_eq!(
        (rules.prices_include_tax, rules.seller_country.as_str(), rules.rates[0].rate.to_string().as_str()),
        (false, "US", "21.00")
    );
    let second = typed(&shown.editor, &[("shipping_class", "reduced")]);
    assert!(matches!(
        refused(shop.shop.save_tax_settings(staff.may(), &second).await),
        Refusal::VersionMismatch { .. }
    ));
    let form = shop.shop.tax_editor(staff.may(), &kept(&shop, staff, &second).await).await.unwrap().editor;
    assert_eq!((form.theirs.len(), form.both.len(), form.fields["shipping_class"].as_str()), (2, 1, "reduced"));
    for (field, value) in [("seller_country", "XX"), ("shipping_class", "none"), ("reverse_charge", "yes")] {
        problem(refused(shop.shop.save_tax_settings(staff.may(), &typed(&form, &[(field, value)])).await), field);
    }
    shop.done().await;
}
