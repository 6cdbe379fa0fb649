//! A shop of its own for each test, in a database of its own, whose methods are what people do.
//!
//! `done()` ends a test: it drains the outbox and checks that the books balance. A shop that is dropped without it fails
//! its test.

#[path = "assembled.rs"]
mod assembled;
#[path = "books.rs"]
mod books;
#[path = "clock.rs"]
mod clock;
#[path = "left_over.rs"]
mod left_over;
#[path = "rules.rs"]
pub mod rules;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use shop::domain::{
    Currency, Customer, Email, Limits, May, Money, OrderId, OrderStatus, Permit, Proof, Quantity, Refusal,
    ReservationState, Role, Slug, Staff, StaffRole, TaxClass, User, VariantId,
};
use shop::dto::{AddressForm, CartView, LoginForm, OrderView, ProductRecord, RegisterForm};
use shop::infrastructure::LiveShop;
use shop::infrastructure::payments::SandboxPayments;
use shop::infrastructure::postgres::PgStore;
use shop::usecase::{
    CartOwner, Catalogue, CategoryEntry, Embedded, Error, PlaceOrder, ProductEntry, ProductKey, Relayed, Result,
    SecretKey, Settings, VariantEntry,
};
use sqlx::{Connection, PgConnection};
use time::Duration;
use tokio::sync::{OnceCell, Semaphore};

use assembled::{media_folder, shop_on};
pub use books::Counters;
pub use clock::TestClock;

pub struct TestShop {
    pub shop: LiveShop,
    pub clock: Arc<TestClock>,
    pub url: String,
    done: AtomicBool,
}

static SERIAL: AtomicU64 = AtomicU64::new(0);
static TEMPLATE: OnceCell<String> = OnceCell::const_new();

/// The server the tests may make databases on.
fn server() -> String {
    std::env::var("TEST_DATABASE_URL").expect("TEST_DATABASE_URL: run the tests with `make test`")
}

fn at(database: &str) -> String {
    let (base, _) = server().rsplit_once('/').map(|(b, d)| (b.to_owned(), d.to_owned())).expect("a database URL");
    format!("{base}/{database}")
}

async fn admin(statement: String) {
    let mut connection = PgConnection::connect(&server()).await.expect("the test server answers");
    sqlx::raw_sql(sqlx::AssertSqlSafe(statement)).execute(&mut connection).await.expect("an admin statement");
}

/// A database with all tables, made once per run; each test gets a copy of it.
async fn template() -> &'static str {
    TEMPLATE
        .get_or_init(|| async {
            let name = format!("shop_template_{}", std::process::id());
            admin(format!("drop database if exists {name}")).await;
            admin(format!("create database {name}")).await;
            let store = PgStore::connect(&at(&name), 2, Currency::USD).await.expect("a fresh database");
            store.migrate().await.expect("the migrations run");
            store.migrate().await.expect("and run twice");
            store.close().await;
            left_over::drop_databases(server());
            name
        })
        .await
}

pub fn settings() -> Settings {
    Settings {
        name: "Kiln & Loom".into(),
        base_url: "http://127.0.0.1:3000".into(),
        currency: Currency::USD,
        payment_window: Duration::minutes(15),
        return_window: Duration::days(30),
        manual_payment: None,
        staff_session: Duration::hours(12),
        anonymise_after: Duration::days(3650),
        review_request_after: Duration::days(14),
        factor_grace: Duration::days(14),
        secret_key: SecretKey::new("a secret key of the tests, 32 long"),
        limits: Limits::default(),
    }
}

pub fn quantity(text: &str) -> Quantity {
    Quantity::parse(text).unwrap()
}

pub fn slug(text: &str) -> Slug {
    Slug::parse(text).unwrap()
}

pub fn usd(text: &str) -> Money {
    Money::parse(text, Currency::USD).unwrap()
}

/// So many register at a time.
static TURNS: Semaphore = Semaphore::const_new(2);

/// Hands events to their consumers, in this process of a shop, until none is left.
pub async fn deliver_by(process: &LiveShop) {
    let bus = Embedded::new(process.clone());
    loop {
        match process.relay(&bus, 200).await.unwrap() {
            Relayed::Idle => return,
            Relayed::Published(_) => {}
            Relayed::SetAside { published, aside: left } | Relayed::Stuck { published, left } => {
                panic!("{left} events could not be delivered, {published} could")
            }
        }
    }
}

impl TestShop {
    pub async fn open() -> Self {
        let template = template().await;
        let name = format!("shop_test_{}_{}", std::process::id(), SERIAL.fetch_add(1, Ordering::Relaxed));
        admin(format!("drop database if exists {name}")).await;
        admin(format!("create database {name} template {template}")).await;
        let url = at(&name);
        let clock = Arc::new(TestClock::default());
        let shop = shop_on(&url, Arc::clone(&clock), None, Currency::USD).await;
        Self { shop, clock, url, done: AtomicBool::new(false) }
    }

