//! What products are called in addresses: given by staff, and never leading nowhere.

use shop::domain::{Fields, ImportRemark, Problem, ProductId, Refusal, Staff};
use shop::dto::StaffProduct;
use shop::usecase::{ProductKey, Result, VariantChoice};

use crate::harness::{Everything, TestShop, product, refused, slug, usd};
use crate::imports::Importer;
use crate::rule_forms::problem;

async fn editor(shop: &TestShop, by: Staff, id: ProductId) -> StaffProduct {
    shop.shop.product_editor(by.may(), id, "").await.unwrap().product
}

async fn readdress(shop: &TestShop, by: Staff, id: ProductId, address: &str) -> Result<()> {
    let product = editor(shop, by, id).await;
    let mut form = product.fields();
    form.insert("version".into(), product.version.to_string());
    form.insert("slug".into(), address.into());
    shop.shop.edit_product(by.may(), id, &form).await
}

fn new(name: &str, address: &str) -> Fields {
    let form = [
        ("name", name),
        ("slug", address),
        ("price", "5.00"),
        ("stock", "1"),
        ("status", "active"),
        ("tax_class", "standard"),
    ];
    form.map(|(name, value)| (name.to_owned(), value.to_owned())).into()
}

#[tokio::test]
async fn a_product_is_found_by_what_it_was_called_before() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "9.00", 5), ("CUP", "5.00", 5)]).await;
    let staff = Staff(shop.register("Staff").await.id);
    let (mug, cup) = (shop.record("mug").await.id, shop.record("cup").await.id);
    readdress(&shop, staff, mug, "beaker").await.unwrap();
    readdress(&shop, staff, mug, "tankard").await.unwrap();
    assert_eq!(editor(&shop, staff, mug).await.version, 3, "it is an edit like others");
    for address in ["mug", "beaker", "tankard"] {
        assert_eq!(shop.shop.product(&slug(address)).await.unwrap().slug, "tankard", "{address}");
        let record = shop.shop.product_by_key(&ProductKey::Slug(slug(address))).await.unwrap();
        assert_eq!((record.id, record.slug.as_str()), (mug, "tankard"), "{address}");
        let choice = VariantChoice::Options(slug(address), Vec::new());
        assert_eq!(shop.shop.choose_variant(&choice).await.unwrap(), shop.variant("MUG").await, "a page from before");
    }
    let last = "select after::json ->> 'slug' from audit_log where action = $1 order by position desc limit 1";
    let said: String = shop.scalar(last, "product.changed").await;
    assert_eq!(said, "tankard");

    // No other has an address that this one has or had; what is made of a name goes out of its way.
    for address in ["mug", "beaker", "tankard"] {
        assert_eq!(problem(refused(readdress(&shop, staff, cup, address).await), "slug"), Problem::AddressTaken);
        let made = shop.shop.create_product_with_variants(staff.may(), &new("Another", address)).await;
        assert_eq!(problem(refused(made), "slug"), Problem::AddressTaken, "{address}");
    }
    for odd in ["Tea Mug", "../x", "-a"] {
        assert_eq!(problem(refused(readdress(&shop, staff, cup, odd).await), "slug"), Problem::BadCharacters, "{odd}");
    }
    let named = shop.shop.create_product_with_variants(staff.may(), &new("Mug", "")).await.unwrap();
    assert_eq!(editor(&shop, staff, named).await.slug, "mug-2");
    let given = shop.shop.create_product_with_variants(staff.may(), &new("Mug", "jug")).await.unwrap();
    assert_eq!(editor(&shop, staff, given).await.slug, "jug");

    // Nothing typed is nothing changed; and back to one of its own, what led there leads there all the same.
    readdress(&shop, staff, mug, "").await.unwrap();
    readdress(&shop, staff, mug, "mug").await.unwrap();
    for address in ["mug", "beaker", "tankard"] {
        assert_eq!(shop.shop.product(&slug(address)).await.unwrap().slug, "mug", "{address}");
    }
    shop.shop.withdraw_product(staff.may(), mug).await.unwrap();
    assert_eq!(refused(shop.shop.product(&slug("beaker")).await), Refusal::NotFound, "what is not for sale");
    shop.done().await;
}

#[tokio::test]
async fn two_who_want_the_same_address_do_not_both_get_it() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "9.00", 5), ("CUP", "5.00", 5)]).await;
    let staff = Staff(shop.register("Staff").await.id);
    let (mug, cup) = (shop.record("mug").await.id, shop.record("cup").await.id);
    let (a, b) = tokio::join!(readdress(&shop, staff, mug, "vessel"), readdress(&shop, staff, cup, "vessel"));
    assert!(a.is_ok() != b.is_ok(), "{a:?} {b:?}");
    let late = if a.is_ok() { b } else { a };
    assert_eq!(problem(refused(late), "slug"), Problem::AddressTaken);
    shop.done().await;
}

#[tokio::test]
async fn files_with_the_address_from_before_mean_the_product() {
    let at = Importer::open().await;
    let mug = at.shop.record("mug").await.id;
    readdress(&at.shop, at.staff, mug, "beaker").await.unwrap();
    let report = at.imported("Handle,Title,Variant SKU,Variant Price\nmug,Our mug,MUG,8.00\n").await;
    assert_eq!((report.made, report.changed), (0, 1));
    let now = editor(&at.shop, at.staff, mug).await;
    assert_eq!((now.name.as_str(), now.slug.as_str(), now.variants[0].price), ("Our mug", "beaker", usd("8.00")));
    let both = "Handle,Title,Variant SKU,Variant Price\nbeaker,One,MUG,8.00\nmug,Two,,8.00\n";
    let (_, report) = at.checked(both).await;
    let told = report.problems.iter().any(|note| {
        (note.row, note.column.as_str()) == (3, "Handle") && note.remark == ImportRemark::HandleTwice { row: 2 }
    });
    assert!(told, "{:?}", report.problems);
    // The shop's own file of products, too.
    at.shop.load(vec![product("MUG", "7.00", 5)]).await;
    let now = editor(&at.shop, at.staff, mug).await;
    assert_eq!((now.slug.as_str(), now.variants[0].price), ("beaker", usd("7.00")));
    at.shop.done().await;
}
