//! Which address shows which page. Every page is complete before its first byte, so that status codes hold and nothing waits for
//! a script; in the browser none is rendered. So a table is all there is to it, and no router of Leptos: that makes its table anew
//! for each page, with signals and memos of an address that does not change.

use leptos::prelude::*;
use percent_encoding::percent_decode_str;

use crate::account::{
    AccountPage, ForgotPasswordPage, LoginCodePage, LoginPage, PrivacyPage, RegisterPage, ResetPasswordPage,
    SecurityPage, SessionsPage, VerifyEmailPage,
};
use crate::addresses::{AddressBookEntryPage, AddressBookPage};
use crate::admin::{
    AuditPage, BulkProductsPage, BusinessPage, CategoriesPage, CategoryPage, ConfirmPage, ContentPage, CountPage,
    CustomerPage, CustomersPage, EventsPage, ImportPage, ImportsPage, InvitationPage, KeysPage, MailMessagePage,
    MailPage, MailSamplesPage, NewCategoryPage, NewProductPage, NewPromotionPage, NewTextPage, NewZonePage,
    OptionsPage, OrderAddressPage, OrderMessagePage, PromotionPage, PromotionsPage, RatesPage, StaffHomePage,
    StaffOrderPage, StaffOrdersPage, StaffProductPage, StaffProductsPage, StaffReviewPage, StaffReviewsPage, StockPage,
    SynonymsPage, TaxPage, TeamPage, TextPageEditor, VariantPage, WebhookPage, WebhooksPage, ZonePage, ZonesPage,
};
use crate::cart::CartPage;
use crate::catalog::{HomePage, ListingPage, ProductPage, ProductReviewsPage, StockWishPage, WishlistPage};
use crate::checkout::{AddressPage, ReviewPage, ShippingPage};
use crate::frame::NotFound;
use crate::orders::{OrderPage, OrdersPage, ReviewRequestsPage, TrackPage, WriteReviewPage};
use crate::pages::InfoPage;
use crate::ui::{Location, RouteParams};

/// A page, and the addresses that are its own: what stands in a place of theirs (`:id`) it is told (`Location::param`).
struct Route {
    path: &'static str,
    page: fn() -> AnyView,
}

macro_rules! route {
    ($path:literal, $page:ident) => {
        Route { path: $path, page: || $page().into_any() }
    };
}

/// Of two that fit, the first is meant.
static ROUTES: &[Route] = &[
    route!("/", HomePage),
    route!("/products", ListingPage),
    route!("/products/:slug", ProductPage),
    route!("/products/:slug/reviews", ProductReviewsPage),
    route!("/cart", CartPage),
    route!("/checkout", AddressPage),
    route!("/checkout/shipping", ShippingPage),
    route!("/checkout/review", ReviewPage),
    route!("/orders", OrdersPage),
    route!("/orders/:id", OrderPage),
    route!("/orders/:id/review/:variant", WriteReviewPage),
    route!("/review-requests", ReviewRequestsPage),
    route!("/track", TrackPage),
    route!("/stock-wish", StockWishPage),
    route!("/pages/:slug", InfoPage),
    route!("/login", LoginPage),
    route!("/login/code", LoginCodePage),
    route!("/register", RegisterPage),
    route!("/forgot-password", ForgotPasswordPage),
    route!("/reset-password", ResetPasswordPage),
    route!("/verify-email", VerifyEmailPage),
    route!("/account", AccountPage),
    route!("/account/sessions", SessionsPage),
    route!("/account/privacy", PrivacyPage),
    route!("/account/security", SecurityPage),
    route!("/account/addresses", AddressBookPage),
    route!("/account/addresses/:id", AddressBookEntryPage),
    route!("/account/wishlist", WishlistPage),
    route!("/invitation", InvitationPage),
    route!("/admin", StaffHomePage),
    route!("/admin/orders", StaffOrdersPage),
    route!("/admin/orders/:id", StaffOrderPage),
    route!("/admin/orders/:id/address", OrderAddressPage),
    route!("/admin/orders/:id/message", OrderMessagePage),
    route!("/admin/products", StaffProductsPage),
    route!("/admin/products/new", NewProductPage),
    route!("/admin/products/bulk", BulkProductsPage),
    route!("/admin/products/:id", StaffProductPage),
    route!("/admin/products/:id/options", OptionsPage),
    route!("/admin/stock", StockPage),
    route!("/admin/stock/count", CountPage),
    route!("/admin/stock/:id", VariantPage),
    route!("/admin/content", ContentPage),
    route!("/admin/content/new-page", NewTextPage),
    route!("/admin/content/pages/:slug", TextPageEditor),
    route!("/admin/categories", CategoriesPage),
    route!("/admin/categories/:id", CategoryPage),
    route!("/admin/new-category", NewCategoryPage),
    route!("/admin/synonyms", SynonymsPage),
    route!("/admin/import", ImportsPage),
    route!("/admin/import/:id", ImportPage),
    route!("/admin/reviews", StaffReviewsPage),
    route!("/admin/reviews/:id", StaffReviewPage),
    route!("/admin/promotions", PromotionsPage),
    route!("/admin/promotions/new", NewPromotionPage),
    route!("/admin/promotions/:id", PromotionPage),
    route!("/admin/shipping", ZonesPage),
    route!("/admin/shipping/new", NewZonePage),
    route!("/admin/shipping/:id", ZonePage),
    route!("/admin/tax", TaxPage),
    route!("/admin/tax/rates", RatesPage),
    route!("/admin/business", BusinessPage),
    route!("/admin/confirm", ConfirmPage),
    route!("/admin/customers", CustomersPage),
    route!("/admin/customers/:id", CustomerPage),
    route!("/admin/mail", MailPage),
    route!("/admin/mail/samples", MailSamplesPage),
    route!("/admin/mail/:id", MailMessagePage),
    route!("/admin/webhooks", WebhooksPage),
    route!("/admin/webhooks/:id", WebhookPage),
    route!("/admin/staff", TeamPage),
    route!("/admin/keys", KeysPage),
    route!("/admin/events", EventsPage),
    route!("/admin/audit", AuditPage),
];