    /// A shop on a database of another server, or on another way to one.
    pub async fn open_on(url: String) -> Self {
        let clock = Arc::new(TestClock::default());
        let shop = shop_on(&url, Arc::clone(&clock), None, Currency::USD).await;
        shop.store().migrate().await.expect("the migrations run");
        Self { shop, clock, url, done: AtomicBool::new(false) }
    }

    /// Where its pictures lie.
    pub fn media_folder(&self) -> PathBuf {
        media_folder(self.shop.store())
    }

    /// What every process of this shop pays with.
    pub fn sandbox(&self) -> SandboxPayments {
        SandboxPayments::new(self.shop.store().clone(), &settings()).unwrap()
    }

    /// Products of one variant each: name of the sku, price, stock.
    pub async fn stock_shelves(&self, shelf: &[(&str, &str, u32)]) {
        let products = shelf.iter().map(|(sku, price, stock)| product(sku, price, *stock)).collect();
        self.load(products).await;
    }

    pub async fn load(&self, products: Vec<ProductEntry>) {
        self.shop.load_catalogue(&catalogue(products)).await.unwrap();
    }

    pub async fn variant(&self, sku: &str) -> VariantId {
        VariantId(self.scalar("select id from product_variants where sku = $1", sku).await)
    }

    /// The product of this slug, as staff see it.
    pub async fn record(&self, slug: &str) -> ProductRecord {
        self.shop.product_by_key(&ProductKey::Slug(Slug::parse(slug).unwrap())).await.unwrap()
    }

    pub async fn stock(&self, sku: &str) -> i32 {
        self.scalar(
            "select stock from inventory i join product_variants v on v.id = i.variant_id where v.sku = $1",
            sku,
        )
        .await
    }

