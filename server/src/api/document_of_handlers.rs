//! The document that describes the API: what the handlers say of themselves, and around it what holds for all of them. Made here,
//! by a test, and kept as `docs/openapi.json`, so that the program need not carry what makes it, and whoever changes the API sees
//! what it changes for others.

use std::{env, fs};

use serde::Serialize as _;
use serde_json::ser::PrettyFormatter;
use serde_json::{Map, Serializer, Value, json};
use shop::domain::ShippingAddress;
use utoipa::{OpenApi as _, PartialSchema, ToSchema};

use super::document::{KEPT, is_method};
use super::paths::Routes;
use super::problem::{CONTENT, FieldProblem, Problem};
use super::{every_route, kinds};

const ABOUT: &str = "The shop for programs. Sign in (or do not: carts are for guests, too), keep the session cookie, and \
    send JSON. What staff may do, a program may with a key, as Authorization: Bearer, and without any cookie. Money is \
    text with its currency's decimals and a currency, times are RFC 3339, ids are UUIDs. Errors are \
    application/problem+json (RFC 9457) with a type that leads to words about it.";

#[derive(utoipa::OpenApi)]
#[openapi(
    info(title = "Small E-Commerce", version = "1.0.0", license(name = "MIT OR Apache-2.0")),
    tags(
        (name = "Accounts", description = "Opening an account, signing in and out"),
        (name = "Products", description = "What is for sale"),
        (name = "Cart", description = "The cart of whoever calls; every answer is the whole cart"),
        (name = "Orders", description = "From placing to cancelling"),
        (name = "Addresses", description = "The address book of whoever is signed in"),
        (name = "Settings", description = "What the shop decides about shipping, tax and promotions"),
        (name = "People", description = "For staff; and everybody for themselves"),
    )
)]
struct Outline;

/// From an answer to where its ids can be used: operation, its status, the id in its body, and the next operation.
const LINKS: [(&str, &str, &str, &str); 26] = [
    ("register", "201", "id", "read_user"),
    ("list_users", "200", "items/0/id", "read_user"),
    ("list_products", "200", "items/0/id", "read_product"),
    ("create_product", "201", "id", "read_product"),
    ("create_product", "201", "id", "update_product"),
    ("create_product", "201", "id", "change_stock"),
    ("create_product", "201", "id", "withdraw_product"),
    ("add_to_cart", "200", "items/0/id", "change_cart_item"),
    ("add_to_cart", "200", "items/0/id", "remove_cart_item"),
    ("change_cart_item", "200", "items/0/id", "change_cart_item"),
    ("read_cart", "200", "items/0/id", "remove_cart_item"),
    ("place_order", "201", "id", "read_order"),
    ("place_order", "201", "id", "pay_order"),
    ("place_order", "201", "id", "cancel_order"),
    ("place_order", "201", "id", "set_order_status"),
    ("place_order", "201", "id", "order_again"),
    ("order_again", "200", "items/0/id", "change_cart_item"),
    ("add_address", "201", "id", "read_address"),
    ("add_address", "201", "id", "change_address"),
    ("add_address", "201", "id", "remove_address"),
    ("list_addresses", "200", "items/0/id", "change_address"),
    ("list_orders", "200", "items/0/id", "read_order"),
    ("pay_order", "200", "id", "pay_order"),
    ("pay_order", "200", "id", "cancel_order"),
    ("pay_order", "200", "id", "set_order_status"),
    ("set_order_status", "200", "id", "set_order_status"),
];

/// From a product to where it is named in a body.
const NAMED: [(&str, &str, &str); 2] = [("list_products", "200", "items/0/id"), ("create_product", "201", "id")];

/// What every handler says of itself, with the errors that every operation of a kind can answer.
fn document() -> serde_json::Result<Value> {
    let said = Routes::with_openapi(Outline::openapi()).nest("/api/v1", every_route()).split_for_parts().1;
    let mut document = serde_json::to_value(said)?;
    document["info"]["description"] = ABOUT.into();
    document["components"]["securitySchemes"] = json!({
        "session": {"type": "apiKey", "in": "cookie", "name": "session", "description": "Set by signing in"},
        "key": {"type": "http", "scheme": "bearer", "bearerFormat": "sek_…",
            "description": "Made by staff in the back office, with the permissions that the program needs"}
    });
    document["components"]["schemas"][&*FieldProblem::name()] = serde_json::to_value(FieldProblem::schema())?;
    document["components"]["schemas"][&*Problem::name()] = serde_json::to_value(Problem::schema())?;
    let countries: Vec<_> = ShippingAddress::countries().map(|(code, _)| code).collect();
    for shape in ["Address", "NewAddress"] {
        document["components"]["schemas"][shape]["properties"]["country"]["enum"] = countries.clone().into();
    }
    for (path, item) in document["paths"].as_object_mut().into_iter().flatten() {
        for (method, operation) in item.as_object_mut().into_iter().flatten().filter(|(m, _)| is_method(m)) {
            offer_key(operation);
            let kinds = errors(path, method, operation);
            if let Some(responses) = operation["responses"].as_object_mut() {
                add_responses(responses, &kinds);
            }
            link(operation);
        }
    }
    Ok(document)
}

/// What staff may is open to programs with a key, too; and so is what shows them more than others.
fn offer_key(operation: &mut Value) {
    let is_read_by_staff = ["read_order", "read_user"].iter().any(|id| operation["operationId"] == *id);
    if let Some(security) = operation.get_mut("security").and_then(Value::as_array_mut)
        && (is_read_by_staff || security.iter().any(|way| way["session"] == json!(["staff"])))
    {
        security.push(json!({"key": []}));
    }
}