/// Where pages are, for whoever leads requests to them.
pub fn page_paths() -> impl Iterator<Item = &'static str> {
    ROUTES.iter().map(|route| route.path)
}

#[component]
pub fn AppRoutes() -> impl IntoView {
    match find(&Location::path()) {
        Some((route, params)) => {
            provide_context(params);
            (route.page)()
        }
        None => NotFound().into_any(),
    }
}

fn find(path: &str) -> Option<(&'static Route, RouteParams)> {
    ROUTES.iter().find_map(|route| Some((route, params_of(route.path, path)?)))
}

/// None where the path is not of this route.
fn params_of(route: &'static str, path: &str) -> Option<RouteParams> {
    let (mut parts, mut params) = (path.split('/'), Vec::new());
    for place in route.split('/') {
        let part = parts.next()?;
        match place.strip_prefix(':') {
            Some(name) if !part.is_empty() => {
                params.push((name, percent_decode_str(part).decode_utf8_lossy().into_owned()));
            }
            None if place == part => {}
            _ => return None,
        }
    }
    parts.next().is_none().then_some(RouteParams(params))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page behind another that fits its addresses, too, would be found by nobody.
    #[test]
    fn every_address_leads_to_its_page() {
        for path in page_paths() {
            let asked: Vec<_> = path.split('/').map(|part| part.strip_prefix(':').unwrap_or(part)).collect();
            let (route, RouteParams(params)) = find(&asked.join("/")).unwrap();
            assert_eq!(route.path, path);
            assert!(params.iter().all(|(name, value)| name == value), "{params:?}");
            assert_eq!(params.len(), path.matches(':').count(), "{path}");
        }
        assert!(page_paths().count() > 60);
    }

    #[test]
    fn what_stands_in_an_address_is_told_decoded_and_other_addresses_lead_nowhere() {
        let (route, RouteParams(params)) = find("/orders/a%20b/review/%C3%A9%2F").unwrap();
        assert_eq!(route.path, "/orders/:id/review/:variant");
        assert_eq!(params, [("id", "a b".to_owned()), ("variant", "é/".to_owned())]);
        for nowhere in ["", "/products/", "/products//reviews", "//", "/cart/x", "/Cart", "/c%61rt", "/products/a/b"] {
            assert!(find(nowhere).is_none(), "{nowhere}");
        }
        assert_eq!(find("/admin/products/new").unwrap().0.path, "/admin/products/new");
    }
}
