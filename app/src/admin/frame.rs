//! What stands around every page of the back office: its own header, with everything one click away,
//! in sections.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::domain::Permission;
use shop::dto::Viewer;

use crate::account::Logout;
use crate::ui::{Brand, PageHead, Written, hash, may};

use super::paths::{BUSINESS_PATH, KEYS_PATH, SYNONYMS_PATH, TEAM_PATH, WEBHOOKS_PATH};

/// The back office's own styles: no shopper loads them. Their address changes with what is in them.
const STYLES: u64 = hash(include_bytes!("../../../public/desk.css"));

/// Where it is, what it is called, and what one must be allowed to go there.
type Place = (&'static str, &'static str, Permission);

/// The ways through the back office, in the field's order: what is done all day, what is sold and to whom, what the shop is, and
/// what is behind it. A section without a name is the first.
static SECTIONS: [(&str, &[Place]); 6] = [
    ("", &[("/admin", "Today", Permission::Desk), ("/admin/orders", "Orders", Permission::Orders)]),
    (
        "Products",
        &[
            ("/admin/products", "Products", Permission::Products),
            ("/admin/categories", "Categories", Permission::Products),
            ("/admin/stock", "Stock", Permission::Stock),
            (SYNONYMS_PATH, "Synonyms", Permission::Products),
            ("/admin/import", "Import", Permission::Products),
        ],
    ),
    (
        "Customers and marketing",
        &[
            ("/admin/customers", "Customers", Permission::Customers),
            ("/admin/reviews", "Reviews", Permission::Reviews),
            ("/admin/promotions", "Promotions", Permission::Checkout),
        ],
    ),
    (
        "Shop",
        &[
            ("/admin/content", "Content", Permission::Content),
            ("/admin/shipping", "Shipping", Permission::Checkout),
            ("/admin/tax", "Tax", Permission::Checkout),
            (BUSINESS_PATH, "Business", Permission::Payments),
        ],
    ),
    (
        "People",
        &[
            (TEAM_PATH, "Staff", Permission::Team),
            (KEYS_PATH, "API keys", Permission::Keys),
            ("/admin/audit", "Audit", Permission::Audit),
        ],
    ),
    (
        "System",
        &[
            ("/admin/events", "Events", Permission::Events),
            ("/admin/mail", "Mail", Permission::Mail),
            (WEBHOOKS_PATH, "Webhooks", Permission::Webhooks),
        ],
    ),
];

/// Whether a page is one of the back office's.
pub fn is_back_office(path: &str) -> bool {
    path == "/admin" || path.starts_with("/admin/")
}

/// Whether a page is this place, or lies in it.
fn is_in(place: &str, path: &str) -> bool {
    path == place || place != "/admin" && path.strip_prefix(place).is_some_and(|rest| rest.starts_with('/'))
}

#[component]
pub fn BackOfficeHeader(path: String, viewer: Option<Viewer>) -> impl IntoView {
    let name = viewer.map(|viewer| viewer.name).unwrap_or_default();
    let all = SECTIONS.iter().flat_map(|(_, places)| places.iter());
    let here = all.copied().find(|(to, ..)| is_in(to, &path)).map(|(_, words, _)| words);
    PageHead::stylesheet(&format!("/desk.css?v={STYLES:x}"));
    // Twice, for a style sheet cannot open what is closed: beside the page where there is room, else behind a button. The other
    // one is there for nobody.
    view! {
        <header class="desk-header">
            <p class="desk-name">
                <a href="/admin">{Brand::name()}</a>
                <span>"Back office"</span>
            </p>
            <nav class="desk-places" aria-label="Back office">
                <Sections path=path.clone() />
            </nav>
            <nav class="desk-menu" aria-label="Back office">
                <details>
                    <summary>"Menu" {here.map(|here| view! { <span class="desk-here">{here}</span> })}</summary>
                    <Sections path />
                </details>
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
    .written()
}

/// What of it is theirs to see, section by section.
#[component]
fn Sections(path: String) -> impl IntoView {
    let place = |(to, words, _): Place| {
        let current = is_in(to, &path).then_some(if path == to { "page" } else { "true" });
        view! {
            <li>
                <a href=to aria-current=current>
                    {words}
                </a>
            </li>
        }
    };
    let section = |(name, places): (&'static str, &'static [Place])| {
        let seen: Vec<_> = places.iter().copied().filter(|(.., needs)| may(*needs)).map(place).collect();
        (!seen.is_empty()).then(|| {
            let (head, label) = match name {
                "" => (None, "Every day"),
                name => (Some(view! { <p class="desk-section-name">{name}</p> }), name),
            };
            view! { <div class="desk-section">{head} <ul aria-label=label>{seen}</ul></div> }
        })
    };
    view! { <div class="desk-sections">{SECTIONS.iter().copied().map(section).collect_view()}</div> }.written()
}

#[component]
pub fn BackOfficeFooter() -> impl IntoView {
    view! {
        <footer class="desk-footer">
            <p>
                "What is changed here is written into the "
                {if may(Permission::Audit) {
                    view! { <a href="/admin/audit">"audit log"</a> }.written()
                } else {
                    "audit log".written()
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
    fn a_page_lies_in_one_place() {
        for (path, here) in [
            ("/admin", "Today"),
            ("/admin/orders", "Orders"),
            ("/admin/orders/1", "Orders"),
            ("/admin/stock/1", "Stock"),
            ("/admin/products/new", "Products"),
        ] {
            let places = SECTIONS.iter().flat_map(|(_, places)| places.iter());
            let found: Vec<_> = places.filter(|(to, ..)| is_in(to, path)).map(|(_, words, _)| *words).collect();
            assert_eq!(found, [here], "{path}");
        }
        assert!(!is_in("/admin/tax", "/admin/taxes") && !is_in("/admin", "/admin/nowhere"));
    }

    #[test]
    fn the_back_office_is_what_lies_below_admin() {
        assert!(is_back_office("/admin") && is_back_office("/admin/orders/1"));
        assert!(!is_back_office("/administer") && !is_back_office("/") && !is_back_office("/orders/admin"));
    }
}
