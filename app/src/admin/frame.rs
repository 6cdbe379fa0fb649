//! What stands around every page of the back office: its own header, with everything one click away.

use leptos::prelude::*;
use leptos::server_fn::ServerFn as _;
use shop::dto::Viewer;

use crate::account::Logout;
use crate::ui::Brand;

/// The ways through the back office.
const PLACES: [(&str, &str); 7] = [
    ("/admin", "Home"),
    ("/admin/orders", "Orders"),
    ("/admin/products", "Products"),
    ("/admin/stock", "Stock"),
    ("/admin/mail", "Mail"),
    ("/admin/events", "Events"),
    ("/admin/audit", "Audit"),
];

/// Whether a page is one of the back office's.
pub fn is_back_office(path: &str) -> bool {
    path == "/admin" || path.starts_with("/admin/")
}

#[component]
pub fn BackOfficeHeader(path: String, viewer: Option<Viewer>) -> impl IntoView {
    let name = viewer.map(|viewer| viewer.name).unwrap_or_default();
    let place = move |(to, words): (&'static str, &'static str)| {
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
        <header class="desk-header">
            <p class="desk-name">
                <a href="/admin">{Brand::get().name}</a>
                <span>"Back office"</span>
            </p>
            <nav aria-label="Back office">
                <ul>{PLACES.into_iter().map(place).collect_view()}</ul>
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
            <p>"What is changed here is written into the " <a href="/admin/audit">"audit log"</a> "."</p>
        </footer>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_back_office_is_what_lies_below_admin() {
        assert!(is_back_office("/admin") && is_back_office("/admin/orders/1"));
        assert!(!is_back_office("/administer") && !is_back_office("/") && !is_back_office("/orders/admin"));
    }
}
