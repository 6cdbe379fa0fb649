//! Which address shows which page. Every page is `SsrMode::Async`: complete before its first byte, so that status codes
//! hold and nothing waits for a script.
//!
//! Leptos makes a table anew for every page, and twice: so there are several, and the first part of an address says which has it.

use leptos::prelude::*;
use leptos_router::SsrMode;
use leptos_router::components::{FlatRoutes, Route};
use leptos_router::hooks::use_location;
use leptos_router::path;

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
    is_back_office,
};
use crate::cart::CartPage;
use crate::catalog::{HomePage, ListingPage, ProductPage, ProductReviewsPage, StockWishPage, WishlistPage};
use crate::checkout::{AddressPage, ReviewPage, ShippingPage};
use crate::frame::NotFound;
use crate::orders::{OrderPage, OrdersPage, ReviewRequestsPage, TrackPage, WriteReviewPage};
use crate::pages::InfoPage;

#[component]
pub fn AppRoutes() -> impl IntoView {
    let path = use_location().pathname.get_untracked();
    // Each in a box: everything around would else be as large as the longest table, and copied as often as it is passed on.
    match Table::of(&path) {
        Table::BackOffice => view! { <BackOfficeRoutes /> }.into_any(),
        Table::Account => view! { <AccountRoutes /> }.into_any(),
        Table::Catalog => view! { <CatalogRoutes /> }.into_any(),
        Table::Checkout => view! { <CheckoutRoutes /> }.into_any(),
        Table::Orders => view! { <OrderRoutes /> }.into_any(),
        Table::Others => view! { <OtherRoutes /> }.into_any(),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Table {
    BackOffice,
    Account,
    Catalog,
    Checkout,
    Orders,
    /// Also of addresses where nothing is.
    Others,
}

impl Table {
    fn of(path: &str) -> Self {
        if is_back_office(path) {
            return Self::BackOffice;
        }
        match path.trim_start_matches('/').split('/').next().unwrap_or_default() {
            "" | "products" => Self::Catalog,
            "cart" | "checkout" => Self::Checkout,
            "orders" | "review-requests" | "track" => Self::Orders,
            "account" | "login" | "register" | "forgot-password" | "reset-password" | "verify-email" | "invitation" => {
                Self::Account
            }
            _ => Self::Others,
        }
    }
}

/// An address of each table.
pub const PARTS: [&str; 6] = ["/", "/cart", "/orders", "/stock-wish", "/account", "/admin"];

#[component]
fn CatalogRoutes() -> impl IntoView {
    view! {
        <FlatRoutes fallback=NotFound>
            <Route path=path!("/") view=HomePage ssr=SsrMode::Async />
            <Route path=path!("/products") view=ListingPage ssr=SsrMode::Async />
            <Route path=path!("/products/:slug") view=ProductPage ssr=SsrMode::Async />
            <Route path=path!("/products/:slug/reviews") view=ProductReviewsPage ssr=SsrMode::Async />
        </FlatRoutes>
    }
}

#[component]
fn CheckoutRoutes() -> impl IntoView {
    view! {
        <FlatRoutes fallback=NotFound>
            <Route path=path!("/cart") view=CartPage ssr=SsrMode::Async />
            <Route path=path!("/checkout") view=AddressPage ssr=SsrMode::Async />
            <Route path=path!("/checkout/shipping") view=ShippingPage ssr=SsrMode::Async />
            <Route path=path!("/checkout/review") view=ReviewPage ssr=SsrMode::Async />
        </FlatRoutes>
    }
}

#[component]
fn OrderRoutes() -> impl IntoView {
    view! {
        <FlatRoutes fallback=NotFound>
            <Route path=path!("/orders") view=OrdersPage ssr=SsrMode::Async />
            <Route path=path!("/orders/:id") view=OrderPage ssr=SsrMode::Async />
            <Route path=path!("/orders/:id/review/:variant") view=WriteReviewPage ssr=SsrMode::Async />
            <Route path=path!("/review-requests") view=ReviewRequestsPage ssr=SsrMode::Async />
            <Route path=path!("/track") view=TrackPage ssr=SsrMode::Async />
        </FlatRoutes>
    }
}

#[component]
fn OtherRoutes() -> impl IntoView {
    view! {
        <FlatRoutes fallback=NotFound>
            <Route path=path!("/stock-wish") view=StockWishPage ssr=SsrMode::Async />
            <Route path=path!("/pages/:slug") view=InfoPage ssr=SsrMode::Async />
        </FlatRoutes>
    }
}

#[component]
fn AccountRoutes() -> impl IntoView {
    view! {
        <FlatRoutes fallback=NotFound>
            <Route path=path!("/login") view=LoginPage ssr=SsrMode::Async />
            <Route path=path!("/login/code") view=LoginCodePage ssr=SsrMode::Async />
            <Route path=path!("/register") view=RegisterPage ssr=SsrMode::Async />
            <Route path=path!("/forgot-password") view=ForgotPasswordPage ssr=SsrMode::Async />
            <Route path=path!("/reset-password") view=ResetPasswordPage ssr=SsrMode::Async />
            <Route path=path!("/verify-email") view=VerifyEmailPage ssr=SsrMode::Async />
            <Route path=path!("/account") view=AccountPage ssr=SsrMode::Async />
            <Route path=path!("/account/sessions") view=SessionsPage ssr=SsrMode::Async />
            <Route path=path!("/account/privacy") view=PrivacyPage ssr=SsrMode::Async />
            <Route path=path!("/account/security") view=SecurityPage ssr=SsrMode::Async />
            <Route path=path!("/account/addresses") view=AddressBookPage ssr=SsrMode::Async />
            <Route path=path!("/account/addresses/:id") view=AddressBookEntryPage ssr=SsrMode::Async />
            <Route path=path!("/account/wishlist") view=WishlistPage ssr=SsrMode::Async />
            <Route path=path!("/invitation") view=InvitationPage ssr=SsrMode::Async />
        </FlatRoutes>
    }
}

#[component]
fn BackOfficeRoutes() -> impl IntoView {
    view! {
        <FlatRoutes fallback=NotFound>
            <Route path=path!("/admin") view=StaffHomePage ssr=SsrMode::Async />
            <Route path=path!("/admin/orders") view=StaffOrdersPage ssr=SsrMode::Async />
            <Route path=path!("/admin/orders/:id") view=StaffOrderPage ssr=SsrMode::Async />
            <Route path=path!("/admin/orders/:id/address") view=OrderAddressPage ssr=SsrMode::Async />
            <Route path=path!("/admin/orders/:id/message") view=OrderMessagePage ssr=SsrMode::Async />
            <Route path=path!("/admin/products") view=StaffProductsPage ssr=SsrMode::Async />
            <Route path=path!("/admin/products/new") view=NewProductPage ssr=SsrMode::Async />
            <Route path=path!("/admin/products/bulk") view=BulkProductsPage ssr=SsrMode::Async />
            <Route path=path!("/admin/products/:id") view=StaffProductPage ssr=SsrMode::Async />
            <Route path=path!("/admin/products/:id/options") view=OptionsPage ssr=SsrMode::Async />
            <Route path=path!("/admin/stock") view=StockPage ssr=SsrMode::Async />
            <Route path=path!("/admin/stock/count") view=CountPage ssr=SsrMode::Async />
            <Route path=path!("/admin/stock/:id") view=VariantPage ssr=SsrMode::Async />
            <Route path=path!("/admin/content") view=ContentPage ssr=SsrMode::Async />
            <Route path=path!("/admin/content/new-page") view=NewTextPage ssr=SsrMode::Async />
            <Route path=path!("/admin/content/pages/:slug") view=TextPageEditor ssr=SsrMode::Async />
            <Route path=path!("/admin/categories") view=CategoriesPage ssr=SsrMode::Async />
            <Route path=path!("/admin/categories/:id") view=CategoryPage ssr=SsrMode::Async />
            <Route path=path!("/admin/new-category") view=NewCategoryPage ssr=SsrMode::Async />
            <Route path=path!("/admin/synonyms") view=SynonymsPage ssr=SsrMode::Async />
            <Route path=path!("/admin/import") view=ImportsPage ssr=SsrMode::Async />
            <Route path=path!("/admin/import/:id") view=ImportPage ssr=SsrMode::Async />
            <Route path=path!("/admin/reviews") view=StaffReviewsPage ssr=SsrMode::Async />
            <Route path=path!("/admin/reviews/:id") view=StaffReviewPage ssr=SsrMode::Async />
            <Route path=path!("/admin/promotions") view=PromotionsPage ssr=SsrMode::Async />
            <Route path=path!("/admin/promotions/new") view=NewPromotionPage ssr=SsrMode::Async />
            <Route path=path!("/admin/promotions/:id") view=PromotionPage ssr=SsrMode::Async />
            <Route path=path!("/admin/shipping") view=ZonesPage ssr=SsrMode::Async />
            <Route path=path!("/admin/shipping/new") view=NewZonePage ssr=SsrMode::Async />
            <Route path=path!("/admin/shipping/:id") view=ZonePage ssr=SsrMode::Async />
            <Route path=path!("/admin/tax") view=TaxPage ssr=SsrMode::Async />
            <Route path=path!("/admin/tax/rates") view=RatesPage ssr=SsrMode::Async />
            <Route path=path!("/admin/business") view=BusinessPage ssr=SsrMode::Async />
            <Route path=path!("/admin/confirm") view=ConfirmPage ssr=SsrMode::Async />
            <Route path=path!("/admin/customers") view=CustomersPage ssr=SsrMode::Async />
            <Route path=path!("/admin/customers/:id") view=CustomerPage ssr=SsrMode::Async />
            <Route path=path!("/admin/mail") view=MailPage ssr=SsrMode::Async />
            <Route path=path!("/admin/mail/samples") view=MailSamplesPage ssr=SsrMode::Async />
            <Route path=path!("/admin/mail/:id") view=MailMessagePage ssr=SsrMode::Async />
            <Route path=path!("/admin/webhooks") view=WebhooksPage ssr=SsrMode::Async />
            <Route path=path!("/admin/webhooks/:id") view=WebhookPage ssr=SsrMode::Async />
            <Route path=path!("/admin/staff") view=TeamPage ssr=SsrMode::Async />
            <Route path=path!("/admin/keys") view=KeysPage ssr=SsrMode::Async />
            <Route path=path!("/admin/events") view=EventsPage ssr=SsrMode::Async />
            <Route path=path!("/admin/audit") view=AuditPage ssr=SsrMode::Async />
        </FlatRoutes>
    }
}

#[cfg(test)]
mod tests {
    use super::{PARTS, Table};

    /// A page in a table that its address does not lead to would be found by nobody.
    #[test]
    fn every_address_leads_to_the_table_that_has_its_page() {
        let source = include_str!("routes.rs").split("#[cfg(test)]").next().unwrap_or_default();
        let mut pages = 0;
        for written in source.split("\nfn ").skip(1) {
            let table = match written.split('(').next().unwrap_or_default() {
                "CatalogRoutes" => Table::Catalog,
                "CheckoutRoutes" => Table::Checkout,
                "OrderRoutes" => Table::Orders,
                "OtherRoutes" => Table::Others,
                "AccountRoutes" => Table::Account,
                "BackOfficeRoutes" => Table::BackOffice,
                other => panic!("{other} is no table"),
            };
            assert!(PARTS.iter().any(|part| Table::of(part) == table), "{table:?} is not among the parts");
            for rest in written.split("path!(\"").skip(1) {
                let path = rest.split('"').next().unwrap_or_default();
                assert_eq!(Table::of(path), table, "{path}");
                pages += 1;
            }
        }
        assert!(pages > 60, "only {pages} pages were found");
    }
}
