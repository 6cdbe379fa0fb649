//! Keys of programs: made by staff, shown once, and as good as whoever made them.

use axum::body::Body;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, COOKIE, HOST};
use http::{Method, Request, StatusCode};
use shop::domain::{KeyPermissions, Permission, StaffRole};
use sqlx::{AssertSqlSafe, Connection, PgConnection};
use time::Duration;

use crate::admin::Desk;
use crate::matrix::{Role, World, operations, row};
use crate::operations::Caller;
use crate::roles::works_as;
use crate::visitor::{Answer, Site, Visitor, hidden};

const PAGE: &str = "/admin/keys";
const JSON: &str = "application/json";

/// Makes a key as a browser without scripts does; answers it, as the page shows it.
pub async fn made(staff: &Visitor<'_>, name: &str, permissions: &[&str]) -> String {
    let ticks: Vec<_> = permissions.iter().map(|word| format!("fields[may-{word}]")).collect();
    let mut fields = vec![("fields[name]", name)];
    fields.extend(ticks.iter().map(|tick| (tick.as_str(), "on")));
    let page = staff.submit(PAGE, "admin-make-key", &fields).await.text;
    let at = page.find("sek_").unwrap_or_else(|| panic!("no key is shown: {page}"));
    page[at..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect()
}

fn words(permissions: impl IntoIterator<Item = Permission>) -> Vec<&'static str> {
    permissions.into_iter().filter_map(KeyPermissions::word).collect()
}

pub fn with_key(key: &str, method: Method, path: &str) -> http::request::Builder {
    let request = Request::builder().method(method).uri(path).header(HOST, "shop.example");
    request.header(AUTHORIZATION, format!("Bearer {key}")).header(CONTENT_TYPE, JSON)
}

pub async fn call(site: &Site, key: &str, method: Method, path: &str, body: &str) -> Answer {
    site.send(with_key(key, method, path).body(Body::from(body.to_owned())).unwrap()).await
}

pub async fn get(site: &Site, key: &str, path: &str) -> Answer {
    site.send(with_key(key, Method::GET, path).body(Body::empty()).unwrap()).await
}

/// Everything there is, as text.
async fn everything(site: &Site) -> String {
    let mut connection = PgConnection::connect(&site.shop.url).await.unwrap();
    let tables = "select tablename::text from pg_tables where schemaname = 'public' order by 1";
    let tables: Vec<String> = sqlx::query_scalar(tables).fetch_all(&mut connection).await.unwrap();
    let mut all = String::new();
    for table in tables {
        let rows = format!("select coalesce(string_agg(t::text, '|'), '') from {table} t");
        let rows: String = sqlx::query_scalar(AssertSqlSafe(rows)).fetch_one(&mut connection).await.unwrap();
        all.push_str(&rows);
    }
    all
}

#[tokio::test]
async fn a_key_is_shown_once_and_stands_nowhere_else() {
    let desk = Desk::open().await;
    let olga = desk.olga().await;
    let key = made(&olga, "Robot", &["shipping"]).await;
    assert_eq!(key.len(), 4 + 32 + 1 + 64, "{key}");
    let secret = key.rsplit('_').next().unwrap();
    let page = olga.get(PAGE).await;
    for part in
        ["Robot", "Made by Olga", "See orders; Send parcels", "Not used yet", "Revoke Robot?", "If you did not see it"]
    {
        assert!(page.text.contains(part), "{part}: {}", page.text);
    }
    assert!(!page.text.contains("sek_") && !page.text.contains(secret), "it is shown once");
    assert_eq!(olga.cookie("flash"), None, "nor does the browser keep it");
    let all = everything(&desk.site).await;
    assert!(all.contains("Robot") && !all.contains(secret), "of the secret only a digest is kept");
    let order = format!("/api/v1/orders/{}", desk.order);
    assert_eq!(get(&desk.site, &key, &order).await.status, StatusCode::OK);
    assert!(!everything(&desk.site).await.contains(secret), "nor once it is used");
    desk.site.shop.done().await;
}

