//! Categories as a tree: arranged by staff, followed by listings, promotions and examples, and taken away only when nothing is
//! lost by it.

use futures::future::join_all;
use shop::domain::{Fields, Problem, Promotion, Refusal, Slug, Staff};
use shop::dto::{CategoryEditView, ListingQuery};

use crate::harness::rules::{percent, promotion};
use crate::harness::{Everything, TestShop, refused, slug, usd};
use crate::rule_forms::{fields, kept, open, problem, typed};

async fn made(shop: &TestShop, by: Staff, name: &str, parent: &str) -> Slug {
    shop.shop.save_category(by.may(), &fields(&[("name", name), ("parent", parent)])).await.unwrap()
}

async fn editor(shop: &TestShop, by: Staff, slug: &str, kept: &str) -> CategoryEditView {
    shop.shop.category_editor(by.may(), slug, kept).await.unwrap()
}

async fn list(shop: &TestShop, by: Staff) -> String {
    let rows = shop.shop.category_list(by.may()).await.unwrap();
    let line =
        |row: &shop::dto::CategoryRow| format!("{}{} {}", "-".repeat(row.depth as usize), row.slug, row.products);
    rows.iter().map(line).collect::<Vec<_>>().join(", ")
}

/// The fields of a form that is shown, with these typed over them.
fn edited(view: &CategoryEditView, changes: &[(&str, &str)]) -> Fields {
    typed(&view.editor, changes)
}

#[tokio::test]
async fn categories_are_made_below_one_another_renamed_and_moved() {
    let (shop, staff) = open().await;
    assert_eq!(list(&shop, staff).await, "tableware 2, glass 0");
    assert_eq!(made(&shop, staff, "Mugs & Cups", "tableware").await.as_str(), "mugs-cups");
    assert_eq!(
        made(&shop, staff, "Mugs & Cups", "glass").await.as_str(),
        "mugs-cups-2",
        "elsewhere it may have that name"
    );
    made(&shop, staff, "Espresso", "mugs-cups").await;
    assert_eq!(list(&shop, staff).await, "tableware 2, -mugs-cups 0, --espresso 0, glass 0, -mugs-cups-2 0");
    for (name, parent, beside) in [
        ("Deeper", "espresso", "parent"),
        ("Lost", "nowhere", "parent"),
        ("Lost", "../..", "parent"),
        (" ", "", "name"),
        ("a\u{202e}b", "", "name"),
    ] {
        let answer = shop.shop.save_category(staff.may(), &fields(&[("name", name), ("parent", parent)])).await;
        problem(refused(answer), beside);
    }
    made(&shop, staff, "Espresso", "mugs-cups").await;
    assert_eq!(shop.shop.category_list(staff.may()).await.unwrap().len(), 5, "the same form sent twice makes one");
    let twin = fields(&[("name", "Mugs & Cups"), ("parent", "tableware"), ("description", "Others.")]);
    assert_eq!(problem(refused(shop.shop.save_category(staff.may(), &twin).await), "name"), Problem::Duplicate);
    let shown = editor(&shop, staff, "tableware", "").await;
    assert!(!shown.parents.iter().any(|choice| choice.name.contains("Tableware")), "{:?}", shown.parents);
    let below_itself = edited(&shown, &[("parent", "espresso")]);
    assert_eq!(
        problem(refused(shop.shop.save_category(staff.may(), &below_itself).await), "parent"),
        Problem::BelowItself
    );
    let renamed = edited(&shown, &[("name", "For the table"), ("description", "All of it.\r\n\r\nEvery day.")]);
    assert_eq!(shop.shop.save_category(staff.may(), &renamed).await.unwrap().as_str(), "tableware");
    let path: Vec<String> = shop.scalar("select path from categories where slug = $1", "espresso").await;
    assert_eq!(path, ["tableware", "mugs-cups", "espresso"]);

    // What moves takes along what is below it.
    let shown = editor(&shop, staff, "mugs-cups", "").await;
    shop.shop.save_category(staff.may(), &edited(&shown, &[("parent", ""), ("name", "Mugs")])).await.unwrap();
    let path: Vec<String> = shop.scalar("select path from categories where slug = $1", "espresso").await;
    assert_eq!(path, ["mugs-cups", "espresso"]);
    assert_eq!(list(&shop, staff).await, "tableware 2, glass 0, -mugs-cups-2 0, mugs-cups 0, -espresso 0");
    shop.shop.shift_category(staff.may(), "mugs-cups", true).await.unwrap();
    shop.shop.shift_category(staff.may(), "tableware", true).await.unwrap();
    assert_eq!(list(&shop, staff).await, "tableware 2, mugs-cups 0, -espresso 0, glass 0, -mugs-cups-2 0");
    assert_eq!(refused(shop.shop.shift_category(staff.may(), "nowhere", true).await), Refusal::NotFound);
    assert_eq!(refused(shop.shop.category_editor(staff.may(), "nowhere", "").await), Refusal::NotFound);
    assert_eq!(shop.count("select count(*) from audit_log where action like 'category.%'").await, 6);
    shop.done().await;
}

