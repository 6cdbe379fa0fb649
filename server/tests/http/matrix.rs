//! Who may do what, and from where: every server function and every operation of the API, asked by everybody and from
//! everywhere. The registry and the OpenAPI document say whether one is missing here. Pages are asked in `page_access`.

use std::collections::{BTreeMap, BTreeSet};

use axum::body::Body;
use http::header::{ACCEPT, CONTENT_TYPE, COOKIE, HOST};
use http::{Method, Request, StatusCode};
use shop::domain::{OrderId, Permission, StaffRole};
use shop::dto::RegisterForm;
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use crate::functions::{Access, FUNCTIONS};
use crate::harness;
use crate::operations::{Caller, OPERATIONS};
use crate::visitor::{Answer, Site, Visitor, encoded};

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

/// A shop with an order of Ada's, and those who ask for it: everybody else, staff in every role, and her.
pub struct World {
    pub site: Site,
    ids: BTreeMap<&'static str, String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Nobody,
    Guest,
    /// Has given the right password, and no code yet: nobody at all, wherever they go.
    HalfSignedIn,
    Stranger,
    Staff(StaffRole),
    /// Of the order.
    Owner,
}

impl World {
    pub async fn open() -> Self {
        let site = Site::open().await;
        site.shop.stock_shelves(&[("MUG", "24.00", 90)]).await;
        let ada = site.shop.register("Ada").await;
        let order: OrderId = site.shop.place_reserved(ada.customer(), &[("MUG", "1")]).await;
        let address = site.shop.shop.add_address(ada.customer(), harness::address(), true).await.unwrap();
        let product: uuid::Uuid =
            site.shop.scalar("select product_id from product_variants where sku = $1", "MUG").await;
        let promotion = site.shop.promote(harness::rules::promotion("Ten off", harness::rules::percent("10"))).await;
        let ids = [
            ("ORDER", order.to_string()),
            ("ADDRESS", address.id.to_string()),
            ("VARIANT", site.shop.variant("MUG").await.to_string()),
            ("PRODUCT", product.to_string()),
            ("ITEM", "00000000-0000-4000-8000-000000000009".into()),
            ("USER", ada.id.to_string()),
            ("PROMOTION", promotion.to_string()),
        ];
        Self { site, ids: ids.into() }
    }

    /// Everybody, Ada last: what she does to her order would be seen by the others.
    pub async fn people(&self) -> Vec<(Role, Visitor<'_>)> {
        for role in StaffRole::ALL {
            let email = format!("{}@example.org", role.as_str());
            let form = RegisterForm { name: role.as_str().into(), email, password: "correct horse".into() };
            self.site.shop.shop.create_staff(form).await.unwrap();
        }
        self.site.shop.execute("update users set staff_role = name where role = 'staff'").await;
        let mut people = Vec::new();
        let staff = StaffRole::ALL.map(Role::Staff);
        for role in [Role::Nobody, Role::Guest, Role::HalfSignedIn, Role::Stranger]
            .into_iter()
            .chain(staff)
            .chain([Role::Owner])
        {
            let visitor = self.site.visitor();
            self.enter(role, &visitor).await;
            people.push((role, visitor));
        }
        people
    }

    async fn enter(&self, role: Role, visitor: &Visitor<'_>) {
        let sign_in = async |email: &str| {
            let answer = visitor.call("login", &[("email", email), ("password", "correct horse")]).await;
            assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        };
        match role {
            Role::Nobody => {}
            Role::Guest => {
                let fields = [("product", "mug"), ("variant_id", &self.ids["VARIANT"]), ("quantity", "1")];
                assert_eq!(visitor.call("add-to-cart", &fields).await.status, StatusCode::OK);
            }
            Role::HalfSignedIn => {
                self.site
                    .shop
                    .execute(
                        "insert into totp_factors (user_id, id, created_at, confirmed_at)
                     select id, gen_random_uuid(), now(), now() from users where email = 'owner@example.org'",
                    )
                    .await;
                sign_in("owner@example.org").await;
                let waits = visitor.get("/login/code").await;
                assert!(waits.text.contains("Open your authenticator app"), "{}", waits.text);
                self.site.shop.execute("delete from totp_factors").await;
            }
            Role::Stranger => {
                visitor.register("Bob").await;
            }
            Role::Staff(role) => sign_in(&format!("{}@example.org", role.as_str())).await,
            Role::Owner => sign_in("ada@example.org").await,
        }
    }