/// What anybody may, also who has not signed in, but no program: they have neither cart nor orders.
const OF_PERSONS: [&str; 8] = [
    "read_cart",
    "add_to_cart",
    "change_cart_item",
    "remove_cart_item",
    "clear_cart",
    "set_coupon",
    "remove_coupon",
    "place_order",
];

/// Every operation of the API, with a key that has what it needs and nothing else, and with one that has all else.
#[tokio::test]
async fn a_key_opens_what_it_was_given_and_nothing_else() {
    let world = World::open().await;
    let people = world.people().await;
    let (_, owner) = people.iter().find(|(role, _)| *role == Role::Staff(StaffRole::Owner)).unwrap();
    let mut keys = Vec::new();
    for permission in KeyPermissions::choices() {
        let alone = made(owner, "Alone", &words([permission])).await;
        let lacks = |other: &Permission| !KeyPermissions::of(&[*other]).contains(permission);
        let others = made(owner, "Others", &words(KeyPermissions::choices().filter(lacks))).await;
        keys.push((permission, alone, others));
    }
    let all = made(owner, "All", &words(KeyPermissions::choices())).await;
    let mut opened = Vec::new();
    // Withdrawing comes last: what is withdrawn cannot be changed.
    let (last, first): (Vec<_>, Vec<_>) = operations().into_iter().partition(|(_, _, id)| id == "withdraw_product");
    for (method, path, id) in first.into_iter().chain(last) {
        let (who, body) = row(&id);
        let (path, body) = (world.address(&path), world.filled(body));
        let ask = async |key: &str| {
            let answer = call(&world.site, key, method.clone(), &path, &body).await;
            assert!(answer.status.as_u16() < 500, "{id}: {} {}", answer.status, answer.text);
            assert!(answer.headers.get("set-cookie").is_none(), "{id}: a program has no session");
            answer
        };
        let needed = match (who, id.as_str()) {
            (Caller::May(permission), _) => Some(permission),
            (_, "read_order") => Some(Permission::Orders),
            (_, "read_user") => Some(Permission::Customers),
            _ => None,
        };
        let Some(needed) = needed else {
            let answer = ask(&all).await;
            let is_persons = matches!(who, Caller::Customer | Caller::Owner) || OF_PERSONS.contains(&id.as_str());
            assert!(!is_persons || answer.status == StatusCode::FORBIDDEN, "{id}: {}", answer.status);
            assert_ne!(answer.status, StatusCode::UNAUTHORIZED, "{id}: {}", answer.text);
            continue;
        };
        let (_, alone, others) = keys.iter().find(|(permission, ..)| *permission == needed).unwrap();
        let denied = ask(others).await;
        assert_eq!(denied.status, StatusCode::FORBIDDEN, "{id} without {needed:?}: {}", denied.text);
        assert!(denied.text.contains("not-permitted"), "{id}: {}", denied.text);
        let answer = ask(alone).await;
        let is_denied = [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN].contains(&answer.status);
        assert!(!is_denied, "{id} with {needed:?}: {} {}", answer.status, answer.text);
        opened.push(needed);
    }
    for permission in KeyPermissions::choices() {
        assert!(opened.contains(&permission), "{permission:?} opens nothing: why is it offered?");
    }
    world.site.shop.done().await;
}

