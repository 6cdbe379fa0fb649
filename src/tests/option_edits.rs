//! A product's options as staff edit them, while it is sold: what is renamed stays what it was, and what goes is retired and missing
//! nowhere.

use futures::future::join_all;
use shop::domain::{Fields, LineNotice, OrderStatus, Problem, ProductId, Refusal, ReservationState, Staff};
use shop::dto::{RetiredVariant, StaffProduct, StockForm};
use shop::usecase::SandboxOutcome::Approve;
use shop::usecase::{CartOwner, Error, OptionsSaved, ProductEntry, VariantChoice};
use sqlx::{Connection as _, PgConnection};

use crate::bank::until_waiting;
use crate::harness::{Everything, TestShop, product, refused, slug, usd, variant};
use crate::rule_forms::fields;

/// A shirt in two sizes and two colours, five of each.
struct Shirt {
    shop: TestShop,
    staff: Staff,
    id: ProductId,
}

impl Shirt {
    async fn open() -> Self {
        let shop = TestShop::open().await;
        let variants = [("S", "Moss"), ("S", "Sand"), ("M", "Moss"), ("M", "Sand")].map(|(size, colour)| {
            let price = if size == "S" { "20.00" } else { "22.00" };
            variant(&format!("SHIRT-{size}-{}", colour.to_uppercase()), &[size, colour], price, 5)
        });
        let options = vec!["Size".into(), "Colour".into()];
        shop.load(vec![ProductEntry { options, variants: variants.into(), ..product("SHIRT", "20.00", 1) }]).await;
        let staff = Staff(shop.register("Staff").await.id);
        let id = shop.record("shirt").await.id;
        Self { shop, staff, id }
    }

    async fn product(&self) -> StaffProduct {
        self.shop.shop.product_editor(self.staff.may(), self.id, "").await.unwrap().product
    }

    /// The form as it is read now, with these fields changed.
    async fn form(&self, changed: &[(&str, &str)]) -> Fields {
        let product = self.product().await;
        let mut form = product.option_fields();
        form.insert("id".into(), self.id.to_string());
        form.insert("version".into(), product.version.to_string());
        form.insert("base".into(), serde_json::to_string(&product.option_fields()).unwrap());
        form.extend(changed.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())));
        form
    }

    async fn save(&self, changed: &[(&str, &str)]) -> shop::usecase::Result<Option<OptionsSaved>> {
        self.shop.shop.save_options(self.staff.may(), self.id, &self.form(changed).await).await
    }

    /// Asks what it would retire, and confirms it.
    async fn retire(&self, changed: &[(&str, &str)]) -> (Vec<RetiredVariant>, OptionsSaved) {
        let (live, mut form) = (&self.shop.shop, self.form(changed).await);
        assert_eq!(live.save_options(self.staff.may(), self.id, &form).await.unwrap(), None, "it is asked first");
        let kept = live.keep_form(self.staff, &form).await.unwrap().to_string();
        let asked = live.options_editor(self.staff.may(), self.id, &kept).await.unwrap().confirm.unwrap();
        form.insert("confirmed".into(), asked.token);
        let saved = live.save_options(self.staff.may(), self.id, &form).await.unwrap().unwrap();
        (asked.retired, saved)
    }

    /// `SHIRT-S-MOSS S/Moss 5`, in shelf order.
    async fn shelf(&self) -> Vec<String> {
        let variants = self.product().await.variants.into_iter();
        variants.map(|v| format!("{} {} {}", v.sku, v.options.join("/"), v.stock)).collect()
    }
}

#[tokio::test]
async fn what_is_renamed_keeps_its_variants_and_orders_say_what_they_said() {
    let at = Shirt::open().await;
    let ada = at.shop.customer("Ada").await;
    let order = at.shop.place_reserved(ada, &[("SHIRT-S-MOSS", "2")]).await;
    at.shop.execute("update product_variants set image = 'shirt' where sku = 'SHIRT-S-MOSS'").await;
    let before = at.product().await;
    let renamed = [("o2-name", "Shade"), ("o2v1", "Forest"), ("o1v2-place", "1"), ("o2-place", "1")];
    assert_eq!(at.save(&renamed).await.unwrap(), Some(OptionsSaved::default()));
    assert_eq!(
        at.shelf().await,
        ["SHIRT-M-MOSS Forest/M 5", "SHIRT-S-MOSS Forest/S 3", "SHIRT-M-SAND Sand/M 5", "SHIRT-S-SAND Sand/S 5"]
    );
    let after = at.product().await;
    let of = |product: &StaffProduct| {
        let found = product.variants.iter().find(|variant| variant.sku == "SHIRT-S-MOSS").unwrap().clone();
        (found.id, found.price, found.image)
    };
    assert_eq!((of(&after), after.options, after.version), (of(&before), vec!["Shade".into(), "Size".into()], 2));
    assert_eq!(at.shop.order(ada, order).await.items[0].options, ["S", "Moss"]);
    let shown = at.shop.shop.product(&slug("shirt")).await.unwrap();
    assert_eq!((shown.options[0].name.as_str(), shown.options[0].values.join("/")), ("Shade", "Forest/Sand".into()));
    let entry = at.shop.shop.audit_log(at.staff.may(), None).await.unwrap().entries.remove(0);
    assert_eq!(entry.action, "product.options_changed");
    assert!(entry.before.unwrap().contains("S / Moss") && entry.after.unwrap().contains("Forest / S"));
    // Saved again as it is, it is no change.
    assert_eq!(at.save(&[]).await.unwrap(), Some(OptionsSaved::default()));
    assert_eq!(at.product().await.version, 2);
    at.shop.done().await;
}

