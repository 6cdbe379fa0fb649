//! Files of products: looked at without a trace, and imported whole or not at all. `import_races` has those who are killed on the
//! way, and two at once.

use bytes::Bytes;
use shop::domain::{ImportId, ImportRemark, ImportState, Problem, ProductStatus, Refusal, Staff, TaxClass};
use shop::dto::{Image, ImportReport, ImportTaken, ImportView, StaffProduct};
use shop::infrastructure::LiveShop;
use time::Duration;

use crate::harness::{Everything, TestShop, product, refused, usd, variant};

/// As Shopify exported products until 2025: a mark at its beginning, umlauts, apostrophes, HTML, lines within cells.
pub const SHOPIFY: &[u8] = include_bytes!("files/shopify.csv");
/// With the names that columns have since.
const SHOPIFY_2025: &[u8] = include_bytes!("files/shopify-2025.csv");

/// Who imports, into a shop with two categories and a mug.
pub struct Importer {
    pub shop: TestShop,
    pub staff: Staff,
}

impl Importer {
    pub async fn open() -> Self {
        let shop = TestShop::open().await;
        shop.stock_shelves(&[("MUG", "9.00", 5)]).await;
        let staff = Staff(shop.register("Staff").await.id);
        Self { shop, staff }
    }

    pub fn live(&self) -> &LiveShop {
        &self.shop.shop
    }

    pub async fn upload(&self, file: impl Into<Bytes>) -> ImportId {
        match self.live().upload_import(self.staff.may(), "C:\\files\\products.csv", file.into()).await.unwrap() {
            ImportTaken::Waiting(id) => id,
            ImportTaken::Busy => panic!("not taken"),
        }
    }

    pub async fn view(&self, id: ImportId) -> ImportView {
        self.live().import(self.staff.may(), id).await.unwrap()
    }

    pub async fn work(&self) {
        while self.live().work_on_imports().await.unwrap() {}
    }

    /// Uploaded and looked at.
    pub async fn checked(&self, file: impl Into<Bytes>) -> (ImportId, ImportReport) {
        let id = self.upload(file).await;
        self.work().await;
        let view = self.view(id).await;
        assert_eq!(view.state, ImportState::Checked, "{view:?}");
        (id, view.report.unwrap())
    }

    /// And imported.
    pub async fn imported(&self, file: impl Into<Bytes>) -> ImportReport {
        let (id, report) = self.checked(file).await;
        assert_eq!(report.problem_count, 0, "{:?}", report.problems);
        self.live().want_import(self.staff.may(), id).await.unwrap();
        self.work().await;
        let view = self.view(id).await;
        assert_eq!((view.state, view.done), (ImportState::Done, view.total), "{view:?}");
        view.report.unwrap()
    }

    /// What is wrong with a file.
    async fn problems(&self, file: impl Into<Bytes>) -> Vec<(u32, String, ImportRemark)> {
        let before = self.rows().await;
        let (id, report) = self.checked(file).await;
        assert_eq!(self.rows().await, before, "whoever only looks changes nothing");
        let refusal = refused(self.live().want_import(self.staff.may(), id).await);
        assert_eq!(refusal, Refusal::NotFound, "a file with problems is not imported");
        report.problems.into_iter().map(|note| (note.row, note.column, note.remark)).collect()
    }

    pub async fn product(&self, slug: &str) -> StaffProduct {
        let id: uuid::Uuid = self.shop.scalar("select id from products where slug = $1", slug).await;
        self.live().product_editor(self.staff.may(), shop::domain::ProductId(id), "").await.unwrap().product
    }

    /// The whole catalogue in a few letters.
    pub async fn rows(&self) -> String {
        self.shop
            .scalar(
                "select md5($1 || coalesce((select string_agg(p::text, '|' order by p.id) from products p), '')
                    || coalesce((select string_agg(v::text, '|' order by v.id) from product_variants v), '')
                    || coalesce((select string_agg(i::text, '|' order by i.variant_id) from inventory i), '')
                    || (select count(*) from stock_movements) || (select count(*) from audit_log))",
                "",
            )
            .await
    }

    async fn export(&self) -> Vec<u8> {
        let (mut table, mut place) = (Vec::new(), None);
        loop {
            let part = self.live().export_products(self.staff.may(), place).await.unwrap();
            table.extend(&part.csv[..]);
            place = part.next;
            if place.is_none() {
                return table;
            }
        }
    }
}

