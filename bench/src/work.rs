//! What is done over and over: one operation of a row, on the shop or on the floor.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use http::{Method, StatusCode};
use serde_json::{Value, json};
use tokio::task::JoinSet;
use tokio::time::sleep;
use uuid::Uuid;

use crate::client::{Client, chosen_fields, field, hidden_fields};
use crate::stage::{FLOOR_USER, PASSWORD, Stage};

pub const PRODUCT: &str = "/products/speckled-stoneware-mug";
pub const LISTING: &str = "/products";
pub const SEARCH: &str = "/products?q=linen";
/// What a listing may be narrowed by is told by pages; the API does without.
pub const RECORDS: &str = "/api/v1/products?per_page=24";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    NoSql,
    Product,
    Listing,
    ListingWithoutFacets,
    Search,
    AddToCart,
    Order,
    Journey,
    Login,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Shop,
    Floor,
}

/// What one shopper does.
#[derive(Debug, Clone, Copy)]
pub struct Task {
    pub work: Work,
    pub place: Place,
    pub times: usize,
}

/// All shoppers at once, each on a connection of their own.
pub async fn every(shoppers: &mut Vec<Shopper>, task: Task) -> Result<()> {
    let mut tasks = JoinSet::new();
    for mut shopper in shoppers.drain(..) {
        tasks.spawn(async move {
            for _ in 0..task.times {
                match task.place {
                    Place::Shop => Box::pin(shopper.in_shop(task.work)).await?,
                    Place::Floor => Box::pin(shopper.on_the_floor(task.work)).await?,
                }
            }
            Ok::<_, anyhow::Error>(shopper)
        });
    }
    while let Some(done) = tasks.join_next().await {
        shoppers.push(done??);
    }
    Ok(())
}

/// Somebody with a browser, and what they need for their work.
pub struct Shopper {
    pub client: Client,
    pub email: String,
    /// What they buy: in the shop a product's id, on the floor a variant's.
    pub product: Uuid,
    /// Its page.
    pub page: String,
}

impl Shopper {
    pub fn visitor(stage: &Stage) -> Self {
        Self {
            client: Client::new(stage.shop.address),
            email: String::new(),
            product: Uuid::nil(),
            page: String::new(),
        }
    }

    /// With an account, signed in.
    pub async fn register(stage: &Stage, name: &str, product: &MeasuredProduct) -> Result<Self> {
        let email = format!("{name}@bench.example.org");
        let mut client = Client::new(stage.shop.address);
        let form = json!({"name": name, "email": email, "password": PASSWORD});
        expect(client.call(Method::POST, "/api/v1/auth/register", &form).await?, StatusCode::CREATED)?;
        Ok(Self { client, email, product: product.id, page: product.page.clone() })
    }

    /// The shop has been started anew, somewhere else; the session is still theirs.
    pub fn move_to(&mut self, stage: &Stage) {
        self.client.move_to(stage.shop.address);
    }

    /// The same person, whom nobody knows yet.
    pub fn in_a_new_browser(&self, shop: SocketAddr) -> Self {
        Self { client: Client::new(shop), email: self.email.clone(), product: self.product, page: self.page.clone() }
    }

    /// With a session on the floor.
    pub async fn on_floor(stage: &Stage, variant: Uuid) -> Result<Self> {
        let mut client = Client::new(stage.floor.address);
        client.keep(&format!("floor={}", stage.floor_session().await?));
        Ok(Self { client, email: FLOOR_USER.to_owned(), product: variant, page: String::new() })
    }

    /// One operation in the shop.
    pub async fn in_shop(&mut self, work: Work) -> Result<()> {
        match work {
            // The cart of a visitor whom nobody knows.
            Work::NoSql => self.client.page("/cart").await.map(drop),
            Work::Product => self.client.page(PRODUCT).await.map(drop),
            Work::Listing => self.client.page(LISTING).await.map(drop),
            Work::ListingWithoutFacets => self.client.page(RECORDS).await.map(drop),
            Work::Search => self.client.page(SEARCH).await.map(drop),
            Work::AddToCart => self.add_to_cart(&[field("quantity", "1")]).await.map(drop),
            Work::Order => self.order().await.map(drop),
            Work::Journey => self.journey().await,
            Work::Login => self.login().await,
        }
    }

