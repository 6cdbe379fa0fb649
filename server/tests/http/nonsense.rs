//! Requests that nobody would send, as bytes, made of a seed: of one group of addresses each, so that each is asked often enough.

use std::fmt::Write as _;
use std::sync::Arc;

use rand::rngs::StdRng;
use rand::{Rng as _, RngCore as _};
use serde_json::{Value, json};

use crate::functions;

/// What is asked together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Group {
    Pages,
    Functions,
    Api,
    /// Webhooks, uploads, files, tables and whatever else is no page and no call.
    Doors,
}

/// One request.
pub struct Nonsense {
    pub bytes: Vec<u8>,
    pub is_head: bool,
    /// It is so large that the answer may come before all of it was sent, and be lost with the connection (413, 431).
    pub is_large: bool,
}

/// What there is to ask: paths with `{…}` where something is put in.
pub struct Targets {
    pages: Vec<String>,
    /// Method and path, and the names that bodies of the API know.
    calls: Vec<(String, String)>,
    names: Vec<String>,
}

/// What pages read of their addresses, and what none does.
pub const PAGE_NAMES: &str = "page q min_price max_price in_stock sort category sku options[0] options next token show from \
                              to after before search status to_status kept chosen order word country verify exact state \
                              reservation packing payment returns version preview option.Colour \
                              p-0191d5a0-0000-7000-8000-000000000001 o[] a[b][c][d][e][f][g][h]";

const DOORS: [(&str, &str); 27] = [
    ("POST", "/webhooks/{x}"),
    ("POST", "/webhooks/sandbox"),
    ("POST", "/webhooks/stripe"),
    ("GET", "/orders/{id}/return/{id}"),
    ("GET", "/orders/{id}/events"),
    ("GET", "/orders/{id}/invoice.pdf"),
    ("GET", "/orders/{id}/credit-notes/{x}"),
    ("GET", "/admin/orders/{id}/papers/{x}"),
    ("POST", "/admin/orders/packing-slips.pdf"),
    ("POST", "/admin/orders/invoices.pdf"),
    ("POST", "/admin/customers/{id}/export"),
    ("GET", "/admin/export/products.csv"),
    ("POST", "/admin/export/orders.csv"),
    ("POST", "/admin/export/customers.csv"),
    ("POST", "/admin/import/file"),
    ("POST", "/admin/categories/{x}/picture"),
    ("POST", "/admin/content/pictures/{x}"),
    ("POST", "/admin/products/{id}/pictures"),
    ("GET", "/media/{x}"),
    ("GET", "/theme/{x}"),
    ("GET", "/pkg/{x}"),
    ("GET", "/sitemap/{x}"),
    ("GET", "/sandbox/{id}"),
    ("POST", "/sandbox/{id}"),
    ("GET", "/unsubscribe"),
    ("POST", "/unsubscribe"),
    ("GET", "/account/privacy/data.zip"),
];

const METHODS: [&str; 9] = ["GET", "POST", "HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"];

const NUMBERS: [&str; 14] = [
    "0",
    "-1",
    "1",
    "99999999999999999999999",
    "-9223372036854775808",
    "9223372036854775808",
    "2147483648",
    "1e999",
    "-0",
    "NaN",
    "0x10",
    "1_000",
    "１２",
    "79228162514264337593543950336",
];

/// As they stand in an address or a form.
const ODD: [&str; 22] = [
    "",
    "%00",
    "%ff",
    "%C3%28",
    "%",
    "%zz",
    "%E2%80%AE",
    "..%2f..%2fetc%2fpasswd",
    "%3Cscript%3E",
    "%27+or+1%3D1--",
    "%0d%0aset-cookie:%20a=b",
    "null",
    "true",
    "[]",
    "{}",
    "+",
    "%F0%9F%92%A9",
    "%ED%A0%80",
    "0000-00-00",
    "99999-12-31T99:99:99Z",
    "00000000-0000-4000-8000-000000000001",
    "00000000-0000-4000-8000-00000000000g",
];

