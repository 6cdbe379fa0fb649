//! Products with their variants, as staff make and edit them; and two who edit at once.

use shop::domain::{Fields, ProductId, ProductStatus, Refusal, Staff};
use shop::dto::{ListingQuery, StaffProduct, StockForm};
use shop::usecase::OptionsSaved;
use time::Duration;

use crate::harness::{Everything, TestShop, product, refused, usd, variant};

fn fields(fields: &[(&str, &str)]) -> Fields {
    fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

async fn editor(shop: &TestShop, by: Staff, id: ProductId) -> StaffProduct {
    shop.shop.product_editor(by.may(), id, "").await.unwrap().product
}

#[tokio::test]
async fn a_product_is_made_with_a_variant_for_each_choice_and_edited_whole() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "9.00", 1)]).await;
    let staff = Staff(shop.register("Staff").await.id);
    let form = fields(&[
        ("name", "Linen Shirt"),
        ("description", "Plain.\r\n\r\nWashable."),
        ("category", "tableware"),
        ("status", "draft"),
        ("tax_class", "reduced"),
        ("price", "49.00"),
        ("compare_at_price", "59.00"),
        ("cost", "20"),
        ("weight_grams", "300"),
        ("vendor", " Kiln  & Loom"),
        ("tags", "linen, New, new ,"),
        ("seo_title", "A shirt of linen"),
        ("stock", "4"),
        ("option1_name", "Size"),
        ("option1_values", "S, M, L"),
        ("option2_name", "Colour"),
        ("option2_values", "Moss, Sand"),
    ]);
    let id = shop.shop.create_product_with_variants(staff.may(), &form).await.unwrap();
    let made = editor(&shop, staff, id).await;
    assert_eq!((made.status, made.slug.as_str(), made.variants.len()), (ProductStatus::Draft, "linen-shirt", 6));
    assert_eq!((made.variants[1].sku.as_str(), made.variants[1].stock), ("LINEN-SHIRT-S-SAND", 4));
    assert_eq!(made.description, "Plain.\n\nWashable.");
    assert_eq!((made.vendor.as_str(), made.tags.join("|")), ("Kiln & Loom", "linen|New".to_owned()));
    assert_eq!((made.variants[5].cost, made.seo_title.as_str()), (Some(usd("20.00")), "A shirt of linen"));
    assert_eq!(refused(shop.shop.product(&crate::harness::slug("linen-shirt")).await), Refusal::NotFound, "a draft");
    // Its stock can be set right before it is for sale.
    let count = StockForm {
        variant_id: Some(made.variants[0].id),
        counted: Some(7),
        reason: "Counted".into(),
        ..StockForm::default()
    };
    shop.shop.change_stock(staff.may(), id, &count, None).await.unwrap();

    let mut edit = made.fields();
    edit.insert("version".into(), made.version.to_string());
    edit.insert("status".into(), "active".into());
    // Two of them swap their skus.
    edit.insert(made.variants[0].field("sku"), made.variants[1].sku.clone());
    edit.insert(made.variants[1].field("sku"), made.variants[0].sku.to_lowercase());
    edit.insert(made.variants[2].field("price"), "45.50".into());
    edit.insert(made.variants[2].field("compare_at_price"), String::new());
    shop.shop.edit_product(staff.may(), id, &edit).await.unwrap();
    let now = editor(&shop, staff, id).await;
    assert_eq!(
        (now.variants[0].sku.as_str(), now.variants[1].sku.as_str()),
        ("LINEN-SHIRT-S-SAND", "LINEN-SHIRT-S-MOSS")
    );
    assert_eq!((now.variants[2].price, now.variants[2].compare_at_price), (usd("45.50"), None));
    assert_eq!((now.version, now.variants[0].stock), (2, 7));
    let shown = shop.shop.product(&crate::harness::slug("linen-shirt")).await.unwrap();
    assert_eq!((shown.variants.len(), shown.seo_title.as_str()), (6, "A shirt of linen"));
    let record = shop.record("linen-shirt").await;
    assert_eq!((record.vendor.as_str(), record.tags.len()), ("Kiln & Loom", 2));

    let more = fields(&[("version", "2"), ("o1-more", "XL")]);
    shop.execute("update product_variants set needs_shipping = false where sku = 'LINEN-SHIRT-S-SAND'").await;
    let saved = shop.shop.save_options(staff.may(), id, &more).await.unwrap();
    assert_eq!(saved, Some(OptionsSaved { made: 2, ..OptionsSaved::default() }));
    let made = editor(&shop, staff, id).await.variants;
    assert_eq!((made.len(), made.iter().filter(|variant| !variant.needs_shipping).count()), (8, 3), "as the first");
    assert!(matches!(
        refused(shop.shop.save_options(staff.may(), id, &more).await),
        Refusal::VersionMismatch { current: 3 }
    ));
    shop.done().await;
}