    /// The same on the floor.
    pub async fn on_the_floor(&mut self, work: Work) -> Result<()> {
        match work {
            Work::NoSql => self.client.page("/constant").await.map(drop),
            Work::Product => self.client.page("/product/speckled-stoneware-mug").await.map(drop),
            Work::Listing => self.client.page("/listing").await.map(drop),
            Work::ListingWithoutFacets => self.client.page("/records").await.map(drop),
            Work::Search => self.client.page("/listing?q=linen").await.map(drop),
            Work::AddToCart => self.floor_add().await,
            Work::Order => self.floor_order().await.map(drop),
            Work::Journey => self.floor_journey().await,
            Work::Login => {
                let form = [field("email", &self.email), field("password", PASSWORD)];
                self.floor_form("/login", &form).await.map(drop)
            }
        }
    }

    /// Posts the product page's form, as it would be sent, without looking at the page each time.
    async fn add_to_cart(&mut self, more: &[(String, String)]) -> Result<String> {
        let slug = self.page.rsplit('/').next().unwrap_or_default().to_owned();
        let mut fields = vec![field("product", &slug)];
        fields.extend_from_slice(more);
        // A line holds at most 99: every operation of this row begins with what the one before it left.
        let lines = json!({});
        match self.client.form("/do/add-to-cart", &fields).await {
            Ok(to) => Ok(to),
            Err(_) => {
                self.client.call(Method::POST, "/api/v1/cart/clear", &lines).await?;
                self.client.form("/do/add-to-cart", &fields).await
            }
        }
    }

    /// An order for one unit by the API; its id.
    pub async fn order(&mut self) -> Result<Option<String>> {
        let order = json!({"items": [{"product_id": self.product, "quantity": 1}]});
        let answer = self.client.call(Method::POST, "/api/v1/orders", &order).await?;
        match answer.status {
            StatusCode::CREATED => {
                let order: Value = serde_json::from_str(&answer.body)?;
                Ok(order.get("id").and_then(Value::as_str).map(str::to_owned))
            }
            // Sold out.
            StatusCode::CONFLICT => Ok(None),
            status => bail!("POST /orders: {status} {}", answer.body),
        }
    }

    /// From the first page to the paid order.
    async fn journey(&mut self) -> Result<()> {
        let page = self.page.clone();
        for path in ["/", LISTING, SEARCH, page.as_str()] {
            self.client.page(path).await?;
        }
        let product = self.client.page(&page).await?;
        let mut fields = hidden_fields(&product, "/do/add-to-cart")?;
        fields.push(field("quantity", "1"));
        self.client.form("/do/add-to-cart", &fields).await?;
        self.client.page("/cart").await?;
        self.client.page("/checkout").await?;
        let address = [
            ("name", "Ada Bench"),
            ("line1", "1 Measure Street"),
            ("city", "Graz"),
            ("postal_code", "8010"),
            ("country", "AT"),
        ];
        let mut next = self.client.form("/do/save-address", &address.map(|(name, value)| field(name, value))).await?;
        let mut review = self.client.page(&next).await?;
        if review.contains("action=\"/do/choose-shipping\"") {
            let fields = chosen_fields(&review, "/do/choose-shipping")?;
            next = self.client.form("/do/choose-shipping", &fields).await?;
            review = self.client.page(&next).await?;
        }
        let fields = hidden_fields(&review, "/do/place-order")?;
        let order = self.client.form("/do/place-order", &fields).await?;
        let placed = self.client.page(&order).await?;
        let mut fields = hidden_fields(&placed, "/do/pay-order")
            .context("the order could not be paid at once: its items were not set aside in time")?;
        fields.push(field("outcome", "approve"));
        let paid = self.client.form("/do/pay-order", &fields).await?;
        self.client.page(&paid).await.map(drop)
    }