#[tokio::test]
async fn what_is_retired_cannot_be_bought_and_is_missing_in_no_order_and_no_book() {
    let at = Shirt::open().await;
    let (ada, bob) = (at.shop.customer("Ada").await, at.shop.customer("Bob").await);
    let order = at.shop.place_reserved(ada, &[("SHIRT-M-MOSS", "2")]).await;
    let reviewed = at.shop.check_out(bob, &[("SHIRT-M-SAND", "1")]).await;
    let gone = at.shop.variant("SHIRT-M-SAND").await;
    let (asked, saved) = at.retire(&[("o1v2-gone", "on")]).await;
    let told: Vec<_> = asked.iter().map(|v| (v.sku.as_str(), v.name.as_str(), v.stock, v.held)).collect();
    assert_eq!(told, [("SHIRT-M-MOSS", "M, Moss", 3, 2), ("SHIRT-M-SAND", "M, Sand", 5, 0)]);
    assert_eq!(saved, OptionsSaved { retired: 2, ..OptionsSaved::default() });

    assert_eq!(at.shelf().await, ["SHIRT-S-MOSS S/Moss 5", "SHIRT-S-SAND S/Sand 5"]);
    let shown = at.shop.shop.product(&slug("shirt")).await.unwrap();
    assert_eq!((shown.variants.len(), shown.options[0].values.len()), (2, 1));
    assert_eq!(at.shop.record("shirt").await.variants.len(), 2);
    assert_eq!(at.shop.count("select count(*) from products where max_price = 20 and choices = 2").await, 1);
    let cart = at.shop.shop.cart(CartOwner::Customer(bob)).await.unwrap();
    assert_eq!(cart.lines[0].notices, [LineNotice::Gone], "the cart says so");
    assert!(matches!(at.shop.shop.place_order(bob, reviewed).await, Err(Error::Refused(_))));
    assert_eq!(refused(at.shop.add(ada, "SHIRT-M-SAND", "1").await), Refusal::NotForSale);
    for choice in [
        VariantChoice::OfProduct(at.id, Some(gone)),
        VariantChoice::Options(slug("shirt"), vec!["M".into(), "Sand".into()]),
    ] {
        let refusal = refused(at.shop.shop.choose_variant(&choice).await);
        assert!(refusal.problem_of("variant_id").is_some(), "{choice:?}: {refusal:?}");
    }
    // What was held for an order is sent all the same, and what lies on the shelf can be counted.
    at.shop.shop.pay_order(ada, order, Approve).await.unwrap();
    at.shop.deliver().await;
    at.shop.shop.set_order_status(at.staff.may(), order, OrderStatus::Shipped).await.unwrap();
    assert_eq!(at.shop.order(ada, order).await.items[0].sku, "SHIRT-M-MOSS");
    let found = StockForm { variant_id: Some(gone), change: Some(1), reason: "Found".into(), ..StockForm::default() };
    at.shop.shop.change_stock(at.staff.may(), at.id, &found, None).await.unwrap();

    // A variant whose value is gone comes back with the value.
    let back = format!("v{gone}-back");
    let refusal = refused(at.save(&[(&back, "on")]).await);
    assert_eq!(refusal.problem_of(&back), Some(&Problem::NotAChoice));
    let saved = at.save(&[("o1-more", "M")]).await.unwrap();
    assert_eq!(saved, Some(OptionsSaved { back: 2, ..OptionsSaved::default() }));
    assert_eq!(at.shelf().await[2..], ["SHIRT-M-MOSS M/Moss 3", "SHIRT-M-SAND M/Sand 6"]);
    assert!(at.shop.shop.cart(CartOwner::Customer(bob)).await.unwrap().lines[0].notices.is_empty());
    at.shop.done().await;
}