#[tokio::test]
async fn an_export_of_shopify_becomes_products_with_all_of_their_variants() {
    let at = Importer::open().await;
    let report = at.imported(SHOPIFY).await;
    assert_eq!((report.rows, report.made, report.changed, report.new_variants), (7, 3, 0, 6), "{report:?}");
    assert!(report.left.contains(&"Gift Card".to_owned()) && !report.left.contains(&"Vendor".to_owned()), "{report:?}");
    let told: Vec<_> = report.notes.iter().map(|note| (note.row, note.remark.clone())).collect();
    let renamed = |to: &str| ImportRemark::Renamed { to: to.into() };
    for note in [
        (2, renamed("MS-MOOS-S")),
        (3, ImportRemark::BelowZero),
        (6, ImportRemark::NoCategory),
        (7, renamed("gutschein-10")),
    ] {
        assert!(told.contains(&note), "{note:?}: {told:?}");
    }

    assert_eq!(report.pictures, 3);
    let bowl = at.product("muesli-schale").await;
    assert_eq!(bowl.name, "Müsli-Schale „Größe zählt“");
    assert_eq!(bowl.description, "Für Müsli & Suppe.\n\n- Spülmaschinenfest\n- 0,5 l");
    assert_eq!((bowl.category.as_deref(), bowl.status), (Some("tableware"), ProductStatus::Active));
    assert_eq!((bowl.vendor.as_str(), bowl.seo_title.as_str()), ("Ton & Söhne", "Schale"));
    assert_eq!(bowl.tags, ["Küche", "\"neu\""]);
    assert_eq!((bowl.options.join("/"), bowl.variants.len()), ("Farbe/Size".to_owned(), 3));
    let skus: Vec<_> = bowl.variants.iter().map(|variant| (variant.sku.as_str(), variant.stock)).collect();
    assert_eq!(skus, [("MS-MOOS-S", 12), ("MS-MOOS-L", 0), ("0815", 4)]);
    let first = &bowl.variants[0];
    assert_eq!((first.price, first.compare_at_price, first.weight_grams), (usd("24.00"), Some(usd("29.00")), 350));

    let mug = at.product("ladys-mug").await;
    assert_eq!((mug.name.as_str(), mug.description.as_str()), ("Lady's Mug", "It's \"the\" mug.\nSecond line."));
    assert_eq!((mug.category, mug.options.len(), mug.variants[0].weight_grams), (None, 0, 300));

    let voucher = at.product("gutschein-10").await;
    assert_eq!((voucher.status, voucher.tax_class), (ProductStatus::Draft, TaxClass::Zero));
    assert_eq!(voucher.description, "Ein Gutschein.\nNicht verschickt.");
    assert!(voucher.variants.iter().all(|variant| !variant.needs_shipping && variant.stock == 100));

    let log = at.live().audit_log(at.staff.may(), None).await.unwrap().entries;
    assert_eq!((log.len(), log[0].action.as_str(), log[0].actor.as_str()), (1, "products.imported", "Staff"));
    assert_eq!(at.live().import_list(at.staff.may()).await.unwrap()[0].file, "products.csv");

    let again = at.imported(SHOPIFY).await;
    assert_eq!((again.made, again.changed, again.same), (0, 0, 3), "the second time it changes nothing: {again:?}");
    assert_eq!(at.product("muesli-schale").await, bowl);
    at.shop.done().await;
}

#[tokio::test]
async fn the_names_that_columns_have_since_2025_are_read_as_well() {
    let at = Importer::open().await;
    let report = at.imported(SHOPIFY_2025).await;
    assert_eq!((report.made, report.new_variants), (1, 2), "{report:?}");
    let pot = at.product("teekanne").await;
    assert_eq!((pot.name.as_str(), pot.category.as_deref()), ("Teekanne", Some("tableware")));
    let variants: Vec<_> = pot.variants.iter().map(|v| (v.sku.as_str(), v.stock, v.weight_grams, v.price)).collect();
    assert_eq!(variants, [("KANNE-1", 3, 1_200, usd("39.00")), ("KANNE-2", 2, 1_900, usd("49.00"))]);
    at.shop.done().await;
}