#[tokio::test]
async fn what_does_not_work_is_turned_away_and_nobody_learns_why() {
    let desk = Desk::open().await;
    let (olga, manager) = (desk.olga().await, works_as(&desk, StaffRole::Manager).await);
    let key = made(&olga, "Works", &["checkout"]).await;
    let ended = made(&olga, "Ended", &["checkout"]).await;
    let revoked = made(&olga, "Revoked", &["checkout"]).await;
    let makers = made(&manager, "Makers", &["checkout"]).await;
    let promotions = "/api/v1/promotions";
    for key in [&key, &ended, &revoked, &makers] {
        assert_eq!(get(&desk.site, key, promotions).await.status, StatusCode::OK);
    }
    desk.site.shop.execute("update api_keys set ends_at = made_at + interval '1 minute' where name = 'Ended'").await;
    desk.site.shop.clock.advance(Duration::minutes(1));
    let id: uuid::Uuid = desk.site.shop.scalar("select id from api_keys where name = $1", "Revoked").await;
    let id = id.to_string();
    // The second says nothing new, and is not written down.
    for _ in 0..2 {
        let page = olga.submit(PAGE, "admin-revoke-key", &[("id", &id)]).await.text;
        assert!(page.contains("The key is revoked") && page.contains("Revoked by Olga"), "{page}");
    }
    desk.site
        .shop
        .execute("update users set role = 'customer', staff_role = null where email = 'manager@example.org'")
        .await;
    assert_eq!(get(&desk.site, &key, promotions).await.status, StatusCode::OK);
    let (known, secret) = key.rsplit_once('_').unwrap();
    let unknown = format!("sek_{}_{secret}", "0".repeat(32));
    let wrong = format!("{known}_{}", "0".repeat(64));
    let (long, upper) = (format!("{key}{}", "0".repeat(8_000)), key.to_uppercase());
    let mut said = Vec::new();
    let bad: [&str; 12] =
        [&ended, &revoked, &makers, &unknown, &wrong, &long, &upper, secret, known, "sek_", "x y", ""];
    for bad in bad {
        // Also where nobody has to bring anything.
        for path in [promotions, "/api/v1/products", "/api/v1/nothing"] {
            let answer = get(&desk.site, bad, path).await;
            assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{bad} {path}: {}", answer.text);
            assert!(answer.header("www-authenticate").starts_with("Bearer "), "{bad} {path}");
            said.push(answer.text);
        }
    }
    assert!(said[0].contains("key-not-accepted") && said.iter().all(|text| *text == said[0]), "{said:?}");
    desk.site.shop.done().await;
}

#[tokio::test]
async fn a_key_loses_what_its_maker_may_no_more() {
    let desk = Desk::open().await;
    let manager = works_as(&desk, StaffRole::Manager).await;
    let key = made(&manager, "Robot", &["refunds", "stock"]).await;
    let (order, refunds) = (format!("/api/v1/orders/{}", desk.order), format!("/api/v1/orders/{}/refunds", desk.order));
    let form = r#"{"amount":"1.00","reason":"Late"}"#;
    desk.site.shop.clock.advance(Duration::hours(20));
    let given = call(&desk.site, &key, Method::POST, &refunds, form).await;
    assert_eq!(given.status, StatusCode::CREATED, "no password is asked for, nor a sign-in: {}", given.text);
    desk.site.shop.execute("update users set staff_role = 'packing' where email = 'manager@example.org'").await;
    let denied = call(&desk.site, &key, Method::POST, &refunds, form).await;
    assert_eq!(denied.status, StatusCode::FORBIDDEN, "{}", denied.text);
    assert_eq!(get(&desk.site, &key, &order).await.status, StatusCode::OK, "who packs sees orders");
    let page = desk.olga().await.get(PAGE).await.text;
    assert!(page.contains("Give money back (not now: its maker may not any more)"), "{page}");
    desk.site.shop.done().await;
}