#[tokio::test]
async fn one_variant_is_retired_alone_and_nothing_is_made_that_nobody_asked_for() {
    let at = Shirt::open().await;
    let sand = at.shop.variant("SHIRT-M-SAND").await;
    let alone = format!("v{sand}-retire");
    assert_eq!(at.retire(&[(&alone, "on")]).await.1.retired, 1);
    let saved = at.save(&[("o1-more", "L")]).await.unwrap().unwrap();
    assert_eq!((saved.made, saved.back), (2, 0), "of the new size alone");
    assert_eq!(at.shelf().await.len(), 5);
    let made = at.product().await.variants.pop().unwrap();
    assert_eq!((made.sku.as_str(), made.price, made.stock), ("SHIRT-L-SAND", usd("20.00"), 0));
    assert_eq!(at.save(&[("fill", "on")]).await.unwrap().unwrap().back, 1);
    // What is confirmed is what was shown: somebody who has another in mind is asked again.
    let mut form = at.form(&[(&alone, "on")]).await;
    form.insert("confirmed".into(), "0".repeat(16));
    assert_eq!(at.shop.shop.save_options(at.staff.may(), at.id, &form).await.unwrap(), None);
    assert_eq!(at.product().await.retired.len(), 0);
    at.shop.done().await;
}

#[tokio::test]
async fn what_will_not_do_is_told_beside_its_field() {
    let at = Shirt::open().await;
    let many: Vec<String> = (0..60).map(|n| n.to_string()).collect();
    let (long, many) = ("x".repeat(41), many.join(","));
    for (changed, field, problem) in [
        (vec![("o1v1", "M")], "o1v2", Problem::Duplicate),
        (vec![("o1-more", "S")], "o1-more", Problem::Duplicate),
        (vec![("o1-more", "a,a")], "o1-more", Problem::Duplicate),
        (vec![("o1-name", "Colour")], "o2-name", Problem::Duplicate),
        (vec![("o2v1", " ")], "o2v1", Problem::Required),
        (vec![("o2v1", long.as_str())], "o2v1", Problem::TooLong { max: 40 }),
        (vec![("o2v1-place", "first")], "o2v1-place", Problem::OutOfRange { min: 1, max: 100 }),
        (vec![("o1v1-gone", "on"), ("o1v2-gone", "on")], "o1-more", Problem::Required),
        (vec![("n1-values", "Wide")], "n1-name", Problem::Required),
        (vec![("n1-name", "Fit")], "n1-values", Problem::Required),
        (vec![("o1-more", many.as_str())], "o1-more", Problem::TooMany { max: 100 }),
    ] {
        let refusal = refused(at.save(&changed).await);
        assert_eq!(refusal.problem_of(field), Some(&problem), "{changed:?}: {refusal:?}");
    }
    let all: Vec<_> = at.product().await.variants.iter().map(|variant| variant.field("retire")).collect();
    let all: Vec<_> = all.iter().map(|field| (field.as_str(), "on")).collect();
    assert_eq!(refused(at.save(&all).await).problem_of("variants"), Some(&Problem::LastVariant));
    assert_eq!(at.shop.shop.verify_audit_log().await.unwrap().rows, 0);
    assert_eq!(at.product().await.version, 1);
    at.shop.done().await;
}