#[tokio::test]
async fn what_stands_on_the_first_page_is_chosen_in_the_editor() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "9.00", 5), ("CUP", "5.00", 5)]).await;
    let staff = Staff(shop.register("Staff").await.id);
    let first_page = async || {
        let home = shop.shop.home().await.unwrap();
        home.featured.into_iter().map(|card| card.slug).collect::<Vec<_>>()
    };
    assert_eq!(first_page().await.len(), 2, "nothing is chosen: the newest");
    let id = shop.record("cup").await.id;
    let cup = editor(&shop, staff, id).await;
    let mut form = cup.fields();
    assert_eq!(form.get("featured").map(String::as_str), Some("no"));
    form.insert("version".into(), cup.version.to_string());
    form.insert("featured".into(), "perhaps".into());
    let refused_edit = refused(shop.shop.edit_product(staff.may(), id, &form).await);
    assert_eq!(refused_edit.problem_of("featured"), Some(&shop::domain::Problem::NotAChoice));
    form.insert("featured".into(), "yes".into());
    shop.shop.edit_product(staff.may(), id, &form).await.unwrap();
    assert_eq!(first_page().await, ["cup"]);
    // A form that does not name it changes nothing about it.
    let cup = editor(&shop, staff, id).await;
    let mut form = cup.fields();
    form.remove("featured");
    form.insert("version".into(), cup.version.to_string());
    shop.shop.edit_product(staff.may(), id, &form).await.unwrap();
    assert!(editor(&shop, staff, id).await.featured);
    let jug =
        [("name", "Jug"), ("price", "9.00"), ("status", "active"), ("tax_class", "standard"), ("featured", "yes")];
    let jug = shop.shop.create_product_with_variants(staff.may(), &fields(&jug)).await.unwrap();
    assert!(editor(&shop, staff, jug).await.featured);
    assert_eq!(first_page().await.len(), 2);
    shop.done().await;
}

#[tokio::test]
async fn a_product_without_options_gets_some_and_keeps_its_variant() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "9.00", 5)]).await;
    let (staff, ada) = (Staff(shop.register("Staff").await.id), shop.customer("Ada").await);
    let order = shop.place_reserved(ada, &[("MUG", "2")]).await;
    let id = shop.record("mug").await.id;
    let options = fields(&[("version", "1"), ("n1-name", "Glaze"), ("n1-values", "Moss, Ash")]);
    assert_eq!(shop.shop.save_options(staff.may(), id, &options).await.unwrap().map(|saved| saved.made), Some(1));
    let now = editor(&shop, staff, id).await;
    let told: Vec<_> = now.variants.iter().map(|v| (v.sku.as_str(), v.options[0].as_str(), v.stock)).collect();
    assert_eq!(told, [("MUG", "Moss", 3), ("MUG-ASH", "Ash", 0)]);
    assert_eq!(shop.order(ada, order).await.items[0].sku, "MUG");
    shop.done().await;
}