#[tokio::test]
async fn a_key_needs_no_origin_and_opens_no_page() {
    let desk = Desk::open().await;
    let (olga, ada) = (desk.olga().await, desk.site.visitor());
    ada.call("login", &[("email", "ada@example.org"), ("password", "correct horse")]).await;
    let key = made(&olga, "Robot", &["checkout"]).await;
    let form = r#"{"name":"Off","kind":"percent","value":"5","active":false}"#;
    let session = format!("session={}", ada.cookie("session").unwrap());
    let staffs = format!("session={}", olga.cookie("session").unwrap());
    for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example"), ("origin", "null")] {
        let post = |request: http::request::Builder| request.header(name, value).body(Body::from(form)).unwrap();
        let request = with_key(&key, Method::POST, "/api/v1/promotions").header(COOKIE, &session);
        let answer = desk.site.send(post(request)).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{name}: {value}: {}", answer.text);
        assert!(answer.headers.get("set-cookie").is_none());
        let without = Request::post("/api/v1/promotions").header(HOST, "shop.example").header(CONTENT_TYPE, JSON);
        let answer = desk.site.send(post(without.header(COOKIE, &staffs))).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "a session still says where it comes from");
        // Another scheme is no key, and no way around.
        let basic = Request::post("/api/v1/promotions").header(HOST, "shop.example").header(CONTENT_TYPE, JSON);
        let basic = basic.header(AUTHORIZATION, "Basic b2xnYTpvbGdh").header(COOKIE, &staffs);
        assert_eq!(desk.site.send(post(basic)).await.status, StatusCode::FORBIDDEN);
        // Nor is a key a way to the forms of pages.
        let form = with_key(&key, Method::POST, "/do/admin-make-key").header(COOKIE, &staffs);
        assert_eq!(desk.site.send(post(form)).await.status, StatusCode::FORBIDDEN);
    }
    let book = with_key(&key, Method::GET, "/api/v1/addresses").header(COOKIE, &session);
    let answer = desk.site.send(book.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::FORBIDDEN, "whose cookie stands beside it does not matter: {}", answer.text);
    let of_staff = with_key(&key, Method::GET, "/api/v1/users").header(COOKIE, &staffs);
    assert_eq!(desk.site.send(of_staff.body(Body::empty()).unwrap()).await.status, StatusCode::FORBIDDEN);
    for path in ["/admin", "/admin/promotions", PAGE] {
        let page = get(&desk.site, &key, path).await;
        assert_eq!(page.status, StatusCode::FOUND, "{path}");
        assert!(page.location().starts_with("/login?next="), "{path}: {}", page.location());
    }
    let function = Request::post("/do/admin-retry-mail").header(HOST, "shop.example").header(ACCEPT, JSON);
    let function = function.header(AUTHORIZATION, format!("Bearer {key}")).header("sec-fetch-site", "same-origin");
    let function = function.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    let answer = desk.site.send(function.body(Body::empty()).unwrap()).await;
    assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{}", answer.text);
    desk.site.shop.done().await;
}

#[tokio::test]
async fn the_audit_log_names_the_key_and_its_use_is_noted_once_a_minute() {
    let desk = Desk::open().await;
    let olga = desk.olga().await;
    let key = made(&olga, "Robot", &["shipping"]).await;
    let order = format!("/api/v1/orders/{}", desk.order);
    // The version of the row: a write that changes nothing would change it, too.
    const NOTED: &str = "select concat(xmin, ' ', last_used_at) from api_keys where name = $1";
    let noted = async || -> String { desk.site.shop.scalar(NOTED, "Robot").await };
    let unused = noted().await;
    let sent = call(&desk.site, &key, Method::POST, &format!("{order}/shipments"), "{}").await;
    assert_eq!(sent.status, StatusCode::CREATED, "{}", sent.text);
    let first = noted().await;
    assert_ne!(first, unused);
    desk.site.shop.clock.advance(Duration::seconds(50));
    for _ in 0..5 {
        assert_eq!(get(&desk.site, &key, &order).await.status, StatusCode::OK);
    }
    assert_eq!(noted().await, first, "nothing is written for most calls");
    desk.site.shop.clock.advance(Duration::seconds(10));
    get(&desk.site, &key, &order).await;
    assert_ne!(noted().await, first);
    let page = olga.get(PAGE).await.text;
    assert!(page.contains("Last used"), "{page}");
    olga.submit(PAGE, "admin-revoke-key", &[("id", &hidden(&page, "id"))]).await;
    let log = desk.site.shop.shop.audit_log(crate::harness::Everything::may(desk.staff().await), None).await.unwrap();
    let told: Vec<_> = log.entries.iter().map(|entry| (entry.action.as_str(), entry.actor.as_str())).collect();
    assert_eq!(
        told[..3],
        [("key.revoked", "Olga"), ("order.shipped", "key Robot of Olga"), ("key.made", "Olga")],
        "{told:?}"
    );
    let made = log.entries[2].after.as_deref().unwrap();
    assert!(made.contains("Robot") && made.contains("shipping") && !made.contains("sek_"), "{made}");
    assert_eq!(desk.site.shop.shop.verify_audit_log().await.unwrap().flaw, None);
    desk.site.shop.done().await;
}