    pub fn filled(&self, text: &str) -> String {
        self.ids.iter().fold(text.to_owned(), |text, (name, id)| text.replace(name, id))
    }

    fn fields(&self, row: &[(&'static str, &'static str)]) -> Vec<(&'static str, String)> {
        row.iter().map(|(name, value)| (*name, self.filled(value))).collect()
    }

    /// The address of an operation, with the ids of what it is about.
    pub fn address(&self, path: &str) -> String {
        let kind = [
            ("/orders", "ORDER"),
            ("/products", "PRODUCT"),
            ("/cart", "ITEM"),
            ("/users", "USER"),
            ("/addresses", "ADDRESS"),
            ("/promotions", "PROMOTION"),
            ("/returns", "ORDER"),
            ("/refunds", "ORDER"),
            ("/reviews", "ORDER"),
        ];
        let id = kind.iter().find(|(part, _)| path.contains(part)).map_or("", |(_, name)| self.ids[name].as_str());
        path.replace("{id}", id)
    }

    /// Everything there is, in a few letters.
    async fn digest(&self) -> String {
        let mut connection = PgConnection::connect(&self.site.shop.url).await.unwrap();
        let tables = "select tablename::text from pg_tables where schemaname = 'public' order by 1";
        let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(&mut connection).await.unwrap();
        let mut digest = String::new();
        for table in tables {
            let rows = format!("select coalesce(md5(string_agg(t::text, '|' order by t::text)), '') from {table} t");
            let rows: String = sqlx::query_scalar(AssertSqlSafe(rows)).fetch_one(&mut connection).await.unwrap();
            digest.push_str(&format!("{table} {rows}\n"));
        }
        digest
    }
}

pub fn operations() -> Vec<(Method, String, String)> {
    let document = server::api::document(false);
    let paths = document["paths"].as_object().unwrap();
    let operations = paths.iter().flat_map(|(path, item)| {
        item.as_object().unwrap().iter().map(move |(method, operation)| {
            let id = operation["operationId"].as_str().unwrap().to_owned();
            (method.to_uppercase().parse().unwrap(), path.clone(), id)
        })
    });
    operations.collect()
}

pub fn row(id: &str) -> (Caller, &'static str) {
    let row = OPERATIONS.into_iter().find(|(name, ..)| *name == id);
    row.map(|(_, who, body)| (who, body)).unwrap_or_else(|| panic!("{id} has no row"))
}

#[test]
fn every_operation_has_a_row() {
    let told: BTreeSet<_> = operations().into_iter().map(|(_, _, id)| id).collect();
    let rows: BTreeSet<_> = OPERATIONS.iter().map(|(id, ..)| (*id).to_owned()).collect();
    assert_eq!(told, rows, "who may call a new one, and with what? Give it a row");
}

pub fn caller(access: Access) -> Caller {
    match access {
        Access::Anybody => Caller::Anybody,
        Access::Customer => Caller::Customer,
        Access::Owner => Caller::Owner,
        Access::Staff => Caller::Unseen,
        Access::May(permission) => Caller::UnseenMay(permission),
    }
}

/// What somebody is told who may not; nothing where they may.
pub fn refusal(who: Caller, role: Role) -> Option<StatusCode> {
    let signed_in = !matches!(role, Role::Nobody | Role::Guest | Role::HalfSignedIn);
    match who {
        Caller::Anybody => None,
        _ if !signed_in => Some(StatusCode::UNAUTHORIZED),
        Caller::Customer => None,
        Caller::Owner => (role != Role::Owner).then_some(StatusCode::NOT_FOUND),
        Caller::May(permission) => (!may(role, permission)).then_some(StatusCode::FORBIDDEN),
        Caller::Unseen => (!matches!(role, Role::Staff(_))).then_some(StatusCode::NOT_FOUND),
        Caller::UnseenMay(permission) if matches!(role, Role::Staff(_)) => {
            (!may(role, permission)).then_some(StatusCode::FORBIDDEN)
        }
        Caller::UnseenMay(_) => Some(StatusCode::NOT_FOUND),
        Caller::Person if role == Role::Owner => None,
        Caller::Person => (!may(role, Permission::Customers)).then_some(StatusCode::NOT_FOUND),
    }
}

