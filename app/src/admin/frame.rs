//! What stands around every page of the back office: its own header, with everything one click away.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use leptos_meta::Link;
use shop::domain::Permission;
use shop::dto::Viewer;

use crate::account::Logout;
use crate::ui::{Brand, may};

use super::paths::TEAM_PATH;

/// The back office's own styles: no shopper loads them. Their address changes with what is in them.
const STYLES: u64 = hash(include_bytes!("../../../public/desk.css"));

/// FNV-1a.
const fn hash(bytes: &[u8]) -> u64 {
    let (mut hash, mut at) = (0xcbf2_9ce4_8422_2325_u64, 0);
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u64).wrapping_mul(0x0100_0000_01b3);
        at += 1;
    }
    hash
}

/// The ways through the back office, and what one must be allowed to go there.
const PLACES: [(&str, &str, Permission); 17] = [
    ("/admin", "Home", Permission::Desk),
    ("/admin/orders", "Orders", Permission::Orders),
    ("/admin/products", "Products", Permission::Products),
    ("/admin/categories", "Categories", Permission::Products),
    ("/admin/import", "Import", Permission::Products),
    ("/admin/stock", "Stock", Permission::Stock),
    ("/admin/customers", "Customers", Permission::Customers),
    ("/admin/promotions", "Promotions", Permission::Checkout),
    ("/admin/shipping", "Shipping", Permission::Checkout),
    ("/admin/tax", "Tax", Permission::Checkout),
    ("/admin/content", "Content", Permission::Content),
    ("/admin/mail", "Mail", Permission::Mail),
    ("/admin/events", "Events", Permission::Events),
    ("/admin/webhooks", "Webhooks", Permission::Webhooks),
    (TEAM_PATH, "Staff", Permission::Team),
    ("/admin/keys", "API keys", Permission::Keys),
    ("/admin/audit", "Audit", Permission::Audit),
];

/// Whether a page is one of the back office's.
pub fn is_back_office(path: &str) -> bool {
    path == "/admin" || path.starts_with("/admin/")
}

#[component]
pub fn BackOfficeHeader(path: String, viewer: Option<Viewer>) -> impl IntoView {
    let name = viewer.map(|viewer| viewer.name).unwrap_or_default();
    let place = move |(to, words, _): (&'static str, &'static str, Permission)| {
        let is_here = if to == "/admin" { path == to } else { path == to || path.starts_with(&format!("{to}/")) };
        view! {
            <li>
                <a href=to aria-current=is_here.then_some(if path == to { "page" } else { "true" })>
                    {words}
                </a>
            </li>
        }
    };
    view! {
        <Link rel="stylesheet" href=format!("/desk.css?v={STYLES:x}") />
        <header class="desk-header">
            <p class="desk-name">
                <a href="/admin">{Brand::name()}</a>
                <span>"Back office"</span>
            </p>
            <nav aria-label="Back office">
                <ul>{PLACES.into_iter().filter(|(.., needs)| may(*needs)).map(place).collect_view()}</ul>
            </nav>
            <ul class="desk-person">
                <li>
                    <a href="/">"View shop"</a>
                </li>
                <li>
                    <form method="post" action=Logout::url()>
                        <button class="link" type="submit">
                            "Sign out"
                            <span class="visually-hidden">{format!(": {name}")}</span>
                        </button>
                    </form>
                </li>
            </ul>
        </header>
    }
    .into_any()
}

#[component]
pub fn BackOfficeFooter() -> impl IntoView {
    view! {
        <footer class="desk-footer">
            <p>
                "What is changed here is written into the "
                {if may(Permission::Audit) {
                    view! { <a href="/admin/audit">"audit log"</a> }.into_any()
                } else {
                    "audit log".into_any()
                }} "."
            </p>
        </footer>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_the_styles_says_their_address() {
        assert_eq!(hash(b"foobar"), 0x8594_4171_f739_67e8);
        assert_ne!(STYLES, hash(b""));
    }

    #[test]
    fn the_back_office_is_what_lies_below_admin() {
        assert!(is_back_office("/admin") && is_back_office("/admin/orders/1"));
        assert!(!is_back_office("/administer") && !is_back_office("/") && !is_back_office("/orders/admin"));
    }
}