#[tokio::test]
async fn what_will_not_do_is_named_by_its_field_and_nothing_is_written() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "9.00", 5), ("CUP", "5.00", 5)]).await;
    let staff = Staff(shop.register("Staff").await.id);
    let mug = editor(&shop, staff, shop.record("mug").await.id).await;
    let own = |name: &str| mug.variants[0].field(name);
    for (field, typed) in [
        ("name".to_owned(), ""),
        ("description".into(), "a\0b"),
        ("category".into(), "nowhere"),
        ("status".into(), "gone"),
        ("tax_class".into(), "none"),
        (own("sku"), "a b"),
        (own("price"), "9,00"),
        (own("price"), "1000001"),
        (own("compare_at_price"), "x"),
        (own("cost"), "-1"),
        ("vendor".into(), "a\0b"),
        ("tags".into(), "a\0b"),
        (own("weight_grams"), "-1"),
        (own("measure"), "1,5 kg"),
        (own("measure"), "0 g"),
    ] {
        let mut edit = mug.fields();
        edit.insert("version".into(), "1".into());
        edit.insert(field.clone(), typed.to_owned());
        let refusal = refused(shop.shop.edit_product(staff.may(), mug.id, &edit).await);
        assert!(refusal.problem_of(&field).is_some(), "{field}={typed:?}: {refusal:?}");
    }
    let mut taken = mug.fields();
    taken.extend(fields(&[("version", "1"), (own("sku").as_str(), "CUP")]));
    assert_eq!(refused(shop.shop.edit_product(staff.may(), mug.id, &taken).await), Refusal::SkuTaken);
    assert_eq!(editor(&shop, staff, mug.id).await, mug);
    let nothing = refused(shop.shop.create_product_with_variants(staff.may(), &Fields::new()).await);
    for field in ["name", "status", "tax_class", "price"] {
        assert!(nothing.problem_of(field).is_some(), "{field}: {nothing:?}");
    }
    assert_eq!(shop.shop.verify_audit_log().await.unwrap().rows, 0);
    shop.done().await;
}

#[tokio::test]
async fn what_a_kilogram_costs_follows_from_how_much_a_variant_holds() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("TEA", "4.50", 5)]).await;
    let staff = Staff(shop.register("Staff").await.id);
    let id = shop.record("tea").await.id;
    let told = async || {
        let page = shop.shop.product(&crate::harness::slug("tea")).await.unwrap();
        let unit = page.unit_prices.into_iter().next().map(|(_, unit)| unit);
        assert_eq!(shop.record("tea").await.variants[0].unit_price, unit, "programs are told the same");
        let all = ListingQuery { page: 1, ..ListingQuery::default() };
        assert_eq!(shop.shop.listing(&all).await.unwrap().products[0].unit_price, unit, "and so is a card");
        unit.map(|unit| format!("{}: {} per {}", unit.measure, unit.price.amount(), unit.base))
    };
    assert_eq!(told().await, None);
    for (typed, price, unit) in [
        ("0.250KG", "4.50", Some("0.25 kg: 18.00 per kg")),
        ("100 g", "4.50", Some("100 g: 45.00 per kg")),
        ("100 g", "5.00", Some("100 g: 50.00 per kg")),
        ("", "5.00", None),
    ] {
        let tea = editor(&shop, staff, id).await;
        let mut edit = tea.fields();
        edit.insert("version".into(), tea.version.to_string());
        edit.insert(tea.variants[0].field("price"), price.into());
        edit.insert(tea.variants[0].field("measure"), typed.into());
        shop.shop.edit_product(staff.may(), id, &edit).await.unwrap();
        assert_eq!(told().await.as_deref(), unit, "{typed}");
    }
    // A form of the release before does not name it: it stays. So does it with a file that says nothing of it.
    shop.execute("update product_variants set measure = '2 m²'").await;
    let tea = editor(&shop, staff, id).await;
    let mut edit = tea.fields();
    edit.insert("version".into(), tea.version.to_string());
    edit.remove(&tea.variants[0].field("measure"));
    shop.shop.edit_product(staff.may(), id, &edit).await.unwrap();
    shop.stock_shelves(&[("TEA", "6.00", 5)]).await;
    assert_eq!(told().await.as_deref(), Some("2 m²: 3.00 per m²"));
    shop.done().await;
}

