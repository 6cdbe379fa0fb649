//! Every page, who may see it, and with what it is asked for here. The table of routes says whether one is missing.

use std::collections::BTreeSet;

use app::page_paths;
use http::StatusCode;
use shop::domain::Permission;

use crate::functions::{Access, Row};
use crate::matrix::{Role, World, caller, refusal};
use crate::visitor::{Answer, encoded};

/// A page as it is routed, who may see it, and what stands in its places and in its query; as `FUNCTIONS`.
const PAGES: [Row; 75] = [
    ("/", Access::Anybody, &[]),
    ("/products", Access::Anybody, &[]),
    ("/products/:slug", Access::Anybody, &[("slug", "mug")]),
    ("/products/:slug/reviews", Access::Anybody, &[("slug", "mug")]),
    ("/cart", Access::Anybody, &[]),
    ("/checkout", Access::Anybody, &[]),
    ("/checkout/shipping", Access::Anybody, &[]),
    ("/checkout/review", Access::Anybody, &[]),
    ("/orders", Access::Customer, &[("page", "1")]),
    ("/orders/:id", Access::Owner, &[("id", "ORDER")]),
    ("/orders/:id/review/:variant", Access::Owner, &[("id", "ORDER"), ("variant", "VARIANT")]),
    ("/review-requests", Access::Anybody, &[("token", "nobodys")]),
    ("/track", Access::Anybody, &[]),
    ("/stock-wish", Access::Anybody, &[("token", "nobodys")]),
    ("/pages/:slug", Access::Anybody, &[("slug", "terms")]),
    ("/login", Access::Anybody, &[]),
    ("/login/code", Access::Anybody, &[]),
    ("/register", Access::Anybody, &[]),
    ("/forgot-password", Access::Anybody, &[]),
    ("/reset-password", Access::Anybody, &[("token", "nobodys")]),
    ("/verify-email", Access::Anybody, &[("token", "nobodys")]),
    ("/account", Access::Customer, &[]),
    ("/account/sessions", Access::Customer, &[]),
    ("/account/privacy", Access::Customer, &[]),
    ("/account/security", Access::Customer, &[]),
    ("/account/addresses", Access::Customer, &[]),
    ("/account/addresses/:id", Access::Owner, &[("id", "ADDRESS")]),
    ("/account/wishlist", Access::Customer, &[]),
    ("/invitation", Access::Anybody, &[("token", "nobodys")]),
    ("/admin", Access::Staff, &[]),
    ("/admin/orders", Access::May(Permission::Orders), &[]),
    ("/admin/orders/:id", Access::May(Permission::Orders), &[("id", "ORDER")]),
    ("/admin/orders/:id/address", Access::May(Permission::Orders), &[("id", "ORDER")]),
    ("/admin/orders/:id/message", Access::May(Permission::Orders), &[("id", "ORDER")]),
    ("/admin/products", Access::May(Permission::Products), &[]),
    ("/admin/products/new", Access::May(Permission::Products), &[]),
    ("/admin/products/bulk", Access::May(Permission::Products), &[("p-PRODUCT", "yes"), ("to_status", "draft")]),
    ("/admin/products/:id", Access::May(Permission::Products), &[("id", "PRODUCT")]),
    ("/admin/products/:id/options", Access::May(Permission::Products), &[("id", "PRODUCT")]),
    ("/admin/stock", Access::May(Permission::Stock), &[]),
    ("/admin/stock/count", Access::May(Permission::Stock), &[]),
    ("/admin/stock/:id", Access::May(Permission::Stock), &[("id", "VARIANT")]),
    ("/admin/content", Access::May(Permission::Content), &[]),
    ("/admin/content/new-page", Access::May(Permission::Content), &[]),
    ("/admin/content/pages/:slug", Access::May(Permission::Content), &[("slug", "terms")]),
    ("/admin/categories", Access::May(Permission::Products), &[]),
    ("/admin/categories/:id", Access::May(Permission::Products), &[("id", "tableware")]),
    ("/admin/new-category", Access::May(Permission::Products), &[]),
    ("/admin/synonyms", Access::May(Permission::Products), &[("word", "couch")]),
    ("/admin/import", Access::May(Permission::Products), &[]),
    ("/admin/import/:id", Access::May(Permission::Products), &[("id", "ORDER")]),
    ("/admin/reviews", Access::May(Permission::Reviews), &[]),
    ("/admin/reviews/:id", Access::May(Permission::Reviews), &[("id", "ORDER")]),
    ("/admin/promotions", Access::May(Permission::Checkout), &[]),
    ("/admin/promotions/new", Access::May(Permission::Checkout), &[]),
    ("/admin/promotions/:id", Access::May(Permission::Checkout), &[("id", "PROMOTION")]),
    ("/admin/shipping", Access::May(Permission::Checkout), &[]),
    ("/admin/shipping/new", Access::May(Permission::Checkout), &[]),
    ("/admin/shipping/:id", Access::May(Permission::Checkout), &[("id", "ORDER")]),
    ("/admin/tax", Access::May(Permission::Checkout), &[]),
    ("/admin/tax/rates", Access::May(Permission::Checkout), &[("country", "DE")]),
    ("/admin/business", Access::May(Permission::Payments), &[]),
    ("/admin/confirm", Access::Staff, &[]),
    ("/admin/customers", Access::May(Permission::Customers), &[]),
    ("/admin/customers/:id", Access::May(Permission::Customers), &[("id", "USER")]),
    ("/admin/mail", Access::May(Permission::Mail), &[]),
    ("/admin/mail/samples", Access::May(Permission::Mail), &[]),
    ("/admin/mail/:id", Access::May(Permission::Mail), &[("id", "ORDER")]),
    ("/admin/webhooks", Access::May(Permission::Webhooks), &[]),
    ("/admin/webhooks/:id", Access::May(Permission::Webhooks), &[("id", "ORDER")]),
    ("/admin/staff", Access::May(Permission::Team), &[]),
    ("/admin/keys", Access::May(Permission::Keys), &[]),
    ("/admin/events", Access::May(Permission::Events), &[]),
    ("/admin/audit", Access::May(Permission::Audit), &[]),
    ("/admin/audit", Access::May(Permission::Audit), &[("verify", "yes")]),
];

