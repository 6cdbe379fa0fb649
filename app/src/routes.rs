//! Which address shows which page. Every page is `SsrMode::Async`: complete before its first byte, so that status codes
//! hold and nothing waits for a script.

use leptos::prelude::*;
use leptos_router::SsrMode;
use leptos_router::components::{FlatRoutes, Route};
use leptos_router::path;

use crate::account::{AccountPage, LoginPage, RegisterPage};
use crate::addresses::{AddressBookEntryPage, AddressBookPage};
use crate::admin::{
    AuditPage, CategoriesPage, CategoryPage, ConfirmPage, ContentPage, CustomerPage, CustomersPage, EventsPage,
    ImportPage, ImportsPage, InvitationPage, KeysPage, LetterPage, MailPage, NewCategoryPage, NewProductPage,
    NewPromotionPage, NewTextPage, NewZonePage, PromotionPage, PromotionsPage, RatesPage, StaffHomePage,
    StaffOrderPage, StaffOrdersPage, StaffProductPage, StaffProductsPage, StockPage, TaxPage, TeamPage, TextPageEditor,
    VariantPage, WebhookPage, WebhooksPage, ZonePage, ZonesPage,
};
use crate::cart::CartPage;
use crate::catalog::{HomePage, ListingPage, ProductPage};
use crate::checkout::{AddressPage, ReviewPage, ShippingPage};
use crate::frame::NotFound;
use crate::orders::{OrderPage, OrdersPage, TrackPage};
use crate::pages::InfoPage;

#[component]
pub fn AppRoutes() -> impl IntoView {
    view! {
        <FlatRoutes fallback=NotFound>
            <Route path=path!("/") view=HomePage ssr=SsrMode::Async />
            <Route path=path!("/products") view=ListingPage ssr=SsrMode::Async />
            <Route path=path!("/products/:slug") view=ProductPage ssr=SsrMode::Async />
            <Route path=path!("/cart") view=CartPage ssr=SsrMode::Async />
            <Route path=path!("/checkout") view=AddressPage ssr=SsrMode::Async />
            <Route path=path!("/checkout/shipping") view=ShippingPage ssr=SsrMode::Async />
            <Route path=path!("/checkout/review") view=ReviewPage ssr=SsrMode::Async />
            <Route path=path!("/orders") view=OrdersPage ssr=SsrMode::Async />
            <Route path=path!("/orders/:id") view=OrderPage ssr=SsrMode::Async />
            <Route path=path!("/track") view=TrackPage ssr=SsrMode::Async />
            <Route path=path!("/login") view=LoginPage ssr=SsrMode::Async />
            <Route path=path!("/register") view=RegisterPage ssr=SsrMode::Async />
            <Route path=path!("/account") view=AccountPage ssr=SsrMode::Async />
            <Route path=path!("/account/addresses") view=AddressBookPage ssr=SsrMode::Async />
            <Route path=path!("/account/addresses/:id") view=AddressBookEntryPage ssr=SsrMode::Async />
            <Route path=path!("/pages/:slug") view=InfoPage ssr=SsrMode::Async />
            <Route path=path!("/invitation") view=InvitationPage ssr=SsrMode::Async />
            <Route path=path!("/admin") view=StaffHomePage ssr=SsrMode::Async />
            <Route path=path!("/admin/orders") view=StaffOrdersPage ssr=SsrMode::Async />
            <Route path=path!("/admin/orders/:id") view=StaffOrderPage ssr=SsrMode::Async />
            <Route path=path!("/admin/products") view=StaffProductsPage ssr=SsrMode::Async />
            <Route path=path!("/admin/products/new") view=NewProductPage ssr=SsrMode::Async />
            <Route path=path!("/admin/products/:id") view=StaffProductPage ssr=SsrMode::Async />
            <Route path=path!("/admin/stock") view=StockPage ssr=SsrMode::Async />
            <Route path=path!("/admin/stock/:id") view=VariantPage ssr=SsrMode::Async />
            <Route path=path!("/admin/content") view=ContentPage ssr=SsrMode::Async />
            <Route path=path!("/admin/content/new-page") view=NewTextPage ssr=SsrMode::Async />
            <Route path=path!("/admin/content/pages/:slug") view=TextPageEditor ssr=SsrMode::Async />
            <Route path=path!("/admin/categories") view=CategoriesPage ssr=SsrMode::Async />
            <Route path=path!("/admin/categories/:id") view=CategoryPage ssr=SsrMode::Async />
            <Route path=path!("/admin/new-category") view=NewCategoryPage ssr=SsrMode::Async />
            <Route path=path!("/admin/import") view=ImportsPage ssr=SsrMode::Async />
            <Route path=path!("/admin/import/:id") view=ImportPage ssr=SsrMode::Async />
            <Route path=path!("/admin/promotions") view=PromotionsPage ssr=SsrMode::Async />
            <Route path=path!("/admin/promotions/new") view=NewPromotionPage ssr=SsrMode::Async />
            <Route path=path!("/admin/promotions/:id") view=PromotionPage ssr=SsrMode::Async />
            <Route path=path!("/admin/shipping") view=ZonesPage ssr=SsrMode::Async />
            <Route path=path!("/admin/shipping/new") view=NewZonePage ssr=SsrMode::Async />
            <Route path=path!("/admin/shipping/:id") view=ZonePage ssr=SsrMode::Async />
            <Route path=path!("/admin/tax") view=TaxPage ssr=SsrMode::Async />
            <Route path=path!("/admin/tax/rates") view=RatesPage ssr=SsrMode::Async />
            <Route path=path!("/admin/confirm") view=ConfirmPage ssr=SsrMode::Async />
            <Route path=path!("/admin/customers") view=CustomersPage ssr=SsrMode::Async />
            <Route path=path!("/admin/customers/:id") view=CustomerPage ssr=SsrMode::Async />
            <Route path=path!("/admin/mail") view=MailPage ssr=SsrMode::Async />
            <Route path=path!("/admin/mail/:id") view=LetterPage ssr=SsrMode::Async />
            <Route path=path!("/admin/webhooks") view=WebhooksPage ssr=SsrMode::Async />
            <Route path=path!("/admin/webhooks/:id") view=WebhookPage ssr=SsrMode::Async />
            <Route path=path!("/admin/staff") view=TeamPage ssr=SsrMode::Async />
            <Route path=path!("/admin/keys") view=KeysPage ssr=SsrMode::Async />
            <Route path=path!("/admin/events") view=EventsPage ssr=SsrMode::Async />
            <Route path=path!("/admin/audit") view=AuditPage ssr=SsrMode::Async />
        </FlatRoutes>
    }
}