fn may(role: Role, permission: Permission) -> bool {
    matches!(role, Role::Staff(role) if role.may(permission))
}

#[track_caller]
fn check(what: &str, role: Role, who: Caller, answer: &Answer) {
    assert!(answer.status.as_u16() < 500, "{what} {role:?}: {} {}", answer.status, answer.text);
    match refusal(who, role) {
        Some(status) => {
            assert_eq!(answer.status, status, "{what} {role:?}: {}", answer.text);
            for secret in ["ada@example.org", "Ada", "SW1Y", "24.00"] {
                assert!(!answer.text.contains(secret), "{what} tells {role:?} of {secret}: {}", answer.text);
            }
        }
        None => {
            let of_form = ["login", "login-code", "sign_in", "admin-confirm"].contains(&what);
            let denied = [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN].contains(&answer.status) && !of_form;
            let lost = answer.status == StatusCode::NOT_FOUND && matches!(who, Caller::Owner | Caller::Person);
            assert!(!denied && !lost, "{what} is refused to {role:?}: {} {}", answer.status, answer.text);
        }
    }
}

#[tokio::test]
async fn every_server_function_knows_who_may() {
    let world = World::open().await;
    for (role, visitor) in world.people().await {
        for (name, access, fields) in FUNCTIONS.into_iter().filter(|(name, ..)| *name != "logout") {
            let fields = world.fields(fields);
            let fields: Vec<_> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
            check(name, role, caller(access), &visitor.call(name, &fields).await);
        }
    }
    world.site.shop.done().await;
}

#[tokio::test]
async fn every_operation_of_the_api_knows_who_may() {
    let world = World::open().await;
    for (role, visitor) in world.people().await {
        // Withdrawing and removing come last: what is withdrawn cannot be ordered, and what is removed cannot be read.
        let is_last = |id: &str| ["withdraw_product", "remove_address"].contains(&id);
        let (last, first): (Vec<_>, Vec<_>) = operations().into_iter().partition(|(_, _, id)| is_last(id));
        for (method, path, id) in first.into_iter().chain(last).filter(|(_, _, id)| id != "sign_out") {
            let (who, body) = row(&id);
            let request = Request::builder().method(method).uri(world.address(&path)).header(CONTENT_TYPE, JSON);
            let answer = visitor.send(request, Body::from(world.filled(body))).await;
            check(&id, role, who, &answer);
        }
    }
    world.site.shop.done().await;
}

/// How a request may come from elsewhere, or as something that no form or script of ours sends.
const FROM_ELSEWHERE: [&[(&str, &str)]; 9] = [
    &[("sec-fetch-site", "cross-site"), ("content-type", FORM)],
    &[("sec-fetch-site", "same-site"), ("content-type", FORM)],
    &[("origin", "https://evil.example"), ("content-type", FORM)],
    &[("origin", "https://evil.shop.example"), ("content-type", FORM)],
    &[("origin", "null"), ("content-type", FORM)],
    &[("content-type", FORM)],
    &[("content-type", "text/plain")],
    &[("sec-fetch-site", "same-origin"), ("content-type", "text/plain")],
    &[("sec-fetch-site", "same-origin"), ("content-type", "multipart/form-data; boundary=x")],
];

fn from(headers: &[(&str, &str)], method: Method, path: &str, cookie: &str) -> http::request::Builder {
    let request = Request::builder().method(method).uri(path).header(HOST, "shop.example").header(COOKIE, cookie);
    headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))
}