/// As they stand in a header.
const TYPES: [&str; 12] = [
    "application/x-www-form-urlencoded",
    "application/json",
    "application/json; charset=utf-16",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "multipart/form-data; boundary=\"",
    "multipart/form-data; boundary=x",
    "multipart/form-data; boundary=x; boundary=y",
    "text/plain",
    "text/csv",
    "application/octet-stream",
    "/;=",
];

impl Targets {
    /// `document`: the API's own.
    pub fn new(document: &Value) -> Self {
        let routes = include_str!("../../../app/src/routes.rs");
        let pages = routes.split("route!(\"").skip(1).filter_map(|rest| rest.split('"').next());
        let pages: Vec<_> = pages.map(|path| path.split('/').map(part_of).collect::<Vec<_>>().join("/")).collect();
        let mut calls = Vec::new();
        for (path, methods) in document["paths"].as_object().unwrap() {
            let methods = methods.as_object().unwrap().keys().map(|method| method.to_uppercase());
            calls.extend(
                methods.filter(|method| METHODS.contains(&method.as_str())).map(|method| (method, path.clone())),
            );
        }
        let schemas = document["components"]["schemas"].as_object().unwrap().values();
        let names = schemas.filter_map(|schema| schema["properties"].as_object()).flat_map(|of| of.keys().cloned());
        let names: Vec<_> = names.collect();
        assert!(pages.len() > 40 && calls.len() > 40 && names.len() > 100, "there is nothing to ask");
        Self { pages, calls, names }
    }
}

fn part_of(path: &str) -> &str {
    if path.starts_with(':') { "{x}" } else { path }
}

/// What makes them.
pub struct Maker {
    pub random: StdRng,
    pub group: Group,
    pub targets: Arc<Targets>,
}

impl Maker {
    /// `session`: whose it is; none: somebody without one.
    pub fn next(&mut self, session: Option<&str>) -> Nonsense {
        let (method, path, body, kind) = match self.group {
            Group::Pages => self.page(),
            Group::Functions => self.function(),
            Group::Api => self.call(),
            Group::Doors => self.door(),
        };
        let is_large = self.one_in(200);
        let body = if is_large { vec![b'x'; 8 << 20] } else { body };
        let method = if self.one_in(12) { (*self.pick(&METHODS)).to_owned() } else { method };
        let target = self.target(path);
        let mut bytes = format!("{method} ").into_bytes();
        bytes.extend(target);
        bytes.extend(b" HTTP/1.1\r\nhost: shop.example\r\nconnection: close\r\nsec-fetch-site: same-origin\r\n");
        let mut head = format!("content-length: {}\r\ncontent-type: {kind}\r\n", body.len());
        let accept = self.pick(&["text/html", "application/json", "*/*", "text/event-stream", "", ";q=", "image/*"]);
        write!(head, "accept: {accept}\r\n").unwrap();
        if let Some(session) = session {
            write!(head, "cookie: session={session}\r\n").unwrap();
        }
        bytes.extend(head.into_bytes());
        let is_many = self.odd_headers(&mut bytes);
        bytes.extend(b"\r\n");
        bytes.extend(body);
        Nonsense { bytes, is_head: method == "HEAD", is_large: is_large || is_many }
    }

    fn page(&mut self) -> (String, String, Vec<u8>, String) {
        let targets = Arc::clone(&self.targets);
        let path = self.pick(&targets.pages).clone();
        let names: Vec<_> = PAGE_NAMES.split(' ').collect();
        let query = self.pairs(&names);
        let path = if self.one_in(3) { self.filled(&path) } else { format!("{}?{query}", self.filled(&path)) };
        ("GET".to_owned(), path, Vec::new(), "text/plain".to_owned())
    }

    fn function(&mut self) -> (String, String, Vec<u8>, String) {
        let (name, _, fields) = *self.pick(&functions::FUNCTIONS);
        let own: Vec<&str> = fields.iter().map(|(name, _)| *name).collect();
        let mut body = String::new();
        for (field, value) in fields {
            let value = if self.one_in(2) { (*value).to_owned() } else { self.value() };
            write!(body, "{}={value}&", self.nested(field)).unwrap();
        }
        let more = ["fields[id]", "units[x]", "orders[o]", "billing[city]", "fields", "fields[a][b][c][d][e][f][g][h]"];
        let names: Vec<&str> = own.iter().copied().chain(more).collect();
        body.push_str(&self.pairs(&names));
        let body = if self.one_in(10) { self.bytes(300) } else { body.into_bytes() };
        let kind = if self.one_in(8) { *self.pick(&TYPES) } else { TYPES[0] };
        ("POST".to_owned(), format!("/do/{name}"), body, kind.to_owned())
    }