#[tokio::test]
async fn who_comes_second_sees_what_the_first_changed_and_what_they_typed() {
    let at = Shirt::open().await;
    let live = &at.shop.shop;
    let mine = at.form(&[("o2v1", "Fern"), ("o1v1-gone", "on"), ("o2v2-gone", "on"), ("o1-more", "XL")]).await;
    let sand = at.shop.variant("SHIRT-S-SAND").await;
    let mut prices = at.product().await.fields();
    prices.insert("base".into(), serde_json::to_string(&prices).unwrap());
    let price = format!("v{sand}-price");
    let typed = [("id", at.id.to_string()), ("version", "1".to_owned()), (price.as_str(), "8.00".to_owned())];
    prices.extend(typed.map(|(name, text)| (name.to_owned(), text)));
    at.save(&[("o2v1", "Forest"), ("o1v1", "Small")]).await.unwrap();
    assert_eq!(refused(live.save_options(at.staff.may(), at.id, &mine).await), Refusal::VersionMismatch { current: 2 });
    let kept = live.keep_form(at.staff, &mine).await.unwrap().to_string();
    let view = live.options_editor(at.staff.may(), at.id, &kept).await.unwrap();
    let stands = |name: &str| view.fields.get(name).map(String::as_str);
    assert_eq!((stands("o2v1"), stands("o1v1"), stands("o1-more")), (Some("Fern"), Some("Small"), Some("XL")));
    assert_eq!(view.both, [("o2v1".to_owned(), "Forest".to_owned())]);
    assert_eq!(view.theirs, ["o1v1"]);
    assert_eq!((stands("o1v1-gone"), stands("o2v2-gone")), (None, Some("on")), "what became another stays");
    assert_eq!(view.confirm, None, "first it is looked over");

    // What was typed of a variant that was retired meanwhile is told.
    at.retire(&[("o2v2-gone", "on")]).await;
    let kept = live.keep_form(at.staff, &prices).await.unwrap().to_string();
    let view = live.product_editor(at.staff.may(), at.id, &kept).await.unwrap();
    assert_eq!(view.lost, [(price, "8.00".to_owned())]);
    at.shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn orders_and_what_retires_their_variants_at_once_leave_the_books_right() {
    let at = Shirt::open().await;
    let mut forms = Vec::new();
    for number in 0..4 {
        let buyer = at.shop.customer(&format!("Buyer {number}")).await;
        forms.push((buyer, at.shop.check_out(buyer, &[("SHIRT-S-MOSS", "1"), ("SHIRT-M-MOSS", "1")]).await));
    }
    let other = at.shop.another_process().await;
    let place = join_all(forms.into_iter().map(|(buyer, form)| {
        let other = &other;
        async move { (buyer, other.place_order(buyer, form).await) }
    }));
    let (placed, _) = tokio::join!(place, at.retire(&[("o1v2-gone", "on")]));
    at.shop.deliver().await;
    let mut count = 0;
    for (buyer, placed) in placed {
        match placed {
            Ok(order) => {
                count += 1;
                assert_eq!(at.shop.order(buyer, order).await.reservation, ReservationState::Reserved);
            }
            Err(error) => assert!(matches!(error, Error::Refused(_)), "{error:?}"),
        }
    }
    assert_eq!(at.shop.count("select count(*) from orders").await, count);
    assert_eq!(i64::from(at.shop.stock("SHIRT-M-MOSS").await), 5 - count);
    // From here on there is none of it.
    let late = at.shop.customer("Late").await;
    assert_eq!(refused(at.shop.add(late, "SHIRT-M-MOSS", "1").await), Refusal::NotForSale);
    at.shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn two_whose_new_skus_would_be_the_same_wait_for_each_other_and_not_around() {
    let shop = TestShop::open().await;
    // Of a slug, a sku has the first fourteen letters.
    let sized = |sku: &str, first: &str| {
        let (options, variants) = (vec!["Size".into()], vec![variant(first, &["S"], "9.00", 1)]);
        ProductEntry { options, variants, ..product(sku, "9.00", 1) }
    };
    shop.load(vec![sized("SPECKLED-STONE-MUG", "MUG-S"), sized("SPECKLED-STONE-CUP", "CUP-S")]).await;
    let staff = Staff(shop.register("Staff").await.id);
    let (mug, cup) = (shop.record("speckled-stone-mug").await.id, shop.record("speckled-stone-cup").await.id);
    let of_mug = fields(&[("version", "1"), ("o1-more", "M, L")]);
    let of_cup = fields(&[("version", "1"), ("o1-more", "L, M")]);
    // Both are held up behind their first new variant.
    let mut blocker = PgConnection::connect(&shop.url).await.unwrap();
    sqlx::raw_sql("begin; lock table stock_movements in share mode").execute(&mut blocker).await.unwrap();
    let (first, second, ()) = tokio::join!(
        shop.shop.save_options(staff.may(), mug, &of_mug),
        shop.shop.save_options(staff.may(), cup, &of_cup),
        async {
            until_waiting(&shop, 2).await;
            sqlx::raw_sql("rollback").execute(&mut blocker).await.unwrap();
        }
    );
    for saved in [first, second] {
        assert_eq!(saved.unwrap(), Some(OptionsSaved { made: 2, ..OptionsSaved::default() }));
    }
    let same = "select count(*) from product_variants where sku in ('SPECKLED-STONE-M', 'SPECKLED-STONE-L')";
    assert_eq!(shop.count(same).await, 2, "and the other's are others");
    for (id, values) in [(mug, "S/M/L"), (cup, "S/L/M")] {
        let shown = shop.shop.product_editor(staff.may(), id, "").await.unwrap().product;
        assert_eq!(shown.values_of(0).join("/"), values, "in shelf order");
    }
    shop.done().await;
}