#[tokio::test]
async fn of_two_who_edit_a_category_nothing_is_lost() {
    let (shop, staff) = open().await;
    let shown = editor(&shop, staff, "glass", "").await;
    shop.shop.save_category(staff.may(), &edited(&shown, &[("description", "Blown by hand.")])).await.unwrap();
    let second = edited(&shown, &[("name", "Glasses")]);
    assert!(matches!(refused(shop.shop.save_category(staff.may(), &second).await), Refusal::VersionMismatch { .. }));
    let again = editor(&shop, staff, "glass", &kept(&shop, staff, &second).await).await;
    assert_eq!(again.editor.theirs, ["description"]);
    shop.shop.save_category(staff.may(), &edited(&again, &[])).await.unwrap();
    let saved = editor(&shop, staff, "glass", "").await.editor.fields;
    assert_eq!((saved["name"].as_str(), saved["description"].as_str()), ("Glasses", "Blown by hand."));
    shop.done().await;
}

#[tokio::test]
async fn a_category_in_use_is_taken_away_only_when_it_is_said_where_its_products_go() {
    let (shop, staff) = open().await;
    let mugs = made(&shop, staff, "Mugs", "tableware").await;
    shop.execute("update products set category = 'mugs' where slug = 'mug'").await;
    let gone = async |slug: &str, to: &str| {
        let shown = editor(&shop, staff, slug, "").await;
        shop.shop.remove_category(staff.may(), &edited(&shown, &[("to", to)])).await
    };
    assert_eq!(problem(refused(gone("tableware", "glass").await), "below"), Problem::CategoriesBelow { count: 1 });
    assert_eq!(problem(refused(gone("mugs", "").await), "to"), Problem::Required);
    for nowhere in ["nowhere", "mugs", "../.."] {
        assert_eq!(problem(refused(gone("mugs", nowhere).await), "to"), Problem::NotAChoice, "{nowhere}");
    }
    let off = Promotion { categories: vec![mugs.clone()], ..promotion("Mugs off", percent("5")) };
    let off = shop.promote(off).await;
    let named = Problem::UsedByPromotion { name: "Mugs off".into() };
    assert_eq!(problem(refused(gone("mugs", "glass").await), "below"), named);
    let placed: String = shop.scalar("select category from products where slug = $1", "mug").await;
    assert_eq!(placed, "mugs", "nothing half done");
    shop.shop.delete_promotion(staff.may(), None, off).await.unwrap();
    let version = shop.record("mug").await.version;
    gone("mugs", "glass").await.unwrap();
    assert_eq!(list(&shop, staff).await, "tableware 1, glass 1");
    assert_eq!(shop.record("mug").await.version, version + 1, "an edit of the product that was under way is overtaken");
    gone("glass", "-").await.unwrap();
    assert_eq!(shop.record("mug").await.category, None);
    let stale = fields(&[("id", "tableware"), ("version", "0"), ("to", "-")]);
    assert!(matches!(refused(shop.shop.remove_category(staff.may(), &stale).await), Refusal::VersionMismatch { .. }));
    assert_eq!(refused(shop.shop.remove_category(staff.may(), &fields(&[("id", "glass")])).await), Refusal::NotFound);
    shop.done().await;
}

#[tokio::test]
async fn listings_and_promotions_follow_the_tree() {
    let (shop, staff) = open().await;
    made(&shop, staff, "Mugs", "tableware").await;
    shop.execute("update products set category = 'mugs' where slug = 'mug'").await;
    let listed = async |category: &str| {
        let query = ListingQuery { category: Some(category.into()), ..ListingQuery::default() };
        let listing = shop.shop.listing(&query).await.unwrap();
        let counts: Vec<_> = listing.categories.iter().map(|c| format!("{} {}", c.slug, c.count)).collect();
        (listing.products.len(), listing.total, counts.join(", "))
    };
    let counts = "tableware 2, mugs 1".to_owned();
    assert_eq!(listed("tableware").await, (2, 2, counts.clone()), "with what is below it");
    assert_eq!(listed("mugs").await, (1, 1, counts.clone()));
    assert_eq!(listed("glass").await, (0, 0, counts));
    let tiles = shop.shop.home().await.unwrap().categories;
    assert_eq!(
        tiles.iter().map(|tile| tile.slug.as_str()).collect::<Vec<_>>(),
        ["tableware", "glass"],
        "the top alone"
    );

    let off = Promotion { categories: vec![slug("tableware")], ..promotion("Tableware off", percent("50")) };
    shop.promote(off).await;
    let ada = shop.customer("Ada").await;
    assert_eq!(shop.add(ada, "MUG", "1").await.unwrap().total, usd("12.00"), "the mug is tableware, too");
    let id = shop.place(ada, &[]).await;
    assert_eq!(shop.order(ada, id).await.total, usd("12.00"));
    let form = fields(&[("name", "Off"), ("kind", "percent"), ("percent", "10"), ("category-tableware", "on")]);
    shop.shop.try_promotion(staff.may(), &form).await.unwrap();
    shop.done().await;
}

/// Eight send two forms at once, and arrange what comes of them: each form makes one, and the tree stays a tree.
#[tokio::test(flavor = "multi_thread")]
async fn many_who_arrange_at_once_keep_one_tree() {
    let (shop, staff) = open().await;
    let names: Vec<_> = (0..8).map(|n| fields(&[("name", &format!("Linen {}", n % 2)), ("parent", "glass")])).collect();
    let answers = join_all(names.iter().map(|form| shop.shop.save_category(staff.may(), form))).await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    let shifts = join_all((0..8).map(|n| shop.shop.shift_category(staff.may(), "glass", n % 2 == 0))).await;
    assert!(shifts.iter().all(Result::is_ok), "{shifts:?}");
    let broken = "select count(*) from categories c left join categories p on p.slug = c.parent
        where c.path <> coalesce(p.path, '{}') || c.slug";
    assert_eq!((shop.count(broken).await, shop.count("select count(distinct position) from categories").await), (0, 4));
    shop.done().await;
}
