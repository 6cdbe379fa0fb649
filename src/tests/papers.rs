//! Invoices: the facts as they were, and a file that is always the same bytes.

use std::path::{Path, PathBuf};
use std::process::Command;

use futures::future::join_all;
use shop::domain::{Currency, Customer, OrderId, Promotion, PromotionCode, Refusal, TaxClass, TaxRate, TaxRules};
use shop::dto::{AddressForm, CheckoutForm};
use shop::infrastructure::LiveShop;
use shop::usecase::SandboxOutcome::Approve;
use shop::usecase::{CartOwner, OrderAccess, PlaceOrder, ProductEntry};

use crate::harness::rules::{flat, percent, promotion, seller, zone};
use crate::harness::{TestShop, address, deliver_by, product, refused};
use crate::java::{jar, java};

/// What Germany charges.
fn german() -> TaxRules {
    let rate = |class, rate: &str| TaxRate {
        country: "DE".into(),
        region: None,
        class,
        name: "MwSt.".into(),
        rate: rate.parse().unwrap(),
    };
    TaxRules { rates: vec![rate(TaxClass::Standard, "19"), rate(TaxClass::Reduced, "7")], ..TaxRules::none("DE") }
}

fn berlin() -> AddressForm {
    AddressForm {
        name: "Jürgen Müller-Lüdenscheidt".into(),
        line1: "Schöneberger Straße 12".into(),
        city: "Nürnberg".into(),
        postal_code: "90402".into(),
        country: "DE".into(),
        ..address()
    }
}

/// A shop in Germany that sells mugs and books, with a tenth off and something off the shipping.
pub async fn german_shop() -> TestShop {
    let shop = TestShop::open().await;
    let book = ProductEntry {
        name: "Brot backen: Handbuch für lange Führung".into(),
        tax_class: TaxClass::Reduced,
        ..product("BOOK", "24.95", 50)
    };
    shop.load(vec![ProductEntry { name: "Speckled stoneware mug".into(), ..product("MUG", "18.90", 50) }, book]).await;
    shop.tax_by(german()).await;
    shop.ship_by(vec![zone("Germany", &["DE"], vec![flat("Paket", "4.90")])]).await;
    let tenth = Promotion { stackable: true, ..promotion("Autumn", percent("10")) };
    shop.promote(Promotion { code: Some(PromotionCode::parse("AUTUMN10").unwrap()), ..tenth.clone() }).await;
    shop.promote(Promotion { stackable: true, ..promotion("Half off", percent("5")) }).await;
    shop.sold_by(&seller()).await;
    shop
}

pub async fn order_of_everything(shop: &TestShop, customer: Customer) -> OrderId {
    for (sku, quantity) in [("MUG", "3"), ("BOOK", "2")] {
        shop.add(customer, sku, quantity).await.unwrap();
    }
    shop.shop.set_coupon(CartOwner::Customer(customer), "AUTUMN10").await.unwrap();
    shop.shop.save_address(customer, berlin()).await.unwrap();
    let form: PlaceOrder = shop.review(customer).await;
    let id = shop.shop.place_order(customer, form).await.unwrap();
    shop.deliver().await;
    shop.shop.pay_order(customer, id, Approve).await.unwrap();
    shop.deliver().await;
    id
}

pub fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

pub fn text_of(file: &Path) -> String {
    let read = Command::new("pdftotext").arg("-layout").arg(file).arg("-").output().expect("scripts/setup papers");
    String::from_utf8(read.stdout).unwrap().replace('\u{a0}', " ")
}

pub fn validate(folder: &Path) {
    let arguments = ["--disable-file-logging", "--action", "validateExpectValid", "-d"];
    let (said, content) = java(&jar("Mustang-CLI"), "org.mustangproject.commandline.Main", &arguments, folder);
    assert!(content, "{said}");
    verapdf(folder);
}

pub fn verapdf(folder: &Path) {
    let class = "org.verapdf.apps.GreenfieldCliWrapper";
    let (said, content) = java(&jar("greenfield-apps"), class, &["--format", "text", "-v"], folder);
    assert!(content, "{said}");
}