#[tokio::test]
async fn what_a_file_does_not_say_stays_and_so_does_what_lies_on_the_shelf() {
    let at = Importer::open().await;
    let mut shirt = product("SHIRT", "20.00", 1);
    shirt.options = vec!["Size".into()];
    shirt.variants = vec![variant("SHIRT-S", &["S"], "20.00", 4), variant("SHIRT-M", &["M"], "20.00", 4)];
    at.shop.load(vec![shirt]).await;
    let before = at.product("shirt").await;
    let report = at
        .imported(
            "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Inventory Qty\n\
             shirt,,Size,S,SHIRT-S,21.00,99\nshirt,,,M,SHIRT-MEDIUM,20.00,99\nshirt,,,L,,23.00,6\n",
        )
        .await;
    assert_eq!((report.changed, report.new_variants, report.changed_variants), (1, 1, 2), "{report:?}");
    let after = at.product("shirt").await;
    assert_eq!(
        (&after.name, &after.description, &after.category),
        (&before.name, &before.description, &before.category)
    );
    assert_eq!(after.version, before.version + 1, "who edits it meanwhile is told");
    let variants: Vec<_> = after.variants.iter().map(|v| (v.sku.as_str(), v.stock, v.price)).collect();
    assert_eq!(
        variants,
        [("SHIRT-S", 4, usd("21.00")), ("SHIRT-MEDIUM", 4, usd("20.00")), ("SHIRT-L", 6, usd("23.00"))]
    );
    assert_eq!(after.variants[1].id, before.variants[1].id, "known by its values");
    let entry = at.live().audit_log(at.staff.may(), None).await.unwrap().entries.remove(0);
    let json = |text: Option<String>| serde_json::from_str::<serde_json::Value>(&text.unwrap()).unwrap();
    let (was, now) = (json(entry.before), json(entry.after));
    assert_eq!(was["variants"]["SHIRT-S"]["price"], "20.00");
    assert_eq!(now["variants"]["SHIRT-S"]["price"], "21.00");
    assert_eq!(now["variants"]["SHIRT-M"]["sku"], "SHIRT-MEDIUM");
    assert_eq!(now["sha256"].as_str().map(str::len), Some(64), "which file it was");
    // What is retired comes back with a file that names it, and is counted with the others.
    at.shop.execute("update product_variants set retired_at = now() where sku = 'SHIRT-L'").await;
    assert_eq!(at.product("shirt").await.retired.len(), 1);
    let back = "Handle,Variant SKU,Option1 Name,Option1 Value,Cost per item\nshirt,SHIRT-L,Size,L,7.5\n";
    assert_eq!(at.imported(back).await.changed_variants, 1);
    let shirt = at.product("shirt").await;
    assert_eq!((shirt.retired.len(), shirt.variants[2].stock, shirt.variants[2].cost), (0, 6, Some(usd("7.50"))));
    // Two variants change their values for each other's.
    let swapped = "Handle,Option1 Name,Option1 Value,Variant SKU\nshirt,Size,M,SHIRT-S\nshirt,,S,SHIRT-MEDIUM\n";
    assert_eq!(at.imported(swapped).await.changed_variants, 2);
    at.shop.done().await;
}

#[tokio::test]
async fn what_leaves_comes_in_again_unchanged() {
    let at = Importer::open().await;
    at.imported(SHOPIFY).await;
    let mut odd = product("ODD", "7.00", 1);
    odd.name = "=HYPERLINK(\"https://evil.example\")".into();
    odd.description = "-1, in two  spaces\nand lines\n\n\n+ <b>no markup</b> &amp; so".into();
    odd.tax_class = TaxClass::Reduced;
    odd.options = vec!["@Size".into()];
    odd.variants = vec![variant("ODD-1", &["+1"], "7.00", 3), variant("-10", &["'-2"], "8.00", 3)];
    odd.images =
        ["odd", "even"].map(|name| Image { name: name.into(), alt: name.into(), size: None, opaque: false }).into();
    odd.variants[0].image = Some("even".into());
    at.shop.load(vec![odd]).await;
    at.shop
        .execute(
            "update products set status = 'archived' where slug = 'mug';
             update products set vendor = '=Acme', tags = '{-sale,\"two words\"}', seo_title = '@odd',
                seo_description = '+ more' where slug = 'odd';
             update product_variants set cost = 3.5 where sku = 'ODD-1'",
        )
        .await;
    let (rows, table) = (at.rows().await, at.export().await);
    let mut reader = csv::ReaderBuilder::new().from_reader(&table[..]);
    for record in reader.records() {
        for cell in &record.unwrap() {
            assert!(!cell.starts_with(['=', '+', '-', '@', '\t', '\r']), "{cell:?} is no formula");
        }
    }
    let (_, report) = at.checked(table.clone()).await;
    assert_eq!((report.problem_count, report.made, report.changed, report.same), (0, 0, 0, 5), "{report:?}");
    assert_eq!((report.left.as_slice(), at.rows().await), (&["Image Position"].map(str::to_owned)[..], rows));

    let elsewhere = Importer::open().await;
    elsewhere.shop.execute("update product_variants set sku = 'OTHER'; update products set slug = 'other'").await;
    elsewhere.imported(table).await;
    for slug in ["muesli-schale", "ladys-mug", "gutschein-10", "odd", "mug"] {
        let (here, there) = (at.product(slug).await, elsewhere.product(slug).await);
        let told = |product: &StaffProduct| {
            let variants =
                product.variants.iter().map(|v| (v.sku.clone(), v.options.clone(), v.price, v.cost, v.stock));
            let facts = ["name", "vendor", "tags", "seo_title", "seo_description"];
            (
                facts.map(|fact| product.fields().get(fact).cloned()),
                product.description.clone(),
                product.status,
                variants.collect::<Vec<_>>(),
            )
        };
        assert_eq!(told(&here), told(&there), "{slug}");
    }
    elsewhere.shop.done().await;
    at.shop.done().await;
}

