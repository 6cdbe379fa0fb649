//! T-31: a session that has ended stays ended, whatever is under way with it, and nobody chooses another's. The whole form,
//! a thousand sign-outs, is `SIGN_OUTS=1000` (`make chaos`).

use axum::body::Body;
use http::header::{ACCEPT, CONTENT_TYPE, COOKIE, HOST, SET_COOKIE};
use http::{Method, Request, StatusCode};
use tokio::task::JoinSet;

use crate::visitor::{Answer, Site, ask, encoded};

const ADA: [(&str, &str); 2] = [("email", "ada@example.org"), ("password", "correct horse")];
const BOB: [(&str, &str); 2] = [("email", "bob@example.org"), ("password", "correct horse")];
const IN_FLIGHT: usize = 50;

fn rounds() -> usize {
    std::env::var("SIGN_OUTS").ok().and_then(|rounds| rounds.parse().ok()).unwrap_or(5)
}

fn request(method: Method, path: &str, session: &str, fields: &[(&str, &str)]) -> Request<Body> {
    let request = Request::builder().method(method).uri(path).header(HOST, "shop.example");
    let request = request.header(ACCEPT, "text/html").header("sec-fetch-site", "same-origin");
    let request = request.header(COOKIE, format!("session={session}"));
    let request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    request.body(Body::from(encoded(fields))).unwrap()
}

async fn signed_in(site: &Site, session: &str) -> bool {
    site.send(request(Method::GET, "/account", session, &[])).await.status == StatusCode::OK
}

/// The sessions that an answer hands out.
fn handed_out(answer: &Answer) -> Vec<String> {
    let cookies = answer.headers.get_all(SET_COOKIE).iter().filter_map(|cookie| cookie.to_str().ok());
    let values = cookies.filter_map(|cookie| cookie.strip_prefix("session=")?.split(';').next());
    values.filter(|value| !value.is_empty()).map(str::to_owned).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_under_way_brings_a_session_back_that_was_signed_out() {
    let site = Site::open().await;
    site.shop.stock_shelves(&[("MUG", "24.00", 10)]).await;
    site.shop.register("Ada").await;
    let mug = site.shop.variant("MUG").await.to_string();
    for round in 0..rounds() {
        let ada = site.visitor();
        assert_eq!(ada.call("login", &ADA).await.status, StatusCode::OK);
        let session = ada.cookie("session").unwrap();
        assert!(signed_in(&site, &session).await);
        let mut under_way = JoinSet::new();
        let mut send = |sent: Request<Body>| {
            let router = site.router.clone();
            under_way.spawn(async move { ask(&router, sent).await });
        };
        let put_in = [("variant_id", mug.as_str()), ("quantity", "1")];
        for number in 0..IN_FLIGHT {
            send(match number % 5 {
                0 => request(Method::POST, "/do/add-to-cart", &session, &put_in),
                1 => request(Method::POST, "/do/change-name", &session, &[("name", "Ada")]),
                2 => request(Method::GET, "/cart", &session, &[]),
                3 => request(Method::GET, "/account", &session, &[]),
                _ => request(Method::GET, "/", &session, &[]),
            });
            if number == IN_FLIGHT / 2 {
                send(request(Method::POST, "/do/logout", &session, &[]));
            }
        }
        let answers = under_way.join_all().await;
        assert_eq!(answers.len(), IN_FLIGHT + 1);
        assert!(!signed_in(&site, &session).await, "round {round}: the session has come back");
        for other in answers.iter().flat_map(handed_out) {
            assert!(!signed_in(&site, &other).await, "round {round}: somebody was signed in again");
        }
    }
    let left = "select count(*) from sessions where user_id is not null";
    assert_eq!(site.shop.count(left).await, 0);
    site.shop.done().await;
}

#[tokio::test]
async fn a_sign_in_is_a_session_of_its_own_and_the_one_before_is_worth_nothing() {
    let site = Site::open().await;
    site.shop.stock_shelves(&[("MUG", "24.00", 10)]).await;
    site.shop.register("Ada").await;
    site.shop.register("Bob").await;
    // An id that somebody else chose and planted.
    let chosen = "AAAAAAAAAAAAAAAAAAAAAA";
    let answer = site.send(request(Method::POST, "/do/login", chosen, &ADA)).await;
    let given = handed_out(&answer);
    assert!(given.len() == 1 && given[0] != chosen, "{answer:?}");
    assert!(signed_in(&site, &given[0]).await && !signed_in(&site, chosen).await);

    let visitor = site.visitor();
    let mug = site.shop.variant("MUG").await.to_string();
    visitor.call("add-to-cart", &[("variant_id", &mug), ("quantity", "1")]).await;
    let mut before = visitor.cookie("session").unwrap();
    // A guest's, then the same person once more, then another one.
    for who in [ADA, ADA, BOB] {
        assert_eq!(visitor.call("login", &who).await.status, StatusCode::OK);
        let now = visitor.cookie("session").unwrap();
        assert_ne!(now, before);
        assert!(signed_in(&site, &now).await && !signed_in(&site, &before).await, "{who:?}");
        before = now;
    }
    assert!(visitor.get("/account").await.text.contains("bob@example.org"));
    site.shop.done().await;
}