#[tokio::test]
async fn an_order_of_two_rates_discounts_and_shipping_has_an_invoice_that_validators_accept() {
    let shop = german_shop().await;
    let jurgen = shop.customer("Jurgen").await;
    let id = order_of_everything(&shop, jurgen).await;
    let order = shop.order(jurgen, id).await;
    let file = shop.shop.invoice_file(jurgen, id).await.unwrap();
    assert_eq!(order.invoice.unwrap().number, file.number);
    let folder = folder("an-order");
    let path = folder.join("invoice.pdf");
    std::fs::write(&path, &file.bytes).unwrap();
    validate(&folder);
    let text = text_of(&path);
    let discounts = order.parts.discounts.iter().map(|d| d.amount.amount().to_string());
    let taxes = order.parts.tax.lines.iter().map(|line| line.amount.amount().to_string());
    let amounts: Vec<_> = discounts.chain(taxes).chain([order.total.amount().to_string()]).collect();
    assert_eq!((order.parts.discounts.len(), order.parts.tax.lines.len()), (2, 2), "{text}");
    let facts = ["Kiln & Loom Handelsgesellschaft mbH", "DE123456788", "Jürgen Müller-Lüdenscheidt", "90402 Nürnberg"];
    let facts = facts.into_iter().chain([
        "Brot backen: Handbuch für lange Führung",
        "Autumn (AUTUMN10)",
        "Paket",
        "19 %",
        "7 %",
    ]);
    let number = order.number.to_string();
    for part in facts.chain([file.number.as_str(), number.as_str()]).chain(amounts.iter().map(String::as_str)) {
        assert!(text.contains(part), "{part} is missing:\n{text}");
    }
    if let Ok(keep) = std::env::var("KEEP_PAPERS") {
        std::fs::copy(&path, Path::new(&keep).join("order.pdf")).unwrap();
    }
    shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_made_once_and_stays_the_same_whatever_the_shop_becomes() {
    let shop = german_shop().await;
    let jurgen = shop.customer("Jurgen").await;
    let id = order_of_everything(&shop, jurgen).await;
    assert_eq!(
        shop.count("select count(*) from papers where pdf is null").await,
        1,
        "number and facts, and no file yet"
    );
    // The process died here; meanwhile the shop became another's, and its goods have other names.
    shop.sold_by(&shop::domain::Seller { vat_id: Some("DE999999999".into()), ..seller() }).await;
    shop.execute("update products set name = 'Another'; update users set name = 'Another'").await;
    shop.execute("update orders set email = 'another@example.org'").await;
    let processes: Vec<LiveShop> = join_all((0..3).map(|_| shop.another_process())).await;
    let (rendered, asked) = tokio::join!(
        join_all(processes.iter().map(|process| process.render_papers(10))),
        join_all(processes.iter().map(|process| process.invoice_file(jurgen, id))),
    );
    for made in rendered {
        made.unwrap();
    }
    let first = shop.shop.invoice_file(jurgen, id).await.unwrap();
    for file in asked {
        assert_eq!(file.unwrap(), first);
    }
    let folder = folder("made-once");
    std::fs::write(folder.join("a.pdf"), &first.bytes).unwrap();
    let text = text_of(&folder.join("a.pdf"));
    assert!(text.contains("DE123456788") && text.contains("mug") && !text.contains("Another"), "{text}");
    assert_eq!(shop.shop.render_papers(10).await.unwrap(), 0);
    assert_eq!(shop.shop.make_missing_invoices(10).await.unwrap().unwrap().made, 0);
    // It was kept: whatever would be made of the same facts by another release, nothing is.
    assert_eq!(shop.count("select count(*) from papers where pdf is null").await, 0);
    shop.execute(r#"update papers set facts = jsonb_set(facts, '{seller,vat_id}', '"DE111111111"')"#).await;
    assert_eq!(shop.shop.invoice_file(jurgen, id).await.unwrap(), first);
    shop.done().await;
}

#[tokio::test]
async fn an_invoice_opens_for_its_owner_and_its_token_alone() {
    let shop = german_shop().await;
    let jurgen = shop.customer("Jurgen").await;
    let eve = shop.customer("Eve").await;
    let id = order_of_everything(&shop, jurgen).await;
    let guest = CartOwner::Guest(None);
    let token = Some(shop.shop.order_token(id).unwrap());
    assert!(shop.shop.invoice_file(OrderAccess { owner: guest, token }, id).await.is_ok());
    let wrong = Some(shop.shop.order_token(OrderId(uuid::Uuid::nil())).unwrap());
    for access in [eve.into(), OrderAccess { owner: guest, token: None }, OrderAccess { owner: guest, token: wrong }] {
        assert_eq!(refused(shop.shop.invoice_file(access, id).await), Refusal::NotFound);
    }
    // An order that nobody has paid has none, for its owner neither.
    shop.add(jurgen, "MUG", "1").await.unwrap();
    shop.shop.save_address(jurgen, berlin()).await.unwrap();
    let form = shop.review(jurgen).await;
    let unpaid = shop.shop.place_order(jurgen, form).await.unwrap();
    assert_eq!(refused(shop.shop.invoice_file(jurgen, unpaid).await), Refusal::NotFound);
    shop.done().await;
}

#[tokio::test]
async fn without_a_seller_there_is_no_invoice_until_somebody_asks() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 9)]).await;
    shop.tax_by(crate::harness::rules::taxed(&[("GB", "20")])).await;
    let ada = shop.customer("Ada").await;
    let id = shop.place_reserved(ada, &[("MUG", "1")]).await;
    shop.shop.pay_order(ada, id, Approve).await.unwrap();
    shop.deliver().await;
    assert_eq!(shop.order(ada, id).await.invoice, None);
    assert_eq!(shop.count("select count(*) from email_messages where kind = 'payment_received'").await, 1);
    assert_eq!(shop.shop.make_missing_invoices(10).await.unwrap(), None);
    // A seller without a number for its taxes cannot write an invoice with tax on it, and no number is lost for that.
    shop.sold_by(&shop::domain::Seller { vat_id: None, ..seller() }).await;
    let issued = shop.shop.make_missing_invoices(10).await.unwrap().unwrap();
    assert_eq!((issued.made, issued.not_made.len()), (0, 1));
    assert!(issued.not_made[0].why.contains("tax number"), "{issued:?}");
    shop.sold_by(&seller()).await;
    assert_eq!(shop.shop.make_missing_invoices(10).await.unwrap().unwrap().made, 1);
    assert!(shop.order(ada, id).await.invoice.unwrap().number.ends_with("-000001"));
    shop.done().await;
}