    /// As a new browser each time.
    pub async fn login(&mut self) -> Result<()> {
        let form = json!({"email": self.email, "password": PASSWORD});
        loop {
            let mut client = Client::new(self.client.server());
            let answer = client.call(Method::POST, "/api/v1/auth/login", &form).await?;
            if answer.status != StatusCode::SERVICE_UNAVAILABLE {
                return expect(answer, StatusCode::OK);
            }
            // Too many hash at once, and it says so; whoever is told to come back does.
            sleep(Duration::from_millis(300)).await;
        }
    }

    async fn floor_form(&mut self, path: &str, fields: &[(String, String)]) -> Result<String> {
        let answer = self.client.post_form(path, fields).await?;
        ensure!(answer.status.is_success(), "{path}: {} {}", answer.status, answer.body);
        Ok(answer.body)
    }

    async fn floor_add(&mut self) -> Result<()> {
        let fields = [field("variant", &self.product.to_string()), field("quantity", "1")];
        self.floor_form("/add", &fields).await.map(drop)
    }

    /// An order for one unit; its id, or none when it is sold out.
    pub async fn floor_order(&mut self) -> Result<Option<String>> {
        let product = self.product.to_string();
        let fields = [field("buyer", &product), field("variant", &product), field("quantity", "1")];
        let answer = self.client.post_form("/order", &fields).await?;
        match answer.status {
            StatusCode::CREATED => Ok(Some(answer.body)),
            StatusCode::CONFLICT => Ok(None),
            status => bail!("/order: {status} {}", answer.body),
        }
    }

    /// As many pages and writes as the shop's journey has, each at its floor.
    async fn floor_journey(&mut self) -> Result<()> {
        for path in ["/listing", "/listing", "/listing?q=linen", "/product/speckled-stoneware-mug"] {
            self.client.page(path).await?;
        }
        self.client.page("/product/speckled-stoneware-mug").await?;
        self.floor_add().await?;
        // Cart, address, saving it, review.
        for _ in 0..4 {
            self.client.page("/cart").await?;
        }
        let order = self.floor_order().await?.context("the floor is sold out")?;
        self.client.page("/cart").await?;
        self.floor_form("/pay", &[field("order", &order)]).await?;
        self.client.page("/cart").await.map(drop)
    }
}

/// Something to sell that does not run out while it is measured.
pub struct MeasuredProduct {
    pub id: Uuid,
    pub page: String,
}

impl MeasuredProduct {
    /// Staff make it, as they would.
    pub async fn create(staff: &mut Client, name: &str, stock: u32) -> Result<Self> {
        let form = json!({"name": name, "description": "Measured.", "price": "12.00", "stock": stock});
        let answer = staff.call(Method::POST, "/api/v1/products", &form).await?;
        ensure!(answer.status == StatusCode::CREATED, "POST /products: {} {}", answer.status, answer.body);
        let made: Value = serde_json::from_str(&answer.body)?;
        let text = |name: &str| made.get(name).and_then(Value::as_str).context("a product without id or slug");
        Ok(Self { id: text("id")?.parse()?, page: format!("/products/{}", text("slug")?) })
    }

    /// How many are left.
    pub async fn stock(&self, client: &mut Client) -> Result<u64> {
        let answer = client.call(Method::GET, &format!("/api/v1/products/{}", self.id), &json!({})).await?;
        let product: Value = serde_json::from_str(&answer.body)?;
        product.get("stock").and_then(Value::as_u64).context("a product without stock")
    }
}

pub fn expect(answer: crate::client::Answer, status: StatusCode) -> Result<()> {
    ensure!(answer.status == status, "{} instead of {status}: {}", answer.status, answer.body);
    Ok(())
}

/// A member of staff, signed in.
pub async fn staff(stage: &Stage) -> Result<Client> {
    let mut client = Client::new(stage.shop.address);
    let form = json!({"email": crate::stage::STAFF, "password": PASSWORD});
    expect(client.call(Method::POST, "/api/v1/auth/login", &form).await?, StatusCode::OK)?;
    Ok(client)
}