const HEAD: &str = "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price\n";

#[tokio::test]
async fn every_problem_is_told_by_its_row_and_nothing_is_imported() {
    let at = Importer::open().await;
    let problem = |row: u32, column: &str, remark: ImportRemark| (row, column.to_owned(), remark);
    let required = || ImportRemark::Cell(Problem::Required);
    for (rows, told) in [
        ("jug,Jug,,,MUG,1.00\n", problem(2, "Variant SKU", ImportRemark::SkuElsewhere)),
        ("jug,Jug,,,JUG,1.00\ncup,Cup,,,JUG,1.00\n", problem(3, "Variant SKU", ImportRemark::SkuTwice { row: 2 })),
        ("jug,Jug,,,JUG,\"1,00\"\n", problem(2, "Variant Price", ImportRemark::Comma)),
        ("jug,,,,JUG,1.00\n", problem(2, "Title", required())),
        ("jug,Jug,,,JUG,\n", problem(2, "Variant Price", required())),
        ("jug,Jug,Size,S,JUG-1,1.00\njug,,,S,JUG-2,1.00\n", problem(3, "Option1 Name", ImportRemark::ChoiceTwice)),
        ("jug,\"Jug,,,JUG,1.00\n", problem(2, "", ImportRemark::BadQuotes)),
        ("jug,Jug\n", problem(2, "", ImportRemark::CellCount { expected: 6, found: 2 })),
        ("mug,,Size,S,MUG-S,1.00\n", problem(2, "Option1 Name", ImportRemark::OptionsDiffer)),
    ] {
        let found = at.problems(format!("{HEAD}{rows}")).await;
        assert!(found.contains(&told), "{rows}: {found:?}");
    }
    let many: String = (0..101).map(|n| format!("jug,Jug,Size,{n},,1.00\n")).collect();
    let found = at.problems(format!("{HEAD}{many}")).await;
    assert_eq!(found, [problem(2, "", ImportRemark::Cell(Problem::TooMany { max: 100 }))]);
    assert_eq!(at.problems(b"Handle,Title\njug,Kr\xfcg\n".to_vec()).await, [problem(2, "", ImportRemark::NotUtf8)]);
    assert_eq!(at.problems("Name,Price\nJug,1\n").await, [problem(1, "Handle", ImportRemark::ColumnMissing)]);
    assert_eq!(at.problems("").await, [problem(0, "", ImportRemark::NoRows)]);
    // In another order, what is not in the file would be read as the other option.
    let mut shirt = product("SHIRT", "20.00", 1);
    shirt.options = vec!["Size".into(), "Colour".into()];
    shirt.variants = ["S", "M", "L"].map(|size| variant(&format!("SHIRT-{size}"), &[size, "Red"], "20.00", 4)).into();
    at.shop.load(vec![shirt]).await;
    let turned =
        "Handle,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU\nshirt,Colour,Red,Size,S,SHIRT-S\n";
    assert_eq!(at.problems(turned).await, [problem(2, "Option1 Name", ImportRemark::OptionsDiffer)]);
    let all = format!("{turned}shirt,,Red,,M,SHIRT-M\nshirt,,Red,,L,SHIRT-L\n");
    assert_eq!(at.checked(all).await.1.problem_count, 0, "all of them are turned");
    // Values of options that are others by now are none of theirs.
    at.shop
        .execute(
            "update product_variants set retired_at = now() where sku = 'SHIRT-L';
             update products set options = '{Colour,Size}' where slug = 'shirt';
             update product_variants set options = array['Red', options[1]] where sku in ('SHIRT-S', 'SHIRT-M')",
        )
        .await;
    let back = "Handle,Variant SKU,Variant Price\nshirt,SHIRT-L,21.00\n";
    assert_eq!(at.problems(back).await, [problem(2, "Option1 Name", required())], "it says not which it is now");
    let said = "Handle,Option1 Name,Option1 Value,Option2 Name,Option2 Value,Variant SKU\n\
                shirt,Colour,Red,Size,L,SHIRT-L\n";
    assert_eq!(at.checked(said).await.1.problem_count, 0);
    let flawed: String = (0..700).map(|n| format!("jug-{n},Jug,,,JUG-{n},\"1,00\"\n")).collect();
    let mut rows: Vec<_> = at.problems(format!("{HEAD}{flawed}")).await.into_iter().map(|(row, ..)| row).collect();
    rows.dedup();
    assert_eq!(rows, (2..702).collect::<Vec<_>>(), "each is told, however many");
    // All of it at once, in the order of the rows.
    let two = at.problems(format!("{HEAD}cup,,,,,\"2,5\"\njug,,,,MUG,x\n")).await;
    assert_eq!(two.iter().map(|(row, ..)| *row).collect::<Vec<_>>(), [2, 2, 3, 3, 3], "{two:?}");
    at.shop.done().await;
}

