//! Categories as a tree: arranged by staff, followed by listings, promotions and examples, and taken away only when nothing is
//! lost by it.

use futures::future::join_all;
use shop::domain::{Fields, Problem, Promotion, Refusal, Slug, Staff};
use shop::dto::{CategoryEditView, ListingQuery, ProductQuery};
use sqlx::{Connection as _, PgConnection};

use crate::bank::until_waiting;
use crate::harness::rules::{percent, promotion};
use crate::harness::{Everything, TestShop, refused, slug, usd};
use crate::rule_forms::{fields, kept, open, problem, typed};

async fn made(shop: &TestShop, by: Staff, name: &str, parent: &str) -> Slug {
    shop.shop.save_category(by.may(), &fields(&[("name", name), ("parent", parent)])).await.unwrap()
}

async fn editor(shop: &TestShop, by: Staff, name: &str, kept: &str) -> CategoryEditView {
    shop.shop.category_editor(by.may(), Some(&slug(name)), kept).await.unwrap()
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
    shop.shop.shift_category(staff.may(), &slug("mugs-cups"), true).await.unwrap();
    shop.shop.shift_category(staff.may(), &slug("tableware"), true).await.unwrap();
    assert_eq!(list(&shop, staff).await, "tableware 2, mugs-cups 0, -espresso 0, glass 0, -mugs-cups-2 0");
    let nowhere = slug("nowhere");
    assert_eq!(refused(shop.shop.shift_category(staff.may(), &nowhere, true).await), Refusal::NotFound);
    assert_eq!(refused(shop.shop.category_editor(staff.may(), Some(&nowhere), "").await), Refusal::NotFound);
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
    let counts = "tableware 2, mugs 1, glass 0".to_owned();
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

#[tokio::test]
async fn a_category_gets_another_address_and_those_that_it_had_lead_there() {
    let (shop, staff) = open().await;
    let mugs = made(&shop, staff, "Mugs", "tableware").await;
    shop.execute("update products set category = 'mugs' where slug = 'mug'").await;
    let off = Promotion { categories: vec![slug("tableware")], ..promotion("Tableware off", percent("50")) };
    let off = shop.promote(off).await;
    let change = async |category: &str, address: &str| {
        let shown = editor(&shop, staff, category, "").await;
        shop.shop.save_category(staff.may(), &edited(&shown, &[("slug", address)])).await
    };
    let before = list(&shop, staff).await;
    assert_eq!(change("tableware", "at-the-table").await.unwrap().as_str(), "at-the-table");
    assert_eq!(list(&shop, staff).await, before.replace("tableware", "at-the-table"), "it keeps its place");
    assert_eq!(change("at-the-table", "dining").await.unwrap().as_str(), "dining");
    let path: Vec<String> = shop.scalar("select path from categories where slug = $1", mugs.as_str()).await;
    assert_eq!(path, ["dining", "mugs"]);
    assert_eq!(shop.record("cup").await.category.as_deref(), Some("dining"));
    for former in ["tableware", "at-the-table", "dining"] {
        let query = ListingQuery { category: Some(former.into()), ..ListingQuery::default() };
        let listing = shop.shop.listing(&query).await.unwrap();
        assert_eq!((listing.query.category.as_deref(), listing.total), (Some("dining"), 2), "{former}");
        assert_eq!(shop.shop.products(&query, 10).await.unwrap().total, 2, "{former}");
        assert_eq!(editor(&shop, staff, former, "").await.editor.id, "dining", "links that somebody kept");
    }
    let ada = shop.customer("Ada").await;
    assert_eq!(shop.add(ada, "MUG", "1").await.unwrap().total, usd("12.00"), "promotions follow");
    let named: Vec<String> =
        shop.scalar("select categories from promotions where id::text = $1", &off.to_string()).await;
    assert_eq!(named, ["dining"]);

    // No other has an address that this one has or had; what is made of a name goes out of its way.
    for (category, address) in [("glass", "dining"), ("glass", "tableware"), ("mugs", "at-the-table")] {
        let refusal = refused(change(category, address).await);
        assert_eq!(problem(refusal, "slug"), Problem::AddressTaken, "{category} {address}");
    }
    for address in ["Dining Room", "../x", "-a"] {
        assert_eq!(problem(refused(change("glass", address).await), "slug"), Problem::BadCharacters, "{address}");
    }
    assert_eq!(made(&shop, staff, "Tableware", "glass").await.as_str(), "tableware-2");
    assert_eq!(change("glass", "").await.unwrap().as_str(), "glass", "nothing typed is nothing changed");
    // Back to one of its own, and what led there leads there all the same.
    assert_eq!(change("dining", "tableware").await.unwrap().as_str(), "tableware");
    // The same form twice, and one of somebody who had it open meanwhile.
    let shown = editor(&shop, staff, "glass", "").await;
    let form = edited(&shown, &[("slug", "glassware")]);
    for _ in 0..2 {
        assert_eq!(shop.shop.save_category(staff.may(), &form).await.unwrap().as_str(), "glassware");
    }
    let second = edited(&shown, &[("description", "Blown by hand.")]);
    assert!(matches!(refused(shop.shop.save_category(staff.may(), &second).await), Refusal::VersionMismatch { .. }));
    let again = editor(&shop, staff, "glass", &kept(&shop, staff, &second).await).await;
    assert_eq!(
        (again.editor.id.as_str(), again.editor.fields["description"].as_str()),
        ("glassware", "Blown by hand.")
    );
    shop.shop.save_category(staff.may(), &edited(&again, &[])).await.unwrap();
    let former = "select count(*) from category_addresses where category = 'tableware'";
    assert_eq!(shop.count(former).await, 2, "dining, at-the-table");
    let log = shop.shop.audit_log(staff.may(), None).await.unwrap().entries;
    let entry = log.into_iter().find(|entry| entry.subject == "tableware").unwrap();
    assert_eq!(entry.action, "category.changed");
    assert!(entry.before.unwrap().contains("dining") && entry.after.unwrap().contains("tableware"));
    shop.done().await;
}

/// Eight send two forms at once, and arrange what comes of them: each form makes one, and the tree stays a tree.
#[tokio::test(flavor = "multi_thread")]
async fn many_who_arrange_at_once_keep_one_tree() {
    let (shop, staff) = open().await;
    let names: Vec<_> = (0..8).map(|n| fields(&[("name", &format!("Linen {}", n % 2)), ("parent", "glass")])).collect();
    let answers = join_all(names.iter().map(|form| shop.shop.save_category(staff.may(), form))).await;
    assert!(answers.iter().all(Result::is_ok), "{answers:?}");
    let glass = slug("glass");
    let shifts = join_all((0..8).map(|n| shop.shop.shift_category(staff.may(), &glass, n % 2 == 0))).await;
    assert!(shifts.iter().all(Result::is_ok), "{shifts:?}");
    let broken = "select count(*) from categories c left join categories p on p.slug = c.parent
        where c.path <> coalesce(p.path, '{}') || c.slug";
    assert_eq!((shop.count(broken).await, shop.count("select count(distinct position) from categories").await), (0, 4));
    shop.done().await;
}

#[tokio::test]
async fn a_large_category_is_moved_in_parts() {
    let (shop, staff) = open().await;
    shop.execute(
        "insert into products (id, slug, name, position, category) select gen_random_uuid(), 'p' || n, 'P', 9, 'glass'
         from generate_series(1, 2500) n;
         create function in_parts() returns trigger language plpgsql as $$
            begin
                if (select count(*) from moved) > 1000 then raise exception 'too many for one statement'; end if;
                return null;
            end $$;
         create trigger in_parts after update on products referencing new table as moved
            for each statement execute function in_parts()",
    )
    .await;
    let shown = editor(&shop, staff, "glass", "").await;
    assert_eq!(shown.products, 1_001, "no list is counted to its end");
    let query = ProductQuery { category: Some("glass".into()), ..ProductQuery::default() };
    let listed = shop.shop.staff_products(staff.may(), &query).await.unwrap();
    assert_eq!((listed.total, listed.products.len(), listed.next.is_some()), (1_001, 50, true));
    shop.shop.save_category(staff.may(), &edited(&shown, &[("slug", "glassware")])).await.unwrap();
    let moved = "select count(*) from products where category = 'glassware' and version = 2";
    assert_eq!(shop.count(moved).await, 2_500);
    let shown = editor(&shop, staff, "glassware", "").await;
    shop.shop.remove_category(staff.may(), &edited(&shown, &[("to", "-")])).await.unwrap();
    assert_eq!(shop.count("select count(*) from products where category is null and version = 3").await, 2_500);
    shop.execute("delete from products where name = 'P'").await;
    shop.done().await;
}

/// What is looked at before it is written may be another by then: whoever comes second looks again.
#[tokio::test]
async fn products_that_come_into_a_category_while_it_is_renamed_or_goes_are_in_nobodys_way() {
    let (shop, staff) = open().await;
    let mut other = PgConnection::connect(&shop.url).await.unwrap();
    let shown = editor(&shop, staff, "glass", "").await;
    let form = edited(&shown, &[("slug", "glassware")]);
    let comes = "begin; update products set category = 'glass' where slug = 'cup'";
    sqlx::raw_sql(comes).execute(&mut other).await.unwrap();
    let (renamed, ()) = tokio::join!(shop.shop.save_category(staff.may(), &form), async {
        until_waiting(&shop, 1).await;
        sqlx::raw_sql("commit").execute(&mut other).await.unwrap();
    });
    assert_eq!(renamed.unwrap().as_str(), "glassware");
    assert_eq!(shop.record("cup").await.category.as_deref(), Some("glassware"), "it came along");

    let id = shop.record("mug").await.id;
    let mug = shop.shop.product_editor(staff.may(), id, "").await.unwrap().product;
    let mut edit = mug.fields();
    let clay = made(&shop, staff, "Clay", "").await.to_string();
    edit.extend([("version".to_owned(), mug.version.to_string()), ("category".to_owned(), clay)]);
    sqlx::raw_sql("begin; delete from categories where slug = 'clay'").execute(&mut other).await.unwrap();
    let (saved, ()) = tokio::join!(shop.shop.edit_product(staff.may(), id, &edit), async {
        until_waiting(&shop, 1).await;
        sqlx::raw_sql("commit").execute(&mut other).await.unwrap();
    });
    assert_eq!(problem(refused(saved), "category"), Problem::NotAChoice);
    shop.done().await;
}

#[tokio::test]
async fn a_category_that_a_file_brings_back_is_renamed_again() {
    let (shop, staff) = open().await;
    let change = async |address: &str, name: &str| {
        let shown = editor(&shop, staff, "glass", "").await;
        shop.shop.save_category(staff.may(), &edited(&shown, &[("slug", address), ("name", name)])).await
    };
    change("glassware", "Glassware").await.unwrap();
    // The catalogue's file names its categories as before.
    shop.load(Vec::new()).await;
    assert_eq!(change("tumblers", "Tumblers").await.unwrap().as_str(), "tumblers");
    let leads: String = shop.scalar("select category from category_addresses where slug = $1", "glass").await;
    assert_eq!(leads, "tumblers");
    shop.done().await;
}