    pub async fn scalar<T>(&self, statement: &'static str, arg: &str) -> T
    where
        T: Send + Unpin + sqlx::Type<sqlx::Postgres> + for<'r> sqlx::Decode<'r, sqlx::Postgres>,
    {
        sqlx::query_scalar(statement).bind(arg).fetch_one(self.shop.store().pool()).await.unwrap()
    }

    pub async fn count(&self, statement: &'static str) -> i64 {
        sqlx::query_scalar(statement).fetch_one(self.shop.store().pool()).await.unwrap()
    }

    /// What a test sets up may be much, on a machine that does much else: it has longer than a shopper's statement.
    pub async fn execute(&self, statement: &'static str) {
        let mut connection = self.shop.store().pool().acquire().await.unwrap();
        for statement in ["set statement_timeout = '60s'", statement, "reset statement_timeout"] {
            sqlx::raw_sql(statement).execute(&mut *connection).await.unwrap();
        }
    }

    pub async fn register(&self, name: &str) -> User {
        let form = RegisterForm {
            name: name.into(),
            email: format!("{}@example.org", name.to_lowercase().replace(' ', ".")),
            password: "correct horse".into(),
        };
        // Two hundred at once are told to come again: here they stand in line.
        let _turn = TURNS.acquire().await.unwrap();
        self.shop.register(form).await.unwrap()
    }

    pub async fn customer(&self, name: &str) -> Customer {
        self.register(name).await.customer()
    }

    pub async fn sign_in(&self, email: &str, password: &str) -> Result<User> {
        let form = LoginForm { email: email.into(), password: password.into() };
        self.shop.authenticate(form).await.map(|account| account.user)
    }

    pub async fn add(&self, customer: Customer, sku: &str, quantity: &str) -> Result<CartView> {
        let variant = self.variant(sku).await;
        let quantity = Quantity::parse(quantity).map_err(|problem| Refusal::field("quantity", problem))?;
        self.shop.add_to_cart(CartOwner::Customer(customer), variant, quantity).await
    }

    /// Fills the cart and gives an address; answers the form of the last step.
    pub async fn check_out(&self, customer: Customer, lines: &[(&str, &str)]) -> PlaceOrder {
        for (sku, quantity) in lines {
            self.add(customer, sku, quantity).await.unwrap();
        }
        self.shop.save_address(customer, address()).await.unwrap();
        self.review(customer).await
    }

    /// The form of the last step, as the page that is shown now has it.
    pub async fn review(&self, customer: Customer) -> PlaceOrder {
        let reviewed = self.shop.checkout(customer).await.unwrap().reviewed;
        PlaceOrder { key: self.shop.new_key(), reviewed }
    }

    pub async fn place(&self, customer: Customer, lines: &[(&str, &str)]) -> OrderId {
        let form = self.check_out(customer, lines).await;
        self.shop.place_order(customer, form).await.unwrap()
    }

    /// One of this sku, placed in a process that may have another currency and, after delivery, set aside.
    pub async fn place_reserved_in(&self, process: &LiveShop, customer: Customer, sku: &str) -> OrderId {
        let variant = self.variant(sku).await;
        process.add_to_cart(CartOwner::Customer(customer), variant, quantity("1")).await.unwrap();
        process.save_address(customer, address()).await.unwrap();
        let reviewed = process.checkout(customer).await.unwrap().reviewed;
        let form = PlaceOrder { key: process.new_key(), reviewed };
        let id = process.place_order(customer, form).await.unwrap();
        self.deliver().await;
        assert_eq!(process.order(customer, id).await.unwrap().reservation, ReservationState::Reserved);
        id
    }

    /// Placed and, after delivery, set aside.
    pub async fn place_reserved(&self, customer: Customer, lines: &[(&str, &str)]) -> OrderId {
        let id = self.place(customer, lines).await;
        self.deliver().await;
        let order = self.order(customer, id).await;
        assert_eq!((order.status, order.reservation), (OrderStatus::Pending, ReservationState::Reserved));
        id
    }

    pub async fn order(&self, customer: Customer, id: OrderId) -> OrderView {
        self.shop.order(customer, id).await.unwrap()
    }

    /// Hands events to their consumers, in this process, until none is left.
    pub async fn deliver(&self) {
        deliver_by(&self.shop).await;
    }

    /// The end of a test: nothing is left to do, the books balance, and no two transactions ever waited for each other.
    pub async fn done(self) {
        self.done_counting().await;
    }

    /// The same, and what the database server has counted.
    pub async fn done_counting(self) -> Counters {
        self.deliver().await;
        self.check_books().await;
        let _ = std::fs::remove_dir_all(self.media_folder());
        let counters = self.disconnect().await;
        assert_eq!(counters.deadlocks, 0, "transactions that waited for each other (40P01)");
        self.done.store(true, Ordering::Relaxed);
        counters
    }
}

impl Drop for TestShop {
    fn drop(&mut self) {
        if !std::thread::panicking() && !self.done.load(Ordering::Relaxed) {
            panic!("the test did not end with `done()`");
        }
    }
}

pub fn catalogue(products: Vec<ProductEntry>) -> Catalogue {
    let category = |slug: &str, name: &str| CategoryEntry {
        slug: slug.into(),
        name: name.into(),
        description: format!("{name}, all of it."),
        image: None,
    };
    Catalogue { categories: vec![category("tableware", "Tableware"), category("glass", "Glass")], products }
}

pub fn product(sku: &str, price: &str, stock: u32) -> ProductEntry {
    ProductEntry {
        slug: sku.to_lowercase(),
        name: format!("Product {sku}"),
        category: "tableware".into(),
        featured: false,
        description: format!("{sku}, as it is."),
        options: Vec::new(),
        images: Vec::new(),
        tax_class: TaxClass::Standard,
        variants: vec![variant(sku, &[], price, stock)],
    }
}

pub fn variant(sku: &str, options: &[&str], price: &str, stock: u32) -> VariantEntry {
    VariantEntry {
        sku: sku.into(),
        options: options.iter().map(|o| (*o).to_owned()).collect(),
        price: price.into(),
        compare_at_price: None,
        stock,
        image: None,
        weight_grams: 0,
        needs_shipping: true,
    }
}

pub fn address() -> AddressForm {
    AddressForm {
        name: "Ada Lovelace".into(),
        line1: "12 St James's Square".into(),
        city: "London".into(),
        postal_code: "SW1Y 4JH".into(),
        country: "GB".into(),
        ..AddressForm::default()
    }
}

pub fn berlin() -> AddressForm {
    AddressForm {
        line1: "Friedrichstr. 43".into(),
        city: "Berlin".into(),
        postal_code: "10117".into(),
        country: "DE".into(),
        ..address()
    }
}

/// Tests of what staff do, not of who may: an owner's proof for any member of staff. `src/tests/staff.rs` has the others.
pub trait Everything {
    fn may<P: Permit>(self) -> May<P>;
}

impl Everything for Staff {
    fn may<P: Permit>(self) -> May<P> {
        worker(self, StaffRole::Owner).expect("an owner may everything")
    }
}

/// The proof that somebody in this role has, if they have it.
pub fn worker<P: Proof>(staff: Staff, role: StaffRole) -> std::result::Result<P, Refusal> {
    P::of(&User {
        id: staff.0,
        name: "Staff".into(),
        email: Email::parse("staff@example.org").unwrap(),
        role: Role::Staff,
        staff_role: Some(role),
        created_at: time::OffsetDateTime::UNIX_EPOCH,
    })
}

/// The refusal in an answer that must be one.
pub fn refused<T: std::fmt::Debug>(answer: Result<T>) -> shop::domain::Refusal {
    let Err(Error::Refused(refusal)) = answer else { panic!("not refused: {answer:?}") };
    refusal
}