    fn call(&mut self) -> (String, String, Vec<u8>, String) {
        let targets = Arc::clone(&self.targets);
        let (method, path) = self.pick(&targets.calls).clone();
        let names = ["page", "per_page", "q", "category", "status", "since", "token", "sort", "page[x]", "in_stock"];
        let query = self.pairs(&names);
        let path = if self.one_in(2) { self.filled(&path) } else { format!("{}?{query}", self.filled(&path)) };
        let body = match self.random.random_range(0..8) {
            0 => self.bytes(300),
            1 => format!("{}{}", "[".repeat(2_000), "]".repeat(2_000)).into_bytes(),
            2 => br#"{"quantity":1,"quantity":2,"items":[]}"#.to_vec(),
            3 => br#"{"quantity":1e999,"price":99999999999999999999999999999999999999}"#.to_vec(),
            4 => b"{\"name\":\"\\ud800\",\"email\":\"\\u0000\"".to_vec(),
            _ => self.object(3).to_string().into_bytes(),
        };
        let kind = if self.one_in(8) { *self.pick(&TYPES) } else { "application/json" };
        (method, path, body, kind.to_owned())
    }

    fn door(&mut self) -> (String, String, Vec<u8>, String) {
        let (method, path) = *self.pick(&DOORS);
        let query = self.pairs(&["token", "ids", "orders[x]", "from", "slug", "version", "a[b][c][d][e][f][g][h]"]);
        let path = if self.one_in(2) { self.filled(path) } else { format!("{}?{query}", self.filled(path)) };
        let part = |name: &str, rest: &str| format!("--x\r\ncontent-disposition: form-data; name={name}{rest}\r\n\r\n");
        let body = match self.random.random_range(0..7) {
            0 => Vec::new(),
            1 => self.bytes(600),
            2 => [part("\"file\"", "; filename=\"a.png\""), "\u{89}PNG\r\n\r\n--x--\r\n".into()].concat().into_bytes(),
            3 => [part("\"file", ""), "a".into()].concat().into_bytes(),
            4 => part("", "; filename*=utf-8''%ff").repeat(40).into_bytes(),
            5 => b"--x--".to_vec(),
            _ => self.pairs(&["orders[x]", "ids", "answer", "version"]).into_bytes(),
        };
        (method.to_owned(), path, body, (*self.pick(&TYPES)).to_owned())
    }

    /// The path as it is, or as something that a line may begin with besides.
    fn target(&mut self, path: String) -> Vec<u8> {
        match self.random.random_range(0..40) {
            0 => b"*".to_vec(),
            1 => format!("http://evil.example{path}").into_bytes(),
            2 => format!("https://shop.example:99999{path}").into_bytes(),
            3 => [path.into_bytes(), b"/\xff\xfe\x80".to_vec()].concat(),
            4 => [path.into_bytes(), b"\0".to_vec()].concat(),
            5 => format!("//{path}").into_bytes(),
            6 => b"shop.example:443".to_vec(),
            7 => format!("{path}{}", "/x".repeat(1_500)).into_bytes(),
            8 => format!("{path}%00%ff%fe").into_bytes(),
            9 => format!("{path}#?{path}").into_bytes(),
            _ => path.into_bytes(),
        }
    }