#[tokio::test]
async fn the_second_of_two_editors_sees_what_the_first_changed_and_loses_nothing() {
    let shop = TestShop::open().await;
    shop.load(vec![shop::usecase::ProductEntry {
        options: vec!["Size".into()],
        variants: vec![variant("TEE-S", &["S"], "9.00", 1), variant("TEE-M", &["M"], "9.00", 1)],
        ..product("TEE", "9.00", 1)
    }])
    .await;
    let (first, second) = (Staff(shop.register("First").await.id), Staff(shop.register("Second").await.id));
    let id = shop.record("tee").await.id;
    let read = editor(&shop, first, id).await;
    let price = read.variants[0].field("price");
    let typed = |changes: &[(&str, &str)]| {
        let mut typed = read.fields();
        typed.insert("base".into(), serde_json::to_string(&read.fields()).unwrap());
        typed.extend(fields(&[("id", &id.to_string()), ("version", "1")]));
        typed.extend(fields(changes));
        typed
    };
    shop.shop.edit_product(first.may(), id, &typed(&[("name", "Tea Towel"), (&price, "8.00")])).await.unwrap();
    let mine = typed(&[("name", "T-Shirt"), ("description", "Soft.")]);
    let refusal = refused(shop.shop.edit_product(second.may(), id, &mine).await);
    assert_eq!(refusal, Refusal::VersionMismatch { current: 2 });
    let kept = shop.shop.keep_form(second, &mine).await.unwrap().to_string();
    let view = shop.shop.product_editor(second.may(), id, &kept).await.unwrap();
    let stands = |name: &str| view.fields.get(name).map(String::as_str);
    assert_eq!((stands("name"), stands("description"), stands(&price)), (Some("T-Shirt"), Some("Soft."), Some("8.00")));
    assert_eq!(
        (view.theirs.as_slice(), view.both.as_slice()),
        (&[price.clone()][..], &[("name".to_owned(), "Tea Towel".to_owned())][..])
    );
    let mut again = view.fields.clone();
    again.insert("version".into(), view.product.version.to_string());
    shop.shop.edit_product(second.may(), id, &again).await.unwrap();
    let now = editor(&shop, first, id).await;
    assert_eq!((now.name.as_str(), now.description.as_str(), now.variants[0].price), ("T-Shirt", "Soft.", usd("8.00")));

    // A browser ends lines in a way of its own, and people write amounts as they like: neither is a change.
    let lines = |text: &str| vec![("description".to_owned(), text.to_owned()), ("version".into(), "3".into())];
    let mut two = now.fields();
    two.extend(lines("First.\n\nSecond."));
    shop.shop.edit_product(first.may(), id, &two).await.unwrap();
    let read = editor(&shop, second, id).await;
    let mut overtaking = read.fields();
    overtaking.extend(fields(&[("version", "4"), ("name", "Towel"), ("description", "First.\r\n\r\nSecond.")]));
    shop.shop.edit_product(first.may(), id, &overtaking).await.unwrap();
    let mut late = read.fields();
    late.insert("base".into(), serde_json::to_string(&read.fields()).unwrap());
    late.extend(fields(&[("id", &id.to_string()), ("version", "4"), (&price, "8")]));
    late.insert("description".into(), "First.\r\n\r\nSecond.\r\n".into());
    let kept_late = shop.shop.keep_form(second, &late).await.unwrap().to_string();
    let view = shop.shop.product_editor(second.may(), id, &kept_late).await.unwrap();
    assert_eq!((view.theirs, view.both), (vec!["name".to_owned()], vec![]), "only the name was changed");
    assert_eq!(view.fields["description"], "First.\n\nSecond.");

    assert_eq!(shop.shop.kept_form(first, &kept).await.unwrap(), None, "what somebody typed is nobody else's");
    assert_eq!(shop.shop.kept_form(second, "nonsense").await.unwrap(), None);
    let elsewhere = shop.shop.product_editor(first.may(), id, &kept).await.unwrap();
    assert!(elsewhere.theirs.is_empty() && elsewhere.both.is_empty());
    shop.clock.advance(Duration::hours(25));
    shop.shop.keep_form(first, &Fields::new()).await.unwrap();
    assert_eq!(shop.count("select count(*) from kept_forms").await, 1, "a day is enough");
    shop.done().await;
}