#[tokio::test]
async fn ten_thousand_rows_are_one_import() {
    let at = Importer::open().await;
    let mut file = HEAD.to_owned();
    for product in 0..2_500 {
        for size in ["S", "M", "L", "XL"] {
            let (title, name) = if size == "S" { (format!("Bowl {product}"), "Size") } else { (String::new(), "") };
            file.push_str(&format!("bowl-{product},{title},{name},{size},B{product}-{size},12.50\n"));
        }
    }
    let report = at.imported(file.clone()).await;
    assert_eq!((report.rows, report.made, report.new_variants), (10_000, 2_500, 10_000));
    assert_eq!(at.shop.count("select count(*) from product_variants").await, 10_001);
    assert_eq!(at.shop.count("select count(*) from products where min_price = 12.5 and choices = 4").await, 2_500);
    let cheaper = at.imported(file.replace("12.50", "11.00")).await;
    assert_eq!((cheaper.made, cheaper.changed, cheaper.changed_variants), (0, 2_500, 10_000));
    at.shop.done().await;
}

#[tokio::test]
async fn so_many_files_wait_and_no_more_and_old_ones_go() {
    let at = Importer::open().await;
    for _ in 0..5 {
        at.upload(SHOPIFY).await;
    }
    let sixth = at.live().upload_import(at.staff.may(), "", SHOPIFY.into()).await.unwrap();
    assert_eq!(sixth, ImportTaken::Busy);
    at.work().await;
    // What was only checked is in nobody's way: the oldest makes room.
    let (seventh, _) = at.checked(SHOPIFY).await;
    let files = at.live().import_list(at.staff.may()).await.unwrap();
    let (oldest, next) = (files[5].id, files[4].id);
    assert_eq!((files.len(), at.view(oldest).await.state), (6, ImportState::Checked));
    assert!(!at.view(oldest).await.is_kept && at.view(next).await.is_kept && at.view(seventh).await.is_kept);
    assert_eq!(refused(at.live().want_import(at.staff.may(), oldest).await), Refusal::NotFound);
    // What somebody wants stays.
    for file in &files[..5] {
        at.live().want_import(at.staff.may(), file.id).await.unwrap();
    }
    let eighth = at.live().upload_import(at.staff.may(), "", SHOPIFY.into()).await.unwrap();
    assert_eq!(eighth, ImportTaken::Busy);
    at.work().await;
    assert_eq!(at.view(next).await.state, ImportState::Done);
    at.shop.clock.advance(Duration::days(31));
    at.upload(SHOPIFY).await;
    assert_eq!(at.live().import_list(at.staff.may()).await.unwrap().len(), 1);
    at.shop.done().await;
}