/// Who may see a page, by its route.
pub fn access(route: &str) -> Access {
    let row = PAGES.into_iter().find(|(path, ..)| *path == route);
    row.map(|(_, access, _)| access).unwrap_or_else(|| panic!("{route} has no row"))
}

#[test]
fn every_page_has_a_row() {
    let rows: BTreeSet<_> = PAGES.iter().map(|(path, ..)| *path).collect();
    assert_eq!(page_paths().collect::<BTreeSet<_>>(), rows, "who may see a new one? Give it a row");
}

fn address(world: &World, route: &str, asked: &[(&str, &str)]) -> String {
    let is_place = |name: &str| route.split('/').any(|part| part.strip_prefix(':') == Some(name));
    let (places, query): (Vec<_>, Vec<_>) = asked.iter().copied().partition(|(name, _)| is_place(name));
    let path = places.iter().fold(route.to_owned(), |path, (name, id)| path.replace(&format!(":{name}"), id));
    world.filled(&if query.is_empty() { path } else { format!("{path}?{}", encoded(&query)) })
}

/// Who is nobody is led to the sign-in and back; everybody else is told as a function tells them.
fn check(path: &str, role: Role, access: Access, page: &Answer) {
    assert!(page.status.as_u16() < 500, "{path} {role:?}: {} {}", page.status, page.text);
    let refused = refusal(caller(access), role);
    match refused {
        Some(StatusCode::UNAUTHORIZED) => {
            let asked = path.split('?').next().unwrap_or_default().replace('/', "%2F");
            assert_eq!(page.status, StatusCode::FOUND, "{path} {role:?}: {}", page.text);
            assert!(page.location().starts_with(&format!("/login?next={asked}")), "{path}: {}", page.location());
        }
        Some(status) => assert_eq!(page.status, status, "{path} {role:?}: {}", page.text),
        None => {
            let denied = [StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN].contains(&page.status);
            let led_away = page.location().starts_with("/login?");
            // Of some things that staff may see there is none here: they are asked for by the id of an order.
            let kinds = ["import", "reviews", "shipping", "mail", "webhooks"].map(|kind| format!("/admin/{kind}/0"));
            let may_be_none = kinds.iter().any(|kind| path.starts_with(kind));
            let lost = page.status == StatusCode::NOT_FOUND && !may_be_none;
            assert!(!denied && !led_away && !lost, "{path} is refused to {role:?}: {} {}", page.status, page.text);
        }
    }
    for secret in ["ada@example.org", "Lovelace", "SW1Y 4JH", "24.00"].iter().filter(|_| refused.is_some()) {
        assert!(!page.text.contains(secret), "{path} tells {role:?} of {secret}: {}", page.text);
    }
    // A word by itself: what signs scripts is made of letters, too. And she is told her own name.
    let mut words = page.text.split(|c: char| !c.is_ascii_alphanumeric());
    let is_told = refused.is_some() && role != Role::Owner && words.any(|word| word == "Ada");
    assert!(!is_told, "{path} tells {role:?} of Ada: {}", page.text);
}

#[tokio::test]
async fn every_page_knows_who_may() {
    let world = World::open().await;
    for (role, visitor) in world.people().await {
        for (route, access, asked) in PAGES {
            let path = address(&world, route, asked);
            check(&path, role, access, &visitor.get(&path).await);
        }
    }
    world.site.shop.done().await;
}