#[tokio::test]
async fn an_order_that_cannot_be_read_for_its_invoice_holds_up_nobody_and_no_letter_of_its_own() {
    let shop = TestShop::open().await;
    shop.stock_shelves(&[("MUG", "24.00", 9)]).await;
    shop.sold_by(&seller()).await;
    let ada = shop.customer("Ada").await;
    // Setting aside delivers what there is: both are placed before one is paid.
    let orders = [shop.place_reserved(ada, &[("MUG", "1")]).await, shop.place_reserved(ada, &[("MUG", "1")]).await];
    for id in orders {
        shop.shop.pay_order(ada, id, Approve).await.unwrap();
    }
    // The first has something that no release has ever written.
    let spoil = "update orders set billing_address = '{\"name\": 7}' where number = (select min(number) from orders)";
    shop.execute(spoil).await;
    shop.deliver().await;
    assert_eq!(shop.count("select count(*) from email_messages where kind = 'payment_received'").await, 2);
    assert_eq!(shop.count("select count(*) from papers").await, 1);
    assert!(shop.order(ada, orders[1]).await.invoice.unwrap().number.ends_with("-000001"));
    shop.execute("update orders set billing_address = null").await;
    assert_eq!(shop.shop.make_missing_invoices(10).await.unwrap().unwrap().made, 1);
    assert!(shop.order(ada, orders[0]).await.invoice.unwrap().number.ends_with("-000002"));
    shop.done().await;
}

/// A shop of another currency, and a guest's order of two bowls that was paid there.
pub struct Abroad {
    pub shop: TestShop,
    pub process: LiveShop,
    pub guest: CartOwner,
    pub id: OrderId,
}

impl Abroad {
    pub async fn paid(code: &str, price: &str) -> Self {
        let shop = TestShop::open().await;
        let currency: Currency = code.parse().unwrap();
        let process = shop.another_process_in(currency).await;
        process.confirm_currency().await.unwrap();
        let entry = ProductEntry { name: "Bowl".into(), ..product("BOWL", price, 9) };
        let catalogue = shop::usecase::Catalogue {
            categories: vec![shop::usecase::CategoryEntry {
                slug: "tableware".into(),
                name: "Tableware".into(),
                description: "Tableware.".into(),
                image: None,
            }],
            products: vec![entry],
        };
        process.load_catalogue(&catalogue).await.unwrap();
        shop.sold_by(&seller()).await;
        let variant = shop.variant("BOWL").await;
        let cart = process.add_to_cart(CartOwner::Guest(None), variant, crate::harness::quantity("2")).await.unwrap();
        let guest = CartOwner::Guest(cart.id);
        let form = CheckoutForm { email: "guest@example.org".into(), shipping: address(), ..CheckoutForm::default() };
        process.save_address(guest, form).await.unwrap();
        let reviewed = process.checkout(guest).await.unwrap().reviewed;
        let id = process.place_order(guest, PlaceOrder { key: process.new_key(), reviewed }).await.unwrap();
        let abroad = Self { shop, process, guest, id };
        abroad.deliver().await;
        abroad.process.pay_order(guest, id, Approve).await.unwrap();
        abroad.deliver().await;
        abroad
    }

    pub async fn deliver(&self) {
        deliver_by(&self.process).await;
    }
}

#[tokio::test]
async fn yen_and_dinars_have_invoices_and_so_does_what_is_collected_by_a_guest() {
    let folder = folder("currencies");
    for (code, price, total) in [("JPY", "1250", "2,500"), ("KWD", "12.505", "25.010")] {
        let abroad = Abroad::paid(code, price).await;
        let file = abroad.process.invoice_file(abroad.guest, abroad.id).await.unwrap();
        let path = folder.join(format!("{code}.pdf"));
        std::fs::write(&path, &file.bytes).unwrap();
        let text = text_of(&path);
        assert!(text.contains(total) && text.contains(code), "{text}");
        abroad.shop.done().await;
    }
    verapdf(&folder);
}
