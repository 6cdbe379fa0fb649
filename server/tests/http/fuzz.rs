//! T-35: whatever somebody sends, the shop answers, with no fault of its own and no word of its inside. On a real socket, as bytes,
//! by nobody, a customer and the owner; each group of addresses some hundred times in `make test`, `FUZZ=10000` in `make chaos`.
//! `FUZZ_SEED` asks again what was asked before.

use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use http::{Request, StatusCode};
use rand::SeedableRng as _;
use rand::rngs::StdRng;
use server::web::WebServer;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;

use crate::nonsense::{Group, Maker, Nonsense, Targets};
use crate::visitor::Site;

const SEED: u64 = 20_261_129;
/// How many ask at once, each with numbers of its own.
const AT_ONCE: u64 = 4;
/// Whoever signs out on the way is signed in again after so many.
const ROUND: usize = 100;
/// Words that no error has, in small letters.
const INSIDE: [&str; 4] = ["sqlx", "postgres", "/src/", "panicked"];

fn setting(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|value| value.parse().ok())
}

/// The bytes that came back, and whether the connection ended in order.
async fn sent(address: SocketAddr, bytes: &[u8]) -> (Vec<u8>, bool) {
    let mut answer = Vec::new();
    let asking = async {
        let mut stream = TcpStream::connect(address).await?;
        // What is refused before it was sent whole is refused all the same: the answer counts.
        let _ = stream.write_all(bytes).await;
        stream.read_to_end(&mut answer).await
    };
    let ended = timeout(Duration::from_secs(30), asking).await;
    let is_whole = matches!(ended, Ok(Ok(_)));
    (answer, is_whole)
}

/// What is wrong with an answer; none: nothing is.
fn flaw(asked: &Nonsense, answer: &[u8], is_whole: bool) -> Option<String> {
    let text = String::from_utf8_lossy(answer);
    let Some((head, body)) = text.split_once("\r\n\r\n") else {
        return (!asked.is_large).then(|| format!("it was cut off: {text:?}"));
    };
    let status: u16 = head.split(' ').nth(1).and_then(|status| status.parse().ok()).unwrap_or_default();
    if !(100..500).contains(&status) {
        return Some(format!("a fault of the shop: {head}\n{body}"));
    }
    let told = text.to_lowercase();
    if let Some(word) = INSIDE.into_iter().find(|word| status >= 400 && told.contains(word)) {
        return Some(format!("{word:?} is in it: {head}\n{body}"));
    }
    let header = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    let got = answer.len() - head.len() - 4;
    let is_complete = match header("content-length") {
        Some(length) => length.parse() == Ok(got),
        None if header("transfer-encoding").is_some() => answer.ends_with(b"0\r\n\r\n"),
        None => is_whole,
    };
    let has_body = !asked.is_head && status != 304;
    (has_body && !is_complete && !asked.is_large).then(|| format!("it broke off after {got} bytes: {head}"))
}

/// Sessions that are signed in: nobody's, a customer's and the owner's.
async fn sessions(site: &Site) -> Vec<Option<String>> {
    let mut all = vec![None];
    for email in ["ada@example.org", "olga@example.org"] {
        let visitor = site.visitor();
        let answer = visitor.call("login", &[("email", email), ("password", "correct horse")]).await;
        // Whoever has used up their tries goes on as nobody.
        all.push((answer.status == StatusCode::OK).then(|| visitor.cookie("session")).flatten());
    }
    all
}

async fn fuzz(group: Group) {
    let site = Arc::new(Site::open().await);
    site.shop.stock_shelves(&[("MUG", "24.00", 10), ("CUP", "9.50", 3)]).await;
    site.shop.register("Ada").await;
    site.owner().await;
    let request = Request::get("/api/v1/openapi.json").header("host", "shop.example").body(Body::empty()).unwrap();
    let targets = Arc::new(Targets::new(&serde_json::from_str(&site.send(request).await.text).unwrap()));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let server = WebServer::start(listener, site.router.clone(), 100).unwrap();
    let address = server.address();
    let seed = setting("FUZZ_SEED").unwrap_or(SEED);
    let each = usize::try_from(setting("FUZZ").unwrap_or(500) / AT_ONCE).unwrap();
    let mut workers = JoinSet::new();
    for worker in 0..AT_ONCE {
        let (site, targets) = (Arc::clone(&site), Arc::clone(&targets));
        workers.spawn(async move {
            let mut maker = Maker { random: StdRng::seed_from_u64(seed ^ worker << 32), group, targets };
            let (mut callers, mut refused) = (Vec::new(), 0_usize);
            for number in 0..each {
                if number % ROUND == 0 {
                    callers = sessions(&site).await;
                }
                let asked = maker.next(callers[number % callers.len()].as_deref());
                let (answer, is_whole) = sent(address, &asked.bytes).await;
                if let Some(flaw) = flaw(&asked, &answer, is_whole) {
                    let asked = asked.bytes[..asked.bytes.len().min(4_000)].escape_ascii();
                    panic!("{group:?}, FUZZ_SEED={seed}, the {number}th of worker {worker}\n{asked}\n\n{flaw}");
                }
                refused += usize::from(answer.get(9) == Some(&b'4'));
            }
            refused
        });
    }
    let mut refused = 0;
    while let Some(worker) = workers.join_next().await {
        refused += worker.unwrap();
    }
    // It is nonsense, and it came through to whoever says so.
    assert!(refused * 5 > each, "only {refused} of {AT_ONCE} × {each} were refused");
    let (answer, _) = sent(address, b"GET /healthz HTTP/1.0\r\n\r\n").await;
    assert!(answer.starts_with(b"HTTP/1.0 200"), "{}", answer.escape_ascii());
    server.stop(Duration::from_secs(5)).await;
    assert_eq!(site.shop.count("select count(*) from orders").await, 0, "nobody has ordered anything");
    let site = Arc::into_inner(site).unwrap();
    site.shop.done().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_nonsense_breaks_pages() {
    Box::pin(fuzz(Group::Pages)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_nonsense_breaks_server_functions() {
    Box::pin(fuzz(Group::Functions)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_nonsense_breaks_the_api() {
    Box::pin(fuzz(Group::Api)).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn no_nonsense_breaks_other_doors() {
    Box::pin(fuzz(Group::Doors)).await;
}

#[test]
fn what_a_flaw_is() {
    let asked = |is_large| Nonsense { bytes: Vec::new(), is_head: false, is_large };
    let is_flawed = |answer: &str, is_large| flaw(&asked(is_large), answer.as_bytes(), true).is_some();
    assert!(!is_flawed("HTTP/1.1 404 Not Found\r\ncontent-length: 2\r\n\r\nno", false));
    for flawed in [
        "",
        "HTTP/1.1 500 Internal Server Error\r\n\r\n",
        "HTTP/1.1 503 Service Unavailable\r\n\r\n",
        "HTTP/1.1 400 Bad Request\r\n\r\nerror of SQLx: no row",
        "HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nno",
    ] {
        assert!(is_flawed(flawed, false), "{flawed:?}");
    }
    assert!(!is_flawed("", true), "what is too large may be cut off");
    assert!(is_flawed("HTTP/1.1 500 Internal Server Error\r\n\r\n", true));
}