    /// Whether they are more than any head may have.
    fn odd_headers(&mut self, bytes: &mut Vec<u8>) -> bool {
        match self.random.random_range(0..40) {
            0 => {
                (0..500).for_each(|number| bytes.extend(format!("x-{number}: x\r\n").into_bytes()));
                return true;
            }
            1 => bytes.extend(b"x-nul: a\0b\r\n"),
            2 => bytes.extend(b"cookie: session=\xff\xfe; device=; flash=%00; order-link=%\r\n"),
            3 => bytes.extend(b"authorization: Bearer sek_\xc3\x28\r\n"),
            4 => bytes.extend(b"x-forwarded-for: 999.999.999.999, ::, unknown\r\n"),
            5 => bytes.extend(b"if-match: \"99999999999999999999\"\r\nidempotency-key: \r\n"),
            6 => bytes.extend(format!("idempotency-key: {}\r\n", "k".repeat(3_000)).into_bytes()),
            7 => bytes.extend(b"range: bytes=99999999999999999999-,-1\r\nif-none-match: *\r\n"),
            8 => bytes.extend(b"order-token: \x80\r\nstripe-signature: t=,v1=\r\n"),
            9 => bytes.extend(b"content-encoding: gzip\r\naccept-encoding: ;q=9, br;q=x\r\n"),
            10 => bytes.extend(b"upgrade: websocket\r\nsec-websocket-key: x\r\n"),
            11 => bytes.extend(b"expect: 200-maybe\r\nreferer: http://shop.example/%ff?\r\n"),
            _ => {}
        }
        false
    }

    fn pairs(&mut self, names: &[&str]) -> String {
        let count = self.random.random_range(0..6);
        let mut all = String::new();
        for _ in 0..count {
            let name = (*self.pick(names)).to_owned();
            let (name, value) = (self.nested(&name), self.value());
            write!(all, "{name}={value}&").unwrap();
            if self.one_in(5) {
                write!(all, "{name}={}&", self.value()).unwrap();
            }
        }
        all
    }

    /// The name, or what is made of it: deeper than anything is read, with places that no list has, or cut off.
    fn nested(&mut self, name: &str) -> String {
        match self.random.random_range(0..12) {
            0 => format!("{name}{}", "[a]".repeat(12)),
            1 => format!("{name}[99999999999999999999]"),
            2 => format!("{name}[]"),
            3 => format!("{name}["),
            4 => format!("{name}%00"),
            5 => format!("[{name}]"),
            _ => name.to_owned(),
        }
    }

    fn value(&mut self) -> String {
        match self.random.random_range(0..4) {
            0 => self.pick(&NUMBERS).bytes().map(|byte| format!("%{byte:02x}")).collect(),
            1 => (*self.pick(&ODD)).to_owned(),
            2 => "x".repeat(self.random.random_range(0..1_500)),
            _ => uuid::Uuid::from_u128(self.random.random()).to_string(),
        }
    }

    fn filled(&mut self, path: &str) -> String {
        let mut filled = path.to_owned();
        while let (Some(from), Some(to)) = (filled.find('{'), filled.find('}')) {
            let value =
                if self.one_in(2) { self.value() } else { uuid::Uuid::from_u128(self.random.random()).to_string() };
            // What is put in has no braces of its own.
            filled.replace_range(from..=to, &value.replace(['{', '}'], ""));
        }
        filled
    }

    fn object(&mut self, depth: u32) -> Value {
        let targets = Arc::clone(&self.targets);
        let mut object = serde_json::Map::new();
        for _ in 0..self.random.random_range(0..8) {
            object.insert(self.pick(&targets.names).clone(), self.json(depth));
        }
        Value::Object(object)
    }

    fn json(&mut self, depth: u32) -> Value {
        match self.random.random_range(0..10) {
            0 => Value::Null,
            1 => json!(true),
            2 => json!(i64::MIN),
            3 => json!(u64::MAX),
            4 => json!(1.5e300),
            5 => json!("\0\u{202e}"),
            6 => json!("x".repeat(self.random.random_range(0..1_500))),
            7 if depth > 0 => Value::Array((0..3).map(|_| self.json(depth - 1)).collect()),
            8 if depth > 0 => self.object(depth - 1),
            _ => json!(*self.pick(&NUMBERS)),
        }
    }

    fn bytes(&mut self, most: usize) -> Vec<u8> {
        let mut bytes = vec![0; self.random.random_range(0..most)];
        self.random.fill_bytes(&mut bytes);
        bytes
    }

    fn one_in(&mut self, several: u32) -> bool {
        self.random.random_ratio(1, several)
    }

    fn pick<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.random.random_range(0..all.len())]
    }
}
