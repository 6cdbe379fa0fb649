//! The bottom of every page.

use leptos::prelude::*;

use crate::ui::Brand;

#[component]
pub fn Footer() -> impl IntoView {
    view! {
        <footer class="site-footer">
            <div class="footer-about">
                <p class="wordmark">{Brand::get().name}</p>
                <p>"Things for the house, made slowly by people who know their material, and meant for every day."</p>
            </div>
            <nav aria-label="Shop">
                <h2>"Shop"</h2>
                <ul>
                    <li>
                        <a href="/products">"All products"</a>
                    </li>
                    <li>
                        <a href="/cart">"Your cart"</a>
                    </li>
                    <li>
                        <a href="/orders">"Your orders"</a>
                    </li>
                    <li>
                        <a href="/track">"Track an order"</a>
                    </li>
                </ul>
            </nav>
            <nav aria-label="About the shop">
                <h2>"Good to know"</h2>
                <ul>
                    <li>
                        <a href="/pages/returns">"Returns"</a>
                    </li>
                    <li>
                        <a href="/pages/terms">"Terms"</a>
                    </li>
                    <li>
                        <a href="/pages/privacy">"Privacy"</a>
                    </li>
                    <li>
                        <a href="/pages/imprint">"Imprint"</a>
                    </li>
                </ul>
            </nav>
        </footer>
    }
}