/// What can go wrong with an operation, apart from what its handler says itself.
fn errors(path: &str, method: &str, operation: &Value) -> Vec<kinds::Kind> {
    let mut errors = vec![kinds::MALFORMED, kinds::BUSY];
    let params = operation["parameters"].as_array().map(Vec::as_slice).unwrap_or_default();
    let security = operation["security"].as_array().map(Vec::as_slice).unwrap_or_default();
    let anybody = security.is_empty() || security.iter().any(|s| s.as_object().is_some_and(Map::is_empty));
    let staff = security.iter().any(|s| s["session"] == json!(["staff"]));
    if operation["requestBody"].is_object() {
        errors.extend([kinds::TIMEOUT, kinds::TOO_LARGE, kinds::UNSUPPORTED_MEDIA_TYPE, kinds::INVALID]);
    }
    if params.iter().any(|p| p["in"] != "path") {
        errors.push(kinds::INVALID);
    }
    if params.iter().any(|p| p["in"] == "path") {
        errors.push(kinds::NOT_FOUND);
    }
    if !anybody {
        errors.push(kinds::SIGN_IN_NEEDED);
    }
    if staff {
        errors.push(kinds::STAFF_ONLY);
    }
    if security.iter().any(|way| way["key"].is_array()) {
        errors.extend([kinds::KEY_NOT_ACCEPTED, kinds::NOT_PERMITTED, kinds::TOO_MANY_TRIES]);
    }
    if method != "get" {
        errors.push(kinds::FROM_ELSEWHERE);
    }
    // A guest who has no cart begins one; and codes can be guessed.
    if method != "get" && (path.starts_with("/api/v1/cart/") || path == "/api/v1/orders/{id}/again") {
        errors.push(kinds::TOO_MANY_TRIES);
    }
    match path {
        "/api/v1/auth/login" => errors.extend([kinds::WRONG_CREDENTIALS, kinds::TOO_MANY_TRIES]),
        "/api/v1/auth/register" => errors.extend([kinds::EMAIL_TAKEN, kinds::TOO_MANY_TRIES]),
        "/api/v1/orders" if method == "post" => errors.extend([kinds::KEY_REUSED, kinds::TOO_MANY_TRIES]),
        "/api/v1/products/{id}/stock"
        | "/api/v1/orders/{id}/refunds"
        | "/api/v1/orders/{id}/shipments"
        | "/api/v1/orders/{id}/returns"
            if method == "post" =>
        {
            errors.push(kinds::KEY_REUSED)
        }
        _ => {}
    }
    errors
}

fn link(operation: &mut Value) {
    let id = operation["operationId"].as_str().unwrap_or_default().to_owned();
    for (_, code, place, next) in LINKS.iter().filter(|(from, ..)| *from == id) {
        let mut parameters = json!({"path.id": format!("$response.body#/{place}")});
        if *next == "update_product" {
            parameters["header.If-Match"] = "$response.header.ETag".into();
        }
        operation["responses"][code]["links"][next] = json!({"operationId": next, "parameters": parameters});
    }
    for (_, code, place) in NAMED.iter().filter(|(from, ..)| *from == id) {
        let item = json!({"product_id": format!("$response.body#/{place}"), "quantity": 1});
        let links = &mut operation["responses"][code]["links"];
        links["add_to_cart"] = json!({"operationId": "add_to_cart", "requestBody": item});
        links["place_order"] = json!({"operationId": "place_order", "requestBody": {"items": [item]}});
    }
}

fn add_responses(responses: &mut Map<String, Value>, kinds: &[kinds::Kind]) {
    for kind in kinds {
        let code = kind.status.as_u16().to_string();
        let response = responses.entry(code).or_insert_with(|| json!({"description": ""}));
        let said = response["description"].as_str().unwrap_or_default();
        if !said.contains(kind.name) {
            let said = if said.is_empty() { kind.name.to_owned() } else { format!("{said}, {}", kind.name) };
            response["description"] = said.into();
        }
    }
    for (code, response) in responses {
        if code.starts_with(['4', '5']) {
            response["content"] = json!({CONTENT: {"schema": {"$ref": "#/components/schemas/Problem"}}});
        }
        let header = |what: &str| json!({"description": what, "schema": {"type": "string"}});
        match code.as_str() {
            "401" => response["headers"]["WWW-Authenticate"] = header("How to sign in"),
            "429" | "503" => response["headers"]["Retry-After"] = header("Seconds to wait"),
            _ => {}
        }
    }
}

/// A line for each thing that can change, and nothing before it: the program carries the text.
fn written(document: &Value) -> String {
    let mut text = Vec::new();
    document.serialize(&mut Serializer::with_formatter(&mut text, PrettyFormatter::with_indent(b""))).unwrap();
    String::from_utf8(text).unwrap() + "\n"
}

#[test]
fn what_is_served_is_what_the_handlers_say() {
    let said = written(&document().unwrap());
    if env::var_os("KEEP_OPENAPI").is_some() {
        fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/openapi.json"), &said).unwrap();
        return;
    }
    let differs = said.lines().zip(KEPT.lines()).find(|(new, old)| new != old);
    assert!(said == KEPT, "the API has changed ({differs:?}): KEEP_OPENAPI=1 cargo test -p server --lib handlers_say");
}