#[tokio::test]
async fn a_key_that_calls_too_often_waits_and_others_do_not() {
    let desk = Desk::open().await;
    let olga = desk.olga().await;
    let (busy, other) = (made(&olga, "Busy", &["stock"]).await, made(&olga, "Other", &["stock"]).await);
    let mut last = get(&desk.site, &busy, "/api/v1/cart").await;
    assert_eq!(last.status, StatusCode::FORBIDDEN, "a program has no cart");
    for _ in 0..2_000 {
        last = get(&desk.site, &busy, "/api/v1/cart").await;
        if last.status != StatusCode::FORBIDDEN {
            break;
        }
    }
    assert_eq!((last.status, last.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "1"), "{}", last.text);
    assert_eq!(get(&desk.site, &other, "/api/v1/cart").await.status, StatusCode::FORBIDDEN);
    desk.site.shop.done().await;
}

#[tokio::test]
async fn a_form_that_will_not_do_keeps_what_was_typed_and_a_late_one_asks_for_the_password() {
    let desk = Desk::open().await;
    let olga = desk.olga().await;
    let typed = [("fields[name]", "Robot <1>"), ("fields[may-stock]", "on"), ("fields[until]", "2001-01-01T10:00")];
    let past = olga.submit(PAGE, "admin-make-key", &typed).await.text;
    for part in ["role=\"alert\"", "value=\"Robot &lt;1&gt;\"", "value=\"2001-01-01T10:00\"", " checked"] {
        assert!(past.contains(part), "{part}: {past}");
    }
    assert_eq!(past.matches(" checked").count(), 1, "{past}");
    let none = olga.submit(PAGE, "admin-make-key", &[("fields[name]", "Robot")]).await.text;
    assert!(none.contains("role=\"alert\"") && none.contains("value=\"Robot\""), "{none}");
    for never in ["team", "keys", "payments"] {
        let field = format!("fields[may-{never}]");
        let more = olga.submit(PAGE, "admin-make-key", &[("fields[name]", "Robot"), (&field, "on")]).await.text;
        assert!(more.contains("role=\"alert\"") && !more.contains("sek_"), "{never}: {more}");
    }
    desk.site.shop.clock.advance(Duration::minutes(16));
    let late = [("fields[name]", "Robot"), ("fields[may-stock]", "on")];
    let asked = olga.submit(PAGE, "admin-make-key", &late).await.text;
    assert!(asked.contains("Your password, please"), "{asked}");
    let (next, kept) = (hidden(&asked, "next"), hidden(&asked, "kept"));
    let form = [("password", "correct horse"), ("next", next.as_str()), ("kept", kept.as_str())];
    let back = olga.submit("/admin/confirm", "admin-confirm", &form).await.text;
    assert!(back.contains("Nothing is done yet") && back.contains("value=\"Robot\""), "{back}");
    assert_eq!(desk.site.shop.count("select count(*) from api_keys").await, 0);
    made(&olga, "Robot", &["stock"]).await;
    desk.site.shop.done().await;
}