#[tokio::test]
async fn no_server_function_is_called_from_elsewhere() {
    let world = World::open().await;
    let ada = world.site.visitor();
    world.enter(Role::Owner, &ada).await;
    let cookie = format!("session={}", ada.cookie("session").unwrap());
    let before = world.digest().await;
    for (name, _, fields) in FUNCTIONS {
        let fields = world.fields(fields);
        let fields: Vec<_> = fields.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let path = format!("/do/{name}");
        for accept in ["text/html", JSON] {
            for headers in FROM_ELSEWHERE {
                let request = from(headers, Method::POST, &path, &cookie).header(ACCEPT, accept);
                let answer = world.site.send(request.body(Body::from(encoded(&fields))).unwrap()).await;
                assert!([403, 415].contains(&answer.status.as_u16()), "{name} {headers:?}: {}", answer.status);
            }
            let query = format!("{path}?{}", encoded(&fields));
            let upgrade = [("connection", "upgrade"), ("upgrade", "websocket"), ("sec-websocket-version", "13")];
            for headers in [&[][..], &upgrade] {
                let request = from(headers, Method::GET, &query, &cookie).header(ACCEPT, accept);
                let answer = world.site.send(request.body(Body::empty()).unwrap()).await;
                assert!([404, 405].contains(&answer.status.as_u16()), "GET {name}: {}", answer.status);
            }
        }
    }
    assert_eq!(world.digest().await, before, "nothing has changed");
    for own in [("sec-fetch-site", "same-origin"), ("origin", "http://shop.example")] {
        let request = from(&[own, ("content-type", FORM)], Method::POST, "/do/add-to-cart", &cookie);
        let fields = [("product", "mug"), ("variant_id", world.ids["VARIANT"].as_str()), ("quantity", "1")];
        let answer =
            world.site.send(request.header(ACCEPT, "text/html").body(Body::from(encoded(&fields))).unwrap()).await;
        assert_eq!(answer.status, StatusCode::SEE_OTHER, "{own:?}: {}", answer.text);
    }
    assert_ne!(world.digest().await, before, "our own form does change something");
    world.site.shop.done().await;
}

#[tokio::test]
async fn no_operation_of_the_api_is_called_from_elsewhere() {
    let world = World::open().await;
    let people = world.people().await;
    let cookie = |role| {
        let (_, visitor) = people.iter().find(|(r, _)| *r == role).unwrap();
        format!("session={}", visitor.cookie("session").unwrap())
    };
    let (staff, ada) = (cookie(Role::Staff(StaffRole::Owner)), cookie(Role::Owner));
    let before = world.digest().await;
    for (method, path, id) in operations().into_iter().filter(|(method, ..)| method != Method::GET) {
        let (who, body) = row(&id);
        let cookie = if matches!(who, Caller::May(_)) { &staff } else { &ada };
        for headers in FROM_ELSEWHERE {
            let is_said = headers.iter().any(|(name, value)| *name != "content-type" && *value != "same-origin");
            let is_own = headers[0] == ("sec-fetch-site", "same-origin");
            // What no form can send says by its method that it is none; and a call without a body does not mind what it
            // is said to be.
            if method != Method::POST && !is_said || is_own && body.is_empty() {
                continue;
            }
            let json = headers.iter().map(|(n, v)| (*n, if is_said && *n == "content-type" { JSON } else { *v }));
            let request = from(&json.collect::<Vec<_>>(), method.clone(), &world.address(&path), cookie);
            let answer = world.site.send(request.body(Body::from(world.filled(body))).unwrap()).await;
            assert!(
                [403, 415].contains(&answer.status.as_u16()),
                "{id} {headers:?}: {} {}",
                answer.status,
                answer.text
            );
            assert_eq!(answer.header("content-type"), "application/problem+json", "{id}");
        }
    }
    assert_eq!(world.digest().await, before, "nothing has changed");
    let program = from(&[("content-type", JSON)], Method::POST, "/api/v1/cart/items", &ada);
    let body = world.filled(r#"{"product_id":"PRODUCT","quantity":1}"#);
    let answer = world.site.send(program.body(Body::from(body)).unwrap()).await;
    assert_eq!(answer.status, StatusCode::OK, "a program says JSON, and no form can: {}", answer.text);
    world.site.shop.done().await;
}
